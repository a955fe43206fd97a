package org.bitexact.sweep;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.codec.CodeText;
import org.bitexact.format.ScalarFormat;

/**
 * An enumeration of inputs: each one a code, or for an operation of several operands a tuple of codes.
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

    /** {@return the formats of the operands that make up an input, 1 to 3} */
    List<ScalarFormat> formats();

    /** {@return the number of inputs} */
    long size();

    /**
     * Writes consecutive inputs.
     *
     * @param index number of the first one; {@code index + count} is at most {@link #size()}
     * @param count how many, at most the length of the arrays
     * @param operands an array for each operand; receives the codes at 0 to {@code count - 1}
     */
    void fill(long index, int count, long[][] operands);

    /**
     * {@return an input in words, for the report of a mismatch}
     *
     * @param operands the codes of an input of this space
     */
    default String explain(List<Long> operands) {
        List<String> words = new ArrayList<>();
        for (int k = 0; k < operands.size(); k++) {
            words.add(CodeText.of(formats().get(k)).explain(operands.get(k)));
        }
        return String.join(", ", words);
    }
}
