package org.bitexact.internal.array;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inner loops of matrix products in plain Java, which compilers turn into vector operations of their own.
 *
 * <p>In the innermost loop all arrays are indexed by the column: only such loops are vectorised, and only if they are
 * short and begin at a number that the compiler knows not to be negative. Several rows of B at a time save loads and
 * stores of the sums, several rows of A loads of B; the compiler of JDK 17 vectorises loops with one row of A alone, so
 * that rows of B have to stay in the first cache.
 *
 * <p>Compilers let elements go one by one until a loop is at the beginning of a line of the cache, at least one of them, then
 * take lines, and what is left one by one again: sixteen elements a loop, which would take a third of the time of 384
 * columns, unless the second element is at the beginning of a line and the last one at the end. So rows lie on the lines
 * alike, and loops begin where that is so.
 *
 * <pre>
 * array   | header | ? ? ? 0 | b b b b ... b | b b ... 0 0 | ? ?
 *                          ^ begin         lines         ^ end
 * </pre>
 *
 * <p>Rows are made one after another, 12 elements longer than a number of lines, which with their headers are lines, too.
 * Where lines begin is found by trying: the loops themselves are fastest there.
 */
public final class PlainLoops implements ProductLoops {
    /** The family. */
    public static final PlainLoops INSTANCE = new PlainLoops();

    private static final boolean SEVERAL_ROWS = Runtime.version().feature() >= 21;
    /** Most columns of a panel. */
    private static final int COLUMNS = SEVERAL_ROWS ? 1024 : 512;
    /** Rows of A, and of B, that stay in the caches; a multiple of what is taken at a time. */
    private static final int BLOCK = 48;
    /** Numbers of B that stay in the first cache. */
    private static final int NUMBERS = 8192;
    /** Rows of B that are taken at a time with one row of A. */
    private static final int STEPS = 6;

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
    public FmaPanel fma(int depth, int columns) {
        return new Panel(depth, columns);
    }

    @Override
    public @Nullable AlignedPanel aligned(AlignedSteps steps, boolean tiles, int rows, int depth, int columns) {
        return null;
    }

    static final class Panel implements FmaPanel {
        /** Elements of a line of the cache. */
        private static final int LINE = 16;
        /** Elements of a row that are no columns: fewer than a line before them, and what makes rows with headers lines. */
        private static final int ROOM = LINE + 12;
        /** Where loops begin if arrays begin with a line. */
        private static final int USUAL = 11;
        /** Elements of a panel for which it pays to look where lines begin. */
        private static final int WORTH = 1 << 15;
        /** Columns of a loop that looks for it. */
        private static final int TRIED = 256;

        private final int depth;
        private final int columns;
        private final float[][] rows; // those of B, and behind them chains: loops index them alike
        private final float[] zeros;
        private final int steps; // rows of B that are taken with all rows of A before others
        private final int begin; // of loops: the element before the first column
        private int end;

        Panel(int depth, int columns) {
            this(depth, columns, 0);
        }

        /** As above, with loops that begin at an element of 1 to 15, or where it is best. */
        Panel(int depth, int columns, int begin) {
            this.depth = depth;
            this.columns = columns;
            int length = lines(columns) + ROOM;
            rows = Scratch.rows(depth + BLOCK, length);
            zeros = new float[length];
            steps = SEVERAL_ROWS ? BLOCK : Math.max(1, NUMBERS / length / STEPS) * STEPS;
            this.begin = begin > 0 ? begin : depth * columns < WORTH ? USUAL : fastestBegin();
        }

        private static int lines(int n) {
            return n + LINE - 1 & -LINE;
        }

        /** {@return where loops begin, best of all such places} */
        private int fastestBegin() {
            float[] a = new float[BLOCK];
            long least = Long.MAX_VALUE;
            int best = USUAL;
            for (int run = 0; run < 3; run++) {
                for (int i = 1; i < LINE; i += 2) { // objects lie on multiples of 8 bytes
                    int stop = i + 1 + Math.min(TRIED, columns & -LINE);
                    long start = System.nanoTime();
                    for (int p = 0; p <= Math.min(depth, BLOCK) - STEPS; p += STEPS) {
                        if (SEVERAL_ROWS) {
                            four(a, 0, 0, p, 0, i, stop);
                        } else {
                            one(a, 0, p, 0, i, stop);
                        }
                    }
                    long time = System.nanoTime() - start;
                    if (time < least) {
                        least = time;
                        best = i;
                    }
                }
            }
            return best;
        }

        @Override
        public void close() {
            Scratch.release(rows);
        }

