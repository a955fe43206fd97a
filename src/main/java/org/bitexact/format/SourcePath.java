package org.bitexact.format;

/**
 * Whether a value reaches the target format directly or through binary32.
 *
 * @since 0.1
 */
public enum SourcePath {
    /** One rounding. The default. */
    DIRECT("direct"),
    /**
     * First rounded to binary32 (ties to even), then to the target: the double rounding that frameworks do with
     * binary64 values. The flags are those of the second rounding.
     */
    VIA_BINARY32("via-f32");

    private final String id;

    SourcePath(String id) {
        this.id = id;
    }

    /** {@return the name used on the command line} */
    public String id() {
        return id;
    }

    /**
     * Finds a path by name.
     *
     * @param text the name; case does not matter
     * @return the path
     * @throws IllegalArgumentException if no path has the name
     */
    public static SourcePath parse(String text) {
        return Choice.parse("source path", text, values(), SourcePath::id);
    }
}
