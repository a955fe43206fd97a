package org.bitexact.testkit;

import java.util.Locale;

/**
 * The operations on codes that {@link ScalarFunction} names.
 *
 * @since 0.1
 */
public enum ScalarOperation {
    /** A code of one format becomes a code of another. */
    CONVERT(1, "%s"),
    /** a + b. */
    ADD(2, "%s + %s"),
    /** a - b. */
    SUBTRACT(2, "%s - %s"),
    /** a * b. */
    MULTIPLY(2, "%s * %s"),
    /** a / b. */
    DIVIDE(2, "%s / %s"),
    /** The square root of a. */
    SQUARE_ROOT(1, "sqrt(%s)"),
    /** a * b + c, rounded once. */
    FMA(3, "%s * %s + %s");

    private final int arity;
    private final String pattern;

    ScalarOperation(int arity, String pattern) {
        this.arity = arity;
        this.pattern = pattern;
    }

    /** {@return the number of operands} */
    public int arity() {
        return arity;
    }

    /** The operation with its operands written in. */
    String write(Object... operands) {
        return String.format(Locale.ROOT, pattern, operands);
    }
}
