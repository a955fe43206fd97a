package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Matrix products: by hand, and element by element as their rule has it. */
@Tag("fast")
class GemmTest {
    private static final Gemm BF16 = Gemm.fp32(Formats.BFLOAT16, Formats.BFLOAT16);

    @Test
    void productOfTwoSmallMatrices() {
        short[] a = {0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0, 0x40c0}; // 1 2 3 / 4 5 6
        byte[] b = {0x38, 0x40, 0x44, 0x48, 0x4a, 0x4c}; // 1 2 / 3 4 / 5 6
        float[] c = {0.5f, 0, 0, -64};
        float[] d = new float[4];
        Gemm.fp32(Formats.BFLOAT16, Formats.OCP_E4M3)
                .multiply(Matrix.of(a, 2, 3), Matrix.of(b, 3, 2), Matrix.of(c, 2, 2), Matrix.of(d, 2, 2));
        assertThat(d).containsExactly(22.5f, 28, 49, 0);
    }

    @Test
    void codesAndFloatsMayBeMixed() {
        float[] a = {1, 2};
        int[] b = {0x4000_0000, 0x4040_0000}; // 2, 3
        byte[] d = new byte[1];
        FloatDot rule = FloatDot.of(Formats.BINARY32, Formats.BINARY32).output(Codec.of(Formats.OCP_E4M3));
        Gemm.of(rule).multiply(Matrix.of(a, 1, 2), Matrix.of(b, 2, 1), Matrix.of(d, 1, 1));
        assertThat(d[0]).isEqualTo((byte) 0x50); // 8
    }

    @Test
    void tf32StandsInItsContainer() {
        float[] a = {1.5f};
        int[] b = {0x4040_0000};
        float[] d = new float[1];
        Gemm gemm = Gemm.fp32(Formats.TF32, Formats.TF32);
        gemm.multiply(Matrix.of(a, 1, 1), Matrix.of(b, 1, 1), Matrix.of(d, 1, 1));
        assertThat(d[0]).isEqualTo(4.5f);
        a[0] = Math.nextUp(1.5f);
        assertThatThrownBy(() -> gemm.multiply(Matrix.of(a, 1, 1), Matrix.of(b, 1, 1), Matrix.of(d, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("element (0, 0) of a must be a code of tf32, with no bits in 0x1fff: 0x3fc00001");
    }

    @Test
    void emptyKGivesTheAddend() {
        float[] c = {1, Float.NaN, -0f};
        float[] d = {7, 7, 7};
        BF16.multiply(
                Matrix.of(new short[0], 3, 0), Matrix.of(new short[0], 0, 1), Matrix.of(c, 3, 1), Matrix.of(d, 3, 1));
        assertThat(d).containsExactly(c);
        BF16.multiply(Matrix.of(new short[0], 3, 0), Matrix.of(new short[0], 0, 1), Matrix.of(d, 3, 1));
        assertThat(d).containsExactly(0, 0, 0);
    }

    @Test
    void emptyResultIsNoError() {
        float[] d = {7};
        BF16.multiply(Matrix.of(new short[0], 0, 5), Matrix.of(new short[5], 5, 1), Matrix.of(d, 0, 1));
        assertThat(d).containsExactly(7);
    }

    @Nested
    class Layouts {
        private final SplittableRandom random = new SplittableRandom(7);

        /** Element by element, from two-dimensional arrays. */
        private float[][] expected(float[][] a, float[][] b, float[][] c) {
            float[][] d = new float[a.length][b[0].length];
            for (int i = 0; i < d.length; i++) {
                for (int j = 0; j < d[i].length; j++) {
                    d[i][j] = c[i][j];
                    for (int p = 0; p < b.length; p++) {
                        d[i][j] = Math.fma(a[i][p], b[p][j], d[i][j]);
                    }
                }
            }
            return d;
        }

        private float[][] random(int rows, int columns) {
            float[][] x = new float[rows][columns];
            for (float[] row : x) {
                for (int j = 0; j < columns; j++) {
                    row[j] = (float) random.nextDouble(-1, 1);
                }
            }
            return x;
        }

        /** A view of an array into which the matrix has been written, at some offset and with gaps. */
        private Matrix view(float[][] x, boolean transpose, int offset, int gap, float[] array) {
            int rows = x.length;
            int columns = x[0].length;
            int stride = (transpose ? rows : columns) + gap;
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    array[offset + (transpose ? j * stride + i : i * stride + j)] = x[i][j];
                }
            }
            return transpose
                    ? Matrix.of(array, columns, rows)
                            .offset(offset)
                            .rowStride(stride)
                            .transposed()
                    : Matrix.of(array, rows, columns).offset(offset).rowStride(stride);
        }

        @Test
        void transposesOffsetsAndLeadingDimensionsSelectElements() {
            Gemm gemm = Gemm.fp32(Formats.BINARY32, Formats.BINARY32);
            for (int trial = 0; trial < 200; trial++) {
                int m = 1 + random.nextInt(70);
                int n = 1 + random.nextInt(70);
                int k = 1 + random.nextInt(40);
                float[][] a = random(m, k);
                float[][] b = random(k, n);
                float[][] c = random(m, n);
                Matrix[] views = new Matrix[4];
                float[][][] data = {a, b, c, new float[m][n]};
                float[] d = new float[20_000];
                for (int x = 0; x < 4; x++) {
                    views[x] = view(
                            data[x],
                            random.nextBoolean(),
                            random.nextInt(10),
                            random.nextInt(3),
                            x == 3 ? d : new float[20_000]);
                }
                Arrays.fill(d, 7);
                gemm.threads(1 + random.nextInt(3)).multiply(views[0], views[1], views[2], views[3]);
                Matrix.Codes result = views[3].codes("d", Formats.BINARY32);
                float[][] expected = expected(a, b, c);
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        assertThat(Float.intBitsToFloat((int) result.get(0, i, j)))
                                .isEqualTo(expected[i][j]);
                    }
                }
                int written = 0;
                for (float x : d) {
                    written += x == 7 ? 0 : 1;
                }
                assertThat(written).as("elements written").isEqualTo(m * n);
            }
        }

