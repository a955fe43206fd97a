package org.bitexact.oracle;

import java.math.BigInteger;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalRule;

/**
 * Exact errors and distances in units of a format.
 *
 * <p>The <i>ulp</i> of a floating-point format at a number x is 2^(max(e, emin) - t), with e = floor(log2 |x|) and t
 * trailing significand bits: the spacing of the format's numbers around x, as if exponents were unbounded above. At
 * zero, and everywhere below 2^emin, it is 2^(emin - t), half of that in formats with {@link
 * SubnormalRule#TESLA_LITERAL}. In integer formats it is the weight of the lowest bit.
 *
 * <p>Source: IEEE 754-2019 leaves the ulp undefined; this is Goldberg's, taken at the exact value.
 *
 * @since 0.1
 */
public final class Ulps {
    private Ulps() {}

    /**
     * {@return the ulp of a format at a number, exactly}
     *
     * @param format the format
     * @param x a finite number or a zero
     * @throws IllegalArgumentException if the value is infinite or NaN
     */
    public static BigFraction ulp(ScalarFormat format, OracleValue x) {
        BigFraction number = number(x);
        if (format instanceof IntFormat f) {
            return powerOfTwo(f.scaleExponent());
        }
        FloatFormat f = (FloatFormat) format;
        int emin = (f.subnormals() == SubnormalRule.ABSENT ? 0 : 1) - f.bias();
        BigFraction magnitude = number.abs();
        if (magnitude.compareTo(powerOfTwo(emin)) < 0) {
            return powerOfTwo(emin - f.trailingBits() - (f.subnormals() == SubnormalRule.TESLA_LITERAL ? 1 : 0));
        }
        return powerOfTwo(floorLog2(magnitude) - f.trailingBits());
    }

    /**
     * {@return the error of a code as an approximation of a number: (value of the code - number) / ulp, exactly}
     *
     * @param format the format of the code
     * @param code a code with a finite value
     * @param exact the number it stands for; the ulp is taken there
     * @throws IllegalArgumentException if either is infinite or NaN
     */
    public static BigFraction error(ScalarFormat format, long code, OracleValue exact) {
        BigFraction value = number(Oracle.of(format).decode(code));
        return value.subtract(number(exact)).divide(ulp(format, exact));
    }

    /**
     * {@return the number of steps between neighbouring values that lead from one code to another, at least 0}
     *
     * <p>Both zeros count as one value, and the infinities as the values next to the largest finite numbers.
     *
     * @param format the format of both codes
     * @param a a code
     * @param b a code
     * @throws IllegalArgumentException if a code does not fit the format or is a NaN
     */
    public static BigInteger codeDistance(ScalarFormat format, long a, long b) {
        return position(format, a).subtract(position(format, b)).abs();
    }

    /** Position on the line of the format's values, 0 at zero or, without zero, just below the smallest number. */
    private static BigInteger position(ScalarFormat format, long code) {
        OracleValue value = Oracle.of(format).decode(code);
        if (value instanceof OracleValue.Nan) {
            throw new IllegalArgumentException(String.format("code of %s must not be a NaN: 0x%x", format, code));
        }
        if (value instanceof OracleValue.Zero) {
            return BigInteger.ZERO;
        }
        if (format instanceof IntFormat f) {
            if (f.encoding() == IntFormat.Encoding.BIPOLAR) {
                return BigInteger.valueOf(code);
            }
            return ((OracleValue.Finite) value)
                    .toFraction()
                    .divide(powerOfTwo(f.scaleExponent()))
                    .getNumerator();
        }
        FloatFormat f = (FloatFormat) format;
        BigInteger magnitude = new BigInteger(Long.toUnsignedString(code));
        if (f.signed()) {
            magnitude = magnitude.mod(BigInteger.TWO.pow(f.exponentBits() + f.trailingBits()));
        }
        BigInteger perExponent = BigInteger.TWO.pow(f.trailingBits());
        BigInteger position = switch (f.subnormals()) {
            case GRADUAL, TESLA_LITERAL -> magnitude;
            case FLUSH -> magnitude.subtract(perExponent).add(BigInteger.ONE);
            case ABSENT -> magnitude.add(BigInteger.ONE);
        };
        return value.negative() ? position.negate() : position;
    }

    private static BigFraction number(OracleValue value) {
        if (value instanceof OracleValue.Finite finite) {
            return finite.toFraction();
        }
        if (value instanceof OracleValue.Zero) {
            return BigFraction.ZERO;
        }
        throw new IllegalArgumentException("value must be a number: " + value);
    }

    private static BigFraction powerOfTwo(int exponent) {
        BigInteger power = BigInteger.ONE.shiftLeft(Math.abs(exponent));
        return exponent >= 0 ? BigFraction.of(power) : BigFraction.of(power).reciprocal();
    }

    private static int floorLog2(BigFraction magnitude) {
        // numerator in [2^(a-1), 2^a), denominator in [2^(b-1), 2^b): the quotient is above 2^(a-b-1), below 2^(a-b+1)
        int guess = magnitude.getNumerator().bitLength()
                - magnitude.getDenominator().bitLength();
        return magnitude.compareTo(powerOfTwo(guess)) >= 0 ? guess : guess - 1;
    }
}
