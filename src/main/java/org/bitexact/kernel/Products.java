package org.bitexact.kernel;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.kernel.ExactSum;
import org.jspecify.annotations.Nullable;

/**
 * The products of a dot product: exact, of two factors, or of four where they are scaled.
 *
 * <p>NaN if a factor is a NaN, or if one is infinite and another zero; otherwise infinite if a factor is; the sign is
 * that of the factors combined.
 */
final class Products {
    /** Bits of the product of two significands that a signed long holds. */
    private static final int SIGNIFICANDS = 62;

    final ScalarFormat formatA;
    final ScalarFormat formatB;
    private final Operand a;
    private final Operand b;
    private final long maskA;
    private final long maskB;
    private final @Nullable Scales scales;

    /** The scales of both operands, each for the same number of elements. */
    record Scales(FloatFormat formatA, FloatFormat formatB, int blockLength, Operand a, Operand b) {
        Scales(FloatFormat formatA, FloatFormat formatB, int blockLength) {
            this(formatA, formatB, blockLength, new Operand(formatA), new Operand(formatB));
            requireLongProduct("scales", formatA, formatB);
        }
    }

    Products(ScalarFormat formatA, ScalarFormat formatB, @Nullable Scales scales) {
        this.formatA = requireFactor("a", formatA);
        this.formatB = requireFactor("b", formatB);
        this.scales = scales;
        a = new Operand(formatA);
        b = new Operand(formatB);
        maskA = ~formatA.codeMask();
        maskB = ~formatB.codeMask();
        if (scales != null) {
            requireLongProduct("elements", formatA, formatB);
        }
    }

    private static ScalarFormat requireFactor(String name, ScalarFormat format) {
        if (format instanceof IntFormat && format.width() > 32) {
            throw new IllegalArgumentException("width of the integer format of " + name + " must be in [1, 32]: "
                    + format.width() + " (" + format + ")");
        }
        return format;
    }

    private static void requireLongProduct(String what, ScalarFormat x, ScalarFormat y) {
        int bits = precision(x) + precision(y);
        if (bits > SIGNIFICANDS) {
            throw new IllegalArgumentException("significands of " + what + " must have at most " + SIGNIFICANDS
                    + " bits together: " + bits + " (" + x + ", " + y + ")");
        }
    }

    private static int precision(ScalarFormat format) {
        return format instanceof FloatFormat f ? f.precision() : format.width();
    }

    /** The exponent of the lowest bit of any product, and one beyond the highest. */
    int low() {
        int low = ExactSum.low(formatA) + ExactSum.low(formatB);
        return scales == null ? low : low + ExactSum.low(scales.formatA) + ExactSum.low(scales.formatB);
    }

    int high() {
        int high = ExactSum.high(formatA) + ExactSum.high(formatB);
        return scales == null ? high : high + ExactSum.high(scales.formatA) + ExactSum.high(scales.formatB);
    }

    boolean areScaled() {
        return scales != null;
    }

    /** The product of two factors, and whatever scales there are, on its way into the sum. */
    void add(Run run, int i, boolean flush) {
        long x = run.a[run.aFrom + i];
        long y = run.b[run.bFrom + i];
        if ((x & maskA | y & maskB) != 0) {
            formatA.requireCode(x);
            formatB.requireCode(y);
        }
        int kx = kind(a, x, flush);
        int ky = kind(b, y, flush);
        boolean neg = a.isNegative(x) != b.isNegative(y);
        if (scales == null) {
            add(run.sum, neg, a, x, kx, b, y, ky);
            return;
        }
        int kinds = 1 << kx | 1 << ky;
        if (kinds != 1 << Operand.FINITE) {
            addScaled(run, scales, i / scales.blockLength, neg, kinds, 0, 0);
        } else {
            addScaled(
                    run,
                    scales,
                    i / scales.blockLength,
                    neg,
                    kinds,
                    a.integer(x) * b.integer(y),
                    a.quantum(x) + b.quantum(y));
        }
    }

    /** Adds the product of two numbers of given kinds. */
    static void add(ExactSum sum, boolean neg, Operand a, long x, int kx, Operand b, long y, int ky) {
        if (kx == Operand.FINITE && ky == Operand.FINITE) {
            sum.addProduct(neg, a.integer(x), b.integer(y), a.quantum(x) + b.quantum(y));
        } else {
            addSpecial(sum, neg, 1 << kx | 1 << ky);
        }
    }

    /**
     * Adds a number times the scales of a block.
     *
     * @param kinds the set of kinds of the number's factors; significand and exponent count if all are finite
     */
    static void addScaled(Run run, Scales scales, int block, boolean neg, int kinds, long significand, int exponent) {
        long x = scales.formatA.requireCode(run.scaleA[run.scaleAFrom + block]);
        long y = scales.formatB.requireCode(run.scaleB[run.scaleBFrom + block]);
        Operand a = scales.a;
        Operand b = scales.b;
        boolean minus = neg ^ a.isNegative(x) ^ b.isNegative(y);
        int all = kinds | 1 << a.kind(x) | 1 << b.kind(y);
        if (all == 1 << Operand.FINITE) {
            long scale = a.integer(x) * b.integer(y);
            run.sum.addProduct(minus, significand, scale, exponent + a.quantum(x) + b.quantum(y));
        } else {
            addSpecial(run.sum, minus, all);
        }
    }

    private static void addSpecial(ExactSum sum, boolean neg, int kinds) {
        boolean infinite = (kinds & 1 << Operand.INFINITE) != 0;
        boolean zero = (kinds & 1 << Operand.ZERO) != 0;
        if ((kinds & 1 << Operand.NAN) != 0 || infinite && zero) {
            sum.addNan();
        } else if (infinite) {
            sum.addInfinity(neg);
        } else {
            sum.add(neg, 0, 0);
        }
    }

    static int kind(Operand operand, long code, boolean flush) {
        int kind = operand.kind(code);
        return flush && kind == Operand.FINITE && operand.isSubnormal(code) ? Operand.ZERO : kind;
    }
}
