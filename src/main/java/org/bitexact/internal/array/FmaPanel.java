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
     * @param a rows of A, from the partners of the first step on
     * @param rows number of rows
     * @param p first row of the panel
     * @param k number of steps, at least 1
     * @param start where chains start, a row for each row of A; perhaps the sums themselves
     * @param sums receives the chains, a row for each row of A
     * @param n columns of these rows; nothing else is written
     * @return whether a sum may be NaN
     */
    boolean accumulate(FloatRows a, int rows, int p, int k, FloatRows start, FloatRows sums, int n);

    /**
     * Adds sums of chains that started at {@link #INTEGER_ZERO}, and are at most {@link #INTEGERS} away from it.
     *
     * @param sums holds them; those of a row may be read to the end of the panel
     * @param at position of the first
     * @param n number of sums
     * @param totals receives {@code totals + (sums - INTEGER_ZERO)}, modulo 2^32
     */
    void add(float[] sums, int at, int n, int[] totals);

    /**
     * Adds half the distance of such sums from a number.
     *
     * @param sums holds them, as above
     * @param at position of the first
     * @param n number of sums
     * @param number the number
     * @param totals receives {@code totals + (number - (sums - INTEGER_ZERO)) / 2}, modulo 2^32
     */
    void addHalf(float[] sums, int at, int n, int number, int[] totals);

    /** Replaces the NaNs among some numbers by one. */
    static void replaceNans(float[] x, int from, int n, float nan) {
        for (int i = from; i < from + n; i++) {
            if (Float.isNaN(x[i])) {
                x[i] = nan;
            }
        }
    }

    /** Ends the use of the panel. */
    default void close() {}
}
