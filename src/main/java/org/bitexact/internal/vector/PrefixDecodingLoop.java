package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/** Decodes the formats whose codes are the upper bits of the binary32 pattern: BF16, TF32. NaNs become quiet. */
final class PrefixDecodingLoop implements DecodingLoop {
    /** What a variant is made for: the element size. */
    record Shape(int bytes) {
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

    private static final int BYTES =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).bytes();

    private final int discarded;

    PrefixDecodingLoop(FloatFormat source) {
        discarded = 32 - source.width();
    }

    /** Two vectors at a time, see {@link Lanes}. */
    @Override
    public int step() {
        return 2 * Lanes.COUNT;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        IntVector shift = Lanes.broadcast(discarded);
        // x + -0 is x, zeros included, but for signaling NaNs, which become quiet and keep sign and payload
        FloatVector negativeZero = FloatVector.broadcast(Lanes.FLOATS, -0f);
        int step = 2 * Lanes.COUNT;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, step), j += step) {
            FloatVector x = values(src, i, shift);
            FloatVector y = values(src, i + Lanes.COUNT, shift);
            x.add(negativeZero).intoArray(dst, j);
            y.add(negativeZero).intoArray(dst, j + Lanes.COUNT);
        }
    }

    private static FloatVector values(Object src, int from, IntVector shift) {
        return Lanes.load(BYTES, src, from)
                .lanewise(VectorOperators.LSHL, shift)
                .reinterpretAsFloats();
    }
}
