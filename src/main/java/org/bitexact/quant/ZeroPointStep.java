package org.bitexact.quant;

import java.util.Locale;

/**
 * Where the zero point enters affine quantisation.
 *
 * <p>The two differ at ties, when the zero point is odd, and where the sum in binary32 loses low bits: {@code x / s} =
 * 0.5 with zero point 1 gives 1 + rne(0.5) = 1 after rounding, and rne(1.5) = 2 before.
 *
 * @since 0.1
 */
public enum ZeroPointStep {
    /** Added to the rounded integer: ONNX, TFLite, oneDNN, PyTorch's fake quantisation. */
    AFTER_ROUNDING,
    /** Added to the scaled value in binary32, which is then rounded: PyTorch's {@code quantize_per_tensor}. */
    BEFORE_ROUNDING;

    /** {@return the name used on the command line} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
