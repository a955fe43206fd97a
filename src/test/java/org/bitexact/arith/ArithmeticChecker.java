package org.bitexact.arith;

import java.util.Arrays;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.TestFloatOperation;
import org.jspecify.annotations.Nullable;

/**
 * Holds implementations of the operations against the oracle, codes and flags; the mutants of {@link
 * ArithmeticMutantsTest} go through the same checks as the library.
 *
 * <p>The oracle knows the canonical NaN only. Which operand's NaN is delivered comes from {@link #chosenNan}, a second
 * statement of the rules of SoftFloat's specialisations; it becomes a code of the result's format by the oracle.
 */
final class ArithmeticChecker {
    /** The operations that the oracle knows. */
    enum Operation {
        ADD(TestFloatOperation.ADD),
        SUBTRACT(TestFloatOperation.SUB),
        MULTIPLY(TestFloatOperation.MUL),
        DIVIDE(TestFloatOperation.DIV),
        SQUARE_ROOT(TestFloatOperation.SQRT),
        REMAINDER(TestFloatOperation.REM),
        FMA(TestFloatOperation.MUL_ADD);

        static final List<Operation> BINARY = List.of(ADD, SUBTRACT, MULTIPLY, DIVIDE);

        final TestFloatOperation stimulus;

        Operation(TestFloatOperation stimulus) {
            this.stimulus = stimulus;
        }
    }

    /** What an implementation computes with; results have at most 32 bits. */
    record Setting(
            FloatFormat a, FloatFormat b, FloatFormat c, FloatFormat result, Policies policies, NanPropagation nans) {

        static Setting of(FloatFormat format, Policies policies) {
            return new Setting(format, format, format, format, policies, NanPropagation.CANONICAL);
        }

        static Setting mixed(FloatFormat a, FloatFormat b, FloatFormat wide, Policies policies) {
            return new Setting(a, b, wide, wide, policies, NanPropagation.CANONICAL);
        }

        Setting with(NanPropagation value) {
            return new Setting(a, b, c, result, policies, value);
        }

        Setting with(Policies value) {
            return new Setting(a, b, c, result, value, nans);
        }

        Arithmetic arithmetic() {
            return Arithmetic.mixed(a, b, c, Codec.of(result, policies)).nans(nans);
        }
    }

    /** An implementation under test. */
    @FunctionalInterface
    interface Implementation {
        /** {@return {@code code | flags << 32}} */
        long apply(Operation operation, long x, long y, long z, long random);
    }

    private ArithmeticChecker() {}

    /** The library by the methods that take a sink. */
    static Implementation library(Setting setting) {
        Arithmetic arithmetic = setting.arithmetic();
        Flags flags = new Flags();
        return (operation, x, y, z, random) -> {
            flags.clear();
            long code = compute(arithmetic, operation, x, y, z, random, flags);
            return code | (long) flags.raised() << 32;
        };
    }

    /** {@return the code of an operation, by the method that takes a sink} */
    static long compute(
            Arithmetic arithmetic, Operation operation, long x, long y, long z, long random, @Nullable Flags flags) {
        return switch (operation) {
            case ADD -> arithmetic.add(x, y, random, flags);
            case SUBTRACT -> arithmetic.subtract(x, y, random, flags);
            case MULTIPLY -> arithmetic.multiply(x, y, random, flags);
            case DIVIDE -> arithmetic.divide(x, y, random, flags);
            case SQUARE_ROOT -> arithmetic.squareRoot(x, random, flags);
            case REMAINDER -> arithmetic.remainder(x, y, flags);
            case FMA -> arithmetic.fma(x, y, z, random, flags);
        };
    }

    /** The library by the methods that take an int, with packed flags and without: tables, for operands of 8 bits. */
    static Implementation packed(Setting setting) {
        Arithmetic arithmetic = setting.arithmetic();
        return (operation, x, y, z, random) -> {
            int a = (int) x;
            int b = (int) y;
            int c = (int) z;
            return switch (operation) {
                case ADD -> same(arithmetic.addWithFlags(a, b), arithmetic.add(a, b));
                case SUBTRACT -> same(arithmetic.subtractWithFlags(a, b), arithmetic.subtract(a, b));
                case MULTIPLY -> same(arithmetic.multiplyWithFlags(a, b), arithmetic.multiply(a, b));
                case DIVIDE -> same(arithmetic.divideWithFlags(a, b), arithmetic.divide(a, b));
                case SQUARE_ROOT -> same(arithmetic.squareRootWithFlags(a), arithmetic.squareRoot(a));
                case FMA -> same(arithmetic.fmaWithFlags(a, b, c), arithmetic.fma(a, b, c));
                case REMAINDER -> same(arithmetic.remainderWithFlags(a, b), arithmetic.remainder(a, b));
            };
        };
    }

