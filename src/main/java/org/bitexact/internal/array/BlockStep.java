package org.bitexact.internal.array;

/**
 * An operation on binary32 values in blocks that share numbers: parts of encoding and decoding block formats.
 *
 * <p>A kernel of a step is an {@link ArrayKernel}. Blocks are counted from the first value of a run; the last one may be
 * shorter. A run has at most {@link #MOST} values.
 *
 * @param operation what is computed
 * @param length values of a block, at least 1
 */
public record BlockStep(Operation operation, int length) {
    /** The most values of a run. */
    public static final int MOST = 1 << 16;
    /** Numbers of a row for {@link Operation#CLASSIFY}. */
    public static final int LIMITS = 8;
    /** Rows of a table for {@link LimitEncoding}: all that a byte can name. */
    public static final int ROWS = 256;
    /** Numbers behind a table for {@link Operation#CLASSIFY}. */
    public static final int BEYOND = 16;

    static final int NAN = 0x7fc0_0000;

    private static final int MAGNITUDE = Integer.MAX_VALUE;

    /** What is computed. */
    public enum Operation {
        /** From {@code float[]} to {@code float[]}: of each block the magnitude with the largest pattern. */
        LARGEST(0),
        /** From {@link Operands} to {@code float[]}: each value times its block's number; NaNs become the canonical one. */
        MULTIPLY(1),
        /** From {@link Operands} to {@code float[]}: each value divided by its block's number; NaNs as above. */
        DIVIDE(1),
        /**
         * From {@link Operands} to {@code byte[]}: how many of the first seven of its block's limits each magnitude exceeds,
         * as a number of 3 bits, and 8 for a negative sign. Limits and magnitudes are compared as patterns. Limits ascend, and
         * {@link #BEYOND} numbers of any kind follow the table.
         */
        CLASSIFY(LIMITS);

        private final int numbers;

        Operation(int numbers) {
            this.numbers = numbers;
        }

        /** {@return how many numbers a block has} */
        int numbers() {
            return numbers;
        }
    }

    /** {@return a name, which takes no class to be loaded} */
    @Override
    public String toString() {
        return operation.name().concat(" in blocks of ").concat(Integer.toString(length));
    }

    /** {@return the number of blocks of {@code n} values} */
    int blocks(int n) {
        return blocks(n, length);
    }

    /** {@return the number of blocks of a length that hold {@code n} values} */
    static int blocks(int n, int length) {
        return (n + length - 1) / length;
    }

    /**
     * Values, and the numbers of their blocks: rows of a table. Block {@code b} takes the row whose number is in {@code
     * rows[first + b]}, unsigned.
     *
     * @param values the values
     * @param table numbers, row by row
     * @param rows numbers of rows
     * @param first position of the first block's row
     */
    public record Operands(float[] values, float[] table, byte[] rows, int first) {
        Operands from(int block) {
            return new Operands(values, table, rows, first + block);
        }
    }

    /** {@return the largest pattern of the magnitudes} */
    static int largest(float[] src, int from, int n) {
        // four maxima that do not wait for each other
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        int i = from;
        for (; i < from + n - 3; i += 4) {
            a = Math.max(a, Float.floatToRawIntBits(src[i]) & MAGNITUDE);
            b = Math.max(b, Float.floatToRawIntBits(src[i + 1]) & MAGNITUDE);
            c = Math.max(c, Float.floatToRawIntBits(src[i + 2]) & MAGNITUDE);
            d = Math.max(d, Float.floatToRawIntBits(src[i + 3]) & MAGNITUDE);
        }
        for (; i < from + n; i++) {
            a = Math.max(a, Float.floatToRawIntBits(src[i]) & MAGNITUDE);
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    /** Multiplies all values by a number. */
    static void multiply(float[] src, int from, float factor, float[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            dst[to + i] = src[from + i] * factor;
        }
    }

    /** Counts the limits of a row that magnitudes exceed. */
    static void classify(float[] src, int from, float[] table, int row, byte[] dst, int to, int n) {
        int l0 = Float.floatToRawIntBits(table[row]);
        int l1 = Float.floatToRawIntBits(table[row + 1]);
        int l2 = Float.floatToRawIntBits(table[row + 2]);
        int l3 = Float.floatToRawIntBits(table[row + 3]);
        int l4 = Float.floatToRawIntBits(table[row + 4]);
        int l5 = Float.floatToRawIntBits(table[row + 5]);
        int l6 = Float.floatToRawIntBits(table[row + 6]);
        for (int i = 0; i < n; i++) {
            int bits = Float.floatToRawIntBits(src[from + i]);
            int x = bits & MAGNITUDE;
            // the sign of a difference tells whether a limit is exceeded; numbers in registers take less time than a
            // search
            int low = (l0 - x >>> 31) + (l1 - x >>> 31) + (l2 - x >>> 31) + (l3 - x >>> 31);
            int high = (l4 - x >>> 31) + (l5 - x >>> 31) + (l6 - x >>> 31);
            dst[to + i] = (byte) (low + high | bits >>> 28 & 8);
        }
    }

    /** The definition. */
    static final class Plain implements ArrayKernel {
        private final BlockStep step;

        Plain(BlockStep step) {
            this.step = step;
        }

        @Override
        public void apply(Object src, int from, Object dst, int to, int n, long index) {
            int length = step.length;
            for (int done = 0, block = 0; done < n; done += length, block++) {
                int m = Math.min(length, n - done);
                if (step.operation == Operation.LARGEST) {
                    ((float[]) dst)[to + block] = Float.intBitsToFloat(largest((float[]) src, from + done, m));
                    continue;
                }
                Operands x = (Operands) src;
                int row = step.operation.numbers * (x.rows[x.first + block] & 0xff);
                switch (step.operation) {
                    case MULTIPLY -> multiply(x.values, from + done, x.table[row], (float[]) dst, to + done, m);
                    case DIVIDE -> divide(x.values, from + done, x.table[row], (float[]) dst, to + done, m);
                    default -> classify(x.values, from + done, x.table, row, (byte[]) dst, to + done, m);
                }
            }
            if (step.operation == Operation.MULTIPLY || step.operation == Operation.DIVIDE) {
                canonicalNans((float[]) dst, to, n);
            }
        }

        @Override
        public int produced(int n) {
            return step.operation == Operation.LARGEST ? step.blocks(n) : n;
        }

        private static void divide(float[] src, int from, float divisor, float[] dst, int to, int n) {
            for (int i = 0; i < n; i++) {
                dst[to + i] = src[from + i] / divisor;
            }
        }

        /** Apart from the loops above, so that compilers vectorise them. */
        private static void canonicalNans(float[] x, int from, int n) {
            boolean rare = false;
            for (float sum : RareColumns.sums(x, from, n)) {
                rare |= sum != 0;
            }
            for (int i = from; rare && i < from + n; i++) {
                x[i] = Float.isNaN(x[i]) ? Float.intBitsToFloat(NAN) : x[i];
            }
        }
    }
}
