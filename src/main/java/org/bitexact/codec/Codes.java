package org.bitexact.codec;

import org.bitexact.format.FloatFormat;

/**
 * The operations of IEEE 754 that act on floating-point codes without rounding: classification, neighbours, unit in the
 * last place, sign operations and total order.
 *
 * <p>Codes are taken and returned in the low {@code width} bits of a {@code long}; a code with other bits set is
 * refused.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: IEEE 754-2019, 5.3.1, 5.5.1, 5.7.2 and 5.10.
 *
 * @since 0.1
 */
public final class Codes {
    private final FloatFormat format;
    private final long magnitudeMask;
    private final long topCode;

    private Codes(FloatFormat format) {
        this.format = format;
        magnitudeMask = format.magnitudeMask();
        topCode = format.hasInfinity() ? format.infinityCode() : format.maxFiniteCode();
    }

    /**
     * {@return the operations of a format}
     *
     * @param format the format
     */
    public static Codes of(FloatFormat format) {
        return new Codes(format);
    }

    /** {@return the format} */
    public FloatFormat format() {
        return format;
    }

    /**
     * {@return the class of a code}
     *
     * @param code a code
     * @apiNote class of IEEE 754-2019, 5.7.2.
     */
    public NumberClass classify(long code) {
        format.requireCode(code);
        boolean neg = format.isSignMinus(code);
        if (format.isNan(code)) {
            return format.isSignalingNan(code) ? NumberClass.SIGNALING_NAN : NumberClass.QUIET_NAN;
        }
        if (format.isInfinite(code)) {
            return neg ? NumberClass.NEGATIVE_INFINITY : NumberClass.POSITIVE_INFINITY;
        }
        if (format.isZero(code)) {
            return neg ? NumberClass.NEGATIVE_ZERO : NumberClass.POSITIVE_ZERO;
        }
        if (format.isSubnormal(code)) {
            return neg ? NumberClass.NEGATIVE_SUBNORMAL : NumberClass.POSITIVE_SUBNORMAL;
        }
        return neg ? NumberClass.NEGATIVE_NORMAL : NumberClass.POSITIVE_NORMAL;
    }

    /**
     * {@return the least value of the format that compares greater}
     *
     * <p>Positive infinity, and the largest finite number where there is no infinity, are their own successors. The
     * successor of the negative number nearest to zero is -0 where the format has it. A NaN becomes quiet.
     *
     * @param code a code
     * @apiNote nextUp of IEEE 754-2019, 5.3.1.
     */
    public long nextUp(long code) {
        format.requireCode(code);
        return next(code, true);
    }

    /**
     * {@return the greatest value of the format that compares less}
     *
     * <p>The mirror image of {@link #nextUp}; in unsigned formats the smallest number is its own predecessor.
     *
     * @param code a code
     * @apiNote nextDown of IEEE 754-2019, 5.3.1.
     */
    public long nextDown(long code) {
        format.requireCode(code);
        return next(code, false);
    }

    private long next(long code, boolean up) {
        if (format.isNan(code)) {
            return code | format.quietBit();
        }
        long sign = code & format.signMask();
        boolean zero = format.isZero(code);
        long magnitude = zero ? 0 : code & magnitudeMask;
        if (zero) {
            return up || format.signed() ? format.minPositiveCode() | (up ? 0 : format.signMask()) : 0;
        }
        if ((sign == 0) == up) {
            return magnitude == topCode ? code : code + 1;
        }
        if (magnitude == format.minPositiveCode()) {
            return !format.hasZero() ? code ^ format.signMask() : format.hasNegativeZero() ? sign : 0;
        }
        return code - 1;
    }

    /**
     * {@return the exponent <i>q</i> of the unit in the last place: neighbouring numbers of the code's binade are
     * {@code 2^q} apart}
     *
     * @param code a finite code
     * @throws IllegalArgumentException if the code is not finite
     */
    public int ulpExponent(long code) {
        format.requireCode(code);
        if (!format.isFinite(code)) {
            throw new IllegalArgumentException(
                    String.format("code of %s must be finite: 0x%0" + format.hexDigits() + "x", format, code));
        }
        int field = (int) ((code & magnitudeMask) >>> format.trailingBits());
        return field >= format.lowestNormalField()
                ? field - format.bias() - format.trailingBits()
                : format.subnormalQuantumExponent();
    }

    /**
     * {@return the unit in the last place as a number: NaN for NaN, infinity for infinities}
     *
     * @param code a code
     */
    public double ulp(long code) {
        format.requireCode(code);
        if (format.isNan(code)) {
            return Double.NaN;
        }
        return format.isInfinite(code) ? Double.POSITIVE_INFINITY : Math.scalb(1.0, ulpExponent(code));
    }

    /**
     * {@return the code with the opposite sign; zeros and NaNs that have no sign stay as they are}
     *
     * @param code a code
     * @throws IllegalStateException if the format is unsigned
     * @apiNote negate of IEEE 754-2019, 5.5.1: a NaN's sign is changed, no flag is raised.
     */
    public long negate(long code) {
        return copySign(code, !signBit(code));
    }

    /**
     * {@return the code with a plus sign}
     *
     * @param code a code
     * @apiNote abs of IEEE 754-2019, 5.5.1.
     */
    public long abs(long code) {
        return format.signed() ? copySign(code, false) : format.requireCode(code);
    }

    /**
     * {@return the first code with the sign of the second}
     *
     * @param code a code
     * @param signSource the code whose sign is taken
     * @throws IllegalStateException if the format is unsigned
     * @apiNote copySign of IEEE 754-2019, 5.5.1.
     */
    public long copySign(long code, long signSource) {
        format.requireCode(signSource);
        return copySign(code, signBit(signSource));
    }

    private boolean signBit(long code) {
        if (!format.signed()) {
            throw new IllegalStateException(format + " has no sign");
        }
        return format.isSignMinus(code);
    }

    private long copySign(long code, boolean minus) {
        format.requireCode(code);
        boolean signless =
                format.hasSingleNan() && format.isNan(code) || format.isZero(code) && !format.hasNegativeZero();
        if (signless) {
            return code;
        }
        return minus ? code | format.signMask() : code & ~format.signMask();
    }

    /**
     * Compares two codes by total order: negative NaNs, negative numbers, -0, +0, positive numbers, positive NaNs. A
     * NaN that has neither sign nor payload is below everything in signed formats and in P3109.
     *
     * @param a a code
     * @param b a code
     * @return a negative number, zero or a positive number as {@code a} comes before, equals or comes after {@code b}
     * @apiNote totalOrder of IEEE 754-2019, 5.10; for the single NaN, P3109 interim report 4.0 (draft), TotalOrder.
     */
    public int compareTotalOrder(long a, long b) {
        return Long.compare(orderKey(a), orderKey(b));
    }

    private long orderKey(long code) {
        format.requireCode(code);
        if (format.isNan(code)
                && format.hasSingleNan()
                && (format.signed() || format.specials().isP3109())) {
            return Long.MIN_VALUE;
        }
        long magnitude = code & magnitudeMask;
        return (code & format.signMask()) != 0 ? -magnitude - 1 : magnitude;
    }
}
