package org.bitexact.internal.vector;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.function.Function;
import org.bitexact.codec.Codec;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.RareColumns;
import org.bitexact.internal.array.ScalarPacker;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link EncodingLoop} over any range, a piece at a time, and gives the
 * {@link Codec} what the loop does not decide: the NaNs and other rare values of pieces that have some, under whatever rules,
 * and ranges shorter than a vector. The last step of a longer range overlaps the one before; one shorter than a step goes
 * through scratch memory.
 */
final class LaneEncoder implements Encoder {
    /** Values in a piece. */
    private static final int PIECE = 1 << 14;
    /** Values in a piece that takes scratch memory, up to three arrays of so many elements. */
    private static final int SCRATCH_PIECE = 1 << 12;

    /** All values in one column, which is looked through. */
    private static final float[] ONE_COLUMN = {Float.NaN};

    private final Codec codec;
    private final Function<CodeStore, EncodingLoop> loops;
    private final @Nullable Conditioner conditioner;
    private final @Nullable RandomBits randomBits;
    private final int plainBelow;

    /** The loops made so far. */
    private final @Nullable EncodingLoop[] made = new @Nullable EncodingLoop[CodeStore.values().length];

    /**
     * Prepares an encoder.
     *
     * @param codec decides what the loop does not
     * @param loops makes the loop that writes codes in a way
     * @param plainBelow the pattern of the least magnitude that may get a wrong code, at most that of the first NaN
     * @param conditioner replaces values beforehand, or null
     * @param randomBits draws bits for stochastic modes, or null
     */
    LaneEncoder(
            Codec codec,
            Function<CodeStore, EncodingLoop> loops,
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
        pieces(src, from, dst, CodeStore.BYTES, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, short[] dst, int to, int n, long index) {
        pieces(src, from, dst, CodeStore.SHORTS, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, int[] dst, int to, int n, long index) {
        pieces(src, from, dst, CodeStore.INTS, to, n, index);
    }

    /** {@return the kernel that writes codes in a way} */
    ArrayKernel storing(CodeStore store) {
        return new ArrayKernel() {
            @Override
            public void apply(Object src, int from, Object dst, int to, int n, long index) {
                pieces((float[]) src, from, dst, store, to, n, index);
            }

            @Override
            public int produced(int n) {
                return store.size(n + 1 & -2) - (store.isDense() ? 0 : n & 1);
            }
        };
    }

    private void pieces(float[] src, int from, Object dst, CodeStore store, int to, int n, long index) {
        int even = store.isDense() ? n & -2 : n;
        int first = even < Lanes.COUNT ? 0 : even;
        if (first < n && store.isDense()) {
            Arrays.fill((byte[]) dst, to + first / 2, to + (n + 1) / 2, (byte) 0);
        }
        for (int i = first; i < n; i++) {
            put(store, dst, to, i, code(src[from + i], index + i));
        }
        if (first > 0) {
            vectors(src, from, dst, store, to, first, index);
        }
    }

    private void vectors(float[] src, int from, Object dst, CodeStore store, int to, int n, long index) {
        EncodingLoop loop = made[store.ordinal()];
        if (loop == null) {
            loop = loops.apply(store);
            made[store.ordinal()] = loop;
        }
        int step = loop.step();
        if (n < step) {
            float[] values = new float[step];
            System.arraycopy(src, from, values, 0, n);
            Object codes = Array.newInstance(dst.getClass().getComponentType(), store.size(step));
            vectors(values, 0, codes, store, 0, step, index);
            System.arraycopy(codes, 0, dst, to, store.size(n));
            return;
        }
        boolean scratch = conditioner != null || randomBits != null;
        int size = Math.min(n, scratch ? SCRATCH_PIECE : PIECE);
        float[] values = conditioner == null ? src : new float[size];
        Object random = randomBits == null ? src : randomBits.shares(size);
        for (int done = 0; done < n; ) {
            int m = Math.min(n - done, size) / step * step;
            if (m == 0) {
                done = n - step;
                m = step;
            }
            int at = from + done;
            if (conditioner != null) {
                conditioner.apply(src, at, values, m);
                at = 0;
            }
            if (randomBits != null) {
                randomBits.fill(index + done, random, m);
            }
            int largest = loop.run(values, at, dst, to + store.size(done), m, random);
            if (largest >= plainBelow) {
                replaceRare(src, from + done, values, at, dst, store, to + store.size(done), m, index + done);
            }
            done += m;
        }
    }

    /**
     * Replaces the codes of values that the loop does not decide, as it saw them.
     *
     * <p>Infinities and NaNs are found by plain Java, {@link RareColumns}, ready long before vector code that is as rarely
     * used would be.
     */
    private void replaceRare(
            float[] src, int from, float[] seen, int at, Object dst, CodeStore store, int to, int n, long index) {
        float[] sums = plainBelow >= Lanes.EXPONENT ? RareColumns.sums(seen, at, n) : ONE_COLUMN;
        for (int j = 0; j < sums.length; j++) {
            if (sums[j] == 0) {
                continue;
            }
            for (int i = j; i < n; i += sums.length) {
                if ((Float.floatToRawIntBits(seen[at + i]) & Lanes.MAGNITUDE) >= plainBelow) {
                    put(store, dst, to, i, code(src[from + i], index + i));
                }
            }
        }
    }

    private int code(float x, long index) {
        long random = randomBits == null ? 0 : randomBits.of(index);
        return (int) codec.encodeFloatBits(Float.floatToRawIntBits(x), random);
    }

    private void put(CodeStore store, Object dst, int to, int i, int code) {
        switch (store) {
            case BYTES -> ((byte[]) dst)[to + i] = (byte) code;
            case SHORTS -> ((short[]) dst)[to + i] = (short) code;
            case INTS -> ((int[]) dst)[to + i] = code;
            case HIGH_BITS ->
                ((int[]) dst)[to + i] = code << 32 - codec.format().width();
            case LOW_NIBBLES, HIGH_NIBBLES ->
                new ScalarPacker(4, store == CodeStore.HIGH_NIBBLES).set((byte[]) dst, to, i, code);
        }
    }
}
