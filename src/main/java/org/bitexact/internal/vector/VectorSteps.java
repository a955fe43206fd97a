package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.Decoder;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.FloatStep;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.Packer;
import org.jspecify.annotations.Nullable;

/** The part of the family {@code vector} that computes with binary32 values; the other converts. */
public final class VectorSteps implements Kernels {
    private final int lanes;

    /** For the selection, which finds this class by name. Fails where the module is absent. */
    public VectorSteps() {
        lanes = FloatVector.SPECIES_PREFERRED.length();
    }

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
        return lanes > 1 ? new LaneStep(step) : null;
    }
}
