package org.bitexact.internal.array;

/**
 * Converts arrays of codes of one format, all of whose values are exact in binary32, into binary32 values.
 *
 * <p>Element {@code i} has the pattern that {@link org.bitexact.codec.Converter} gives into binary32 with the policies
 * {@link org.bitexact.format.Policies#IEEE}, NaN payloads included. All implementations give the same patterns.
 *
 * <p>Bits of an element above the format's width are ignored; callers check them where they matter. An implementation
 * may assume that the ranges lie within the arrays.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface Decoder {
    /**
     * Converts codes of at most 8 bits.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     */
    void decode(byte[] src, int from, float[] dst, int to, int n);

    /**
     * Converts codes of at most 16 bits.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     */
    void decode(short[] src, int from, float[] dst, int to, int n);

    /**
     * Converts codes of at most 32 bits.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     */
    void decode(int[] src, int from, float[] dst, int to, int n);
}
