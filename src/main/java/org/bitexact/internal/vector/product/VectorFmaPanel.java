package org.bitexact.internal.vector.product;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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

    private final int depth;
    private final int columns;
    /** For each stretch of {@link #COLUMNS} columns, that of all rows. */
    private final float[] b;

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
    }

    @Override
    public void accumulate(float[] a, int from, int stride, int rows, int p, int k, float[][] sums, int first) {
        for (int j = 0; j < columns; j += COLUMNS) {
            int at = depth * j + p * COLUMNS;
            if (NARROW) {
                byTwo(a, from, stride, rows, at, k, sums, first, j);
            } else {
                byFour(a, from, stride, rows, at, k, sums, first, j);
            }
        }
    }

    private void byFour(
            float[] a, int from, int stride, int rows, int at, int k, float[][] sums, int first, int column) {
        int i = 0;
        for (; i <= rows - ROWS; i += ROWS) {
            sixByFour(a, from + i * stride, stride, b, at, k, sums, first + i, column);
        }
        for (; i < rows; i++) {
            oneByFour(a, from + i * stride, b, at, k, sums[first + i], column);
        }
    }

    private void byTwo(
            float[] a, int from, int stride, int rows, int at, int k, float[][] sums, int first, int column) {
        int i = 0;
        for (; i <= rows - ROWS; i += ROWS) {
            sixByTwo(a, from + i * stride, stride, b, at, k, sums, first + i, column);
        }
        for (; i < rows; i++) {
            oneByTwo(a, from + i * stride, b, at, k, sums[first + i], column);
        }
    }

    /** Six rows and four vectors of columns. */
    private static void sixByFour(
            float[] a, int from, int stride, float[] b, int bFrom, int k, float[][] sums, int first, int column) {
        float[] s0 = sums[first];
        float[] s1 = sums[first + 1];
        float[] s2 = sums[first + 2];
        float[] s3 = sums[first + 3];
        float[] s4 = sums[first + 4];
        float[] s5 = sums[first + 5];
        FloatVector s00 = FloatVector.fromArray(FLOATS, s0, column);
        FloatVector s01 = FloatVector.fromArray(FLOATS, s0, column + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, s0, column + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, s0, column + 3 * LANES);
        FloatVector s10 = FloatVector.fromArray(FLOATS, s1, column);
        FloatVector s11 = FloatVector.fromArray(FLOATS, s1, column + LANES);
        FloatVector s12 = FloatVector.fromArray(FLOATS, s1, column + 2 * LANES);
        FloatVector s13 = FloatVector.fromArray(FLOATS, s1, column + 3 * LANES);
        FloatVector s20 = FloatVector.fromArray(FLOATS, s2, column);
        FloatVector s21 = FloatVector.fromArray(FLOATS, s2, column + LANES);
        FloatVector s22 = FloatVector.fromArray(FLOATS, s2, column + 2 * LANES);
        FloatVector s23 = FloatVector.fromArray(FLOATS, s2, column + 3 * LANES);
        FloatVector s30 = FloatVector.fromArray(FLOATS, s3, column);
        FloatVector s31 = FloatVector.fromArray(FLOATS, s3, column + LANES);
        FloatVector s32 = FloatVector.fromArray(FLOATS, s3, column + 2 * LANES);
        FloatVector s33 = FloatVector.fromArray(FLOATS, s3, column + 3 * LANES);
        FloatVector s40 = FloatVector.fromArray(FLOATS, s4, column);
        FloatVector s41 = FloatVector.fromArray(FLOATS, s4, column + LANES);
        FloatVector s42 = FloatVector.fromArray(FLOATS, s4, column + 2 * LANES);
        FloatVector s43 = FloatVector.fromArray(FLOATS, s4, column + 3 * LANES);
        FloatVector s50 = FloatVector.fromArray(FLOATS, s5, column);
        FloatVector s51 = FloatVector.fromArray(FLOATS, s5, column + LANES);
        FloatVector s52 = FloatVector.fromArray(FLOATS, s5, column + 2 * LANES);
        FloatVector s53 = FloatVector.fromArray(FLOATS, s5, column + 3 * LANES);
        int a0 = from;
        int a1 = a0 + stride;
        int a2 = a1 + stride;
        int a3 = a2 + stride;
        int a4 = a3 + stride;
        int a5 = a4 + stride;
        for (int p = 0, at = bFrom; p < k; p++, at += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector b2 = FloatVector.fromArray(FLOATS, b, at + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(FLOATS, b, at + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            s02 = x.fma(b2, s02);
            s03 = x.fma(b3, s03);
            x = FloatVector.broadcast(FLOATS, a[a1 + p]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            s12 = x.fma(b2, s12);
            s13 = x.fma(b3, s13);
            x = FloatVector.broadcast(FLOATS, a[a2 + p]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            s22 = x.fma(b2, s22);
            s23 = x.fma(b3, s23);
            x = FloatVector.broadcast(FLOATS, a[a3 + p]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            s32 = x.fma(b2, s32);
            s33 = x.fma(b3, s33);
            x = FloatVector.broadcast(FLOATS, a[a4 + p]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            s42 = x.fma(b2, s42);
            s43 = x.fma(b3, s43);
            x = FloatVector.broadcast(FLOATS, a[a5 + p]);
            s50 = x.fma(b0, s50);
            s51 = x.fma(b1, s51);
            s52 = x.fma(b2, s52);
            s53 = x.fma(b3, s53);
        }
        s00.intoArray(s0, column);
        s01.intoArray(s0, column + LANES);
        s02.intoArray(s0, column + 2 * LANES);
        s03.intoArray(s0, column + 3 * LANES);
        s10.intoArray(s1, column);
        s11.intoArray(s1, column + LANES);
        s12.intoArray(s1, column + 2 * LANES);
        s13.intoArray(s1, column + 3 * LANES);
        s20.intoArray(s2, column);
        s21.intoArray(s2, column + LANES);
        s22.intoArray(s2, column + 2 * LANES);
        s23.intoArray(s2, column + 3 * LANES);
        s30.intoArray(s3, column);
        s31.intoArray(s3, column + LANES);
        s32.intoArray(s3, column + 2 * LANES);
        s33.intoArray(s3, column + 3 * LANES);
        s40.intoArray(s4, column);
        s41.intoArray(s4, column + LANES);
        s42.intoArray(s4, column + 2 * LANES);
        s43.intoArray(s4, column + 3 * LANES);
        s50.intoArray(s5, column);
        s51.intoArray(s5, column + LANES);
        s52.intoArray(s5, column + 2 * LANES);
        s53.intoArray(s5, column + 3 * LANES);
    }

    /** Six rows and two vectors of columns. */
    private static void sixByTwo(
            float[] a, int from, int stride, float[] b, int bFrom, int k, float[][] sums, int first, int column) {
        float[] s0 = sums[first];
        float[] s1 = sums[first + 1];
        float[] s2 = sums[first + 2];
        float[] s3 = sums[first + 3];
        float[] s4 = sums[first + 4];
        float[] s5 = sums[first + 5];
        FloatVector s00 = FloatVector.fromArray(FLOATS, s0, column);
        FloatVector s01 = FloatVector.fromArray(FLOATS, s0, column + LANES);
        FloatVector s10 = FloatVector.fromArray(FLOATS, s1, column);
        FloatVector s11 = FloatVector.fromArray(FLOATS, s1, column + LANES);
        FloatVector s20 = FloatVector.fromArray(FLOATS, s2, column);
        FloatVector s21 = FloatVector.fromArray(FLOATS, s2, column + LANES);
        FloatVector s30 = FloatVector.fromArray(FLOATS, s3, column);
        FloatVector s31 = FloatVector.fromArray(FLOATS, s3, column + LANES);
        FloatVector s40 = FloatVector.fromArray(FLOATS, s4, column);
        FloatVector s41 = FloatVector.fromArray(FLOATS, s4, column + LANES);
        FloatVector s50 = FloatVector.fromArray(FLOATS, s5, column);
        FloatVector s51 = FloatVector.fromArray(FLOATS, s5, column + LANES);
        int a0 = from;
        int a1 = a0 + stride;
        int a2 = a1 + stride;
        int a3 = a2 + stride;
        int a4 = a3 + stride;
        int a5 = a4 + stride;
        for (int p = 0, at = bFrom; p < k; p++, at += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            x = FloatVector.broadcast(FLOATS, a[a1 + p]);
            s10 = x.fma(b0, s10);
            s11 = x.fma(b1, s11);
            x = FloatVector.broadcast(FLOATS, a[a2 + p]);
            s20 = x.fma(b0, s20);
            s21 = x.fma(b1, s21);
            x = FloatVector.broadcast(FLOATS, a[a3 + p]);
            s30 = x.fma(b0, s30);
            s31 = x.fma(b1, s31);
            x = FloatVector.broadcast(FLOATS, a[a4 + p]);
            s40 = x.fma(b0, s40);
            s41 = x.fma(b1, s41);
            x = FloatVector.broadcast(FLOATS, a[a5 + p]);
            s50 = x.fma(b0, s50);
            s51 = x.fma(b1, s51);
        }
        s00.intoArray(s0, column);
        s01.intoArray(s0, column + LANES);
        s10.intoArray(s1, column);
        s11.intoArray(s1, column + LANES);
        s20.intoArray(s2, column);
        s21.intoArray(s2, column + LANES);
        s30.intoArray(s3, column);
        s31.intoArray(s3, column + LANES);
        s40.intoArray(s4, column);
        s41.intoArray(s4, column + LANES);
        s50.intoArray(s5, column);
        s51.intoArray(s5, column + LANES);
    }

    /** One row and four vectors of columns. */
    private static void oneByFour(float[] a, int from, float[] b, int bFrom, int k, float[] s0, int column) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, s0, column);
        FloatVector s01 = FloatVector.fromArray(FLOATS, s0, column + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, s0, column + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, s0, column + 3 * LANES);
        int a0 = from;
        for (int p = 0, at = bFrom; p < k; p++, at += 4 * LANES) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector b2 = FloatVector.fromArray(FLOATS, b, at + 2 * LANES);
            FloatVector b3 = FloatVector.fromArray(FLOATS, b, at + 3 * LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
            s02 = x.fma(b2, s02);
            s03 = x.fma(b3, s03);
        }
        s00.intoArray(s0, column);
        s01.intoArray(s0, column + LANES);
        s02.intoArray(s0, column + 2 * LANES);
        s03.intoArray(s0, column + 3 * LANES);
    }

    /** One row and two vectors of columns. */
    private static void oneByTwo(float[] a, int from, float[] b, int bFrom, int k, float[] s0, int column) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, s0, column);
        FloatVector s01 = FloatVector.fromArray(FLOATS, s0, column + LANES);
        int a0 = from;
        for (int p = 0, at = bFrom; p < k; p++, at += 2 * LANES) {
            FloatVector b0 = FloatVector.fromArray(FLOATS, b, at);
            FloatVector b1 = FloatVector.fromArray(FLOATS, b, at + LANES);
            FloatVector x = FloatVector.broadcast(FLOATS, a[a0 + p]);
            s00 = x.fma(b0, s00);
            s01 = x.fma(b1, s01);
        }
        s00.intoArray(s0, column);
        s01.intoArray(s0, column + LANES);
    }

    @Override
    public void copy(float[] sums, int n, float nan, float[] to, int at) {
        int j = 0;
        for (; j <= n - LANES; j += LANES) {
            FloatVector s = FloatVector.fromArray(FLOATS, sums, j);
            s.blend(nan, s.compare(VectorOperators.NE, s)).intoArray(to, at + j);
        }
        for (; j < n; j++) {
            float s = sums[j];
            to[at + j] = Float.isNaN(s) ? nan : s;
        }
    }

    @Override
    public void add(float[] sums, int n, int[] totals) {
        for (int j = 0; j < n; j += LANES) {
            IntVector.fromArray(INTS, totals, j).add(integers(sums, j)).intoArray(totals, j);
        }
    }

    @Override
    public void addHalf(float[] sums, int n, int number, int[] totals) {
        for (int j = 0; j < n; j += LANES) {
            IntVector halves = integers(sums, j).neg().add(number).lanewise(VectorOperators.ASHR, 1);
            IntVector.fromArray(INTS, totals, j).add(halves).intoArray(totals, j);
        }
    }

    private static IntVector integers(float[] sums, int from) {
        return FloatVector.fromArray(FLOATS, sums, from).reinterpretAsInts().sub(Float.floatToRawIntBits(INTEGER_ZERO));
    }
}
