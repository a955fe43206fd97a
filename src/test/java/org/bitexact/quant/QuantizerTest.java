package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class QuantizerTest {
    private static final IntFormat INT16 = integer("i16");

    private static IntFormat integer(String name) {
        return (IntFormat) FormatNames.scalar(name).format();
    }

    private static Quantizer quantizer(IntFormat format, QuantizeRule rule, float scale, int zero) {
        return Quantizer.of(format, rule, new Affine(scale, zero));
    }

    @Nested
    class Rules {
        @Test
        void zeroPointBeforeAndAfterRoundingDifferAtTies() {
            assertThat(quantizer(Formats.INT8, QuantizeRule.ONNX, 1, 1).quantize(0.5f))
                    .isEqualTo(1);
            assertThat(quantizer(Formats.INT8, QuantizeRule.PYTORCH, 1, 1).quantize(0.5f))
                    .isEqualTo(2);
        }

        @Test
        void tiesGoToEvenOrAway() {
            assertThat(quantizer(Formats.INT8, QuantizeRule.ONNX, 1, 0).quantize(2.5f))
                    .isEqualTo(2);
            assertThat(quantizer(Formats.INT8, QuantizeRule.TFLITE, 1, 0).quantize(2.5f))
                    .isEqualTo(3);
            assertThat(quantizer(Formats.INT8, QuantizeRule.TFLITE, 1, 0).quantize(-2.5f))
                    .isEqualTo(-3);
            // floor(x + 0.5) in binary32 would give 1
            assertThat(quantizer(Formats.INT8, QuantizeRule.TFLITE, 1, 0).quantize(0.49999997f))
                    .isZero();
        }

        @Test
        void aReciprocalFlipsTies() {
            // x / s = 6.5, a tie that goes to 6; 1 / s rounds up, and x times that is 6.5000005
            float s = 5 / 255f;
            float x = 0.12745099f;
            assertThat(quantizer(Formats.INT8, QuantizeRule.ONNX, s, 0).quantize(x))
                    .isEqualTo(6);
            assertThat(quantizer(Formats.INT8, QuantizeRule.TENSORRT, s, 0).quantize(x))
                    .isEqualTo(7);
        }

        @ParameterizedTest
        @CsvSource({
            "onnx, 3",
            "pytorch, 127",
            "pytorch-fake, -128",
            "tflite, 3",
            "tensorrt, 3",
            "onednn, 3",
        })
        void nanFollowsTheRule(String rule, int expected) {
            Quantizer q = quantizer(Formats.INT8, QuantizeRule.named(rule), 0.5f, 3);
            assertThat(q.quantize(Float.NaN)).isEqualTo(expected);
            assertThat(q.quantize(Float.POSITIVE_INFINITY)).isEqualTo(127);
            assertThat(q.quantize(Float.NEGATIVE_INFINITY)).isEqualTo(-128);
            assertThat(q.quantize(1e38f)).isEqualTo(127);
        }

        @Test
        void aSmallerPrecisionRoundsTheQuotientFirst() {
            // 2049 is no number of binary16: 2049 / 1 becomes 2048
            QuantizeRule half = QuantizeRule.ONNX.withPrecision(Formats.BINARY16);
            assertThat(quantizer(INT16, half, 1, 0).quantize(2049)).isEqualTo(2048);
            assertThat(quantizer(INT16, QuantizeRule.ONNX, 1, 0).quantize(2049)).isEqualTo(2049);
        }
    }

    /** The node values of the ONNX backend tests for DynamicQuantizeLinear. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 2 -3 -2.5 1.34 0.5 | 0.0196078438 | 153 | 153 255 0 26 221 179",
                "-1 -2.1 -1.3 -2.5 -3.34 -4 | 0.0156862754 | 255 | 191 121 172 96 42 0",
                "1 2.1 1.3 2.5 3.34 4 1.5 2.6 3.9 4 3 2.345 | 0.0156862754 | 0 | 64 134 83 159 213 255 96 166 249 255 191 149"
            })
    void dynamicQuantizationOfOnnx(String values, float scale, int zero, String codes) {
        float[] x = floats(values);
        float min = 0;
        float max = 0;
        for (float v : x) {
            min = Math.min(min, v);
            max = Math.max(max, v);
        }
        Affine affine = Affine.onnxDynamic(min, max, Formats.UINT8);
        assertThat(affine).isEqualTo(new Affine(scale, zero));
        byte[] q = new byte[x.length];
        Quantizer.of(Formats.UINT8, QuantizeRule.ONNX, affine).quantize(x, 0, q, 0, x.length);
        int i = 0;
        for (String code : codes.split(" ")) {
            assertThat(q[i++] & 0xff).isEqualTo(Integer.parseInt(code));
        }
    }

    private static float[] floats(String text) {
        String[] parts = text.trim().split(" ");
        float[] x = new float[parts.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.parseFloat(parts[i]);
        }
        return x;
    }

    @Nested
    class Ranges {
        @ParameterizedTest
        @CsvSource({
            "i8, -128, 127",
            "i8_symmetric, -127, 127",
            "u8, 0, 255",
            "i4, -8, 7",
            "i4_symmetric, -7, 7",
            "u4, 0, 15",
            "i2, -2, 1",
            "u2, 0, 3",
            "i1, -1, 0",
            "u1, 0, 1",
            "i16, -32768, 32767"
        })
        void valuesBeyondTakeTheNearestEnd(String name, int min, int max) {
            IntFormat format = integer(name);
            Quantizer q = quantizer(format, QuantizeRule.ONNX, 1, 0);
            assertThat(q.quantize(1e9f)).isEqualTo(max);
            assertThat(q.quantize(-1e9f)).isEqualTo(min);
            assertThat(q.isClamped(max)).isFalse();
            assertThat(q.isClamped(max + 0.6f)).isTrue();
            for (int code = 0; code <= format.codeMask() && code < 256; code++) {
                int n = (int) format.toInteger(code);
                assertThat(q.quantize(q.dequantize(n))).isEqualTo(Math.max(n, min));
            }
        }

        /** ONNX's and ml_dtypes' casts drop the fraction and keep the low bits. */
        @ParameterizedTest
        @CsvSource({
            "i4, 8, -8, 7",
            "i4, -9.5, 7, -8",
            "i2, 2, -2, 1",
            "u4, -1, 15, 0",
            "u2, 4.9, 0, 3",
            "i8, 300, 44, 127"
        })
        void castsWrapWhereQuantizersSaturate(String name, float x, int cast, int quantized) {
            IntFormat format = integer(name);
            for (Profile profile :
                    new Profile[] {Profile.ML_DTYPES, Profile.ONNX_SATURATING, Profile.ONNX_NONSATURATING}) {
                Codec codec = Codec.of(format, profile.policies(Formats.BINARY32, format));
                assertThat(format.toInteger(codec.encode(x))).as("%s", profile).isEqualTo(cast);
            }
            assertThat(quantizer(format, QuantizeRule.ONNX, 1, 0).quantize(x)).isEqualTo(quantized);
        }

        @Test
        void observersWidenTheRangeToZero() {
            assertThat(Affine.ofRange(1, 3, Formats.UINT8)).isEqualTo(new Affine(3f / 255, 0));
            assertThat(Affine.ofRange(-1, 1, Formats.INT8))
                    .isEqualTo(new Affine(2f / 255, -128 - (int) Math.rint(-1 / (2f / 255))));
            assertThat(Affine.ofRange(0, 0, Formats.INT8).scale()).isEqualTo(0x1p-23f);
            assertThat(Affine.symmetric(12.7f, integer("i8_symmetric"))).isEqualTo(new Affine(12.7f / 127, 0));
        }
    }

    @Test
    void quantizedValuesAreTheExactQuotientsRoundedTwice() {
        // expectation from decimals: fl(x / s) by BigDecimal.floatValue, then to an integer
        SplittableRandom random = new SplittableRandom(5);
        Quantizer q = quantizer(Formats.INT8, QuantizeRule.ONNX, 0.037f, -5);
        for (int i = 0; i < 20_000; i++) {
            float x = (float) random.nextDouble(-6, 6);
            float quotient = new BigDecimal(x)
                    .divide(new BigDecimal(0.037f), 60, RoundingMode.HALF_EVEN)
                    .floatValue();
            long rounded =
                    new BigDecimal(quotient).setScale(0, RoundingMode.HALF_EVEN).longValueExact() - 5;
            assertThat(q.quantize(x)).isEqualTo((int) Math.max(-128, Math.min(127, rounded)));
        }
    }

    @Test
    void fakeQuantizationTellsWhereTheGradientPasses() {
        Quantizer q = quantizer(Formats.INT4, QuantizeRule.PYTORCH_FAKE, 0.5f, 0);
        float[] x = {0.2f, 0.3f, 3.5f, 3.8f, -4.2f, -4.3f, Float.NaN};
        float[] y = new float[x.length];
        byte[] passes = new byte[x.length];
        q.fakeQuantize(x, 0, y, 0, passes, x.length);
        assertThat(y).containsExactly(0, 0.5f, 3.5f, 3.5f, -4, -4, -4);
        assertThat(passes).containsExactly(1, 1, 1, 0, 1, 0, 0);
    }

    @Test
    void badArgumentsAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantizer(Formats.INT8, QuantizeRule.ONNX, 0, 0))
                .withMessage("scale must be finite and positive: 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantizer(Formats.INT4, QuantizeRule.ONNX, 1, 8))
                .withMessage("zeroPoint must be in [-8, 7] for i4: 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quantizer(Formats.INT32, QuantizeRule.ONNX, 1, 0))
                .withMessage("format must be a plain integer format of at most 16 bits: i32");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> quantizer(INT16, QuantizeRule.ONNX, 1, 0).quantize(new float[1], 0, new byte[1], 0, 1))
                .withMessage("codes of i16 have 16 bits; use short[]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuantizeRule(
                        Formats.BINARY64,
                        false,
                        Rounding.TIES_TO_EVEN,
                        ZeroPointStep.AFTER_ROUNDING,
                        NanSubstitute.ZERO))
                .withMessage("precision must have at most 24 significand bits: f64 has 53");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QuantizeRule.named("onx"))
                .withMessageContaining("'onx'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Affine.ofRange(2, 1, Formats.INT8))
                .withMessage("min must be at most max: 2.0 > 1.0");
    }

    /** Runs that are long enough for other kernels than a table, against one code at a time. */
    @ParameterizedTest
    @CsvSource({
        "i8, 0.37, 0",
        "i8, 3.1e-38, -128",
        "u8, 1.5e30, 255",
        "u8, 3e38, 7",
        "i8_symmetric, 0.1, 0",
        "i4, 0.2, 1"
    })
    void longRunsAreDequantizedAsSingleCodes(String format, float scale, int zeroPoint) {
        Quantizer q = Quantizer.of(
                (IntFormat) FormatNames.scalar(format).format(), QuantizeRule.ONNX, new Affine(scale, zeroPoint));
        IntFormat f = (IntFormat) FormatNames.scalar(format).format();
        int n = 10_003;
        byte[] codes = new byte[n + 3];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (i * 37);
        }
        float[] values = new float[n + 2];
        q.dequantize(codes, 3, values, 1, n);
        for (int i = 0; i < n; i++) {
            float expected = q.dequantize((int) f.toInteger(codes[3 + i] & f.codeMask()));
            assertThat(values[1 + i]).isEqualTo(expected);
        }
        assertThat(values[0]).isZero();
        assertThat(values[n + 1]).isZero();
    }
}
