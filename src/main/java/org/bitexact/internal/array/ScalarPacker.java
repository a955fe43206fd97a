package org.bitexact.internal.array;

/** Packs and unpacks code by code: the definition. */
public final class ScalarPacker implements Packer {
    private final int width;
    private final boolean highFirst;

    /**
     * Prepares a layout.
     *
     * @param width bits of a code, 1 to 7
     * @param highFirst whether the first code lies in the high bits of the first byte
     */
    public ScalarPacker(int width, boolean highFirst) {
        this.width = width;
        this.highFirst = highFirst;
    }

    /**
     * {@return a code}
     *
     * @param src dense bytes
     * @param from position of the first dense byte
     * @param i number of the code
     */
    public int get(byte[] src, int from, long i) {
        long bit = i * width;
        int at = from + (int) (bit >>> 3);
        int offset = (int) bit & 7;
        // the second byte counts only where the code reaches into it, and may not exist otherwise
        int first = src[at] & 0xff;
        int second = offset + width > 8 ? src[at + 1] & 0xff : 0;
        int window = highFirst ? first << 8 | second : second << 8 | first;
        return window >>> shift(offset) & (1 << width) - 1;
    }

    /**
     * Replaces a code and leaves its neighbours as they are.
     *
     * @param dst dense bytes
     * @param to position of the first dense byte
     * @param i number of the code
     * @param code the code; bits above the width are zero
     */
    public void set(byte[] dst, int to, long i, int code) {
        long bit = i * width;
        int at = to + (int) (bit >>> 3);
        int offset = (int) bit & 7;
        int mask = (1 << width) - 1 << shift(offset);
        int bits = code << shift(offset);
        int firstShift = highFirst ? 8 : 0;
        dst[at] = (byte) (dst[at] & ~(mask >>> firstShift) | bits >>> firstShift);
        if (offset + width > 8) {
            int secondShift = 8 - firstShift;
            dst[at + 1] = (byte) (dst[at + 1] & ~(mask >>> secondShift) | bits >>> secondShift);
        }
    }

    /** Where a code lies in a window of two bytes, the first of which is the high one if the first code is. */
    private int shift(int offset) {
        return highFirst ? 16 - offset - width : offset;
    }

    @Override
    public void pack(byte[] src, int from, byte[] dst, int to, int n) {
        if (n > 0) {
            dst[to + (int) (((long) n * width + 7) / 8) - 1] = 0; // its unused bits
        }
        for (int i = 0; i < n; i++) {
            set(dst, to, i, src[from + i]);
        }
    }

    @Override
    public void unpack(byte[] src, int from, byte[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            dst[to + i] = (byte) get(src, from, i);
        }
    }
}
