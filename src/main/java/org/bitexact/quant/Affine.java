package org.bitexact.quant;

import org.bitexact.format.IntFormat;

/**
 * The parameters of affine quantisation: a code <i>q</i> stands for {@code (q - zeroPoint) * scale}.
 *
 * @param scale value of one step, finite and positive
 * @param zeroPoint the integer that stands for zero
 * @since 0.1
 */
public record Affine(float scale, int zeroPoint) {
    /** 2^-23: PyTorch's smallest scale. */
    private static final float EPSILON = 0x1p-23f;

    /** Checks the components. */
    public Affine {
        if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("scale must be finite and positive: " + scale);
        }
    }

    /**
     * {@return symmetric parameters: zero point 0}
     *
     * @param scale value of one step
     */
    public static Affine symmetric(float scale) {
        return new Affine(scale, 0);
    }

    /**
     * {@return symmetric parameters for values of at most a given magnitude: {@code scale = fl(amax / largest)}, or the
     * smallest normal binary32 number where that is smaller}
     *
     * @param amax the largest magnitude, finite and not negative
     * @param format the integer format; its largest integer takes {@code amax}, or 1 if that is 0, as in INT1
     */
    public static Affine symmetric(float amax, IntFormat format) {
        requireFinite("amax", amax);
        return symmetric(Math.max(Math.abs(amax) / Math.max(1, format.maxInteger()), Float.MIN_NORMAL));
    }

    /**
     * {@return parameters for a range, as PyTorch's observers choose them: the range is widened to contain zero, {@code
     * scale = fl((max - min) / (qmax - qmin))}, at least 2^-23, and {@code zeroPoint = qmin - rne(fl(min / scale))} within
     * the format's range}
     *
     * @param min the smallest value, finite
     * @param max the largest value, finite
     * @param format the integer format
     * @throws IllegalArgumentException if an end is not finite or {@code min > max}
     */
    public static Affine ofRange(float min, float max, IntFormat format) {
        requireRange(min, max);
        float low = Math.min(min, 0);
        float high = Math.max(max, 0);
        float scale = Math.max((high - low) / (format.maxInteger() - format.minInteger()), EPSILON);
        long zero = format.minInteger() - (long) Math.rint(low / scale);
        return new Affine(scale, (int) Math.max(format.minInteger(), Math.min(format.maxInteger(), zero)));
    }

    /**
     * {@return parameters for a range as ONNX DynamicQuantizeLinear chooses them: {@code scale = fl((max - min) / (qmax -
     * qmin))}, {@code zeroPoint = rne(clamp(fl(qmin - fl(min / scale))))}, 1 and 0 for a range of zero width}
     *
     * @param min the smallest value, finite
     * @param max the largest value, finite
     * @param format the integer format, {@code u8} in ONNX
     * @throws IllegalArgumentException if an end is not finite or {@code min > max}
     */
    public static Affine onnxDynamic(float min, float max, IntFormat format) {
        requireRange(min, max);
        float low = Math.min(min, 0);
        float high = Math.max(max, 0);
        float scale = (high - low) / (format.maxInteger() - format.minInteger());
        if (scale == 0) {
            return new Affine(1, 0);
        }
        float zero = format.minInteger() - low / scale;
        return new Affine(scale, (int) Math.rint(Math.max(format.minInteger(), Math.min(format.maxInteger(), zero))));
    }

    private static void requireRange(float min, float max) {
        requireFinite("min", min);
        requireFinite("max", max);
        if (min > max) {
            throw new IllegalArgumentException("min must be at most max: " + min + " > " + max);
        }
        requireFinite("max - min", Math.max(max, 0) - Math.min(min, 0));
    }

    private static void requireFinite(String name, float value) {
        if (!(Math.abs(value) <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " must be finite: " + value);
        }
    }
}
