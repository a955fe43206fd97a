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
        void accumulate(
                FmaPanel right,
                float[][] b,
                float[] a,
                int from,
                int stride,
                int rows,
                int k,
                float[][] sums,
                int first);
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
                public void accumulate(
                        float[] a, int from, int stride, int rows, int p, int k, float[][] sums, int first) {
                    assertThat(p).isZero();
                    accumulate.accumulate(right, b, a, from, stride, rows, k, sums, first);
                }

                @Override
                public void copy(float[] sums, int n, float nan, float[] to, int at) {
                    right.copy(sums, n, nan, to, at);
                }

                @Override
                public void add(float[] sums, int n, int[] totals) {
                    right.add(sums, n, totals);
                    totals[1] += wrongIntegers ? 1 : 0;
                }

                @Override
                public void addHalf(float[] sums, int n, int number, int[] totals) {
                    right.addHalf(sums, n, number, totals);
                }
            };
        }
    }

    private static final Family RIGHT = new Family((right, b, a, from, stride, rows, k, sums, first) ->
            right.accumulate(a, from, stride, rows, 0, k, sums, first));

    /** Rounds each product before it is added. */
    private static final Family ROUNDS_TWICE = new Family((right, b, a, from, stride, rows, k, sums, first) -> {
        for (int i = 0; i < rows; i++) {
            for (int p = 0; p < k; p++) {
                for (int j = 0; j < right.columns(); j++) {
                    sums[first + i][j] += a[from + i * stride + p] * b[p][j];
                }
            }
        }
    });

    /** Takes the steps from the last to the first. */
    private static final Family DESCENDS = new Family((right, b, a, from, stride, rows, k, sums, first) -> {
        for (int i = 0; i < rows; i++) {
            for (int p = k - 1; p >= 0; p--) {
                for (int j = 0; j < right.columns(); j++) {
                    sums[first + i][j] = Math.fma(a[from + i * stride + p], b[p][j], sums[first + i][j]);
                }
            }
        }
    });

    /** Leaves the last row out. */
    private static final Family FORGETS = new Family((right, b, a, from, stride, rows, k, sums, first) ->
            right.accumulate(a, from, stride, rows - 1, 0, k, sums, first));

    private static final Family FAILS = new Family((right, b, a, from, stride, rows, k, sums, first) -> {
        throw new NoSuchMethodError("changed since");
    });

    @Test
    void loopsMustGiveTheBitsOfPlainOnes() {
        assertThat(LoopSelection.agrees(RIGHT)).isTrue();
        assertThat(LoopSelection.agrees(ROUNDS_TWICE)).isFalse();
        assertThat(LoopSelection.agrees(DESCENDS)).isFalse();
        assertThat(LoopSelection.agrees(FORGETS)).isFalse();
        assertThat(LoopSelection.agrees(FAILS)).isFalse();
        assertThat(LoopSelection.agrees(new Family(RIGHT.accumulate, true))).isFalse();
    }

    @Test
    void largeProductsWaitForTheTrials() {
        ProductLoops none = new Family((right, b, a, from, stride, rows, k, sums, first) -> {
            if (rows > 0) {
                right.accumulate(a, from, stride, rows, 0, k, sums, first);
            }
        });
        assertThat(new LoopSelection(PlainLoops.INSTANCE, null).loops(1e12)).isSameAs(PlainLoops.INSTANCE);
        assertThat(new LoopSelection(PlainLoops.INSTANCE, () -> null).loops(1e12))
                .isSameAs(PlainLoops.INSTANCE);
        for (ProductLoops wrong : new ProductLoops[] {ROUNDS_TWICE, DESCENDS, FORGETS, FAILS}) {
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
