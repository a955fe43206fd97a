package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;

import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Rounding;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Inputs that other implementations got wrong, each with its report; and defects of this library, once found. */
@Tag("fast")
class ArithmeticRegressionTest {
    private static final int INEXACT = Flags.INEXACT;
    private static final int TINY = Flags.UNDERFLOW | Flags.INEXACT;

    private static void assertFma(FloatFormat f, double x, double y, double z, double expected, int flags) {
        Codec codec = Codec.of(f);
        assertFma(
                Arithmetic.of(codec), codec.encode(x), codec.encode(y), codec.encode(z), codec.encode(expected), flags);
    }

    private static void assertFma(Arithmetic arithmetic, int x, int y, int z, int expected, int flags) {
        assertResult(arithmetic.fmaWithFlags(x, y, z), expected, flags);
        assertResult(arithmetic.fmaWithFlags(y, x, z), expected, flags);
    }

    private static void assertResult(long actual, int expected, int flags) {
        assertThat(String.format("0x%x %s", (int) actual, Flags.toString((int) (actual >>> 32))))
                .isEqualTo(String.format("0x%x %s", expected, Flags.toString(flags)));
    }

    @Nested
    class DoubleRoundingOfFusedMultiplyAdd {
        @Test
        @DisplayName("JDK-8253409: float fma computed in double")
        void jdk8253409() {
            assertFma(Formats.BINARY32, 0x1.fffffep23, 0x1.000004p28, 0x1.fep5, 0x1.000002p52, INEXACT);
        }

        @Test
        @DisplayName("JDK-8362207: the product is a tie of binary32, the addend below binary64's reach")
        void jdk8362207() {
            assertFma(Formats.BINARY32, 0x1.001p0, 0x1.001p0, 0x1p-100, 0x1.002002p0, INEXACT);
        }

        @Test
        @DisplayName("JDK-8334432: Float16.fma computed in float")
        void jdk8334432() {
            assertFma(Formats.BINARY16, 0x1.08p7, 0x1.04p7, 0x1p-24, 0x1.0c4p14, INEXACT);
        }

        @Test
        @DisplayName("OpenCL-CTS #1882: half fma checked through float")
        void openClCts1882() {
            Arithmetic f16 = Arithmetic.of(Codec.of(Formats.BINARY16));
            assertFma(f16, 0x5bab, 0x4cfd, 0x7701, 0x7819, INEXACT); // 0x1.065fffp+15 -> 0x1.064p+15
        }

        @Test
        @DisplayName("openlibm #357 (#160): fmaf by a wrong test of exactness")
        void openlibm357() {
            assertFma(Formats.BINARY32, 0.9474001f, 4.639901e-7f, -0.24325085f, -0x1.f22d46p-3, INEXACT);
        }

        @Test
        @DisplayName("triton #11611: 4097^2 + 2^-30 by way of double")
        void triton11611() {
            assertFma(Formats.BINARY32, 4097, 4097, 0x1p-30, 16785410, INEXACT);
        }

        @Test
        @DisplayName("MicrosoftDocs cpp-docs #3526: fmaf of the C run-time library")
        void cppDocs3526() {
            assertFma(Formats.BINARY32, -1.9369631e13f, 2.1513551e-7f, -1.7354427e-24f, -4.16709575e6, INEXACT);
        }
    }

    @Nested
    class LostFractionOfFusedMultiplyAdd {
        @Test
        @DisplayName("LLVM #104984: APFloat attributes the lost fraction to the wrong operand")
        void llvm104984() {
            Codec codec = Codec.of(Formats.BINARY32);
            int x = codec.encode(0.24999998f);
            int y = codec.encode(2.3509885e-38f);
            for (Rounding mode : new Rounding[] {Rounding.TIES_TO_EVEN, Rounding.TIES_TO_AWAY}) {
                assertFma(Arithmetic.of(codec.rounding(mode)), x, y, 0x8000_0001, 0x003f_ffff, TINY);
            }
        }

        @Test
        @DisplayName("LLVM #63895: binary32 and E4M3FN")
        void llvm63895() {
            double x = -0x1p-149 * Math.round(0.000000000000000000000000000000000000014728589 / 0x1p-149);
            Codec codec = Codec.of(Formats.BINARY32);
            Arithmetic f32 = Arithmetic.of(codec);
            int expected = Float.floatToRawIntBits(
                    Math.fma((float) x, 0.0000037105144f, 0.000000000000000000000000000000000000000000055f));
            assertFma(f32, codec.encode(x), codec.encode(0.0000037105144f), codec.encode(5.5e-44f), expected, TINY);
            // 13/8 * 2^-6 * 5/4 * 2^-4 - 2^-9: 0.0254 * 0.0781 - 0.00195
            assertFma(Arithmetic.of(Codec.of(Formats.OCP_E4M3)), 0x0d, 0x1a, 0x81, 0x00, TINY);
        }
    }

    /**
     * The smallest normal number as a rounded result, with the underflow flag of either rule. Reports: cvfpu #94, #155,
     * #165, #166, redmule #58.
     */
    @Nested
    class UnderflowAtTheNormalBoundary {
        private static Arithmetic arithmetic(FloatFormat f, Rounding mode, Tininess tininess) {
            Codec codec = Codec.of(f);
            return Arithmetic.of(codec.with(codec.policies().withRounding(mode).withTininess(tininess)));
        }

