package org.bitexact.vectors;

import java.util.List;

/**
 * What a comparison of a pack found.
 *
 * @param rows number of rows compared
 * @param mismatches number of rows that differ
 * @param explanation the first difference in words, one line an element; empty if there is none
 * @since 0.1
 */
public record PackReport(int rows, int mismatches, List<String> explanation) {
    /** Copies the list. */
    public PackReport {
        explanation = List.copyOf(explanation);
    }

    /** {@return whether all rows are equal} */
    public boolean isEqual() {
        return mismatches == 0;
    }
}
