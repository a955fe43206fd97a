package org.bitexact.engine;

import java.util.Arrays;

/** Finds the smallest magnitude of many numbers, zeros left out, in plain Java that compilers vectorise. */
final class Smallest {
    private static final int COLUMNS = 128;

    private Smallest() {}

    /** {@return the smallest magnitude other than zero; 2^200 or more if there is none, and NaN if there is a NaN} */
    static double magnitude(float[] x, int from, int n) {
        double[] least = new double[Math.min(n, COLUMNS)];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        for (int i = 0; i < n; i += COLUMNS) {
            lower(least, x, from + i, Math.min(COLUMNS, n - i));
        }
        double all = Double.POSITIVE_INFINITY;
        for (double m : least) {
            if (!(m >= all)) { // rarely, which is faster than the minimum of each
                if (Double.isNaN(m)) {
                    return m;
                }
                all = m;
            }
        }
        return all;
    }

    /** Zeros become 2^200, which is no number of binary32; others are at least 2^-149. */
    private static void lower(double[] least, float[] x, int from, int n) {
        for (int j = 0; j < n; j++) {
            double m = Math.abs((double) x[from + j]);
            least[j] = Math.min(least[j], m + (1 - Math.min(m * 0x1p200, 1)) * 0x1p200);
        }
    }
}
