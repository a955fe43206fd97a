package org.bitexact.internal.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Expected values: sums of {@link BigInteger}s, rounded by the oracle. */
class ExactSumTest {
    private static final Rounder TO_F32 = new Rounder(Formats.BINARY32, Policies.IEEE);
    private static final Rounder TO_F64 = new Rounder(Formats.BINARY64, Policies.IEEE);

    private static ExactSum f32Products() {
        return ExactSum.ofProducts(Formats.BINARY32, Formats.BINARY32, Formats.BINARY32);
    }

    @Test
    void smallTermSurvivesBetweenLargeOnesThatCancel() {
        ExactSum sum = f32Products();
        sum.add(false, 1, 200);
        sum.add(false, 1, -290);
        sum.add(true, 1, 200);
        assertEquals(Math.scalb(1.0, -290), Double.longBitsToDouble(sum.round(TO_F64, 0, false)));
    }

    @Test
    void readingDoesNotChangeTheSum() {
        ExactSum sum = f32Products();
        sum.add(true, 3, 0);
        assertEquals(0xc040_0000L, sum.round(TO_F32, 0, false));
        assertTrue(sum.isNegative());
        sum.add(false, 1, 0);
        assertEquals(0xc000_0000L, sum.round(TO_F32, 0, false));
        sum.add(false, 4, 0);
        assertEquals(0x4000_0000L, sum.round(TO_F32, 0, false));
        assertFalse(sum.isNegative());
        sum.add(true, 2, 0);
        assertTrue(sum.isZero());
        sum.clear();
        assertEquals(0, sum.round(TO_F32, 0, false));
    }

    @Tag("slow")
    @Test
    void carriesAreKeptOverManyTerms() {
        // one digit takes 2^31 additions of almost 2^32: more than it can hold without a carry in between
        ExactSum sum = new ExactSum(0, 32);
        long terms = (1L << 31) + 5;
        for (long i = 0; i < terms; i++) {
            sum.add(true, 0xffff_ffffL, 0);
        }
        BigInteger expected = BigInteger.valueOf(0xffff_ffffL).multiply(BigInteger.valueOf(-terms));
        assertEquals(
                Oracle.of(Formats.BINARY64)
                        .encode(OracleValue.of(expected), Policies.IEEE, 0)
                        .code(),
                sum.round(TO_F64, 0, false));
    }

    @Nested
    class SpecialValues {
        private final Operand f32 = new Operand(Formats.BINARY32);

        private long sum(Rounding rounding, int... codes) {
            ExactSum sum = f32Products();
            for (int code : codes) {
                sum.add(f32, Integer.toUnsignedLong(code));
            }
            return sum.round(new Rounder(Formats.BINARY32, Policies.IEEE.withRounding(rounding)), 0, false)
                    & 0xffff_ffffL;
        }

        private static final int MINUS_0 = 0x8000_0000;
        private static final int ONE = 0x3f80_0000;
        private static final int INF = 0x7f80_0000;

        @Test
        void zeroSumHasTheSignOfIeee754Clause63() {
            Rounding even = Rounding.TIES_TO_EVEN;
            Rounding down = Rounding.TOWARD_NEGATIVE;
            assertEquals(0, sum(even));
            assertEquals(0, sum(down));
            assertEquals(0, sum(even, 0, MINUS_0));
            assertEquals(0x8000_0000L, sum(even, MINUS_0, MINUS_0));
            assertEquals(0, sum(even, ONE, ONE | MINUS_0, MINUS_0));
            assertEquals(0x8000_0000L, sum(down, ONE, ONE | MINUS_0, 0));
            assertEquals(0x8000_0000L, sum(down, 0, MINUS_0));
            assertEquals(0, sum(down, 0, 0));
        }

        @Test
        void infinityWinsAndTwoOfDifferentSignsAreInvalid() {
            assertEquals(0x7f80_0000L, sum(Rounding.TIES_TO_EVEN, ONE, INF, INF));
            assertEquals(0xff80_0000L, sum(Rounding.TIES_TO_EVEN, INF | MINUS_0, ONE));
            assertEquals(0x7fc0_0000L, sum(Rounding.TIES_TO_EVEN, INF, INF | MINUS_0));
            assertEquals(0x7fc0_0000L, sum(Rounding.TIES_TO_EVEN, 0xffc0_1234, INF, ONE));
        }
    }

