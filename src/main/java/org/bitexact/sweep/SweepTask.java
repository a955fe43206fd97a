package org.bitexact.sweep;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One comparison: every input of a space goes to a subject and to a reference, and code and flags must be equal.
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
    }

    /** {@return all that determines the outcome, on one line} */
    public String identity() {
        return name + " | " + space.id() + " | " + subject.id() + " | "
                + (reference == null ? "digest alone" : reference.id());
    }
}
