package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.arith.ArithmeticChecker.Operation;
import org.bitexact.arith.ArithmeticChecker.Setting;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.NanSubstitute;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation and every shape of a call on the ends of all classes of codes, against the oracle: formats of every
 * layout and width, alone and mixed, under every mode and one policy after the other.
 */
@Tag("fast")
class ArithmeticLandmarksTest {
    private static final FloatFormat F16 = Formats.BINARY16;
    private static final FloatFormat BF16 = Formats.BFLOAT16;
    private static final FloatFormat F32 = Formats.BINARY32;
    private static final FloatFormat F64 = Formats.BINARY64;
    private static final FloatFormat E4M3 = Formats.OCP_E4M3;
    private static final FloatFormat E5M2 = Formats.OCP_E5M2;

    static Stream<List<FloatFormat>> formats() {
        return Stream.of(
                same(Formats.OCP_E2M1),
                same(P3109.of(4, 2, true, true)),
                same(P3109.of(5, 3, false, true)),
                same(P3109.of(5, 1, true, false)),
                same(Formats.OCP_E3M2),
                same(FloatFormat.builder("fnuz_e3m2", 3, 2)
                        .specials(SpecialValues.FNUZ)
                        .build()),
                same(FloatFormat.builder("tesla_e3m2", 3, 2)
                        .subnormals(SubnormalRule.TESLA_LITERAL)
                        .build()),
                same(FloatFormat.builder("flush_e3m2", 3, 2)
                        .subnormals(SubnormalRule.FLUSH)
                        .build()),
                same(FloatFormat.builder("absent_e3m2", 3, 2)
                        .subnormals(SubnormalRule.ABSENT)
                        .build()),
                same(Formats.UE5M3),
                same(Formats.E8M0),
                same(E4M3),
                same(E5M2),
                same(F16),
                same(BF16),
                same(Formats.TF32),
                same(F32),
                same(F64),
                same(FloatFormat.builder("e11m20", 11, 20).build()),
                same(ieee(12, 20)),
                same(ieee(13, 40)),
                List.of(E4M3, E5M2, F32, F32),
                List.of(E5M2, F16, BF16, E4M3),
                List.of(F32, F32, F32, F16),
                List.of(Formats.E8M0, E4M3, BF16, F32),
                List.of(E5M2, F64, F32, E5M2),
                List.of(F16, F32, F64, F64),
                List.of(F64, F64, F64, Formats.OCP_E3M2));
    }

    /** A format beyond what users may describe. */
    private static FloatFormat ieee(int exponentBits, int trailingBits) {
        return new FloatFormat(
                "e" + exponentBits + "m" + trailingBits,
                true,
                exponentBits,
                trailingBits,
                (1 << exponentBits - 1) - 1,
                SpecialValues.IEEE,
                SubnormalRule.GRADUAL,
                64,
                FormatInfo.custom("wide"));
    }

    private static List<FloatFormat> same(FloatFormat f) {
        return List.of(f, f, f, f);
    }

