package org.bitexact.format;

/**
 * What becomes of a result in the subnormal range of the target format.
 *
 * <p>A flushed result is a zero of the result's sign and raises underflow and inexact.
 *
 * @since 0.1
 */
public enum SubnormalResults {
    /** Gradual underflow. The default. */
    KEEP("keep"),
    /** Flushed if the exact value is nonzero and below the smallest normal number: Arm with FZ. */
    FLUSH_BEFORE_ROUNDING("flush-before"),
    /** Flushed if the value rounded with unbounded exponent range is below it: x86 with FTZ. */
    FLUSH_AFTER_ROUNDING("flush-after");

    private final String id;

    SubnormalResults(String id) {
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
    public static SubnormalResults parse(String text) {
        return Choice.parse("subnormal results", text, values(), SubnormalResults::id);
    }
}
