package org.bitexact.array;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SubnormalRule;
import org.jspecify.annotations.Nullable;

/**
 * Turns binary64 values into binary32 ones that have the same codes, so that the kernels of binary32 serve both.
 *
 * <p><b>Directly</b>: values are rounded to odd, which is truncation with the discarded bits ored into the last bit.
 *
 * <p><b>Proof.</b> A conversion decides by where the value lies relative to numbers with at most p + N + 1 significant
 * bits: the target's numbers of precision p, the points that divide the gap between two of them by 2^N where N random
 * bits are taken, and the midpoints of those. If binary32, normal here, has at least one bit more (p + N + 2 &lt;= 24), all
 * these are binary32 numbers with an even last bit; a value that is none of them keeps its place between two, as an odd
 * number, and one that is does not change. Integers of m magnitude bits are numbers of precision m as far as they reach,
 * and beyond saturate. The gap of {@link SubnormalRule#TESLA_LITERAL} is divided by other points if N is not 0.
 *
 * <p><b>Through binary32</b>, where the policies ask for that, it is the cast.
 *
 * <p>Values for which that does not hold are left out: NaNs, and where it matters values outside the normal range of
 * binary32.
 *
 * <p><b>Thread safety</b>: immutable.
 */
enum Narrowing {
    /** By rounding to odd. */
    TO_ODD,
    /** By the cast. */
    CAST;

    private static final long MAGNITUDE = Long.MAX_VALUE;
    /** Pattern of 2^-126. */
    private static final long FIRST = 1023L - 126 << 52;
    /** Number of patterns from there to that of 2^128. */
    private static final long EXTENT = 254L << 52;
    /** Difference of the biases, in place. */
    private static final long REBIAS = 1023L - 127 << 52;

    private static final long DISCARDED = (1L << 29) - 1;

    /** {@return the way that suits a target, or null} */
    static @Nullable Narrowing of(Codec target) {
        ScalarFormat format = target.format();
        Policies policies = target.policies();
        if (format.width() > 32) {
            return null;
        }
        if (policies.path() == SourcePath.VIA_BINARY32) {
            // flushing concerns the binary64 value alone, but the kernel would flush its binary32 image too
            return policies.flushInputs() ? null : CAST;
        }
        int n = policies.randomBits();
        if (format instanceof FloatFormat f) {
            boolean tesla = f.subnormals() == SubnormalRule.TESLA_LITERAL && n > 0;
            return f.precision() + n + 2 <= 24 && !tesla ? TO_ODD : null;
        }
        IntFormat f = (IntFormat) format;
        return f.width() + n + 2 <= 24 && policies.overflow() != Overflow.WRAP ? TO_ODD : null;
    }

    /** {@return whether a value must be converted in another way} */
    boolean leavesOut(double x) {
        long magnitude = Double.doubleToRawLongBits(x) & MAGNITUDE;
        return switch (this) {
            case TO_ODD -> magnitude != 0 && (magnitude < FIRST || magnitude >= FIRST + EXTENT);
            case CAST -> Double.isNaN(x);
        };
    }

    /** Narrows values; {@return whether one is left out} */
    boolean narrow(double[] src, int from, float[] dst, int n) {
        return switch (this) {
            case TO_ODD -> toOdd(src, from, dst, n);
            case CAST -> cast(src, from, dst, n);
        };
    }

    private static boolean toOdd(double[] src, int from, float[] dst, int n) {
        boolean out = false;
        for (int i = 0; i < n; i++) {
            long bits = Double.doubleToRawLongBits(src[from + i]);
            long magnitude = bits & MAGNITUDE;
            int sign = (int) (bits >>> 32) & Integer.MIN_VALUE;
            int odd = (int) (magnitude - REBIAS >>> 29) | (int) ((bits & DISCARDED) + DISCARDED >>> 29);
            boolean normal = magnitude >= FIRST && magnitude < FIRST + EXTENT;
            out |= !normal && magnitude != 0;
            dst[i] = Float.intBitsToFloat(normal ? sign | odd : sign);
        }
        return out;
    }

    private static boolean cast(double[] src, int from, float[] dst, int n) {
        boolean out = false;
        for (int i = 0; i < n; i++) {
            double x = src[from + i];
            dst[i] = (float) x;
            out |= Double.isNaN(x);
        }
        return out;
    }
}
