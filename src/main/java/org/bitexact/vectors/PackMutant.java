package org.bitexact.vectors;

import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A wrong implementation of a {@link PackFunction}: a pack is good for something if it tells it from the right one.
 *
 * @param name short name
 * @param defect what is wrong, in words
 * @param implementation from the codes of operands to those of results and flags
 * @since 0.1
 */
public record PackMutant(String name, String defect, UnaryOperator<long[][]> implementation) {
    /** Checks the components. */
    public PackMutant {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(defect, "defect");
        Objects.requireNonNull(implementation, "implementation");
    }

    /** {@return name and defect} */
    @Override
    public String toString() {
        return name + ": " + defect;
    }
}
