package org.bitexact.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.kernel.SvgPlot.Axis;

/**
 * Published results on accumulation, computed with the kernels of this library. {@code main} prints them; {@link
 * AccumulationResultsTest} holds the figures.
 */
final class AccumulationResults {
    static final String PLOT = "stagnation.svg";

    private static final Codec BF16 = Codec.of(Formats.BFLOAT16);
    private static final Codec F16 = Codec.of(Formats.BINARY16);
    private static final Codec F32 = Codec.of(Formats.BINARY32);

    private AccumulationResults() {}

    // ------------------------------------------------------------------ harmonic series

    /**
     * Where a sum stops to change.
     *
     * @param sum its value there
     * @param terms the number of the first term that does not change it
     */
    record Stop(double sum, int terms) {}

    /**
     * Adds 1 + 1/2 + 1/3 + ..., terms and sums rounded to one format (Higham and Pranesh, <i>Simulating low precision
     * floating-point arithmetic</i>, SIAM J. Sci. Comput. 41, 2019).
     */
    static Stop harmonic(FloatFormat format, Rounding rounding) {
        Codec codec = Codec.of(format).rounding(rounding);
        FloatDot add = FloatDot.of(format, format, Accumulation.fma(codec));
        long[] one = {codec.encode(1.0)};
        long sum = 0;
        for (int i = 1; ; i++) {
            long next = add.dot(new long[] {codec.encode(1.0 / i)}, 0, one, 0, 1, sum);
            if (next == sum) {
                return new Stop(codec.decode(sum), i);
            }
            sum = next;
        }
    }

    // ------------------------------------------------------------------ stagnation

