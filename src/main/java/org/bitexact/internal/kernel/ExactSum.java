package org.bitexact.internal.kernel;

import java.util.Arrays;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;

/**
 * A sum without rounding error: a fixed-point number wide enough for every term, which is rounded once when it is read.
 *
 * <p>The order of the terms does not matter. Infinities and NaNs are terms too: a NaN, or infinities of both signs, make
 * the sum a NaN; otherwise an infinity is the sum. So do zeros count, for the sign of a zero sum: it is minus if all
 * terms are -0, plus if all are +0; else plus, and minus in {@link Rounding#TOWARD_NEGATIVE} (IEEE 754-2019, 6.3). The
 * sum of no terms is +0.
 *
 * <p><b>Representation</b>: digits of base 2^32, least significant first, each a signed {@code long}. A term is added to
 * two to four digits without carrying; carries are propagated when the sum is read, and before a digit could overflow
 * (Neal, <i>Fast exact summation using small and large superaccumulators</i>, 2015). Only the digits between the lowest
 * and the highest ever touched are looked at.
 *
 * <p>Reading does not change the sum, so terms may be added afterwards. {@link #clear()} makes it reusable; nothing but
 * the constructor allocates.
 *
 * <p><b>Thread safety</b>: none.
 */
public final class ExactSum {
    private static final long DIGIT = 0xffff_ffffL;
    /** Additions change a digit by less than 2^32 each, and a propagated digit is below 2^32: no overflow so far. */
    private static final int CARRY_AFTER = 1 << 30;
    /** Bits for the number of terms, which an int counts, and the sign. */
    private static final int HEADROOM = 64;

    private static final int PLUS = 1;
    private static final int MINUS = 2;

    private final int low; // weight of digit 0 is 2^low
    private final long[] digits;
    private boolean negated; // the sum is minus what the digits say
    private int first; // digits outside [first, end) are zero
    private int end;
    private int pending; // additions since carries were propagated

    private int signs; // of the terms: PLUS and MINUS, both for a nonzero term
    private int infinities; // PLUS and MINUS
    private boolean nan;

    /**
     * Makes a sum for terms that are multiples of {@code 2^low} and less than {@code 2^high} in magnitude, any number of
     * them up to 2^62.
     *
     * @param low exponent of the lowest bit of any term
     * @param high exponent beyond the highest bit of any term
     */
    public ExactSum(int low, int high) {
        this.low = low;
        digits = new long[(Math.max(high - low, 1) + HEADROOM + 31) / 32 + 4];
        first = digits.length;
    }

    /**
     * {@return a sum for products of two formats and numbers of a third}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @param c format of addends
     */
    public static ExactSum ofProducts(ScalarFormat a, ScalarFormat b, ScalarFormat c) {
        return new ExactSum(Math.min(low(a) + low(b), low(c)), Math.max(high(a) + high(b), high(c)));
    }

    /**
     * {@return the exponent of the lowest bit that a number of the format can have}
     *
     * @param format a format
     */
    public static int low(ScalarFormat format) {
        return format instanceof FloatFormat f
                ? Math.min(f.subnormalQuantumExponent(), f.emin() - f.trailingBits())
                : ((IntFormat) format).scaleExponent();
    }

    /**
     * {@return an exponent that is beyond the highest bit of every number of the format}
     *
     * @param format a format
     */
    public static int high(ScalarFormat format) {
        return format instanceof FloatFormat f ? f.emax() + 1 : ((IntFormat) format).scaleExponent() + format.width();
    }

    /** Makes the sum that of no terms. */
    public void clear() {
        if (first < end) {
            Arrays.fill(digits, first, end, 0);
        }
        first = digits.length;
        end = 0;
        pending = 0;
        negated = false;
        signs = 0;
        infinities = 0;
        nan = false;
    }

    // ------------------------------------------------------------------ terms

    /**
     * Adds a finite number, or a zero of a sign.
     *
     * @param neg its sign
     * @param significand unsigned; its lowest bit that is set, and its highest, lie within the range of the sum
     * @param exponent weight of the significand's lowest bit
     */
    public void add(boolean neg, long significand, int exponent) {
        if (significand == 0) {
            signs |= neg ? MINUS : PLUS;
            return;
        }
        signs = PLUS | MINUS;
        deposit(neg, significand, exponent);
    }

