package org.bitexact.sweep;

import java.util.List;
import org.bitexact.format.ScalarFormat;

/**
 * A spread of another space: the base is cut into as many strata of equal size as inputs are wanted, give or take one,
 * and one input is drawn from each. The order of the base is kept.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class SampledSpace implements InputSpace {
    private static final long MAX_SIZE = 1L << 31;

    private final InputSpace base;
    private final long size;
    private final long seed;

    private SampledSpace(InputSpace base, long size, long seed) {
        this.base = base;
        this.size = size;
        this.seed = seed;
    }

    /**
     * {@return a sample of a space; the space itself if it is not larger}
     *
     * @param base the space sampled
     * @param count number of inputs wanted, 1 to 2^31 unless the space is not larger
     * @param seed decides which input of each stratum is drawn
     */
    public static InputSpace of(InputSpace base, long count, long seed) {
        if (count >= base.size()) {
            return base;
        }
        requireCount(count);
        return new SampledSpace(base, count, seed);
    }

    static void requireCount(long count) {
        if (count < 1 || count > MAX_SIZE) {
            throw new IllegalArgumentException("sample must be in [1, 2^31]: " + count);
        }
    }

    @Override
    public String id() {
        return "sample of " + size + " (seed " + seed + ") of " + base.id();
    }

    @Override
    public List<ScalarFormat> formats() {
        return base.formats();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void fill(long index, int count, long[][] operands) {
        long[][] one = new long[operands.length][1];
        for (int i = 0; i < count; i++) {
            long from = stratum(index + i);
            long width = stratum(index + i + 1) - from;
            long drawn = Long.remainderUnsigned(Digest.mix(seed + index + i), width);
            base.fill(from + drawn, 1, one);
            for (int k = 0; k < one.length; k++) {
                operands[k][i] = one[k][0];
            }
        }
    }

    /** First number of a stratum, {@code floor(index * base / size)}, in parts that stay below 2^63. */
    private long stratum(long index) {
        return index * (base.size() / size) + index * (base.size() % size) / size;
    }

    @Override
    public String explain(List<Long> operands) {
        return base.explain(operands);
    }
}
