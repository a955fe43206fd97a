package org.bitexact.engine;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;

/**
 * An interval that holds every result that a documented contract allows for one input.
 *
 * @param format the format of the results
 * @param numbers whether a number can result, infinities included
 * @param lo code of the least number
 * @param hi code of the greatest number
 * @param nan whether a NaN can result
 * @since 0.1
 */
public record Enclosure(ScalarFormat format, boolean numbers, long lo, long hi, boolean nan) {

    /**
     * {@return whether the contract allows a result}
     *
     * @param code a code of the format; zeros of both signs are the same number
     */
    public boolean contains(long code) {
        format.requireCode(code);
        if (format instanceof FloatFormat f && f.isNan(code)) {
            return nan;
        }
        return numbers && order(lo) <= order(code) && order(code) <= order(hi);
    }

    /** {@return whether there is but one result} */
    public boolean isPoint() {
        return numbers ? !nan && order(lo) == order(hi) : nan;
    }

    private long order(long code) {
        if (format instanceof IntFormat i) {
            return i.toInteger(code);
        }
        FloatFormat f = (FloatFormat) format;
        long magnitude = code & f.magnitudeMask();
        return (code & f.signMask()) != 0 ? -magnitude : magnitude;
    }
}
