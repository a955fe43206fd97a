package org.bitexact.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Every {@code step}-th pair of codes. */
    private static Operands pairs(FloatFormat format, int step) {
        int count = 1 << format.width();
        int n = (count * count + step - 1) / step;
        long[][] operands = new long[3][n];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < n; i++) {
            operands[0][i] = i * step % count;
            operands[1][i] = i * step / count;
            operands[2][i] = random.nextInt(count);
        }
        return new Operands(operands[0], operands[1], operands[2]);
    }

    @ParameterizedTest
    @MethodSource("narrowFormats")
    void pairsOfCodes(FloatFormat format) {
        check(Arithmetic.of(Codec.of(format)), pairs(format, 1), TABLE);
        Operands some = pairs(format, 29);
        deterministic()
                .forEach(mode -> check(Arithmetic.of(Codec.of(format, Policies.IEEE.withRounding(mode))), some, TABLE));
        check(Arithmetic.of(Codec.of(format, Policies.IEEE.saturating())), some, TABLE);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("narrowFormats")
    void allPairsOfCodesInEveryMode(FloatFormat format) {
        Operands all = pairs(format, 1);
        for (KernelSelection kernels : List.of(TABLE, KernelSelection.current())) {
            deterministic().forEach(mode -> {
                Policies policies = Policies.IEEE.withRounding(mode);
                check(Arithmetic.of(Codec.of(format, policies)), all, kernels);
                check(Arithmetic.of(Codec.of(format, policies.saturating())), all, kernels);
            });
        }
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
            check(operation, scalar, hard(operation, scalar, 1200), TABLE);
        }
        check(scalar, random(scalar, 700, 5), TABLE);
    }

    // ------------------------------------------------------------------ examples, ranges, errors

    private static final ArrayArithmetic HALF = ArrayArithmetic.of(Codec.of(Formats.BINARY16));

    @Test
    void snippetOfTheDocumentation() {
        short[] a = {0x3c00, 0x4000, 0x7bff};
        short[] b = {0x3c00, 0x4200, 0x4000};
        short[] c = {0x0001, (short) 0xc600, 0};
        // 1 + 2^-24, 2 * 3 - 6, 65504 * 2
        assertThat(ArrayCodecSnippets.multiplyAdd(a, b, c)).containsExactly(0x3c00, 0, 0x7c00);
    }

    @Test
    void cancellationHasTheSignOfTheMode() {
        short[] x = new short[100];
        short[] y = new short[100];
        Arrays.fill(x, (short) 0x3c00);
        Arrays.fill(y, (short) 0xbc00);
        short[] sums = new short[100];
        HALF.add(x, 0, y, 0, sums, 0, 100);
        assertThat(sums).containsOnly((short) 0);
        ArrayArithmetic down = ArrayArithmetic.of(Codec.of(Formats.BINARY16).rounding(Rounding.TOWARD_NEGATIVE));
        down.add(x, 0, y, 0, sums, 0, 100);
        assertThat(sums).containsOnly((short) 0x8000);
    }

    /** 3 * 683 is the tie between 2048 and 2050; binary32 has no room for the addend. */
    @Test
    void fmaRoundsOnce() {
        short[] x = new short[100];
        short[] y = new short[100];
        short[] z = new short[100];
        Arrays.fill(x, (short) 0x4200);
        Arrays.fill(y, (short) 0x6156);
        short[] results = new short[100];
        HALF.fma(x, 0, y, 0, z, 0, results, 0, 100);
        assertThat(results).containsOnly((short) 0x6800);
        Arrays.fill(z, (short) 0x0001); // 2^-24
        HALF.fma(x, 0, y, 0, z, 0, results, 0, 100);
        assertThat(results).containsOnly((short) 0x6801);
        Arrays.fill(z, (short) 0x8001);
        HALF.fma(x, 0, y, 0, z, 0, results, 0, 100);
        assertThat(results).containsOnly((short) 0x6800);
    }

    @ParameterizedTest
    @ValueSource(ints = {-5000, -3, 0, 1, 4999})
    void resultsMayOverlapOperands(int distance) {
        int n = 9000;
        SplittableRandom random = new SplittableRandom(2);
        short[] memory = new short[20_000];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (short) random.nextInt();
        }
        int from = 5100;
        short[] x = Arrays.copyOfRange(memory, from, from + n);
        short[] y = Arrays.copyOfRange(memory, from + 77, from + 77 + n);
        short[] expected = new short[n];
        HALF.multiply(x, 0, y, 0, expected, 0, n);
        HALF.multiply(memory, from, memory, from + 77, memory, from + distance, n);
        assertThat(Arrays.copyOfRange(memory, from + distance, from + distance + n))
                .isEqualTo(expected);
    }

    @Test
    void buffersOfEitherOrderAndKind() {
        int n = 300;
        Operands o = random(HALF.scalar(), n, 3);
        short[] expected = new short[n];
        HALF.divide(codes(Formats.BINARY16, o.x), 0, codes(Formats.BINARY16, o.y), 0, expected, 0, n);
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ByteBuffer x = ByteBuffer.allocateDirect(2 * n + 1).order(order).position(1);
            ShortBuffer y = ByteBuffer.allocate(2 * n).order(order).asShortBuffer();
            for (int i = 0; i < n; i++) {
                x.putShort(1 + 2 * i, (short) o.x[i]);
                y.put(i, (short) o.y[i]);
            }
            ByteBuffer results = ByteBuffer.allocateDirect(2 * n + 10).order(order);
            HALF.divide(x, y, results);
            assertThat(List.of(x.remaining(), y.remaining(), results.position()))
                    .containsExactly(0, 0, 2 * n);
            short[] got = new short[n];
            results.flip().asShortBuffer().get(got);
            assertThat(got).isEqualTo(expected);
        }
    }

    @Test
    void badArgumentsAreRefusedBeforeAnythingIsWritten() {
        short[] x = new short[100];
        short[] results = new short[100];
        Arrays.fill(results, (short) 7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HALF.add(x, 1, x, 0, results, 0, 100))
                .withMessage("n must be in [0, 99] for x of length 100 from 1 on: 100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HALF.add(x, 0, x, -1, results, 0, 100))
                .withMessage("yFrom must be in [0, 100], the length of y: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HALF.add(x, 0, x, 0, results, 101, 0))
                .withMessage("to must be in [0, 100], the length of dst: 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HALF.squareRoot(new byte[100], 0, results, 0, 100))
                .withMessage("elements of x must be integers of at least 16 bits for codes of f16: byte");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HALF.squareRoot(new float[100], 0, results, 0, 100))
                .withMessageContaining("elements of x must be integers");
        assertThatNullPointerException()
                .isThrownBy(() -> HALF.fma(x, 0, x, 0, null, 0, results, 0, 1))
                .withMessage("z");
        ArrayArithmetic e2m1 = ArrayArithmetic.of(Codec.of(Formats.OCP_E2M1));
        byte[] codes = new byte[100];
        codes[99] = 0x10;
        byte[] four = new byte[100];
        Arrays.fill(four, (byte) 7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e2m1.add(new byte[100], 0, codes, 0, four, 0, 100))
                .withMessage("y[99] must be a code of e2m1, in [0x0, 0xf]: 0x10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e2m1.add(ByteBuffer.allocate(3), ByteBuffer.allocate(4), ByteBuffer.wrap(four)))
                .withMessage("remaining elements of y must be 3, those of x: 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> e2m1.add(
                        ByteBuffer.allocate(3),
                        ByteBuffer.allocate(3),
                        ByteBuffer.wrap(four).asReadOnlyBuffer()))
                .withMessageContaining("dst must not be read-only");
        assertThat(results).containsOnly((short) 7);
        assertThat(four).containsOnly((byte) 7);
    }

    @Test
    void nothingIsAllowed() {
        HALF.add(new short[0], 0, new short[0], 0, new short[0], 0, 0);
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
