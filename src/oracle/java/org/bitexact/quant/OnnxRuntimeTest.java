package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Profile;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The quantisation operators of ONNX Runtime 1.29.0, CPU, x86-64, against {@link Quantizer} and {@link Codec}.
 *
 * <p>Its Java API has no narrow tensors, so that codes are seen through DequantizeLinear with scale 1, which is exact.
 *
 * <p>Where it differs, as measured, each case with an assertion of its own below:
 *
 * <ul>
 *   <li>NaN becomes the lowest integer, which ONNX leaves open; {@link QuantizeRule#ONNX} takes the zero point.
 *   <li>INT2 and UINT2: quotients from 2^31 on become the lowest integer, not the highest: the conversion to int32 comes
 *       before the clamp, and the processor's answer to values beyond is -2^31.
 *   <li>E5M2 and E5M2FNUZ without saturation: see {@code FloatCodes}.
 * </ul>
 */
@Tag("native")
class OnnxRuntimeTest {
    private static final Map<String, Integer> NONE = Map.of();

    /** Values with many ties at the scales used here, magnitudes of all orders, and special ones. */
    private static float[] values(int n) {
        SplittableRandom random = new SplittableRandom(11);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = switch (i % 4) {
                case 0 -> random.nextInt(-600, 600) / 2f;
                case 1 -> random.nextInt(-600, 600) * 0.037f / 2;
                case 2 -> (float) random.nextDouble(-10, 10);
                default -> Float.intBitsToFloat(random.nextInt());
            };
        }
        float[] special = {0, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, 3e9f};
        System.arraycopy(special, 0, x, 100, special.length);
        return x;
    }

    private static ScalarFormat format(String name) {
        return FormatNames.scalar(name).format();
    }

    /** The raw data of one element of an ONNX type. */
    private static byte[] element(IntFormat format, int value) {
        ByteBuffer raw = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        raw.putShort((short) (value & (int) format.codeMask()));
        return format.width() > 8 ? raw.array() : new byte[] {raw.get(0)};
    }

    private static OnnxModel quantize(
            IntFormat format, int type, float scale, int zero, Map<String, Integer> attributes) {
        return new OnnxModel(format.width() == 2 ? 25 : 21)
                .input()
                .scalar("scale", scale)
                .constant("zero", type, element(format, zero))
                .scalar("one", 1)
                .constant("none", type, element(format, 0))
                .node("QuantizeLinear", "q", attributes, "x", "scale", "zero")
                .node("DequantizeLinear", "y", NONE, "q", "one", "none");
    }

    @Nested
    class Integers {
        @ParameterizedTest
        @CsvSource({
            "i8, 3, 0.5, 0",
            "i8, 3, 0.037, -5",
            "u8, 2, 0.037, 128",
            "u8, 2, 1, 1",
            "i16, 5, 0.037, 1000",
            "u16, 4, 0.001, 32768",
            "i4, 22, 0.5, 0",
            "i4, 22, 0.7, 3",
            "u4, 21, 0.7, 8",
            "i2, 26, 0.7, 0",
            "u2, 25, 0.7, 1"
        })
        void quantizeLinear(String name, int type, float scale, int zero) throws OrtException {
            IntFormat format = (IntFormat) format(name);
            Quantizer ours = Quantizer.of(format, QuantizeRule.ONNX, new Affine(scale, zero));
            float[] x = values(100_003);
            float[] y = quantize(format, type, scale, zero, NONE).run(x);
            for (int i = 0; i < x.length; i++) {
                boolean lowest = Float.isNaN(x[i]) || format.width() == 2 && x[i] / scale >= 0x1p31f;
                int expected = lowest ? (int) format.minInteger() : ours.quantize(x[i]);
                assertThat(y[i]).as("%s / %s + %d", x[i], scale, zero).isEqualTo(Float.valueOf(expected));
            }
        }

        @ParameterizedTest
        @CsvSource({
            "i8, 3, 0.037, -5",
            "u8, 2, 0.037, 128",
            "i16, 5, 0.037, 1000",
            "u16, 4, 1e-38, 32768",
            "i4, 22, 0.7, 3",
            "u4, 21, 0.7, 8",
            "i2, 26, 0.7, 1",
            "u2, 25, 1e38, 1"
        })
        void dequantizeLinear(String name, int type, float scale, int zero) throws OrtException {
            IntFormat format = (IntFormat) format(name);
            int n = 1 << format.width();
            byte[] raw = new byte[n * format.width() / 8];
            for (int code = 0; code < n; code++) {
                int bit = code * format.width();
                raw[bit / 8] |= (byte) (code << bit % 8);
                if (format.width() == 16) {
                    raw[bit / 8 + 1] = (byte) (code >> 8);
                }
            }
            float[] y = new OnnxModel(format.width() == 2 ? 25 : 21)
                    .constant("q", type, raw, n)
                    .scalar("scale", scale)
                    .constant("zero", type, element(format, zero))
                    .node("DequantizeLinear", "y", NONE, "q", "scale", "zero")
                    .run();
            Quantizer ours = Quantizer.of(format, QuantizeRule.ONNX, new Affine(scale, zero));
            for (int code = 0; code < n; code++) {
                assertThat(y[code]).as("code %x", code).isEqualTo(ours.dequantize((int) format.toInteger(code)));
            }
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "1, 0", "2, 0", "2, 4", "1, 2", "0, 3"})
        void granularity(int axis, int block) throws OrtException {
            int[] shape = {6, 5, 8};
            float[] x = values(240);
            for (int i = 0; i < x.length; i++) {
                x[i] = Math.abs(x[i]) < 1e6f ? x[i] : i; // without the special values, which are tested above
            }
            Granularity granularity = block == 0 ? Granularity.perChannel(axis) : Granularity.perBlock(axis, block);
            Granularity.Layout layout = granularity.of(6, 5, 8);
            float[] scales = new float[(int) layout.parameters()];
            byte[] zeros = new byte[scales.length];
            List<Affine> parameters = new ArrayList<>();
            for (int p = 0; p < scales.length; p++) {
                scales[p] = 0.25f + p * 0.03f;
                zeros[p] = (byte) (p * 7);
                parameters.add(new Affine(scales[p], zeros[p]));
            }
            int[] parameterShape = {scales.length};
            if (block > 0) {
                parameterShape = shape.clone();
                parameterShape[axis] = (shape[axis] + block - 1) / block;
            }
            ByteBuffer raw = ByteBuffer.allocate(4 * scales.length).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(scales);
            Map<String, Integer> attributes =
                    block == 0 ? Map.of("axis", axis) : Map.of("axis", axis, "block_size", block);
            OnnxModel model = new OnnxModel(21)
                    .input()
                    .constant("scale", OnnxModel.FLOAT, raw.array(), parameterShape)
                    .constant("zero", 3, zeros, parameterShape)
                    .node("QuantizeLinear", "q", attributes, "x", "scale", "zero")
                    .node("DequantizeLinear", "y", attributes, "q", "scale", "zero");
            TensorQuantizer ours = TensorQuantizer.of(Formats.INT8, QuantizeRule.ONNX, layout, parameters);
            byte[] codes = new byte[x.length];
            float[] expected = new float[x.length];
            ours.quantize(x, codes);
            ours.dequantize(codes, expected);
            assertThat(model.run(x, 6, 5, 8)).isEqualTo(expected);
        }

        @Test
        void dynamicQuantizeLinear() throws OrtException {
            OnnxModel model = new OnnxModel(21)
                    .input()
                    .node("DynamicQuantizeLinear", "q,scale,zero", NONE, "x")
                    .node("DequantizeLinear", "y", NONE, "q", "scale", "zero");
            SplittableRandom random = new SplittableRandom(3);
            for (int trial = 0; trial < 300; trial++) {
                float[] x = new float[random.nextInt(2, 40)];
                float min = 0;
                float max = 0;
                double middle = random.nextDouble(-2, 2);
                for (int i = 0; i < x.length; i++) {
                    x[i] = (float) (random.nextDouble(-1, 1) + middle) * (1 << trial % 20);
                    min = Math.min(min, x[i]);
                    max = Math.max(max, x[i]);
                }
                Quantizer ours =
                        Quantizer.of(Formats.UINT8, QuantizeRule.ONNX, Affine.onnxDynamic(min, max, Formats.UINT8));
                float[] expected = new float[x.length];
                ours.fakeQuantize(x, 0, expected, 0, null, x.length);
                assertThat(model.run(x)).as("%s", ours).isEqualTo(expected);
            }
        }
    }

    /**
     * FP8. With saturation ONNX Runtime gives the bits of {@link Profile#ONNX_SATURATING} for all floats tested. Without,
     * it gives those of {@link Profile#ONNX_NONSATURATING} but for two intervals:
     *
     * <ul>
     *   <li>E5M2, magnitudes from 61440 to below 2^16: NaN, where ONNX's table asks for infinity as for all above.
     *   <li>E4M3, magnitudes from 480 to below 496: 448, where the table asks for NaN as for all others above 464.
     * </ul>
     */
    @Nested
    class FloatCodes {
        private float[] run(int type, boolean saturate, float scale, float[] x) throws OrtException {
            return new OnnxModel(21)
                    .input()
                    .scalar("scale", scale)
                    .constant("zero", type, new byte[1])
                    .scalar("one", 1)
                    .node("QuantizeLinear", "q", Map.of("saturate", saturate ? 1 : 0), "x", "scale", "zero")
                    .node("DequantizeLinear", "y", NONE, "q", "one", "zero")
                    .run(x);
        }

        @ParameterizedTest
        @CsvSource({
            "e4m3, 17, true",
            "e4m3, 17, false",
            "e4m3fnuz, 18, true",
            "e4m3fnuz, 18, false",
            "e5m2, 19, true",
            "e5m2, 19, false",
            "e5m2fnuz, 20, true",
            "e5m2fnuz, 20, false"
        })
        void quantizeLinear(String name, int type, boolean saturate) throws OrtException {
            FloatFormat format = (FloatFormat) format(name);
            Profile profile = saturate ? Profile.ONNX_SATURATING : Profile.ONNX_NONSATURATING;
            Codec codec = Codec.of(format, profile.policies(Formats.BINARY32, format));
            float[] x = floats(format);
            for (float scale : new float[] {1, 0.037f}) {
                float[] y = run(type, saturate, scale, x);
                for (int i = 0; i < x.length; i++) {
                    float quotient = x[i] / scale;
                    float expected = (float) codec.decode(codec.encode(quotient));
                    float magnitude = Math.abs(quotient);
                    if (!saturate && name.equals("e5m2") && magnitude >= 61440 && magnitude < 65536) {
                        assertThat(expected).isInfinite();
                        expected = Float.NaN;
                    }
                    if (!saturate && name.equals("e4m3") && magnitude >= 480 && magnitude < 496) {
                        assertThat(expected).isNaN();
                        expected = Math.copySign(448, quotient);
                    }
                    assertThat(y[i]).as("%s / %s in %s", x[i], scale, format).isEqualTo(Float.valueOf(expected));
                }
            }
        }

        /** Every midpoint between values of a format with its neighbours, and 2^17 floats of any kind. */
        private float[] floats(FloatFormat format) {
            Codec codec = Codec.of(format);
            List<Float> x = new ArrayList<>();
            for (int code = 0; code < 255; code++) {
                float middle = (float) ((codec.decode(code) + codec.decode(code + 1)) / 2);
                x.addAll(List.of(middle, Math.nextUp(middle), Math.nextDown(middle), -middle));
            }
            x.addAll(List.of(464f, 465f, 479.9f, 480f, 495.9f, 496f, 61439f, 61440f, 61441f, 65535f, 65536f));
            for (int i = 0; i < 1 << 17; i++) {
                x.add(Float.intBitsToFloat(i * 0x8001 + 0x1234));
            }
            float[] array = new float[x.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = x.get(i);
            }
            return array;
        }

        @ParameterizedTest
        @CsvSource({"e4m3, 17", "e4m3fnuz, 18", "e5m2, 19", "e5m2fnuz, 20"})
        void dequantizeLinear(String name, int type) throws OrtException {
            byte[] codes = new byte[256];
            for (int code = 0; code < 256; code++) {
                codes[code] = (byte) code;
            }
            float scale = 0.037f;
            float[] y = new OnnxModel(21)
                    .constant("q", type, codes, 256)
                    .scalar("scale", scale)
                    .constant("zero", type, new byte[1])
                    .node("DequantizeLinear", "y", NONE, "q", "scale", "zero")
                    .run();
            Codec codec = Codec.of(format(name));
            for (int code = 0; code < 256; code++) {
                assertThat(y[code]).as("code %02x", code).isEqualTo(Float.valueOf((float) codec.decode(code) * scale));
            }
        }
    }
}
