package org.bitexact.internal.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.jspecify.annotations.Nullable;

/**
 * Decodes codes of 4 bits from dense storage, 32 at a time.
 *
 * <p>Each byte is brought into two lanes of 32 bits, and the nibble of a lane moved into place; what follows is a table in
 * a register. Where the compiler has no shuffles by a variable, integers are converted instead, and for other formats two
 * codes share a lane, so that half as many of these shuffles are needed.
 */
final class NibbleDecoder implements ArrayKernel {
    /** Codes that are decoded at a time. */
    private static final int STEP = 2 * Lanes.COUNT;

    private static final int CODES = 16;
    /** Brings the bytes of the lower half of a vector, or of the upper one, into two lanes each. */
    private static final VectorShuffle<Integer> LOW = VectorShuffle.fromOp(Lanes.INTS, k -> k / 2);

    private static final VectorShuffle<Integer> HIGH = VectorShuffle.fromOp(Lanes.INTS, k -> (Lanes.COUNT + k) / 2);

    /** How nibbles become values. */
    private enum Way {
        TABLE,
        INTEGERS,
        HALVES
    }

    private final Way way;
    /** The patterns of all codes, or their upper halves twice. */
    private final int[] patterns;

    private final short[] halves;
    /** For each lane, 4 if it takes the high bits of a byte. */
    private final int[] places;

    /** The sign bit of an integer, or 0. */
    private final int signBit;

    private final float unit;
    private final VectorShuffle<Short> low;
    private final VectorShuffle<Short> high;

    private NibbleDecoder(ScalarFormat source, short[] halves, boolean highFirst, Way way) {
        this.way = way;
        this.halves = halves;
        int first = highFirst ? 1 : 0;
        low = VectorShuffle.fromOp(Halves.SHORTS, k -> k / 2 ^ first);
        high = VectorShuffle.fromOp(Halves.SHORTS, k -> (Halves.COUNT + k) / 2 ^ first);
        places = new int[Lanes.COUNT];
        Arrays.setAll(places, k -> 4 * (k & 1 ^ first));
        Converter converter = Converter.of(source, Codec.of(Formats.BINARY32));
        patterns = new int[CODES];
        Arrays.setAll(patterns, converter::convert);
        signBit = source instanceof IntFormat f && f.signed() ? CODES / 2 : 0;
        unit = source instanceof IntFormat f ? Math.scalb(1f, f.scaleExponent()) : 1;
    }

    /** {@return a decoder, or null if a table does not give the format's values} */
    static @Nullable NibbleDecoder of(ScalarFormat source, boolean highFirst) {
        short[] halves = source.width() == 4 && Halves.SUPPORTED ? Halves.of(source) : null;
        if (halves == null) {
            return null;
        }
        boolean integers = source instanceof IntFormat f && IntegerDecodingLoop.Shape.fits(f);
        Way way = Lanes.MASKED ? Way.TABLE : integers ? Way.INTEGERS : Way.HALVES;
        return new NibbleDecoder(source, Halves.table(halves), highFirst, way);
    }

    @Override
    public int consumed(int n) {
        return ArrayKernel.denseBytes(n, 4);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        byte[] dense = (byte[]) src;
        float[] values = (float[]) dst;
        int whole = n - n % STEP;
        run(dense, from, values, to, whole);
        if (whole < n) {
            int first = from + whole / 2;
            float[] rest = new float[STEP];
            run(Arrays.copyOfRange(dense, first, first + STEP / 2), 0, rest, 0, STEP);
            System.arraycopy(rest, 0, values, to + whole, n - whole);
        }
    }

    /** Decodes {@code n} codes, a multiple of {@link #STEP}. */
    private void run(byte[] src, int from, float[] dst, int to, int n) {
        switch (way) {
            case TABLE -> byTable(src, from, dst, to, n);
            case INTEGERS -> integers(src, from, dst, to, n);
            case HALVES -> byHalves(src, from, dst, to, n);
        }
    }

    private void byTable(byte[] src, int from, float[] dst, int to, int n) {
        IntVector table = IntVector.fromArray(Lanes.INTS, patterns, 0);
        IntVector place = IntVector.fromArray(Lanes.INTS, places, 0);
        IntVector nibble = Lanes.broadcast(CODES - 1);
        VectorShuffle<Integer> lower = LOW;
        VectorShuffle<Integer> upper = HIGH;
        for (int i = from, j = to, end = from + n / 2; i < end; i = Math.addExact(i, Lanes.COUNT), j += STEP) {
            IntVector bytes = Lanes.load(1, src, i);
            IntVector a = bytes.rearrange(lower).lanewise(VectorOperators.LSHR, place);
            IntVector b = bytes.rearrange(upper).lanewise(VectorOperators.LSHR, place);
            a.and(nibble).selectFrom(table).reinterpretAsFloats().intoArray(dst, j);
            b.and(nibble).selectFrom(table).reinterpretAsFloats().intoArray(dst, j + Lanes.COUNT);
        }
    }

    private void integers(byte[] src, int from, float[] dst, int to, int n) {
        IntVector place = IntVector.fromArray(Lanes.INTS, places, 0);
        IntVector nibble = Lanes.broadcast(CODES - 1);
        IntVector sign = Lanes.broadcast(signBit);
        FloatVector units = FloatVector.broadcast(Lanes.FLOATS, unit);
        VectorShuffle<Integer> lower = LOW;
        VectorShuffle<Integer> upper = HIGH;
        for (int i = from, j = to, end = from + n / 2; i < end; i = Math.addExact(i, Lanes.COUNT), j += STEP) {
            IntVector bytes = Lanes.load(1, src, i);
            IntVector a = bytes.rearrange(lower).lanewise(VectorOperators.LSHR, place);
            IntVector b = bytes.rearrange(upper).lanewise(VectorOperators.LSHR, place);
            value(a.and(nibble), sign).mul(units).intoArray(dst, j);
            value(b.and(nibble), sign).mul(units).intoArray(dst, j + Lanes.COUNT);
        }
    }

    /** The values of nibbles, of which the bits of {@code sign} count as negative. */
    private static FloatVector value(IntVector nibbles, IntVector sign) {
        IntVector integers = nibbles.lanewise(VectorOperators.XOR, sign).sub(sign);
        return (FloatVector) integers.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
    }

    private void byHalves(byte[] src, int from, float[] dst, int to, int n) {
        ShortVector table = ShortVector.fromArray(Halves.SHORTS, halves, 0);
        VectorShuffle<Short> lower = low;
        VectorShuffle<Short> upper = high;
        for (int i = from, j = to, end = to + n; j < end; i += Lanes.COUNT, j = Math.addExact(j, STEP)) {
            IntVector pair = Lanes.load(1, src, i);
            // above the pair are copies of its highest bit
            ShortVector v = pair.and(0xf)
                    .or(pair.lanewise(VectorOperators.LSHL, 12).and(0xf_0000))
                    .reinterpretAsShorts()
                    .selectFrom(table);
            Halves.store(v, lower, dst, j);
            Halves.store(v, upper, dst, j + Lanes.COUNT);
        }
    }
}
