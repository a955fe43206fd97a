package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dot products by hand: what each accumulation does, special values, bad arguments. */
@Tag("fast")
class FloatDotTest {
    private static final Codec F32 = Codec.of(Formats.BINARY32);
    private static final Codec F16 = Codec.of(Formats.BINARY16);
    private static final FloatDot BF16 = FloatDot.of(Formats.BFLOAT16, Formats.BFLOAT16);

    private static long dot(DotProduct rule, long[] a, long[] b, long c) {
        return rule.dot(a, 0, b, 0, a.length, c);
    }

    private static long[] repeat(long code, int n) {
        long[] codes = new long[n];
        Arrays.fill(codes, code);
        return codes;
    }

    /** Codes of binary16. */
    private static long[] f16(double... values) {
        return Arrays.stream(values).mapToLong(F16::encode).toArray();
    }

    private static double f16Dot(Accumulation how, long[] a, long[] b, double c) {
        FloatDot rule = FloatDot.of(Formats.BINARY16, Formats.BINARY16, how);
        return Codec.of(how.format())
                .decode(dot(rule, a, b, Codec.of(how.format()).encodeLong(c, 0, null)));
    }

    @Test
    void defaultIsAChainOfFusedMultiplyAddsInBinary32() {
        // 1 + 2^-24 + 2^-24: each term alone is half an ulp, a tie that goes to 1
        long[] a = {0x3f80, 0x3380, 0x3380};
        long[] b = {0x3f80, 0x3f80, 0x3f80};
        assertThat(dot(BF16, a, b, 0)).isEqualTo(0x3f80_0000L);
        // in another order they come together first
        assertThat(dot(BF16, new long[] {0x3380, 0x3380, 0x3f80}, b, 0)).isEqualTo(0x3f80_0001L);
    }

    @Nested
    class Orders {
        private final long[] ones = f16(1, 1, 1, 1, 1, 1, 1, 1);

        @Test
        void fusedRoundsOncePerStep() {
            // an ulp of binary16 at 2048 is 2
            long[] a = f16(2048, 1, 1, 1, 1, 1, 1, 1);
            assertThat(f16Dot(Accumulation.fma(F16), a, ones, 0)).isEqualTo(2048);
            // 2048 + 1 + 1; 2050 + 1 + 1 + 1, a tie, to 2052; the last step is short: 2052 + 1 + 1
            assertThat(f16Dot(Accumulation.fused(3, F16), a, ones, 0)).isEqualTo(2054);
            assertThat(f16Dot(Accumulation.exact(F16), a, ones, 0)).isEqualTo(2056);
        }

        @Test
        void multiplyAddRoundsProducts() {
            // (1 + 2^-10)^2 = 1 + 2^-9 + 2^-20
            long[] a = f16(1 + 0x1p-10);
            assertThat(f16Dot(Accumulation.multiplyAdd(F16), a, a, -1 - 0x1p-9)).isEqualTo(0);
            assertThat(f16Dot(Accumulation.fma(F16), a, a, -1 - 0x1p-9)).isEqualTo(0x1p-20);
        }

        @Test
        void pairwiseAddsNeighbours() {
            // ((2048 + 1) + (1 + 1)) + ((1 + 1) + (1 + 1)): 2048 + 2, then 2050 + 4
            long[] a = f16(2048, 1, 1, 1, 1, 1, 1, 1);
            assertThat(f16Dot(Accumulation.pairwise(F16), a, ones, 0)).isEqualTo(2054);
            // of five, the last one stands alone: (2048 + 2) + 1 is a tie, to 2052
            assertThat(f16Dot(Accumulation.pairwise(F16), Arrays.copyOf(a, 5), ones, 0))
                    .isEqualTo(2052);
        }

        @Test
        void promotionEndsTheNarrowSum() {
            Accumulation promoted = Accumulation.fma(F16).promoted(4, F32);
            assertThat(f16Dot(promoted, f16(2048, 1, 1, 1, 1, 1, 1, 1), ones, 0.5))
                    .isEqualTo(2048 + 4 + 0.5);
        }

