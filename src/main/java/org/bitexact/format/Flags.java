package org.bitexact.format;

/**
 * The five IEEE 754 exception flags, as bits and as a sink that collects them.
 *
 * <pre>
 * bit   4         3                2          1           0
 *       invalid   divide by zero   overflow   underflow   inexact
 * </pre>
 *
 * <p>The order is that of the RISC-V {@code fflags} register and of TestFloat streams.
 *
 * <p><b>Thread safety</b>: a sink belongs to one thread at a time.
 *
 * <p>Source: IEEE 754-2019, clause 7; RISC-V Unprivileged ISA, section on {@code fcsr}.
 *
 * @since 0.1
 */
public final class Flags {
    /** The delivered result differs from the exact one. */
    public static final int INEXACT = 1;
    /** The result is tiny and inexact. */
    public static final int UNDERFLOW = 2;
    /** The rounded magnitude exceeds the largest finite number. */
    public static final int OVERFLOW = 4;
    /** An infinity results exactly from finite operands. */
    public static final int DIVIDE_BY_ZERO = 8;
    /** The operation has no usefully definable result. */
    public static final int INVALID = 16;
    /** All five flags. */
    public static final int ALL = 31;

    private int raised;

    /** Creates a sink with no flag raised. */
    public Flags() {}

    /**
     * Raises flags; those already raised stay raised.
     *
     * @param flags any combination of the constants
     */
    public void raise(int flags) {
        raised |= flags;
    }

    /** {@return the flags raised so far} */
    public int raised() {
        return raised;
    }

    /** Lowers all flags. */
    public void clear() {
        raised = 0;
    }

    /**
     * {@return the flags as letters {@code vzoux}, a dot for each flag that is clear}
     *
     * @param flags any combination of the constants
     */
    public static String toString(int flags) {
        String letters = "vzoux";
        StringBuilder text = new StringBuilder(5);
        for (int i = 0; i < 5; i++) {
            text.append((flags >> (4 - i) & 1) != 0 ? letters.charAt(i) : '.');
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return toString(raised);
    }
}
