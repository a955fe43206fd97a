package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitexact.format.FloatFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every engine of the catalogue against {@link ReferenceEngine}, which was written separately. */
class EngineReferenceTest {
    static List<Engine> engines() {
        return Engines.all();
    }

    @Test
    void theTableDescribesEveryEngineOnce() {
        assertThat(Engines.all())
                .allSatisfy(engine -> assertThat(ReferenceTable.matches(engine.name()))
                        .as(engine.name())
                        .isEqualTo(1));
        assertThat(ReferenceTable.idleLines()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void everyResultIsTheReferences(Engine engine) {
        ReferenceEngine reference = ReferenceEngine.of(engine);
        EngineInputs inputs = new EngineInputs(engine, 1);
        int cases = engine.inputs().indexOf('-') > 0 ? 120 : 480;
        for (int i = 0; i < cases; i++) {
            DotCase input = inputs.next();
            long result = engine.dot(input);
            long expected = reference.dot(input);
            if (!isEqual(engine, reference, expected, result) && !isWidenedNan(engine, input, result)) {
                throw new AssertionError(describe(engine, input) + ": " + Cases.hex(engine, result) + ", but reference "
                        + Cases.hex(engine, expected) + " by " + reference);
            }
        }
    }

    static boolean isEqual(Engine engine, ReferenceEngine reference, long expected, long result) {
        return expected == result
                || !reference.hasKnownNan()
                        && engine.formatD() instanceof FloatFormat f
                        && f.isNan(expected)
                        && f.isNan(result);
    }

    /** Without a step, a NaN is only converted. */
    private static boolean isWidenedNan(Engine engine, DotCase input, long result) {
        return input.k() == 0
                && engine.formatD() instanceof FloatFormat f
                && f.isNan(result)
                && engine.formatC() instanceof FloatFormat g
                && g.isNan(input.c());
    }

    static String describe(Engine engine, DotCase input) {
        List<String> parts = new ArrayList<>();
        parts.add(engine.name());
        parts.add("a=" + hex(input.a()));
        parts.add("b=" + hex(input.b()));
        parts.add("c=" + Long.toHexString(input.c()));
        if (input.scaleA() != null) {
            parts.add("sa=" + hex(input.scaleA()) + " sb=" + hex(input.scaleB()));
        }
        return String.join(" ", parts);
    }

    private static String hex(long[] codes) {
        return Arrays.toString(Arrays.stream(codes).mapToObj(Long::toHexString).toArray());
    }
}
