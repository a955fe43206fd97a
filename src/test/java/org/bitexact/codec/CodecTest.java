package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each call of a codec, with values of each kind, against the oracle. */
@Tag("fast")
class CodecTest {
    /** What one call gave, compared as far as the call says it. */
    private static void compare(String call, long code, long expected, Codec codec, Object x) {
        if (code != expected) {
            throw new AssertionError(String.format(
                    "%s of %s to %s: 0x%x, expected 0x%x, %s",
                    call, x, codec.format(), code, expected, codec.policies()));
        }
    }

    private static void compareLong(String call, long code, Flags sink, Oracle.Result expected, Codec codec, Object x) {
        compare(call, code, expected.code(), codec, x);
        compare(call + " flags", sink.raised(), expected.flags(), codec, x);
        sink.clear();
    }

    private static long packed(Oracle.Result result) {
        return result.code() | (long) result.flags() << 32;
    }

    static Stream<ScalarFormat> formats() {
        return Stream.of(
                Formats.OCP_E4M3,
                Formats.E4M3FNUZ,
                Formats.BFLOAT16,
                Formats.BINARY32,
                Formats.BINARY64,
                Formats.E8M0,
                Formats.UE4M3,
                Formats.INT8,
                Formats.BINARY1,
                Formats.MXINT8,
                new IntFormat("i8x32", IntFormat.Encoding.TWOS_COMPLEMENT, 8, false, 5, Formats.INT8.info()),
                FormatNames.scalar("u32").format(),
                FormatNames.scalar("i64").format(),
                FormatNames.scalar("u64").format(),
                P3109.of(6, 1, true, true));
    }

    private static List<Policies> policies(ScalarFormat format) {
        List<Policies> rows = new ArrayList<>();
        for (Rounding mode : List.of(Rounding.TIES_TO_EVEN, Rounding.TOWARD_POSITIVE, Rounding.TO_ODD)) {
            rows.add(Policies.IEEE.withRounding(mode));
            rows.add(Policies.IEEE.withRounding(mode).withFlushInputs(true).withNan(NanRule.KEEP_SIGNALING));
            rows.add(Policies.IEEE.withRounding(mode).withPath(SourcePath.VIA_BINARY32));
            rows.add(Policies.IEEE
                    .withRounding(mode)
                    .withPath(SourcePath.VIA_BINARY32)
                    .withFlushInputs(true)
                    .withNan(NanRule.TRUNCATE)
                    .withInfinity(InfinityRule.SATURATE)
                    .withNegative(NegativeRule.ABSOLUTE));
        }
        if (format instanceof IntFormat) {
            rows.add(Policies.IEEE.withOverflow(Overflow.WRAP));
            rows.add(Policies.IEEE.withOverflow(Overflow.WRAP).withPath(SourcePath.VIA_BINARY32));
        }
        return rows;
    }

    private static final double[] DOUBLES = {
        0.0,
        0x1p-1074,
        0x0.8p-1022,
        0x0.fffffffffffffp-1022,
        0x1p-1022,
        0x1p-149,
        0x1p-140,
        0x1.fffffcp-127,
        0x1p-126,
        0x1p-9,
        0x1p-7,
        0.3,
        1,
        1.0625,
        // halfway in bfloat16 and E4M3 only after binary32, from above and from below
        0x1.0100000001p0,
        0x1.00fffffffffp0,
        0x1.1000000001p0,
        0x1.0ffffffffffp0,
        2.5,
        127.5,
        448,
        464.0000001,
        0x1.fffffffffp31,
        0x1p32,
        0x1.fp62,
        0x1p63,
        0x1.8p63,
        0x1p64,
        0x1p127,
        0x1.ffffffffp127,
        0x1p200,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.longBitsToDouble(0x7ff8_0000_0000_0000L),
        Double.longBitsToDouble(0x7ffd_5555_5555_5555L),
        Double.longBitsToDouble(0x7ff4_4000_2000_0001L),
        Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
    };

