package org.bitexact.quant;

/**
 * The scale of a whole tensor in a two-level block format such as NVFP4: a block's values are {@code element * scale *
 * decode}.
 *
 * @param decode the factor that decoding applies, finite and positive
 * @param encode the factor that encoding applies where an implementation keeps one of its own ({@link
 *     BlockArithmetic#TRANSFORMER_ENGINE}), finite and positive
 * @since 0.1
 */
public record TensorScale(float decode, float encode) {
    /** No scale: both factors 1. */
    public static final TensorScale ONE = new TensorScale(1, 1);

    /** Checks the components. */
    public TensorScale {
        require("decode", decode);
        require("encode", encode);
    }

    private static void require(String name, float value) {
        if (!(value > 0 && value <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException(name + " must be finite and positive: " + value);
        }
    }
}
