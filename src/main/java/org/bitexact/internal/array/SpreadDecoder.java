package org.bitexact.internal.array;

import java.lang.invoke.VarHandle;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ByteSteps.Block;
import org.bitexact.internal.array.ByteSteps.Step;
import org.jspecify.annotations.Nullable;

/**
 * Decodes codes of at most 8 bits in {@code byte[]} by arithmetic, in loops that the compilers of JDK 17 and 25 vectorise.
 *
 * <p>Magnitude and sign are moved to where binary32 has them. A magnitude of t trailing significand bits, shifted left
 * by 23 - t, is the pattern of the value times 2^(bias - 127), subnormal numbers included, and the product with
 * 2^(127 - bias) is exact. An integer, its sign bit flipped, stands in the last bits of 2^23 and is freed by a
 * subtraction.
 *
 * <pre>
 * eight codes         h g f e d c b a          a word
 * spread        ......b.a ......d.c ......     two codes a word, a word two binary32 patterns
 * </pre>
 *
 * <p>Which codes have other values is found by trying all of them, so that nothing here depends on a format's rules.
 * They must be one code, or the greatest magnitudes; a block in which there is one is decoded by the table.
 *
 * <p>Since compilers vectorise no loop from bytes to wider elements before JDK 20, words are cut into pairs of codes there; since
 * then, codes are converted to floats and added to 1.5 * 2^23, which has them in its last bits.
 */
final class SpreadDecoder implements Decoder {
    private static final VarHandle INTS = ByteSteps.INTS;
    private static final VarHandle LONGS = ByteSteps.LONGS;
    private static final int BLOCK = ByteSteps.BLOCK;
    /** Codes in a word. */
    private static final int WORD = 8;

    private static final long BYTES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long PAIR = 0x0000_0001_0000_0001L;
    private static final float HAS_INTEGER = 0x1p23f;
    private static final float HAS_BYTE = 0x1.8p23f;
    /** Codes that the table decodes first: it is faster until the loops here are compiled. */
    private static final int BEFORE = 1 << 18;

    private static final boolean CASTS = Runtime.version().feature() >= 20;

    /** Parts of a code, and the bits that lie between them and binary32. */
    private record Moves(
            int flip, int magnitude, int up, int sign, int signUp, int base, float subtrahend, float factor) {
        static Moves of(ScalarFormat format) {
            if (format instanceof FloatFormat f) {
                int width = f.width();
                float factor = 127 - f.bias() > 127 ? 0 : Math.scalb(1f, 127 - f.bias());
                return new Moves(
                        0,
                        (int) f.magnitudeMask(),
                        23 - f.trailingBits(),
                        (int) f.signMask(),
                        32 - width,
                        0,
                        0f,
                        factor);
            }
            IntFormat f = (IntFormat) format;
            int sign = f.signed() ? 1 << f.width() - 1 : 0;
            return new Moves(
                    sign,
                    (int) f.codeMask(),
                    0,
                    0,
                    0,
                    Float.floatToRawIntBits(HAS_INTEGER),
                    HAS_INTEGER + sign,
                    Math.scalb(1f, f.scaleExponent()));
        }

        /** {@return the pattern of the value of a code, unless it is an exception} */
        int pattern(int code) {
            int c = code ^ flip;
            int bits = (c & magnitude) << up | (c & sign) << signUp | base;
            return Float.floatToRawIntBits((Float.intBitsToFloat(bits) - subtrahend) * factor);
        }
    }

    private final TableDecoder table;
    private final Moves moves;
    private final boolean casts;
    private volatile Step @Nullable [] steps;
    /** Codes left before the table is replaced, roughly if several threads decode. */
    private int before;
    /** Bits of eight codes that count. */
    private final long used;
    /** Makes the high bits of the greatest magnitudes ones, or 0. */
    private final long toHighBit;
    /** Eight times the one exception, or -1. */
    private final long exception;

    private final boolean hasException;
    // for all codes of a word, and not computed before the loops, which would not be vectorised then
    private final long flips;
    private final long magnitudes;
    private final long magnitudePair;
    private final long signPair;
    private final long basePair;
    private final int flippedBase;
    private final int up;
    private final int signUp;
    private final float subtrahend;
    private final float factor;

    private SpreadDecoder(
            TableDecoder table, Moves moves, int mask, int top, int exception, boolean casts, int before) {
        this.table = table;
        this.moves = moves;
        this.casts = casts;
        this.before = before;
        used = mask * BYTES;
        toHighBit = top > moves.magnitude ? 0 : (0x80 - top) * BYTES;
        hasException = exception >= 0;
        flips = moves.flip * BYTES;
        magnitudes = moves.magnitude * BYTES;
        magnitudePair = moves.magnitude * PAIR;
        signPair = moves.sign * PAIR;
        basePair = moves.base * PAIR;
        up = moves.up;
        signUp = moves.signUp;
        subtrahend = moves.subtrahend;
        factor = moves.factor;
        flippedBase = moves.base | moves.flip;
        this.exception = Math.max(exception, 0) * BYTES;
    }

