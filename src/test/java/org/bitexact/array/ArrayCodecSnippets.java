package org.bitexact.array;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;

/** Code shown in the API documentation; {@link ArrayCodecTest} asserts what it gives. */
final class ArrayCodecSnippets {
    private ArrayCodecSnippets() {}

    static byte[] encode(float[] weights, Flags raised) {
        // @start region="encode"
        ArrayCodec e4m3 = ArrayCodec.of(Codec.of(Formats.OCP_E4M3).saturating());
        byte[] codes = new byte[weights.length];
        e4m3.encode(weights, 0, codes, 0, weights.length);
        float[] back = new float[weights.length];
        e4m3.decode(codes, 0, back, 0, back.length);

        // with flags, into a buffer
        ByteBuffer buffer = ByteBuffer.allocateDirect(weights.length);
        e4m3.withFlags(raised).encode(FloatBuffer.wrap(weights), buffer);

        // two codes a byte, stochastic rounding with 8 random bits, seed 42, the first value being number 0
        ArrayCodec e2m1 = ArrayCodec.of(Codec.of(Formats.OCP_E2M1).stochastic(Rounding.STOCHASTIC_A, 8))
                .withSeed(42, 0)
                .packed(Packing.lowFirst(4));
        byte[] dense = new byte[(weights.length + 1) / 2];
        e2m1.encode(weights, 0, dense, 0, weights.length);
        // @end
        return codes;
    }

    static short[] multiplyAdd(short[] a, short[] b, short[] c) {
        // @start region="arithmetic"
        ArrayArithmetic half = ArrayArithmetic.of(Codec.of(Formats.BINARY16));
        short[] d = c.clone();
        half.fma(a, 0, b, 0, d, 0, d, 0, d.length); // d = a * b + d, rounded once
        // @end
        return d;
    }

    static byte[] convert(short[] halves) {
        // @start region="convert"
        ArrayConverter converter = ArrayConverter.of(Formats.BINARY16, Codec.of(Formats.OCP_E5M2));
        byte[] codes = new byte[halves.length];
        converter.convert(halves, 0, codes, 0, halves.length);
        // @end
        return codes;
    }
}
