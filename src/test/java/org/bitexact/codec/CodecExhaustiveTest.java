package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitexact.codec.CodecTestData.DETERMINISTIC;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every code of every format of at most 19 bits, and every boundary between codes, against the oracle.
 *
 * <p>A rounding function is constant between boundaries: representable values, midpoints, the overflow threshold and
 * the tininess threshold. So each boundary is tried itself and one ulp of binary64 and of binary32 to either side, with
 * both signs, in every mode.
 */
class CodecExhaustiveTest {
    static Stream<ScalarFormat> narrowFormats() {
        return Stream.concat(
                Formats.named().stream().filter(f -> f.width() <= 19),
                Stream.concat(P3109.all(3, 8).stream(), CodecTestData.unusualFloats().stream()));
    }

    @Tag("fast")
    @Test
    void everyCodeDecodesToItsValue() {
        for (ScalarFormat format : narrowFormats().toList()) {
            Codec codec = Codec.of(format);
            Oracle oracle = Oracle.of(format);
            for (long code = 0; code <= format.codeMask(); code++) {
                double expected = toDouble(oracle.decode(code));
                double actual = codec.decode(code);
                if (Double.doubleToLongBits(actual) != Double.doubleToLongBits(expected)
                        || Double.doubleToLongBits(codec.decode((int) code)) != Double.doubleToLongBits(expected)) {
                    throw new AssertionError(
                            String.format("%s 0x%x decodes to %s, oracle %s", format, code, actual, expected));
                }
            }
        }
    }

    private static double toDouble(OracleValue value) {
        if (value instanceof OracleValue.Finite x) {
            return CodecTestData.toDouble(x);
        }
        if (value instanceof OracleValue.Nan) {
            return Double.NaN;
        }
        double magnitude = value instanceof OracleValue.Zero ? 0.0 : Double.POSITIVE_INFINITY;
        return value.negative() ? -magnitude : magnitude;
    }

    @Tag("fast")
    @Test
    void everyFiniteCodeDecodesExactly() {
        Stream<ScalarFormat> wide = Stream.of(P3109.of(16, 1, true, true), P3109.of(16, 2, false, false));
        for (ScalarFormat format : Stream.concat(narrowFormats(), wide).toList()) {
            Codec codec = Codec.of(format);
            Oracle oracle = Oracle.of(format);
            // the exact decimals of the widest exponents have thousands of digits
            int step = format.width() > 16
                    ? 7
                    : format.width() == 16 && format.name().startsWith("p3109") ? 251 : 1;
            for (long code = 0; code <= format.codeMask(); code += step) {
                OracleValue value = oracle.decode(code);
                if (value instanceof OracleValue.Finite x) {
                    BigDecimal exact = codec.decodeExact(code);
                    BigFraction expected = x.toFraction();
                    BigDecimal denominator = new BigDecimal(expected.getDenominator());
                    assertThat(exact.multiply(denominator).compareTo(new BigDecimal(expected.getNumerator())))
                            .isZero();
                } else if (value instanceof OracleValue.Zero) {
                    assertThat(codec.decodeExact(code)).isEqualByComparingTo(BigDecimal.ZERO);
                }
            }
        }
    }

    @Tag("fast")
    @Test
    void everyCodeEncodesToItself() {
        for (ScalarFormat format : narrowFormats().toList()) {
            Codec codec = Codec.of(format);
            Converter same = Converter.of(format, codec);
            for (long code = 0; code <= format.codeMask(); code++) {
                if (format instanceof IntFormat i && i.symmetric() && i.toInteger(code) < i.minInteger()) {
                    continue; // decodes, but no conversion yields it
                }
                if (format instanceof FloatFormat f && (f.isZero(code) && (code & f.magnitudeMask()) != 0)) {
                    continue; // a second code for zero
                }
                boolean nan = format instanceof FloatFormat f && f.isNan(code);
                if (!nan) {
                    assertCode(format, code, codec.encodeWithFlags(codec.decode(code)));
                }
                boolean quiet = !(format instanceof FloatFormat f && f.isSignalingNan(code));
                if (quiet) {
                    assertCode(format, code, same.convertWithFlags(code, 0));
                }
            }
        }
    }

    private static void assertCode(ScalarFormat format, long code, long result) {
        if (result != code) {
            throw new AssertionError(String.format("%s 0x%x encodes to 0x%x (flags above)", format, code, result));
        }
    }

