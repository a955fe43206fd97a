package org.bitexact.format;

import java.util.Objects;

/**
 * A fixed-point or integer format of 1 to 64 bits.
 *
 * <p>The value of a code is {@code n * 2^scaleExponent}, where <i>n</i> is the code read as the encoding says: as two's
 * complement, as an unsigned integer, or as one of {-1, +1}. The <i>symmetric</i> (restricted) range leaves the most
 * negative two's complement code unused by conversions, so that the range is {@code [-(2^(width-1) - 1), 2^(width-1) -
 * 1]}; such a code still decodes.
 *
 * <p>Sources: ONNX TensorProto (INT8, UINT8, INT4, UINT4, INT2, UINT2); OCP Microscaling Formats (MX) 1.0, 5.3.4 for
 * MXINT8, whose scale exponent is -6; PTX ISA, {@code mma} with {@code .b1} operands for binary codes.
 *
 * @param name canonical identifier
 * @param encoding how a code is read
 * @param width number of bits, 1 to 64
 * @param symmetric whether conversions leave the most negative code unused
 * @param scaleExponent exponent of the weight of the lowest bit, -64 to 64
 * @param info title, aliases, sources and certainty
 * @since 0.1
 */
public record IntFormat(
        String name, Encoding encoding, int width, boolean symmetric, int scaleExponent, FormatInfo info)
        implements ScalarFormat {

    /**
     * How a code becomes an integer.
     *
     * @since 0.1
     */
    public enum Encoding {
        /** Two's complement. */
        TWOS_COMPLEMENT,
        /** Unsigned binary. */
        UNSIGNED,
        /** One bit: 0 stands for -1, 1 for +1, as in binary neural networks. */
        BIPOLAR
    }

    /** Checks the parameters. */
    public IntFormat {
        Names.requireIdentifier("name", name);
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(info, "info");
        FloatFormat.requireRange("width", width, 1, 64);
        FloatFormat.requireRange("scaleExponent", scaleExponent, -64, 64);
        if (encoding == Encoding.BIPOLAR && width != 1) {
            throw new IllegalArgumentException("width must be 1 for a bipolar encoding: " + width);
        }
        if (symmetric && (encoding != Encoding.TWOS_COMPLEMENT || width < 2)) {
            throw new IllegalArgumentException(
                    "symmetric needs a two's complement encoding of at least 2 bits: " + encoding + ", " + width);
        }
    }

    /** {@return whether some value is negative} */
    public boolean signed() {
        return encoding != Encoding.UNSIGNED;
    }

    /** {@return the smallest integer <i>n</i> a conversion yields} */
    public long minInteger() {
        return switch (encoding) {
            case UNSIGNED -> 0;
            case BIPOLAR -> -1;
            case TWOS_COMPLEMENT -> (-1L << (width - 1)) + (symmetric ? 1 : 0);
        };
    }

    /** {@return the largest integer <i>n</i> a conversion yields; for unsigned 64-bit formats as an unsigned value} */
    public long maxInteger() {
        return switch (encoding) {
            case UNSIGNED -> codeMask();
            case BIPOLAR -> 1;
            case TWOS_COMPLEMENT -> codeMask() >>> 1;
        };
    }

    /**
     * {@return the integer <i>n</i> of a code; for unsigned 64-bit formats as an unsigned value}
     *
     * @param code a code of this format
     */
    public long toInteger(long code) {
        return switch (encoding) {
            case UNSIGNED -> code;
            case BIPOLAR -> code == 0 ? -1 : 1;
            case TWOS_COMPLEMENT -> code << (64 - width) >> (64 - width);
        };
    }

    @Override
    public IntFormat named(String newName, FormatInfo newInfo) {
        return new IntFormat(newName, encoding, width, symmetric, scaleExponent, newInfo);
    }

    @Override
    public String toString() {
        return name;
    }
}
