package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Conversions that other projects got wrong, and published results, each named after its source. Expected codes follow
 * from the formats' definitions; the comments say how.
 */
@Tag("fast")
class CodecRegressionTest {
    private static final Codec E4M3 = Codec.of(Formats.OCP_E4M3);
    private static final Codec E5M2 = Codec.of(Formats.OCP_E5M2);
    private static final Codec F16 = Codec.of(Formats.BINARY16);
    private static final Codec BF16 = Codec.of(Formats.BFLOAT16);
    private static final Codec E8M0 = Codec.of(Formats.E8M0);

    /** Encodes through every entry that can hold the value. */
    private static void encodes(Codec codec, String text, long code) {
        BigDecimal exact = Literal.parse(text).toBigDecimal();
        assertThat(Literal.parse(text).encode(codec, 0, null))
                .as("text " + text)
                .isEqualTo(code);
        if (exact.signum() != 0) {
            assertThat(codec.encodeLong(exact, 0, null)).as("decimal " + text).isEqualTo(code);
        }
        double x = exact.doubleValue();
        if (new BigDecimal(x).compareTo(exact) == 0) {
            x = text.startsWith("-") && x == 0 ? -0.0 : x;
            assertThat(codec.encodeLong(x, 0, null)).as("double " + text).isEqualTo(code);
            assertThat(Converter.of(Formats.BINARY64, codec).convertLong(Double.doubleToRawLongBits(x), 0, null))
                    .as("f64 code " + text)
                    .isEqualTo(code);
            if ((float) x == x) {
                assertThat((long) codec.encode((float) x)).as("float " + text).isEqualTo(code);
            }
        }
        if (exact.signum() != 0
                && exact.stripTrailingZeros().scale() <= 0
                && exact.abs().longValue() < 1L << 60) {
            assertThat(codec.encodeLong(exact.longValueExact(), 0, null))
                    .as("long " + text)
                    .isEqualTo(code);
        }
    }

    @Nested
    class DoubleRounding {
        @Test
        void mlDtypes401() {
            encodes(E4M3, "-431.99999999999994", 0xfd); // -416; the tie to -448 is at -432
            encodes(BF16, "0x1.010000001p0", 0x3f81); // 1 + 2^-8 + 2^-36
            encodes(BF16, "0x1.0100000001p0", 0x3f81); // 1 + 2^-8 + 2^-40 = 1.0078125 rounded
            encodes(BF16, "16973823", 0x4b81); // 16908288, one below the tie 16973824
            assertThat(BF16.decode(0x4b81)).isEqualTo(16908288);
            assertThat(BF16.decode(0x3f81)).isEqualTo(1.0078125);
        }

        @Test
        void mlDtypes401ThroughBinary32() {
            Policies via = Policies.IEEE.withPath(SourcePath.VIA_BINARY32);
            assertThat(E4M3.with(via).encode(-431.99999999999994)).isEqualTo(0xfe);
            assertThat(BF16.with(via).encode(0x1.0100000001p0)).isEqualTo(0x3f80);
            // binary32 holds 24 bits, so 16973823 < 2^24 * 1.02 becomes the tie 16973824, which goes to even
            assertThat(BF16.with(via).encode(16973823L)).isEqualTo(0x4b82);
            assertThat(BF16.decode(0x4b82)).isEqualTo(17039360);
        }

        /** fmaf(0.9474001f, 4.639901e-7f, -0.24325085f): the exact sum, rounded once. */
        @Test
        void openlibm357AndJdk8253409() {
            BigDecimal exact = new BigDecimal(0.9474001f)
                    .multiply(new BigDecimal(4.639901e-7f))
                    .add(new BigDecimal(-0.24325085f));
            assertThat(Codec.of(Formats.BINARY32).encode(exact)).isEqualTo(Float.floatToRawIntBits(-0x1.f22d46p-3f));
        }

