package org.bitexact.kernel;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.codec.Codec;
import org.bitexact.engine.Engines;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.LoopSelection;
import org.bitexact.internal.array.PlainLoops;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of a square matrix product on one thread, by operands and family of loops: {@code n^3} pairs of factors.
 *
 * <p>The default contract from four formats, integers and bits, and tensor cores by name. Beside other libraries {@code
 * MatrixSpeed} measures, product by product in one process.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SquareProductBenchmark {
    /** Rows and columns. */
    @Param({"384", "1024"})
    public int n = 384;

    /** A format, {@code xor}, or an engine. */
    @Param({
        "f32",
        "bf16",
        "f16",
        "e4m3",
        "i8",
        "i4",
        "u1",
        "xor",
        "nvidia.volta.mma.f16.f32",
        "nvidia.ampere.mma.f16.f32",
        "nvidia.hopper.wgmma.bf16.f32",
        "nvidia.ada.mma.e4m3.f32"
    })
    public String operands = "f32";

    /** The loops: {@code vector} or {@code plain}; engines without loops of the family go element by element. */
    @Param({"vector", "plain"})
    public String loops = "vector";

    private final SplittableRandom random = new SplittableRandom(1);
    private Gemm gemm = Gemm.fp32(Formats.BINARY32, Formats.BINARY32);
    private Matrix a = Matrix.of(new float[0], 0, 0);
    private Matrix b = a;
    private Matrix d = a;

    private static DotProduct rule(String name) {
        if (name.equals("xor")) {
            return IntegerDot.xorPopcount();
        } else if (name.startsWith("nvidia.")) {
            return Engines.get(name);
        }
        ScalarFormat f = FormatNames.scalar(name).format();
        return f instanceof IntFormat i ? IntegerDot.of(i, i) : FloatDot.of(f, f);
    }

    /** Draws the operands. */
    @Setup
    public void prepare() {
        DotProduct rule = rule(operands);
        gemm = Gemm.of(rule).threads(1).loops(loops.equals("plain") ? PlainLoops.INSTANCE : LoopSelection.vector());
        a = matrix(rule.formatA());
        b = matrix(rule.formatB());
        d = rule.formatD() instanceof FloatFormat ? Matrix.of(new float[n * n], n, n) : Matrix.of(new int[n * n], n, n);
    }

    /** Numbers of random sign and significand, with exponents from -4 to 3, fewer in the narrow formats. */
    private Matrix matrix(ScalarFormat format) {
        Codec codec = Codec.of(format);
        byte[] bytes = new byte[n * n];
        short[] shorts = new short[n * n];
        float[] floats = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            double magnitude = Math.scalb(1 + random.nextDouble(), random.nextInt(8) - 4);
            long code = format instanceof IntFormat
                    ? random.nextLong() & format.codeMask()
                    : codec.encode(random.nextBoolean() ? -magnitude : magnitude);
            bytes[i] = (byte) code;
            shorts[i] = (short) code;
            floats[i] = Float.intBitsToFloat((int) code);
        }
        return format.width() <= 8
                ? Matrix.of(bytes, n, n)
                : format.width() <= 16 ? Matrix.of(shorts, n, n) : Matrix.of(floats, n, n);
    }

    /** The product. */
    @Benchmark
    public Matrix multiply() {
        gemm.multiply(a, b, d);
        return d;
    }
}
