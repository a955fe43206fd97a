package org.bitexact.testkit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.oracle.Oracle.Result;
import org.jspecify.annotations.Nullable;

/** Mistakes in conversions, arithmetic and fused multiply-add: other policies, another way, or a spoilt result. */
final class ScalarDefects {
    private static final int CASES = 4000;
    private static final int ALL_CODES_BITS = 8;

    private ScalarDefects() {}

    static Mutants<CodeFunction> mutants(ScalarFunction f) {
        MutantFamily family = switch (f.operation()) {
            case CONVERT -> MutantFamily.CONVERSION;
            case FMA -> MutantFamily.FMA;
            default -> MutantFamily.ARITHMETIC;
        };
        CodeFunction right = f.implementation();
        return Mutants.of(family, f, right, LIST, new Cases(f, right));
    }

    /** Hard operands with the right results; of one narrow operand, all. */
    private static final class Cases implements Mutants.Search<CodeFunction> {
        private final ScalarFunction function;
        private final long[][] operands;
        private final Result[] results;
        private final Simplicity order;

        Cases(ScalarFunction function, CodeFunction right) {
            this.function = function;
            order = Simplicity.of(function.operands().get(0));
            int width = function.operands().get(0).width();
            operands = function.operation().arity() == 1 && width <= ALL_CODES_BITS
                    ? Enumeration.codes(function.operands().get(0)).tuples().toArray(long[][]::new)
                    : OperandGenerator.of(function).operands(1).limit(CASES).toArray(long[][]::new);
            results = Arrays.stream(operands).map(right::apply).toArray(Result[]::new);
        }

        @Override
        public Mutants.@Nullable Difference between(CodeFunction right, CodeFunction wrong) {
            int flagsDiffer = -1;
            for (int i = 0; i < operands.length; i++) {
                Result r = wrong.apply(operands[i].clone());
                if (r.code() != results[i].code()) {
                    return difference(operands[i], right, wrong, false);
                }
                flagsDiffer = flagsDiffer < 0 && r.flags() != results[i].flags() ? i : flagsDiffer;
            }
            return flagsDiffer < 0 ? null : difference(operands[flagsDiffer], right, wrong, true);
        }

        private Mutants.Difference difference(
                long[] found, CodeFunction right, CodeFunction wrong, boolean flagsAlone) {
            // of a single operand the simplest; of several it would take too long
            long[] x = found.length > 1
                    ? found
                    : new long[] {
                        order.shrink(found[0], c -> {
                            Result r = right.apply(c);
                            Result w = wrong.apply(c);
                            return r.code() != w.code() || flagsAlone && r.flags() != w.flags();
                        })
                    };
            Result r = right.apply(x);
            Result w = wrong.apply(x);
            ScalarFormat to = function.result();
            String tail = flagsAlone
                    ? "flags " + Flags.toString(r.flags()) + ", not " + Flags.toString(w.flags())
                    : ScalarFunction.describe(to, r.code()) + ", not " + ScalarFunction.describe(to, w.code());
            return new Mutants.Difference(function.write(x) + (flagsAlone ? " raises " : " is ") + tail, flagsAlone);
        }
    }

    // ------------------------------------------------------------------ kinds of mistakes

    private static Defect<ScalarFunction, CodeFunction> defect(
            String name, String words, BiFunction<ScalarFunction, CodeFunction, @Nullable CodeFunction> make) {
        return new Defect<>(name, words, make);
    }

    /** The function under other policies; null for the same ones. */
    private static Defect<ScalarFunction, CodeFunction> policy(
            String name, String words, UnaryOperator<Policies> change) {
        return defect(name, words, (f, right) -> {
            Policies changed = change.apply(f.policies());
            return changed.equals(f.policies()) ? null : f.with(changed).implementation();
        });
    }

    /** What becomes of a right result. */
    private interface Spoil {
        Result of(Context context, long[] operands, Result right);
    }

    private static Defect<ScalarFunction, CodeFunction> spoil(String name, String words, Spoil spoil) {
        return defect(name, words, (f, right) -> {
            Context context = new Context(f);
            return x -> spoil.of(context, x, right.apply(x));
        });
    }

