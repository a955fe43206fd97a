package org.bitexact.layerfixture.array;

/** Something of the layer array to use. */
public final class Target {
    private Target() {}

    public static int value() {
        return 0;
    }
}
