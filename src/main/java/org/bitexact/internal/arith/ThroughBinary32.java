package org.bitexact.internal.arith;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.codec.HalfFloats;
import org.bitexact.internal.codec.Rounder;
import org.jspecify.annotations.Nullable;

/**
 * The same operations as {@link Exact}, for codes of BF16, and of FP16 where the JDK converts them, without flags and to
 * nearest even, in binary32 arithmetic.
 *
 * <p>Each method returns a code, or {@link #DECLINED} for some operands: those with a NaN among them or as result, those
 * that do not fit the format, and sums of products near which a second rounding could go astray.
 *
 * <p><b>Proof.</b> Let p be the format's precision, 11 or 8; RN rounds to binary32, and m is any number of the format or
 * midpoint of two, of p + 1 bits at most. Rounding RN(x) instead of x is wrong only if RN(x) is an m and x is not, for RN
 * is monotone and keeps every m.
 *
 * <ul>
 *   <li><i>FP16</i>: everything stays within binary32's normal range. Products of 22 bits are exact. Quotients and roots
 *       differ from an m by 2^-24 of themselves at least, as {@link ThroughBinary64} shows with 11 and 12 bits for 24 and
 *       25, sums as it shows for terms on the grid: no RN(x) is an m by rounding.
 *   <li><i>BF16</i> in the normal range: the same, with 8 and 9 bits. Below it binary32's quantum is 2^-149, and m is a
 *       multiple of 2^-134. Sums are multiples of 2^-133 and exact. Products have 16 bits, so from 2^-134 on they are
 *       multiples of 2^-149 and exact; what is less stays less, and becomes 0. A quotient x / y that is no m differs from
 *       it, with y = Y 2^b, 2^7 &lt;= Y &lt; 2^8, by a multiple of 2^-134 / Y at least or, where x has the lower last place
 *       2^c, by 2^c / y, and since it is 2^-135 at least where m is not 0, c - b is -136 at least: more than 2^-145,
 *       many quanta.
 *   <li><i>Sums with a product</i>: one that is exact (FP16's all are, BF16's if they are normal numbers) is added and
 *       the sum rounded to binary32; on which side of a midpoint that lies, the exact sum lies. If it is a midpoint, or
 *       below the normal range of the format, where midpoints have fewer bits, this path declines.
 * </ul>
 */
public final class ThroughBinary32 {
    /** A result that no code can be. */
    public static final long DECLINED = -1;

    private static final int INFINITY = 0x7f80_0000;
    private static final int F16_INFINITY = 0x7c00;

    private final boolean half;
    private final int discarded; // mask of the discarded bits of a normal number
    private final int middle; // these bits of a midpoint
    private final int normalSum; // pattern of the least sum with a product that is taken
    private final int normalProduct;

    private ThroughBinary32(boolean half) {
        this.half = half;
        discarded = half ? (1 << 13) - 1 : (1 << 16) - 1;
        middle = half ? 1 << 12 : 1 << 15;
        normalSum = Float.floatToRawIntBits(half ? 0x1p-14f : Float.MIN_NORMAL);
        normalProduct = half ? 0 : Float.floatToRawIntBits(Float.MIN_NORMAL);
    }

    /**
     * {@return operations in binary32, or null if they do not suit}
     *
     * @param a format of first operands
     * @param b format of second operands
     * @param c format of third operands
     * @param out rounding of results
     */
    public static @Nullable ThroughBinary32 of(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out) {
        Policies policies = out.policies();
        boolean plain = policies.rounding() == Rounding.TIES_TO_EVEN
                && policies.overflow() == Overflow.IEEE
                && policies.infinity() == InfinityRule.KEEP
                && policies.subnormalResults() == SubnormalResults.KEEP
                && !policies.flushInputs();
        if (!plain || !(out.format() instanceof FloatFormat d)) {
            return null;
        }
        for (FloatFormat format : new FloatFormat[] {Formats.BINARY16, Formats.BFLOAT16}) {
            if (a.sameEncoding(format) && b.sameEncoding(format) && c.sameEncoding(format) && d.sameEncoding(format)) {
                boolean isHalf = format == Formats.BINARY16;
                return isHalf && !HalfFloats.PRESENT ? null : new ThroughBinary32(isHalf);
            }
        }
        return null;
    }

    private float decode(int code) {
        return half ? HalfFloats.toFloat((short) code) : Float.intBitsToFloat(code << 16);
    }

    /** The code of a result, unless it is a NaN or bits above the codes are set. */
    private long rounded(float x, int codes) {
        int code;
        if (half) {
            code = HalfFloats.of(x) & 0xffff;
            return (code & 0x7fff) <= F16_INFINITY && codes >>> 16 == 0 ? code : DECLINED;
        }
        int bits = Float.floatToRawIntBits(x);
        code = bits + 0x7fff + (bits >>> 16 & 1) >>> 16;
        return (bits & 0x7fff_ffff) <= INFINITY && codes >>> 16 == 0 ? code : DECLINED;
    }

    /**
     * {@return {@code x + y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long add(int x, int y) {
        return rounded(decode(x) + decode(y), x | y);
    }

    /**
     * {@return {@code x - y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long subtract(int x, int y) {
        return rounded(decode(x) - decode(y), x | y);
    }

    /**
     * {@return {@code x * y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long multiply(int x, int y) {
        return rounded(decode(x) * decode(y), x | y);
    }

    /**
     * {@return {@code x / y}}
     *
     * @param x dividend
     * @param y divisor
     */
    public long divide(int x, int y) {
        return rounded(decode(x) / decode(y), x | y);
    }

    /**
     * {@return the square root of {@code x}}
     *
     * @param x operand
     */
    public long squareRoot(int x) {
        return rounded((float) Math.sqrt(decode(x)), x);
    }

    /**
     * {@return {@code x * y + z}}
     *
     * @param x first factor
     * @param y second factor
     * @param z addend
     */
    public long fma(int x, int y, int z) {
        float product = decode(x) * decode(y);
        float sum = product + decode(z);
        int p = Float.floatToRawIntBits(product) & 0x7fff_ffff;
        int s = Float.floatToRawIntBits(sum) & 0x7fff_ffff;
        boolean settled = (s & discarded) != middle && s >= normalSum && p >= normalProduct && p < INFINITY;
        return settled ? rounded(sum, x | y | z) : DECLINED;
    }
}
