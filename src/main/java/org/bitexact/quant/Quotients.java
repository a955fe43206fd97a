package org.bitexact.quant;

/** Quotients for a second, final rounding. */
final class Quotients {
    private Quotients() {}

    /**
     * {@return {@code x / y} rounded to odd in binary64}
     *
     * <p>Rounding the result once more, in any mode, to at most 51 bits gives what rounding the exact quotient gives (Boldo
     * and Melquiond, 2008). The residual of the nearest quotient is exact as a fused multiply-add, because the exponents
     * here stay far from binary64's limits: those of x and y lie within [-300, 300].
     *
     * @param x dividend, finite
     * @param y divisor, finite and positive
     */
    static double toOdd(double x, double y) {
        double q = x / y;
        double residual = Math.fma(-q, y, x);
        if (residual == 0 || q == 0) {
            return q;
        }
        long bits = Double.doubleToRawLongBits(q);
        // a residual toward zero: the lower neighbour in magnitude and q enclose the quotient
        boolean below = residual < 0 != bits < 0;
        return Double.longBitsToDouble((below ? bits - 1 : bits) | 1);
    }
}
