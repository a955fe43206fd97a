package org.bitexact.quant;

import java.util.Locale;

/**
 * What becomes of a block that holds an infinity or a NaN; OCP MX 1.0, 6.3, leaves it open.
 *
 * @since 0.1
 */
public enum BlockSpecials {
    /**
     * The scale is NaN, which makes every value of the block NaN, and the element codes are zeros. What torchao,
     * TransformerEngine and microxcaling do with the scale. Needs a scale format with NaN.
     */
    NAN_SCALE,
    /**
     * The scale follows from the finite values, and the element codec's policies decide on infinities and NaNs one by
     * one.
     */
    ELEMENTS;

    /** {@return the name used on the command line} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
