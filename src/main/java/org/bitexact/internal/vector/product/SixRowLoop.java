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
    private static final Class<? extends FloatVector> TYPE = VectorFmaPanel.TYPE;
    private static final int LANES = VectorFmaPanel.LANES;

    SixRowLoop() {}

    @Override
    public void run(FloatRows a, int rows, float[] b, int bFrom, int k, FloatRows x, FloatRows s) {
        for (int i = 0; i < rows; i += VectorFmaPanel.ROWS) {
            if (VectorFmaPanel.NARROW) {
                byTwo(a, i, b, bFrom, k, x, s);
            } else {
                byFour(a, i, b, bFrom, k, x, s);
            }
        }
    }

    private static void byFour(FloatRows rows, int r, float[] b, int bFrom, int k, FloatRows starts, FloatRows sums) {
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
            FloatVector b0 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at));
            FloatVector b1 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + LANES));
            FloatVector b2 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + 2 * LANES));
            FloatVector b3 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + 3 * LANES));
            FloatVector y = FloatVector.broadcast(FLOATS, a[i]);
            s00 = b0.fma(y, s00);
            s01 = b1.fma(y, s01);
            s02 = b2.fma(y, s02);
            s03 = b3.fma(y, s03);
            y = FloatVector.broadcast(FLOATS, a[i + d]);
            s10 = b0.fma(y, s10);
            s11 = b1.fma(y, s11);
            s12 = b2.fma(y, s12);
            s13 = b3.fma(y, s13);
            y = FloatVector.broadcast(FLOATS, a[i + 2 * d]);
            s20 = b0.fma(y, s20);
            s21 = b1.fma(y, s21);
            s22 = b2.fma(y, s22);
            s23 = b3.fma(y, s23);
            y = FloatVector.broadcast(FLOATS, a[i + 3 * d]);
            s30 = b0.fma(y, s30);
            s31 = b1.fma(y, s31);
            s32 = b2.fma(y, s32);
            s33 = b3.fma(y, s33);
            y = FloatVector.broadcast(FLOATS, a[i + 4 * d]);
            s40 = b0.fma(y, s40);
            s41 = b1.fma(y, s41);
            s42 = b2.fma(y, s42);
            s43 = b3.fma(y, s43);
            y = FloatVector.broadcast(FLOATS, a[i + 5 * d]);
            s50 = b0.fma(y, s50);
            s51 = b1.fma(y, s51);
            s52 = b2.fma(y, s52);
            s53 = b3.fma(y, s53);
        }
        int stride = sums.stride();
        int t0 = sums.at(r);
        int t1 = t0 + stride;
        int t2 = t1 + stride;
        int t3 = t2 + stride;
        int t4 = t3 + stride;
        int t5 = t4 + stride;
        TYPE.cast(s00).intoArray(s, t0);
        TYPE.cast(s01).intoArray(s, t0 + LANES);
        TYPE.cast(s02).intoArray(s, t0 + 2 * LANES);
        TYPE.cast(s03).intoArray(s, t0 + 3 * LANES);
        TYPE.cast(s10).intoArray(s, t1);
        TYPE.cast(s11).intoArray(s, t1 + LANES);
        TYPE.cast(s12).intoArray(s, t1 + 2 * LANES);
        TYPE.cast(s13).intoArray(s, t1 + 3 * LANES);
        TYPE.cast(s20).intoArray(s, t2);
        TYPE.cast(s21).intoArray(s, t2 + LANES);
        TYPE.cast(s22).intoArray(s, t2 + 2 * LANES);
        TYPE.cast(s23).intoArray(s, t2 + 3 * LANES);
        TYPE.cast(s30).intoArray(s, t3);
        TYPE.cast(s31).intoArray(s, t3 + LANES);
        TYPE.cast(s32).intoArray(s, t3 + 2 * LANES);
        TYPE.cast(s33).intoArray(s, t3 + 3 * LANES);
        TYPE.cast(s40).intoArray(s, t4);
        TYPE.cast(s41).intoArray(s, t4 + LANES);
        TYPE.cast(s42).intoArray(s, t4 + 2 * LANES);
        TYPE.cast(s43).intoArray(s, t4 + 3 * LANES);
        TYPE.cast(s50).intoArray(s, t5);
        TYPE.cast(s51).intoArray(s, t5 + LANES);
        TYPE.cast(s52).intoArray(s, t5 + 2 * LANES);
        TYPE.cast(s53).intoArray(s, t5 + 3 * LANES);
    }

    private static void byTwo(FloatRows rows, int r, float[] b, int bFrom, int k, FloatRows starts, FloatRows sums) {
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
            FloatVector b0 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at));
            FloatVector b1 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + LANES));
            FloatVector y = FloatVector.broadcast(FLOATS, a[i]);
            s00 = b0.fma(y, s00);
            s01 = b1.fma(y, s01);
            y = FloatVector.broadcast(FLOATS, a[i + d]);
            s10 = b0.fma(y, s10);
            s11 = b1.fma(y, s11);
            y = FloatVector.broadcast(FLOATS, a[i + 2 * d]);
            s20 = b0.fma(y, s20);
            s21 = b1.fma(y, s21);
            y = FloatVector.broadcast(FLOATS, a[i + 3 * d]);
            s30 = b0.fma(y, s30);
            s31 = b1.fma(y, s31);
            y = FloatVector.broadcast(FLOATS, a[i + 4 * d]);
            s40 = b0.fma(y, s40);
            s41 = b1.fma(y, s41);
            y = FloatVector.broadcast(FLOATS, a[i + 5 * d]);
            s50 = b0.fma(y, s50);
            s51 = b1.fma(y, s51);
        }
        int stride = sums.stride();
        int t0 = sums.at(r);
        int t1 = t0 + stride;
        int t2 = t1 + stride;
        int t3 = t2 + stride;
        int t4 = t3 + stride;
        int t5 = t4 + stride;
        TYPE.cast(s00).intoArray(s, t0);
        TYPE.cast(s01).intoArray(s, t0 + LANES);
        TYPE.cast(s10).intoArray(s, t1);
        TYPE.cast(s11).intoArray(s, t1 + LANES);
        TYPE.cast(s20).intoArray(s, t2);
        TYPE.cast(s21).intoArray(s, t2 + LANES);
        TYPE.cast(s30).intoArray(s, t3);
        TYPE.cast(s31).intoArray(s, t3 + LANES);
        TYPE.cast(s40).intoArray(s, t4);
        TYPE.cast(s41).intoArray(s, t4 + LANES);
        TYPE.cast(s50).intoArray(s, t5);
        TYPE.cast(s51).intoArray(s, t5 + LANES);
    }
}
