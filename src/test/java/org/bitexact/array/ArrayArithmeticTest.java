package org.bitexact.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.internal.array.FloatStep.Operation;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.TestFloatOperation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arithmetic on arrays gives what {@link Arithmetic} gives element by element. */
@Tag("fast")
class ArrayArithmeticTest {
    private static final KernelSelection TABLE = KernelSelection.of("table");

    /** Operands in the low bits of longs. */
    record Operands(long[] x, long[] y, long[] z) {}

    private static Stream<Rounding> deterministic() {
        return Arrays.stream(Rounding.values()).filter(mode -> !mode.isStochastic());
    }

    // ------------------------------------------------------------------ all pairs

    static List<FloatFormat> narrowFormats() {
        return List.of(
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.IEEE_E3M4,
                Formats.E4M3FNUZ,
                Formats.E4M3B11FNUZ,
                Formats.OCP_E2M3,
                Formats.OCP_E2M1,
                Formats.E8M0,
                P3109.of(8, 4, true, true),
                P3109.of(8, 3, false, false),
                Formats.cfloat8143(7));
    }

    @ParameterizedTest
    @MethodSource("narrowFormats")
    void allPairsOfCodes(FloatFormat format) {
        int count = 1 << format.width();
        long[] x = new long[count * count];
        long[] y = new long[count * count];
        long[] z = new long[count * count];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = i % count;
            y[i] = i / count;
            z[i] = random.nextInt(count);
        }
        deterministic().forEach(mode -> {
            Policies policies = Policies.IEEE.withRounding(mode);
            check(Arithmetic.of(Codec.of(format, policies)), new Operands(x, y, z), TABLE);
        });
        check(Arithmetic.of(Codec.of(format, Policies.IEEE.saturating())), new Operands(x, y, z), TABLE);
    }

    // ------------------------------------------------------------------ hard cases

    static Stream<Arithmetic> widerFormats() {
        Stream.Builder<Arithmetic> all = Stream.builder();
        for (FloatFormat f : List.of(
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.TF32,
                Formats.BINARY32,
                Formats.CFLOAT16_UHP,
                P3109.of(16, 8, true, true),
                P3109.of(13, 1, true, false),
                FloatFormat.builder("e8m1", 8, 1).build(),
                FloatFormat.builder("e5m11", 5, 11).build())) {
            deterministic().forEach(mode -> all.add(Arithmetic.of(Codec.of(f, Policies.IEEE.withRounding(mode)))));
            all.add(Arithmetic.of(Codec.of(f, Policies.IEEE.saturating())));
        }
        Codec half = Codec.of(Formats.BINARY16);
        for (Policies p : List.of(
                Policies.IEEE.withFlushInputs(true),
                Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING),
                Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING),
                Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING),
                Policies.IEEE.withNan(NanRule.CANONICAL),
                Policies.IEEE.withInfinity(InfinityRule.SATURATE),
                Policies.IEEE.withOverflow(Overflow.NAN).withRounding(Rounding.TOWARD_NEGATIVE),
                Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 7))) {
            all.add(Arithmetic.of(Codec.of(Formats.BINARY16, p)));
            all.add(Arithmetic.of(Codec.of(Formats.BFLOAT16, p)));
        }
        all.add(Arithmetic.of(half).nans(NanPropagation.FIRST_OPERAND));
        for (Rounding mode : List.of(Rounding.TIES_TO_EVEN, Rounding.TOWARD_POSITIVE, Rounding.TO_ODD)) {
            Policies p = Policies.IEEE.withRounding(mode);
            all.add(Arithmetic.mixed(
                    Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.BINARY16, Codec.of(Formats.BINARY16, p)));
            all.add(Arithmetic.mixed(Formats.BINARY16, Formats.BFLOAT16, Formats.TF32, Codec.of(Formats.OCP_E5M2, p)));
            all.add(Arithmetic.mixed(Formats.BINARY16, Formats.BFLOAT16, Formats.OCP_E2M1, Codec.of(Formats.E8M0, p)));
            all.add(Arithmetic.widening(Formats.BFLOAT16, Formats.BFLOAT16, Codec.of(Formats.BINARY32, p)));
        }
        return all.build();
    }

    @ParameterizedTest
    @MethodSource("widerFormats")
    void hardCases(Arithmetic scalar) {
        for (Operation operation : Operation.values()) {
            check(operation, scalar, hard(operation, scalar, 5000), TABLE);
        }
        check(scalar, random(scalar, 4000, 5), TABLE);
    }

    // ------------------------------------------------------------------ checking

    private static TestFloatOperation word(Operation operation) {
        return switch (operation) {
            case ADD -> TestFloatOperation.ADD;
            case SUBTRACT -> TestFloatOperation.SUB;
            case MULTIPLY -> TestFloatOperation.MUL;
            case DIVIDE -> TestFloatOperation.DIV;
            case SQUARE_ROOT -> TestFloatOperation.SQRT;
            case FMA -> TestFloatOperation.MUL_ADD;
        };
    }

    private static List<ScalarFormat> formats(Operation operation, Arithmetic scalar) {
        return List.<ScalarFormat>of(scalar.first(), scalar.second(), scalar.third())
                .subList(0, operation.arity());
    }

    /** Operands drawn by {@link HardCases}; codes, not containers. */
    private static Operands hard(Operation operation, Arithmetic scalar, int n) {
        List<ScalarFormat> formats = formats(operation, scalar);
        HardCases cases =
                new HardCases(word(operation), formats, scalar.result().format(), 7);
        long[][] operands = new long[3][n];
        long[] one = new long[formats.size()];
        for (int i = 0; i < n; i++) {
            cases.next(one);
            for (int k = 0; k < one.length; k++) {
                boolean tf32 = formats.get(k).equals(Formats.TF32);
                operands[k][i] = tf32 ? one[k] >>> 13 : one[k];
            }
        }
        return new Operands(operands[0], operands[1], operands[2]);
    }

    private static Operands random(Arithmetic scalar, int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FloatFormat[] formats = {scalar.first(), scalar.second(), scalar.third()};
        long[][] operands = new long[3][n];
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < n; i++) {
                operands[k][i] = random.nextLong() & formats[k].codeMask();
            }
        }
        return new Operands(operands[0], operands[1], operands[2]);
    }

    private static void check(Arithmetic scalar, Operands operands, KernelSelection kernels) {
        for (Operation operation : Operation.values()) {
            check(operation, scalar, operands, kernels);
        }
    }

    /** Codes, and the flags of runs of a hundred elements. */
    private static void check(Operation operation, Arithmetic scalar, Operands o, KernelSelection kernels) {
        int n = o.x.length;
        long[] expected = new long[n];
        int[] flags = new int[n];
        Flags sink = new Flags();
        for (int i = 0; i < n; i++) {
            sink.clear();
            expected[i] = apply(operation, scalar, o, i, sink);
            flags[i] = sink.raised();
        }
        ArrayArithmetic array = ArrayArithmetic.of(scalar, kernels).withSeed(9, 2);
        Object x = codes(scalar.first(), o.x);
        Object y = codes(scalar.second(), o.y);
        Object z = codes(scalar.third(), o.z);
        Object results = codes(scalar.result().format(), new long[n]);
        apply(operation, array, x, y, z, 0, results, n);
        assertEqual(operation, scalar, o, expected, longs(scalar.result().format(), results));
        Object again = codes(scalar.result().format(), new long[n]);
        int run = 100;
        for (int i = 0; i < Math.min(n, 20 * run); i += run) {
            int m = Math.min(run, n - i);
            Flags raised = new Flags();
            apply(operation, array.withSeed(9, 2 + i).withFlags(raised), x, y, z, i, again, m);
            int all = 0;
            for (int j = i; j < i + m; j++) {
                all |= flags[j];
            }
            assertThat(raised.raised())
                    .as("%s %s flags from %d on", operation, scalar, i)
                    .isEqualTo(all);
            long[] part = longs(scalar.result().format(), again);
            assertThat(Arrays.copyOfRange(part, i, i + m)).isEqualTo(Arrays.copyOfRange(expected, i, i + m));
        }
    }

    private static void assertEqual(
            Operation operation, Arithmetic scalar, Operands o, long[] expected, long[] actual) {
        int i = Arrays.mismatch(expected, actual);
        if (i >= 0) {
            throw new AssertionError(String.format(
                    "%s %s of %x %x %x at %d: expected %x, was %x",
                    operation, scalar, o.x[i], o.y[i], o.z[i], i, expected[i], actual[i]));
        }
    }

    private static long apply(Operation operation, Arithmetic scalar, Operands o, int i, @Nullable Flags sink) {
        int bits = scalar.result().policies().randomBits();
        long random = bits == 0 ? 0 : CounterRandom.bits(9, 2 + i, bits);
        return switch (operation) {
            case ADD -> scalar.add(o.x[i], o.y[i], random, sink);
            case SUBTRACT -> scalar.subtract(o.x[i], o.y[i], random, sink);
            case MULTIPLY -> scalar.multiply(o.x[i], o.y[i], random, sink);
            case DIVIDE -> scalar.divide(o.x[i], o.y[i], random, sink);
            case SQUARE_ROOT -> scalar.squareRoot(o.x[i], random, sink);
            case FMA -> scalar.fma(o.x[i], o.y[i], o.z[i], random, sink);
        };
    }

    /** Results go to the position of the operands. */
    private static void apply(
            Operation operation, ArrayArithmetic array, Object x, Object y, Object z, int at, Object dst, int n) {
        switch (operation) {
            case ADD -> array.add(x, at, y, at, dst, at, n);
            case SUBTRACT -> array.subtract(x, at, y, at, dst, at, n);
            case MULTIPLY -> array.multiply(x, at, y, at, dst, at, n);
            case DIVIDE -> array.divide(x, at, y, at, dst, at, n);
            case SQUARE_ROOT -> array.squareRoot(x, at, dst, at, n);
            case FMA -> array.fma(x, at, y, at, z, at, dst, at, n);
        }
    }

    /** The narrowest array. */
    private static Object codes(ScalarFormat format, long[] codes) {
        boolean tf32 = format.equals(Formats.TF32);
        int bits = format.containerBits();
        Object array = bits == 8
                ? new byte[codes.length]
                : bits == 16 ? new short[codes.length] : bits == 32 ? new int[codes.length] : new long[codes.length];
        for (int i = 0; i < codes.length; i++) {
            Elements.setBits(array, i, tf32 ? codes[i] << 13 : codes[i]);
        }
        return array;
    }

    private static long[] longs(ScalarFormat format, Object array) {
        boolean tf32 = format.equals(Formats.TF32);
        long[] longs = new long[java.lang.reflect.Array.getLength(array)];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = Elements.element(array, i) >>> (tf32 ? 13 : 0);
        }
        return longs;
    }
}
