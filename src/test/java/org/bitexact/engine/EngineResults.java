package org.bitexact.engine;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.kernel.SvgPlot;
import org.bitexact.kernel.SvgPlot.Axis;

/**
 * What the accumulator of Hopper's FP8 tensor cores does to long sums, and what cures it: DeepSeek-AI, <i>DeepSeek-V3
 * Technical Report</i>, 2024, section 3.5.2, which tells of an error of nearly 2 % at K = 4096, and adds up in FP32 after
 * every 128 elements.
 *
 * <p>The program prints the figures of {@code docs/engines.md}; with the folder of the documentation it writes the plot.
 */
final class EngineResults {
    static final String PLOT = "fp8-accumulation.svg";
    static final int K = 4096;
    static final int PROMOTED = 128;
    static final Engine HOPPER = Engines.get("nvidia.hopper.wgmma.e4m3.f32");
    static final Engine BLACKWELL = Engines.get("nvidia.blackwell.tcgen05.e4m3.f32");

    private static final Codec E4M3 = Codec.of(Formats.OCP_E4M3);

    private EngineResults() {}

    /** Distributions of the elements, which are then rounded to E4M3. */
    enum Distribution {
        NORMAL("N(0, 1)", SplittableRandom::nextGaussian),
        UNIFORM("U(0, 1)", SplittableRandom::nextDouble),
        MAGNITUDES("|N(0, 1)|", random -> Math.abs(random.nextGaussian()));

        private final String title;
        private final ToDoubleFunction<SplittableRandom> draw;

        Distribution(String title, ToDoubleFunction<SplittableRandom> draw) {
            this.title = title;
            this.draw = draw;
        }
    }

    /** How a dot product is computed. */
    interface Sum {
        float of(long[] a, long[] b);
    }

    /** All of it by an engine. */
    static Sum by(Engine engine) {
        return (a, b) -> Float.intBitsToFloat((int) engine.dot(a, 0, b, 0, a.length, 0));
    }

    /** Stretches by an engine, each added to a sum in FP32. */
    static Sum promoted(Engine engine) {
        return (a, b) -> {
            float sum = 0;
            for (int k = 0; k < a.length; k += PROMOTED) {
                sum += Float.intBitsToFloat((int) engine.dot(a, k, b, k, Math.min(PROMOTED, a.length - k), 0));
            }
            return sum;
        };
    }

    /** The mean and the largest error, relative to the exact result, in percent. */
    record Errors(double mean, double max) {}

    /**
     * {@return the errors of dot products}
     *
     * <p>Dot products whose magnitude is below a tenth of the root mean square are left out: their relative error is that
     * of cancellation.
     *
     * @param sums the ways to compute them
     */
    static Errors[] errors(Distribution distribution, int k, int dots, long seed, Sum... sums) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] exact = new double[dots];
        float[][] results = new float[sums.length][dots];
        for (int i = 0; i < dots; i++) {
            long[] a = new long[k];
            long[] b = new long[k];
            for (int j = 0; j < k; j++) {
                a[j] = E4M3.encode(distribution.draw.applyAsDouble(random));
                b[j] = E4M3.encode(distribution.draw.applyAsDouble(random));
                // exact in binary64: products are multiples of 2^-18 below 2^18
                exact[i] += E4M3.decode(a[j]) * E4M3.decode(b[j]);
            }
            for (int s = 0; s < sums.length; s++) {
                results[s][i] = sums[s].of(a, b);
            }
        }
        double rms = Math.sqrt(Arrays.stream(exact).map(x -> x * x).average().orElseThrow());
        Errors[] errors = new Errors[sums.length];
        for (int s = 0; s < sums.length; s++) {
            double total = 0;
            double max = 0;
            int counted = 0;
            for (int i = 0; i < dots; i++) {
                if (Math.abs(exact[i]) > 0.1 * rms) {
                    double error = 100 * Math.abs(results[s][i] - exact[i]) / Math.abs(exact[i]);
                    total += error;
                    max = Math.max(max, error);
                    counted++;
                }
            }
            errors[s] = new Errors(total / counted, max);
        }
        return errors;
    }

    /** The mean error by the length of the vectors, elements uniform in [0, 1). */
    static String plot() {
        double[] lengths = new double[8];
        double[][] means = new double[3][lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            int k = 128 << i;
            lengths[i] = k;
            Errors[] errors = errors(Distribution.UNIFORM, k, 60, 1, by(HOPPER), promoted(HOPPER), by(BLACKWELL));
            for (int s = 0; s < 3; s++) {
                means[s][i] = errors[s].mean();
            }
        }
        SvgPlot plot = new SvgPlot(
                "FP8 dot products: mean relative error, E4M3 elements from U(0, 1)",
                new Axis("K", 128, 16384, true, List.of(128.0, 512.0, 2048.0, 4096.0, 16384.0), x -> "" + (int) x),
                new Axis(
                        "error in %",
                        1e-6,
                        100,
                        true,
                        List.of(1e-6, 1e-4, 1e-2, 1.0, 100.0),
                        y -> y <= 1e-6
                                ? "<1e-6"
                                : y >= 1
                                        ? "" + (int) y
                                        : BigDecimal.valueOf(y)
                                                .stripTrailingZeros()
                                                .toPlainString()));
        plot.line("Hopper wgmma", lengths, means[0]);
        plot.line("Hopper, FP32 sum", lengths, means[1]);
        plot.line("Blackwell tcgen05", lengths, means[2]);
        return plot.svg();
    }

    public static void main(String... args) throws IOException {
        if (args.length > 0) {
            Files.writeString(Path.of(args[0]).resolve(PLOT), plot());
            return;
        }
        System.out.println("elements    Hopper wgmma: mean, max   promoted: mean, max     Blackwell: mean, max   in %");
        for (Distribution distribution : Distribution.values()) {
            Errors[] e = errors(distribution, K, 20_000, 1, by(HOPPER), promoted(HOPPER), by(BLACKWELL));
            System.out.printf(
                    Locale.ROOT,
                    "%-11s %7.3f %7.2f           %7.4f %7.3f         %9.6f %9.6f%n",
                    distribution.title,
                    e[0].mean(),
                    e[0].max(),
                    e[1].mean(),
                    e[1].max(),
                    e[2].mean(),
                    e[2].max());
        }
    }
}
