package org.bitexact.internal.arith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractBooleanAssert;
import org.bitexact.arith.LandmarkCodes;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.internal.codec.HalfFloats;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which operands the quick paths take, and that they give what the exact path gives: that a path declines more than it
 * must costs time alone, so no comparison of results would notice.
 */
@Tag("fast")
class QuickPathsTest {
    private static final FloatFormat BF16 = Formats.BFLOAT16;
    private static final FloatFormat F16 = Formats.BINARY16;
    private static final FloatFormat F32 = Formats.BINARY32;
    private static final FloatFormat E4M3 = Formats.OCP_E4M3;
    private static final FloatFormat E5M2 = Formats.OCP_E5M2;
    private static final long CODE = 0xffff_ffffL;

    private static long[] operands(FloatFormat f, int seed) {
        LongStream random = new SplittableRandom(seed).longs(14).map(x -> x & f.codeMask());
        return LongStream.concat(LongStream.of(LandmarkCodes.of(f)), random).toArray();
    }

    private static Exact exact(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out, NanPropagation nans) {
        return new Exact(new Operand(a), new Operand(b), new Operand(c), out, nans);
    }

    @Nested
    class Binary32 {
        static Stream<FloatFormat> formats() {
            return Stream.of(BF16, F16).filter(f -> f == BF16 || HalfFloats.PRESENT);
        }

        private static ThroughBinary32 path(FloatFormat f, Policies p) {
            return ThroughBinary32.of(f, f, f, new Rounder(f, p));
        }

        /** All but NaN results. */
        @ParameterizedTest
        @MethodSource("formats")
        void takesEveryNumber(FloatFormat f) {
            ThroughBinary32 path = path(f, Policies.IEEE);
            Exact exact = exact(f, f, f, new Rounder(f, Policies.IEEE), NanPropagation.CANONICAL);
            for (long x : operands(f, 1)) {
                int a = (int) x;
                assertAnswer(f, path.squareRoot(a), exact.squareRoot(x, 0, false));
                for (long y : operands(f, 2)) {
                    int b = (int) y;
                    assertAnswer(f, path.add(a, b), exact.add(x, y, false, 0, false));
                    assertAnswer(f, path.subtract(a, b), exact.add(x, y, true, 0, false));
                    assertAnswer(f, path.multiply(a, b), exact.multiply(x, y, 0, false));
                    assertAnswer(f, path.divide(a, b), exact.divide(x, y, 0, false));
                }
            }
        }

        private static void assertAnswer(FloatFormat f, long actual, long exact) {
            long code = exact & CODE;
            assertThat(actual).isEqualTo(f.isNan(code) ? ThroughBinary32.DECLINED : code);
        }

        @ParameterizedTest
        @MethodSource("formats")
        void takesSumsWithProductsThatAreSettled(FloatFormat f) {
            ThroughBinary32 path = path(f, Policies.IEEE);
            Exact exact = exact(f, f, f, new Rounder(f, Policies.IEEE), NanPropagation.CANONICAL);
            Codec codec = Codec.of(f);
            int discarded = f == BF16 ? 0xffff : 0x1fff;
            int taken = 0;
            for (long x : operands(f, 3)) {
                for (long y : operands(f, 4)) {
                    for (long z : LandmarkCodes.of(f)) {
                        float product = (float) codec.decode(x) * (float) codec.decode(y);
                        float sum = product + (float) codec.decode(z);
                        boolean midpoint = (Float.floatToRawIntBits(sum) & discarded) == discarded / 2 + 1;
                        boolean settled = !midpoint
                                && Math.abs(sum) >= (f == BF16 ? Float.MIN_NORMAL : 0x1p-14f)
                                && (f == F16 || Math.abs(product) >= Float.MIN_NORMAL)
                                && !Float.isInfinite(product);
                        taken += settled ? 1 : 0;
                        long code = exact.fma(x, y, z, 0, false) & CODE;
                        assertThat(path.fma((int) x, (int) y, (int) z))
                                .as("%x %x %x", x, y, z)
                                .isEqualTo(settled ? code : ThroughBinary32.DECLINED);
                    }
                }
            }
            assertThat(taken).isPositive();
        }

