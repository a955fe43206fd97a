package org.bitexact.codec;

import java.util.Locale;

/**
 * The ten classes of floating-point data.
 *
 * <p>Source: IEEE 754-2019, 5.7.2.
 *
 * @since 0.1
 */
public enum NumberClass {
    /** A NaN that raises invalid when used. */
    SIGNALING_NAN,
    /** A NaN that does not. */
    QUIET_NAN,
    /** Minus infinity. */
    NEGATIVE_INFINITY,
    /** A negative normal number. */
    NEGATIVE_NORMAL,
    /** A negative subnormal number. */
    NEGATIVE_SUBNORMAL,
    /** Minus zero. */
    NEGATIVE_ZERO,
    /** Plus zero, and the zero of formats without signed zeros. */
    POSITIVE_ZERO,
    /** A positive subnormal number. */
    POSITIVE_SUBNORMAL,
    /** A positive normal number. */
    POSITIVE_NORMAL,
    /** Plus infinity. */
    POSITIVE_INFINITY;

    /** {@return whether the class is one of the two NaNs} */
    public boolean isNan() {
        return this == SIGNALING_NAN || this == QUIET_NAN;
    }

    /** {@return whether the class is one of the two infinities} */
    public boolean isInfinite() {
        return this == NEGATIVE_INFINITY || this == POSITIVE_INFINITY;
    }

    /** {@return the class in words, for example {@code negative subnormal}} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("nan", "NaN");
    }
}
