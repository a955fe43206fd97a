package org.bitexact.vectors;

/**
 * The rounding modes of TestFloat, under its names.
 *
 * @since 0.1
 */
public enum TestFloatRounding {
    /** {@code -rnear_even}: roundTiesToEven. */
    NEAR_EVEN("near_even"),
    /** {@code -rminMag}: roundTowardZero. */
    MIN_MAG("minMag"),
    /** {@code -rmin}: roundTowardNegative. */
    MIN("min"),
    /** {@code -rmax}: roundTowardPositive. */
    MAX("max"),
    /** {@code -rnear_maxMag}: roundTiesToAway. */
    NEAR_MAX_MAG("near_maxMag"),
    /** {@code -rodd}: roundToOdd, in rounding to an integer too. */
    ODD("odd");

    private final String label;

    TestFloatRounding(String label) {
        this.label = label;
    }

    /**
     * {@return TestFloat's name, as {@code near_even}}
     */
    public String label() {
        return label;
    }
}
