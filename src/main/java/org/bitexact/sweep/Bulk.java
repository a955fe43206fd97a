package org.bitexact.sweep;

import java.util.List;
import java.util.Objects;
import org.bitexact.array.ArrayArithmetic;
import org.bitexact.array.ArrayConverter;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.Decoder;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.internal.array.Kernels;
import org.bitexact.vectors.StreamType;
import org.jspecify.annotations.Nullable;

/** Implementations by the array layer, which works on arrays of the narrowest elements. */
final class Bulk {
    private static final String FAMILY = "kernel-";

    private Bulk() {}

    static Implementation.Evaluation array(Computation computation) {
        ScalarFormat source = computation.operands().get(0);
        ScalarFormat target = computation.result();
        ArrayConverter converter = ArrayConverter.of(source, Codec.of(target, computation.policies()));
        int sourceShift = StreamType.of(source).containerShift();
        int targetShift = StreamType.of(target).containerShift();
        return (index, operands, results, count) -> {
            Object codes = codes(source, operands[0], sourceShift, count);
            Object converted = codes(target, count);
            converter.withSeed(computation.seed(), index).convert(codes, 0, converted, 0, count);
            copy(converted, results, targetShift, count);
        };
    }

    /** Refuses operations that arrays do not have, before a plan is made. */
    static void requireArithmetic(Computation computation) {
        if (!isOperation(computation)) {
            throw new IllegalArgumentException(
                    "array computes add, sub, mul, div, sqrt and mulAdd: " + computation.name() + "; use arith");
        }
    }

    /** {@return whether arrays have an operation} */
    static boolean isOperation(Computation computation) {
        return operations(computation) != null;
    }

    /** Computes with whole arrays of codes. */
    private interface ArrayOperation {
        void apply(ArrayArithmetic arithmetic, Object[] codes, Object results, int n);
    }

    private static @Nullable ArrayOperation operations(Computation computation) {
        return switch (computation.operation()) {
            case ADD -> (a, x, r, n) -> a.add(x[0], 0, x[1], 0, r, 0, n);
            case SUB -> (a, x, r, n) -> a.subtract(x[0], 0, x[1], 0, r, 0, n);
            case MUL -> (a, x, r, n) -> a.multiply(x[0], 0, x[1], 0, r, 0, n);
            case DIV -> (a, x, r, n) -> a.divide(x[0], 0, x[1], 0, r, 0, n);
            case SQRT -> (a, x, r, n) -> a.squareRoot(x[0], 0, r, 0, n);
            case MUL_ADD -> (a, x, r, n) -> a.fma(x[0], 0, x[1], 0, x[2], 0, r, 0, n);
            default -> null;
        };
    }

    static Implementation.Evaluation arithmetic(Computation computation) {
        ArrayOperation operation = Objects.requireNonNull(operations(computation));
        ArrayArithmetic arithmetic = ArrayArithmetic.of(Operations.arithmetic(computation));
        List<ScalarFormat> formats = computation.operands();
        int[] shifts = formats.stream()
                .mapToInt(f -> StreamType.of(f).containerShift())
                .toArray();
        int targetShift = StreamType.of(computation.result()).containerShift();
        return (index, operands, results, count) -> {
            Object[] codes = new Object[shifts.length];
            for (int k = 0; k < codes.length; k++) {
                codes[k] = codes(formats.get(k), operands[k], shifts[k], count);
            }
            Object computed = codes(computation.result(), count);
            operation.apply(arithmetic.withSeed(computation.seed(), index), codes, computed, count);
            copy(computed, results, targetShift, count);
        };
    }

    /** Refuses what a kernel cannot convert, before a plan is made. */
    static void requireKernel(String name, Computation computation) {
        if (!encodes(computation) && !decodes(computation)) {
            throw new IllegalArgumentException(name + " converts from f32 into formats of at most 32 bits, and with"
                    + " default policies into f32: " + computation.name() + "; use array");
        }
        if (name.startsWith(FAMILY)) {
            kernelOf(name.substring(FAMILY.length()), computation);
        }
    }

    static Implementation.Evaluation kernel(String name, Computation computation) {
        ArrayKernel kernel =
                name.startsWith(FAMILY) ? kernelOf(name.substring(FAMILY.length()), computation) : chosen(computation);
        return encodes(computation) ? encoding(kernel, computation.result()) : decoding(kernel, computation);
    }

