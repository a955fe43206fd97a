package org.bitexact.format;

/**
 * When a nonzero result counts as tiny; underflow is raised if it is tiny and inexact.
 *
 * <p>The rules differ only for results that round up to the smallest normal number.
 *
 * <p>Source: IEEE 754-2019, 7.5.
 *
 * @since 0.1
 */
public enum Tininess {
    /** The exact value is below the smallest normal number: Arm, PowerPC, s390x. */
    BEFORE_ROUNDING("before"),
    /** The value rounded with unbounded exponent range is below it: x86, RISC-V. The default. */
    AFTER_ROUNDING("after");

    private final String id;

    Tininess(String id) {
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
    public static Tininess parse(String text) {
        return Choice.parse("tininess", text, values(), Tininess::id);
    }
}