        @Test
        void anyFormatMayAccumulate() {
            FloatFormat e8m13 = FloatFormat.builder("e8m13", 8, 13).build();
            assertThat(f16Dot(Accumulation.fma(Codec.of(e8m13)), f16(1, 0x1p-13, 0x1p-15), ones, 0))
                    .isEqualTo(1 + 0x1p-13);
            assertThat(f16Dot(Accumulation.fma(Codec.of(Formats.OCP_E4M3)), f16(16, 1), ones, 0))
                    .isEqualTo(16);
            assertThat(f16Dot(Accumulation.fma(Codec.of(Formats.BINARY64)), f16(1, 0x1p-24, 0x1p-20), ones, 0))
                    .isEqualTo(1 + 0x1p-24 + 0x1p-20);
        }
    }

    @Test
    void integersMayBeFactors() {
        FloatDot rule = FloatDot.of(Formats.INT8, Formats.MXINT8);
        // -128 * 127/64
        assertThat(Float.intBitsToFloat((int) dot(rule, new long[] {0x80}, new long[] {0x7f}, 0)))
                .isEqualTo(-254);
    }

    @Test
    void addendIsConvertedBeforeAndTheResultAfter() {
        FloatDot rule =
                BF16.addend(Formats.OCP_E4M3).output(Codec.of(Formats.OCP_E5M2).saturating());
        assertThat(rule.formatC()).isEqualTo(Formats.OCP_E4M3);
        assertThat(rule.formatD()).isEqualTo(Formats.OCP_E5M2);
        // 1 * 1 + 448 = 449, between 448 and 512
        assertThat(dot(rule, new long[] {0x3f80}, new long[] {0x3f80}, 0x7e)).isEqualTo(0x5f);
        assertThat(dot(rule, new long[] {0x7f80}, new long[] {0x3f80}, 0)).isEqualTo(0x7b);
    }

    @Nested
    class SpecialValues {
        private final long[] one = {0x3f80};

        @Test
        void nanResultsAreCanonical() {
            assertThat(dot(BF16, new long[] {0xffa1}, one, 0)).isEqualTo(0x7fc0_0000L);
            assertThat(dot(BF16, one, one, 0xff80_0001L)).isEqualTo(0x7fc0_0000L);
            assertThat(dot(BF16, new long[0], new long[0], 0xff80_0001L)).isEqualTo(0x7fc0_0000L);
            Codec ones = F32.nan(NanRule.ALL_ONES);
            FloatDot rule = FloatDot.of(Formats.BFLOAT16, Formats.BFLOAT16, Accumulation.fma(ones));
            assertThat(dot(rule, new long[] {0xffa1}, one, 0)).isEqualTo(0x7fff_ffffL);
        }

        @Test
        void invalidOperationsGiveNan() {
            assertThat(dot(BF16, new long[] {0x7f80}, new long[] {0}, 0)).isEqualTo(0x7fc0_0000L);
            assertThat(dot(BF16, new long[] {0x7f80, 0xff80}, new long[] {0x3f80, 0x3f80}, 0))
                    .isEqualTo(0x7fc0_0000L);
            assertThat(dot(BF16, new long[] {0x7f80}, one, 0xff80_0000L)).isEqualTo(0x7fc0_0000L);
        }

        @Test
        void infinityStays() {
            assertThat(dot(BF16, new long[] {0xff80, 0x7f7f}, new long[] {0x3f80, 0x7f7f}, 0))
                    .isEqualTo(0xff80_0000L); // the product, near 2^256, is finite
            assertThat(dot(BF16, new long[] {0xff80, 0x3f80}, new long[] {0x3f80, 0x3f80}, 0))
                    .isEqualTo(0xff80_0000L);
        }

