package org.bitexact.format;

import java.util.Locale;

/**
 * What a code with exponent field zero means in a floating-point format of bias <i>b</i> and <i>t</i> trailing
 * significand bits <i>T</i>.
 *
 * @since 0.1
 */
public enum SubnormalRule {
    /** Gradual underflow as in IEEE 754: the value is {@code T * 2^(1 - b - t)}. */
    GRADUAL,
    /**
     * The formula printed in Tesla's white paper: the value is {@code T * 2^(-b - t)}, half of {@link #GRADUAL},
     * which leaves a gap between the largest subnormal and the smallest normal number.
     */
    TESLA_LITERAL,
    /**
     * No subnormal numbers: every such code reads as zero with the code's sign, and results whose magnitude, rounded
     * with unbounded exponent range, lies below the smallest normal number become zero.
     */
    FLUSH,
    /** Exponent field zero is a binade like any other; the format has no zero (E8M0). */
    ABSENT;

    /** {@return the name used in specification files} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
