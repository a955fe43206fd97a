package org.bitexact.internal.kernel;

import org.bitexact.internal.array.ProductLoops;

/**
 * A rule for the elements of a matrix product that computes many of them side by side, for some rows of A and a panel of
 * columns of B. Operands come as binary32 numbers, which all their values are.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public interface PanelRule {
    /** Rows of B in a panel, unless the rule needs fewer. */
    int DEPTH = 2048;

    /** {@return whether a family has the loops that this rule needs} */
    boolean suits(ProductLoops loops);

    /** {@return how many fused multiply-adds a product of two numbers is worth without these loops} */
    default int weight() {
        return 1;
    }

    /** {@return the most rows of B in a panel} */
    default int depth() {
        return DEPTH;
    }

    /** {@return whether rows of A must be given to {@link #condition}} */
    default boolean conditions() {
        return false;
    }

    /**
     * Conditions a row of A.
     *
     * @param row holds its numbers
     * @param from position of the first
     * @param k their number
     */
    default void condition(float[] row, int from, int k) {}

    /** {@return whether rows of B must be given to {@link #conditionColumns}} */
    default boolean conditionsColumns() {
        return false;
    }

    /**
     * Conditions numbers of B.
     *
     * @param x holds them
     * @param from position of the first
     * @param n their number
     */
    default void conditionColumns(float[] x, int from, int n) {}

    /**
     * {@return the place of a row of B among the k rows, the same as that of its partner in A}
     *
     * @param p number of the row; its place is in the same panel
     * @param k number of rows
     */
    default int place(int p, int k) {
        return p;
    }

    /**
     * {@return the columns of a panel}
     *
     * @param loops a family that suits
     * @param n columns of the product
     * @param k number of products of an element
     * @param shares panels for which there is use, so that threads have something to do
     */
    default int columns(ProductLoops loops, int n, int k, int shares) {
        return loops.columns(n);
    }

    /**
     * {@return a panel}
     *
     * @param loops a family that suits
     * @param rows most rows of A
     * @param columns columns of the panel
     * @param k number of products of an element
     */
    Panel panel(ProductLoops loops, int rows, int columns, int k);
}
