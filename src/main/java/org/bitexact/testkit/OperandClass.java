package org.bitexact.testkit;

import java.util.Locale;

/**
 * What drawn operands of an operation have to do with each other and with the result's format.
 *
 * @since 0.1
 */
public enum OperandClass {
    /** Each operand is drawn by itself. */
    INDEPENDENT,
    /** An operand is zero, infinite or NaN. */
    SPECIAL,
    /** All operands are finite, not zero, and of the same binade or the one beside it. */
    EQUAL_EXPONENTS,
    /** A sum whose operands all but cancel: at most an eighth of the larger one is left, possibly nothing. */
    CANCELLATION,
    /** The exact result is finite, not zero, and a number of the result's format. */
    EXACT,
    /** The exact result lies halfway between two neighbouring numbers. */
    HALFWAY,
    /** The exact result lies beside such a midpoint, at most a sixteenth of the step between the neighbours away. */
    NEAR_HALFWAY,
    /** The exact result lies from the largest number to the first one beyond it, both included. */
    OVERFLOW,
    /** The exact result is not zero and not above the smallest normal number. */
    UNDERFLOW;

    /** {@return the class in words} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
