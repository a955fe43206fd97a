package org.bitexact.sweep;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.TestFloatOperation;

/**
 * What implementations compute and a sweep compares: an operation, the formats of its operands and result, and policies.
 *
 * @param operation conversion, rounding to an integer, or arithmetic; no comparison
 * @param operands formats of the operands, as many as the operation has
 * @param result format of the result
 * @param policies how results are rounded; of {@link TestFloatOperation#ROUND_TO_INT} also how an operand becomes an
 *     integer
 * @param seed of stochastic rounding: input number <i>i</i> of a space takes {@code CounterRandom.bits(seed, i,
 *     randomBits)}; otherwise ignored
 * @since 0.1
 */
public record Computation(
        TestFloatOperation operation, List<ScalarFormat> operands, ScalarFormat result, Policies policies, long seed) {

    /** Checks the components. */
    public Computation {
        operands = List.copyOf(operands);
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(policies, "policies");
        if (operation.isComparison()) {
            throw new IllegalArgumentException("operation of a sweep must not be a comparison: " + operation.word());
        }
        if (operands.size() != operation.arity()) {
            throw new IllegalArgumentException(
                    "operands of " + operation.word() + " must be " + operation.arity() + ": " + operands.size());
        }
        if (operation != TestFloatOperation.CONVERT
                && !(result instanceof FloatFormat && operands.stream().allMatch(f -> f instanceof FloatFormat))) {
            throw new IllegalArgumentException("formats of " + operation.word() + " must be floating-point formats: "
                    + names(operands) + ", " + result.name());
        }
        if (!policies.rounding().isStochastic()) {
            seed = 0;
        } else if (operation == TestFloatOperation.REM || operation == TestFloatOperation.ROUND_TO_INT) {
            throw new IllegalArgumentException("rounding of " + operation.word() + " must be deterministic: "
                    + policies.rounding().id());
        }
    }

    /**
     * {@return the conversion of codes}
     *
     * @param from the format converted from
     * @param to the format converted to
     * @param policies the policies
     */
    public static Computation conversion(ScalarFormat from, ScalarFormat to, Policies policies) {
        return new Computation(TestFloatOperation.CONVERT, List.of(from), to, policies, 0);
    }

    /**
     * {@return an operation whose operands and result have the same format}
     *
     * @param operation the operation
     * @param format the format
     * @param policies the policies
     */
    public static Computation of(TestFloatOperation operation, FloatFormat format, Policies policies) {
        return new Computation(operation, Collections.nCopies(operation.arity(), format), format, policies, 0);
    }

    /** {@return the operation and formats in a few words: {@code f32 to e4m3}, {@code f16 add}, {@code e4m3 x e4m3 x f32 mulAdd to f32}} */
    public String signature() {
        if (operation == TestFloatOperation.CONVERT) {
            return operands.get(0).name() + " to " + result.name();
        }
        boolean same = operands.stream().allMatch(result::equals);
        return same
                ? result.name() + " " + operation.word()
                : names(operands) + " " + operation.word() + " to " + result.name();
    }

    /** {@return {@link #signature()}, rounding and overflow, as on the command line} */
    public String name() {
        Rounding rounding = policies.rounding();
        return signature() + " " + rounding.id() + (rounding.isStochastic() ? policies.randomBits() : "") + " "
                + overflow();
    }

    private String overflow() {
        if (policies.overflow() == Overflow.SATURATE) {
            return policies.infinity() == InfinityRule.SATURATE ? "sat" : "sat-finite";
        }
        return policies.overflow().id();
    }

    /** {@return all that determines the results, on one line} */
    public String id() {
        return operation.word() + "; "
                + operands.stream().map(Computation::definition).collect(Collectors.joining(" x ")) + "; "
                + definition(result) + "; " + policies + (policies.rounding().isStochastic() ? "; seed " + seed : "");
    }

    /** {@return whether a result is a code and flags; codes wider than 32 bits leave no room for flags} */
    public boolean hasFlags() {
        return result.width() <= 32;
    }

    /** The random bits of an input. */
    long random(long index) {
        return policies.rounding().isStochastic() ? CounterRandom.bits(seed, index, policies.randomBits()) : 0;
    }

    private static String names(List<ScalarFormat> formats) {
        return formats.stream().map(ScalarFormat::name).collect(Collectors.joining(" x "));
    }

    /** All that decides the meaning of codes; a name alone does not, since users may define formats. */
    private static String definition(ScalarFormat format) {
        if (format instanceof FloatFormat f) {
            return String.format(
                    Locale.ROOT,
                    "%s: sign %d, exponent %d bits, trailing %d bits, bias %d, specials %s, subnormals %s",
                    f.name(),
                    f.signed() ? 1 : 0,
                    f.exponentBits(),
                    f.trailingBits(),
                    f.bias(),
                    f.specials(),
                    f.subnormals());
        }
        IntFormat i = (IntFormat) format;
        return String.format(
                Locale.ROOT,
                "%s: %s, %d bits%s, quantum 2^%d",
                i.name(),
                i.encoding(),
                i.width(),
                i.symmetric() ? ", symmetric" : "",
                i.scaleExponent());
    }
}