    /**
     * Adds a product of two integers times a power of two, or a zero of a sign.
     *
     * @param neg its sign
     * @param m first factor, at least 0
     * @param n second factor, at least 0
     * @param exponent weight of the product's lowest bit
     */
    public void addProduct(boolean neg, long m, long n, int exponent) {
        long high = Math.multiplyHigh(m, n);
        if (high == 0) {
            add(neg, m * n, exponent);
            return;
        }
        addWide(neg, high, m * n, exponent);
    }

    /**
     * Adds a number of 128 bits, or a zero of a sign.
     *
     * @param neg its sign
     * @param high upper half of the significand, unsigned
     * @param lower lower half, unsigned
     * @param exponent weight of the significand's lowest bit
     */
    public void addWide(boolean neg, long high, long lower, int exponent) {
        if (lower != 0 || high == 0) {
            add(neg, lower, exponent);
        }
        if (high != 0) {
            add(neg, high, exponent + 64);
        }
    }

    /**
     * Adds a binary64 number of any kind.
     *
     * @param x a number whose bits lie within the range of the sum
     */
    public void add(double x) {
        long bits = Double.doubleToRawLongBits(x);
        long trailing = bits & 0x000f_ffff_ffff_ffffL;
        int field = (int) (bits >>> 52) & 0x7ff;
        if (field == 0x7ff) {
            if (trailing == 0) {
                addInfinity(bits < 0);
            } else {
                addNan();
            }
        } else if (field == 0) {
            add(bits < 0, trailing, -1074);
        } else {
            add(bits < 0, trailing | 1L << 52, field - 1075);
        }
    }

    /**
     * Adds the value of a code.
     *
     * @param operand reads the code's format
     * @param code a code
     */
    public void add(Operand operand, long code) {
        boolean neg = operand.isNegative(code);
        switch (operand.kind(code)) {
            case Operand.FINITE -> add(neg, operand.integer(code), operand.quantum(code));
            case Operand.ZERO -> add(neg, 0, 0);
            case Operand.INFINITE -> addInfinity(neg);
            default -> addNan();
        }
    }

    /**
     * Adds an infinity.
     *
     * @param neg its sign
     */
    public void addInfinity(boolean neg) {
        infinities |= neg ? MINUS : PLUS;
    }

    /** Adds a NaN, as the result of an invalid operation is one. */
    public void addNan() {
        nan = true;
    }

    private void deposit(boolean neg, long significand, int exponent) {
        long m = significand;
        int offset = exponent - low;
        if (offset < 0) {
            // what lies below the lowest weight is zero, as the caller promises
            m >>>= -offset;
            offset = 0;
        }
        int i = offset >>> 5;
        int s = offset & 31;
        long d0 = m << s & DIGIT;
        long d1 = m >>> (32 - s) & DIGIT;
        long d2 = m >>> 32 >>> (32 - s);
        int last = d2 != 0 ? i + 2 : d1 != 0 ? i + 1 : i;
        if (neg != negated) {
            d0 = -d0;
            d1 = -d1;
            d2 = -d2;
        }
        digits[i] += d0;
        if (last > i) {
            digits[i + 1] += d1;
            digits[last] += last > i + 1 ? d2 : 0;
        }
        first = Math.min(first, i);
        end = Math.max(end, last + 1);
        if (++pending == CARRY_AFTER) {
            propagate();
        }
    }

    /** Brings the digits into [0, 2^32), but for the last one, which keeps the sign: it is in [-2^32, 2^32). */
    private void propagate() {
        long carry = 0;
        for (int i = first; i < end - 1; i++) {
            long v = digits[i] + carry;
            digits[i] = v & DIGIT;
            carry = v >> 32;
        }
        if (first < end) {
            long v = digits[end - 1] + carry;
            carry = v >> 32;
            if (carry == 0 || carry == -1) {
                digits[end - 1] = v;
            } else {
                digits[end - 1] = v & DIGIT;
                digits[end++] = carry;
            }
        }
        pending = 0;
    }