        @Override
        public int columns() {
            return columns;
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int m, int n) {
            for (int i = 0; i < m; i++) {
                put(x, from + i * stride, n, rows[first + i]);
            }
        }

        /** Puts numbers into a row, and zeros into what else loops go through. */
        private void put(float[] x, int from, int n, float[] row) {
            row[begin] = 0;
            System.arraycopy(x, from, row, begin + 1, n);
            Arrays.fill(row, begin + 1 + n, begin + 1 + lines(n), 0);
        }

        @Override
        public boolean accumulate(FloatRows a, int m, int p, int k, FloatRows start, FloatRows sums, int n) {
            end = begin + 1 + lines(n);
            Arrays.fill(zeros, begin, end, 0);
            for (int i = 0; i < m; i += BLOCK) {
                int count = Math.min(BLOCK, m - i);
                for (int r = 0; r < count; r++) {
                    put(start.array(), start.at(i + r), n, rows[depth + r]);
                }
                for (int q = 0; q < k; q += steps) {
                    block(a.array(), a.at(i) + q, a.stride(), count, p + q, Math.min(steps, k - q));
                }
                for (int r = 0; r < count; r++) {
                    System.arraycopy(rows[depth + r], begin + 1, sums.array(), sums.at(i + r), n);
                    addZeros(rows[depth + r], zeros, begin, end);
                }
            }
            return !isZero(zeros, begin, end);
        }

        /** Makes elements NaN where numbers are infinite or NaN; this loop is vectorised. */
        private static void addZeros(float[] x, float[] zeros, int first, int last) {
            for (int j = first & LINE - 1; j < last; j++) {
                zeros[j] += x[j] * 0;
            }
        }

        private static boolean isZero(float[] x, int first, int last) {
            for (int j = first; j < last; j++) {
                if (x[j] != 0) {
                    return false;
                }
            }
            return true;
        }

        /** Steps from row p of B on, whose partners in A begin at {@code from}. */
        private void block(float[] a, int from, int stride, int m, int p, int k) {
            int i = 0;
            if (SEVERAL_ROWS) {
                for (; i <= m - 4; i += 4) {
                    int q = 0;
                    for (; q <= k - 3; q += 3) {
                        four(a, from + i * stride + q, stride, p + q, i, begin, end);
                    }
                    for (; q < k; q++) {
                        for (int r = i; r < i + 4; r++) {
                            step(a[from + r * stride + q], rows[p + q], rows[depth + r], begin, end);
                        }
                    }
                }
            }
            for (; i < m; i++) {
                int q = 0;
                for (; q <= k - STEPS; q += STEPS) {
                    one(a, from + i * stride + q, p + q, i, begin, end);
                }
                for (; q < k; q++) {
                    step(a[from + i * stride + q], rows[p + q], rows[depth + i], begin, end);
                }
            }
        }

        /** Three steps of four rows. */
        private void four(float[] a, int from, int stride, int p, int chain, int first, int last) {
            float[][] x = rows;
            int s = depth + chain;
            steps(a, from, stride, x[p], x[p + 1], x[p + 2], x[s], x[s + 1], x[s + 2], x[s + 3], first, last);
        }

        /** Six steps of one row. */
        private void one(float[] a, int from, int p, int chain, int first, int last) {
            float[][] x = rows;
            float[] s = x[depth + chain];
            steps(a, from, x[p], x[p + 1], x[p + 2], x[p + 3], x[p + 4], x[p + 5], s, first, last);
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
                int first,
                int last) {
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
            for (int j = first & LINE - 1; j < last; j++) {
                float x0 = b0[j];
                float x1 = b1[j];
                float x2 = b2[j];
                s0[j] = Math.fma(a02, x2, Math.fma(a01, x1, Math.fma(a00, x0, s0[j])));
                s1[j] = Math.fma(a12, x2, Math.fma(a11, x1, Math.fma(a10, x0, s1[j])));
                s2[j] = Math.fma(a22, x2, Math.fma(a21, x1, Math.fma(a20, x0, s2[j])));
                s3[j] = Math.fma(a32, x2, Math.fma(a31, x1, Math.fma(a30, x0, s3[j])));
            }
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
                float[] s,
                int first,
                int last) {
            float a0 = a[from];
            float a1 = a[from + 1];
            float a2 = a[from + 2];
            float a3 = a[from + 3];
            float a4 = a[from + 4];
            float a5 = a[from + 5];
            for (int j = first & LINE - 1; j < last; j++) {
                float half = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], s[j]))));
                s[j] = Math.fma(a5, b5[j], Math.fma(a4, b4[j], half));
            }
        }

        private static void step(float a, float[] b, float[] s, int first, int last) {
            for (int j = first & LINE - 1; j < last; j++) {
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
