package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;

/**
 * Encodes into an integer or fixed-point format of at most 16 bits.
 *
 * <p>In units of the format, a value is x = v * 2^-scaleExponent; the product is exact unless it overflows, and then out
 * of range all the same. From 2^23 to 2^24 the quantum of binary32 is 1; so adding 2^23 to a magnitude below 2^22 rounds
 * it to an integer, which the trailing bits of the sum hold, and adding 1.5 * 2^23 to a signed value does, modulo 2^22.
 * That sum's pattern grows with x, so that it may be brought into range itself, infinities included. Ties to even need
 * no more than that; other modes work by magnitude, as {@link NearestLoop} and {@link DirectedLoop} do.
 */
final class IntegerLoop implements EncodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(
            CodeStore store,
            boolean masks,
            boolean scales,
            boolean saturates,
            boolean toEven,
            boolean nearest,
            boolean tiesAway,
            boolean toOdd) {
        Shape(IntFormat format, Policies policies, CodeStore store) {
            this(format, policies.rounding(), !policies.overflow().isForIntegers(), store);
        }

        private Shape(IntFormat format, Rounding mode, boolean saturates, CodeStore store) {
            this(
                    store,
                    format.width() < store.bits() || store.isDense(),
                    format.scaleExponent() != 0,
                    saturates,
                    mode == Rounding.TIES_TO_EVEN,
                    mode.isNearest(),
                    mode == Rounding.TIES_TO_AWAY,
                    mode == Rounding.TO_ODD);
        }

        /** {@return whether the format and the policies are within reach} */
        static boolean fits(IntFormat format, Policies policies) {
            // what wraps goes to the codec, which must be rare; flushed values are zeros of the nearest modes anyway
            return format.encoding() != IntFormat.Encoding.BIPOLAR
                    && format.width() <= 16
                    && format.scaleExponent() <= 0
                    && (!policies.overflow().isForIntegers() || format.signed())
                    && (!policies.flushInputs() || policies.rounding().isNearest())
                    && !policies.rounding().isStochastic();
        }

        /** {@return the least magnitude that may get a wrong code} */
        static int plainBelow(IntFormat format, Policies policies) {
            if (!policies.overflow().isForIntegers()) {
                return Lanes.EXPONENT;
            }
            return Float.floatToRawIntBits(Math.min(-format.minInteger(), format.maxInteger()) / scale(format)) + 1;
        }

        static float scale(IntFormat format) {
            return Math.scalb(1f, -format.scaleExponent());
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final CodeStore STORE = SHAPE.store();
    private static final int BYTES = STORE.bytes();
    private static final boolean DENSE = STORE.isDense();
    private static final boolean HIGH_FIRST = STORE == CodeStore.HIGH_NIBBLES;
    /** Values that {@link #nearest} converts at a time, and the elements that their codes take. */
    private static final int STEP = (DENSE ? 2 : 4) * Lanes.COUNT;

    private static final int STORED = STORE.size(STEP);
    private static final int STORED_VECTOR = STORE.size(Lanes.COUNT);
    private static final boolean MASKS = SHAPE.masks();
    private static final boolean SCALES = SHAPE.scales();
    private static final boolean SATURATES = SHAPE.saturates();
    private static final boolean TO_EVEN = SHAPE.toEven();
    private static final boolean NEAREST = SHAPE.nearest();
    private static final boolean TIES_AWAY = SHAPE.tiesAway();
    private static final boolean TO_ODD = SHAPE.toOdd();

    private static final float MAGIC = 0x1p23f;
    private static final float SIGNED_MAGIC = 0x1.8p23f;
    /** The bit of weight 64 in an exponent field: not that of 2^23, nor of any sum for values that are not huge. */
    private static final int FAR = 1 << 29;

    private final Rounding mode;
    private final float scale;
    private final int min;
    private final int max;
    private final int codeMask;

    IntegerLoop(IntFormat format, Rounding mode) {
        this.mode = mode;
        scale = Shape.scale(format);
        min = (int) format.minInteger();
        max = (int) format.maxInteger();
        codeMask = (int) format.codeMask();
    }

    @Override
    public int step() {
        return TO_EVEN ? STEP : Lanes.COUNT;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, Object random) {
        return TO_EVEN ? nearest(src, from, dst, to, n) : any(src, from, dst, to, n);
    }

    /**
     * Ties to even. Where only infinities and NaNs are rare, the sums show whether there may be any: from the exponent
     * field of infinity on {@link #FAR} is set, which it is neither in the fields from 2^2 to 2^64 nor below 2^-63. A
     * sum is in between only if the value is close to -1.5 * 2^23.
     *
     * <p>Several vectors at a time, see {@link Lanes}.
     */
    private int nearest(float[] src, int from, Object dst, int to, int n) {
        int magic = Float.floatToRawIntBits(SIGNED_MAGIC);
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, scale);
        FloatVector magics = FloatVector.broadcast(Lanes.FLOATS, SIGNED_MAGIC);
        IntVector most = Lanes.broadcast(magic + max);
        IntVector least = Lanes.broadcast(magic + min);
        IntVector mask = Lanes.broadcast(codeMask);
        IntVector seen = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, STEP), j += STORED) {
            FloatVector a = FloatVector.fromArray(Lanes.FLOATS, src, i);
            FloatVector b = FloatVector.fromArray(Lanes.FLOATS, src, i + Lanes.COUNT);
            IntVector p = sum(a, units, magics);
            IntVector q = sum(b, units, magics);
            IntVector rare = SATURATES ? p.or(q) : magnitude(a).max(magnitude(b));
            put(p.max(least).min(most), mask, dst, j);
            put(q.max(least).min(most), mask, dst, j + STORED_VECTOR);
            if (!DENSE) {
                a = FloatVector.fromArray(Lanes.FLOATS, src, i + 2 * Lanes.COUNT);
                b = FloatVector.fromArray(Lanes.FLOATS, src, i + 3 * Lanes.COUNT);
                p = sum(a, units, magics);
                q = sum(b, units, magics);
                IntVector more = SATURATES ? p.or(q) : magnitude(a).max(magnitude(b));
                rare = SATURATES ? rare.or(more) : rare.max(more);
                put(p.max(least).min(most), mask, dst, j + 2 * STORED_VECTOR);
                put(q.max(least).min(most), mask, dst, j + 3 * STORED_VECTOR);
            }
            seen = SATURATES ? seen.or(rare) : seen.max(rare);
        }
        if (SATURATES) {
            return (seen.reduceLanes(VectorOperators.OR) & FAR) == 0 ? 0 : Integer.MAX_VALUE;
        }
        return seen.reduceLanes(VectorOperators.MAX);
    }

    private static IntVector magnitude(FloatVector x) {
        return x.reinterpretAsInts().and(Lanes.MAGNITUDE);
    }

    private static IntVector sum(FloatVector x, FloatVector units, FloatVector magics) {
        return (SCALES ? x.mul(units) : x).add(magics).reinterpretAsInts();
    }

    private static void put(IntVector bits, IntVector mask, Object dst, int to) {
        IntVector code = MASKS ? bits.and(mask) : bits;
        if (DENSE) {
            CodeStore.putNibbles(HIGH_FIRST, code, (byte[]) dst, to);
        } else {
            Lanes.store(BYTES, code, dst, to);
        }
    }

    /** Every other mode, by magnitude. */
    private int any(float[] src, int from, Object dst, int to, int n) {
        int positiveLimit = Float.floatToRawIntBits(max);
        int negativeLimit = Float.floatToRawIntBits(-min);
        int step = mode == Rounding.TIES_TOWARD_ZERO ? 1 : 0;
        int up = Direction.growsPositive(mode);
        int negativeUp = Direction.growsNegative(mode);
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, scale);
        FloatVector magics = FloatVector.broadcast(Lanes.FLOATS, MAGIC);
        IntVector limit = Lanes.broadcast(positiveLimit);
        IntVector limitChange = Lanes.broadcast(positiveLimit ^ negativeLimit);
        IntVector steps = Lanes.broadcast(step);
        IntVector moreSteps = Lanes.broadcast(step ^ 1);
        IntVector positiveGrow = Lanes.broadcast(up);
        IntVector growChange = Lanes.broadcast(up ^ negativeUp);
        IntVector mask = Lanes.broadcast(codeMask);
        IntVector largest = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector negative = b.lanewise(VectorOperators.ASHR, 31);
            IntVector x = SCALES ? a.reinterpretAsFloats().mul(units).reinterpretAsInts() : a;
            x = x.min(negative.and(limitChange).lanewise(VectorOperators.XOR, limit));
            if (TIES_AWAY) {
                x = x.or(1);
            } else if (NEAREST) {
                IntVector down = negative.and(moreSteps).lanewise(VectorOperators.XOR, steps);
                x = x.sub(down).max(0).or(1);
            }
            FloatVector sum = x.reinterpretAsFloats().add(magics);
            IntVector code = sum.reinterpretAsInts();
            if (!NEAREST) {
                IntVector above = x.sub(sum.sub(magics).reinterpretAsInts());
                if (TO_ODD) {
                    code = code.add(above.lanewise(VectorOperators.ASHR, 31))
                            .or(above.or(above.neg()).lanewise(VectorOperators.LSHR, 31));
                } else {
                    IntVector grow = negative.and(growChange).lanewise(VectorOperators.XOR, positiveGrow);
                    IntVector wrong =
                            above.add(grow).lanewise(VectorOperators.XOR, grow).lanewise(VectorOperators.ASHR, 31);
                    code = code.add(grow.not().or(1).and(wrong));
                }
            }
            IntVector signed = code.lanewise(VectorOperators.XOR, negative).sub(negative);
            // the exponent field of the sum is still there
            Lanes.store(BYTES, MASKS ? signed.and(mask) : signed, dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
