package org.bitexact.internal.array;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ByteSteps.Block;
import org.bitexact.internal.array.ByteSteps.Step;
import org.bitexact.internal.codec.HalfFloats;
import org.jspecify.annotations.Nullable;

/**
 * Decodes codes of at most 8 bits in {@code byte[]} by arithmetic, in loops that the compilers of JDK 17 and 25 vectorise.
 *
 * <p>Magnitude and sign are moved to where binary16 or binary32 has them. A magnitude of t trailing significand bits,
 * shifted left by 10 - t or 23 - t, is the pattern of the value times 2^(bias - 15) or 2^(bias - 127), subnormal numbers
 * included, and the product with the inverse of that power is exact. An integer, its sign bit flipped, stands in the last
 * bits of 2^10 or 2^23 and is freed by a subtraction.
 *
 * <pre>
 * code                            s eeee ttt          of E4M3
 * moved, binary16         s 0eeee ttt0000000          value * 2^-8
 * moved, binary32   s 0000eeee ttt00000000000000000000          value * 2^-120
 * </pre>
 *
 * <p>Which codes have other values is found by trying all of them, so that nothing here depends on a format's rules.
 * They must be one code, or the greatest magnitudes; a block in which there is one is decoded by the table.
 *
 * <p>By way of binary16 there are fewer and shorter steps. It takes the JDK's conversion, which is vectorised since it is
 * there, and at most five exponent bits.
 */
final class SpreadDecoder implements Decoder {
    private static final VarHandle INTS = ByteSteps.INTS;
    private static final VarHandle LONGS = ByteSteps.LONGS;
    private static final int BLOCK = ByteSteps.BLOCK;
    /** Codes in a word. */
    private static final int WORD = 8;

    private static final long BYTES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    /** The bits that lie between parts of a code and those of a wider format, and what brings them home. */
    private record Moves(
            boolean half, int magnitude, int up, int sign, int signUp, int base, float subtrahend, float factor) {
        static Moves of(ScalarFormat format, boolean half) {
            FloatFormat wide = half ? Formats.BINARY16 : Formats.BINARY32;
            if (format instanceof FloatFormat f) {
                int exponent = wide.bias() - f.bias();
                return new Moves(
                        half,
                        (int) f.magnitudeMask(),
                        wide.trailingBits() - f.trailingBits(),
                        (int) f.signMask(),
                        wide.width() - f.width(),
                        0,
                        0f,
                        exponent > 127 ? 0 : Math.scalb(1f, exponent));
            }
            IntFormat f = (IntFormat) format;
            int sign = f.signed() ? 1 << f.width() - 1 : 0;
            int bits = wide.trailingBits(); // 2^bits has this exponent, and the unit 1
            return new Moves(
                    half,
                    (int) f.codeMask(),
                    0,
                    0,
                    0,
                    wide.bias() + bits << bits ^ sign,
                    (1 << bits) + sign,
                    Math.scalb(1f, f.scaleExponent()));
        }

        /** {@return the pattern of the value of a code, unless it is an exception} */
        int pattern(int code) {
            int bits = (code & magnitude) << up ^ (code & sign) << signUp ^ base;
            float moved = half ? HalfFloats.toFloat((short) bits) : Float.intBitsToFloat(bits);
            return Float.floatToRawIntBits((moved - subtrahend) * factor);
        }
    }

    /** What finds exceptions, and what decodes all else. */
    private record Loops(Step[] checks, Step[] moves) {}

    private final TableDecoder table;
    private final Moves moves;
    private volatile @Nullable Loops loops;
    /** Scratch memory that nobody uses: new memory would be in no cache. */
    private final AtomicReference<@Nullable Block> spare = new AtomicReference<>();

    /** Codes left before the table is replaced, roughly if several threads decode. */
    private int before;
    /** Bits of eight codes that count. */
    private final long used;
    /** Makes the high bits of the greatest magnitudes ones, or 0. */
    private final long toHighBit;
    /** Eight times the one exception. */
    private final long exception;

    private final boolean hasException;
    // not computed before the loops, which would not be vectorised then
    private final long magnitudes;
    private final int magnitude;
    private final int sign;
    private final int base;
    private final int up;
    private final int signUp;
    private final float subtrahend;
    private final float factor;

    private SpreadDecoder(TableDecoder table, Moves moves, int mask, int top, int exception, int before) {
        this.table = table;
        this.moves = moves;
        this.before = before;
        used = mask * BYTES;
        toHighBit = top > moves.magnitude ? 0 : (0x80 - top) * BYTES;
        hasException = exception >= 0;
        this.exception = Math.max(exception, 0) * BYTES;
        magnitudes = moves.magnitude * BYTES;
        magnitude = moves.magnitude;
        sign = moves.sign;
        base = moves.base;
        up = moves.up;
        signUp = moves.signUp;
        subtrahend = moves.subtrahend;
        factor = moves.factor;
    }

    /** {@return a decoder, or null if more values than a few have to be looked up in the table} */
    static @Nullable SpreadDecoder of(ScalarFormat format, TableDecoder table) {
        SpreadDecoder half = HalfFloats.PRESENT ? of(format, table, true, ByteSteps.BEFORE) : null;
        return half == null ? of(format, table, false, ByteSteps.BEFORE) : half;
    }

