package org.bitexact.quant;

import java.util.Arrays;

/**
 * Chooses the magnitude up to which a symmetric quantiser represents values, from a {@link Histogram}: larger ones
 * saturate, so that smaller ones have finer steps.
 *
 * <p>All sums run in ascending order of bins, in binary64, with logarithms of {@link StrictMath}: the same histogram gives
 * the same threshold everywhere.
 *
 * <p>Sources: S. Migacz, <i>8-bit inference with TensorRT</i>, GTC 2017; NVIDIA pytorch-quantization, histogram
 * calibrator; ONNX Runtime, quantisation tools, entropy calibrator (after Apache MXNet).
 *
 * @since 0.1
 */
public final class Calibration {
    private Calibration() {}

    /**
     * {@return the upper end of the last bin that counts anything, 0 if there is none}
     *
     * @param histogram a histogram of magnitudes
     */
    public static double largest(Histogram histogram) {
        requireMagnitudes(histogram);
        long[] counts = histogram.counts();
        int last = counts.length;
        while (last > 0 && counts[last - 1] == 0) {
            last--;
        }
        return histogram.edge(last);
    }

    /**
     * {@return the lower end of the bin in which a share of all counts is reached}
     *
     * <p>The bin is the first whose cumulative share, a sum of quotients in binary64, is at least {@code percent / 100}.
     *
     * @param histogram a histogram of magnitudes that counts something
     * @param percent the share, above 0 and at most 100
     */
    public static double percentile(Histogram histogram, double percent) {
        requireMagnitudes(histogram);
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent must be in (0, 100]: " + percent);
        }
        double total = requireCounts(histogram);
        long[] counts = histogram.counts();
        double share = 0;
        int i = 0;
        while (i < counts.length && (share += counts[i] / total) < percent / 100) {
            i++;
        }
        return histogram.edge(Math.min(i, counts.length));
    }

    /**
     * {@return the threshold with the least mean squared error of quantisation}
     *
     * <p>Candidates are the centres of bins from {@code startBin} on; each bin's values count as its centre; of equal
     * errors the first wins.
     *
     * @param histogram a histogram of magnitudes that counts something
     * @param levels the largest integer of the quantiser, 127 for restricted INT8
     * @param startBin the first candidate, at least 0 and below the number of bins
     */
    public static double meanSquaredError(Histogram histogram, int levels, int startBin) {
        requireMagnitudes(histogram);
        requireCounts(histogram);
        requireLevels(levels);
        long[] counts = histogram.counts();
        if (startBin < 0 || startBin >= counts.length) {
            throw new IllegalArgumentException("startBin must be in [0, " + (counts.length - 1) + "]: " + startBin);
        }
        double best = Double.POSITIVE_INFINITY;
        double threshold = 0;
        for (int i = startBin; i < counts.length; i++) {
            double candidate = centre(histogram, i);
            double scale = levels / candidate;
            double sum = 0;
            for (int j = 0; j < counts.length; j++) {
                double x = centre(histogram, j);
                double e = Math.min(Math.rint(x * scale), levels) / scale - x;
                sum += e * e * counts[j];
            }
            if (sum < best) {
                best = sum;
                threshold = candidate;
            }
        }
        return threshold;
    }

    private static double centre(Histogram histogram, int bin) {
        return (histogram.edge(bin) + histogram.edge(bin + 1)) / 2;
    }

    /**
     * {@return the threshold that keeps most information, as published for TensorRT in 2017}
     *
     * <p>For each <i>i</i> from {@code levels} to the number of bins - 1: <i>P</i> is the first <i>i</i> counts, with all
     * others added to the last of them; <i>Q</i> are the same counts without the others, merged into {@code levels} groups,
     * the mass of each spread evenly over its bins that are not empty. The <i>i</i> with the smallest divergence {@code
     * sum P log(P / Q)} of the normalised distributions wins, the first of equals; the threshold is {@code (i + 0.5) *
     * width}.
     *
     * <p>TensorRT itself is closed: this is its published description, not a promise of the same threshold.
     *
     * @param histogram a histogram of magnitudes with more bins than levels, 2048 as published
     * @param levels number of magnitudes that a code can tell apart, 128 for INT8
     */
    public static double entropy2017(Histogram histogram, int levels) {
        requireMagnitudes(histogram);
        requireCounts(histogram);
        double[] counts = doubles(histogram, levels);
        double best = Double.POSITIVE_INFINITY;
        int winner = counts.length - 1;
        for (int i = levels; i < counts.length; i++) {
            double divergence = divergence(reference(counts, i), merged(counts, i, levels));
            if (divergence < best) {
                best = divergence;
                winner = i;
            }
        }
        return (winner + 0.5) * histogram.width();
    }

    /**
     * {@return the threshold that keeps most information, as NVIDIA's pytorch-quantization computes it}
     *
     * <p>As {@link #entropy2017}, but the first count is replaced by the second, all bins together are a candidate, too, the
     * last of equal divergences wins, and the threshold is the upper end of bin {@code i - 1}.
     *
     * @param histogram a histogram of magnitudes with at least as many bins as levels
     * @param levels number of magnitudes that a code can tell apart, 128 for INT8
     */
    public static double entropyPyTorch(Histogram histogram, int levels) {
        requireMagnitudes(histogram);
        requireCounts(histogram);
        double[] counts = doubles(histogram, levels);
        if (counts.length > 1) {
            counts[0] = counts[1];
        }
        double best = Double.POSITIVE_INFINITY;
        int winner = counts.length;
        for (int i = levels; i <= counts.length; i++) {
            double divergence = divergence(reference(counts, i), merged(counts, i, levels));
            if (divergence <= best) {
                best = divergence;
                winner = i;
            }
        }
        return histogram.edge(winner);
    }

    /**
     * {@return the threshold that keeps most information, as ONNX Runtime's calibrator computes it from values of both
     * signs}
     *
     * <p>Candidates are the ranges of <i>i</i> bins to either side of the middle one, from half the levels on. Values
     * outside are added to the bins at the ends of <i>P</i>; <i>Q</i> merges {@code size / levels} bins at a time, the
     * remainder into the last group, and spreads each over its bins, the share of a bin cut to an integer. Both are
     * smoothed in binary32: empty bins receive 0.0001, the others give it. The first smallest divergence wins; the threshold is the upper end of its range.
     *
     * @param histogram a symmetric histogram with an odd number of bins, more than levels
     * @param levels number of integers, 128 by default there
     * @throws IllegalArgumentException if the number of bins is even or too small
     */
    public static double entropyOnnxRuntime(Histogram histogram, int levels) {
        requireCounts(histogram);
        double[] counts = doubles(histogram, levels);
        int n = counts.length;
        int middle = n / 2;
        double best = Double.POSITIVE_INFINITY;
        int winner = -1;
        for (int i = levels / 2; i <= middle; i++) {
            int start = middle - i;
            int end = Math.min(middle + i + 1, n);
            double divergence = smoothedDivergence(counts, start, end, levels);
            if (winner < 0 || divergence < best) {
                best = divergence;
                winner = end;
            }
        }
        return histogram.edge(winner);
    }

    private static double smoothedDivergence(double[] counts, int start, int end, int levels) {
        int size = end - start;
        double[] p = Arrays.copyOfRange(counts, start, end);
        p[0] += sum(counts, 0, start);
        p[size - 1] += sum(counts, end, counts.length);
        double[] q = new double[size];
        int group = size / levels;
        for (int g = 0; g < levels; g++) {
            int from = g * group;
            int to = from + group;
            double mass = sum(counts, start + from, start + to);
            if (g == levels - 1) {
                mass += sum(counts, start + levels * group, end);
            }
            int filled = 0;
            for (int j = from; j < to; j++) {
                filled += p[j] != 0 ? 1 : 0;
            }
            if (filled != 0) {
                Arrays.fill(q, from, to, Math.floor(mass / filled));
            }
        }
        return smooth(p) && smooth(q) ? divergence(p, q) : Double.POSITIVE_INFINITY;
    }

    /** Gives empty bins 0.0001, taken evenly from the others, rounding to binary32; false if that cannot be done. */
    private static boolean smooth(double[] distribution) {
        int empty = 0;
        for (double x : distribution) {
            empty += x == 0 ? 1 : 0;
        }
        int filled = distribution.length - empty;
        if (filled == 0) {
            return false;
        }
        double eps = 0.0001;
        double share = eps * empty / filled;
        if (share >= 1) {
            return false;
        }
        for (int j = 0; j < distribution.length; j++) {
            float x = (float) distribution[j];
            distribution[j] = x + (float) (x == 0 ? eps : -share);
        }
        return true;
    }

    /** The first i counts, the rest added to the last of them. */
    private static double[] reference(double[] counts, int i) {
        double[] p = Arrays.copyOf(counts, i);
        p[i - 1] += sum(counts, i, counts.length);
        return p;
    }

    /** The first i counts merged into levels and spread again over the bins that are not empty. */
    private static double[] merged(double[] counts, int i, int levels) {
        double[] mass = new double[levels];
        int[] filled = new int[levels];
        for (int j = 0; j < i; j++) {
            int level = (int) ((long) j * levels / i);
            mass[level] += counts[j];
            filled[level] += counts[j] != 0 ? 1 : 0;
        }
        double[] q = new double[i];
        for (int j = 0; j < i; j++) {
            int level = (int) ((long) j * levels / i);
            q[j] = counts[j] == 0 ? 0 : mass[level] / filled[level];
        }
        return q;
    }

    /** Kullback-Leibler divergence of the normalised distributions; infinite where P is positive and Q zero. */
    private static double divergence(double[] p, double[] q) {
        double sumP = sum(p, 0, p.length);
        double sumQ = sum(q, 0, q.length);
        if (sumQ == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double result = 0;
        for (int j = 0; j < p.length; j++) {
            if (p[j] > 0) {
                double a = p[j] / sumP;
                double b = q[j] / sumQ;
                result += b > 0 ? a * StrictMath.log(a / b) : Double.POSITIVE_INFINITY;
            }
        }
        return result;
    }

    private static double sum(double[] x, int from, int to) {
        double sum = 0;
        for (int j = from; j < to; j++) {
            sum += x[j];
        }
        return sum;
    }

    private static double[] doubles(Histogram histogram, int levels) {
        requireLevels(levels);
        if (histogram.bins() < levels) {
            throw new IllegalArgumentException("histogram must have at least " + levels + " bins: " + histogram.bins());
        }
        return Arrays.stream(histogram.counts()).asDoubleStream().toArray();
    }

    private static void requireLevels(int levels) {
        if (levels < 1) {
            throw new IllegalArgumentException("levels must be positive: " + levels);
        }
    }

    private static void requireMagnitudes(Histogram histogram) {
        if (histogram.edge(0) != 0) {
            throw new IllegalArgumentException(
                    "histogram must be one of magnitudes, beginning at 0: it begins at " + histogram.edge(0));
        }
    }

    private static double requireCounts(Histogram histogram) {
        long total = histogram.total();
        if (total == 0) {
            throw new IllegalArgumentException("histogram must count something, all counts are 0");
        }
        return total;
    }
}
