package org.bitexact.internal.vector.product;

import org.bitexact.internal.array.FloatRows;

/** Chains of tiles of some rows of A and some vectors of columns, in registers. */
interface TileLoop {
    /**
     * Runs the chains.
     *
     * @param a rows of A
     * @param rows number of rows, a multiple of {@link VectorFmaPanel#ROWS}
     * @param b numbers of B: the columns of a step, then those of the next
     * @param bFrom position of the first one
     * @param k number of steps
     * @param x where chains start
     * @param s receives the sums
     */
    void run(FloatRows a, int rows, float[] b, int bFrom, int k, FloatRows x, FloatRows s);
}
