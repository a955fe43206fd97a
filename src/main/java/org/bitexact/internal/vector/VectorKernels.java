package org.bitexact.internal.vector;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.Decoder;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.Packer;
import org.jspecify.annotations.Nullable;

/**
 * The kernels written for the Vector API: none on machines whose vectors have fewer than 256 bits.
 *
 * <p>One formulation serves every format and policy it fits; the constants of a conversion come from the format's
 * parameters and, where policies decide, from the {@link Codec}. Infinities and NaNs always go to the codec.
 */
public final class VectorKernels implements Kernels {
    /** Prepares the family. */
    public VectorKernels() {}

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
        if (!Lanes.SUPPORTED) {
            return null;
        }
        Codec codec = Codec.of(target, policies);
        if (target instanceof IntFormat f) {
            IntegerLoop loop = IntegerLoop.of(f, policies);
            return loop == null ? null : new LaneEncoder(codec, loop, null, null);
        }
        FloatFormat f = (FloatFormat) target;
        return FloatTarget.fits(f) ? encoder(new FloatTarget(f, codec), policies, seed) : null;
    }

    private static @Nullable Encoder encoder(FloatTarget target, Policies policies, long seed) {
        EncodingLoop loop = loop(target, policies);
        boolean replaces = Conditioner.isNeeded(target.format, policies);
        Conditioner conditioner = replaces ? Conditioner.of(target) : null;
        if (loop == null || replaces && conditioner == null) {
            return null;
        }
        boolean random = policies.rounding().isStochastic();
        RandomBits bits = random ? new RandomBits(seed, policies.randomBits(), target.discarded) : null;
        return new LaneEncoder(target.codec, loop, conditioner, bits);
    }

    private static @Nullable EncodingLoop loop(FloatTarget target, Policies policies) {
        Rounding mode = policies.rounding();
        int bits = policies.randomBits();
        if (bits > 32) {
            return null;
        }
        if (target.isPrefix()) {
            return PrefixLoop.of(target, mode, bits);
        }
        if (mode.isStochastic()) {
            return StochasticLoop.of(target, mode, bits);
        }
        return mode.isNearest() ? NearestLoop.of(target, mode) : DirectedLoop.of(target, mode);
    }

    @Override
    public @Nullable Decoder decoder(ScalarFormat source) {
        DecodingLoop loop = Lanes.SUPPORTED ? loop(source) : null;
        return loop == null ? null : new LaneDecoder(source, loop);
    }

    private static @Nullable DecodingLoop loop(ScalarFormat source) {
        if (TableDecodingLoop.fits(source)) {
            return new TableDecodingLoop(source);
        }
        if (source instanceof IntFormat f) {
            return IntegerDecodingLoop.fits(f) ? new IntegerDecodingLoop(f) : null;
        }
        FloatFormat f = (FloatFormat) source;
        if (PrefixDecodingLoop.fits(f)) {
            return new PrefixDecodingLoop(f);
        }
        return FloatDecodingLoop.fits(f) ? new FloatDecodingLoop(f) : null;
    }

    @Override
    public @Nullable Packer packer(int width, boolean highFirst) {
        if (!Lanes.SUPPORTED) {
            return null;
        }
        return width == 4 ? new NibblePacker(highFirst) : new WordLanePacker(width, highFirst);
    }
}
