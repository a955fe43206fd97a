package org.bitexact.internal.vector.product;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.FloatRows;
import org.bitexact.internal.vector.LoopVariants;

/**
 * Six rows of A and four vectors of columns, or two vectors on machines whose 256-bit vectors stand for 16 registers. Each
 * number of B is loaded once, each of A broadcast.
 */
final class SixRowLoop implements TileLoop {
    /** What a variant is made for: the distance of rows of A, or 0 for any. */
    record Shape(int apart) {}

    private static final int APART =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).apart();

    private static final VectorSpecies<Float> FLOATS = VectorFmaPanel.FLOATS;
    private static final int LANES = VectorFmaPanel.LANES;

    SixRowLoop() {}

    @Override
    public boolean run(FloatRows a, int rows, float[] b, int bFrom, int k, FloatRows x, FloatRows s) {
        boolean nan = false;
        for (int i = 0; i < rows; i += VectorFmaPanel.ROWS) {
            nan |= VectorFmaPanel.NARROW ? byTwo(a, i, b, bFrom, k, x, s) : byFour(a, i, b, bFrom, k, x, s);
        }
        return nan;
    }

    private static boolean byFour(
            FloatRows rows, int r, float[] b, int bFrom, int k, FloatRows starts, FloatRows sums) {
        float[] a = rows.array();
        float[] x = starts.array();
        float[] s = sums.array();
        int from = rows.at(r);
        int d = APART == 0 ? rows.stride() : APART;
        int distance = starts.stride();
        int f0 = starts.at(r);
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
            y = FloatVector.broadcast(FLOATS, a[i + d]);
            s10 = y.fma(b0, s10);
            s11 = y.fma(b1, s11);
            s12 = y.fma(b2, s12);
            s13 = y.fma(b3, s13);
            y = FloatVector.broadcast(FLOATS, a[i + 2 * d]);
            s20 = y.fma(b0, s20);
            s21 = y.fma(b1, s21);
            s22 = y.fma(b2, s22);
            s23 = y.fma(b3, s23);
            y = FloatVector.broadcast(FLOATS, a[i + 3 * d]);
            s30 = y.fma(b0, s30);
            s31 = y.fma(b1, s31);
            s32 = y.fma(b2, s32);
            s33 = y.fma(b3, s33);
            y = FloatVector.broadcast(FLOATS, a[i + 4 * d]);
            s40 = y.fma(b0, s40);
            s41 = y.fma(b1, s41);
            s42 = y.fma(b2, s42);
            s43 = y.fma(b3, s43);
            y = FloatVector.broadcast(FLOATS, a[i + 5 * d]);
            s50 = y.fma(b0, s50);
            s51 = y.fma(b1, s51);
            s52 = y.fma(b2, s52);
            s53 = y.fma(b3, s53);
        }
        int stride = sums.stride();
        int t0 = sums.at(r);
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
        return VectorFmaPanel.isNaN(s00.add(s01).add(s02).add(s03));
    }

    private static boolean byTwo(FloatRows rows, int r, float[] b, int bFrom, int k, FloatRows starts, FloatRows sums) {
        float[] a = rows.array();
        float[] x = starts.array();
        float[] s = sums.array();
        int from = rows.at(r);
        int d = APART == 0 ? rows.stride() : APART;
        int distance = starts.stride();
        int f0 = starts.at(r);
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
            y = FloatVector.broadcast(FLOATS, a[i + d]);
            s10 = y.fma(b0, s10);
            s11 = y.fma(b1, s11);
            y = FloatVector.broadcast(FLOATS, a[i + 2 * d]);
            s20 = y.fma(b0, s20);
            s21 = y.fma(b1, s21);
            y = FloatVector.broadcast(FLOATS, a[i + 3 * d]);
            s30 = y.fma(b0, s30);
            s31 = y.fma(b1, s31);
            y = FloatVector.broadcast(FLOATS, a[i + 4 * d]);
            s40 = y.fma(b0, s40);
            s41 = y.fma(b1, s41);
            y = FloatVector.broadcast(FLOATS, a[i + 5 * d]);
            s50 = y.fma(b0, s50);
            s51 = y.fma(b1, s51);
        }
        int stride = sums.stride();
        int t0 = sums.at(r);
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
        return VectorFmaPanel.isNaN(s00.add(s01));
    }
}
