package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Decodes formats of at most 6 bits in {@code byte[]} by a table in a register: of all codes, or of the 32 without a sign
 * if the sixth bit is one.
 */
final class TableDecodingLoop implements DecodingLoop {
    /** What a variant is made for: whether there is a bit for the sign above the table's. */
    record Shape(boolean signed) {
        /** {@return the shape for a format with the given halves, or null if a table does not give them} */
        static @Nullable Shape of(short[] halves) {
            boolean signed = halves.length == 2 * Halves.COUNT;
            for (int m = 0; signed && m < Halves.COUNT; m++) {
                if (halves[Halves.COUNT + m] != (short) (halves[m] | 0x8000)) {
                    return null;
                }
            }
            return signed || halves.length <= Halves.COUNT ? new Shape(signed) : null;
        }
    }

    private static final boolean SIGNED =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).signed();

    private final short[] table;

    TableDecodingLoop(short[] halves) {
        table = Halves.table(halves);
    }

    @Override
    public int step() {
        return Halves.COUNT;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        ShortVector halves = ShortVector.fromArray(Halves.SHORTS, table, 0);
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Halves.COUNT), j += Halves.COUNT) {
            ShortVector c = (ShortVector) ByteVector.fromArray(Halves.BYTES, (byte[]) src, i)
                    .convertShape(VectorOperators.B2S, Halves.SHORTS, 0);
            ShortVector v = c.and(Halves.LAST).selectFrom(halves);
            if (SIGNED) {
                v = v.or(c.lanewise(VectorOperators.LSHL, 10).and((short) 0x8000));
            }
            Halves.store(v, dst, j);
        }
    }
}
