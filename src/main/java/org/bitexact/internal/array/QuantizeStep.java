package org.bitexact.internal.array;

/**
 * Affine quantisation of binary32 values to integers: {@code clamp(round(x / s) + z)}, ties to even.
 *
 * <p>A kernel of a step is an {@link ArrayKernel} from {@link Operands} to {@code byte[]} or {@code short[]}. Results are in
 * two's complement, of which the bits of {@code mask} are kept.
 *
 * @param multiplies whether values are multiplied by the number given, not divided by it
 * @param zeroFirst whether the zero point is added, in binary32, before rounding
 * @param bytes size of a result, 1 or 2
 * @param mask the bits of a code
 */
public record QuantizeStep(boolean multiplies, boolean zeroFirst, int bytes, int mask) {
    /** 1.5 * 2^23: numbers below 2^22 in magnitude, added to it, are rounded to integers. */
    public static final float MAGIC = 0x1.8p23f;

    /**
     * Values, and what all of them share.
     *
     * @param values the values
     * @param number finite and positive; divides the values, or multiplies them
     * @param zero the zero point
     * @param min the least result, at least -2^15
     * @param max the largest result, below 2^16
     * @param nan the result for NaNs
     */
    public record Operands(float[] values, float number, int zero, int min, int max, int nan) {}

    /** {@return a name, which takes no class to be loaded} */
    @Override
    public String toString() {
        return "quantize by "
                .concat(multiplies ? "multiplication" : "division")
                .concat(zeroFirst ? ", zero point first, to " : " to ")
                .concat(Integer.toString(bytes))
                .concat(bytes == 1 ? " byte, mask " : " bytes, mask ")
                .concat(Integer.toHexString(mask));
    }

    int result(float x, Operands shared) {
        if (Float.isNaN(x)) {
            return shared.nan;
        }
        float q = multiplies ? x * shared.number : x / shared.number;
        double integer = zeroFirst ? Math.rint(q + shared.zero) : Math.rint(q) + shared.zero;
        return (int) Math.max(shared.min, Math.min(shared.max, integer));
    }

    private static void store(Object dst, int at, int code) {
        if (dst instanceof byte[] b) {
            b[at] = (byte) code;
        } else {
            ((short[]) dst)[at] = (short) code;
        }
    }

    /** The definition. */
    static final class Plain implements ArrayKernel {
        private final QuantizeStep step;

        Plain(QuantizeStep step) {
            this.step = step;
        }

        @Override
        public void apply(Object src, int from, Object dst, int to, int n, long index) {
            Operands x = (Operands) src;
            for (int i = 0; i < n; i++) {
                store(dst, to + i, step.result(x.values[from + i], x) & step.mask);
            }
        }
    }

    /**
     * Loops that compilers vectorise.
     *
     * <p><b>Proof.</b> From 2^23 to 2^24 the quantum of binary32 is 1, so that the sum of MAGIC and a quotient below 2^22 is
     * rounded as it should be, MAGIC being even, and its pattern is that of MAGIC plus the integer. Sums of larger quotients
     * are larger: the pattern is monotone as a signed integer, infinities included, and is cut to the range of results, which
     * lies within 2^22 even after the zero point has been subtracted from its ends.
     */
    static final class Loops implements ArrayKernel {
        private final QuantizeStep step;

        Loops(QuantizeStep step) {
            this.step = step;
        }

        @Override
        public void apply(Object src, int from, Object dst, int to, int n, long index) {
            Operands x = (Operands) src;
            int size = Math.min(n, Patterns.BLOCK);
            float[] sums = new float[size];
            int[] codes = new int[size];
            Patterns patterns = new Patterns(size);
            for (int k = 0; k < n; k += size) {
                int m = Math.min(size, n - k);
                if (step.multiplies) {
                    multiply(x.values, from + k, x.number, sums, m);
                } else {
                    divide(x.values, from + k, x.number, sums, m);
                }
                if (step.zeroFirst) {
                    add(sums, x.zero, m);
                }
                add(sums, MAGIC, m);
                patterns.toPatterns(sums, 0, codes, 0, m);
                int after = step.zeroFirst ? 0 : x.zero;
                if (cut(codes, x.min - after, x.max - after, after, step.mask, m) < 0) {
                    for (int i = 0; i < m; i++) {
                        if (Float.isNaN(x.values[from + k + i])) {
                            codes[i] = x.nan & step.mask;
                        }
                    }
                }
                if (dst instanceof byte[] b) {
                    BlockEncoder.narrow(codes, b, to + k, m);
                } else {
                    BlockEncoder.narrow(codes, (short[]) dst, to + k, m);
                }
            }
        }

        private static void multiply(float[] src, int from, float factor, float[] dst, int n) {
            for (int i = 0; i < n; i++) {
                dst[i] = src[from + i] * factor;
            }
        }

        private static void divide(float[] src, int from, float divisor, float[] dst, int n) {
            for (int i = 0; i < n; i++) {
                dst[i] = src[from + i] / divisor;
            }
        }

        private static void add(float[] x, float addend, int n) {
            for (int i = 0; i < n; i++) {
                x[i] = x[i] + addend;
            }
        }

        /** {@return a negative number if a sum is NaN} */
        private static int cut(int[] sums, int min, int max, int zero, int mask, int n) {
            int base = Float.floatToRawIntBits(MAGIC);
            int low = base + min;
            int high = base + max;
            int back = zero - base;
            int nan = 0;
            for (int i = 0; i < n; i++) {
                int v = sums[i];
                nan |= 0x7f80_0000 - (v & 0x7fff_ffff);
                sums[i] = Math.max(low, Math.min(high, v)) + back & mask;
            }
            return nan;
        }
    }
}
