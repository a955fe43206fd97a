package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.P3109;
import org.bitexact.format.SubnormalRule;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparisons of the ends of all classes of codes against exact values; which code minimum and maximum deliver. */
@Tag("fast")
class ComparisonTest {
    private static final int INVALID = Flags.INVALID;

    static Stream<FloatFormat> formats() {
        return Stream.of(
                Formats.BINARY16,
                Formats.BINARY64,
                Formats.OCP_E4M3,
                Formats.E4M3FNUZ,
                Formats.OCP_E2M1,
                P3109.of(8, 3, true, true),
                Formats.UE5M3,
                Formats.E8M0,
                FloatFormat.builder("signed_without_zero", 3, 2)
                        .subnormals(SubnormalRule.ABSENT)
                        .build());
    }

    /** -1, 0, 1 or unordered, by exact values. */
    private static int order(OracleValue x, OracleValue y) {
        if (x instanceof OracleValue.Nan || y instanceof OracleValue.Nan) {
            return Comparison.UNORDERED;
        }
        if (x instanceof OracleValue.Finite a && y instanceof OracleValue.Finite b) {
            return Integer.signum(a.toFraction().compareTo(b.toFraction()));
        }
        return Integer.compare(rank(x), rank(y));
    }

    private static int rank(OracleValue v) {
        int magnitude = v instanceof OracleValue.Infinity ? 2 : v instanceof OracleValue.Finite ? 1 : 0;
        return v.negative() ? -magnitude : magnitude;
    }

