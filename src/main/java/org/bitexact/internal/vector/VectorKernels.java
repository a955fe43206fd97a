package org.bitexact.internal.vector;

import java.util.function.Function;
import java.util.function.IntFunction;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.Decoder;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.MxEncoding;
import org.bitexact.internal.array.Packer;
import org.bitexact.internal.array.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The kernels written for the Vector API: none on machines whose vectors have fewer than 256 bits.
 *
 * <p>One formulation serves every format and policy it fits; the constants of a conversion come from the format's
 * parameters and, where policies decide, from the {@link Codec}. Infinities and NaNs always go to the codec.
 */
public final class VectorKernels implements Kernels {
    private final boolean supported;

    /** Prepares the family; fails to link where the Vector API is absent. */
    public VectorKernels() {
        supported = Lanes.SUPPORTED;
    }

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
        return laneEncoder(target, policies, seed);
    }

    @Override
    public @Nullable ArrayKernel storingEncoder(ScalarFormat target, Policies policies, long seed, Storage storage) {
        LaneEncoder encoder = laneEncoder(target, policies, seed);
        if (encoder == null) {
            return null;
        }
        if (storage == Storage.HIGH_BITS
                && target instanceof FloatFormat f
                && PrefixLoop.Shape.keepsPlace(f, policies.rounding())) {
            return encoder.storing(CodeStore.HIGH_BITS);
        }
        if (storage.isDense()
                && target.width() == 4
                && CodeStore.HAS_NIBBLES
                && policies.rounding() == Rounding.TIES_TO_EVEN) {
            return encoder.storing(storage == Storage.LOW_FIRST ? CodeStore.LOW_NIBBLES : CodeStore.HIGH_NIBBLES);
        }
        return Kernels.super.storingEncoder(target, policies, seed, storage);
    }

    private @Nullable LaneEncoder laneEncoder(ScalarFormat target, Policies policies, long seed) {
        if (!supported) {
            return null;
        }
        Codec codec = Codec.of(target, policies);
        if (target instanceof IntFormat f) {
            return !IntegerLoop.Shape.fits(f, policies)
                    ? null
                    : new LaneEncoder(
                            codec,
                            store -> LoopVariants.make(
                                    EncodingLoop.class,
                                    IntegerLoop.class,
                                    new IntegerLoop.Shape(f, policies, store),
                                    f,
                                    policies.rounding()),
                            IntegerLoop.Shape.plainBelow(f, policies),
                            null,
                            null);
        }
        FloatFormat f = (FloatFormat) target;
        return FloatTarget.fits(f) ? encoder(new FloatTarget(f, codec), policies, seed) : null;
    }

    private static @Nullable LaneEncoder encoder(FloatTarget target, Policies policies, long seed) {
        Rounding mode = policies.rounding();
        int bits = policies.randomBits();
        Function<CodeStore, EncodingLoop> loops = bits > 32 ? null : encodingLoops(target, mode, bits);
        boolean replaces = Conditioner.isNeeded(target.format, policies);
        Conditioner conditioner = replaces ? Conditioner.of(target) : null;
        if (loops == null || replaces && conditioner == null) {
            return null;
        }
        int discarded = mode == Rounding.STOCHASTIC_C && !target.isPrefix() ? bits : target.discarded;
        RandomBits random = mode.isStochastic() ? new RandomBits(seed, bits, discarded) : null;
        return new LaneEncoder(target.codec, loops, target.plainBelow, conditioner, random);
    }

    /** {@return what makes a loop that writes codes in a way, or null} */
    static @Nullable Function<CodeStore, EncodingLoop> encodingLoops(FloatTarget target, Rounding mode, int bits) {
        Class<EncodingLoop> type = EncodingLoop.class;
        if (target.isPrefix()) {
            return !PrefixLoop.Shape.fits(target)
                    ? null
                    : store -> LoopVariants.make(
                            type,
                            PrefixLoop.class,
                            new PrefixLoop.Shape(target, mode, bits, store),
                            target,
                            mode,
                            bits);
        }
        if (mode == Rounding.STOCHASTIC_C) {
            return !RoundedStochasticLoop.Shape.fits(target, bits)
                    ? null
                    : store -> LoopVariants.make(
                            type,
                            RoundedStochasticLoop.class,
                            new RoundedStochasticLoop.Shape(target, bits, store),
                            target,
                            bits);
        }
        if (mode.isStochastic()) {
            return !StochasticLoop.Shape.fits(target, mode, bits)
                    ? null
                    : store -> LoopVariants.make(
                            type,
                            StochasticLoop.class,
                            new StochasticLoop.Shape(target, mode, bits, store),
                            target,
                            mode,
                            bits);
        }
        if (mode.isNearest()) {
            return !NearestLoop.Shape.fits(target, mode)
                    ? null
                    : store -> LoopVariants.make(
                            type, NearestLoop.class, new NearestLoop.Shape(target, mode, store), target, mode);
        }
        return !target.hasMagic()
                ? null
                : store -> LoopVariants.make(
                        type, DirectedLoop.class, new DirectedLoop.Shape(target, mode, store), target, mode);
    }

    @Override
    public @Nullable Decoder decoder(ScalarFormat source) {
        IntFunction<DecodingLoop> loops = supported ? decodingLoops(source) : null;
        return loops == null
                ? null
                : new LaneDecoder(bytes -> {
                    DecodingLoop quick = bytes == 1 ? byteLoop(source) : null;
                    return quick == null ? loops.apply(bytes) : quick;
                });
    }

    @Override
    public @Nullable ArrayKernel denseDecoder(ScalarFormat source, boolean highFirst) {
        ArrayKernel quick = supported ? NibbleDecoder.of(source, highFirst) : null;
        return quick == null ? Kernels.super.denseDecoder(source, highFirst) : quick;
    }

    /** {@return a loop for codes in bytes that is faster than the general one, or null} */
    private static @Nullable DecodingLoop byteLoop(ScalarFormat source) {
        // the compiler of JDK 17 leaves the vectors of these loops in memory, at 20 times the time, in every other
        // start
        boolean supported = Halves.SUPPORTED && Lanes.MASKED;
        short[] halves = supported && source instanceof FloatFormat ? Halves.of(source) : null;
        if (halves == null) {
            return null;
        }
        Class<DecodingLoop> type = DecodingLoop.class;
        TableDecodingLoop.Shape table = TableDecodingLoop.Shape.of(halves);
        if (table != null) {
            return LoopVariants.make(type, TableDecodingLoop.class, table, (Object) halves);
        }
        LinearDecodingLoop.Parameters linear = LinearDecodingLoop.Parameters.of((FloatFormat) source, halves);
        return linear == null
                ? null
                : LoopVariants.make(
                        type, LinearDecodingLoop.class, new LinearDecodingLoop.Shape(linear.oddZero()), linear);
    }

    private static @Nullable IntFunction<DecodingLoop> decodingLoops(ScalarFormat source) {
        Class<DecodingLoop> type = DecodingLoop.class;
        if (source instanceof IntFormat f) {
            return !IntegerDecodingLoop.Shape.fits(f)
                    ? null
                    : bytes -> LoopVariants.make(
                            type, IntegerDecodingLoop.class, new IntegerDecodingLoop.Shape(f, bytes), f);
        }
        FloatFormat f = (FloatFormat) source;
        if (PrefixDecodingLoop.Shape.fits(f)) {
            return bytes -> LoopVariants.make(type, PrefixDecodingLoop.class, new PrefixDecodingLoop.Shape(f, bytes));
        }
        return !FloatDecodingLoop.Shape.fits(f)
                ? null
                : bytes -> LoopVariants.make(type, FloatDecodingLoop.class, new FloatDecodingLoop.Shape(f, bytes), f);
    }

    @Override
    public @Nullable ArrayKernel mx(MxEncoding step) {
        ArrayKernel quick = supported ? LaneMx.of(step) : null;
        return quick == null ? Kernels.super.mx(step) : quick;
    }

    @Override
    public @Nullable Packer packer(int width, boolean highFirst) {
        if (!supported) {
            return null;
        }
        return width == 4 ? new NibblePacker(highFirst) : new WordLanePacker(width, highFirst);
    }
}
