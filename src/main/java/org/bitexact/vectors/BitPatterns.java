package org.bitexact.vectors;

import java.util.Arrays;

/**
 * The bit patterns that carry-and-borrow errors show up on: few ones, few zeros, one run of ones.
 *
 * <p>TestFloat uses them as trailing significands and as integers. They are generated here from their description, in
 * TestFloat's order, for any width.
 */
final class BitPatterns {

    private BitPatterns() {}

    /**
     * Zero, one, all ones, all ones but the last bit; each once where the width is too small to tell them apart.
     *
     * @param width number of bits, 0 to 64
     * @return the patterns
     */
    static long[] extremes(int width) {
        long ones = ones(width);
        return Arrays.stream(new long[] {0, 1 & ones, ones, ones & ~1L})
                .distinct()
                .toArray();
    }

    /**
     * Zero; a single one from the lowest to the highest bit; ones at the top, two to all of them; a single zero from bit 1
     * up to the highest; ones at the bottom, from two fewer than all down to two. (A single zero at the highest bit is the
     * run at the bottom that is one shorter than the word.)
     *
     * @param width number of bits, 0 to 64
     * @param repeatZeroAtBit0 whether a single zero at bit 0, which is a run at the top, is listed again with the zeros
     * @return the patterns, without duplicates but for that one
     */
    static long[] runs(int width, boolean repeatZeroAtBit0) {
        long all = ones(width);
        long[] patterns = new long[4 * width + 4];
        int n = 0;
        patterns[n++] = 0;
        for (int bit = 0; bit < width; bit++) {
            patterns[n++] = 1L << bit;
        }
        for (int count = 2; count <= width; count++) {
            patterns[n++] = all & ~ones(width - count);
        }
        int zerosFrom = n;
        for (int bit = 1; bit < width; bit++) {
            patterns[n++] = all & ~(1L << bit);
        }
        for (int count = width - 2; count >= 2; count--) {
            patterns[n++] = ones(count);
        }
        if (width >= 3) { // wide enough for all of them to differ
            if (repeatZeroAtBit0) {
                System.arraycopy(patterns, zerosFrom, patterns, zerosFrom + 1, n - zerosFrom);
                patterns[zerosFrom] = all & ~1L;
                n++;
            }
            return Arrays.copyOf(patterns, n);
        }
        return Arrays.stream(patterns, 0, n).distinct().toArray();
    }

    /**
     * {@return the number with its lowest {@code count} bits set, 0 to 64 of them}
     */
    static long ones(int count) {
        return count == 0 ? 0 : -1L >>> 64 - count;
    }
}