    @ParameterizedTest
    @MethodSource("formats")
    void doublesInEveryCall(ScalarFormat format) {
        Oracle oracle = Oracle.of(format);
        Flags sink = new Flags();
        for (Policies policies : policies(format)) {
            Codec codec = Codec.of(format, policies);
            for (double magnitude : DOUBLES) {
                for (long sign : new long[] {0, Long.MIN_VALUE}) {
                    long bits = Double.doubleToRawLongBits(magnitude) | sign;
                    double x = Double.longBitsToDouble(bits);
                    Oracle.Result expected =
                            oracle.encode(OracleValue.ofDoubleBits(bits), Formats.BINARY64, policies, 0);
                    compareLong("encodeLong", codec.encodeLong(x, 0, sink), sink, expected, codec, x);
                    compare("encodeLong", codec.encodeLong(x, 0, null), expected.code(), codec, x);
                    if (format.width() <= 32) {
                        compare("encode", Integer.toUnsignedLong(codec.encode(x)), expected.code(), codec, x);
                        compare("encode", Integer.toUnsignedLong(codec.encode(x, 0)), expected.code(), codec, x);
                        compare("encodeWithFlags", codec.encodeWithFlags(x), packed(expected), codec, x);
                        compare("encodeWithFlags", codec.encodeWithFlags(x, 0), packed(expected), codec, x);
                    }
                }
            }
        }
    }

    private static final int[] FLOATS = {
        0,
        1,
        0x0040_0000,
        0x007f_ffff,
        0x0080_0000,
        0x3b00_0000,
        0x3f7f_ffff,
        0x3f80_0000,
        0x3f80_8000,
        0x3f80_8001,
        0x3f88_0000,
        0x42ff_0000,
        0x43e8_0000,
        0x43e8_0001,
        0x4f00_0000,
        0x5f80_0000,
        0x7f7f_ffff,
        0x7f80_0000,
        0x7f80_0001,
        0x7fa0_2000,
        0x7fc0_0000,
        0x7fd5_5555
    };

