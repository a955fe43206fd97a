package org.bitexact.layerfixture.internal.codec;

import org.bitexact.layerfixture.internal.vector.Target;

/** Violates the order: {@code internal.vector} belongs to {@code array}, after {@code codec}. */
final class UsesInternalVector {
    private UsesInternalVector() {}

    static int value() {
        return Target.value();
    }
}
