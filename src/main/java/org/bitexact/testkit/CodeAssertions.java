package org.bitexact.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.codec.CodeText;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.bitexact.oracle.Ulps;
import org.jspecify.annotations.Nullable;

/**
 * Compares codes and explains what is wrong: bit fields, values, distance in steps and ulps, and, where operation and
 * operands are known, what would have given the actual result: another rounding mode, a profile, one of the mistakes of
 * {@link Mutants}.
 *
 * <p>Codes are compared bit for bit unless {@link #nans} or {@link #within} say otherwise. A failed assertion throws {@link
 * AssertionError}; no test framework is needed.
 *
 * {@snippet file="org/bitexact/testkit/TestkitSnippets.java" region="assertions"}
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class CodeAssertions {
    /** Digits of errors in ulps. */
    private static final MathContext DIGITS = new MathContext(4);

    private final ScalarFormat format;
    private final NanComparison nans;
    private final double ulps;
    private final ScalarFormat ulpFormat;

    private CodeAssertions(ScalarFormat format, NanComparison nans, double ulps, ScalarFormat ulpFormat) {
        this.format = Objects.requireNonNull(format, "format");
        this.nans = Objects.requireNonNull(nans, "nans");
        this.ulps = ulps;
        this.ulpFormat = Objects.requireNonNull(ulpFormat, "ulpFormat");
    }

    /**
     * {@return assertions about codes of a format, bit for bit}
     *
     * @param format the format
     */
    public static CodeAssertions of(ScalarFormat format) {
        return new CodeAssertions(format, NanComparison.BITS, 0, format);
    }

    /**
     * {@return these assertions with another comparison of NaNs}
     *
     * @param value the rule
     */
    public CodeAssertions nans(NanComparison value) {
        return new CodeAssertions(format, value, ulps, ulpFormat);
    }

    /**
     * {@return these assertions with a tolerance: finite codes are equal if their values are no further apart than that many
     * ulps of a format at the expected value; zeros of either sign are then equal}
     *
     * @param limit the number of ulps, not negative
     * @param of the format whose ulp is meant, the codes' own or another one
     * @throws IllegalArgumentException if the limit is negative or not finite
     */
    public CodeAssertions within(double limit, ScalarFormat of) {
        if (!(limit >= 0 && limit <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("limit must be finite and not negative: " + limit);
        }
        return new CodeAssertions(format, nans, limit, of);
    }

    // ------------------------------------------------------------------ codes

    /**
     * {@return whether two codes are equal by the rules of these assertions}
     *
     * @param expected a code
     * @param actual a code
     * @throws IllegalArgumentException if the expected code does not fit the format
     */
    public boolean areEqual(long expected, long actual) {
        format.requireCode(expected);
        if (expected == actual) {
            return true;
        }
        if ((actual & ~format.codeMask()) != 0) {
            return false;
        }
        boolean nan = isNan(expected);
        if (nan || isNan(actual)) {
            FloatFormat f = (FloatFormat) format;
            return nan
                    && isNan(actual)
                    && nans != NanComparison.BITS
                    && (nans == NanComparison.ANY || f.isSignalingNan(expected) == f.isSignalingNan(actual));
        }
        return ulps > 0 && isNumber(expected) && isNumber(actual) && distance(expected, actual) <= ulps;
    }

    private boolean isNan(long code) {
        return format instanceof FloatFormat f && f.isNan(code);
    }

    private boolean isNumber(long code) {
        return !(format instanceof FloatFormat f) || f.isFinite(code);
    }

    /** Distance in ulps of the tolerance's format. */
    private double distance(long expected, long actual) {
        OracleValue e = Oracle.of(format).decode(expected);
        BigFraction error = number(Oracle.of(format).decode(actual)).subtract(number(e));
        return error.divide(Ulps.ulp(ulpFormat, e)).abs().doubleValue();
    }

    private static BigFraction number(OracleValue value) {
        return value instanceof OracleValue.Finite f ? f.toFraction() : BigFraction.ZERO;
    }

    /**
     * Requires two codes to be equal.
     *
     * @param expected the right code
     * @param actual the code to check
     * @throws AssertionError if they are not, with both in words and their distance
     * @throws IllegalArgumentException if the expected code does not fit the format
     */
    public void assertEquals(long expected, long actual) {
        if (!areEqual(expected, actual)) {
            throw new AssertionError(compared(expected, actual));
        }
    }

    /** The two codes in words, one a line, and their distance. */
    private String compared(long expected, long actual) {
        StringBuilder text = new StringBuilder("expected ");
        text.append(explain(expected)).append("\n actual  ").append(explain(actual));
        boolean fits = (actual & ~format.codeMask()) == 0;
        if (fits && !isNan(expected) && !isNan(actual)) {
            BigInteger steps = Ulps.codeDistance(format, expected, actual);
            text.append("\n apart   ").append(steps).append(steps.equals(BigInteger.ONE) ? " step" : " steps");
            if (isNumber(expected) && isNumber(actual)) {
                text.append(", ")
                        .append(rounded(distance(expected, actual)))
                        .append(" ulp of ")
                        .append(ulpFormat);
            }
        }
        if (ulps > 0) {
            text.append(", allowed ").append(ulps);
        }
        if (isNan(expected) || fits && isNan(actual)) {
            text.append("\n (").append(nans).append(')');
        }
        return text.toString();
    }

    private static String rounded(double x) {
        return Double.isInfinite(x)
                ? "inf"
                : new BigDecimal(x).round(DIGITS).stripTrailingZeros().toPlainString();
    }

    private String explain(long code) {
        return (code & ~format.codeMask()) == 0
                ? CodeText.of(format).explain(code)
                : String.format(Locale.ROOT, "0x%x, which has more than %d bits", code, format.width());
    }

    // ------------------------------------------------------------------ arrays

    /** The codes of an array as unsigned numbers. */
    private interface Codes {
        long get(int i);
    }

    private void assertAll(int expectedLength, Codes expected, int actualLength, Codes actual) {
        if (expectedLength != actualLength) {
            throw new AssertionError("expected " + expectedLength + " codes, but there are " + actualLength);
        }
        int first = -1;
        int count = 0;
        for (int i = 0; i < expectedLength; i++) {
            if (!areEqual(expected.get(i), actual.get(i))) {
                first = first < 0 ? i : first;
                count++;
            }
        }
        if (first >= 0) {
            throw new AssertionError(count + " of " + expectedLength + " codes differ, the first at " + first + "\n"
                    + compared(expected.get(first), actual.get(first)));
        }
    }

    /**
     * Requires two arrays of codes to be equal.
     *
     * @param expected the right codes
     * @param actual the codes to check
     * @throws AssertionError if they are not, with the number of differences and the first one in words
     */
    public void assertEquals(long[] expected, long[] actual) {
        assertAll(expected.length, i -> expected[i], actual.length, i -> actual[i]);
    }

    /**
     * Requires two arrays of codes of at most 32 bits to be equal.
     *
     * @param expected the right codes
     * @param actual the codes to check
     * @throws AssertionError if they are not, with the number of differences and the first one in words
     */
    public void assertEquals(int[] expected, int[] actual) {
        assertAll(
                expected.length,
                i -> Integer.toUnsignedLong(expected[i]),
                actual.length,
                i -> Integer.toUnsignedLong(actual[i]));
    }

    /**
     * Requires two arrays of codes of at most 16 bits to be equal.
     *
     * @param expected the right codes
     * @param actual the codes to check
     * @throws AssertionError if they are not, with the number of differences and the first one in words
     */
    public void assertEquals(short[] expected, short[] actual) {
        assertAll(expected.length, i -> expected[i] & 0xffff, actual.length, i -> actual[i] & 0xffff);
    }

    /**
     * Requires two arrays of codes of at most 8 bits, one a byte, to be equal.
     *
     * @param expected the right codes
     * @param actual the codes to check
     * @throws AssertionError if they are not, with the number of differences and the first one in words
     */
    public void assertEquals(byte[] expected, byte[] actual) {
        assertAll(expected.length, i -> expected[i] & 0xff, actual.length, i -> actual[i] & 0xff);
    }

    // ------------------------------------------------------------------ results of operations

    /**
     * Requires a code to be the right result of an operation.
     *
     * @param function the operation; the format of its result must be that of these assertions
     * @param actual the code to check
     * @param operands the operands' codes
     * @throws AssertionError if it is not, with what would have given it
     */
    public void assertCode(ScalarFunction function, long actual, long... operands) {
        check(function, actual, null, operands);
    }

    /**
     * Requires code and flags to be the right result of an operation.
     *
     * @param function the operation; the format of its result must be that of these assertions
     * @param actual the code and flags to check
     * @param operands the operands' codes
     * @throws AssertionError if they are not, with what would have given them
     */
    public void assertResult(ScalarFunction function, Oracle.Result actual, long... operands) {
        check(function, actual.code(), actual.flags(), operands);
    }

    private void check(ScalarFunction function, long actual, @Nullable Integer flags, long[] operands) {
        if (!function.result().equals(format)) {
            throw new IllegalArgumentException(
                    "result of the function must have format " + format + ": " + function.result());
        }
        Oracle.Result right = function.oracle().apply(operands);
        boolean code = areEqual(right.code(), actual);
        if (code && (flags == null || flags == right.flags())) {
            return;
        }
        StringBuilder text = new StringBuilder();
        text.append(function).append(": ").append(function.write(operands)).append('\n');
        text.append(
                code
                        ? "expected flags " + Flags.toString(right.flags()) + "\n actual  flags "
                                + Flags.toString(flags == null ? 0 : flags) + " beside " + explain(actual)
                        : compared(right.code(), actual));
        // a wrong code explains itself, without its flags
        List<String> causes = causes(function, right, actual, code ? flags : null, operands);
        text.append("\n given by ")
                .append(
                        causes.isEmpty()
                                ? "no rounding mode and no known mistake"
                                : String.join("\n          ", causes));
        throw new AssertionError(text.toString());
    }

    /** What gives the actual result in place of the right one: rounding modes, profiles, mistakes. */
    private static List<String> causes(
            ScalarFunction function, Oracle.Result right, long actual, @Nullable Integer flags, long[] operands) {
        List<String> modes = new ArrayList<>();
        for (Rounding rounding : Rounding.values()) {
            if (!rounding.isStochastic()
                    && gives(function, function.policies().withRounding(rounding), actual, flags, operands)) {
                modes.add(rounding.id());
            }
        }
        List<String> profiles = new ArrayList<>();
        if (function.operation() == ScalarOperation.CONVERT) {
            for (Profile profile : Profile.values()) {
                Policies policies = profile.policies(function.operands().get(0), function.result());
                if (!policies.rounding().isStochastic() && gives(function, policies, actual, flags, operands)) {
                    profiles.add(profile.id());
                }
            }
        }
        List<String> causes = new ArrayList<>();
        if (!modes.isEmpty()) {
            causes.add("rounding " + String.join(", ", modes));
        }
        if (!profiles.isEmpty()) {
            causes.add("profile " + String.join(", ", profiles));
        }
        for (Defect<ScalarFunction, CodeFunction> defect : ScalarDefects.LIST) {
            CodeFunction wrong = defect.make().apply(function, function.implementation());
            if (wrong != null) {
                Oracle.Result r = wrong.apply(operands.clone());
                if (!r.equals(right) && isSame(r, actual, flags)) {
                    causes.add("mistake " + defect.name() + ": " + defect.words());
                }
            }
        }
        return causes;
    }

    private static boolean gives(
            ScalarFunction function, Policies policies, long actual, @Nullable Integer flags, long[] operands) {
        return isSame(function.with(policies).oracle().apply(operands), actual, flags);
    }

    private static boolean isSame(Oracle.Result r, long code, @Nullable Integer flags) {
        return r.code() == code && (flags == null || flags == r.flags());
    }

    @Override
    public String toString() {
        return "CodeAssertions[" + format + ", " + nans + (ulps == 0 ? "" : ", " + ulps + " ulp of " + ulpFormat) + "]";
    }
}
