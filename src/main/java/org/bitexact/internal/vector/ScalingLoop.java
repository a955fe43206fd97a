package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.BlockStep.Operands;

/** Values times a number of their block, or divided by it. */
final class ScalingLoop implements BlockLoop {
    /** What a variant is made for: the vectors of a block, and the operation. */
    record Shape(int vectors, boolean divides) {}

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BLOCK = SHAPE.vectors() * Lanes.COUNT;
    private static final boolean DIVIDES = SHAPE.divides();

    ScalingLoop() {}

    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        Operands x = (Operands) src;
        float[] values = x.values();
        float[] table = x.table();
        byte[] rows = x.rows();
        float[] results = (float[]) dst;
        FloatVector nan = FloatVector.broadcast(Lanes.FLOATS, Float.NaN);
        int b = x.first();
        for (int i = from, j = to, end = from + blocks * BLOCK; i < end; i = Math.addExact(i, BLOCK), j += BLOCK) {
            FloatVector number = FloatVector.broadcast(Lanes.FLOATS, table[rows[b++] & 0xff]);
            for (int v = 0; v < BLOCK; v += Lanes.COUNT) {
                FloatVector value = FloatVector.fromArray(Lanes.FLOATS, values, i + v);
                FloatVector result = DIVIDES ? value.div(number) : value.mul(number);
                result.blend(nan, result.compare(VectorOperators.NE, result)).intoArray(results, j + v);
            }
        }
    }
}