        @Test
        void goldenVectors() {
            encodes(F16, "0x1.0020000001p0", 0x3c01); // 1 + 2^-11 + 2^-40
            encodes(BF16, "0x1.0100000001p0", 0x3f81);
            encodes(E4M3, "0x1.10000004p0", 0x39); // 1 + 2^-4 + 2^-30
            Policies via = Policies.IEEE.withPath(SourcePath.VIA_BINARY32);
            assertThat(F16.with(via).encode(0x1.0020000001p0)).isEqualTo(0x3c00);
            assertThat(BF16.with(via).encode(0x1.0100000001p0)).isEqualTo(0x3f80);
            assertThat(E4M3.with(via).encode(0x1.10000004p0)).isEqualTo(0x38);
            assertThat(E4M3.with(via).encode(new BigDecimal(0x1.10000004p0))).isEqualTo(0x38);
        }
    }

    @Nested
    class GoldenVectors {
        @Test
        void overflowThresholds() {
            encodes(F16, "65519.99", 0x7bff);
            encodes(F16, "65520", 0x7c00);
            encodes(E4M3, "464", 0x7e);
            encodes(E4M3, "464.1", 0x7f);
            encodes(E4M3.saturating(), "464.1", 0x7e);
            encodes(Codec.of(Formats.IEEE_E4M3), "248", 0x78);
            encodes(Codec.of(Formats.E4M3FNUZ), "248", 0x80);
            encodes(E5M2, "61440", 0x7c);
            encodes(Codec.of(Formats.E5M2FNUZ), "61440", 0x80);
            encodes(Codec.of(Formats.E4M3B11FNUZ), "31", 0x80);
            encodes(Codec.of(Formats.IEEE_E3M4), "15.75", 0x70);
            encodes(Codec.of(Formats.E3M4FN), "30.5", 0x7e);
            encodes(Codec.of(Formats.E3M4FN), "30.500000000000000000001", 0x7f);
            encodes(Codec.of(P3109.of(8, 3, true, true)), "53248", 0x7e);
            encodes(Codec.of(P3109.of(8, 3, true, true)), "53248.1", 0x7f);
            encodes(Codec.of(P3109.of(8, 4, true, true)), "232", 0x7e);
        }

        @Test
        void subnormals() {
            encodes(E4M3, "0x1.8p-10", 0x01);
            encodes(E4M3, "0x1p-10", 0x00);
            encodes(E4M3, "-0x1p-10", 0x80);
            encodes(Codec.of(Formats.E4M3FNUZ), "0x1p-10", 0x01);
            encodes(Codec.of(Formats.E4M3FNUZ), "-0", 0x00);
            encodes(Codec.of(Formats.E4M3FNUZ), "-0x1p-12", 0x00);
        }

        @Test
        void fp4Ties() {
            Codec e2m1 = Codec.of(Formats.OCP_E2M1);
            String[] inputs = {"0.25", "0.75", "1.25", "1.75", "2.5", "3.5", "5", "7"};
            int[] codes = {0, 2, 2, 4, 4, 6, 6, 7};
            for (int i = 0; i < inputs.length; i++) {
                encodes(e2m1, inputs[i], codes[i]);
                encodes(e2m1, "-" + inputs[i], codes[i] | 8);
            }
        }

        @Test
        void nans() {
            assertThat(F16.encodeFloatBits(0x7fd5_5555, 0)).isEqualTo(0x7eaa);
            assertThat((int) F16.nan(NanRule.JDK_FOLD).encodeFloatBits(0x7fd5_5555, 0))
                    .isEqualTo(0x7fff);
            assertThat((int) F16.nan(NanRule.ALL_ONES).encodeFloatBits(0x7fd5_5555, 0))
                    .isEqualTo(0x7fff);
            long invalid = (long) Flags.INVALID << 32;
            assertThat(F16.encodeFloatBits(0x7f80_0001, 0)).isEqualTo(invalid | 0x7e00);
            assertThat(F16.nan(NanRule.JDK_FOLD).encodeFloatBits(0x7f80_0001, 0))
                    .isEqualTo(invalid | 0x7c01);
            assertThat(F16.nan(NanRule.ALL_ONES).encodeFloatBits(0x7f80_0001, 0))
                    .isEqualTo(invalid | 0x7fff);
        }

