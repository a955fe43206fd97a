package org.bitexact.internal.array;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.internal.array.ByteSteps.Block;
import org.bitexact.internal.array.ByteSteps.Step;
import org.bitexact.internal.codec.HalfFloats;
import org.jspecify.annotations.Nullable;

/**
 * Encodes by ties to even into signed floating-point formats of at most 8 bits, five of them exponent, by way of binary16,
 * in loops that compilers vectorise since JDK 21.
 *
 * <p><b>Proof.</b> Let the target have t trailing significand bits and s = 23 - t, let x lie in [2^e, 2^(e+1)), or e =
 * emin for smaller x, and let M be 2^(e+s) with the sign of x. The sum x + M lies in [M, 2M), where binary32 has the
 * quantum 2^(e+s-23) = 2^(e-t), which is the target's near x. The addition thus rounds x as the target does, ties to even
 * included, since M is an even multiple of the quantum; and x + M - M is exact, being such a multiple of at most 2^(e+1).
 *
 * <p>That number times 2^(bias - 15) is exact, and a binary16 number whose exponent field is the target's: its pattern is
 * the code and 10 - t zeros. To it, M * 2^(bias - 75) is added first, a 2^-37th of it at most, which changes nothing but a
 * zero, which it gives the sign of x: less than 2^-50, it becomes a zero of binary16.
 *
 * <pre>
 * pattern of x      s eeeeeeee fffffffffffffffffffffff
 * of x + M - M      s eeeeeeee fff00000000000000000000
 * of binary16                s 0EEEE fff0000000           code  s EEEE fff  of E4M3
 * </pre>
 *
 * <p><b>Overflow.</b> What rounds to the number that would follow the largest finite one has overflowed, and its pattern is
 * the code if that is what overflow gives. Beyond, and for NaNs, the sum below sets the highest bit of a {@code char}.
 * Narrowing stops there, and the table takes the value, or the block if there are many. For the largest exponents M is
 * infinite, and x + M - M a NaN, or the exponent field of M wraps around, and what is added to x cannot change it.
 */
final class NearestEncoder implements Encoder {
    private static final int BLOCK = ByteSteps.BLOCK;
    private static final int INFINITY = 0x7f80_0000;
    private static final int SIGN = 0x8000_0000;
    private static final int LARGEST = INFINITY - 1;
    private static final int HALF_INFINITY = 0x7c00;
    private static final int HALF_MAGNITUDE = 0x7fff;
    private static final int MARK = 0x8000;
    /** Shorter runs go to the table. */
    private static final int SHORTEST = 64;
    /** Marks in a block after which the table takes it, and the next {@link #PAUSE}. */
    private static final int MANY = 16;

    private static final int PAUSE = 15;
    /** Values of one run of the check. */
    private static final int CHECKED = 1 << 7;

    private static final Step[] NONE = {};

    private final TableEncoder table;
    private final AtomicReference<@Nullable Block> spare = new AtomicReference<>();
    private volatile Step @Nullable [] steps;
    /** Values left before the table is replaced, roughly if several threads encode. */
    private int before;

    private final int leastExponent;
    private final int exponentUp;
    private final float factor;
    private final float signFactor;
    private final int down;
    private final int signDown;
    private final int magnitude;
    private final int sign;
    private final int toMark;

    NearestEncoder(FloatFormat f, Policies policies) {
        this(f, policies, ByteSteps.BEFORE);
    }

    /** As above, after so many values. */
    NearestEncoder(FloatFormat f, Policies policies, int before) {
        this.before = before;
        table = new TableEncoder(f, policies);
        leastExponent = f.emin() + 127 << 23;
        exponentUp = 23 - f.trailingBits() << 23;
        factor = Math.scalb(1f, f.bias() - 15);
        signFactor = Math.scalb(factor, -60);
        down = 10 - f.trailingBits();
        signDown = 16 - f.width();
        magnitude = (int) f.magnitudeMask();
        sign = (int) f.signMask();
        toMark = MARK - 1 - (greatest(f, policies) << down);
    }

    /** {@return whether the proof covers a conversion, and this JDK has the loops} */
    static boolean supports(FloatFormat f, Policies policies) {
        return HalfFloats.PRESENT
                && TableEncoder.supports(f, policies)
                && policies.rounding() == Rounding.TIES_TO_EVEN
                && policies.subnormalResults() == SubnormalResults.KEEP
                && !policies.flushInputs()
                && f.subnormals() == SubnormalRule.GRADUAL
                && f.signed()
                && f.hasNegativeZero()
                && f.precision() >= 2
                && f.emin() >= Float.MIN_EXPONENT
                && f.bias() == 1 - f.emin()
                && f.maxFiniteCode() << 10 - f.trailingBits() < HALF_INFINITY;
    }

