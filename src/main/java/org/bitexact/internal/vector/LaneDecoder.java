package org.bitexact.internal.vector;

import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.Decoder;

/**
 * Runs a {@link DecodingLoop} over any range: the last vector overlaps the one before, and ranges shorter than a vector
 * go to the {@link Converter}.
 */
final class LaneDecoder implements Decoder {
    private final Converter converter;
    private final int codeMask;
    private final DecodingLoop loop;

    LaneDecoder(ScalarFormat source, DecodingLoop loop) {
        converter = Converter.of(source, Codec.of(Formats.BINARY32));
        codeMask = (int) source.codeMask();
        this.loop = loop;
    }

    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        if (n >= Lanes.COUNT) {
            vectors(src, from, dst, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = value(src[from + i]);
        }
    }

    @Override
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        if (n >= Lanes.COUNT) {
            vectors(src, from, dst, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = value(src[from + i]);
        }
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        if (n >= Lanes.COUNT) {
            vectors(src, from, dst, to, n);
            return;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = value(src[from + i]);
        }
    }

    private void vectors(Object src, int from, float[] dst, int to, int n) {
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
