package org.bitexact.kernel;

import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.AdaptiveKernel;
import org.bitexact.internal.array.KernelSelection;
import org.jspecify.annotations.Nullable;

/**
 * Reads elements of a matrix as binary32 numbers, which all values of its format are.
 *
 * <p><b>Thread safety</b>: safe.
 */
final class FloatReader {
    private final Matrix.Codes codes;
    private final @Nullable AdaptiveKernel decoder; // null where elements are binary32 numbers

    FloatReader(Matrix.Codes codes, ScalarFormat format) {
        this.codes = codes;
        decoder = codes.isBinary32() ? null : KernelSelection.current().decoder(format);
    }

    /** Reads {@code n} elements of each of some rows, from one column on, and puts them side by side. */
    void read(int batch, int row, int column, int rows, int n, float[] to, int at) {
        if (codes.columnStride() == 1 && (codes.rowStride() == n || rows == 1)) {
            read(batch, row, column, rows * n, to, at);
            return;
        }
        for (int i = 0; i < rows; i++) {
            read(batch, row + i, column, n, to, at + i * n);
        }
    }

    /** Tells how long products have taken whose numbers were read, some of which may go into faster ways to read. */
    void used(long nanos) {
        if (decoder != null) {
            decoder.used(nanos);
        }
    }

    private void read(int batch, int row, int column, int n, float[] to, int at) {
        Object array = codes.array();
        int from = codes.position(batch, row, column);
        int step = codes.columnStride();
        if (decoder == null) {
            readNumbers(array, from, step, n, to, at);
        } else if (step == 1 && !(array instanceof long[])) {
            decoder.apply(array, from, to, at, n, 0);
        } else {
            decoder.apply(gathered(array, from, step, n), 0, to, at, n, 0);
        }
    }

    private static void readNumbers(Object array, int from, int step, int n, float[] to, int at) {
        if (array instanceof float[] x) {
            if (step == 1) {
                System.arraycopy(x, from, to, at, n);
                return;
            }
            for (int i = 0, p = from; i < n; i++, p += step) {
                to[at + i] = x[p];
            }
        } else if (array instanceof int[] x) {
            for (int i = 0, p = from; i < n; i++, p += step) {
                to[at + i] = Float.intBitsToFloat(x[p]);
            }
        } else {
            long[] x = (long[]) array;
            for (int i = 0, p = from; i < n; i++, p += step) {
                to[at + i] = Float.intBitsToFloat((int) x[p]);
            }
        }
    }

    /** {@return elements that do not lie side by side, in an array of a type that decoders read} */
    private static Object gathered(Object array, int from, int step, int n) {
        if (array instanceof byte[] x) {
            byte[] y = new byte[n];
            for (int i = 0, p = from; i < n; i++, p += step) {
                y[i] = x[p];
            }
            return y;
        } else if (array instanceof short[] x) {
            short[] y = new short[n];
            for (int i = 0, p = from; i < n; i++, p += step) {
                y[i] = x[p];
            }
            return y;
        }
        int[] y = new int[n];
        if (array instanceof int[] x) {
            for (int i = 0, p = from; i < n; i++, p += step) {
                y[i] = x[p];
            }
        } else {
            long[] x = (long[]) array;
            for (int i = 0, p = from; i < n; i++, p += step) {
                y[i] = (int) x[p];
            }
        }
        return y;
    }
}
