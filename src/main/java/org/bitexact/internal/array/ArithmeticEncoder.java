package org.bitexact.internal.array;

import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;

/**
 * Encodes into any floating-point format within the range of binary32 by integer arithmetic, branch-free, in loops that
 * the compilers of JDK 17 and 25 vectorise.
 *
 * <p><b>Proof.</b> Let the target have t trailing significand bits, s = 23 - t, and let a be the magnitude part of a
 * pattern. Both formats store magnitudes as exponent and trailing significand, so for values from 2^emin on, a less the
 * difference of the biases is the target's code with s more bits, which are the discarded fraction; a carry out of them
 * is an increment of the code. Adding 2^(s-1) - 1 plus the code's lowest bit, 2^(s-1) - 1, 2^(s-1), 2^s - 1 or 0 carries
 * if and only if the rounding mode increments. The sum stays below 2^32, and codes go on growing beyond the largest
 * finite one.
 *
 * <p><b>Stochastic modes</b> carry if and only if the first N discarded bits, truncated or rounded as the mode says, and
 * the random number R sum up to 2^N: R is added there, at the top of the discarded field, after half a unit of the N-th
 * bit ({@code STOCHASTIC_B}) or that less 1 plus the N-th bit ({@code STOCHASTIC_C}). If fewer than N bits are
 * discarded, they are a multiple of 2^(N-s), so that the low N - s bits of R cannot matter.
 *
 * <p>Below 2^emin, ties to even are left to the binary32 addition of 2^(s + emin): the sum lies in [2^(s + emin),
 * 2^(s + emin + 1)), whose quantum 2^(s + emin - 23) = 2^(emin - t) is that of the target's subnormal numbers. So the
 * addition rounds as the target does, and the sum's pattern less that of the addend is the code.
 *
 * <p>Everything else is rare and goes to the {@link Codec}, value by value: overflow, infinities, NaNs, results in the
 * subnormal range under other modes or rules, negative values and zeros where the target has no such sign.
 */
final class ArithmeticEncoder extends BlockEncoder {
    private final Codec codec;
    private final int shift;
    private final int rebias;
    private final int minNormal;
    private final int maxFinite;
    private final int signShift;
    private final int signMask;
    private final int addToPositive;
    private final int addToNegative;
    private final int tieBit;
    /** How far right the bit lies that decides a tie. */
    private final int tieShift;

    private final boolean stochastic;
    private final int randomBits;
    private final long seed;
    /** Added below 2^emin for ties to even; 0 sends nonzero values there to the codec. */
    private final float magic;
    /** All ones where some negative value cannot keep its sign, otherwise zero. */
    private final int checkSign;
    /** All ones where no negative value can. */
    private final int unsigned;

    private final Loop addMagic = (codes, patterns, n) -> addMagic(patterns.values(), n);
    private final Loop sumPatterns = (codes, patterns, n) -> sumPatterns(patterns, n);
    private final Loop nearest = (codes, patterns, n) -> nearest(codes, patterns.marks(), n);
    private final Loop drawn = (codes, patterns, n) -> stochastic(codes, patterns.marks(), n);
    private final Loop directed = (codes, patterns, n) -> directed(codes, patterns.marks(), n);

    ArithmeticEncoder(FloatFormat f, Policies policies, long seed) {
        this.seed = seed;
        codec = Codec.of(f, policies);
        shift = 23 - f.trailingBits();
        rebias = f.emin() + 126 << 23;
        minNormal = f.emin() + 127 << 23;
        maxFinite = (int) f.maxFiniteCode();
        signMask = (int) f.signMask();
        signShift = 32 - f.width();
        unsigned = f.signed() ? 0 : -1;
        checkSign = f.hasNegativeZero() ? 0 : -1;
        Rounding mode = policies.rounding();
        int all = (1 << shift) - 1;
        randomBits = policies.randomBits();
        stochastic = mode.isStochastic();
        // bits below the N random ones, of which the first counts in two of the modes
        int unit = stochastic ? Math.max(shift - randomBits, 0) : shift;
        int halfUnit = 1 << unit >>> 1;
        addToPositive = switch (mode) {
            case TIES_TO_EVEN, TIES_TOWARD_ZERO, STOCHASTIC_C -> Math.max(halfUnit - 1, 0);
            case TIES_TO_AWAY, TIES_TOWARD_POSITIVE, STOCHASTIC_B -> halfUnit;
            case AWAY_FROM_ZERO, TOWARD_POSITIVE -> all;
            default -> 0;
        };
        addToNegative = switch (mode) {
            case TIES_TOWARD_POSITIVE -> Math.max(halfUnit - 1, 0);
            case TOWARD_POSITIVE -> 0;
            case TOWARD_NEGATIVE -> all;
            default -> addToPositive;
        };
        boolean toEven = mode == Rounding.TIES_TO_EVEN && shift > 0;
        tieBit = toEven || mode == Rounding.STOCHASTIC_C && unit > 0 ? 1 : 0;
        tieShift = unit;
        boolean gradual = f.subnormals() == SubnormalRule.GRADUAL
                && policies.subnormalResults() == SubnormalResults.KEEP
                && !policies.flushInputs();
        magic = toEven && gradual && shift + f.emin() <= 127 ? Math.scalb(1f, shift + f.emin()) : 0;
    }

