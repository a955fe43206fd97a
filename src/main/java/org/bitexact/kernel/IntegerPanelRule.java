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
 * An {@link IntegerDot} by binary32 multiply-adds that are exact.
 *
 * <p>Chains start at 1.5 · 2^23 and go on for so many steps that the sum of the products is at most 2^22 in magnitude:
 * every partial sum is an integer in [2^23, 2^24], hence exact, and its bits less those of the start are the sum. These
 * sums are added as integers modulo 2^32, which is what a sum that wraps is modulo any smaller power of two as well.
 *
 * <p>A sum that saturates is the same if it cannot come near the limits, whatever the order; elements whose addend lets
 * it are doubtful. Exclusive or: with x' = 1 - 2x, {@code (1 - a'·b') / 2} is 1 where bits differ, else 0.
 *
 * @param rule the rule
 * @param largestA greatest magnitude of a factor less its zero point
 * @param largestB the same of the other factor
 */
record IntegerPanelRule(IntegerDot rule, int largestA, int largestB) implements PanelRule {
    /** Least number of steps for which the loops pay. */
    private static final int LEAST = 16;

    /** {@return whether a chain has room for enough steps} */
    static boolean suits(long largestA, long largestB) {
        return largestA * largestB * LEAST <= FmaPanel.INTEGERS;
    }

    @Override
    public boolean suits(ProductLoops loops) {
        return true;
    }

    /** {@return the most steps of a chain} */
    private int steps() {
        return FmaPanel.INTEGERS / Math.max(1, largestA * largestB);
    }

    @Override
    public int columns(ProductLoops loops, int n, int k, int shares) {
        return loops.chainColumns(n, Math.min(k, DEPTH), shares);
    }

    @Override
    public boolean conditions() {
        return rule.isXor() || rule.zeroA() != 0;
    }

    @Override
    public void condition(float[] row, int from, int k) {
        shift(row, from, k, rule.zeroA());
    }

    @Override
    public boolean conditionsColumns() {
        return rule.isXor() || rule.zeroB() != 0;
    }

    @Override
    public void conditionColumns(float[] x, int from, int n) {
        shift(x, from, n, rule.zeroB());
    }

    private void shift(float[] x, int from, int n, int zero) {
        if (rule.isXor()) {
            for (int i = from; i < from + n; i++) {
                x[i] = 1 - 2 * x[i];
            }
        } else if (zero != 0) {
            for (int i = from; i < from + n; i++) {
                x[i] -= zero;
            }
        }
    }

    @Override
    public Panel panel(ProductLoops loops, int rows, int columns, int k) {
        return new Sums(loops.fma(Math.min(k, DEPTH), columns), rows, columns, k);
    }

    private final class Sums extends Panel {
        private final FmaPanel chains;
        private final FloatRows start;
        private final FloatRows sums;
        private final int[][] totals;
        private final long room; // for addends of sums that saturate
        private final boolean @Nullable [][] doubtful;
        private int used; // columns

        Sums(FmaPanel chains, int rows, int columns, int k) {
            this.chains = chains;
            float[] zero = new float[columns];
            Arrays.fill(zero, FmaPanel.INTEGER_ZERO);
            start = new FloatRows(zero, 0, 0);
            sums = new FloatRows(Scratch.floats(rows * columns), 0, columns);
            totals = new int[rows][columns];
            room = rule.limit() - (long) k * largestA * largestB;
            doubtful = rule.saturates() ? new boolean[rows][columns] : null;
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int rows, int columns) {
            chains.load(x, from, stride, first, rows, columns);
            used = columns;
        }

        @Override
        public void start(int i, @Nullable Object c, int at, int n) {
            if (c == null) {
                Arrays.fill(totals[i], 0, n, 0);
            } else {
                for (int j = 0; j < n; j++) {
                    totals[i][j] = (int) rule.formatC().toInteger(code(c, at + j));
                }
            }
            if (doubtful != null) {
                for (int j = 0; j < n; j++) {
                    doubtful[i][j] = Math.abs((long) totals[i][j]) > room;
                }
            }
        }

        @Override
        public void accumulate(float[] a, int from, int stride, int rows, int first, int steps) {
            for (int p = 0; p < steps; p += steps()) {
                chain(a, from + p, stride, rows, p, Math.min(steps(), steps - p));
            }
        }

        private void chain(float[] a, int from, int stride, int rows, int p, int steps) {
            chains.accumulate(new FloatRows(a, from, stride), rows, p, steps, start, sums, used);
            for (int i = 0; i < rows; i++) {
                if (rule.isXor()) {
                    chains.addHalf(sums.array(), sums.at(i), used, steps, totals[i]);
                } else {
                    chains.add(sums.array(), sums.at(i), used, totals[i]);
                }
            }
        }

        @Override
        public void finish(int i, Object d, int at, int n, long element) {
            if (d instanceof int[] x && rule.finishesWithSum()) {
                System.arraycopy(totals[i], 0, x, at, n);
            } else {
                for (int j = 0; j < n; j++) {
                    store(d, at + j, rule.finish(totals[i][j], element + j));
                }
            }
        }

        @Override
        public void close() {
            chains.close();
            Scratch.release(sums.array());
        }

        @Override
        public boolean @Nullable [] doubtful(int i) {
            return doubtful == null ? null : doubtful[i];
        }
    }
}
