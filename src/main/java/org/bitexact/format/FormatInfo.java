package org.bitexact.format;

import java.util.List;
import java.util.Objects;

/**
 * What is known about a format beside its parameters.
 *
 * @param title a short name for people, for example {@code OCP E4M3}
 * @param aliases names used by frameworks, standards and vendors; matching ignores case
 * @param sources the documents the parameters come from
 * @param certainty how well the behaviour is known
 * @param note remarks a user must know, for example which part is an assumption; empty if none
 * @since 0.1
 */
public record FormatInfo(String title, List<Alias> aliases, List<Source> sources, Certainty certainty, String note) {

    /** Copies the lists, so that the description cannot change. */
    public FormatInfo {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(certainty, "certainty");
        Objects.requireNonNull(note, "note");
        aliases = List.copyOf(aliases);
        sources = List.copyOf(sources);
    }

    /**
     * Describes a format a user has defined.
     *
     * @param title the title
     * @return a description without aliases or sources
     */
    public static FormatInfo custom(String title) {
        return new FormatInfo(title, List.of(), List.of(), Certainty.SPECIFIED, "");
    }
}