    /** What the mistakes ask about a function and its results. */
    private static final class Context {
        final ScalarFunction f;
        final NumberLine line;
        /** The floating-point format of the result, or null. */
        final @Nullable FloatFormat format;

        private final CodeFunction truncated;

        Context(ScalarFunction f) {
            this.f = f;
            line = new NumberLine(f.result());
            format = f.result() instanceof FloatFormat g ? g : null;
            boolean wraps = f.policies().overflow().isForIntegers() && format == null;
            truncated = f.with(f.policies()
                            .withRounding(Rounding.TOWARD_ZERO)
                            .withSubnormalResults(SubnormalResults.KEEP)
                            .withOverflow(wraps ? Overflow.IEEE : Overflow.SATURATE))
                    .implementation();
        }

        boolean isFinite(Result r) {
            return line.isFinite(r.code());
        }

        boolean isExact(Result r) {
            return (r.flags() & Flags.INEXACT) == 0;
        }

        boolean has(Result r, int flag) {
            return (r.flags() & flag) != 0;
        }

        long number(Result r) {
            return line.number(r.code());
        }

        /** The result with the same sign and flags and another magnitude. */
        Result moved(Result r, long number) {
            return new Result(line.code(line.isNegative(r.code()), number), r.flags());
        }

        /** The number at or below the exact result in magnitude. */
        long truncated(long[] operands) {
            return line.number(truncated.apply(operands).code());
        }

        boolean isNan(Result r) {
            return format != null && format.isNan(r.code());
        }
    }

    /** Flags lost. */
    private static Defect<ScalarFunction, CodeFunction> lost(String name, String words, int flag) {
        return spoil(name, words, (c, x, r) -> new Result(r.code(), r.flags() & ~flag));
    }

    /**
     * Rounded to the result's format with some more bits first, in another mode, and from there to the result. NaNs and
     * infinities come from the right implementation.
     */
    private static @Nullable CodeFunction through(
            @Nullable ScalarFormat middle, Policies policies, ScalarFunction f, CodeFunction right) {
        if (middle == null) {
            return null;
        }
        Context context = new Context(f);
        NumberLine line = new NumberLine(middle);
        CodeFunction first = f.into(
                        middle, policies.withFlushInputs(f.policies().flushInputs()))
                .implementation();
        Converter second =
                Converter.of(middle, Codec.of(f.result(), f.policies().withFlushInputs(false)));
        return x -> {
            Result r = right.apply(x);
            Result m = first.apply(x);
            if (!line.isFinite(m.code()) || context.isNan(r)) {
                return r;
            }
            Flags flags = new Flags();
            long code = second.convertLong(m.code(), 0, flags);
            return new Result(code, flags.raised() | m.flags() & (Flags.INVALID | Flags.DIVIDE_BY_ZERO));
        };
    }

    /** A format with that many bits more below. */
    private static @Nullable ScalarFormat extended(ScalarFormat format, int bits) {
        FormatInfo info = FormatInfo.custom("extended");
        if (format instanceof FloatFormat f) {
            return f.trailingBits() + bits > 52 || f.width() + bits > 63
                    ? null
                    : new FloatFormat(
                            "extended",
                            f.signed(),
                            f.exponentBits(),
                            f.trailingBits() + bits,
                            f.bias(),
                            f.specials(),
                            f.subnormals(),
                            64,
                            info);
        }
        IntFormat f = (IntFormat) format;
        return f.encoding() == IntFormat.Encoding.BIPOLAR || f.width() + bits > 62 || f.scaleExponent() - bits < -64
                ? null
                : new IntFormat("extended", f.encoding(), f.width() + bits, false, f.scaleExponent() - bits, info);
    }

    private static @Nullable CodeFunction throughWiderFormat(ScalarFunction f, CodeFunction right) {
        int precision = new NumberLine(f.result()).precision;
        ScalarFormat middle = precision < 24 ? Formats.BINARY32 : precision < 53 ? Formats.BINARY64 : null;
        return through(middle, Policies.IEEE, f, right);
    }

    private static @Nullable CodeFunction withGuardBits(
            int bits, Rounding rounding, ScalarFunction f, CodeFunction right) {
        return through(
                extended(f.result(), bits),
                Policies.IEEE.withRounding(rounding).withOverflow(Overflow.SATURATE),
                f,
                right);
    }

