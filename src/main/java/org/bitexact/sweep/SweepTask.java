package org.bitexact.sweep;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One comparison: every input of a space goes to a subject and to a reference, and code and flags must be equal; the
 * code alone if one of them has no flags.
 *
 * @param name how reports call it, on one line, unique within a plan
 * @param space the inputs
 * @param subject what is tested, and digested
 * @param reference what it is compared with; null to compute the digest alone
 * @since 0.1
 */
public record SweepTask(
        String name,
        InputSpace space,
        Implementation subject,
        @Nullable Implementation reference) {
    /** Checks the components. */
    public SweepTask {
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(subject, "subject");
        if (name.isBlank() || name.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("name must be one line of text: '" + name + "'");
        }
        requireFormats(space, subject);
        if (reference != null) {
            requireFormats(space, reference);
            if (subject.hasFlags() != reference.hasFlags()) {
                subject = subject.codes();
                reference = reference.codes();
            }
        }
    }

    /**
     * {@return a comparison of implementations of the library, named after what they compute}
     *
     * @param computation what is computed
     * @param space the inputs
     * @param subject name of an implementation, see {@link Implementations}
     * @param reference name of an implementation, or {@code none} to compute the digest alone
     */
    public static SweepTask of(Computation computation, InputSpace space, String subject, String reference) {
        return new SweepTask(
                computation.name(),
                space,
                Implementations.named(subject, computation),
                reference.equals("none") ? null : Implementations.named(reference, computation));
    }

    /** {@return this task under another name}
     *
     * @param value the name
     */
    public SweepTask named(String value) {
        return new SweepTask(value, space, subject, reference);
    }

    /** {@return this task with flags left out of comparison and digest} */
    public SweepTask codes() {
        return new SweepTask(name, space, subject.codes(), reference == null ? null : reference.codes());
    }

    private static void requireFormats(InputSpace space, Implementation implementation) {
        if (!space.formats().equals(implementation.operands())) {
            throw new IllegalArgumentException("formats of inputs must be those of the operands of "
                    + implementation.id() + ": " + space.formats());
        }
    }

    /** {@return all that determines the outcome, on one line} */
    public String identity() {
        return name + " | " + space.id() + " | " + subject.id() + " | "
                + (reference == null ? "digest alone" : reference.id());
    }
}
