package org.bitexact.internal.array;

import org.bitexact.codec.Codec;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;

/**
 * Encodes into saturating integers by ties to even, in loops that the compilers of JDK 17 and 25 vectorise.
 *
 * <p><b>Proof.</b> Let y be the value in units of the format; the product by a power of two is exact, or overflows to an
 * infinity, or is far below 1/2. For |y| up to 2^22 the sum y + 1.5 * 2^23 lies in [2^23, 2^24), where binary32 has the
 * quantum 1, so that the addition rounds as it should (the addend is even), and the sum's pattern is that of the addend
 * plus the rounded integer. Beyond, the pattern is monotone as a signed integer, a negative sum being a negative number,
 * and is cut to the range of the format, which lies within 2^22. NaNs go to the {@link Codec}.
 */
final class IntegerEncoder extends BlockEncoder {
    private static final float MAGIC = 0x1.8p23f;

    private final Codec codec;
    private final float unit;
    private final int least;
    private final int most;
    private final int mask;

    IntegerEncoder(IntFormat f, Policies policies) {
        codec = Codec.of(f, policies);
        unit = Math.scalb(1f, -f.scaleExponent());
        int base = Float.floatToRawIntBits(MAGIC);
        least = base + (int) f.minInteger();
        most = base + (int) f.maxInteger();
        mask = (int) f.codeMask();
    }

    /** {@return whether the proof covers a conversion} */
    static boolean supports(IntFormat f, Policies policies) {
        return f.encoding() != IntFormat.Encoding.BIPOLAR
                && f.width() <= 22
                && policies.rounding() == Rounding.TIES_TO_EVEN
                && policies.overflow() != Overflow.WRAP
                && policies.overflow() != Overflow.INDEFINITE;
    }

    @Override
    void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
        float[] sums = patterns.values();
        System.arraycopy(src, from, sums, 0, n);
        add(sums, unit, n);
        patterns.toPatterns(sums, 0, codes, 0, n);
        if (cut(codes, n) < 0) {
            for (int i = 0; i < n; i++) {
                if (Float.isNaN(src[from + i])) {
                    codes[i] = (int) codec.encodeFloatBits(Float.floatToRawIntBits(src[from + i]), 0);
                }
            }
        }
    }

    private static void add(float[] x, float unit, int n) {
        for (int i = 0; i < n; i++) {
            x[i] = x[i] * unit + MAGIC;
        }
    }

    /** {@return a negative number if a sum is NaN} */
    private int cut(int[] sums, int n) {
        int low = least;
        int high = most;
        int base = Float.floatToRawIntBits(MAGIC);
        int m = mask;
        int nan = 0;
        for (int i = 0; i < n; i++) {
            int v = sums[i];
            nan |= 0x7f80_0000 - (v & 0x7fff_ffff);
            // the minimum with high, then the maximum with low; v - high would overflow for negative v
            int over = high - v >> 31 & ~(v >> 31);
            v = high & over | v & ~over;
            int under = v - low >> 31 | v >> 31;
            v = low & under | v & ~under;
            sums[i] = v - base & m;
        }
        return nan;
    }
}
