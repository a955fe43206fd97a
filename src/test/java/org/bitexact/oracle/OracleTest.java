package org.bitexact.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are computed by hand from the definitions, or taken from published tables of the formats. */
@Tag("fast")
class OracleTest {
    private static final int X = Flags.INEXACT;
    private static final int UX = Flags.UNDERFLOW | Flags.INEXACT;
    private static final int OX = Flags.OVERFLOW | Flags.INEXACT;
    private static final int V = Flags.INVALID;

    private static Oracle.Result encode(ScalarFormat format, double x, Policies policies) {
        return Oracle.of(format)
                .encode(OracleValue.ofDoubleBits(Double.doubleToRawLongBits(x)), Formats.BINARY64, policies, 0);
    }

    private static Oracle.Result fromFloatBits(ScalarFormat format, int bits, Policies policies) {
        return Oracle.convert(Formats.BINARY32, Integer.toUnsignedLong(bits), format, policies, 0);
    }

    private static void check(ScalarFormat format, double x, Policies policies, long code, int flags) {
        assertThat(encode(format, x, policies))
                .as("%s to %s under %s", Double.toHexString(x), format, policies)
                .isEqualTo(new Oracle.Result(code, flags));
    }

    private static Policies rounding(Rounding mode) {
        return Policies.IEEE.withRounding(mode);
    }

    private static OracleValue dyadic(long n, int exponent) {
        return OracleValue.ofScaled(BigInteger.valueOf(n), exponent);
    }

    @Nested
    class Decoding {
        /** Largest, smallest normal and smallest subnormal number, as significand and exponent of two. */
        @ParameterizedTest
        @CsvSource({
            "f32,         7f7fffff, 16777215, 104,  00800000, -126, 00000001, -149",
            "f16,         7bff,     2047,     5,    0400,     -14,  0001,     -24",
            "bf16,        7f7f,     255,      120,  0080,     -126, 0001,     -133",
            "tf32,        3fbff,    2047,     117,  00400,    -126, 00001,    -136",
            "e5m2,        7b,       7,        13,   04,       -14,  01,       -16",
            "e4m3,        7e,       7,        6,    08,       -6,   01,       -9",
            "e4m3_ieee,   77,       15,       4,    08,       -6,   01,       -9",
            "e3m4,        6f,       31,       -1,   10,       -2,   01,       -6",
            "e3m4fn,      7e,       15,       1,    10,       -2,   01,       -6",
            "e5m2fnuz,    7f,       7,        13,   04,       -15,  01,       -17",
            "e4m3fnuz,    7f,       15,       4,    08,       -7,   01,       -10",
            "e4m3b11fnuz, 7f,       15,       1,    08,       -10,  01,       -13",
            "e3m2,        1f,       7,        2,    04,       -2,   01,       -4",
            "e2m3,        1f,       15,       -1,   08,       0,    01,       -3",
            "e2m1,        7,        3,        1,    2,        0,    1,        -1",
            "e8m0,        fe,       1,        127,  00,       -127, 00,       -127",
            "ue4m3,       7e,       7,        6,    08,       -6,   01,       -9",
            "cfloat8_1_4_3, 7f,     15,       5,    08,       -6,   01,       -9",
            "cfloat8_1_5_2, 7f,     7,        14,   04,       -14,  01,       -16",
            "cfloat16_shp, 7fff,    2047,     6,    0400,     -14,  0001,     -24",
            "cfloat16_uhp, ffff,    2047,     22,   0400,     -30,  0400,     -30",
        })
        void landmarksOfTheMasterTable(
                String name, String max, long maxSig, int maxExp, String norm, int normExp, String sub, int subExp) {
            Oracle oracle = Oracle.of(named(name));
            assertThat(oracle.decode(Long.parseLong(max, 16))).isEqualTo(dyadic(maxSig, maxExp));
            assertThat(oracle.decode(Long.parseLong(norm, 16))).isEqualTo(dyadic(1, normExp));
            assertThat(oracle.decode(Long.parseLong(sub, 16))).isEqualTo(dyadic(1, subExp));
        }

        @Test
        void binary64HasItsLandmarks() {
            assertThat(OracleValue.ofDoubleBits(0x7fef_ffff_ffff_ffffL)).isEqualTo(dyadic((1L << 53) - 1, 971));
            assertThat(OracleValue.ofDoubleBits(1)).isEqualTo(dyadic(1, -1074));
            assertThat(OracleValue.ofDoubleBits(0xfff0_0000_0000_0000L)).isEqualTo(new OracleValue.Infinity(true));
            assertThat(OracleValue.ofDoubleBits(0x7ff0_0000_0000_0001L))
                    .isEqualTo(new OracleValue.Nan(false, 1, 52, true));
        }

