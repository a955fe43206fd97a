package org.bitexact.internal.vector;

/**
 * The inner loop of an encoder: whole vectors of values.
 *
 * <p>A NaN gets any code, and so does another value whose magnitude has a pattern of {@link FloatTarget#plainBelow} or
 * more; they are rare, and the caller replaces them.
 */
interface EncodingLoop {
    /** {@return the values that are converted at a time, a multiple of {@link Lanes#COUNT}} */
    default int step() {
        return Lanes.COUNT;
    }

    /**
     * Converts values.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes: {@code byte[]}, {@code short[]} or {@code int[]}, as the variant has it
     * @param to position of the first code
     * @param n number of values, a positive multiple of {@link #step()}
     * @param random shares of {@link RandomBits}, for stochastic modes; ignored by others
     * @return the largest pattern among the magnitudes of the values, or, if none of them can be rare, any number below
     *     that of the least rare one; it may be greater than all of them
     */
    int run(float[] src, int from, Object dst, int to, int n, Object random);
}
