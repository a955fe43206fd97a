package org.bitexact.testkit;

import java.util.Locale;

/**
 * What a drawn code is to hit: a kind of number of its own format, or a place where the conversion to another format, the
 * <i>target</i>, changes.
 *
 * @since 0.1
 */
public enum CodeClass {
    /** A zero of either sign. */
    ZERO,
    /** A number whose magnitude is an integer from 1 to 16. */
    SMALL_INTEGER,
    /** A power of two of either sign. */
    POWER_OF_TWO,
    /** A number with at most three significand bits from the first to the last. */
    SHORT,
    /** A subnormal number. */
    SUBNORMAL,
    /** The smallest or the largest subnormal, normal or integer number of a sign. */
    LIMIT,
    /** A number one or two codes from a limit or a power of two. */
    NEIGHBOUR,
    /** An infinity. */
    INFINITY,
    /** A quiet NaN, with any payload. */
    QUIET_NAN,
    /** A signaling NaN, with any payload. */
    SIGNALING_NAN,
    /** Any code, all alike. */
    UNIFORM_CODE,
    /** A number from a binade, all binades alike; zero and the subnormal numbers count as one. */
    UNIFORM_BINADE,
    /** A number, uniform between the largest negative and the largest positive one. */
    UNIFORM_VALUE,

    /** Exactly a number of the target. */
    TARGET_NUMBER,
    /** Next to a number of the target: none itself, but within one step of the source of one. */
    BESIDE_TARGET_NUMBER,
    /** Exactly between two neighbouring numbers of the target, or between the largest and the first one beyond it. */
    TARGET_MIDPOINT,
    /** Next to such a midpoint: none itself, but within one step of the source of one. */
    BESIDE_TARGET_MIDPOINT,
    /** From the target's largest number to the first one beyond it, both included, and a step of the source further. */
    TARGET_OVERFLOW,
    /**
     * Within one step of the source of a place where the target underflows: half its smallest number; its smallest normal
     * number; what rounds up to that with unbounded exponent.
     */
    TARGET_UNDERFLOW;

    /** {@return whether the class needs a target} */
    public boolean isAimed() {
        return compareTo(TARGET_NUMBER) >= 0;
    }

    /** {@return the class in words} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("nan", "NaN");
    }
}
