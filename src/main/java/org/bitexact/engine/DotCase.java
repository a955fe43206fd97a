package org.bitexact.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The operands of one dot product, as codes.
 *
 * <p>The arrays are not copied, and must not be changed while the case is in use.
 *
 * @param a codes of the first vector
 * @param b codes of the second vector, as many
 * @param c the addend's code
 * @param scaleA codes of the first vector's scales; null if it has none
 * @param scaleB codes of the second vector's scales; null if it has none
 * @since 0.1
 */
@SuppressWarnings("ArrayRecordComponent")
public record DotCase(long[] a, long[] b, long c, long @Nullable [] scaleA, long @Nullable [] scaleB) {

    /** Checks the lengths. */
    public DotCase {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        if (a.length != b.length) {
            throw new IllegalArgumentException("a and b must have as many elements: " + a.length + " and " + b.length);
        }
        if ((scaleA == null) != (scaleB == null)) {
            throw new IllegalArgumentException("scales must be given for both vectors or for none");
        }
    }

    /**
     * Makes a case without scales.
     *
     * @param a codes of the first vector
     * @param b codes of the second vector, as many
     * @param c the addend's code
     */
    public DotCase(long[] a, long[] b, long c) {
        this(a, b, c, null, null);
    }

    /** {@return the number of products} */
    public int k() {
        return a.length;
    }
}
