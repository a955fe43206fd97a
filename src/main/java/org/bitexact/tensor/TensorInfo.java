package org.bitexact.tensor;

import java.util.Arrays;

/**
 * The description of a tensor: its name, the type of its elements and its shape.
 *
 * <p>Elements are numbered in row-major order: the last index runs fastest. A shape without dimensions is that of a
 * single element; a dimension of 0 makes a tensor without elements.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class TensorInfo {
    /** The largest number of dimensions, as in NumPy. */
    public static final int MAX_RANK = 64;

    private final String name;
    private final TensorType type;
    private final long[] shape;
    private final long elements;
    private final long bytes;

    private TensorInfo(String name, TensorType type, long[] shape) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        elements = product(shape);
        // in groups of 8 elements, which take as many bytes as an element has bits, and the rest
        long groups = elements >>> 3;
        long rest = (elements & 7) * type.bits() + 7 >>> 3;
        if (groups > (Long.MAX_VALUE - rest) / type.bits()) {
            throw new IllegalArgumentException(
                    "shape must have less than 2^63 bytes of " + type + ": " + Arrays.toString(shape));
        }
        bytes = groups * type.bits() + rest;
    }

    /**
     * Describes a tensor without a name.
     *
     * @param type type of the elements
     * @param shape length of each dimension, at least 0; none for a single element
     * @return the description
     * @throws IllegalArgumentException if a dimension is negative, there are more than {@link #MAX_RANK}, or the bytes of
     *     the elements exceed 2^63 - 1
     */
    public static TensorInfo of(TensorType type, long... shape) {
        return new TensorInfo("", type, shape.clone());
    }

    /**
     * {@return the same tensor under a name}
     *
     * @param newName the name
     */
    public TensorInfo named(String newName) {
        return new TensorInfo(newName, type, shape);
    }

    private static long product(long[] shape) {
        if (shape.length > MAX_RANK) {
            throw new IllegalArgumentException(
                    "shape must have at most " + MAX_RANK + " dimensions: it has " + shape.length);
        }
        long product = 1;
        boolean empty = false;
        boolean overflow = false;
        for (long length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("shape must have no negative dimension: " + Arrays.toString(shape));
            }
            empty |= length == 0;
            overflow |= Math.multiplyHigh(product, length) != 0 || product * length < 0;
            product *= length;
        }
        if (overflow && !empty) {
            throw new IllegalArgumentException("shape must have less than 2^63 elements: " + Arrays.toString(shape));
        }
        return empty ? 0 : product;
    }

    /** {@return the name, empty if there is none} */
    public String name() {
        return name;
    }

    /** {@return the type of the elements} */
    public TensorType type() {
        return type;
    }

    /** {@return the length of each dimension, in an array of its own} */
    public long[] shape() {
        return shape.clone();
    }

    /** {@return the number of dimensions} */
    public int rank() {
        return shape.length;
    }

    /**
     * {@return the length of a dimension}
     *
     * @param index number of the dimension, from 0
     */
    public long dimension(int index) {
        return shape[index];
    }

    /** {@return the number of elements} */
    public long elements() {
        return elements;
    }

    /** {@return the number of bytes the elements take, of which a packed type may leave some bits of the last unused} */
    public long bytes() {
        return bytes;
    }

    /**
     * {@return the shape of the bytes that hold a packed tensor: the last dimension counts bytes}
     *
     * @throws IllegalArgumentException if a row does not fill whole bytes
     */
    long[] packedShape() {
        int last = shape.length - 1;
        long[] packed = shape.clone();
        if (last < 0 || shape[last] % 8 * type.bits() % 8 != 0) {
            throw new IllegalArgumentException("the last dimension of a packed tensor must be a multiple of "
                    + 8 / Integer.lowestOneBit(type.bits()) + ": " + this);
        }
        packed[last] = shape[last] / 8 * type.bits() + shape[last] % 8 * type.bits() / 8;
        return packed;
    }

    /**
     * {@return what bytes of a shape hold in rows of packed codes; the inverse of {@link #packedShape()}}
     *
     * @throws IllegalArgumentException if a row of bytes does not hold whole codes
     */
    static TensorInfo ofPacked(TensorType type, long[] bytes) {
        int last = bytes.length - 1;
        long[] shape = bytes.clone();
        if (last < 0 || bytes[last] > Long.MAX_VALUE / 8 || bytes[last] * 8 % type.bits() != 0) {
            throw new IllegalArgumentException(
                    "rows of packed " + type.name() + " do not fit bytes of shape " + Arrays.toString(bytes));
        }
        shape[last] = bytes[last] * 8 / type.bits();
        return of(type, shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && name.equals(that.name)
                && type.equals(that.type)
                && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * name.hashCode() + type.hashCode()) + Arrays.hashCode(shape);
    }

    /** {@return for example {@code weight: e4m3 [64, 128]}} */
    @Override
    public String toString() {
        return (name.isEmpty() ? "" : name + ": ") + type + " " + Arrays.toString(shape);
    }
}
