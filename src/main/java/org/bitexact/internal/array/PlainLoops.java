package org.bitexact.internal.array;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inner loops of matrix products in plain Java, which compilers turn into vector operations of their own.
 *
 * <p>In the innermost loop all arrays are indexed by the column, from 0: only such loops are vectorised. Several rows of
 * B at a time save loads and stores of the sums, several rows of A loads of B; the compiler of JDK 17 vectorises loops
 * with one row of A alone. Rows have 12 columns more than a multiple of 16: with their headers they take whole lines of
 * the cache, so that those that are made one after another lie on the lines alike, and a loop that starts at the
 * beginning of a line in one row does so in all of them.
 */
public final class PlainLoops implements ProductLoops {
    /** The family. */
    public static final PlainLoops INSTANCE = new PlainLoops();

    /** Most columns of a panel. */
    private static final int COLUMNS = 1024;
    /** Rows of B, and of A, that stay in the caches; a multiple of the steps that are taken at a time. */
    private static final int BLOCK = 48;

    private static final boolean SEVERAL_ROWS = Runtime.version().feature() >= 21;

    private PlainLoops() {}

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public int columns(int n) {
        int panels = Math.max(1, (n + COLUMNS - 1) / COLUMNS);
        return (n + panels - 1) / panels + 15 & -16;
    }

    @Override
    public int chainColumns(int n, int depth, int shares) {
        return columns(n) + 12;
    }

    @Override
    public FmaPanel fma(int depth, int columns) {
        return new Panel(depth, columns);
    }

    @Override
    public @Nullable AlignedPanel aligned(AlignedSteps steps, boolean tiles, int rows, int depth, int columns) {
        return null;
    }

    private static final class Panel implements FmaPanel {
        private final int columns;
        private final float[][] b;
        private final float[][] s; // chains, since loops index them from 0
        private final float[] zeros;
        private int used; // columns

        Panel(int depth, int columns) {
            this.columns = columns;
            b = Scratch.rows(depth, columns);
            s = Scratch.rows(BLOCK, columns);
            zeros = new float[columns];
        }

        @Override
        public void close() {
            Scratch.release(b);
            Scratch.release(s);
        }