        @Test
        void e2m1HasEightMagnitudes() {
            Oracle oracle = Oracle.of(Formats.OCP_E2M1);
            long[] halves = {0, 1, 2, 3, 4, 6, 8, 12};
            for (int code = 0; code < 8; code++) {
                OracleValue expected = code == 0 ? new OracleValue.Zero(false) : dyadic(halves[code], -1);
                assertThat(oracle.decode(code)).isEqualTo(expected);
                OracleValue negative = code == 0 ? new OracleValue.Zero(true) : dyadic(-halves[code], -1);
                assertThat(oracle.decode(code + 8)).isEqualTo(negative);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "f16, 7c00, inf",
            "f16, fc00, -inf",
            "f16, 7e00, qnan",
            "f16, 7c01, snan",
            "f16, 8000, -zero",
            "e5m2, 7c, inf",
            "e5m2, 7d, snan",
            "e5m2, 7e, qnan",
            "e5m2, 7f, qnan",
            "e4m3, 7f, qnan",
            "e4m3, ff, -qnan",
            "e4m3, 80, -zero",
            "e4m3fnuz, 80, qnan",
            "e5m2fnuz, 80, qnan",
            "e4m3fnuz, 00, zero",
            "e8m0, ff, qnan",
            "ue4m3, 7f, qnan",
            "p3109_k8p3se, 7f, inf",
            "p3109_k8p3se, ff, -inf",
            "p3109_k8p3se, 80, qnan",
            "p3109_k8p4ue, ff, qnan",
            "p3109_k8p4ue, fe, inf",
            "p3109_k8p4uf, ff, qnan",
            "cfloat16_uhp, 03ff, zero",
            "e2m1, 8, -zero",
        })
        void specialCodes(String name, String hex, String kind) {
            OracleValue value = Oracle.of(named(name)).decode(Long.parseLong(hex, 16));
            assertThat(value.negative()).isEqualTo(kind.startsWith("-"));
            switch (kind.replace("-", "")) {
                case "inf" -> assertThat(value).isInstanceOf(OracleValue.Infinity.class);
                case "zero" -> assertThat(value).isInstanceOf(OracleValue.Zero.class);
                default ->
                    assertThat(((OracleValue.Nan) value).signaling())
                            .isEqualTo(kind.replace("-", "").equals("snan"));
            }
        }

        @Test
        void p3109ExamplesOfTheReport() {
            // largest finite number and the code of 1.0
            assertThat(largest(8, 2, false, true)).isEqualTo(dyadic(1, 31));
            assertThat(largest(8, 3, false, true)).isEqualTo(dyadic(49152, 0));
            assertThat(largest(8, 3, false, false)).isEqualTo(dyadic(57344, 0));
            assertThat(largest(8, 4, false, true)).isEqualTo(dyadic(224, 0));
            assertThat(largest(8, 4, false, false)).isEqualTo(dyadic(240, 0));
            assertThat(largest(8, 5, false, true)).isEqualTo(dyadic(15, 0));
            assertThat(largest(6, 3, false, false)).isEqualTo(dyadic(14, 0));
            assertThat(largest(4, 2, false, false)).isEqualTo(dyadic(3, 0));
            assertThat(largest(8, 1, false, true)).isEqualTo(dyadic(1, 62));
            for (FloatFormat f : P3109.all(3, 8)) {
                int one = f.signed() ? 1 << (f.width() - 2) : 1 << (f.width() - 1);
                assertThat(Oracle.of(f).decode(one)).as(f.name()).isEqualTo(OracleValue.of(1));
            }
        }

        private static OracleValue largest(int k, int p, boolean unsigned, boolean extended) {
            FloatFormat f = P3109.of(k, p, !unsigned, extended);
            return Oracle.of(f).decode((1L << (k - 1)) - (extended ? 2 : 1));
        }

        @Test
        void teslaLiteralSubnormalsAreHalved() {
            FloatFormat f = FloatFormat.builder("t143", 4, 3)
                    .specials(SpecialValues.NONE)
                    .subnormals(SubnormalRule.TESLA_LITERAL)
                    .build();
            // 0.111 * 2^-7, next to 2^-6
            assertThat(Oracle.of(f).decode(7)).isEqualTo(dyadic(7, -10));
            assertThat(Oracle.of(f).decode(8)).isEqualTo(dyadic(1, -6));
        }

        @Test
        void integers() {
            assertThat(Oracle.of(Formats.INT8).decode(0x80)).isEqualTo(OracleValue.of(-128));
            assertThat(Oracle.of(Formats.UINT8).decode(0x80)).isEqualTo(OracleValue.of(128));
            assertThat(Oracle.of(Formats.INT1).decode(1)).isEqualTo(OracleValue.of(-1));
            assertThat(Oracle.of(Formats.BINARY1).decode(0)).isEqualTo(OracleValue.of(-1));
            assertThat(Oracle.of(Formats.MXINT8).decode(0x7f)).isEqualTo(dyadic(127, -6));
            assertThat(Oracle.of(named("u64")).decode(-1))
                    .isEqualTo(OracleValue.of(BigInteger.TWO.pow(64).subtract(BigInteger.ONE)));
        }

