package org.bitexact.format;

/**
 * What a NaN input becomes in a format without NaN.
 *
 * <p>Where the chosen value does not exist in the format (a negative number in an unsigned one, a negative zero in an
 * integer), zero takes its place.
 *
 * @since 0.1
 */
public enum NanSubstitute {
    /** The largest finite number, positive: CUDA's FP6 and FP4 conversions, RISC-V's integers. The default. */
    LARGEST("largest"),
    /** The largest finite number with the NaN's sign. */
    LARGEST_SIGNED("largest-signed"),
    /** The smallest number, most negative where there are negative ones. */
    LOWEST("lowest"),
    /** The x86 integer indefinite: as {@link #LOWEST}, but all ones in unsigned integer formats. */
    INDEFINITE("indefinite"),
    /** Positive zero: Arm's and CUDA's integer conversions. */
    ZERO("zero"),
    /** Zero with the sign opposite to the NaN's: ml_dtypes' FP6 and FP4 conversions. */
    OPPOSITE_ZERO("opposite-zero");

    private final String id;

    NanSubstitute(String id) {
        this.id = id;
    }

    /** {@return the name used on the command line} */
    public String id() {
        return id;
    }

    /**
     * Finds a substitute by name.
     *
     * @param text the name; case does not matter
     * @return the substitute
     * @throws IllegalArgumentException if no substitute has the name
     */
    public static NanSubstitute parse(String text) {
        return Choice.parse("NaN substitute", text, values(), NanSubstitute::id);
    }
}
