package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.BlockStep;
import org.bitexact.internal.array.LimitEncoding;
import org.bitexact.internal.array.LimitEncoding.Operands;
import org.bitexact.internal.array.LimitEncoding.Scales;
import org.bitexact.internal.array.MxEncoding;
import org.bitexact.internal.array.MxEncoding.Coded;
import org.bitexact.internal.array.ScalarKernels;

/**
 * A {@link LimitEncoding} whose blocks are whole vectors, in three steps over pieces that stay in the cache; a shorter last block
 * goes to the definition.
 */
final class LaneLimits implements ArrayKernel {
    /** Blocks of a piece, a multiple of the lanes of any vector; the stimulus of kernels has several pieces. */
    private static final int PIECE = 64;

    private final int length;
    private final BlockLoop largest;
    private final BlockLoop classes;
    private final ArrayKernel definition;

    LaneLimits(LimitEncoding step) {
        length = step.length();
        int vectors = length / Lanes.COUNT;
        largest = LoopVariants.make(BlockLoop.class, LargestLoop.class, new LargestLoop.Shape(vectors));
        classes = LoopVariants.make(BlockLoop.class, ClassifyLoop.class, new ClassifyLoop.Shape(vectors));
        definition = ScalarKernels.INSTANCE.limits(step);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        Operands x = (Operands) src;
        Coded y = (Coded) dst;
        int blocks = n / length;
        float[] magnitudes = new float[PIECE];
        int[] codes = new int[PIECE];
        byte[] scales = new byte[PIECE];
        boolean finite = true;
        for (int done = 0; done < blocks; done += PIECE) {
            int m = Math.min(PIECE, blocks - done);
            int at = done * length;
            largest.run(x.values(), from + at, magnitudes, 0, m);
            finite &= scales(magnitudes, x.scales(), codes, scales, m);
            System.arraycopy(scales, 0, y.scales(), y.first() + done, m);
            classes.run(new BlockStep.Operands(x.values(), x.table(), scales, 0), from + at, y.codes(), to + at, m);
        }
        int whole = blocks * length;
        if (!finite) {
            MxEncoding.clear(length, y.codes(), to, y.scales(), y.first(), whole);
        }
        if (whole < n) {
            Coded rest = new Coded(y.codes(), y.scales(), y.first() + blocks);
            definition.apply(src, from + whole, rest, to + whole, n - whole, index);
        }
    }

    /** Finds scales as {@link Scales} has it; false if a magnitude is not finite. What comes after the last one does not matter. */
    private static boolean scales(float[] magnitudes, Scales rule, int[] codes, byte[] dst, int n) {
        int[] limits = rule.limits();
        FloatVector magic = FloatVector.broadcast(Lanes.FLOATS, rule.magic());
        IntVector most = Lanes.broadcast(limits.length - 2);
        IntVector shift = Lanes.broadcast(rule.shift());
        IntVector all = IntVector.zero(Lanes.INTS);
        for (int i = 0; i < n; i = Math.addExact(i, Lanes.COUNT)) {
            FloatVector x = FloatVector.fromArray(Lanes.FLOATS, magnitudes, i);
            IntVector p = x.reinterpretAsInts();
            all = all.max(p);
            FloatVector q = x.mul(rule.factor());
            IntVector bits = q.reinterpretAsInts();
            IntVector normal = bits.sub(rule.rebias()).lanewise(VectorOperators.LSHR, shift);
            IntVector small = q.add(magic).reinterpretAsInts().sub(magic.reinterpretAsInts());
            IntVector code = normal.blend(small, bits.compare(VectorOperators.LT, rule.minNormal()))
                    .min(most)
                    .max(0);
            code.intoArray(codes, i);
            IntVector more =
                    IntVector.fromArray(Lanes.INTS, limits, 1, codes, i).sub(p).lanewise(VectorOperators.ASHR, 31);
            IntVector same =
                    IntVector.fromArray(Lanes.INTS, limits, 0, codes, i).sub(p).lanewise(VectorOperators.ASHR, 31);
            code = code.sub(more).sub(same).sub(1);
            code = code.blend(MxEncoding.NAN, p.compare(VectorOperators.GE, Lanes.EXPONENT));
            Lanes.store(1, code, dst, i);
        }
        return all.reduceLanes(VectorOperators.MAX) < Lanes.EXPONENT;
    }
}
