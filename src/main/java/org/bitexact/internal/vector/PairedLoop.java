package org.bitexact.internal.vector;

import org.bitexact.internal.array.CodeOperation.Operands;

/** The type of a {@link PairLoop}: its variants are classes of their own. */
interface PairedLoop {
    /**
     * Computes results. Ranges of operands and results do not overlap.
     *
     * @param o operands
     * @param from distance of the first ones from the beginning of the operands
     * @param dst receives results
     * @param to position of the first result
     * @param n number of results, a multiple of twice {@link Lanes#COUNT}
     * @return the largest magnitude of a result before it was rounded, as binary32 pattern
     */
    int run(Operands o, int from, short[] dst, int to, int n);
}
