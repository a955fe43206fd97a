package org.bitexact.kernel;

import org.bitexact.codec.CounterRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.internal.kernel.ExactSum;
import org.jspecify.annotations.Nullable;

/**
 * The computation of one element: its operands, the number of roundings so far, and room for an exact sum.
 *
 * <p>Rounding <i>r</i> of element <i>i</i>, both counted from 0, takes the topmost bits of word <i>r</i> of the sequence
 * that {@link CounterRandom} starts with word <i>i</i> of the seed's sequence. Exact and deterministic roundings count
 * too, in the order in which they happen.
 */
final class Run {
    private static final long[] NO_SCALES = {};

    final long[] a;
    final int aFrom;
    final long[] b;
    final int bFrom;
    long[] scaleA = NO_SCALES;
    int scaleAFrom;
    long[] scaleB = NO_SCALES;
    int scaleBFrom;
    private final int low;
    private final int high;
    private @Nullable ExactSum sum;
    private final long key;
    private long roundings;

    /**
     * @param low range of sums, as {@link ExactSum#ExactSum(int, int)} has it
     * @param high range of sums
     */
    Run(long[] a, int aFrom, long[] b, int bFrom, int low, int high, long seed, long element) {
        this.a = a;
        this.aFrom = aFrom;
        this.b = b;
        this.bFrom = bFrom;
        this.low = low;
        this.high = high;
        key = CounterRandom.word(seed, element);
    }

    /** Room for a sum, made when it is first asked for. */
    ExactSum sum() {
        ExactSum s = sum;
        if (s == null) {
            s = new ExactSum(low, high);
            sum = s;
        }
        return s;
    }

    /** The random bits of the next rounding, as many as its policies ask for. */
    long random(int bits) {
        long n = roundings++;
        return bits == 0 ? 0 : CounterRandom.word(key, n) >>> (64 - bits);
    }

    /** The random bits of a rounding of an element. */
    static long random(long seed, long element, long rounding, int bits) {
        return bits == 0 ? 0 : CounterRandom.word(CounterRandom.word(seed, element), rounding) >>> (64 - bits);
    }

    /** Counts deterministic roundings. */
    void count(int n) {
        roundings += n;
    }

    /** Rounds the sum. */
    long round(Rounder rounder) {
        long r = sum().round(rounder, random(rounder.policies().randomBits()), false);
        return rounder.format().width() <= 32 ? r & 0xffff_ffffL : r;
    }

    /** Makes the sum that of one accumulator, whose subnormal numbers count as zeros if they are flushed. */
    void start(Operand format, long code, boolean flush) {
        sum().clear();
        add(format, code, flush);
    }

    /** Adds a number of an accumulator to the sum. */
    void add(Operand format, long code, boolean flush) {
        if (flush && format.isSubnormal(code)) {
            sum().add(((FloatFormat) format.format()).isSignMinus(code), 0, 0);
        } else {
            sum().add(format, code);
        }
    }
}
