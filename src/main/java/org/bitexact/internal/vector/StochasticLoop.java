package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.Rounding;

/**
 * Encodes with random bits, modes A and B, into a floating-point format of a narrower exponent range than that of binary32.
 *
 * <p><b>Proof.</b> Let w be the magnitude as a code of the target with s = 23 - t more bits, which are the discarded
 * fraction. From 2^emin on that is the pattern less the difference of the biases, exactly. Below, it is x in units of
 * 2^(emin-23), of which the s low bits are a fraction of the quantum too: the binary32 sum x + 2^emin has that quantum,
 * and where it has been rounded up, one less gives the floor.
 * Of the two the greater is w: below 2^emin the first falls by 2^23 with each binade and the other by less, above the
 * second grows by less.
 *
 * <p>Where the last bit of w decides nothing, one addition gives a floor that may lack it: that of x and the number
 * before 2^emin, half a unit below. It rounds to the unit below unless x is a multiple of the unit, and then a tie yields
 * the multiple if that is even and the one below if it is odd. What is less than the unit counts as the unit, or the sum
 * would lie below 2^emin.
 *
 * <p>With N random bits R, N &lt;= s, mode A increments if and only if the first N bits of the fraction and R sum up to
 * 2^N, that is, if w + R * 2^(s-N) carries into the code; what the floor has dropped lies below. Mode B adds half a unit
 * of bit N beforehand (N &lt; s). Mode C is that of {@link RoundedStochasticLoop}.
 */
final class StochasticLoop implements EncodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(CodeStore store, int shareBytes, boolean shifts, boolean exact, boolean zerosHaveSigns) {
        Shape(FloatTarget target, Rounding mode, int bits, CodeStore store) {
            this(
                    store,
                    RandomBits.shareBytes(bits),
                    RandomBits.shift(bits, target.discarded) > 0,
                    target.discarded - bits < (mode == Rounding.STOCHASTIC_B ? 2 : 1)
                            || target.format.emin() == Float.MIN_EXPONENT,
                    target.zerosHaveSigns());
        }

        /** {@return whether the format and the number of bits are within reach} */
        static boolean fits(FloatTarget target, Rounding mode, int bits) {
            return bits <= target.discarded - (mode == Rounding.STOCHASTIC_B ? 1 : 0)
                    && target.format.emin() >= Float.MIN_EXPONENT
                    && target.format.emin() <= Float.MAX_EXPONENT
                    && target.format.lowestNormalField() == 1;
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.store().bytes();
    private static final int SHARE_BYTES = SHAPE.shareBytes();
    private static final boolean SHIFTS = SHAPE.shifts();
    private static final boolean EXACT = SHAPE.exact();
    private static final boolean ZEROS_HAVE_SIGNS = SHAPE.zerosHaveSigns();

    private final FloatTarget target;
    private final int randomShift;
    private final int offset;
    private final int half;

    StochasticLoop(FloatTarget target, Rounding mode, int bits) {
        this.target = target;
        randomShift = RandomBits.shift(bits, target.discarded);
        offset = RandomBits.offset(bits, target.discarded);
        half = mode == Rounding.STOCHASTIC_B ? 1 << target.discarded - bits - 1 : 0;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, Object random) {
        IntVector limit = Lanes.broadcast(target.limit);
        IntVector minNormal = Lanes.broadcast(target.minNormal);
        // w is x less the difference of the biases, or the sum less the pattern of 2^emin
        IntVector binade = Lanes.broadcast(1 << 23);
        IntVector toW = Lanes.broadcast((1 << 23) - target.minNormal + half + offset);
        IntVector discarded = Lanes.broadcast(target.discarded);
        IntVector signShift = Lanes.broadcast(target.signShift);
        IntVector signMask = Lanes.broadcast(target.signMask);
        IntVector randomShifts = Lanes.broadcast(randomShift);
        FloatVector base = (EXACT ? minNormal : minNormal.sub(1)).reinterpretAsFloats();
        IntVector quantum = Lanes.broadcast(Float.floatToRawIntBits(Math.scalb(1f, target.format.emin() - 23)));
        IntVector magnitude = Lanes.broadcast(Lanes.MAGNITUDE);
        IntVector largest = IntVector.zero(Lanes.INTS);
        int k = RandomBits.FIRST;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector drawn = Lanes.load(SHARE_BYTES, random, k);
            if (SHIFTS) {
                drawn = drawn.lanewise(VectorOperators.LSHL, randomShifts);
            }
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(magnitude);
            largest = largest.max(a);
            IntVector x = a.min(limit);
            if (!EXACT) {
                x = x.max(quantum);
            }
            FloatVector sum = x.reinterpretAsFloats().add(base);
            IntVector floor = sum.reinterpretAsInts();
            if (EXACT) {
                IntVector above = x.sub(sum.sub(base).reinterpretAsInts());
                floor = floor.add(above.lanewise(VectorOperators.ASHR, 31));
            }
            IntVector w = floor.sub(binade).max(x).add(toW);
            IntVector code = w.add(drawn).lanewise(VectorOperators.LSHR, discarded);
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift).and(signMask);
            if (!ZEROS_HAVE_SIGNS) {
                sign = code.neg().lanewise(VectorOperators.ASHR, 31).and(sign);
            }
            // a loop of this length takes no more calls but of the API's own methods, see Lanes.store
            code = code.or(sign);
            if (BYTES == 1) {
                ((ByteVector) code.convertShape(VectorOperators.I2B, Lanes.BYTES, 0)).intoArray((byte[]) dst, j);
            } else if (BYTES == 2) {
                ((ShortVector) code.convertShape(VectorOperators.I2S, Lanes.SHORTS, 0)).intoArray((short[]) dst, j);
            } else {
                code.intoArray((int[]) dst, j);
            }
            k += Lanes.COUNT;
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
