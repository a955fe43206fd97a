package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bitexact.internal.array.BlockStep.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels of blocks and of quantisation, of every family, against expectations written out here. */
@Tag("fast")
class BlockKernelsTest {
    private static final int[] LENGTHS = {1, 5, 8, 16, 32, 48, 64, 128, 200};

    static Stream<Kernels> families() {
        return KernelSelection.familyNames().stream()
                .map(KernelSelection::family)
                .filter(Objects::nonNull);
    }

    /** Magnitudes around 1, any patterns, zeros, infinities and NaNs. */
    private static float[] values(SplittableRandom random, int n, boolean finite) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            int any = random.nextInt();
            int bits = switch (random.nextInt(16)) {
                case 0 -> any;
                case 1 -> any & 0x8000_0000;
                case 2 -> any & 0x807f_ffff;
                case 3 -> any & 0x8000_0000 | 0x7f80_0000 | (any & 1) * any & 0x7f_ffff;
                case 4 -> any & 0x8000_0000 | 0x7f7f_ffff;
                default -> any & 0x87e0_0000 | 0x3800_0000;
            };
            float x = Float.intBitsToFloat(bits);
            values[i] = finite && !(Math.abs(x) <= Float.MAX_VALUE) ? i : x;
        }
        return values;
    }

    private static float canonical(float x) {
        return Float.isNaN(x) ? Float.NaN : x;
    }

    /** Checks a kernel of a step on runs of many lengths and places. */
    private static void check(ArrayKernel kernel, BlockStep step) {
        SplittableRandom random = new SplittableRandom(step.length());
        Operation operation = step.operation();
        int length = step.length();
        for (int n : new int[] {1, Math.max(1, length - 1), length, 3 * length + 1, 4 * length, 2000}) {
            int blocks = (n + length - 1) / length;
            int from = random.nextInt(20);
            int to = random.nextInt(20);
            int first = random.nextInt(20);
            float[] values = values(random, from + n + 5, false);
            int numbers = operation == Operation.CLASSIFY ? BlockStep.LIMITS : 1;
            float[] table = values(random, 256 * numbers + BlockStep.BEYOND, operation == Operation.CLASSIFY);
            byte[] rows = new byte[first + blocks + 3];
            random.nextBytes(rows);
            for (int row = 0; numbers == BlockStep.LIMITS && row < 256; row++) {
                for (int k = 0; k < BlockStep.LIMITS; k++) {
                    // some limits are values of the run
                    float limit = random.nextInt(3) == 0 ? values[from + random.nextInt(n)] : table[row * 8 + k];
                    table[row * 8 + k] = Math.abs(limit) <= Float.MAX_VALUE ? Math.abs(limit) : 1;
                }
                Arrays.sort(table, row * 8, row * 8 + 8);
            }
            int produced = operation == Operation.LARGEST ? blocks : n;
            float[] floats = new float[to + produced + 7];
            byte[] bytes = new byte[to + produced + 7];
            Arrays.fill(floats, 77);
            Arrays.fill(bytes, (byte) 77);
            Object src = operation == Operation.LARGEST ? values : new BlockStep.Operands(values, table, rows, first);
            Object dst = operation == Operation.CLASSIFY ? bytes : floats;
            kernel.apply(src, from, dst, to, n, 0);
            for (int i = -to; i < produced + 7; i++) {
                float actual = operation == Operation.CLASSIFY ? bytes[to + i] : floats[to + i];
                float expected = 77;
                if (i >= 0 && i < produced) {
                    int block = operation == Operation.LARGEST ? i : i / length;
                    float number = table[numbers * (rows[first + block] & 0xff)];
                    float x = values[from + i % n];
                    expected = switch (operation) {
                        case LARGEST -> largest(values, from + i * length, from + Math.min(n, (i + 1) * length));
                        case MULTIPLY -> canonical(x * number);
                        case DIVIDE -> canonical(x / number);
                        case CLASSIFY -> classified(x, table, numbers * (rows[first + block] & 0xff));
                    };
                }
                assertThat(Float.floatToRawIntBits(actual))
                        .as("%s, n = %d, result %d: %s", step, n, i, actual)
                        .isEqualTo(Float.floatToRawIntBits(expected));
            }
        }
    }

    private static float largest(float[] values, int from, int end) {
        int max = 0;
        for (int i = from; i < end; i++) {
            max = Math.max(max, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(max);
    }

    private static float classified(float x, float[] table, int row) {
        int code = Float.floatToRawIntBits(x) < 0 ? 8 : 0;
        for (int k = 0; k < 7; k++) {
            // NaNs and infinities are above all limits
            code += Math.abs(x) <= table[row + k] ? 0 : 1;
        }
        return code;
    }

    @ParameterizedTest
    @MethodSource("families")
    void blockKernelsComputeWhatTheirStepsSay(Kernels family) {
        for (Operation operation : Operation.values()) {
            for (int length : LENGTHS) {
                BlockStep step = new BlockStep(operation, length);
                ArrayKernel kernel = family.block(step);
                if (kernel != null) {
                    check(kernel, step);
                    assertThat(KernelTask.block(step).agrees(kernel)).isTrue();
                }
            }
        }
    }

    /** Faults of block kernels. */
    private enum BlockDefect {
        LARGEST_OF_ONE_SIGN(Operation.LARGEST),
        LARGEST_WITHOUT_THE_LAST(Operation.LARGEST),
        SHORT_LAST_BLOCK_IS_LOST(Operation.LARGEST),
        NUMBER_OF_THE_BLOCK_BEFORE(Operation.MULTIPLY),
        NAN_KEEPS_ITS_PAYLOAD(Operation.MULTIPLY),
        RECIPROCAL(Operation.DIVIDE),
        LIMIT_IS_EXCEEDED_WHEN_MET(Operation.CLASSIFY),
        SIGN_OF_ZERO_IS_LOST(Operation.CLASSIFY),
        SIGNED_ROW(Operation.CLASSIFY);

        final Operation operation;

        BlockDefect(Operation operation) {
            this.operation = operation;
        }

        ArrayKernel kernel(BlockStep step) {
            return new ArrayKernel() {
                @Override
                public void apply(Object src, int from, Object dst, int to, int n, long index) {
                    spoil(step, src, from, dst, to, n);
                }

                @Override
                public int produced(int n) {
                    return ScalarKernels.INSTANCE.block(step).produced(n);
                }
            };
        }

        private void spoil(BlockStep step, Object src, int from, Object dst, int to, int n) {
            ScalarKernels.INSTANCE.block(step).apply(src, from, dst, to, n, 0);
            for (int i = 0; i < n; i++) {
                int block = i / step.length();
                if (operation == Operation.LARGEST) {
                    float[] values = (float[]) src;
                    int start = from + block * step.length();
                    int end = Math.min(from + n, start + step.length());
                    float[] results = (float[]) dst;
                    switch (this) {
                        case LARGEST_OF_ONE_SIGN ->
                            results[to + block] = Math.max(0, results[to + block] * Math.signum(values[start]));
                        case LARGEST_WITHOUT_THE_LAST -> results[to + block] = largest(values, start, end - 1);
                        default -> results[to + block] = end - start < step.length() ? 0 : results[to + block];
                    }
                    continue;
                }
                BlockStep.Operands x = (BlockStep.Operands) src;
                float value = x.values()[from + i];
                int row = x.rows()[x.first() + block] & 0xff;
                switch (this) {
                    case NUMBER_OF_THE_BLOCK_BEFORE ->
                        ((float[]) dst)[to + i] =
                                canonical(value * x.table()[x.rows()[x.first() + Math.max(0, block - 1)] & 0xff]);
                    case NAN_KEEPS_ITS_PAYLOAD -> ((float[]) dst)[to + i] = value * x.table()[row];
                    case RECIPROCAL -> ((float[]) dst)[to + i] = canonical(value * (1 / x.table()[row]));
                    case LIMIT_IS_EXCEEDED_WHEN_MET ->
                        ((byte[]) dst)[to + i] = (byte) classified(Math.nextUp(value), x.table(), 8 * row);
                    case SIGN_OF_ZERO_IS_LOST ->
                        ((byte[]) dst)[to + i] = (byte) classified(value == 0 ? 0 : value, x.table(), 8 * row);
                    default ->
                        ((byte[]) dst)[to + i] = (byte) classified(value, x.table(), 8 * Math.abs((byte) row) & 0x7ff);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void seededDefectsOfBlocksAreFound(BlockDefect defect) {
        BlockStep step = new BlockStep(defect.operation, 48); // no divisor of the number of values
        assertThatThrownBy(() -> check(defect.kernel(step), step)).isInstanceOf(AssertionError.class);
        assertThat(KernelTask.block(step).agrees(defect.kernel(step))).isFalse();
    }

    // ------------------------------------------------------------------ quantisation

    private static Stream<QuantizeStep> steps() {
        return Stream.of(true, false)
                .flatMap(multiplies -> Stream.of(true, false)
                        .flatMap(first -> Stream.of(
                                new QuantizeStep(multiplies, first, 1, 0xff),
                                new QuantizeStep(multiplies, first, 1, 0xf),
                                new QuantizeStep(multiplies, first, 2, 0xffff))));
    }

    /** The integer, with exact sums and a rounding of decimal numbers. */
    private static int integer(QuantizeStep step, QuantizeStep.Operands o, float x) {
        if (Float.isNaN(x)) {
            return o.nan();
        }
        float q = step.multiplies() ? x * o.number() : x / o.number();
        if (Math.abs(q) > 1e9f) {
            return q > 0 ? o.max() : o.min();
        }
        float rounded = step.zeroFirst() ? q + o.zero() : q;
        BigDecimal sum = new BigDecimal(rounded)
                .setScale(0, RoundingMode.HALF_EVEN)
                .add(BigDecimal.valueOf(step.zeroFirst() ? 0 : o.zero()));
        return sum.max(BigDecimal.valueOf(o.min()))
                .min(BigDecimal.valueOf(o.max()))
                .intValue();
    }

    private static void check(ArrayKernel kernel, QuantizeStep step) {
        check(kernel, step, true);
        check(kernel, step, false);
    }

    private static void check(ArrayKernel kernel, QuantizeStep step, boolean signed) {
        SplittableRandom random = new SplittableRandom(step.mask());
        for (int n : new int[] {1, 7, 8, 15, 16, 17, 100, 3001}) {
            int from = random.nextInt(20);
            int to = random.nextInt(20);
            int least = signed ? -(step.mask() + 1 >> 1) : 0;
            int most = least + step.mask();
            float number = Math.scalb(1 + random.nextInt(1024) / 1024f, random.nextInt(-12, 12));
            int zero = random.nextInt(least, most + 1);
            float[] values = values(random, from + n + 3, false);
            for (int i = 0; i < values.length; i += 2) {
                // ties and integers of the range and beside it
                float q = random.nextInt(2 * least - 9, 2 * most + 9) * 0.5f - zero;
                values[i] = step.multiplies() ? q / number : q * number;
            }
            QuantizeStep.Operands src = new QuantizeStep.Operands(values, number, zero, least, most, most - 1);
            Object dst = step.bytes() == 1 ? new byte[to + n + 3] : new short[to + n + 3];
            kernel.apply(src, from, dst, to, n, 0);
            for (int i = -to; i < n + 3; i++) {
                int actual = dst instanceof byte[] b ? b[to + i] & 0xff : ((short[]) dst)[to + i] & 0xffff;
                int expected = i < 0 || i >= n ? 0 : integer(step, src, values[from + i]) & step.mask();
                assertThat(actual)
                        .as("%s of %s, n = %d, result %d", step, i < 0 || i >= n ? "" : values[from + i], n, i)
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void quantizingKernelsComputeWhatTheirStepsSay(Kernels family) {
        for (QuantizeStep step : steps().toList()) {
            ArrayKernel kernel = family.quantize(step);
            if (kernel != null) {
                check(kernel, step);
                assertThat(KernelTask.quantize(step).agrees(kernel)).isTrue();
            }
        }
        if (List.of("scalar", "table").contains(family.name())) {
            assertThat(family.quantize(new QuantizeStep(true, true, 1, 0xff))).isNotNull();
        }
    }

    /** Faults of quantising kernels. */
    private enum QuantizeDefect {
        TIES_AWAY,
        ZERO_POINT_TOO_EARLY,
        RECIPROCAL,
        NAN_SATURATES,
        RANGE_BEFORE_THE_ZERO_POINT,
        BITS_ABOVE_THE_CODE;

        ArrayKernel kernel(QuantizeStep step) {
            return (src, from, dst, to, n, index) -> {
                QuantizeStep.Operands o = (QuantizeStep.Operands) src;
                for (int i = 0; i < n; i++) {
                    float x = o.values()[from + i];
                    float q = this == RECIPROCAL ? x * (1 / o.number()) : x / o.number();
                    double rounded = switch (this) {
                        case TIES_AWAY -> Math.copySign(Math.floor(Math.abs((double) q) + 0.5), q) + o.zero();
                        case ZERO_POINT_TOO_EARLY -> Math.rint(q + o.zero());
                        case RANGE_BEFORE_THE_ZERO_POINT ->
                            Math.max(o.min(), Math.min(o.max(), Math.rint(q))) + o.zero();
                        default -> Math.rint(q) + o.zero();
                    };
                    int code = (int) Math.max(o.min(), Math.min(o.max(), rounded));
                    if (Float.isNaN(x)) {
                        code = this == NAN_SATURATES ? o.max() : o.nan();
                    }
                    ((byte[]) dst)[to + i] = (byte) (this == BITS_ABOVE_THE_CODE ? code : code & step.mask());
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void seededDefectsOfQuantizingAreFound(QuantizeDefect defect) {
        int mask = defect == QuantizeDefect.BITS_ABOVE_THE_CODE ? 0xf : 0xff;
        QuantizeStep step = new QuantizeStep(false, false, 1, mask);
        assertThatThrownBy(() -> check(defect.kernel(step), step)).isInstanceOf(AssertionError.class);
        if (defect != QuantizeDefect.RECIPROCAL) { // of 0.5 there
            assertThat(KernelTask.quantize(step).agrees(defect.kernel(step))).isFalse();
        }
    }
}
