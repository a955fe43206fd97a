package org.bitexact.internal.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalRule;
import org.jspecify.annotations.Nullable;

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
 * <p>To odd sets the code's last bit where the fraction is not zero. The stochastic modes add their random bits, see
 * {@link StochasticLoop}; the fraction has s bits, so that of more random ones only the upper s count.
 */
final class PrefixLoop implements EncodingLoop {
    private final FloatTarget target;
    private final int shift;
    private final int and;
    private final int xor;
    private final int plus;
    private final int unit;
    private final boolean toOdd;
    private final boolean stochastic;
    private final boolean rounds;

    private PrefixLoop(FloatTarget target, Rounding mode, int bits) {
        this.target = target;
        int s = target.discarded;
        int all = (1 << s) - 1;
        int half = 1 << s - 1;
        boolean nearest = mode.isNearest();
        // a significand of one bit is odd, so that ties to even go up
        boolean tiesUp = mode == Rounding.TIES_TO_AWAY || mode == Rounding.TIES_TO_EVEN && s == 23;
        boolean toEven = mode == Rounding.TIES_TO_EVEN && !tiesUp;
        int positive = nearest
                ? tiesUp || mode == Rounding.TIES_TOWARD_POSITIVE ? 1 : 0
                : DirectedLoop.growsPositive(mode) ? all : 0;
        int negative = nearest ? tiesUp ? 1 : 0 : DirectedLoop.growsNegative(mode) ? all : 0;
        unit = Math.max(s - bits, 0);
        shift = toEven ? s : 31;
        and = toEven ? 1 : positive ^ negative;
        xor = positive;
        plus = nearest ? half - 1 : mode == Rounding.STOCHASTIC_B ? 1 << unit >> 1 : 0;
        toOdd = mode == Rounding.TO_ODD;
        stochastic = mode.isStochastic();
        rounds = mode == Rounding.STOCHASTIC_C && unit > 0;
    }

    /** {@return the loop, or null if the format is out of its reach} */
    static @Nullable PrefixLoop of(FloatTarget target, Rounding mode, int bits) {
        boolean scale = target.format.subnormals() == SubnormalRule.ABSENT;
        // without trailing bits, ties between zero and the smallest number do not go the way of the others
        boolean fits = scale ? target.discarded == 23 : target.discarded < 23;
        return target.unsignedZero < 0 && fits ? new PrefixLoop(target, mode, bits) : null;
    }

    @Override
    public int plainBelow() {
        return target.plainBelow;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, int[] random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector limitChange = Lanes.broadcast(target.limit ^ target.negativeLimit);
        IntVector shifts = Lanes.broadcast(shift);
        IntVector ands = Lanes.broadcast(and);
        IntVector xors = Lanes.broadcast(xor);
        IntVector more = Lanes.broadcast(plus);
        IntVector lastBit = Lanes.broadcast(unit);
        IntVector belowHalf = Lanes.broadcast((1 << unit >> 1) - 1);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector codeMask = Lanes.broadcast(target.codeMask);
        boolean oneLimit = target.limit == target.negativeLimit;
        boolean odd = toOdd;
        boolean isStochastic = stochastic;
        boolean even = rounds;
        IntVector largest = IntVector.zero(Lanes.INTS);
        int k = RandomBits.FIRST;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector most = oneLimit
                    ? limit
                    : b.lanewise(VectorOperators.ASHR, 31).and(limitChange).lanewise(VectorOperators.XOR, limit);
            IntVector x = a.min(most);
            IntVector added = b.lanewise(VectorOperators.ASHR, shifts)
                    .and(ands)
                    .lanewise(VectorOperators.XOR, xors)
                    .add(more);
            if (isStochastic) {
                if (even) {
                    added = x.lanewise(VectorOperators.LSHR, lastBit).and(1).add(belowHalf);
                }
                added = added.add(IntVector.fromArray(Lanes.INTS, random, k));
                k += Lanes.COUNT;
            }
            IntVector code = x.add(added).lanewise(VectorOperators.LSHR, discarded);
            if (odd) {
                IntVector fraction = x.sub(code.lanewise(VectorOperators.LSHL, discarded));
                code = code.or(fraction.neg().lanewise(VectorOperators.LSHR, 31));
            }
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
            Lanes.store(code.or(sign), codeMask, dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
