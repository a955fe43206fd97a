package org.bitexact.format;

/**
 * What a negative value becomes in an unsigned floating-point format.
 *
 * <p>A value that rounds to zero becomes zero under every rule. Unsigned integers saturate at zero; this rule does not
 * concern them.
 *
 * @since 0.1
 */
public enum NegativeRule {
    /** NaN where the format has one, else its smallest number; invalid is raised. The default. */
    NAN("nan"),
    /** The format's smallest number (zero where it has one); invalid is raised. */
    CLAMP("clamp"),
    /** The sign is dropped before anything else, without a flag: E8M0 conversions of CUDA and PyTorch. */
    ABSOLUTE("absolute");

    private final String id;

    NegativeRule(String id) {
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
    public static NegativeRule parse(String text) {
        return Choice.parse("negative rule", text, values(), NegativeRule::id);
    }
}
