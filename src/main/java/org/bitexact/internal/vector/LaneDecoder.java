package org.bitexact.internal.vector;

import java.util.function.IntFunction;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link DecodingLoop} over any range: the last vector overlaps the one before, and ranges shorter than a vector
 * go to the {@link Converter}.
 */
final class LaneDecoder implements Decoder {
    private final Converter converter;
    private final int codeMask;
    private final IntFunction<DecodingLoop> loops;
    /** The loops made so far, by the size of the elements. */
    private final @Nullable DecodingLoop[] made = new @Nullable DecodingLoop[5];

    /** Prepares a decoder; {@code loops} makes the loop for elements of a size in bytes. */
    LaneDecoder(ScalarFormat source, IntFunction<DecodingLoop> loops) {
        converter = Converter.of(source, Codec.of(Formats.BINARY32));
        codeMask = (int) source.codeMask();
        this.loops = loops;
    }

    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        if (n >= Lanes.COUNT) {
            vectors(src, 1, from, dst, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = value(src[from + i]);
        }
    }

    @Override
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        if (n >= Lanes.COUNT) {
            vectors(src, 2, from, dst, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = value(src[from + i]);
        }
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        if (n >= Lanes.COUNT) {
            vectors(src, 4, from, dst, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = value(src[from + i]);
        }
    }

    private void vectors(Object src, int bytes, int from, float[] dst, int to, int n) {
        DecodingLoop loop = made[bytes];
        if (loop == null) {
            loop = loops.apply(bytes);
            made[bytes] = loop;
        }
        int whole = n / Lanes.COUNT * Lanes.COUNT;
        loop.run(src, from, dst, to, whole);
        if (whole < n) {
            int last = n - Lanes.COUNT;
            loop.run(src, from + last, dst, to + last, Lanes.COUNT);
        }
    }

    private float value(int code) {
        return Float.intBitsToFloat(converter.convert(code & codeMask));
    }
}
