package org.bitexact.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every code of every small format: decoding against a second formula in {@code double}, round trips, and rounding
 * against a search through the sorted list of all values.
 */
class OracleExhaustiveTest {

    @Test
    @Tag("fast")
    void everyCodeHasTheValueOfTheFormula() {
        for (FloatFormat f : TestFormats.floatsUpTo(8)) {
            Oracle oracle = Oracle.of(f);
            int magnitudes = 1 << (f.exponentBits() + f.trailingBits());
            for (int code = 0; code < 1 << f.width(); code++) {
                OracleValue value = oracle.decode(code);
                if (value instanceof OracleValue.Infinity || value instanceof OracleValue.Nan) {
                    continue;
                }
                int magnitude = code % magnitudes;
                int exponent = magnitude >> f.trailingBits();
                double fraction = (magnitude & ((1 << f.trailingBits()) - 1)) / Math.scalb(1.0, f.trailingBits());
                double expected;
                if (exponent > 0 || f.subnormals() == SubnormalRule.ABSENT) {
                    expected = Math.scalb(1 + fraction, exponent - f.bias());
                } else {
                    expected = switch (f.subnormals()) {
                        case GRADUAL -> Math.scalb(fraction, 1 - f.bias());
                        case TESLA_LITERAL -> Math.scalb(fraction, -f.bias());
                        default -> 0.0;
                    };
                }
                expected = code >= magnitudes ? -expected : expected;
                assertThat(value)
                        .as("%s 0x%x", f, code)
                        .isEqualTo(OracleValue.ofDoubleBits(Double.doubleToRawLongBits(expected)));
            }
        }
    }

    /** The descriptor derives special codes for itself; both derivations meet on every small format there can be. */
    @Test
    @Tag("fast")
    void descriptorsDeriveTheSameSpecialCodes() {
        int formats = 0;
        for (int parameters = 0; parameters < 2 * 4 * 4; parameters++) {
            for (SpecialValues specials : SpecialValues.values()) {
                for (SubnormalRule subnormals : SubnormalRule.values()) {
                    FloatFormat f;
                    try {
                        f = FloatFormat.builder("f", 1 + parameters / 2 % 4, parameters / 8)
                                .signed(parameters % 2 == 0)
                                .specials(specials)
                                .subnormals(subnormals)
                                .build();
                    } catch (IllegalArgumentException impossible) {
                        continue;
                    }
                    formats++;
                    for (long code = 0; code < 1L << f.width(); code++) {
                        assertSameClass(f, code);
                    }
                    FloatLayout layout = new FloatLayout(f);
                    assertThat(f.maxFiniteCode()).isEqualTo(layout.code(false, layout.largest()));
                    assertThat(f.hasNegativeZero()).isEqualTo(layout.hasNegativeZero());
                    if (f.hasNan()) {
                        assertThat(f.nanCode()).isEqualTo(layout.canonicalNanCode(false));
                    }
                    if (f.hasInfinity()) {
                        assertThat(f.infinityCode()).isEqualTo(layout.infinityCode(false));
                    }
                }
            }
        }
        assertThat(formats).isGreaterThan(400);
    }

    private static void assertSameClass(FloatFormat f, long code) {
        OracleValue value = Oracle.of(f).decode(code);
        boolean signaling = value instanceof OracleValue.Nan nan && nan.signaling();
        boolean same = f.isNan(code) == value instanceof OracleValue.Nan
                && f.isInfinite(code) == value instanceof OracleValue.Infinity
                && f.isZero(code) == value instanceof OracleValue.Zero
                && f.isSubnormal(code) == Oracle.isSubnormal(value, f)
                && f.isSignalingNan(code) == signaling
                && f.isSignMinus(code) == value.negative();
        if (!same) {
            fail("%s %s %s 0x%x is %s", f.exponentBits(), f.specials(), f.subnormals(), code, value);
        }
    }

    /** P3109 has 2^K - 1 - (0, 1 or 2) distinct finite values, one NaN, one zero, and one infinity per sign if extended. */
    @Test
    @Tag("fast")
    void p3109CountsItsSpecialCodes() {
        for (FloatFormat f : P3109.all(3, 10)) {
            int infinities = 0;
            int nans = 0;
            int zeros = 0;
            for (int code = 0; code < 1 << f.width(); code++) {
                OracleValue value = Oracle.of(f).decode(code);
                infinities += value instanceof OracleValue.Infinity ? 1 : 0;
                nans += value instanceof OracleValue.Nan ? 1 : 0;
                zeros += value instanceof OracleValue.Zero ? 1 : 0;
            }
            int signs = f.signed() ? 2 : 1;
            assertThat(new int[] {infinities, nans, zeros})
                    .as(f.name())
                    .containsExactly(f.specials() == SpecialValues.P3109_EXTENDED ? signs : 0, 1, 1);
        }
    }

