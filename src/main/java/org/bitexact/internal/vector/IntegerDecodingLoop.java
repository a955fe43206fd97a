package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.IntFormat;

/** Decodes integers and fixed-point numbers whose values are exact in binary32. */
final class IntegerDecodingLoop implements DecodingLoop {
    /** What a variant is made for: the element size, and which steps it needs. */
    record Shape(int bytes, boolean shifts, boolean signed, boolean scales) {
        Shape(IntFormat source, int bytes) {
            this(bytes, !source.signed() || source.width() < 8 * bytes, source.signed(), source.scaleExponent() != 0);
        }

        /** {@return whether codes are integers of at most 24 bits} */
        static boolean fits(IntFormat f) {
            return f.encoding() != IntFormat.Encoding.BIPOLAR && f.width() <= 24;
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.bytes();
    private static final boolean SHIFTS = SHAPE.shifts();
    private static final boolean SIGNED = SHAPE.signed();
    private static final boolean SCALES = SHAPE.scales();

    private final int unused;
    private final float unit;

    IntegerDecodingLoop(IntFormat source) {
        unused = 32 - source.width();
        unit = Math.scalb(1f, source.scaleExponent());
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        IntVector shift = Lanes.broadcast(unused);
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, unit);
        // a body as short as this is worth unrolling, see Lanes
        for (int i = 0; i < n; i += Lanes.COUNT) {
            IntVector integer = Lanes.load(BYTES, src, from + i);
            if (SHIFTS) {
                IntVector high = integer.lanewise(VectorOperators.LSHL, shift);
                integer = SIGNED
                        ? high.lanewise(VectorOperators.ASHR, shift)
                        : high.lanewise(VectorOperators.LSHR, shift);
            }
            FloatVector value = (FloatVector) integer.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
            (SCALES ? value.mul(units) : value).intoArray(dst, to + i);
        }
    }
}
