package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.bitexact.internal.array.FloatStep.Operation;
import org.bitexact.internal.codec.HalfFloats;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.TestFloatOperation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel from codes to codes gives what the scalar operations give. */
@Tag("fast")
class CodeOperationTest {
    private static List<CodeOperation> operations() {
        List<CodeOperation> all = new ArrayList<>();
        for (FloatFormat format : List.of(Formats.BINARY16, Formats.BFLOAT16)) {
            for (Operation operation : Operation.values()) {
                all.add(new CodeOperation(operation, format));
            }
        }
        return all;
    }

    /** {@return a family's kernel, or null if it may lack one} */
    private static @Nullable ArrayKernel kernel(String name, CodeOperation operation) {
        Kernels family = KernelSelection.family(name);
        assumeTrue(family != null, "this JVM runs without the Vector API");
        ArrayKernel kernel = KernelTask.operation(operation).kernel(family);
        boolean jdk = name.equals("jdk");
        boolean mayLack = jdk && !(HalfFloats.PRESENT && operation.format().equals(Formats.BINARY16));
        assertThat(kernel == null).as(name + " " + operation).isEqualTo(mayLack);
        return kernel;
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "jdk", "vector"})
    void everyKernelIsRight(String name) {
        for (CodeOperation operation : operations()) {
            ArrayKernel kernel = kernel(name, operation);
            if (kernel == null) {
                continue;
            }
            KernelTask task = KernelTask.operation(operation);
            assertThat(task.agrees(kernel)).as(name + " " + operation).isTrue();
            for (int n : new int[] {0, 1, 31, 32, 33, 127, 1001}) {
                assertThat(task.agrees(kernel, task.scalar(), task.stimulus(), 5, n, 0))
                        .as("%s %s of %d elements", name, operation, n)
                        .isTrue();
            }
            Operands hard = hard(operation, 10_000);
            assertThat(task.agrees(kernel, task.scalar(), hard, 0, 10_000, 0))
                    .as(name + " " + operation + " of hard cases")
                    .isTrue();
        }
    }

    private static Operands hard(CodeOperation operation, int n) {
        TestFloatOperation word = switch (operation.operation()) {
            case ADD -> TestFloatOperation.ADD;
            case SUBTRACT -> TestFloatOperation.SUB;
            case MULTIPLY -> TestFloatOperation.MUL;
            case DIVIDE -> TestFloatOperation.DIV;
            case SQUARE_ROOT -> TestFloatOperation.SQRT;
            case FMA -> TestFloatOperation.MUL_ADD;
        };
        FloatFormat f = operation.format();
        HardCases cases =
                new HardCases(word, Collections.nCopies(operation.operation().arity(), f), f, 3);
        short[][] codes = new short[3][n];
        long[] one = new long[operation.operation().arity()];
        for (int i = 0; i < n; i++) {
            cases.next(one);
            for (int k = 0; k < one.length; k++) {
                codes[k][i] = (short) one[k];
            }
        }
        return new Operands(codes[0], 0, codes[1], 0, codes[2], 0);
    }

    /** Nothing outside the range is written, and ranges may begin anywhere. */
    @ParameterizedTest
    @ValueSource(strings = {"table", "jdk", "vector"})
    void offsetsAreRespected(String name) {
        for (CodeOperation operation : operations()) {
            ArrayKernel kernel = kernel(name, operation);
            if (kernel == null) {
                continue;
            }
            SplittableRandom random = new SplittableRandom(1);
            short[][] codes = new short[3][2500];
            for (short[] array : codes) {
                for (int i = 0; i < array.length; i++) {
                    array[i] = (short) random.nextInt();
                }
            }
            Operands operands = new Operands(codes[0], 3, codes[1], 7, codes[2], 0);
            short[] results = new short[2500];
            Arrays.fill(results, (short) 0x1234);
            kernel.apply(operands, 11, results, 13, 2300, 0);
            Arithmetic scalar = operation.scalar();
            for (int i = 0; i < results.length; i++) {
                boolean within = i >= 13 && i < 2313;
                int expected = within ? operation.result(scalar, operands, 11 + i - 13) : 0x1234;
                assertThat((int) results[i]).as("%s %s %d", name, operation, i).isEqualTo(expected);
            }
        }
    }

    /** Products that vanish, and sums of infinite products of binary32 that are finite. */
    @ParameterizedTest
    @ValueSource(strings = {"table", "vector"})
    void productsOutOfRange(String name) {
        CodeOperation operation = new CodeOperation(Operation.FMA, Formats.BFLOAT16);
        ArrayKernel kernel = kernel(name, operation);
        assertThat(kernel).isNotNull();
        Codec codec = Codec.of(Formats.BFLOAT16);
        double[][] cases = {
            {-0x1p-80, 0x1p-80, 0},
            {0x1p-80, 0x1p-80, -0.0},
            {-0x1p-133, 0x1p-17, 0},
            {0x1p64, 0x1p64, -0x1.fep127},
            {0x1.fep127, 2, -0x1p127},
            {0x1p-70, 0x1p-64, 0x1p-133},
            {0x1.02p-67, -0x1.02p-67, 0x1p-133}
        };
        for (double[] c : cases) {
            short[][] codes = new short[3][40];
            for (int k = 0; k < 3; k++) {
                Arrays.fill(codes[k], (short) codec.encode(c[k]));
            }
            Operands operands = new Operands(codes[0], 0, codes[1], 0, codes[2], 0);
            KernelTask task = KernelTask.operation(operation);
            assertThat(task.agrees(kernel, task.scalar(), operands, 0, 40, 0))
                    .as(Arrays.toString(c))
                    .isTrue();
        }
    }

    /** A wrong kernel of each kind is told from the right one by the stimulus. */
    @Test
    void theStimulusFindsDefects() {
        for (CodeOperation operation : operations()) {
            KernelTask task = KernelTask.operation(operation);
            ArrayKernel right = operation.definition();
            for (Operation other : Operation.values()) {
                ArrayKernel wrong = new CodeOperation(other, operation.format()).definition();
                assertThat(task.agrees(wrong)).isEqualTo(other == operation.operation());
            }
            // NaNs of another payload
            ArrayKernel loose = (src, from, dst, to, n, index) -> {
                right.apply(src, from, dst, to, n, index);
                short[] codes = (short[]) dst;
                for (int i = to; i < to + n; i++) {
                    codes[i] |= (short) (codes[i] == operation.format().nanCode() ? 1 : 0);
                }
            };
            assertThat(task.agrees(loose)).isFalse();
        }
        // a sum that is rounded twice
        assumeTrue(HalfFloats.PRESENT, "this JDK has no conversions of binary16");
        ArrayKernel twice = new HalfOperation(Operation.FMA, () -> new HalfOperation.Corrections() {
            private final PlainCorrections plain = new PlainCorrections();

            @Override
            public void addToOdd(float[] u, float[] v, int n) {
                for (int i = 0; i < n; i++) {
                    u[i] += v[i];
                }
            }

            @Override
            public boolean someNan(short[] codes, int from, int n) {
                return plain.someNan(codes, from, n);
            }
        });
        assertThat(KernelTask.operation(new CodeOperation(Operation.FMA, Formats.BINARY16))
                        .agrees(twice))
                .isFalse();
    }

    @Test
    void otherFormatsAndPoliciesHaveNone() {
        Codec half = Codec.of(Formats.BINARY16);
        assertThat(CodeOperation.of(Operation.ADD, Arithmetic.of(half))).isNotNull();
        assertThat(CodeOperation.of(Operation.ADD, Arithmetic.of(Codec.of(Formats.TF32))))
                .isNull();
        assertThat(CodeOperation.of(Operation.ADD, Arithmetic.of(half.rounding(Rounding.TOWARD_ZERO))))
                .isNull();
        assertThat(CodeOperation.of(
                        Operation.ADD, Arithmetic.of(Codec.of(Formats.BINARY16, Policies.IEEE.saturating()))))
                .isNull();
        assertThat(CodeOperation.of(Operation.ADD, Arithmetic.of(half).nans(NanPropagation.FIRST_OPERAND)))
                .isNull();
        assertThat(CodeOperation.of(
                        Operation.ADD, Arithmetic.mixed(Formats.BINARY16, Formats.BFLOAT16, Formats.BINARY16, half)))
                .isNull();
    }

    /** All pairs by the fastest family there is, the third operand following from both. */
    @Tag("slow")
    @Test
    void allPairs() {
        for (CodeOperation operation : operations()) {
            String name = KernelSelection.family("vector") != null ? "vector" : "table";
            long different = IntStream.range(0, operation.operation().arity() == 1 ? 1 : 1 << 16)
                    .parallel()
                    .mapToLong(x -> {
                        ArrayKernel kernel = kernel(name, operation);
                        short[][] codes = new short[3][1 << 16];
                        for (int y = 0; y < 1 << 16; y++) {
                            codes[0][y] = (short) (operation.operation().arity() == 1 ? y : x);
                            codes[1][y] = (short) y;
                            codes[2][y] = (short) (x * 40503 + y * 30011 >>> 3);
                        }
                        Operands operands = new Operands(codes[0], 0, codes[1], 0, codes[2], 0);
                        short[] results = new short[1 << 16];
                        kernel.apply(operands, 0, results, 0, 1 << 16, 0);
                        Arithmetic scalar = operation.scalar();
                        long count = 0;
                        for (int y = 0; y < 1 << 16; y++) {
                            count += results[y] == operation.result(scalar, operands, y) ? 0 : 1;
                        }
                        return count;
                    })
                    .sum();
            assertThat(different).as(name + " " + operation).isZero();
        }
    }
}
