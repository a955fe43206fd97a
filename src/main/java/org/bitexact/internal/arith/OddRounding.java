package org.bitexact.internal.arith;

/**
 * Sums and quotients rounded to odd in binary64: the exact value if that is a number, else, of the two numbers that enclose
 * it, the one whose last bit is 1. Rounding the result once more, in any mode, to at most 51 bits gives what rounding the
 * exact value gives (Boldo and Melquiond, 2008).
 */
public final class OddRounding {
    private OddRounding() {}

    /**
     * {@return {@code u + v}; infinite or NaN sums as binary64 has them}
     *
     * @param u one term
     * @param v the other
     */
    public static double sum(double u, double v) {
        // TwoSum (Knuth): u + v = s + error exactly
        double s = u + v;
        double z = s - u;
        return toOdd(s, (u - (s - z)) + (v - z));
    }

    /**
     * {@return {@code x / y}}
     *
     * <p>The residual of the nearest quotient is exact as a fused multiply-add, because nothing comes near binary64's
     * limits.
     *
     * @param x dividend, finite, of an exponent within [-300, 300]
     * @param y divisor, positive, of an exponent within [-300, 300]
     */
    public static double quotient(double x, double y) {
        double q = x / y;
        return toOdd(q, Math.fma(-q, y, x));
    }

    /** From the number nearest to a value, and anything with the sign of what it lacks; NaN if it is infinite or NaN. */
    private static double toOdd(double nearest, double error) {
        if (error == 0 || Double.isNaN(error)) {
            return nearest;
        }
        // an error toward zero: the lower neighbour in magnitude and the nearest number enclose the value
        long bits = Double.doubleToRawLongBits(nearest);
        return Double.longBitsToDouble(bits + ((Double.doubleToRawLongBits(error) ^ bits) >> 63) | 1);
    }
}
