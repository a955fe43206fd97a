package org.bitexact.quant;

import java.util.Arrays;
import java.util.Objects;

/**
 * Which elements of a tensor share parameters: all of them, those with the same position along an axis, or blocks of
 * consecutive positions along an axis.
 *
 * <p>For a row-major tensor with dimensions {@code outer, d, inner} around the axis (each the product of those before and
 * after it), element {@code (o * d + a) * inner + i} takes the parameter
 *
 * <pre>
 * per tensor    0
 * per channel   a
 * per block     (o * ceil(d / size) + a / size) * inner + i
 * </pre>
 *
 * <p>so the parameters of blocks form a tensor of the same shape with the axis divided by the size, as in ONNX
 * QuantizeLinear since opset 21.
 *
 * @param kind which of the three
 * @param axis the axis, counted from 0; 0 per tensor
 * @param size length of a block; 0 but for blocks
 * @since 0.1
 */
public record Granularity(Kind kind, int axis, int size) {
    /**
     * Which elements share parameters.
     *
     * @since 0.1
     */
    public enum Kind {
        /** All of a tensor. */
        TENSOR,
        /** Those with the same position along an axis. */
        CHANNEL,
        /** Blocks of consecutive positions along an axis. */
        BLOCK
    }

    /** All elements share parameters. */
    public static final Granularity PER_TENSOR = new Granularity(Kind.TENSOR, 0, 0);

    /** Checks the components. */
    public Granularity {
        Objects.requireNonNull(kind, "kind");
        if (axis < 0) {
            throw new IllegalArgumentException("axis must not be negative: " + axis);
        }
        if (kind == Kind.BLOCK ? size < 1 : size != 0) {
            throw new IllegalArgumentException(
                    "size must be " + (kind == Kind.BLOCK ? "at least 1 for blocks: " : "0 but for blocks: ") + size);
        }
    }

    /**
     * {@return parameters for each position along an axis}
     *
     * @param axis the axis, counted from 0
     */
    public static Granularity perChannel(int axis) {
        return new Granularity(Kind.CHANNEL, axis, 0);
    }

    /**
     * {@return parameters for each block along an axis}
     *
     * @param axis the axis, counted from 0
     * @param size length of a block, at least 1
     */
    public static Granularity perBlock(int axis, int size) {
        return new Granularity(Kind.BLOCK, axis, size);
    }

    /**
     * {@return how a tensor is divided}
     *
     * @param shape its dimensions, none negative
     * @throws IllegalArgumentException if the axis is not one of them, or the number of elements exceeds 2^63 - 1
     */
    public Layout of(long... shape) {
        long count = 1;
        for (long d : shape) {
            if (d < 0) {
                throw new IllegalArgumentException("dimension must not be negative: " + Arrays.toString(shape));
            }
            if (Math.multiplyHigh(count, d) != 0 || count * d < 0) {
                throw new IllegalArgumentException(
                        "shape must have at most 2^63 - 1 elements: " + Arrays.toString(shape));
            }
            count *= d;
        }
        if (kind == Kind.TENSOR) {
            return new Layout(this, 1, 1, count);
        }
        if (axis >= shape.length) {
            throw new IllegalArgumentException("axis must be in [0, " + (shape.length - 1) + "] for shape "
                    + Arrays.toString(shape) + ": " + axis);
        }
        long outer = 1;
        long inner = 1;
        for (int i = 0; i < shape.length; i++) {
            outer *= i < axis ? shape[i] : 1;
            inner *= i > axis ? shape[i] : 1;
        }
        return new Layout(this, outer, shape[axis], inner);
    }

    /**
     * A tensor divided by a granularity.
     *
     * @param granularity the granularity
     * @param outer product of the dimensions before the axis
     * @param length dimension along the axis
     * @param inner product of the dimensions after the axis
     * @since 0.1
     */
    public record Layout(Granularity granularity, long outer, long length, long inner) {
        /** {@return the number of elements} */
        public long elements() {
            return outer * length * inner;
        }

        /** {@return the number of parameters} */
        public long parameters() {
            return switch (granularity.kind) {
                case TENSOR -> 1;
                case CHANNEL -> length;
                case BLOCK -> outer * blocks() * inner;
            };
        }

        private long blocks() {
            return (length + granularity.size - 1) / granularity.size;
        }

        /**
         * {@return the number of the parameter of an element}
         *
         * @param element the element's position, 0 to {@code elements() - 1}
         */
        public long parameter(long element) {
            Objects.checkIndex(element, elements());
            long i = element % inner;
            long a = element / inner % length;
            return switch (granularity.kind) {
                case TENSOR -> 0;
                case CHANNEL -> a;
                case BLOCK -> (element / inner / length * blocks() + a / granularity.size) * inner + i;
            };
        }

        /**
         * {@return how many elements from one on, itself included, follow each other and have the same parameter}
         *
         * @param element the element's position
         */
        public long run(long element) {
            Objects.checkIndex(element, elements());
            if (granularity.kind == Kind.TENSOR) {
                return elements() - element;
            }
            if (granularity.kind == Kind.CHANNEL) {
                return inner - element % inner;
            }
            if (inner > 1) {
                return 1;
            }
            long a = element % length;
            return Math.min(granularity.size - a % granularity.size, length - a);
        }
    }
}
