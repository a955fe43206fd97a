package org.bitexact.testkit;

import java.math.BigInteger;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.bitexact.oracle.Ulps;

/** What the oracle says about numbers of a format, in exact fractions: the expectation of the generators' tests. */
final class Exactly {
    private static final Policies SATURATING = Policies.IEEE.withOverflow(Overflow.SATURATE);

    private Exactly() {}

    static boolean isFinite(ScalarFormat format, long code) {
        OracleValue v = Oracle.of(format).decode(code);
        return v instanceof OracleValue.Finite || v instanceof OracleValue.Zero;
    }

    static BigFraction value(ScalarFormat format, long code) {
        return Oracle.of(format).decode(code) instanceof OracleValue.Finite f ? f.toFraction() : BigFraction.ZERO;
    }

    static BigFraction powerOfTwo(int e) {
        BigInteger power = BigInteger.ONE.shiftLeft(Math.abs(e));
        return e >= 0 ? BigFraction.of(power) : BigFraction.of(BigInteger.ONE, power);
    }

    private static BigFraction rounded(ScalarFormat format, BigFraction x, Rounding rounding) {
        return value(
                format,
                Oracle.of(format)
                        .encode(OracleValue.of(x), SATURATING.withRounding(rounding), 0)
                        .code());
    }

    /** The number of the format next below in magnitude, or it itself, among the finite ones. */
    static BigFraction below(ScalarFormat format, BigFraction magnitude) {
        return rounded(format, magnitude, Rounding.TOWARD_ZERO);
    }

    static BigFraction largest(ScalarFormat format, boolean negative) {
        BigFraction huge = powerOfTwo(2000);
        return rounded(format, negative ? huge.negate() : huge, Rounding.TOWARD_ZERO)
                .abs();
    }

    static boolean isNumber(ScalarFormat format, BigFraction x) {
        return rounded(format, x, Rounding.TOWARD_ZERO).equals(x);
    }

    /** The next number above one of the format, the first one beyond the largest included. */
    static BigFraction above(ScalarFormat format, BigFraction number, boolean negative) {
        if (number.equals(largest(format, negative))) {
            return number.add(Ulps.ulp(format, OracleValue.of(number)));
        }
        // anything above the number, as little as one likes
        BigFraction little = number.signum() == 0 ? powerOfTwo(-1200) : number.multiply(powerOfTwo(-60));
        BigFraction x = number.add(little);
        return rounded(format, negative ? x.negate() : x, Rounding.AWAY_FROM_ZERO)
                .abs();
    }

    /** Where a magnitude lies between the number below and the one above, 0 to below 1; 2 beyond those. */
    static BigFraction fraction(ScalarFormat format, BigFraction x) {
        boolean negative = x.signum() < 0;
        BigFraction low = rounded(format, x, Rounding.TOWARD_ZERO).abs();
        BigFraction high = above(format, low, negative);
        BigFraction magnitude = x.abs();
        return magnitude.compareTo(high) >= 0
                ? BigFraction.of(2)
                : magnitude.subtract(low).divide(high.subtract(low));
    }

    static boolean isMidpoint(ScalarFormat format, BigFraction x) {
        return fraction(format, x).equals(BigFraction.of(1, 2));
    }

    static BigFraction smallestNormal(ScalarFormat format) {
        return format instanceof FloatFormat f
                ? powerOfTwo(f.lowestNormalField() - f.bias())
                : powerOfTwo(((IntFormat) format).scaleExponent());
    }

    /** The distance from a finite code to the neighbour that is further away. */
    static BigFraction step(ScalarFormat format, long code) {
        BigFraction x = value(format, code);
        boolean negative = x.signum() < 0;
        BigFraction up = above(format, x.abs(), negative).subtract(x.abs());
        if (x.signum() == 0) {
            return up;
        }
        BigFraction lower = below(format, x.abs().subtract(x.abs().multiply(powerOfTwo(-60))));
        BigFraction down = x.abs().subtract(lower);
        return up.compareTo(down) > 0 ? up : down;
    }

    /** Formats of every kind. */
    static ScalarFormat[] formats() {
        return new ScalarFormat[] {
            Formats.BINARY32,
            Formats.BINARY64,
            Formats.BINARY16,
            Formats.BFLOAT16,
            Formats.TF32,
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.E4M3FNUZ,
            Formats.OCP_E2M1,
            Formats.OCP_E3M2,
            Formats.E8M0,
            Formats.UE4M3,
            Formats.CFLOAT16_UHP,
            P3109.of(8, 3, true, true),
            Formats.INT8,
            Formats.UINT4,
            Formats.INT32,
            Formats.MXINT8,
            Formats.BINARY1,
            FloatFormat.builder("tesla", 4, 3)
                    .specials(SpecialValues.NONE)
                    .subnormals(SubnormalRule.TESLA_LITERAL)
                    .build(),
            FloatFormat.builder("flush", 4, 3).subnormals(SubnormalRule.FLUSH).build()
        };
    }
}
