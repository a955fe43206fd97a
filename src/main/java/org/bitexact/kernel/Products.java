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
class Products {
    /** Bits of the product of two significands that a signed long holds. */
    private static final int SIGNIFICANDS = 62;

    final ScalarFormat formatA;
    final ScalarFormat formatB;
    private final Operand a;
    private final Operand b;
    private final long maskA;
    private final long maskB;
    private final @Nullable Scales scales;
    /** Whether nothing is wanted that is faster than the definition. */
    final boolean plain;

    /** The scales of both operands, each for the same number of elements. */
    record Scales(FloatFormat formatA, FloatFormat formatB, int blockLength, Operand a, Operand b) {
        Scales(FloatFormat formatA, FloatFormat formatB, int blockLength) {
            this(formatA, formatB, blockLength, new Operand(formatA), new Operand(formatB));
            requireLongProduct("scales", formatA, formatB);
        }
    }

    /**
     * {@return products of two formats}
     *
     * @param scales formats of the scales; null where products have none
     * @param plain whether the definition is wanted, not what is faster
     */
    static Products of(ScalarFormat formatA, ScalarFormat formatB, @Nullable Scales scales, boolean plain) {
        return !plain && ThroughBinary64.suits(formatA, formatB, scales)
                ? new ThroughBinary64(formatA, formatB, scales)
                : new Products(formatA, formatB, scales, plain);
    }

    private Products(ScalarFormat formatA, ScalarFormat formatB, @Nullable Scales scales, boolean plain) {
        this.plain = plain;
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

    boolean areScaled() {
        return scales != null;
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
            add(run.sum(), neg, a, x, kx, b, y, ky);
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
            run.sum().addProduct(minus, significand, scale, exponent + a.quantum(x) + b.quantum(y));
        } else {
            addSpecial(run.sum(), minus, all);
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

    /**
     * Products that are exact in binary64: the precisions of the factors together are at most 53, and the sum of their
     * greatest exponents in magnitude is at most 1000, so that no partial product overflows or loses bits below 2^-1074,
     * in whichever order they are formed. Signs of zeros, infinities and NaNs are those of IEEE 754, as here.
     */
    private static final class ThroughBinary64 extends Products {
        private final Values a;
        private final Values b;
        private final @Nullable Values scaleA;
        private final @Nullable Values scaleB;
        private final int blockLength;

        ThroughBinary64(ScalarFormat formatA, ScalarFormat formatB, @Nullable Scales scales) {
            super(formatA, formatB, scales, false);
            a = new Values(formatA);
            b = new Values(formatB);
            scaleA = scales == null ? null : new Values(scales.formatA);
            scaleB = scales == null ? null : new Values(scales.formatB);
            blockLength = scales == null ? 1 : scales.blockLength;
        }

        static boolean suits(ScalarFormat formatA, ScalarFormat formatB, @Nullable Scales scales) {
            int precision = precision(formatA) + precision(formatB);
            int exponents = magnitude(formatA) + magnitude(formatB);
            if (scales != null) {
                precision += scales.formatA.precision() + scales.formatB.precision();
                exponents += magnitude(scales.formatA) + magnitude(scales.formatB);
            }
            return precision <= 53 && exponents <= 1000;
        }

        private static int magnitude(ScalarFormat format) {
            return Math.max(Math.abs(ExactSum.low(format)), Math.abs(ExactSum.high(format)));
        }

        @Override
        void add(Run run, int i, boolean flush) {
            if (flush) {
                super.add(run, i, true);
                return;
            }
            double p = a.of(run.a[run.aFrom + i]) * b.of(run.b[run.bFrom + i]);
            if (scaleA != null && scaleB != null) {
                int block = i / blockLength;
                p *= scaleA.of(run.scaleA[run.scaleAFrom + block]) * scaleB.of(run.scaleB[run.scaleBFrom + block]);
            }
            run.sum().add(p);
        }
    }
}
