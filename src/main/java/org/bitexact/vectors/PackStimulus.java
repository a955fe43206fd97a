package org.bitexact.vectors;

/** Draws the operands of cases, one after the other. */
@FunctionalInterface
interface PackStimulus {
    /** {@return the codes of each operand of the next case} */
    long[][] next();
}
