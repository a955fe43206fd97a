package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class CaseSequenceTest {

    private static final OperandSource E2M1 =
            OperandSource.forFloat(FloatStimulus.builder(2, 1).range(1, 3).build());

    @ParameterizedTest
    @CsvSource({
        "f16, 1, 1, 408",
        "f16, 1, 2, 2448",
        "f16, 2, 1, 46464",
        "f16, 2, 2, 1254528",
        "f16, 3, 1, 6133248",
        "f16, 3, 2, 993586176",
        "bf16, 1, 1, 600",
        "bf16, 1, 2, 2500",
        "f32, 1, 2, 8800",
        "f32, 3, 2, 14512627712",
        "f64, 3, 2, 180795884544",
        "i32, 1, 1, 372",
        "i32, 1, 2, 15500",
        "ui64, 1, 1, 756",
        "ui64, 1, 2, 63756"
    })
    void totalsAreThoseOfTestFloat(String type, int operands, int level, long total) {
        OperandSource source =
                StreamType.testFloatTypes().apply(type).orElseThrow().operands();
        assertThat(CaseSequence.of(level, 1, Collections.nCopies(operands, source))
                        .total())
                .isEqualTo(total);
    }

    @Test
    void everyCombinationIsUsedInOnePass() {
        CaseSequence cases = CaseSequence.of(2, 1, List.of(E2M1, E2M1, E2M1));
        Set<List<Long>> listed = new HashSet<>();
        long[] v = new long[3];
        for (long i = 0; i < cases.total(); i++) {
            cases.next(v);
            if (i % 2 == 1) {
                listed.add(List.of(v[0], v[1], v[2]));
            }
        }
        assertThat(listed).hasSize(16 * 16 * 16);
    }

    @Test
    void combinationsStartAgainWhileRandomOperandsRunOn() {
        CaseSequence cases = CaseSequence.of(1, 1, List.of(E2M1, E2M1));
        List<List<Long>> first = take(cases, (int) cases.total());
        List<List<Long>> second = take(cases, (int) cases.total());
        assertThat(second).isNotEqualTo(first);
        for (int i = 5; i < first.size(); i += 6) {
            assertThat(second.get(i)).isEqualTo(first.get(i));
        }
    }

    @Test
    void operandTypesMayDiffer() {
        CaseSequence cases = CaseSequence.of(1, 1, List.of(E2M1, E2M1, OperandSource.F32));
        assertThat(cases.total()).isEqualTo(9L * 16 * 16 * 88);
        long[] v = new long[3];
        for (int i = 0; i < 1000; i++) {
            cases.next(v);
            assertThat(v[0] | v[1]).isLessThan(16);
        }
    }

    @Test
    void skippingIsLikeDrawing() {
        CaseSequence drawn = CaseSequence.of(1, 5, Collections.nCopies(3, OperandSource.F16));
        CaseSequence skipped = CaseSequence.of(1, 5, Collections.nCopies(3, OperandSource.F16));
        take(drawn, 1234);
        skipped.skip(1234);
        assertThat(take(skipped, 50)).isEqualTo(take(drawn, 50));
    }

    @Test
    void aSampleSpreadsOverAllCombinations() {
        CaseSequence cases = CaseSequence.sampled(2, 1, 2000, Collections.nCopies(3, OperandSource.F64));
        assertThat(cases.total()).isEqualTo(2000);
        Set<Long> signsAndExponents = new HashSet<>();
        for (List<Long> v : take(cases, 2000)) {
            signsAndExponents.add(v.get(0) >>> 52);
        }
        assertThat(signsAndExponents).hasSizeGreaterThan(40);
    }

    @Test
    void aSampleOfTheWholeIsTheWhole() {
        CaseSequence whole = CaseSequence.of(1, 1, List.of(E2M1, E2M1));
        CaseSequence sample = CaseSequence.sampled(1, 1, 1_000_000, List.of(E2M1, E2M1));
        assertThat(sample.total()).isEqualTo(whole.total());
        assertThat(take(sample, 3000)).isEqualTo(take(whole, 3000));
    }

    @Test
    void smallIntegersAreDrawnWithinTheirWidth() {
        for (int width = 1; width <= 64; width++) {
            for (boolean signed : new boolean[] {false, true}) {
                OperandSource source = OperandSource.forInteger(width, signed);
                CaseSequence cases = CaseSequence.of(2, 1, List.of(source));
                long outside = width == 64 ? 0 : -1L << width;
                Set<Long> seen = new HashSet<>();
                for (List<Long> v : take(cases, 500)) {
                    assertThat(v.get(0) & outside).isZero();
                    seen.add(v.get(0));
                }
                assertThat(seen.size())
                        .as("width %s", width)
                        .isGreaterThanOrEqualTo(Math.min(1 << Math.min(width, 4), 16));
            }
        }
    }

    @Test
    void rejectsOtherLevels() {
        assertThatThrownBy(() -> CaseSequence.of(3, 1, List.of(E2M1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("level must be in [1, 2]: 3");
    }

    private static List<List<Long>> take(CaseSequence cases, int count) {
        List<List<Long>> taken = new ArrayList<>();
        long[] v = new long[3];
        for (int i = 0; i < count; i++) {
            cases.next(v);
            taken.add(List.of(v[0], v[1], v[2]));
        }
        return taken;
    }
}
