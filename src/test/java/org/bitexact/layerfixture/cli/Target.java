package org.bitexact.layerfixture.cli;

/** Something of the command line to use. */
public final class Target {
    private Target() {}

    public static int value() {
        return 0;
    }
}
