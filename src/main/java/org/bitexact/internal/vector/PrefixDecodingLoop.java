package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
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
        IntVector infinity = Lanes.broadcast(Lanes.EXPONENT);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector b = Lanes.load(BYTES, src, i).lanewise(VectorOperators.LSHL, shift);
            // the sign bit of the difference is that of a NaN; it is moved to the quiet bit
            IntVector quiet = infinity.sub(b.and(Lanes.MAGNITUDE))
                    .lanewise(VectorOperators.LSHR, 9)
                    .and(0x0040_0000);
            b.or(quiet).reinterpretAsFloats().intoArray(dst, j);
        }
    }
}
