package org.bitexact.vectors;

import java.util.function.Function;
import org.bitexact.arith.Arithmetic;
import org.bitexact.arith.Comparison;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.Tininess;

/**
 * Computes what a vector stream expects: the function a request names, under the request's options.
 *
 * <p>Rounding, tininess and specialisation become policies of {@link Codec} and {@link Arithmetic}. Formats that
 * TestFloat does not know overflow by direction, or saturate with {@code -sat}; their NaN results are 7F in formats of
 * {@link SpecialValues#FN}, the single NaN where there is only one, else as the specialisation has it.
 *
 * @since 0.1
 */
public final class StreamFunctions {
    private StreamFunctions() {}

    /**
     * {@return the function of a request}
     *
     * @param request a request that names a function
     * @param formats finds the format of a stream type's name
     */
    public static CaseFunction of(TestFloatRequest request, Function<String, ScalarFormat> formats) {
        TestFloatFunction function = request.function().orElseThrow();
        TestFloatOptions options = request.options();
        ScalarFormat first = formats.apply(function.operands().get(0).name());
        if (function.operation().isComparison()) {
            return container(function, comparison(function.operation(), Comparison.of((FloatFormat) first)));
        }
        ScalarFormat result = formats.apply(function.result().name());
        Policies policies = policies(options, result);
        CaseFunction compute = function.operation() == TestFloatOperation.CONVERT
                ? conversion(first, Codec.of(result, policies), options)
                : arithmetic(function, options, formats, Codec.of(result, policies));
        return container(function, onePositiveNan(result, compute));
    }

    private static Policies policies(TestFloatOptions options, ScalarFormat target) {
        Policies p = Policies.IEEE
                .withRounding(rounding(options.rounding()))
                .withTininess(options.tininessBefore() ? Tininess.BEFORE_ROUNDING : Tininess.AFTER_ROUNDING)
                .withNan(canonical(options.specialization()) ? NanRule.CANONICAL : NanRule.KEEP);
        if (target instanceof IntFormat) {
            return switch (options.specialization()) {
                case X86_X87, X86_SSE ->
                    p.withOverflow(Overflow.INDEFINITE).withNanSubstitute(NanSubstitute.INDEFINITE);
                case RISCV -> p.withNanSubstitute(NanSubstitute.LARGEST);
                case ARM_VFPV2, ARM_VFPV2_DEFAULT_NAN -> p.withNanSubstitute(NanSubstitute.ZERO);
            };
        }
        return options.saturate() ? p.saturating() : p;
    }

    private static boolean canonical(Specialization specialization) {
        return specialization == Specialization.RISCV || specialization == Specialization.ARM_VFPV2_DEFAULT_NAN;
    }

    private static NanPropagation propagation(Specialization specialization) {
        return switch (specialization) {
            case X86_X87 -> NanPropagation.LARGER_SIGNIFICAND;
            case X86_SSE -> NanPropagation.FIRST_OPERAND;
            case ARM_VFPV2 -> NanPropagation.SIGNALING_FIRST;
            case RISCV, ARM_VFPV2_DEFAULT_NAN -> NanPropagation.CANONICAL;
        };
    }

    private static Rounding rounding(TestFloatRounding rounding) {
        return switch (rounding) {
            case NEAR_EVEN -> Rounding.TIES_TO_EVEN;
            case MIN_MAG -> Rounding.TOWARD_ZERO;
            case MIN -> Rounding.TOWARD_NEGATIVE;
            case MAX -> Rounding.TOWARD_POSITIVE;
            case NEAR_MAX_MAG -> Rounding.TIES_TO_AWAY;
            case ODD -> Rounding.TO_ODD;
        };
    }

    /**
     * The NaN payloads of SoftFloat's bfloat16 conversions for 8086-SSE, which lie one bit lower than the formats have
     * them: TestFloat's streams {@code bf16_to_f32} and {@code f32_to_bf16} contain them. Flags are as usual.
     */
    private static CaseFunction shiftedPayload(FloatFormat source, FloatFormat target, Converter converter) {
        int shift = target.trailingBits() - source.trailingBits();
        return (a, b, c, flags) -> {
            long result = converter.convertLong(a, 0, flags);
            if (!source.isNan(a)) {
                return result;
            }
            long payload = a & source.trailingMask();
            long moved = shift > 0 ? payload << (shift - 1) : payload >>> (-shift - 1);
            return result & ~target.trailingMask() | target.quietBit() | moved & target.trailingMask();
        };
    }

