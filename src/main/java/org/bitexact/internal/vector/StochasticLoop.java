package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.Rounding;
import org.jspecify.annotations.Nullable;

/**
 * Encodes with random bits into a floating-point format of a narrower exponent range than that of binary32.
 *
 * <p><b>Proof.</b> Let w be the magnitude as a code of the target with s = 23 - t more bits, which are the discarded
 * fraction. From 2^emin on that is the pattern less the difference of the biases, exactly. Below, it is x in units of
 * 2^(emin-23), of which the s low bits are a fraction of the quantum too: the binary32 sum x + 2^emin has that quantum,
 * and where it has been rounded up, one less gives the floor.
 *
 * <p>With N random bits R, N &lt;= s, mode A increments if and only if the first N bits of the fraction and R sum up to
 * 2^N, that is, if w + R * 2^(s-N) carries into the code; what the floor has dropped lies below. Mode B adds half a unit
 * of bit N beforehand (N &lt; s). Mode C rounds to a multiple of that unit, ties to even; so that a tie is seen as such, a
 * nonzero rest below the floor sets the last bit, which must not be the one that decides ties (N &lt; s - 1).
 */
final class StochasticLoop implements EncodingLoop {
    private final FloatTarget target;
    private final boolean rounds;
    private final int half;
    private final int unit;

    private StochasticLoop(FloatTarget target, Rounding mode, int bits) {
        this.target = target;
        rounds = mode == Rounding.STOCHASTIC_C;
        unit = target.discarded - bits;
        half = mode == Rounding.STOCHASTIC_B ? 1 << unit - 1 : 0;
    }

    /** {@return the loop, or null if the format or the number of bits is out of its reach} */
    static @Nullable StochasticLoop of(FloatTarget target, Rounding mode, int bits) {
        int most = target.discarded - (mode == Rounding.STOCHASTIC_B ? 1 : mode == Rounding.STOCHASTIC_C ? 2 : 0);
        return bits <= most
                        && target.format.emin() >= Float.MIN_EXPONENT
                        && target.format.emin() <= Float.MAX_EXPONENT
                        && target.format.lowestNormalField() == 1
                ? new StochasticLoop(target, mode, bits)
                : null;
    }

    @Override
    public int plainBelow() {
        return target.plainBelow;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, int[] random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector minNormal = Lanes.broadcast(target.minNormal);
        // w is x less the difference of the biases, or the sum less the pattern of 2^emin
        IntVector toW = Lanes.broadcast(half - target.minNormal);
        IntVector normalToW = Lanes.broadcast(half - target.minNormal + (1 << 23));
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector lastBit = Lanes.broadcast(unit);
        IntVector belowHalf = Lanes.broadcast((1 << unit >> 1) - 1);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector codeMask = Lanes.broadcast(target.codeMask);
        boolean even = rounds;
        boolean zerosHaveSigns = target.unsignedZero < 0;
        IntVector largest = IntVector.zero(Lanes.INTS);
        int k = RandomBits.FIRST;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector x = a.min(limit);
            FloatVector sum = x.reinterpretAsFloats().add(minNormal.reinterpretAsFloats());
            IntVector above = x.sub(sum.sub(minNormal.reinterpretAsFloats()).reinterpretAsInts());
            IntVector floor = sum.reinterpretAsInts().add(above.lanewise(VectorOperators.ASHR, 31));
            if (even) {
                floor = floor.or(above.or(above.neg()).lanewise(VectorOperators.LSHR, 31));
            }
            IntVector w = floor.add(toW).blend(x.add(normalToW), x.compare(VectorOperators.GE, minNormal));
            if (even) {
                w = w.add(w.lanewise(VectorOperators.LSHR, lastBit).and(1)).add(belowHalf);
            }
            IntVector code =
                    w.add(IntVector.fromArray(Lanes.INTS, random, k)).lanewise(VectorOperators.LSHR, discarded);
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
            if (!zerosHaveSigns) {
                sign = code.neg().lanewise(VectorOperators.ASHR, 31).and(sign);
            }
            Lanes.store(code.or(sign), codeMask, dst, j);
            k += Lanes.COUNT;
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
