package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class PlainLoopsTest {
    private static final int LINE = 16;

    private final SplittableRandom random = new SplittableRandom(5);

    /** Where loops begin is found by trying, and differs from start to start. */
    @Test
    void chainsAreTheSameWhereverLoopsBegin() {
        for (int begin = 1; begin < LINE; begin++) {
            for (int n : new int[] {1, 2, 15, 16, 17, 31, 33, 64}) {
                check(new PlainLoops.Panel(60, 64, begin), 1 + random.nextInt(10), n, random.nextInt(50), 1);
                check(new PlainLoops.Panel(60, 64, begin), 50, n, 3, 57);
            }
        }
    }

    @Test
    void chainsOfAPanelThatLooksForLinesAreThose() {
        for (int i = 0; i < 20; i++) {
            check(new PlainLoops.Panel(100, 400), 9, 400 - i, 100 - 7 - i, 7);
            check(new PlainLoops.Panel(33_000, 16), 9, 16, 32_000, 5);
            check(new PlainLoops.Panel(2, 20_000), 9, 20_000, 1, 1);
        }
    }

    /** What an earlier panel has left in the rows beside the columns is in no sum, nor a NaN. */
    @Test
    void nothingBesideTheColumnsCounts() {
        for (int begin = 1; begin < LINE; begin++) {
            float[][] rows = Scratch.rows(8 + 48, 48 + 28);
            for (float[] row : rows) {
                Arrays.fill(row, Float.NaN);
            }
            Scratch.release(rows);
            for (int n : new int[] {48, 35, 1}) {
                check(new PlainLoops.Panel(8, 48, begin), 5, n, 8, 0);
            }
        }
    }

    /** Rows p to p + k - 1 of a panel, filled in two parts. */
    private void check(FmaPanel panel, int m, int n, int k, int p) {
        float[] a = numbers(m * (k + 3));
        float[] b = numbers(k * (n + 2));
        float[] c = numbers(m * (n + 1));
        float[] d = new float[m * (n + 1)];
        Arrays.fill(d, -1);
        panel.load(b, 0, n + 2, p, k / 2, n);
        panel.load(b, k / 2 * (n + 2), n + 2, p + k / 2, k - k / 2, n);
        boolean nan = panel.accumulate(
                new FloatRows(a, 0, k + 3), m, p, k, new FloatRows(c, 0, n + 1), new FloatRows(d, 0, n + 1), n);
        panel.close();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = c[i * (n + 1) + j];
                for (int q = 0; q < k; q++) {
                    sum = Math.fma(a[i * (k + 3) + q], b[q * (n + 2) + j], sum);
                }
                assertThat(d[i * (n + 1) + j])
                        .as("%d x %d x %d, %d, %d", m, n, k, i, j)
                        .isEqualTo(sum);
            }
            assertThat(d[i * (n + 1) + n]).as("beside the sums").isEqualTo(-1);
        }
        assertThat(nan).as("may be NaN").isFalse();
    }

    private float[] numbers(int n) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (random.nextInt(2000) - 1000) / 256f;
        }
        return x;
    }
}
