package org.bitexact.format;

/**
 * What an exact zero becomes in a format without zero (E8M0).
 *
 * @since 0.1
 */
public enum ZeroRule {
    /** The smallest number, with underflow and inexact raised: CUDA, PyTorch. The default. */
    SMALLEST("smallest"),
    /** NaN, with invalid raised: ml_dtypes. */
    NAN("nan");

    private final String id;

    ZeroRule(String id) {
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
    public static ZeroRule parse(String text) {
        return Choice.parse("zero rule", text, values(), ZeroRule::id);
    }
}