    /** {@return whether the proof covers a conversion} */
    static boolean supports(FloatFormat f, Policies policies) {
        Rounding mode = policies.rounding();
        return f.subnormals() != SubnormalRule.ABSENT
                && f.precision() >= 2
                && f.precision() <= 24
                && f.emin() >= Float.MIN_EXPONENT
                && f.emax() <= Float.MAX_EXPONENT
                && mode != Rounding.TO_ODD;
    }

    @Override
    void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
        int[] marks = patterns.marks();
        int rare;
        run(toPatterns(src, from), codes, patterns, n);
        if (magic != 0) {
            System.arraycopy(src, from, patterns.values(), 0, n);
            run(addMagic, codes, patterns, n);
            run(sumPatterns, codes, patterns, n);
            rare = run(nearest, codes, patterns, n);
        } else if (stochastic) {
            draw(marks, n, index);
            rare = run(drawn, codes, patterns, n);
        } else {
            rare = run(directed, codes, patterns, n);
        }
        if (rare < 0) {
            for (int i = 0; i < n; i++) {
                if (marks[i] < 0) {
                    long random = stochastic ? CounterRandom.bits(seed, index + i, randomBits) : 0;
                    codes[i] = (int) codec.encodeFloatBits(Float.floatToRawIntBits(src[from + i]), random);
                }
            }
        }
    }

    private static Loop toPatterns(float[] src, int from) {
        return (codes, patterns, n) -> {
            patterns.toPatterns(src, from, codes, 0, n);
            return 0;
        };
    }

    private int addMagic(float[] x, int n) {
        float m = magic;
        for (int i = 0; i < n; i++) {
            x[i] = Math.abs(x[i]) + m;
        }
        return 0;
    }

    private static int sumPatterns(Patterns patterns, int n) {
        patterns.toPatterns(patterns.values(), 0, patterns.marks(), 0, n);
        return 0;
    }

    /** Ties to even; {@code sums} holds the patterns of the sums and receives negative numbers for rare values. */
    private int nearest(int[] codes, int[] sums, int n) {
        int s = shift;
        int add = addToPositive - rebias;
        int tie = tieBit;
        int least = minNormal;
        int most = maxFinite;
        int base = Float.floatToRawIntBits(magic);
        int down = signShift;
        int sign = signMask;
        int check = checkSign;
        int none = unsigned;
        int rare = 0;
        for (int i = 0; i < n; i++) {
            int v = codes[i];
            int a = v & 0x7fff_ffff;
            int normal = a + add + (a >>> s & tie) >>> s;
            int below = a - least >> 31;
            int code = normal & ~below | sums[i] - base & below;
            int odd = most - code | v & (code - 1 | none) & check;
            codes[i] = code | v >>> down & sign;
            sums[i] = odd;
            rare |= odd;
        }
        return rare;
    }

    /** Every other deterministic mode; {@code marks} receives negative numbers for rare values. */
    private int directed(int[] codes, int[] marks, int n) {
        int s = shift;
        int add = addToPositive - rebias;
        int more = addToNegative - addToPositive;
        int tie = tieBit;
        int least = minNormal;
        int most = maxFinite;
        int down = signShift;
        int sign = signMask;
        int check = checkSign;
        int none = unsigned;
        int rare = 0;
        for (int i = 0; i < n; i++) {
            int v = codes[i];
            int a = v & 0x7fff_ffff;
            // in this order compilers vectorise the loop, and in others not
            int addend = (v >> 31 & more) + add;
            int normal = a + (a >>> s & tie) + addend >>> s;
            int below = a - least >> 31;
            int code = normal & ~below;
            int odd = most - code | below & -a;
            odd |= v & (code - 1 | none) & check;
            codes[i] = code | v >>> down & sign;
            marks[i] = odd;
            rare |= odd;
        }
        return rare;
    }

    /** Draws what is added to each value: its random bits, where the discarded bits end at the top. */
    private void draw(int[] addends, int n, long index) {
        int share = randomBits <= 16 ? 16 : randomBits <= 32 ? 32 : 64;
        int log = Integer.numberOfTrailingZeros(64 / share);
        // of the share the top N bits count, of these the top s
        int kept = Math.min(randomBits, shift);
        long word = 0;
        for (int i = 0; i < n; i++) {
            long position = index + i;
            int part = (int) position & (1 << log) - 1;
            if (i == 0 || part == 0) {
                word = CounterRandom.word(seed, position >> log);
            }
            long bits = word << 64 - share * (part + 1);
            addends[i] = kept == 0 ? 0 : (int) (bits >>> 64 - kept) << shift - kept;
        }
    }

    /** The stochastic modes; {@code marks} holds what is added, and receives negative numbers for rare values. */
    private int stochastic(int[] codes, int[] marks, int n) {
        int s = shift;
        int add = addToPositive - rebias;
        int tie = tieBit;
        int unit = tieShift;
        int least = minNormal;
        int most = maxFinite;
        int down = signShift;
        int sign = signMask;
        int check = checkSign;
        int none = unsigned;
        int rare = 0;
        for (int i = 0; i < n; i++) {
            int v = codes[i];
            int a = v & 0x7fff_ffff;
            int normal = a + add + (a >>> unit & tie) + marks[i] >>> s;
            int below = a - least >> 31;
            int code = normal & ~below;
            int odd = most - code | below & -a | v & (code - 1 | none) & check;
            codes[i] = code | v >>> down & sign;
            marks[i] = odd;
            rare |= odd;
        }
        return rare;
    }
}