    private static boolean isSignaling(OracleValue v) {
        return v instanceof OracleValue.Nan nan && nan.signaling();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyPairOfLandmarks(FloatFormat f) {
        Comparison comparison = Comparison.of(f);
        Flags flags = new Flags();
        for (long x : LandmarkCodes.of(f)) {
            for (long y : LandmarkCodes.of(f)) {
                OracleValue u = Oracle.of(f).decode(x);
                OracleValue v = Oracle.of(f).decode(y);
                int order = order(u, v);
                boolean unordered = order == Comparison.UNORDERED;
                int quiet = isSignaling(u) || isSignaling(v) ? INVALID : 0;
                assertThat(comparison.compare(x, y)).as("%s 0x%x 0x%x", f, x, y).isEqualTo(order);
                for (boolean signaling : new boolean[] {false, true}) {
                    int expected = signaling && unordered ? INVALID : quiet;
                    flags.clear();
                    boolean right = comparison.isEqual(x, y, signaling, flags) == (order == 0)
                            && raised(flags) == expected
                            && comparison.isLess(x, y, signaling, flags) == (order == -1)
                            && raised(flags) == expected
                            && comparison.isLessOrEqual(x, y, signaling, flags) == (order == -1 || order == 0)
                            && raised(flags) == expected
                            && comparison.isEqual(x, y, signaling, null) == (order == 0)
                            && comparison.isLess(x, y, signaling, null) == (order == -1)
                            && comparison.isLessOrEqual(x, y, signaling, null) == (order == -1 || order == 0);
                    assertThat(right).as("%s 0x%x 0x%x", f, x, y).isTrue();
                }
                assertThat(comparison.isUnordered(x, y, flags)).isEqualTo(unordered);
                assertThat(raised(flags)).isEqualTo(quiet);
                assertThat(comparison.isUnordered(x, y, null)).isEqualTo(unordered);
                checkExtremes(f, comparison, x, u, y, v);
            }
        }
    }

    private static void checkExtremes(
            FloatFormat f, Comparison comparison, long x, OracleValue u, long y, OracleValue v) {
        boolean unordered = order(u, v) == Comparison.UNORDERED;
        // zeros differ by their sign alone
        boolean less = order(u, v) == 0 ? u.negative() : order(u, v) < 0;
        boolean one = u instanceof OracleValue.Nan != v instanceof OracleValue.Nan;
        long number = u instanceof OracleValue.Nan ? y : x;
        Flags flags = new Flags();
        assertThat(comparison.minimum(x, y, flags)).isEqualTo(unordered ? f.nanCode() : less ? x : y);
        assertThat(comparison.maximum(x, y, flags)).isEqualTo(unordered ? f.nanCode() : less ? y : x);
        assertThat(comparison.minimumNumber(x, y, flags))
                .isEqualTo(unordered ? one ? number : f.nanCode() : less ? x : y);
        assertThat(comparison.maximumNumber(x, y, null))
                .isEqualTo(unordered ? one ? number : f.nanCode() : less ? y : x);
        assertThat(flags.raised()).isEqualTo(isSignaling(u) || isSignaling(v) ? INVALID : 0);
        for (int operation = 0; operation < 4; operation++) {
            flags.clear();
            switch (operation) {
                case 0 -> comparison.minimum(x, y, flags);
                case 1 -> comparison.maximum(x, y, flags);
                case 2 -> comparison.minimumNumber(x, y, flags);
                default -> comparison.maximumNumber(x, y, flags);
            }
            assertThat(flags.raised()).isEqualTo(isSignaling(u) || isSignaling(v) ? INVALID : 0);
        }
    }

    private static int raised(Flags flags) {
        int raised = flags.raised();
        flags.clear();
        return raised;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void exponents(FloatFormat f) {
        Comparison comparison = Comparison.of(f);
        for (long x : LandmarkCodes.of(f)) {
            OracleValue v = Oracle.of(f).decode(x);
            int expected = Integer.MAX_VALUE;
            int expectedFlags = 0;
            if (v instanceof OracleValue.Finite finite) {
                // dyadic, so the denominator of the ratio is 1
                expected = finite.ratio().getNumerator().abs().bitLength() - 1 + finite.exponent();
            } else if (v instanceof OracleValue.Zero) {
                expected = Integer.MIN_VALUE;
                expectedFlags = Flags.DIVIDE_BY_ZERO;
            } else if (v instanceof OracleValue.Nan) {
                expectedFlags = INVALID;
            }
            Flags flags = new Flags();
            assertThat(comparison.logB(x, flags)).as("%s 0x%x", f, x).isEqualTo(expected);
            assertThat(flags.raised()).as("%s 0x%x", f, x).isEqualTo(expectedFlags);
            assertThat(comparison.logB(x, null)).isEqualTo(expected);
        }
    }

    /** Of binary16: quiet NaNs 7e00 and 7e01, signaling ones 7d00 and 7c01. */
    @Test
    void deliveredNans() {
        assertMinimum(NanPropagation.FIRST_OPERAND, 0x7e01, 0x7f00, 0x7e01, 0);
        assertMinimum(NanPropagation.FIRST_OPERAND, 0x7e01, 0x7d00, 0x7e01, INVALID);
        assertMinimum(NanPropagation.FIRST_OPERAND, 0xfc01, 0x7e00, 0xfe01, INVALID);
        assertMinimum(NanPropagation.FIRST_OPERAND, 0x3c00, 0xfd00, 0xff00, INVALID);
        assertMinimum(NanPropagation.SIGNALING_FIRST, 0x7e01, 0x7f00, 0x7e01, 0);
        assertMinimum(NanPropagation.SIGNALING_FIRST, 0x7e01, 0x7d00, 0x7f00, INVALID);
        assertMinimum(NanPropagation.SIGNALING_FIRST, 0x7c01, 0x7d00, 0x7e01, INVALID);
        assertMinimum(NanPropagation.SIGNALING_FIRST, 0x3c00, 0x7e01, 0x7e01, 0);
        assertMinimum(NanPropagation.SIGNALING_FIRST, 0x7e01, 0x3c00, 0x7e01, 0);
        assertMinimum(NanPropagation.LARGER_SIGNIFICAND, 0x7e01, 0x7f00, 0x7f00, 0);
        assertMinimum(NanPropagation.LARGER_SIGNIFICAND, 0x7d00, 0x7e00, 0x7e00, INVALID);
        assertMinimum(NanPropagation.LARGER_SIGNIFICAND, 0x7e00, 0x7d00, 0x7e00, INVALID);
        assertMinimum(NanPropagation.LARGER_SIGNIFICAND, 0xfe01, 0x7e01, 0x7e01, 0);
        assertMinimum(NanPropagation.LARGER_SIGNIFICAND, 0x7e01, 0xfe01, 0x7e01, 0);
        assertMinimum(NanPropagation.LARGER_SIGNIFICAND, 0x3c00, 0x7e01, 0x7e01, 0);
        assertMinimum(NanPropagation.CANONICAL, 0x7e01, 0xff00, 0x7e00, 0);
    }

    private static void assertMinimum(NanPropagation rule, long x, long y, long expected, int expectedFlags) {
        Comparison comparison = Comparison.of(Formats.BINARY16).nans(rule);
        Flags flags = new Flags();
        assertThat(comparison.minimum(x, y, flags)).isEqualTo(expected);
        assertThat(comparison.maximum(x, y, flags)).isEqualTo(expected);
        assertThat(flags.raised()).isEqualTo(expectedFlags);
        boolean number = x == 0x3c00 || y == 0x3c00;
        assertThat(comparison.minimumNumber(x, y, null)).isEqualTo(number ? 0x3c00 : expected);
    }

    @Test
    void codesOfTheFormat() {
        assertThat(Comparison.of(Formats.OCP_E4M3).codes().nextUp(0x38)).isEqualTo(0x39);
    }
}