    @ParameterizedTest
    @MethodSource("formats")
    void floatsInEveryCall(ScalarFormat format) {
        Oracle oracle = Oracle.of(format);
        for (Policies policies : policies(format)) {
            Codec codec = Codec.of(format, policies);
            if (format.width() > 32) {
                continue;
            }
            for (int magnitude : FLOATS) {
                for (int sign : new int[] {0, Integer.MIN_VALUE}) {
                    int bits = magnitude | sign;
                    float x = Float.intBitsToFloat(bits);
                    Oracle.Result expected =
                            oracle.encode(OracleValue.ofFloatBits(bits), Formats.BINARY32, policies, 0);
                    compare("encodeFloatBits", codec.encodeFloatBits(bits, 0), packed(expected), codec, x);
                    // a float that is passed may lose its signaling bit on the way
                    if (x == x || (bits & 0x40_0000) != 0) {
                        compare("encode", Integer.toUnsignedLong(codec.encode(x)), expected.code(), codec, x);
                        compare("encode", Integer.toUnsignedLong(codec.encode(x, 0)), expected.code(), codec, x);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void integersInEveryCall(ScalarFormat format) {
        Oracle oracle = Oracle.of(format);
        Flags sink = new Flags();
        for (Policies policies : policies(format)) {
            Codec codec = Codec.of(format, policies);
            for (long x : new long[] {
                0,
                1,
                -1,
                3,
                -3,
                17,
                257,
                449,
                -465,
                1L << 31,
                (1L << 32) - 1,
                1L << 32,
                (1L << 24) + 1,
                (1L << 53) + 1,
                (1L << 62) + 1,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1
            }) {
                Oracle.Result expected = oracle.encode(OracleValue.of(x), policies, 0);
                compareLong("encodeLong", codec.encodeLong(x, 0, sink), sink, expected, codec, x);
                if (format.width() <= 32) {
                    compare("encode", Integer.toUnsignedLong(codec.encode(x)), expected.code(), codec, x);
                    compare("encodeWithFlags", codec.encodeWithFlags(x, 0), packed(expected), codec, x);
                }
            }
        }
    }

    private static final List<String> DECIMALS = List.of(
            "0",
            "0.3",
            "1",
            "1.0625",
            "1.06250000000000000000000000000000000000001",
            "255.5",
            "464",
            "1e3",
            "1.5e19",
            "3e40",
            "1e-5",
            "1e-46",
            "7e-46",
            "1e-50",
            "1e-330",
            "1e400",
            "1e30001",
            "1e-30001",
            "9.9e29999",
            "1e999999999",
            "1e-999999999",
            "18446744073709551615.5",
            "36893488147419103233");

    @ParameterizedTest
    @MethodSource("formats")
    void decimalsInEveryCall(ScalarFormat format) {
        Oracle oracle = Oracle.of(format);
        Flags sink = new Flags();
        List<BigDecimal> values = new ArrayList<>();
        for (String text : DECIMALS) {
            values.add(new BigDecimal(text));
            values.add(new BigDecimal(text).negate());
        }
        // an integer beyond every format whose low bits are not zero
        values.add(BigDecimal.TEN.pow(30_003).add(BigDecimal.valueOf(77)));
        for (Policies policies : policies(format)) {
            Codec codec = Codec.of(format, policies);
            boolean far = policies.rounding() == Rounding.TIES_TO_EVEN;
            for (BigDecimal x : values) {
                if (!far && Math.abs((long) x.precision() - x.scale()) > 1000) {
                    continue;
                }
                Oracle.Result expected = oracle.encode(OracleValue.of(x), policies, 0);
                compareLong(
                        "encodeLong",
                        codec.encodeLong(x, 0, sink),
                        sink,
                        expected,
                        codec,
                        x.round(new java.math.MathContext(20)));
                if (format.width() <= 32) {
                    compare("encode", Integer.toUnsignedLong(codec.encode(x)), expected.code(), codec, x.precision());
                    compare("encodeWithFlags", codec.encodeWithFlags(x, 0), packed(expected), codec, x.precision());
                }
            }
        }
    }

    /** The numbers of hexadecimal literals: any significand, any exponent. */
    @ParameterizedTest
    @MethodSource("formats")
    void binaryNumbersOfAnyLength(ScalarFormat format) {
        Oracle oracle = Oracle.of(format);
        Flags sink = new Flags();
        BigInteger one = BigInteger.ONE;
        List<BigInteger> significands = List.of(
                one,
                BigInteger.valueOf(0x1_8001),
                one.shiftLeft(127).add(one),
                one.shiftLeft(127).add(one).shiftLeft(5),
                one.shiftLeft(128).add(one),
                one.shiftLeft(150).add(one.shiftLeft(140)),
                one.shiftLeft(150).add(one.shiftLeft(140)).add(one),
                one.shiftLeft(200).subtract(one));
        for (Policies policies : policies(format)) {
            Codec codec = Codec.of(format, policies);
            for (BigInteger significand : significands) {
                int length = significand.bitLength();
                for (int exponent : new int[] {
                    0,
                    -1,
                    1,
                    -length,
                    1 - length,
                    8 - length,
                    63 - length,
                    64 - length,
                    65 - length,
                    -149,
                    1000,
                    -1080 - length,
                    70_000,
                    -70_000,
                    1_000_000_000,
                    -1_000_000_000
                }) {
                    // beyond the range of every format, the exponent itself does not matter
                    int near = Math.max(Math.min(exponent, 100_000), -100_000);
                    for (boolean neg : new boolean[] {false, true}) {
                        Oracle.Result expected = oracle.encode(
                                OracleValue.ofScaled(neg ? significand.negate() : significand, near), policies, 0);
                        compareLong(
                                "encodeLong",
                                codec.encodeLong(neg, significand, exponent, 0, sink),
                                sink,
                                expected,
                                codec,
                                significand.toString(16) + " * 2^" + exponent);
                    }
                }
            }
        }
    }

    /** An exponent is brought into reach together with the length of the significand: 2^-999,960,000 is not 2^-10,000. */
    @Test
    void farExponentsOfLongSignificands() {
        Codec codec = Codec.of(P3109.of(16, 1, true, true)); // numbers from 2^-16383
        BigInteger significand = BigInteger.ONE.shiftLeft(40_000);
        assertThat(codec.encodeLong(false, significand, -1_000_000_000, 0, null))
                .isZero();
        assertThat(codec.encodeLong(false, significand, -50_000, 0, null)).isEqualTo(0x4000 - 10_000);
        BigDecimal decimal = new BigDecimal(BigInteger.TEN.pow(20_000), 1_000_000_000);
        assertThat(codec.encodeLong(decimal, 0, null)).isZero();
        assertThat(codec.encodeLong(decimal.scaleByPowerOfTen(1_000_000_000 - 20_000), 0, null))
                .isEqualTo(0x4000);
    }

    /** Here the bit below 128 others decides: 64 of an integer, 63 random ones, and one that is halfway. */
    @Test
    void theBitBelow128OthersMayDecide() {
        ScalarFormat format = FormatNames.scalar("u64").format();
        Policies policies = Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_C, 63);
        Codec codec = Codec.of(format, policies);
        BigInteger significand = BigInteger.ONE.shiftLeft(127).add(BigInteger.ONE); // 2^63 + 2^-64
        for (int zeros : new int[] {0, 1, 5}) {
            for (int bit : new int[] {0, 1}) {
                BigInteger x = significand.shiftLeft(zeros).add(BigInteger.valueOf(zeros == 0 ? 0 : bit));
                Oracle.Result expected =
                        Oracle.of(format).encode(OracleValue.ofScaled(x, -64 - zeros), policies, Long.MAX_VALUE);
                assertThat(codec.encodeLong(false, x, -64 - zeros, Long.MAX_VALUE, null))
                        .isEqualTo(expected.code());
                assertThat(codec.encodeLong(
                                new BigDecimal(x).divide(new BigDecimal(BigInteger.TWO.pow(64 + zeros))),
                                Long.MAX_VALUE,
                                null))
                        .isEqualTo(expected.code());
            }
        }
    }

    @Test
    void nansOfLiteralsAreQuietAndHaveNoPayload() {
        for (ScalarFormat format : formats().toList()) {
            Codec codec = Codec.of(format);
            Flags sink = new Flags();
            for (boolean neg : new boolean[] {false, true}) {
                Oracle.Result expected =
                        Oracle.of(format).encode(new OracleValue.Nan(neg, 1, 1, false), Policies.IEEE, 0);
                compareLong("encodeNan", codec.encodeNan(neg, sink), sink, expected, codec, "NaN");
                assertThat(codec.encodeNan(neg, null)).isEqualTo(expected.code());
            }
        }
    }

    /** The random bits reach the rounding from every call; those of 2^N - 1 move each inexact value. */
    @Test
    void randomBitsInEveryCall() {
        Codec codec = Codec.of(Formats.INT8).stochastic(Rounding.STOCHASTIC_A, 4);
        assertThat(codec.encode(1.5, 0)).isEqualTo(1);
        assertThat(codec.encode(1.5, 15)).isEqualTo(2);
        assertThat(codec.encode(1.5f, 0)).isEqualTo(1);
        assertThat(codec.encode(1.5f, 15)).isEqualTo(2);
        assertThat((int) codec.encodeWithFlags(1.5, 15)).isEqualTo(2);
        assertThat((int) codec.encodeFloatBits(Float.floatToRawIntBits(1.5f), 15))
                .isEqualTo(2);
        assertThat((int) codec.encodeWithFlags(new BigDecimal("1.5"), 15)).isEqualTo(2);
        assertThat(codec.encodeLong(new BigDecimal("1.5"), 15, null)).isEqualTo(2);
        assertThat(codec.encodeLong(false, BigInteger.valueOf(3), -1, 15, null)).isEqualTo(2);
        Codec tens = Codec.of(Formats.OCP_E2M1).stochastic(Rounding.STOCHASTIC_A, 4);
        assertThat((int) tens.encodeWithFlags(5L, 0)).isEqualTo(6);
        assertThat((int) tens.encodeWithFlags(5L, 15)).isEqualTo(7);
        assertThat(tens.encodeLong(5L, 15, null)).isEqualTo(7);
        assertThat(tens.encodeLong(5.0, 15, null)).isEqualTo(7);
    }

    private static FloatFormat format(int exponentBits, int trailingBits, int bias, SubnormalRule rule) {
        return new FloatFormat(
                "f" + exponentBits + "_" + trailingBits + "_" + bias,
                true,
                exponentBits,
                trailingBits,
                bias,
                SpecialValues.IEEE,
                rule,
                64,
                FormatInfo.custom("a test format"));
    }

    /** Some of the formats whose every code is decoded elsewhere, and some at the ends of what binary64 holds. */
    @Test
    void codesDecodeToTheirValues() {
        List<ScalarFormat> formats = new ArrayList<>(formats().toList());
        formats.add(format(4, 3, 7, SubnormalRule.TESLA_LITERAL));
        formats.add(format(4, 3, 7, SubnormalRule.FLUSH));
        formats.add(format(4, 3, 7, SubnormalRule.ABSENT));
        formats.add(format(11, 3, 1023, SubnormalRule.TESLA_LITERAL));
        // emin -1022, -1023, -1024
        formats.add(format(8, 3, 1023, SubnormalRule.GRADUAL));
        formats.add(format(8, 3, 1024, SubnormalRule.GRADUAL));
        formats.add(new FloatFormat(
                "absent", true, 8, 3, 1023, SpecialValues.FN, SubnormalRule.ABSENT, 16, FormatInfo.custom("absent")));
        formats.add(new IntFormat("i53", IntFormat.Encoding.TWOS_COMPLEMENT, 53, false, 0, Formats.INT8.info()));
        for (ScalarFormat format : formats) {
            if (format instanceof IntFormat && format.width() > 53) {
                continue;
            }
            Codec codec = Codec.of(format);
            Oracle oracle = Oracle.of(format);
            long mask = format.codeMask();
            long sign = format instanceof FloatFormat f ? f.signMask() : 0;
            for (long i = -40; i < 200; i++) {
                for (long code :
                        new long[] {i & mask, (i & mask) ^ sign, (mask >>> 1) - i & mask, mask >>> 2 ^ i & mask}) {
                    double expected = toDouble(oracle.decode(code));
                    compare(
                            "decode",
                            Double.doubleToLongBits(codec.decode(code)),
                            Double.doubleToLongBits(expected),
                            codec,
                            code);
                    if (code == (int) code && code >= 0) {
                        compare(
                                "decode",
                                Double.doubleToLongBits(codec.decode((int) code)),
                                Double.doubleToLongBits(expected),
                                codec,
                                code);
                    }
                    if (Double.isFinite(expected)) {
                        assertThat(codec.decodeExact(code)).isEqualByComparingTo(new BigDecimal(expected));
                        assertThat(codec.decodeExact(code).scale())
                                .as("free of trailing zero bits")
                                .isEqualTo(Math.max(0, new BigDecimal(expected).scale()));
                    }
                }
            }
        }
        assertThat(Codec.of(Formats.BINARY32).decode(0x8000_0001)).isEqualTo(-0x1p-149);
    }

    private static double toDouble(OracleValue value) {
        if (value instanceof OracleValue.Finite x) {
            return CodecTestData.toDouble(x);
        }
        double magnitude = value instanceof OracleValue.Zero
                ? 0.0
                : value instanceof OracleValue.Infinity ? Double.POSITIVE_INFINITY : Double.NaN;
        return value.negative() ? -magnitude : magnitude;
    }

    @Test
    void codesThatDoNotDecode() {
        Codec e4m3 = Codec.of(Formats.OCP_E4M3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e4m3.decode(0x138))
                .withMessageContaining("0x138");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e4m3.decode(0x100))
                .withMessageContaining("0x100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e4m3.decodeExact(0x100))
                .withMessageContaining("0x100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e4m3.decodeExact(0x7f))
                .withMessage("code of e4m3 must be finite: 0x7f (NaN)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.of(Formats.OCP_E5M2).decodeExact(0xfc))
                .withMessage("code of e5m2 must be finite: 0xfc (infinity)");
        for (ScalarFormat format : List.of(
                FormatNames.scalar("i64").format(),
                P3109.of(16, 1, true, true),
                format(8, 3, 1080, SubnormalRule.GRADUAL),
                format(11, 3, 1000, SubnormalRule.GRADUAL),
                new IntFormat("i54", IntFormat.Encoding.TWOS_COMPLEMENT, 54, false, 0, Formats.INT8.info()))) {
            for (long code : new long[] {0, 1, 0x3c}) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> Codec.of(format).decode(code))
                        .withMessageContaining("not all exact in binary64");
            }
        }
    }

    @Test
    void codecsAreMadeFromOthers() {
        Codec codec = Codec.of(Formats.OCP_E4M3);
        assertThat(codec.format()).isSameAs(Formats.OCP_E4M3);
        assertThat(codec.policies()).isEqualTo(Policies.IEEE);
        assertThat(codec.with(Policies.IEEE.saturating()).policies()).isEqualTo(Policies.IEEE.saturating());
        assertThat(codec.rounding(Rounding.TO_ODD).policies()).isEqualTo(Policies.IEEE.withRounding(Rounding.TO_ODD));
        assertThat(codec.stochastic(Rounding.STOCHASTIC_B, 9).policies())
                .isEqualTo(Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_B, 9));
        assertThat(codec.overflow(Overflow.NAN).policies()).isEqualTo(Policies.IEEE.withOverflow(Overflow.NAN));
        assertThat(codec.infinity(InfinityRule.NAN).policies()).isEqualTo(Policies.IEEE.withInfinity(InfinityRule.NAN));
        assertThat(codec.nan(NanRule.CANONICAL).policies()).isEqualTo(Policies.IEEE.withNan(NanRule.CANONICAL));
        assertThat(codec.saturating().policies()).isEqualTo(Policies.IEEE.saturating());
        for (Codec other : List.of(codec.saturating(), codec.rounding(Rounding.TO_ODD), codec.nan(NanRule.CANONICAL))) {
            assertThat(other.format()).isSameAs(Formats.OCP_E4M3);
        }
        Codec profile = Codec.of(Formats.OCP_E4M3, Profile.parse("cuda-sat"), Formats.BINARY16);
        assertThat(profile.format()).isSameAs(Formats.OCP_E4M3);
        assertThat(profile.policies())
                .isEqualTo(Profile.parse("cuda-sat").policies(Formats.BINARY16, Formats.OCP_E4M3));
        Converter converter = Converter.of(Formats.BINARY16, codec.saturating());
        assertThat(converter.source()).isSameAs(Formats.BINARY16);
        assertThat(converter.target()).isSameAs(Formats.OCP_E4M3);
        assertThat(converter.policies()).isEqualTo(Policies.IEEE.saturating());
    }
}
