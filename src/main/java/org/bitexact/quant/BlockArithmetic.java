package org.bitexact.quant;

import java.util.Locale;

/**
 * How an implementation computes a block's scale and its elements from the largest magnitude <i>amax</i>: which
 * quotients are exact and which are rounded to binary32 on the way.
 *
 * <p>Scale rules that work on exponents alone ({@code floor}, {@code ceil}, {@code even}, {@code floor-plus-one}) need no
 * quotient; of the constants below they are affected by {@link #MICROXCALING} alone. With power-of-two scales all elements
 * are exact quotients in every arithmetic.
 *
 * <p>In the formulas, <i>vmax</i> is the element format's largest finite number, <i>smax</i> the scale format's, <i>T</i>
 * the tensor's scale ({@link TensorScale}, 1 in formats without one), {@code fl(...)} a binary32 operation, ties to even.
 *
 * @since 0.1
 */
public enum BlockArithmetic {
    /**
     * Exact quotients, each rounded once: the scale from {@code amax / vmax / T}, an element from {@code x / (scale * T)}.
     * The default.
     */
    EXACT,

    /**
     * NVIDIA TransformerEngine. Without a tensor scale the quotient is {@code fl(amax * fl(1 / vmax))}. With one, whose
     * inverse is {@code E = fl(fl(smax * vmax) / amax of the tensor)}, the scale is rounded from {@code fl(amax * fl(E *
     * fl(1 / vmax)))}, and an element from {@code fl(x * min(fl(1 / fl(scale * fl(1 / E))), FLT_MAX))}.
     */
    TRANSFORMER_ENGINE,

    /**
     * torchao. Without a tensor scale the quotient is {@code fl(amax * fl(1 / vmax))}. With one, {@code T = fl(amax of the
     * tensor / fl(smax * vmax))}, the scale is rounded from {@code fl(fl(amax / vmax) / T)}, brought into the range from
     * the scale format's smallest normal to its largest number, and an element from {@code fl(x / fl(T * scale))}.
     */
    TORCHAO,

    /**
     * The Python path of microxcaling: exponents come from {@code floor(fl(log2 amax))}, so that a largest magnitude just
     * below 2^k counts as 2^k where the logarithm, rounded to binary32, reaches k; a block of zeros counts as the
     * smallest normal binary32 number.
     */
    MICROXCALING;

    /** {@return the name used on the command line} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
