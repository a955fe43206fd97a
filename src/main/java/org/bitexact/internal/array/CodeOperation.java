package org.bitexact.internal.array;

import java.util.Arrays;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.internal.array.FloatStep.Operation;
import org.jspecify.annotations.Nullable;

/**
 * An operation on FP16 or BF16 codes, to nearest even and without flags: what most arrays are computed by, so that there
 * are kernels from codes to codes.
 *
 * <p>A kernel is an {@link ArrayKernel} from {@link Operands} to {@code short[]}, which is none of the operands. The result
 * of a NaN is the format's canonical one.
 *
 * @param operation what is computed
 * @param format format of operands and results
 */
public record CodeOperation(Operation operation, FloatFormat format) {
    /**
     * The operands: those of result {@code i} lie {@code i} behind the first ones.
     *
     * @param x first operands
     * @param xFrom position of the first one
     * @param y second operands; of an operation that has none, any array that is as long
     * @param yFrom position of the first one
     * @param z third operands, likewise
     * @param zFrom position of the first one
     */
    public record Operands(short[] x, int xFrom, short[] y, int yFrom, short[] z, int zFrom) {}

    /**
     * {@return the operation that does what a scalar one does, or null if there are no kernels for it}
     *
     * @param operation the operation
     * @param scalar formats and policies
     */
    public static @Nullable CodeOperation of(Operation operation, Arithmetic scalar) {
        for (FloatFormat format : new FloatFormat[] {Formats.BINARY16, Formats.BFLOAT16}) {
            if (scalar.first().sameEncoding(format)
                    && scalar.second().sameEncoding(format)
                    && scalar.third().sameEncoding(format)
                    && scalar.result().format() instanceof FloatFormat result
                    && result.sameEncoding(format)
                    && scalar.result().policies().equals(Policies.IEEE)
                    && scalar.nans() == NanPropagation.CANONICAL) {
                return new CodeOperation(operation, format);
            }
        }
        return null;
    }

    /** {@return the operations on codes one by one: the definition} */
    public Arithmetic scalar() {
        return Arithmetic.of(Codec.of(format));
    }

    /** {@return the step between decoding and encoding} */
    FloatStep step() {
        FloatFormat[] formats = new FloatFormat[operation.arity()];
        Arrays.fill(formats, format);
        FloatStep step = FloatStep.of(operation, Codec.of(format), false, formats);
        if (step == null) {
            throw new IllegalStateException("the proof covers 16-bit formats: " + this);
        }
        return step;
    }

    /**
     * {@return one result}
     *
     * @param scalar what {@link #scalar} gives
     * @param o the operands
     * @param i distance from the first ones
     */
    public short result(Arithmetic scalar, Operands o, int i) {
        int x = o.x[o.xFrom + i] & 0xffff;
        int y = o.y[o.yFrom + i] & 0xffff;
        return (short)
                switch (operation) {
                    case ADD -> scalar.add(x, y);
                    case SUBTRACT -> scalar.subtract(x, y);
                    case MULTIPLY -> scalar.multiply(x, y);
                    case DIVIDE -> scalar.divide(x, y);
                    case SQUARE_ROOT -> scalar.squareRoot(x);
                    case FMA -> scalar.fma(x, y, o.z[o.zFrom + i] & 0xffff);
                };
    }

    /** {@return the kernel that computes one by one} */
    ArrayKernel definition() {
        Arithmetic scalar = scalar();
        return (src, from, dst, to, n, index) -> {
            Operands operands = (Operands) src;
            short[] results = (short[]) dst;
            for (int i = 0; i < n; i++) {
                results[to + i] = result(scalar, operands, from + i);
            }
        };
    }
}
