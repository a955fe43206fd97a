package org.bitexact.quant;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How the largest magnitude that a symmetric quantiser represents is chosen; values beyond saturate.
 *
 * <p>All but {@link Kind#MAX} need a histogram of the magnitudes, of {@link #BINS} bins up to the largest one; see
 * {@link Calibration} for what they compute.
 *
 * @param kind the method
 * @param percent share of values represented, in (0, 100], with {@link Kind#PERCENTILE}; otherwise 100
 * @since 0.1
 */
public record Threshold(Kind kind, double percent) {
    /**
     * The methods.
     *
     * @since 0.1
     */
    public enum Kind {
        /** The largest finite magnitude: nothing saturates. */
        MAX,
        /** A share of all values, {@link Calibration#percentile}. */
        PERCENTILE,
        /** The least mean squared error of integers, {@link Calibration#meanSquaredError}. */
        MSE,
        /** TensorRT's method as published, {@link Calibration#entropy2017}. */
        ENTROPY,
        /** NVIDIA's tools for PyTorch, {@link Calibration#entropyPyTorch}. */
        ENTROPY_PYTORCH,
        /** ONNX Runtime's tools, {@link Calibration#entropyOnnxRuntime}. */
        ENTROPY_ONNXRUNTIME
    }

    /** Bins of the histogram. */
    public static final int BINS = 2048;

    /** The largest finite magnitude. */
    public static final Threshold MAX = new Threshold(Kind.MAX, 100);

    /** Levels that the methods by entropy tell apart, whatever the format: that of INT8. */
    private static final int ENTROPY_LEVELS = 128;

    /** Checks the components. */
    public Threshold {
        Objects.requireNonNull(kind, "kind");
        if (!(percent > 0 && percent <= 100) || kind != Kind.PERCENTILE && percent != 100) {
            throw new IllegalArgumentException(
                    "percent must be " + (kind == Kind.PERCENTILE ? "in (0, 100]: " : "100: ") + percent);
        }
    }

    /** {@return the names that {@link #parse} takes} */
    public static List<String> names() {
        return List.of("max", "percentile:P", "mse", "entropy", "entropy-pytorch", "entropy-onnxruntime");
    }

    /**
     * {@return the method of a name}
     *
     * @param text one of {@link #names()}; P is a decimal number
     * @throws IllegalArgumentException if there is no such method, or P is not in (0, 100]
     */
    public static Threshold parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.startsWith("percentile:")) {
            double percent;
            try {
                percent = Double.parseDouble(name.substring(name.indexOf(':') + 1));
            } catch (NumberFormatException e) {
                percent = Double.NaN;
            }
            if (!(percent > 0 && percent <= 100)) {
                throw new IllegalArgumentException("percent of a calibration must be in (0, 100]: '" + text + "'");
            }
            return new Threshold(Kind.PERCENTILE, percent);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.PERCENTILE
                    && kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                return new Threshold(kind, 100);
            }
        }
        throw new IllegalArgumentException(
                "calibration must be one of " + String.join(", ", names()) + ": '" + text + "'");
    }

    /**
     * {@return an empty histogram for values}
     *
     * @param amax their largest finite magnitude, positive
     */
    Histogram histogram(float amax) {
        return kind == Kind.ENTROPY_ONNXRUNTIME
                ? Histogram.symmetric(BINS + 1, amax)
                : Histogram.ofMagnitudes(BINS, amax);
    }

    /**
     * {@return the threshold}
     *
     * @param histogram what {@link #histogram} gave, filled
     * @param levels the largest integer of the format, for {@link Kind#MSE}
     */
    float of(Histogram histogram, int levels) {
        return (float)
                switch (kind) {
                    case MAX -> Calibration.largest(histogram);
                    case PERCENTILE -> Calibration.percentile(histogram, percent);
                    case MSE -> Calibration.meanSquaredError(histogram, levels, ENTROPY_LEVELS);
                    case ENTROPY -> Calibration.entropy2017(histogram, ENTROPY_LEVELS);
                    case ENTROPY_PYTORCH -> Calibration.entropyPyTorch(histogram, ENTROPY_LEVELS);
                    case ENTROPY_ONNXRUNTIME -> Calibration.entropyOnnxRuntime(histogram, ENTROPY_LEVELS);
                };
    }
}
