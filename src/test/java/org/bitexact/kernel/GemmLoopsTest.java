package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
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
    private static final IntFormat INT16 = new IntFormat(
            "i16", IntFormat.Encoding.TWOS_COMPLEMENT, 16, false, 0, FormatInfo.custom("16-bit integers"));

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

    @Test
    void plainLoopsComputeIntegerRules() {
        checkIntegers(PlainLoops.INSTANCE);
    }

    @Test
    void vectorLoopsComputeIntegerRules() {
        checkIntegers(vector());
    }

    private void checkIntegers(ProductLoops loops) {
        List<IntFormat> formats =
                List.of(Formats.INT8, Formats.UINT8, Formats.INT4, Formats.UINT4, Formats.UINT1, Formats.BINARY1);
        int shape = 0;
        for (IntFormat a : formats) {
            for (IntFormat b : formats) {
                IntegerDot rule = IntegerDot.of(a, b);
                check(loops, rule, shape++);
                check(loops, rule.zeroPoints((int) a.maxInteger(), (int) b.minInteger()), shape++);
                check(loops, rule.saturating(4), shape++);
                check(loops, rule.accumulator(INT16).saturating(2), shape++);
                check(loops, rule.accumulator(Formats.INT8), shape++);
                check(loops, rule.output(Codec.of(Formats.BFLOAT16).stochastic(Rounding.STOCHASTIC_A, 7)), shape++);
            }
        }
        for (int i = 0; i < 12; i++) {
            check(loops, IntegerDot.xorPopcount(), shape++);
            check(loops, IntegerDot.xorPopcount().saturating(3), shape++);
        }
        check(loops, IntegerDot.of(Formats.INT8, Formats.INT8), 7, 17, 1000, true, false, 2);
        check(loops, IntegerDot.of(Formats.INT8, Formats.INT8).saturating(32), 7, 17, 1000, true, false, 2);
    }

    /** The greatest products all of one sign: chains come to the end of the range in which they are exact. */
    @Test
    void extremeIntegersStayExact() {
        int k = 700;
        for (ProductLoops loops : List.of(PlainLoops.INSTANCE, vector())) {
            for (int b : new int[] {0x80, 0x7f, 0xff}) {
                long[] a = new long[k];
                long[] x = new long[k];
                Arrays.fill(a, 0x80);
                Arrays.fill(x, b);
                int[] d = new int[1];
                Gemm.of(IntegerDot.of(Formats.INT8, Formats.INT8))
                        .loops(loops)
                        .multiply(Matrix.of(a, 1, k), Matrix.of(x, k, 1), Matrix.of(d, 1, 1));
                assertThat(d[0]).isEqualTo(-128 * (byte) b * k);
            }
        }
    }

    private static final int[] ROWS = {1, 5, 6, 7, 13, 50};
    private static final int[] COLUMNS = {1, 15, 16, 63, 64, 65, 130, 197};
    private static final int[] STEPS = {0, 1, 2, 7, 8, 33};

    /** One shape of many, with and without an addend, moderate numbers and any codes. */
    private void check(ProductLoops loops, DotProduct rule, int shape) {
        int m = ROWS[shape % ROWS.length];
        int n = COLUMNS[shape % COLUMNS.length];
        int k = STEPS[(shape + shape / 6) % STEPS.length];
        check(loops, rule, m, n, k, shape % 3 != 0, shape % 2 == 0, 1 + shape % 3);
    }

    private void check(
            ProductLoops loops, DotProduct rule, int m, int n, int k, boolean addend, boolean wild, int threads) {
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
        DotProduct plain = rule instanceof FloatDot floats ? floats.plain() : rule;
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

    /** Wherever it is, in a product whose rows have other numbers between them, which stay. */
    @Test
    void aSingleNaNGetsItsCanonicalCode() {
        int m = 14;
        int n = 130;
        int stride = n + 3;
        for (ProductLoops loops : List.of(PlainLoops.INSTANCE, vector())) {
            for (int k = 0; k < 2; k++) {
                float[] a = new float[m * k];
                float[] b = new float[k * n];
                Arrays.fill(a, 2);
                Arrays.fill(b, 3);
                for (int i = 0; i < m; i++) {
                    for (int j = 0; j < n; j++) {
                        float[] d = new float[m * stride];
                        Arrays.fill(d, 1);
                        int at = i * stride + j;
                        d[at] = Float.intBitsToFloat(0xffc1_2345);
                        Matrix c = Matrix.of(d, m, n).rowStride(stride);
                        Gemm.fp32(Formats.BINARY32, Formats.BINARY32)
                                .loops(loops)
                                .threads(1)
                                .multiply(Matrix.of(a, m, k), Matrix.of(b, k, n), c, c);
                        for (int p = 0; p < d.length; p++) {
                            int expected =
                                    p == at ? 0x7fc0_0000 : Float.floatToRawIntBits(p % stride < n ? 1 + 6 * k : 1);
                            if (Float.floatToRawIntBits(d[p]) != expected) {
                                assertThat(Float.floatToRawIntBits(d[p]))
                                        .as("%s at %d, NaN at (%d, %d)", loops.name(), p, i, j)
                                        .isEqualTo(expected);
                            }
                        }
                    }
                }
            }
        }
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
