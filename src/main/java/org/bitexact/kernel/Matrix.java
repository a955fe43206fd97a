package org.bitexact.kernel;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/**
 * An array seen as a matrix, or as a batch of matrices of one shape. Nothing is copied.
 *
 * <p>Element (i, j) of matrix t of the batch stands at position
 *
 * <pre>
 * offset + t * batchStride + i * rowStride + j * columnStride
 * </pre>
 *
 * <p>A new view is row-major without gaps: offset 0, rowStride {@code columns}, columnStride 1, one matrix. The other
 * methods return views that differ; strides of 0 repeat elements, which suits operands but not results.
 *
 * <p><b>Elements</b> are codes, in the low bits of an element, the others zero. {@code float[]} holds binary32 numbers
 * and {@code double[]} binary64 numbers, codes of these formats. TF32 codes lie in the high 19 bits of {@code int[]} and
 * {@code float[]} elements, which are then binary32 numbers too.
 *
 * <p><b>Thread safety</b>: immutable, apart from the array.
 *
 * @since 0.1
 */
public final class Matrix {
    private final Object array;
    private final int elementBits;
    private final int rows;
    private final int columns;
    private final int offset;
    private final int rowStride;
    private final int columnStride;
    private final int batches;
    private final int batchStride;

    private Matrix(
            Object array,
            int elementBits,
            int rows,
            int columns,
            int offset,
            int rowStride,
            int columnStride,
            int batches,
            int batchStride) {
        this.array = array;
        this.elementBits = elementBits;
        this.rows = requireNotNegative("rows", rows);
        this.columns = requireNotNegative("columns", columns);
        this.offset = requireNotNegative("offset", offset);
        this.rowStride = requireNotNegative("rowStride", rowStride);
        this.columnStride = columnStride;
        this.batches = requireNotNegative("batches", batches);
        this.batchStride = requireNotNegative("batchStride", batchStride);
    }

    private Matrix(Object array, int elementBits, int rows, int columns) {
        this(Objects.requireNonNull(array, "array"), elementBits, rows, columns, 0, columns, 1, 1, 0);
    }

