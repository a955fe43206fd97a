package org.bitexact.internal.vector;

/** The inner loop of a {@link org.bitexact.internal.array.BlockStep}: blocks of whole vectors. */
interface BlockLoop {
    /**
     * Computes results.
     *
     * @param src what the step computes from
     * @param from position of the first value
     * @param dst receives the results
     * @param to position of the first result
     * @param blocks number of blocks, at least 1
     */
    void run(Object src, int from, Object dst, int to, int blocks);
}
