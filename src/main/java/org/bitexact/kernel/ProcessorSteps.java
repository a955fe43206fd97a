package org.bitexact.kernel;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.jspecify.annotations.Nullable;

/**
 * Steps in binary32 or binary64 as the processor takes them, under the defaults of IEEE 754 and with factors that are
 * exact in the same format.
 *
 * <p>{@link Math#fma(float, float, float)} rounds the exact {@code a * b + c} once, ties to even, with gradual underflow;
 * so do {@code *} and {@code +} the exact product and sum. Overflow gives an infinity, and NaNs differ in bits alone.
 */
abstract class ProcessorSteps extends Accumulator.Steps {
    final Values a;
    final Values b;

    private ProcessorSteps(Products products) {
        a = new Values(products.formatA);
        b = new Values(products.formatB);
    }

    /** The steps in a format, or null if the processor does not have them. */
    static @Nullable ProcessorSteps of(Products products, FloatFormat format, Policies policies) {
        if (!isIeee(policies)) {
            return null;
        }
        if (suits(Formats.BINARY32, products, format)) {
            return new Binary32(products);
        }
        return suits(Formats.BINARY64, products, format) ? new Binary64(products) : null;
    }

    private static boolean suits(FloatFormat processor, Products products, FloatFormat format) {
        return format.sameEncoding(processor)
                && isExactIn(processor, products.formatA)
                && isExactIn(processor, products.formatB);
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

    /** Binary32. */
    static final class Binary32 extends ProcessorSteps {
        private Binary32(Products products) {
            super(products);
        }

        private float a(Run run, int i) {
            return (float) a.of(run.a[run.aFrom + i]);
        }

        private float b(Run run, int i) {
            return (float) b.of(run.b[run.bFrom + i]);
        }

        private static long code(float x) {
            return Integer.toUnsignedLong(Float.floatToRawIntBits(x));
        }

        @Override
        long fma(Run run, int i, long s) {
            run.count(1);
            return code(Math.fma(a(run, i), b(run, i), Float.intBitsToFloat((int) s)));
        }

        @Override
        long chain(Run run, int from, int to, long start) {
            float s = Float.intBitsToFloat((int) start);
            for (int i = from; i < to; i++) {
                s = Math.fma(a(run, i), b(run, i), s);
            }
            run.count(to - from);
            return code(s);
        }

        @Override
        long multiply(Run run, int i) {
            run.count(1);
            return code(a(run, i) * b(run, i));
        }

        @Override
        long add(Run run, long x, long y) {
            run.count(1);
            return code(Float.intBitsToFloat((int) x) + Float.intBitsToFloat((int) y));
        }
    }

    /** Binary64. */
    private static final class Binary64 extends ProcessorSteps {
        private Binary64(Products products) {
            super(products);
        }

        private double a(Run run, int i) {
            return a.of(run.a[run.aFrom + i]);
        }

        private double b(Run run, int i) {
            return b.of(run.b[run.bFrom + i]);
        }

        @Override
        long fma(Run run, int i, long s) {
            run.count(1);
            return Double.doubleToRawLongBits(Math.fma(a(run, i), b(run, i), Double.longBitsToDouble(s)));
        }

        @Override
        long chain(Run run, int from, int to, long start) {
            double s = Double.longBitsToDouble(start);
            for (int i = from; i < to; i++) {
                s = Math.fma(a(run, i), b(run, i), s);
            }
            run.count(to - from);
            return Double.doubleToRawLongBits(s);
        }

        @Override
        long multiply(Run run, int i) {
            run.count(1);
            return Double.doubleToRawLongBits(a(run, i) * b(run, i));
        }

        @Override
        long add(Run run, long x, long y) {
            run.count(1);
            return Double.doubleToRawLongBits(Double.longBitsToDouble(x) + Double.longBitsToDouble(y));
        }
    }
}
