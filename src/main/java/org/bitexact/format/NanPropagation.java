package org.bitexact.format;

/**
 * Which NaN an operation delivers: for NaN operands, and for invalid operations on numbers.
 *
 * <p>The <i>default NaN</i> of an invalid operation is the canonical NaN of the result format, positive or negative as
 * the platform has it. A propagated NaN keeps its sign and payload and becomes quiet. Formats with a single NaN yield it
 * under every rule; in {@link SpecialValues#FN} formats only the sign differs.
 *
 * <p>Source: IEEE 754-2019, 6.2.3, which leaves the choice open; Berkeley SoftFloat 3e, its specialisations.
 *
 * @since 0.1
 */
public enum NanPropagation {
    /** The default NaN, positive, whatever the operands: RISC-V, Arm with FPCR.DN = 1. The default. */
    CANONICAL("canonical"),
    /** The first NaN operand, made quiet; default NaN negative: x86 SSE and AVX. */
    FIRST_OPERAND("first"),
    /** The NaN operand with the larger significand, quiet before signaling; default NaN negative: x87. */
    LARGER_SIGNIFICAND("larger"),
    /** The first signaling NaN operand, else the first NaN; default NaN positive: Arm with FPCR.DN = 0. */
    SIGNALING_FIRST("signaling-first");

    private final String id;

    NanPropagation(String id) {
        this.id = id;
    }

    /** {@return the name used on the command line} */
    public String id() {
        return id;
    }

    /** {@return whether the default NaN is negative} */
    public boolean isDefaultNegative() {
        return this == FIRST_OPERAND || this == LARGER_SIGNIFICAND;
    }
}