        @Test
        void codeOutsideTheFormatIsRejected() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Oracle.of(Formats.OCP_E2M1).decode(16))
                    .withMessageContaining("e2m1");
        }
    }

    static ScalarFormat named(String name) {
        for (ScalarFormat f : Formats.named()) {
            if (f.name().equals(name)) {
                return f;
            }
        }
        for (FloatFormat f : P3109.all(3, 8)) {
            if (f.name().equals(name)) {
                return f;
            }
        }
        throw new IllegalArgumentException(name);
    }

    @Nested
    class RoundingModes {
        /** E2M1 between 1 (code 2) and 1.5 (code 3), and between 1.5 and 2 (code 4). */
        @ParameterizedTest
        @CsvSource({
            // mode,             1.125, 1.25, 1.375, 1.625, 1.75, 1.875, -1.25, -1.75
            "TIES_TO_EVEN,         2,   2,    3,     3,     4,    4,     a,     c",
            "TIES_TO_AWAY,         2,   3,    3,     3,     4,    4,     b,     c",
            "TIES_TOWARD_ZERO,     2,   2,    3,     3,     3,    4,     a,     b",
            "TIES_TOWARD_POSITIVE, 2,   3,    3,     3,     4,    4,     a,     b",
            "TOWARD_ZERO,          2,   2,    2,     3,     3,    3,     a,     b",
            "AWAY_FROM_ZERO,       3,   3,    3,     4,     4,    4,     b,     c",
            "TOWARD_POSITIVE,      3,   3,    3,     4,     4,    4,     a,     b",
            "TOWARD_NEGATIVE,      2,   2,    2,     3,     3,    3,     b,     c",
            "TO_ODD,               3,   3,    3,     3,     3,    3,     b,     b",
        })
        void everyModeByHand(
                Rounding mode, String a, String b, String c, String d, String e, String f, String g, String h) {
            double[] inputs = {1.125, 1.25, 1.375, 1.625, 1.75, 1.875, -1.25, -1.75};
            String[] codes = {a, b, c, d, e, f, g, h};
            for (int i = 0; i < inputs.length; i++) {
                check(Formats.OCP_E2M1, inputs[i], rounding(mode), Long.parseLong(codes[i], 16), X);
            }
        }

        @Test
        void stochasticModesFollowTheirFormulas() {
            // f = 3/8 between 1 and 1.5: 1.1875. N = 2.
            OracleValue x = OracleValue.of(new BigDecimal("1.1875"));
            // A: floor(1.5) = 1, up from R = 3. B: floor(3) + 2R + 1 >= 8 from R = 2. C: rte(1.5) = 2, from R = 2.
            assertThat(firstUp(Rounding.STOCHASTIC_A, x)).isEqualTo(3);
            assertThat(firstUp(Rounding.STOCHASTIC_B, x)).isEqualTo(2);
            assertThat(firstUp(Rounding.STOCHASTIC_C, x)).isEqualTo(2);
            // f + R/4 >= 1 from R = 2.5
            assertThat(firstUp(Rounding.STOCHASTIC_TRUNCATE, x)).isEqualTo(3);
        }

        private static int firstUp(Rounding mode, OracleValue x) {
            Policies policies = Policies.IEEE.withStochasticRounding(mode, 2);
            for (int r = 0; r < 4; r++) {
                // bits above the low two are ignored
                long code = Oracle.of(Formats.OCP_E2M1)
                        .encode(x, policies, r | 0xf0)
                        .code();
                if (code == 3) {
                    return r;
                }
            }
            return 4;
        }

        @Test
        void stochasticModesLeaveExactValuesAlone() {
            for (Rounding mode : Rounding.values()) {
                if (mode.isStochastic()) {
                    check(Formats.OCP_E2M1, 1.5, Policies.IEEE.withStochasticRounding(mode, 63), 3, 0);
                    assertThat(Oracle.of(Formats.OCP_E2M1)
                                    .encode(
                                            OracleValue.of(3),
                                            Policies.IEEE.withStochasticRounding(mode, 63),
                                            Long.MAX_VALUE))
                            .isEqualTo(new Oracle.Result(5, 0));
                }
            }
        }

        @Test
        void tiesOfPrecisionOne() {
            // E8M0: 1.5 * 2^k goes up, whatever k
            check(Formats.E8M0, 1.5, Policies.IEEE, 0x80, X);
            check(Formats.E8M0, 3.0, Policies.IEEE, 0x81, X);
            // to odd takes the odd code
            check(Formats.E8M0, 1.5, rounding(Rounding.TO_ODD), 0x7f, X);
            check(Formats.E8M0, 3.5, rounding(Rounding.TO_ODD), 0x81, X);
            // P3109 8p1se: bias 63... 1.0 is code 0x40, even; ties go to the even code
            FloatFormat f = P3109.of(8, 1, true, true);
            check(f, 1.5, Policies.IEEE, 0x40, X);
            check(f, 3.0, Policies.IEEE, 0x42, X);
            // a tie between 0 and the smallest number, 2^-63, goes to 0
            check(f, 0x1p-64, Policies.IEEE, 0, UX);
            check(f, 0x1.8p-64, Policies.IEEE, 1, UX);
        }
    }

    @Nested
    class GoldenVectors {
        @Test
        void doubleRoundingTraps() {
            Policies via = Policies.IEEE.withPath(SourcePath.VIA_BINARY32);
            check(Formats.BINARY16, 1 + 0x1p-11 + 0x1p-40, Policies.IEEE, 0x3c01, X);
            check(Formats.BINARY16, 1 + 0x1p-11 + 0x1p-40, via, 0x3c00, X);
            check(Formats.BFLOAT16, 1 + 0x1p-8 + 0x1p-40, Policies.IEEE, 0x3f81, X);
            check(Formats.BFLOAT16, 1 + 0x1p-8 + 0x1p-40, via, 0x3f80, X);
            check(Formats.OCP_E4M3, 1 + 0x1p-4 + 0x1p-30, Policies.IEEE, 0x39, X);
            check(Formats.OCP_E4M3, 1 + 0x1p-4 + 0x1p-30, via, 0x38, X);
        }

        @ParameterizedTest
        @CsvSource({
            "f16, 65519.99, 7bff",
            "f16, 65520, 7c00",
            "e4m3, 464, 7e",
            "e4m3, 464.1, 7f",
            "e4m3_ieee, 248, 78",
            "e4m3fnuz, 248, 80",
            "e5m2, 61440, 7c",
            "e5m2fnuz, 61440, 80",
            "e4m3b11fnuz, 31, 80",
            "e3m4, 15.75, 70",
            "e3m4fn, 30.5, 7e",
            "e3m4fn, 30.51, 7f",
            "e3m2, 30, 1f",
            "e2m3, 7.75, 1f",
            "e2m1, 7, 7",
            "e2m1, 1e30, 7",
            "p3109_k8p3se, 53248, 7e",
            "p3109_k8p3se, 53248.5, 7f",
            "p3109_k8p4se, 232, 7e",
            "p3109_k8p4se, 232.5, 7f",
            "cfloat8_1_4_3, 496, 7f",
            "cfloat8_1_5_2, 122880, 7f",
            "e4m3, 0.00146484375, 01",
            "e4m3, 0.0009765625, 00",
            "e4m3fnuz, 0.0009765625, 01",
            "e2m1, 0.25, 0",
            "e2m1, 0.75, 2",
            "e2m1, 1.25, 2",
            "e2m1, 2.5, 4",
            "e2m1, 3.5, 6",
            "e2m1, 5, 6",
            "e4m3fnuz, -0.0, 00",
            "mxint8, 1.9921875, 7f",
        })
        void nearestEven(String name, double x, String code) {
            assertThat(encode(named(name), x, Policies.IEEE).code()).isEqualTo(Long.parseLong(code, 16));
        }

        @ParameterizedTest
        @CsvSource({
            // binary32 NaN, rule, binary16 code
            "7fd55555, KEEP, 7eaa, 0",
            "7fd55555, JDK_FOLD, 7fff, 0",
            "7fd55555, ALL_ONES, 7fff, 0",
            "7f800001, KEEP, 7e00, 16",
            "7f800001, JDK_FOLD, 7c01, 16",
            "7f800001, ALL_ONES, 7fff, 16",
            "ff800001, KEEP_SIGNALING, fe00, 16",
            "7fa00000, KEEP_SIGNALING, 7d00, 16",
            "7f800001, TRUNCATE, 7c00, 0",
            "ffc00000, CANONICAL, 7e00, 0",
            "ffc00001, CANONICAL_SIGNED, fe00, 0",
            "7fc00000, CANONICAL_NEGATIVE, fe00, 0",
            "ffc00000, ALL_ONES_SIGNED, ffff, 0",
            "7fc00000, ALL_ONES_NEGATIVE, ffff, 0",
            "ffc00000, SIGNALING_ONE, 7c01, 0",
        })
        void nansOfBinary16(String bits, NanRule rule, String code, int flags) {
            assertThat(fromFloatBits(Formats.BINARY16, Integer.parseUnsignedInt(bits, 16), Policies.IEEE.withNan(rule)))
                    .isEqualTo(new Oracle.Result(Long.parseLong(code, 16), flags));
        }

        @Test
        void nansOfOtherFormats() {
            int minus = 0xffc0_0000;
            assertThat(fromFloatBits(Formats.OCP_E4M3, minus, Policies.IEEE).code())
                    .isEqualTo(0xff);
            assertThat(fromFloatBits(Formats.OCP_E4M3, minus, Policies.IEEE.withNan(NanRule.ALL_ONES))
                            .code())
                    .isEqualTo(0x7f);
            assertThat(fromFloatBits(Formats.E4M3FNUZ, minus, Policies.IEEE)).isEqualTo(new Oracle.Result(0x80, 0));
            assertThat(fromFloatBits(Formats.E8M0, minus, Policies.IEEE)).isEqualTo(new Oracle.Result(0xff, 0));
            // widening: E4M3 7F has all trailing bits one
            assertThat(Oracle.convert(Formats.OCP_E4M3, 0xff, Formats.BINARY32, Policies.IEEE, 0))
                    .isEqualTo(new Oracle.Result(0xfff0_0000L, 0));
            assertThat(Oracle.convert(Formats.E4M3FNUZ, 0x80, Formats.BINARY32, Policies.IEEE, 0))
                    .isEqualTo(new Oracle.Result(0x7fc0_0000L, 0));
        }

        @ParameterizedTest
        @CsvSource({
            // substitute, +NaN in E2M1, -NaN in E2M1, +NaN in INT4, -NaN in INT4
            "LARGEST,        7, 7, 7, 7",
            "LARGEST_SIGNED, 7, f, 7, 8",
            "LOWEST,         f, f, 8, 8",
            "ZERO,           0, 0, 0, 0",
            "OPPOSITE_ZERO,  8, 0, 0, 0",
        })
        void nanSubstitutes(NanSubstitute rule, String fp, String fm, String ip, String im) {
            Policies policies = Policies.IEEE.withNanSubstitute(rule);
            int plus = 0x7fc0_0000;
            int minus = 0xffc0_0000;
            assertThat(fromFloatBits(Formats.OCP_E2M1, plus, policies)).isEqualTo(result(fp));
            assertThat(fromFloatBits(Formats.OCP_E2M1, minus, policies)).isEqualTo(result(fm));
            assertThat(fromFloatBits(Formats.INT4, plus, policies)).isEqualTo(result(ip));
            assertThat(fromFloatBits(Formats.INT4, minus, policies)).isEqualTo(result(im));
        }

        private static Oracle.Result result(String hex) {
            return new Oracle.Result(Long.parseLong(hex, 16), V);
        }

        @Test
        void tf32() {
            assertThat(tf32(0x3f80_1000, Rounding.TIES_TO_AWAY)).isEqualTo(0x3f80_2000 >> 13);
            assertThat(tf32(0x3f80_1000, Rounding.TIES_TO_EVEN)).isEqualTo(0x3f80_0000 >> 13);
            assertThat(tf32(0x3f80_1000, Rounding.TOWARD_ZERO)).isEqualTo(0x3f80_0000 >> 13);
            assertThat(tf32(0x3f80_3000, Rounding.TIES_TO_EVEN)).isEqualTo(0x3f80_4000 >> 13);
            assertThat(tf32(0x3f80_3000, Rounding.TOWARD_ZERO)).isEqualTo(0x3f80_2000 >> 13);
        }

        private static long tf32(int bits, Rounding mode) {
            return fromFloatBits(Formats.TF32, bits, rounding(mode)).code();
        }

        @Test
        void e8m0() {
            check(Formats.E8M0, 0, Policies.IEEE, 0, UX);
            check(Formats.E8M0, 0, Policies.IEEE.withZero(ZeroRule.NAN), 0xff, V);
            check(Formats.E8M0, -1, Policies.IEEE, 0xff, V);
            check(Formats.E8M0, -1, Policies.IEEE.withNegative(NegativeRule.ABSOLUTE), 0x7f, 0);
            check(Formats.E8M0, -1.5, Policies.IEEE.withNegative(NegativeRule.CLAMP), 0, V);
            check(Formats.E8M0, 0x1p-127, Policies.IEEE, 0, 0);
            check(Formats.E8M0, 0x1p-128, rounding(Rounding.TOWARD_POSITIVE), 0, UX);
            check(Formats.E8M0, 0x1.8p-127, rounding(Rounding.TOWARD_POSITIVE), 1, X);
            check(Formats.E8M0, 0x1.8p-127, rounding(Rounding.TOWARD_ZERO), 0, X);
            check(Formats.E8M0, 0x1.8p-127, Policies.IEEE, 1, X);
            check(Formats.E8M0, 0x1.8p127, rounding(Rounding.TOWARD_ZERO), 0xfe, X);
            check(Formats.E8M0, 0x1.8p127, rounding(Rounding.TOWARD_POSITIVE), 0xff, OX);
            check(Formats.E8M0, 0x1.8p127, rounding(Rounding.TOWARD_POSITIVE).saturating(), 0xfe, OX);
            check(Formats.E8M0, Double.POSITIVE_INFINITY, Policies.IEEE.saturating(), 0xfe, V);
            check(Formats.E8M0, Double.POSITIVE_INFINITY, Policies.IEEE, 0xff, V);
        }
    }

    @Nested
    class FlagsAndRanges {
        @Test
        void tininessPair() {
            Policies before = Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING);
            assertThat(fromFloatBits(Formats.BINARY16, 0x387f_f000, Policies.IEEE))
                    .isEqualTo(new Oracle.Result(0x0400, X));
            assertThat(fromFloatBits(Formats.BINARY16, 0x387f_efff, Policies.IEEE))
                    .isEqualTo(new Oracle.Result(0x0400, UX));
            assertThat(fromFloatBits(Formats.BINARY16, 0x387f_f000, before)).isEqualTo(new Oracle.Result(0x0400, UX));
            assertThat(fromFloatBits(Formats.BINARY16, 0x387f_efff, before)).isEqualTo(new Oracle.Result(0x0400, UX));
        }

        @Test
        void exactSubnormalsAreNotUnderflow() {
            check(Formats.BINARY16, 0x1p-24, Policies.IEEE, 1, 0);
            check(Formats.BINARY16, -0x1p-24, Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING), 0x8001, 0);
        }

        @Test
        void flushedResults() {
            Policies before = Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING);
            Policies after = Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING);
            check(Formats.BINARY16, -0x1p-24, before, 0x8000, UX);
            check(Formats.BINARY16, 0x1p-24, after, 0, UX);
            // 2^-14 * (1 - 2^-12) is a tie that rounds up to 2^-14
            double tie = 0x1p-14 - 0x1p-26;
            check(Formats.BINARY16, tie, before, 0, UX);
            check(Formats.BINARY16, tie, after, 0x0400, X);
            check(Formats.BINARY16, tie - 0x1p-40, after, 0, UX);
            check(Formats.BINARY16, 0x1p-14, before, 0x0400, 0);
        }

        @Test
        void flushedInputs() {
            Policies policies = Policies.IEEE.withFlushInputs(true);
            assertThat(fromFloatBits(Formats.BFLOAT16, 0x807f_ffff, policies)).isEqualTo(new Oracle.Result(0x8000, 0));
            assertThat(fromFloatBits(Formats.BFLOAT16, 0x0080_0000, policies)).isEqualTo(new Oracle.Result(0x0080, 0));
            assertThat(Oracle.convert(Formats.OCP_E4M3, 7, Formats.BINARY32, policies, 0))
                    .isEqualTo(new Oracle.Result(0, 0));
            assertThat(Oracle.of(Formats.BFLOAT16)
                            .encode(OracleValue.ofScaled(BigInteger.ONE, -130), policies, 0)
                            .code())
                    .isEqualTo(8);
        }

        @Test
        void formatWithoutSubnormals() {
            FloatFormat uhp = Formats.CFLOAT16_UHP;
            check(uhp, 0x1p-31, Policies.IEEE, 0, UX);
            check(uhp, 0x1p-30, Policies.IEEE, 0x400, 0);
            check(uhp, 0x1p-30 - 0x1p-42, Policies.IEEE, 0x400, X);
            check(uhp, 0x1p-30 - 0x1p-42, Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING), 0x400, UX);
            check(uhp, 0x1p-30 - 0x1p-41, Policies.IEEE, 0, UX);
            check(uhp, 0x1p-31, rounding(Rounding.AWAY_FROM_ZERO), 0, UX);
        }

        @Test
        void teslaGap() {
            FloatFormat f = FloatFormat.builder("t143", 4, 3)
                    .specials(SpecialValues.NONE)
                    .subnormals(SubnormalRule.TESLA_LITERAL)
                    .build();
            // 7 * 2^-10 (code 7) and 16 * 2^-10 (code 8); midpoint 11.5
            check(f, 11 * 0x1p-10, Policies.IEEE, 7, UX);
            check(f, 11.5 * 0x1p-10, Policies.IEEE, 8, UX);
            check(f, 12 * 0x1p-10, Policies.IEEE, 8, UX);
            check(f, 0.5 * 0x1p-10, Policies.IEEE, 0, UX);
        }

        /** Overflow by mode, for 1e10 and -1e10, in a format with infinity, with NaN only, and with neither. */
        @ParameterizedTest
        @CsvSource({
            "TIES_TO_EVEN,    7c00, fc00, 7f, ff, 7, f",
            "TIES_TO_AWAY,    7c00, fc00, 7f, ff, 7, f",
            "TIES_TOWARD_ZERO, 7c00, fc00, 7f, ff, 7, f",
            "TIES_TOWARD_POSITIVE, 7c00, fc00, 7f, ff, 7, f",
            "AWAY_FROM_ZERO,  7c00, fc00, 7f, ff, 7, f",
            "TOWARD_ZERO,     7bff, fbff, 7e, fe, 7, f",
            "TO_ODD,          7bff, fbff, 7e, fe, 7, f",
            "TOWARD_POSITIVE, 7c00, fbff, 7f, fe, 7, f",
            "TOWARD_NEGATIVE, 7bff, fc00, 7e, ff, 7, f",
        })
        void overflowByMode(Rounding mode, String a, String b, String c, String d, String e, String f) {
            ScalarFormat[] formats = {Formats.BINARY16, Formats.OCP_E4M3, Formats.OCP_E2M1};
            String[] codes = {a, b, c, d, e, f};
            for (int i = 0; i < 6; i++) {
                double x = i % 2 == 0 ? 1e10 : -1e10;
                check(formats[i / 2], x, rounding(mode), Long.parseLong(codes[i], 16), OX);
            }
        }

        @Test
        void overflowPolicies() {
            check(Formats.OCP_E4M3, 1e10, rounding(Rounding.TOWARD_ZERO).withOverflow(Overflow.INFINITY), 0x7f, OX);
            check(Formats.BINARY16, 1e10, Policies.IEEE.withOverflow(Overflow.NAN), 0x7e00, OX);
            check(Formats.BINARY16, -1e10, Policies.IEEE.withOverflow(Overflow.NAN), 0xfe00, OX);
            check(Formats.OCP_E2M1, -1e10, Policies.IEEE.withOverflow(Overflow.NAN), 0xf, OX);
            check(Formats.BINARY16, 1e10, Policies.IEEE.withOverflow(Overflow.SATURATE), 0x7bff, OX);
            Policies satNone = Policies.IEEE.withOverflow(Overflow.P3109);
            check(P3109.of(8, 4, true, true), 1e10, satNone, 0x7f, OX);
            check(P3109.of(8, 4, true, false), 1e10, satNone, 0x7f, OX); // the largest finite number
            check(P3109.of(8, 4, true, true), -1e10, satNone.withRounding(Rounding.TO_ODD), 0xff, OX);
            check(P3109.of(8, 4, false, true), 1e10, satNone.withRounding(Rounding.TO_ODD), 0xfd, OX);
            check(P3109.of(8, 4, true, true), 1e10, satNone.withRounding(Rounding.TOWARD_ZERO), 0x7e, OX);
            // 448 to 480 in E4M3 is beside the code of the NaN, and odd: overflow
            check(Formats.OCP_E4M3, 450, rounding(Rounding.TO_ODD), 0x7e, OX);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encode(Formats.BINARY16, 1, Policies.IEEE.withOverflow(Overflow.WRAP)));
        }

        @Test
        void infiniteInputs() {
            double inf = Double.POSITIVE_INFINITY;
            check(Formats.BINARY16, -inf, Policies.IEEE, 0xfc00, 0);
            check(Formats.BINARY16, inf, Policies.IEEE.withInfinity(InfinityRule.NAN), 0x7e00, V);
            check(Formats.BINARY16, inf, Policies.IEEE.withInfinity(InfinityRule.SATURATE), 0x7bff, V);
            check(Formats.OCP_E4M3, -inf, Policies.IEEE, 0xff, V);
            check(Formats.OCP_E2M1, -inf, Policies.IEEE.withInfinity(InfinityRule.NAN), 0xf, V);
            check(Formats.INT8, -inf, Policies.IEEE, 0x80, V);
            check(Formats.UE4M3, -inf, Policies.IEEE, 0x7f, V);
            check(Formats.UE4M3, -inf, Policies.IEEE.withNegative(NegativeRule.CLAMP), 0, V);
        }

        @Test
        void negativeNumbersInUnsignedFormats() {
            check(Formats.UE4M3, -0.0, Policies.IEEE, 0, 0);
            check(Formats.UE4M3, -0x1p-11, Policies.IEEE, 0, UX);
            check(Formats.UE4M3, -0x1p-11, rounding(Rounding.TOWARD_NEGATIVE), 0x7f, V);
            check(
                    Formats.UE4M3,
                    -0x1p-11,
                    rounding(Rounding.TOWARD_NEGATIVE).withNegative(NegativeRule.ABSOLUTE),
                    0,
                    UX);
            check(Formats.UE4M3, -1, Policies.IEEE.withNegative(NegativeRule.CLAMP), 0, V);
            check(Formats.CFLOAT16_UHP, -1, Policies.IEEE, 0, V);
            FloatFormat p = P3109.of(8, 4, false, true);
            Policies satNone = Policies.IEEE.withOverflow(Overflow.P3109);
            check(p, -1, satNone, 0xff, V);
            check(p, -1, satNone.withRounding(Rounding.TOWARD_POSITIVE), 0, V);
        }

        @Test
        void integerTargets() {
            check(Formats.INT8, 2.5, Policies.IEEE, 2, X);
            check(Formats.INT8, -3.5, Policies.IEEE, 0xfc, X);
            check(Formats.INT8, 127.5, Policies.IEEE, 0x7f, V);
            check(Formats.INT8, 127.4, Policies.IEEE, 0x7f, X);
            check(Formats.INT8, -128.5, Policies.IEEE, 0x80, X);
            check(Formats.UINT8, -0.5, Policies.IEEE, 0, X);
            check(Formats.UINT8, -0.6, Policies.IEEE, 0, V);
            check(Formats.INT4, 8, Policies.IEEE, 7, V);
            check(Formats.INT4, 8, Policies.IEEE.withOverflow(Overflow.WRAP), 8, V);
            check(Formats.INT4, -0.0, Policies.IEEE, 0, 0);
            check(Formats.MXINT8, 1.9921875, Policies.IEEE, 0x7f, V);
            IntFormat symmetric = (IntFormat) named("i8_symmetric");
            check(symmetric, -128, Policies.IEEE, 0x81, V);
            check(Formats.BINARY1, -0.0, Policies.IEEE, 1, X);
            check(Formats.BINARY1, -0.25, rounding(Rounding.TOWARD_POSITIVE), 0, X);
            check(Formats.BINARY1, 1, Policies.IEEE, 1, 0);
        }
    }

    @Nested
    class ExtremeInputs {
        @Test
        void hugeDecimalsEndAtOnce() {
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
                for (String text : new String[] {"1e999999", "1e-999999", "1e2147483647", "1e-2147483646"}) {
                    OracleValue x = OracleValue.of(new BigDecimal(text));
                    boolean huge = !text.contains("-");
                    for (FloatFormat f : new FloatFormat[] {
                        Formats.BINARY64, Formats.OCP_E4M3, P3109.of(16, 1, true, true), P3109.of(16, 1, false, true)
                    }) {
                        Oracle.Result result = Oracle.of(f).encode(x, Policies.IEEE, 0);
                        assertThat(result.flags()).isEqualTo(huge ? OX : UX);
                    }
                    assertThat(Oracle.of(Formats.INT8).encode(x, Policies.IEEE, 0))
                            .isEqualTo(huge ? new Oracle.Result(0x7f, V) : new Oracle.Result(0, X));
                    Policies up = rounding(Rounding.AWAY_FROM_ZERO);
                    if (!huge) {
                        assertThat(Oracle.of(P3109.of(16, 1, false, true)).encode(x, up, 0))
                                .isEqualTo(new Oracle.Result(1, UX));
                    }
                }
            });
        }

        @Test
        void wrappingSeesTheLowBitsOfHugeIntegers() {
            Policies wrap = Policies.IEEE.withOverflow(Overflow.WRAP);
            OracleValue x = OracleValue.of(new BigDecimal("1e50000"));
            assertThat(Oracle.of(Formats.INT8).encode(x, wrap, 0)).isEqualTo(new Oracle.Result(0, V));
            OracleValue y = OracleValue.of(new BigDecimal("1e50000").add(new BigDecimal(77)));
            assertThat(Oracle.of(Formats.INT8).encode(y, wrap, 0)).isEqualTo(new Oracle.Result(77, V));
        }

        @Test
        void formatsWiderThanBinary64() {
            FloatFormat f = P3109.of(16, 1, true, true);
            Oracle oracle = Oracle.of(f);
            // bias 2^14; codes 1 to 0x7ffe are 2^(code - 2^14)
            assertThat(oracle.decode(1)).isEqualTo(dyadic(1, 1 - 16384));
            assertThat(oracle.decode(0x7ffe)).isEqualTo(dyadic(1, 0x7ffe - 16384));
            assertThat(oracle.encode(dyadic(3, 16380), Policies.IEEE, 0)).isEqualTo(new Oracle.Result(0x7ffe, X));
            assertThat(oracle.encode(dyadic(-3, 16382), Policies.IEEE, 0)).isEqualTo(new Oracle.Result(0xffff, OX));
            assertThat(Oracle.of(P3109.of(16, 1, false, true)).decode(0xfffd)).isEqualTo(dyadic(1, 32765));
        }

        @Test
        void quotientsRoundExactly() {
            // 1/3 in E4M3: 2^-2 * 1.0101...: 1.375 * 2^-2 = 0.34375 or 1.25 * 2^-2 = 0.3125; nearer is 0.34375
            OracleValue third = OracleValue.of(BigFraction.of(1, 3));
            Oracle oracle = Oracle.of(Formats.OCP_E4M3);
            assertThat(oracle.encode(third, Policies.IEEE, 0)).isEqualTo(new Oracle.Result(0x2b, X));
            assertThat(oracle.encode(third, rounding(Rounding.TOWARD_ZERO), 0)).isEqualTo(new Oracle.Result(0x2a, X));
        }
    }
}