        @Override
        public int columns() {
            return columns;
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int rows, int n) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(x, from + i * stride, b[first + i], 0, n);
            }
        }

        @Override
        public boolean accumulate(FloatRows a, int rows, int p, int k, FloatRows start, FloatRows sums, int n) {
            used = n;
            Arrays.fill(zeros, 0, n, 0);
            for (int i = 0; i < rows; i += BLOCK) {
                int count = Math.min(BLOCK, rows - i);
                for (int r = 0; r < count; r++) {
                    System.arraycopy(start.array(), start.at(i + r), s[r], 0, n);
                }
                for (int q = 0; q < k; q += BLOCK) {
                    block(a.array(), a.at(i) + q, a.stride(), count, p + q, Math.min(BLOCK, k - q), s, 0);
                }
                for (int r = 0; r < count; r++) {
                    System.arraycopy(s[r], 0, sums.array(), sums.at(i + r), n);
                    addZeros(s[r], zeros, n);
                }
            }
            return !isZero(zeros, n);
        }

        /** Makes elements NaN where numbers are infinite or NaN; this loop is vectorised. */
        private static void addZeros(float[] x, float[] zeros, int n) {
            for (int j = 0; j < n; j++) {
                zeros[j] += x[j] * 0;
            }
        }

        private static boolean isZero(float[] x, int n) {
            for (int j = 0; j < n; j++) {
                if (x[j] != 0) {
                    return false;
                }
            }
            return true;
        }

        /** Steps from row p of B on, whose partners in A begin at {@code from}. */
        private void block(float[] a, int from, int stride, int rows, int p, int k, float[][] sums, int first) {
            int i = 0;
            if (SEVERAL_ROWS) {
                for (; i <= rows - 4; i += 4) {
                    int q = 0;
                    for (; q <= k - 3; q += 3) {
                        four(a, from + i * stride + q, stride, p + q, sums, first + i);
                    }
                    for (; q < k; q++) {
                        for (int r = i; r < i + 4; r++) {
                            one(a[from + r * stride + q], b[p + q], sums[first + r], used);
                        }
                    }
                }
            }
            for (; i < rows; i++) {
                int q = 0;
                for (; q <= k - 8; q += 8) {
                    eight(a, from + i * stride + q, p + q, sums[first + i]);
                }
                for (; q < k; q++) {
                    one(a[from + i * stride + q], b[p + q], sums[first + i], used);
                }
            }
        }

        /** Three steps of four rows. */
        private void four(float[] a, int from, int stride, int p, float[][] sums, int first) {
            steps(
                    a,
                    from,
                    stride,
                    b[p],
                    b[p + 1],
                    b[p + 2],
                    sums[first],
                    sums[first + 1],
                    sums[first + 2],
                    sums[first + 3],
                    used);
        }

        private static void steps(
                float[] a,
                int from,
                int stride,
                float[] b0,
                float[] b1,
                float[] b2,
                float[] s0,
                float[] s1,
                float[] s2,
                float[] s3,
                int n) {
            int i = from;
            float a00 = a[i];
            float a01 = a[i + 1];
            float a02 = a[i + 2];
            i += stride;
            float a10 = a[i];
            float a11 = a[i + 1];
            float a12 = a[i + 2];
            i += stride;
            float a20 = a[i];
            float a21 = a[i + 1];
            float a22 = a[i + 2];
            i += stride;
            float a30 = a[i];
            float a31 = a[i + 1];
            float a32 = a[i + 2];
            for (int j = 0; j < n; j++) {
                float x0 = b0[j];
                float x1 = b1[j];
                float x2 = b2[j];
                s0[j] = Math.fma(a02, x2, Math.fma(a01, x1, Math.fma(a00, x0, s0[j])));
                s1[j] = Math.fma(a12, x2, Math.fma(a11, x1, Math.fma(a10, x0, s1[j])));
                s2[j] = Math.fma(a22, x2, Math.fma(a21, x1, Math.fma(a20, x0, s2[j])));
                s3[j] = Math.fma(a32, x2, Math.fma(a31, x1, Math.fma(a30, x0, s3[j])));
            }
        }

        /** Eight steps of one row. */
        private void eight(float[] a, int from, int p, float[] sums) {
            steps(a, from, b[p], b[p + 1], b[p + 2], b[p + 3], b[p + 4], b[p + 5], b[p + 6], b[p + 7], sums, used);
        }

        private static void steps(
                float[] a,
                int from,
                float[] b0,
                float[] b1,
                float[] b2,
                float[] b3,
                float[] b4,
                float[] b5,
                float[] b6,
                float[] b7,
                float[] s,
                int n) {
            float a0 = a[from];
            float a1 = a[from + 1];
            float a2 = a[from + 2];
            float a3 = a[from + 3];
            float a4 = a[from + 4];
            float a5 = a[from + 5];
            float a6 = a[from + 6];
            float a7 = a[from + 7];
            for (int j = 0; j < n; j++) {
                float half = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], s[j]))));
                s[j] = Math.fma(a7, b7[j], Math.fma(a6, b6[j], Math.fma(a5, b5[j], Math.fma(a4, b4[j], half))));
            }
        }

        private static void one(float a, float[] b, float[] s, int n) {
            for (int j = 0; j < n; j++) {
                s[j] = Math.fma(a, b[j], s[j]);
            }
        }

        @Override
        public void add(float[] sums, int at, int n, int[] totals) {
            for (int j = 0; j < n; j++) {
                totals[j] += integer(sums[at + j]);
            }
        }

        @Override
        public void addHalf(float[] sums, int at, int n, int number, int[] totals) {
            for (int j = 0; j < n; j++) {
                totals[j] += number - integer(sums[at + j]) >> 1;
            }
        }

        private static int integer(float sum) {
            return Float.floatToRawIntBits(sum) - Float.floatToRawIntBits(INTEGER_ZERO);
        }
    }
}
