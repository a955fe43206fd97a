package org.bitexact.tensor;

import java.util.Optional;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/**
 * The type of a tensor's elements: what their codes mean, and how many bits each takes.
 *
 * <p>A code lies in the low bits of a little-endian container of 8, 16, 32 or 64 bits, the bits above it zero; a TF32
 * code is the binary32 pattern of its value, the low 13 bits zero. Where a container is read, bits above a narrower code
 * are ignored, as ml_dtypes does. A <i>packed</i> type of 1 to 7 bits has no containers: its codes form one bit string,
 * the first code in the low bits of the first byte, and the last byte is filled up with zeros.
 *
 * <pre>
 * e2m1, packed        byte 0           byte 1
 * bit                 7..4    3..0     7..4    3..0
 * element             1       0        3       2
 *
 * e2m3, packed        byte 0           byte 1           byte 2
 * bit                 7..6    5..0     7..4    3..0     7..2    1..0
 * element             1 low   0        2 low   1 high   3       2 high
 * </pre>
 *
 * <p>An <i>opaque</i> type has no format: its elements are bit patterns. Complex numbers are such, real part in the low
 * half. A truth value is a {@code u1} in a byte.
 *
 * <p>Source: ONNX TensorProto (raw_data) for 2 and 4 bits; the layout of 6 bits is the same rule, which safetensors leaves
 * to the writer.
 *
 * @param name the format's name, or what an opaque type is called
 * @param format what a code means; empty for an opaque type
 * @param bits the bits an element takes: 1 to 7 if packed, otherwise 8, 16, 32 or 64
 * @since 0.1
 */
public record TensorType(String name, Optional<ScalarFormat> format, int bits) {
    /** Checks that the bits suit the format. */
    public TensorType {
        boolean fits = format.isEmpty()
                ? bits == 8 || bits == 16 || bits == 32 || bits == 64
                : bits == format.get().containerBits()
                        || bits < 8 && bits == format.get().width();
        if (!fits) {
            throw new IllegalArgumentException("bits of an element of " + name + " must be "
                    + format.map(f -> f.containerBits() + (f.width() < 8 ? " or, packed, " + f.width() : ""))
                            .orElse("8, 16, 32 or 64")
                    + ": " + bits);
        }
    }

    /**
     * {@return the type whose codes lie in the containers of a format}
     *
     * @param format what the codes mean
     */
    public static TensorType of(ScalarFormat format) {
        return new TensorType(format.name(), Optional.of(format), format.containerBits());
    }

    /**
     * {@return the type whose codes lie side by side}
     *
     * @param format what the codes mean, of at most 7 bits
     * @throws IllegalArgumentException if the format is wider
     */
    public static TensorType packed(ScalarFormat format) {
        if (format.width() > 7) {
            throw new IllegalArgumentException(
                    "width of a packed format must be in [1, 7]: " + format.name() + " has " + format.width());
        }
        return new TensorType(format.name(), Optional.of(format), format.width());
    }

    /**
     * {@return a type of bit patterns without a known meaning}
     *
     * @param name what to call it
     * @param bits 8, 16, 32 or 64
     */
    public static TensorType opaque(String name, int bits) {
        return new TensorType(name, Optional.empty(), bits);
    }

    /** {@return whether codes share bytes} */
    public boolean isPacked() {
        return bits < 8;
    }

    /** {@return the bits that may be set in an element that is written} */
    long writable() {
        if (format.isEmpty() || isPacked()) {
            return -1L >>> (64 - bits);
        }
        ScalarFormat f = format.get();
        return isTf32() ? f.codeMask() << (bits - f.width()) : f.codeMask();
    }

    /** {@return the bits that are kept of an element that is read} */
    long readable() {
        return isTf32() ? 0xffff_ffffL : writable();
    }

    private boolean isTf32() {
        return bits == 32
                && format.isPresent()
                && format.get() instanceof FloatFormat f
                && f.sameEncoding(Formats.TF32);
    }

    @Override
    public String toString() {
        return isPacked() ? name + " packed" : name;
    }
}