    /** The greatest code that a pattern gives: that of an overflow if it follows the largest finite number's. */
    private static int greatest(FloatFormat f, Policies policies) {
        Codec codec = Codec.of(f, policies);
        long next = f.maxFiniteCode() + 1;
        boolean follows = codec.encodeFloatBits(LARGEST, 0) == next
                && codec.encodeFloatBits(INFINITY, 0) == next
                && codec.encodeFloatBits(LARGEST | SIGN, 0) == (next | f.signMask())
                && codec.encodeFloatBits(INFINITY | SIGN, 0) == (next | f.signMask());
        return (int) (follows ? next : f.maxFiniteCode());
    }

    @Override
    public void encode(float[] src, int from, byte[] dst, int to, int n, long index) {
        if (before > 0 || n < SHORTEST) {
            before = Math.max(before - n, 0);
            table.encode(src, from, dst, to, n, index);
            return;
        }
        Step[] loops = steps;
        if (loops == null) {
            Step[] made = makeSteps();
            loops = agreesWithTable(made) ? made : NONE;
            steps = loops;
        }
        if (loops.length == 0) {
            table.encode(src, from, dst, to, n, index);
        } else {
            encode(loops, src, from, dst, to, n);
        }
    }

    /** {@return whether the loops have replaced the table} */
    boolean usesLoops() {
        Step[] known = steps;
        return known != null && known.length > 0;
    }

    private void encode(Step[] loops, float[] src, int from, byte[] dst, int to, int n) {
        Block kept = spare.getAndSet(null);
        Block block = kept == null ? Block.encoding() : kept;
        block.attach(src, dst);
        int pause = 0;
        for (int k = 0; k < n; k += BLOCK) {
            int m = Math.min(BLOCK, n - k);
            if (pause > 0) {
                pause--;
                table.encode(src, from + k, dst, to + k, m, 0);
                continue;
            }
            block.move(from + k, to + k, m);
            ByteSteps.run(loops, block);
            int done = block.toBytes(0);
            for (int marks = 0; done < m; marks++) {
                int count = marks < MANY ? 1 : m - done;
                pause = marks < MANY ? 0 : PAUSE;
                table.encode(src, from + k + done, dst, to + k + done, count, 0);
                done = block.toBytes(done + count);
            }
        }
        block.detach();
        spare.set(block);
    }

    /** {@return whether both give the same codes for the values with 7 trailing significand bits} */
    private boolean agreesWithTable(Step[] loops) {
        float[] values = new float[CHECKED];
        byte[] codes = new byte[CHECKED];
        byte[] expected = new byte[CHECKED];
        boolean same = true;
        for (int high = 0; same && high < 1 << 16; high += CHECKED) {
            for (int i = 0; i < CHECKED; i++) {
                values[i] = Float.intBitsToFloat(high + i << 16);
            }
            table.encode(values, 0, expected, 0, CHECKED, 0);
            encode(loops, values, 0, codes, 0, CHECKED);
            same = Arrays.equals(codes, expected);
        }
        return same;
    }

    private Step[] makeSteps() {
        return new Step[] {
            block -> block.floats.put(0, block.array, block.at, block.n),
            block -> toAddends(block.memory, block.n),
            block -> block.floats.get(0, block.values, 0, block.n),
            block -> round(block.array, block.at, block.values, block.halves, block.n),
            block -> toCodes(block.halves, block.chars, block.n)
        };
    }

    /** Makes the pattern of M from that of x. */
    private void toAddends(byte[] patterns, int n) {
        int least = leastExponent;
        int up = exponentUp;
        for (int i = 0; i < n; i++) {
            int x = (int) ByteSteps.INTS.get(patterns, 4 * i);
            ByteSteps.INTS.set(patterns, 4 * i, Math.max(x & INFINITY, least) + up | x & SIGN);
        }
    }

    private void round(float[] src, int from, float[] addends, short[] halves, int n) {
        float f = factor;
        float g = signFactor;
        for (int i = 0; i < n; i++) {
            float m = addends[i];
            halves[i] = HalfFloats.of((src[from + i] + m - m) * f + m * g);
        }
    }

    private void toCodes(short[] halves, char[] codes, int n) {
        int right = down;
        int all = magnitude;
        int signRight = signDown;
        int s = sign;
        int add = toMark;
        for (int i = 0; i < n; i++) {
            int h = halves[i];
            codes[i] = (char) (h >> right & all | h >> signRight & s | (h & HALF_MAGNITUDE) + add & MARK);
        }
    }

    @Override
    public void encode(float[] src, int from, short[] dst, int to, int n, long index) {
        table.encode(src, from, dst, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, int[] dst, int to, int n, long index) {
        table.encode(src, from, dst, to, n, index);
    }
}
