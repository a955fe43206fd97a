package org.bitexact.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalRule;

/** Laws of rounding, over numbers near and between the values of each format. */
@Tag("fast")
class OracleProperties {
    private static final List<FloatFormat> FORMATS = TestFormats.floatsUpTo(64);

    /** Numbers near those of a format: {@code value + part * 2^-shift * ulp}. */
    @Provide
    Arbitrary<Input> inputs() {
        return Arbitraries.of(FORMATS)
                .flatMap(f -> Combinators.combine(
                                Arbitraries.longs().map(c -> c & f.codeMask()),
                                Arbitraries.longs().between(-16, 16),
                                Arbitraries.of(0, 1, 2, 3, 4, 5, 30, 70))
                        .as((code, part, shift) -> new Input(f, near(f, code, part, shift))));
    }

    record Input(FloatFormat format, OracleValue value) {}

    private static OracleValue near(FloatFormat f, long code, long part, int shift) {
        OracleValue value = Oracle.of(f).decode(code);
        if (value instanceof OracleValue.Infinity || value instanceof OracleValue.Nan) {
            return OracleValue.of(part);
        }
        BigFraction number = number(value);
        BigFraction step =
                Ulps.ulp(f, value).multiply(BigInteger.valueOf(part)).divide(BigInteger.ONE.shiftLeft(shift));
        return OracleValue.of(number.add(step));
    }

    private static BigFraction number(OracleValue value) {
        return value instanceof OracleValue.Finite finite ? finite.toFraction() : BigFraction.ZERO;
    }

    @Provide
    Arbitrary<Rounding> deterministic() {
        return Arbitraries.of(TestFormats.deterministic());
    }

    private static boolean isNumber(OracleValue value) {
        return value instanceof OracleValue.Finite || value instanceof OracleValue.Zero;
    }

    private static boolean hasGradualUnderflow(FloatFormat f) {
        return f.subnormals() == SubnormalRule.GRADUAL;
    }

    @Property(tries = 3000)
    void errorIsLessThanOneUlpAndHalfAnUlpInNearestModes(
            @ForAll("inputs") Input input, @ForAll("deterministic") Rounding mode) {
        FloatFormat f = input.format();
        OracleValue x = input.value();
        Oracle.Result result = Oracle.of(f).encode(x, Policies.IEEE.withRounding(mode), 0);
        boolean special = (result.flags() & (Flags.OVERFLOW | Flags.INVALID)) != 0;
        if (special || !hasGradualUnderflow(f) || !isNumber(x)) {
            return;
        }
        BigFraction error = Ulps.error(f, result.code(), x);
        boolean nearest = mode.isNearest();
        assertThat(error.abs().compareTo(nearest ? BigFraction.of(1, 2) : BigFraction.ONE))
                .as("%s to %s in %s: %s", x, f, mode, error)
                .isLessThan(nearest ? 1 : x instanceof OracleValue.Zero ? 1 : 0);
        assertThat((result.flags() & Flags.INEXACT) == 0).isEqualTo(error.signum() == 0);
        int sign = x.negative() ? -1 : 1;
        switch (mode) {
            case TOWARD_POSITIVE -> assertThat(error.signum()).isNotNegative();
            case TOWARD_NEGATIVE -> assertThat(error.signum()).isNotPositive();
            case TOWARD_ZERO -> assertThat(error.signum() * sign).isNotPositive();
            case AWAY_FROM_ZERO -> assertThat(error.signum() * sign).isNotNegative();
            default -> {
                // bounded above
            }
        }
    }

    @Property(tries = 2000)
    void roundingIsMonotone(
            @ForAll("inputs") Input input,
            @ForAll("deterministic") Rounding mode,
            @ForAll long part,
            @ForAll boolean far) {
        FloatFormat f = input.format();
        OracleValue x = input.value();
        BigFraction step =
                Ulps.ulp(f, x).multiply(BigInteger.valueOf(part >>> 1)).divide(BigInteger.ONE.shiftLeft(far ? 60 : 63));
        OracleValue y = OracleValue.of(number(x).add(step)); // x <= y
        Policies policies = Policies.IEEE.withRounding(mode).saturating();
        OracleValue lower =
                Oracle.of(f).decode(Oracle.of(f).encode(x, policies, 0).code());
        OracleValue upper =
                Oracle.of(f).decode(Oracle.of(f).encode(y, policies, 0).code());
        if (isNumber(lower) && isNumber(upper)) {
            assertThat(number(lower).compareTo(number(upper)))
                    .as("%s, %s to %s in %s", x, y, f, mode)
                    .isNotPositive();
        }
    }

