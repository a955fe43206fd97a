package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Encodes with random bits after rounding to as many more bits, mode C, into a floating-point format of a narrower
 * exponent range than that of binary32.
 *
 * <p><b>Proof.</b> The mode rounds to a format with N more trailing bits, t' = t + N, ties to even; adds the random number R
 * to that code; and drops the N bits. The first step is that of {@link NearestLoop}, with s' = 23 - t' = s - N &gt;= 2 for s:
 * the trailing bits of x + g are a constant c and the number u of quanta, at most 2^(t'+1), and the code with N more bits is
 * u + (F - Fmin) * 2^t'. The constant holds -Fmin * 2^t' and what R must be raised by; it is even, as t' &gt;= 1.
 *
 * <p>Where the magnitudes of such codes have at most 23 bits, and c and u together do not exceed 2^23, the low 23 bits
 * of the result are right, and only those are kept. Otherwise c is cut off at 2^22, and the exponent of the sum, which
 * lies above its trailing bits, is subtracted; what c has lost and s' go into one more constant.
 */
final class RoundedStochasticLoop implements EncodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(CodeStore store, int shareBytes, boolean wide, boolean zerosHaveSigns) {
        Shape(FloatTarget target, int bits, CodeStore store) {
            this(
                    store,
                    RandomBits.shareBytes(bits),
                    Integer.bitCount(magnitudeMask(target)) + bits > 23
                            || (constant(target, bits) & TRAILING) + quanta(target, bits) > TRAILING + 1,
                    target.zerosHaveSigns());
        }

        /** {@return whether the format and the number of bits are within reach} */
        static boolean fits(FloatTarget target, int bits) {
            int unit = target.discarded - bits;
            return unit >= 2
                    && target.format.emin() >= Float.MIN_EXPONENT
                    && target.format.lowestNormalField() == 1
                    && Math.max(target.limit >>> 23, target.format.emin() + 127) + unit < 255;
        }

        /** {@return the bits that come from a magnitude; beyond the largest one, a NaN may have the code of -0} */
        static int magnitudeMask(FloatTarget target) {
            return target.zerosHaveSigns() ? target.codeMask & ~target.signMask : target.codeMask;
        }

        /** {@return what is added to u and the exponent field} */
        static int constant(FloatTarget target, int bits) {
            return RandomBits.offset(bits, bits) - (target.minNormal >>> target.discarded - bits);
        }

        /** {@return 2^(t'+1)} */
        private static int quanta(FloatTarget target, int bits) {
            return 1 << 24 - (target.discarded - bits);
        }
    }

    private static final int TRAILING = (1 << 23) - 1;

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.store().bytes();
    private static final boolean SHORT_SHARES = SHAPE.shareBytes() == 2;
    private static final boolean WIDE = SHAPE.wide();
    private static final boolean ZEROS_HAVE_SIGNS = SHAPE.zerosHaveSigns();

    private final FloatTarget target;
    private final int bits;

    RoundedStochasticLoop(FloatTarget target, int bits) {
        this.target = target;
        this.bits = bits;
    }

    @Override
    public int run(float[] src, int from, Object dst, int to, int n, Object random) {
        int unit = target.discarded - bits;
        int constant = Shape.constant(target, bits);
        int trailing = constant & (WIDE ? TRAILING >> 1 : TRAILING);
        IntVector limit = IntVector.broadcast(Lanes.INTS, target.limit);
        IntVector minNormal = IntVector.broadcast(Lanes.INTS, target.minNormal);
        IntVector toG = IntVector.broadcast(Lanes.INTS, (unit << 23) + trailing);
        IntVector rest = IntVector.broadcast(Lanes.INTS, constant - trailing - (unit << 23));
        IntVector lastBit = IntVector.broadcast(Lanes.INTS, unit);
        IntVector drawnBits = IntVector.broadcast(Lanes.INTS, bits);
        IntVector signShift = IntVector.broadcast(Lanes.INTS, target.signShift);
        IntVector signMask = IntVector.broadcast(Lanes.INTS, target.signMask);
        IntVector others = IntVector.broadcast(Lanes.INTS, ~Shape.magnitudeMask(target));
        IntVector magnitude = IntVector.broadcast(Lanes.INTS, Lanes.MAGNITUDE);
        IntVector exponent = IntVector.broadcast(Lanes.INTS, Lanes.EXPONENT);
        IntVector largest = IntVector.zero(Lanes.INTS);
        int toI = from - RandomBits.FIRST;
        int toJ = to - RandomBits.FIRST;
        // no calls but of the API's own methods, see StochasticLoop; and one index: three, which suit other loops, the
        // compiler of JDK 25 moves through vector registers, for a third more time
        for (int k = RandomBits.FIRST, end = k + n; k < end; k = Math.addExact(k, Lanes.COUNT)) {
            int i = k + toI;
            int j = k + toJ;
            IntVector drawn = SHORT_SHARES
                    ? (IntVector) ShortVector.fromArray(Lanes.SHORTS, (short[]) random, k)
                            .convertShape(VectorOperators.S2I, Lanes.INTS, 0)
                    : IntVector.fromArray(Lanes.INTS, (int[]) random, k);
            IntVector b = FloatVector.fromArray(Lanes.FLOATS, src, i).reinterpretAsInts();
            IntVector a = b.and(magnitude);
            largest = largest.max(a);
            IntVector x = a.min(limit);
            IntVector e = x.and(exponent).max(minNormal);
            IntVector sum = x.reinterpretAsFloats()
                    .add(e.add(toG).reinterpretAsFloats())
                    .reinterpretAsInts();
            if (WIDE) {
                sum = sum.sub(e).add(rest);
            }
            IntVector code = sum.add(e.lanewise(VectorOperators.LSHR, lastBit))
                    .add(drawn)
                    .lanewise(VectorOperators.LSHR, drawnBits);
            IntVector sign = b.lanewise(VectorOperators.LSHR, signShift);
            if (ZEROS_HAVE_SIGNS) {
                // beside the magnitude there is nothing but the sign
                code = code.lanewise(
                        VectorOperators.XOR,
                        code.lanewise(VectorOperators.XOR, sign).and(others));
            } else {
                code = code.lanewise(VectorOperators.AND_NOT, others);
                code = code.neg()
                        .lanewise(VectorOperators.ASHR, 31)
                        .and(sign.and(signMask))
                        .or(code);
            }
            if (BYTES == 1) {
                ((ByteVector) code.convertShape(VectorOperators.I2B, Lanes.BYTES, 0)).intoArray((byte[]) dst, j);
            } else if (BYTES == 2) {
                ((ShortVector) code.convertShape(VectorOperators.I2S, Lanes.SHORTS, 0)).intoArray((short[]) dst, j);
            } else {
                code.intoArray((int[]) dst, j);
            }
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }
}
