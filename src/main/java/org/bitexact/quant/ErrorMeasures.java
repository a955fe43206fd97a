package org.bitexact.quant;

import java.util.Objects;
import java.util.Optional;
import org.apache.commons.numbers.core.DD;
import org.apache.commons.numbers.core.Sum;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;

/**
 * What is lost when numbers are replaced by approximations in a format: errors, signal-to-noise ratio, similarity, counts.
 * Pairs of numbers are added one after the other, in one pass and constant memory.
 *
 * <p>With reference <i>r</i>, approximation <i>a</i>, scale <i>s</i> and error <i>e = a - r</i>:
 *
 * <pre>
 * absolute error    |e|
 * relative error    |e| / |r|, where r is not 0
 * error in ulp      |e| / (s * ulp(r / s)): the spacing of the format's values around r; at zero and in the subnormal
 *                   range the smallest spacing
 * SQNR              10 log10(sum r^2 / sum e^2) decibels, also called QSNR
 * cosine            sum r a / sqrt(sum r^2 * sum a^2)
 * </pre>
 *
 * <p>The scale is what the format's values are multiplied by: 1 for a plain conversion, the scale of the tensor or block
 * for a quantised one.
 *
 * <p><b>Special values.</b> A pair in which a number is infinite or NaN has no part in errors and sums. It is counted as
 * {@linkplain #nonFinite() non-finite}, and as a {@linkplain #differing() difference} unless both are NaN or the same
 * infinity. Zeros of both signs are equal.
 *
 * <p><b>Accuracy.</b> Errors are exact differences rounded once. Sums are compensated: they carry twice the precision of
 * binary64, and are rounded once at the end. The numbers squared must lie within 2^-480 and 2^480, which all of binary32
 * does; others may overflow to infinity or underflow.
 *
 * <p><b>Order.</b> Counts, maxima and the first difference are the same however the pairs are divided among objects that
 * are {@linkplain #merge merged} in order. Sums, and what is derived from them, are a function of the order of additions and
 * of the division: another division may change the last bit of a mean, no more, since what it changes lies some fifty bits
 * below.
 *
 * <p><b>Thread safety</b>: none; each thread has its own object, and they are merged at the end.
 *
 * <p>Source: Goldberg, What Every Computer Scientist Should Know About Floating-Point Arithmetic, for the ulp; Rouhani et
 * al., With Shared Microexponents, A Little Shifting Goes a Long Way, for the QSNR.
 *
 * @since 0.1
 */
public final class ErrorMeasures {
    /**
     * A pair of numbers that differ.
     *
     * @param index its place among the pairs, from 0
     * @param reference the reference
     * @param approximated what stands for it
     * @since 0.1
     */
    public record Divergence(long index, double reference, double approximated) {}

    private final ScalarFormat format;
    private final double largest;
    private final double smallest;

    private long count;
    private long nonFinite;
    private long differing;
    private long saturated;
    private long lostToZero;
    private long nonZero;
    private Optional<Divergence> first = Optional.empty();
    private final Maximum absolute = new Maximum();
    private final Maximum relative = new Maximum();
    private final Maximum ulps = new Maximum();
    private final Sum products = Sum.create();
    private final Sum squaresOfReference = Sum.create();
    private final Sum squaresOfApproximated = Sum.create();
    private final Sum squaresOfError = Sum.create();

    private ErrorMeasures(ScalarFormat format) {
        this.format = format;
        if (format instanceof FloatFormat f) {
            if (!f.fitsBinary64()) {
                throw new IllegalArgumentException("format must have values that are exact in binary64: " + f);
            }
            largest = Codec.of(f).decode(f.maxFiniteCode());
            smallest = f.signed() ? -largest : 0;
        } else {
            IntFormat f = (IntFormat) format;
            largest = Math.scalb(f.signed() ? f.maxInteger() : unsigned(f.maxInteger()), f.scaleExponent());
            smallest = Math.scalb((double) f.minInteger(), f.scaleExponent());
        }
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : 0x1p64;
    }

    /**
     * {@return measures of no pairs yet}
     *
     * @param format what the approximations are in; its spacing is the unit of errors in ulp, its range tells saturation
     * @throws IllegalArgumentException if a value of the format is not exact in binary64
     */
    public static ErrorMeasures of(ScalarFormat format) {
        return new ErrorMeasures(Objects.requireNonNull(format, "format"));
    }

    // ------------------------------------------------------------------ adding

    /**
     * Adds a pair of numbers of a plain conversion.
     *
     * @param reference the number that should stand there
     * @param approximated what stands there
     */
    public void add(double reference, double approximated) {
        addPair(reference, approximated, 1, 0);
    }

