package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitexact.Programs;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class CalibrationTest {
    /** 2048 counts by name, from formulas that a program in another language repeats. */
    private static long[] counts(String name) {
        long[] h = new long[2048];
        long lcg = 12345;
        for (int i = 0; i < h.length; i++) {
            lcg = (lcg * 1103515245 + 12345) % (1L << 31);
            h[i] = switch (name) {
                case "triangle" -> (2048 - i) * 3L;
                case "hyperbola" -> 1_000_000 / (i + 1);
                case "gaps" -> i * 7 % 5 == 2 ? 0 : 4096 * 4096 / ((i + 16) * (i + 16));
                case "noisy" -> i < 660 ? (lcg >> 16) % Math.max(1, 2000 - 3 * i) : (lcg >> 16) % 97 == 0 ? 1 : 0;
                default -> throw new IllegalArgumentException(name);
            };
        }
        return h;
    }

    /** The middle 2049 of the counts, their mirror image before them. */
    private static long[] mirrored(String name) {
        long[] h = counts(name);
        long[] both = new long[2049];
        for (int i = 0; i < both.length; i++) {
            int j = i - 1024;
            both[i] = h[j == 0 ? 0 : Math.abs(j) - 1];
        }
        return both;
    }

    /** Bins up to the threshold: as published in 2017, as pytorch-quantization describes, by ONNX Runtime. */
    private static final String THRESHOLDS = """
            triangle, 2044, 2044, 2049
            hyperbola, 2047, 2048, 1992
            gaps, 1536, 1536, 1991
            noisy, 644, 644, 1756
            """;

    /**
     * What {@code calibration.py} prints: the last column by ONNX Runtime 1.30.0 itself (MIT licence), {@code
     * HistogramCollector.get_entropy_threshold}; the others by NumPy, from the published descriptions.
     */
    @ParameterizedTest
    @CsvSource(textBlock = THRESHOLDS)
    void thresholdsEqualThoseOfAnIndependentImplementation(String name, int i2017, int pytorch, int onnx) {
        Histogram h = Histogram.of(0, 0.5, counts(name));
        assertThat(Calibration.entropy2017(h, 128)).isEqualTo((i2017 + 0.5) * 0.5);
        assertThat(Calibration.entropyPyTorch(h, 128)).isEqualTo(pytorch * 0.5);
        Histogram both = Histogram.of(-1024.5, 1, mirrored(name));
        assertThat(Calibration.entropyOnnxRuntime(both, 128)).isEqualTo(onnx - 1024.5);
    }

    /** The expectations above, computed anew; those of ONNX Runtime where Python has it. */
    @Test
    void theIndependentProgramStillFindsTheSame() throws IOException, InterruptedException, URISyntaxException {
        assumeTrue(Programs.hasNumPy(), "python3 with NumPy is not installed");
        Path script =
                Path.of(CalibrationTest.class.getResource("calibration.py").toURI());
        Programs.Result result =
                Programs.run(Path.of("."), Map.of(), Duration.ofMinutes(1), List.of("python3", script.toString()));
        assertThat(result.exit()).as(result.err()).isZero();
        List<String> methods = List.of("2017", "pytorch", "onnxruntime");
        List<String> found = result.out().lines().toList();
        assertThat(found).hasSizeGreaterThanOrEqualTo(8);
        for (String line : found) {
            String[] words = line.split(" ");
            String row = THRESHOLDS
                    .lines()
                    .filter(l -> l.startsWith(words[0] + ","))
                    .findFirst()
                    .orElseThrow();
            assertThat(words[2]).as(line).isEqualTo(row.split(", ")[1 + methods.indexOf(words[1])]);
        }
    }

    @Nested
    class Simple {
        private final Histogram h = Histogram.of(0, 0.25, 10, 0, 60, 25, 5, 0, 0);

        @Test
        void largestIsTheEndOfTheLastFilledBin() {
            assertThat(Calibration.largest(h)).isEqualTo(1.25);
            assertThat(Calibration.largest(Histogram.ofMagnitudes(4, 1))).isZero();
        }

        @ParameterizedTest
        @CsvSource({"5, 0", "10, 0", "11, 0.5", "70, 0.5", "71, 0.75", "95, 0.75", "95.1, 1.0"})
        void percentileIsTheBinInWhichTheShareIsReached(double percent, double expected) {
            assertThat(Calibration.percentile(h, percent)).isEqualTo(expected);
        }

        @Test
        void meanSquaredErrorCutsOffOutliers() {
            long[] counts = new long[256];
            for (int i = 0; i < 64; i++) {
                counts[i] = 1000;
            }
            counts[255] = 1;
            Histogram outlier = Histogram.of(0, 1, counts);
            double threshold = Calibration.meanSquaredError(outlier, 7, 8);
            assertThat(threshold).isBetween(50.0, 100.0);
            // by exhaustive search over the same candidates, errors written out
            double best = Double.POSITIVE_INFINITY;
            double winner = 0;
            for (int c = 8; c < 256; c++) {
                double step = (c + 0.5) / 7;
                double error = 0;
                for (int i = 0; i < 256; i++) {
                    double x = i + 0.5;
                    error += counts[i] * Math.pow(Math.min(7, Math.rint(x / step)) * step - x, 2);
                }
                if (error < best - 1e-6) {
                    best = error;
                    winner = c + 0.5;
                }
            }
            assertThat(threshold).isCloseTo(winner, within(1e-9));
        }
    }

    @Nested
    class Collecting {
        @Test
        void countsDoNotDependOnBatches() {
            float[] values = new float[10_000];
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextDouble(-1, 1) * (i < 5000 ? 1 : 40));
            }
            Histogram once = Histogram.ofMagnitudes(64, 1);
            once.add(values, 0, values.length);
            Histogram parts = Histogram.ofMagnitudes(64, 1);
            for (int i = 0; i < values.length; i += 1000) {
                parts.add(values, i, 1000);
            }
            assertThat(parts.counts()).isEqualTo(once.counts());
            assertThat(once.total()).isEqualTo(10_000);
            assertThat(once.bins()).isGreaterThan(2000);
        }

        @Test
        void endsBelongToTheBinAboveButTheLast() {
            Histogram h = Histogram.ofMagnitudes(4, 1);
            h.add(new float[] {0, -0.25f, 0.5f, 1, Math.nextDown(0.5f), Float.NaN, Float.NEGATIVE_INFINITY}, 0, 7);
            assertThat(h.counts()).containsExactly(1, 2, 1, 1);
            Histogram s = Histogram.symmetric(4, 1);
            s.add(new float[] {-2, -0.5f, 0, 3}, 0, 4);
            assertThat(s.counts()).containsExactly(1, 1, 1, 1);
        }

        @Test
        void aMagnitudeFarBeyondIsRefused() {
            Histogram h = Histogram.ofMagnitudes(4, 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> h.add(new float[] {0.1f, 1e30f}, 0, 2))
                    .withMessageContaining("more than 16777216");
            assertThat(h.total()).isZero();
        }
    }

    @Test
    void badArgumentsAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Calibration.entropy2017(Histogram.of(0, 1, 1, 2), 128))
                .withMessage("histogram must have at least 128 bins: 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Calibration.percentile(Histogram.of(0, 1, 1), 0))
                .withMessage("percent must be in (0, 100]: 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Calibration.entropyPyTorch(Histogram.of(0, 1, new long[200]), 128))
                .withMessage("histogram must count something, all counts are 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Calibration.largest(Histogram.of(-1, 1, 1, 1)))
                .withMessageContaining("it begins at -1.0");
    }
}
