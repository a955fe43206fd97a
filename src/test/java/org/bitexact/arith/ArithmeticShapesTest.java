package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The three shapes of a call, plain, packed and with a sink, say the same. */
@Tag("fast")
class ArithmeticShapesTest {
    private static final int STRIDE = 1021;

    private final Arithmetic f16 = Arithmetic.of(Codec.of(Formats.BINARY16));

    private static void assertSame(int plain, long packed, long code, Flags flags) {
        assertThat(plain).isEqualTo((int) code);
        assertThat(packed).isEqualTo(code | (long) flags.raised() << 32);
    }

    @Test
    void remainder() {
        for (int x = 0; x < 1 << 16; x += STRIDE) {
            for (int y = 0; y < 1 << 16; y += STRIDE) {
                Flags flags = new Flags();
                long code = f16.remainder((long) x, y, flags);
                assertSame(f16.remainder(x, y), f16.remainderWithFlags(x, y), code, flags);
            }
        }
    }

    @Test
    void roundToIntegral() {
        for (Rounding mode : Rounding.values()) {
            if (mode.isStochastic()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> f16.roundToIntegral(0x3c00, mode))
                        .withMessageStartingWith("rounding must be deterministic");
                continue;
            }
            for (int x = 0; x < 1 << 16; x += 7) {
                Flags flags = new Flags();
                long code = f16.roundToIntegral((long) x, mode, true, flags);
                assertSame(f16.roundToIntegral(x, mode), f16.roundToIntegralWithFlags(x, mode, true), code, flags);
            }
        }
    }

    @Test
    void scaleB() {
        for (int n : new int[] {Integer.MIN_VALUE, -40, -11, -1, 0, 1, 13, 40, Integer.MAX_VALUE}) {
            for (int x = 0; x < 1 << 16; x += 7) {
                Flags flags = new Flags();
                long code = f16.scaleB((long) x, n, 0, flags);
                assertSame(f16.scaleB(x, n), f16.scaleBWithFlags(x, n), code, flags);
            }
        }
    }

    @Test
    void wideFormatsHaveTheShapeWithASinkOnly() {
        Arithmetic f64 = Arithmetic.of(Codec.of(Formats.BINARY64));
        assertThatIllegalStateException().isThrownBy(() -> f64.scaleB(0, 1)).withMessageContaining("64 bits");
        assertThat(f64.scaleB(Double.doubleToRawLongBits(1.5), 2, 0, null)).isEqualTo(Double.doubleToRawLongBits(6));
    }
}
