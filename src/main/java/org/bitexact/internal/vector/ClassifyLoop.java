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

    private static final int VECTORS =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).vectors();

    ClassifyLoop() {}

    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        Operands x = (Operands) src;
        float[] values = x.values();
        float[] table = x.table();
        byte[] rows = x.rows();
        IntVector signMask = Lanes.broadcast(8);
        int i = from;
        int j = to;
        for (int b = x.first(), end = b + blocks; b < end; b = Math.addExact(b, 1)) {
            int row = (rows[b] & 0xff) * BlockStep.LIMITS;
            IntVector t0 = limit(table, row);
            IntVector t1 = limit(table, row + 1);
            IntVector t2 = limit(table, row + 2);
            IntVector t3 = limit(table, row + 3);
            IntVector t4 = limit(table, row + 4);
            IntVector t5 = limit(table, row + 5);
            IntVector t6 = limit(table, row + 6);
            for (int v = 0; v < VECTORS; v++) {
                IntVector bits = Lanes.patterns(values, i);
                IntVector a = bits.and(Lanes.MAGNITUDE);
                IntVector low = exceeded(t0, a).add(exceeded(t1, a)).add(exceeded(t2, a)).add(exceeded(t3, a));
                IntVector high = exceeded(t4, a).add(exceeded(t5, a)).add(exceeded(t6, a));
                IntVector sign = bits.lanewise(VectorOperators.LSHR, 28).and(signMask);
                Lanes.store(1, low.add(high).neg().or(sign), dst, j);
                i += Lanes.COUNT;
                j += Lanes.COUNT;
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
