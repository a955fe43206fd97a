package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.MxEncoding;
import org.bitexact.internal.array.MxEncoding.Coded;
import org.bitexact.internal.array.MxEncoding.Operands;

/**
 * Encodes in blocks whose scales are powers of two: products, and then as {@link NearestLoop} has it.
 *
 * <p>Several blocks make a tile. While the elements of a tile are encoded, the largest magnitudes of the next one are found:
 * so reading from memory goes on.
 */
final class MxLoop implements BlockLoop {
    /** What a variant is made for: the vectors of a block, and whether ties go away from zero. */
    record Shape(int vectors, boolean tiesAway) {}

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BLOCK = SHAPE.vectors() * Lanes.COUNT;
    private static final boolean TIES_AWAY = SHAPE.tiesAway();
    /** Blocks of a tile: few enough for the stimulus of a kernel to have several tiles. */
    private static final int TILE = 32;

    private final FloatTarget target;
    private final int magic;

    MxLoop(FloatTarget target) {
        this.target = target;
        magic = target.magic();
    }

    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        Operands x = (Operands) src;
        Coded y = (Coded) dst;
        int[] largest = new int[TILE];
        float[] inverses = new float[TILE];
        int last = from + (blocks - 1) * BLOCK;
        largest(x.values(), from, largest, Math.min(blocks, TILE));
        boolean finite = true;
        for (int done = 0; done < blocks; done += TILE) {
            int count = Math.min(TILE, blocks - done);
            finite &= MxEncoding.scales(x, largest, y.scales(), y.first() + done, inverses, count);
            int at = done * BLOCK;
            tile(x.values(), from + at, last, largest, inverses, y.codes(), to + at, count);
        }
        if (!finite) {
            MxEncoding.clear(BLOCK, y.codes(), to, y.scales(), y.first(), blocks * BLOCK);
        }
    }

    /** The patterns of the largest magnitudes. */
    private static void largest(float[] values, int from, int[] largest, int blocks) {
        for (int k = 0, i = from; k < blocks; k = Math.addExact(k, 1), i += BLOCK) {
            IntVector m = Lanes.patterns(values, i).and(Lanes.MAGNITUDE);
            for (int v = Lanes.COUNT; v < BLOCK; v += Lanes.COUNT) {
                m = m.max(Lanes.patterns(values, i + v).and(Lanes.MAGNITUDE));
            }
            largest[k] = m.reduceLanes(VectorOperators.MAX);
        }
    }

    /** Encodes a tile, and finds the largest magnitudes of the next; what comes after the last block does not matter. */
    private void tile(
            float[] values, int from, int last, int[] largest, float[] inverses, byte[] dst, int to, int blocks) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector minNormal = Lanes.broadcast(target.minNormal);
        IntVector toG = Lanes.broadcast(magic);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector magnitude = Lanes.broadcast(Lanes.MAGNITUDE);
        IntVector exponent = Lanes.broadcast(Lanes.EXPONENT);
        for (int k = 0, i = from, j = to; k < blocks; k = Math.addExact(k, 1), i += BLOCK, j += BLOCK) {
            int next = Math.min(i + TILE * BLOCK, last);
            IntVector m = Lanes.patterns(values, next).and(magnitude);
            for (int v = Lanes.COUNT; v < BLOCK; v += Lanes.COUNT) {
                m = m.max(Lanes.patterns(values, next + v).and(magnitude));
            }
            FloatVector inverse = FloatVector.broadcast(Lanes.FLOATS, inverses[k]);
            largest[k] = m.reduceLanes(VectorOperators.MAX);
            for (int v = 0; v < BLOCK; v += Lanes.COUNT) {
                IntVector b = FloatVector.fromArray(Lanes.FLOATS, values, i + v)
                        .mul(inverse)
                        .reinterpretAsInts();
                IntVector a = b.and(magnitude).min(limit);
                if (TIES_AWAY) {
                    a = a.or(1);
                }
                IntVector e = a.and(exponent).max(minNormal);
                IntVector sum = a.reinterpretAsFloats()
                        .add(e.add(toG).reinterpretAsFloats())
                        .reinterpretAsInts();
                IntVector code = sum.add(e.lanewise(VectorOperators.LSHR, discarded));
                IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
                Lanes.store(1, code.or(sign), dst, j + v);
            }
        }
    }
}
