package org.bitexact.sweep;

/**
 * One of several equal parts of a plan: a run of consecutive units. Parts may be computed on different machines; their
 * journals are merged.
 *
 * @param index which part, 1 to {@code count}
 * @param count number of parts
 * @since 0.1
 */
public record Shard(int index, int count) {
    /** The whole plan. */
    public static final Shard WHOLE = new Shard(1, 1);

    /** Checks the components. */
    public Shard {
        if (count < 1 || index < 1 || index > count) {
            throw new IllegalArgumentException("shard must be i/n with i in [1, n]: " + index + "/" + count);
        }
    }

    /**
     * {@return the shard written as {@code i/n}}
     *
     * @param text the text
     */
    public static Shard parse(String text) {
        int slash = text.indexOf('/');
        try {
            return new Shard(
                    Integer.parseInt(text.substring(0, Math.max(slash, 0)).strip()),
                    Integer.parseInt(text.substring(slash + 1).strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("shard must be i/n with i in [1, n]: '" + text + "'", e);
        }
    }

    /** First of the units; the shard ends where the next one begins. */
    long first(long units) {
        return boundary(units, index - 1);
    }

    /** End of the units, exclusive. */
    long end(long units) {
        return boundary(units, index);
    }

    private long boundary(long units, int part) {
        // without overflow: units is below 2^31, see SweepPlan
        return units * part / count;
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }
}
