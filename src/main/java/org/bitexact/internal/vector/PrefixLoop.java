package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalRule;

/**
 * Encodes into a format whose codes are the upper bits of a binary32 pattern: BF16, TF32, and E8M0 from 2^-126 on.
 *
 * <p>The discarded fraction is the low s bits of the pattern, whatever the exponent, and adding to them increments the
 * code if they carry. What is added depends on one more bit of the pattern or on the sign, so that all modes but two
 * have one form, with constants:
 *
 * <pre>
 * mode      added                                  pattern shifted by   and           xor           plus
 * rne       2^(s-1) - 1 + lowest bit of the code   s                    1             0             2^(s-1) - 1
 * rna       2^(s-1)                                                     0             1             2^(s-1) - 1
 * rnz       2^(s-1) - 1                                                 0             0             2^(s-1) - 1
 * rhu       2^(s-1) - 1 + (positive ? 1 : 0)       31                   1             1             2^(s-1) - 1
 * rz        0                                                           0             0             0
 * raz       2^s - 1                                                     0             2^s - 1       0
 * ru        positive ? 2^s - 1 : 0                 31, signed           2^s - 1       2^s - 1       0
 * rd        negative ? 2^s - 1 : 0                 31, signed           2^s - 1       0             0
 * </pre>
 *
 * <p>In a signed format without a limit below infinity the sign may stay where it is, since nothing carries into it.
 *
 * <p>To odd sets the code's last bit where the fraction is not zero. The stochastic modes add their random bits, see
 * {@link StochasticLoop}; the fraction has s bits, so that of more random ones only the upper s count.
 */
