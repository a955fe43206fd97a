package org.bitexact.internal.array;

/**
 * Converts arrays of binary32 values into codes of one format under one set of policies.
 *
 * <p>Element {@code i} is the code that {@link org.bitexact.codec.Codec#encodeFloatBits} gives for the pattern of the
 * value, signaling NaNs included, with the random bits that {@link org.bitexact.codec.CounterRandom} has for position
 * {@code index + i}. All implementations give the same codes.
 *
 * <p>A code lies in the low bits of its element, the other bits are zero. An implementation may assume that the ranges
 * lie within the arrays and that the element type holds the format's width; it writes nothing outside the range.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface Encoder {
    /**
     * Converts values into codes of at most 8 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @param index position of the first value in its stream of random bits
     */
    void encode(float[] src, int from, byte[] dst, int to, int n, long index);

    /**
     * Converts values into codes of at most 16 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @param index position of the first value in its stream of random bits
     */
    void encode(float[] src, int from, short[] dst, int to, int n, long index);

    /**
     * Converts values into codes of at most 32 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @param index position of the first value in its stream of random bits
     */
    void encode(float[] src, int from, int[] dst, int to, int n, long index);
}