        @Test
        void overflowHappensAtEveryRounding() {
            // 2^128 - 2^128 + 1
            long[] a = {0x7f00, 0xff00};
            long[] b = {0x4000, 0x4000};
            assertThat(dot(BF16, a, b, 0x3f80_0000L)).isEqualTo(0x7f80_0000L); // inf - 2^128 is inf
            assertThat(dot(rule(Accumulation.exact(F32)), a, b, 0x3f80_0000L)).isEqualTo(0x3f80_0000L);
            assertThat(dot(rule(Accumulation.fma(F32.overflow(Overflow.SATURATE))), a, b, 0))
                    .isEqualTo(0xf380_0000L); // max - 2^128 is -2^104
        }

        private FloatDot rule(Accumulation how) {
            return FloatDot.of(Formats.BFLOAT16, Formats.BFLOAT16, how);
        }

        @Test
        void zeroSumsHaveTheSignOfIeee754() {
            long[] minusZero = {0x8000};
            assertThat(dot(BF16, minusZero, one, 0x8000_0000L)).isEqualTo(0x8000_0000L);
            assertThat(dot(BF16, minusZero, one, 0)).isZero();
            assertThat(dot(BF16, one, one, 0xbf80_0000L)).isZero();
            FloatDot down = rule(Accumulation.fma(F32.rounding(Rounding.TOWARD_NEGATIVE)));
            assertThat(dot(down, one, one, 0xbf80_0000L)).isEqualTo(0x8000_0000L);
            assertThat(dot(down, minusZero, one, 0)).isEqualTo(0x8000_0000L);
        }

        @Test
        void subnormalsAreKeptUnlessFlushed() {
            long[] tiny = {0x0001}; // 2^-133
            assertThat(dot(BF16, tiny, one, 0)).isEqualTo(0x0001_0000L);
            FloatDot daz = rule(Accumulation.fma(F32.with(F32.policies().withFlushInputs(true))));
            assertThat(dot(daz, tiny, one, 0x0000_0001L)).isZero();
            FloatDot ftz = rule(Accumulation.fma(
                    F32.with(F32.policies().withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING))));
            assertThat(dot(ftz, tiny, one, 0)).isZero();
            assertThat(dot(ftz, tiny, new long[] {0x7f00}, 0)).isEqualTo(0x3c80_0000L); // 2^-133 * 2^127
        }

        @Test
        void emptyVectorsGiveTheAddend() {
            for (Accumulation how : new Accumulation[] {
                Accumulation.fma(F32),
                Accumulation.exact(F32),
                Accumulation.pairwise(F32),
                Accumulation.fma(F16).promoted(4, F32)
            }) {
                assertThat(dot(rule(how), new long[0], new long[0], 0x8000_0001L))
                        .isEqualTo(0x8000_0001L);
            }
        }

