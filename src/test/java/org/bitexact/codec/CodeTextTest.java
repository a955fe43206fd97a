package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class CodeTextTest {
    @ParameterizedTest
    @CsvSource({
        "e4m3, 7e, E4M3 0x7E = 0 1111 110 = 448 (largest finite)",
        "e4m3, ff, E4M3 0xFF = 1 1111 111 = -nan",
        "e4m3, 7f, E4M3 0x7F = 0 1111 111 = nan (canonical)",
        "e4m3, 80, E4M3 0x80 = 1 0000 000 = -0",
        "e4m3, 01, E4M3 0x01 = 0 0000 001 = 0.001953125 (smallest subnormal)",
        "e4m3, 07, E4M3 0x07 = 0 0000 111 = 0.013671875 (largest subnormal)",
        "e4m3, 88, E4M3 0x88 = 1 0001 000 = -0.015625 (smallest normal)",
        "e5m2, fc, E5M2 0xFC = 1 11111 00 = -inf",
        "e5m2, 7d, E5M2 0x7D = 0 11111 01 = nan (signaling)",
        "e5m2, 7e, 'E5M2 0x7E = 0 11111 10 = nan (quiet, canonical)'",
        "e5m2, 7f, E5M2 0x7F = 0 11111 11 = nan (quiet)",
        "e4m3fnuz, 80, E4M3FNUZ 0x80 = 1 0000 000 = nan (canonical)",
        "e2m1, 1, E2M1 0x1 = 0 00 1 = 0.5 (the subnormal)",
        "e2m1, 7, E2M1 0x7 = 0 11 1 = 6 (largest finite)",
        "e8m0, 00, E8M0 0x00 = 00000000 = 0x1p-127 ~ 6e-39 (smallest normal)",
        "e8m0, 7f, E8M0 0x7F = 01111111 = 1",
        "f16, 2e66, F16 0x2E66 = 0 01011 1001100110 = 0.0999755859375",
        "f16, 0001, F16 0x0001 = 0 00000 0000000001 = 0x1p-24 ~ 6e-8 (smallest subnormal)",
        "f16, 3c00, F16 0x3C00 = 0 01111 0000000000 = 1",
        "tf32, 1fc00, TF32 0x1FC00 = 0 01111111 0000000000 = 1",
        "i8, 80, I8 0x80 = 10000000 = -128 (smallest)",
        "i8_symmetric, 80, I8_SYMMETRIC 0x80 = 10000000 = -128 (outside the symmetric range)",
        "u4, f, U4 0xF = 1111 = 15 (largest)",
        "u4, 0, U4 0x0 = 0000 = 0",
        "u1, 1, U1 0x1 = 1 = 1",
        "i1, 1, I1 0x1 = 1 = -1",
        "i1, 0, I1 0x0 = 0 = 0",
        "b1, 0, B1 0x0 = 0 = -1",
        "f32, ffffffff, 'F32 0xFFFFFFFF = 1 11111111 11111111111111111111111 = -nan (quiet)'",
        "mxint8, 7f, MXINT8 0x7F = 01111111 = 1.984375 (largest)",
        "cfloat16_uhp, 03ff, CFLOAT16_UHP 0x03FF = 000000 1111111111 = 0 (reads as zero)",
    })
    void explains(String format, String code, String expected) {
        assertThat(CodeText.of(FormatNames.scalar(format).format()).explain(Long.parseLong(code, 16)))
                .isEqualTo(expected);
    }

    @Test
    void hexadecimalDigitsHaveFixedWidth() {
        assertThat(CodeText.of(Formats.OCP_E2M1).hex(7)).isEqualTo("0x7");
        assertThat(CodeText.of(Formats.OCP_E3M2).hex(7)).isEqualTo("0x07");
        assertThat(CodeText.of(Formats.TF32).hex(7)).isEqualTo("0x00007");
        assertThat(CodeText.of(Formats.BINARY64).hex(-1)).isEqualTo("0xffffffffffffffff");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodeText.of(Formats.OCP_E2M1).hex(16))
                .withMessage("code of e2m1 must be in [0x0, 0xf]: 0x10");
    }

    @Test
    void hexadecimalNumbersAreNormalised() {
        CodeText half = CodeText.of(Formats.BINARY16);
        assertThat(half.hexFloat(0x3e00)).isEqualTo("0x1.8p0");
        assertThat(half.hexFloat(0x8001)).isEqualTo("-0x1p-24");
        assertThat(half.hexFloat(0x8000)).isEqualTo("-0x0p0");
        assertThat(half.hexFloat(0x7c00)).isEqualTo("inf");
        assertThat(half.hexFloat(0x7bff)).isEqualTo("0x1.ffcp15");
        CodeText wide = CodeText.of(Formats.BINARY64);
        assertThat(wide.hexFloat(Double.doubleToRawLongBits(Math.PI))).isEqualTo("0x1.921fb54442d18p1");
    }

    @Test
    void largeAndSmallNumbersHaveExponents() {
        CodeText f32 = CodeText.of(Formats.BINARY32);
        assertThat(f32.decimal(Float.floatToRawIntBits(1e16f))).isEqualTo("10000000000000000");
        assertThat(f32.decimal(Float.floatToRawIntBits(1e17f))).isEqualTo("1e17");
        assertThat(f32.decimal(Float.floatToRawIntBits(1e-7f))).isEqualTo("0.0000001");
        assertThat(f32.decimal(Float.floatToRawIntBits(1.5e-8f))).isEqualTo("1.5e-8");
        assertThat(f32.decimal(Float.floatToRawIntBits(-1.5e-8f) & 0xffff_ffffL))
                .isEqualTo("-1.5e-8");
        assertThat(f32.decimal(Float.floatToRawIntBits(-1e17f) & 0xffff_ffffL)).isEqualTo("-1e17");
        assertThat(f32.decimal(Float.floatToRawIntBits(Float.MAX_VALUE))).isEqualTo("3.4028235e38");
        assertThat(CodeText.of(Formats.BINARY64).decimal(1)).isEqualTo("5e-324");
        assertThat(CodeText.of(Formats.BFLOAT16).decimal(0x7f7f)).isEqualTo("3.39e38");
        assertThat(CodeText.of(FormatNames.scalar("u64").format()).decimal(-1)).isEqualTo("1.8446744073709551615e19");
    }

    /** Every code up to 16 bits, in three notations, reads back as itself. */
    @Test
    void everyCodeReadsBack() {
        for (ScalarFormat format : CodecExhaustiveTest.narrowFormats().toList()) {
            boolean subset = format.width() > 16;
            CodeText text = CodeText.of(format);
            Codec codec = Codec.of(format);
            for (long code = 0; code <= format.codeMask(); code += subset ? 37 : format.width() > 8 ? 3 : 1) {
                if (format instanceof FloatFormat f
                        && (f.isNan(code) || f.isZero(code) && (code & f.magnitudeMask()) != 0)) {
                    continue;
                }
                if (format.name().endsWith("symmetric") && code == 1L << (format.width() - 1)) {
                    continue;
                }
                readsBack(codec, text.decimal(code), code);
                readsBack(codec, text.hexFloat(code), code);
            }
        }
    }

    private static void readsBack(Codec codec, String text, long code) {
        long actual = Literal.parse(text).encode(codec, 0, null);
        if (actual != code) {
            throw new AssertionError(String.format("%s 0x%x prints as %s, which is 0x%x", codec, code, text, actual));
        }
    }

    @Test
    void floatsAndDoublesReadBackAndAreShortest() {
        SplittableRandom random = new SplittableRandom(4);
        CodeText f32 = CodeText.of(Formats.BINARY32);
        CodeText f64 = CodeText.of(Formats.BINARY64);
        for (int i = 0; i < 3_000; i++) {
            int bits = random.nextInt();
            if (Float.isFinite(Float.intBitsToFloat(bits))) {
                String text = f32.decimal(bits & 0xffff_ffffL);
                assertThat(Float.floatToRawIntBits(Float.parseFloat(text))).isEqualTo(bits);
                assertThat(digits(text)).isLessThanOrEqualTo(digits(Float.toString(Float.intBitsToFloat(bits))));
            }
            long wide = random.nextLong();
            if (Double.isFinite(Double.longBitsToDouble(wide))) {
                String text = f64.decimal(wide);
                assertThat(Double.doubleToRawLongBits(Double.parseDouble(text))).isEqualTo(wide);
                assertThat(digits(text)).isLessThanOrEqualTo(digits(Double.toString(Double.longBitsToDouble(wide))));
            }
        }
        assertThat(f64.decimal(Double.doubleToRawLongBits(2e23))).isEqualTo("2e23"); // 2.0000000000000003E23 before 19
        assertThat(f64.decimal(Double.doubleToRawLongBits(0.1 + 0.2))).isEqualTo("0.30000000000000004");
    }

    private static int digits(String text) {
        return new BigDecimal(text).stripTrailingZeros().precision();
    }

    /** All decimals of fewer digits in the code's decade and its neighbours are tried: none is the code. */
    @Test
    void noShorterDecimalExists() {
        for (FloatFormat format : CodecTestData.namedFloats(8)) {
            shortest(format);
        }
        shortest(P3109.of(8, 1, true, true));
        shortest(P3109.of(6, 4, false, false));
        shortest(FloatFormat.builder("tesla", 3, 2)
                .specials(SpecialValues.NONE)
                .subnormals(SubnormalRule.TESLA_LITERAL)
                .build());
    }

    private static void shortest(FloatFormat format) {
        CodeText text = CodeText.of(format);
        Oracle oracle = Oracle.of(format);
        Codec codec = Codec.of(format);
        for (long code = 0; code <= format.maxFiniteCode(); code++) {
            if (!(oracle.decode(code) instanceof OracleValue.Finite)) {
                continue;
            }
            BigDecimal exact = codec.decodeExact(code);
            BigDecimal printed = new BigDecimal(text.decimal(code)).stripTrailingZeros();
            int digits = printed.precision();
            int decade = exact.precision() - exact.scale();
            for (int n = 1; n <= digits; n++) {
                BigDecimal nearest = null;
                // n-digit numbers beside the value, the next decade's first included
                BigDecimal unit = BigDecimal.ONE.scaleByPowerOfTen(decade - n);
                BigInteger centre = exact.divideToIntegralValue(unit).toBigInteger();
                for (int offset = -12; offset <= 12; offset++) {
                    BigDecimal candidate = unit.multiply(new BigDecimal(centre.add(BigInteger.valueOf(offset))));
                    if (candidate.signum() > 0
                            && candidate.stripTrailingZeros().precision() <= n
                            && codec.encodeLong(candidate, 0, null) == code
                            && (nearest == null || closer(candidate, nearest, exact))) {
                        nearest = candidate;
                    }
                }
                if (n < digits) {
                    assertThat(nearest)
                            .as("%s 0x%x prints as %s", format, code, printed)
                            .isNull();
                } else {
                    assertThat(nearest).isNotNull();
                    assertThat(printed.subtract(exact).abs())
                            .as("%s 0x%x prints as %s, not %s", format, code, printed, nearest)
                            .isEqualByComparingTo(nearest.subtract(exact).abs());
                }
            }
        }
    }

    private static boolean closer(BigDecimal a, BigDecimal b, BigDecimal exact) {
        return a.subtract(exact).abs().compareTo(b.subtract(exact).abs()) < 0;
    }
}
