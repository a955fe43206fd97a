package org.bitexact.sweep;

import java.util.List;
import java.util.stream.Collectors;
import org.bitexact.format.ScalarFormat;

/**
 * All pairs, or triples, of codes: the operands side by side are the number of the input, the last one in its low bits.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class CodeTuples implements InputSpace {
    /** Inputs are numbered by a {@code long}. */
    static final int MAX_BITS = 62;

    private final List<ScalarFormat> formats;
    private final int bits;

    private CodeTuples(List<ScalarFormat> formats) {
        this.formats = formats;
        bits = bits(formats);
        if (bits > MAX_BITS) {
            throw new IllegalArgumentException(
                    "all tuples must have at most " + MAX_BITS + " bits together: " + bits + " of " + formats);
        }
    }

    /**
     * {@return the space of all tuples}
     *
     * @param formats formats of the operands, at most 62 bits together
     */
    public static InputSpace of(List<? extends ScalarFormat> formats) {
        return formats.size() == 1 ? CodeSpace.all(formats.get(0)) : new CodeTuples(List.copyOf(formats));
    }

    /** The bits of an input. */
    static int bits(List<? extends ScalarFormat> formats) {
        return formats.stream().mapToInt(ScalarFormat::width).sum();
    }

    @Override
    public String id() {
        return "all " + formats.stream().map(ScalarFormat::name).collect(Collectors.joining(" x "));
    }

    @Override
    public List<ScalarFormat> formats() {
        return formats;
    }

    @Override
    public long size() {
        return 1L << bits;
    }

    @Override
    public void fill(long index, int count, long[][] operands) {
        int shift = bits;
        for (int k = 0; k < formats.size(); k++) {
            shift -= formats.get(k).width();
            long mask = formats.get(k).codeMask();
            long[] codes = operands[k];
            for (int i = 0; i < count; i++) {
                codes[i] = index + i >>> shift & mask;
            }
        }
    }
}