    @Test
    @Tag("fast")
    void everyCodeRoundTripsWithoutFlagsInEveryMode() {
        TestFormats.upTo(8).forEach(f -> roundTrips(f, Rounding.values()));
    }

    @Test
    void everySixteenBitCodeRoundTrips() {
        List.of(Formats.BINARY16, Formats.BFLOAT16, Formats.CFLOAT16_UHP, P3109.of(16, 1, true, true))
                .forEach(f -> roundTrips(f, Rounding.TIES_TO_EVEN, Rounding.AWAY_FROM_ZERO));
    }

    private static void roundTrips(ScalarFormat f, Rounding... modes) {
        Oracle oracle = Oracle.of(f);
        for (Rounding mode : modes) {
            Policies policies = (mode.isStochastic()
                            ? Policies.IEEE.withStochasticRounding(mode, 7)
                            : Policies.IEEE.withRounding(mode))
                    .withNan(NanRule.KEEP_SIGNALING);
            for (int code = 0; code < 1 << f.width(); code++) {
                OracleValue value = oracle.decode(code);
                Oracle.Result result = oracle.encode(value, f, policies, 127);
                if (!result.equals(returned(f, code, value)) && !bothZero(f, code, result)) {
                    fail("%s 0x%x under %s: %s", f, code, mode, result);
                }
            }
        }
    }

    private static Oracle.Result returned(ScalarFormat f, long code, OracleValue value) {
        if (f instanceof IntFormat i && i.symmetric() && code == 1L << (i.width() - 1)) {
            return new Oracle.Result(code + 1, Flags.INVALID); // the code left unused
        }
        boolean signaling = value instanceof OracleValue.Nan nan && nan.signaling();
        return new Oracle.Result(code, signaling ? Flags.INVALID : 0);
    }

    /** Formats without subnormals have many codes for zero, and only the first of each sign is ever a result. */
    private static boolean bothZero(ScalarFormat f, long code, Oracle.Result result) {
        if (!(f instanceof FloatFormat floating) || floating.subnormals() != SubnormalRule.FLUSH) {
            return false;
        }
        long sign = floating.signed() && floating.specials() != SpecialValues.FNUZ
                ? 1L << (floating.exponentBits() + floating.trailingBits())
                : 0;
        return Oracle.of(f).decode(code) instanceof OracleValue.Zero
                && result.equals(new Oracle.Result(code & sign, 0));
    }

    /** Ways to encode, right or wrong, of a positive or negative number within the format's range. */
    interface Encoder {
        long encode(FloatFormat f, OracleValue x, Rounding mode);
    }

    @Test
    @Tag("fast")
    void roundingAgreesWithASearchThroughAllValues() {
        for (FloatFormat f : TestFormats.floatsUpTo(8)) {
            if (!f.specials().isP3109() || f.width() == 5) {
                searchAgrees(f);
            }
        }
    }

    @Test
    void roundingAgreesWithASearchInP3109() {
        P3109.all(3, 8).forEach(OracleExhaustiveTest::searchAgrees);
    }

    private static void searchAgrees(FloatFormat f) {
        Encoder oracle = (format, x, mode) ->
                Oracle.of(format).encode(x, Policies.IEEE.withRounding(mode), 0).code();
        if (f.subnormals() != SubnormalRule.FLUSH) {
            assertThat(disagreements(oracle, f)).as(f.name()).isEmpty();
        }
    }

    @Test
    @Tag("fast")
    void theSearchCatchesSeededDefects() {
        Map<String, Encoder> defects = new TreeMap<>();
        defects.put(
                "truncates",
                (f, x, mode) -> Oracle.of(f)
                        .encode(x, Policies.IEEE.withRounding(Rounding.TOWARD_ZERO), 0)
                        .code());
        defects.put(
                "ties away",
                (f, x, mode) -> Oracle.of(f)
                        .encode(
                                x,
                                Policies.IEEE.withRounding(
                                        mode == Rounding.TIES_TO_EVEN ? Rounding.TIES_TO_AWAY : mode),
                                0)
                        .code());
        defects.put(
                "rounds through binary16",
                (f, x, mode) -> Oracle.convert(
                                Formats.BINARY16,
                                Oracle.of(Formats.BINARY16)
                                        .encode(x, Policies.IEEE, 0)
                                        .code(),
                                f,
                                Policies.IEEE.withRounding(mode),
                                0)
                        .code());
        defects.put(
                "drops the sign of the mode",
                (f, x, mode) -> Oracle.of(f)
                        .encode(
                                x,
                                Policies.IEEE.withRounding(
                                        mode == Rounding.TOWARD_NEGATIVE ? Rounding.TOWARD_ZERO : mode),
                                0)
                        .code());
        defects.put("flushes subnormals", (f, x, mode) -> {
            long code =
                    Oracle.of(f).encode(x, Policies.IEEE.withRounding(mode), 0).code();
            return (code & 0x78) == 0 ? code & 0x80 : code;
        });
        defects.forEach((name, encoder) ->
                assertThat(disagreements(encoder, Formats.OCP_E4M3)).as(name).isNotEmpty());
    }

