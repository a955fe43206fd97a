package org.bitexact.vectors;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operand tuples of a function of one, two or three operands, in TestFloat's order.
 *
 * <p>A stream mixes two ingredients: every combination of the operands' listed values, in lexicographic order with the last
 * operand fastest, and random operands between them. With {@code A B C} for the listed values of the current combination
 * and {@code r} for a random operand, the mix repeats with this period:
 *
 * <pre>
 *   operands   level 1                                          level 2
 *   integer    r  r' A        (two kinds of random integer)     r A r' A
 *   float      r  r  A                                          r A
 *   two        rr Ar rr rB rr AB                                rr AB
 *   three      rrC ABr rrr rBC Arr rBr ArC rrr ABC              rrr ABC
 * </pre>
 *
 * <p>The combinations start again when they have all been used, while the random operands run on, so a sequence has no end;
 * {@link #total()} says how many cases the first pass takes. The operands need not be of one type.
 *
 * <p><b>Sampling.</b> {@link #sampled} shortens the pass: the mix and the random operands stay, and the combinations that
 * are used are spread evenly over all of them.
 *
 * <p><b>Thread safety.</b> An instance is mutable and belongs to one thread. {@link #next} does not allocate.
 *
 * <p>Source: behaviour of Berkeley TestFloat 3e (BSD-3-Clause), reproduced and compared with its output.
 *
 * @since 0.1
 */
public final class CaseSequence {

    private final @Nullable HardCases hard;
    private final OperandSource[] sources;
    private final long[][] lists;
    private final int arity;
    private final int level;
    private final GlibcRandom random;
    private final int period;
    private final int onePeriod;
    private final long combinations;
    private final long sample;

    /** Index of the current combination of each operand. */
    private final int[] place = new int[3];

    private final long[] current = new long[3];
    private int subcase;
    private long started;

    private CaseSequence(OperandSource[] sources, int level, GlibcRandom random, long sampleCases) {
        if (level != 1 && level != 2) {
            throw new IllegalArgumentException("level must be in [1, 2]: " + level);
        }
        if (sources.length < 1 || sources.length > 3) {
            throw new IllegalArgumentException("number of operands must be in [1, 3]: " + sources.length);
        }
        hard = null;
        this.sources = sources;
        this.level = level;
        this.random = random;
        arity = sources.length;
        lists = new long[arity][];
        long product = 1;
        for (int i = 0; i < arity; i++) {
            lists[i] = arity == 1 ? sources[i].outputs(level) : sources[i].inputs(level);
            product = Math.multiplyExact(product, lists[i].length);
        }
        combinations = product;
        period = level == 2 ? 2 : arity == 1 ? 3 : arity == 2 ? 6 : 9;
        onePeriod = level == 1 ? 3 : sources[0].isInteger() ? 4 : 2;
        long passes = sampleCases < 0 ? product : (sampleCases + period - 1) / period;
        sample = Math.min(product, passes);
    }

    private CaseSequence(HardCases hard, long cases) {
        this.hard = hard;
        sources = new OperandSource[0];
        lists = new long[0][];
        arity = hard.arity();
        level = 1;
        random = new GlibcRandom(1);
        period = 1;
        onePeriod = 1;
        combinations = cases;
        sample = cases;
    }

    /**
     * Returns the sequence that TestFloat produces.
     *
     * @param level testing level, 1 or 2
     * @param seed seed of the random operands
     * @param operands one to three operand types
     * @return the sequence, at its start
     * @throws IllegalArgumentException if the level or the number of operands is out of range
     */
    public static CaseSequence of(int level, int seed, List<OperandSource> operands) {
        return new CaseSequence(operands.toArray(new OperandSource[0]), level, new GlibcRandom(seed), -1);
    }

    /**
     * Returns a shorter sequence that covers the same ground more thinly.
     *
     * @param level testing level, 1 or 2
     * @param seed seed of the random operands
     * @param cases number of cases wanted; a number of {@link #total()} or above gives the sequence of {@link #of}
     * @param operands one to three operand types
     * @return the sequence, at its start; its total is the number of cases wanted, rounded up to a whole period
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static CaseSequence sampled(int level, int seed, long cases, List<OperandSource> operands) {
        if (cases < 1) {
            throw new IllegalArgumentException("cases must be at least 1: " + cases);
        }
        return new CaseSequence(operands.toArray(new OperandSource[0]), level, new GlibcRandom(seed), cases);
    }

    /**
     * Returns a sequence of cases that are hard to round.
     *
     * @param cases the total
     * @param hard draws the cases
     * @return the sequence
     */
    static CaseSequence hard(long cases, HardCases hard) {
        return new CaseSequence(hard, cases);
    }

    /**
     * {@return the number of operands of a case}
     */
    public int arity() {
        return arity;
    }

    /**
     * {@return the number of cases in which every combination (every sampled one) is used once}
     */
    public long total() {
        return Math.multiplyExact(sample, period);
    }

    /**
     * Produces the next case.
     *
     * @param operands receives the operands a, b, c; length at least {@link #arity()}
     */
    public void next(long[] operands) {
        int step = subcase;
        if (hard != null) {
            hard.next(operands);
        } else if (arity == 1) {
            nextOfOne(operands, step);
        } else if (arity == 2) {
            nextOfTwo(operands, step);
        } else {
            nextOfThree(operands, step);
        }
    }

    /**
     * Passes over cases, as fast as they can be generated.
     *
     * @param cases number of cases to leave out
     */
    public void skip(long cases) {
        long[] ignored = new long[3];
        for (long i = 0; i < cases; i++) {
            next(ignored);
        }
    }

    private void nextOfOne(long[] out, int step) {
        // The pattern of integers at level 2 has four steps, the listed operands being the odd ones.
        int steps = onePeriod;
        boolean listed = steps == 3 ? step == 2 : (step & 1) == 1;
        if (listed) {
            advance();
            out[0] = current[0];
        } else {
            out[0] = sources[0].randomOfOne(random, step == 0);
        }
        subcase = step + 1 == steps ? 0 : step + 1;
    }

    private void nextOfTwo(long[] out, int step) {
        if (step == (level == 1 ? 0 : 1)) {
            advance();
        }
        boolean listedA = level == 1 ? step == 1 || step == 5 : step == 1;
        boolean listedB = level == 1 ? step == 3 || step == 5 : step == 1;
        out[0] = listedA ? current[0] : sources[0].random(random);
        out[1] = listedB ? current[1] : sources[1].random(random);
        subcase = step + 1 == period ? 0 : step + 1;
    }

    /** Which of a, b and c (bits 2, 1, 0) are listed in each of the nine steps of level 1. */
    private static final int[] LISTED_OF_THREE = {0b001, 0b110, 0b000, 0b011, 0b100, 0b010, 0b101, 0b000, 0b111};

    private void nextOfThree(long[] out, int step) {
        if (step == (level == 1 ? 0 : 1)) {
            advance();
        }
        int listed = level == 1 ? LISTED_OF_THREE[step] : step == 0 ? 0b000 : 0b111;
        out[0] = (listed & 0b100) != 0 ? current[0] : sources[0].random(random);
        out[1] = (listed & 0b010) != 0 ? current[1] : sources[1].random(random);
        out[2] = (listed & 0b001) != 0 ? current[2] : sources[2].random(random);
        subcase = step + 1 == period ? 0 : step + 1;
    }

    /** Moves to the next combination, round and round. */
    private void advance() {
        if (sample < combinations) {
            select(spread(started));
            started = started + 1 == sample ? 0 : started + 1;
            return;
        }
        // the combination at place, which then moves on as an odometer does
        for (int i = 0; i < arity; i++) {
            current[i] = lists[i][place[i]];
        }
        int i = arity - 1;
        while (i >= 0 && ++place[i] == lists[i].length) {
            place[i--] = 0;
        }
    }

    /** The k-th of {@code sample} combinations spread over all: floor(k * combinations / sample), in 128 bits. */
    private long spread(long k) {
        long high = Math.multiplyHigh(k, combinations);
        if (high == 0) {
            long low = k * combinations;
            return Long.divideUnsigned(low, sample);
        }
        return java.math.BigInteger.valueOf(k)
                .multiply(java.math.BigInteger.valueOf(combinations))
                .divide(java.math.BigInteger.valueOf(sample))
                .longValueExact();
    }

    private void select(long combination) {
        long rest = combination;
        for (int i = arity - 1; i >= 0; i--) {
            current[i] = lists[i][(int) (rest % lists[i].length)];
            rest /= lists[i].length;
        }
    }
}
