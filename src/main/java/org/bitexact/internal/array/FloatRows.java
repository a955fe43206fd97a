package org.bitexact.internal.array;

/**
 * Rows of binary32 numbers in an array.
 *
 * @param array holds them
 * @param from position of the first row
 * @param stride distance of rows; 0 for one that stands for all
 */
public record FloatRows(float[] array, int from, int stride) {
    /** {@return the position of a row} */
    public int at(int i) {
        return from + i * stride;
    }

    /** {@return the rows from one on, from a column on} */
    public FloatRows from(int i, int column) {
        return new FloatRows(array, at(i) + column, stride);
    }
}
