package org.bitexact.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.TestFloatOperation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class InputSpaceTest {
    /** All inputs, which are the same however they are asked for. */
    private static long[][] inputs(InputSpace space) {
        int arity = space.formats().size();
        int size = (int) space.size();
        long[][] inputs = new long[arity][size];
        space.fill(0, size, inputs);
        long[][] some = new long[arity][100];
        for (int i = 0; i < size; i += 37) {
            int count = Math.min(size - i, 1 + i % 100);
            space.fill(i, count, some);
            for (int k = 0; k < arity; k++) {
                assertThat(Arrays.copyOf(some[k], count)).isEqualTo(Arrays.copyOfRange(inputs[k], i, i + count));
            }
        }
        return inputs;
    }

    @Nested
    class OfCodes {
        @Test
        void hold2To32Floats() {
            CodeSpace all = CodeSpace.floats();
            assertThat(all.size()).isEqualTo(1L << 32);
            long[][] last = new long[1][2];
            all.fill((1L << 32) - 2, 2, last);
            assertThat(last[0]).containsExactly(0xffff_fffeL, 0xffff_ffffL);
            assertThat(all.id()).isEqualTo("all f32");
        }

        @Test
        void aroundPatternsAreDistinctAndAscend() {
            CodeSpace space = CodeSpace.around(Formats.BINARY32, new long[] {0xffff_ffffL, 5, 0, 9, 5}, 2);
            assertThat(inputs(space)[0])
                    .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xffff_fffdL, 0xffff_fffeL, 0xffff_ffffL);
        }

        @Test
        void of64BitsAscendAsUnsignedNumbers() {
            CodeSpace space = CodeSpace.around(Formats.BINARY64, new long[] {-1, Long.MIN_VALUE, 0}, 1);
            assertThat(inputs(space)[0])
                    .containsExactly(0, 1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, -2, -1);
            assertThatThrownBy(() -> CodeSpace.all(Formats.BINARY64)).hasMessageContaining("less than 2^63 codes: f64");
        }

        @Test
        void beyondTakesBothSigns() {
            assertThat(inputs(CodeSpace.beyond(Formats.BINARY32, 0xffff_fffeL))[0])
                    .containsExactly(0x7fff_fffeL, 0x7fff_ffffL, 0xffff_fffeL, 0xffff_ffffL);
            assertThatThrownBy(() -> CodeSpace.beyond(Formats.E8M0, 1)).hasMessage("format must be signed: e8m0");
        }

        @Test
        void nearOverflowBeginAtHalfTheLargestFinite() {
            long[][] first = new long[1][1];
            Presets.nearOverflow(Formats.OCP_E4M3).fill(0, 1, first);
            assertThat(first[0][0]).isEqualTo(Float.floatToIntBits(224) - 1);
            Presets.nearOverflow(Formats.E8M0).fill(0, 1, first);
            assertThat(first[0][0]).isEqualTo(Float.floatToIntBits(0x1p126f) - 1);
        }

        @Test
        void outsideTheFormatAreRefused() {
            assertThatThrownBy(() -> CodeSpace.range(Formats.OCP_E4M3, 0, 0x100))
                    .hasMessage("code of e4m3 must be in [0x0, 0xff]: 0x100");
            assertThatThrownBy(() -> CodeSpace.range(Formats.OCP_E4M3, 2, 1))
                    .hasMessage("the last code must not be below the first: 01, 02");
        }
    }

    @Nested
    class OfBoundaries {
        /** Between two neighbours of a boundary, code or flags differ, or the value is one of the target. */
        @ParameterizedTest
        @ValueSource(strings = {"e2m1", "e4m3", "e5m2", "e8m0", "i8", "f16", "e4m3fnuz"})
        void holdEveryDoubleWhereAConversionChanges(String name) {
            ScalarFormat target = FormatNames.scalar(name).format();
            CodeSpace space = CodeSpace.boundaries(Formats.BINARY64, target, 1);
            long[] inputs = inputs(space)[0];
            long[] ordered =
                    Arrays.stream(inputs).map(x -> x ^ Long.MIN_VALUE).toArray(); // unsigned order as that of long
            Codec exact = Codec.of(target);
            Codec down = Codec.of(target, Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE));
            for (long code = 0; code <= target.codeMask(); code++) {
                double x = exact.decode(code);
                if (Double.isFinite(x)) {
                    assertContains(ordered, x);
                    assertContains(ordered, Math.nextUp(x));
                    assertContains(ordered, Math.nextDown(x));
                }
            }
            // between two inputs that are not neighbours the results are the same
            for (int i = 1; i < inputs.length; i++) {
                double low = Double.longBitsToDouble(inputs[i - 1]);
                double high = Double.longBitsToDouble(inputs[i]);
                if (inputs[i] - inputs[i - 1] > 1
                        && (inputs[i] ^ inputs[i - 1]) >= 0
                        && Double.isFinite(high)
                        && (exact.encodeWithFlags(high) != exact.encodeWithFlags(low)
                                || down.encodeWithFlags(high) != down.encodeWithFlags(low))) {
                    throw new AssertionError(String.format("a boundary lies between %a and %a", low, high));
                }
            }
        }

        private static void assertContains(long[] ordered, double x) {
            if (Arrays.binarySearch(ordered, Double.doubleToRawLongBits(x) ^ Long.MIN_VALUE) < 0) {
                throw new AssertionError(String.format("%a is missing", x));
            }
        }

        @Test
        void countNumbersMidpointsAndNeighbours() {
            CodeSpace space = CodeSpace.boundaries(Formats.BINARY64, Formats.OCP_E2M1, 2);
            int points = 14 + 2 + 16 + 2; // numbers but zero, beyond the limits, midpoints, thresholds of tininess
            int zeros = 3 + 3;
            int special = 2 * (7 + 5 + 3); // largest number, infinity and first NaN; quiet NaN; last code
            assertThat(space.size()).isEqualTo(5 * points + zeros + special);
        }

        @Test
        void takeTheNearestCodeWhereTheSourceLacksTheValue() {
            CodeSpace space = CodeSpace.boundaries(Formats.OCP_E4M3, Formats.OCP_E5M2, 0);
            assertThat(inputs(space)[0]).contains(0x00, 0x38, 0x39, 0x3a, 0x7e, 0x7f, 0xfe);
            assertThatThrownBy(() -> CodeSpace.boundaries(Formats.BINARY64, Formats.BINARY32, 1))
                    .hasMessage("width of a format with boundaries must be at most 20, that of f32 is 32");
        }
    }

    @Nested
    class OfTuples {
        @Test
        void holdEveryPairOnce() {
            InputSpace space = CodeTuples.of(List.of(Formats.OCP_E2M1, Formats.OCP_E2M3));
            assertThat(space.size()).isEqualTo(16 * 64);
            long[][] pairs = inputs(space);
            for (int i = 0; i < 16 * 64; i++) {
                assertThat(pairs[0][i]).isEqualTo(i / 64);
                assertThat(pairs[1][i]).isEqualTo(i % 64);
            }
            assertThat(space.id()).isEqualTo("all e2m1 x e2m3");
        }

        @Test
        void holdEveryTripleOnce() {
            InputSpace space = CodeTuples.of(List.of(Formats.OCP_E2M1, Formats.OCP_E2M1, Formats.OCP_E2M1));
            long[][] triples = inputs(space);
            Set<Long> seen = new HashSet<>();
            for (int i = 0; i < triples[0].length; i++) {
                seen.add(triples[0][i] << 8 | triples[1][i] << 4 | triples[2][i]);
            }
            assertThat(seen).hasSize(4096);
        }

        @Test
        void of62BitsAreNumbered() {
            InputSpace space = CodeTuples.of(List.of(Formats.BINARY32, Formats.BINARY16));
            assertThat(space.size()).isEqualTo(1L << 48);
            long[][] last = new long[2][1];
            space.fill((1L << 48) - 2, 1, last);
            assertThat(last[0][0]).isEqualTo(0xffff_ffffL);
            assertThat(last[1][0]).isEqualTo(0xfffe);
            assertThatThrownBy(() -> CodeTuples.of(List.of(Formats.BINARY32, Formats.BINARY32)))
                    .hasMessageContaining("at most 62 bits together: 64");
        }

        @Test
        void areExplainedInTheirFormats() {
            assertThat(CodeTuples.of(List.of(Formats.OCP_E4M3, Formats.OCP_E2M1))
                            .explain(List.of(0x38L, 0x7L)))
                    .isEqualTo("E4M3 0x38 = 0 0111 000 = 1, E2M1 0x7 = 0 11 1 = 6 (largest finite)");
        }
    }

    @Nested
    class OfSamples {
        @Test
        void drawOneFromEachStratum() {
            InputSpace sample = SampledSpace.of(CodeSpace.floats(), 1000, 7);
            long[] inputs = inputs(sample)[0];
            for (int i = 0; i < 1000; i++) {
                assertThat(inputs[i]).isBetween(((long) i << 32) / 1000, ((i + 1L) << 32) / 1000);
            }
            CodeSpace nine = CodeSpace.range(Formats.BINARY32, 1, 9);
            assertThat(SampledSpace.of(nine, 9, 7)).isSameAs(nine);
        }

        @Test
        void coverSpacesBeyond2To32() {
            List<FloatFormat> half = List.of(Formats.BINARY16, Formats.BINARY16, Formats.BINARY16);
            InputSpace sample = SampledSpace.of(CodeTuples.of(half), 4096, 7);
            long[][] inputs = inputs(sample);
            for (int i = 0; i < 4096; i++) {
                assertThat(inputs[0][i]).isEqualTo(i * 16L + (inputs[0][i] & 15));
            }
            assertThat(Arrays.stream(inputs[2]).distinct().count()).isGreaterThan(3800);
        }

        @Test
        void dependOnTheSeed() {
            assertThat(inputs(SampledSpace.of(CodeSpace.floats(), 100, 1)))
                    .isNotEqualTo(inputs(SampledSpace.of(CodeSpace.floats(), 100, 2)));
            assertThatThrownBy(() -> SampledSpace.of(CodeSpace.floats(), 0, 1))
                    .hasMessage("sample must be in [1, 2^31]: 0");
        }
    }

    @Test
    void randomInputsAreTheDocumentedWords() {
        InputSpace space = RandomSpace.of(List.of(Formats.BINARY32, Formats.BINARY64), 1000, 5);
        long[][] inputs = inputs(space);
        assertThat(inputs[0][7]).isEqualTo(CounterRandom.word(5, 21) & 0xffff_ffffL);
        assertThat(inputs[1][7]).isEqualTo(CounterRandom.word(5, 22));
        assertThat(space.id()).isEqualTo("1000 random (seed 5) of f32 x f64");
    }

    @Nested
    class HardOnes {
        private final Computation fma = Computation.of(TestFloatOperation.MUL_ADD, Formats.TF32, Policies.IEEE);

        @Test
        void areCodesOfTheirFormats() {
            long[][] inputs = inputs(HardSpace.of(fma, 3000, 1));
            for (long[] codes : inputs) {
                assertThat(Arrays.stream(codes).allMatch(code -> code >>> 19 == 0))
                        .isTrue();
            }
            assertThat(inputs).isNotEqualTo(inputs(HardSpace.of(fma, 3000, 2)));
        }

        @Test
        void areOftenOneSideOfATie() {
            Computation sum = Computation.of(TestFloatOperation.ADD, Formats.BINARY32, Policies.IEEE);
            InputSpace hard = HardSpace.of(sum, 4096, 1);
            InputSpace random = RandomSpace.of(sum.operands(), 4096, 1);
            // a value rounds differently to even and away only from a tie
            assertThat(ties(sum, hard)).isGreaterThan(10 * ties(sum, random));
        }

        private static int ties(Computation c, InputSpace space) {
            Policies away = c.policies().withRounding(Rounding.TIES_TO_AWAY);
            Policies zero = c.policies().withRounding(Rounding.TIES_TOWARD_ZERO);
            long[][] inputs = inputs(space);
            long[] one = results(c, away, inputs);
            long[] other = results(c, zero, inputs);
            int ties = 0;
            for (int i = 0; i < one.length; i++) {
                ties += one[i] != other[i] && (one[i] >>> 32 & Flags.INVALID) == 0 ? 1 : 0;
            }
            return ties;
        }

        private static long[] results(Computation c, Policies policies, long[][] inputs) {
            long[] results = new long[inputs[0].length];
            Implementations.named("arith", new Computation(c.operation(), c.operands(), c.result(), policies, 0))
                    .prepare()
                    .evaluate(0, inputs, results, results.length);
            return results;
        }
    }
}
