package org.bitexact.vectors;

import org.bitexact.format.Flags;

/**
 * The function that a vector stream exercises: codes in, code and flags out.
 *
 * <p>Codes stand in the low bits, containers included, as in the fields of a line. A function of fewer than three operands
 * ignores the rest; a comparison returns 0 or 1; an integer result is cut to its width.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface CaseFunction {

    /**
     * Computes one case.
     *
     * @param a first operand
     * @param b second operand, if there is one
     * @param c third operand, if there is one
     * @param flags receives the exception flags; cleared beforehand by the caller
     * @return the result
     */
    long evaluate(long a, long b, long c, Flags flags);
}
