package org.bitexact.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What follows from the parameters of a floating-point format. */
@Tag("fast")
class FloatFormatTest {
    static Stream<FloatFormat> formats() {
        return Stream.concat(
                        Formats.named().stream()
                                .filter(f -> f instanceof FloatFormat && f.width() <= 16)
                                .map(FloatFormat.class::cast),
                        P3109.all(3, 9).stream())
                .flatMap(f -> Stream.of(f, variant(f)))
                .distinct();
    }

    /** The same with the subnormals flushed, where that is possible. */
    private static FloatFormat variant(FloatFormat f) {
        return f.subnormals() != SubnormalRule.GRADUAL
                ? f
                : new FloatFormat(
                        f.name() + "_flush",
                        f.signed(),
                        f.exponentBits(),
                        f.trailingBits(),
                        f.bias(),
                        f.specials(),
                        SubnormalRule.FLUSH,
                        f.containerBits(),
                        f.info());
    }

    /** The table of the formats, computed by hand from their definitions; {@code -} where there is none. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // name, bits, s/e/t, bias, p, emin, emax, largest, smallest normal, infinity, canonical NaN, -0
        "f64, 64, 1/11/52, 1023, 53, -1022, 1023, 7fefffffffffffff, 0010000000000000, 7ff0000000000000,"
                + " 7ff8000000000000, 8000000000000000",
        "f32, 32, 1/8/23, 127, 24, -126, 127, 7f7fffff, 00800000, 7f800000, 7fc00000, 80000000",
        "tf32, 19, 1/8/10, 127, 11, -126, 127, 3fbff, 00400, 3fc00, 3fe00, 40000",
        "f16, 16, 1/5/10, 15, 11, -14, 15, 7bff, 0400, 7c00, 7e00, 8000",
        "bf16, 16, 1/8/7, 127, 8, -126, 127, 7f7f, 0080, 7f80, 7fc0, 8000",
        "e5m2, 8, 1/5/2, 15, 3, -14, 15, 7b, 04, 7c, 7e, 80",
        "e4m3, 8, 1/4/3, 7, 4, -6, 8, 7e, 08, -, 7f, 80",
        "e4m3_ieee, 8, 1/4/3, 7, 4, -6, 7, 77, 08, 78, 7c, 80",
        "e3m4, 8, 1/3/4, 3, 5, -2, 3, 6f, 10, 70, 78, 80",
        "e3m4fn, 8, 1/3/4, 3, 5, -2, 4, 7e, 10, -, 7f, 80",
        "e5m2fnuz, 8, 1/5/2, 16, 3, -15, 15, 7f, 04, -, 80, -",
        "e4m3fnuz, 8, 1/4/3, 8, 4, -7, 7, 7f, 08, -, 80, -",
        "e4m3b11fnuz, 8, 1/4/3, 11, 4, -10, 4, 7f, 08, -, 80, -",
        "e3m2, 6, 1/3/2, 3, 3, -2, 4, 1f, 04, -, -, 20",
        "e2m3, 6, 1/2/3, 1, 4, 0, 2, 1f, 08, -, -, 20",
        "e2m1, 4, 1/2/1, 1, 2, 0, 2, 7, 2, -, -, 8",
        "e8m0, 8, 0/8/0, 127, 1, -127, 127, fe, 00, -, ff, -",
        "ue4m3, 7, 0/4/3, 7, 4, -6, 8, 7e, 08, -, 7f, -",
        "ue5m3, 8, 0/5/3, 15, 4, -14, 16, fe, 08, -, ff, -",
        "cfloat8_1_4_3, 8, 1/4/3, 7, 4, -6, 8, 7f, 08, -, -, 80",
        "cfloat8_1_5_2, 8, 1/5/2, 15, 3, -14, 16, 7f, 04, -, -, 80",
        "cfloat16_shp, 16, 1/5/10, 15, 11, -14, 16, 7fff, 0400, -, -, 8000",
        "cfloat16_uhp, 16, 0/6/10, 31, 11, -30, 32, ffff, 0400, -, -, -",
        "p3109_k8p3se, 8, 1/5/2, 16, 3, -15, 15, 7e, 04, 7f, 80, -",
        "p3109_k8p4se, 8, 1/4/3, 8, 4, -7, 7, 7e, 08, 7f, 80, -",
        "p3109_k8p1se, 8, 1/7/0, 64, 1, -63, 62, 7e, 01, 7f, 80, -",
        "p3109_k8p4ue, 8, 0/5/3, 16, 4, -15, 15, fd, 08, fe, ff, -"
    })
    void tableOfFormats(
            String name,
            int bits,
            String layout,
            int bias,
            int p,
            int emin,
            int emax,
            String largest,
            String smallestNormal,
            String infinity,
            String nan,
            String minusZero) {
        FloatFormat f = (FloatFormat) FormatNames.scalar(name).format();
        assertThat(f.width()).isEqualTo(bits);
        assertThat((f.signed() ? 1 : 0) + "/" + f.exponentBits() + "/" + f.trailingBits())
                .isEqualTo(layout);
        assertThat(f.bias()).isEqualTo(bias);
        assertThat(f.precision()).isEqualTo(p);
        assertThat(f.emin()).isEqualTo(emin);
        assertThat(f.emax()).isEqualTo(emax);
        assertThat(hex(f, f.maxFiniteCode())).isEqualTo(largest);
        assertThat(hex(f, f.minNormalCode())).isEqualTo(smallestNormal);
        assertThat(f.hasInfinity() ? hex(f, f.infinityCode()) : "-").isEqualTo(infinity);
        assertThat(f.hasNan() ? hex(f, f.nanCode()) : "-").isEqualTo(nan);
        assertThat(f.hasNegativeZero() ? hex(f, f.signMask()) : "-").isEqualTo(minusZero);
        assertThat(f.fitsBinary64()).isTrue();
    }

    private static String hex(FloatFormat f, long code) {
        return String.format("%0" + f.hexDigits() + "x", code);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyCodeIsClassifiedByItsDefinition(FloatFormat f) {
        for (long code = 0; code <= f.codeMask(); code++) {
            ExactValue.Kind kind = ExactValue.kind(f, code);
            boolean signBit = f.signed() && code >>> (f.width() - 1) != 0;
            boolean zero = ExactValue.of(f, code).map(x -> x.signum() == 0).orElse(false);
            boolean field0 =
                    f.subnormals() == SubnormalRule.GRADUAL && (code & f.magnitudeMask()) >>> f.trailingBits() == 0;
            boolean signMeans = kind != ExactValue.Kind.NAN
                    || f.specials() == SpecialValues.IEEE
                    || f.specials() == SpecialValues.FN;
            int expected = bits(
                    kind == ExactValue.Kind.NAN,
                    kind == ExactValue.Kind.INFINITE,
                    kind == ExactValue.Kind.FINITE,
                    zero,
                    kind == ExactValue.Kind.FINITE && field0 && !zero,
                    signBit && signMeans);
            int actual = bits(
                    f.isNan(code),
                    f.isInfinite(code),
                    f.isFinite(code),
                    f.isZero(code),
                    f.isSubnormal(code),
                    f.isSignMinus(code));
            if (actual != expected) {
                throw new AssertionError(String.format(
                        "%s 0x%x: NaN, infinite, finite, zero, subnormal, minus are %06d, not %06d",
                        f,
                        code,
                        Integer.valueOf(Integer.toBinaryString(actual)),
                        Integer.valueOf(Integer.toBinaryString(expected))));
            }
        }
    }

    private static int bits(boolean... flags) {
        int bits = 0;
        for (boolean flag : flags) {
            bits = bits << 1 | (flag ? 1 : 0);
        }
        return bits;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void codesOfMagnitudesAreInTheOrderOfTheirValues(FloatFormat f) {
        long first = f.subnormals() == SubnormalRule.FLUSH ? f.minNormalCode() : 1;
        for (long code = first; code <= f.maxFiniteCode(); code++) {
            BigDecimal below = ExactValue.of(f, code - 1).orElseThrow();
            BigDecimal value = ExactValue.of(f, code).orElseThrow();
            if (value.compareTo(below) <= 0) {
                throw new AssertionError(String.format("%s 0x%x: %s is not above %s", f, code, value, below));
            }
        }
    }

    @Test
    void signalingNansAreThoseWithoutTheQuietBit() {
        assertThat(Formats.OCP_E5M2.isSignalingNan(0x7d)).isTrue();
        assertThat(Formats.OCP_E5M2.isSignalingNan(0x7e)).isFalse();
        assertThat(Formats.BINARY16.isSignalingNan(0x7c01)).isTrue();
        assertThat(Formats.BINARY16.isSignalingNan(0x7dff)).isTrue();
        assertThat(Formats.BINARY16.isSignalingNan(0x7e00)).isFalse();
        assertThat(Formats.BFLOAT16.isSignalingNan(0xffbf)).isTrue();
        assertThat(Formats.OCP_E4M3.isSignalingNan(0x7f)).isFalse();
        assertThat(Formats.E4M3FNUZ.isSignalingNan(0x80)).isFalse();
    }

    @Test
    void fnuzFormatsEqualTheFiniteP3109Formats() {
        for (int code = 0; code < 256; code++) {
            FloatFormat p3109 = P3109.of(8, 4, true, false);
            assertThat(ExactValue.of(p3109, code)).isEqualTo(ExactValue.of(Formats.E4M3FNUZ, code));
            assertThat(p3109.isNan(code)).isEqualTo(Formats.E4M3FNUZ.isNan(code));
        }
    }

    @Test
    void scaleIsTheSameAsASmallerBias() {
        FloatFormat scaled = CFp8.ipuF143(3).format();
        for (int code = 0; code < 256; code++) {
            if (code != 0x80) {
                assertThat(ExactValue.of(scaled, code).orElseThrow())
                        .isEqualByComparingTo(ExactValue.of(Formats.E4M3FNUZ, code)
                                .orElseThrow()
                                .multiply(ExactValue.powerOfTwo(3)));
            }
        }
        assertThat(CFp8.ipuF143(3).withScale(0)).isEqualTo(CFp8.ipuF143(0));
    }

    @Test
    void codeBeyondTheWidthIsRefused() {
        assertThat(Formats.UE4M3.requireCode(0x7f)).isEqualTo(0x7f);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Formats.UE4M3.requireCode(0x80))
                .withMessage("code of ue4m3 must be in [0x0, 0x7f]: 0x80");
    }

    @Test
    void whatAFormatLacksCannotBeAskedFor() {
        assertThatThrownBy(Formats.OCP_E4M3::infinityCode)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("e4m3 has no infinity");
        assertThatThrownBy(Formats.OCP_E2M1::nanCode)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("e2m1 has no NaN");
    }

    @Nested
    class UserDefined {
        @Test
        void defaultsAreThoseOfIeee754() {
            FloatFormat f = FloatFormat.builder("half", 5, 10).build();
            assertThat(f.sameEncoding(Formats.BINARY16)).isTrue();
            assertThat(f.containerBits()).isEqualTo(16);
        }

        @Test
        void widestIsThirtyTwoBits() {
            assertThat(FloatFormat.builder("wide", 8, 23).build().width()).isEqualTo(32);
            assertRefused("width must be in [2, 32]: 33", () -> FloatFormat.builder("a", 9, 23));
        }

        @Test
        void contradictionsAreRefused() {
            assertRefused("exponentBits must be in [1, 11]: 12", () -> FloatFormat.builder("a", 12, 3));
            assertRefused("trailingBits must be in [0, 23]: 24", () -> FloatFormat.builder("a", 4, 24));
            assertRefused(
                    "name must be 1 to 64 lower-case letters, digits or '_', not starting with '_': 'A'",
                    () -> FloatFormat.builder("A", 4, 3));
            assertRefused(
                    "specials fnuz needs a sign bit, the NaN is the code of -0",
                    () -> FloatFormat.builder("a", 4, 3).signed(false).specials(SpecialValues.FNUZ));
            assertRefused(
                    "specials ieee needs at least 2 exponent bits and 1 trailing significand bit: 1, 3",
                    () -> FloatFormat.builder("a", 1, 3));
            assertRefused(
                    "subnormals tesla_literal needs at least 1 trailing significand bit: 0",
                    () -> FloatFormat.builder("a", 4, 0)
                            .specials(SpecialValues.NONE)
                            .subnormals(SubnormalRule.TESLA_LITERAL));
            assertRefused(
                    "containerBits must be 8, 16, 32 or 64 and at least the width 12: 8",
                    () -> FloatFormat.builder("a", 5, 6).containerBits(8));
            assertRefused(
                    "bias of a must keep every value exact in binary64, exponents in [-1074, 1023]: bias 1100"
                            + " gives [-1102, -1086]",
                    () -> FloatFormat.builder("a", 4, 3).bias(1100));
        }

        private void assertRefused(String message, Supplier<FloatFormat.Builder> builder) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.get().build())
                    .withMessage(message);
        }
    }

    @Nested
    class Integers {
        @ParameterizedTest
        @CsvSource({
            "i8, -128, 127",
            "u8, 0, 255",
            "i4, -8, 7",
            "u4, 0, 15",
            "i2, -2, 1",
            "u2, 0, 3",
            "i1, -1, 0",
            "u1, 0, 1",
            "b1, -1, 1",
            "mxint8, -128, 127",
            "i8_symmetric, -127, 127",
            "i4_symmetric, -7, 7",
            "i2_symmetric, -1, 1",
            "mxint8_symmetric, -127, 127",
            "i16, -32768, 32767",
            "u16, 0, 65535",
            "i32, -2147483648, 2147483647",
            "u32, 0, 4294967295",
            "i64, -9223372036854775808, 9223372036854775807",
            "u64, 0, 18446744073709551615"
        })
        void rangeIsThatOfTheEncoding(String name, String min, String max) {
            IntFormat f = (IntFormat) FormatNames.scalar(name).format();
            assertThat(Long.toString(f.minInteger())).isEqualTo(min);
            assertThat(
                            f.encoding() == IntFormat.Encoding.UNSIGNED
                                    ? Long.toUnsignedString(f.maxInteger())
                                    : Long.toString(f.maxInteger()))
                    .isEqualTo(max);
        }

        @Test
        void everyCodeIsReadByItsEncoding() {
            Formats.named().stream()
                    .filter(f -> f instanceof IntFormat && f.width() <= 16)
                    .map(IntFormat.class::cast)
                    .forEach((Consumer<IntFormat>) f -> {
                        for (long code = 0; code <= f.codeMask(); code++) {
                            assertThat(ExactValue.of(f, code))
                                    .isEqualByComparingTo(BigDecimal.valueOf(f.toInteger(code))
                                            .multiply(ExactValue.powerOfTwo(f.scaleExponent())));
                        }
                    });
        }
    }

    @Nested
    class Blocks {
        @ParameterizedTest
        @CsvSource({
            "mxfp8_e4m3, e4m3, e8m0, 32, 8.25", "mxfp8_e5m2, e5m2, e8m0, 32, 8.25", "mxfp6_e3m2, e3m2, e8m0, 32, 6.25",
            "mxfp6_e2m3, e2m3, e8m0, 32, 6.25", "mxfp4, e2m1, e8m0, 32, 4.25", "mxint8, mxint8, e8m0, 32, 8.25",
            "nvfp4, e2m1, ue4m3, 16, 4.5"
        })
        void elementScaleAndCost(String name, String element, String scale, int length, double bits) {
            BlockFormat f = FormatNames.block(name);
            assertThat(f.element().name()).isEqualTo(element);
            assertThat(f.scale().name()).isEqualTo(scale);
            assertThat(f.blockLength()).isEqualTo(length);
            assertThat(f.bitsPerElement()).isEqualTo(bits);
        }
    }
}
