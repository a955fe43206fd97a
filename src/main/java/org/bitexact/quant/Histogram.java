package org.bitexact.quant;

import java.util.Arrays;
import java.util.Objects;

/**
 * Counts of values in bins of equal width, as calibrators collect them.
 *
 * <pre>
 * bin   0               1                         n-1
 *       [edge 0, edge 1)[edge 1, edge 2)   ...    [edge n-1, edge n]      edge i = low + i * width, in binary64
 * </pre>
 *
 * <p>A histogram of magnitudes begins at 0. It grows by bins of the same width when larger magnitudes come, so that the
 * counts do not depend on how the data were cut into batches, provided that the width was chosen beforehand.
 *
 * <p><b>NaN and infinities</b> are not counted.
 *
 * <p><b>Thread safety</b>: not thread-safe.
 *
 * @since 0.1
 */
public final class Histogram {
    /** The most bins a histogram grows to. */
    private static final int MOST_BINS = 1 << 24;

    private final double low;
    private final double width;
    private final boolean magnitudes;
    private long[] counts;
    private int bins;

    private Histogram(double low, double width, boolean magnitudes, long[] counts) {
        if (!(width > 0 && width < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("width must be finite and positive: " + width);
        }
        if (counts.length == 0) {
            throw new IllegalArgumentException("a histogram needs at least one bin");
        }
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("count must not be negative: " + count);
            }
        }
        this.low = low;
        this.width = width;
        this.magnitudes = magnitudes;
        this.counts = counts;
        bins = counts.length;
    }

    /**
     * {@return an empty histogram of magnitudes in {@code [0, amax]}}
     *
     * @param bins number of bins, 1 to 2^24
     * @param amax upper end of the last bin, finite and positive
     */
    public static Histogram ofMagnitudes(int bins, double amax) {
        return new Histogram(0, amax / requireBins(bins), true, new long[bins]);
    }

    /**
     * {@return an empty histogram of values in {@code [-amax, amax]}, which does not grow: values beyond count in the
     * bins at the ends}
     *
     * @param bins number of bins, 1 to 2^24
     * @param amax upper end of the last bin, finite and positive
     */
    public static Histogram symmetric(int bins, double amax) {
        return new Histogram(-amax, 2 * amax / requireBins(bins), false, new long[bins]);
    }

    /**
     * {@return a histogram with given counts}
     *
     * @param low lower end of the first bin
     * @param width width of a bin, finite and positive
     * @param counts the counts, not negative; copied
     */
    public static Histogram of(double low, double width, long... counts) {
        return new Histogram(low, width, low == 0, counts.clone());
    }

    private static int requireBins(int bins) {
        if (bins < 1 || bins > MOST_BINS) {
            throw new IllegalArgumentException("bins must be in [1, " + MOST_BINS + "]: " + bins);
        }
        return bins;
    }

    /** {@return the number of bins} */
    public int bins() {
        return bins;
    }

    /** {@return the width of a bin} */
    public double width() {
        return width;
    }

    /**
     * {@return an end of bins}
     *
     * @param i number of the end, 0 to {@link #bins()}
     */
    public double edge(int i) {
        return low + i * width;
    }

    /** {@return the counts, a copy} */
    public long[] counts() {
        return Arrays.copyOf(counts, bins);
    }

    /** {@return the number of values counted} */
    public long total() {
        return Arrays.stream(counts, 0, bins).sum();
    }

    /**
     * Counts values.
     *
     * @param values the values; of a histogram of magnitudes their signs do not count
     * @param from position of the first one
     * @param n their number
     * @throws IndexOutOfBoundsException if the range does not lie within the array
     * @throws IllegalArgumentException if a magnitude needs more than 2^24 bins; nothing has been counted then
     */
    public void add(float[] values, int from, int n) {
        Objects.checkFromIndexSize(from, n, values.length);
        if (magnitudes) {
            grow(BlockCodec.amax(values, from, n));
        }
        for (int i = from; i < from + n; i++) {
            double x = magnitudes ? Math.abs(values[i]) : values[i];
            if (Math.abs(x) <= Float.MAX_VALUE) {
                counts[bin(x)]++;
            }
        }
    }

    private int bin(double x) {
        int i = (int) Math.max(0, Math.min(bins - 1, (x - low) / width));
        // the quotient may be off by a rounding; the ends decide
        if (i > 0 && x < edge(i)) {
            return i - 1;
        }
        return i < bins - 1 && x >= edge(i + 1) ? i + 1 : i;
    }

    private void grow(double amax) {
        if (amax <= edge(bins)) {
            return;
        }
        double needed = Math.ceil(amax / width) + 1;
        if (needed > MOST_BINS) {
            throw new IllegalArgumentException(
                    "magnitude " + amax + " needs " + needed + " bins of width " + width + ", more than " + MOST_BINS);
        }
        int more = (int) needed;
        while (more > bins + 1 && edge(more - 1) >= amax) {
            more--;
        }
        counts = Arrays.copyOf(counts, more);
        bins = more;
    }
}
