package org.bitexact.internal.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The work of one thread on some elements of a matrix product: a panel of columns of B, and the accumulators of the
 * elements that lie in these columns and some rows of A.
 *
 * <p>Rows of accumulators are started; then rows of B are {@linkplain #load put in} and used, as often as it takes to
 * come to the end of k; then the rows are finished. Addends and results are codes in the elements of a {@code float[]},
 * {@code int[]} or {@code long[]}.
 *
 * <p><b>Thread safety</b>: none.
 */
public abstract class Panel {
    /** Makes a panel. */
    protected Panel() {}

    /**
     * Puts in some rows of B.
     *
     * @param x holds their numbers
     * @param from position of the first one
     * @param stride distance of rows in that array
     * @param first place of the first row among those of the panel
     * @param rows number of rows
     * @param columns their length
     */
    public abstract void load(float[] x, int from, int stride, int first, int rows, int columns);

    /**
     * Takes the scales of the rows of B that have been put in, where a rule has such.
     *
     * @param scales codes, a row for each block of rows of B
     * @param steps number of rows of B
     * @param columns their length
     */
    public void scaleColumns(long[] scales, int steps, int columns) {}

    /**
     * Takes the scales of the numbers of A that come next, where a rule has such.
     *
     * @param scales codes, a row for each row of A
     * @param blocks their length
     */
    public void scaleRows(long[] scales, int blocks) {}

    /**
     * Tells that all rows of B have been put in.
     *
     * @param steps their number
     * @param columns their length
     */
    public void loaded(int steps, int columns) {}

    /**
     * Tells where the results of the next rows go, if that holds binary32 numbers: accumulators may be kept there.
     *
     * @param d receives the results
     * @param from position of the first one
     * @param stride distance of rows
     */
    public void into(float[] d, int from, int stride) {}

    /**
     * Starts a row of accumulators.
     *
     * @param i number of the row
     * @param c the addends, or null for the code 0
     * @param at position of the first
     * @param columns their number
     */
    public abstract void start(int i, @Nullable Object c, int at, int columns);

    /**
     * Takes the rows of B that have been put in.
     *
     * @param a numbers of A
     * @param from position of the first row's first number that is a partner of them
     * @param stride distance of rows
     * @param rows number of rows, from accumulator row 0 on
     * @param first number of the first row of B
     * @param steps number of rows of B
     */
    public abstract void accumulate(float[] a, int from, int stride, int rows, int first, int steps);

    /**
     * Finishes a row.
     *
     * @param i number of the row
     * @param d receives the results
     * @param at position of the first
     * @param columns their number
     * @param element number of the first element, for random bits
     */
    public abstract void finish(int i, Object d, int at, int columns, long element);

    /** Ends the use of the panel. */
    public void close() {}

    /** {@return which results of a finished row are not right and must be computed by themselves; null if all are} */
    public boolean @Nullable [] doubtful(int i) {
        return null;
    }

    /** {@return a code} */
    public static long code(Object codes, int i) {
        if (codes instanceof float[] x) {
            return Integer.toUnsignedLong(Float.floatToRawIntBits(x[i]));
        }
        return codes instanceof int[] x ? Integer.toUnsignedLong(x[i]) : ((long[]) codes)[i];
    }

    /** Stores a code. */
    public static void store(Object codes, int i, long code) {
        if (codes instanceof float[] x) {
            x[i] = Float.intBitsToFloat((int) code);
        } else if (codes instanceof int[] x) {
            x[i] = (int) code;
        } else {
            ((long[]) codes)[i] = code;
        }
    }
}
