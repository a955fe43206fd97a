package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which loops matrix products take, with families that are right, wrong, slow or broken. */
@Tag("fast")
class LoopSelectionTest {
    /** Steps from row 0 of B on, by right loops or with the rows of B. */
    private interface Accumulate {
        boolean accumulate(
                FmaPanel right, float[][] b, FloatRows a, int rows, int k, FloatRows start, FloatRows sums, int n);
    }

    /** Plain loops with another way to accumulate. */
    private record Family(Accumulate accumulate, boolean wrongIntegers) implements ProductLoops {
        Family(Accumulate accumulate) {
            this(accumulate, false);
        }

        @Override
        public String name() {
            return "other";
        }

        @Override
        public int columns(int n) {
            return PlainLoops.INSTANCE.columns(n);
        }

        @Override
        public @Nullable AlignedPanel aligned(AlignedSteps steps, boolean tiles, int rows, int depth, int columns) {
            return null;
        }

        @Override
        public FmaPanel fma(int depth, int columns) {
            FmaPanel right = PlainLoops.INSTANCE.fma(depth, columns);
            float[][] b = new float[depth][columns];
            return new FmaPanel() {
                @Override
                public int columns() {
                    return right.columns();
                }

                @Override
                public void load(float[] x, int from, int stride, int first, int rows, int n) {
                    right.load(x, from, stride, first, rows, n);
                    for (int i = 0; i < rows; i++) {
                        System.arraycopy(x, from + i * stride, b[first + i], 0, n);
                    }
                }

                @Override
                public boolean accumulate(FloatRows a, int rows, int p, int k, FloatRows start, FloatRows sums, int n) {
                    assertThat(p).isZero();
                    return accumulate.accumulate(right, b, a, rows, k, start, sums, n);
                }

                @Override
                public void add(float[] sums, int at, int n, int[] totals) {
                    right.add(sums, at, n, totals);
                    totals[1] += wrongIntegers ? 1 : 0;
                }

                @Override
                public void addHalf(float[] sums, int at, int n, int number, int[] totals) {
                    right.addHalf(sums, at, n, number, totals);
                }
            };
        }
    }

    private static final Family RIGHT =
            new Family((right, b, a, rows, k, start, sums, n) -> right.accumulate(a, rows, 0, k, start, sums, n));

    private static float factor(FloatRows a, int i, int p) {
        return a.array()[a.at(i) + p];
    }

    /** Rounds each product before it is added. */
    private static final Family ROUNDS_TWICE = new Family((right, b, a, rows, k, start, sums, n) -> {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < n; j++) {
                float sum = start.array()[start.at(i) + j];
                for (int p = 0; p < k; p++) {
                    sum += factor(a, i, p) * b[p][j];
                }
                sums.array()[sums.at(i) + j] = sum;
            }
        }
        return true;
    });

    /** Takes the steps from the last to the first. */
    private static final Family DESCENDS = new Family((right, b, a, rows, k, start, sums, n) -> {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < n; j++) {
                float sum = start.array()[start.at(i) + j];
                for (int p = k - 1; p >= 0; p--) {
                    sum = Math.fma(factor(a, i, p), b[p][j], sum);
                }
                sums.array()[sums.at(i) + j] = sum;
            }
        }
        return true;
    });

    /** Leaves the last row out. */
    private static final Family FORGETS_A_ROW =
            new Family((right, b, a, rows, k, start, sums, n) -> right.accumulate(a, rows - 1, 0, k, start, sums, n));

    /** Leaves the last column out. */
    private static final Family FORGETS_A_COLUMN =
            new Family((right, b, a, rows, k, start, sums, n) -> right.accumulate(a, rows, 0, k, start, sums, n - 1));

    /** Does not tell that there are NaNs. */
    private static final Family HIDES_NANS = new Family((right, b, a, rows, k, start, sums, n) -> {
        right.accumulate(a, rows, 0, k, start, sums, n);
        return false;
    });

    private static final Family FAILS = new Family((right, b, a, rows, k, start, sums, n) -> {
        throw new NoSuchMethodError("changed since");
    });

    @Test
    void loopsMustGiveTheBitsOfPlainOnes() {
        assertThat(LoopSelection.agrees(RIGHT)).isTrue();
        assertThat(LoopSelection.agrees(ROUNDS_TWICE)).isFalse();
        assertThat(LoopSelection.agrees(DESCENDS)).isFalse();
        assertThat(LoopSelection.agrees(FORGETS_A_ROW)).isFalse();
        assertThat(LoopSelection.agrees(FORGETS_A_COLUMN)).isFalse();
        assertThat(LoopSelection.agrees(HIDES_NANS)).isFalse();
        assertThat(LoopSelection.agrees(FAILS)).isFalse();
        assertThat(LoopSelection.agrees(new Family(RIGHT.accumulate, true))).isFalse();
    }

    @Test
    void largeProductsWaitForTheTrials() {
        ProductLoops none = new Family(
                (right, b, a, rows, k, start, sums, n) -> rows > 0 && right.accumulate(a, rows, 0, k, start, sums, n));
        assertThat(new LoopSelection(PlainLoops.INSTANCE, null).loops(1e12)).isSameAs(PlainLoops.INSTANCE);
        assertThat(new LoopSelection(PlainLoops.INSTANCE, () -> null).loops(1e12))
                .isSameAs(PlainLoops.INSTANCE);
        for (ProductLoops wrong : new ProductLoops[] {ROUNDS_TWICE, DESCENDS, FORGETS_A_ROW, HIDES_NANS, FAILS}) {
            assertThat(new LoopSelection(PlainLoops.INSTANCE, () -> wrong).loops(1e12))
                    .isSameAs(PlainLoops.INSTANCE);
        }
        // the same loops by another name are as fast, and win three trials in succession before patience ends
        assertThat(new LoopSelection(PlainLoops.INSTANCE, () -> none).loops(1e12))
                .isSameAs(none);
    }

    @Test
    void smallProductsPayForTrialsWithTheirTime() {
        LoopSelection selection = new LoopSelection(PlainLoops.INSTANCE, () -> RIGHT);
        assertThat(selection.loops(1)).isSameAs(PlainLoops.INSTANCE);
        selection.worked(1000);
        assertThat(selection.loops(1)).isSameAs(PlainLoops.INSTANCE);
        selection.worked(10_000_000_000L);
        assertThat(selection.loops(1)).isSameAs(RIGHT);
    }

    @Test
    void propertyChoosesTheFamily() {
        for (String family : new String[] {"auto", "scalar", "table", "jdk"}) {
            assertThat(LoopSelection.of(family).loops(1)).as(family).isSameAs(PlainLoops.INSTANCE);
        }
        ProductLoops forced = LoopSelection.of("vector").loops(1);
        assertThat(forced.name()).isEqualTo(LoopSelection.vector() == null ? "plain" : "vector");
    }
}
