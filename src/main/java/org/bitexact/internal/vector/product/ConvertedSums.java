package org.bitexact.internal.vector.product;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums in which products are binary32 numbers, exact unless they are less than a unit: one multiplication turns them
 * into multiples of the unit, and the conversion to an integer, of less than 31 bits, cuts them toward zero.
 */
final class ConvertedSums implements AlignedSums {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();
    private static final int COLUMNS = VectorFmaPanel.COLUMNS;

    private final int scale;
    private final float[] a;
    private final float[] b;

    ConvertedSums(int fractionBits, float[] a, float[] b) {
        scale = fractionBits + 2 * 127 << 23; // less M's field: that of 2^(fractionBits - M)
        this.a = a;
        this.b = b;
    }

    @Override
    public void loadedB(int n) {}

    @Override
    public void loadedA(int from, int vectors) {}

    @Override
    public void add(
            float[] accumulators, int at, int[] largest, int rows, int rowA, int stride, int from, int to, int[] sums) {
        add(accumulators, at, largest, scale, rows, a, rowA, stride, b, from * COLUMNS, to - from, sums);
    }

    /** Two rows and two vectors of columns at a time. */
    private static void add(
            float[] c,
            int at,
            int[] largest,
            int scale,
            int rows,
            float[] a,
            int rowA,
            int stride,
            float[] b,
            int from,
            int n,
            int[] sums) {
        for (int i = 0; i < rows; i += 2) {
            int first = rowA + i * stride;
            int second = first + stride;
            for (int j = 0; j < COLUMNS; j = Math.addExact(j, 2 * LANES)) {
                int i00 = i * COLUMNS + j;
                int i01 = i00 + LANES;
                int i10 = i00 + COLUMNS;
                int i11 = i01 + COLUMNS;
                IntVector f = IntVector.broadcast(INTS, scale);
                FloatVector u00 = f.sub(IntVector.fromArray(INTS, largest, i00)).reinterpretAsFloats();
                FloatVector u01 = f.sub(IntVector.fromArray(INTS, largest, i01)).reinterpretAsFloats();
                FloatVector u10 = f.sub(IntVector.fromArray(INTS, largest, i10)).reinterpretAsFloats();
                FloatVector u11 = f.sub(IntVector.fromArray(INTS, largest, i11)).reinterpretAsFloats();
                FloatVector c00 = FloatVector.fromArray(FLOATS, c, at + i00).mul(u00);
                FloatVector c01 = FloatVector.fromArray(FLOATS, c, at + i01).mul(u01);
                FloatVector c10 = FloatVector.fromArray(FLOATS, c, at + i10).mul(u10);
                FloatVector c11 = FloatVector.fromArray(FLOATS, c, at + i11).mul(u11);
                IntVector s00 = (IntVector) c00.convertShape(VectorOperators.F2I, INTS, 0);
                IntVector s01 = (IntVector) c01.convertShape(VectorOperators.F2I, INTS, 0);
                IntVector s10 = (IntVector) c10.convertShape(VectorOperators.F2I, INTS, 0);
                IntVector s11 = (IntVector) c11.convertShape(VectorOperators.F2I, INTS, 0);
                for (int p = 0, y = from + j; p < n; p = Math.addExact(p, 1), y += COLUMNS) {
                    FloatVector y0 = FloatVector.fromArray(FLOATS, b, y);
                    FloatVector y1 = FloatVector.fromArray(FLOATS, b, y + LANES);
                    FloatVector x0 = FloatVector.broadcast(FLOATS, a[first + p]);
                    FloatVector x1 = FloatVector.broadcast(FLOATS, a[second + p]);
                    s00 = s00.add((IntVector) x0.mul(y0).mul(u00).convertShape(VectorOperators.F2I, INTS, 0));
                    s01 = s01.add((IntVector) x0.mul(y1).mul(u01).convertShape(VectorOperators.F2I, INTS, 0));
                    s10 = s10.add((IntVector) x1.mul(y0).mul(u10).convertShape(VectorOperators.F2I, INTS, 0));
                    s11 = s11.add((IntVector) x1.mul(y1).mul(u11).convertShape(VectorOperators.F2I, INTS, 0));
                }
                s00.intoArray(sums, i00);
                s01.intoArray(sums, i01);
                s10.intoArray(sums, i10);
                s11.intoArray(sums, i11);
            }
        }
    }
}
