package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.BlockStep;
import org.bitexact.internal.array.BlockStep.Operands;

/** Counts the limits of its block that each magnitude exceeds. */
final class ClassifyLoop implements BlockLoop {
    /** What a variant is made for: the vectors of a block. */
    record Shape(int vectors) {}

    private static final int BLOCK =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).vectors() * Lanes.COUNT;

    ClassifyLoop() {}

    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        Operands x = (Operands) src;
        if (Lanes.MASKED) {
            search(x, from, (byte[]) dst, to, blocks);
        } else {
            count(x, from, (byte[]) dst, to, blocks);
        }
    }

    /** Halves the number of limits in question three times: the row and what comes after it are read as a vector. */
    private static void search(Operands x, int from, byte[] dst, int to, int blocks) {
        float[] values = x.values();
        float[] table = x.table();
        byte[] rows = x.rows();
        IntVector zero = IntVector.zero(Lanes.INTS);
        IntVector one = Lanes.broadcast(1);
        IntVector two = Lanes.broadcast(2);
        IntVector four = Lanes.broadcast(4);
        IntVector signMask = Lanes.broadcast(8);
        int b = x.first();
        for (int i = from, j = to, end = from + blocks * BLOCK; i < end; i = Math.addExact(i, BLOCK), j += BLOCK) {
            int row = (rows[b++] & 0xff) * BlockStep.LIMITS;
            IntVector even = Lanes.patterns(table, row);
            IntVector odd = Lanes.patterns(table, row + 1);
            IntVector fourth = limit(table, row + 3);
            for (int v = 0; v < BLOCK; v += Lanes.COUNT) {
                IntVector bits = Lanes.patterns(values, i + v);
                IntVector a = bits.and(Lanes.MAGNITUDE);
                IntVector code = zero.blend(four, a.compare(VectorOperators.GT, fourth));
                code = code.lanewise(VectorOperators.ADD, two, a.compare(VectorOperators.GT, code.selectFrom(odd)));
                code = code.lanewise(VectorOperators.ADD, one, a.compare(VectorOperators.GT, code.selectFrom(even)));
                IntVector sign = bits.lanewise(VectorOperators.LSHR, 28).and(signMask);
                Lanes.store(1, code.or(sign), dst, j + v);
            }
        }
    }

    /** Compares with each limit. */
    private static void count(Operands x, int from, byte[] dst, int to, int blocks) {
        float[] values = x.values();
        float[] table = x.table();
        byte[] rows = x.rows();
        IntVector signMask = Lanes.broadcast(8);
        int b = x.first();
        for (int i = from, j = to, end = from + blocks * BLOCK; i < end; i = Math.addExact(i, BLOCK), j += BLOCK) {
            int row = (rows[b++] & 0xff) * BlockStep.LIMITS;
            IntVector t0 = limit(table, row);
            IntVector t1 = limit(table, row + 1);
            IntVector t2 = limit(table, row + 2);
            IntVector t3 = limit(table, row + 3);
            IntVector t4 = limit(table, row + 4);
            IntVector t5 = limit(table, row + 5);
            IntVector t6 = limit(table, row + 6);
            for (int v = 0; v < BLOCK; v += Lanes.COUNT) {
                IntVector bits = Lanes.patterns(values, i + v);
                IntVector a = bits.and(Lanes.MAGNITUDE);
                IntVector low = exceeded(t0, a)
                        .add(exceeded(t1, a))
                        .add(exceeded(t2, a))
                        .add(exceeded(t3, a));
                IntVector high = exceeded(t4, a).add(exceeded(t5, a)).add(exceeded(t6, a));
                IntVector sign = bits.lanewise(VectorOperators.LSHR, 28).and(signMask);
                Lanes.store(1, low.add(high).neg().or(sign), dst, j + v);
            }
        }
    }

    private static IntVector limit(float[] table, int i) {
        return Lanes.broadcast(Float.floatToRawIntBits(table[i]));
    }

    /** -1 where a magnitude exceeds the limit; both are not negative. */
    private static IntVector exceeded(IntVector limit, IntVector magnitude) {
        return limit.sub(magnitude).lanewise(VectorOperators.ASHR, 31);
    }
}
