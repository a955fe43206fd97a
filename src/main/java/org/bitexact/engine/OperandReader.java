package org.bitexact.engine;

import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.format.FloatFormat;
import org.bitexact.internal.codec.Operand;
import org.jspecify.annotations.Nullable;

/**
 * Reads the codes of one operand of an engine, as its specification conditions them.
 *
 * <p>A code becomes one {@code long}: the value of a finite code is {@code (-1)^negative * significand * 2^(exponent -
 * fractionBits)}, where the exponent is <i>E</i> of {@link Spec}, so that normal numbers have their leading bit at {@code
 * fractionBits}.
 *
 * <pre>
 * bit   63 ... 35   34     33 32   31 ... 0
 *       E           sign   kind    significand       kind: ZERO, FINITE, INFINITE, NAN of Operand
 * </pre>
 */
final class OperandReader {
    private static final int KIND = 32;
    private static final int SIGN = 34;
    private static final int EXPONENT = 35;
    /** Fraction bits of operands that are normalised: those of binary32. */
    private static final int NORMALIZED_BITS = 23;

    private final Operand operand;
    private final Conditioning conditioning;
    private final boolean flush;
    private final boolean flushToPlus;
    private final boolean normalize;
    private final int least;
    private final int t;
    private final long @Nullable [] table; // by code, for formats of at most 8 bits

    /** A reader of an element. */
    OperandReader(FloatFormat format, Spec spec) {
        this(format, spec.conditioning(), spec.flushOperands(), spec.flushToPlus(), spec.operandFloor());
    }

    static OperandReader ofAddend(FloatFormat format, Spec spec) {
        return new OperandReader(format, Conditioning.NONE, spec.flushAddend(), spec.flushToPlus(), Spec.FORMAT_EMIN);
    }

    static OperandReader ofScale(FloatFormat format) {
        return new OperandReader(format, Conditioning.NONE, false, false, Spec.FORMAT_EMIN);
    }

    private OperandReader(
            FloatFormat format, Conditioning conditioning, boolean flush, boolean flushToPlus, int operandFloor) {
        if (conditioning != Conditioning.NONE && format.width() != 32) {
            throw new IllegalArgumentException(
                    "conditioning " + conditioning + " needs operands in binary32 containers: " + format);
        }
        if (format.width() > 32 || format.precision() > NORMALIZED_BITS + 1) {
            throw new IllegalArgumentException("operands of an engine that aligns or sums several products must have at"
                    + " most 32 bits, 24 of precision: " + format);
        }
        operand = new Operand(format);
        this.conditioning = conditioning;
        this.flush = flush;
        this.flushToPlus = flushToPlus;
        normalize = operandFloor != Spec.FORMAT_EMIN;
        least = operandFloor;
        t = normalize ? NORMALIZED_BITS : format.trailingBits();
        if (format.width() <= 8) {
            table = new long[1 << format.width()];
            for (int code = 0; code < table.length; code++) {
                table[code] = unpack(code);
            }
        } else {
            table = null;
        }
    }

    /** {@return the bits of a significand below the leading one of a normal number} */
    int fractionBits() {
        return t;
    }

    long read(long code) {
        return table != null ? table[(int) code] : unpack(code);
    }

    private long unpack(long raw) {
        long code = condition(raw, conditioning);
        int kind = operand.kind(code);
        boolean flushed = flush && kind == Operand.FINITE && operand.isSubnormal(code);
        if (flushed) {
            kind = Operand.ZERO;
        }
        long sign = operand.isNegative(code) && !(flushed && flushToPlus) ? 1L << SIGN : 0;
        if (kind != Operand.FINITE) {
            return sign | (long) kind << KIND;
        }
        long sig = operand.integer(code);
        int e = operand.quantum(code) + ((FloatFormat) operand.format()).trailingBits();
        if (normalize) {
            int q = operand.quantum(code);
            e = Math.max(q + 63 - Long.numberOfLeadingZeros(sig), least);
            // at least 0, since the precision is at most 24 and, if e was raised, the significand lies lower still
            int shift = q - (e - t);
            sig = shift >= 0 ? sig << shift : sig >>> -shift;
        }
        return (long) e << EXPONENT | sign | (long) kind << KIND | sig;
    }

    /** {@return what is left of a binary32 code in a narrower multiplier} */
    static long condition(long code, Conditioning conditioning) {
        return switch (conditioning) {
            case NONE -> code;
            case TF32_TRUNCATE -> code & -(1L << 13);
            case TF32_ROUND -> roundBinary32(code, 13);
            case BF16_ROUND -> roundBinary32(code, 16);
        };
    }

    /** Drops bits, ties to even; infinities stay, and so do NaNs, made quiet. A carry may well reach infinity. */
    private static long roundBinary32(long code, int dropped) {
        if ((code & 0x7fff_ffffL) > 0x7f80_0000L) {
            return (code | 0x0040_0000L) & -(1L << dropped);
        }
        long half = (1L << (dropped - 1)) - 1 + (code >>> dropped & 1);
        return code + half & -(1L << dropped);
    }

    static int kind(long x) {
        return (int) (x >>> KIND) & 3;
    }

    static boolean isNegative(long x) {
        return (x & 1L << SIGN) != 0;
    }

    static long significand(long x) {
        return x & 0xffff_ffffL;
    }

    static int exponent(long x) {
        return (int) (x >> EXPONENT);
    }
}