    /** {@return a decoder, or null if more values than a few have to be looked up in the table} */
    static @Nullable SpreadDecoder of(ScalarFormat format, TableDecoder table) {
        return of(format, table, CASTS, BEFORE);
    }

    /** As above, in one of two ways, after so many codes. */
    static @Nullable SpreadDecoder of(ScalarFormat format, TableDecoder table, boolean casts, int before) {
        if (format.width() > 8) {
            return null;
        }
        Moves moves = Moves.of(format);
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
        return new SpreadDecoder(table, moves, mask, top, exception, casts, before);
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
        Step[] loops = steps;
        if (loops == null) {
            loops = makeSteps();
            steps = loops;
        }
        int whole = n & -WORD;
        if (whole > 0) {
            Block block = new Block(Math.min(whole, BLOCK), dst, src);
            for (int k = 0; k < whole; k += BLOCK) {
                int m = Math.min(BLOCK, whole - k);
                if (hasExceptions(src, from + k, m)) {
                    table.decode(src, from + k, dst, to + k, m);
                } else {
                    ByteSteps.run(loops, block, to + k, from + k, m);
                }
            }
        }
        table.decode(src, from + whole, dst, to + whole, n - whole);
    }

    private Step[] makeSteps() {
        return casts
                ? new Step[] {
                    block -> System.arraycopy(block.bytes, block.bytesAt, block.codes, 0, block.n),
                    block -> cast(block.codes, block.values, block.n),
                    block -> block.floats.put(0, block.values, 0, block.n),
                    block -> moveEach(block.memory, block.n),
                    block -> block.floats.get(0, block.array, block.at, block.n),
                    block -> scale(block.array, block.at, block.at + block.n)
                }
                : new Step[] {
                    block -> spread(block.bytes, block.bytesAt, block.memory, block.n),
                    block -> movePairs(block.memory, block.n / 2),
                    block -> block.floats.get(0, block.array, block.at, block.n),
                    block -> scale(block.array, block.at, block.at + block.n)
                };
    }

    private boolean hasExceptions(byte[] src, int from, int n) {
        long any = 0;
        if (toHighBit != 0) {
            long all = magnitudes;
            long add = toHighBit;
            for (int i = from, end = from + n; i < end; i += WORD) {
                any |= ((long) LONGS.get(src, i) & all) + add;
            }
        }
        if (hasException) {
            long all = used;
            long x = exception;
            for (int i = from, end = from + n; i < end; i += WORD) {
                long zeros = (long) LONGS.get(src, i) & all ^ x;
                any |= zeros - BYTES & ~zeros; // a high bit remains if and only if a byte is zero
            }
        }
        return (any & HIGH_BITS) != 0;
    }

    /** Puts two codes into the low bits of each word; what lies above is left there. */
    private void spread(byte[] src, int from, byte[] dst, int n) {
        long flip = flips;
        for (int i = 0; i < n; i += WORD) {
            long codes = (long) LONGS.get(src, from + i) ^ flip;
            int j = Float.BYTES * i;
            LONGS.set(dst, j, codes);
            LONGS.set(dst, j + 8, codes >>> 16);
            LONGS.set(dst, j + 16, codes >>> 32);
            LONGS.set(dst, j + 24, codes >>> 48);
        }
    }

    private void movePairs(byte[] pairs, int n) {
        long magnitude = magnitudePair;
        long sign = signPair;
        long base = basePair;
        int left = up;
        int signLeft = signUp;
        for (int i = 0; i < n; i++) {
            long x = (long) LONGS.get(pairs, 8 * i);
            long codes = x & 0xff | x << 24 & 0xffL << 32;
            LONGS.set(pairs, 8 * i, (codes & magnitude) << left | (codes & sign) << signLeft | base);
        }
    }

    private static void cast(byte[] src, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            dst[i] = src[i] + HAS_BYTE;
        }
    }

    private void moveEach(byte[] patterns, int n) {
        int magnitude = moves.magnitude;
        int sign = moves.sign;
        int base = flippedBase;
        int left = up;
        int signLeft = signUp;
        for (int i = 0; i < n; i++) {
            int code = (int) INTS.get(patterns, 4 * i);
            INTS.set(patterns, 4 * i, (code & magnitude) << left ^ (code & sign) << signLeft ^ base);
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