    static List<FloatFormat> eightBits() {
        return CodecTestData.namedFloats(8);
    }

    /** All modes, saturating and not, every boundary. */
    @Tag("fast")
    @ParameterizedTest
    @MethodSource("eightBits")
    void everyBoundaryOfNarrowFormatsInEveryMode(FloatFormat format) {
        double[] boundaries = CodecTestData.boundaries(format);
        for (Rounding mode : DETERMINISTIC) {
            for (Policies base :
                    new Policies[] {Policies.IEEE, Policies.IEEE.saturating().withTininess(Tininess.BEFORE_ROUNDING)}) {
                OracleCheck check = OracleCheck.of(format, base.withRounding(mode));
                check.specials(0);
                for (double x : boundaries) {
                    check.around(x, 0);
                }
            }
        }
    }

    /** The other policies in every mode, on every boundary by turns: each boundary meets each mode. */
    @Tag("fast")
    @ParameterizedTest
    @MethodSource("eightBits")
    void everyBoundaryOfNarrowFormatsUnderOtherPolicies(FloatFormat format) {
        double[] boundaries = CodecTestData.boundaries(format);
        Policies[] bases = {
            Policies.IEEE.withOverflow(Overflow.INFINITY).withInfinity(InfinityRule.NAN),
            Policies.IEEE.withOverflow(Overflow.NAN).withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING),
            Policies.IEEE
                    .withOverflow(Overflow.P3109)
                    .withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING)
                    .withTininess(Tininess.BEFORE_ROUNDING),
            Policies.IEEE.withPath(SourcePath.VIA_BINARY32).withFlushInputs(true),
        };
        for (Rounding mode : DETERMINISTIC) {
            for (int base = 0; base < bases.length; base++) {
                OracleCheck check = OracleCheck.of(format, bases[base].withRounding(mode));
                check.specials(0);
                for (int i = base; i < boundaries.length; i += bases.length) {
                    check.around(boundaries[i], 0);
                }
            }
        }
    }

    static List<FloatFormat> sixteenBits() {
        return CodecTestData.namedFloats(19).stream().filter(f -> f.width() > 8).toList();
    }

    /** Every boundary once, mode and policies by turns; then the ends of the range in every mode. */
    @ParameterizedTest
    @MethodSource("sixteenBits")
    void everyBoundaryOfSixteenBitFormats(FloatFormat format) {
        double[] boundaries = CodecTestData.boundaries(format);
        Policies[] bases = {
            Policies.IEEE,
            Policies.IEEE.saturating().withTininess(Tininess.BEFORE_ROUNDING),
            Policies.IEEE.withOverflow(Overflow.P3109).withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING),
            Policies.IEEE.withOverflow(Overflow.NAN).withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING),
            Policies.IEEE.withOverflow(Overflow.INFINITY).withPath(SourcePath.VIA_BINARY32),
        };
        OracleCheck[] checks = new OracleCheck[DETERMINISTIC.size() * bases.length];
        int used = 0;
        for (Rounding mode : DETERMINISTIC) {
            for (Policies base : bases) {
                checks[used++] = OracleCheck.of(format, base.withRounding(mode));
            }
        }
        for (int i = 0; i < boundaries.length; i++) {
            // values and midpoints alternate, so sign and source format change with every second index
            double x = boundaries[i];
            if (i < 20 || i >= boundaries.length - 20 || Math.abs(x / normal(format) - 1) < 0.004) {
                for (OracleCheck check : checks) {
                    check.around(x, 0);
                }
            } else {
                OracleCheck check = checks[(i * 7 + i / 45) % checks.length];
                boolean minus = (i >> 1 & 1) != 0;
                check.beside(minus ? -x : x, (i >> 2 & 1) != 0, 0);
            }
        }
    }

    private static double normal(FloatFormat format) {
        return Math.scalb(1.0, format.emin());
    }

    static List<FloatFormat> p3109() {
        return P3109.all(3, 8);
    }

    /** The whole family up to 8 bits: every boundary in every mode under the three saturation rules by turns. */
    @ParameterizedTest
    @MethodSource("p3109")
    void everyBoundaryOfEveryP3109Format(FloatFormat format) {
        double[] boundaries = CodecTestData.boundaries(format);
        Policies[] bases = {
            Policies.IEEE.withOverflow(Overflow.P3109),
            Policies.IEEE.saturating(),
            Policies.IEEE.withOverflow(Overflow.SATURATE).withTininess(Tininess.BEFORE_ROUNDING),
        };
        for (int m = 0; m < DETERMINISTIC.size(); m++) {
            OracleCheck[] checks = new OracleCheck[bases.length];
            for (int base = 0; base < bases.length; base++) {
                checks[base] = OracleCheck.of(format, bases[base].withRounding(DETERMINISTIC.get(m)));
                checks[base].specials(0);
            }
            for (int i = 0; i < boundaries.length; i++) {
                double x = boundaries[i];
                if (format.width() <= 5 || i >= boundaries.length - 10) {
                    for (OracleCheck check : checks) {
                        check.around(x, 0);
                    }
                } else {
                    boolean minus = ((i >> 1) + m & 1) != 0;
                    checks[(i + m) % checks.length].beside(minus ? -x : x, ((i >> 2) + m & 1) != 0, 0);
                }
            }
        }
    }

    /** Small formats of every kind, with every pair of values of two policy axes. */
    @Tag("fast")
    @Test
    void unusualFormatsUnderEveryPairOfPolicies() {
        List<Policies> rows = CodecTestData.pairwise(false);
        for (FloatFormat format : CodecTestData.unusualFloats()) {
            double[] boundaries = CodecTestData.boundaries(format);
            for (int r = 0; r < rows.size(); r++) {
                OracleCheck check = OracleCheck.of(format, rows.get(r));
                if (r % 8 == 0) {
                    check.specials(0);
                }
                for (int i = r % 7; i < boundaries.length; i += 7) {
                    check.around(boundaries[i], 0);
                }
            }
        }
    }

    @Tag("fast")
    @Test
    void namedFormatsUnderEveryPairOfPolicies() {
        List<Policies> rows = CodecTestData.pairwise(false);
        for (FloatFormat format : CodecTestData.namedFloats(16)) {
            double[] boundaries = CodecTestData.boundaries(format);
            int step = Math.max(11, boundaries.length / 24);
            for (int r = 0; r < rows.size(); r++) {
                OracleCheck check = OracleCheck.of(format, rows.get(r));
                check.specials(0);
                for (int i = r % step; i < boundaries.length; i += step) {
                    check.around(boundaries[i], 0);
                }
                check.around(boundaries[boundaries.length - 1 - r % 12], 0);
            }
        }
    }

    @Tag("fast")
    @Test
    void integersUnderEveryPairOfPolicies() {
        List<Policies> rows = CodecTestData.pairwise(true);
        for (IntFormat format : CodecTestData.namedIntegers()) {
            for (int r = format.width() % 2; r < rows.size(); r += 2) {
                Policies policies = rows.get(r);
                OracleCheck check = OracleCheck.of(format, policies);
                check.specials(0);
                for (int quarter = 1; quarter <= 24; quarter++) {
                    check.around(Math.scalb(quarter / 4.0, format.scaleExponent()), 0);
                }
                for (int i = -4; i <= 8; i++) {
                    check.around(Math.scalb(1.0, format.width() + format.scaleExponent()) + i / 4.0, 0);
                    check.around(Math.scalb(1.0, format.width() - 1 + format.scaleExponent()) + i / 4.0, 0);
                    check.ofLong((1L << (format.width() - 1)) + i, 0);
                    check.ofLong(-(1L << (format.width() - 1)) + i, 0);
                }
            }
        }
    }

    /** Decimals that no binary format holds: each midpoint plus and minus almost nothing. */
    @Tag("fast")
    @Test
    void decimalsBesideEveryMidpoint() {
        BigDecimal tiny = new BigDecimal("1e-60");
        for (FloatFormat format : CodecTestData.namedFloats(8)) {
            double[] boundaries = CodecTestData.boundaries(format);
            for (int m = 0; m < DETERMINISTIC.size(); m++) {
                OracleCheck check = OracleCheck.of(format, Policies.IEEE.withRounding(DETERMINISTIC.get(m)));
                for (int i = m % 3; i < boundaries.length; i += 3) {
                    BigDecimal x = new BigDecimal(boundaries[i]);
                    check.ofDecimal(x, 0);
                    check.ofDecimal(x.add(tiny), 0);
                    check.ofDecimal(x.subtract(tiny), 0);
                    check.ofDecimal(x.add(tiny).negate(), 0);
                    check.ofDecimal(x.subtract(tiny).negate(), 0);
                }
            }
        }
    }
}
