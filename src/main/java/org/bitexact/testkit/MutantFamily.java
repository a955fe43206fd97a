package org.bitexact.testkit;

import java.util.Locale;

/**
 * What a {@link Mutant} is a wrong implementation of.
 *
 * @since 0.1
 */
public enum MutantFamily {
    /** Codes of one format to codes of another. */
    CONVERSION,
    /** Sum, difference, product, quotient, root. */
    ARITHMETIC,
    /** Fused multiply-add. */
    FMA,
    /** Dot products, and with them elements of matrix products. */
    DOT_PRODUCT,
    /** Encoding of block-scaled formats. */
    BLOCK,
    /** Dense storage of codes narrower than a byte. */
    PACKING,
    /** Affine quantisation of real values. */
    QUANTIZATION,
    /** Rescaling of integer accumulators. */
    REQUANTIZATION;

    /** {@return the family in words} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