    /**
     * Adds pairs of numbers.
     *
     * @param reference the numbers that should stand there
     * @param from position of the first
     * @param approximated what stands there
     * @param at position of the first
     * @param n number of pairs
     * @param scale what the format's values are multiplied by, finite and above 0
     * @throws IllegalArgumentException if the scale is not
     * @throws IndexOutOfBoundsException if a range does not lie within its array
     */
    public void add(double[] reference, int from, double[] approximated, int at, int n, double scale) {
        Objects.checkFromIndexSize(from, n, reference.length);
        Objects.checkFromIndexSize(at, n, approximated.length);
        requireScale(scale);
        for (int i = 0; i < n; i++) {
            addPair(reference[from + i], approximated[at + i], scale, 0);
        }
    }

    /**
     * Adds pairs of numbers.
     *
     * @param reference the numbers that should stand there
     * @param from position of the first
     * @param approximated what stands there
     * @param at position of the first
     * @param n number of pairs
     * @param scale what the format's values are multiplied by, finite and above 0
     * @throws IllegalArgumentException if the scale is not
     * @throws IndexOutOfBoundsException if a range does not lie within its array
     */
    public void add(float[] reference, int from, float[] approximated, int at, int n, double scale) {
        add(reference, from, approximated, at, n, scale, 0);
    }

    /**
     * Adds pairs of numbers of an affine quantisation: a value <i>v</i> of the format stands for {@code (v - zeroPoint) *
     * scale}.
     *
     * @param reference the numbers that should stand there
     * @param from position of the first
     * @param approximated what stands there
     * @param at position of the first
     * @param n number of pairs
     * @param scale what differences are multiplied by, finite and above 0
     * @param zeroPoint the value that stands for zero
     * @throws IllegalArgumentException if the scale is not
     * @throws IndexOutOfBoundsException if a range does not lie within its array
     */
    public void add(float[] reference, int from, float[] approximated, int at, int n, double scale, int zeroPoint) {
        Objects.checkFromIndexSize(from, n, reference.length);
        Objects.checkFromIndexSize(at, n, approximated.length);
        requireScale(scale);
        for (int i = 0; i < n; i++) {
            addPair(reference[from + i], approximated[at + i], scale, zeroPoint);
        }
    }

    /**
     * Adds the pairs of another object, as if they had been added after those of this one.
     *
     * @param next measures in the same format, left as they are
     * @throws IllegalArgumentException if the format is another, or the object is this one
     */
    public void merge(ErrorMeasures next) {
        if (next == this || !next.format.equals(format)) {
            throw new IllegalArgumentException("measures must be others, in the format " + format + ": "
                    + (next == this ? "the same" : next.format));
        }
        if (first.isEmpty()) {
            first = next.first.map(d -> new Divergence(count + d.index(), d.reference(), d.approximated()));
        }
        absolute.merge(next.absolute, count);
        relative.merge(next.relative, count);
        ulps.merge(next.ulps, count);
        count += next.count;
        nonFinite += next.nonFinite;
        differing += next.differing;
        saturated += next.saturated;
        lostToZero += next.lostToZero;
        nonZero += next.nonZero;
        products.add(next.products);
        squaresOfReference.add(next.squaresOfReference);
        squaresOfApproximated.add(next.squaresOfApproximated);
        squaresOfError.add(next.squaresOfError);
    }

