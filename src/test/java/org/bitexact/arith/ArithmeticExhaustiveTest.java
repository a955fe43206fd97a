package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.arith.ArithmeticChecker.Implementation;
import org.bitexact.arith.ArithmeticChecker.Operation;
import org.bitexact.arith.ArithmeticChecker.Setting;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The operations on narrow formats against the oracle, flags included.
 *
 * <p>The normal build takes every pair of 8-bit codes in ties to even, and one pair in 16, differing from mode to mode,
 * in the others. Tests tagged {@code slow} leave out nothing: {@code mvn verify -DexcludedGroups= -Dgroups=slow}.
 */
class ArithmeticExhaustiveTest {
    private static final FloatFormat TESLA = FloatFormat.builder("tesla_none", 4, 3)
            .specials(SpecialValues.NONE)
            .subnormals(SubnormalRule.TESLA_LITERAL)
            .build();
    private static final FloatFormat FLUSHED =
            FloatFormat.builder("flushed", 4, 3).subnormals(SubnormalRule.FLUSH).build();

    static List<FloatFormat> eightBits() {
        return List.of(
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.IEEE_E4M3,
                Formats.IEEE_E3M4,
                Formats.E3M4FN,
                Formats.E4M3FNUZ,
                Formats.E5M2FNUZ,
                Formats.E4M3B11FNUZ,
                P3109.of(8, 3, true, true),
                P3109.of(8, 4, true, false),
                P3109.of(8, 1, true, true),
                P3109.of(8, 4, false, true),
                TESLA,
                FLUSHED,
                Formats.UE4M3,
                Formats.UE5M3,
                Formats.E8M0);
    }

    static List<FloatFormat> sixBits() {
        return List.of(Formats.OCP_E3M2, Formats.OCP_E2M3, P3109.of(6, 3, true, true));
    }

    static List<FloatFormat> fourBits() {
        return List.of(
                Formats.OCP_E2M1,
                P3109.of(4, 2, true, true),
                P3109.of(4, 2, true, false),
                P3109.of(4, 1, true, true),
                P3109.of(4, 3, false, true),
                FloatFormat.builder("ieee_e2m1", 2, 1).build(),
                FloatFormat.builder("fnuz_e2m1", 2, 1)
                        .specials(SpecialValues.FNUZ)
                        .build());
    }

    static Stream<FloatFormat> upToEightBits() {
        return Stream.of(fourBits(), sixBits(), eightBits()).flatMap(List::stream);
    }

    /** IEEE defaults of a mode; the P3109 overflow rule in the formats of that family. */
    private static Policies policies(FloatFormat f, Rounding mode, Tininess tininess) {
        Policies p = Policies.IEEE.withRounding(mode).withTininess(tininess);
        return f.specials().isP3109() ? p.withOverflow(Overflow.P3109) : p;
    }

    /** Every pair of which the spread takes part {@code part} of {@code parts}; 1 part is all of them. */
    private static void pairs(Setting s, List<Operation> operations, int parts, int part) {
        pairs(s, operations, allCodes(s.a()), allCodes(s.b()), parts, part);
    }

    private static int[] allCodes(FloatFormat f) {
        return IntStream.range(0, 1 << f.width()).toArray();
    }

