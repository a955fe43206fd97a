package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.jspecify.annotations.Nullable;

/**
 * Encodes into an integer or fixed-point format of at most 16 bits.
 *
 * <p>In units of the format, a value is x = v * 2^-scaleExponent; the product is exact unless it overflows, and then out
 * of range all the same. From 2^23 to 2^24 the quantum of binary32 is 1; so adding 2^23 to a magnitude below 2^22 rounds
 * it to an integer, which the trailing bits of the sum hold, and adding 1.5 * 2^23 to a signed value does, modulo 2^22.
 * That sum's pattern grows with x, so that it may be brought into range itself, infinities included.
 */
final class IntegerLoop implements EncodingLoop {
    private static final float MAGIC = 0x1p23f;
    private static final float SIGNED_MAGIC = 0x1.8p23f;

    private final Rounding mode;
    private final float scale;
    private final int min;
    private final int max;
    private final int codeMask;
    private final int plainBelow;

    private IntegerLoop(IntFormat format, Rounding mode, boolean saturates) {
        this.mode = mode;
        scale = Math.scalb(1f, -format.scaleExponent());
        min = (int) format.minInteger();
        max = (int) format.maxInteger();
        codeMask = (int) format.codeMask();
        int inRange = Float.floatToRawIntBits(Math.min(-min, max) / scale);
        plainBelow = saturates ? Lanes.EXPONENT : inRange + 1;
    }

    /** {@return the loop, or null if the format or the policies are out of its reach} */
    static @Nullable IntegerLoop of(IntFormat format, Policies policies) {
        boolean saturates = !policies.overflow().isForIntegers();
        // what wraps goes to the codec, which must be rare; flushed values are zeros of the nearest modes anyway
        boolean fits = format.encoding() != IntFormat.Encoding.BIPOLAR
                && format.width() <= 16
                && format.scaleExponent() <= 0
                && (saturates || format.signed())
                && (!policies.flushInputs() || policies.rounding().isNearest())
                && !policies.rounding().isStochastic();
        return fits ? new IntegerLoop(format, policies.rounding(), saturates) : null;
    }

    @Override
    public int plainBelow() {
        return plainBelow;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, int[] random) {
        return mode == Rounding.TIES_TO_EVEN ? nearest(src, from, dst, to, n) : any(src, from, dst, to, n);
    }

    /** Ties to even. */
    private int nearest(float[] src, int from, Object dst, int to, int n) {
        int magic = Float.floatToRawIntBits(SIGNED_MAGIC);
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, scale);
        FloatVector magics = FloatVector.broadcast(Lanes.FLOATS, SIGNED_MAGIC);
        IntVector most = Lanes.broadcast(magic + max);
        IntVector least = Lanes.broadcast(magic + min);
        IntVector mask = Lanes.broadcast(codeMask);
        boolean scales = scale != 1;
        boolean masks = codeMask != 0xff;
        IntVector largest = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            FloatVector x = FloatVector.fromArray(Lanes.FLOATS, src, i);
            largest = largest.max(x.reinterpretAsInts().and(Lanes.MAGNITUDE));
            if (scales) {
                x = x.mul(units);
            }
            IntVector code = x.add(magics).reinterpretAsInts().max(least).min(most);
            Lanes.store(masks ? code.and(mask) : code, mask, dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    /** Every other mode, by magnitude, as {@link NearestLoop} and {@link DirectedLoop} round. */
    private int any(float[] src, int from, Object dst, int to, int n) {
        int positiveLimit = Float.floatToRawIntBits(max);
        int negativeLimit = Float.floatToRawIntBits(-min);
        int step = mode == Rounding.TIES_TOWARD_ZERO ? 1 : 0;
        int negativeStep = mode == Rounding.TIES_TO_AWAY ? 0 : 1;
        int up = DirectedLoop.growsPositive(mode) ? -1 : 0;
        int negativeUp = DirectedLoop.growsNegative(mode) ? -1 : 0;
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, scale);
        FloatVector magics = FloatVector.broadcast(Lanes.FLOATS, MAGIC);
        IntVector limit = Lanes.broadcast(positiveLimit);
        IntVector limitChange = Lanes.broadcast(positiveLimit ^ negativeLimit);
        IntVector steps = Lanes.broadcast(step);
        IntVector moreSteps = Lanes.broadcast(step ^ negativeStep);
        IntVector grow = Lanes.broadcast(up);
        IntVector growChange = Lanes.broadcast(up ^ negativeUp);
        IntVector mask = Lanes.broadcast(codeMask);
        boolean nearest = mode.isNearest();
        boolean odd = mode == Rounding.TO_ODD;
        IntVector largest = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector negative = b.lanewise(VectorOperators.ASHR, 31);
            IntVector x = a.reinterpretAsFloats()
                    .mul(units)
                    .reinterpretAsInts()
                    .min(negative.and(limitChange).lanewise(VectorOperators.XOR, limit));
            if (nearest) {
                IntVector down = b.lanewise(VectorOperators.LSHR, 31).and(moreSteps);
                x = NearestLoop.breakTies(x, down.lanewise(VectorOperators.XOR, steps));
            }
            FloatVector sum = x.reinterpretAsFloats().add(magics);
            IntVector code = sum.reinterpretAsInts();
            if (!nearest) {
                IntVector above = x.sub(sum.sub(magics).reinterpretAsInts());
                code = odd
                        ? DirectedLoop.toOdd(code, above)
                        : code.add(DirectedLoop.correction(
                                above, negative.and(growChange).lanewise(VectorOperators.XOR, grow)));
            }
            IntVector signed = code.lanewise(VectorOperators.XOR, negative).sub(negative);
            Lanes.store(signed.and(mask), mask, dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
