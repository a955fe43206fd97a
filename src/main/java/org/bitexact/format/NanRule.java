package org.bitexact.format;

/**
 * Which NaN a NaN input becomes in a format that has NaNs.
 *
 * <p>The payload is the trailing significand without its quiet bit, aligned at the top: when a format is narrowed, the
 * leading bits survive. Formats with a single NaN yield it under every rule.
 *
 * @since 0.1
 */
public enum NanRule {
    /** Sign and leading payload bits kept, made quiet: convertFormat of IEEE 754-2019, 6.2.3. */
    KEEP("keep"),
    /** As {@link #KEEP}, but a signaling NaN stays signaling unless that would leave an empty payload. */
    KEEP_SIGNALING("keep-signaling"),
    /** The bits that do not fit are cut off and nothing else is done: the result may be an infinity. */
    TRUNCATE("truncate"),
    /** The canonical NaN, positive: RISC-V, Arm with default NaN. */
    CANONICAL("canonical"),
    /** The canonical NaN with the input's sign: ml_dtypes. */
    CANONICAL_SIGNED("canonical-signed"),
    /** The canonical NaN, negative: the x86 default NaN. */
    CANONICAL_NEGATIVE("canonical-negative"),
    /** All exponent and trailing significand bits one, positive: CUDA. */
    ALL_ONES("all-ones"),
    /** All exponent and trailing significand bits one, with the input's sign: PyTorch's E5M2. */
    ALL_ONES_SIGNED("all-ones-signed"),
    /** All bits one, the sign included: PyTorch's vectorised BF16 kernels. */
    ALL_ONES_NEGATIVE("all-ones-negative"),
    /** The NaN whose trailing significand is 1, signaling and positive: PyTorch's widening of FNUZ and E8M0 codes. */
    SIGNALING_ONE("signaling-one"),
    /**
     * The fold of the plain Java body of {@code Float.floatToFloat16}: with the input's 23 trailing bits <i>m</i>, the
     * result's are {@code m >> 13 | (m & 0x1ff0) >> 4 | m & 0xf}. It applies from binary32 to binary16 only, and is
     * {@link #KEEP_SIGNALING} between other formats.
     */
    JDK_FOLD("jdk-fold");

    private final String id;

    NanRule(String id) {
        this.id = id;
    }

    /** {@return the name used on the command line} */
    public String id() {
        return id;
    }

    /**
     * Finds a rule by name.
     *
     * @param text the name; case does not matter
     * @return the rule
     * @throws IllegalArgumentException if no rule has the name
     */
    public static NanRule parse(String text) {
        return Choice.parse("NaN rule", text, values(), NanRule::id);
    }
}
