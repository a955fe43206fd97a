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
    private static final int VECTORS = SHAPE.vectors();
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
        int i = from;
        int j = to;
        for (int b = x.first(), end = b + blocks; b < end; b = Math.addExact(b, 1)) {
            FloatVector number = FloatVector.broadcast(Lanes.FLOATS, table[rows[b] & 0xff]);
            for (int v = 0; v < VECTORS; v++) {
                FloatVector value = FloatVector.fromArray(Lanes.FLOATS, values, i);
                FloatVector result = DIVIDES ? value.div(number) : value.mul(number);
                result.blend(nan, result.compare(VectorOperators.NE, result)).intoArray(results, j);
                i += Lanes.COUNT;
                j += Lanes.COUNT;
            }
        }
    }
}
