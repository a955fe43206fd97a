package org.bitexact.internal.codec;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalRule;

/**
 * Reads the codes of one format: class, sign, significand and exponent, without allocating.
 *
 * <p>The value of a finite nonzero code is {@code (-1)^isNegative * significand * 2^exponent}, the significand being a
 * 64-bit unsigned integer whose top bit is set.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public final class Operand {
    /** Kind of a code that is a zero. */
    public static final int ZERO = 0;
    /** Kind of a code that is a finite nonzero number. */
    public static final int FINITE = 1;
    /** Kind of a code that is an infinity. */
    public static final int INFINITE = 2;
    /** Kind of a code that is a NaN. */
    public static final int NAN = 3;

    private final ScalarFormat format;
    private final boolean isFloat;
    private final int t;
    private final int bias;
    private final long magnitudeMask;
    private final long trailingMask;
    private final long signMask;
    private final long maxFinite;
    private final boolean hasSingleNan;
    private final long singleNan; // the code of the only NaN; any long is a binary64 code, so it needs the field above
    private final boolean hasInfinity;
    private final boolean flush;
    private final int lowestNormalField;
    private final int subnormalQuantum;
    private final long quietBit;
    private final boolean binary32;

    /**
     * Prepares reading a format.
     *
     * @param format the format
     */
    public Operand(ScalarFormat format) {
        this.format = format;
        if (format instanceof FloatFormat f) {
            isFloat = true;
            t = f.trailingBits();
            bias = f.bias();
            magnitudeMask = f.magnitudeMask();
            trailingMask = f.trailingMask();
            signMask = f.signMask();
            maxFinite = f.maxFiniteCode();
            hasSingleNan = f.hasSingleNan();
            singleNan = hasSingleNan ? f.nanCode() : 0;
            hasInfinity = f.hasInfinity();
            flush = f.subnormals() == SubnormalRule.FLUSH;
            lowestNormalField = f.lowestNormalField();
            subnormalQuantum = f.subnormalQuantumExponent();
            quietBit = f.quietBit();
            binary32 = f.sameEncoding(Formats.BINARY32);
        } else {
            isFloat = false;
            t = 0;
            bias = 0;
            magnitudeMask = format.codeMask();
            trailingMask = 0;
            signMask = 0;
            maxFinite = format.codeMask();
            hasSingleNan = false;
            singleNan = 0;
            hasInfinity = false;
            flush = false;
            lowestNormalField = 0;
            subnormalQuantum = ((IntFormat) format).scaleExponent();
            quietBit = 0;
            binary32 = false;
        }
    }

    /** {@return the format} */
    public ScalarFormat format() {
        return format;
    }

    /** {@return {@link #ZERO}, {@link #FINITE}, {@link #INFINITE} or {@link #NAN}} */
    public int kind(long code) {
        if (!isFloat) {
            return ((IntFormat) format).toInteger(code) == 0 ? ZERO : FINITE;
        }
        long magnitude = code & magnitudeMask;
        if (hasSingleNan && code == singleNan) {
            return NAN;
        }
        if (magnitude > maxFinite) {
            return hasInfinity && magnitude == maxFinite + 1 ? INFINITE : NAN;
        }
        boolean zero = magnitude == 0 || flush && magnitude <= trailingMask;
        return zero && lowestNormalField == 1 ? ZERO : FINITE;
    }

    /** {@return whether the value is negative, or the zero, infinity or NaN carries a minus sign} */
    public boolean isNegative(long code) {
        return isFloat
                ? (code & signMask) != 0 && !(hasSingleNan && code == singleNan)
                : ((IntFormat) format).toInteger(code) < 0 && ((IntFormat) format).signed();
    }

    /** {@return the significand of a finite nonzero code, top bit set} */
    public long significand(long code) {
        long sig = integer(code);
        return sig << Long.numberOfLeadingZeros(sig);
    }

    /** {@return the exponent of the lowest bit of {@link #significand} for a finite nonzero code} */
    public int exponent(long code) {
        return quantum(code) - Long.numberOfLeadingZeros(integer(code));
    }

    /**
     * {@return the significand of a finite code as an integer of at most 53 bits (64 for integer formats), not
     * normalised: the magnitude is {@code integer * 2^quantum}}
     *
     * @param code a finite code
     */
    public long integer(long code) {
        if (!isFloat) {
            long n = ((IntFormat) format).toInteger(code);
            return isNegative(code) ? -n : n;
        }
        long trailing = code & trailingMask;
        return (code & magnitudeMask) >>> t >= lowestNormalField ? trailing | trailingMask + 1 : trailing;
    }

    /**
     * {@return the exponent of the lowest bit of {@link #integer}}
     *
     * @param code a finite code
     */
    public int quantum(long code) {
        int field = (int) ((code & magnitudeMask) >>> t);
        return isFloat && field >= lowestNormalField ? field - bias - t : subnormalQuantum;
    }

    /** {@return whether the code is a subnormal number} */
    public boolean isSubnormal(long code) {
        return isFloat && (code & magnitudeMask) >>> t < lowestNormalField && kind(code) == FINITE;
    }

    /** {@return the trailing significand field of a NaN, aligned at the top; the quiet bit alone where there is no payload} */
    public long nanTrailing(long code) {
        return hasSingleNan || t == 0 ? 1L << 63 : (code & trailingMask) << (64 - t);
    }

    /** {@return whether a NaN code is signaling} */
    public boolean isSignaling(long code) {
        return quietBit != 0 && (code & quietBit) == 0;
    }

    /** {@return whether the format is IEEE binary32} */
    public boolean isBinary32() {
        return binary32;
    }
}
