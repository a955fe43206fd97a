package org.bitexact.engine;

import java.util.Objects;

/**
 * The parameters of an integer or binary matrix engine, whose sums are exact, so that their order is irrelevant.
 *
 * @param operation what is done with a pair of elements
 * @param saturate whether the accumulator is clamped to its range at the end of each step; otherwise it wraps
 * @param step elements of a step: of an instruction
 * @since 0.1
 */
public record IntegerSpec(Operation operation, boolean saturate, int step) {
    /**
     * What is done with a pair of elements before it is added up.
     *
     * @since 0.1
     */
    public enum Operation {
        /** They are multiplied. */
        MULTIPLY,
        /** The ones of their exclusive or are counted. */
        XOR_POPCOUNT,
        /** The ones of their conjunction are counted. */
        AND_POPCOUNT
    }

    /** Checks the parameters. */
    public IntegerSpec {
        Objects.requireNonNull(operation, "operation");
        if (step < 1 || step > 1 << 16) {
            throw new IllegalArgumentException("step must be in [1, 65536]: " + step);
        }
    }

    /**
     * {@return an engine that multiplies and wraps}
     *
     * @param step elements of an instruction
     */
    public static IntegerSpec wrapping(int step) {
        return new IntegerSpec(Operation.MULTIPLY, false, step);
    }

    /**
     * {@return an engine that multiplies and saturates}
     *
     * @param step elements of an instruction
     */
    public static IntegerSpec saturating(int step) {
        return new IntegerSpec(Operation.MULTIPLY, true, step);
    }
}