        @Test
        @DisplayName("cvfpu #94: products and fused sums whose unbounded result stays below 2^emin")
        void cvfpu94() {
            Arithmetic after = arithmetic(Formats.BINARY32, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING);
            assertResult(after.multiplyWithFlags(0x0080_0000, 0x3f7f_ffff), 0x0080_0000, TINY);
            assertResult(after.multiplyWithFlags(0x0080_0000, 0xbf7f_ffff), 0x8080_0000, TINY);
            assertResult(after.multiplyWithFlags(0x00ff_ffff, 0x3f00_0000), 0x0080_0000, TINY);
            Arithmetic down = arithmetic(Formats.BINARY32, Rounding.TOWARD_NEGATIVE, Tininess.AFTER_ROUNDING);
            assertFma(down, 0x2a61_fffe, 0x8170_001f, 0x807f_ffff, 0x8080_0000, TINY);
            assertFma(down, 0x0000_0001, 0xbeff_bfff, 0x807f_ffff, 0x8080_0000, TINY);
        }

        @Test
        @DisplayName("redmule #58: 03EE * 3C12 + (-0) in binary16")
        void redmule58() {
            Arithmetic after = arithmetic(Formats.BINARY16, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING);
            // 1006 * 1042 / 2^10 = 1023.68: to 11 bits with unbounded exponent 1023.5 / 1024, tiny
            assertFma(after, 0x03ee, 0x3c12, 0x8000, 0x0400, TINY);
        }

        @Test
        @DisplayName("cvfpu #166: E3FF * 0001 is not tiny after rounding, B87FE000 -> binary16 neither")
        void cvfpu166() {
            Arithmetic after = arithmetic(Formats.BINARY16, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING);
            Arithmetic before = arithmetic(Formats.BINARY16, Rounding.TIES_TO_EVEN, Tininess.BEFORE_ROUNDING);
            // -(2047 * 2^-1) * 2^-24 = -1023.5 * 2^-24, exact in 11 bits, so below 2^emin by either rule
            assertResult(after.multiplyWithFlags(0xe3ff, 0x0001), 0x8400, TINY);
            assertResult(before.multiplyWithFlags(0xe3ff, 0x0001), 0x8400, TINY);
            Flags flags = new Flags();
            long code =
                    Converter.of(Formats.BINARY32, Codec.of(Formats.BINARY16)).convertLong(0xb87f_e000L, 0, flags);
            assertResult(code | (long) flags.raised() << 32, 0x8400, TINY); // the same value
        }

        @Test
        @DisplayName("cvfpu #165: binary64 380FFFFFE0000000 to binary32")
        void cvfpu165() {
            Flags flags = new Flags();
            long code = Converter.of(Formats.BINARY64, Codec.of(Formats.BINARY32))
                    .convertLong(0x380f_ffff_e000_0000L, 0, flags);
            assertResult(code | (long) flags.raised() << 32, 0x0080_0000, TINY);
        }

        @Test
        @DisplayName("cvfpu #155: quotients that round to -2^emin")
        void cvfpu155() {
            Flags flags = new Flags();
            Arithmetic down = arithmetic(Formats.BINARY64, Rounding.TOWARD_NEGATIVE, Tininess.AFTER_ROUNDING);
            assertThat(down.divide(0x800f_ffff_ffff_ffffL, 0x3fef_ffff_ffff_ffffL, 0, flags))
                    .isEqualTo(0x8010_0000_0000_0000L);
            assertThat(Flags.toString(flags.raised())).isEqualTo(Flags.toString(TINY));
            // the same in binary16: -3FF / (1 - 2^-11)
            Arithmetic half = arithmetic(Formats.BINARY16, Rounding.TOWARD_NEGATIVE, Tininess.AFTER_ROUNDING);
            assertResult(half.divideWithFlags(0x83ff, 0x3bff), 0x8400, TINY);
        }

        @Test
        @DisplayName("riscv-isa-sim #1461: tiny before rounding but not after")
        void spike1461() {
            // (2^-14 + 2^-24) * (1 - 2^-11 ...): 1025 * 2046 / 2^21 = 1023.998..: rounds up in 11 bits
            Arithmetic after = arithmetic(Formats.BINARY16, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING);
            Arithmetic before = arithmetic(Formats.BINARY16, Rounding.TIES_TO_EVEN, Tininess.BEFORE_ROUNDING);
            assertResult(after.multiplyWithFlags(0x0401, 0x3bfe), 0x0400, INEXACT);
            assertResult(before.multiplyWithFlags(0x0401, 0x3bfe), 0x0400, TINY);
        }
    }

    @Nested
    class OfThisLibrary {
        @Test
        void infinityOverZeroIsNanInP3109() {
            FloatFormat f = P3109.of(8, 3, true, true);
            Arithmetic arithmetic = Arithmetic.of(Codec.of(f).overflow(Overflow.P3109));
            assertResult(arithmetic.divideWithFlags(0x7f, 0), 0x80, Flags.INVALID);
            assertResult(arithmetic.divideWithFlags(0x40, 0), 0x80, Flags.DIVIDE_BY_ZERO);
            assertResult(arithmetic.divideWithFlags(0, 0), 0x80, Flags.INVALID);
        }

        /** x87: of two NaNs with equal significands the positive one, also if the other comes from 0 * infinity. */
        @Test
        void addendNanMeetsInvalidProduct() {
            Arithmetic x87 = Arithmetic.of(Codec.of(Formats.BINARY16)).nans(NanPropagation.LARGER_SIGNIFICAND);
            assertResult(x87.fmaWithFlags(0x0000, 0x7c00, 0x7e00), 0x7e00, Flags.INVALID);
            assertResult(x87.fmaWithFlags(0x0000, 0x7c00, 0xfe00), 0xfe00, Flags.INVALID);
            assertResult(x87.fmaWithFlags(0x0000, 0x7c00, 0x7d00), 0xfe00, Flags.INVALID);
        }
    }
}
