package org.bitexact.internal.vector;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.jspecify.annotations.Nullable;

/** Decodes codes of 4 bits from dense storage: two codes in a lane of 32 bits, then a table in a register. */
final class NibbleDecoder implements ArrayKernel {
    private final short[] table;
    private final VectorShuffle<Short> low;
    private final VectorShuffle<Short> high;

    private NibbleDecoder(short[] table, boolean highFirst) {
        this.table = table;
        int first = highFirst ? 1 : 0;
        low = VectorShuffle.fromOp(Halves.SHORTS, k -> k / 2 ^ first);
        high = VectorShuffle.fromOp(Halves.SHORTS, k -> (Halves.COUNT + k) / 2 ^ first);
    }

    /** {@return a decoder, or null if a table does not give the format's values} */
    static @Nullable NibbleDecoder of(ScalarFormat source, boolean highFirst) {
        short[] halves = source.width() == 4 && Halves.SUPPORTED ? Halves.of(source) : null;
        return halves == null ? null : new NibbleDecoder(Halves.table(halves), highFirst);
    }

    @Override
    public int consumed(int n) {
        return ArrayKernel.denseBytes(n, 4);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        byte[] dense = (byte[]) src;
        float[] values = (float[]) dst;
        int whole = n - n % Halves.COUNT;
        run(dense, from, values, to, whole);
        if (whole < n) {
            int first = from + whole / 2;
            float[] rest = new float[Halves.COUNT];
            run(Arrays.copyOfRange(dense, first, first + Halves.COUNT / 2), 0, rest, 0, Halves.COUNT);
            System.arraycopy(rest, 0, values, to + whole, n - whole);
        }
    }

    /** Decodes {@code n} codes, a multiple of {@link Halves#COUNT}. */
    private void run(byte[] src, int from, float[] dst, int to, int n) {
        ShortVector halves = ShortVector.fromArray(Halves.SHORTS, table, 0);
        VectorShuffle<Short> first = low;
        VectorShuffle<Short> second = high;
        int step = Halves.COUNT;
        for (int i = from, j = to, end = to + n; j < end; i += step / 2, j = Math.addExact(j, step)) {
            IntVector pair = Lanes.load(1, src, i);
            // above the pair are copies of its highest bit
            ShortVector v = pair.and(0xf)
                    .or(pair.lanewise(VectorOperators.LSHL, 12).and(0xf_0000))
                    .reinterpretAsShorts()
                    .selectFrom(halves);
            Halves.store(v, first, dst, j);
            Halves.store(v, second, dst, j + Lanes.COUNT);
        }
    }
}
