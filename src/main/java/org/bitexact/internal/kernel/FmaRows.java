package org.bitexact.internal.kernel;

/** Chains of binary32 fused multiply-adds, those of a row of results side by side: the plain loop for any processor. */
public final class FmaRows {
    private FmaRows() {}

    /**
     * Goes on with the chains {@code sums[i][j] = fma(a[i][p], b[p][j], sums[i][j])} for p from 0 to k - 1.
     *
     * @param a rows of A, k numbers each
     * @param b k rows of B, a number for each column
     * @param sums the chains, a row for each row of A
     * @param rows number of rows of A
     * @param k number of steps
     * @param columns number of columns
     * @implNote In the inner loops all arrays are indexed by the column, from 0: the compiler turns them into vector
     *     operations on 17 and 25 alike. Four steps at a time save loads and stores of the sums; the order within a chain
     *     is the same.
     */
    public static void accumulate(float[][] a, float[][] b, float[][] sums, int rows, int k, int columns) {
        for (int i = 0; i < rows; i++) {
            float[] x = a[i];
            float[] s = sums[i];
            int p = 0;
            for (; p <= k - 4; p += 4) {
                four(x[p], b[p], x[p + 1], b[p + 1], x[p + 2], b[p + 2], x[p + 3], b[p + 3], s, columns);
            }
            for (; p < k; p++) {
                one(x[p], b[p], s, columns);
            }
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