    /** Conversions; those to an integer raise inexact only if asked to. */
    private static CaseFunction conversion(ScalarFormat source, Codec target, TestFloatOptions options) {
        Converter converter = Converter.of(source, target);
        if (options.specialization() == Specialization.X86_SSE
                && (source == Formats.BFLOAT16 && target.format() == Formats.BINARY32
                        || source == Formats.BINARY32 && target.format() == Formats.BFLOAT16)) {
            return shiftedPayload((FloatFormat) source, (FloatFormat) target.format(), converter);
        }
        if (target.format() instanceof IntFormat && !options.exact()) {
            return (a, b, c, flags) -> {
                long result = converter.convertLong(a, 0, flags);
                int raised = flags.raised() & ~Flags.INEXACT;
                flags.clear();
                flags.raise(raised);
                return result;
            };
        }
        return (a, b, c, flags) -> converter.convertLong(a, 0, flags);
    }

    private static CaseFunction arithmetic(
            TestFloatFunction function,
            TestFloatOptions options,
            Function<String, ScalarFormat> formats,
            Codec result) {
        FloatFormat a = (FloatFormat) formats.apply(function.operands().get(0).name());
        FloatFormat last = (FloatFormat) formats.apply(
                function.operands().get(function.operands().size() - 1).name());
        Arithmetic arithmetic = Arithmetic.mixed(a, a, last, result).nans(propagation(options.specialization()));
        Rounding toInteger = rounding(options.rounding());
        boolean exact = options.exact();
        return switch (function.operation()) {
            case ADD -> (x, y, z, flags) -> arithmetic.add(x, y, 0, flags);
            case SUB -> (x, y, z, flags) -> arithmetic.subtract(x, y, 0, flags);
            case MUL -> (x, y, z, flags) -> arithmetic.multiply(x, y, 0, flags);
            case DIV -> (x, y, z, flags) -> arithmetic.divide(x, y, 0, flags);
            case REM -> (x, y, z, flags) -> arithmetic.remainder(x, y, flags);
            case SQRT -> (x, y, z, flags) -> arithmetic.squareRoot(x, 0, flags);
            case MUL_ADD -> (x, y, z, flags) -> arithmetic.fma(x, y, z, 0, flags);
            case ROUND_TO_INT -> (x, y, z, flags) -> arithmetic.roundToIntegral(x, toInteger, exact, flags);
            default -> throw new IllegalArgumentException("operation must be arithmetic: " + function.operation());
        };
    }

    static CaseFunction comparison(TestFloatOperation operation, Comparison comparison) {
        return switch (operation) {
            case EQ -> (x, y, z, flags) -> comparison.isEqual(x, y, false, flags) ? 1 : 0;
            case EQ_SIGNALING -> (x, y, z, flags) -> comparison.isEqual(x, y, true, flags) ? 1 : 0;
            case LE -> (x, y, z, flags) -> comparison.isLessOrEqual(x, y, true, flags) ? 1 : 0;
            case LE_QUIET -> (x, y, z, flags) -> comparison.isLessOrEqual(x, y, false, flags) ? 1 : 0;
            case LT -> (x, y, z, flags) -> comparison.isLess(x, y, true, flags) ? 1 : 0;
            case LT_QUIET -> (x, y, z, flags) -> comparison.isLess(x, y, false, flags) ? 1 : 0;
            default -> throw new IllegalArgumentException("operation must be a comparison: " + operation);
        };
    }

    /** In FN formats every NaN result is the positive one. */
    private static CaseFunction onePositiveNan(ScalarFormat result, CaseFunction compute) {
        if (!(result instanceof FloatFormat f) || f.specials() != SpecialValues.FN || !f.signed()) {
            return compute;
        }
        return (x, y, z, flags) -> {
            long code = compute.evaluate(x, y, z, flags);
            return f.isNan(code) ? f.nanCode() : code;
        };
    }

    /** Moves codes out of their fields and the result into its own: TF32 stands shifted in a binary32 container. */
    private static CaseFunction container(TestFloatFunction function, CaseFunction compute) {
        int operandShift = function.operands().get(0).containerShift();
        int lastShift = function.operands().size() < 3
                ? operandShift
                : function.operands().get(2).containerShift();
        int resultShift = function.result().containerShift();
        if (operandShift == 0 && lastShift == 0 && resultShift == 0) {
            return compute;
        }
        return (x, y, z, flags) ->
                compute.evaluate(x >>> operandShift, y >>> operandShift, z >>> lastShift, flags) << resultShift;
    }
}
