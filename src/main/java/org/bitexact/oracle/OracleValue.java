package org.bitexact.oracle;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.commons.numbers.fraction.BigFraction;

/**
 * What a code stands for, or what is to be encoded: an exact number, a signed zero, a signed infinity or a NaN.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public sealed interface OracleValue {

    /** {@return whether the sign is minus} */
    boolean negative();

    /**
     * A number other than zero: {@code ratio * 2^exponent}.
     *
     * <p>The power of two stands apart so that the numbers of very wide formats stay small. Numerator and denominator
     * of the ratio are odd and the denominator is positive, so equal numbers are equal records.
     *
     * @param ratio a fraction of two odd integers
     * @param exponent the exponent of two
     * @since 0.1
     */
    record Finite(BigFraction ratio, int exponent) implements OracleValue {
        /** Checks that the number is not zero and that the ratio is free of factors of two. */
        public Finite {
            if (ratio.getDenominator().signum() < 0) {
                // BigFraction keeps the sign where it was given, quotients by negative numbers included
                ratio = BigFraction.of(
                        ratio.getNumerator().negate(), ratio.getDenominator().negate());
            }
            if (!ratio.getNumerator().testBit(0) || !ratio.getDenominator().testBit(0)) {
                throw new IllegalArgumentException("ratio must consist of odd integers: " + ratio);
            }
        }

        @Override
        public boolean negative() {
            return ratio.signum() < 0;
        }

        /** {@return the number as one fraction} */
        public BigFraction toFraction() {
            BigInteger power = BigInteger.ONE.shiftLeft(Math.abs(exponent));
            return exponent >= 0 ? ratio.multiply(power) : ratio.divide(power);
        }

        /** {@code numerator / denominator * 2^exponent}. */
        static OracleValue ofRatio(BigInteger numerator, BigInteger denominator, int exponent) {
            if (numerator.signum() == 0) {
                return new Zero(false);
            }
            int twosAbove = numerator.getLowestSetBit();
            int twosBelow = denominator.getLowestSetBit();
            BigInteger above = numerator.shiftRight(twosAbove);
            BigInteger below = denominator.shiftRight(twosBelow);
            BigFraction ratio = below.equals(BigInteger.ONE) ? BigFraction.of(above) : BigFraction.of(above, below);
            return new Finite(ratio, Math.addExact(exponent, twosAbove - twosBelow));
        }

        /** The sign of {@code |this| - magnitude}. */
        int compareMagnitude(Dyadic magnitude) {
            BigInteger left = ratio.getNumerator().abs();
            BigInteger right = magnitude.significand().multiply(ratio.getDenominator());
            int shift = exponent - magnitude.exponent();
            return shift >= 0 ? left.shiftLeft(shift).compareTo(right) : left.compareTo(right.shiftLeft(-shift));
        }
    }

    /**
     * A zero.
     *
     * @param negative whether the sign is minus
     * @since 0.1
     */
    record Zero(boolean negative) implements OracleValue {}

    /**
     * An infinity.
     *
     * @param negative whether the sign is minus
     * @since 0.1
     */
    record Infinity(boolean negative) implements OracleValue {}

    /**
     * A NaN. Its trailing significand field is aligned at the top with that of other formats. The NaN of a format
     * without payloads has trailing bits {@code 100...0} and is positive where the code has no sign, and the two NaNs
     * of signed {@link org.bitexact.format.SpecialValues#FN} formats have all trailing bits one; where there is no
     * trailing field, one bit that is set stands for it.
     *
     * @param negative whether the sign is minus
     * @param trailing the trailing significand field
     * @param trailingBits width of that field, at least 1
     * @param signaling whether the NaN is signaling
     * @since 0.1
     */
    record Nan(boolean negative, long trailing, int trailingBits, boolean signaling) implements OracleValue {
        /** Checks that the field fits its width. */
        public Nan {
            if (trailingBits < 1 || trailingBits > 62 || trailing <= 0 || trailing >= 1L << trailingBits) {
                throw new IllegalArgumentException("trailing must be in [1, 2^trailingBits), trailingBits in [1, 62]: "
                        + trailing + ", " + trailingBits);
            }
        }
    }

    /** The positive quiet NaN without payload. */
    Nan QUIET_NAN = new Nan(false, 1, 1, false);

    /**
     * {@return the value of a binary64 pattern}
     *
     * @param bits the pattern, as of {@link Double#doubleToRawLongBits}
     */
    static OracleValue ofDoubleBits(long bits) {
        return Oracle.BINARY64.decode(bits);
    }

    /**
     * {@return the value of a binary32 pattern}
     *
     * @param bits the pattern, as of {@link Float#floatToRawIntBits}
     */
    static OracleValue ofFloatBits(int bits) {
        return Oracle.BINARY32.decode(Integer.toUnsignedLong(bits));
    }

    /**
     * {@return an integer, exactly; zero is positive}
     *
     * @param value the integer
     */
    static OracleValue of(long value) {
        return ofScaled(BigInteger.valueOf(value), 0);
    }

    /**
     * {@return an integer, exactly; zero is positive}
     *
     * @param value the integer
     */
    static OracleValue of(BigInteger value) {
        return ofScaled(value, 0);
    }

    /**
     * {@return a fraction, exactly; zero is positive}
     *
     * @param value the fraction
     */
    static OracleValue of(BigFraction value) {
        return Finite.ofRatio(value.getNumerator(), value.getDenominator(), 0);
    }

    /**
     * {@return {@code significand * 2^exponent}, exactly; zero is positive}
     *
     * @param significand the significand
     * @param exponent the exponent of two
     */
    static OracleValue ofScaled(BigInteger significand, int exponent) {
        return Finite.ofRatio(significand, BigInteger.ONE, exponent);
    }

    /**
     * {@return a decimal number for encoding; zero is positive}
     *
     * <p>The result is exact if the magnitude lies in [1e-40100, 1e40100]. Beyond, a number that encodes to the same
     * code with the same flags in every format may stand for it, so that the work stays in proportion to the length of
     * the input.
     *
     * @param value the number
     * @implNote Formats have exponent fields of at most 16 bits, biases in [-1024, 65535] and at most 52 trailing bits,
     *     so their finite numbers, and the values one step beyond, lie in [2^-65588, 2^66560]. A magnitude above 1e40100
     *     &gt; 2^133200 overflows whatever it is; a wrapping integer format also needs its low 128 bits, which are zero
     *     in the stand-in and in every multiple of 10^200; other huge numbers are taken as they are. A magnitude below
     *     1e-40100 &lt; 2^-133200 lies strictly between zero and the smallest positive value of any format, and its
     *     fraction <i>f</i> of that value is below 2^-67000: less than 1/2, and less than 2^-65, the finest threshold of
     *     the stochastic modes (N + 1 bits, N at most 63). So no comparison can tell it from the stand-in.
     */
    static OracleValue of(BigDecimal value) {
        BigInteger unscaled = value.unscaledValue();
        if (unscaled.signum() == 0) {
            return new Zero(false);
        }
        BigInteger sign = BigInteger.valueOf(unscaled.signum());
        long decimalExponent = (long) value.precision() - value.scale() - 1;
        if (decimalExponent < -40100) {
            return ofScaled(sign, -140_000);
        }
        if (decimalExponent > 40100 && value.scale() <= -200) {
            return ofScaled(sign, 140_000);
        }
        // 10^scale = 5^scale * 2^scale
        BigInteger power = BigInteger.valueOf(5).pow(Math.abs(value.scale()));
        return value.scale() > 0
                ? Finite.ofRatio(unscaled, power, -value.scale())
                : Finite.ofRatio(unscaled.multiply(power), BigInteger.ONE, -value.scale());
    }
}
