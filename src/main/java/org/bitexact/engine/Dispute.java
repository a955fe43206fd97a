package org.bitexact.engine;

import java.util.Objects;
import org.bitexact.format.Source;

/**
 * A question on which published sources about an engine disagree: another specification that one of them holds.
 *
 * <p>An input is disputed if that specification gives another result for it.
 *
 * @param question what the sources disagree on
 * @param alternative the other reading
 * @param source who holds it
 * @since 0.1
 */
public record Dispute(String question, Spec alternative, Source source) {
    /** Checks that no component is null. */
    public Dispute {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(alternative, "alternative");
        Objects.requireNonNull(source, "source");
    }
}