    private static List<String> disagreements(Encoder encoder, FloatFormat f) {
        // All finite values in order; -0 left out.
        TreeMap<BigFraction, Long> values = new TreeMap<>();
        for (long code = 0; code < 1L << f.width(); code++) {
            OracleValue value = Oracle.of(f).decode(code);
            if (value instanceof OracleValue.Finite finite) {
                values.put(finite.toFraction(), code);
            } else if (value instanceof OracleValue.Zero) {
                values.putIfAbsent(BigFraction.ZERO, code);
            }
        }
        List<BigFraction> inputs = new ArrayList<>();
        BigFraction previous = null;
        for (BigFraction value : values.keySet()) {
            if (previous != null) {
                BigFraction gap = value.subtract(previous);
                for (BigFraction part : List.of(
                        BigFraction.of(1, 3),
                        BigFraction.of(1, 2),
                        BigFraction.of(1, 2).subtract(BigFraction.of(1, 1 << 20)),
                        BigFraction.of(1, 2).add(BigFraction.of(1, 1 << 20)),
                        BigFraction.of(BigInteger.ONE, BigInteger.ONE.shiftLeft(200)),
                        BigFraction.of(6, 7))) {
                    inputs.add(previous.add(gap.multiply(part)));
                }
            }
            previous = value;
        }
        List<String> found = new ArrayList<>();
        for (BigFraction x : inputs) {
            OracleValue value = OracleValue.of(x);
            Map.Entry<BigFraction, Long> low = values.floorEntry(x);
            Map.Entry<BigFraction, Long> high = values.ceilingEntry(x);
            for (Rounding mode : TestFormats.deterministic()) {
                BigFraction expected = search(f, low, high, x, mode);
                long actual = encoder.encode(f, value, mode);
                // -0 stands for the zero in the list
                boolean zero = expected.signum() == 0 && Oracle.of(f).decode(actual) instanceof OracleValue.Zero;
                if (!zero && values.get(expected) != actual) {
                    found.add(String.format("%s %s %s: 0x%x, not %s", f, x, mode, actual, expected));
                }
            }
        }
        return found;
    }

    /** The neighbour in the list of signed values that the mode asks for. */
    private static BigFraction search(
            FloatFormat f,
            Map.Entry<BigFraction, Long> below,
            Map.Entry<BigFraction, Long> above,
            BigFraction x,
            Rounding mode) {
        BigFraction low = below.getKey();
        BigFraction high = above.getKey();
        boolean lowIsInner = x.signum() > 0;
        BigFraction inner = lowIsInner ? low : high;
        BigFraction outer = lowIsInner ? high : low;
        long innerCode = (lowIsInner ? below : above).getValue();
        int nearer = x.subtract(low).compareTo(high.subtract(x)); // negative: low is nearer
        BigFraction even = innerCode % 2 == 0 ? inner : outer;
        if (f.trailingBits() == 0
                && mode == Rounding.TIES_TO_EVEN
                && !f.specials().isP3109()) {
            even = inner.signum() == 0 ? inner : outer; // IEEE 754-2019, 4.3.1: the larger magnitude
        }
        BigFraction odd = innerCode % 2 == 0 ? outer : inner;
        BigFraction atTie = switch (mode) {
            case TIES_TO_EVEN -> even;
            case TIES_TO_AWAY -> outer;
            case TIES_TOWARD_ZERO -> inner;
            default -> high;
        };
        return switch (mode) {
            case TOWARD_ZERO -> inner;
            case AWAY_FROM_ZERO -> outer;
            case TOWARD_POSITIVE -> high;
            case TOWARD_NEGATIVE -> low;
            case TO_ODD -> odd;
            default -> nearer < 0 ? low : nearer > 0 ? high : atTie;
        };
    }
}
