package org.bitexact.layerfixture.sweep;

import org.bitexact.layerfixture.cli.Target;

/** Violates the rule that nobody uses the command line. */
final class UsesCli {
    private UsesCli() {}

    static int value() {
        return Target.value();
    }
}
