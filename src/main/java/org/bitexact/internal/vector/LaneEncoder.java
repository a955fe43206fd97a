package org.bitexact.internal.vector;

import java.util.function.IntFunction;
import org.bitexact.codec.Codec;
import org.bitexact.internal.array.Encoder;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link EncodingLoop} over any range, a piece at a time, and gives the
 * {@link Codec} what the loop does not decide: the NaNs and other rare values of pieces that have some, under whatever rules,
 * and ranges shorter than a vector. The last vector of a longer range overlaps the one before.
 */
final class LaneEncoder implements Encoder {
    /** Values in a piece. */
    private static final int PIECE = 1 << 14;
    /** Values in a piece that takes scratch memory, up to three arrays of so many elements. */
    private static final int SCRATCH_PIECE = 1 << 12;

    /** Columns in which rare values are looked for. */
    private static final int COLUMNS = 512;

    private final Codec codec;
    private final IntFunction<EncodingLoop> loops;
    private final @Nullable Conditioner conditioner;
    private final @Nullable RandomBits randomBits;
    private final int plainBelow;

    /** The loops made so far, by the size of the elements. */
    private final @Nullable EncodingLoop[] made = new @Nullable EncodingLoop[5];

    /**
     * Prepares an encoder.
     *
     * @param codec decides what the loop does not
     * @param loops makes the loop for elements of a size in bytes
     * @param plainBelow the pattern of the least magnitude that may get a wrong code, at most that of the first NaN
     * @param conditioner replaces values beforehand, or null
     * @param randomBits draws bits for stochastic modes, or null
     */
    LaneEncoder(
            Codec codec,
            IntFunction<EncodingLoop> loops,
            int plainBelow,
            @Nullable Conditioner conditioner,
            @Nullable RandomBits randomBits) {
        this.codec = codec;
        this.loops = loops;
        this.plainBelow = plainBelow;
        this.conditioner = conditioner;
        this.randomBits = randomBits;
    }

    @Override
    public void encode(float[] src, int from, byte[] dst, int to, int n, long index) {
        pieces(src, from, dst, 1, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, short[] dst, int to, int n, long index) {
        pieces(src, from, dst, 2, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, int[] dst, int to, int n, long index) {
        pieces(src, from, dst, 4, to, n, index);
    }

    private void pieces(float[] src, int from, Object dst, int bytes, int to, int n, long index) {
        if (n < Lanes.COUNT) {
            for (int i = 0; i < n; i++) {
                put(dst, to + i, code(src[from + i], index + i));
            }
            return;
        }
        EncodingLoop loop = made[bytes];
        if (loop == null) {
            loop = loops.apply(bytes);
            made[bytes] = loop;
        }
        boolean scratch = conditioner != null || randomBits != null;
        int size = Math.min(n, scratch ? SCRATCH_PIECE : PIECE);
        float[] values = conditioner == null ? src : new float[size];
        Object random = randomBits == null ? src : randomBits.shares(size);
        for (int done = 0; done < n; ) {
            int m = Math.min(n - done, size) / Lanes.COUNT * Lanes.COUNT;
            if (m == 0) {
                done = n - Lanes.COUNT;
                m = Lanes.COUNT;
            }
            int at = from + done;
            if (conditioner != null) {
                conditioner.apply(src, at, values, m);
                at = 0;
            }
            if (randomBits != null) {
                randomBits.fill(index + done, random, m);
            }
            int largest = loop.run(values, at, dst, to + done, m, random);
            if (largest >= plainBelow) {
                replaceRare(src, from + done, values, at, dst, to + done, m, index + done);
            }
            done += m;
        }
    }

    /**
     * Replaces the codes of values that the loop does not decide, as it saw them.
     *
     * <p>Infinities and NaNs are found by sums of products with zero, one for each column of values; they are NaN then.
     * That is plain Java which compilers vectorise, ready long before vector code that is as rarely used would be.
     */
    private void replaceRare(float[] src, int from, float[] seen, int seenFrom, Object dst, int to, int n, long index) {
        int columns = plainBelow >= Lanes.EXPONENT ? Math.min(n, COLUMNS) : 1;
        float[] sums = new float[columns];
        for (int i = 0; i < n && columns > 1; i += columns) {
            addZeros(seen, seenFrom + i, sums, Math.min(n - i, columns));
        }
        for (int j = 0; j < columns; j++) {
            if (sums[j] == 0 && columns > 1) {
                continue;
            }
            for (int i = j; i < n; i += columns) {
                if ((Float.floatToRawIntBits(seen[seenFrom + i]) & Lanes.MAGNITUDE) >= plainBelow) {
                    put(dst, to + i, code(src[from + i], index + i));
                }
            }
        }
    }

    private static void addZeros(float[] src, int from, float[] sums, int n) {
        for (int j = 0; j < n; j++) {
            sums[j] += src[from + j] * 0f;
        }
    }

    private int code(float x, long index) {
        long random = randomBits == null ? 0 : randomBits.of(index);
        return (int) codec.encodeFloatBits(Float.floatToRawIntBits(x), random);
    }

    private static void put(Object dst, int to, int code) {
        if (dst instanceof byte[] bytes) {
            bytes[to] = (byte) code;
        } else if (dst instanceof short[] shorts) {
            shorts[to] = (short) code;
        } else {
            ((int[]) dst)[to] = code;
        }
    }
}
