package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Defects this library once had, each named after what went wrong. */
@Tag("fast")
class CodecDefectsTest {
    private static final long X = (long) Flags.INEXACT << 32;
    private static final long UX = (long) (Flags.UNDERFLOW | Flags.INEXACT) << 32;
    private static final long V = (long) Flags.INVALID << 32;

    private static FloatFormat custom(int exponentBits, int trailingBits, SpecialValues specials, SubnormalRule rule) {
        return FloatFormat.builder("custom", exponentBits, trailingBits)
                .specials(specials)
                .subnormals(rule)
                .build();
    }

    /** The NaN sentinel of formats without single NaN was -1, which is a binary64 code. */
    @Test
    void theBinary64NanOfAllOnesIsNoSingleNan() {
        Converter toHalf = Converter.of(Formats.BINARY64, Codec.of(Formats.BINARY16));
        assertThat(toHalf.convertWithFlags(-1L, 0)).isEqualTo(0xffff);
        assertThat(toHalf.convertWithFlags(0xfff7_ffff_ffff_ffffL, 0)).isEqualTo(V | 0xffff);
        assertThat(Converter.of(Formats.BINARY64, Codec.of(Formats.BINARY64)).convertLong(-1L, 0, null))
                .isEqualTo(-1L);
        assertThat(CodeText.of(Formats.BINARY64).decimal(-1L)).isEqualTo("-nan");
        assertThat(Codes.of(Formats.BINARY64).classify(-1L)).isEqualTo(NumberClass.QUIET_NAN);
    }

    /** In a signed format without zero, code 0 with a minus sign is the negative number nearest to zero. */
    @Test
    void signedFormatsWithoutZeroKeepTheSignOfTheSmallestNumber() {
        FloatFormat f = custom(3, 2, SpecialValues.FN, SubnormalRule.ABSENT); // bias 3, smallest 2^-3
        Codec codec = Codec.of(f);
        assertThat(codec.encodeWithFlags(-0x1p-3)).isEqualTo(0x20);
        assertThat(codec.encodeWithFlags(-0x1p-4)).isEqualTo(UX | 0x20);
        assertThat(codec.encodeWithFlags(-0.0)).isEqualTo(UX | 0x20);
        assertThat(codec.with(Policies.IEEE.withZero(ZeroRule.NAN)).encodeWithFlags(-0.0))
                .isEqualTo(V | 0x3f);
        Codes codes = Codes.of(f);
        assertThat(codes.nextUp(0x20)).isZero();
        assertThat(codes.nextDown(0)).isEqualTo(0x20);
    }

