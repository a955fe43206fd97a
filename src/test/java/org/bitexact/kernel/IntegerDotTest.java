package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Integer dot products against {@link BigInteger}s and published examples. */
class IntegerDotTest {
    private static final IntFormat INT16 = integer("i16", 16);

    private static IntFormat integer(String name, int width) {
        return new IntFormat(name, IntFormat.Encoding.TWOS_COMPLEMENT, width, false, 0, FormatInfo.custom(name));
    }

    private static long[] repeat(long code, int n) {
        long[] codes = new long[n];
        Arrays.fill(codes, code);
        return codes;
    }

    @Nested
    class Instructions {
        @Test
        void immaWrapsUnlessSatfinite() {
            IntegerDot imma = IntegerDot.of(Formats.INT8, Formats.INT8);
            long[] one = new long[32];
            one[0] = 1;
            assertThat(imma.dot(one, 0, one, 0, 32, 0x7fff_ffffL)).isEqualTo(0x8000_0000L);
            assertThat(imma.saturating(32).dot(one, 0, one, 0, 32, 0x7fff_ffffL))
                    .isEqualTo(0x7fff_ffffL);
            long[] low = repeat(0x80, 32);
            assertThat(imma.dot(low, 0, low, 0, 32, 0)).isEqualTo(0x0008_0000L);
            long[] ff = repeat(0xff, 32);
            assertThat(IntegerDot.of(Formats.UINT8, Formats.INT8).dot(ff, 0, ff, 0, 32, 0))
                    .isEqualTo(0xffff_e020L);
        }

        @Test
        void bmmaCountsBits() {
            long[] ones = repeat(1, 128);
            long[] zeros = new long[128];
            assertThat(IntegerDot.xorPopcount().dot(ones, 0, zeros, 0, 128, 5)).isEqualTo(0x85);
            assertThat(IntegerDot.of(Formats.UINT1, Formats.UINT1).dot(ones, 0, zeros, 0, 128, 5))
                    .isEqualTo(5);
        }

        @Test
        void bipolarProductIsKLessTwiceThePopcount() {
            SplittableRandom random = new SplittableRandom(5);
            long[] a = random.longs(100, 0, 2).toArray();
            long[] b = random.longs(100, 0, 2).toArray();
            long differing = IntegerDot.xorPopcount().dot(a, 0, b, 0, 100, 0);
            assertThat((int) IntegerDot.of(Formats.BINARY1, Formats.BINARY1).dot(a, 0, b, 0, 100, 0))
                    .isEqualTo(100 - 2 * (int) differing);
        }

        @Test
        void vpdpbusdsSaturatesAfterFourProducts() {
            IntegerDot vnni = IntegerDot.of(Formats.UINT8, Formats.INT8);
            long[] a = repeat(255, 4);
            long[] b = repeat(127, 4);
            assertThat(vnni.dot(a, 0, b, 0, 4, 0x7fff_ffffL)).isEqualTo(0x7fff_ffffL + 4 * 255 * 127);
            assertThat(vnni.saturating(4).dot(a, 0, b, 0, 4, 0x7fff_ffffL)).isEqualTo(0x7fff_ffffL);
            // within an instruction the sum is exact: up and down again does not clamp
            long[] upAndDown = {127, 127, 0x81, 0x81};
            assertThat(vnni.saturating(4).dot(a, 0, upAndDown, 0, 4, 0x7fff_ffffL))
                    .isEqualTo(0x7fff_ffffL);
            assertThat(vnni.saturating(2).dot(a, 0, upAndDown, 0, 4, 0x7fff_ffffL))
                    .isEqualTo(0x7fff_ffffL - 2 * 255 * 127);
        }

        @Test
        void vpmaddubswSaturatesToSixteenBits() {
            IntegerDot pair = IntegerDot.of(Formats.UINT8, Formats.INT8)
                    .accumulator(INT16)
                    .saturating(2);
            long[] a = repeat(255, 2);
            assertThat(pair.dot(a, 0, repeat(127, 2), 0, 2, 0)).isEqualTo(0x7fff);
            assertThat(pair.dot(a, 0, repeat(0x80, 2), 0, 2, 0)).isEqualTo(0x8000);
        }
    }

    @Test
    void zeroPointsAreSubtractedFromFactors() {
        IntegerDot rule = IntegerDot.of(Formats.UINT8, Formats.INT8).zeroPoints(128, -3);
        long[] a = {0, 255, 128};
        long[] b = {0x80, 0x7f, 0x11};
        assertThat((int) rule.dot(a, 0, b, 0, 3, 1)).isEqualTo(1 + -128 * -125 + 127 * 130);
    }

