package org.bitexact.internal.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An encoder that writes the codes of a block into an {@code int[]}, from where they are narrowed. */
abstract class BlockEncoder implements Encoder {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Memory that the last run has left; fresh one would have to come through the caches. */
    private final AtomicReference<@Nullable Memory> spare = new AtomicReference<>();

    /** What a run needs for a block. */
    static final class Memory {
        final int[] codes = new int[Patterns.BLOCK];
        final Patterns patterns = new Patterns(Patterns.BLOCK);
    }

    /**
     * Converts the values of a block.
     *
     * @param src values
     * @param from position of the first value
     * @param codes receives the codes from position 0 on
     * @param n number of values, at most {@link Patterns#BLOCK}
     * @param index position of the first value in its stream of random bits
     * @param patterns scratch memory for a block
     */
    abstract void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns);

    @Override
    public void encode(float[] src, int from, byte[] dst, int to, int n, long index) {
        blocks(src, from, dst, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, short[] dst, int to, int n, long index) {
        blocks(src, from, dst, to, n, index);
    }

    @Override
    public void encode(float[] src, int from, int[] dst, int to, int n, long index) {
        blocks(src, from, dst, to, n, index);
    }

    private void blocks(float[] src, int from, Object dst, int to, int n, long index) {
        Memory memory = take();
        int[] codes = memory.codes;
        Patterns patterns = memory.patterns;
        int size = Patterns.BLOCK;
        for (int k = 0; k < n; k += size) {
            int m = Math.min(size, n - k);
            block(src, from + k, codes, m, index + k, patterns);
            int at = to + k;
            if (dst instanceof byte[] bytes) {
                run(
                        (c, p, count) -> {
                            narrow(c, bytes, at, count);
                            return 0;
                        },
                        codes,
                        patterns,
                        m);
            } else if (dst instanceof short[] shorts) {
                run(
                        (c, p, count) -> {
                            narrow(c, shorts, at, count);
                            return 0;
                        },
                        codes,
                        patterns,
                        m);
            } else {
                System.arraycopy(codes, 0, dst, at, m);
            }
        }
        giveBack(memory);
    }

    /** A loop over a block, which compilers must not join with others, as {@link ByteSteps} says. */
    interface Loop {
        /** {@return what the loop has found, or anything} */
        int run(int[] codes, Patterns patterns, int n);
    }

    /** Runs a loop; this has so many targets that it is not inlined. */
    static int run(Loop loop, int[] codes, Patterns patterns, int n) {
        return loop.run(codes, patterns, n);
    }

    /** {@return scratch memory, until it is given back} */
    final Memory take() {
        Memory known = spare.getAndSet(null);
        return known == null ? new Memory() : known;
    }

    final void giveBack(Memory memory) {
        spare.set(memory);
    }

    /** Four codes a store, which takes three quarters of the time of single bytes. */
    static void narrow(int[] codes, byte[] dst, int to, int n) {
        int i = 0;
        for (; i <= n - 4; i += 4) {
            INTS.set(dst, to + i, codes[i] | codes[i + 1] << 8 | codes[i + 2] << 16 | codes[i + 3] << 24);
        }
        for (; i < n; i++) {
            dst[to + i] = (byte) codes[i];
        }
    }

    static void narrow(int[] codes, short[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            dst[to + i] = (short) codes[i];
        }
    }
}
