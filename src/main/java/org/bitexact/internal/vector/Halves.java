package org.bitexact.internal.vector;

import java.util.Arrays;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** Upper halves of binary32 patterns in lanes of 16 bits: twice as many values in a vector, if the lower halves are zeros. */
final class Halves {
    static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(SHORTS.vectorBitSize() / 2));

    /** Values in a vector. */
    static final int COUNT = SHORTS.length();

    /** The bits of a position in a vector. */
    static final short LAST = (short) (COUNT - 1);

    /** Whether a vector is a table of 32 halves; where it has fewer, permutations of 16-bit lanes are slow too. */
    static final boolean SUPPORTED = COUNT >= 32;

    private static final VectorShuffle<Short> LOW = VectorShuffle.fromOp(SHORTS, k -> k / 2);
    private static final VectorShuffle<Short> HIGH = VectorShuffle.fromOp(SHORTS, k -> (COUNT + k) / 2);

    private Halves() {}

    static ShortVector broadcast(int value) {
        return ShortVector.broadcast(SHORTS, (short) value);
    }

    /** Writes values whose patterns have the given upper halves. */
    static void store(ShortVector halves, float[] dst, int to) {
        store(halves, LOW, dst, to);
        store(halves, HIGH, dst, to + Lanes.COUNT);
    }

    /** Writes the values whose halves a shuffle brings into the upper half of each lane of 32 bits. */
    static void store(ShortVector halves, VectorShuffle<Short> spread, float[] dst, int to) {
        halves.rearrange(spread)
                .reinterpretAsInts()
                .and(0xffff_0000)
                .reinterpretAsFloats()
                .intoArray(dst, to);
    }

    /** {@return the upper halves of the patterns of all codes, or null if a lower half is not zero, or there are too many} */
    static short @Nullable [] of(ScalarFormat format) {
        if (format.width() > 8) {
            return null;
        }
        Converter converter = Converter.of(format, Codec.of(Formats.BINARY32));
        short[] halves = new short[1 << format.width()];
        for (int code = 0; code < halves.length; code++) {
            int pattern = converter.convert(code);
            halves[code] = (short) (pattern >>> 16);
            if (pattern != halves[code] << 16) {
                return null;
            }
        }
        return halves;
    }

    /** {@return a table of a vector's length, which ignores the bits above a code's} */
    static short[] table(short[] halves) {
        short[] table = Arrays.copyOf(halves, COUNT);
        for (int i = halves.length; i < table.length; i++) {
            table[i] = table[i - halves.length];
        }
        return table;
    }
}
