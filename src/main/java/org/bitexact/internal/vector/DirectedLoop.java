package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.Rounding;

/**
 * Encodes toward zero, away from zero, up, down or to odd into a floating-point format of a narrower exponent range than
 * that of binary32.
 *
 * <p>Magnitudes are rounded to nearest as {@link NearestLoop} does. Subtracting g from the sum again is exact and gives
 * the rounded value q; the difference of the patterns of x and q then tells whether x lies above or below it, so that one
 * more or one less makes the code that of the other neighbour where it has to be.
 */
final class DirectedLoop implements EncodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(CodeStore store, boolean toOdd, boolean dependsOnSign, boolean zerosHaveSigns) {
        Shape(FloatTarget target, Rounding mode, CodeStore store) {
            this(
                    store,
                    mode == Rounding.TO_ODD,
                    Direction.growsPositive(mode) != Direction.growsNegative(mode)
                            || target.limit != target.negativeLimit,
                    target.zerosHaveSigns());
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.store().bytes();
    private static final boolean TO_ODD = SHAPE.toOdd();
    private static final boolean DEPENDS_ON_SIGN = SHAPE.dependsOnSign();
    private static final boolean ZEROS_HAVE_SIGNS = SHAPE.zerosHaveSigns();

    private final FloatTarget target;
    private final int magic;
    private final int up;
    private final int negativeUp;

    DirectedLoop(FloatTarget target, Rounding mode) {
        this.target = target;
        magic = target.magic();
        up = Direction.growsPositive(mode);
        negativeUp = Direction.growsNegative(mode);
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, Object random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector limitChange = Lanes.broadcast(target.limit ^ target.negativeLimit);
        IntVector minNormal = Lanes.broadcast(target.minNormal);
        IntVector toG = Lanes.broadcast(magic);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector codeMask = Lanes.broadcast(target.codeMask);
        IntVector unsignedZero = Lanes.broadcast(target.unsignedZero);
        IntVector positiveGrow = Lanes.broadcast(up);
        IntVector growChange = Lanes.broadcast(up ^ negativeUp);
        IntVector largest = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector most = limit;
            IntVector grow = positiveGrow;
            if (DEPENDS_ON_SIGN) {
                IntVector negative = b.lanewise(VectorOperators.ASHR, 31);
                most = negative.and(limitChange).lanewise(VectorOperators.XOR, limit);
                grow = negative.and(growChange).lanewise(VectorOperators.XOR, positiveGrow);
            }
            IntVector x = a.min(most);
            IntVector e = x.and(Lanes.EXPONENT).max(minNormal);
            FloatVector g = e.add(toG).reinterpretAsFloats();
            FloatVector sum = x.reinterpretAsFloats().add(g);
            IntVector above = x.sub(sum.sub(g).reinterpretAsInts());
            IntVector code = sum.reinterpretAsInts().add(e.lanewise(VectorOperators.LSHR, discarded));
            if (TO_ODD) {
                // the lower neighbour, with its last bit set unless the value is exact
                code = code.add(above.lanewise(VectorOperators.ASHR, 31))
                        .or(above.or(above.neg()).lanewise(VectorOperators.LSHR, 31));
            } else {
                // -1 where the nearest number lies on the wrong side; (d - 1) ^ -1 = -d
                IntVector wrong =
                        above.add(grow).lanewise(VectorOperators.XOR, grow).lanewise(VectorOperators.ASHR, 31);
                code = code.add(grow.not().or(1).and(wrong));
            }
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
            if (!ZEROS_HAVE_SIGNS) {
                sign = unsignedZero.sub(a).lanewise(VectorOperators.ASHR, 31).and(sign);
            }
            if (BYTES == 4) {
                code = code.and(codeMask);
            }
            Lanes.store(BYTES, code.or(sign), dst, j);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
