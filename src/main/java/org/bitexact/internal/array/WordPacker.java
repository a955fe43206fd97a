package org.bitexact.internal.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Packs and unpacks eight codes at a time, as one 64-bit word.
 *
 * <p>Eight codes of w bits, a byte each, are moved together in three steps that halve the number of gaps: bytes into
 * pairs of 2w bits, these into fours, these into one string of 8w bits. In a little-endian word the first code is the
 * lowest, in a big-endian one the highest, and the steps are the same.
 *
 * <pre>
 * 0a0b0c0d0e0f0g0h    00ab00cd00ef00gh    0000abcd0000efgh    00000000abcdefgh     w = 4, a digit a nibble
 * </pre>
 */
final class WordPacker implements Packer {
    private static final VarHandle LITTLE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long LOW8 = 0x00ff_00ff_00ff_00ffL;
    private static final long LOW16 = 0x0000_ffff_0000_ffffL;
    private static final long LOW32 = 0x0000_0000_ffff_ffffL;

    private final int width;
    private final boolean highFirst;
    private final ScalarPacker rest;

    WordPacker(int width, boolean highFirst) {
        this.width = width;
        this.highFirst = highFirst;
        rest = new ScalarPacker(width, highFirst);
    }

    @Override
    public void pack(byte[] src, int from, byte[] dst, int to, int n) {
        int w = width;
        int groups = n >>> 3;
        int bytes = (int) (((long) n * w + 7) / 8);
        // a store of a word goes beyond the group's bytes, into those of later groups
        int whole = Math.min(groups, bytes < 8 ? 0 : (bytes - 8) / w + 1);
        if (highFirst) {
            for (int i = 0; i < whole; i++) {
                BIG.set(dst, to + i * w, gather((long) BIG.get(src, from + 8 * i), w) << 64 - 8 * w);
            }
        } else {
            for (int i = 0; i < whole; i++) {
                LITTLE.set(dst, to + i * w, gather((long) LITTLE.get(src, from + 8 * i), w));
            }
        }
        rest.pack(src, from + 8 * whole, dst, to + whole * w, n - 8 * whole);
    }

    @Override
    public void unpack(byte[] src, int from, byte[] dst, int to, int n) {
        int w = width;
        int groups = n >>> 3;
        int bytes = (int) (((long) n * w + 7) / 8);
        int whole = Math.min(groups, bytes < 8 ? 0 : (bytes - 8) / w + 1);
        if (highFirst) {
            for (int i = 0; i < whole; i++) {
                BIG.set(dst, to + 8 * i, scatter((long) BIG.get(src, from + i * w) >>> 64 - 8 * w, w));
            }
        } else {
            for (int i = 0; i < whole; i++) {
                LITTLE.set(dst, to + 8 * i, scatter((long) LITTLE.get(src, from + i * w), w));
            }
        }
        rest.unpack(src, from + whole * w, dst, to + 8 * whole, n - 8 * whole);
    }

    private static long gather(long x, int w) {
        long y = x & LOW8 | (x & ~LOW8) >>> 8 - w;
        long z = y & LOW16 | (y & ~LOW16) >>> 16 - 2 * w;
        return z & LOW32 | (z & ~LOW32) >>> 32 - 4 * w;
    }

    private static long scatter(long x, int w) {
        long four = (1L << 4 * w) - 1;
        long z = x & four | (x & four << 4 * w) << 32 - 4 * w;
        long two = (1L << 2 * w) - 1;
        two |= two << 32;
        long y = z & two | (z & two << 2 * w) << 16 - 2 * w;
        long one = ((1L << w) - 1) * 0x0001_0001_0001_0001L;
        return y & one | (y & one << w) << 8 - w;
    }
}
