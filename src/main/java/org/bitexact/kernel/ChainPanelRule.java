package org.bitexact.kernel;

import java.util.Arrays;
import org.bitexact.internal.array.FmaPanel;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.array.Scratch;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FloatDot} that is, but for its ends, a chain of binary32 multiply-adds: the default contract. An element is
 * that of {@link ProcessorSteps.Binary32#chain}.
 */
record ChainPanelRule(FloatDot rule) implements PanelRule {
    @Override
    public boolean suits(ProductLoops loops) {
        return true;
    }

    @Override
    public int columns(ProductLoops loops, int n, int k, int shares) {
        return loops.chainColumns(n, Math.min(k, DEPTH), shares);
    }

    @Override
    public Panel panel(ProductLoops loops, int rows, int columns, int k) {
        FmaPanel chains = loops.fma(Math.min(k, DEPTH), columns);
        float[][] sums = Scratch.rows(rows, columns);
        float nan = Float.intBitsToFloat((int) rule.finish(Float.NaN, k, 0));
        return new Panel() {
            @Override
            public void load(float[] x, int from, int stride, int first, int m, int n) {
                chains.load(x, from, stride, first, m, n);
            }

            @Override
            public void start(int i, @Nullable Object c, int at, int n) {
                if (c == null) {
                    Arrays.fill(sums[i], 0, n, rule.start(0));
                } else if (c instanceof float[] x && rule.startsWithAddend()) {
                    System.arraycopy(x, at, sums[i], 0, n);
                } else {
                    for (int j = 0; j < n; j++) {
                        sums[i][j] = rule.start(code(c, at + j));
                    }
                }
            }

            @Override
            public void accumulate(float[] a, int from, int stride, int m, int first, int steps) {
                chains.accumulate(a, from, stride, m, 0, steps, sums, 0);
            }

            @Override
            public void finish(int i, Object d, int at, int n, long element) {
                if (d instanceof float[] x && rule.finishesWithSum()) {
                    chains.copy(sums[i], n, nan, x, at);
                } else {
                    for (int j = 0; j < n; j++) {
                        store(d, at + j, rule.finish(sums[i][j], k, element + j));
                    }
                }
            }

            @Override
            public void close() {
                chains.close();
                Scratch.release(sums);
            }
        };
    }
}
