package org.bitexact.format;

import java.util.Objects;

/**
 * Where a statement about a format comes from.
 *
 * @param document the document's title
 * @param revision its revision or year; empty if it has none
 * @param section the section, clause or table; empty if the whole document is meant
 * @param link an address where the document can be found; empty if there is none
 * @since 0.1
 */
public record Source(String document, String revision, String section, String link) {

    /** Checks that no component is null and that the document is named. */
    public Source {
        Objects.requireNonNull(revision, "revision");
        Objects.requireNonNull(section, "section");
        Objects.requireNonNull(link, "link");
        if (document.isBlank()) {
            throw new IllegalArgumentException("document must not be blank");
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(document);
        for (String part : new String[] {revision, section}) {
            if (!part.isEmpty()) {
                text.append(", ").append(part);
            }
        }
        return text.toString();
    }
}
