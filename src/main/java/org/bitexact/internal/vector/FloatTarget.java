package org.bitexact.internal.vector;

import java.util.function.IntPredicate;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NegativeRule;

/**
 * What the loops need to know of a floating-point target, in terms of binary32 patterns.
 *
 * <p>The format has t trailing significand bits, so that s = 23 - t bits of a pattern are discarded, and the least normal
 * number 2^emin. Both formats store magnitudes as exponent and trailing significand; so a code from that of 2^emin on,
 * read as a number even if it is an infinity or a NaN, has the value of the pattern {@code (code << s) + rebias}.
 *
 * <p><b>Overflow.</b> Codes go on growing beyond the largest finite number. Where overflow yields the next code (often
 * that of infinity) or the largest finite number, it is enough to bring greater magnitudes down to the value of that
 * code, which then comes out exactly. Where it yields another code, values beyond the largest number are left to the
 * codec.
 */
final class FloatTarget {
    private static final int LARGEST = 0x7f7f_ffff;
    /** The trailing bits of g, see {@link #magic()}, that hold a constant. */
    private static final int CONSTANT = (1 << 22) - 1;

    final FloatFormat format;
    final Codec codec;
    /** s, the number of discarded bits, 0 to 23. */
    final int discarded;
    /** Pattern of 2^emin, or of 2^-126 if that is greater. */
    final int minNormal;
    /** Shift that moves a pattern's sign to that of a code. */
    final int signShift;
    /** Sign bit of a code, or 0. */
    final int signMask;
    /** All bits of a code. */
    final int codeMask;
    /** Positive values are brought down to this one. */
    final int limit;
    /** Magnitudes of negative values are brought down to this one. */
    final int negativeLimit;
    /** The least magnitude that may get a wrong code. */
    final int plainBelow;
    /** The greatest magnitude that, negative, becomes a zero without a sign; -1 where zeros keep theirs. */
    final int unsignedZero;
    /** Whether negative values become one code in an unsigned format, unless they become zero. */
    final boolean replacesNegative;
    /** The value whose code they become then. */
    final int negative;
    /** What positive values are brought down to before negative ones are replaced. */
    final int positiveLimit;

    FloatTarget(FloatFormat format, Codec codec) {
        this.format = format;
        this.codec = codec;
        discarded = 23 - format.trailingBits();
        minNormal = Math.max(format.emin() + 127, 1) << 23;
        signShift = 32 - format.width();
        signMask = (int) format.signMask();
        codeMask = (int) format.codeMask();
        replacesNegative = !format.signed() && codec.policies().negative() != NegativeRule.ABSOLUTE;
        int code = code(LARGEST | Lanes.SIGN);
        negative = replacesNegative && code != 0 ? pattern(code) : 0;
        positiveLimit = limit(0);
        limit = Math.max(positiveLimit, negative);
        negativeLimit = format.signed() ? limit(Lanes.SIGN) : limit;
        boolean follows = follows(0) && (!format.signed() || follows(Lanes.SIGN));
        boolean infinite = overflowsAsInfinity(0) && overflowsAsInfinity(Lanes.SIGN);
        plainBelow = !follows
                ? Math.min(pattern(format.maxFiniteCode()) + 1, Lanes.EXPONENT)
                : infinite ? Lanes.EXPONENT + 1 : Lanes.EXPONENT;
        boolean zerosHaveSigns = !format.signed() || format.hasNegativeZero();
        unsignedZero = zerosHaveSigns ? -1 : firstWhere(minNormal, a -> code(a | Lanes.SIGN) != 0) - 1;
    }

    /** {@return whether a format has normal numbers, and at least one discarded bit} */
    static boolean fits(FloatFormat f) {
        return f.trailingBits() <= 22 && f.width() <= 32 && f.maxFiniteCode() >= 1L << f.trailingBits();
    }

    /** {@return whether every code of zero keeps its sign} */
    boolean zerosHaveSigns() {
        return unsignedZero < 0;
    }

    /** {@return the difference of the patterns of g, as {@link NearestLoop} has it, and 2^e} */
    int magic() {
        return (discarded << 23) + (-(minNormal >>> discarded) & CONSTANT);
    }

    /** {@return whether g is a number whatever the value is} */
    boolean hasMagic() {
        return discarded >= 2
                && format.emin() >= Float.MIN_EXPONENT
                && format.lowestNormalField() == 1
                && (Math.max(limit, negativeLimit) >>> 23) + discarded < 255;
    }

    /** {@return whether codes are the upper bits of binary32 patterns, as far as they are normal numbers} */
    boolean isPrefix() {
        return isPrefix(format);
    }

    static boolean isPrefix(FloatFormat format) {
        return format.exponentBits() == 8 && format.bias() == 127;
    }

    /** {@return the code of a value; for stochastic modes with the bits that increment most often} */
    int code(int pattern) {
        return (int) codec.encodeFloatBits(pattern, -1);
    }

    /**
     * {@return the least pattern for which a condition holds, at most the given one}
     *
     * @param most a pattern
     * @param condition holds from some pattern on
     */
    static int firstWhere(int most, IntPredicate condition) {
        int low = 0;
        int high = most;
        while (low < high) {
            int middle = low + high >>> 1;
            if (condition.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** {@return whether a code, read as a number, has a value up to that of infinity} */
    boolean isInRange(int code) {
        return unboundedPattern(code) <= Lanes.EXPONENT;
    }

    private long unboundedPattern(long code) {
        return (code << discarded) + ((127L - format.bias()) << 23);
    }

    /** The pattern of a code read as a number, at most that of infinity. */
    private int pattern(long code) {
        return (int) Math.min(unboundedPattern(code), Lanes.EXPONENT);
    }

    private int limit(int sign) {
        return pattern(format.maxFiniteCode() + (overflowsToLargest(sign) ? 0 : 1));
    }

    private boolean overflowsToLargest(int sign) {
        return code(LARGEST | sign) == (format.maxFiniteCode() | (sign == 0 ? 0 : signMask));
    }

    private boolean overflowsAsInfinity(int sign) {
        return code(LARGEST | sign) == code(Lanes.EXPONENT | sign);
    }

    /** Whether overflow yields the largest finite number or the next code. */
    private boolean follows(int sign) {
        return overflowsToLargest(sign)
                || code(LARGEST | sign) == (format.maxFiniteCode() + 1 | (sign == 0 ? 0 : signMask));
    }
}
