package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.Rounding;

/**
 * Encodes to nearest into a floating-point format of a narrower exponent range than that of binary32.
 *
 * <p><b>Proof.</b> Let x be a magnitude, e the larger of its exponent and emin, s = 23 - t &gt;= 2. The quantum of the
 * target at x is 2^(e-t). The binary32 number g = 2^(e+s) has the same quantum, and x &lt; 2^(e+1) &lt;= g / 2; so the sum
 * x + g lies in the binade of g and is rounded, ties to even, to a multiple of the target's quantum. The trailing bits of
 * the sum are the number u of quanta, at most 2^(t+1).
 *
 * <p>With F = e + 127, the exponent field of binary32, and Fmin that of 2^emin, the code is u + (F - Fmin) * 2^t: below
 * 2^emin it is the trailing significand u, from there on u counts 2^t quanta of the leading bit, and the exponent field
 * starts at 1. A carry into u = 2^(t+1) gives the first code of the next binade.
 *
 * <p>F * 2^t is F, in place, shifted right by s. The constant -Fmin * 2^t, modulo 2^22, is put into the trailing bits of
 * g beforehand: u and it stay below 2^23, and as it is even (for t &gt;= 1), ties are decided as before. Only low bits
 * of the result count.
 *
 * <p><b>Other ties</b> are broken beforehand. The last bit of a tie's pattern is 0, since two bits or more are discarded.
 * Setting it moves a tie up and carries no other value across one; subtracting 1 first moves it down.
 */
final class NearestLoop implements EncodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(CodeStore store, boolean breaksTies, boolean tiesAway, boolean zerosHaveSigns) {
        Shape(FloatTarget target, Rounding mode, CodeStore store) {
            this(
                    store,
                    mode != Rounding.TIES_TO_EVEN && mode != Rounding.TIES_TO_AWAY,
                    mode == Rounding.TIES_TO_AWAY,
                    target.zerosHaveSigns());
        }

        /** {@return whether the format is within reach} */
        static boolean fits(FloatTarget target, Rounding mode) {
            // with t = 0 the sum counts 1 or 2 quanta, so that ties of normal numbers go up, as IEEE 754 has it
            return target.hasMagic()
                    && (mode != Rounding.TIES_TO_EVEN
                            || target.format.precision() > 1
                            || !target.format.specials().isP3109() && (target.magic() & 1) == 0);
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final CodeStore STORE = SHAPE.store();
    private static final int BYTES = STORE.bytes();
    private static final boolean DENSE = STORE.isDense();
    private static final boolean HIGH_FIRST = STORE == CodeStore.HIGH_NIBBLES;
    private static final int STEP = STORE.size(Lanes.COUNT);
    private static final boolean BREAKS_TIES = SHAPE.breaksTies();
    private static final boolean TIES_AWAY = SHAPE.tiesAway();
    private static final boolean ZEROS_HAVE_SIGNS = SHAPE.zerosHaveSigns();

    private final FloatTarget target;
    private final int magic;
    private final int step;

    NearestLoop(FloatTarget target, Rounding mode) {
        this.target = target;
        magic = target.magic();
        step = mode == Rounding.TIES_TOWARD_ZERO ? 1 : 0;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, Object random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector minNormal = Lanes.broadcast(target.minNormal);
        IntVector toG = Lanes.broadcast(magic);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector codeMask = Lanes.broadcast(target.codeMask);
        IntVector unsignedZero = Lanes.broadcast(target.unsignedZero);
        IntVector steps = Lanes.broadcast(step);
        IntVector moreSteps = Lanes.broadcast(step ^ 1);
        IntVector largest = IntVector.zero(Lanes.INTS);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += STEP) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            largest = largest.max(a);
            IntVector x = a.min(limit);
            if (BREAKS_TIES) {
                IntVector down = b.lanewise(VectorOperators.LSHR, 31).and(moreSteps);
                x = x.sub(down.lanewise(VectorOperators.XOR, steps)).max(0).or(1);
            } else if (TIES_AWAY) {
                x = x.or(1);
            }
            IntVector e = x.and(Lanes.EXPONENT).max(minNormal);
            IntVector sum = x.reinterpretAsFloats()
                    .add(e.add(toG).reinterpretAsFloats())
                    .reinterpretAsInts();
            IntVector code = sum.add(e.lanewise(VectorOperators.LSHR, discarded));
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
            if (!ZEROS_HAVE_SIGNS) {
                sign = unsignedZero.sub(a).lanewise(VectorOperators.ASHR, 31).and(sign);
            }
            if (STORE == CodeStore.INTS) {
                code = code.and(codeMask);
            }
            if (DENSE) {
                CodeStore.putNibbles(HIGH_FIRST, code.or(sign), (byte[]) dst, j);
            } else {
                Lanes.store(BYTES, code.or(sign), dst, j);
            }
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
