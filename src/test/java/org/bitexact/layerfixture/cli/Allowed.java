package org.bitexact.layerfixture.cli;

import org.bitexact.layerfixture.codec.Target;

/** The command line uses all the others. */
final class Allowed {
    private Allowed() {}

    static int value() {
        return Target.value() + org.bitexact.layerfixture.internal.vector.Target.value();
    }
}
