package org.bitexact.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Special cases by hand; numbers against the correctly rounded operations of the JDK on binary32 and binary64. */
@Tag("fast")
class ExactArithmeticTest {
    private static final FloatFormat H = Formats.BINARY16;
    private static final Policies DOWN = Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE);
    private static final int INF = 0x7c00;
    private static final int ONE = 0x3c00;
    private static final int MINUS = 0x8000;
    private static final int NAN = 0x7e00;

    private static Oracle.Result result(long code, int flags) {
        return new Oracle.Result(code, flags);
    }

    private static Oracle.Result fma(long a, long b, long c, Policies policies) {
        return ExactArithmetic.fma(H, a, H, b, H, c, H, policies, 0);
    }

    @Nested
    class Specials {
        @Test
        void fusedMultiplyAdd() {
            assertThat(fma(INF, 0, ONE, Policies.IEEE)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(fma(0, INF | MINUS, NAN, Policies.IEEE)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(fma(ONE, NAN, ONE, Policies.IEEE)).isEqualTo(result(NAN, 0));
            assertThat(fma(ONE, ONE, 0x7c01, Policies.IEEE)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(fma(INF, ONE, INF | MINUS, Policies.IEEE)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(fma(INF, ONE | MINUS, ONE, Policies.IEEE)).isEqualTo(result(INF | MINUS, 0));
            assertThat(fma(ONE, ONE, INF, Policies.IEEE)).isEqualTo(result(INF, 0));
        }

        @Test
        void signsOfZeroSums() {
            assertThat(fma(ONE, ONE, ONE | MINUS, Policies.IEEE)).isEqualTo(result(0, 0));
            assertThat(fma(ONE, ONE, ONE | MINUS, DOWN)).isEqualTo(result(MINUS, 0));
            assertThat(fma(0, ONE, 0, DOWN)).isEqualTo(result(0, 0));
            assertThat(fma(MINUS, ONE, MINUS, Policies.IEEE)).isEqualTo(result(MINUS, 0));
            assertThat(fma(MINUS, ONE, 0, Policies.IEEE)).isEqualTo(result(0, 0));
            assertThat(fma(MINUS, ONE, 0, DOWN)).isEqualTo(result(MINUS, 0));
            assertThat(fma(MINUS, ONE, ONE, Policies.IEEE)).isEqualTo(result(ONE, 0));
            assertThat(ExactArithmetic.subtract(H, 0, H, 0, H, Policies.IEEE, 0))
                    .isEqualTo(result(0, 0));
            assertThat(ExactArithmetic.subtract(H, MINUS, H, 0, H, Policies.IEEE, 0))
                    .isEqualTo(result(MINUS, 0));
        }

        @Test
        void divisionAndRoot() {
            assertThat(divide(ONE | MINUS, 0)).isEqualTo(result(INF | MINUS, Flags.DIVIDE_BY_ZERO));
            assertThat(divide(0, MINUS)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(divide(INF, INF)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(divide(INF, 0)).isEqualTo(result(INF, 0));
            assertThat(divide(ONE, INF | MINUS)).isEqualTo(result(MINUS, 0));
            assertThat(root(MINUS)).isEqualTo(result(MINUS, 0));
            assertThat(root(ONE | MINUS)).isEqualTo(result(NAN, Flags.INVALID));
            assertThat(root(INF)).isEqualTo(result(INF, 0));
            assertThat(root(0x4400)).isEqualTo(result(0x4000, 0)); // 4 -> 2
            assertThat(root(0x4000)).isEqualTo(result(0x3da8, Flags.INEXACT)); // 2 -> 1.4140625
        }

        private static Oracle.Result divide(long a, long b) {
            return ExactArithmetic.divide(H, a, H, b, H, Policies.IEEE, 0);
        }

        private static Oracle.Result root(long a) {
            return ExactArithmetic.squareRoot(H, a, H, Policies.IEEE, 0);
        }

        @Test
        void subnormalOperandsCanBeFlushed() {
            Policies flush = Policies.IEEE.withFlushInputs(true);
            assertThat(fma(1, 0x7000, 0, Policies.IEEE)).isEqualTo(result(0x1000, 0)); // 2^-24 * 2^13 = 2^-11
            assertThat(fma(1, 0x7000, 0, flush)).isEqualTo(result(0, 0));
        }
    }

    @Test
    void mixedFormatsRoundOnce() {
        // 1.125 * 1.75 + 2^-30: exact in no step before the last
        Oracle.Result result = ExactArithmetic.fma(
                Formats.OCP_E4M3,
                0x39,
                Formats.OCP_E5M2,
                0x3f,
                Formats.BINARY32,
                Float.floatToRawIntBits(0x1p-30f),
                Formats.BINARY32,
                Policies.IEEE.withRounding(Rounding.AWAY_FROM_ZERO),
                0);
        assertThat(result).isEqualTo(result(Float.floatToRawIntBits(Math.nextUp(1.96875f)), Flags.INEXACT));
    }

    @Test
    void veryWideFormats() {
        FloatFormat f = P3109.of(16, 1, true, true);
        long huge = 0x7ffe; // 2^16382
        // 2^32764 + 2^-16383, rounded to the format: overflow
        assertThat(ExactArithmetic.fma(f, huge, f, huge, f, 1, f, Policies.IEEE, 0))
                .isEqualTo(result(0x7fff, Flags.OVERFLOW | Flags.INEXACT));
        // 2^16382 * 2^-16383 + 2^-16383 = 1/2 + a little
        assertThat(ExactArithmetic.fma(f, huge, f, 1, f, 1, f, DOWN, 0)).isEqualTo(result(0x3fff, Flags.INEXACT));
    }

    @Test
    void numbersAgreeWithTheJdk() {
        SplittableRandom random = new SplittableRandom(20260);
        Policies p = Policies.IEEE;
        FloatFormat s = Formats.BINARY32;
        FloatFormat d = Formats.BINARY64;
        for (int i = 0; i < 20_000; i++) {
            // exponents drawn close together, so that sums and products are inexact and within range, mostly
            float a = draw(random);
            float b = draw(random);
            float c = draw(random);
            check(s, Math.fma(a, b, c), ExactArithmetic.fma(s, bits(a), s, bits(b), s, bits(c), s, p, 0), a, b, c);
            check(s, a + b, ExactArithmetic.add(s, bits(a), s, bits(b), s, p, 0), a, b);
            check(s, a - b, ExactArithmetic.subtract(s, bits(a), s, bits(b), s, p, 0), a, b);
            check(s, a * b, ExactArithmetic.multiply(s, bits(a), s, bits(b), s, p, 0), a, b);
            check(s, a / b, ExactArithmetic.divide(s, bits(a), s, bits(b), s, p, 0), a, b);
            double x = Math.abs(a * (double) b);
            Oracle.Result root = ExactArithmetic.squareRoot(d, Double.doubleToRawLongBits(x), d, p, 0);
            assertThat(root.code()).as("root of %s", x).isEqualTo(Double.doubleToRawLongBits(Math.sqrt(x)));
        }
    }

    private static void check(ScalarFormat f, float expected, Oracle.Result actual, float... operands) {
        if (actual.code() != bits(expected)) {
            assertThat(Long.toHexString(actual.code()))
                    .as("%s", java.util.Arrays.toString(operands))
                    .isEqualTo(Long.toHexString(bits(expected)));
        }
    }

    private static long bits(float x) {
        return Integer.toUnsignedLong(Float.floatToRawIntBits(x));
    }

    private static float draw(SplittableRandom random) {
        int kind = random.nextInt(10);
        int exponent = kind == 0 ? random.nextInt(255) : kind == 1 ? random.nextInt(3) : 120 + random.nextInt(16);
        int trailing = random.nextInt(1 << 23) & (random.nextBoolean() ? -1 : 0x7ff000);
        return Float.intBitsToFloat((random.nextInt(2) << 31) | exponent << 23 | trailing);
    }

    /** Roots of all binary16 codes in every deterministic mode, by comparing squares of the neighbours. */
    @Test
    void rootsLieBetweenSquares() {
        for (Rounding mode : TestFormats.deterministic()) {
            Policies p = Policies.IEEE.withRounding(mode);
            for (int code = 1; code < INF; code += 7) {
                long root = ExactArithmetic.squareRoot(H, code, H, p, 0).code();
                OracleValue x = Oracle.of(H).decode(code);
                int below = compareSquare(root, x);
                switch (mode) {
                    case TOWARD_ZERO, TOWARD_NEGATIVE -> {
                        assertThat(below).isNotPositive();
                        assertThat(compareSquare(root + 1, x)).isPositive();
                    }
                    case AWAY_FROM_ZERO, TOWARD_POSITIVE -> {
                        assertThat(below).isNotNegative();
                        assertThat(compareSquare(root - 1, x)).isNegative();
                    }
                    case TO_ODD -> assertThat(below == 0 || root % 2 == 1).isTrue();
                    default ->
                        assertThat(root)
                                .isEqualTo(ExactArithmetic.squareRoot(H, code, H, Policies.IEEE, 0)
                                        .code());
                }
            }
        }
    }

    private static int compareSquare(long root, OracleValue x) {
        var r = ((OracleValue.Finite) Oracle.of(H).decode(root)).toFraction();
        return r.multiply(r).compareTo(((OracleValue.Finite) x).toFraction());
    }
}
