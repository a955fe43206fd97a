package org.bitexact.sweep;

import java.util.Arrays;
import java.util.List;
import org.bitexact.format.ScalarFormat;

/**
 * One way of computing the results that a sweep compares: a codec, a kernel, an oracle.
 *
 * <p>A result is a {@code long}: the code in the low half and the raised {@link org.bitexact.format.Flags} in the upper
 * half; or the code alone, of up to 64 bits, if {@link #hasFlags()} says so.
 *
 * @since 0.1
 */
public interface Implementation {
    /** {@return one line that determines the results: name, formats and policies; part of the identity of a sweep} */
    String id();

    /** {@return the formats of the operands} */
    List<ScalarFormat> operands();

    /** {@return whether results carry flags; if not, code alone is compared and digested} */
    default boolean hasFlags() {
        return true;
    }

    /**
     * Does what must be done once before the first input: build tables, compile kernels. Called when the first input is
     * due, possibly long after construction; what it returns is released when the last one is done.
     *
     * @return the function from inputs to results, safe for use by several threads at once
     */
    Evaluation prepare();

    /**
     * {@return the code of a result in words, for the report of a mismatch}
     *
     * @param code the code, possibly not a valid one
     */
    String explain(long code);

    /** {@return this implementation without its flags} */
    default Implementation codes() {
        return hasFlags() ? new CodesAlone(this) : this;
    }

    /**
     * Computes results for blocks of inputs.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Evaluation {
        /**
         * Computes the results of a block.
         *
         * @param index number of the first input in its space; decides the random bits of stochastic rounding
         * @param operands the inputs, an array for each operand
         * @param results receives the results
         * @param count number of entries used in the arrays
         */
        void evaluate(long index, long[][] operands, long[] results, int count);

        /**
         * Tells whether a block of results equals this function's.
         *
         * @param index number of the first input in its space
         * @param operands the inputs, an array for each operand
         * @param results the results to check
         * @param expected room for results of this function; its content afterwards is undefined
         * @param count number of entries used in the arrays
         * @return whether all are equal
         * @implSpec The default evaluates the block and compares.
         */
        default boolean agrees(long index, long[][] operands, long[] results, long[] expected, int count) {
            evaluate(index, operands, expected, count);
            return Arrays.mismatch(results, 0, count, expected, 0, count) < 0;
        }
    }
}
