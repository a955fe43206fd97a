package org.bitexact.engine;

import java.util.Objects;
import org.bitexact.format.FloatFormat;

/**
 * The scales of a block-scaled engine: one for each block of elements, of the same kind on both sides.
 *
 * @param format format of the scales; a sign bit above an unsigned format's code is ignored, as the hardware does
 * @param blockLength elements that share a scale
 * @since 0.1
 */
public record Scaling(FloatFormat format, int blockLength) {
    /** Checks the parameters. */
    public Scaling {
        Objects.requireNonNull(format, "format");
        if (blockLength < 1) {
            throw new IllegalArgumentException("blockLength must be 1 or more: " + blockLength);
        }
    }

    /** {@return the digits of a scale's container in hexadecimal} */
    public int hexDigits() {
        return (format.containerBits() + 3) / 4;
    }

    /** {@return the code of a scale without the unused bits of its container} */
    long code(long container) {
        return container & format.codeMask();
    }
}