    /** The largest finite code of a format without special codes is delivered where the format has special ones. */
    private static @Nullable CodeFunction beyondLargest(ScalarFunction f, CodeFunction right) {
        if (!(f.result() instanceof FloatFormat g) || g.specials() == SpecialValues.NONE) {
            return null;
        }
        FloatFormat all = new FloatFormat(
                "all_finite",
                g.signed(),
                g.exponentBits(),
                g.trailingBits(),
                g.bias(),
                SpecialValues.NONE,
                g.subnormals(),
                g.containerBits(),
                FormatInfo.custom("all finite"));
        CodeFunction unlimited = f.into(all, f.policies()).implementation();
        return x -> {
            Result r = right.apply(x);
            Result u = unlimited.apply(x);
            boolean one = (u.code() & g.magnitudeMask()) == g.maxFiniteCode() + 1;
            return (r.flags() & Flags.OVERFLOW) != 0 && one && (u.flags() & Flags.OVERFLOW) == 0 ? u : r;
        };
    }

    private static Result overflowing(Context c, boolean negative) {
        // beyond the largest number, whose binade may lie far below one
        int e = Math.max(0, c.line.magnitude(c.line.last(false)).binade() + 2);
        BigDecimal huge = BigDecimal.valueOf(2).pow(e);
        Flags flags = new Flags();
        long code = c.f.codec().encodeLong(negative ? huge.negate() : huge, 0, flags);
        return new Result(code, flags.raised());
    }

    /** A function whose result is an operand of another one. */
    private static CodeFunction twoSteps(ScalarFunction first, ScalarFunction second) {
        CodeFunction one = first.implementation();
        CodeFunction two = second.implementation();
        return x -> {
            Result p = one.apply(x[0], x[1]);
            Result s = two.apply(p.code(), x[2]);
            return new Result(s.code(), p.flags() | s.flags());
        };
    }

    private static @Nullable CodeFunction productRounded(ScalarFunction f, ScalarFormat to) {
        if (f.operation() != ScalarOperation.FMA) {
            return null;
        }
        List<ScalarFormat> o = f.operands();
        return twoSteps(
                new ScalarFunction(ScalarOperation.MULTIPLY, o.subList(0, 2), to, f.policies()),
                new ScalarFunction(ScalarOperation.ADD, List.of(to, o.get(2)), f.result(), f.policies()));
    }

    private static @Nullable CodeFunction byReciprocal(ScalarFunction f) {
        if (f.operation() != ScalarOperation.DIVIDE) {
            return null;
        }
        ScalarFormat a = f.operands().get(0);
        long one = new NumberLine(a).nearest(Dyadic.of(1, 0));
        CodeFunction reciprocal = f.implementation();
        CodeFunction product = new ScalarFunction(
                        ScalarOperation.MULTIPLY, List.of(a, f.result()), f.result(), f.policies())
                .implementation();
        return x -> {
            Result r = reciprocal.apply(one, x[1]);
            Result q = product.apply(x[0], r.code());
            return new Result(q.code(), q.flags() | r.flags());
        };
    }

    private static Policies turned(Policies p) {
        return switch (p.rounding()) {
            case TOWARD_POSITIVE -> p.withRounding(Rounding.AWAY_FROM_ZERO);
            case TOWARD_NEGATIVE -> p.withRounding(Rounding.TOWARD_ZERO);
            default -> p;
        };
    }

    private static boolean isSum(ScalarFunction f) {
        return switch (f.operation()) {
            case ADD, SUBTRACT, FMA -> true;
            default -> false;
        };
    }

    static final List<Defect<ScalarFunction, CodeFunction>> LIST = list();

