package org.bitexact.oracle;

import java.math.BigInteger;

/**
 * A non-negative number {@code significand * 2^exponent}: the value of a code without its sign.
 *
 * @param significand any integer, not necessarily odd, at least 0
 * @param exponent exponent of the weight of the significand's lowest bit
 */
record Dyadic(BigInteger significand, int exponent) {
    static Dyadic powerOfTwo(int exponent) {
        return new Dyadic(BigInteger.ONE, exponent);
    }

    /** Half the sum, exactly. */
    static Dyadic midpoint(Dyadic a, Dyadic b) {
        int scale = Math.min(a.exponent, b.exponent);
        return new Dyadic(a.atScale(scale).add(b.atScale(scale)), scale - 1);
    }

    /** The integer n for which this is {@code n * 2^scale}; the scale must not exceed the exponent. */
    BigInteger atScale(int scale) {
        return significand.shiftLeft(Math.subtractExact(exponent, scale));
    }
}
