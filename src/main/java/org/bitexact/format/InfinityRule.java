package org.bitexact.format;

/**
 * What becomes of an infinite input.
 *
 * @since 0.1
 */
public enum InfinityRule {
    /** It stays infinity; without infinity in the format it becomes NaN, without NaN the largest finite number. */
    KEEP("keep"),
    /** It becomes the largest finite number of its sign. */
    SATURATE("sat"),
    /** It becomes NaN; without NaN in the format, the largest finite number. */
    NAN("nan");

    private final String id;

    InfinityRule(String id) {
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
    public static InfinityRule parse(String text) {
        return Choice.parse("infinity rule", text, values(), InfinityRule::id);
    }
}
