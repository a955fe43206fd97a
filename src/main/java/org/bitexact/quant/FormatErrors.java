package org.bitexact.quant;

import java.io.IOException;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;

/**
 * What a quantised tensor loses: its {@link ErrorMeasures}, where its values lie on the format's number line, and how large
 * errors are in each binade of magnitudes.
 *
 * <p>The number line is that of the element format: a value's place is {@code x / scale + zeroPoint}, with the scale of its
 * own tensor, channel or block, as a share of the format's largest magnitude. It is cut into {@link #PLACES} bins from -1.25
 * to 1.25; the first and the last also count what lies beyond.
 *
 * <p><b>Thread safety</b>: none; not changed once it is made.
 *
 * @since 0.1
 */
public final class FormatErrors {
    /** Bins of the number line. */
    public static final int PLACES = 250;

    /** Places reach so far to either side, in multiples of the largest magnitude. */
    public static final double REACH = 1.25;

    /** Exponent of the lowest binade that is told apart, that of the smallest binary32 number. */
    public static final int LOWEST_BINADE = -149;

    private static final int BINADES = 128 - LOWEST_BINADE;

    private final ErrorMeasures measures;
    private final double largest;
    private final long[] places = new long[PLACES];
    private final long[] counts = new long[BINADES];
    private final double[] squares = new double[BINADES];
    private final double[] errors = new double[BINADES];
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    private FormatErrors(ScalarFormat format) {
        measures = ErrorMeasures.of(format);
        double most = BlockScale.largest(format);
        largest = format instanceof IntFormat f
                ? Math.max(most, Math.abs(Math.scalb(f.minInteger(), f.scaleExponent())))
                : most;
    }

    /**
     * {@return what a tensor loses}
     *
     * @param tensor the tensor, which is read once
     * @throws IOException if the file cannot be read
     */
    public static FormatErrors of(QuantizedTensor tensor) throws IOException {
        FormatErrors result = new FormatErrors(tensor.format());
        tensor.forEach(result::add);
        return result;
    }

    private void add(float[] values, float[] approximated, int from, int n, double scale, int zeroPoint) {
        measures.add(values, from, approximated, from, n, scale, zeroPoint);
        double unit = largest * scale;
        for (int i = from; i < from + n; i++) {
            double x = values[i];
            double e = approximated[i] - x;
            if (!(Math.abs(e) <= Double.MAX_VALUE)) {
                continue;
            }
            double place = (x / unit + zeroPoint / largest + REACH) * (PLACES / (2 * REACH));
            places[(int) Math.max(0, Math.min(PLACES - 1, Math.floor(place)))]++;
            min = Math.min(min, x);
            max = Math.max(max, x);
            if (x != 0) {
                int binade = Math.getExponent(x) - LOWEST_BINADE;
                counts[binade]++;
                squares[binade] += x * x;
                errors[binade] += e * e;
            }
        }
    }

    /** {@return errors of all kinds} */
    public ErrorMeasures measures() {
        return measures;
    }

    /** {@return the largest magnitude of the format, where places are 1 or -1} */
    public double largest() {
        return largest;
    }

    /** {@return the smallest finite value; infinite if there is none} */
    public double min() {
        return min;
    }

    /** {@return the largest finite value; minus infinity if there is none} */
    public double max() {
        return max;
    }

    /** {@return how many values lie in each bin of the number line} */
    public long[] places() {
        return places.clone();
    }

    /**
     * {@return the number of values in a binade}
     *
     * @param exponent values from 2^exponent to below 2^(exponent + 1) in magnitude; -149 to 127
     */
    public long count(int exponent) {
        return counts[exponent - LOWEST_BINADE];
    }

    /**
     * {@return the root of the sum of squared errors over that of squared values, in a binade; NaN without values}
     *
     * @param exponent values from 2^exponent to below 2^(exponent + 1) in magnitude; -149 to 127
     */
    public double relativeError(int exponent) {
        int i = exponent - LOWEST_BINADE;
        return Math.sqrt(errors[i] / squares[i]);
    }
}
