package org.bitexact.array;

import java.nio.Buffer;
import java.util.Objects;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.FloatStep.Operation;
import org.bitexact.internal.array.KernelSelection;
import org.jspecify.annotations.Nullable;

/**
 * Correctly rounded operations on arrays and buffers of codes: add, subtract, multiply, divide, square root, fused
 * multiply-add.
 *
 * {@snippet file="org/bitexact/array/ArrayCodecSnippets.java" region="arithmetic"}
 *
 * <p><b>Definition.</b> Element {@code i} of a result is what {@link Arithmetic} gives for the elements {@code i} of the
 * operands, with the random bits that {@link CounterRandom#bits} has for the seed and the position {@code index + i}. The
 * results do not depend on the machine, the number of elements, the offsets, or the kernel.
 *
 * <p><b>Storage</b> of codes, <b>buffers</b> and <b>errors</b> are those of {@link ArrayCodec}. Operands and results may
 * have formats of their own, and arrays of different types.
 *
 * <p><b>Overlap.</b> Ranges of one array may overlap in any way, so that results may replace an operand: the result is as if
 * the operands had been copied first. For buffers whose common memory cannot be seen, see {@link ArrayCodec}.
 *
 * <p><b>Speed.</b> Formats of up to 11 significand bits within the range of binary32 (FP16, BF16, TF32, and all narrower
 * ones) are computed in blocks, by kernels of which {@link ArrayCodec} says how they are chosen, in every deterministic mode
 * and with flags. Other formats, stochastic rounding and policies that flush inputs take the scalar operations.
 *
 * <p><b>Thread safety</b>: immutable, except that one made by {@link #withFlags} writes to its sink.
 *
 * @since 0.1
 */
public final class ArrayArithmetic {
    private final Arithmetic scalar;
    private final BulkOperation[] operations;
    private final long seed;
    private final long index;
    private final @Nullable Flags flags;

    private ArrayArithmetic(
            Arithmetic scalar, BulkOperation[] operations, long seed, long index, @Nullable Flags flags) {
        this.scalar = scalar;
        this.operations = operations;
        this.seed = seed;
        this.index = index;
        this.flags = flags;
    }

    /**
     * {@return operations of one format on arrays; their seed and the position of their first element are 0}
     *
     * @param codec format and policies of results
     * @throws IllegalArgumentException if the format is not a floating-point format, or the system property {@code
     *     org.bitexact.kernel} names no kernel family
     */
    public static ArrayArithmetic of(Codec codec) {
        return of(Arithmetic.of(Objects.requireNonNull(codec, "codec")));
    }

    /**
     * {@return operations on arrays that give what scalar ones give}
     *
     * @param scalar the definition: formats, policies and the choice of NaN
     * @throws IllegalArgumentException if the system property {@code org.bitexact.kernel} names no kernel family
     */
    public static ArrayArithmetic of(Arithmetic scalar) {
        return of(Objects.requireNonNull(scalar, "scalar"), KernelSelection.current());
    }

    static ArrayArithmetic of(Arithmetic scalar, KernelSelection kernels) {
        BulkOperation[] operations = new BulkOperation[Operation.values().length];
        for (Operation operation : Operation.values()) {
            operations[operation.ordinal()] = new BulkOperation(operation, scalar, kernels);
        }
        return new ArrayArithmetic(scalar, operations, 0, 0, null);
    }

    /**
     * {@return these operations with other random bits for stochastic rounding}
     *
     * @param newSeed any number; see {@link CounterRandom}
     * @param newIndex the position of the first element of each call
     */
    public ArrayArithmetic withSeed(long newSeed, long newIndex) {
        return new ArrayArithmetic(scalar, operations, newSeed, newIndex, flags);
    }

    /**
     * {@return these operations raising the flags of all elements in a sink}
     *
     * @param sink collects the flags; belongs to one thread at a time, as these operations then do
     */
    public ArrayArithmetic withFlags(Flags sink) {
        return new ArrayArithmetic(scalar, operations, seed, index, Objects.requireNonNull(sink, "sink"));
    }

    /** {@return the scalar operations} */
    public Arithmetic scalar() {
        return scalar;
    }

    // ------------------------------------------------------------------ arrays

