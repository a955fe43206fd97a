package org.bitexact.vectors;

/**
 * The operations that TestFloat's function names speak of.
 *
 * @since 0.1
 */
public enum TestFloatOperation {
    /** {@code X_to_Y}: convert. */
    CONVERT("to", 1),
    /** {@code X_roundToInt}: round to an integer in the same format. */
    ROUND_TO_INT("roundToInt", 1),
    /** {@code X_add}: a + b. */
    ADD("add", 2),
    /** {@code X_sub}: a - b. */
    SUB("sub", 2),
    /** {@code X_mul}: a * b. */
    MUL("mul", 2),
    /** {@code X_mulAdd} or, widening, {@code X_mulAdd_Y}: a * b + c with one rounding. */
    MUL_ADD("mulAdd", 3),
    /** {@code X_div}: a / b. */
    DIV("div", 2),
    /** {@code X_rem}: the IEEE 754 remainder of a by b. */
    REM("rem", 2),
    /** {@code X_sqrt}: the square root of a. */
    SQRT("sqrt", 1),
    /** {@code X_eq}: a = b, quiet. */
    EQ("eq", 2),
    /** {@code X_le}: a &lt;= b, signaling. */
    LE("le", 2),
    /** {@code X_lt}: a &lt; b, signaling. */
    LT("lt", 2),
    /** {@code X_eq_signaling}: a = b, signaling. */
    EQ_SIGNALING("eq_signaling", 2),
    /** {@code X_le_quiet}: a &lt;= b, quiet. */
    LE_QUIET("le_quiet", 2),
    /** {@code X_lt_quiet}: a &lt; b, quiet. */
    LT_QUIET("lt_quiet", 2);

    private final String word;
    private final int arity;

    TestFloatOperation(String word, int arity) {
        this.word = word;
        this.arity = arity;
    }

    /**
     * {@return the operation's word in a function name, as {@code mulAdd}}
     */
    public String word() {
        return word;
    }

    /**
     * {@return the number of operands}
     */
    public int arity() {
        return arity;
    }

    /**
     * {@return whether the result is a truth value}
     */
    public boolean isComparison() {
        return ordinal() >= EQ.ordinal();
    }
}