        @Test
        void batchesStepThroughTheArraysAndOneMatrixServesAll() {
            float[] a = {1, 2, 3, 4, 5, 6}; // three 1 x 2
            float[] b = {1, 10}; // 2 x 1 for all
            float[] d = {-1, -1, -1, -1, -1};
            Gemm.fp32(Formats.BINARY32, Formats.BINARY32)
                    .multiply(
                            Matrix.of(a, 1, 2).batch(3, 2),
                            Matrix.of(b, 2, 1),
                            Matrix.of(d, 1, 1).batch(3, 2));
            assertThat(d).containsExactly(21, -1, 43, -1, 65);
        }

        @Test
        void rowStrideZeroRepeatsABias() {
            float[] ones = {1, 1};
            float[] bias = {10, 20, 30};
            float[] d = new float[6];
            Gemm.fp32(Formats.BINARY32, Formats.BINARY32)
                    .multiply(
                            Matrix.of(ones, 2, 1),
                            Matrix.of(new float[] {1, 2, 3}, 1, 3),
                            Matrix.of(bias, 2, 3).rowStride(0),
                            Matrix.of(d, 2, 3));
            assertThat(d).containsExactly(11, 22, 33, 11, 22, 33);
        }

        @Test
        void resultMayReplaceTheAddend() {
            float[] c = {1, 2, 3, 4};
            float[] one = {1, 0, 0, 1};
            Gemm.fp32(Formats.BINARY32, Formats.BINARY32)
                    .multiply(Matrix.of(one, 2, 2), Matrix.of(one, 2, 2), Matrix.of(c, 2, 2), Matrix.of(c, 2, 2));
            assertThat(c).containsExactly(2, 2, 3, 5);
        }
    }

    /** Rules of every kind; the last element of each pair is stochastic. */
    private static List<DotProduct> rules() {
        Codec f32 = Codec.of(Formats.BINARY32);
        Codec bf16 = Codec.of(Formats.BFLOAT16).stochastic(Rounding.STOCHASTIC_A, 8);
        List<DotProduct> rules = new ArrayList<>();
        for (Accumulation how : List.of(
                Accumulation.fma(f32),
                Accumulation.fma(bf16),
                Accumulation.fused(4, f32.rounding(Rounding.TOWARD_ZERO)),
                Accumulation.exact(f32),
                Accumulation.pairwise(bf16),
                Accumulation.multiplyAdd(Codec.of(Formats.BINARY16)).promoted(8, f32))) {
            rules.add(FloatDot.of(Formats.OCP_E4M3, Formats.BFLOAT16, how).seed(3));
            rules.add(FloatDot.of(Formats.BFLOAT16, Formats.OCP_E5M2, how)
                    .output(bf16)
                    .addend(Formats.BINARY16));
        }
        rules.add(IntegerDot.of(Formats.INT8, Formats.UINT4).saturating(4));
        return rules;
    }

    private static long[] codes(Operands operands, ScalarFormat format, int n) {
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            codes[i] = operands.random().nextInt(50) == 0 ? operands.code(format) : operands.moderate(format);
        }
        return codes;
    }

    @Test
    void everyElementIsWhatItsRuleSays() {
        Operands operands = new Operands(8);
        int m = 37;
        int n = 41;
        for (DotProduct rule : rules()) {
            for (int k : new int[] {1, 7, 50}) {
                long[] a = codes(operands, rule.formatA(), 2 * m * k);
                long[] b = codes(operands, rule.formatB(), 2 * k * n);
                long[] c = codes(operands, rule.formatC(), 2 * m * n);
                long[] d = new long[2 * m * n];
                Gemm.of(rule)
                        .multiply(
                                Matrix.of(a, m, k).batch(2, m * k),
                                Matrix.of(b, n, k).transposed().batch(2, k * n),
                                Matrix.of(c, m, n).batch(2, m * n),
                                Matrix.of(d, m, n).batch(2, m * n));
                for (int t = 0; t < 2; t++) {
                    for (int i = 0; i < m; i++) {
                        for (int j = 0; j < n; j++) {
                            int element = (t * m + i) * n + j;
                            long expected = rule.dot(a, (t * m + i) * k, b, (t * n + j) * k, k, c[element], element);
                            assertThat(d[element]).as("%s, %d", rule, element).isEqualTo(expected);
                        }
                    }
                }
            }
        }
    }

    @Test
    void threadsDoNotChangeAnyBit() {
        Operands operands = new Operands(9);
        int m = 70;
        int n = 67;
        int k = 30;
        for (DotProduct rule : rules()) {
            long[] a = codes(operands, rule.formatA(), m * k);
            long[] b = codes(operands, rule.formatB(), k * n);
            long[] first = new long[m * n];
            Gemm.of(rule).threads(1).multiply(Matrix.of(a, m, k), Matrix.of(b, k, n), Matrix.of(first, m, n));
            for (int threads : new int[] {2, 3, 16}) {
                long[] d = new long[m * n];
                Gemm.of(rule).threads(threads).multiply(Matrix.of(a, m, k), Matrix.of(b, k, n), Matrix.of(d, m, n));
                assertThat(d).as("%s, %d threads", rule, threads).isEqualTo(first);
            }
        }
    }

    @Test
    void longRowsAndWideResultsAreCutIntoTiles() {
        // more than one tile of columns, and rows so long that a tile has one of them
        int n = 600;
        int k = 1030;
        Operands operands = new Operands(12);
        FloatDot rule = FloatDot.of(Formats.BFLOAT16, Formats.OCP_E4M3);
        long[] a = codes(operands, rule.formatA(), 2 * k);
        long[] b = codes(operands, rule.formatB(), k * n);
        long[] d = new long[2 * n];
        Gemm.of(rule).multiply(Matrix.of(a, 2, k), Matrix.of(b, n, k).transposed(), Matrix.of(d, 2, n));
        for (int i = 0; i < 2 * n; i++) {
            assertThat(d[i]).isEqualTo(rule.dot(a, i / n * k, b, i % n * k, k, 0));
        }
        int huge = (1 << 20) + 5;
        byte[] ones = new byte[2 * huge];
        Arrays.fill(ones, (byte) 0x38);
        for (DotProduct one : new DotProduct[] {
            FloatDot.of(Formats.OCP_E4M3, Formats.OCP_E4M3),
            FloatDot.of(Formats.OCP_E4M3, Formats.OCP_E4M3, Accumulation.fused(1 << 12, Codec.of(Formats.BINARY32)))
        }) {
            float[] sums = new float[4];
            Matrix view = Matrix.of(ones, 2, huge);
            Gemm.of(one).threads(2).multiply(view, view.transposed(), Matrix.of(sums, 2, 2));
            assertThat(sums).containsOnly(huge);
        }
    }

    @Test
    void blockScaledOperandsHaveMatricesOfScales() {
        BlockScaledDot rule = BlockScaledDot.of(
                Formats.OCP_E2M1,
                Formats.UE4M3,
                Formats.OCP_E4M3,
                Formats.E8M0,
                4,
                Accumulation.fma(Codec.of(Formats.BINARY32)));
        Operands operands = new Operands(10);
        int m = 5;
        int n = 3;
        int k = 10;
        long[] a = codes(operands, rule.formatA(), m * k);
        long[] b = codes(operands, rule.formatB(), n * k);
        long[] scaleA = codes(operands, rule.scaleFormatA(), m * 3);
        long[] scaleB = codes(operands, rule.scaleFormatB(), n * 3);
        long[] d = new long[m * n];
        Matrix viewA = Matrix.of(a, m, k);
        Matrix viewB = Matrix.of(b, n, k).transposed();
        Matrix viewScaleB = Matrix.of(scaleB, n, 3).transposed();
        Matrix viewD = Matrix.of(d, m, n);
        Gemm.of(rule).multiply(viewA, Matrix.of(scaleA, m, 3), viewB, viewScaleB, null, viewD);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                assertThat(d[i * n + j])
                        .isEqualTo(rule.dot(a, i * k, scaleA, i * 3, b, j * k, scaleB, j * 3, k, 0, i * n + j));
            }
        }
        assertThatThrownBy(() -> Gemm.of(rule).multiply(viewA, viewB, viewD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scaleA and scaleB must be given for block-scaled operands, a scale for 4 elements");
        assertThatThrownBy(() -> Gemm.of(rule).multiply(viewA, Matrix.of(scaleA, m, 2), viewB, viewScaleB, null, viewD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scaleA must have 5 rows and 3 columns, as m = 5, n = 3 and k = 10 are given by a and b:"
                        + " 5, 2");
        assertThatThrownBy(() -> BF16.multiply(viewA, viewA, viewB, viewB, null, viewD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("scales must not be given to a rule without scales: FloatDot[bf16");
    }

    @Test
    void progressCountsElements() {
        List<Long> calls = new ArrayList<>();
        float[] d = new float[100 * 70];
        BF16.threads(3)
                .progress(calls::add)
                .multiply(Matrix.of(new short[100], 100, 1), Matrix.of(new short[70], 1, 70), Matrix.of(d, 100, 70));
        assertThat(calls).isSorted().endsWith(7000L);
        assertThat(calls.size()).isGreaterThan(3);
    }

    @Test
    void failureInAThreadReachesTheCaller() {
        float[] d = new float[100 * 70];
        Matrix a = Matrix.of(new short[100], 100, 1);
        Matrix b = Matrix.of(new short[70], 1, 70);
        assertThatThrownBy(() -> BF16.threads(3)
                        .progress(done -> {
                            throw new IllegalStateException("enough");
                        })
                        .multiply(a, b, Matrix.of(d, 100, 70)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
    }

    @Nested
    class BadArguments {
        private final short[] a = new short[6];
        private final short[] b = new short[6];
        private final float[] d = {1, 2, 3, 4};

        private void assertRefused(String message, Matrix x, Matrix y, Matrix z, Matrix result) {
            float[] before = d.clone();
            assertThatThrownBy(() -> BF16.multiply(x, y, z, result))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
            assertThat(d).as("nothing is written").isEqualTo(before);
        }

        private final Matrix viewA = Matrix.of(a, 2, 3);
        private final Matrix viewB = Matrix.of(b, 3, 2);
        private final Matrix viewD = Matrix.of(d, 2, 2);

        @Test
        void shapesMustMatch() {
            String given = "as m = 2, n = 2 and k = 3 are given by a and b: ";
            assertRefused(
                    "b must have 3 rows and 3 columns, as m = 2, n = 3 and k = 3 are given by a and b: 2, 3",
                    viewA,
                    viewA,
                    null,
                    viewD);
            assertRefused(
                    "d must have 2 rows and 2 columns, " + given + "1, 4", viewA, viewB, null, Matrix.of(d, 1, 4));
            assertRefused(
                    "c must have 2 rows and 2 columns, " + given + "4, 1",
                    viewA,
                    viewB,
                    Matrix.of(new float[4], 4, 1),
                    viewD);
        }

        @Test
        void rangesMustLieWithinTheArrays() {
            assertRefused(
                    "a must lie within its array of 6 elements: Matrix[short[], 2 x 3 at 1 by 3, 1]",
                    viewA.offset(1),
                    viewB,
                    null,
                    viewD);
            assertRefused(
                    "d must lie within its array of 4 elements: Matrix[float[], 2 x 2 at 0 by 3, 1]",
                    viewA,
                    viewB,
                    null,
                    viewD.rowStride(3));
            assertRefused(
                    "b must lie within its array of 6 elements: Matrix[short[], 3 x 2 at 0 by 2147483647, 1]",
                    viewA,
                    viewB.rowStride(Integer.MAX_VALUE),
                    null,
                    viewD);
            assertThatThrownBy(() -> viewA.rowStride(-1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rowStride must be at least 0: -1");
            assertThatThrownBy(() -> Matrix.of(a, -1, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rows must be at least 0: -1");
        }

        @Test
        void elementsMustHoldTheFormat() {
            assertRefused(
                    "elements of a must hold codes of bf16, 16 bits: byte[]",
                    Matrix.of(new byte[6], 2, 3),
                    viewB,
                    null,
                    viewD);
            assertRefused(
                    "elements of b must hold codes of bf16, 16 bits: float[]",
                    viewA,
                    Matrix.of(new float[6], 3, 2),
                    null,
                    viewD);
            assertRefused(
                    "elements of d must hold codes of f32, 32 bits: double[]",
                    viewA,
                    viewB,
                    null,
                    Matrix.of(new double[4], 2, 2));
            assertRefused(
                    "element (2, 0) of b must be a code of bf16, with no bits in 0xffff0000: 0x10000",
                    viewA,
                    Matrix.of(new int[] {0, 0, 0, 0, 0x1_0000, 0}, 3, 2),
                    null,
                    viewD);
        }

        @Test
        void resultMustNotOverlapAnOperandOrItself() {
            float[] both = new float[8];
            Gemm f32 = Gemm.fp32(Formats.BINARY32, Formats.BINARY32);
            Matrix x = Matrix.of(both, 2, 2);
            assertThatThrownBy(() -> f32.multiply(x, Matrix.of(d, 2, 2), x.offset(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("d must not overlap a: Matrix[float[], 2 x 2 at 3 by 2, 1], Matrix[float[], 2 x 2 at 0"
                            + " by 2, 1]");
            assertThatThrownBy(() -> f32.multiply(viewD, viewD, x, x.transposed()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("d must not overlap c: ");
            assertRefused(
                    "elements of d must not overlap: Matrix[float[], 2 x 2 at 0 by 1, 1]",
                    viewA,
                    viewB,
                    null,
                    viewD.rowStride(1));
            f32.multiply(x, x, x.offset(4));
        }

        @Test
        void batchesMustMatch() {
            assertRefused("batches of a must be 1 or those of d, 1: 2", viewA.batch(2, 0), viewB, null, viewD);
        }

        @Test
        void threadsMustBePositive() {
            assertThatThrownBy(() -> BF16.threads(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("threads must be at least 1: 0");
        }

        @Test
        void addendWithoutZeroMustBeGiven() {
            Gemm gemm = Gemm.of(FloatDot.of(Formats.BFLOAT16, Formats.BFLOAT16).addend(Formats.E8M0));
            assertThatThrownBy(() -> gemm.multiply(viewA, viewB, viewD))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("c must be given, since its format has no zero: e8m0");
        }
    }
}
