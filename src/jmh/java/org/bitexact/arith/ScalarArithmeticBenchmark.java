package org.bitexact.arith;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
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
 * Cost of one operation of {@link Arithmetic}: ties to even without flags, and toward +infinity with all five.
 *
 * <p>Operands are 4096 numbers of random sign and significand, with exponents from -4 to 3 (fewer in the 8-bit formats).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ScalarArithmeticBenchmark.N)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class ScalarArithmeticBenchmark {
    static final int N = 4096;

    /** Name of the format. */
    @Param({"f16", "bf16", "e4m3"})
    public String format = "f16";

    private Arithmetic nearest =
            Arithmetic.of(Codec.of((FloatFormat) FormatNames.scalar("f16").format()));
    private Arithmetic up = nearest;
    private final int[] x = new int[N];
    private final int[] y = new int[N];
    private final int[] z = new int[N];

    /** Draws the operands. */
    @Setup
    public void prepare() {
        Codec codec = Codec.of((FloatFormat) FormatNames.scalar(format).format());
        nearest = Arithmetic.of(codec);
        up = Arithmetic.of(codec.rounding(Rounding.TOWARD_POSITIVE));
        SplittableRandom random = new SplittableRandom(1);
        for (int[] operands : new int[][] {x, y, z}) {
            for (int i = 0; i < N; i++) {
                double magnitude = Math.scalb(1 + random.nextDouble(), random.nextInt(8) - 4);
                operands[i] = codec.encode(random.nextBoolean() ? -magnitude : magnitude);
            }
        }
    }

    /** Sums. */
    @Benchmark
    public int add() {
        int sum = 0;
        for (int i = 0; i < N; i++) {
            sum += nearest.add(x[i], y[i]);
        }
        return sum;
    }

    /** Sums with flags. */
    @Benchmark
    public long addUpWithFlags() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += up.addWithFlags(x[i], y[i]);
        }
        return sum;
    }

    /** Products. */
    @Benchmark
    public int multiply() {
        int sum = 0;
        for (int i = 0; i < N; i++) {
            sum += nearest.multiply(x[i], y[i]);
        }
        return sum;
    }

    /** Products with flags. */
    @Benchmark
    public long multiplyUpWithFlags() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += up.multiplyWithFlags(x[i], y[i]);
        }
        return sum;
    }

    /** Quotients. */
    @Benchmark
    public int divide() {
        int sum = 0;
        for (int i = 0; i < N; i++) {
            sum += nearest.divide(x[i], y[i]);
        }
        return sum;
    }

    /** Quotients with flags. */
    @Benchmark
    public long divideUpWithFlags() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += up.divideWithFlags(x[i], y[i]);
        }
        return sum;
    }

    /** Square roots of positive numbers. */
    @Benchmark
    public int squareRoot() {
        int positive = (int) nearest.result().format().codeMask() >>> 1;
        int sum = 0;
        for (int i = 0; i < N; i++) {
            sum += nearest.squareRoot(x[i] & positive);
        }
        return sum;
    }

    /** Square roots with flags. */
    @Benchmark
    public long squareRootUpWithFlags() {
        int positive = (int) up.result().format().codeMask() >>> 1;
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += up.squareRootWithFlags(x[i] & positive);
        }
        return sum;
    }

    /** Fused multiply-adds. */
    @Benchmark
    public int fma() {
        int sum = 0;
        for (int i = 0; i < N; i++) {
            sum += nearest.fma(x[i], y[i], z[i]);
        }
        return sum;
    }

    /** Fused multiply-adds with flags. */
    @Benchmark
    public long fmaUpWithFlags() {
        long sum = 0;
        for (int i = 0; i < N; i++) {
            sum += up.fmaWithFlags(x[i], y[i], z[i]);
        }
        return sum;
    }
}
