package org.bitexact.layerfixture.oracle;

import org.bitexact.layerfixture.codec.Target;

/** Violates the independence of the oracle. */
final class UsesCodec {
    private UsesCodec() {}

    static int value() {
        return Target.value();
    }
}