    @Test
    void resultIsConvertedUnderTheOutputsPolicies() {
        IntegerDot rule = IntegerDot.of(Formats.INT8, Formats.INT8).output(Codec.of(Formats.BINARY16));
        long[] a = repeat(0x7f, 10);
        assertThat(rule.dot(a, 0, a, 0, 10, 0)).isEqualTo(0x7c00);
        assertThat(rule.output(Codec.of(Formats.BINARY16).saturating()).dot(a, 0, a, 0, 10, 0))
                .isEqualTo(0x7bff);
        assertThat(rule.formatD()).isEqualTo(Formats.BINARY16);
    }

    @Test
    void sumsAreExactThenWrappedOrClamped() {
        SplittableRandom random = new SplittableRandom(6);
        IntFormat[] formats = {
            Formats.INT8,
            Formats.UINT8,
            Formats.INT4,
            Formats.UINT4,
            Formats.INT2,
            Formats.UINT2,
            Formats.INT1,
            Formats.UINT1,
            Formats.BINARY1,
            INT16
        };
        IntFormat[] accumulators = {Formats.INT32, INT16, integer("i20", 20)};
        for (int trial = 0; trial < 20_000; trial++) {
            IntFormat fa = formats[random.nextInt(formats.length)];
            IntFormat fb = formats[random.nextInt(formats.length)];
            IntFormat acc = accumulators[random.nextInt(accumulators.length)];
            int za = fa == Formats.BINARY1
                    ? 0
                    : (int) random.nextLong(fa.minInteger(), fa.maxInteger() + 1) * random.nextInt(2);
            int zb = 0;
            int step = random.nextBoolean() ? 0 : 1 + random.nextInt(8);
            int k = random.nextInt(30);
            IntegerDot rule = IntegerDot.of(fa, fb).zeroPoints(za, zb).accumulator(acc);
            rule = step == 0 ? rule : rule.saturating(step);
            long[] a = new long[k];
            long[] b = new long[k];
            for (int i = 0; i < k; i++) {
                a[i] = random.nextLong() & fa.codeMask();
                b[i] = random.nextInt(4) == 0 ? fb.codeMask() >>> 1 : random.nextLong() & fb.codeMask();
            }
            long c = random.nextBoolean() ? acc.codeMask() >>> 1 : random.nextLong() & acc.codeMask();
            BigInteger s = integer(acc, c);
            for (int i = 0; i < k; i++) {
                BigInteger x = integer(fa, a[i]).subtract(BigInteger.valueOf(za));
                s = s.add(x.multiply(integer(fb, b[i])));
                if (step != 0 && (i % step == step - 1 || i == k - 1)) {
                    s = s.min(BigInteger.ONE.shiftLeft(acc.width() - 1).subtract(BigInteger.ONE))
                            .max(BigInteger.ONE.shiftLeft(acc.width() - 1).negate());
                }
            }
            long expected = s.mod(BigInteger.ONE.shiftLeft(acc.width())).longValue();
            assertThat(rule.dot(a, 0, b, 0, k, c))
                    .as("trial %d, %s", trial, rule)
                    .isEqualTo(expected);
        }
    }

    private static BigInteger integer(IntFormat format, long code) {
        OracleValue v = Oracle.of(format).decode(code);
        return v instanceof OracleValue.Finite f ? f.ratio().getNumerator().shiftLeft(f.exponent()) : BigInteger.ZERO;
    }

    @Test
    void badArgumentsAreNamed() {
        assertThatThrownBy(() -> IntegerDot.of(Formats.INT32, Formats.INT8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("width of a must be in [1, 16]: 32 (i32)");
        assertThatThrownBy(() -> IntegerDot.of(Formats.INT8, Formats.MXINT8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scale exponent of b must be 0: -6 (mxint8)");
        IntegerDot rule = IntegerDot.of(Formats.UINT8, Formats.INT8);
        assertThatThrownBy(() -> rule.zeroPoints(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("zeroA must be in [0, 255]: -1");
        assertThatThrownBy(() -> rule.accumulator(Formats.UINT8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("accumulator must be two's complement of at most 32 bits: u8 (UNSIGNED, 8)");
        assertThatThrownBy(() -> rule.saturating(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("n must be at least 1: 0");
        assertThatThrownBy(() -> rule.dot(new long[] {256}, 0, new long[] {0}, 0, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("code of u8 must be in [0x0, 0xff]: 0x100");
    }
}
