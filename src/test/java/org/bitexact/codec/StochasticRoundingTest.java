package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The four stochastic modes: against the oracle, and against the counts their formulas give. */
class StochasticRoundingTest {
    private static final int[] BITS = {1, 2, 3, 5, 8, 13, 16, 32, 63};

    private static final List<ScalarFormat> FORMATS = List.of(
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.E4M3FNUZ,
            Formats.OCP_E2M1,
            Formats.E8M0,
            Formats.CFLOAT16_UHP,
            Formats.BINARY16,
            Formats.BFLOAT16,
            Formats.BINARY32,
            Formats.BINARY64,
            Formats.INT8,
            Formats.UINT4,
            Formats.MXINT8,
            P3109.of(8, 1, true, true),
            P3109.of(6, 3, false, false),
            FloatFormat.builder("tesla", 4, 3)
                    .specials(SpecialValues.NONE)
                    .subnormals(SubnormalRule.TESLA_LITERAL)
                    .build());

    @ParameterizedTest
    @EnumSource(names = {"STOCHASTIC_A", "STOCHASTIC_B", "STOCHASTIC_C", "STOCHASTIC_TRUNCATE"})
    void everyRandomNumberOfFewBits(Rounding mode) {
        SplittableRandom random = new SplittableRandom(7);
        for (ScalarFormat format : FORMATS) {
            for (int bits : BITS) {
                if (bits > 8) {
                    continue;
                }
                Policies policies = Policies.IEEE.withStochasticRounding(mode, bits);
                OracleCheck check = OracleCheck.of(format, policies);
                int inputs = bits <= 3 ? 24 : bits == 5 ? 8 : 2;
                for (int i = 0; i < inputs; i++) {
                    double x = hard(random, format, bits);
                    for (int r = 0; r < 1 << bits; r++) {
                        // the bits above the low N are ignored
                        check.ofDouble(x, r | random.nextLong() << bits);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STOCHASTIC_A", "STOCHASTIC_B", "STOCHASTIC_C", "STOCHASTIC_TRUNCATE"})
    void randomNumbersNearTheThreshold(Rounding mode) {
        SplittableRandom random = new SplittableRandom(8);
        for (ScalarFormat format : FORMATS) {
            for (int bits : BITS) {
                for (Tininess tininess : Tininess.values()) {
                    Policies policies =
                            Policies.IEEE.withStochasticRounding(mode, bits).withTininess(tininess);
                    OracleCheck check = OracleCheck.of(format, policies);
                    for (int i = 0; i < 16; i++) {
                        double x = hard(random, format, bits);
                        check.ofDouble(x, random.nextLong());
                        check.ofDouble(-x, 0);
                        check.ofDouble(x, -1);
                        decisive(check, format, random, bits);
                    }
                }
            }
        }
    }

    /** {@code 1 + u * (k / 2^N + d)}, u being an ulp, d around 0, 2^-(N+1) or nothing, with R = 2^N - k and beside. */
    private static void decisive(OracleCheck check, ScalarFormat format, SplittableRandom random, int bits) {
        int t = format instanceof FloatFormat f ? f.trailingBits() : 0;
        BigInteger k = BigInteger.valueOf(random.nextLong() & -1L >>> 64 - bits);
        BigDecimal unit = BigDecimal.ONE.divide(new BigDecimal(BigInteger.ONE.shiftLeft(bits + 2)));
        BigDecimal tiny = new BigDecimal("1e-50");
        for (int quarter = 0; quarter < 4; quarter++) {
            BigDecimal fraction = unit.multiply(new BigDecimal(k.shiftLeft(2).add(BigInteger.valueOf(quarter))));
            for (BigDecimal d : new BigDecimal[] {tiny, BigDecimal.ZERO, tiny.negate()}) {
                BigDecimal x = BigDecimal.ONE.add(fraction.add(d).divide(new BigDecimal(BigInteger.ONE.shiftLeft(t))));
                long r = BigInteger.ONE.shiftLeft(bits).subtract(k).longValue();
                check.ofDecimal(x, r);
                check.ofDecimal(x, r - 1);
            }
        }
    }

    /** A value whose discarded fraction has few bits, in every part of the format's range. */
    private static double hard(SplittableRandom random, ScalarFormat format, int bits) {
        int t = format instanceof FloatFormat f ? f.trailingBits() : 3;
        int low = format instanceof FloatFormat f ? Math.max(f.emin() - t - 2, -1070) : -4;
        int high = format instanceof FloatFormat f ? Math.min(f.emax() + 1, 1023) : 9;
        int kept = Math.min(52, t + random.nextInt(bits + 3));
        long significand = (1L << kept) + (random.nextLong() & (1L << kept) - 1);
        int exponent =
                random.nextInt(5) == 0 ? random.nextInt(2) == 0 ? high - 1 : low + t + 1 : random.nextInt(low, high);
        return Math.scalb((double) significand, exponent - kept);
    }

    /** With f = j / 2^M of an ulp above 1.0, the numbers R in [0, 2^N) that round up are as many as the formula says. */
    @Test
    @Tag("fast")
    void countsOfRoundingUpFollowTheFormulas() {
        int m = 7;
        for (int n : new int[] {1, 2, 3, 5, 8}) {
            for (int j = 0; j < 1 << m; j++) {
                double x = 1 + 0.125 * j / (1 << m);
                int scaled = j << n; // f * 2^N, in units of 2^-M
                int floor = scaled >> m;
                int rest = scaled & (1 << m) - 1;
                int half = 1 << (m - 1);
                int nearest = rest > half || rest == half && (floor & 1) != 0 ? floor + 1 : floor;
                int atMidpoints = rest >= half ? floor + 1 : floor;
                assertThat(ups(Rounding.STOCHASTIC_A, n, x)).isEqualTo(floor);
                assertThat(ups(Rounding.STOCHASTIC_TRUNCATE, n, x)).isEqualTo(floor);
                assertThat(ups(Rounding.STOCHASTIC_C, n, x)).isEqualTo(nearest);
                assertThat(ups(Rounding.STOCHASTIC_B, n, x)).isEqualTo(atMidpoints);
            }
        }
    }

    private static int ups(Rounding mode, int bits, double x) {
        Codec codec = Codec.of(Formats.OCP_E4M3).stochastic(mode, bits);
        int ups = 0;
        for (long r = 0; r < 1L << bits; r++) {
            int up = codec.encode(x, r) - 0x38;
            assertThat(up).isBetween(0, 1);
            assertThat(codec.encode(-x, r)).isEqualTo(0xb8 + up); // "up" is away from zero
            ups += up;
        }
        return ups;
    }

    /** Add, then truncate, written as software does it: add R at the top of the discarded field of the pattern. */
    @Test
    @Tag("fast")
    void addThenTruncateIsTheAdditionOfBits() {
        SplittableRandom random = new SplittableRandom(9);
        Codec codec = Codec.of(Formats.BFLOAT16).stochastic(Rounding.STOCHASTIC_TRUNCATE, 16);
        Codec eight = Codec.of(Formats.BFLOAT16).stochastic(Rounding.STOCHASTIC_TRUNCATE, 8);
        for (int i = 0; i < 100_000; i++) {
            int bits = random.nextInt() & 0x7fff_ffff;
            if (bits > 0x7f7e_ffff) {
                continue;
            }
            int r = random.nextInt() & 0xffff;
            assertThat((int) codec.encodeFloatBits(bits, r)).isEqualTo(bits + r >>> 16);
            assertThat((int) eight.encodeFloatBits(bits, r & 0xff)).isEqualTo(bits + ((r & 0xff) << 8) >>> 16);
        }
    }

    @Test
    @Tag("fast")
    void exactValuesNeverMove() {
        for (Rounding mode : CodecTestData.STOCHASTIC) {
            for (int bits : BITS) {
                Codec codec = Codec.of(Formats.OCP_E4M3).stochastic(mode, bits);
                for (int code = 0; code < 0x7f; code++) {
                    assertThat(codec.encodeWithFlags(codec.decode(code), -1L)).isEqualTo(code);
                }
            }
        }
    }

    @Test
    @Tag("fast")
    void randomBitsAreAsked() {
        Codec codec = Codec.of(Formats.OCP_E4M3).stochastic(Rounding.STOCHASTIC_A, 8);
        assertThatIllegalStateException()
                .isThrownBy(() -> codec.encode(0.1))
                .withMessage("stochastic rounding needs random bits; use the method that takes them");
        assertThatIllegalStateException().isThrownBy(() -> codec.encode(0.1f));
        assertThatIllegalStateException().isThrownBy(() -> codec.encode(1L));
        assertThatIllegalStateException().isThrownBy(() -> codec.encode(BigDecimal.ONE));
        assertThatIllegalStateException().isThrownBy(() -> codec.encodeWithFlags(0.1));
        assertThatIllegalStateException()
                .isThrownBy(() -> Converter.of(Formats.BINARY16, codec).convert(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.stochastic(Rounding.STOCHASTIC_A, 64))
                .withMessageContaining("randomBits must be in [1, 63]");
    }
}
