package org.example.consumer;

import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;

/** A multiply-accumulate unit as a simulator models it: E4M3 factors, an FP32 accumulator. */
final class Mac {
    private static final Arithmetic UNIT =
            Arithmetic.widening(Formats.OCP_E4M3, Formats.OCP_E4M3, Codec.of(Formats.BINARY32));

    private int accumulator; // binary32 code

    void step(int a, int b) {
        accumulator = UNIT.fma(a, b, accumulator);
    }

    int accumulator() {
        return accumulator;
    }
}
