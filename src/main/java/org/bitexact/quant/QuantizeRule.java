package org.bitexact.quant;

import java.util.List;
import java.util.Objects;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Rounding;

/**
 * The arithmetic of affine quantisation {@code q = clamp(round(x / s) + z)}, in which implementations differ.
 *
 * <pre>
 * constant              x / s            rounding        zero point   NaN becomes
 * ONNX                  fl(x / s)        ties to even    after        z
 * PYTORCH               fl(x * fl(1/s))  ties to even    before       largest
 * PYTORCH_FAKE          fl(x * fl(1/s))  ties to even    after        lowest
 * TFLITE                fl(x / s)        ties to away    after        z
 * TENSORRT              fl(x * fl(1/s))  ties to even    after (0)    z
 * ONEDNN                fl(x / s)        ties to even    after        z
 * </pre>
 *
 * <p>{@code fl} rounds to {@link #precision()}, ties to even. Infinities saturate. Where an implementation leaves NaN to
 * the processor, the constant takes the zero point: its real result varies.
 *
 * <p>Sources: ONNX, QuantizeLinear; PyTorch, {@code quantize_per_tensor} and {@code fake_quantize_per_tensor_affine}, as
 * measured; TFLite, 8-bit quantisation specification and reference kernels; NVIDIA TensorRT, <i>Working with quantized
 * types</i>; oneDNN, primitive attributes: quantisation.
 *
 * @param precision format of the quotient, of at most 24 bits of precision: binary32 but for ONNX's {@code precision}
 *     attribute
 * @param reciprocal whether the value is multiplied by the rounded reciprocal of the scale instead of divided
 * @param rounding to an integer, deterministic
 * @param zeroPoint when the zero point is added
 * @param nan what a NaN becomes: {@link NanSubstitute#ZERO} stands for the zero point, {@link NanSubstitute#LARGEST} and
 *     {@link NanSubstitute#LOWEST} for an end of the range
 * @since 0.1
 */
public record QuantizeRule(
        FloatFormat precision, boolean reciprocal, Rounding rounding, ZeroPointStep zeroPoint, NanSubstitute nan) {
    /** ONNX QuantizeLinear. */
    public static final QuantizeRule ONNX = new QuantizeRule(
            Formats.BINARY32, false, Rounding.TIES_TO_EVEN, ZeroPointStep.AFTER_ROUNDING, NanSubstitute.ZERO);
    /** PyTorch's {@code quantize_per_tensor} and {@code quantize_per_channel}. */
    public static final QuantizeRule PYTORCH = new QuantizeRule(
            Formats.BINARY32, true, Rounding.TIES_TO_EVEN, ZeroPointStep.BEFORE_ROUNDING, NanSubstitute.LARGEST);
    /** PyTorch's fake quantisation and its decomposed operators. */
    public static final QuantizeRule PYTORCH_FAKE = new QuantizeRule(
            Formats.BINARY32, true, Rounding.TIES_TO_EVEN, ZeroPointStep.AFTER_ROUNDING, NanSubstitute.LOWEST);
    /** TFLite's reference kernels. */
    public static final QuantizeRule TFLITE = new QuantizeRule(
            Formats.BINARY32, false, Rounding.TIES_TO_AWAY, ZeroPointStep.AFTER_ROUNDING, NanSubstitute.ZERO);
    /** NVIDIA TensorRT, whose zero point is 0. */
    public static final QuantizeRule TENSORRT = new QuantizeRule(
            Formats.BINARY32, true, Rounding.TIES_TO_EVEN, ZeroPointStep.AFTER_ROUNDING, NanSubstitute.ZERO);
    /** oneDNN. */
    public static final QuantizeRule ONEDNN = ONNX;

    private static final List<String> NAMES =
            List.of("onnx", "pytorch", "pytorch-fake", "tflite", "tensorrt", "onednn");

    /** Checks the components. */
    public QuantizeRule {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(rounding, "rounding");
        Objects.requireNonNull(zeroPoint, "zeroPoint");
        Objects.requireNonNull(nan, "nan");
        if (precision.precision() > 24) {
            throw new IllegalArgumentException(
                    "precision must have at most 24 significand bits: " + precision + " has " + precision.precision());
        }
        if (rounding.isStochastic()) {
            throw new IllegalArgumentException("rounding of a quantiser must be deterministic: " + rounding);
        }
        switch (nan) {
            case ZERO, LARGEST, LOWEST -> {
                // those that an affine quantiser can mean
            }
            default -> throw new IllegalArgumentException("nan must be zero, largest or lowest: " + nan.id());
        }
    }

    /** {@return the names that {@link #named} takes} */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * {@return the rule of an implementation}
     *
     * @param name one of {@link #names()}
     * @throws IllegalArgumentException if there is no such rule
     */
    public static QuantizeRule named(String name) {
        return switch (name) {
            case "onnx" -> ONNX;
            case "pytorch" -> PYTORCH;
            case "pytorch-fake" -> PYTORCH_FAKE;
            case "tflite" -> TFLITE;
            case "tensorrt" -> TENSORRT;
            case "onednn" -> ONEDNN;
            default ->
                throw new IllegalArgumentException(
                        "quantisation rule must be one of " + String.join(", ", NAMES) + ": '" + name + "'");
        };
    }

    /**
     * {@return this rule with another rounding}
     *
     * @param value the mode
     */
    public QuantizeRule withRounding(Rounding value) {
        return new QuantizeRule(precision, reciprocal, value, zeroPoint, nan);
    }

    /**
     * {@return this rule with the quotient in another precision}
     *
     * @param value the format
     */
    public QuantizeRule withPrecision(FloatFormat value) {
        return new QuantizeRule(value, reciprocal, rounding, zeroPoint, nan);
    }
}
