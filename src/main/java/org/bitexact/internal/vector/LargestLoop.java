package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The largest magnitude of each block; patterns of magnitudes order as integers. */
final class LargestLoop implements BlockLoop {
    /** What a variant is made for: the vectors of a block. */
    record Shape(int vectors) {}

    private static final int BLOCK =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).vectors() * Lanes.COUNT;

    LargestLoop() {}

    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        float[] values = (float[]) src;
        float[] largest = (float[]) dst;
        int b = to;
        for (int i = from, end = from + blocks * BLOCK; i < end; i = Math.addExact(i, BLOCK)) {
            IntVector x = Lanes.patterns(values, i).and(Lanes.MAGNITUDE);
            for (int v = Lanes.COUNT; v < BLOCK; v += Lanes.COUNT) {
                x = x.max(Lanes.patterns(values, i + v).and(Lanes.MAGNITUDE));
            }
            largest[b++] = Float.intBitsToFloat(x.reduceLanes(VectorOperators.MAX));
        }
    }
}
