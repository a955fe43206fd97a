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

    /** Four vectors at a time, see {@link Lanes}. */
    @Override
    public int step() {
        return 4 * Lanes.COUNT;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        // x + -0 is x, zeros included, but for signaling NaNs, which become quiet and keep sign and payload
        FloatVector negativeZero = FloatVector.broadcast(Lanes.FLOATS, -0f);
        int step = 4 * Lanes.COUNT;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, step), j += step) {
            FloatVector a = values(src, i);
            FloatVector b = values(src, i + Lanes.COUNT);
            FloatVector c = values(src, i + 2 * Lanes.COUNT);
            FloatVector d = values(src, i + 3 * Lanes.COUNT);
            a.add(negativeZero).intoArray(dst, j);
            b.add(negativeZero).intoArray(dst, j + Lanes.COUNT);
            c.add(negativeZero).intoArray(dst, j + 2 * Lanes.COUNT);
            d.add(negativeZero).intoArray(dst, j + 3 * Lanes.COUNT);
        }
    }

    private static FloatVector values(Object src, int from) {
        return Lanes.load(BYTES, src, from)
                .lanewise(VectorOperators.LSHL, DISCARDED)
                .reinterpretAsFloats();
    }
}