    @Property(tries = 2000)
    void negatedInputsGiveNegatedResults(@ForAll("inputs") Input input, @ForAll("deterministic") Rounding mode) {
        FloatFormat f = input.format();
        if (!f.signed()) {
            return;
        }
        OracleValue x = input.value();
        Oracle oracle = Oracle.of(f);
        if (mode == Rounding.TIES_TOWARD_POSITIVE) {
            // No mode mirrors it: ties of positive numbers go away, those of negative ones toward zero.
            Rounding same = x.negative() ? Rounding.TIES_TOWARD_ZERO : Rounding.TIES_TO_AWAY;
            assertThat(oracle.encode(x, Policies.IEEE.withRounding(mode), 0))
                    .isEqualTo(oracle.encode(x, Policies.IEEE.withRounding(same), 0));
            return;
        }
        Rounding mirrored = switch (mode) {
            case TOWARD_POSITIVE -> Rounding.TOWARD_NEGATIVE;
            case TOWARD_NEGATIVE -> Rounding.TOWARD_POSITIVE;
            default -> mode;
        };
        OracleValue minusX = OracleValue.of(number(x).negate());
        Oracle.Result plus = oracle.encode(x, Policies.IEEE.withRounding(mode), 0);
        Oracle.Result minus = oracle.encode(minusX, Policies.IEEE.withRounding(mirrored), 0);
        assertThat(minus.flags()).isEqualTo(plus.flags());
        long signBit = 1L << (f.width() - 1);
        boolean unsignedCode = plus.code() == minus.code(); // zero, or a NaN without sign
        assertThat(unsignedCode || (plus.code() ^ signBit) == minus.code())
                .as("%s to %s in %s", x, f, mode)
                .isTrue();
        if (unsignedCode) {
            OracleValue value = Oracle.of(f).decode(plus.code());
            assertThat(value).isNotInstanceOf(OracleValue.Finite.class);
        }
    }

    /** Of 2^N random integers, A rounds up floor(f * 2^N) times, and C the nearest integer to f * 2^N times. */
    @Property(tries = 300)
    void stochasticRoundingGoesUpAsOftenAsItsFractionSays(@ForAll("inputs") Input input) {
        FloatFormat f = input.format();
        OracleValue x = input.value();
        Oracle oracle = Oracle.of(f);
        Policies down = Policies.IEEE.withRounding(Rounding.TOWARD_ZERO);
        Oracle.Result floor = oracle.encode(x, down, 0);
        Oracle.Result ceiling = oracle.encode(x, down.withRounding(Rounding.AWAY_FROM_ZERO), 0);
        if (!hasGradualUnderflow(f) || ((floor.flags() | ceiling.flags()) & (Flags.OVERFLOW | Flags.INVALID)) != 0) {
            return;
        }
        BigFraction width = Ulps.ulp(f, x);
        BigFraction fraction =
                number(x).subtract(number(oracle.decode(floor.code()))).abs().divide(width);
        BigFraction scaled = fraction.multiply(16);
        long whole = scaled.getNumerator().divide(scaled.getDenominator()).longValue();
        int[] ups = new int[Rounding.values().length];
        for (Rounding mode : Rounding.values()) {
            if (mode.isStochastic()) {
                for (int r = 0; r < 16; r++) {
                    long code = oracle.encode(x, Policies.IEEE.withStochasticRounding(mode, 4), r)
                            .code();
                    assertThat(code).isIn(floor.code(), ceiling.code());
                    ups[mode.ordinal()] += code == ceiling.code() && code != floor.code() ? 1 : 0;
                }
            }
        }
        assertThat(ups[Rounding.STOCHASTIC_A.ordinal()]).isEqualTo((int) whole);
        assertThat(ups[Rounding.STOCHASTIC_TRUNCATE.ordinal()]).isEqualTo((int) whole);
        // B rounds f * 16 to nearest, ties up; C ties to even
        BigFraction rest = scaled.subtract(whole);
        int half = rest.compareTo(BigFraction.of(1, 2));
        assertThat(ups[Rounding.STOCHASTIC_B.ordinal()]).isEqualTo((int) whole + (half >= 0 ? 1 : 0));
        boolean evenUp = half > 0 || half == 0 && whole % 2 == 1;
        assertThat(ups[Rounding.STOCHASTIC_C.ordinal()]).isEqualTo((int) whole + (evenUp ? 1 : 0));
    }

    /** The JDK converts between binary64, binary32, integers and decimals correctly rounded. */
    @Property(tries = 3000)
    void nearestAgreesWithTheJdk(@ForAll long bits, @ForAll long integer, @ForAll("decimals") BigDecimal decimal) {
        double x = Double.longBitsToDouble(bits);
        if (!Double.isNaN(x)) {
            Oracle.Result single = Oracle.convert(Formats.BINARY64, bits, Formats.BINARY32, Policies.IEEE, 0);
            assertThat((int) single.code()).isEqualTo(Float.floatToRawIntBits((float) x));
            Oracle.Result whole = Oracle.convert(
                    Formats.BINARY64, bits, Formats.INT32, Policies.IEEE.withRounding(Rounding.TOWARD_ZERO), 0);
            assertThat((int) whole.code()).isEqualTo((int) x);
        }
        assertThat(encode(Formats.BINARY32, OracleValue.of(integer)))
                .isEqualTo(Integer.toUnsignedLong(Float.floatToRawIntBits((float) integer)));
        assertThat(encode(Formats.BINARY64, OracleValue.of(integer)))
                .isEqualTo(Double.doubleToRawLongBits((double) integer));
        double parsed = Double.parseDouble(decimal.toString()) + 0.0; // a decimal zero has no sign
        long expected = Double.doubleToRawLongBits(parsed);
        long code = encode(Formats.BINARY64, OracleValue.of(decimal));
        assertThat(code == expected || parsed == 0 && (code << 1) == 0).isTrue();
    }

    @Provide
    Arbitrary<BigDecimal> decimals() {
        return Combinators.combine(
                        Arbitraries.bigIntegers().between(BigInteger.TEN.pow(30).negate(), BigInteger.TEN.pow(30)),
                        Arbitraries.integers().between(-320, 380))
                .as(BigDecimal::new);
    }

    private static long encode(ScalarFormat f, OracleValue x) {
        return Oracle.of(f).encode(x, Policies.IEEE, 0).code();
    }
}
