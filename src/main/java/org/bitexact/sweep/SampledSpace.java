package org.bitexact.sweep;

/**
 * A spread of another space: the base is cut into as many strata of equal size as inputs are wanted, give or take one,
 * and one input is drawn from each. The order of the base is kept.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class SampledSpace implements InputSpace {
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
     * @param base the space sampled, of at most 2^32 inputs
     * @param count number of inputs wanted, at least 1
     * @param seed decides which input of each stratum is drawn
     */
    public static InputSpace of(InputSpace base, long count, long seed) {
        if (count < 1) {
            throw new IllegalArgumentException("sample must be at least 1: " + count);
        }
        if (base.size() > 1L << 32) {
            throw new IllegalArgumentException("size of a sampled space must be at most 2^32: " + base.size());
        }
        return count >= base.size() ? base : new SampledSpace(base, count, seed);
    }

    @Override
    public String id() {
        return "sample of " + size + " (seed " + seed + ") of " + base.id();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void fill(long index, int count, long[] inputs) {
        long[] one = new long[1];
        for (int i = 0; i < count; i++) {
            long from = stratum(index + i);
            long width = stratum(index + i + 1) - from;
            long drawn = Long.remainderUnsigned(Digest.mix(seed + index + i), width);
            base.fill(from + drawn, 1, one);
            inputs[i] = one[0];
        }
    }

    /** First number of a stratum; the product stays below 2^64, since index < size and both are at most 2^32. */
    private long stratum(long index) {
        return index == size ? base.size() : Long.divideUnsigned(index * base.size(), size);
    }

    @Override
    public String explain(long input) {
        return base.explain(input);
    }
}
