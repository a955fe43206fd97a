package org.bitexact.format;

/**
 * A format in which every code stands for one value of its own.
 *
 * <p>A code is an unsigned integer in the low {@link #width()} bits of a {@code long} (or of an {@code int}, where the
 * width is at most 32). In files and arrays a code lies in the smallest container of 8, 16, 32 or 64 bits that holds
 * it, with the unused high bits zero; a format may state a larger container (TF32 stands in 32 bits).
 *
 * @since 0.1
 */
public sealed interface ScalarFormat extends Format permits FloatFormat, IntFormat {

    /** {@return the number of bits in a code, 1 to 64} */
    int width();

    /** {@return the number of bits of the container in files and arrays: 8, 16, 32 or 64} */
    default int containerBits() {
        int width = width();
        return width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64;
    }

    /** {@return the number of hexadecimal digits that print a code, {@code ceil(width / 4)}} */
    default int hexDigits() {
        return (width() + 3) / 4;
    }

    /** {@return a mask of the low {@code width()} bits} */
    default long codeMask() {
        return -1L >>> (64 - width());
    }

    /**
     * {@return the same format under another name and description}
     *
     * @param name new name
     * @param info new description
     */
    ScalarFormat named(String name, FormatInfo info);

    /**
     * Checks that a code fits the format.
     *
     * @param code the code
     * @return the code
     * @throws IllegalArgumentException if a bit above the low {@code width()} bits is set
     */
    default long requireCode(long code) {
        if ((code & ~codeMask()) != 0) {
            throw new IllegalArgumentException(
                    String.format("code of %s must be in [0x0, 0x%x]: 0x%x", name(), codeMask(), code));
        }
        return code;
    }
}