    private static List<Defect<ScalarFunction, CodeFunction>> list() {
        List<Defect<ScalarFunction, CodeFunction>> all = new ArrayList<>();
        // rounding
        all.add(policy("truncate", "discarded bits are dropped", p -> p.withRounding(Rounding.TOWARD_ZERO)));
        all.add(policy("ties-away", "ties go away from zero", p -> p.withRounding(Rounding.TIES_TO_AWAY)));
        all.add(policy("ties-to-zero", "ties go toward zero", p -> p.withRounding(Rounding.TIES_TOWARD_ZERO)));
        all.add(policy("round-to-odd", "the last step rounds to odd", p -> p.withRounding(Rounding.TO_ODD)));
        all.add(policy("sign-blind", "a directed mode takes no account of the sign", ScalarDefects::turned));
        all.add(defect(
                "double-rounding", "rounded to binary32 (or binary64) first", ScalarDefects::throughWiderFormat));
        all.add(policy("single-rounding", "not rounded to binary32 first", p -> p.withPath(SourcePath.DIRECT)));
        all.add(defect(
                "lost-sticky",
                "what lies below two guard bits is forgotten",
                (f, right) -> withGuardBits(2, Rounding.TOWARD_ZERO, f, right)));
        all.add(defect(
                "short-odd",
                "an intermediate rounding to odd keeps one bit where it needs two",
                (f, right) -> withGuardBits(1, Rounding.TO_ODD, f, right)));
        all.add(spoil("lost-carry", "rounding up to a power of two leaves the exponent as it was", (c, x, r) -> {
            FloatFormat f = c.format;
            boolean carried = f != null
                    && f.trailingBits() > 0
                    && c.isFinite(r)
                    && !c.isExact(r)
                    && (r.code() & f.trailingMask()) == 0
                    && c.number(r) >= f.minNormalCode() + f.trailingMask()
                    && c.truncated(x) < c.number(r);
            return carried && f != null ? c.moved(r, c.number(r) - f.trailingMask() - 1) : r;
        }));

        // overflow
        all.add(policy(
                "saturates", "overflow gives the largest finite number", p -> p.withOverflow(Overflow.SATURATE)));
        all.add(defect("does-not-saturate", "overflow gives infinity or NaN, or wraps", (f, right) -> {
            Overflow other = f.result() instanceof FloatFormat ? Overflow.INFINITY : Overflow.WRAP;
            return f.policies().overflow() == other
                    ? null
                    : f.with(f.policies().withOverflow(other)).implementation();
        }));
        all.add(spoil("early-overflow", "overflow is judged before rounding", (c, x, r) -> {
            boolean above = c.isFinite(r)
                    && c.number(r) == c.line.last(c.line.isNegative(r.code()))
                    && !c.isExact(r)
                    && !c.has(r, Flags.OVERFLOW)
                    && c.truncated(x) == c.number(r);
            return above ? overflowing(c, c.line.isNegative(r.code())) : r;
        }));
        all.add(defect(
                "largest-too-high",
                "the code after the largest finite number is taken for a number",
                ScalarDefects::beyondLargest));
        all.add(spoil("largest-too-low", "the largest finite number is never delivered", (c, x, r) -> {
            boolean largest =
                    c.isFinite(r) && c.number(r) > 0 && c.number(r) == c.line.last(c.line.isNegative(r.code()));
            return largest ? c.moved(r, c.number(r) - 1) : r;
        }));
        all.add(policy(
                "infinity-saturates",
                "an infinity becomes the largest finite number",
                p -> p.withInfinity(InfinityRule.SATURATE)));
        all.add(policy("infinity-to-nan", "an infinity becomes NaN", p -> p.withInfinity(InfinityRule.NAN)));
        all.add(policy("infinity-kept", "an infinity stays one", p -> p.withInfinity(InfinityRule.KEEP)));
        all.add(lost("no-overflow-flag", "overflow is not reported", Flags.OVERFLOW));

        // underflow
        all.add(policy("flushes-inputs", "subnormal operands count as zero", p -> p.withFlushInputs(true)));
        all.add(policy("keeps-inputs", "subnormal operands are not flushed", p -> p.withFlushInputs(false)));
        all.add(policy(
                "flushes-results",
                "subnormal results become zero",
                p -> p.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING)));
        all.add(policy(
                "keeps-results",
                "subnormal results are not flushed",
                p -> p.withSubnormalResults(SubnormalResults.KEEP)));
        all.add(spoil("tiny-to-zero", "what lies below the smallest number is not rounded up to it", (c, x, r) -> {
            boolean up = c.isFinite(r)
                    && c.line.hasZero()
                    && c.number(r) == c.line.first()
                    && !c.isExact(r)
                    && c.truncated(x) == 0;
            return up ? c.moved(r, 0) : r;
        }));
        all.add(spoil(
                "subnormal-shift",
                "subnormal results are shifted one place too far",
                (c, x, r) -> c.format != null && c.format.isSubnormal(r.code()) ? c.moved(r, c.number(r) >> 1) : r));
        all.add(policy(
                "underflow-early",
                "tininess is judged before rounding",
                p -> p.withTininess(Tininess.BEFORE_ROUNDING)));
        all.add(policy(
                "underflow-late", "tininess is judged after rounding", p -> p.withTininess(Tininess.AFTER_ROUNDING)));
        all.add(spoil(
                "underflow-when-exact",
                "exact subnormal results raise underflow",
                (c, x, r) -> c.format != null && c.isExact(r) && c.format.isSubnormal(r.code())
                        ? new Result(r.code(), r.flags() | Flags.UNDERFLOW)
                        : r));
        all.add(lost("no-underflow-flag", "underflow is not reported", Flags.UNDERFLOW));

