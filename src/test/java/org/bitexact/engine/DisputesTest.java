package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each question on which sources disagree makes a difference to some inputs of its engine, and to others none. */
class DisputesTest {
    private static final int CASES = 20_000;

    @Test
    void everyQuestionHasInputsOnBothSides() {
        Set<List<Object>> seen = new LinkedHashSet<>();
        List<String> oneSided = new ArrayList<>();
        for (Engine engine : Engines.all()) {
            if (engine.disputes().isEmpty()
                    || engine.inputs().indexOf('-') > 0
                    || !seen.add(List.of(
                            engine.spec(), engine.disputes(), engine.formatA(), engine.formatC(), engine.scaling()))) {
                continue;
            }
            Set<Dispute> disputed = new HashSet<>();
            Set<Dispute> agreed = new HashSet<>();
            EngineInputs inputs = new EngineInputs(engine, 3);
            int all = engine.disputes().size();
            for (int i = 0; i < CASES && (disputed.size() < all || agreed.size() < all); i++) {
                DotCase input = inputs.next();
                List<Dispute> found = engine.disputes(input);
                assertThat(engine.disputed(input) || found.isEmpty()).isTrue();
                disputed.addAll(found);
                engine.disputes().stream().filter(d -> !found.contains(d)).forEach(agreed::add);
            }
            for (Dispute dispute : engine.disputes()) {
                if (!disputed.contains(dispute) || !agreed.contains(dispute)) {
                    oneSided.add(engine + ": " + dispute.question());
                }
            }
        }
        assertThat(oneSided).isEmpty();
        assertThat(seen).hasSizeGreaterThan(40);
    }

    /** Rows without questions, though their neighbours have some: there, the other readings give the same results. */
    @Test
    void questionsThatMakeNoDifferenceAreNotAsked() {
        int checked = 0;
        for (Engine engine : Engines.all()) {
            Spec spec = engine.spec().orElse(null);
            if (spec == null
                    || !engine.name().startsWith("nvidia.")
                    || spec.fractionBits() == Spec.EXACT
                    || engine.inputs().indexOf('-') > 0) {
                continue;
            }
            List<Spec> readings = List.of(
                    spec.toBuilder().floor(Spec.NO_FLOOR).zeroExponent(-126).build(),
                    spec.toBuilder().zeroSign(Spec.ZeroSign.UNDERFLOW_KEEPS).build());
            for (Spec reading : readings) {
                if (engine.disputes().stream().anyMatch(d -> d.alternative().equals(reading))) {
                    continue;
                }
                checked++;
                Engine other =
                        engine.toBuilder("user.other.x.y.z").spec(reading).build();
                EngineInputs inputs = new EngineInputs(engine, 4);
                for (int i = 0; i < 1000; i++) {
                    DotCase input = inputs.next();
                    assertThat(other.dot(input))
                            .as(() -> EngineReferenceTest.describe(engine, input) + " by " + reading)
                            .isEqualTo(engine.dot(input));
                }
            }
        }
        assertThat(checked).isGreaterThan(30);
    }

    @Test
    void narrowFormatsHaveFewQuestions() {
        assertThat(Engines.get("nvidia.hopper.mma.e4m3.f16").disputes()).isEmpty();
        assertThat(Engines.get("nvidia.ampere.mma.bf16.f32").disputes()).hasSize(2);
        assertThat(Engines.get("nvidia.ampere.mma.f16.f16").disputes()).hasSize(2);
    }
}