final class PrefixLoop implements EncodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(
            CodeStore store,
            boolean whole,
            boolean adds,
            boolean toOdd,
            int shareBytes,
            boolean shifts,
            boolean rounds,
            boolean rareAreNans,
            int discarded,
            boolean toEven) {
        Shape(FloatTarget target, Rounding mode, int bits, CodeStore store) {
            this(
                    store,
                    target.format.signed() && Math.min(target.limit, target.negativeLimit) == Lanes.EXPONENT,
                    mode != Rounding.TO_ODD && mode != Rounding.TOWARD_ZERO,
                    mode == Rounding.TO_ODD,
                    mode.isStochastic() ? RandomBits.shareBytes(bits) : 0,
                    RandomBits.shift(bits, target.discarded) > 0,
                    mode == Rounding.STOCHASTIC_C && bits < target.discarded,
                    target.plainBelow > Lanes.EXPONENT,
                    target.discarded,
                    isToEven(target, mode));
        }

        /** A significand of one bit is odd, so that ties to even go up. */
        static boolean isToEven(FloatTarget target, Rounding mode) {
            return mode == Rounding.TIES_TO_EVEN && target.discarded < 23;
        }

        /** {@return whether the loop can leave codes in the high bits} */
        static boolean keepsPlace(FloatFormat format, Rounding mode) {
            return FloatTarget.isPrefix(format) && format.signed() && mode != Rounding.TO_ODD;
        }

        /** {@return whether the format is within reach} */
        static boolean fits(FloatTarget target) {
            boolean scale = target.format.subnormals() == SubnormalRule.ABSENT;
            // without trailing bits, ties between zero and the smallest number do not go the way of the others
            return target.zerosHaveSigns() && (scale ? target.discarded == 23 : target.discarded < 23);
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.store().bytes();
    private static final boolean HIGH_BITS = SHAPE.store() == CodeStore.HIGH_BITS;
    private static final boolean WHOLE = SHAPE.whole();
    private static final boolean ADDS = SHAPE.adds();
    private static final boolean TO_ODD = SHAPE.toOdd();
    private static final int SHARE_BYTES = SHAPE.shareBytes();
    private static final boolean SHIFTS = SHAPE.shifts();
    private static final boolean STOCHASTIC = SHARE_BYTES > 0;
    private static final boolean ROUNDS = SHAPE.rounds();
    /** Whether {@link #several} has all steps that are needed; with narrower elements it is not always faster. */
    private static final boolean SEVERAL = BYTES == 4 && WHOLE && ADDS && !STOCHASTIC && SHAPE.rareAreNans();

    private static final int DISCARDED = SHAPE.discarded();
    /** From the bit of a pattern on which the sum depends to the lowest one. */
    private static final int SHIFT = SHAPE.toEven() ? DISCARDED : 31;

    /** Whether nothing is to be inverted. */
    private static final boolean TO_EVEN = SHAPE.toEven();

    private final FloatTarget target;
    private final int and;
    private final int xor;
    private final int plus;
    private final int unit;
    private final int randomShift;
    private final int offset;

    PrefixLoop(FloatTarget target, Rounding mode, int bits) {
        this.target = target;
        int s = target.discarded;
        int all = (1 << s) - 1;
        int half = 1 << s - 1;
        boolean nearest = mode.isNearest();
        boolean toEven = Shape.isToEven(target, mode);
        boolean tiesUp = mode == Rounding.TIES_TO_AWAY || mode == Rounding.TIES_TO_EVEN && !toEven;
        int positive =
                nearest ? tiesUp || mode == Rounding.TIES_TOWARD_POSITIVE ? 1 : 0 : Direction.growsPositive(mode) & all;
        int negative = nearest ? tiesUp ? 1 : 0 : Direction.growsNegative(mode) & all;
        randomShift = RandomBits.shift(bits, s);
        offset = mode.isStochastic() ? RandomBits.offset(bits, s) : 0;
        unit = Math.max(s - bits, 0);
        and = toEven ? 1 : positive ^ negative;
        xor = positive;
        plus = nearest ? half - 1 : offset + (mode == Rounding.STOCHASTIC_B ? 1 << unit >> 1 : 0);
    }

    @Override
    public int step() {
        return SEVERAL ? 4 * Lanes.COUNT : Lanes.COUNT;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, Object random) {
        return SEVERAL ? several(src, from, dst, to, n) : any(src, from, dst, to, n, random);
    }

    /**
     * Four vectors at a time, see {@link Lanes}, if only NaNs are rare and the sign stays where it is.
     *
     * <p>The sum of the values is NaN if one of them is. It also is where infinities of both signs meet, or where the sum
     * overflows and an infinity of the other sign follows; then the caller looks for NaNs in vain.
     */
    private int several(float[] src, int from, Object dst, int to, int n) {
        IntVector ands = Lanes.broadcast(and);
        IntVector xors = Lanes.broadcast(xor);
        IntVector more = Lanes.broadcast(plus);
        IntVector kept = Lanes.broadcast(-1 << DISCARDED);
        FloatVector sums = FloatVector.zero(Lanes.FLOATS);
        int step = 4 * Lanes.COUNT;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, step), j += step) {
            FloatVector x = FloatVector.fromArray(Lanes.FLOATS, src, i);
            FloatVector y = FloatVector.fromArray(Lanes.FLOATS, src, i + Lanes.COUNT);
            FloatVector z = FloatVector.fromArray(Lanes.FLOATS, src, i + 2 * Lanes.COUNT);
            FloatVector w = FloatVector.fromArray(Lanes.FLOATS, src, i + 3 * Lanes.COUNT);
            sums = sums.add(x.add(y).add(z.add(w)));
            put(sum(x, ands, xors, more), kept, dst, j);
            put(sum(y, ands, xors, more), kept, dst, j + Lanes.COUNT);
            put(sum(z, ands, xors, more), kept, dst, j + 2 * Lanes.COUNT);
            put(sum(w, ands, xors, more), kept, dst, j + 3 * Lanes.COUNT);
        }
        int largest = sums.reinterpretAsInts().and(Lanes.MAGNITUDE).reduceLanes(VectorOperators.MAX);
        return largest > Lanes.EXPONENT ? Integer.MAX_VALUE : 0;
    }

    private static IntVector sum(FloatVector x, IntVector ands, IntVector xors, IntVector more) {
        IntVector b = x.reinterpretAsInts();
        return rounded(b, b, ands, xors, more);
    }

    private static void put(IntVector sum, IntVector kept, Object dst, int to) {
        Lanes.store(BYTES, HIGH_BITS ? sum.and(kept) : sum.lanewise(VectorOperators.LSHR, DISCARDED), dst, to);
    }

    /** {@return patterns x, or magnitudes, with what patterns b have them increased by} */
    private static IntVector rounded(IntVector x, IntVector b, IntVector ands, IntVector xors, IntVector more) {
        IntVector added = b.lanewise(VectorOperators.ASHR, SHIFT).and(ands);
        return x.add(more).add(TO_EVEN ? added : added.lanewise(VectorOperators.XOR, xors));
    }

    private int any(float[] src, int from, Object dst, int to, int n, Object random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector limitChange = Lanes.broadcast(target.limit ^ target.negativeLimit);
        IntVector ands = Lanes.broadcast(and);
        IntVector xors = Lanes.broadcast(xor);
        IntVector more = Lanes.broadcast(plus);
        IntVector lastBit = Lanes.broadcast(unit);
        IntVector belowHalf = Lanes.broadcast((1 << unit >> 1) - 1 + offset);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector kept = Lanes.broadcast(-1 << target.discarded);
        IntVector signShift = Lanes.broadcast(HIGH_BITS ? 0 : target.signShift);
        IntVector signMask = Lanes.broadcast(HIGH_BITS ? Lanes.SIGN : target.signMask);
        IntVector randomShifts = Lanes.broadcast(randomShift);
        IntVector largest = IntVector.zero(Lanes.INTS);
        int k = RandomBits.FIRST;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector x = b;
            if (!WHOLE) {
                IntVector negative = b.lanewise(VectorOperators.ASHR, 31);
                x = a.min(negative.and(limitChange).lanewise(VectorOperators.XOR, limit));
            }
            IntVector sum = x;
            if (ROUNDS) {
                sum = sum.add(x.lanewise(VectorOperators.LSHR, lastBit).and(1)).add(belowHalf);
            } else if (STOCHASTIC) {
                sum = sum.add(more);
            } else if (ADDS) {
                sum = rounded(x, b, ands, xors, more);
            }
            if (STOCHASTIC) {
                IntVector drawn = Lanes.load(SHARE_BYTES, random, k);
                sum = sum.add(SHIFTS ? drawn.lanewise(VectorOperators.LSHL, randomShifts) : drawn);
                k += Lanes.COUNT;
            }
            IntVector code = HIGH_BITS ? sum.and(kept) : sum.lanewise(VectorOperators.LSHR, discarded);
            if (TO_ODD) {
                IntVector fraction = x.sub(code.lanewise(VectorOperators.LSHL, discarded));
                code = code.or(fraction.neg().lanewise(VectorOperators.LSHR, 31));
            }
            if (!WHOLE) {
                code = code.or(b.lanewise(VectorOperators.LSHR, signShift).and(signMask));
            }
            Lanes.store(BYTES, code, dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