        @Test
        void tf32() {
            assertThat(tf32(Rounding.TIES_TO_AWAY, 0x3f80_1000)).isEqualTo(0x3f80_2000);
            assertThat(tf32(Rounding.TIES_TO_EVEN, 0x3f80_1000)).isEqualTo(0x3f80_0000);
            assertThat(tf32(Rounding.TOWARD_ZERO, 0x3f80_1000)).isEqualTo(0x3f80_0000);
            assertThat(tf32(Rounding.TIES_TO_EVEN, 0x3f80_3000)).isEqualTo(0x3f80_4000);
            assertThat(tf32(Rounding.TOWARD_ZERO, 0x3f80_3000)).isEqualTo(0x3f80_2000);
        }

        /** The code in its binary32 container. */
        private static int tf32(Rounding mode, int bits) {
            return (int) Codec.of(Formats.TF32).rounding(mode).encodeFloatBits(bits, 0) << 13;
        }

        @Test
        void int4Casts() {
            assertThat(Codec.of(Formats.INT4, Profile.ML_DTYPES, Formats.BINARY32)
                            .encode(8.0f))
                    .isEqualTo(0x8);
            assertThat(Codec.of(Formats.INT4).encode(8.0f)).isEqualTo(7);
            encodes(Codec.of(Formats.INT4).rounding(Rounding.TOWARD_ZERO).overflow(Overflow.WRAP), "8", 0x8);
        }
    }

    /** Micikevicius et al. 2022, Table 1; OFP8 Table 1. */
    @Nested
    class Fp8FormatTable {
        @Test
        void landmarks() {
            assertThat(E4M3.decode(0x7e)).isEqualTo(448);
            assertThat(E4M3.decode(0x08)).isEqualTo(0x1p-6);
            assertThat(E4M3.decode(0x01)).isEqualTo(0x1p-9);
            assertThat(E4M3.decode(0x7f)).isNaN();
            assertThat(E4M3.decode(0xff)).isNaN();
            assertThat(E5M2.decode(0x7b)).isEqualTo(57344);
            assertThat(E5M2.decode(0x04)).isEqualTo(0x1p-14);
            assertThat(E5M2.decode(0x01)).isEqualTo(0x1p-16);
            assertThat(E5M2.decode(0xfc)).isEqualTo(Double.NEGATIVE_INFINITY);
        }

        @Test
        void overflowTies() {
            encodes(E4M3, "464", 0x7e);
            encodes(E4M3, "464.00000000000006", 0x7f);
            encodes(E5M2, "61439.996", 0x7b);
            encodes(E5M2, "61440", 0x7c);
        }
    }

    /** Each P3109 code by the report's formulas, written down here once more. */
    @Test
    void p3109ValueTables() {
        for (int k = 3; k <= 10; k++) {
            for (int p = 1; p <= k; p++) {
                for (int kind = 0; kind < 4; kind++) {
                    boolean signed = (kind & 1) != 0;
                    boolean extended = (kind & 2) != 0;
                    if (p < k || !signed) {
                        p3109(k, p, signed, extended);
                    }
                }
            }
        }
    }

    private static void p3109(int k, int p, boolean signed, boolean extended) {
        Codec codec = Codec.of(P3109.of(k, p, signed, extended));
        int bias = signed ? 1 << (k - p - 1) : 1 << (k - p);
        int half = 1 << (k - 1);
        int nan = signed ? half : 2 * half - 1;
        int infinity = !extended ? -1 : signed ? half - 1 : 2 * half - 2;
        for (int code = 0; code < 2 * half; code++) {
            int magnitude = signed ? code % half : code;
            double sign = signed && code > half ? -1 : 1;
            int trailing = magnitude % (1 << (p - 1));
            int exponent = magnitude >> (p - 1);
            double value = exponent == 0
                    ? Math.scalb((double) trailing, 1 - bias - (p - 1))
                    : Math.scalb(1 + Math.scalb((double) trailing, 1 - p), exponent - bias);
            double expected = code == nan ? Double.NaN : magnitude == infinity ? sign / 0.0 : sign * value;
            assertThat(codec.decode(code)).as("%s 0x%x", codec.format(), code).isEqualTo(Double.valueOf(expected));
        }
    }

    @Nested
    class Ledger {
        @Test
        void tensorFlowJavaBfloat16LayoutAndUniversal1133Truncate() {
            assertThat(BF16.encode(Float.intBitsToFloat(0x3f80_ffff))).isEqualTo(0x3f81);
            assertThat(BF16.encode(Float.intBitsToFloat(0x3f80_8001))).isEqualTo(0x3f81);
            assertThat(BF16.encode(Float.intBitsToFloat(0x3f81_8000))).isEqualTo(0x3f82);
        }

