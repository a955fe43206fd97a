package org.bitexact.kernel;

import org.bitexact.internal.array.LoopSelection;
import org.bitexact.internal.array.ProductLoops;
import org.jspecify.annotations.Nullable;

/** Matrix products by loops of one's choice, for tests of rules in other packages. */
public final class Loops {
    private Loops() {}

    /** {@return the loops of the Vector API, or null where it is absent} */
    public static @Nullable ProductLoops vector() {
        return LoopSelection.vector();
    }

    /** {@return products by given loops} */
    public static Gemm gemm(DotProduct rule, ProductLoops loops) {
        return Gemm.of(rule).loops(loops);
    }
}
