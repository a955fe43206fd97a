package org.bitexact.internal.array;

import java.util.Arrays;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/**
 * Encoding binary32 values in blocks whose scales are powers of two, as OCP MX has them, codes of E8M0.
 *
 * <p>A kernel is an {@link ArrayKernel} from {@link Operands} to {@link Coded}. Blocks are counted from the first value of a
 * run; the last one may be shorter. A run has at most {@link BlockStep#MOST} values.
 *
 * <p><b>Scale.</b> With p the largest pattern among the magnitudes of a block, its code is that of {@link #code}; where
 * p is that of an infinity or a NaN, it is {@link #NAN}, and all elements have code 0.
 *
 * <p><b>Elements</b> are the codes of the products with the inverse of the scale, in binary32. Operands are such that no product
 * overflows.
 *
 * @param target the format of elements, of at most 8 bits
 * @param policies their policies
 * @param length values of a block, at least 1
 */
public record MxEncoding(ScalarFormat target, Policies policies, int length) {
    /** The code of a NaN scale. */
    public static final int NAN = 0xff;

    /** The largest code of a number. */
    private static final int LARGEST = 0xfe;

    /** Pattern of infinity. */
    private static final int INFINITY = 0x7f80_0000;

    /**
     * Values and a rule for scales.
     *
     * @param values the values
     * @param add is added to a pattern, not negative and at most 2^23
     * @param offset is added to the exponent field of the sum
     */
    public record Operands(float[] values, int add, int offset) {
        int code(int pattern) {
            return MxEncoding.code(pattern, add, offset);
        }
    }

    /** {@return the code of the scale that a rule, see {@link Operands}, has for the pattern of a finite magnitude} */
    public static int code(int pattern, int add, int offset) {
        return Math.max(0, Math.min(LARGEST, (pattern + add >>> 23) + offset));
    }

    /**
     * Receives results.
     *
     * @param codes receives the codes of elements
     * @param scales receives the codes of scales
     * @param first position of the first block's scale
     */
    public record Coded(byte[] codes, byte[] scales, int first) {}

    /** {@return 2^-e for the code of the scale 2^e, which binary32 has for all of them, the last one as a subnormal number} */
    public static float inverse(int code) {
        return Float.intBitsToFloat(code < LARGEST ? LARGEST - code << 23 : 1 << 22);
    }

    /** {@return a name, which takes no class to be loaded} */
    @Override
    public String toString() {
        return "encode "
                .concat(target.toString())
                .concat(" ")
                .concat(policies.rounding().id())
                .concat(" in blocks of ")
                .concat(Integer.toString(length));
    }

    /**
     * Chooses the scales of several blocks.
     *
     * @param rule the rule
     * @param patterns the largest patterns of magnitudes
     * @param scales receives the codes
     * @param first position of the first one
     * @param inverses receives the inverses of the scales, any number for a NaN
     * @param n number of blocks
     * @return false if a magnitude is not finite
     */
    public static boolean scales(Operands rule, int[] patterns, byte[] scales, int first, float[] inverses, int n) {
        int all = 0;
        for (int k = 0; k < n; k++) {
            int pattern = patterns[k];
            all = Math.max(all, pattern);
            int code = pattern < INFINITY ? code(pattern, rule.add, rule.offset) : NAN;
            scales[first + k] = (byte) code;
            inverses[k] = inverse(code);
        }
        return all < INFINITY;
    }

    /** Multiplies and encodes, several blocks at a time; with the codec it is the definition. */
    static final class Plain implements ArrayKernel {
        /** Values multiplied before they are encoded; they and the scratch memory of encoders stay in the cache. */
        private static final int PIECE = 1 << 12;

        private final MxEncoding step;
        private final Encoder encoder;

        Plain(MxEncoding step, Encoder encoder) {
            this.step = step;
            this.encoder = encoder;
        }

        @Override
        public void apply(Object src, int from, Object dst, int to, int n, long index) {
            Operands x = (Operands) src;
            Coded y = (Coded) dst;
            int size = Math.max(1, PIECE / step.length) * step.length;
            float[] products = new float[Math.min(size, n)];
            for (int done = 0, at = y.first; done < n; done += size, at += size / step.length) {
                int m = Math.min(size, n - done);
                boolean finite = scale(x, from + done, y.scales, at, products, m);
                encoder.encode(products, 0, y.codes, to + done, m, 0);
                if (!finite) {
                    clear(step.length, y.codes, to + done, y.scales, at, m);
                }
            }
        }

        /** Chooses scales and multiplies; false if values are not finite. */
        private boolean scale(Operands x, int from, byte[] scales, int at, float[] products, int n) {
            boolean finite = true;
            for (int done = 0, block = at; done < n; done += step.length, block++) {
                int m = Math.min(step.length, n - done);
                int pattern = BlockStep.largest(x.values, from + done, m);
                int code = pattern < INFINITY ? x.code(pattern) : NAN;
                finite &= code != NAN;
                scales[block] = (byte) code;
                BlockStep.multiply(x.values, from + done, inverse(code), products, done, m);
            }
            return finite;
        }
    }

    /**
     * Makes zeros of the elements of blocks whose scale is NaN.
     *
     * @param length values of a block
     * @param codes codes of elements
     * @param to position of the first one
     * @param scales codes of scales
     * @param first position of the first block's scale
     * @param n number of values
     */
    public static void clear(int length, byte[] codes, int to, byte[] scales, int first, int n) {
        for (int done = 0, block = first; done < n; done += length, block++) {
            if (scales[block] == (byte) NAN) {
                Arrays.fill(codes, to + done, to + Math.min(n, done + length), (byte) 0);
            }
        }
    }
}
