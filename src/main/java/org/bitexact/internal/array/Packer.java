package org.bitexact.internal.array;

/**
 * Moves codes of a width below 8 bits between arrays with one code a byte and dense storage.
 *
 * <p>Dense storage is a bit string cut into bytes, with the first code either in the low or in the high bits; see the
 * type of the array layer that owns the layout. {@code n} codes take {@code ceil(n * width / 8)} bytes; unused bits of
 * the last byte are written as zeros and ignored when read.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface Packer {
    /**
     * Packs codes.
     *
     * @param src codes, one a byte; bits above the width are zero
     * @param from position of the first code
     * @param dst receives dense bytes
     * @param to position of the first dense byte
     * @param n number of codes
     */
    void pack(byte[] src, int from, byte[] dst, int to, int n);

    /**
     * Unpacks codes.
     *
     * @param src dense bytes
     * @param from position of the first dense byte
     * @param dst receives codes, one a byte
     * @param to position of the first code
     * @param n number of codes
     */
    void unpack(byte[] src, int from, byte[] dst, int to, int n);
}
