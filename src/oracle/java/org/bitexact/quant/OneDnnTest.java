package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Conversions of oneDNN 3.11, its reorder primitive on a CPU, x86-64, against {@link Codec} and {@link Quantizer}.
 *
 * <p>Where it differs, as measured, each with an assertion below:
 *
 * <ul>
 *   <li>4-bit destinations, floats and integers, ignore the scale of the destination.
 *   <li>FP8 is rounded to binary16 first, so that 61439 becomes infinity in E5M2 (exactly: 57344); and -0 becomes 0.
 *   <li>E8M0 takes the exponent of a binary32 number, whatever its sign: toward zero, infinity to NaN.
 *   <li>NaN in an integer is left to the processor.
 * </ul>
 */
@Tag("native")
class OneDnnTest {
    /** Converts {@code x / scale}; sub-byte codes come two a byte, the first in the low bits. */
    @SuppressWarnings("try") // the scope frees what is made within it
    private static int[] reorder(float[] x, memory.data_type type, int bits, float scale) {
        byte[] bytes = new byte[x.length * bits / 8];
        try (PointerScope scope = new PointerScope()) {
            engine cpu = new engine(engine.kind.cpu, 0);
            stream stream = new stream(cpu);
            BytePointer result = new BytePointer(bytes.length);
            memory source = new memory(vector(x.length, memory.data_type.f32), cpu, new FloatPointer(x));
            memory target = new memory(vector(x.length, type), cpu, result);
            memory factor = new memory(vector(1, memory.data_type.f32), cpu, new FloatPointer(new float[] {scale}));
            primitive_attr attributes = new primitive_attr();
            attributes.set_scales_mask(dnnl.DNNL_ARG_DST, 0);
            IntMemoryMap arguments = new IntMemoryMap();
            arguments.put(dnnl.DNNL_ARG_SRC, source);
            arguments.put(dnnl.DNNL_ARG_DST, target);
            arguments.put(dnnl.DNNL_ARG_ATTR_SCALES | dnnl.DNNL_ARG_DST, factor);
            new reorder(new reorder.primitive_desc(source, target, attributes, false)).execute(stream, arguments);
            stream._wait();
            result.get(bytes);
        }
        int[] codes = new int[x.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = bytes[i * bits / 8] >> i * bits % 8 & (1 << bits) - 1;
        }
        return codes;
    }

    private static memory.desc vector(int n, memory.data_type type) {
        return new memory.desc(new long[] {n}, type, memory.format_tag.a);
    }

    private static ScalarFormat format(String name) {
        return FormatNames.scalar(name).format();
    }

    /** Floats of all kinds; all values of narrow formats, their midpoints and the neighbours of both are among them. */
    private static float[] floats() {
        SplittableRandom random = new SplittableRandom(17);
        float[] x = new float[1 << 18];
        for (int i = 0; i < x.length; i++) {
            // 6 significand bits, give or take an ulp
            int few = random.nextInt() & 0xfffe_0000;
            x[i] = Float.intBitsToFloat(i % 2 == 0 ? random.nextInt() : few + random.nextInt(-1, 2));
        }
        // within the range of FP4 and FP8
        for (int i = 0; i < x.length; i += 3) {
            int exponent = random.nextInt(127 - 20, 127 + 20);
            x[i] = Float.intBitsToFloat(Float.floatToRawIntBits(x[i]) & 0x807f_ffff | exponent << 23);
        }
        float[] special = {0, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 61439, -61439};
        System.arraycopy(special, 0, x, 0, special.length);
        return x;
    }

    @Test
    void fp4SaturatesAndTakesNanToTheLargestNumberOfItsSign() {
        Codec codec =
                Codec.of(Formats.OCP_E2M1, Policies.IEEE.saturating().withNanSubstitute(NanSubstitute.LARGEST_SIGNED));
        float[] x = floats();
        int[] codes = reorder(x, memory.data_type.f4_e2m1, 4, 1);
        for (int i = 0; i < x.length; i++) {
            assertThat(codes[i]).as("%s", x[i]).isEqualTo(codec.encode(x[i]));
        }
    }

    @ParameterizedTest
    @CsvSource({"f4_e2m1, 5", "s4, 3", "u4, 3"})
    void fourBitsIgnoreTheScale(memory.data_type type, float x) {
        float[] one = {x, x};
        assertThat(reorder(one, type, 4, 0.5f)).isEqualTo(reorder(one, type, 4, 1));
    }

    @ParameterizedTest
    @CsvSource({"e5m2, f8_e5m2", "e4m3, f8_e4m3"})
    void fp8IsRoundedToBinary16First(String name, memory.data_type type) {
        FloatFormat format = (FloatFormat) format(name);
        Codec half = Codec.of(Formats.BINARY16);
        Codec codec = Codec.of(format);
        float[] x = floats();
        int different = 0;
        for (float scale : new float[] {1, 0.037f}) {
            int[] codes = reorder(x, type, 8, scale);
            for (int i = 0; i < x.length; i++) {
                double quotient = scale == 1 ? x[i] : x[i] * (1 / scale);
                int expected = codec.encode(half.decode(half.encode(quotient)));
                boolean zero = x[i] == 0;
                boolean nan = Double.isNaN(quotient);
                if (!nan) {
                    assertThat(codes[i])
                            .as("%s / %s in %s", x[i], scale, format)
                            .isEqualTo(zero ? 0 : expected);
                } else {
                    assertThat(codec.decode(codes[i])).isNaN();
                }
                different += !nan && expected != codec.encode(quotient) ? 1 : 0;
            }
        }
        assertThat(different).as("double roundings that show").isPositive();
    }

    @Test
    void e8m0TakesTheExponent() {
        float[] x = floats();
        int[] codes = reorder(x, memory.data_type.e8m0, 8, 1);
        for (int i = 0; i < x.length; i++) {
            assertThat(codes[i]).as("%s", x[i]).isEqualTo(Float.floatToRawIntBits(x[i]) >>> 23 & 0xff);
        }
    }

    @ParameterizedTest
    @CsvSource({"i8, s8, 1", "i8, s8, 0.037", "u8, u8, 1", "u8, u8, 0.037", "i4, s4, 1", "u4, u4, 1"})
    void integers(String name, memory.data_type type, float scale) {
        IntFormat format = (IntFormat) format(name);
        Quantizer ours = Quantizer.of(format, QuantizeRule.ONEDNN, new Affine(scale, 0));
        float[] x = floats();
        int[] codes = reorder(x, type, format.width(), scale);
        for (int i = 0; i < x.length; i++) {
            if (!Float.isNaN(x[i])) {
                assertThat(format.toInteger(codes[i]))
                        .as("%s / %s", x[i], scale)
                        .isEqualTo(ours.quantize(x[i]));
            }
        }
    }
}
