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

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        IntVector shift = Lanes.broadcast(discarded);
        // x + -0 is x, zeros included, but for signaling NaNs, which become quiet and keep sign and payload
        FloatVector negativeZero = FloatVector.broadcast(Lanes.FLOATS, -0f);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.load(BYTES, src, i).lanewise(VectorOperators.LSHL, shift);
            b.reinterpretAsFloats().add(negativeZero).intoArray(dst, j);
        }
    }
}
