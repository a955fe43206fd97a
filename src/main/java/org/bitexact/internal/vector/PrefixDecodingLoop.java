package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/** Decodes the formats whose codes are the upper bits of the binary32 pattern: BF16, TF32. NaNs become quiet. */
final class PrefixDecodingLoop implements DecodingLoop {
    /** What a variant is made for: the element size, and the bits of a pattern that a code lacks. */
    record Shape(int bytes, int discarded) {
        Shape(FloatFormat f, int bytes) {
            this(bytes, 32 - f.width());
        }

        /** {@return whether a code is the upper part of a pattern} */
        static boolean fits(FloatFormat f) {
            return f.signed()
                    && f.exponentBits() == 8
                    && f.trailingBits() <= 23
                    && f.bias() == 127
                    && f.specials() == SpecialValues.IEEE
                    && f.subnormals() == SubnormalRule.GRADUAL;
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.bytes();
    private static final int DISCARDED = SHAPE.discarded();

    PrefixDecodingLoop() {}

    /**
     * Eight vectors at a time, in two groups, see {@link Lanes}: so long a method is not inlined. In a caller the compiler of
     * JDK 17 may take vectors for objects.
     */
    @Override
    public int step() {
        return 8 * Lanes.COUNT;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        // x + -0 is x, zeros included, but for signaling NaNs, which become quiet and keep sign and payload
        FloatVector negativeZero = FloatVector.broadcast(Lanes.FLOATS, -0f);
        int step = 8 * Lanes.COUNT;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, step), j += step) {
            FloatVector a = Lanes.load(BYTES, src, i)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            FloatVector b = Lanes.load(BYTES, src, i + Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            FloatVector c = Lanes.load(BYTES, src, i + 2 * Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            FloatVector d = Lanes.load(BYTES, src, i + 3 * Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            a.add(negativeZero).intoArray(dst, j);
            b.add(negativeZero).intoArray(dst, j + Lanes.COUNT);
            c.add(negativeZero).intoArray(dst, j + 2 * Lanes.COUNT);
            d.add(negativeZero).intoArray(dst, j + 3 * Lanes.COUNT);
            FloatVector e = Lanes.load(BYTES, src, i + 4 * Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            FloatVector f = Lanes.load(BYTES, src, i + 5 * Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            FloatVector g = Lanes.load(BYTES, src, i + 6 * Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            FloatVector h = Lanes.load(BYTES, src, i + 7 * Lanes.COUNT)
                    .lanewise(VectorOperators.LSHL, DISCARDED)
                    .reinterpretAsFloats();
            e.add(negativeZero).intoArray(dst, j + 4 * Lanes.COUNT);
            f.add(negativeZero).intoArray(dst, j + 5 * Lanes.COUNT);
            g.add(negativeZero).intoArray(dst, j + 6 * Lanes.COUNT);
            h.add(negativeZero).intoArray(dst, j + 7 * Lanes.COUNT);
        }
    }
}