        @Test
        void djlFloat16Utils() {
            encodes(F16, "1.00048828125", 0x3c00); // the tie 1 + 2^-11 goes to even, not away
            assertThat(F16.encode(Float.MAX_VALUE)).isEqualTo(0x7c00);
            encodes(F16, "65520", 0x7c00);
            encodes(F16, "65535.99", 0x7c00);
        }

        @Test
        void cpfloatE4m3NeverYields480() {
            for (int x = 465; x <= 496; x++) {
                encodes(E4M3, Integer.toString(x), 0x7f);
                encodes(E4M3.saturating(), Integer.toString(x), 0x7e);
                encodes(E4M3.rounding(Rounding.TOWARD_ZERO), Integer.toString(x), 0x7e);
            }
        }

        @Test
        void saturnVectors101() {
            for (double x : new double[] {512, 1000, 57344}) {
                assertThat(E4M3.saturating().encode(x)).isEqualTo(0x7e);
                assertThat(E4M3.saturating().encode(-x)).isEqualTo(0xfe);
                assertThat(E4M3.rounding(Rounding.TOWARD_ZERO).encode(x)).isEqualTo(0x7e);
                assertThat(E4M3.rounding(Rounding.TOWARD_NEGATIVE).encode(x)).isEqualTo(0x7e);
                assertThat(E4M3.rounding(Rounding.TOWARD_NEGATIVE).encode(-x)).isEqualTo(0xff);
                assertThat(E4M3.rounding(Rounding.TOWARD_POSITIVE).encode(x)).isEqualTo(0x7f);
            }
        }

        @Test
        void sglang40581() {
            encodes(E4M3, "256", 0x78);
            encodes(E4M3, "300", 0x79); // 288
            encodes(E4M3, "304", 0x7a); // tie to even, 320
            encodes(Codec.of(Formats.E4M3FNUZ), "128", 0x78);
            encodes(Codec.of(Formats.E4M3FNUZ), "136", 0x78);
            encodes(Codec.of(Formats.E4M3FNUZ), "152", 0x7a);
        }

        @Test
        void gfloat62And66UnderflowOfE8m0() {
            encodes(E8M0, "0x1p-127", 0x00);
            encodes(E8M0, "0x1p-130", 0x00);
            encodes(E8M0, "1e-300", 0x00);
        }

        @Test
        void gfloat49TowardZeroAbove2To118() {
            Codec codec = BF16.rounding(Rounding.TOWARD_ZERO);
            for (int e = 117; e <= 127; e++) {
                assertThat(codec.encode(Math.scalb(0x1.fffp0, e))).isEqualTo((e + 127) << 7 | 0x7f);
                assertThat(codec.encode(Math.scalb(0x1.01fp0f, e))).isEqualTo((e + 127) << 7);
            }
        }

        @Test
        void ttMetal51971EveryMxCodeRoundTrips() {
            ScalarFormat[] formats = {
                Formats.OCP_E2M1, Formats.OCP_E2M3, Formats.OCP_E3M2, Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.MXINT8
            };
            for (ScalarFormat format : formats) {
                Codec codec = Codec.of(format);
                for (int code = 0; code <= format.codeMask(); code++) {
                    double x = codec.decode(code);
                    if (!Double.isNaN(x)) {
                        assertThat(codec.encode(x)).isEqualTo(code);
                        assertThat(codec.encode((float) x)).isEqualTo(code);
                    }
                }
            }
            encodes(Codec.of(Formats.OCP_E2M1), "0.25000006", 0x1);
        }

        @Test
        void universal1351() {
            encodes(E5M2, "58000", 0x7b);
            encodes(E4M3, "500", 0x7f);
            assertThat(E4M3.encode(Double.POSITIVE_INFINITY)).isEqualTo(0x7f);
            assertThat((int) E4M3.encodeFloatBits(0xffc0_0000, 0)).isEqualTo(0xff);
        }

