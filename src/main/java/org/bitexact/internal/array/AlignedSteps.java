package org.bitexact.internal.array;

/**
 * The steps of a matrix engine that aligns its terms, truncates and adds them: the products of some elements, and the
 * accumulator.
 *
 * <p>Write <i>E(x)</i> for the exponent of a number, at least that of the smallest normal number of its format. A product
 * has the exponent <i>E(a) + E(b)</i>. <i>M</i> is the largest exponent of a term that is not zero, at least {@code
 * floor}. Each term is cut toward zero to a multiple of <i>2^(M - fractionBits)</i>; the sum of what is left is exact and
 * is rounded to the accumulator.
 *
 * @param terms products of a step
 * @param fractionBits bits that are kept below <i>M</i>
 * @param floor least <i>M</i>
 * @param a format of first factors
 * @param b format of second factors
 * @param accumulator how the sum is rounded
 */
public record AlignedSteps(int terms, int fractionBits, int floor, Factor a, Factor b, Accumulator accumulator) {
    /** How a step's sum is rounded. */
    public enum Accumulator {
        /** To binary32, toward zero. */
        BINARY32_TRUNCATED,
        /** To binary32, toward zero, 13 bits of fraction. */
        BINARY32_SHORT,
        /** To binary32, ties to even. */
        BINARY32_NEAREST,
        /** To binary16, ties to even. */
        BINARY16_NEAREST;

        /** {@return the exponent of the smallest normal accumulator} */
        public int emin() {
            return this == BINARY16_NEAREST ? -14 : Float.MIN_EXPONENT;
        }
    }

    /**
     * The numbers of an operand.
     *
     * @param trailingBits bits of fraction
     * @param emin least exponent
     * @param mask the bits of a binary32 operand that are used
     */
    public record Factor(int trailingBits, int emin, int mask) {}

    /** {@return whether products and accumulators have 24 bits at most, and less than 30 of them stand above a unit} */
    public boolean fits() {
        return fractionBits >= 0 && fractionBits <= 27 && a.trailingBits + b.trailingBits <= 22;
    }
}