    /**
     * Adds: {@code dst[i] = x[i] + y[i]}.
     *
     * @param x first operands: codes in {@code byte[]}, {@code short[]}, {@code int[]} or {@code long[]}
     * @param xFrom position of the first one
     * @param y second operands, as {@code x}
     * @param yFrom position of the first one
     * @param dst receives results: one of the same types, wide enough
     * @param to position of the first result
     * @param n number of elements
     * @throws IllegalArgumentException if an array has another type, a range does not lie within its array, or an
     *     element is no code; nothing has been written then
     */
    public void add(Object x, int xFrom, Object y, int yFrom, Object dst, int to, int n) {
        run(Operation.ADD, x, xFrom, y, yFrom, dst, to, n);
    }

    /**
     * Subtracts: {@code dst[i] = x[i] - y[i]}.
     *
     * @param x first operands, as in {@link #add}
     * @param xFrom position of the first one
     * @param y second operands
     * @param yFrom position of the first one
     * @param dst receives results
     * @param to position of the first result
     * @param n number of elements
     * @throws IllegalArgumentException as in {@link #add}
     */
    public void subtract(Object x, int xFrom, Object y, int yFrom, Object dst, int to, int n) {
        run(Operation.SUBTRACT, x, xFrom, y, yFrom, dst, to, n);
    }

    /**
     * Multiplies: {@code dst[i] = x[i] * y[i]}.
     *
     * @param x first operands, as in {@link #add}
     * @param xFrom position of the first one
     * @param y second operands
     * @param yFrom position of the first one
     * @param dst receives results
     * @param to position of the first result
     * @param n number of elements
     * @throws IllegalArgumentException as in {@link #add}
     */
    public void multiply(Object x, int xFrom, Object y, int yFrom, Object dst, int to, int n) {
        run(Operation.MULTIPLY, x, xFrom, y, yFrom, dst, to, n);
    }

    /**
     * Divides: {@code dst[i] = x[i] / y[i]}.
     *
     * @param x dividends, as in {@link #add}
     * @param xFrom position of the first one
     * @param y divisors
     * @param yFrom position of the first one
     * @param dst receives results
     * @param to position of the first result
     * @param n number of elements
     * @throws IllegalArgumentException as in {@link #add}
     */
    public void divide(Object x, int xFrom, Object y, int yFrom, Object dst, int to, int n) {
        run(Operation.DIVIDE, x, xFrom, y, yFrom, dst, to, n);
    }

    /**
     * Takes square roots of first operands.
     *
     * @param x operands, as in {@link #add}
     * @param xFrom position of the first one
     * @param dst receives results
     * @param to position of the first result
     * @param n number of elements
     * @throws IllegalArgumentException as in {@link #add}
     */
    public void squareRoot(Object x, int xFrom, Object dst, int to, int n) {
        Elements[] operands = {operand("x", x, xFrom, n, scalar.first())};
        run(Operation.SQUARE_ROOT, operands, result(dst, to, n));
    }

    /**
     * Multiplies and adds: {@code dst[i] = x[i] * y[i] + z[i]}, rounded once.
     *
     * @param x first factors, as in {@link #add}
     * @param xFrom position of the first one
     * @param y second factors
     * @param yFrom position of the first one
     * @param z addends
     * @param zFrom position of the first one
     * @param dst receives results
     * @param to position of the first result
     * @param n number of elements
     * @throws IllegalArgumentException as in {@link #add}
     */
    public void fma(Object x, int xFrom, Object y, int yFrom, Object z, int zFrom, Object dst, int to, int n) {
        Elements[] operands = {
            operand("x", x, xFrom, n, scalar.first()),
            operand("y", y, yFrom, n, scalar.second()),
            operand("z", z, zFrom, n, scalar.third())
        };
        run(Operation.FMA, operands, result(dst, to, n));
    }

    private void run(Operation operation, Object x, int xFrom, Object y, int yFrom, Object dst, int to, int n) {
        Elements[] operands = {operand("x", x, xFrom, n, scalar.first()), operand("y", y, yFrom, n, scalar.second())};
        run(operation, operands, result(dst, to, n));
    }

    private static Elements operand(String name, Object array, int from, int n, FloatFormat format) {
        return Elements.array(name, array, from, n).holding(format);
    }

    private Elements result(Object array, int to, int n) {
        return Elements.array("dst", array, to, n).holding(scalar.result().format());
    }

