package org.bitexact.quant;

import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Format;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A way to quantise tensors of any size: the format of the codes, which elements share a scale, how scales are chosen and
 * how values are rounded.
 *
 * <pre>{@code
 * TensorScheme scheme = TensorScheme.ofIntegers(
 *         Formats.INT8, QuantizeRule.ONNX, false, Granularity.perChannel(0), Threshold.MAX);
 * QuantizedTensor quantized = scheme.quantize(NpyFile.open(Path.of("w.npy")), read -> {});
 * }</pre>
 *
 * <p><b>Scale</b> of integers and floats: {@code fl(amax / largest)}, at least the smallest normal binary32 number, with
 * <i>amax</i> the largest finite magnitude of the elements that share it, or the {@link Threshold} of a tensor or channel. Affine
 * integers take scale and zero point from their smallest and largest finite value, {@link Affine#ofRange}. Blocks: {@link
 * BlockCodec}.
 *
 * <p><b>Memory</b> does not grow with the tensor, but for channels (a scale each; histograms of {@value #HISTOGRAMS} at a time) and for blocks along another axis than the
 * last (the elements between the first and the last of a block are held at a time).
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class TensorScheme {
    /** Channels whose histograms are held together. */
    private static final int HISTOGRAMS = 512;

    private final Format format;
    private final Granularity granularity;
    private final Threshold threshold;
    private final boolean affine;
    private final long seed;
    private final Object arithmetic; // an ElementQuantizer or a BlockCodec

    private TensorScheme(
            Format format, Granularity granularity, Threshold threshold, boolean affine, long seed, Object arithmetic) {
        this.format = format;
        this.granularity = Objects.requireNonNull(granularity, "granularity");
        this.threshold = Objects.requireNonNull(threshold, "threshold");
        this.affine = affine;
        this.seed = seed;
        this.arithmetic = arithmetic;
        if (threshold.kind() != Threshold.Kind.MAX && (affine || granularity.kind() == Granularity.Kind.BLOCK)) {
            throw new IllegalArgumentException("calibration "
                    + threshold.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
                    + " is for symmetric parameters of a tensor or its channels; "
                    + (affine ? "affine parameters" : "blocks") + " take max");
        }
    }

    /**
     * {@return integers}
     *
     * @param format the integer format, of at most 8 bits
     * @param rule the arithmetic
     * @param affine whether zero points are chosen; otherwise they are 0
     * @param granularity which elements share a scale
     * @param threshold how the largest magnitude is chosen
     * @throws IllegalArgumentException if the format is wider, bipolar or scaled, or the threshold is not {@code MAX} where
     *     parameters are affine or those of blocks
     */
    public static TensorScheme ofIntegers(
            IntFormat format, QuantizeRule rule, boolean affine, Granularity granularity, Threshold threshold) {
        requireByte(format.width(), format);
        return new TensorScheme(format, granularity, threshold, affine, 0, ElementQuantizer.ofIntegers(format, rule));
    }

    /**
     * {@return floats: quotients by a scale, rounded by policies}
     *
     * @param format the format, of at most 8 bits, with a finite number above 0
     * @param policies how quotients are rounded
     * @param reciprocal whether values are multiplied by the rounded reciprocal of the scale instead of divided, in binary32
     * @param granularity which elements share a scale
     * @param threshold how the largest magnitude is chosen: {@code MAX} or a percentile
     * @param seed seed of stochastic rounding, otherwise ignored
     * @throws IllegalArgumentException if the format is wider or the threshold another one
     */
    public static TensorScheme ofFloats(
            FloatFormat format,
            Policies policies,
            boolean reciprocal,
            Granularity granularity,
            Threshold threshold,
            long seed) {
        requireByte(format.width(), format);
        switch (threshold.kind()) {
            case MAX, PERCENTILE -> {}
            default ->
                throw new IllegalArgumentException("calibration of " + format + " must be max or percentile, "
                        + "the others assume evenly spaced values: " + threshold.kind());
        }
        return new TensorScheme(
                format, granularity, threshold, false, seed, ElementQuantizer.ofFloats(format, policies, reciprocal));
    }

    /**
     * {@return blocks along the last axis}
     *
     * @param codec the format and its arithmetic; scales take one byte
     * @param seed seed of stochastic rounding, otherwise ignored
     * @throws IllegalArgumentException if scales take more
     */
    public static TensorScheme ofBlocks(BlockCodec codec, long seed) {
        requireByte(codec.format().scale().width(), codec.format().scale());
        // the axis is that of the tensor, known later
        return new TensorScheme(codec.format(), Granularity.PER_TENSOR, Threshold.MAX, false, seed, codec);
    }

    private static void requireByte(int width, Format format) {
        if (width > 8) {
            throw new IllegalArgumentException("format must have at most 8 bits: " + format + " has " + width);
        }
    }

    /** {@return the format of the codes: a scalar or a block format} */
    public Format format() {
        return format;
    }

    /**
     * {@return a tensor with its parameters; codes and scales of blocks are computed when they are asked for}
     *
     * <p>Reads the tensor once, twice with a threshold other than {@code MAX} (channels along another axis than the first: once
     * more for each {@value #HISTOGRAMS} of them), and not at all for blocks without a scale of the tensor.
     *
     * @param tensor a tensor of floats
     * @param progress told the number of bytes that each piece has taken from the file, here and later
     * @throws IllegalArgumentException if it has no floating-point numbers, or the granularity's axis is none of its axes
     * @throws IOException if the file cannot be read
     */
    public QuantizedTensor quantize(Tensor tensor, LongConsumer progress) throws IOException {
        TensorValues values = TensorValues.of(tensor, progress);
        long[] shape = values.info().shape();
        if (arithmetic instanceof BlockCodec codec) {
            TensorScale scale = codec.format().tensorScale() ? codec.tensorScale(amax(values)) : TensorScale.ONE;
            return new QuantizedTensor(values, new BlockPieces(codec, rows(shape), scale, seed));
        }
        ElementQuantizer elements = (ElementQuantizer) arithmetic;
        Granularity.Layout layout = granularity.of(shape);
        return new QuantizedTensor(
                values,
                granularity.kind() == Granularity.Kind.BLOCK
                        ? new GroupPieces(elements, layout, affine, seed)
                        : new SharedPieces(elements, layout, parameters(values, elements, layout), affine, seed));
    }

    /** Blocks of the last axis; a scalar is a row of one. */
    private Granularity.Layout rows(long... shape) {
        int length = ((BlockFormat) format).blockLength();
        return shape.length == 0
                ? Granularity.perBlock(0, length).of(1)
                : Granularity.perBlock(shape.length - 1, length).of(shape);
    }

    // ------------------------------------------------------------------ parameters of tensors and channels

    private static float amax(TensorValues values) {
        float[] chunk = new float[QuantizedTensor.CHUNK];
        float amax = 0;
        long elements = values.info().elements();
        for (long at = 0; at < elements; at += chunk.length) {
            int n = (int) Math.min(chunk.length, elements - at);
            values.read(at, chunk, 0, n);
            amax = Math.max(amax, BlockCodec.amax(chunk, 0, n));
        }
        return amax;
    }

    private Affine[] parameters(TensorValues values, ElementQuantizer elements, Granularity.Layout layout)
            throws IOException {
        if (layout.parameters() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("number of channels must be at most 2^31 - 9: " + layout.parameters());
        }
        int n = (int) layout.parameters();
        float[] min = new float[n];
        float[] max = new float[n];
        if (layout.granularity().kind() == Granularity.Kind.TENSOR && !affine) {
            max[0] = amax(values);
        } else {
            eachRun(values, layout, 0, layout.elements(), (p, x, from, count) -> {
                for (int i = from; i < from + count; i++) {
                    if (Math.abs(x[i]) <= Float.MAX_VALUE) {
                        min[p] = Math.min(min[p], x[i]);
                        max[p] = Math.max(max[p], x[i]);
                    }
                }
            });
        }
        if (threshold.kind() != Threshold.Kind.MAX) {
            for (int p = 0; p < n; p++) {
                max[p] = Math.max(-min[p], max[p]);
                min[p] = 0;
            }
            calibrate(values, elements, layout, max);
        }
        Affine[] parameters = new Affine[n];
        for (int p = 0; p < n; p++) {
            parameters[p] = chosen(elements, affine, min[p], max[p]);
        }
        return parameters;
    }

    private interface Run {
        /** Takes elements {@code from} and following of an array, {@code count} of them, with parameters {@code p}. */
        void accept(int p, float[] x, int from, int count);
    }

    /** Reads a range of elements, in runs that share parameters. */
    private static void eachRun(TensorValues values, Granularity.Layout layout, long from, long to, Run run)
            throws IOException {
        float[] chunk = new float[QuantizedTensor.CHUNK];
        for (long at = from; at < to; at += chunk.length) {
            int n = (int) Math.min(chunk.length, to - at);
            values.read(at, chunk, 0, n);
            for (int i = 0; i < n; ) {
                int count = (int) Math.min(n - i, layout.run(at + i));
                run.accept((int) layout.parameter(at + i), chunk, i, count);
                i += count;
            }
        }
    }

    /** Replaces the largest magnitudes by thresholds; zeros stay. */
    private void calibrate(TensorValues values, ElementQuantizer elements, Granularity.Layout layout, float[] largest)
            throws IOException {
        int levels = elements.format() instanceof IntFormat f ? (int) Math.max(1, f.maxInteger()) : 1;
        for (int first = 0; first < largest.length; first += HISTOGRAMS) {
            int begin = first;
            int end = Math.min(largest.length, first + HISTOGRAMS);
            @Nullable Histogram[] histograms = new @Nullable Histogram[end - begin];
            for (int p = begin; p < end; p++) {
                histograms[p - begin] = largest[p] == 0 ? null : threshold.histogram(largest[p]);
            }
            // channels along the first axis follow each other
            boolean apart = layout.outer() == 1 && largest.length > 1;
            long from = apart ? begin * layout.inner() : 0;
            long to = apart ? end * layout.inner() : layout.elements();
            eachRun(values, layout, from, to, (p, x, i, count) -> {
                Histogram histogram = p < begin || p >= end ? null : histograms[p - begin];
                if (histogram != null) {
                    histogram.add(x, i, count);
                }
            });
            for (int p = begin; p < end; p++) {
                Histogram histogram = histograms[p - begin];
                largest[p] = histogram == null ? 0 : threshold.of(histogram, levels);
            }
        }
    }

    /** The parameters for a range that contains 0. */
    static Affine chosen(ElementQuantizer elements, boolean affine, float min, float max) {
        return affine
                ? Affine.ofRange(min, max, (IntFormat) elements.format())
                : elements.symmetric(Math.max(-min, max));
    }

    @Override
    public String toString() {
        return arithmetic instanceof BlockCodec
                ? arithmetic.toString()
                : format + (affine ? " affine" : "") + " per "
                        + granularity.kind().name().toLowerCase(Locale.ROOT);
    }
}
