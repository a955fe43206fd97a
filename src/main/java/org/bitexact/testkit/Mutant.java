package org.bitexact.testkit;

import java.util.Objects;

/**
 * A deliberately wrong implementation, interchangeable with the right one.
 *
 * @param <F> the interface that right and wrong implementations share
 * @param name short name, lower case with hyphens, unique within its family: {@code ties-away}
 * @param defect what is wrong, in words
 * @param family what it is an implementation of
 * @param flagsAlone whether only its flags are wrong: no input was found for which its code is
 * @param example an input for which it is wrong, with the right and the wrong result, in words
 * @param implementation the wrong implementation
 * @since 0.1
 */
public record Mutant<F>(
        String name, String defect, MutantFamily family, boolean flagsAlone, String example, F implementation) {

    /** Checks the components. */
    public Mutant {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(defect, "defect");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(example, "example");
        Objects.requireNonNull(implementation, "implementation");
    }

    @Override
    public String toString() {
        return family + " " + name + ": " + defect + "; " + example;
    }
}
