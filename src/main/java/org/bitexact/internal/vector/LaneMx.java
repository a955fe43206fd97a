package org.bitexact.internal.vector;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.MxEncoding;
import org.bitexact.internal.array.MxEncoding.Coded;
import org.bitexact.internal.array.MxEncoding.Operands;
import org.bitexact.internal.array.ScalarKernels;
import org.jspecify.annotations.Nullable;

/** An {@link MxEncoding} whose blocks are whole vectors; a shorter last block goes to the definition. */
final class LaneMx implements ArrayKernel {
    private final int length;
    private final BlockLoop loop;
    private final ArrayKernel definition;

    private LaneMx(MxEncoding step, FloatTarget target) {
        length = step.length();
        boolean tiesAway = step.policies().rounding() == Rounding.TIES_TO_AWAY;
        loop = LoopVariants.make(
                BlockLoop.class, MxLoop.class, new MxLoop.Shape(length / Lanes.COUNT, tiesAway), target);
        definition = ScalarKernels.INSTANCE.mx(step);
    }

    /** {@return a kernel; null if blocks are not of a few vectors, or the loop does not decide all finite values} */
    static @Nullable ArrayKernel of(MxEncoding step) {
        Rounding mode = step.policies().rounding();
        if (!(step.target() instanceof FloatFormat f)
                || !LaneBlocks.suits(step.length())
                || !FloatTarget.fits(f)
                || mode != Rounding.TIES_TO_EVEN && mode != Rounding.TIES_TO_AWAY
                || Conditioner.isNeeded(f, step.policies())) {
            return null;
        }
        FloatTarget target = new FloatTarget(f, Codec.of(f, step.policies()));
        return !target.isPrefix()
                        && NearestLoop.Shape.fits(target, mode)
                        && target.plainBelow >= Lanes.EXPONENT
                        && target.zerosHaveSigns()
                ? new LaneMx(step, target)
                : null;
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        int blocks = n / length;
        int whole = blocks * length;
        if (blocks > 0) {
            loop.run(src, from, dst, to, blocks);
        }
        if (whole < n) {
            Coded y = (Coded) dst;
            Coded rest = new Coded(y.codes(), y.scales(), y.first() + blocks);
            definition.apply((Operands) src, from + whole, rest, to + whole, n - whole, index);
        }
    }
}
