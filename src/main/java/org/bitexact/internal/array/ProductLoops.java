package org.bitexact.internal.array;

/**
 * A family of inner loops of matrix products: those of plain Java, or those of the Vector API.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface ProductLoops {
    /** {@return the name of the family} */
    String name();

    /**
     * {@return the columns of a panel}
     *
     * @param n columns of the product
     */
    int columns(int n);

    /**
     * {@return a panel for chains of binary32 fused multiply-adds}
     *
     * @param depth most rows of B it has to hold
     * @param columns what {@link #columns} has returned
     */
    FmaPanel fma(int depth, int columns);
}
