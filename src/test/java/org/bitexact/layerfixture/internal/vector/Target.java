package org.bitexact.layerfixture.internal.vector;

/** Something of the layer array, in its internal package, to use. */
public final class Target {
    private Target() {}

    public static int value() {
        return 0;
    }
}
