package org.bitexact.vectors;

/**
 * Collects the exception flags of one operation, so that an operation can return its result and report its flags without
 * allocating.
 *
 * <pre>
 *   bit    4         3                2         1          0
 *          invalid   divide by zero   overflow  underflow  inexact
 * </pre>
 *
 * <p>The layout is that of TestFloat's lines and of the RISC-V {@code fflags} register.
 *
 * <p><b>Thread safety.</b> An instance belongs to one thread.
 *
 * @since 0.1
 */
public final class FlagSink {

    /** The result differs from the exact one. */
    public static final int INEXACT = 0x01;

    /** The result is tiny and inexact. */
    public static final int UNDERFLOW = 0x02;

    /** The rounded result is too large for the format. */
    public static final int OVERFLOW = 0x04;

    /** Finite operands have an exactly infinite result (TestFloat's "infinite"). */
    public static final int DIVIDE_BY_ZERO = 0x08;

    /** The operation has no usefully definable result. */
    public static final int INVALID = 0x10;

    private int flags;

    /** Creates a sink with all flags clear. */
    public FlagSink() {}

    /**
     * Raises flags; those raised before stay.
     *
     * @param raised a combination of the constants of this class
     */
    public void raise(int raised) {
        flags |= raised;
    }

    /** Clears all flags. */
    public void clear() {
        flags = 0;
    }

    /**
     * {@return the flags raised since the last {@link #clear()}, 0 to 0x1F}
     */
    public int flags() {
        return flags;
    }
}
