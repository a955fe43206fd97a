package org.bitexact.kernel;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.arith.ValueTable;
import org.bitexact.kernel.Accumulation.Fused;
import org.jspecify.annotations.Nullable;

/**
 * The chain of fused multiply-adds in binary32 or binary64 as the processor has it, under the defaults of IEEE 754 and
 * with factors that are exact in the same format.
 *
 * <p>{@link Math#fma(float, float, float)} rounds the exact {@code a * b + c} once, ties to even, with gradual underflow:
 * a step of the definition. Overflow gives an infinity, and NaNs differ in bits alone.
 */
abstract class FloatChain extends Accumulator {
    final Values a;
    final Values b;

    private FloatChain(Fused fused, Products products) {
        super(fused.format(), fused.policies());
        a = new Values(products.formatA);
        b = new Values(products.formatB);
    }

    /** A chain for an accumulation of one product a step, or null if there is none. */
    static @Nullable FloatChain of(Fused fused, Products products) {
        if (products.areScaled() || !isIeee(fused.policies())) {
            return null;
        }
        for (FloatFormat format : new FloatFormat[] {Formats.BINARY32, Formats.BINARY64}) {
            if (fused.format().sameEncoding(format)
                    && isExactIn(format, products.formatA)
                    && isExactIn(format, products.formatB)) {
                return format == Formats.BINARY32 ? new Binary32(fused, products) : new Binary64(fused, products);
            }
        }
        return null;
    }

    /** Whether the policies are the processor's, apart from those that concern NaNs, unsigned formats and flags. */
    private static boolean isIeee(Policies policies) {
        return policies.rounding() == Rounding.TIES_TO_EVEN
                && (policies.overflow() == Overflow.IEEE || policies.overflow() == Overflow.INFINITY)
                && policies.infinity() == InfinityRule.KEEP
                && !policies.flushInputs()
                && policies.subnormalResults() == SubnormalResults.KEEP;
    }

    private static boolean isExactIn(FloatFormat wide, ScalarFormat format) {
        if (format instanceof IntFormat i) {
            return i.width() <= wide.precision(); // scale exponents are in [-64, 64]
        }
        FloatFormat f = (FloatFormat) format;
        return f.precision() <= wide.precision()
                && f.emax() <= wide.emax()
                && f.subnormalQuantumExponent() >= wide.subnormalQuantumExponent();
    }

    /** The values of a format's codes. */
    static final class Values {
        private final Codec codec;
        private final double[] table;

        Values(ScalarFormat format) {
            codec = Codec.of(format);
            table = format instanceof FloatFormat f ? ValueTable.of(f) : new double[0];
        }

        double of(long code) {
            return code >= 0 && code < table.length ? table[(int) code] : codec.decode(code);
        }
    }

    /** Binary32. */
    static final class Binary32 extends FloatChain {
        Binary32(Fused fused, Products products) {
            super(fused, products);
        }

        @Override
        long run(Run run, int from, int to, long start) {
            float s = Float.intBitsToFloat((int) start);
            for (int i = from; i < to; i++) {
                s = Math.fma((float) a.of(run.a[run.aFrom + i]), (float) b.of(run.b[run.bFrom + i]), s);
            }
            run.count(to - from);
            return Integer.toUnsignedLong(Float.floatToRawIntBits(s));
        }
    }

    /** Binary64. */
    private static final class Binary64 extends FloatChain {
        Binary64(Fused fused, Products products) {
            super(fused, products);
        }

        @Override
        long run(Run run, int from, int to, long start) {
            double s = Double.longBitsToDouble(start);
            for (int i = from; i < to; i++) {
                s = Math.fma(a.of(run.a[run.aFrom + i]), b.of(run.b[run.bFrom + i]), s);
            }
            run.count(to - from);
            return Double.doubleToRawLongBits(s);
        }
    }
}
