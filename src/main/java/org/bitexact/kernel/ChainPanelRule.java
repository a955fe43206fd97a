package org.bitexact.kernel;

import java.util.Arrays;
import org.bitexact.internal.array.FloatRows;
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
        return new Chains(loops.fma(Math.min(k, DEPTH), columns), rows, k);
    }

    private final class Chains extends Panel {
        private final FmaPanel chains;
        private final int rows;
        private final int k;
        private final float nan;
        /** Where chains without an addend start. */
        private final FloatRows zeros;

        private float[] own = {}; // sums, unless the results are
        private FloatRows sums;
        private FloatRows start;
        private int used; // columns
        private boolean mayBeNaN;

        Chains(FmaPanel chains, int rows, int k) {
            this.chains = chains;
            this.rows = rows;
            this.k = k;
            nan = Float.intBitsToFloat((int) rule.finish(Float.NaN, k, 0));
            float[] zero = new float[chains.columns()];
            Arrays.fill(zero, rule.start(0));
            zeros = new FloatRows(zero, 0, 0);
            sums = zeros;
            start = zeros;
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int m, int n) {
            chains.load(x, from, stride, first, m, n);
        }

        @Override
        public void into(float[] d, int from, int stride) {
            if (rule.finishesWithSum()) {
                sums = new FloatRows(d, from, stride);
            }
        }

        @Override
        public void start(int i, @Nullable Object c, int at, int n) {
            if (sums == zeros) {
                own = Scratch.floats(rows * chains.columns());
                sums = new FloatRows(own, 0, chains.columns());
            }
            used = n;
            mayBeNaN = k == 0;
            start = c == null && k > 0 ? zeros : sums;
            if (c instanceof float[] x && rule.startsWithAddend()) {
                System.arraycopy(x, at, sums.array(), sums.at(i), n);
            } else if (start == sums) {
                for (int j = 0; j < n; j++) {
                    sums.array()[sums.at(i) + j] = rule.start(c == null ? 0 : code(c, at + j));
                }
            }
        }

        @Override
        public void accumulate(float[] a, int from, int stride, int m, int first, int steps) {
            mayBeNaN |= chains.accumulate(new FloatRows(a, from, stride), m, 0, steps, start, sums, used);
            start = sums;
        }

        @Override
        public void finish(int i, Object d, int at, int n, long element) {
            if (sums.array() == own) {
                for (int j = 0; j < n; j++) {
                    store(d, at + j, rule.finish(own[sums.at(i) + j], k, element + j));
                }
            } else if (mayBeNaN) {
                FmaPanel.replaceNans(sums.array(), sums.at(i), n, nan);
            }
        }

        @Override
        public void close() {
            chains.close();
            if (own.length > 0) {
                Scratch.release(own);
            }
        }
    }
}
