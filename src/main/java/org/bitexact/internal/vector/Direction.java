package org.bitexact.internal.vector;

import org.bitexact.format.Rounding;

/** In which direction a directed mode moves a magnitude. */
final class Direction {
    private Direction() {}

    /** {@return -1 if the magnitude of a positive value is incremented, otherwise 0} */
    static int growsPositive(Rounding mode) {
        return mode == Rounding.AWAY_FROM_ZERO || mode == Rounding.TOWARD_POSITIVE ? -1 : 0;
    }

    /** {@return -1 if the magnitude of a negative value is incremented, otherwise 0} */
    static int growsNegative(Rounding mode) {
        return mode == Rounding.AWAY_FROM_ZERO || mode == Rounding.TOWARD_NEGATIVE ? -1 : 0;
    }
}