    /** As above, by way of binary16 or binary32, after so many codes. */
    static @Nullable SpreadDecoder of(ScalarFormat format, TableDecoder table, boolean half, int before) {
        if (format.width() > 8) {
            return null;
        }
        Moves moves = Moves.of(format, half);
        int mask = (int) format.codeMask();
        byte[] codes = new byte[mask + 1];
        for (int i = 0; i <= mask; i++) {
            codes[i] = (byte) i;
        }
        float[] values = new float[mask + 1];
        table.decode(codes, 0, values, 0, values.length);
        int top = moves.magnitude + 1;
        while (moves.magnitude < 0x80
                && top > 0
                && (isException(moves, values, top - 1) || isException(moves, values, top - 1 | moves.sign))) {
            top--;
        }
        if (top <= moves.magnitude / 2) {
            return null;
        }
        int exception = -1;
        for (int i = 0; i <= mask; i++) {
            if ((i & moves.magnitude) < top && isException(moves, values, i)) {
                if (exception >= 0) {
                    return null;
                }
                exception = i;
            }
        }
        return new SpreadDecoder(table, moves, mask, top, exception, before);
    }

    private static boolean isException(Moves moves, float[] values, int code) {
        return moves.pattern(code) != Float.floatToRawIntBits(values[code]);
    }

    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        if (before > 0) {
            before -= n;
            table.decode(src, from, dst, to, n);
            return;
        }
        Loops steps = loops;
        if (steps == null) {
            steps = makeLoops();
            loops = steps;
        }
        int whole = n & -WORD;
        if (whole > 0) {
            Block kept = spare.getAndSet(null);
            Block block = kept == null ? Block.decoding(!moves.half) : kept;
            block.attach(dst, src);
            for (int k = 0; k < whole; k += BLOCK) {
                int m = Math.min(BLOCK, whole - k);
                block.move(to + k, from + k, m);
                block.rare = false;
                ByteSteps.run(steps.checks, block);
                if (block.rare) {
                    table.decode(src, from + k, dst, to + k, m);
                } else {
                    ByteSteps.run(steps.moves, block);
                }
            }
            block.detach();
            spare.set(block);
        }
        table.decode(src, from + whole, dst, to + whole, n - whole);
    }

    /** Not made with the decoder: the first lambda expressions of a process take their time. */
    private Loops makeLoops() {
        List<Step> checks = new ArrayList<>();
        if (toHighBit != 0) {
            checks.add(block -> block.rare |= hasGreatest(block.codes, block.bytesAt, block.n));
        }
        if (hasException) {
            checks.add(block -> block.rare |= hasException(block.codes, block.bytesAt, block.n));
        }
        List<Step> steps = moves.half
                ? List.of(
                        Block::toChars,
                        block -> moveHalves(block.chars, block.n),
                        block -> toFloats(block.chars, block.array, block.at, block.n))
                : List.of(
                        Block::toInts,
                        block -> move(block.memory, block.n),
                        block -> block.floats.get(0, block.array, block.at, block.n),
                        block -> scale(block.array, block.at, block.at + block.n));
        return new Loops(checks.toArray(Step[]::new), steps.toArray(Step[]::new));
    }

    private boolean hasGreatest(byte[] src, int from, int n) {
        long all = magnitudes;
        long add = toHighBit;
        long any = 0;
        for (int i = from, end = from + n; i < end; i += WORD) {
            any |= ((long) LONGS.get(src, i) & all) + add;
        }
        return (any & HIGH_BITS) != 0;
    }

    private boolean hasException(byte[] src, int from, int n) {
        long all = used;
        long x = exception;
        long any = 0;
        for (int i = from, end = from + n; i < end; i += WORD) {
            long zeros = (long) LONGS.get(src, i) & all ^ x;
            any |= zeros - BYTES & ~zeros; // a high bit remains if and only if a byte is zero
        }
        return (any & HIGH_BITS) != 0;
    }

    private void moveHalves(char[] halves, int n) {
        int a = magnitude;
        int s = sign;
        int left = up;
        int signLeft = signUp;
        int b = base;
        for (int i = 0; i < n; i++) {
            int code = halves[i];
            halves[i] = (char) ((code & a) << left ^ (code & s) << signLeft ^ b);
        }
    }

    private void toFloats(char[] halves, float[] dst, int to, int n) {
        if (subtrahend == 0) {
            toFloats(halves, dst, to, n, factor);
        } else {
            toFloatsAndSubtract(halves, dst, to, n);
        }
    }

    private static void toFloats(char[] halves, float[] dst, int to, int n, float factor) {
        for (int i = 0; i < n; i++) {
            dst[to + i] = HalfFloats.toFloat((short) halves[i]) * factor;
        }
    }

    private void toFloatsAndSubtract(char[] halves, float[] dst, int to, int n) {
        float less = subtrahend;
        float times = factor;
        for (int i = 0; i < n; i++) {
            dst[to + i] = (HalfFloats.toFloat((short) halves[i]) - less) * times;
        }
    }

    private void move(byte[] patterns, int n) {
        int a = magnitude;
        int s = sign;
        int left = up;
        int signLeft = signUp;
        int b = base;
        for (int i = 0; i < n; i++) {
            int code = (int) INTS.get(patterns, 4 * i);
            INTS.set(patterns, 4 * i, (code & a) << left ^ (code & s) << signLeft ^ b);
        }
    }

    /** In place, which compilers need to vectorise it. */
    private void scale(float[] values, int from, int to) {
        if (subtrahend == 0) {
            multiply(values, from, to, factor);
        } else {
            subtractAndMultiply(values, from, to);
        }
    }

    private static void multiply(float[] values, int from, int to, float factor) {
        for (int i = from; i < to; i++) {
            values[i] *= factor;
        }
    }

    private void subtractAndMultiply(float[] values, int from, int to) {
        float less = subtrahend;
        float times = factor;
        for (int i = from; i < to; i++) {
            values[i] = (values[i] - less) * times;
        }
    }

    @Override
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        table.decode(src, from, dst, to, n);
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        table.decode(src, from, dst, to, n);
    }
}
