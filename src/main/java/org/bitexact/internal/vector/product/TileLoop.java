package org.bitexact.internal.vector.product;

/** Chains of a tile of some rows of A and some vectors of columns, in registers. */
interface TileLoop {
    /**
     * Runs the chains.
     *
     * @param a numbers of A
     * @param from position of the first one
     * @param apart distance of its rows
     * @param b numbers of B: the columns of a step, then those of the next
     * @param bFrom position of the first one
     * @param k number of steps
     * @param x where chains start
     * @param f0 position of the first one
     * @param distance distance of their rows
     * @param s receives the sums
     * @param t0 position of the first one
     * @param stride distance of their rows
     * @return whether a sum may be NaN
     */
    boolean run(
            float[] a,
            int from,
            int apart,
            float[] b,
            int bFrom,
            int k,
            float[] x,
            int f0,
            int distance,
            float[] s,
            int t0,
            int stride);
}
