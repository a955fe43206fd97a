package org.bitexact.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class HalfFloatsTest {
    @Test
    void theyConvertWhereTheJdkHasThem() {
        assertThat(HalfFloats.PRESENT).isEqualTo(Runtime.version().feature() >= 20);
        assertThat(HalfFloats.of(1.5f)).isEqualTo(HalfFloats.PRESENT ? (short) 0x3e00 : 0);
        assertThat(HalfFloats.toFloat((short) 0xbe00)).isEqualTo(HalfFloats.PRESENT ? -1.5f : 0);
    }
}
