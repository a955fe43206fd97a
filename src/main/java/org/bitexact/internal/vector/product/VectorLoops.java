package org.bitexact.internal.vector.product;

import org.bitexact.internal.array.AlignedPanel;
import org.bitexact.internal.array.AlignedSteps;
import org.bitexact.internal.array.FmaPanel;
import org.bitexact.internal.array.ProductLoops;

/** The inner loops of matrix products that are written for the Vector API. */
public final class VectorLoops implements ProductLoops {
    /** Numbers of a panel for chains: that it stays in the second cache. */
    private static final int NUMBERS = 160 << 10;
    /** Here, so that the family cannot be made where the Vector API is absent. */
    private final int columns = VectorFmaPanel.COLUMNS;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public int columns(int n) {
        return columns;
    }

    @Override
    public int chainColumns(int n, int depth, int shares) {
        int stretches = Math.max(1, (n + columns - 1) / columns);
        int most = Math.max(1, Math.min(stretches / shares, NUMBERS / columns / Math.max(1, depth)));
        int panels = (stretches + most - 1) / most;
        return (stretches + panels - 1) / panels * columns;
    }

    @Override
    public FmaPanel fma(int depth, int width) {
        return new VectorFmaPanel(depth, width);
    }

    @Override
    public AlignedPanel aligned(AlignedSteps steps, boolean tiles, int rows, int depth, int width) {
        return new VectorAlignedPanel(steps, tiles, rows, depth);
    }
}
