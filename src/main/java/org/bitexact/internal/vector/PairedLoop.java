package org.bitexact.internal.vector;

/** The type of a {@link PairLoop}: its variants are classes of their own. */
interface PairedLoop {
    /**
     * Computes results. Ranges of operands and results do not overlap.
     *
     * @param n number of results, a multiple of twice {@link Lanes#COUNT}
     * @return the largest magnitude of a result before it was rounded, as binary32 pattern
     */
    int run(short[] x, int xFrom, short[] y, int yFrom, short[] z, int zFrom, short[] dst, int to, int n);
}