    private static boolean encodes(Computation c) {
        return c.operands().get(0).equals(Formats.BINARY32) && c.hasFlags();
    }

    private static boolean decodes(Computation c) {
        return c.result().equals(Formats.BINARY32)
                && c.policies().equals(Policies.IEEE)
                && Kernels.isExactInBinary32(c.operands().get(0));
    }

    private static ArrayKernel chosen(Computation c) {
        KernelSelection selection = KernelSelection.current();
        return encodes(c)
                ? selection.encoder(c.result(), c.policies(), c.seed())
                : selection.decoder(c.operands().get(0));
    }

    private static ArrayKernel kernelOf(String family, Computation c) {
        Kernels kernels = KernelSelection.family(family);
        if (kernels == null) {
            throw new IllegalArgumentException(
                    "this JVM has no " + family + " kernels: start it with --add-modules jdk.incubator.vector");
        }
        ArrayKernel kernel =
                encodes(c) ? encoder(kernels, c) : decoder(kernels, c.operands().get(0));
        if (kernel == null) {
            throw new IllegalArgumentException("the family " + family + " has no kernel for " + c.name());
        }
        return kernel;
    }

    private static @Nullable ArrayKernel encoder(Kernels kernels, Computation c) {
        Encoder encoder = kernels.encoder(c.result(), c.policies(), c.seed());
        return encoder == null ? null : ArrayKernel.of(encoder);
    }

    private static @Nullable ArrayKernel decoder(Kernels kernels, ScalarFormat source) {
        Decoder decoder = kernels.decoder(source);
        return decoder == null ? null : ArrayKernel.of(decoder);
    }

    private static Implementation.Evaluation encoding(ArrayKernel kernel, ScalarFormat target) {
        return (index, operands, results, count) -> {
            float[] values = new float[count];
            long[] patterns = operands[0];
            for (int i = 0; i < count; i++) {
                values[i] = Float.intBitsToFloat((int) patterns[i]);
            }
            Object codes = codes(target, count);
            kernel.apply(values, 0, codes, 0, count, index);
            copy(codes, results, count);
        };
    }

    private static Implementation.Evaluation decoding(ArrayKernel kernel, Computation c) {
        ScalarFormat source = c.operands().get(0);
        return (index, operands, results, count) -> {
            float[] values = new float[count];
            kernel.apply(codes(source, operands[0], 0, count), 0, values, 0, count, index);
            for (int i = 0; i < count; i++) {
                results[i] = Float.floatToRawIntBits(values[i]) & 0xffff_ffffL;
            }
        };
    }

    // ------------------------------------------------------------------ arrays of the narrowest elements

    private static Object codes(ScalarFormat format, int count) {
        int width = format.width();
        return width <= 8
                ? new byte[count]
                : width <= 16 ? new short[count] : width <= 32 ? new int[count] : new long[count];
    }

    private static Object codes(ScalarFormat format, long[] values, int shift, int count) {
        Object codes = codes(format, count);
        if (codes instanceof byte[] bytes) {
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) (values[i] << shift);
            }
        } else if (codes instanceof short[] shorts) {
            for (int i = 0; i < count; i++) {
                shorts[i] = (short) (values[i] << shift);
            }
        } else if (codes instanceof int[] ints) {
            for (int i = 0; i < count; i++) {
                ints[i] = (int) (values[i] << shift);
            }
        } else {
            System.arraycopy(values, 0, codes, 0, count);
        }
        return codes;
    }

    /** Takes codes out of their containers; bits below the code are seen above it. */
    private static void copy(Object codes, long[] results, int shift, int count) {
        copy(codes, results, count);
        for (int i = 0; shift > 0 && i < count; i++) {
            results[i] = Long.rotateRight(results[i], shift);
        }
    }

    /** Widens all bits of the elements, those above a code's width included, so that stray ones are seen. */
    private static void copy(Object codes, long[] results, int count) {
        if (codes instanceof byte[] bytes) {
            for (int i = 0; i < count; i++) {
                results[i] = bytes[i] & 0xff;
            }
        } else if (codes instanceof short[] shorts) {
            for (int i = 0; i < count; i++) {
                results[i] = shorts[i] & 0xffff;
            }
        } else if (codes instanceof int[] ints) {
            for (int i = 0; i < count; i++) {
                results[i] = ints[i] & 0xffff_ffffL;
            }
        } else {
            System.arraycopy(codes, 0, results, 0, count);
        }
    }
}
