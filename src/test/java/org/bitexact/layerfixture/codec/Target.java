package org.bitexact.layerfixture.codec;

/** Something of the layer codec to use. */
public final class Target {
    private Target() {}

    public static int value() {
        return 0;
    }
}
