package org.bitexact.internal.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.FloatStep;
import org.bitexact.internal.array.FloatStep.Operation;
import org.bitexact.internal.array.StepKernel;

/**
 * A {@link FloatStep} in vectors of the machine's width. What is left over at the end goes through one more vector, whose
 * other lanes are zeros.
 */
final class LaneStep extends StepKernel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int COUNT = FLOATS.length();
    private static final int STRIDE = FloatStep.STRIDE;
    private static final int MAGNITUDE = 0x7fff_ffff;
    private static final int SIGN = 0x8000_0000;
    private static final int INFINITY = 0x7f80_0000;

    LaneStep(FloatStep step) {
        super(step);
    }

    @Override
    protected boolean run(float[] src, int x, float[] dst, int to, int n) {
        int whole = n - n % COUNT;
        boolean rare = loop(src, x, dst, to, whole);
        if (whole < n) {
            int left = n - whole;
            float[] operands = new float[2 * STRIDE + COUNT];
            float[] results = new float[COUNT];
            Arrays.fill(operands, 1); // not rare in any operation
            for (int row = 0; row < step.operation().arity(); row++) {
                System.arraycopy(src, x + row * STRIDE + whole, operands, row * STRIDE, left);
            }
            rare |= loop(operands, 0, results, 0, COUNT);
            System.arraycopy(results, 0, dst, to + whole, left);
        }
        return rare;
    }

    private boolean loop(float[] src, int x, float[] dst, int to, int n) {
        return step.odd() ? oddSums(src, x, dst, to, n) : nearest(src, x, dst, to, n);
    }

    private static IntVector broadcast(int value) {
        return IntVector.broadcast(INTS, value);
    }

    /** Sums rounded to odd. */
    private boolean oddSums(float[] src, int x, float[] dst, int to, int n) {
        boolean fma = step.operation() == Operation.FMA;
        boolean minusZero = step.minusZero();
        boolean watchesInfinite = step.watchesInfinite();
        boolean watchesTiny = step.watchesTiny();
        IntVector flip = broadcast(step.operation() == Operation.SUBTRACT ? SIGN : 0);
        IntVector nan = broadcast(step.nan());
        IntVector magnitude = broadcast(MAGNITUDE);
        IntVector smallest = broadcast(FloatStep.TINY);
        IntVector largest = broadcast(INFINITY - 1);
        IntVector zero = broadcast(0);
        IntVector rare = zero;
        IntVector sign = broadcast(SIGN);
        for (int i = 0; i < n; i = Math.addExact(i, COUNT)) {
            FloatVector u = FloatVector.fromArray(FLOATS, src, x + i);
            FloatVector v = FloatVector.fromArray(FLOATS, src, x + STRIDE + i);
            if (fma) {
                FloatVector product = u.mul(v);
                if (watchesTiny) {
                    // negative where the product is small and neither factor is zero
                    IntVector a = u.reinterpretAsInts().and(magnitude);
                    IntVector b = v.reinterpretAsInts().and(magnitude);
                    IntVector p = product.reinterpretAsInts().and(magnitude).sub(smallest);
                    rare = rare.or(p.and(zero.sub(a.min(b))));
                }
                u = product;
                v = FloatVector.fromArray(FLOATS, src, x + 2 * STRIDE + i);
            }
            v = v.reinterpretAsInts().lanewise(VectorOperators.XOR, flip).reinterpretAsFloats();
            IntVector bits = Lanes.sumToOdd(u, v);
            FloatVector s = u.add(v);
            if (minusZero) {
                IntVector signs =
                        u.reinterpretAsInts().or(v.reinterpretAsInts()).and(sign);
                bits = bits.blend(signs, s.compare(VectorOperators.EQ, 0f).cast(INTS));
            }
            if (watchesInfinite) {
                rare = rare.or(largest.sub(bits.and(magnitude)));
            }
            bits = bits.blend(nan, s.compare(VectorOperators.NE, s).cast(INTS));
            bits.reinterpretAsFloats().intoArray(dst, to + i);
        }
        return rare.lanewise(VectorOperators.ASHR, 31).reduceLanes(VectorOperators.OR) != 0;
    }

    /** Everything else. */
    private boolean nearest(float[] src, int x, float[] dst, int to, int n) {
        Operation operation = step.operation();
        boolean watchesInfinite = step.watchesInfinite();
        boolean watchesTiny = step.watchesTiny();
        IntVector nan = broadcast(step.nan());
        IntVector magnitude = broadcast(MAGNITUDE);
        IntVector smallest = broadcast(FloatStep.TINY);
        IntVector largest = broadcast(INFINITY - 1);
        IntVector zero = broadcast(0);
        IntVector rare = zero;
        for (int i = 0; i < n; i = Math.addExact(i, COUNT)) {
            FloatVector u = FloatVector.fromArray(FLOATS, src, x + i);
            FloatVector v = FloatVector.fromArray(FLOATS, src, x + STRIDE + i);
            FloatVector s = switch (operation) {
                case ADD -> u.add(v);
                case SUBTRACT -> u.sub(v);
                case MULTIPLY -> u.mul(v);
                case DIVIDE -> u.div(v);
                default -> u.sqrt();
            };
            IntVector bits = s.reinterpretAsInts();
            if (watchesTiny) {
                IntVector a = u.reinterpretAsInts().and(magnitude);
                IntVector b = operation == Operation.DIVIDE
                        ? a
                        : v.reinterpretAsInts().and(magnitude);
                rare = rare.or(bits.and(magnitude).sub(smallest).and(zero.sub(a.min(b))));
            }
            if (watchesInfinite) {
                rare = rare.or(largest.sub(bits.and(magnitude)));
            }
            bits = bits.blend(nan, s.compare(VectorOperators.NE, s).cast(INTS));
            bits.reinterpretAsFloats().intoArray(dst, to + i);
        }
        return rare.lanewise(VectorOperators.ASHR, 31).reduceLanes(VectorOperators.OR) != 0;
    }
}