    private static long same(long withFlags, int code) {
        if ((int) withFlags != code) {
            throw new AssertionError(String.format("0x%x with flags, 0x%x without", (int) withFlags, code));
        }
        return withFlags;
    }

    /** Fails with both results if an implementation and the oracle differ. */
    static void check(Setting s, Implementation tested, Operation operation, long x, long y, long z, long random) {
        long actual = tested.apply(operation, x, y, z, random);
        long expected = expected(s, operation, x, y, z, random);
        if (actual != expected) {
            throw new AssertionError(message(s, operation, x, y, z, random, expected, actual));
        }
    }

    /**
     * Checks hard cases.
     *
     * @param s the setting
     * @param tested the implementation
     * @param operation the operation
     * @param count number of cases
     * @param seed seed of the operands and of random bits
     */
    static void checkHardCases(Setting s, Implementation tested, Operation operation, int count, int seed) {
        List<FloatFormat> formats = List.of(s.a, s.b, s.c);
        HardCases cases = new HardCases(
                operation.stimulus, List.copyOf(formats.subList(0, operation.stimulus.arity())), s.result, seed);
        int[] shifts = formats.stream()
                .mapToInt(f -> org.bitexact.vectors.StreamType.of(f).containerShift())
                .toArray();
        java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
        long[] v = new long[3];
        for (int i = 0; i < count; i++) {
            cases.next(v);
            check(s, tested, operation, v[0] >>> shifts[0], v[1] >>> shifts[1], v[2] >>> shifts[2], random.nextLong());
        }
    }

    /** {@return {@link #result} of at most 32 bits as {@code code | flags << 32}} */
    static long expected(Setting s, Operation operation, long x, long y, long z, long random) {
        Oracle.Result r = result(s, operation, x, y, z, random);
        return r.code() | (long) r.flags() << 32;
    }

    /** {@return what the oracle, and {@link #chosenNan} where that matters, expect} */
    static Oracle.Result result(Setting s, Operation operation, long x, long y, long z, long random) {
        Policies p = s.policies;
        Oracle.Result r = switch (operation) {
            case ADD -> ExactArithmetic.add(s.a, x, s.b, y, s.result, p, random);
            case SUBTRACT -> ExactArithmetic.subtract(s.a, x, s.b, y, s.result, p, random);
            case MULTIPLY -> ExactArithmetic.multiply(s.a, x, s.b, y, s.result, p, random);
            case DIVIDE -> ExactArithmetic.divide(s.a, x, s.b, y, s.result, p, random);
            case SQUARE_ROOT -> ExactArithmetic.squareRoot(s.a, x, s.result, p, random);
            case REMAINDER -> ExactArithmetic.remainder(s.a, x, s.b, y, s.result, p);
            case FMA -> ExactArithmetic.fma(s.a, x, s.b, y, s.c, z, s.result, p, random);
        };
        if (s.nans == NanPropagation.CANONICAL) {
            return r;
        }
        OracleValue u = operand(s, s.a, x);
        OracleValue v = operation == Operation.SQUARE_ROOT ? u : operand(s, s.b, y);
        OracleValue w = operation == Operation.FMA ? operand(s, s.c, z) : u;
        return withNan(s, r, isInvalid(operation, u, v, w), u, v, w);
    }

    /** {@return the result with the NaN by the setting's rule, if it is one or stands for one} */
    static Oracle.Result withNan(
            Setting s, Oracle.Result r, boolean invalid, OracleValue u, OracleValue v, OracleValue w) {
        boolean productNan = isNan(u) || isNan(v);
        if (s.nans == NanPropagation.CANONICAL || !invalid && !productNan && !isNan(w)) {
            return r;
        }
        OracleValue.Nan product = productNan ? chosenNan(s, u, v) : defaultNan(s);
        OracleValue.Nan nan = chosenNan(s, invalid || productNan ? product : OracleValue.ofDoubleBits(0), w);
        return new Oracle.Result(Oracle.of(s.result).encode(nan, s.policies, 0).code(), r.flags());
    }

    /** {@return an operand's value, of which a subnormal number may count as zero} */
    static OracleValue operand(Setting s, FloatFormat f, long code) {
        OracleValue v = Oracle.of(f).decode(code);
        return s.policies.flushInputs() && f.isSubnormal(code) ? new OracleValue.Zero(v.negative()) : v;
    }

