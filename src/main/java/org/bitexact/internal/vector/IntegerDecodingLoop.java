package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.IntFormat;

/** Decodes integers and fixed-point numbers whose values are exact in binary32. */
final class IntegerDecodingLoop implements DecodingLoop {
    /** What a variant is made for: the element size, the shift that removes what is no code, and which steps it needs. */
    record Shape(int bytes, int unused, boolean signed, boolean scales) {
        Shape(IntFormat source, int bytes) {
            this(
                    bytes,
                    source.signed() && source.width() == 8 * bytes ? 0 : 32 - source.width(),
                    source.signed(),
                    source.scaleExponent() != 0);
        }

        /** {@return whether codes are integers of at most 24 bits} */
        static boolean fits(IntFormat f) {
            return f.encoding() != IntFormat.Encoding.BIPOLAR && f.width() <= 24;
        }
    }

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final int BYTES = SHAPE.bytes();
    private static final int UNUSED = SHAPE.unused();
    private static final boolean SIGNED = SHAPE.signed();
    private static final boolean SCALES = SHAPE.scales();

    private final float unit;

    IntegerDecodingLoop(IntFormat source) {
        unit = Math.scalb(1f, source.scaleExponent());
    }

    /** Four vectors at a time, see {@link Lanes}. */
    @Override
    public int step() {
        return 4 * Lanes.COUNT;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, unit);
        int step = 4 * Lanes.COUNT;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, step), j += step) {
            values(src, i, units).intoArray(dst, j);
            values(src, i + Lanes.COUNT, units).intoArray(dst, j + Lanes.COUNT);
            values(src, i + 2 * Lanes.COUNT, units).intoArray(dst, j + 2 * Lanes.COUNT);
            values(src, i + 3 * Lanes.COUNT, units).intoArray(dst, j + 3 * Lanes.COUNT);
        }
    }

    private static FloatVector values(Object src, int from, FloatVector units) {
        IntVector integer = Lanes.load(BYTES, src, from);
        if (UNUSED > 0) {
            IntVector high = integer.lanewise(VectorOperators.LSHL, UNUSED);
            integer =
                    SIGNED ? high.lanewise(VectorOperators.ASHR, UNUSED) : high.lanewise(VectorOperators.LSHR, UNUSED);
        }
        FloatVector value = (FloatVector) integer.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
        return SCALES ? value.mul(units) : value;
    }
}
