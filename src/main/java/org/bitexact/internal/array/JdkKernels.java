package org.bitexact.internal.array;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.codec.HalfFloats;
import org.jspecify.annotations.Nullable;

/**
 * The half-float conversions of JDK 20 and later, which become one instruction of the processor.
 *
 * <p>Their treatment of NaNs is left open; processors keep sign and leading payload bits and make them quiet, as
 * {@link NanRule#KEEP} does. Where it is otherwise, the self-check turns the family down.
 */
final class JdkKernels implements Kernels {
    static final JdkKernels INSTANCE = new JdkKernels();

    private JdkKernels() {}

    @Override
    public String name() {
        return "jdk";
    }

    @Override
    public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
        boolean half = target instanceof FloatFormat f && f.sameEncoding(Formats.BINARY16);
        boolean plain = policies.rounding() == Rounding.TIES_TO_EVEN
                && (policies.overflow() == Overflow.IEEE
                        || policies.overflow() == Overflow.INFINITY
                        || policies.overflow() == Overflow.P3109)
                && policies.infinity() == InfinityRule.KEEP
                && policies.nan() == NanRule.KEEP
                && policies.subnormalResults() == SubnormalResults.KEEP;
        // subnormal inputs become zeros here whether they are flushed or not
        return HalfFloats.PRESENT && half && plain ? new HalfEncoder() : null;
    }

    @Override
    public @Nullable Decoder decoder(ScalarFormat source) {
        boolean half = source instanceof FloatFormat f && f.sameEncoding(Formats.BINARY16);
        return HalfFloats.PRESENT && half ? new HalfDecoder() : null;
    }

    @Override
    public @Nullable ArrayKernel operation(CodeOperation operation) {
        return HalfFloats.PRESENT && operation.format().sameEncoding(Formats.BINARY16)
                ? new HalfOperation(operation.operation(), PlainCorrections::new)
                : null;
    }

    @Override
    public @Nullable Packer packer(int width, boolean highFirst) {
        return null;
    }

    private static final class HalfEncoder extends BlockEncoder {
        @Override
        void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
            for (int i = 0; i < n; i++) {
                codes[i] = HalfFloats.of(src[from + i]) & 0xffff;
            }
        }

        @Override
        public void encode(float[] src, int from, short[] dst, int to, int n, long index) {
            for (int i = 0; i < n; i++) {
                dst[to + i] = HalfFloats.of(src[from + i]);
            }
        }
    }

    private static final class HalfDecoder extends IntDecoder {
        @Override
        public void decode(int[] src, int from, float[] dst, int to, int n) {
            for (int i = 0; i < n; i++) {
                dst[to + i] = HalfFloats.toFloat((short) src[from + i]);
            }
        }

        @Override
        public void decode(short[] src, int from, float[] dst, int to, int n) {
            for (int i = 0; i < n; i++) {
                dst[to + i] = HalfFloats.toFloat(src[from + i]);
            }
        }
    }
}
