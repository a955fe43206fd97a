package org.bitexact.vectors;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A function under test: an operation and the types of its operands and its result.
 *
 * <p>Names follow TestFloat:
 *
 * <pre>
 *   int_to_float  float_to_int  float_to_float
 *   float_roundToInt  float_add  _sub  _mul  _mulAdd  _div  _rem  _sqrt
 *   float_eq  _le  _lt  _eq_signaling  _le_quiet  _lt_quiet
 *   float_mulAdd_float              a and b of the first type, c and the result of the second
 * </pre>
 *
 * <p>The last line and all types beyond TestFloat's own are additions of this library.
 *
 * @param operation the operation
 * @param operands the types of a, b and c, as many as the operation has
 * @param result the type of the result
 * @since 0.1
 */
public record TestFloatFunction(TestFloatOperation operation, List<StreamType> operands, StreamType result) {

    /**
     * Checks the number of operands and copies the list.
     *
     * @throws IllegalArgumentException if the number of operands is not the operation's
     */
    public TestFloatFunction {
        operands = List.copyOf(operands);
        if (operands.size() != operation.arity()) {
            throw new IllegalArgumentException(
                    "operands of " + operation.word() + " must be " + operation.arity() + ": " + operands.size());
        }
    }

    /**
     * Reads a function name.
     *
     * @param name a name such as {@code f16_mulAdd} or {@code f32_to_e4m3}
     * @param types knows types by name; names may contain underscores
     * @return the function, or empty if the name is none
     */
    public static Optional<TestFloatFunction> parse(String name, Function<String, Optional<StreamType>> types) {
        for (TestFloatOperation operation : TestFloatOperation.values()) {
            Optional<TestFloatFunction> found = operation == TestFloatOperation.CONVERT
                    ? parseConversion(name, types)
                    : parseSuffixed(name, operation, types);
            if (found.isPresent()) {
                return found;
            }
        }
        return parseWidening(name, types);
    }

    private static Optional<TestFloatFunction> parseConversion(
            String name, Function<String, Optional<StreamType>> types) {
        String infix = "_to_";
        for (int at = name.indexOf(infix); at >= 0; at = name.indexOf(infix, at + 1)) {
            Optional<StreamType> from = types.apply(name.substring(0, at));
            Optional<StreamType> to = types.apply(name.substring(at + infix.length()));
            if (from.isPresent()
                    && to.isPresent()
                    && (from.get().isFloat() || to.get().isFloat())
                    && !from.get().name().equals(to.get().name())) {
                return Optional.of(new TestFloatFunction(TestFloatOperation.CONVERT, List.of(from.get()), to.get()));
            }
        }
        return Optional.empty();
    }

    private static Optional<TestFloatFunction> parseSuffixed(
            String name, TestFloatOperation operation, Function<String, Optional<StreamType>> types) {
        String suffix = "_" + operation.word();
        if (!name.endsWith(suffix)) {
            return Optional.empty();
        }
        return types.apply(name.substring(0, name.length() - suffix.length()))
                .filter(StreamType::isFloat)
                .map(type -> new TestFloatFunction(
                        operation,
                        Collections.nCopies(operation.arity(), type),
                        operation.isComparison() ? StreamType.BOOLEAN : type));
    }

    private static Optional<TestFloatFunction> parseWidening(
            String name, Function<String, Optional<StreamType>> types) {
        String infix = "_" + TestFloatOperation.MUL_ADD.word() + "_";
        for (int at = name.indexOf(infix); at >= 0; at = name.indexOf(infix, at + 1)) {
            Optional<StreamType> narrow = types.apply(name.substring(0, at)).filter(StreamType::isFloat);
            Optional<StreamType> wide =
                    types.apply(name.substring(at + infix.length())).filter(StreamType::isFloat);
            if (narrow.isPresent() && wide.isPresent()) {
                return Optional.of(new TestFloatFunction(
                        TestFloatOperation.MUL_ADD, List.of(narrow.get(), narrow.get(), wide.get()), wide.get()));
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the name, with the names of the types as they call themselves}
     */
    public String name() {
        String first = operands.get(0).name();
        String stem = first + "_" + operation.word();
        if (operation == TestFloatOperation.CONVERT) {
            return stem + "_" + result.name();
        }
        return operation == TestFloatOperation.MUL_ADD && !first.equals(result.name())
                ? stem + "_" + result.name()
                : stem;
    }

    /**
     * {@return whether the rounding mode matters, in the judgement of TestFloat's messages}
     */
    public boolean usesRounding() {
        return switch (operation) {
            case CONVERT -> result.isInteger() || convertsInexactly();
            case ROUND_TO_INT, ADD, SUB, MUL, MUL_ADD, DIV, SQRT -> true;
            case REM, EQ, LE, LT, EQ_SIGNALING, LE_QUIET, LT_QUIET -> false;
        };
    }

    /**
     * {@return whether it matters how tininess is detected, in the judgement of TestFloat's messages, which do not mention
     * it for division}
     */
    public boolean usesTininess() {
        return switch (operation) {
            case CONVERT -> operands.get(0).isFloat() && result.isFloat() && convertsInexactly();
            case MUL, MUL_ADD -> true;
            default -> false;
        };
    }

    /**
     * {@return whether the option to raise inexact when rounding to an integer applies}
     */
    public boolean usesExact() {
        return operation == TestFloatOperation.ROUND_TO_INT || result.isInteger();
    }

    private boolean convertsInexactly() {
        StreamType from = operands.get(0);
        // TestFloat's table of functions calls f32_to_bf16 exact.
        return !from.fitsIn(result) && !(from == StreamType.F32 && result == StreamType.BF16);
    }
}
