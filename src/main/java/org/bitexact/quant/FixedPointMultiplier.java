package org.bitexact.quant;

/**
 * A real multiplier as a 32-bit fixed-point number and a shift, with which integer inference rescales its accumulators:
 * {@code multiplier * 2^(shift - 31)}.
 *
 * <p>Two roundings are in use. The classic one rounds twice, a high product with ties toward positive infinity and then a
 * shift with ties away from zero; the newer one rounds the 64-bit product once, ties toward positive infinity.
 *
 * <p>Sources: gemmlowp, {@code fixedpoint.h}; TFLite, {@code MultiplyByQuantizedMultiplier} with and without {@code
 * TFLITE_SINGLE_ROUNDING}; Arm, {@code SQRDMULH}.
 *
 * @param multiplier in [2^30, 2^31), or 0
 * @param shift exponent, -31 to 30
 * @since 0.1
 */
public record FixedPointMultiplier(int multiplier, int shift) {
    /** Checks the components. */
    public FixedPointMultiplier {
        if (multiplier != 0 && multiplier < 1 << 30) {
            throw new IllegalArgumentException("multiplier must be 0 or in [2^30, 2^31): " + multiplier);
        }
        if (shift < -31 || shift > 30) {
            throw new IllegalArgumentException("shift must be in [-31, 30]: " + shift);
        }
    }

    /**
     * {@return the multiplier nearest to a real number, ties away from zero}
     *
     * @param real a finite number, not negative and below 2^30; below 2^-32 it becomes 0
     * @throws IllegalArgumentException if it is negative, not finite or too large
     */
    public static FixedPointMultiplier of(double real) {
        if (!(real >= 0 && real < 0x1p30)) {
            throw new IllegalArgumentException("multiplier must be in [0, 2^30): " + real);
        }
        if (real == 0) {
            return new FixedPointMultiplier(0, 0);
        }
        int shift = Math.getExponent(real) + 1;
        if (shift < -31) {
            return new FixedPointMultiplier(0, 0);
        }
        // the significand in [0.5, 1), scaled: exact, and the sum with 0.5 is too
        long q = (long) Math.floor(Math.scalb(real, 31 - shift) + 0.5);
        if (q == 1L << 31) {
            q >>= 1;
            shift++;
        }
        if (shift > 30) {
            throw new IllegalArgumentException("multiplier must be in [0, 2^30) after rounding: " + real);
        }
        return new FixedPointMultiplier((int) q, shift);
    }

    /**
     * {@return {@code x} times this multiplier, rounded twice}
     *
     * @param x an accumulator; {@code x * 2^shift} wraps modulo 2^32 where the shift is positive, as in the source
     */
    public int applyRoundingTwice(int x) {
        int left = Math.max(shift, 0);
        int right = Math.max(-shift, 0);
        return roundingDivideByPowerOfTwo(saturatingRoundingDoublingHighMultiply(x << left, multiplier), right);
    }

    /**
     * {@return {@code x} times this multiplier, rounded once, ties toward positive infinity; modulo 2^32}
     *
     * @param x an accumulator
     */
    public int applyRoundingOnce(int x) {
        int total = 31 - shift;
        return (int) ((long) x * multiplier + (1L << (total - 1)) >> total);
    }

    /**
     * {@return the upper half of {@code 2ab}, rounded, ties toward positive infinity; 2^31 - 1 for the one product that
     * overflows, -2^31 squared}
     *
     * @param a a factor
     * @param b a factor
     */
    public static int saturatingRoundingDoublingHighMultiply(int a, int b) {
        if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
            return Integer.MAX_VALUE;
        }
        long product = (long) a * b;
        long nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
        return (int) ((product + nudge) / (1L << 31));
    }

    /**
     * {@return {@code x / 2^exponent}, rounded, ties away from zero}
     *
     * @param x the dividend
     * @param exponent 0 to 31
     */
    public static int roundingDivideByPowerOfTwo(int x, int exponent) {
        if (exponent < 0 || exponent > 31) {
            throw new IllegalArgumentException("exponent must be in [0, 31]: " + exponent);
        }
        int mask = (int) ((1L << exponent) - 1);
        int remainder = x & mask;
        int threshold = (mask >>> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + (Integer.compareUnsigned(remainder, threshold) > 0 ? 1 : 0);
    }
}
