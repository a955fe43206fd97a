package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.bitexact.codec.CodecTestData;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.internal.codec.HalfFloats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("fast")
class SpreadDecoderTest {
    private static final List<ScalarFormat> COMMON = List.of(
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.E4M3FNUZ,
            Formats.IEEE_E3M4,
            Formats.OCP_E3M2,
            Formats.OCP_E2M3,
            Formats.OCP_E2M1,
            Formats.INT8,
            Formats.INT4,
            Formats.UINT2);

    /** By way of binary32, and by way of binary16 where the JDK converts it. */
    static boolean[] ways() {
        return HalfFloats.PRESENT ? new boolean[] {false, true} : new boolean[] {false};
    }

    @ParameterizedTest
    @MethodSource("ways")
    void givesTheValuesOfTheConverter(boolean half) {
        int checked = 0;
        for (ScalarFormat format : COMMON) {
            KernelCheck.decoder(Objects.requireNonNull(decoder(format, half), format.toString()), format);
        }
        for (List<? extends ScalarFormat> formats :
                List.of(CodecTestData.namedFloats(8), CodecTestData.unusualFloats(), P3109.all(8, 8))) {
            for (ScalarFormat format : formats) {
                Decoder decoder = Kernels.isExactInBinary32(format) ? decoder(format, half) : null;
                if (decoder != null) {
                    KernelCheck.decoder(decoder, format);
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(20);
    }

    private static SpreadDecoder decoder(ScalarFormat format, boolean half) {
        return format.width() > 8 ? null : SpreadDecoder.of(format, new TableDecoder(format), half, 0);
    }

    /** A rare code at any place of a block, and codes all of which are rare or none, beside the table. */
    @ParameterizedTest
    @MethodSource("ways")
    void rareCodesAreSeenAnywhere(boolean half) {
        for (ScalarFormat format : COMMON) {
            TableDecoder table = new TableDecoder(format);
            SpreadDecoder decoder = SpreadDecoder.of(format, table, half, 0);
            for (int code = 0; code < 256; code++) {
                int n = 41;
                byte[] codes = new byte[n + 3];
                codes[3 + code % n] = (byte) code;
                check(decoder, table, codes, n, format);
            }
            for (int n : new int[] {0, 7, 8, 2047, 2048, 2056, 4109}) {
                byte[] codes = new byte[n + 3];
                for (int i = 0; i < n; i++) {
                    codes[3 + i] = (byte) (n < 3000 ? i % 100 : i);
                }
                check(decoder, table, codes, n, format);
            }
        }
    }

    private static void check(Decoder decoder, Decoder table, byte[] codes, int n, ScalarFormat format) {
        float[] expected = new float[n + 2];
        float[] values = new float[n + 2];
        table.decode(codes, 3, expected, 1, n);
        decoder.decode(codes, 3, values, 1, n);
        assertThat(KernelTask.same(values, 0, expected, 0, n + 2))
                .as(format.toString())
                .isTrue();
    }

    /** Formats with many values that are not linear in that way, and those beyond 8 bits. */
    @Test
    void leavesOtherFormatsToTheTable() {
        FloatFormat highBias = FloatFormat.builder("high_bias", 5, 2).bias(140).build();
        for (boolean half : ways()) {
            assertThat(decoder(Formats.BINARY16, half)).isNull();
            SpreadDecoder decoder = decoder(highBias, half);
            if (decoder != null) {
                KernelCheck.decoder(decoder, highBias);
            }
        }
        assertThat(TableKernels.INSTANCE.decoder(Formats.BINARY16)).isInstanceOf(TableDecoder.class);
        assertThat(TableKernels.INSTANCE.decoder(Formats.OCP_E4M3)).isInstanceOf(SpreadDecoder.class);
    }

    /** The seeded defect: a decoder of another format, whose values differ in its special codes alone. */
    @Test
    void decoderThatMissesASpecialCodeIsFound() {
        FloatFormat other = FloatFormat.builder("finite", 4, 3)
                .bias(Formats.OCP_E4M3.bias())
                .specials(SpecialValues.NONE)
                .build();
        Decoder defective = Objects.requireNonNull(decoder(other, false));
        assertThatThrownBy(() -> KernelCheck.decoder(defective, Formats.OCP_E4M3))
                .isInstanceOf(AssertionError.class);
        assertThat(KernelTask.decode(Formats.OCP_E4M3).agrees(ArrayKernel.of(defective)))
                .isFalse();
    }
}