    private static List<Setting> settings(List<FloatFormat> f) {
        List<Policies> list = new ArrayList<>();
        Policies ieee = Policies.IEEE;
        for (Rounding mode : Rounding.values()) {
            if (mode.isStochastic()) {
                int bits = mode == Rounding.STOCHASTIC_A ? 63 : 3 + 4 * mode.ordinal();
                list.add(ieee.withStochasticRounding(mode, bits));
            } else {
                list.add(ieee.withRounding(mode));
            }
        }
        list.add(ieee.withTininess(Tininess.BEFORE_ROUNDING));
        list.add(ieee.withFlushInputs(true));
        list.add(ieee.withRounding(Rounding.TOWARD_NEGATIVE).withFlushInputs(true));
        list.add(ieee.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING));
        list.add(ieee.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING));
        list.add(ieee.saturating());
        list.add(ieee.withOverflow(Overflow.P3109));
        list.add(ieee.withOverflow(Overflow.NAN).withInfinity(InfinityRule.NAN));
        List<Setting> settings = new ArrayList<>();
        for (Policies p : list) {
            settings.add(new Setting(f.get(0), f.get(1), f.get(2), f.get(3), p, NanPropagation.CANONICAL));
        }
        for (NanPropagation rule : NanPropagation.values()) {
            Policies p = ieee.withNanSubstitute(NanSubstitute.LARGEST_SIGNED);
            settings.add(new Setting(f.get(0), f.get(1), f.get(2), f.get(3), p, rule));
        }
        return settings;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyOperation(List<FloatFormat> f) {
        long[] xs = LandmarkCodes.of(f.get(0));
        long[] ys = LandmarkCodes.of(f.get(1));
        long[] zs = LandmarkCodes.of(f.get(2));
        int part = 0;
        for (Setting s : settings(f)) {
            boolean whole = part == 0 || s.nans() != NanPropagation.CANONICAL;
            boolean tables = s.a().width() <= 6 || s.result().width() > 8 || part % 5 == 0;
            Shapes shapes = new Shapes(s, tables);
            for (int i = 0; i < xs.length; i++) {
                for (int j = whole ? 0 : (i * 3 + part) % 8; j < ys.length; j += whole ? 1 : 8) {
                    long random = (i * 31L + j * 17L + part) * 0x9e37_79b9_7f4a_7c15L >> (i + j & 7);
                    for (Operation operation : Operation.values()) {
                        if (operation != Operation.SQUARE_ROOT || j % 4 == 0) {
                            shapes.check(operation, xs[i], ys[j], zs[(i * 5 + j * 7 + part) % zs.length], random);
                        }
                    }
                    if (j % 4 == 0) {
                        shapes.checkIntegral(xs[i], i + j + part);
                        shapes.checkScale(xs[i], i + 2 * j + part, random);
                    }
                }
            }
            part++;
        }
    }

    /** All shapes of calls of one setting. */
    private static final class Shapes {
        private static final int[] EXPONENTS = {
            0, 1, -1, 2, -3, 9, -12, 30, -31, 200, -200, 400_000, -400_000, Integer.MAX_VALUE, Integer.MIN_VALUE
        };

        private final Setting s;
        private final Arithmetic arithmetic;
        private final Flags flags = new Flags();
        private final boolean stochastic;
        private final boolean ints;
        private final boolean fmaInts;

        Shapes(Setting s, boolean tables) {
            this.s = s;
            arithmetic = s.arithmetic();
            stochastic = s.policies().rounding().isStochastic();
            ints = tables
                    && !stochastic
                    && s.a().width() <= 32
                    && s.b().width() <= 32
                    && s.result().width() <= 32;
            fmaInts = ints && s.c().width() <= 32;
        }

        void check(Operation operation, long x, long y, long z, long random) {
            if (operation == Operation.REMAINDER && stochastic) {
                return;
            }
            Oracle.Result expected = ArithmeticChecker.result(s, operation, x, y, z, random);
            flags.clear();
            long code = ArithmeticChecker.compute(arithmetic, operation, x, y, z, random, flags);
            long without = ArithmeticChecker.compute(arithmetic, operation, x, y, z, random, null);
            boolean right = code == expected.code() && without == code && flags.raised() == expected.flags();
            if (operation == Operation.FMA ? fmaInts : ints) {
                int a = (int) x;
                int b = (int) y;
                int c = (int) z;
                long packed = switch (operation) {
                    case ADD -> arithmetic.addWithFlags(a, b);
                    case SUBTRACT -> arithmetic.subtractWithFlags(a, b);
                    case MULTIPLY -> arithmetic.multiplyWithFlags(a, b);
                    case DIVIDE -> arithmetic.divideWithFlags(a, b);
                    case SQUARE_ROOT -> arithmetic.squareRootWithFlags(a);
                    case REMAINDER -> arithmetic.remainderWithFlags(a, b);
                    case FMA -> arithmetic.fmaWithFlags(a, b, c);
                };
                int plain = switch (operation) {
                    case ADD -> arithmetic.add(a, b);
                    case SUBTRACT -> arithmetic.subtract(a, b);
                    case MULTIPLY -> arithmetic.multiply(a, b);
                    case DIVIDE -> arithmetic.divide(a, b);
                    case SQUARE_ROOT -> arithmetic.squareRoot(a);
                    case REMAINDER -> arithmetic.remainder(a, b);
                    case FMA -> arithmetic.fma(a, b, c);
                };
                right &= packed == (expected.code() | (long) expected.flags() << 32) && plain == (int) expected.code();
            }
            if (!right) {
                throw failure(
                        operation + String.format("(0x%x, 0x%x, 0x%x), random 0x%x", x, y, z, random), expected, code);
            }
        }

        void checkIntegral(long x, int n) {
            Rounding mode = ArithmeticChecker.deterministic().get(n % 9);
            boolean raise = (n & 16) != 0;
            OracleValue v = ArithmeticChecker.operand(s, s.a(), x);
            Oracle.Result expected = stochastic
                    ? null
                    : ArithmeticChecker.withNan(
                            s,
                            ExactArithmetic.roundToIntegral(s.a(), x, mode, raise, s.result(), s.policies()),
                            false,
                            v,
                            v,
                            v);
            if (expected == null) {
                return;
            }
            flags.clear();
            long code = arithmetic.roundToIntegral(x, mode, raise, flags);
            boolean right = code == expected.code()
                    && flags.raised() == expected.flags()
                    && arithmetic.roundToIntegral(x, mode, raise, null) == code;
            if (ints) {
                right &= arithmetic.roundToIntegralWithFlags((int) x, mode, raise)
                                == (expected.code() | (long) expected.flags() << 32)
                        && arithmetic.roundToIntegral((int) x, mode) == (int) expected.code();
            }
            if (!right) {
                throw failure(String.format("roundToIntegral(0x%x, %s, %b)", x, mode, raise), expected, code);
            }
        }

        void checkScale(long x, int i, long random) {
            int n = EXPONENTS[i % EXPONENTS.length];
            OracleValue v = ArithmeticChecker.operand(s, s.a(), x);
            OracleValue scaled = v instanceof OracleValue.Finite finite
                    ? new OracleValue.Finite(
                            finite.ratio(), finite.exponent() + Math.max(-300_000, Math.min(300_000, n)))
                    : v instanceof OracleValue.Nan ? OracleValue.QUIET_NAN : v;
            Oracle.Result encoded = Oracle.of(s.result()).encode(scaled, s.policies(), random);
            int invalid = v instanceof OracleValue.Nan nan && nan.signaling() ? Flags.INVALID : 0;
            Oracle.Result expected = ArithmeticChecker.withNan(
                    s, new Oracle.Result(encoded.code(), encoded.flags() | invalid), false, v, v, v);
            flags.clear();
            long code = arithmetic.scaleB(x, n, random, flags);
            boolean right = code == expected.code()
                    && flags.raised() == expected.flags()
                    && arithmetic.scaleB(x, n, random, null) == code;
            if (ints) {
                right &= arithmetic.scaleBWithFlags((int) x, n) == (expected.code() | (long) expected.flags() << 32)
                        && arithmetic.scaleB((int) x, n) == (int) expected.code();
            }
            if (!right) {
                throw failure(String.format("scaleB(0x%x, %d), random 0x%x", x, n, random), expected, code);
            }
        }

        private AssertionError failure(String call, Oracle.Result expected, long code) {
            return new AssertionError(String.format(
                    "%s of %s: expected %s, but was 0x%x %s, or another shape differs",
                    call, s, expected, code, flags));
        }
    }

    /** Numbers of binary64 whose significands are short, long, and all ones. */
    private static final double[] PATTERNS = {1, 1.5, 0x1.0000_0000_0000_1p0, 0x1.ffff_ffff_ffff_fp0, 0x1.0000_02p0};

    static Stream<Policies> modes() {
        Policies ieee = Policies.IEEE;
        return Stream.of(
                ieee,
                ieee.withRounding(Rounding.TOWARD_ZERO),
                ieee.withRounding(Rounding.TOWARD_NEGATIVE),
                ieee.withRounding(Rounding.TO_ODD),
                ieee.withStochasticRounding(Rounding.STOCHASTIC_A, 63),
                ieee.withStochasticRounding(Rounding.STOCHASTIC_A, 11),
                ieee.withStochasticRounding(Rounding.STOCHASTIC_B, 10),
                ieee.withStochasticRounding(Rounding.STOCHASTIC_C, 10),
                ieee.withStochasticRounding(Rounding.STOCHASTIC_C, 62));
    }

    private static long bits(double v) {
        return Double.doubleToRawLongBits(v);
    }

    private static long[] randoms(Policies p) {
        return p.rounding().isStochastic()
                ? new long[] {0, 1, 2, -1, -2, 1L << p.randomBits() - 1, 0x2aaa_5555_cccc_3333L}
                : new long[] {0};
    }

    /** The second term from the first one's place down to far below its last. */
    @ParameterizedTest
    @MethodSource("modes")
    void sumsAtEveryDistance(Policies p) {
        Shapes shapes = new Shapes(Setting.of(F64, p), false);
        long[] randoms = randoms(p);
        int i = 0;
        for (int k = 0; k <= 132; k++) {
            for (double u : PATTERNS) {
                for (double v : PATTERNS) {
                    long random = randoms[i++ % randoms.length];
                    long y = bits(Math.scalb(v, -k));
                    shapes.check(i % 2 == 0 ? Operation.ADD : Operation.SUBTRACT, bits(u), y, 0, random);
                    shapes.check(i % 2 == 0 ? Operation.SUBTRACT : Operation.ADD, y, bits(u), 0, random);
                }
            }
            for (long random : randoms) {
                shapes.check(Operation.ADD, bits(1), bits(Math.scalb(1, -k)), 0, random);
                shapes.check(Operation.SUBTRACT, bits(1), bits(Math.scalb(1, -k)), 0, random);
                shapes.check(Operation.SUBTRACT, bits(1), bits(Math.scalb(1.5, -k)), 0, random);
            }
        }
    }

    /** Products of up to 106 bits, and an addend from far above to far below, which cancels all leading bits between. */
    @ParameterizedTest
    @MethodSource("modes")
    void productsWithAddendsAtEveryDistance(Policies p) {
        Shapes shapes = new Shapes(Setting.of(F64, p), false);
        long[] randoms = randoms(p);
        double[] factors = {1, 0x1.0000_0000_0000_1p0, 0x1.0000_0004p0, 0x1.ffff_ffff_ffff_fp0};
        int i = 0;
        for (int k = -132; k <= 132; k++) {
            for (double u : factors) {
                for (double v : factors) {
                    double near = u * v;
                    for (double w : new double[] {near, Math.nextDown(near), 1}) {
                        long random = randoms[i++ % randoms.length];
                        double z = Math.scalb(i % 2 == 0 ? w : -w, -k);
                        shapes.check(Operation.FMA, bits(u), bits(v), bits(z), random);
                        if (k == 0) {
                            shapes.check(Operation.FMA, bits(u), bits(v), bits(-z), random);
                        }
                    }
                }
            }
        }
    }

    /** Quotients and roots that end, that never end, and that miss a number of the format by little. */
    @ParameterizedTest
    @MethodSource("modes")
    void quotientsAndRoots(Policies p) {
        Shapes shapes = new Shapes(Setting.of(F64, p), false);
        long[] randoms = randoms(p);
        double[] values = {
            1,
            3,
            5,
            7,
            9,
            10,
            0x1p-52,
            3 * 0x1p-30,
            0x1.0000_0000_0000_1p0,
            0x1.ffff_ffff_ffff_fp0,
            0x1.ffff_ffff_ffff_ep0,
            0x1.8p1,
            0x1.5555_5555_5555_5p0,
            0x1p-1074,
            0x3p-1074,
            0x1.0000_02p9
        };
        int i = 0;
        for (double u : values) {
            for (double v : values) {
                for (int k = 0; k < 3; k++) {
                    long random = randoms[i++ % randoms.length];
                    shapes.check(Operation.DIVIDE, bits(u), bits(-v), 0, random);
                    shapes.check(Operation.SQUARE_ROOT, bits(u * v), 0, 0, random);
                    shapes.check(Operation.SQUARE_ROOT, bits(Math.nextUp(u * u)), 0, 0, random);
                }
            }
        }
    }

    /**
     * Random bits that just reach the next number, and one less: of 116 bits of a quotient, root or difference every one
     * counts.
     */
    @Test
    void thresholdsOfRandomBits() {
        Policies p = Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 63);
        Shapes shapes = new Shapes(Setting.of(F64, p), false);
        for (long m = 1; m < 400; m += m < 40 ? 2 : 37) {
            for (long n :
                    new long[] {3, 5, 7, 0x1f_ffff_ffff_ffffL, 0x10_0000_0000_0001L, 0x15_5555_5555_5555L, m * m + 1}) {
                for (long k : new long[] {m, m + 0xf_ffff_ffff_ffffL}) {
                    BigInteger quotient = BigInteger.valueOf(k).shiftLeft(250).divide(BigInteger.valueOf(n));
                    checkThreshold(shapes, Operation.DIVIDE, bits(k), bits(n), quotient);
                    for (long radicand : new long[] {n, k}) {
                        BigInteger root =
                                BigInteger.valueOf(radicand).shiftLeft(250).sqrt();
                        checkThreshold(shapes, Operation.SQUARE_ROOT, bits(radicand), 0, root);
                    }
                }
            }
        }
        for (int k = 55; k <= 66; k++) {
            for (double v : PATTERNS) {
                // v * 2^-k in units of 2^-250
                BigInteger y = BigInteger.valueOf((long) Math.scalb(v, 52)).shiftLeft(250 - 52 - k);
                BigInteger difference = BigInteger.ONE.shiftLeft(250).subtract(y);
                checkThreshold(shapes, Operation.SUBTRACT, bits(1), bits(Math.scalb(v, -k)), difference);
            }
        }
    }

    private static void checkThreshold(Shapes shapes, Operation operation, long x, long y, BigInteger truncated) {
        long fraction = truncated.shiftRight(truncated.bitLength() - 116).longValue() & Long.MAX_VALUE;
        shapes.check(operation, x, y, 0, Long.MIN_VALUE - fraction);
        shapes.check(operation, x, y, 0, Long.MAX_VALUE - fraction);
    }

    /** Dividends from below half of the divisor to far above it, of each side of every half. */
    @ParameterizedTest
    @MethodSource("divisors")
    void remaindersAtEveryDistance(double divisor) {
        Shapes shapes = new Shapes(Setting.of(F64, Policies.IEEE), false);
        for (int k = -60; k <= 130; k++) {
            for (double v :
                    new double[] {1, 1.5, 1.25, 3.5, 0x1.0000_0000_0000_1p0, 0x1.ffff_ffff_ffff_fp0, 0x1.5555_5555p0}) {
                double x = Math.scalb(divisor * v, k);
                shapes.check(Operation.REMAINDER, bits(x), bits(divisor), 0, 0);
                shapes.check(Operation.REMAINDER, bits(-Math.nextUp(x)), bits(divisor), 0, 0);
                shapes.check(Operation.REMAINDER, bits(Math.nextDown(x)), bits(-divisor), 0, 0);
                shapes.check(Operation.REMAINDER, bits(Math.scalb(v, k)), bits(divisor), 0, 0);
            }
        }
    }

    static DoubleStream divisors() {
        return DoubleStream.of(1, 3, 2, 0x1.0000_0000_0000_1p0, 0x1.ffff_ffff_ffff_fp0, 0x1.5p-1060, Math.PI);
    }

    /** Quarters, and the ends of the integers that binary64 tells from fractions, in every mode. */
    @ParameterizedTest
    @MethodSource("integerResults")
    void integers(FloatFormat result) {
        Shapes shapes = new Shapes(new Setting(F64, F64, F64, result, Policies.IEEE, NanPropagation.CANONICAL), false);
        for (int quarters = 1; quarters <= 33; quarters++) {
            for (int shift : new int[] {-2, -1, 20, 49, 50, 51}) {
                double v = Math.scalb((double) quarters, shift);
                for (int n = 0; n < 18; n++) {
                    shapes.checkIntegral(bits(v), n * 17);
                    shapes.checkIntegral(bits(-v - 0.5), n * 17);
                }
            }
        }
    }

    static Stream<FloatFormat> integerResults() {
        return Stream.of(F64, F16, Formats.OCP_E3M2, ieee(12, 20));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void landmarksAreOfEveryClass(List<FloatFormat> f) {
        for (FloatFormat format : f) {
            long[] codes = LandmarkCodes.of(format);
            assertThat(has(codes, format::isZero)).isEqualTo(format.hasZero());
            assertThat(has(codes, format::isNan)).isEqualTo(format.hasNan());
            assertThat(has(codes, format::isInfinite)).isEqualTo(format.hasInfinity());
            assertThat(has(codes, format::isSignalingNan)).isEqualTo(format.quietBit() > 1);
            assertThat(has(codes, format::isSubnormal)).isEqualTo(format.hasSubnormals());
            assertThat(codes).contains(format.maxFiniteCode(), format.minNormalCode());
        }
    }

    private static boolean has(long[] codes, LongPredicate condition) {
        return LongStream.of(codes).anyMatch(condition);
    }
}
