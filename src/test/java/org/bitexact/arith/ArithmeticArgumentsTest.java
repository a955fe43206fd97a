package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Codes that do not fit their format, and methods that cannot serve a format or a mode, are refused. */
@Tag("fast")
class ArithmeticArgumentsTest {
    static Stream<FloatFormat> formats() {
        return Stream.of(
                Formats.OCP_E2M1,
                Formats.OCP_E3M2,
                Formats.UE4M3,
                Formats.OCP_E4M3,
                P3109.of(11, 4, true, true),
                Formats.BINARY16,
                Formats.CFLOAT16_UHP,
                Formats.TF32);
    }

    private static void refused(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }

    /** Twice, since operations of narrow formats have tables from the second call on. */
    @ParameterizedTest
    @MethodSource("formats")
    void codesBeyondTheFormat(FloatFormat f) {
        Arithmetic arithmetic = Arithmetic.of(Codec.of(f));
        int good = (int) f.minNormalCode();
        for (int bad : new int[] {1 << f.width(), -1, Integer.MIN_VALUE, 1 << f.width() | good}) {
            for (int round = 0; round < 2; round++) {
                refused(() -> arithmetic.add(bad, good));
                refused(() -> arithmetic.add(good, bad));
                refused(() -> arithmetic.addWithFlags(bad, bad));
                refused(() -> arithmetic.subtract(good, bad));
                refused(() -> arithmetic.multiplyWithFlags(bad, good));
                refused(() -> arithmetic.divide(good, bad));
                refused(() -> arithmetic.squareRoot(bad));
                refused(() -> arithmetic.squareRootWithFlags(bad));
                refused(() -> arithmetic.fma(bad, good, good));
                refused(() -> arithmetic.fma(good, bad, good));
                refused(() -> arithmetic.fmaWithFlags(good, good, bad));
                refused(() -> arithmetic.add(bad, good, 0, null));
                refused(() -> arithmetic.fma(good, good, bad, 0, null));
                refused(() -> arithmetic.remainder(good, bad, null));
                refused(() -> arithmetic.scaleB(bad, 1, 0, null));
                refused(() -> arithmetic.roundToIntegral(bad, Rounding.TIES_TO_EVEN, false, null));
                arithmetic.add(good, good);
                arithmetic.multiply(good, good);
            }
        }
        Comparison comparison = Comparison.of(f);
        refused(() -> comparison.isLess(1L << f.width(), good, false, null));
        refused(() -> comparison.minimum(good, -1, null));
        refused(() -> comparison.logB(1L << f.width(), null));
    }

    @Test
    void stochasticModesNeedRandomBits() {
        Arithmetic arithmetic = Arithmetic.of(Codec.of(Formats.BINARY16).stochastic(Rounding.STOCHASTIC_A, 8));
        assertThatThrownBy(() -> arithmetic.add(1, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("random bits");
        assertThatThrownBy(() -> arithmetic.fmaWithFlags(1, 1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> arithmetic.remainder(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> arithmetic.roundToIntegral(1, Rounding.TIES_TO_EVEN))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> arithmetic.scaleB(1, 1)).isInstanceOf(IllegalStateException.class);
        refused(() -> arithmetic.roundToIntegral(1, Rounding.STOCHASTIC_A, false, null));
    }

    @Test
    void wideFormatsNeedLongs() {
        Arithmetic f64 = Arithmetic.of(Codec.of(Formats.BINARY64));
        assertThatThrownBy(() -> f64.add(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f64.remainder(1, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> f64.roundToIntegral(1, Rounding.TIES_TO_EVEN))
                .isInstanceOf(IllegalStateException.class);
        Arithmetic wideResult =
                Arithmetic.mixed(Formats.BINARY32, Formats.BINARY32, Formats.BINARY32, Codec.of(Formats.BINARY64));
        assertThatThrownBy(() -> wideResult.add(1, 1)).isInstanceOf(IllegalStateException.class);
        Arithmetic wideFirst =
                Arithmetic.mixed(Formats.BINARY64, Formats.BINARY32, Formats.BINARY32, Codec.of(Formats.BINARY32));
        assertThatThrownBy(() -> wideFirst.add(1, 1)).isInstanceOf(IllegalStateException.class);
        Arithmetic mixed =
                Arithmetic.mixed(Formats.BINARY32, Formats.BINARY64, Formats.BINARY32, Codec.of(Formats.BINARY32));
        assertThatThrownBy(() -> mixed.multiply(1, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("f64");
        Arithmetic wideAddend =
                Arithmetic.mixed(Formats.BINARY32, Formats.BINARY32, Formats.BINARY64, Codec.of(Formats.BINARY32));
        assertThatThrownBy(() -> wideAddend.fma(1, 1, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void resultsAreFloats() {
        refused(() -> Arithmetic.of(Codec.of(Formats.INT8)));
        refused(() -> Arithmetic.widening(Formats.OCP_E4M3, Formats.OCP_E4M3, Codec.of(Formats.INT32)));
    }
}
