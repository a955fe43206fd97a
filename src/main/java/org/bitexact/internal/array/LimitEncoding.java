package org.bitexact.internal.array;

import org.bitexact.internal.array.MxEncoding.Coded;

/**
 * Encoding binary32 values into codes of 4 bits in blocks with a scale each, where limits decide about scales and elements.
 *
 * <p>A kernel is an {@link ArrayKernel} from {@link Operands} to {@link Coded}. Blocks are counted from the first value of a
 * run; the last one may be shorter. A run has at most {@link BlockStep#MOST} values.
 *
 * <p>The scale of a block follows from its largest magnitude, see {@link Scales}; where that is infinite or NaN, its code is
 * {@link MxEncoding#NAN}, and all elements have code 0. Elements are classified as {@link BlockStep.Operation#CLASSIFY} has
 * it, by the row that the scale's code names.
 *
 * @param length values of a block, at least 1
 */
public record LimitEncoding(int length) {
    private static final int INFINITY = 0x7f80_0000;

    /**
     * Values, and what decides.
     *
     * @param values the values
     * @param scales decides about scales
     * @param table decides about elements: {@link BlockStep#ROWS} rows
     */
    public record Operands(float[] values, Scales scales, float[] table) {}

    /**
     * Limits of scales: the code for a magnitude is the largest k such that the magnitude exceeds limit k.
     *
     * <p>It is found from a quotient in binary32, whose significand is cut after the scale's trailing bits.
     *
     * <p><b>Proof.</b> Between one such cut and the next there is at most one midpoint of two scales: they are a quantum of the
     * scale format apart, or less. So the code of the cut, or the next one, is that of the quotient; an error of some 2^-23 of
     * the quotient moves it across a cut at most, where the codes are neighbours, too. Comparisons with the limits decide. Below
     * 2^emin, the number of quanta is a neighbour of the code however it is rounded.
     *
     * @param factor products of magnitudes with it are quotients, but for their rounding
     * @param trailingBits trailing significand bits of the scale format, at most 22
     * @param emin exponent of its least normal number, -100 or more
     * @param limits patterns, for each code from 1 on of the largest magnitude with a lower one; -1 before, and behind them
     *     that of the largest number
     */
    public record Scales(float factor, int trailingBits, int emin, int[] limits) {
        /** {@return the bits of a quotient that are cut off} */
        public int shift() {
            return 23 - trailingBits;
        }

        /** {@return what is taken from the pattern of a normal quotient} */
        public int rebias() {
            return emin + 126 << 23;
        }

        /** {@return the pattern of the least normal scale} */
        public int minNormal() {
            return emin + 127 << 23;
        }

        /** {@return a number whose quantum is that of subnormal scales} */
        public float magic() {
            return Math.scalb(1f, emin + shift());
        }

        int code(int pattern) {
            if (pattern >= INFINITY) {
                return MxEncoding.NAN;
            }
            float q = Float.intBitsToFloat(pattern) * factor;
            int bits = Float.floatToRawIntBits(q);
            int code = bits >= minNormal()
                    ? bits - rebias() >>> shift()
                    : Float.floatToRawIntBits(q + magic()) - Float.floatToRawIntBits(magic());
            code = Math.min(code, limits.length - 2);
            // the sign of a difference tells whether a limit is exceeded
            return code + (limits[code + 1] - pattern >>> 31) + (limits[code] - pattern >>> 31) - 1;
        }
    }

    /** {@return a name, which takes no class to be loaded} */
    @Override
    public String toString() {
        return "encode by limits in blocks of ".concat(Integer.toString(length));
    }

    /** The definition. */
    static final class Plain implements ArrayKernel {
        private final LimitEncoding step;

        Plain(LimitEncoding step) {
            this.step = step;
        }

        @Override
        public void apply(Object src, int from, Object dst, int to, int n, long index) {
            Operands x = (Operands) src;
            Coded y = (Coded) dst;
            boolean finite = true;
            for (int done = 0, block = y.first(); done < n; done += step.length, block++) {
                int m = Math.min(step.length, n - done);
                int code = x.scales.code(BlockStep.largest(x.values, from + done, m));
                finite &= code != MxEncoding.NAN;
                y.scales()[block] = (byte) code;
                BlockStep.classify(x.values, from + done, x.table, BlockStep.LIMITS * code, y.codes(), to + done, m);
            }
            if (!finite) {
                MxEncoding.clear(step.length, y.codes(), to, y.scales(), y.first(), n);
            }
        }
    }
}
