package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading numbers, against the JDK's correctly rounded parsers and against exact values. */
@Tag("fast")
class LiteralTest {
    private static final Codec F64 = Codec.of(Formats.BINARY64);
    private static final Codec F32 = Codec.of(Formats.BINARY32);

    private static void likeTheJdk(String text) {
        Literal literal = Literal.parse(text);
        assertThat(literal.encode(F64, 0, null))
                .as(text)
                .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
        assertThat((int) literal.encode(F32, 0, null))
                .as(text)
                .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(text)));
    }

    /** Cases that broke parsers: halfway points, the edges of the subnormal range, long digit strings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "+0",
                "0.0e5",
                "1",
                ".5",
                "5.",
                "1e0",
                "1E+1",
                "-1e-3",
                "0.1",
                "123456789012345678901234567890",
                "2.2250738585072012e-308", // hung PHP
                "2.2250738585072011e-308", // hung Java
                "4.9e-324",
                "2.4703282292062327e-324",
                "2.4703282292062328e-324",
                "2.47032822920623272e-324",
                "1.7976931348623157e308",
                "1.7976931348623158e308",
                "1.7976931348623159e308",
                "1.797693134862315808e308",
                "9007199254740993",
                "9007199254740993.00000000000000000000000000000000000001",
                "9007199254740992.99999999999",
                "1.00000005960464477539",
                "1.000000059604644775390625",
                "1.00000005960464477539062500000000000001",
                "3.4028235677973366e38",
                "3.4028235677973365e38",
                "3.40282346638528859811704183484516925440e38",
                "7.0064923216240853546186479164495e-46",
                "7.0064923216240853546186479164496e-46",
                "1.4012984643248170709e-45",
                "1.17549435082228750796873653722224567781866555677208752150875170627e-38",
                "6.631236846766476e-316",
                "3.2378839133029012895883524125015321748630094237402e-319",
                "5e-324",
                "1e400",
                "-1e400",
                "1e-400",
                "-1e-400",
                "8.5e15",
                "1e23",
                "8.41e21",
                "9.5e-6"
            })
    void decimalsReadAsTheJdkReadsThem(String text) {
        likeTheJdk(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x1p0",
                "0x1.8p3",
                "0x.8p1",
                "0x8.p-1",
                "-0x1.8P+3",
                "0X1P-1074",
                "0x1p-1075",
                "0x1.0000000000001p-1075",
                "0x1.fffffffffffff8p1023",
                "0x1.fffffffffffff7ffp1023",
                "0x1.00000000000008p0",
                "0x1.000000000000080001p0",
                "0x1.000001p0",
                "0x1.00000100000001p0",
                "0x1.000003p0",
                "0x1p-149",
                "0x1p-150",
                "0x1.8p-150",
                "0x0p0",
                "-0x0.0p99999",
                "0x1p1024",
                "0x1p-2000",
                "0x123456789abcdef.123456789abcdefp-30"
            })
    void hexadecimalNumbersReadAsTheJdkReadsThem(String text) {
        likeTheJdk(text);
    }

    @Test
    void randomNumbersReadAsTheJdkReadsThem() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            double x = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(x)) {
                likeTheJdk(Double.toString(x));
                likeTheJdk(Double.toHexString(x));
            }
            float y = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(y)) {
                // halfway between two floats, exactly and nearly
                BigDecimal tie = new BigDecimal(y)
                        .add(new BigDecimal(Math.nextUp(y) == Float.POSITIVE_INFINITY ? y : Math.nextUp(y)))
                        .divide(BigDecimal.valueOf(2));
                likeTheJdk(tie.toString());
                likeTheJdk(tie.multiply(new BigDecimal("1.000000000000000000000000000001"))
                        .toString());
            }
            likeTheJdk(random.nextLong() + "e" + random.nextInt(-330, 330));
        }
    }

    @Test
    void theExactValueIsRoundedOnce() {
        Flags flags = new Flags();
        String text = "-431.99999999999999999999999999999999999999999999999999";
        assertThat(Literal.parse(text).encode(Codec.of(Formats.OCP_E4M3), 0, flags))
                .isEqualTo(0xfd);
        assertThat(flags.raised()).isEqualTo(Flags.INEXACT);
        assertThat(Literal.parse("0x1.1000000000000000000000000000000000000001p0")
                        .encode(Codec.of(Formats.OCP_E4M3), 0, null))
                .isEqualTo(0x39);
        assertThat(Literal.parse("-1e-999999999")
                        .encode(Codec.of(Formats.OCP_E4M3).rounding(Rounding.TOWARD_NEGATIVE), 0, null))
                .isEqualTo(0x81);
        // numbers of a format far wider than binary64
        Codec wide = Codec.of(P3109.of(16, 1, true, true));
        assertThat(Literal.parse("0x1p-16000").encode(wide, 0, null)).isEqualTo(0x4000 - 16000);
        assertThat(Literal.parse("1e4000").encode(wide, 0, null)).isEqualTo(0x4000 + 13288);
    }

    @Test
    void specialValues() {
        Codec half = Codec.of(Formats.BINARY16);
        for (String text : new String[] {"inf", "Inf", "INFINITY", "+infinity"}) {
            assertThat(Literal.parse(text).encode(half, 0, null)).isEqualTo(0x7c00);
        }
        assertThat(Literal.parse("-inf").encode(half, 0, null)).isEqualTo(0xfc00);
        assertThat(Literal.parse("nan").encode(half, 0, null)).isEqualTo(0x7e00);
        assertThat(Literal.parse("-NaN").encode(half, 0, null)).isEqualTo(0xfe00);
        assertThat(Literal.parse("-nan").encode(F64, 0, null)).isEqualTo(0xfff8_0000_0000_0000L);
        assertThat(Literal.parse("-0").encode(half, 0, null)).isEqualTo(0x8000);
        assertThat(Literal.parse("-0x0p0").encode(half, 0, null)).isEqualTo(0x8000);
        assertThat(Literal.parse("-nan").isNan()).isTrue();
        assertThat(Literal.parse("-nan").isNegative()).isTrue();
        assertThat(Literal.parse("1").isNan()).isFalse();
        assertThat(Literal.parse("inf").isNan()).isFalse();
        assertThat(Literal.parse("0").isNegative()).isFalse();
        assertThat(Literal.parse("1").isFinite()).isTrue();
        assertThat(Literal.parse("inf").isFinite()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-",
                "+",
                ".",
                "1 ",
                " 1",
                "1e",
                "e5",
                "--1",
                "+-1",
                "1.2.3",
                "0x",
                "0x1",
                "0xp1",
                "0x.p1",
                "0x1.8",
                "0x1p",
                "0x1p1.5",
                "0x1.8.1p0",
                "0xgp0",
                "1f",
                "1d",
                "0b1",
                "1_000",
                "1,5",
                "infinite",
                "nanx",
                "#inf",
                "1e9999999999",
                "1e-9999999999",
                "0x1p9999999999",
                "0x1p1000000001",
                "0x-1p0",
                "0x1p--1"
            })
    void anythingElseIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Literal.parse(text))
                .withMessageContaining("number")
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void messagesSayWhatIsAccepted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Literal.parse("12x"))
                .withMessage(
                        "a number must be decimal (0.1, 1e-3), hexadecimal (0x1.8p3), inf or nan, with exponents up"
                                + " to 1000000000: '12x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Literal.parse("0x12"))
                .withMessage("a hexadecimal number needs a binary exponent, for example 0x1.8p3: '0x12'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Literal.parse("x".repeat(500)))
                .withMessageEndingWith("'" + "x".repeat(40) + "...'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Literal.parse("x".repeat(40)))
                .withMessageEndingWith("'" + "x".repeat(40) + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Literal.parse("1".repeat(100_001)))
                .withMessage("a number must have at most 100000 characters: 100001");
        assertThatIllegalStateException()
                .isThrownBy(() -> Literal.parse("0x1p999999").toBigDecimal())
                .withMessage("binary exponent must be in [-100000, 100000]: 999999");
        assertThatIllegalStateException()
                .isThrownBy(() -> Literal.parse("inf").toBigDecimal())
                .withMessage("the number must be finite: inf");
    }

    /** Exponents at their limits cost no more than one of 30,000, and lengths what long numbers cost. */
    @Test
    void hostileInputIsFast() {
        String[] texts = {
            "1e999999999",
            "-1e999999999",
            "1e-999999999",
            "0x1p1000000000",
            "-0x1p-1000000000",
            "0x1p-1000000000",
            "9".repeat(100_000),
            "0." + "0".repeat(99_000) + "1",
            "1" + "0".repeat(99_999),
            "0x" + "f".repeat(99_990) + "p0",
            "0x." + "0".repeat(99_980) + "1p9",
            "9".repeat(50_000) + "e-999999999",
            "9".repeat(50_000) + "e999999999",
        };
        ScalarFormat[] formats = {
            Formats.OCP_E4M3, Formats.BINARY64, Formats.E8M0, Formats.INT8, P3109.of(16, 1, false, true)
        };
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String text : texts) {
                Literal literal = Literal.parse(text);
                for (ScalarFormat format : formats) {
                    for (Rounding mode : new Rounding[] {Rounding.TIES_TO_EVEN, Rounding.TOWARD_POSITIVE}) {
                        Codec codec = Codec.of(format, Policies.IEEE.withRounding(mode));
                        long code = literal.encode(codec, 0, null);
                        boolean small = text.contains("e-")
                                || text.contains("p-")
                                || text.startsWith("0.0")
                                || text.startsWith("0x.0");
                        boolean minus = text.startsWith("-");
                        if (!small && format instanceof FloatFormat f && f.signed()) {
                            long top = f.hasInfinity() ? f.infinityCode() : f.nanCode();
                            boolean inward = minus && mode == Rounding.TOWARD_POSITIVE;
                            assertThat(code).isEqualTo((inward ? f.maxFiniteCode() : top) | (minus ? f.signMask() : 0));
                        } else if (small && format instanceof FloatFormat f && f.signed()) {
                            boolean up = !minus && mode == Rounding.TOWARD_POSITIVE;
                            assertThat(code).isEqualTo(up ? 1 : minus ? f.signMask() : 0);
                        }
                    }
                }
            }
        });
    }

    @Test
    void printsItsExactValue() {
        for (String text : new String[] {"-inf", "nan", "0.1", "-12.50", "0x18p3"}) {
            assertThat(Literal.parse(text).toString()).isEqualTo(text.toLowerCase(Locale.ROOT));
        }
        assertThat(Literal.parse("0x1.8p3").toBigDecimal()).isEqualByComparingTo("12");
        assertThat(Literal.parse("-0.1").toBigDecimal()).isEqualByComparingTo("-0.1");
        assertThat(Literal.parse("0x1p-3").toBigDecimal()).isEqualByComparingTo("0.125");
        assertThat(Literal.parse("0x1p100000").toBigDecimal().precision()).isEqualTo(30103);
        assertThat(Literal.parse("0x1p-100000").toBigDecimal().scale()).isEqualTo(100_000);
    }
}
