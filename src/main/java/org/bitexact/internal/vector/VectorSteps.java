package org.bitexact.internal.vector;

import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.BlockStep;
import org.bitexact.internal.array.CodeOperation;
import org.bitexact.internal.array.Decoder;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.FloatStep;
import org.bitexact.internal.array.HalfOperation;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.LimitEncoding;
import org.bitexact.internal.array.Packer;
import org.bitexact.internal.array.QuantizeStep;
import org.bitexact.internal.codec.HalfFloats;
import org.jspecify.annotations.Nullable;

/** The part of the family {@code vector} that computes with binary32 values; the other converts. */
public final class VectorSteps implements Kernels {
    /** For the selection, which finds this class by name. */
    public VectorSteps() {}

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
        return null;
    }

    @Override
    public @Nullable Decoder decoder(ScalarFormat source) {
        return null;
    }

    @Override
    public @Nullable Packer packer(int width, boolean highFirst) {
        return null;
    }

    @Override
    public @Nullable ArrayKernel step(FloatStep step) {
        return new LaneStep(step);
    }

    @Override
    public @Nullable ArrayKernel block(BlockStep step) {
        return LaneBlocks.suits(step.length()) ? new LaneBlocks(step) : null;
    }

    @Override
    public @Nullable ArrayKernel limits(LimitEncoding step) {
        return LaneBlocks.suits(step.length()) ? new LaneLimits(step) : null;
    }

    @Override
    public @Nullable ArrayKernel quantize(QuantizeStep step) {
        return Lanes.SUPPORTED ? new LaneQuantizer(step) : null;
    }

    @Override
    public @Nullable ArrayKernel operation(CodeOperation operation) {
        if (operation.format().sameEncoding(Formats.BFLOAT16)) {
            return Lanes.SUPPORTED ? new PairOperation(operation) : null;
        }
        return HalfFloats.PRESENT && Lanes.SUPPORTED
                ? new HalfOperation(operation.operation(), LaneCorrections::new)
                : null;
    }
}
