package org.bitexact.quant;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bitexact.format.IntFormat;

/**
 * Quantises a tensor whose parts have parameters of their own.
 *
 * <p>Codes and values are row-major; see {@link Granularity} for which parameter an element takes and {@link Quantizer} for
 * the arithmetic.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class TensorQuantizer {
    private final Granularity.Layout layout;
    private final List<Quantizer> quantizers;

    private TensorQuantizer(Granularity.Layout layout, List<Quantizer> quantizers) {
        this.layout = layout;
        this.quantizers = quantizers;
    }

    /**
     * {@return a quantiser with given parameters}
     *
     * @param format the integer format, of at most 16 bits
     * @param rule the arithmetic
     * @param layout how the tensor is divided
     * @param parameters scale and zero point of each part, in order
     * @throws IllegalArgumentException if their number is not {@code layout.parameters()}, or one does not suit the format
     */
    public static TensorQuantizer of(
            IntFormat format, QuantizeRule rule, Granularity.Layout layout, List<Affine> parameters) {
        if (parameters.size() != layout.parameters()) {
            throw new IllegalArgumentException(
                    "number of parameters must be " + layout.parameters() + ": " + parameters.size());
        }
        Quantizer first = Quantizer.of(format, rule, Affine.symmetric(1));
        return new TensorQuantizer(
                layout, parameters.stream().map(first::affine).toList());
    }

    /**
     * {@return a quantiser with symmetric parameters: each part's largest finite magnitude becomes the largest integer}
     *
     * @param format the integer format, of at most 16 bits
     * @param rule the arithmetic
     * @param layout how the tensor is divided
     * @param values the tensor
     * @throws IllegalArgumentException if the length of {@code values} is not {@code layout.elements()}
     */
    public static TensorQuantizer symmetric(
            IntFormat format, QuantizeRule rule, Granularity.Layout layout, float[] values) {
        float[][] ranges = ranges(layout, values);
        List<Affine> parameters = new ArrayList<>();
        for (int p = 0; p < layout.parameters(); p++) {
            parameters.add(Affine.symmetric(Math.max(-ranges[0][p], ranges[1][p]), format));
        }
        return of(format, rule, layout, parameters);
    }

    /**
     * {@return a quantiser whose parameters come from each part's smallest and largest finite value, by {@link
     * Affine#ofRange}}
     *
     * @param format the integer format, of at most 16 bits
     * @param rule the arithmetic
     * @param layout how the tensor is divided
     * @param values the tensor
     * @throws IllegalArgumentException if the length of {@code values} is not {@code layout.elements()}
     */
    public static TensorQuantizer affine(
            IntFormat format, QuantizeRule rule, Granularity.Layout layout, float[] values) {
        float[][] ranges = ranges(layout, values);
        List<Affine> parameters = new ArrayList<>();
        for (int p = 0; p < layout.parameters(); p++) {
            parameters.add(Affine.ofRange(ranges[0][p], ranges[1][p], format));
        }
        return of(format, rule, layout, parameters);
    }

    /** The smallest and largest finite values of each part, both together with 0. */
    private static float[][] ranges(Granularity.Layout layout, float[] values) {
        requireLength("values", values.length, layout);
        int parameters = (int) layout.parameters(); // no more than there are values
        float[] min = new float[parameters];
        float[] max = new float[parameters];
        for (int i = 0; i < values.length; ) {
            int p = (int) layout.parameter(i);
            for (int end = i + (int) layout.run(i); i < end; i++) {
                float x = values[i];
                if (Math.abs(x) <= Float.MAX_VALUE) {
                    min[p] = Math.min(min[p], x);
                    max[p] = Math.max(max[p], x);
                }
            }
        }
        return new float[][] {min, max};
    }

    private static void requireLength(String name, int length, Granularity.Layout layout) {
        if (length != layout.elements()) {
            throw new IllegalArgumentException("length of " + name + " must be " + layout.elements()
                    + ", as many as the tensor has elements: " + length);
        }
    }

    /** {@return how the tensor is divided} */
    public Granularity.Layout layout() {
        return layout;
    }

    /** {@return scale and zero point of each part} */
    public List<Affine> parameters() {
        return quantizers.stream().map(Quantizer::affine).toList();
    }

    /**
     * {@return the same with other parameters, each computed from the present one}
     *
     * @param change the computation
     */
    public TensorQuantizer map(UnaryOperator<Affine> change) {
        return new TensorQuantizer(
                layout,
                quantizers.stream().map(q -> q.affine(change.apply(q.affine()))).toList());
    }

    /**
     * Quantises a tensor.
     *
     * @param values the tensor
     * @param codes receives the codes; of the same length
     * @throws IllegalArgumentException if a length differs from {@code layout().elements()}, or the format is wider than 8
     *     bits
     */
    public void quantize(float[] values, byte[] codes) {
        requireLength("values", values.length, layout);
        requireLength("codes", codes.length, layout);
        eachRun((q, at, n) -> q.quantize(values, at, codes, at, n));
    }

    /**
     * Quantises a tensor.
     *
     * @param values the tensor
     * @param codes receives the codes; of the same length
     * @throws IllegalArgumentException if a length differs from {@code layout().elements()}
     */
    public void quantize(float[] values, short[] codes) {
        requireLength("values", values.length, layout);
        requireLength("codes", codes.length, layout);
        eachRun((q, at, n) -> q.quantize(values, at, codes, at, n));
    }

    /**
     * Dequantises a tensor.
     *
     * @param codes the codes
     * @param values receives the values; of the same length
     * @throws IllegalArgumentException if a length differs from {@code layout().elements()}, or the format is wider than 8
     *     bits
     */
    public void dequantize(byte[] codes, float[] values) {
        requireLength("codes", codes.length, layout);
        requireLength("values", values.length, layout);
        eachRun((q, at, n) -> q.dequantize(codes, at, values, at, n));
    }

    /**
     * Dequantises a tensor.
     *
     * @param codes the codes
     * @param values receives the values; of the same length
     * @throws IllegalArgumentException if a length differs from {@code layout().elements()}
     */
    public void dequantize(short[] codes, float[] values) {
        requireLength("codes", codes.length, layout);
        requireLength("values", values.length, layout);
        eachRun((q, at, n) -> q.dequantize(codes, at, values, at, n));
    }

    private interface Step {
        void apply(Quantizer quantizer, int at, int n);
    }

    private void eachRun(Step step) {
        int elements = (int) layout.elements();
        for (int at = 0; at < elements; ) {
            int n = (int) layout.run(at);
            step.apply(quantizers.get((int) layout.parameter(at)), at, n);
            at += n;
        }
    }
}
