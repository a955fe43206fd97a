package org.bitexact.internal.array;

import org.jspecify.annotations.Nullable;

/**
 * A family of inner loops of matrix products: those of plain Java, or those of the Vector API.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface ProductLoops {
    /** {@return the name of the family} */
    String name();

    /**
     * {@return the columns of a panel for the steps of a matrix engine}
     *
     * @param n columns of the product
     */
    int columns(int n);

    /**
     * {@return the columns of a panel for chains}
     *
     * @param n columns of the product
     * @param depth most rows of B in the panel
     * @param shares panels for which there is use, so that threads have something to do
     */
    default int chainColumns(int n, int depth, int shares) {
        return columns(n);
    }

    /**
     * {@return a panel for chains of binary32 fused multiply-adds}
     *
     * @param depth most rows of B it has to hold
     * @param columns what {@link #chainColumns} has returned
     */
    FmaPanel fma(int depth, int columns);

    /**
     * {@return a panel for the steps of a matrix engine, or null if the family has none}
     *
     * @param steps the steps; they {@linkplain AlignedSteps#fits fit}
     * @param tiles whether steps begin anew at the end of each tile, whose result is added to the sum of those before,
     *     ties to even
     * @param rows most rows of A
     * @param depth most rows of B
     * @param columns what {@link #columns} has returned
     */
    @Nullable
    AlignedPanel aligned(AlignedSteps steps, boolean tiles, int rows, int depth, int columns);
}
