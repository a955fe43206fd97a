package org.bitexact.oracle;

import java.math.BigInteger;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;

/** The table of {@link Rounding}, each condition written as it stands there. */
final class RoundingTable {
    private RoundingTable() {}

    /**
     * Whether the magnitude moves up from <i>lo</i> to <i>hi</i>.
     *
     * @param x the number, magnitude in [lo, hi)
     * @param lo the neighbour below
     * @param hi the neighbour above
     * @param odd whether the floor significand <i>S</i> (or what takes its place) is odd
     */
    static boolean movesUp(Policies policies, long random, OracleValue.Finite x, Dyadic lo, Dyadic hi, boolean odd) {
        // Three integers at one scale; f = (|x| - lo) / (hi - lo) = part / whole.
        BigInteger denominator = x.ratio().getDenominator();
        int scale = Math.min(x.exponent(), Math.min(lo.exponent(), hi.exponent()));
        BigInteger magnitude = x.ratio().getNumerator().abs().shiftLeft(x.exponent() - scale);
        BigInteger floor = lo.atScale(scale).multiply(denominator);
        BigInteger ceiling = hi.atScale(scale).multiply(denominator);
        return movesUp(
                policies.rounding(),
                policies.randomBits(),
                random,
                x.negative(),
                odd,
                magnitude.subtract(floor),
                ceiling.subtract(floor));
    }

    private static boolean movesUp(
            Rounding rounding,
            int randomBits,
            long random,
            boolean negative,
            boolean odd,
            BigInteger part,
            BigInteger whole) {
        if (part.signum() < 0 || part.compareTo(whole) >= 0) {
            throw new IllegalStateException("the number is not between its neighbours");
        }
        boolean inexact = part.signum() > 0; // f > 0
        int half = part.shiftLeft(1).compareTo(whole); // f against 1/2
        return switch (rounding) {
            case TIES_TO_EVEN -> half > 0 || half == 0 && odd;
            case TIES_TO_AWAY -> half >= 0;
            case TIES_TOWARD_ZERO -> half > 0;
            case TIES_TOWARD_POSITIVE -> half > 0 || half == 0 && !negative;
            case TOWARD_ZERO -> false;
            case AWAY_FROM_ZERO -> inexact;
            case TOWARD_POSITIVE -> inexact && !negative;
            case TOWARD_NEGATIVE -> inexact && negative;
            case TO_ODD -> inexact && !odd;
            case STOCHASTIC_A -> {
                BigInteger n = power(randomBits);
                yield floor(part.multiply(n), whole)
                                .add(low(random, randomBits))
                                .compareTo(n)
                        >= 0;
            }
            case STOCHASTIC_B -> {
                BigInteger n = power(randomBits + 1);
                BigInteger twiceR =
                        low(random, randomBits).multiply(BigInteger.TWO).add(BigInteger.ONE);
                yield floor(part.multiply(n), whole).add(twiceR).compareTo(n) >= 0;
            }
            case STOCHASTIC_C -> {
                BigInteger n = power(randomBits);
                yield nearestEven(part.multiply(n), whole)
                                .add(low(random, randomBits))
                                .compareTo(n)
                        >= 0;
            }
            case STOCHASTIC_TRUNCATE -> {
                // f + R * 2^-N >= 1, times 2^N and the denominator of f
                BigInteger n = power(randomBits);
                BigInteger sum = part.multiply(n).add(low(random, randomBits).multiply(whole));
                yield sum.compareTo(n.multiply(whole)) >= 0;
            }
        };
    }

    private static BigInteger power(int n) {
        return BigInteger.ONE.shiftLeft(n);
    }

    /** The random integer <i>R</i>: the low <i>N</i> bits. */
    private static BigInteger low(long random, int n) {
        return BigInteger.valueOf(random).mod(power(n));
    }

    private static BigInteger floor(BigInteger numerator, BigInteger denominator) {
        return numerator.divide(denominator); // neither is negative
    }

    private static BigInteger nearestEven(BigInteger numerator, BigInteger denominator) {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        int half = parts[1].shiftLeft(1).compareTo(denominator);
        boolean up = half > 0 || half == 0 && parts[0].testBit(0);
        return up ? parts[0].add(BigInteger.ONE) : parts[0];
    }
}
