package org.bitexact.kernel;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cost of one product in a matrix product of 96 x 96 x 96, on one thread, by rule.
 *
 * <p>Operands are numbers of random sign and significand, with exponents from -4 to 3 (fewer in the narrow formats).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(MatrixProductBenchmark.N * MatrixProductBenchmark.N * MatrixProductBenchmark.N)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class MatrixProductBenchmark {
    static final int N = 96;

    /** Name of the operands' format. */
    @Param({"bf16", "e4m3"})
    public String format = "bf16";

    /** What the sum is made by. */
    @Param({"fma-f32", "fma-f32-rz", "fma-f16", "fma-bf16-sr", "fma-f64", "fused4-f32", "exact-f32", "pairwise-f32"})
    public String rule = "fma-f32";

    private final long[] a = new long[N * N];
    private final long[] b = new long[N * N];
    private final long[] d = new long[N * N];
    private final byte[] bytesA = new byte[N * N];
    private final byte[] bytesB = new byte[N * N];
    private final int[] integers = new int[N * N];
    private Gemm gemm = Gemm.fp32(Formats.BFLOAT16, Formats.BFLOAT16);
    private final Gemm integer =
            Gemm.of(IntegerDot.of(Formats.INT8, Formats.INT8)).threads(1);

    private static Accumulation accumulation(String name) {
        Codec f32 = Codec.of(Formats.BINARY32);
        return switch (name) {
            case "fma-f32" -> Accumulation.fma(f32);
            case "fma-f32-rz" -> Accumulation.fma(f32.rounding(Rounding.TOWARD_ZERO));
            case "fma-f16" -> Accumulation.fma(Codec.of(Formats.BINARY16));
            case "fma-bf16-sr" -> Accumulation.fma(Codec.of(Formats.BFLOAT16).stochastic(Rounding.STOCHASTIC_A, 16));
            case "fma-f64" -> Accumulation.fma(Codec.of(Formats.BINARY64));
            case "fused4-f32" -> Accumulation.fused(4, f32);
            case "exact-f32" -> Accumulation.exact(f32);
            case "pairwise-f32" -> Accumulation.pairwise(f32);
            default -> throw new IllegalArgumentException("rule: " + name);
        };
    }

    /** Draws the operands. */
    @Setup
    public void prepare() {
        FloatFormat f = (FloatFormat) FormatNames.scalar(format).format();
        Codec codec = Codec.of(f);
        SplittableRandom random = new SplittableRandom(1);
        for (long[] operands : new long[][] {a, b}) {
            for (int i = 0; i < operands.length; i++) {
                double magnitude = Math.scalb(1 + random.nextDouble(), random.nextInt(8) - 4);
                operands[i] = codec.encode(random.nextBoolean() ? -magnitude : magnitude);
            }
        }
        random.nextBytes(bytesA);
        random.nextBytes(bytesB);
        gemm = Gemm.of(FloatDot.of(f, f, accumulation(rule))).threads(1);
    }

    /** A floating-point rule. */
    @Benchmark
    public long[] multiply() {
        gemm.multiply(Matrix.of(a, N, N), Matrix.of(b, N, N), Matrix.of(d, N, N));
        return d;
    }

    /** INT8 into INT32; the parameters do not matter. */
    @Benchmark
    public int[] multiplyIntegers() {
        integer.multiply(Matrix.of(bytesA, N, N), Matrix.of(bytesB, N, N), Matrix.of(integers, N, N));
        return integers;
    }
}
