package org.bitexact.internal.array;

/**
 * Steps of a matrix engine for rows of A and a panel of columns of B, side by side.
 *
 * <p>What the steps cannot do is marked as doubtful: elements with operands or accumulators that are infinite or NaN, and
 * those whose accumulator has overflowed, or is below the normal numbers of binary32.
 *
 * <p><b>Thread safety</b>: none; a thread has its own.
 */
public interface AlignedPanel {
    /** {@return the array that holds a row of B} */
    float[] row(int p);

    /** {@return the position of a row of B in that array} */
    int from(int p);

    /** Tells that some rows of B have been put in. */
    void loaded(int steps);

    /**
     * Sets an accumulator.
     *
     * @param i row
     * @param j column
     * @param bits a binary32 number's, which is one of the accumulator's
     */
    void start(int i, int j, int bits);

    /**
     * Takes the rows of B that have been put in.
     *
     * @param a numbers of A
     * @param from position of the first row's first number that is a partner of them
     * @param stride distance of rows
     * @param rows number of rows
     * @param ends ends of the steps, ascending, up to the number of rows of B; negative, that is complemented, where a
     *     tile ends
     */
    void accumulate(float[] a, int from, int stride, int rows, int[] ends);

    /** {@return the bits of an accumulator, as a binary32 number} */
    int result(int i, int j);

    /** {@return whether an element's accumulator may be wrong} */
    boolean isDoubtful(int i, int j);
}