        @Test
        void veryLongVectorsAreSummed() {
            int k = (1 << 22) + 3;
            long[] ones = repeat(0x38, k);
            FloatDot e4m3 = FloatDot.of(Formats.OCP_E4M3, Formats.OCP_E4M3);
            assertThat(Float.intBitsToFloat((int) e4m3.dot(ones, 0, ones, 0, k, 0)))
                    .isEqualTo(k);
            FloatDot exact = FloatDot.of(Formats.OCP_E4M3, Formats.OCP_E4M3, Accumulation.exact(F32));
            assertThat(Float.intBitsToFloat((int) exact.dot(ones, 0, ones, 0, k, 0x4b80_0000L)))
                    .isEqualTo(0x1p24f + (k + 1)); // 2^24 + 2^22 + 3 is odd, a tie
            FloatDot f16 = FloatDot.of(Formats.OCP_E4M3, Formats.OCP_E4M3, Accumulation.fma(F16));
            assertThat(F16.decode(f16.dot(ones, 0, ones, 0, k, 0))).isEqualTo(2048);
        }
    }

    @Nested
    class RandomBits {
        private final Codec stochastic = Codec.of(Formats.BINARY16).stochastic(Rounding.STOCHASTIC_A, 12);

        @Test
        void areAFunctionOfSeedElementAndRounding() {
            // products of 2^-16 beside 1: rounded up if the discarded 2^-6 ulp and R * 2^-12 reach 1
            FloatDot rule = FloatDot.of(Formats.BINARY16, Formats.BINARY16, Accumulation.fma(stochastic))
                    .seed(42);
            for (int element = 0; element < 300; element++) {
                long key = CounterRandom.word(42, element);
                long expected = F16.encode(1.0);
                for (int i = 0; i < 10; i++) {
                    expected += (CounterRandom.word(key, i) >>> 52) + 64 >= 4096 ? 1 : 0;
                }
                assertThat(rule.dot(repeat(0x1c00, 10), 0, repeat(0x1c00, 10), 0, 10, 0x3c00, element))
                        .isEqualTo(expected);
            }
        }

        @Test
        void outputConversionIsTheLastRounding() {
            FloatDot rule = BF16.output(stochastic).seed(7);
            long[] a = {0x3f80, 0x3980}; // 1 + 2^-12: a quarter of an ulp of binary16
            for (int element = 0; element < 100; element++) {
                long r = CounterRandom.word(CounterRandom.word(7, element), 2) >>> 52;
                assertThat(rule.dot(a, 0, repeat(0x3f80, 2), 0, 2, 0, element))
                        .isEqualTo(r + 1024 >= 4096 ? 0x3c01 : 0x3c00);
            }
        }
    }

    @Test
    void accumulationsAreComparedByValue() {
        assertThat(Accumulation.fma(F32).promoted(4, F16))
                .isEqualTo(Accumulation.fused(1, F32).promoted(4, Codec.of(Formats.BINARY16)))
                .isNotEqualTo(Accumulation.fma(F32).promoted(5, F16))
                .isNotEqualTo(
                        Accumulation.fma(F32.rounding(Rounding.TOWARD_ZERO)).promoted(4, F16));
    }

    @Nested
    class BadArguments {
        @Test
        void codeMustFitItsFormat() {
            for (FloatDot rule : new FloatDot[] {BF16, BF16.plain()}) {
                assertThatThrownBy(() -> dot(rule, new long[] {0x1_0000}, new long[] {0}, 0))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("code of bf16 must be in [0x0, 0xffff]: 0x10000");
                assertThatThrownBy(() -> dot(rule, new long[] {0}, new long[] {-1}, 0))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("code of bf16 must be in [0x0, 0xffff]: 0xffffffffffffffff");
                assertThatThrownBy(() -> dot(rule, new long[0], new long[0], 1L << 32))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("code of f32 must be in [0x0, 0xffffffff]: 0x100000000");
            }
        }

        @Test
        void rangeMustLieInItsArray() {
            long[] three = new long[3];
            assertThatThrownBy(() -> BF16.dot(three, 1, three, 0, 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> BF16.dot(three, 0, three, 0, -1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }

        @Test
        void accumulatorMustBeAFloat() {
            assertThatThrownBy(() -> Accumulation.fma(Codec.of(Formats.INT8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("accumulator must have a floating-point format: i8");
            assertThatThrownBy(() -> Accumulation.fused(0, F32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("n must be at least 1: 0");
            assertThatThrownBy(() -> Accumulation.fma(F32).promoted(-1, F32))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("n must be at least 1: -1");
        }

        @Test
        void wideIntegersAreNoFactors() {
            IntFormat i64 = new IntFormat(
                    "i64", IntFormat.Encoding.TWOS_COMPLEMENT, 64, false, 0, FormatInfo.custom("integers"));
            assertThatThrownBy(() -> FloatDot.of(Formats.BFLOAT16, i64))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("width of the integer format of b must be in [1, 32]: 64 (i64)");
        }
    }
}
