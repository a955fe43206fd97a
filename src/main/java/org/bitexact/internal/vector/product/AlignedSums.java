package org.bitexact.internal.vector.product;

/**
 * The sums of the steps of a {@link VectorAlignedPanel}: of the products of some elements and the accumulator, each cut
 * toward zero to a multiple of the unit, 2^(M - fractionBits). Operands come from arrays that are known beforehand.
 */
interface AlignedSums {
    /** Tells that rows of B have been put in. */
    void loadedB(int n);

    /** Tells that some vectors of A have been put in. */
    void loadedA(int from, int vectors);

    /**
     * Computes the sums of some pairs of rows.
     *
     * @param accumulators accumulators
     * @param at position of the first
     * @param largest M of the sums, as fields of binary32
     * @param rows number of rows of A, even
     * @param rowA position of the first number of the first row
     * @param stride distance of rows
     * @param from first row of B
     * @param to end of the rows of B
     * @param sums receives the sums, in units
     */
    void add(float[] accumulators, int at, int[] largest, int rows, int rowA, int stride, int from, int to, int[] sums);
}
