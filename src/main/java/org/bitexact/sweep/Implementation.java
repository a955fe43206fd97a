package org.bitexact.sweep;

import java.util.Arrays;

/**
 * One way of computing the results that a sweep compares: a codec, a kernel, an oracle.
 *
 * <p>A result is a {@code long}: the code in the low half and the raised {@link org.bitexact.format.Flags} in the upper
 * half. What has no flags leaves them 0, and is compared with something that has none either.
 *
 * @since 0.1
 */
public interface Implementation {
    /** {@return one line that determines the results: name, formats and policies; part of the identity of a sweep} */
    String id();

    /**
     * Does what must be done once before the first input: build tables, compile kernels. Called when the first input is
     * due, possibly long after construction; what it returns is released when the last one is done.
     *
     * @return the function from inputs to results, safe for use by several threads at once
     */
    Evaluation prepare();

    /** {@return a result in words, for the report of a mismatch}
     *
     * @param result a result, possibly not a valid one
     */
    String explain(long result);

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
         * @param inputs the inputs
         * @param results receives the results
         * @param count number of entries used in both arrays
         */
        void evaluate(long[] inputs, long[] results, int count);

        /**
         * Tells whether a block of results equals this function's.
         *
         * @param inputs the inputs
         * @param results the results to check
         * @param expected room for results of this function; its content afterwards is undefined
         * @param count number of entries used in the arrays
         * @return whether all are equal
         * @implSpec The default evaluates the block and compares.
         */
        default boolean agrees(long[] inputs, long[] results, long[] expected, int count) {
            evaluate(inputs, expected, count);
            return Arrays.mismatch(results, 0, count, expected, 0, count) < 0;
        }
    }
}
