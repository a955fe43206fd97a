package org.bitexact.internal.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;

/**
 * Packs and unpacks codes of any width: eight codes in a lane of 64 bits.
 *
 * <p>Three steps move bytes into pairs of 2w bits, these into fours, these into one string of 8w bits at the low end of
 * the lane, whose w bytes a shuffle then brings together. Where the first code comes first in the high bits, the bytes of
 * a lane are reversed before, and the w bytes after.
 *
 * <pre>
 * 0a0b0c0d0e0f0g0h    00ab00cd00ef00gh    0000abcd0000efgh    00000000abcdefgh     w = 4, a digit a nibble
 * </pre>
 */
final class WordLanePacker extends LanePacker {
    private static final long LOW8 = 0x00ff_00ff_00ff_00ffL;
    private static final long LOW16 = 0x0000_ffff_0000_ffffL;
    private static final long LOW32 = 0x0000_0000_ffff_ffffL;

    private final int width;
    private final boolean highFirst;
    private final VectorShuffle<Byte> together;
    private final VectorShuffle<Byte> apart;
    private final VectorShuffle<Byte> reversed;

    WordLanePacker(int width, boolean highFirst) {
        super(width, COUNT);
        this.width = width;
        this.highFirst = highFirst;
        int w = width;
        int flip = highFirst ? w - 1 : 0;
        together = VectorShuffle.fromOp(CODES, k -> k < COUNT / 8 * w ? k / w * 8 + Math.abs(flip - k % w) : 0);
        apart = VectorShuffle.fromOp(CODES, k -> k % 8 < w ? k / 8 * w + Math.abs(flip - k % 8) : 0);
        reversed = VectorShuffle.fromOp(CODES, k -> k ^ 7);
    }

    @Override
    void packVectors(byte[] src, int from, byte[] dst, int to, int n) {
        int w = width;
        int step = COUNT / 8 * w;
        boolean high = highFirst;
        VectorShuffle<Byte> reverse = reversed;
        VectorShuffle<Byte> shuffle = together;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, COUNT), j += step) {
            ByteVector codes = ByteVector.fromArray(CODES, src, i);
            LongVector x = (high ? codes.rearrange(reverse) : codes).reinterpretAsLongs();
            LongVector y = gather(x, LOW8, 8 - w);
            LongVector z = gather(y, LOW16, 16 - 2 * w);
            gather(z, LOW32, 32 - 4 * w).reinterpretAsBytes().rearrange(shuffle).intoArray(dst, j);
        }
    }

    /** Moves the upper half of each field down to the lower one. */
    private static LongVector gather(LongVector x, long low, int gap) {
        return x.and(low).or(x.lanewise(VectorOperators.LSHR, gap).and(~low >>> gap));
    }

    @Override
    void unpackVectors(byte[] src, int from, byte[] dst, int to, int n) {
        int w = width;
        int step = COUNT / 8 * w;
        boolean high = highFirst;
        VectorShuffle<Byte> reverse = reversed;
        VectorShuffle<Byte> shuffle = apart;
        long four = (1L << 4 * w) - 1;
        long two = ((1L << 2 * w) - 1) * 0x0000_0001_0000_0001L;
        long one = ((1L << w) - 1) * 0x0001_0001_0001_0001L;
        for (int i = from, j = to, end = to + n; j < end; i += step, j = Math.addExact(j, COUNT)) {
            LongVector x =
                    ByteVector.fromArray(CODES, src, i).rearrange(shuffle).reinterpretAsLongs();
            LongVector z = scatter(x, four, 4 * w, 32);
            LongVector y = scatter(z, two, 2 * w, 16);
            ByteVector codes = scatter(y, one, w, 8).reinterpretAsBytes();
            (high ? codes.rearrange(reverse) : codes).intoArray(dst, j);
        }
    }

    /** Moves the upper half of each field up to the upper half of a wider one; drops what lies above the field. */
    private static LongVector scatter(LongVector x, long low, int width, int half) {
        return x.and(low).or(x.lanewise(VectorOperators.LSHL, half - width).and(low << half));
    }
}