        // flags
        all.add(lost("no-inexact-flag", "inexact is not reported", Flags.INEXACT));
        all.add(lost("no-invalid-flag", "invalid is not reported", Flags.INVALID));
        all.add(lost("no-division-flag", "division by zero is not reported", Flags.DIVIDE_BY_ZERO));

        // zeros and NaNs
        all.add(spoil(
                "zero-sign",
                "-0 becomes +0",
                (c, x, r) -> c.format != null && c.format.isZero(r.code())
                        ? new Result(c.line.code(false, 0), r.flags())
                        : r));
        all.add(defect("zero-sum-sign", "a sum that is exactly zero has the first operand's sign", (f, right) -> {
            if (!isSum(f)) {
                return null;
            }
            Context c = new Context(f);
            NumberLine first = new NumberLine(f.operands().get(0));
            return x -> {
                Result r = right.apply(x);
                boolean zero = c.format != null && c.format.isZero(r.code()) && c.isExact(r);
                return zero ? new Result(c.line.code(first.isNegative(x[0]), 0), r.flags()) : r;
            };
        }));
        all.add(defect("nan-payload", "a NaN keeps its payload where it should not, or loses it", (f, right) -> {
            if (f.operation() == ScalarOperation.CONVERT) {
                NanRule other = f.policies().nan() == NanRule.KEEP ? NanRule.CANONICAL_SIGNED : NanRule.KEEP;
                return f.with(f.policies().withNan(other)).implementation();
            }
            return f.arithmetic(f.arithmetic().nans(NanPropagation.SIGNALING_FIRST));
        }));
        all.add(defect("nan-sign", "a NaN has a sign where it should not, or loses it", (f, right) -> {
            if (f.operation() == ScalarOperation.CONVERT) {
                Context c = new Context(f);
                FloatFormat from = f.operands().get(0) instanceof FloatFormat g ? g : null;
                boolean signed = c.format != null && from != null && !c.format.hasSingleNan();
                boolean canonical =
                        f.policies().nan() == NanRule.CANONICAL || f.policies().nan() == NanRule.ALL_ONES;
                return !signed
                        ? null
                        : x -> {
                            Result r = right.apply(x);
                            if (!c.isNan(r) || c.format == null || from == null) {
                                return r;
                            }
                            long sign = canonical && from.isSignMinus(x[0]) ? c.format.signMask() : 0;
                            return new Result(r.code() & ~c.format.signMask() | sign, r.flags());
                        };
            }
            return f.arithmetic(f.arithmetic().nans(NanPropagation.FIRST_OPERAND));
        }));
        all.add(policy(
                "nan-substitute",
                "where there is no NaN, one becomes zero, or else the largest number",
                p -> p.withNanSubstitute(
                        p.nanSubstitute() == NanSubstitute.ZERO ? NanSubstitute.LARGEST : NanSubstitute.ZERO)));

        // the ways of single operations
        all.add(defect(
                "two-roundings",
                "the product is rounded before the addend is added",
                (f, right) -> productRounded(f, f.result())));
        all.add(defect(
                "narrow-product",
                "the product is rounded to the format of the first factor",
                (f, right) -> productRounded(f, f.operands().get(0))));
        all.add(defect(
                "reciprocal", "the dividend is multiplied by the rounded reciprocal", (f, right) -> byReciprocal(f)));
        return List.copyOf(all);
    }
}