    /** Codes of n numbers uniform in [0, 1), rounded to BF16. */
    static long[] uniform(int n) {
        SplittableRandom random = new SplittableRandom(0);
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            codes[i] = BF16.encode(random.nextDouble());
        }
        return codes;
    }

    /** The sum of codes, as a dot product with ones. */
    static double sum(long[] codes, Codec factors, Accumulation how, Codec output, int element) {
        long[] ones = new long[codes.length];
        Arrays.fill(ones, factors.encode(1.0));
        FloatDot rule = FloatDot.of(factors.format(), factors.format(), how).output(output);
        return output.decode(rule.dot(codes, 0, ones, 0, codes.length, 0, element));
    }

    /**
     * A mean over elements, which differ in their random bits, and the standard deviation of one.
     */
    record Spread(double mean, double deviation) {
        static Spread of(double[] values) {
            double mean = Arrays.stream(values).average().orElseThrow();
            double squares =
                    Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
            return new Spread(mean, Math.sqrt(squares / (values.length - 1)));
        }
    }

    /** The sum of {@link #uniform} in a BF16 accumulator that is rounded stochastically. */
    static Spread stochasticSum(long[] codes, int randomBits, int elements) {
        Accumulation how = Accumulation.fma(BF16.stochastic(Rounding.STOCHASTIC_A, randomBits));
        double[] sums = new double[elements];
        for (int i = 0; i < elements; i++) {
            sums[i] = sum(codes, BF16, how, BF16, i);
        }
        return Spread.of(sums);
    }

    /** 1 + 4096 * 2^-12 in an FP16 accumulator. */
    static double oneAndManySmall(Accumulation how, int element) {
        long[] small = new long[4097];
        Arrays.fill(small, F16.encode(0x1p-12));
        small[0] = F16.encode(1.0);
        return sum(small, F16, how, F16, element);
    }

    /** The running sum of {@link #uniform} in accumulators of BF16, by the number of terms. */
    static String plot() {
        long[] codes = uniform(10_000);
        double[] terms = new double[51];
        String[] names = {"exact", "16 random bits", "8 random bits", "4 random bits", "2 random bits", "ties to even"};
        int[] bits = {0, 16, 8, 4, 2, 0};
        double[][] sums = new double[names.length][terms.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = 200.0 * i;
            long[] first = Arrays.copyOf(codes, 200 * i);
            sums[0][i] = sum(first, BF16, Accumulation.exact(F32), F32, 0);
            sums[5][i] = sum(first, BF16, Accumulation.fma(BF16), BF16, 0);
            for (int s = 1; s < 5; s++) {
                // the same element: a longer sum goes on where a shorter one ends
                Accumulation how = Accumulation.fma(BF16.stochastic(Rounding.STOCHASTIC_A, bits[s]));
                sums[s][i] = sum(first, BF16, how, BF16, 0);
            }
        }
        SvgPlot plot = new SvgPlot(
                "Sum of numbers from U(0, 1) in a BF16 accumulator",
                new Axis("terms", 0, 10_000, false, List.of(0.0, 2500.0, 5000.0, 7500.0, 10_000.0), x -> "" + (int) x),
                new Axis(
                        "sum",
                        0,
                        5500,
                        false,
                        List.of(0.0, 1000.0, 2000.0, 3000.0, 4000.0, 5000.0),
                        y -> "" + (int) y));
        for (int s = 0; s < names.length; s++) {
            plot.line(names[s], terms, sums[s]);
        }
        return plot.svg();
    }

    // ------------------------------------------------------------------ FP32 from narrow engines

    /** Two matrices of binary32 numbers, uniform in (-1, 1), and their product. */
    static final class SplitProduct {
        private static final int M = 16;
        private static final int N = 16;

        private final int k;
        private final float[] a;
        private final float[] b;
        private final double[] exact = new double[M * N];

        SplitProduct(int k) {
            this.k = k;
            SplittableRandom random = new SplittableRandom(1);
            a = uniform(random, M * k);
            b = uniform(random, k * N);
            FloatDot exactly =
                    FloatDot.of(Formats.BINARY32, Formats.BINARY32, Accumulation.exact(Codec.of(Formats.BINARY64)));
            Gemm.of(exactly).multiply(Matrix.of(a, M, k), Matrix.of(b, k, N), Matrix.of(exact, M, N));
        }

        private static float[] uniform(SplittableRandom random, int n) {
            float[] x = new float[n];
            for (int i = 0; i < n; i++) {
                x[i] = (float) random.nextDouble(-1, 1);
            }
            return x;
        }

        /** The error in the Frobenius norm, relative to the product. */
        private double error(float[] d) {
            double error = 0;
            double norm = 0;
            for (int i = 0; i < d.length; i++) {
                error += (d[i] - exact[i]) * (d[i] - exact[i]);
                norm += exact[i] * exact[i];
            }
            return Math.sqrt(error / norm);
        }

        /** Parts of numbers: each is what the parts before it leave, times a power of the scale, rounded. */
        private static long[][] split(float[] x, Codec codec, int parts, double scale) {
            long[][] codes = new long[parts][x.length];
            for (int i = 0; i < x.length; i++) {
                double rest = x[i];
                for (int p = 0; p < parts; p++) {
                    codes[p][i] = codec.encode(rest);
                    rest = (rest - codec.decode(codes[p][i])) * scale; // exact: the difference has fewer bits
                }
            }
            return codes;
        }

        private void addProduct(DotProduct rule, long[] x, long[] y, float[] d) {
            Matrix sum = Matrix.of(d, M, N);
            Gemm.of(rule).multiply(Matrix.of(x, M, k), Matrix.of(y, k, N), sum, sum);
        }

        /** The error of the default kernel on the binary32 numbers themselves. */
        double binary32() {
            float[] d = new float[M * N];
            Gemm.fp32(Formats.BINARY32, Formats.BINARY32)
                    .multiply(Matrix.of(a, M, k), Matrix.of(b, k, N), Matrix.of(d, M, N));
            return error(d);
        }

        /**
         * The error of three BF16 parts of each number and the products of parts i and j with i + j &lt; depth, those of
         * low parts first (Henry, Tang, Heinecke, <i>Leveraging the bfloat16 artificial intelligence datatype for
         * higher-precision computations</i>, ARITH 2019).
         */
        double bfloat16x3(int depth) {
            long[][] x = split(a, BF16, 3, 1);
            long[][] y = split(b, BF16, 3, 1);
            float[] d = new float[M * N];
            for (int sum = depth - 1; sum >= 0; sum--) {
                for (int i = Math.max(0, sum - 2); i <= Math.min(sum, 2); i++) {
                    addProduct(FloatDot.of(Formats.BFLOAT16, Formats.BFLOAT16), x[i], y[sum - i], d);
                }
            }
            return error(d);
        }

        /**
         * The error of two FP16 parts, the second scaled by 2^11, and three products (Ootomo, Yokota, <i>Recovering
         * single precision accuracy from Tensor Cores</i>, IJHPCA 2022).
         */
        double binary16x2(Accumulation how) {
            long[][] x = split(a, F16, 2, 0x1p11);
            long[][] y = split(b, F16, 2, 0x1p11);
            FloatDot rule = FloatDot.of(Formats.BINARY16, Formats.BINARY16, how);
            float[] low = new float[M * N];
            addProduct(rule, x[0], y[1], low);
            addProduct(rule, x[1], y[0], low);
            float[] d = new float[M * N];
            addProduct(rule, x[0], y[0], d);
            for (int i = 0; i < d.length; i++) {
                d[i] += low[i] * 0x1p-11f;
            }
            return error(d);
        }
    }

    /** Eight products and the accumulator added exactly, then cut: what tensor cores do, but for their adder's width. */
    static Accumulation cutting() {
        return Accumulation.fused(8, F32.rounding(Rounding.TOWARD_ZERO));
    }

    /** The same for eight products at a time, added up in binary32, ties to even. */
    static Accumulation cuttingThenPromoted() {
        return cutting().promoted(8, F32);
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    /**
     * Prints the figures, or writes the plot.
     *
     * @param args nothing, or the folder of the documentation
     */
    public static void main(String[] args) throws IOException {
        if (args.length > 0) {
            Files.writeString(Path.of(args[0]).resolve(PLOT), plot());
            return;
        }
        print("Harmonic series: sum where it stops to change, at term");
        for (FloatFormat f : List.of(Formats.BFLOAT16, Formats.BINARY16, Formats.OCP_E4M3, Formats.OCP_E5M2)) {
            for (Rounding r : List.of(Rounding.TIES_TO_EVEN, Rounding.TOWARD_ZERO, Rounding.TOWARD_POSITIVE)) {
                Stop stop = harmonic(f, r);
                print("  %-5s %-4s %-10s %6d", f, r.id(), stop.sum, stop.terms);
            }
        }
        long[] codes = uniform(10_000);
        print("Sum of 10000 numbers in [0, 1), exactly %.1f", sum(codes, BF16, Accumulation.exact(F32), F32, 0));
        print("  BF16, ties to even        %.0f", sum(codes, BF16, Accumulation.fma(BF16), BF16, 0));
        print("  FP32, then BF16           %.0f", sum(codes, BF16, Accumulation.fma(F32), BF16, 0));
        for (int bits : new int[] {2, 4, 8, 12, 16}) {
            Spread spread = stochasticSum(codes, bits, 200);
            print("  BF16, %2d random bits      %.0f +- %.0f", bits, spread.mean, spread.deviation);
        }
        print("FP32 product by narrow engines: relative error");
        print("  k       FP32      bf16x3, 3 products   6         9         fp16x2 cut  promoted");
        for (int k : new int[] {64, 256, 1024, 4096}) {
            SplitProduct p = new SplitProduct(k);
            print(
                    "  %-7d %.2e  %.2e             %.2e  %.2e  %.2e    %.2e",
                    k,
                    p.binary32(),
                    p.bfloat16x3(2),
                    p.bfloat16x3(3),
                    p.bfloat16x3(5),
                    p.binary16x2(cutting()),
                    p.binary16x2(cuttingThenPromoted()));
        }
    }
}
