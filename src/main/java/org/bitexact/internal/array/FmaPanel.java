package org.bitexact.internal.array;

/**
 * Chains of binary32 fused multiply-adds for rows of A and a panel of columns of B: {@code sums[i][j] = fma(a[i][p],
 * b[p][j], sums[i][j])} for p ascending. Rows and columns may be taken in any order; the steps of a chain may not.
 *
 * <p>The panel holds a stretch of rows of B, as many columns of each as it has.
 *
 * <p><b>Thread safety</b>: none; a thread has its own.
 */
public interface FmaPanel {
    /** Where chains start whose sums are read as integers: all integers up to a distance of 2^22 are neighbours. */
    float INTEGER_ZERO = 0x1.8p23f;
    /** The greatest magnitude of such sums. */
    int INTEGERS = 1 << 22;

    /** {@return the number of columns} */
    int columns();

    /**
     * Puts in some rows of B.
     *
     * @param x holds their numbers
     * @param from position of the first one
     * @param stride distance of rows in that array
     * @param first number of the first row
     * @param rows number of rows
     * @param n their length, at most the number of columns; what other columns hold is left open
     */
    void load(float[] x, int from, int stride, int first, int rows, int n);

    /**
     * Takes some steps of some chains.
     *
     * @param a numbers of A
     * @param from position of the first one
     * @param stride distance of rows of A
     * @param rows number of rows
     * @param p first row of the panel
     * @param k number of steps
     * @param sums the chains, an array of {@link #columns()} for each row of A
     * @param first index of the first row's chains
     */
    void accumulate(float[] a, int from, int stride, int rows, int p, int k, float[][] sums, int first);

    /**
     * Copies a row of sums.
     *
     * @param sums the row
     * @param n number of sums
     * @param nan what replaces NaNs
     * @param to receives the sums
     * @param at position of the first
     */
    void copy(float[] sums, int n, float nan, float[] to, int at);

    /**
     * Adds sums of chains that started at {@link #INTEGER_ZERO}, and are at most {@link #INTEGERS} away from it.
     *
     * @param sums a row of sums
     * @param n number of sums
     * @param totals receives {@code totals + (sums - INTEGER_ZERO)}, modulo 2^32
     */
    void add(float[] sums, int n, int[] totals);

    /**
     * Adds half the distance of such sums from a number.
     *
     * @param sums a row of sums
     * @param n number of sums
     * @param number the number
     * @param totals receives {@code totals + (number - (sums - INTEGER_ZERO)) / 2}, modulo 2^32
     */
    void addHalf(float[] sums, int n, int number, int[] totals);

    /** Ends the use of the panel. */
    default void close() {}
}