    /**
     * Propagates the carries, and turns the digits round if they are negative.
     *
     * @return the index of the highest digit that is not zero, less than {@code first} if there is none
     */
    private int settle() {
        propagate();
        int top = top();
        if (top >= first && digits[top] < 0) {
            for (int i = first; i < end; i++) {
                digits[i] = -digits[i];
            }
            negated = !negated;
            propagate();
            top = top();
        }
        return top;
    }

    private int top() {
        int top = end - 1;
        while (top >= first && digits[top] == 0) {
            top--;
        }
        return top;
    }

    // ------------------------------------------------------------------ the sum

    /** {@return whether the sum is a NaN} */
    public boolean isNan() {
        return nan || infinities == (PLUS | MINUS);
    }

    /** {@return whether the sum is an infinity} */
    public boolean isInfinite() {
        return !nan && (infinities == PLUS || infinities == MINUS);
    }

    /** {@return whether the sum is a zero} */
    public boolean isZero() {
        return !nan && infinities == 0 && settle() < first;
    }

    /** {@return whether a sum that is neither NaN nor zero is negative} */
    public boolean isNegative() {
        if (infinities != 0) {
            return infinities == MINUS;
        }
        settle();
        return negated;
    }

    /**
     * Rounds the sum.
     *
     * @param out format and policies
     * @param random random bits for stochastic rounding
     * @param wantFlags as for {@link Rounder}
     * @return the code, the flags, or both, as {@link Rounder} has it; a NaN is encoded as the positive quiet NaN without
     *     payload
     */
    public long round(Rounder out, long random, boolean wantFlags) {
        if (isNan()) {
            return out.nan(false, 1L << 63, false, false, wantFlags);
        }
        if (infinities != 0) {
            return out.infinity(infinities == MINUS, wantFlags);
        }
        int t = settle();
        if (t < first) {
            boolean minus = signs == MINUS
                    || signs != PLUS && signs != 0 && out.policies().rounding() == Rounding.TOWARD_NEGATIVE;
            return out.zero(minus, wantFlags);
        }
        if (out.format() instanceof IntFormat f && f.encoding() != IntFormat.Encoding.BIPOLAR) {
            int one = f.scaleExponent() - low; // position of the integer's lowest bit
            if (32 * t + 63 - Long.numberOfLeadingZeros(digits[t]) >= one + 64) {
                return out.wrap(negated, bits(one), bits(one - 64), hasBitsBelow(one - 64), random, wantFlags);
            }
        }
        // 160 bits from the highest digit down, of which the first s are zero; a carry has left none above 2^32
        long w0 = digits[t] << 32 | digit(t - 1);
        long w1 = digit(t - 2) << 32 | digit(t - 3);
        long w2 = digit(t - 4) << 32;
        int s = Long.numberOfLeadingZeros(w0);
        long hi = s == 0 ? w0 : w0 << s | w1 >>> -s;
        long lo = s == 0 ? w1 : w1 << s | w2 >>> -s;
        long rest = w2 << s;
        for (int i = t - 5; i >= first && rest == 0; i--) {
            rest = digits[i];
        }
        int exp = low + 32 * t + 31 - s - 127; // the highest bit has weight 2^(low + 32 t + 31 - s)
        return out.round(negated, hi, lo, exp, rest != 0, random, wantFlags);
    }

    private long digit(int i) {
        return i < first || i >= end ? 0 : digits[i];
    }

    /** 64 bits from a position on, the lowest of digit 0 being at 0; zeros below that. */
    private long bits(int position) {
        int i = position >> 5;
        int s = position & 31;
        return digit(i) >>> s | digit(i + 1) << (32 - s) | digit(i + 2) << 32 << (32 - s);
    }

    private boolean hasBitsBelow(int position) {
        int i = position >> 5;
        boolean some = (digit(i) & (1L << (position & 31)) - 1) != 0;
        for (int j = first; j < i && !some; j++) {
            some = digit(j) != 0;
        }
        return some;
    }
}
