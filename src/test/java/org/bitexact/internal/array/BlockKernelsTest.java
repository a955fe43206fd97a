package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
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

    // ------------------------------------------------------------------ scales that are powers of two

    private static Stream<MxEncoding> encodings() {
        return Stream.of("mxfp8_e4m3", "mxfp8_e5m2", "mxfp6_e3m2", "mxfp6_e2m3", "mxfp4", "mxint8")
                .map(name -> FormatNames.block(name).element())
                .flatMap(element -> Stream.of(Rounding.TIES_TO_EVEN, Rounding.TIES_TO_AWAY)
                        .flatMap(mode -> IntStream.of(LENGTHS)
                                .mapToObj(length -> new MxEncoding(
                                        element, Policies.IEEE.saturating().withRounding(mode), length))));
    }

    /** A rule for scales: 2^-emax times the power of two below the largest magnitude, or above it, or near it. */
    private static MxEncoding.Operands rule(MxEncoding step, float[] values, int which) {
        int emax = step.target() instanceof FloatFormat f ? f.emax() : 0;
        return new MxEncoding.Operands(values, which == 0 ? 0 : which == 1 ? 0x7f_ffff : 0x2a_aaab, -emax);
    }

    /** Blocks of all magnitudes, with ties of the elements; zeros, subnormal numbers, few infinities and NaNs. */
    private static float[] blocks(SplittableRandom random, int from, int n, int length) {
        float[] values = values(random, n, true);
        int exponent = 0;
        for (int i = 0; i < n; i++) {
            if (i % length == from % length) {
                exponent = random.nextInt(4) == 0 ? random.nextInt(-160, 128) : random.nextInt(-20, 20);
            }
            values[i] = switch (random.nextInt(500)) {
                case 0 -> Float.NaN;
                case 1 -> Float.NEGATIVE_INFINITY;
                default -> {
                    int bits = random.nextInt(1 << 24) & -1 << random.nextInt(24);
                    float x = Math.scalb(1 + (bits & 0x7f_ffff) * 0x1p-23f, exponent - random.nextInt(12));
                    x = Math.min(x, Float.MAX_VALUE);
                    yield Math.copySign(i % 9 == 0 ? i % 2 * x * 0x1p-24f : x, values[i]);
                }
            };
        }
        return values;
    }

    /** Checks a kernel on runs of many lengths and places, with exact products. */
    private static void check(ArrayKernel kernel, MxEncoding step) {
        SplittableRandom random = new SplittableRandom(step.length());
        Codec codec = Codec.of(step.target(), step.policies());
        int length = step.length();
        for (int n : new int[] {1, Math.max(1, length - 1), length, 3 * length + 1, 40 * length, 2500, 2533}) {
            int blocks = (n + length - 1) / length;
            int from = random.nextInt(20);
            int to = random.nextInt(20);
            int first = random.nextInt(20);
            float[] values = blocks(random, from, from + n + 5, length);
            MxEncoding.Operands src = rule(step, values, n % 3);
            byte[] codes = new byte[to + n + 7];
            byte[] scales = new byte[first + blocks + 7];
            Arrays.fill(codes, (byte) 77);
            Arrays.fill(scales, (byte) 77);
            kernel.apply(src, from, new MxEncoding.Coded(codes, scales, first), to, n, 0);
            byte[] expectedCodes = codes.clone();
            byte[] expectedScales = scales.clone();
            Arrays.fill(expectedCodes, (byte) 77);
            Arrays.fill(expectedScales, (byte) 77);
            for (int b = 0; b < blocks; b++) {
                int start = from + b * length;
                int end = Math.min(from + n, start + length);
                int pattern = Float.floatToRawIntBits(largest(values, start, end));
                int scale = Math.floorDiv(pattern + src.add(), 1 << 23) + src.offset();
                scale = pattern >= 0x7f80_0000 ? 255 : scale < 0 ? 0 : scale > 254 ? 254 : scale;
                expectedScales[first + b] = (byte) scale;
                for (int i = start; i < end; i++) {
                    double x = values[i] * Math.pow(2, 127 - scale);
                    expectedCodes[to + i - from] = (byte) (scale == 255 ? 0 : codec.encode(x));
                }
            }
            assertThat(scales).as("scales of %s, n = %d", step, n).isEqualTo(expectedScales);
            assertThat(codes).as("%s, n = %d", step, n).isEqualTo(expectedCodes);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void mxKernelsComputeWhatTheirStepsSay(Kernels family) {
        for (MxEncoding step : encodings().toList()) {
            ArrayKernel kernel = family.mx(step);
            if (kernel != null) {
                check(kernel, step);
                assertThat(KernelTask.mx(step).agrees(kernel)).as("%s", step).isTrue();
            }
        }
        MxEncoding usual = new MxEncoding(Formats.OCP_E4M3, Policies.IEEE.saturating(), 32);
        assertThat(family.mx(usual) != null).isEqualTo(!family.name().equals("jdk"));
    }

    /** Faults of kernels that choose powers of two. */
    private enum MxDefect {
        SCALE_IS_NOT_ROUNDED,
        SCALE_OF_THE_BLOCK_BEFORE,
        SCALE_BELOW_THE_SMALLEST,
        SHORT_LAST_BLOCK_IS_LOST,
        SECOND_TILE_HAS_SCALES_OF_THE_FIRST,
        TIES_TO_ODD,
        SIGN_OF_ZERO_IS_LOST,
        NAN_BLOCK_KEEPS_ELEMENTS,
        NAN_SCALE_IS_THE_LARGEST;

        ArrayKernel kernel(MxEncoding step) {
            return (src, from, dst, to, n, index) -> {
                MxEncoding.Operands x = (MxEncoding.Operands) src;
                MxEncoding.Coded y = (MxEncoding.Coded) dst;
                ScalarKernels.INSTANCE.mx(step).apply(src, from, dst, to, n, 0);
                Codec codec = Codec.of(step.target(), step.policies());
                byte[] right = y.scales().clone();
                for (int i = 0; i < n; i++) {
                    int b = i / step.length();
                    int at = y.first() + b;
                    float value = x.values()[from + i];
                    int scale = right[at] & 0xff;
                    boolean isNan = scale == 255;
                    int start = from + b * step.length();
                    int end = Math.min(from + n, start + step.length());
                    int pattern = Float.floatToRawIntBits(largest(x.values(), start, end));
                    scale = switch (this) {
                        case SCALE_IS_NOT_ROUNDED -> Math.max(0, Math.min(254, (pattern >>> 23) + x.offset()));
                        case SCALE_OF_THE_BLOCK_BEFORE -> right[Math.max(y.first(), at - 1)] & 0xff;
                        case SCALE_BELOW_THE_SMALLEST -> scale == 0 ? 255 : scale;
                        case SECOND_TILE_HAS_SCALES_OF_THE_FIRST -> right[y.first() + b % 32] & 0xff;
                        default -> scale;
                    };
                    double q = value * Math.pow(2, 127 - scale);
                    int code = codec.encode(q);
                    boolean last = (b + 1) * step.length() > n;
                    code = switch (this) {
                        case SHORT_LAST_BLOCK_IS_LOST -> last ? 0 : code;
                        case TIES_TO_ODD -> odd(codec, q, code);
                        case SIGN_OF_ZERO_IS_LOST -> value == 0 ? 0 : code;
                        default -> code;
                    };
                    boolean cleared = isNan && this != NAN_BLOCK_KEEPS_ELEMENTS;
                    y.codes()[to + i] = (byte) (cleared ? 0 : code);
                    y.scales()[at] = (byte) (isNan ? this == NAN_SCALE_IS_THE_LARGEST ? 254 : 255 : scale);
                }
            };
        }

        private static int odd(Codec codec, double q, int even) {
            int other = even ^ 1;
            boolean tie = Math.abs(codec.decode(other) - q) == Math.abs(codec.decode(even) - q);
            return tie ? other : even;
        }
    }

    @ParameterizedTest
    @EnumSource
    void seededDefectsOfPowersOfTwoAreFound(MxDefect defect) {
        MxEncoding step = new MxEncoding(Formats.OCP_E4M3, Policies.IEEE.saturating(), 48);
        assertThatThrownBy(() -> check(defect.kernel(step), step)).isInstanceOf(AssertionError.class);
        assertThat(KernelTask.mx(step).agrees(defect.kernel(step))).isFalse();
    }

    // ------------------------------------------------------------------ scales and elements by limits

    /** Limits of E4M3 scales that are quotients of magnitudes and a divisor. */
    private static LimitEncoding.Scales scaleLimits(double divisor) {
        Codec codec = Codec.of(Formats.OCP_E4M3);
        int[] limits = new int[0x80];
        limits[0] = -1;
        limits[0x7f] = 0x7f7f_ffff;
        for (int k = 1; k < 0x7f; k++) {
            double product = (codec.decode(k - 1) + codec.decode(k)) / 2 * divisor; // exact
            float below = (float) product;
            boolean even = (k & 1) == 0;
            limits[k] =
                    Float.floatToRawIntBits(below > product || even && below == product ? Math.nextDown(below) : below);
        }
        return new LimitEncoding.Scales((float) (1 / divisor), 3, -6, limits);
    }

    /** How many limits are exceeded. */
    private static int counted(int pattern, LimitEncoding.Scales scales) {
        int code = 0;
        for (int k = 1; k < 0x7f; k++) {
            code += pattern > scales.limits()[k] ? 1 : 0;
        }
        return pattern >= 0x7f80_0000 ? 255 : code;
    }

    private static LimitEncoding.Operands limited(SplittableRandom random, int from, int n, int length) {
        LimitEncoding.Scales scales =
                scaleLimits(6 * (double) Math.scalb(1 + random.nextInt(1 << 23) * 0x1p-23f, random.nextInt(-40, 40)));
        float[] values = values(random, from + n + 5, false);
        float largest = 1;
        for (int i = 0; i < values.length; i++) {
            if (i % length == from % length) {
                largest = Float.intBitsToFloat(scales.limits()[random.nextInt(1, 0x7f)] + random.nextInt(2));
                values[i] = largest;
            } else if (random.nextInt(100) != 0) {
                values[i] = Math.copySign(largest * random.nextInt(13) / 12, values[i]);
            }
        }
        float[] table = new float[256 * BlockStep.LIMITS + BlockStep.BEYOND];
        for (int i = 0; i < table.length; i++) {
            float scale = Float.intBitsToFloat(Math.max(1, scales.limits()[Math.min(0x7f, i / 8)]));
            table[i] = scale * (i % 8) / 6;
        }
        return new LimitEncoding.Operands(values, scales, table);
    }

    private static void check(ArrayKernel kernel, LimitEncoding step) {
        SplittableRandom random = new SplittableRandom(step.length());
        int length = step.length();
        for (int n : new int[] {1, Math.max(1, length - 1), length, 3 * length + 1, 70 * length, 2500, 2533}) {
            int blocks = (n + length - 1) / length;
            int from = random.nextInt(20);
            int to = random.nextInt(20);
            int first = random.nextInt(20);
            LimitEncoding.Operands src = limited(random, from, n, length);
            byte[] codes = new byte[to + n + 7];
            byte[] scales = new byte[first + blocks + 7];
            Arrays.fill(codes, (byte) 77);
            Arrays.fill(scales, (byte) 77);
            byte[] expectedCodes = codes.clone();
            byte[] expectedScales = scales.clone();
            kernel.apply(src, from, new MxEncoding.Coded(codes, scales, first), to, n, 0);
            for (int i = 0; i < n; i++) {
                int start = from + i / length * length;
                float largest = largest(src.values(), start, Math.min(from + n, start + length));
                int scale = counted(Float.floatToRawIntBits(largest), src.scales());
                expectedScales[first + i / length] = (byte) scale;
                expectedCodes[to + i] =
                        (byte) (scale == 255 ? 0 : classified(src.values()[from + i], src.table(), 8 * scale));
            }
            assertThat(scales).as("scales of %s, n = %d", step, n).isEqualTo(expectedScales);
            assertThat(codes).as("%s, n = %d", step, n).isEqualTo(expectedCodes);
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void limitKernelsComputeWhatTheirStepsSay(Kernels family) {
        for (int length : LENGTHS) {
            LimitEncoding step = new LimitEncoding(length);
            ArrayKernel kernel = family.limits(step);
            if (kernel != null) {
                check(kernel, step);
                assertThat(KernelTask.limits(step).agrees(kernel))
                        .as("%s", step)
                        .isTrue();
            }
        }
    }

    /** Faults of kernels that encode by limits. */
    private enum LimitDefect {
        LIMIT_OF_A_SCALE_IS_EXCEEDED_WHEN_MET,
        SCALE_IS_THE_QUOTIENT_CUT,
        SUBNORMAL_SCALES_ARE_ZERO,
        SHORT_LAST_BLOCK_IS_LOST,
        SECOND_PIECE_HAS_SCALES_OF_THE_FIRST,
        NAN_BLOCK_KEEPS_ELEMENTS;

        ArrayKernel kernel(LimitEncoding step) {
            return (src, from, dst, to, n, index) -> {
                LimitEncoding.Operands x = (LimitEncoding.Operands) src;
                MxEncoding.Coded y = (MxEncoding.Coded) dst;
                ScalarKernels.INSTANCE.limits(step).apply(src, from, dst, to, n, 0);
                byte[] right = y.scales().clone();
                for (int i = 0; i < n; i++) {
                    int b = i / step.length();
                    int at = y.first() + b;
                    int start = from + b * step.length();
                    float largest = largest(x.values(), start, Math.min(from + n, start + step.length()));
                    int pattern = Float.floatToRawIntBits(largest);
                    int scale = right[at] & 0xff;
                    int cut = Float.floatToRawIntBits(largest * x.scales().factor())
                                    - x.scales().rebias()
                            >>> 20;
                    boolean isNan = scale == 255;
                    scale = isNan
                            ? 255
                            : switch (this) {
                                case LIMIT_OF_A_SCALE_IS_EXCEEDED_WHEN_MET ->
                                    Math.min(0x7e, counted(pattern + 1, x.scales()));
                                case SCALE_IS_THE_QUOTIENT_CUT -> scale < 8 ? scale : Math.min(0x7e, cut);
                                case SUBNORMAL_SCALES_ARE_ZERO -> scale < 8 ? 0 : scale;
                                case SECOND_PIECE_HAS_SCALES_OF_THE_FIRST -> right[y.first() + b % 64] & 0xff;
                                default -> scale;
                            };
                    boolean lost = this == SHORT_LAST_BLOCK_IS_LOST && (b + 1) * step.length() > n;
                    boolean cleared = lost || isNan && this != NAN_BLOCK_KEEPS_ELEMENTS;
                    y.scales()[at] = (byte) scale;
                    y.codes()[to + i] = (byte) (cleared ? 0 : classified(x.values()[from + i], x.table(), 8 * scale));
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void seededDefectsOfLimitsAreFound(LimitDefect defect) {
        LimitEncoding step = new LimitEncoding(24);
        assertThatThrownBy(() -> check(defect.kernel(step), step)).isInstanceOf(AssertionError.class);
        assertThat(KernelTask.limits(step).agrees(defect.kernel(step))).isFalse();
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