    private static void pairs(Setting s, List<Operation> operations, int[] xs, int[] ys, int parts, int part) {
        Implementation table = ArithmeticChecker.packed(s);
        Implementation direct = ArithmeticChecker.library(s);
        for (Operation operation : operations) {
            for (int i = 0; i < xs.length; i++) {
                for (int j = Math.floorMod(part - 5 * i, parts); j < ys.length; j += parts) {
                    int x = xs[i];
                    int y = ys[j];
                    long expected = ArithmeticChecker.expected(s, operation, x, y, 0, 0);
                    if (table.apply(operation, x, y, 0, 0) != expected
                            || direct.apply(operation, x, y, 0, 0) != expected) {
                        ArithmeticChecker.check(s, table, operation, x, y, 0, 0);
                        ArithmeticChecker.check(s, direct, operation, x, y, 0, 0);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("upToEightBits")
    void everyPairInTiesToEven(FloatFormat f) {
        pairs(Setting.of(f, policies(f, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING)), Operation.BINARY, 1, 0);
        pairs(Setting.of(f, policies(f, Rounding.TIES_TO_EVEN, Tininess.BEFORE_ROUNDING)), Operation.BINARY, 16, 3);
    }

    @ParameterizedTest
    @MethodSource("upToEightBits")
    void spreadPairsInOtherModes(FloatFormat f) {
        for (Rounding mode : ArithmeticChecker.deterministic()) {
            Tininess tininess = mode.ordinal() % 2 == 0 ? Tininess.AFTER_ROUNDING : Tininess.BEFORE_ROUNDING;
            pairs(Setting.of(f, policies(f, mode, tininess)), Operation.BINARY, 16, mode.ordinal());
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("upToEightBits")
    void everyPairInEveryMode(FloatFormat f) {
        for (Rounding mode : ArithmeticChecker.deterministic()) {
            for (Tininess tininess : Tininess.values()) {
                pairs(Setting.of(f, policies(f, mode, tininess)), Operation.BINARY, 1, 0);
            }
        }
    }

    @Tag("fast")
    @ParameterizedTest
    @MethodSource("upToEightBits")
    void everyRemainder(FloatFormat f) {
        pairs(
                Setting.of(f, policies(f, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING)),
                List.of(Operation.REMAINDER),
                1,
                0);
        pairs(
                Setting.of(f, policies(f, Rounding.TOWARD_NEGATIVE, Tininess.BEFORE_ROUNDING)),
                List.of(Operation.REMAINDER),
                8,
                0);
    }

    @Tag("fast")
    @ParameterizedTest
    @MethodSource("upToEightBits")
    void everyRootInEveryMode(FloatFormat f) {
        for (Rounding mode : ArithmeticChecker.deterministic()) {
            for (Tininess tininess : Tininess.values()) {
                Setting s = Setting.of(f, policies(f, mode, tininess));
                Implementation table = ArithmeticChecker.packed(s);
                Implementation direct = ArithmeticChecker.library(s);
                for (int x = 0; x < 1 << f.width(); x++) {
                    ArithmeticChecker.check(s, table, Operation.SQUARE_ROOT, x, 0, 0, 0);
                    ArithmeticChecker.check(s, direct, Operation.SQUARE_ROOT, x, 0, 0, 0);
                }
            }
        }
    }

    @Tag("fast")
    @ParameterizedTest
    @MethodSource("upToEightBits")
    void everyCodeRoundedToAnInteger(FloatFormat f) {
        Flags flags = new Flags();
        for (Rounding mode : ArithmeticChecker.deterministic()) {
            Policies p = policies(f, mode, Tininess.AFTER_ROUNDING);
            Arithmetic arithmetic = Setting.of(f, p).arithmetic();
            for (Rounding rounding : ArithmeticChecker.deterministic()) {
                for (int x = 0; x < 1 << f.width(); x++) {
                    boolean exact = (x & 1) != 0 ^ rounding.ordinal() % 2 == 0;
                    flags.clear();
                    long code = arithmetic.roundToIntegral(x, rounding, exact, flags);
                    assertThat(new Oracle.Result(code, flags.raised()))
                            .as("%s 0x%x, %s", f, x, rounding)
                            .isEqualTo(ExactArithmetic.roundToIntegral(f, x, rounding, exact, f, p));
                }
            }
        }
    }

    /** x * 2^n against the encoding of the exact product; logB against the exponent of the exact value. */
    @Tag("fast")
    @ParameterizedTest
    @MethodSource("upToEightBits")
    void everyCodeScaled(FloatFormat f) {
        int[] exponents = {
            0, 1, -1, 2, -3, 7, -9, 14, -15, 100, -130, 40_000, -40_000, Integer.MAX_VALUE, Integer.MIN_VALUE
        };
        Flags flags = new Flags();
        Oracle oracle = Oracle.of(f);
        Comparison comparison = Comparison.of(f);
        for (Rounding mode : ArithmeticChecker.deterministic()) {
            Policies p = policies(f, mode, Tininess.AFTER_ROUNDING);
            Arithmetic arithmetic = Setting.of(f, p).arithmetic();
            for (int x = 0; x < 1 << f.width(); x++) {
                OracleValue value = oracle.decode(x);
                for (int n : exponents) {
                    OracleValue scaled = value instanceof OracleValue.Finite v
                            ? new OracleValue.Finite(v.ratio(), v.exponent() + Math.max(-50_000, Math.min(50_000, n)))
                            : value;
                    flags.clear();
                    long code = arithmetic.scaleB(x, n, 0, flags);
                    Oracle.Result expected = oracle.encode(
                            scaled instanceof OracleValue.Nan nan && !nan.signaling() ? OracleValue.QUIET_NAN : scaled,
                            p,
                            0);
                    boolean same = code == expected.code() && flags.raised() == expected.flags()
                            || scaled instanceof OracleValue.Nan
                                    && code == f.nanCode()
                                    && flags.raised() == expected.flags();
                    assertThat(same)
                            .as("%s 0x%x * 2^%d, %s: 0x%x %s, expected %s", f, x, n, mode, code, flags, expected)
                            .isTrue();
                }
                if (value instanceof OracleValue.Finite v) {
                    // ratio of odd integers; dyadic, so the denominator is 1
                    int e = v.ratio().getNumerator().abs().bitLength() - 1 + v.exponent();
                    assertThat(comparison.logB(x, flags)).as("%s 0x%x", f, x).isEqualTo(e);
                }
            }
        }
    }

    /** Every pair of a sample of codes: the ends of each class and its middle, and one code in 400. */
    @Nested
    class SixteenBits {
        static Stream<FloatFormat> formats() {
            return Stream.of(Formats.BINARY16, Formats.BFLOAT16, P3109.of(16, 11, true, true), Formats.CFLOAT16_UHP);
        }

        private static int[] sample(FloatFormat f) {
            int sign = (int) f.signMask();
            int one = (int) Oracle.of(f)
                    .encode(new OracleValue.Finite(BigFraction.ONE, 0), Policies.IEEE, 0)
                    .code();
            int[] ends = {
                0,
                (int) f.minNormalCode(),
                one,
                (int) f.maxFiniteCode(),
                (int) (f.hasNan() ? f.nanCode() : f.codeMask())
            };
            IntStream landmarks = IntStream.concat(
                    IntStream.of(ends).flatMap(c -> IntStream.of(c - 1, c, c + 1)),
                    IntStream.of((int) f.minNormalCode() / 2, one + 3, one - 5));
            return IntStream.concat(
                            landmarks.flatMap(c -> IntStream.of(c, c | sign)),
                            IntStream.iterate(7, c -> c <= (int) f.codeMask(), c -> c + 401))
                    .map(c -> c & (int) f.codeMask())
                    .distinct()
                    .toArray();
        }

        @Tag("fast")
        @ParameterizedTest
        @MethodSource("formats")
        void everyPairOfASample(FloatFormat f) {
            int[] codes = sample(f);
            List<Operation> operations = new ArrayList<>(Operation.BINARY);
            operations.add(Operation.REMAINDER);
            pairs(Setting.of(f, Policies.IEEE), operations, codes, codes, 1, 0);
            for (Rounding mode : ArithmeticChecker.deterministic()) {
                Policies p = policies(f, mode, Tininess.BEFORE_ROUNDING);
                pairs(Setting.of(f, p), Operation.BINARY, codes, codes, 16, mode.ordinal());
            }
        }
    }

    /** Formats without infinity or NaN under each overflow rule, and flushed operands and results. */
    @Nested
    class OtherPolicies {
        static Stream<FloatFormat> formats() {
            return Stream.of(
                    Formats.OCP_E4M3,
                    Formats.OCP_E5M2,
                    Formats.E4M3FNUZ,
                    P3109.of(8, 3, true, true),
                    TESLA,
                    Formats.UE4M3,
                    Formats.OCP_E2M3);
        }

        @ParameterizedTest
        @MethodSource("formats")
        void overflowRules(FloatFormat f) {
            Policies p = Policies.IEEE;
            List<Policies> rules = List.of(
                    p.saturating(),
                    p.withOverflow(Overflow.SATURATE),
                    p.withOverflow(Overflow.INFINITY),
                    p.withOverflow(Overflow.NAN).withInfinity(InfinityRule.NAN),
                    p.withOverflow(Overflow.P3109));
            for (int i = 0; i < rules.size(); i++) {
                for (Rounding mode : ArithmeticChecker.deterministic()) {
                    pairs(Setting.of(f, rules.get(i).withRounding(mode)), Operation.BINARY, 64, i + 7 * mode.ordinal());
                }
            }
        }

        @ParameterizedTest
        @MethodSource("formats")
        void flushedOperandsAndResults(FloatFormat f) {
            for (SubnormalResults results : SubnormalResults.values()) {
                for (Rounding mode : ArithmeticChecker.deterministic()) {
                    Policies p = Policies.IEEE.withRounding(mode).withSubnormalResults(results);
                    int part = results.ordinal() + 5 * mode.ordinal();
                    pairs(Setting.of(f, p), Operation.BINARY, 64, part);
                    pairs(Setting.of(f, p.withFlushInputs(true)), Operation.BINARY, 64, part + 1);
                }
            }
        }
    }

    @Nested
    class FusedMultiplyAdd {
        private void triples(Setting s, int parts, int part) {
            Implementation direct = ArithmeticChecker.library(s);
            int codes = 1 << s.a().width();
            int n = part;
            for (int x = 0; x < codes; x++) {
                for (int y = 0; y < codes; y++) {
                    for (int z = 0; z < 1 << s.c().width(); z++) {
                        if (n++ % parts == 0) {
                            ArithmeticChecker.check(s, direct, Operation.FMA, x, y, z, 0);
                        }
                    }
                }
            }
        }

        static List<FloatFormat> fourBits() {
            return ArithmeticExhaustiveTest.fourBits();
        }

        static List<FloatFormat> sixBits() {
            return ArithmeticExhaustiveTest.sixBits();
        }

        @Tag("fast")
        @ParameterizedTest
        @MethodSource("fourBits")
        void everyTripleOfFourBitsInEveryMode(FloatFormat f) {
            for (Rounding mode : ArithmeticChecker.deterministic()) {
                for (Tininess tininess : Tininess.values()) {
                    triples(Setting.of(f, policies(f, mode, tininess)), 1, 0);
                }
            }
        }

        @ParameterizedTest
        @MethodSource("sixBits")
        void everyTripleOfSixBits(FloatFormat f) {
            triples(Setting.of(f, policies(f, Rounding.TIES_TO_EVEN, Tininess.AFTER_ROUNDING)), 1, 0);
            for (Rounding mode : ArithmeticChecker.deterministic()) {
                triples(Setting.of(f, policies(f, mode, Tininess.BEFORE_ROUNDING)), 17, mode.ordinal());
            }
        }

        @Tag("slow")
        @ParameterizedTest
        @MethodSource("sixBits")
        void everyTripleOfSixBitsInEveryMode(FloatFormat f) {
            for (Rounding mode : ArithmeticChecker.deterministic()) {
                for (Tininess tininess : Tininess.values()) {
                    triples(Setting.of(f, policies(f, mode, tininess)), 1, 0);
                }
            }
        }

        @Tag("fast")
        @Test
        void spreadTriplesOfE4m3() {
            for (Rounding mode : ArithmeticChecker.deterministic()) {
                triples(
                        Setting.of(Formats.OCP_E4M3, policies(Formats.OCP_E4M3, mode, Tininess.AFTER_ROUNDING)),
                        1021,
                        mode.ordinal());
            }
        }

        @Tag("slow")
        @Test
        void everyTripleOfE4m3() {
            triples(Setting.of(Formats.OCP_E4M3, Policies.IEEE), 1, 0);
        }

        /** All pairs of narrow factors with addends that cancel, tie or vanish are among the hard cases of other tests. */
        @Test
        void wideningWithEveryPairOfFactors() {
            int[] addends = {
                0, 0x8000_0000, 0x3f80_0000, 0xb380_0001, 0x0000_0001, 0x7f7f_ffff, 0x7f80_0000, 0x7fc0_0000
            };
            Setting s = Setting.mixed(Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.BINARY32, Policies.IEEE);
            Implementation direct = ArithmeticChecker.library(s);
            for (int x = 0; x < 256; x++) {
                for (int y = 0; y < 256; y++) {
                    long z = Integer.toUnsignedLong(addends[(x * 3 + y) % addends.length]);
                    ArithmeticChecker.check(s, direct, Operation.FMA, x, y, z, 0);
                }
            }
        }
    }

    @Nested
    class NanOperands {
        /** Every pair of codes around the NaNs of E5M2 and of a format with more of them, by each rule. */
        @Tag("fast")
        @ParameterizedTest
        @EnumSource(NanPropagation.class)
        void everyPairByEachRule(NanPropagation rule) {
            for (FloatFormat f : List.of(Formats.OCP_E5M2, Formats.IEEE_E3M4)) {
                Setting s = Setting.of(f, Policies.IEEE).with(rule);
                pairs(s, Operation.BINARY, 1, 0);
                pairs(s, List.of(Operation.REMAINDER), 1, 0);
                Implementation direct = ArithmeticChecker.library(s);
                int[] codes = {
                    0, 1, 0x38, 0xb8, 0x70, 0x71, 0x74, 0x78, 0x79, 0x7c, 0x7d, 0x7e, 0x7f, 0xf0, 0xf1, 0xf8, 0xf9,
                    0xfc, 0xfd, 0xfe, 0xff
                };
                for (int x : codes) {
                    ArithmeticChecker.check(s, direct, Operation.SQUARE_ROOT, x, 0, 0, 0);
                    for (int y : codes) {
                        for (int z : codes) {
                            ArithmeticChecker.check(s, direct, Operation.FMA, x, y, z, 0);
                        }
                    }
                }
            }
        }
    }

    @Tag("fast")
    @Nested
    class Ordering {
        static Stream<FloatFormat> formats() {
            return upToEightBits();
        }

        /** Comparisons by the order of exact values; NaNs by their own flags. */
        @ParameterizedTest
        @MethodSource("formats")
        void everyPair(FloatFormat f) {
            Comparison comparison = Comparison.of(f);
            Flags flags = new Flags();
            int codes = 1 << f.width();
            OracleValue[] values = new OracleValue[codes];
            for (int x = 0; x < codes; x++) {
                values[x] = Oracle.of(f).decode(x);
            }
            for (int x = 0; x < codes; x++) {
                for (int y = 0; y < codes; y++) {
                    int order = order(values[x], values[y]);
                    boolean unordered = order == Comparison.UNORDERED;
                    boolean signaling = isSignaling(values[x]) || isSignaling(values[y]);
                    int quiet = signaling ? Flags.INVALID : 0;
                    int loud = unordered ? Flags.INVALID : 0;
                    boolean right = comparison.compare(x, y) == order
                            && comparison.isEqual(x, y, false, flags) == (order == 0)
                            && raised(flags, quiet)
                            && comparison.isEqual(x, y, true, flags) == (order == 0)
                            && raised(flags, loud)
                            && comparison.isLess(x, y, false, flags) == (order == -1)
                            && raised(flags, quiet)
                            && comparison.isLess(x, y, true, flags) == (order == -1)
                            && raised(flags, loud)
                            && comparison.isLessOrEqual(x, y, false, flags) == (order == -1 || order == 0)
                            && raised(flags, quiet)
                            && comparison.isLessOrEqual(x, y, true, flags) == (order == -1 || order == 0)
                            && raised(flags, loud)
                            && comparison.isUnordered(x, y, flags) == unordered
                            && raised(flags, quiet)
                            && isSame(values, comparison.minimum(x, y, flags), extreme(f, x, y, values, true, false))
                            && raised(flags, quiet)
                            && isSame(values, comparison.maximum(x, y, flags), extreme(f, x, y, values, false, false))
                            && raised(flags, quiet)
                            && isSame(
                                    values, comparison.minimumNumber(x, y, flags), extreme(f, x, y, values, true, true))
                            && raised(flags, quiet)
                            && isSame(
                                    values,
                                    comparison.maximumNumber(x, y, flags),
                                    extreme(f, x, y, values, false, true))
                            && raised(flags, quiet);
                    assertThat(right).as("%s 0x%x 0x%x", f, x, y).isTrue();
                }
            }
        }

        /** Codes of one value: in flushing formats zero has several. */
        private static boolean isSame(OracleValue[] values, long actual, long expected) {
            return values[(int) actual].equals(values[(int) expected]);
        }

        private static boolean raised(Flags flags, int expected) {
            int raised = flags.raised();
            flags.clear();
            return raised == expected;
        }

        private static boolean isSignaling(OracleValue v) {
            return v instanceof OracleValue.Nan nan && nan.signaling();
        }

        private static long extreme(FloatFormat f, int x, int y, OracleValue[] values, boolean least, boolean numbers) {
            boolean xNan = values[x] instanceof OracleValue.Nan;
            boolean yNan = values[y] instanceof OracleValue.Nan;
            if (xNan || yNan) {
                return numbers && !(xNan && yNan) ? xNan ? y : x : f.nanCode();
            }
            int order = order(values[x], values[y]);
            if (order == 0 && values[x].negative() != values[y].negative()) {
                order = values[x].negative() ? -1 : 1; // zeros
            }
            return order < 0 == least ? x : y;
        }

        private static int order(OracleValue x, OracleValue y) {
            if (x instanceof OracleValue.Nan || y instanceof OracleValue.Nan) {
                return Comparison.UNORDERED;
            }
            int rank = Integer.compare(rank(x), rank(y));
            if (rank == 0 && x instanceof OracleValue.Finite a && y instanceof OracleValue.Finite b) {
                return Integer.signum(a.toFraction().compareTo(b.toFraction()));
            }
            return rank;
        }

        private static int rank(OracleValue v) {
            int magnitude = v instanceof OracleValue.Infinity ? 2 : v instanceof OracleValue.Finite ? 1 : 0;
            return v.negative() ? -magnitude : magnitude;
        }
    }
}
