package org.bitexact.format;

import java.util.Locale;

/**
 * How the shared scale of a block follows from the largest magnitude <i>amax</i> of its values.
 *
 * <p>Below, <i>emax</i> is the exponent and <i>vmax</i> the value of the element format's largest finite number.
 *
 * @since 0.1
 */
public enum ScaleRule {
    /** {@code 2^(floor(log2 amax) - emax)}: OCP MX 1.0, section 6.3. */
    FLOOR,
    /** {@code 2^(ceil(log2 amax) - emax)}: torchao {@code CEIL}. */
    CEIL,
    /** As {@link #FLOOR}, after rounding amax to the element's precision, ties away: torchao {@code EVEN}. */
    EVEN,
    /** {@code amax / vmax} rounded up to the scale format: torchao {@code RCEIL}, TransformerEngine, cuDNN. */
    QUOTIENT_UP,
    /** {@code amax / vmax} rounded to nearest in the scale format: NVFP4 recipes. */
    QUOTIENT_NEAREST,
    /** {@code 2^k} with the integer <i>k</i> nearest to {@code log2(amax / vmax)}, halves up: MLX. */
    EXPONENT_NEAREST,
    /** {@code 2^(floor(log2 amax) - (emax - 1))}, one binade above {@link #FLOOR}: AWS {@code quantize_mx}. */
    FLOOR_PLUS_ONE;

    /** {@return the name used in specification files and on the command line} */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Finds a rule by name.
     *
     * @param text the name; case does not matter
     * @return the rule
     * @throws IllegalArgumentException if no rule has the name
     */
    public static ScaleRule parse(String text) {
        return Choice.parse("scale rule", text, values(), ScaleRule::id);
    }
}