    // ------------------------------------------------------------------ buffers

    /**
     * Adds what remains in two buffers. All positions move past what was read and written.
     *
     * @param x first operands: a buffer of bytes, or of integers that are wide enough
     * @param y second operands, as many as {@code x}
     * @param dst receives results: a buffer of bytes, or of integers that are wide enough
     * @throws IllegalArgumentException if a buffer has another type, {@code dst} is read-only or too short, the numbers of
     *     operands differ, one ends inside a code, or an element is no code; nothing has been written then
     */
    public void add(Buffer x, Buffer y, Buffer dst) {
        run(Operation.ADD, dst, x, y);
    }

    /**
     * Subtracts what remains in two buffers.
     *
     * @param x first operands, as in {@link #add(Buffer, Buffer, Buffer)}
     * @param y second operands
     * @param dst receives results
     * @throws IllegalArgumentException as in {@link #add(Buffer, Buffer, Buffer)}
     */
    public void subtract(Buffer x, Buffer y, Buffer dst) {
        run(Operation.SUBTRACT, dst, x, y);
    }

    /**
     * Multiplies what remains in two buffers.
     *
     * @param x first operands, as in {@link #add(Buffer, Buffer, Buffer)}
     * @param y second operands
     * @param dst receives results
     * @throws IllegalArgumentException as in {@link #add(Buffer, Buffer, Buffer)}
     */
    public void multiply(Buffer x, Buffer y, Buffer dst) {
        run(Operation.MULTIPLY, dst, x, y);
    }

    /**
     * Divides what remains in two buffers.
     *
     * @param x dividends, as in {@link #add(Buffer, Buffer, Buffer)}
     * @param y divisors
     * @param dst receives results
     * @throws IllegalArgumentException as in {@link #add(Buffer, Buffer, Buffer)}
     */
    public void divide(Buffer x, Buffer y, Buffer dst) {
        run(Operation.DIVIDE, dst, x, y);
    }

    /**
     * Takes square roots of what remains in a buffer.
     *
     * @param x operands, as in {@link #add(Buffer, Buffer, Buffer)}
     * @param dst receives results
     * @throws IllegalArgumentException as in {@link #add(Buffer, Buffer, Buffer)}
     */
    public void squareRoot(Buffer x, Buffer dst) {
        run(Operation.SQUARE_ROOT, dst, x);
    }

    /**
     * Multiplies and adds what remains in three buffers, rounding once.
     *
     * @param x first factors, as in {@link #add(Buffer, Buffer, Buffer)}
     * @param y second factors
     * @param z addends
     * @param dst receives results
     * @throws IllegalArgumentException as in {@link #add(Buffer, Buffer, Buffer)}
     */
    public void fma(Buffer x, Buffer y, Buffer z, Buffer dst) {
        run(Operation.FMA, dst, x, y, z);
    }

    private void run(Operation operation, Buffer dst, Buffer... buffers) {
        FloatFormat[] formats = {scalar.first(), scalar.second(), scalar.third()};
        String[] names = {"x", "y", "z"};
        int n = Elements.count("x", buffers[0], bytes(formats[0]));
        Elements[] operands = new Elements[buffers.length];
        for (int k = 0; k < buffers.length; k++) {
            int count = Elements.count(names[k], buffers[k], bytes(formats[k]));
            if (count != n) {
                throw new IllegalArgumentException(
                        "remaining elements of " + names[k] + " must be " + n + ", those of x: " + count);
            }
            operands[k] =
                    Elements.buffer(names[k], buffers[k], bytes(formats[k]), n).holding(formats[k]);
        }
        ScalarFormat format = scalar.result().format();
        run(operation, operands, Elements.buffer("dst", dst, bytes(format), n).holding(format));
        for (int k = 0; k < buffers.length; k++) {
            buffers[k].position(buffers[k].limit());
        }
        Elements.advance("dst", dst, bytes(format), n);
    }

    private static int bytes(ScalarFormat format) {
        return format.containerBits() / 8;
    }

    private void run(Operation operation, Elements[] operands, Elements results) {
        operations[operation.ordinal()].run(operands, results, seed, index, flags);
    }

    @Override
    public String toString() {
        return "Array" + scalar;
    }
}
