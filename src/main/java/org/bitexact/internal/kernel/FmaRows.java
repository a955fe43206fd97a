package org.bitexact.internal.kernel;

/** Chains of binary32 fused multiply-adds, those of a row of results side by side. */
public final class FmaRows {
    private FmaRows() {}

    /**
     * Goes on with the chains {@code sums[j] = fma(a[p], b[p][j], sums[j])} for p from 0 to k - 1.
     *
     * @param a factors of the row
     * @param b rows of B
     * @param sums the chains, one for each column
     * @param k number of steps
     * @param columns number of columns
     * @implNote All arrays are indexed by the column, from 0: loops that the compiler turns into vector operations on 17
     *     and 25 alike. Four steps at a time save loads and stores of the sums; the order within a chain is the same.
     */
    public static void accumulate(float[] a, float[][] b, float[] sums, int k, int columns) {
        int p = 0;
        for (; p <= k - 4; p += 4) {
            four(a[p], b[p], a[p + 1], b[p + 1], a[p + 2], b[p + 2], a[p + 3], b[p + 3], sums, columns);
        }
        for (; p < k; p++) {
            one(a[p], b[p], sums, columns);
        }
    }

    private static void four(
            float a0,
            float[] b0,
            float a1,
            float[] b1,
            float a2,
            float[] b2,
            float a3,
            float[] b3,
            float[] sums,
            int columns) {
        for (int j = 0; j < columns; j++) {
            sums[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], Math.fma(a1, b1[j], Math.fma(a0, b0[j], sums[j]))));
        }
    }

    private static void one(float a0, float[] b0, float[] sums, int columns) {
        for (int j = 0; j < columns; j++) {
            sums[j] = Math.fma(a0, b0[j], sums[j]);
        }
    }
}
