package org.bitexact.testkit;

import java.math.BigInteger;

/** An exact number of either sign, {@code significand * 2^exponent}. Equal numbers may be different records. */
record Dyadic(BigInteger significand, int exponent) implements Comparable<Dyadic> {
    static final Dyadic ZERO = new Dyadic(BigInteger.ZERO, 0);

    static Dyadic of(long significand, int exponent) {
        return new Dyadic(BigInteger.valueOf(significand), exponent);
    }

    int signum() {
        return significand.signum();
    }

    Dyadic negate() {
        return new Dyadic(significand.negate(), exponent);
    }

    Dyadic abs() {
        return signum() < 0 ? negate() : this;
    }

    Dyadic plus(Dyadic other) {
        int e = Math.min(exponent, other.exponent);
        return new Dyadic(inUnitsOf(e).add(other.inUnitsOf(e)), e);
    }

    Dyadic minus(Dyadic other) {
        return plus(other.negate());
    }

    Dyadic times(Dyadic other) {
        return new Dyadic(significand.multiply(other.significand), exponent + other.exponent);
    }

    /** This number times 2^n. */
    Dyadic scaled(int n) {
        return new Dyadic(significand, exponent + n);
    }

    /** The quotient to that many bits or a few more; where it is not exact, its last bit is one. */
    Dyadic quotientToOdd(Dyadic divisor, int bits) {
        int shift = Math.max(0, bits + 1 - significand.bitLength() + divisor.significand.bitLength());
        BigInteger[] parts = significand.abs().shiftLeft(shift).divideAndRemainder(divisor.significand.abs());
        BigInteger q = toOdd(parts[0], parts[1].signum() != 0);
        return new Dyadic(signum() * divisor.signum() < 0 ? q.negate() : q, exponent - divisor.exponent - shift);
    }

    /** The root of a positive number to that many bits or a few more; where it is not exact, its last bit is one. */
    Dyadic rootToOdd(int bits) {
        int shift = Math.max(0, 2 * bits + 2 - significand.bitLength());
        shift += exponent - shift & 1;
        BigInteger[] parts = significand.shiftLeft(shift).sqrtAndRemainder();
        return new Dyadic(toOdd(parts[0], parts[1].signum() != 0), exponent - shift >> 1);
    }

    private static BigInteger toOdd(BigInteger floor, boolean inexact) {
        return inexact ? floor.setBit(0) : floor;
    }

    /** The exponent of the binade, for a number other than zero. */
    int binade() {
        return significand.abs().bitLength() - 1 + exponent;
    }

    /** The number of bits from the first to the last one of the significand, 0 for zero. */
    int bits() {
        return signum() == 0 ? 0 : significand.abs().bitLength() - significand.getLowestSetBit();
    }

    /** The magnitude divided by 2^e, rounded down. */
    BigInteger floorInUnitsOf(int e) {
        return exponent >= e ? inUnitsOf(e).abs() : significand.abs().shiftRight(e - exponent);
    }

    private BigInteger inUnitsOf(int e) {
        return significand.shiftLeft(exponent - e);
    }

    @Override
    public int compareTo(Dyadic other) {
        int e = Math.min(exponent, other.exponent);
        return inUnitsOf(e).compareTo(other.inUnitsOf(e));
    }

    boolean isEqualTo(Dyadic other) {
        return compareTo(other) == 0;
    }
}
