package org.bitexact.internal.array;

import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/** The kernels that convert value by value with the codec: every conversion, and the definition of the others. */
public final class ScalarKernels implements Kernels {
    /** The family. */
    public static final ScalarKernels INSTANCE = new ScalarKernels();

    private ScalarKernels() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Encoder encoder(ScalarFormat target, Policies policies, long seed) {
        return new ScalarEncoder(Codec.of(target, policies), seed);
    }

    @Override
    public Decoder decoder(ScalarFormat source) {
        return new ScalarDecoder(source);
    }

    @Override
    public Packer packer(int width, boolean highFirst) {
        return new ScalarPacker(width, highFirst);
    }

    @Override
    public ArrayKernel step(FloatStep step) {
        return new StepKernel(step) {
            @Override
            protected boolean run(float[] src, int x, float[] dst, int to, int n) {
                boolean rare = false;
                for (int i = 0; i < n; i++) {
                    float a = src[x + i];
                    float b = src[x + FloatStep.STRIDE + i];
                    float c = src[x + 2 * FloatStep.STRIDE + i];
                    dst[to + i] = step.result(a, b, c);
                    rare |= step.isRare(a, b, c);
                }
                return rare;
            }
        };
    }

    @Override
    public ArrayKernel block(BlockStep step) {
        return new BlockStep.Plain(step);
    }

    @Override
    public ArrayKernel mx(MxEncoding step) {
        return new MxEncoding.Plain(step, encoder(step.target(), step.policies(), 0));
    }

    @Override
    public ArrayKernel limits(LimitEncoding step) {
        return new LimitEncoding.Plain(step);
    }

    @Override
    public ArrayKernel quantize(QuantizeStep step) {
        return new QuantizeStep.Plain(step);
    }

    @Override
    public ArrayKernel operation(CodeOperation operation) {
        return operation.definition();
    }

    private static final class ScalarEncoder extends BlockEncoder {
        private final Codec codec;
        private final int randomBits;
        private final long seed;

        ScalarEncoder(Codec codec, long seed) {
            this.codec = codec;
            this.seed = seed;
            randomBits = codec.policies().randomBits();
        }

        @Override
        void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
            for (int i = 0; i < n; i++) {
                long random = randomBits == 0 ? 0 : CounterRandom.bits(seed, index + i, randomBits);
                codes[i] = (int) codec.encodeFloatBits(Float.floatToRawIntBits(src[from + i]), random);
            }
        }
    }
}