    /** A value that rounds up to the smallest normal number is still tiny before rounding. */
    @Test
    void formatsWithoutSubnormalsHonourTheTininessAndFlushPolicies() {
        Codec codec = Codec.of(Formats.CFLOAT16_UHP);
        double x = 0x1.fffp-31; // rounds to 2^-30, the smallest normal number 0400
        assertThat(codec.encodeWithFlags(x)).isEqualTo(X | 0x0400);
        Policies before = Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING);
        assertThat(codec.with(before).encodeWithFlags(x)).isEqualTo(UX | 0x0400);
        Policies flush = Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING);
        assertThat(codec.with(flush).encodeWithFlags(x)).isEqualTo(UX);
    }

    /** The quick path took the parity of the code for that of the significand, which is always odd. */
    @Test
    void tiesBetweenPowersOfTwoGoUpAtPrecisionOne() {
        Codec codec = Codec.of(custom(5, 0, SpecialValues.NONE, SubnormalRule.GRADUAL));
        assertThat(codec.decode(0x0f)).isEqualTo(1.0);
        assertThat(codec.encode(1.5)).isEqualTo(0x10);
        assertThat(codec.encode(3.0)).isEqualTo(0x11);
        assertThat(codec.encode(-3.0f)).isEqualTo(0x31);
        // P3109 formats follow the code
        Codec p3109 = Codec.of(P3109.of(6, 1, true, false));
        assertThat(p3109.decode(0x10)).isEqualTo(1.0);
        assertThat(p3109.encode(1.5)).isEqualTo(0x10);
        assertThat(p3109.encode(3.0)).isEqualTo(0x12);
    }

    /** 16777217 is no binary32 number; only sources of 64 bits went through binary32. */
    @Test
    void narrowSourcesGoThroughBinary32Too() {
        Policies via = Policies.IEEE.withPath(SourcePath.VIA_BINARY32);
        Codec toBfloat16 = Codec.of(Formats.BFLOAT16, via.withRounding(Rounding.TOWARD_POSITIVE));
        assertThat(toBfloat16.encode(16777217L)).isEqualTo(0x4b80); // 2^24
        assertThat(Converter.of(Formats.INT32, toBfloat16).convert(16777217)).isEqualTo(0x4b80);
        assertThat(Converter.of(Formats.INT32, toBfloat16.with(Policies.IEEE)).convert(16777217 | 1 << 16))
                .isEqualTo(0x4b81);
        // a bias of binary16 whose numbers lie beyond binary32
        FloatFormat huge = FloatFormat.builder("huge", 5, 10).bias(-200).build();
        assertThat(Converter.of(huge, Codec.of(Formats.BINARY32, via)).convert(0x3c00))
                .isEqualTo(0x7f80_0000);
        FloatFormat shaped = FloatFormat.builder("shaped", 8, 23).bias(100).build();
        assertThat(Converter.of(shaped, Codec.of(Formats.BINARY16, Policies.IEEE.withNan(NanRule.JDK_FOLD)))
                        .convert(0x7fd5_5555))
                .isEqualTo(0x7eaa); // no fold: it is not binary32
    }

    /** A binary64 NaN kept its signaling bit and all of its payload on the way through binary32. */
    @Test
    void nansAreMadeQuietOnTheWayThroughBinary32() {
        Policies via = Policies.IEEE.withPath(SourcePath.VIA_BINARY32);
        Codec folding = Codec.of(Formats.BINARY16, via.withNan(NanRule.JDK_FOLD));
        double nan = Double.longBitsToDouble(0x7ff8_0000_2000_0000L); // f32 7fc00001
        assertThat(folding.encode(nan)).isEqualTo(0x7e01);
        assertThat(Converter.of(Formats.BINARY64, folding).convertWithFlags(0x7ff8_0000_2000_0000L, 0))
                .isEqualTo(0x7e01);
        Codec keeping = Codec.of(Formats.BINARY16, via.withNan(NanRule.KEEP_SIGNALING));
        assertThat(Converter.of(Formats.BINARY64, keeping).convertWithFlags(0x7ff0_4000_0000_0000L, 0))
                .isEqualTo(V | 0x7e10);
    }

    /** Without trailing significand bits the NaN of an FN format was taken for one without payload, an infinity. */
    @Test
    void nansWithoutTrailingBitsStayNans() {
        FloatFormat f = custom(5, 0, SpecialValues.FN, SubnormalRule.GRADUAL);
        Codec codec = Codec.of(Formats.BINARY16, Policies.IEEE.withNan(NanRule.TRUNCATE));
        assertThat(Converter.of(f, codec).convert(0x1f)).isEqualTo(0x7e00);
    }

    /** The power of two that stands for 1e999999999 counted as inexact, so directed modes wrapped it to 1. */
    @Test
    void hugeMultiplesOfPowersOfTwoWrapToZero() {
        Codec codec = Codec.of(Formats.INT8, Policies.IEEE.withOverflow(Overflow.WRAP));
        for (Rounding mode : CodecTestData.DETERMINISTIC) {
            Codec wrapping = codec.rounding(mode);
            for (String text : new String[] {"1e999999999", "-1e999999999", "1e100000", "0x1p999999999", "1e60"}) {
                Flags flags = new Flags();
                assertThat(Literal.parse(text).encode(wrapping, 0, flags))
                        .as(text + " " + mode)
                        .isZero();
                assertThat(flags.raised()).isEqualTo(Flags.INVALID);
            }
        }
    }

    /** With 65 integer bits, 63 of the fraction were left for 63 random bits, one too few for their midpoints. */
    @Test
    void wrappingIntegersKeep64FractionBits() {
        Policies policies = Policies.IEEE.withOverflow(Overflow.WRAP).withStochasticRounding(Rounding.STOCHASTIC_B, 63);
        BigDecimal ulp = new BigDecimal(BigInteger.ONE.shiftLeft(64)); // 2^64 + 2^-64
        BigDecimal x = ulp.add(BigDecimal.ONE.divide(ulp));
        OracleCheck check = OracleCheck.of(Formats.INT8, policies);
        check.ofDecimal(x, Long.MAX_VALUE);
        check.ofDecimal(x, Long.MAX_VALUE - 1);
        assertThat(Codec.of(Formats.INT8, policies).encodeWithFlags(x, Long.MAX_VALUE))
                .isEqualTo(V | 1);
    }

    /** The JDK's number parsers take digits of every script. */
    @Test
    void digitsOfOtherScriptsAreNotNumbers() {
        for (String text : new String[] {"1\u0663", "\u0661", "0x1\u0663p1", "0x1p\u0663", "\uff11", "\u221e"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Literal.parse(text))
                    .withMessageStartingWith("a number must be decimal");
        }
    }

    /** A bipolar code with a scale exponent is exact at plus and minus its scale, not at 1. */
    @Test
    void scaledBipolarCodesAreExact() {
        IntFormat f = new IntFormat("b1s", IntFormat.Encoding.BIPOLAR, 1, false, 3, Formats.BINARY1.info());
        OracleCheck check = OracleCheck.of(f, Policies.IEEE);
        for (double x : new double[] {8, 1, 7.5, 0x1p-3}) {
            check.around(x, 0);
        }
        assertThat(Codec.of(f).encodeWithFlags(-8.0)).isZero();
    }

    /** The successor of a magnitude of 63 ones is negative as a long, so it did not count as an overflow but as -0. */
    @Test
    void formatsOf64BitsOverflowBeyondTheirLastCode() {
        FloatFormat f = new FloatFormat(
                "all64", true, 11, 52, 1023, SpecialValues.NONE, SubnormalRule.GRADUAL, 64, FormatInfo.custom("all64"));
        OracleCheck check = OracleCheck.of(f, Policies.IEEE);
        BigDecimal beyond = new BigDecimal(BigInteger.ONE.shiftLeft(1025).subtract(BigInteger.ONE));
        check.ofDecimal(beyond, 0);
        check.ofDecimal(beyond.negate(), 0);
        Flags flags = new Flags();
        assertThat(Codec.of(f).encodeLong(beyond, 0, flags)).isEqualTo(Long.MAX_VALUE);
        assertThat(flags.raised()).isEqualTo(Flags.OVERFLOW | Flags.INEXACT);
    }
}
