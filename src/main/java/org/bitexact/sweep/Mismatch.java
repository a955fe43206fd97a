package org.bitexact.sweep;

import java.util.List;

/**
 * An input for which subject and reference differ.
 *
 * @param operands the codes that make up the input
 * @param got result of the subject
 * @param expected result of the reference
 * @param hasFlags whether the two hold flags above their codes, see {@link Implementation}
 * @param explanation the three in words, on one line
 * @since 0.1
 */
public record Mismatch(List<Long> operands, long got, long expected, boolean hasFlags, String explanation) {
    /** Copies the list. */
    public Mismatch {
        operands = List.copyOf(operands);
    }
}
