package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.QuantizeStep;
import org.bitexact.internal.array.QuantizeStep.Operands;

/** Quantises to integers; why that is right, {@link QuantizeStep} says beside its own loops. */
final class QuantizeLoop implements BlockLoop {
    /** What a variant is made for: the arithmetic and the element size. */
    record Shape(boolean multiplies, boolean zeroFirst, int bytes) {}

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final boolean MULTIPLIES = SHAPE.multiplies();
    private static final boolean ZERO_FIRST = SHAPE.zeroFirst();
    private static final int BYTES = SHAPE.bytes();

    private final int mask;

    QuantizeLoop(int mask) {
        this.mask = mask;
    }

    /** Blocks are single vectors. */
    @Override
    public void run(Object src, int from, Object dst, int to, int blocks) {
        Operands x = (Operands) src;
        float[] values = x.values();
        int base = Float.floatToRawIntBits(QuantizeStep.MAGIC);
        int after = ZERO_FIRST ? 0 : x.zero();
        FloatVector number = FloatVector.broadcast(Lanes.FLOATS, x.number());
        FloatVector zero = FloatVector.broadcast(Lanes.FLOATS, x.zero());
        FloatVector magic = FloatVector.broadcast(Lanes.FLOATS, QuantizeStep.MAGIC);
        IntVector min = Lanes.broadcast(base + x.min() - after);
        IntVector max = Lanes.broadcast(base + x.max() - after);
        IntVector back = Lanes.broadcast(after - base);
        IntVector nan = Lanes.broadcast(x.nan());
        IntVector kept = Lanes.broadcast(mask);
        int end = from + blocks * Lanes.COUNT;
        for (int i = from, j = to; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            FloatVector value = FloatVector.fromArray(Lanes.FLOATS, values, i);
            FloatVector q = MULTIPLIES ? value.mul(number) : value.div(number);
            if (ZERO_FIRST) {
                q = q.add(zero);
            }
            IntVector integer =
                    q.add(magic).reinterpretAsInts().min(max).max(min).add(back);
            integer =
                    integer.blend(nan, value.compare(VectorOperators.NE, value).cast(Lanes.INTS));
            Lanes.store(BYTES, integer.and(kept), dst, j);
        }
    }
}
