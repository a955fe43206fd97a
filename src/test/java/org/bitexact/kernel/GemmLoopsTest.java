package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.LoopSelection;
import org.bitexact.internal.array.PlainLoops;
import org.bitexact.internal.array.ProductLoops;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loops of each family against the definition of their rules, element by element. */
@Tag("fast")
class GemmLoopsTest {
    private final Operands operands = new Operands(21);
    private final SplittableRandom random = operands.random();

    @Test
    void plainLoopsComputeTheDefaultContract() {
        checkChains(PlainLoops.INSTANCE);
    }

    @Test
    void vectorLoopsComputeTheDefaultContract() {
        checkChains(vector());
    }

    private static ProductLoops vector() {
        ProductLoops vector = LoopSelection.vector();
        assumeTrue(vector != null, "the Vector API is absent");
        return vector;
    }

    private void checkChains(ProductLoops loops) {
        List<ScalarFormat> formats = List.of(
                Formats.BINARY32,
                Formats.BFLOAT16,
                Formats.BINARY16,
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.TF32,
                Formats.INT8,
                Formats.OCP_E2M1);
        int shape = 0;
        for (ScalarFormat a : formats) {
            for (ScalarFormat b : formats) {
                check(loops, FloatDot.of(a, b), shape++);
            }
            Codec f32 = Codec.of(Formats.BINARY32);
            check(loops, FloatDot.of(a, a).output(f32.rounding(Rounding.TOWARD_ZERO)), shape++);
            check(loops, FloatDot.of(a, a).addend(Formats.BINARY16), shape++);
            check(
                    loops,
                    FloatDot.of(a, a).output(Codec.of(Formats.OCP_E5M2).stochastic(Rounding.STOCHASTIC_B, 9)),
                    shape++);
        }
    }

    private static final int[] ROWS = {1, 5, 6, 7, 13, 50};
    private static final int[] COLUMNS = {1, 15, 16, 63, 64, 65, 130};
    private static final int[] STEPS = {0, 1, 2, 7, 8, 33};

    /** One shape of many, with and without an addend, moderate numbers and any codes. */
    private void check(ProductLoops loops, FloatDot rule, int shape) {
        int m = ROWS[shape % ROWS.length];
        int n = COLUMNS[shape % COLUMNS.length];
        int k = STEPS[(shape + shape / 6) % STEPS.length];
        check(loops, rule, m, n, k, shape % 3 != 0, shape % 2 == 0, 1 + shape % 3);
    }

    private void check(
            ProductLoops loops, FloatDot rule, int m, int n, int k, boolean addend, boolean wild, int threads) {
        long[] a = codes(rule.formatA(), m * k, wild);
        long[] b = codes(rule.formatB(), k * n, wild);
        long[] c = codes(rule.formatC(), m * n, wild);
        long[] d = new long[m * n];
        boolean transposed = random.nextBoolean();
        Gemm.of(rule)
                .loops(loops)
                .threads(threads)
                .multiply(
                        Matrix.of(a, m, k),
                        Matrix.of(b, n, k).transposed(),
                        addend ? Matrix.of(c, m, n) : null,
                        transposed ? Matrix.of(d, n, m).transposed() : Matrix.of(d, m, n));
        FloatDot plain = rule.plain();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                long expected = plain.dot(a, i * k, b, j * k, k, addend ? c[i * n + j] : 0, i * (long) n + j);
                assertThat(d[transposed ? j * m + i : i * n + j])
                        .as("%s of %s, %d x %d x %d at (%d, %d)", loops.name(), rule, m, n, k, i, j)
                        .isEqualTo(expected);
            }
        }
    }

    private long[] codes(ScalarFormat format, int n, boolean wild) {
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            codes[i] = wild && random.nextInt(8) == 0 ? operands.code(format) : operands.moderate(format);
        }
        return codes;
    }

    @Test
    void sumsWaitForTheNextPanelOfALongProduct() {
        FloatDot rule = FloatDot.of(Formats.BINARY32, Formats.BINARY32);
        check(PlainLoops.INSTANCE, rule, 7, 17, 4100, true, false, 2);
        check(vector(), rule, 7, 17, 4100, true, false, 2);
    }

    @Test
    void arraysAreReadAndWrittenInPlace() {
        for (ProductLoops loops : List.of(PlainLoops.INSTANCE, vector())) {
            int m = 61;
            int n = 67;
            int k = 30;
            float[] a = new float[m * k];
            float[] b = new float[k * n];
            float[] c = new float[m * n];
            for (float[] x : List.of(a, b, c)) {
                for (int i = 0; i < x.length; i++) {
                    x[i] = Float.intBitsToFloat((int) operands.code(Formats.BINARY32));
                }
            }
            float[] d = new float[m * n];
            Gemm.fp32(Formats.BINARY32, Formats.BINARY32)
                    .loops(loops)
                    .multiply(Matrix.of(a, m, k), Matrix.of(b, k, n), Matrix.of(c, m, n), Matrix.of(d, m, n));
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    float s = c[i * n + j];
                    for (int p = 0; p < k; p++) {
                        s = Math.fma(a[i * k + p], b[p * n + j], s);
                    }
                    assertThat(Float.floatToRawIntBits(d[i * n + j])).isEqualTo(Float.floatToIntBits(s));
                }
            }
        }
    }
}