        @Test
        void transformerEngine3262AndVllm222CodesOfE8m0() {
            assertThat(E8M0.decode(0)).isEqualTo(0x1p-127);
            assertThat(E8M0.decode(255)).isNaN();
            Converter toFloat = Converter.of(Formats.E8M0, Codec.of(Formats.BINARY32));
            assertThat(toFloat.convert(0)).isEqualTo(0x0040_0000);
            assertThat(Converter.of(Formats.E8M0, BF16).convert(0)).isEqualTo(0x0040);
        }

        @Test
        void redmule58AndCvfpu165UnderflowAtTheNormalBoundary() {
            long x = (long) Flags.INEXACT << 32;
            long ux = (long) (Flags.INEXACT | Flags.UNDERFLOW) << 32;
            assertThat(F16.encodeFloatBits(0x387f_f000, 0)).isEqualTo(x | 0x0400);
            assertThat(F16.encodeFloatBits(0x387f_efff, 0)).isEqualTo(ux | 0x0400);
            Codec before = F16.with(Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING));
            assertThat(before.encodeFloatBits(0x387f_f000, 0)).isEqualTo(ux | 0x0400);
            assertThat(before.encodeFloatBits(0x3880_0000, 0)).isEqualTo(0x0400);
        }

        @Test
        void spike2284() {
            Converter rne = Converter.of(Formats.BFLOAT16, E4M3);
            Converter rtz = Converter.of(Formats.BFLOAT16, E4M3.rounding(Rounding.TOWARD_ZERO));
            assertThat(rne.convert(0x5bf8)).isEqualTo(0x7f);
            assertThat(rtz.convert(0x5bf8)).isEqualTo(0x7e);
            Converter nan = Converter.of(
                    Formats.BFLOAT16, E4M3.rounding(Rounding.TOWARD_ZERO).overflow(Overflow.INFINITY));
            assertThat(nan.convert(0x5bf8)).isEqualTo(0x7f);
        }

        @Test
        void hipDnn5471SubnormalInputs() {
            Converter e4m3 = Converter.of(Formats.OCP_E4M3, Codec.of(Formats.BINARY32));
            Converter e5m2 = Converter.of(Formats.OCP_E5M2, Codec.of(Formats.BINARY32));
            for (int code = 1; code < 8; code++) {
                assertThat(Float.intBitsToFloat(e4m3.convert(code))).isEqualTo(code * 0x1p-9f);
            }
            for (int code = 1; code < 4; code++) {
                assertThat(Float.intBitsToFloat(e5m2.convert(code))).isEqualTo(code * 0x1p-16f);
            }
        }

        @Test
        void flashinfer2440TinyInputs() {
            for (float x : new float[] {Float.MIN_VALUE, 1e-40f, Float.MIN_NORMAL}) {
                assertThat(E4M3.encode(x)).isZero();
                assertThat(E8M0.encode(x)).isLessThanOrEqualTo(1);
            }
        }

        @Test
        void onnx6220InfinityToFnuz() {
            for (FloatFormat f : new FloatFormat[] {Formats.E4M3FNUZ, Formats.E5M2FNUZ, Formats.E4M3B11FNUZ}) {
                assertThat(Codec.of(f).encode(Double.POSITIVE_INFINITY)).isEqualTo(0x80);
                assertThat(Codec.of(f).encode(Double.NEGATIVE_INFINITY)).isEqualTo(0x80);
                Codec clamp = Codec.of(f).infinity(InfinityRule.SATURATE);
                assertThat(clamp.encode(Double.POSITIVE_INFINITY)).isEqualTo(0x7f);
                assertThat(clamp.encode(Double.NEGATIVE_INFINITY)).isEqualTo(0xff);
            }
        }

        @Test
        void qpytorch23And24And48AndFlexfloat5() {
            encodes(BF16, "0.2691408770292272", 0x3e8a);
            assertThat(BF16.decode(0x3e8a)).isEqualTo(0.26953125);
            encodes(F16, "1.00048828125", 0x3c00);
            encodes(E4M3, "1.0625", 0x38); // tie to even
            encodes(E4M3, "1.1875", 0x3a);
            encodes(E5M2, "0x1.8p-17", 0x01); // subnormal
            encodes(E5M2, "0x1p-17", 0x00);
        }
    }
}