        @ParameterizedTest
        @MethodSource("formats")
        void refusesCodesBeyondTheFormat(FloatFormat f) {
            ThroughBinary32 path = path(f, Policies.IEEE);
            int one = f.bias() << f.trailingBits();
            for (int bad : new int[] {0x1_0000 | one, Integer.MIN_VALUE | one, -1}) {
                assertThat(LongStream.of(
                                path.add(bad, one),
                                path.add(one, bad),
                                path.subtract(bad, one),
                                path.subtract(one, bad),
                                path.multiply(bad, one),
                                path.multiply(one, bad),
                                path.divide(bad, one),
                                path.divide(one, bad),
                                path.squareRoot(bad),
                                path.fma(bad, one, one),
                                path.fma(one, bad, one),
                                path.fma(one, one, bad)))
                        .containsOnly(ThroughBinary32.DECLINED);
            }
        }

        @Test
        void suitsOneFormatUnderTheDefaults() {
            Policies p = Policies.IEEE;
            assertThat(path(BF16, p)).isNotNull();
            assertThat(path(F16, p) != null).isEqualTo(HalfFloats.PRESENT);
            assertThat(path(F32, p)).isNull();
            for (Policies other : List.of(
                    p.withRounding(Rounding.TIES_TO_AWAY),
                    p.withOverflow(Overflow.NAN),
                    p.saturating(),
                    p.saturating().withOverflow(Overflow.IEEE),
                    p.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING),
                    p.withFlushInputs(true))) {
                assertThat(path(BF16, other)).as(other.toString()).isNull();
            }
            Rounder out = new Rounder(BF16, p);
            assertThat(ThroughBinary32.of(F32, BF16, BF16, out)).isNull();
            assertThat(ThroughBinary32.of(BF16, F32, BF16, out)).isNull();
            assertThat(ThroughBinary32.of(BF16, BF16, F32, out)).isNull();
            assertThat(ThroughBinary32.of(BF16, BF16, BF16, new Rounder(F32, p)))
                    .isNull();
            assertThat(ThroughBinary32.of(BF16, BF16, BF16, new Rounder(Formats.INT8, p)))
                    .isNull();
        }
    }

    @Nested
    class Binary64 {
        static Stream<List<FloatFormat>> formats() {
            return Stream.of(
                    List.of(F16, F16, F16, F16),
                    List.of(BF16, BF16, BF16, BF16),
                    List.of(F32, F32, F32, F32),
                    List.of(E4M3, E4M3, E4M3, E4M3),
                    List.of(Formats.E4M3FNUZ, Formats.E4M3FNUZ, Formats.E4M3FNUZ, Formats.E4M3FNUZ),
                    List.of(E4M3, E5M2, F32, F32),
                    List.of(F32, F32, F32, F16),
                    List.of(F16, F32, E5M2, E4M3),
                    List.of(E5M2, E5M2, E5M2, Formats.OCP_E3M2),
                    List.of(Formats.E8M0, Formats.E8M0, Formats.E8M0, Formats.E8M0),
                    List.of(E5M2, E5M2, E5M2, absent()),
                    List.of(absent(), absent(), absent(), absent()),
                    List.of(P3109.of(8, 3, true, true), E5M2, F16, P3109.of(8, 3, true, true)));
        }

        private static FloatFormat absent() {
            return FloatFormat.builder("signed_without_zero", 3, 2)
                    .subnormals(SubnormalRule.ABSENT)
                    .build();
        }

        private static List<Policies> policies() {
            List<Policies> list = new ArrayList<>();
            for (Rounding mode : List.of(
                    Rounding.TIES_TO_EVEN, Rounding.TOWARD_NEGATIVE, Rounding.TOWARD_POSITIVE, Rounding.TO_ODD)) {
                list.add(Policies.IEEE.withRounding(mode));
            }
            list.add(Policies.IEEE.saturating());
            list.add(Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING));
            return list;
        }

        /** All results but those of divisions by zero, and NaNs that depend on the operands. */
        @ParameterizedTest
        @MethodSource("formats")
        void takesEveryNumber(List<FloatFormat> f) {
            int seed = 0;
            for (Policies p : policies()) {
                for (NanPropagation nans : List.of(NanPropagation.CANONICAL, NanPropagation.SIGNALING_FIRST)) {
                    Rounder out = new Rounder(f.get(3), p);
                    ThroughBinary64 path = ThroughBinary64.of(f.get(0), f.get(1), f.get(2), out, nans);
                    new Answers(f, path, exact(f.get(0), f.get(1), f.get(2), out, nans), out, nans).check(seed++);
                }
            }
        }

        /** One path held against the exact one. */
        private record Answers(
                List<FloatFormat> f, ThroughBinary64 path, Exact exact, Rounder out, NanPropagation nans) {

            void check(int seed) {
                long[] xs = operands(f.get(0), seed);
                long[] ys = operands(f.get(1), seed + 1);
                long[] zs = operands(f.get(2), seed + 2);
                boolean all = seed < 2;
                for (int i = 0; i < xs.length; i++) {
                    long x = xs[i];
                    int a = (int) x;
                    double u = value(f.get(0), x);
                    check(
                            path.squareRoot(a),
                            path.squareRootWithFlags(a),
                            exact.squareRoot(x, 0, false),
                            Math.sqrt(u),
                            true);
                    for (int j = all ? 0 : (i + seed) % 6; j < ys.length; j += all ? 1 : 6) {
                        long y = ys[j];
                        int b = (int) y;
                        double v = value(f.get(1), y);
                        boolean sums = path.plainSums;
                        check(path.add(a, b), path.addWithFlags(a, b), exact.add(x, y, false, 0, false), u + v, sums);
                        check(
                                path.subtract(a, b),
                                path.subtractWithFlags(a, b),
                                exact.add(x, y, true, 0, false),
                                u - v,
                                sums);
                        check(
                                path.multiply(a, b),
                                path.multiplyWithFlags(a, b),
                                exact.multiply(x, y, 0, false),
                                u * v,
                                true);
                        if (v == 0) {
                            assertThat(path.divideWithFlags(a, b)).isEqualTo(ThroughBinary64.DECLINED);
                            assertThat(path.divide(a, b)).isEqualTo(ThroughBinary64.DECLINED);
                        } else {
                            check(
                                    path.divide(a, b),
                                    path.divideWithFlags(a, b),
                                    exact.divide(x, y, 0, false),
                                    u / v,
                                    true);
                        }
                        for (int k = 0; k < 3; k++) {
                            long z = zs[(i * 7 + j * 3 + k * 11 + seed) % zs.length];
                            int c = (int) z;
                            check(
                                    path.fma(a, b, c),
                                    path.fmaWithFlags(a, b, c),
                                    exact.fma(x, y, z, 0, false),
                                    u * v + value(f.get(2), z),
                                    true);
                        }
                    }
                }
            }

            private static double value(FloatFormat f, long code) {
                return Codec.of(f).decode(code);
            }

            /**
             * Checks one result.
             *
             * @param plain what the path gives without flags
             * @param packed what it gives with flags
             * @param expected the exact result
             * @param near the result in binary64
             * @param even whether nearest even results come without flags if the rounder has a way for them
             */
            private void check(long plain, long packed, long expected, double near, boolean even) {
                if (Double.isNaN(near)) {
                    boolean known = nans == NanPropagation.CANONICAL && f.get(3).hasNan();
                    assertThat(packed).isEqualTo(known ? expected : ThroughBinary64.DECLINED);
                    assertThat(plain).isEqualTo(known ? f.get(3).nanCode() : ThroughBinary64.DECLINED);
                    return;
                }
                assertThat(packed).isEqualTo(expected);
                assertThat(plain & CODE).isEqualTo(expected & CODE);
                boolean finite = f.get(3).isFinite(plain & CODE) && Double.isFinite(near);
                if (finite && even && out.even64(near) >>> 32 == 0) {
                    assertThat(plain).isEqualTo(expected & CODE);
                } else {
                    assertThat(plain).isNotNegative();
                }
            }
        }

        @Test
        void refusesCodesBeyondTheFormat() {
            for (FloatFormat f : List.of(E4M3, F16, Formats.TF32)) {
                ThroughBinary64 path =
                        ThroughBinary64.of(f, f, f, new Rounder(f, Policies.IEEE), NanPropagation.CANONICAL);
                int one = f.bias() << f.trailingBits();
                for (int bad : new int[] {1 << f.width(), -1, Integer.MIN_VALUE}) {
                    assertThatThrownBy(() -> path.add(bad, one)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> path.multiply(one, bad)).isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> path.fma(one, one, bad)).isInstanceOf(IllegalArgumentException.class);
                }
            }
        }

        /** Every code of a narrow format, 0 and the last ones too, is looked up: seen in a table with wrong values. */
        @Test
        void readsNarrowOperandsFromTables() {
            FloatFormat f = F16.named("f16_of_wrong_values", F16.info());
            Codec codec = Codec.of(F16);
            Arrays.fill(ValueTable.of(f), 3);
            ThroughBinary64 path = path(f, f, f, F16);
            for (int code : new int[] {0, 1, 0x3c00, 0xfffe, 0xffff}) {
                assertThat(path.add(code, code)).isEqualTo(codec.encode(6));
                assertThat(path.fma(code, code, code)).isEqualTo(codec.encode(12));
            }
        }

        private static AbstractBooleanAssert<?> assertSuits(FloatFormat operand) {
            Rounder out = new Rounder(F32, Policies.IEEE);
            boolean suits = ThroughBinary64.suits(out, operand, F32);
            assertThat(ThroughBinary64.suits(out, F32, operand)).isEqualTo(suits);
            return assertThat(suits);
        }

        private static FloatFormat ieee(int exponentBits, int trailingBits, int bias) {
            return new FloatFormat(
                    "e" + exponentBits + "m" + trailingBits,
                    true,
                    exponentBits,
                    trailingBits,
                    bias,
                    SpecialValues.IEEE,
                    SubnormalRule.GRADUAL,
                    64,
                    FormatInfo.custom("wide"));
        }

        @Test
        void suitsWhatTheProofCovers() {
            assertSuits(ieee(5, 23, 15)).isTrue();
            assertSuits(ieee(5, 24, 15)).isFalse();
            assertSuits(ieee(8, 23, 127)).isTrue();
            assertSuits(ieee(9, 23, 255)).isFalse();
            assertSuits(ieee(8, 3, -46)).isTrue(); // up to 2^301
            assertSuits(ieee(8, 3, -47)).isFalse();
            assertSuits(ieee(8, 3, 298)).isTrue(); // from 2^-300
            assertSuits(ieee(8, 3, 299)).isFalse();
            assertSuits(FloatFormat.builder("tesla", 4, 3)
                            .subnormals(SubnormalRule.TESLA_LITERAL)
                            .build())
                    .isFalse();
        }

        @Test
        void suitsDeterministicResults() {
            Policies p = Policies.IEEE;
            assertThat(ThroughBinary64.suits(new Rounder(F16, p.withRounding(Rounding.TO_ODD)), F16))
                    .isTrue();
            assertThat(ThroughBinary64.suits(new Rounder(F16, p.withStochasticRounding(Rounding.STOCHASTIC_A, 3)), F16))
                    .isFalse();
            assertThat(ThroughBinary64.suits(new Rounder(F16, p.withFlushInputs(true)), F16))
                    .isFalse();
            assertThat(ThroughBinary64.suits(new Rounder(Formats.BINARY64, p), F16))
                    .isFalse();
            assertThat(ThroughBinary64.suits(new Rounder(Formats.INT8, p), F16)).isFalse();
        }

        private static ThroughBinary64 path(FloatFormat a, FloatFormat b, FloatFormat c, FloatFormat result) {
            return ThroughBinary64.of(a, b, c, new Rounder(result, Policies.IEEE), NanPropagation.CANONICAL);
        }

        /** 5 exponent bits and t trailing ones span 31 + t bits with the carry of a sum. */
        @Test
        void knowsTheSumsThatBinary64Holds() {
            FloatFormat narrow = Formats.OCP_E2M1;
            FloatFormat t22 = ieee(5, 22, 15);
            FloatFormat t23 = ieee(5, 23, 15);
            assertThat(path(t22, t22, narrow, F32).exactSums).isTrue();
            assertThat(path(t22, narrow, narrow, F32).exactSums).isTrue();
            assertThat(path(narrow, t22, narrow, F32).exactSums).isTrue();
            assertThat(path(t23, t23, narrow, F32).exactSums).isFalse();
            assertThat(path(t23, narrow, narrow, F32).exactSums).isFalse();
            assertThat(path(narrow, t23, narrow, F32).exactSums).isFalse();
            assertThat(path(F32, F32, F32, F32).exactSums).isFalse();
        }

        @Test
        void knowsTheSumsWithProductsThatBinary64Holds() {
            FloatFormat narrow = Formats.OCP_E2M1;
            // factors alone: 29 + 2t bits
            assertThat(path(ieee(4, 12, 7), ieee(4, 12, 7), narrow, F32).exactFma)
                    .isTrue();
            assertThat(path(ieee(4, 13, 7), ieee(4, 12, 7), narrow, F32).exactFma)
                    .isFalse();
            assertThat(path(ieee(4, 12, 7), ieee(4, 13, 7), narrow, F32).exactFma)
                    .isFalse();
            assertThat(path(ieee(4, 12, 6), ieee(4, 12, 8), narrow, F32).exactFma)
                    .isTrue();
            assertThat(path(ieee(4, 12, 8), ieee(4, 13, 6), narrow, F32).exactFma)
                    .isFalse();
            // the addend alone: 31 + t bits
            assertThat(path(narrow, narrow, ieee(5, 22, 15), F32).exactFma).isTrue();
            assertThat(path(narrow, narrow, ieee(5, 23, 15), F32).exactFma).isFalse();
            // the top of the addend and the end of the product: 21 + 2t bits
            assertThat(path(ieee(3, 16, 3), ieee(3, 16, 3), E5M2, F32).exactFma).isTrue();
            assertThat(path(ieee(3, 17, 3), ieee(3, 16, 3), E5M2, F32).exactFma).isFalse();
            // the top of the product and the end of the addend: 39 + t bits
            assertThat(path(ieee(4, 2, 3), ieee(4, 2, 3), ieee(5, 14, 15), F32).exactFma)
                    .isTrue();
            assertThat(path(ieee(4, 2, 3), ieee(4, 2, 3), ieee(5, 15, 15), F32).exactFma)
                    .isFalse();
        }

        @Test
        void knowsTermsOnTheGridOfTheResult() {
            assertThat(path(F16, F16, F16, F16).plainSums).isTrue();
            assertThat(path(E5M2, E4M3, E5M2, F16).plainSums).isTrue();
            assertThat(path(ieee(5, 11, 15), F16, F16, F16).plainSums).isFalse();
            assertThat(path(F16, ieee(5, 11, 15), F16, F16).plainSums).isFalse();
            assertThat(path(ieee(5, 9, 17), F16, F16, F16).plainSums).isFalse(); // as precise, but of lower end
            assertThat(path(F16, ieee(5, 9, 17), F16, F16).plainSums).isFalse();
            assertThat(path(ieee(5, 9, 16), F16, F16, F16).plainSums).isTrue();
        }
    }
}
