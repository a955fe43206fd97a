package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The largest magnitude of each block, as a pattern; patterns of magnitudes order as integers. */
final class LargestLoop implements BlockLoop {
    /** What a variant is made for: the vectors of a block. */
    record Shape(int vectors) {}

    private static final int VECTORS =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).vectors();

    LargestLoop() {}

    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        float[] values = (float[]) src;
        int[] largest = (int[]) dst;
        int i = from;
        for (int b = to, end = to + blocks; b < end; b = Math.addExact(b, 1)) {
            IntVector x = Lanes.patterns(values, i).and(Lanes.MAGNITUDE);
            i += Lanes.COUNT;
            for (int v = 1; v < VECTORS; v++) {
                x = x.max(Lanes.patterns(values, i).and(Lanes.MAGNITUDE));
                i += Lanes.COUNT;
            }
            largest[b] = x.reduceLanes(VectorOperators.MAX);
        }
    }
}