    /** Terms of very different weights, many of which cancel, against exact integers. */
    @Test
    void sumsOfRandomTermsAreRoundedOnce() {
        SplittableRandom random = new SplittableRandom(20);
        ScalarFormat[] targets = {
            Formats.BINARY32, Formats.BINARY64, Formats.BFLOAT16, Formats.OCP_E4M3, Formats.INT8, Formats.INT32
        };
        int[] lows = {-300, -2148, -40, -18, 0, 3};
        int[] highs = {256, 2048, 60, 18, 5, 500};
        for (int trial = 0; trial < 20_000; trial++) {
            int range = random.nextInt(lows.length);
            int low = lows[range];
            int high = highs[range];
            ExactSum sum = new ExactSum(low, high);
            BigInteger exact = BigInteger.ZERO;
            int terms = 1 + random.nextInt(12);
            long significand = 0;
            int exponent = 0;
            boolean neg = false;
            for (int i = 0; i < terms; i++) {
                if (i > 0 && random.nextInt(3) == 0) {
                    neg = !neg; // the term before, with the other sign and perhaps a small difference
                    significand ^= random.nextInt(2);
                } else {
                    int bits = 1 + random.nextInt(Math.min(64, high - low));
                    significand = random.nextLong() >>> (64 - bits);
                    exponent = low + random.nextInt(high - low - bits + 1);
                    neg = random.nextBoolean();
                }
                if (random.nextInt(4) == 0 && high - low > 128) {
                    long m = random.nextLong() >>> (1 + random.nextInt(63));
                    long n = random.nextLong() >>> (1 + random.nextInt(63));
                    int e = low + random.nextInt(high - low - 126);
                    sum.addProduct(neg, m, n, e);
                    BigInteger product = BigInteger.valueOf(m).multiply(BigInteger.valueOf(n));
                    exact = exact.add((neg ? product.negate() : product).shiftLeft(e - low));
                } else {
                    sum.add(neg, significand, exponent);
                    BigInteger term = new BigInteger(Long.toUnsignedString(significand));
                    exact = exact.add((neg ? term.negate() : term).shiftLeft(exponent - low));
                }
                if (random.nextInt(5) == 0) {
                    sum.isZero(); // propagates
                }
            }
            if (exact.signum() == 0) {
                assertTrue(sum.isZero());
                continue;
            }
            for (ScalarFormat target : targets) {
                Rounding mode = Rounding.values()[random.nextInt(Rounding.values().length)];
                int n = 1 + random.nextInt(63);
                Policies policies = mode.isStochastic()
                        ? Policies.IEEE.withStochasticRounding(mode, n)
                        : Policies.IEEE.withRounding(mode);
                if (target instanceof IntFormat && random.nextBoolean()) {
                    policies = policies.withOverflow(Overflow.WRAP);
                }
                long bits = random.nextLong();
                long expected = Oracle.of(target)
                        .encode(OracleValue.ofScaled(exact, low), policies, bits)
                        .code();
                long got = sum.round(new Rounder(target, policies), bits, false);
                assertEquals(
                        Long.toHexString(expected),
                        Long.toHexString(target.width() <= 32 ? got & 0xffff_ffffL : got),
                        "sum in " + target + ", " + policies);
            }
            assertEquals(exact.signum() < 0, sum.isNegative());
        }
    }

    @Test
    void formatsSayTheirOwnRange() {
        assertEquals(-149, ExactSum.low(Formats.BINARY32));
        assertEquals(128, ExactSum.high(Formats.BINARY32));
        assertEquals(-6, ExactSum.low(Formats.MXINT8));
        assertEquals(-127, ExactSum.low(Formats.E8M0));
        assertEquals(128, ExactSum.high(Formats.E8M0));
        for (ScalarFormat f : Formats.named()) {
            if (f instanceof FloatFormat g) {
                BigDecimal unit = BigDecimal.valueOf(2).pow(Math.max(-ExactSum.low(g), 0));
                BigDecimal least = Codec.of(g).decodeExact(g.minPositiveCode());
                assertEquals(0, least.multiply(unit).remainder(BigDecimal.ONE).signum(), g.name());
            } else {
                assertTrue(f instanceof IntFormat);
            }
        }
    }
}
