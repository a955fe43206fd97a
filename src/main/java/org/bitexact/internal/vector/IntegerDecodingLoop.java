package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.IntFormat;

/** Decodes integers and fixed-point numbers whose values are exact in binary32. */
final class IntegerDecodingLoop implements DecodingLoop {
    private final int unused;
    private final boolean signed;
    private final float unit;

    IntegerDecodingLoop(IntFormat source) {
        unused = 32 - source.width();
        signed = source.signed();
        unit = Math.scalb(1f, source.scaleExponent());
    }

    /** {@return whether codes are integers of at most 24 bits} */
    static boolean fits(IntFormat f) {
        return f.encoding() != IntFormat.Encoding.BIPOLAR && f.width() <= 24;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        IntVector shift = Lanes.broadcast(unused);
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, unit);
        boolean extendsSign = signed;
        boolean scales = unit != 1;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Lanes.COUNT), j += Lanes.COUNT) {
            IntVector high = Lanes.load(src, i).lanewise(VectorOperators.LSHL, shift);
            IntVector integer = extendsSign
                    ? high.lanewise(VectorOperators.ASHR, shift)
                    : high.lanewise(VectorOperators.LSHR, shift);
            FloatVector value = (FloatVector) integer.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
            (scales ? value.mul(units) : value).intoArray(dst, j);
        }
    }
}
