package org.bitexact.sweep;

import java.util.List;
import java.util.stream.Collectors;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.ScalarFormat;

/**
 * Operands drawn independently, each code of a format as likely as any other: for spaces too large to be numbered.
 *
 * <p>Operand <i>k</i> of input <i>i</i> is the low bits of the word at position {@code 3 i + k} of {@link CounterRandom}.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class RandomSpace implements InputSpace {
    private final List<ScalarFormat> formats;
    private final long size;
    private final long seed;

    private RandomSpace(List<ScalarFormat> formats, long size, long seed) {
        this.formats = formats;
        this.size = size;
        this.seed = seed;
    }

    /**
     * {@return a number of random inputs}
     *
     * @param formats formats of the operands, 1 to 3
     * @param count number of inputs, 1 to 2^31
     * @param seed decides what is drawn
     */
    public static RandomSpace of(List<? extends ScalarFormat> formats, long count, long seed) {
        SampledSpace.requireCount(count);
        return new RandomSpace(List.copyOf(formats), count, seed);
    }

    @Override
    public String id() {
        return size + " random (seed " + seed + ") of "
                + formats.stream().map(ScalarFormat::name).collect(Collectors.joining(" x "));
    }

    @Override
    public List<ScalarFormat> formats() {
        return formats;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void fill(long index, int count, long[][] operands) {
        for (int k = 0; k < formats.size(); k++) {
            long mask = formats.get(k).codeMask();
            for (int i = 0; i < count; i++) {
                operands[k][i] = CounterRandom.word(seed, 3 * (index + i) + k) & mask;
            }
        }
    }
}
