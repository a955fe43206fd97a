package org.bitexact.internal.vector;

import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.QuantizeStep;
import org.bitexact.internal.array.ScalarKernels;

/** A {@link QuantizeStep} in whole vectors; the last one overlaps the one before, and shorter runs go to the definition. */
final class LaneQuantizer implements ArrayKernel {
    private final BlockLoop loop;
    private final ArrayKernel definition;

    LaneQuantizer(QuantizeStep step) {
        loop = LoopVariants.make(
                BlockLoop.class,
                QuantizeLoop.class,
                new QuantizeLoop.Shape(step.multiplies(), step.zeroFirst(), step.bytes()),
                step.mask());
        definition = ScalarKernels.INSTANCE.quantize(step);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        int vectors = n / Lanes.COUNT;
        if (vectors == 0) {
            definition.apply(src, from, dst, to, n, index);
            return;
        }
        loop.run(src, from, dst, to, vectors);
        if (n % Lanes.COUNT != 0) {
            loop.run(src, from + n - Lanes.COUNT, dst, to + n - Lanes.COUNT, 1);
        }
    }
}
