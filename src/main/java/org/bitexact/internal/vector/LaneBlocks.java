package org.bitexact.internal.vector;

import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.BlockStep;
import org.bitexact.internal.array.BlockStep.Operands;
import org.bitexact.internal.array.BlockStep.Operation;
import org.bitexact.internal.array.ScalarKernels;

/** A {@link BlockStep} whose blocks are whole vectors; a shorter last block goes to the definition. */
final class LaneBlocks implements ArrayKernel {
    /** Vectors of a block, at most. */
    private static final int MOST = 8;

    private final BlockStep step;
    private final BlockLoop loop;
    private final ArrayKernel definition;

    LaneBlocks(BlockStep step) {
        this.step = step;
        int vectors = step.length() / Lanes.COUNT;
        loop = switch (step.operation()) {
            case LARGEST -> LoopVariants.make(BlockLoop.class, LargestLoop.class, new LargestLoop.Shape(vectors));
            case MULTIPLY, DIVIDE ->
                LoopVariants.make(
                        BlockLoop.class,
                        ScalingLoop.class,
                        new ScalingLoop.Shape(vectors, step.operation() == Operation.DIVIDE));
            case CLASSIFY -> LoopVariants.make(BlockLoop.class, ClassifyLoop.class, new ClassifyLoop.Shape(vectors));
        };
        definition = ScalarKernels.INSTANCE.block(step);
    }

    /** {@return whether blocks of a length are of a few vectors} */
    static boolean suits(int length) {
        return Lanes.SUPPORTED && length % Lanes.COUNT == 0 && length / Lanes.COUNT <= MOST;
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        int blocks = n / step.length();
        int whole = blocks * step.length();
        boolean largest = step.operation() == Operation.LARGEST;
        if (blocks > 0) {
            loop.run(src, from, dst, to, blocks);
        }
        if (whole < n) {
            Object rest = src;
            if (src instanceof Operands x) {
                rest = new Operands(x.values(), x.table(), x.rows(), x.first() + blocks);
            }
            definition.apply(rest, from + whole, dst, to + (largest ? blocks : whole), n - whole, index);
        }
    }

    @Override
    public int produced(int n) {
        return definition.produced(n);
    }
}
