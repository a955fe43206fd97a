package org.bitexact.internal.array;

/**
 * Finds infinities and NaNs among many values, in plain Java that compilers vectorise.
 *
 * <p>Values stand in rows of {@link #COLUMNS}. A column of finite values times zero adds up to zero; an infinity or a NaN
 * makes its column NaN.
 */
public final class RareColumns {
    /** Values of a row. */
    public static final int COLUMNS = 512;

    private RareColumns() {}

    /**
     * {@return for each column of a range, a sum that is zero if all its values are finite and NaN otherwise}
     *
     * @param x the values
     * @param from position of the first one
     * @param n their number
     */
    public static float[] sums(float[] x, int from, int n) {
        float[] sums = new float[Math.min(n, COLUMNS)];
        for (int i = 0; i < n; i += COLUMNS) {
            addZeros(x, from + i, sums, Math.min(n - i, COLUMNS));
        }
        return sums;
    }

    private static void addZeros(float[] x, int from, float[] sums, int n) {
        for (int j = 0; j < n; j++) {
            sums[j] += x[from + j] * 0f;
        }
    }
}
