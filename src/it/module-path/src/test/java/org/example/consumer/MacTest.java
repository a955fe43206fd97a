package org.example.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Test;

class MacTest {
    @Test
    void accumulates() {
        Codec e4m3 = Codec.of(Formats.OCP_E4M3);
        Mac mac = new Mac();
        mac.step(e4m3.encode(1.5), e4m3.encode(2.0));
        mac.step(e4m3.encode(-448.0), e4m3.encode(448.0));
        assertEquals(Float.floatToRawIntBits(3 - 200704f), mac.accumulator());
    }

    @Test
    void runsInModules() {
        assertEquals("org.example.consumer", Mac.class.getModule().getName());
        assertEquals("org.bitexact", Codec.class.getModule().getName());
    }
}
