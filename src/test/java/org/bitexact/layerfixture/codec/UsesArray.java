package org.bitexact.layerfixture.codec;

import org.bitexact.layerfixture.array.Target;

/** Violates the order. */
final class UsesArray {
    private UsesArray() {}

    static int value() {
        return Target.value();
    }
}
