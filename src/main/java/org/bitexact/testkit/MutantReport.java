package org.bitexact.testkit;

import java.util.List;
import java.util.Objects;

/**
 * What a test bench made of the right implementation and of the wrong ones.
 *
 * @param subject what was implemented, in words
 * @param acceptsRight whether the bench accepted the right implementation
 * @param objection why the bench rejected the right implementation, if it said so; otherwise empty
 * @param killed the mutants that the bench rejected, as it should
 * @param survivors the mutants that it accepted
 * @since 0.1
 */
public record MutantReport(
        String subject,
        boolean acceptsRight,
        String objection,
        List<? extends Mutant<?>> killed,
        List<? extends Mutant<?>> survivors) {

    /** Checks the components. */
    public MutantReport {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(objection, "objection");
        killed = List.copyOf(killed);
        survivors = List.copyOf(survivors);
    }

    /** {@return whether the bench accepts the right implementation and no other} */
    public boolean isComplete() {
        return acceptsRight && survivors.isEmpty();
    }

    /**
     * Requires that the bench accepts the right implementation and no other.
     *
     * @throws AssertionError with {@link #toString()} as its message, if it does not
     */
    public void assertComplete() {
        if (!isComplete()) {
            throw new AssertionError(toString());
        }
    }

    /** {@return the outcome in words: a summary, then one line for each survivor, with an input that would kill it} */
    @Override
    public String toString() {
        int all = killed.size() + survivors.size();
        StringBuilder text = new StringBuilder();
        text.append(subject)
                .append(": the bench kills ")
                .append(killed.size())
                .append(" of ")
                .append(all)
                .append(all == 1 ? " mutant" : " mutants");
        if (!acceptsRight) {
            text.append("\n  but it rejects the right implementation, so this says nothing");
            if (!objection.isEmpty()) {
                text.append(": ").append(objection);
            }
        }
        for (Mutant<?> m : survivors) {
            text.append("\n  survives: ")
                    .append(m.name())
                    .append(" (")
                    .append(m.defect())
                    .append(m.flagsAlone() ? "; flags alone" : "")
                    .append("), for example ")
                    .append(m.example());
        }
        return text.toString();
    }
}
