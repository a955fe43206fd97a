package org.bitexact.testkit;

import org.bitexact.oracle.Oracle;

/**
 * An implementation of a {@link ScalarFunction}, right or wrong: codes in, code and flags out.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface CodeFunction {
    /**
     * Computes a result.
     *
     * @param operands the operands' codes, as many as the operation has
     * @return code and flags
     */
    Oracle.Result apply(long... operands);
}
