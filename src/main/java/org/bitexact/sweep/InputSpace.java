package org.bitexact.sweep;

/**
 * An enumeration of inputs, each one a {@code long}: a binary32 pattern, a binary64 pattern, or several codes packed
 * side by side.
 *
 * <p>The inputs of a space are numbered from 0, so that a sweep can be cut into units and shards by number. The order is
 * free; implementations that walk a table are fastest on ascending inputs.
 *
 * <p><b>Thread safety</b>: implementations are immutable.
 *
 * @since 0.1
 */
public interface InputSpace {
    /** {@return one line that determines the inputs and their numbers; part of the identity of a sweep} */
    String id();

    /** {@return the number of inputs} */
    long size();

    /**
     * Writes consecutive inputs.
     *
     * @param index number of the first one; {@code index + count} is at most {@link #size()}
     * @param count how many, at most the length of the array
     * @param inputs receives the inputs at 0 to {@code count - 1}
     */
    void fill(long index, int count, long[] inputs);

    /**
     * {@return an input in words, for the report of a mismatch}
     *
     * @param input an input of this space
     */
    String explain(long input);
}