    private static void requireScale(double scale) {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("scale must be finite and above 0: " + scale);
        }
    }

    private void addPair(double r, double a, double scale, int zero) {
        long index = count++;
        if (r != a && !(Double.isNaN(r) && Double.isNaN(a))) {
            differing++;
            if (first.isEmpty()) {
                first = Optional.of(new Divergence(index, r, a));
            }
        }
        if (!(Math.abs(r) <= Double.MAX_VALUE && Math.abs(a) <= Double.MAX_VALUE)) {
            nonFinite++;
            return;
        }
        saturated += r > (largest - zero) * scale || r < (smallest - zero) * scale ? 1 : 0;
        squaresOfReference.addProduct(r, r);
        squaresOfApproximated.addProduct(a, a);
        products.addProduct(r, a);
        if (r != 0) {
            nonZero++;
            lostToZero += a == 0 ? 1 : 0;
        }
        if (r != a) {
            // the difference is hi + lo exactly; hi alone is the difference rounded
            DD e = DD.ofDifference(a, r);
            double hi = e.hi();
            double lo = e.lo();
            squaresOfError.addProduct(hi, hi);
            double error = Math.abs(hi);
            absolute.add(error, hi < 0 ? -lo : lo, index);
            if (lo != 0) {
                squaresOfError.addProduct(2 * hi, lo).addProduct(lo, lo);
            }
            if (r != 0) {
                relative.add(error / Math.abs(r), 0, index);
            }
            ulps.add(error / unit(r, scale), 0, index);
        }
    }

    /** The spacing of the format's values around a number, times the scale. */
    private double unit(double r, double scale) {
        if (format instanceof IntFormat f) {
            return Math.scalb(scale, f.scaleExponent());
        }
        FloatFormat f = (FloatFormat) format;
        int exponent = Math.getExponent(scale == 1 ? r : r / scale);
        return Math.scalb(scale, exponent < f.emin() ? f.subnormalQuantumExponent() : exponent - f.trailingBits());
    }

    // ------------------------------------------------------------------ what came of it

    /** {@return the format of the approximations} */
    public ScalarFormat format() {
        return format;
    }

    /** {@return the number of pairs} */
    public long count() {
        return count;
    }

    /** {@return the number of pairs that are not equal} */
    public long differing() {
        return differing;
    }

    /** {@return the first pair that is not equal} */
    public Optional<Divergence> firstDivergence() {
        return first;
    }

    /** {@return the number of pairs in which a number is infinite or NaN} */
    public long nonFinite() {
        return nonFinite;
    }

    /** {@return the number of finite pairs whose reference lies beyond the range of the format, times the scale} */
    public long saturated() {
        return saturated;
    }

    /** {@return the number of pairs whose reference is not zero and whose approximation is} */
    public long lostToZero() {
        return lostToZero;
    }

    /** {@return the largest absolute error, 0 if there is none} */
    public double maxAbsoluteError() {
        return absolute.max;
    }

    /** {@return the place of the first pair with the largest absolute error, -1 if there is no error} */
    public long maxAbsoluteErrorIndex() {
        return absolute.index;
    }

    /** {@return the mean of the absolute errors of finite pairs; NaN if there are none} */
    public double meanAbsoluteError() {
        return absolute.mean(finite());
    }

    /** {@return the mean of the squared errors of finite pairs; NaN if there are none} */
    public double meanSquaredError() {
        return squaresOfError.getAsDouble() / finite();
    }

    /** {@return the root of the mean of the squared errors} */
    public double rootMeanSquaredError() {
        return Math.sqrt(meanSquaredError());
    }

    /** {@return the largest relative error of references that are not zero, 0 if there is none} */
    public double maxRelativeError() {
        return relative.max;
    }

    /** {@return the place of the first pair with the largest relative error, -1 if there is no error} */
    public long maxRelativeErrorIndex() {
        return relative.index;
    }

    /** {@return the mean of the relative errors of references that are not zero; NaN if there are none} */
    public double meanRelativeError() {
        return relative.mean(nonZero);
    }

    /** {@return the largest error in ulp of the format, 0 if there is none} */
    public double maxUlpError() {
        return ulps.max;
    }

    /** {@return the place of the first pair with the largest error in ulp, -1 if there is no error} */
    public long maxUlpErrorIndex() {
        return ulps.index;
    }

    /** {@return the mean of the errors of finite pairs in ulp of the format; NaN if there are none} */
    public double meanUlpError() {
        return ulps.mean(finite());
    }

    /**
     * {@return the signal-to-quantisation-noise ratio in decibels: infinite without noise, minus infinite without signal
     * but with noise}
     */
    public double sqnr() {
        double noise = squaresOfError.getAsDouble();
        if (noise == 0) {
            return Double.POSITIVE_INFINITY;
        }
        // StrictMath gives the same bits on every platform
        return 10 * (StrictMath.log10(squaresOfReference.getAsDouble()) - StrictMath.log10(noise));
    }

    /** {@return the cosine of the angle between references and approximations, -1 to 1; NaN if either are all zero} */
    public double cosineSimilarity() {
        double rr = squaresOfReference.getAsDouble();
        double aa = squaresOfApproximated.getAsDouble();
        if (rr == 0 || aa == 0) {
            return Double.NaN;
        }
        // even powers of two out of the root, so that the product neither overflows nor underflows
        int er = Math.getExponent(rr) & ~1;
        int ea = Math.getExponent(aa) & ~1;
        double root = Math.sqrt(Math.scalb(rr, -er) * Math.scalb(aa, -ea));
        double cosine = Math.scalb(products.getAsDouble(), -(er + ea) / 2) / root;
        return Math.max(-1, Math.min(1, cosine));
    }

    private long finite() {
        return count - nonFinite;
    }

    /** A maximum with its place, and a sum. */
    private static final class Maximum {
        private double max;
        private long index = -1;
        private final Sum sum = Sum.create();

        void add(double value, double low, long at) {
            if (value > max) {
                max = value;
                index = at;
            }
            sum.add(value);
            if (low != 0) {
                sum.add(low);
            }
        }

        void merge(Maximum next, long offset) {
            if (next.max > max) {
                max = next.max;
                index = offset + next.index;
            }
            sum.add(next.sum);
        }

        double mean(long n) {
            return sum.getAsDouble() / n;
        }
    }
}