    private static int requireNotNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be at least 0: " + value);
        }
        return value;
    }

    /**
     * {@return a view of codes of at most 8 bits}
     *
     * @param codes the array
     * @param rows number of rows
     * @param columns number of columns
     * @throws IllegalArgumentException if a number is negative
     */
    public static Matrix of(byte[] codes, int rows, int columns) {
        return new Matrix(codes, 8, rows, columns);
    }

    /**
     * {@return a view of codes of at most 16 bits}
     *
     * @param codes the array
     * @param rows number of rows
     * @param columns number of columns
     * @throws IllegalArgumentException if a number is negative
     */
    public static Matrix of(short[] codes, int rows, int columns) {
        return new Matrix(codes, 16, rows, columns);
    }

    /**
     * {@return a view of codes of at most 32 bits, or of TF32 in its container}
     *
     * @param codes the array
     * @param rows number of rows
     * @param columns number of columns
     * @throws IllegalArgumentException if a number is negative
     */
    public static Matrix of(int[] codes, int rows, int columns) {
        return new Matrix(codes, 32, rows, columns);
    }

    /**
     * {@return a view of codes of any width}
     *
     * @param codes the array
     * @param rows number of rows
     * @param columns number of columns
     * @throws IllegalArgumentException if a number is negative
     */
    public static Matrix of(long[] codes, int rows, int columns) {
        return new Matrix(codes, 64, rows, columns);
    }

    /**
     * {@return a view of binary32 numbers}
     *
     * @param values the array
     * @param rows number of rows
     * @param columns number of columns
     * @throws IllegalArgumentException if a number is negative
     */
    public static Matrix of(float[] values, int rows, int columns) {
        return new Matrix(values, 32, rows, columns);
    }

    /**
     * {@return a view of binary64 numbers}
     *
     * @param values the array
     * @param rows number of rows
     * @param columns number of columns
     * @throws IllegalArgumentException if a number is negative
     */
    public static Matrix of(double[] values, int rows, int columns) {
        return new Matrix(values, 64, rows, columns);
    }

    /**
     * {@return this view, starting elsewhere in the array}
     *
     * @param value position of the first element
     * @throws IllegalArgumentException if the position is negative
     */
    public Matrix offset(int value) {
        return new Matrix(array, elementBits, rows, columns, value, rowStride, columnStride, batches, batchStride);
    }

    /**
     * {@return this view with another distance between rows: the leading dimension of a row-major matrix}
     *
     * @param value distance from an element to the one below it
     * @throws IllegalArgumentException if the distance is negative
     */
    public Matrix rowStride(int value) {
        return new Matrix(array, elementBits, rows, columns, offset, value, columnStride, batches, batchStride);
    }

    /** {@return the transposed view: rows are columns and columns rows} */
    public Matrix transposed() {
        return new Matrix(array, elementBits, columns, rows, offset, columnStride, rowStride, batches, batchStride);
    }

    /**
     * {@return a batch of such views}
     *
     * @param count number of matrices
     * @param stride distance from an element to the same element of the next matrix
     * @throws IllegalArgumentException if a number is negative
     */
    public Matrix batch(int count, int stride) {
        return new Matrix(array, elementBits, rows, columns, offset, rowStride, columnStride, count, stride);
    }

    /** {@return the number of rows} */
    public int rows() {
        return rows;
    }

    /** {@return the number of columns} */
    public int columns() {
        return columns;
    }

    /** {@return the number of matrices} */
    public int batches() {
        return batches;
    }

    @Override
    public String toString() {
        return "Matrix[" + array.getClass().getSimpleName() + ", " + (batches == 1 ? "" : batches + " x ") + rows
                + " x " + columns
                + " at " + offset + " by " + rowStride + ", " + columnStride
                + (batches == 1 ? "" : ", " + batchStride) + "]";
    }

    // ------------------------------------------------------------------ what a matrix product needs

    boolean isEmpty() {
        return rows == 0 || columns == 0 || batches == 0;
    }

    /** The view as a batch of the given number; a single matrix is repeated. */
    Matrix repeated(String name, int count) {
        if (batches != count && batches != 1) {
            throw new IllegalArgumentException(
                    "batches of " + name + " must be 1 or those of d, " + count + ": " + batches);
        }
        return batches == count ? this : batch(count, 0);
    }

    /** Checks that the elements lie in the array. */
    void requireRange(String name) {
        if (!isEmpty() && lastPosition() >= Array.getLength(array)) {
            throw new IllegalArgumentException(
                    name + " must lie within its array of " + Array.getLength(array) + " elements: " + this);
        }
    }

    private long lastPosition() {
        return offset + span(rows, rowStride) + span(columns, columnStride) + span(batches, batchStride);
    }

    /** The distance of the last element of an axis from the first, or one that is beyond every array. */
    private static long span(int n, int stride) {
        return Math.min((n - 1L) * stride, 1L << 60);
    }

    /** Checks that no two elements have one position: from the smallest stride on, each exceeds the span so far. */
    void requireDistinct(String name) {
        int[][] axes = {{rowStride, rows}, {columnStride, columns}, {batchStride, batches}};
        Arrays.sort(axes, Comparator.comparingInt(axis -> axis[0]));
        long span = 0;
        for (int[] axis : axes) {
            if (axis[1] > 1) {
                if (axis[0] <= span) {
                    throw new IllegalArgumentException("elements of " + name + " must not overlap: " + this);
                }
                span += span(axis[1], axis[0]);
            }
        }
    }

    /** Whether results written here may change what is read there. */
    boolean overlaps(Matrix other) {
        return array == other.array
                && !isEmpty()
                && !other.isEmpty()
                && offset <= other.lastPosition()
                && other.offset <= lastPosition();
    }

    boolean sameElements(Matrix other) {
        return offset == other.offset
                && rowStride == other.rowStride
                && columnStride == other.columnStride
                && batchStride == other.batchStride;
    }

    /** The view with elements read and written as codes of a format. */
    Codes codes(String name, ScalarFormat format) {
        boolean tf32 = format instanceof FloatFormat f && f.sameEncoding(Formats.TF32);
        boolean fits;
        if (array instanceof float[]) {
            fits = tf32 || format instanceof FloatFormat f && f.sameEncoding(Formats.BINARY32);
        } else if (array instanceof double[]) {
            fits = format instanceof FloatFormat f && f.sameEncoding(Formats.BINARY64);
        } else {
            fits = format.width() <= elementBits;
        }
        if (!fits) {
            throw new IllegalArgumentException("elements of " + name + " must hold codes of " + format + ", "
                    + format.width() + " bits: " + array.getClass().getSimpleName());
        }
        return new Codes(name, format, tf32 && elementBits == 32 ? 32 - format.width() : 0);
    }

    /** The codes of a view. */
    final class Codes {
        private final String name;
        private final ScalarFormat format;
        private final int shift;

        private Codes(String name, ScalarFormat format, int shift) {
            this.name = name;
            this.format = format;
            this.shift = shift;
        }

        /** Checks that every element is a code. */
        void requireCodes() {
            long unused = ~(format.codeMask() << shift) & -1L >>> (64 - elementBits);
            if (unused == 0) {
                return;
            }
            for (int t = 0; t < (batchStride == 0 ? Math.min(batches, 1) : batches); t++) {
                for (int i = 0; i < rows; i++) {
                    if ((union(Matrix.this.position(t, i, 0)) & unused) != 0) {
                        refuse(t, i, unused);
                    }
                }
            }
        }

        private void refuse(int t, int i, long unused) {
            for (int j = 0; j < columns; j++) {
                long element = element(Matrix.this.position(t, i, j));
                if ((element & unused) != 0) {
                    throw new IllegalArgumentException(String.format(
                            "element (%d, %d) of %s must be a code of %s, with no bits in 0x%x: 0x%x",
                            i, j, name, format, unused, element));
                }
            }
        }

        long get(int t, int i, int j) {
            return element(position(t, i, j)) >>> shift;
        }

        /** Whether elements are binary32 numbers or their bits, as those of TF32 in its container are. */
        boolean isBinary32() {
            return shift > 0 || format instanceof FloatFormat f && f.sameEncoding(Formats.BINARY32);
        }

        /** Whether rows are stretches of an array of binary32 numbers. */
        boolean isRowsOfFloats() {
            return array instanceof float[] && columnStride == 1;
        }

        /** Whether rows are stretches of an array of codes of 32 or 64 bits. */
        boolean isRowsOfCodes() {
            return columnStride == 1
                    && shift == 0
                    && !(array instanceof byte[] || array instanceof short[] || array instanceof double[]);
        }

        /** The array of binary32 numbers. */
        float[] floats() {
            return (float[]) array;
        }

        Object array() {
            return array;
        }

        int position(int t, int i, int j) {
            return Matrix.this.position(t, i, j);
        }

        int rowStride() {
            return rowStride;
        }

        int columnStride() {
            return columnStride;
        }

        /** Whether one matrix serves all of a batch. */
        boolean isRepeated() {
            return batchStride == 0;
        }

        void set(int t, int i, int j, long code) {
            setElement(position(t, i, j), code << shift);
        }
    }

    private int position(int t, int i, int j) {
        return offset + t * batchStride + i * rowStride + j * columnStride;
    }

    // ------------------------------------------------------------------ the array

    /** The bits that any element of a row has; bits above the element's are copies of its highest. */
    private long union(int from) {
        int step = columnStride;
        int end = columns;
        long union = 0;
        if (array instanceof byte[] x) {
            int all = 0;
            for (int j = 0, p = from; j < end; j++, p += step) {
                all |= x[p];
            }
            union = all;
        } else if (array instanceof short[] x) {
            int all = 0;
            for (int j = 0, p = from; j < end; j++, p += step) {
                all |= x[p];
            }
            union = all;
        } else {
            for (int j = 0, p = from; j < end; j++, p += step) {
                union |= element(p);
            }
        }
        return union;
    }

    /** An element as an unsigned integer. */
    private long element(int i) {
        if (array instanceof byte[] x) {
            return x[i] & 0xff;
        } else if (array instanceof short[] x) {
            return x[i] & 0xffff;
        } else if (array instanceof int[] x) {
            return Integer.toUnsignedLong(x[i]);
        } else if (array instanceof float[] x) {
            return Integer.toUnsignedLong(Float.floatToRawIntBits(x[i]));
        } else if (array instanceof double[] x) {
            return Double.doubleToRawLongBits(x[i]);
        }
        return ((long[]) array)[i];
    }

    private void setElement(int i, long element) {
        if (array instanceof byte[] x) {
            x[i] = (byte) element;
        } else if (array instanceof short[] x) {
            x[i] = (short) element;
        } else if (array instanceof int[] x) {
            x[i] = (int) element;
        } else if (array instanceof float[] x) {
            x[i] = Float.intBitsToFloat((int) element);
        } else if (array instanceof double[] x) {
            x[i] = Double.longBitsToDouble(element);
        } else {
            ((long[]) array)[i] = element;
        }
    }
}
