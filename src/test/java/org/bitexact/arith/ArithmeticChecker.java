package org.bitexact.arith;

import java.util.Arrays;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SpecialValues;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.oracle.Oracle;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.TestFloatOperation;

/**
 * Holds implementations of the operations against the oracle, codes and flags; the mutants of {@link
 * ArithmeticMutantsTest} go through the same checks as the library.
 *
 * <p>The oracle knows the canonical NaN only. Which operand's NaN is delivered comes from {@link #chosenNan}, a second
 * statement of the rules of SoftFloat's specialisations.
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
            long code = switch (operation) {
                case ADD -> arithmetic.add(x, y, random, flags);
                case SUBTRACT -> arithmetic.subtract(x, y, random, flags);
                case MULTIPLY -> arithmetic.multiply(x, y, random, flags);
                case DIVIDE -> arithmetic.divide(x, y, random, flags);
                case SQUARE_ROOT -> arithmetic.squareRoot(x, random, flags);
                case REMAINDER -> arithmetic.remainder(x, y, flags);
                case FMA -> arithmetic.fma(x, y, z, random, flags);
            };
            return code | (long) flags.raised() << 32;
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

    /** {@return what the oracle, and {@link #chosenNan} where that matters, expect: {@code code | flags << 32}} */
    static long expected(Setting s, Operation operation, long x, long y, long z, long random) {
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
        long code = r.code();
        if (s.nans != NanPropagation.CANONICAL && s.result.isNan(code)) {
            code = switch (operation) {
                case SQUARE_ROOT -> chosenNan(s, x);
                case FMA ->
                    chosenNan(
                            s,
                            isNumber(s, x) && isNumber(s, y) && !isNumber(s, z)
                                    ? isInvalidProduct(s.a, x, y) ? new long[] {defaultNan(s), z} : new long[] {z}
                                    : new long[] {chosenNan(s, x, y), z});
                default -> chosenNan(s, x, y);
            };
        }
        return code | (long) r.flags() << 32;
    }

    private static boolean isNumber(Setting s, long code) {
        return !s.result.isNan(code);
    }

    private static boolean isInvalidProduct(FloatFormat f, long x, long y) {
        long infinity = f.infinityCode();
        long u = x & f.magnitudeMask();
        long v = y & f.magnitudeMask();
        return u == infinity && v == 0 || u == 0 && v == infinity;
    }

    private static long defaultNan(Setting s) {
        boolean negative = s.nans == NanPropagation.FIRST_OPERAND || s.nans == NanPropagation.LARGER_SIGNIFICAND;
        return s.result.nanCode() | (negative ? s.result.signMask() : 0);
    }

    /**
     * The NaN that an operation on one IEEE format delivers, by its operands in order; the default NaN if none is one.
     * The rules are those of the files {@code s_propagateNaNF16UI.c} of Berkeley SoftFloat 3e.
     */
    private static long chosenNan(Setting s, long... operands) {
        FloatFormat f = s.result;
        if (f.specials() != SpecialValues.IEEE) {
            throw new IllegalArgumentException("result must have NaNs with payloads: " + f);
        }
        long[] nans = Arrays.stream(operands).filter(f::isNan).toArray();
        if (nans.length == 0) {
            return defaultNan(s);
        }
        long chosen = nans[0];
        if (nans.length == 2) {
            long other = nans[1];
            boolean signaling = f.isSignalingNan(chosen);
            boolean otherSignaling = f.isSignalingNan(other);
            boolean takesOther = switch (s.nans) {
                case SIGNALING_FIRST -> otherSignaling && !signaling;
                case LARGER_SIGNIFICAND -> {
                    long m = chosen & f.magnitudeMask();
                    long n = other & f.magnitudeMask();
                    yield signaling != otherSignaling ? signaling : n > m || n == m && chosen != m && other == n;
                }
                default -> false;
            };
            chosen = takesOther ? other : chosen;
        }
        return chosen | f.quietBit();
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
