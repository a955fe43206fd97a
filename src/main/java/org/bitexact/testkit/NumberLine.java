package org.bitexact.testkit;

import java.math.BigInteger;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalRule;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a format in order of magnitude: number 0 is zero (in formats without zero, the smallest number), and the
 * line goes on past the largest finite number as if the format did. Floats are numbered by their codes, integers by
 * themselves.
 */
final class NumberLine {
    private static final BigInteger END = BigInteger.valueOf(Long.MAX_VALUE);

    final ScalarFormat format;
    /** Null if the format is one of integers. */
    private final @Nullable FloatFormat floating;

    /** Bits of a significand. */
    final int precision;

    final boolean signed;

    NumberLine(ScalarFormat format) {
        this.format = format;
        floating = format instanceof FloatFormat f ? f : null;
        if (format instanceof FloatFormat f) {
            precision = f.precision();
            signed = f.signed();
        } else {
            IntFormat f = (IntFormat) format;
            precision = f.width() - (f.signed() && f.width() > 1 ? 1 : 0);
            signed = f.signed();
        }
    }

    private IntFormat integer() {
        return (IntFormat) format;
    }

    /** Number of the largest finite number of a sign. */
    long last(boolean negative) {
        if (floating != null) {
            return negative && !signed ? 0 : floating.maxFiniteCode();
        }
        // of 2^63 and beyond the last one that a long holds
        long n = negative ? -integer().minInteger() : integer().maxInteger();
        return n < 0 ? Long.MAX_VALUE : n;
    }

    /** Number of the first one that is not zero. */
    long first() {
        return floating == null ? Math.min(1, last(false)) : floating.hasZero() ? floating.minPositiveCode() : 0;
    }

    boolean hasZero() {
        return floating != null ? floating.hasZero() : integer().encoding() != IntFormat.Encoding.BIPOLAR;
    }

    /** The number after another one. */
    long after(long n) {
        return n == 0 && hasZero() ? first() : n + 1;
    }

    /** Magnitude of a number. */
    Dyadic magnitude(long n) {
        if (floating == null) {
            return Dyadic.of(n, integer().scaleExponent());
        }
        long field = n >>> floating.trailingBits();
        long trailing = n & floating.trailingMask();
        if (field >= floating.lowestNormalField()) {
            int q = Math.toIntExact(field) - floating.bias() - floating.trailingBits();
            return Dyadic.of(trailing | 1L << floating.trailingBits(), q);
        }
        return floating.subnormals() == SubnormalRule.FLUSH
                ? Dyadic.ZERO
                : Dyadic.of(trailing, floating.subnormalQuantumExponent());
    }

    /** Halfway to the number after. */
    Dyadic midpoint(long n) {
        return magnitude(n).plus(magnitude(after(n))).scaled(-1);
    }

    /** The smallest normal number's magnitude; of integers, one step. */
    Dyadic smallestNormal() {
        return floating == null ? magnitude(1) : magnitude(floating.minNormalCode());
    }

    /** Code of a number; where there is no minus sign or no such zero, the positive one. */
    long code(boolean negative, long n) {
        boolean minus = negative && signed;
        if (floating != null) {
            return minus && (n != 0 || floating.hasNegativeZero() || !floating.hasZero()) ? n | floating.signMask() : n;
        }
        if (integer().encoding() == IntFormat.Encoding.BIPOLAR) {
            return minus ? 0 : 1;
        }
        return (minus ? -n : n) & format.codeMask();
    }

    boolean isFinite(long code) {
        return floating == null || floating.isFinite(code);
    }

    boolean isNegative(long code) {
        return floating == null ? signed && integer().toInteger(code) < 0 : floating.isSignMinus(code);
    }

    /** Number of a finite code. */
    long number(long code) {
        if (floating != null) {
            return floating.isZero(code) ? 0 : code & floating.magnitudeMask();
        }
        long n = integer().toInteger(code);
        return n < 0 && signed ? -n : n;
    }

    /** Value of a finite code. */
    Dyadic value(long code) {
        Dyadic m = magnitude(number(code));
        return isNegative(code) ? m.negate() : m;
    }

    /** The number at or below a magnitude, beyond the largest one too; -1 below the smallest where there is no zero. */
    long floor(Dyadic magnitude) {
        if (floating == null) {
            return clipped(magnitude.floorInUnitsOf(integer().scaleExponent()));
        }
        int t = floating.trailingBits();
        boolean normal = magnitude.signum() != 0 && magnitude.abs().compareTo(smallestNormal()) >= 0;
        if (normal) {
            int q = magnitude.binade() - t;
            long field = (long) q + floating.bias() + t;
            // beyond every exponent field of 17 bits the numbers are all the same to us
            return Math.min(field, 1L << 17) << t | magnitude.floorInUnitsOf(q).longValue() & floating.trailingMask();
        }
        return switch (floating.subnormals()) {
            case ABSENT -> -1;
            case FLUSH -> 0;
            case GRADUAL, TESLA_LITERAL ->
                Math.min(
                        clipped(magnitude.floorInUnitsOf(floating.subnormalQuantumExponent())),
                        floating.trailingMask());
        };
    }

    private static long clipped(BigInteger n) {
        return n.min(END.subtract(BigInteger.ONE)).longValue();
    }

    /** Code of the number nearest to a value, either one at a tie; the largest one beyond it. */
    long nearest(Dyadic value) {
        return stepped(value, 0);
    }

    /** Code of a number some steps from the nearest one, away from zero if positive, within the finite numbers. */
    long stepped(Dyadic value, int steps) {
        boolean negative = value.signum() < 0 && signed;
        Dyadic magnitude = value.abs();
        long n = floor(magnitude);
        if (n < 0 || n < last(negative) && magnitude.compareTo(midpoint(n)) > 0) {
            n = n < 0 ? 0 : after(n);
        }
        long low = hasZero() ? 0 : first();
        long moved = n == 0 && steps > 0 ? first() + steps - 1 : n + steps;
        moved = moved < first() ? low : moved;
        return code(negative, Math.min(moved, last(negative)));
    }

    /** Whether the value is one of the format's finite numbers. */
    boolean holds(Dyadic value) {
        long code = nearest(value);
        return value(code).isEqualTo(value);
    }

    /** The lowest number above which there is a midpoint: not zero where what lies below the normal numbers is flushed. */
    long firstBelowMidpoint() {
        boolean flushes = floating != null && floating.subnormals() == SubnormalRule.FLUSH;
        return hasZero() && !flushes ? 0 : first();
    }

    /** Whether a magnitude lies exactly between two neighbouring numbers, the first one beyond the largest included. */
    boolean isMidpoint(Dyadic magnitude) {
        long n = floor(magnitude);
        return n >= firstBelowMidpoint() && n <= last(false) && midpoint(n).isEqualTo(magnitude);
    }
}
