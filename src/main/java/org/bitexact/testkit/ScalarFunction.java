package org.bitexact.testkit;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.oracle.Oracle;

/**
 * What is to be implemented: an operation on codes of given formats whose exact result is rounded once into a format, under
 * its policies.
 *
 * <p>Rounding is deterministic; invalid operations and NaN operands of arithmetic deliver the quiet NaN without payload,
 * as the policies' NaN rule has it.
 *
 * @param operation the operation
 * @param operands formats of the operands
 * @param result format of the result
 * @param policies policies of the result
 * @since 0.1
 */
public record ScalarFunction(
        ScalarOperation operation, List<ScalarFormat> operands, ScalarFormat result, Policies policies) {
    /** Exact decimals up to this many digits are printed. */
    private static final int EXACT_DIGITS = 12;

    /** Checks the components. */
    public ScalarFunction {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(policies, "policies");
        operands = List.copyOf(operands);
        if (operands.size() != operation.arity()) {
            throw new IllegalArgumentException(
                    "operands of " + operation + " must be " + operation.arity() + ": " + operands.size());
        }
        if (policies.rounding().isStochastic()) {
            throw new IllegalArgumentException("rounding must be deterministic: " + policies.rounding());
        }
        if (operation != ScalarOperation.CONVERT) {
            for (ScalarFormat f : operands) {
                requireFloat(f);
            }
            requireFloat(result);
        }
    }

    private static FloatFormat requireFloat(ScalarFormat format) {
        if (format instanceof FloatFormat f) {
            return f;
        }
        throw new IllegalArgumentException("arithmetic needs floating-point formats: " + format);
    }

    /**
     * {@return a conversion}
     *
     * @param source format of the operand
     * @param target format and policies of the result
     */
    public static ScalarFunction convert(ScalarFormat source, Codec target) {
        return new ScalarFunction(ScalarOperation.CONVERT, List.of(source), target.format(), target.policies());
    }

    /**
     * {@return an operation whose operands have the result's format}
     *
     * @param operation the operation
     * @param codec format and policies
     */
    public static ScalarFunction of(ScalarOperation operation, Codec codec) {
        return new ScalarFunction(
                operation, Collections.nCopies(operation.arity(), codec.format()), codec.format(), codec.policies());
    }

    /**
     * {@return a multiply-add with narrow factors and a wide addend and result, as in matrix engines}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @param wide format of the addend, format and policies of the result
     */
    public static ScalarFunction fma(FloatFormat a, FloatFormat b, Codec wide) {
        return new ScalarFunction(ScalarOperation.FMA, List.of(a, b, wide.format()), wide.format(), wide.policies());
    }

    /**
     * {@return this function under other policies}
     *
     * @param value the policies
     */
    public ScalarFunction with(Policies value) {
        return new ScalarFunction(operation, operands, result, value);
    }

    /** This function with a result of another format. */
    ScalarFunction into(ScalarFormat format, Policies value) {
        return new ScalarFunction(operation, operands, format, value);
    }

    /** {@return format and policies of the result} */
    public Codec codec() {
        return Codec.of(result, policies);
    }

    /** {@return this library's implementation} */
    public CodeFunction implementation() {
        if (operation == ScalarOperation.CONVERT) {
            Converter converter = Converter.of(operands.get(0), codec());
            return x -> {
                requireOperands(x);
                Flags flags = new Flags();
                return new Oracle.Result(converter.convertLong(x[0], 0, flags), flags.raised());
            };
        }
        return arithmetic(arithmetic());
    }

    /** The arithmetic that computes this function, if it is no conversion. */
    Arithmetic arithmetic() {
        FloatFormat a = requireFloat(operands.get(0));
        FloatFormat b = requireFloat(operands.get(operands.size() > 1 ? 1 : 0));
        FloatFormat c = requireFloat(operands.get(operands.size() > 2 ? 2 : 0));
        return Arithmetic.mixed(a, b, c, codec());
    }

    /** This function by an arithmetic, if it is no conversion. */
    CodeFunction arithmetic(Arithmetic by) {
        return x -> {
            requireOperands(x);
            Flags flags = new Flags();
            long code = switch (operation) {
                case ADD -> by.add(x[0], x[1], 0, flags);
                case SUBTRACT -> by.subtract(x[0], x[1], 0, flags);
                case MULTIPLY -> by.multiply(x[0], x[1], 0, flags);
                case DIVIDE -> by.divide(x[0], x[1], 0, flags);
                case SQUARE_ROOT -> by.squareRoot(x[0], 0, flags);
                case FMA -> by.fma(x[0], x[1], x[2], 0, flags);
                case CONVERT -> throw new AssertionError(operation);
            };
            return new Oracle.Result(code, flags.raised());
        };
    }

    /** {@return the definition: exact and slow, and sharing no code with {@link #implementation()}} */
    public CodeFunction oracle() {
        ScalarFormat a = operands.get(0);
        ScalarFormat b = operands.get(operands.size() > 1 ? 1 : 0);
        ScalarFormat c = operands.get(operands.size() > 2 ? 2 : 0);
        CodeFunction exact = switch (operation) {
            case CONVERT -> x -> Oracle.convert(a, x[0], result, policies, 0);
            case ADD -> x -> ExactArithmetic.add(a, x[0], b, x[1], result, policies, 0);
            case SUBTRACT -> x -> ExactArithmetic.subtract(a, x[0], b, x[1], result, policies, 0);
            case MULTIPLY -> x -> ExactArithmetic.multiply(a, x[0], b, x[1], result, policies, 0);
            case DIVIDE -> x -> ExactArithmetic.divide(a, x[0], b, x[1], result, policies, 0);
            case SQUARE_ROOT -> x -> ExactArithmetic.squareRoot(a, x[0], result, policies, 0);
            case FMA -> x -> ExactArithmetic.fma(a, x[0], b, x[1], c, x[2], result, policies, 0);
        };
        return x -> exact.apply(requireOperands(x));
    }

    private long[] requireOperands(long[] codes) {
        if (codes.length != operands.size()) {
            throw new IllegalArgumentException(
                    "operands of " + this + " must be " + operands.size() + ": " + codes.length);
        }
        return codes;
    }

    /**
     * {@return the operation with its operands, for people: {@code e4m3 0x38 (1) + e4m3 0x01 (0.001953125)}}
     *
     * @param codes the operands' codes
     */
    public String write(long... codes) {
        Object[] words = new Object[requireOperands(codes).length];
        for (int i = 0; i < codes.length; i++) {
            words[i] = describe(operands.get(i), codes[i]);
        }
        return operation.write(words);
    }

    /** {@code e4m3 0x38 (1)}: the exact value if it is short, otherwise the shortest that reads back as the code. */
    static String describe(ScalarFormat format, long code) {
        CodeText text = CodeText.of(format);
        String value = text.decimal(code);
        if (new NumberLine(format).isFinite(code)
                && Codec.of(format).decodeExact(code).signum() != 0) {
            BigDecimal exact = Codec.of(format).decodeExact(code).stripTrailingZeros();
            value = exact.precision() <= EXACT_DIGITS && Math.abs(exact.scale()) <= 2 * EXACT_DIGITS
                    ? exact.toPlainString()
                    : value;
        }
        return format.name() + " " + text.hex(code) + " (" + value + ")";
    }

    @Override
    public String toString() {
        String names = operands.stream().map(ScalarFormat::name).collect(Collectors.joining(", "));
        return operation.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + names + " -> " + result.name() + " ("
                + policies.rounding().id() + ", " + policies.overflow().id() + ")";
    }
}
