package org.bitexact.internal.array;

import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/** Decodes value by value: the definition. */
final class ScalarDecoder extends IntDecoder {
    private static final Codec BINARY32 = Codec.of(Formats.BINARY32);

    private final Converter converter;
    private final int mask;

    ScalarDecoder(ScalarFormat format) {
        converter = Converter.of(format, BINARY32);
        mask = (int) format.codeMask();
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            dst[to + i] = Float.intBitsToFloat(converter.convert(src[from + i] & mask));
        }
    }
}
