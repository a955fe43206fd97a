package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.Rounding;
import org.jspecify.annotations.Nullable;

/**
 * Encodes toward zero, away from zero, up, down or to odd into a floating-point format of a narrower exponent range than
 * that of binary32.
 *
 * <p>Magnitudes are rounded to nearest as {@link NearestLoop} does. Subtracting g from the sum again is exact and gives
 * the rounded value q; the difference of the patterns of x and q then tells whether x lies above or below it, so that one
 * more or one less makes the code that of the other neighbour where it has to be.
 */
final class DirectedLoop implements EncodingLoop {
    private final FloatTarget target;
    private final int magic;
    private final boolean toOdd;
    private final int up;
    private final int negativeUp;

    private DirectedLoop(FloatTarget target, Rounding mode) {
        this.target = target;
        magic = NearestLoop.magic(target);
        toOdd = mode == Rounding.TO_ODD;
        up = growsPositive(mode) ? -1 : 0;
        negativeUp = growsNegative(mode) ? -1 : 0;
    }

    /** {@return the loop, or null if the format is out of its reach} */
    static @Nullable DirectedLoop of(FloatTarget target, Rounding mode) {
        return NearestLoop.fits(target) ? new DirectedLoop(target, mode) : null;
    }

    /** {@return whether a directed mode increments the magnitude of a positive value} */
    static boolean growsPositive(Rounding mode) {
        return mode == Rounding.AWAY_FROM_ZERO || mode == Rounding.TOWARD_POSITIVE;
    }

    /** {@return whether a directed mode increments the magnitude of a negative value} */
    static boolean growsNegative(Rounding mode) {
        return mode == Rounding.AWAY_FROM_ZERO || mode == Rounding.TOWARD_NEGATIVE;
    }

    /**
     * {@return what changes the code of the nearest number into that of the directed one}
     *
     * @param above the difference x - q of the patterns
     * @param grow -1 where the magnitude grows, otherwise 0
     */
    static IntVector correction(IntVector above, IntVector grow) {
        // -1 where the nearest number lies on the wrong side; (d - 1) ^ -1 = -d
        IntVector wrong = above.add(grow).lanewise(VectorOperators.XOR, grow).lanewise(VectorOperators.ASHR, 31);
        return grow.not().or(1).and(wrong);
    }

    /** {@return the code of the neighbour whose code is odd, unless the value is exact} */
    static IntVector toOdd(IntVector code, IntVector above) {
        IntVector inexact = above.or(above.neg()).lanewise(VectorOperators.LSHR, 31);
        return code.add(above.lanewise(VectorOperators.ASHR, 31)).or(inexact);
    }

    @Override
    public int plainBelow() {
        return target.plainBelow;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, int[] random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector limitChange = Lanes.broadcast(target.limit ^ target.negativeLimit);
        IntVector minNormal = Lanes.broadcast(target.minNormal);
        IntVector toG = Lanes.broadcast(magic);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector codeMask = Lanes.broadcast(target.codeMask);
        IntVector unsignedZero = Lanes.broadcast(target.unsignedZero);
        IntVector grow = Lanes.broadcast(up);
        IntVector growChange = Lanes.broadcast(up ^ negativeUp);
        boolean odd = toOdd;
        boolean zerosHaveSigns = target.unsignedZero < 0;
        IntVector largest = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector negative = b.lanewise(VectorOperators.ASHR, 31);
            IntVector x = a.min(negative.and(limitChange).lanewise(VectorOperators.XOR, limit));
            IntVector e = x.and(Lanes.EXPONENT).max(minNormal);
            FloatVector g = e.add(toG).reinterpretAsFloats();
            FloatVector sum = x.reinterpretAsFloats().add(g);
            IntVector above = x.sub(sum.sub(g).reinterpretAsInts());
            IntVector code = sum.reinterpretAsInts().add(e.lanewise(VectorOperators.LSHR, discarded));
            code = odd
                    ? toOdd(code, above)
                    : code.add(correction(above, negative.and(growChange).lanewise(VectorOperators.XOR, grow)));
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
            if (!zerosHaveSigns) {
                sign = unsignedZero.sub(a).lanewise(VectorOperators.ASHR, 31).and(sign);
            }
            Lanes.store(code.or(sign), codeMask, dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
