package org.bitexact.sweep;

import java.util.List;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.StreamType;

/**
 * Inputs of an operation that are hard to round, drawn by {@link HardCases}: ties and what lies beside them, cancellation,
 * traps for double rounding, the boundaries of underflow and overflow.
 *
 * <p>Each run of 1024 inputs has a sequence of cases of its own, whose seed follows from the number of the run.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class HardSpace implements InputSpace {
    private static final int RUN = 1024;

    private final Computation computation;
    private final int[] containerShifts;
    private final long size;
    private final long seed;

    private HardSpace(Computation computation, long size, long seed) {
        this.computation = computation;
        this.size = size;
        this.seed = seed;
        containerShifts = computation.operands().stream()
                .mapToInt(f -> StreamType.of(f).containerShift())
                .toArray();
    }

    /**
     * {@return a number of hard inputs}
     *
     * @param computation what they are hard for: operation and formats matter
     * @param count number of inputs, 1 to 2^31
     * @param seed decides what is drawn
     */
    public static HardSpace of(Computation computation, long count, long seed) {
        SampledSpace.requireCount(count);
        return new HardSpace(computation, count, seed);
    }

    @Override
    public String id() {
        return size + " hard (seed " + seed + ") of " + computation.signature();
    }

    @Override
    public List<ScalarFormat> formats() {
        return computation.operands();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void fill(long index, int count, long[][] operands) {
        long[] one = new long[operands.length];
        for (int done = 0; done < count; ) {
            long run = (index + done) / RUN;
            int skipped = (int) ((index + done) % RUN);
            HardCases cases = new HardCases(computation.operation(), computation.operands(), computation.result(), (int)
                    Digest.mix(seed ^ Digest.mix(run)));
            for (int i = 0; i < skipped; i++) {
                cases.next(one);
            }
            int end = Math.min(count, done + RUN - skipped);
            for (; done < end; done++) {
                cases.next(one);
                for (int k = 0; k < one.length; k++) {
                    operands[k][done] = one[k] >>> containerShifts[k];
                }
            }
        }
    }
}
