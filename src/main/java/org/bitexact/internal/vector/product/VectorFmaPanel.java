package org.bitexact.internal.vector.product;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.FloatRows;
import org.bitexact.internal.array.FmaPanel;
import org.bitexact.internal.array.Scratch;

/**
 * Chains of fused multiply-adds in registers: those of six rows and four vectors of columns, or two vectors on machines
 * whose 256-bit vectors stand for 16 registers. Steps of a row of B load it once, and each number of A is broadcast.
 */
final class VectorFmaPanel implements FmaPanel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final boolean NARROW = FLOATS.vectorBitSize() == 256;
    static final int COLUMNS = NARROW ? 2 * LANES : 4 * LANES;
    /** Rows of A that are taken at once. */
    private static final int ROWS = 6;
    /** Rows of A that are copied at once. */
    private static final int GROUP = 8 * ROWS;
    /** Steps that are taken at once. */
    private static final int STEPS = 2048;
    /** Distance of copied rows: a constant, so that loops need one index for all of them; they lie on other lines. */
    private static final int DISTANCE = STEPS + 16;

    private final int depth;
    private final int columns;
    /** For each stretch of {@link #COLUMNS} columns, that of all rows. */
    private final float[] b;
    /** Copies of rows of A. */
    private final float[] copies = Scratch.floats(GROUP * DISTANCE);
    /** Sums of a stretch that is narrower than others. */
    private final float[] narrow = new float[GROUP * COLUMNS];

    VectorFmaPanel(int depth, int columns) {
        this.depth = depth;
        this.columns = columns;
        b = Scratch.floats(Math.multiplyExact(depth, columns));
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void load(float[] x, int from, int stride, int first, int rows, int n) {
        int whole = n / COLUMNS * COLUMNS;
        for (int i = 0; i < rows; i++) {
            int at = from + i * stride;
            int to = (first + i) * COLUMNS;
            copyWhole(x, at, whole, b, to, depth * COLUMNS);
            if (whole < n) {
                int rest = depth * whole + to;
                System.arraycopy(x, at + whole, b, rest, n - whole);
                Arrays.fill(b, rest + n - whole, rest + COLUMNS, 0);
            }
        }
    }

    /** Copies stretches of {@link #COLUMNS} numbers to places that are farther apart. */
    private static void copyWhole(float[] x, int from, int n, float[] to, int at, int distance) {
        for (int j = 0, q = at; j < n; j += COLUMNS, q += distance) {
            for (int l = 0; l < COLUMNS; l += LANES) {
                FloatVector.fromArray(FLOATS, x, from + j + l).intoArray(to, q + l);
            }
        }
    }

    @Override
    public void close() {
        Scratch.release(b);
        Scratch.release(copies);
    }

    @Override
    public boolean accumulate(FloatRows a, int rows, int p, int k, FloatRows start, FloatRows sums, int n) {
        boolean nan = false;
        for (int q = 0; q < k; q += STEPS) {
            int steps = Math.min(STEPS, k - q);
            FloatRows before = q == 0 ? start : sums;
            for (int i = 0; i < rows; i += GROUP) {
                int count = Math.min(GROUP, rows - i);
                for (int r = 0; r < count; r++) {
                    System.arraycopy(a.array(), a.at(i + r) + q, copies, r * DISTANCE, steps);
                }
                for (int j = 0; j < n; j += COLUMNS) {
                    int at = depth * j + (p + q) * COLUMNS;
                    nan |= columns(
                            count,
                            at,
                            steps,
                            before.array(),
                            before.at(i) + j,
                            before.stride(),
                            sums.array(),
                            sums.at(i) + j,
                            sums.stride(),
                            Math.min(COLUMNS, n - j));
                }
            }
        }
        return nan;
    }

    /** Columns of a stretch. */
    private boolean columns(
            int rows, int bFrom, int k, float[] x, int from, int distance, float[] s, int at, int stride, int n) {
        if (n == COLUMNS) {
            return stretch(rows, bFrom, k, x, from, distance, s, at, stride);
        }
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x, from + i * distance, narrow, i * COLUMNS, n);
        }
        boolean nan = stretch(rows, bFrom, k, narrow, 0, COLUMNS, narrow, 0, COLUMNS);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(narrow, i * COLUMNS, s, at + i * stride, n);
        }
        return nan;
    }

    /** All columns of a stretch, from numbers x to sums s. */
    private boolean stretch(
            int rows, int bFrom, int k, float[] x, int from, int distance, float[] s, int at, int stride) {
        boolean nan = false;
        int i = 0;
        for (; i <= rows - ROWS; i += ROWS) {
            int r = i * DISTANCE;
            int f = from + i * distance;
            int t = at + i * stride;
            nan |= NARROW
                    ? sixByTwo(copies, r, b, bFrom, k, x, f, distance, s, t, stride)
                    : sixByFour(copies, r, b, bFrom, k, x, f, distance, s, t, stride);
        }
        for (; i < rows; i++) {
            int r = i * DISTANCE;
            int f = from + i * distance;
            int t = at + i * stride;
            nan |= NARROW
                    ? oneByTwo(copies, r, b, bFrom, k, x, f, s, t)
                    : oneByFour(copies, r, b, bFrom, k, x, f, s, t);
        }
        return nan;
    }

    /** Six rows and four vectors of columns, from numbers x to sums s; whether a sum may be NaN. */
    private static boolean sixByFour(
            float[] a,
            int from,
            float[] b,
            int bFrom,
            int k,
            float[] x,
            int f0,
            int distance,
            float[] s,
            int t0,
            int stride) {
        int f1 = f0 + distance;
        int f2 = f1 + distance;
        int f3 = f2 + distance;
        int f4 = f3 + distance;
        int f5 = f4 + distance;
        FloatVector s00 = FloatVector.fromArray(FLOATS, x, f0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, x, f0 + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, x, f0 + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, x, f0 + 3 * LANES);
        FloatVector s10 = FloatVector.fromArray(FLOATS, x, f1);
        FloatVector s11 = FloatVector.fromArray(FLOATS, x, f1 + LANES);
        FloatVector s12 = FloatVector.fromArray(FLOATS, x, f1 + 2 * LANES);
        FloatVector s13 = FloatVector.fromArray(FLOATS, x, f1 + 3 * LANES);
        FloatVector s20 = FloatVector.fromArray(FLOATS, x, f2);
        FloatVector s21 = FloatVector.fromArray(FLOATS, x, f2 + LANES);
        FloatVector s22 = FloatVector.fromArray(FLOATS, x, f2 + 2 * LANES);
        FloatVector s23 = FloatVector.fromArray(FLOATS, x, f2 + 3 * LANES);
        FloatVector s30 = FloatVector.fromArray(FLOATS, x, f3);
        FloatVector s31 = FloatVector.fromArray(FLOATS, x, f3 + LANES);
        FloatVector s32 = FloatVector.fromArray(FLOATS, x, f3 + 2 * LANES);
        FloatVector s33 = FloatVector.fromArray(FLOATS, x, f3 + 3 * LANES);
        FloatVector s40 = FloatVector.fromArray(FLOATS, x, f4);
        FloatVector s41 = FloatVector.fromArray(FLOATS, x, f4 + LANES);
        FloatVector s42 = FloatVector.fromArray(FLOATS, x, f4 + 2 * LANES);
        FloatVector s43 = FloatVector.fromArray(FLOATS, x, f4 + 3 * LANES);
        FloatVector s50 = FloatVector.fromArray(FLOATS, x, f5);
        FloatVector s51 = FloatVector.fromArray(FLOATS, x, f5 + LANES);
        FloatVector s52 = FloatVector.fromArray(FLOATS, x, f5 + 2 * LANES);
        FloatVector s53 = FloatVector.fromArray(FLOATS, x, f5 + 3 * LANES);
        for (int p = 0, at = bFrom; p < k; p++, at += 4 * LANES) {
            int i = from + p;
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector b2 = FloatVector.fromArray(FLOATS, b, at + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(FLOATS, b, at + 3 * LANES);
            FloatVector y = FloatVector.broadcast(FLOATS, a[i]);
            s00 = y.fma(b0, s00);
            s01 = y.fma(b1, s01);
            s02 = y.fma(b2, s02);
            s03 = y.fma(b3, s03);
            y = FloatVector.broadcast(FLOATS, a[i + DISTANCE]);
            s10 = y.fma(b0, s10);
            s11 = y.fma(b1, s11);
            s12 = y.fma(b2, s12);
            s13 = y.fma(b3, s13);
            y = FloatVector.broadcast(FLOATS, a[i + 2 * DISTANCE]);
            s20 = y.fma(b0, s20);
            s21 = y.fma(b1, s21);
            s22 = y.fma(b2, s22);
            s23 = y.fma(b3, s23);
            y = FloatVector.broadcast(FLOATS, a[i + 3 * DISTANCE]);
            s30 = y.fma(b0, s30);
            s31 = y.fma(b1, s31);
            s32 = y.fma(b2, s32);
            s33 = y.fma(b3, s33);
            y = FloatVector.broadcast(FLOATS, a[i + 4 * DISTANCE]);
            s40 = y.fma(b0, s40);
            s41 = y.fma(b1, s41);
            s42 = y.fma(b2, s42);
            s43 = y.fma(b3, s43);
            y = FloatVector.broadcast(FLOATS, a[i + 5 * DISTANCE]);
            s50 = y.fma(b0, s50);
            s51 = y.fma(b1, s51);
            s52 = y.fma(b2, s52);
            s53 = y.fma(b3, s53);
        }
        int t1 = t0 + stride;
        int t2 = t1 + stride;
        int t3 = t2 + stride;
        int t4 = t3 + stride;
        int t5 = t4 + stride;
        s00.intoArray(s, t0);
        s01.intoArray(s, t0 + LANES);
        s02.intoArray(s, t0 + 2 * LANES);
        s03.intoArray(s, t0 + 3 * LANES);
        s10.intoArray(s, t1);
        s11.intoArray(s, t1 + LANES);
        s12.intoArray(s, t1 + 2 * LANES);
        s13.intoArray(s, t1 + 3 * LANES);
        s20.intoArray(s, t2);
        s21.intoArray(s, t2 + LANES);
        s22.intoArray(s, t2 + 2 * LANES);
        s23.intoArray(s, t2 + 3 * LANES);
        s30.intoArray(s, t3);
        s31.intoArray(s, t3 + LANES);
        s32.intoArray(s, t3 + 2 * LANES);
        s33.intoArray(s, t3 + 3 * LANES);
        s40.intoArray(s, t4);
        s41.intoArray(s, t4 + LANES);
        s42.intoArray(s, t4 + 2 * LANES);
        s43.intoArray(s, t4 + 3 * LANES);
        s50.intoArray(s, t5);
        s51.intoArray(s, t5 + LANES);
        s52.intoArray(s, t5 + 2 * LANES);
        s53.intoArray(s, t5 + 3 * LANES);
        s00 = s00.add(s10).add(s20).add(s30).add(s40).add(s50);
        s01 = s01.add(s11).add(s21).add(s31).add(s41).add(s51);
        s02 = s02.add(s12).add(s22).add(s32).add(s42).add(s52);
        s03 = s03.add(s13).add(s23).add(s33).add(s43).add(s53);
        return isNaN(s00.add(s01).add(s02).add(s03));
    }

    /** Six rows and two vectors of columns. */
    private static boolean sixByTwo(
            float[] a,
            int from,
            float[] b,
            int bFrom,
            int k,
            float[] x,
            int f0,
            int distance,
            float[] s,
            int t0,
            int stride) {
        int f1 = f0 + distance;
        int f2 = f1 + distance;
        int f3 = f2 + distance;
        int f4 = f3 + distance;
        int f5 = f4 + distance;
        FloatVector s00 = FloatVector.fromArray(FLOATS, x, f0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, x, f0 + LANES);
        FloatVector s10 = FloatVector.fromArray(FLOATS, x, f1);
        FloatVector s11 = FloatVector.fromArray(FLOATS, x, f1 + LANES);
        FloatVector s20 = FloatVector.fromArray(FLOATS, x, f2);
        FloatVector s21 = FloatVector.fromArray(FLOATS, x, f2 + LANES);
        FloatVector s30 = FloatVector.fromArray(FLOATS, x, f3);
        FloatVector s31 = FloatVector.fromArray(FLOATS, x, f3 + LANES);
        FloatVector s40 = FloatVector.fromArray(FLOATS, x, f4);
        FloatVector s41 = FloatVector.fromArray(FLOATS, x, f4 + LANES);
        FloatVector s50 = FloatVector.fromArray(FLOATS, x, f5);
        FloatVector s51 = FloatVector.fromArray(FLOATS, x, f5 + LANES);
        for (int p = 0, at = bFrom; p < k; p++, at += 2 * LANES) {
            int i = from + p;
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector y = FloatVector.broadcast(FLOATS, a[i]);
            s00 = y.fma(b0, s00);
            s01 = y.fma(b1, s01);
            y = FloatVector.broadcast(FLOATS, a[i + DISTANCE]);
            s10 = y.fma(b0, s10);
            s11 = y.fma(b1, s11);
            y = FloatVector.broadcast(FLOATS, a[i + 2 * DISTANCE]);
            s20 = y.fma(b0, s20);
            s21 = y.fma(b1, s21);
            y = FloatVector.broadcast(FLOATS, a[i + 3 * DISTANCE]);
            s30 = y.fma(b0, s30);
            s31 = y.fma(b1, s31);
            y = FloatVector.broadcast(FLOATS, a[i + 4 * DISTANCE]);
            s40 = y.fma(b0, s40);
            s41 = y.fma(b1, s41);
            y = FloatVector.broadcast(FLOATS, a[i + 5 * DISTANCE]);
            s50 = y.fma(b0, s50);
            s51 = y.fma(b1, s51);
        }
        int t1 = t0 + stride;
        int t2 = t1 + stride;
        int t3 = t2 + stride;
        int t4 = t3 + stride;
        int t5 = t4 + stride;
        s00.intoArray(s, t0);
        s01.intoArray(s, t0 + LANES);
        s10.intoArray(s, t1);
        s11.intoArray(s, t1 + LANES);
        s20.intoArray(s, t2);
        s21.intoArray(s, t2 + LANES);
        s30.intoArray(s, t3);
        s31.intoArray(s, t3 + LANES);
        s40.intoArray(s, t4);
        s41.intoArray(s, t4 + LANES);
        s50.intoArray(s, t5);
        s51.intoArray(s, t5 + LANES);
        s00 = s00.add(s10).add(s20).add(s30).add(s40).add(s50);
        s01 = s01.add(s11).add(s21).add(s31).add(s41).add(s51);
        return isNaN(s00.add(s01));
    }

    /** One row and four vectors of columns. */
    private static boolean oneByFour(
            float[] a, int from, float[] b, int bFrom, int k, float[] x, int f0, float[] s, int t0) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, x, f0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, x, f0 + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, x, f0 + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, x, f0 + 3 * LANES);
        for (int p = 0, at = bFrom; p < k; p++, at += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector b2 = FloatVector.fromArray(FLOATS, b, at + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(FLOATS, b, at + 3 * LANES);
            FloatVector y = FloatVector.broadcast(FLOATS, a[from + p]);
            s00 = y.fma(b0, s00);
            s01 = y.fma(b1, s01);
            s02 = y.fma(b2, s02);
            s03 = y.fma(b3, s03);
        }
        s00.intoArray(s, t0);
        s01.intoArray(s, t0 + LANES);
        s02.intoArray(s, t0 + 2 * LANES);
        s03.intoArray(s, t0 + 3 * LANES);
        return isNaN(s00.add(s01).add(s02).add(s03));
    }

    /** One row and two vectors of columns. */
    private static boolean oneByTwo(
            float[] a, int from, float[] b, int bFrom, int k, float[] x, int f0, float[] s, int t0) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, x, f0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, x, f0 + LANES);
        for (int p = 0, at = bFrom; p < k; p++, at += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector y = FloatVector.broadcast(FLOATS, a[from + p]);
            s00 = y.fma(b0, s00);
            s01 = y.fma(b1, s01);
        }
        s00.intoArray(s, t0);
        s01.intoArray(s, t0 + LANES);
        return isNaN(s00.add(s01));
    }

    /** Whether an element is NaN; a sum of numbers is, where one of them is. */
    private static boolean isNaN(FloatVector x) {
        return x.compare(VectorOperators.NE, x).anyTrue();
    }

    @Override
    public void add(float[] sums, int at, int n, int[] totals) {
        for (int j = 0; j < n; j += LANES) {
            IntVector.fromArray(INTS, totals, j).add(integers(sums, at + j)).intoArray(totals, j);
        }
    }

    @Override
    public void addHalf(float[] sums, int at, int n, int number, int[] totals) {
        for (int j = 0; j < n; j += LANES) {
            IntVector halves = integers(sums, at + j).neg().add(number).lanewise(VectorOperators.ASHR, 1);
            IntVector.fromArray(INTS, totals, j).add(halves).intoArray(totals, j);
        }
    }

    private static IntVector integers(float[] sums, int from) {
        return FloatVector.fromArray(FLOATS, sums, from).reinterpretAsInts().sub(Float.floatToRawIntBits(INTEGER_ZERO));
    }
}
