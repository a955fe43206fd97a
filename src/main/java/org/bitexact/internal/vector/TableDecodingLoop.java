package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.IntVector;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/** Decodes the formats that have no more codes than a vector has lanes, by a table in a register. */
final class TableDecodingLoop implements DecodingLoop {
    /** What a variant is made for: the element size. */
    record Shape(int bytes) {
        /** {@return whether the table has room for all codes, and reading it is worth it} */
        static boolean fits(ScalarFormat source) {
            return Lanes.MASKED && source.codeMask() < Lanes.COUNT;
        }
    }

    private static final int BYTES =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).bytes();

    private final int[] table = new int[Lanes.COUNT];
    private final int codeMask;

    TableDecodingLoop(ScalarFormat source) {
        codeMask = (int) source.codeMask();
        Converter converter = Converter.of(source, Codec.of(Formats.BINARY32));
        for (int code = 0; code <= codeMask; code++) {
            table[code] = converter.convert(code);
        }
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        IntVector patterns = IntVector.fromArray(Lanes.INTS, table, 0);
        IntVector mask = Lanes.broadcast(codeMask);
        for (int i = 0; i < n; i += Lanes.COUNT) {
            Lanes.load(BYTES, src, from + i)
                    .and(mask)
                    .selectFrom(patterns)
                    .reinterpretAsFloats()
                    .intoArray(dst, to + i);
        }
    }
}
