package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/**
 * Decodes floating-point formats.
 *
 * <p>Let m be the magnitude part of a code, s = 23 - t. From the smallest normal number on, m shifted left by s and
 * increased by the difference of the biases is the binary32 pattern, of y say. Below, y is 2^(emin-1) * (1 + f) instead of
 * 2^emin * f, which is 2y - 2^emin. That is less than y exactly there, so that the lesser of the two is right everywhere.
 *
 * <p>For other rules than gradual underflow, the value below is m quanta 2^q: with M = 2^(q+23), whose quantum is 2^q, the
 * pattern of M increased by m is that of M + m * 2^q, and subtracting M from it is exact. E8M0 has a leading bit there
 * too, which is added to m.
 *
 * <p>Special codes:
 *
 * <pre>
 * IEEE             m from that of infinity on: exponent field all ones; m above it: quiet bit set, payload kept
 * FN, signed       m all ones: exponent field all ones and quiet bit set, payload kept
 * FN, unsigned     m all ones: the canonical NaN
 * FNUZ             -0: the canonical NaN
 * P3109, signed    -0: the canonical NaN; m all ones: infinity, where there is one
 * P3109, unsigned  m all ones: the canonical NaN; the one before: infinity, where there is one
 * </pre>
 */
final class FloatDecodingLoop implements DecodingLoop {
    /** What a variant is made for: the element size, and which special codes there are. */
    record Shape(
            int bytes,
            boolean filled,
            boolean gradual,
            boolean flushes,
            boolean openTop,
            boolean quiets,
            boolean other,
            boolean zeroIsNan) {
        Shape(FloatFormat f, int bytes) {
            this(
                    bytes,
                    f.width() == 8 * bytes,
                    isGradual(f),
                    f.subnormals() == SubnormalRule.FLUSH,
                    hasOpenTop(f),
                    f.specials() == SpecialValues.IEEE,
                    f.specials() == SpecialValues.P3109_EXTENDED || f.hasSingleNan() && !f.signed(),
                    f.hasSingleNan() && f.signed());
        }

        /**
         * {@return whether the format's normal numbers are normal in binary32}
         *
         * @param f a format whose values are exact in binary32
         */
        static boolean fits(FloatFormat f) {
            int q = f.subnormalQuantumExponent();
            boolean scale = f.subnormals() == SubnormalRule.ABSENT && f.emin() == Float.MIN_EXPONENT - 1;
            return f.trailingBits() <= 22
                    && f.width() <= 31
                    && (f.emin() >= Float.MIN_EXPONENT || scale)
                    && q + 23 + 127 >= 1
                    && q + 23 + 127 <= 254;
        }

        /** Whether the lesser of two patterns is right, neither of which exceeds binary32's exponents. */
        static boolean isGradual(FloatFormat f) {
            return f.subnormals() == SubnormalRule.GRADUAL
                    && (f.magnitudeMask() >> f.trailingBits()) - f.bias() < Float.MAX_EXPONENT + 1;
        }

        /** Whether the codes above the largest finite one have binary32's largest exponent field. */
        static boolean hasOpenTop(FloatFormat f) {
            return f.specials() == SpecialValues.IEEE || f.specials() == SpecialValues.FN && f.signed();
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.bytes();
    private static final boolean FILLED = SHAPE.filled();
    private static final boolean GRADUAL = SHAPE.gradual();
    private static final boolean FLUSHES = SHAPE.flushes();
    private static final boolean OPEN_TOP = SHAPE.openTop();
    private static final boolean QUIETS = SHAPE.quiets();
    private static final boolean OTHER = SHAPE.other();
    private static final boolean ZERO_IS_NAN = SHAPE.zeroIsNan();

    private static final int NAN = 0x7fc0_0000;
    private static final int NO_CODE = Integer.MAX_VALUE;

    private final int discarded;
    private final int rebias;
    private final int magnitudeMask;
    private final int signShift;
    private final int signMask;
    private final int firstNormal;
    private final int magic;
    private final int leadingBit;
    private final int openTop;
    private final int opened;
    private final int infinity;
    private final int nan;

    FloatDecodingLoop(FloatFormat f) {
        int t = f.trailingBits();
        discarded = 23 - t;
        rebias = 127 - f.bias() << 23;
        magnitudeMask = (int) f.magnitudeMask();
        signShift = 32 - f.width();
        signMask = f.signed() ? Lanes.SIGN : 0;
        boolean absent = f.subnormals() == SubnormalRule.ABSENT;
        firstNormal = absent && f.emin() >= Float.MIN_EXPONENT ? 0 : 1 << t;
        magic = f.subnormalQuantumExponent() + 23 + 127 << 23;
        leadingBit = absent ? 1 << t : 0;
        int next = (int) f.maxFiniteCode() + 1;
        openTop = OPEN_TOP ? next : NO_CODE;
        opened = QUIETS ? Lanes.EXPONENT : NAN;
        infinity = f.specials() == SpecialValues.P3109_EXTENDED ? next : NO_CODE;
        nan = f.hasSingleNan() && !f.signed() ? magnitudeMask : NO_CODE;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        IntVector magnitude = Lanes.broadcast(magnitudeMask);
        IntVector shift = Lanes.broadcast(discarded);
        IntVector toBinary32 = Lanes.broadcast(rebias);
        IntVector minNormal = Lanes.broadcast(rebias + (1 << 23));
        IntVector normal = Lanes.broadcast(firstNormal);
        IntVector base = Lanes.broadcast(magic);
        IntVector baseAndLeadingBit = Lanes.broadcast(magic + leadingBit);
        IntVector toSign = Lanes.broadcast(signShift);
        IntVector sign = Lanes.broadcast(signMask);
        IntVector belowTop = Lanes.broadcast(openTop - 1);
        FloatVector negativeZero = FloatVector.broadcast(Lanes.FLOATS, -0f); // see PrefixDecodingLoop
        IntVector topBits = Lanes.broadcast(opened);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector c = Lanes.load(BYTES, src, i);
            IntVector m = c.and(magnitude);
            IntVector v = m.lanewise(VectorOperators.LSHL, shift).add(toBinary32);
            if (GRADUAL) {
                FloatVector twice = v.add(1 << 23).reinterpretAsFloats();
                v = v.min(twice.sub(minNormal.reinterpretAsFloats()).reinterpretAsInts());
            } else {
                IntVector below = FLUSHES
                        ? IntVector.zero(Lanes.INTS)
                        : m.add(baseAndLeadingBit)
                                .reinterpretAsFloats()
                                .sub(base.reinterpretAsFloats())
                                .reinterpretAsInts();
                v = v.blend(below, m.compare(VectorOperators.LT, normal));
            }
            if (OPEN_TOP) {
                v = Lanes.MASKED
                        ? v.lanewise(VectorOperators.OR, topBits, m.compare(VectorOperators.GT, belowTop))
                        : v.or(belowTop.sub(m)
                                .lanewise(VectorOperators.ASHR, 31)
                                .and(topBits));
            }
            if (OTHER) {
                v = v.blend(Lanes.EXPONENT, m.compare(VectorOperators.EQ, infinity))
                        .blend(NAN, m.compare(VectorOperators.EQ, nan));
            }
            IntVector signs = (FILLED ? c : c.lanewise(VectorOperators.LSHL, toSign)).and(sign);
            v = v.or(signs);
            if (ZERO_IS_NAN) {
                v = v.blend(NAN, m.or(signs).compare(VectorOperators.EQ, Lanes.SIGN));
            }
            FloatVector x = v.reinterpretAsFloats();
            (QUIETS ? x.add(negativeZero) : x).intoArray(dst, j);
        }
    }
}
