package org.bitexact.internal.array;

import org.bitexact.format.ScalarFormat;

/** How codes lie in an array. */
public enum Storage {
    /** In the low bits of an element each. */
    ELEMENTS,
    /** In the high bits of an {@code int} each. */
    HIGH_BITS,
    /** Densely in bytes, see {@link Packer}; the first code in the low bits. */
    LOW_FIRST,
    /** Densely in bytes, the first code in the high bits. */
    HIGH_FIRST;

    /** {@return whether codes lie densely in bytes} */
    public boolean isDense() {
        return this == LOW_FIRST || this == HIGH_FIRST;
    }

    /** {@return the number of array elements that {@code n} codes of a format take} */
    public int size(ScalarFormat format, int n) {
        return isDense() ? ArrayKernel.denseBytes(n, format.width()) : n;
    }
}
