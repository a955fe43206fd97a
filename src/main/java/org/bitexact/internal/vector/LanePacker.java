package org.bitexact.internal.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.Packer;

/**
 * Packs and unpacks a vector of codes at a time. What is left at the end of a range goes through scratch memory, where
 * whole vectors may be read and written.
 */
abstract class LanePacker implements Packer {
    static final VectorSpecies<Byte> CODES = ByteVector.SPECIES_PREFERRED;
    /** Codes in a vector, a multiple of 8. */
    static final int COUNT = CODES.length();

    /** Dense bytes of a vector of codes. */
    private final int step;
    /** Bytes that are read or written for it, from the first one on. */
    private final int reach;

    /** Prepares a width; {@code reach} is the number of dense bytes that a vector operation reads or writes. */
    LanePacker(int width, int reach) {
        step = COUNT / 8 * width;
        this.reach = reach;
    }

    /** Packs {@code n} codes, a multiple of {@link #COUNT}. */
    abstract void packVectors(byte[] src, int from, byte[] dst, int to, int n);

    /** Unpacks {@code n} codes, a multiple of {@link #COUNT}. */
    abstract void unpackVectors(byte[] src, int from, byte[] dst, int to, int n);

    @Override
    public final void pack(byte[] src, int from, byte[] dst, int to, int n) {
        int vectors = vectors(n);
        packVectors(src, from, dst, to, vectors * COUNT);
        int rest = n - vectors * COUNT;
        if (rest > 0) {
            int more = (rest + COUNT - 1) / COUNT;
            byte[] codes = new byte[more * COUNT];
            byte[] dense = new byte[more * step + reach];
            System.arraycopy(src, from + vectors * COUNT, codes, 0, rest);
            packVectors(codes, 0, dense, 0, codes.length);
            System.arraycopy(dense, 0, dst, to + vectors * step, denseBytes(rest));
        }
    }

    @Override
    public final void unpack(byte[] src, int from, byte[] dst, int to, int n) {
        int vectors = vectors(n);
        unpackVectors(src, from, dst, to, vectors * COUNT);
        int rest = n - vectors * COUNT;
        if (rest > 0) {
            int more = (rest + COUNT - 1) / COUNT;
            byte[] codes = new byte[more * COUNT];
            byte[] dense = new byte[more * step + reach];
            System.arraycopy(src, from + vectors * step, dense, 0, denseBytes(rest));
            unpackVectors(dense, 0, codes, 0, codes.length);
            System.arraycopy(codes, 0, dst, to + vectors * COUNT, rest);
        }
    }

    /** Whole vectors whose reach lies within the dense bytes of {@code n} codes. */
    private int vectors(int n) {
        int bytes = denseBytes(n);
        return Math.min(n / COUNT, bytes < reach ? 0 : (bytes - reach) / step + 1);
    }

    private int denseBytes(int n) {
        return (int) (((long) n * step + COUNT - 1) / COUNT);
    }
}