    /** Whether numbers make an operation invalid, apart from quotients of P3109, which has one NaN. */
    private static boolean isInvalid(Operation operation, OracleValue u, OracleValue v, OracleValue w) {
        boolean likeSigns = u.negative() == v.negative();
        return switch (operation) {
            case ADD -> isInfinite(u) && isInfinite(v) && !likeSigns;
            case SUBTRACT -> isInfinite(u) && isInfinite(v) && likeSigns;
            case MULTIPLY -> isZero(u) && isInfinite(v) || isInfinite(u) && isZero(v);
            case DIVIDE -> isZero(u) && isZero(v) || isInfinite(u) && isInfinite(v);
            case SQUARE_ROOT -> u.negative() && !isZero(u) && !isNan(u);
            case REMAINDER -> isInfinite(u) && !isNan(v) || isZero(v) && !isNan(u);
            case FMA ->
                isInvalid(Operation.MULTIPLY, u, v, w)
                        || !isNan(u)
                                && !isNan(v)
                                && (isInfinite(u) || isInfinite(v))
                                && isInfinite(w)
                                && likeSigns == w.negative();
        };
    }

    private static boolean isNan(OracleValue v) {
        return v instanceof OracleValue.Nan;
    }

    private static boolean isInfinite(OracleValue v) {
        return v instanceof OracleValue.Infinity;
    }

    private static boolean isZero(OracleValue v) {
        return v instanceof OracleValue.Zero;
    }

    private static OracleValue.Nan defaultNan(Setting s) {
        boolean negative = s.nans == NanPropagation.FIRST_OPERAND || s.nans == NanPropagation.LARGER_SIGNIFICAND;
        return new OracleValue.Nan(negative, 1, 1, false);
    }

    /**
     * The NaN of two operands, made quiet. The rules are those of the files {@code s_propagateNaNF16UI.c} of Berkeley
     * SoftFloat 3e.
     */
    private static OracleValue.Nan chosenNan(Setting s, OracleValue first, OracleValue second) {
        if (!(first instanceof OracleValue.Nan a)) {
            return quiet((OracleValue.Nan) second);
        }
        if (!(second instanceof OracleValue.Nan b)) {
            return quiet(a);
        }
        boolean takesSecond = switch (s.nans) {
            case SIGNALING_FIRST -> b.signaling() && !a.signaling();
            case LARGER_SIGNIFICAND -> {
                int order = Long.compare(aligned(a), aligned(b));
                yield a.signaling() != b.signaling()
                        ? a.signaling()
                        : order < 0 || order == 0 && a.negative() && !b.negative();
            }
            default -> false;
        };
        return quiet(takesSecond ? b : a);
    }

    private static long aligned(OracleValue.Nan nan) {
        return nan.trailing() << 62 - nan.trailingBits();
    }

    private static OracleValue.Nan quiet(OracleValue.Nan nan) {
        long quietBit = 1L << nan.trailingBits() - 1;
        return new OracleValue.Nan(nan.negative(), nan.trailing() | quietBit, nan.trailingBits(), false);
    }

    private static String message(
            Setting s, Operation operation, long x, long y, long z, long random, long expected, long actual) {
        return String.format(
                "%s(0x%x, 0x%x, 0x%x) = (%s, %s, %s), %s, %s%n  %s, random 0x%x, %s%n  expected 0x%x %s (%s), but was 0x%x %s (%s), %d codes apart",
                operation,
                x,
                y,
                z,
                value(s.a, x),
                operation.stimulus.arity() > 1 ? value(s.b, y) : "-",
                operation.stimulus.arity() > 2 ? value(s.c, z) : "-",
                s.a + "," + s.b + "," + s.c + "->" + s.result,
                s.policies.rounding(),
                s.policies,
                random,
                s.nans,
                expected & 0xffff_ffffL,
                Flags.toString((int) (expected >>> 32)),
                value(s.result, expected & 0xffff_ffffL),
                actual & 0xffff_ffffL,
                Flags.toString((int) (actual >>> 32)),
                value(s.result, actual & 0xffff_ffffL),
                (actual & 0xffff_ffffL) - (expected & 0xffff_ffffL));
    }

    private static String value(FloatFormat format, long code) {
        return format.fitsBinary64() ? Double.toHexString(Codec.of(format).decode(code)) : "?";
    }

    /** The modes that take no random bits. */
    static List<Rounding> deterministic() {
        return Arrays.stream(Rounding.values())
                .filter(mode -> !mode.isStochastic())
                .toList();
    }
}
