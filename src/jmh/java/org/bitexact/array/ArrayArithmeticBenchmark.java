package org.bitexact.array;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
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
 * Time of one element of an operation on arrays of 16-bit codes, beside the loop over the scalar operation.
 *
 * <p>Values are normally distributed. The warm-up is long enough for vector kernels to be tried and compiled.
 *
 * <pre>
 * java -jar target/benchmarks.jar ArrayArithmeticBenchmark -p format=f16 -p rounding=rne,ru
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ArrayArithmeticBenchmark.SIZE)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector"})
public class ArrayArithmeticBenchmark {
    /** Elements of an array. */
    static final int SIZE = 65_536;

    /** Name of a format of 16 bits. */
    @Param({"f16", "bf16"})
    public String format = "f16";

    /** Short name of the rounding mode. */
    @Param({"rne", "ru"})
    public String rounding = "rne";

    /** Name of the operation. */
    @Param({"add", "mul", "div", "sqrt", "fma"})
    public String operation = "fma";

    /** Family of kernels. */
    @Param("auto")
    public String kernel = "auto";

    private final short[] x = new short[SIZE];
    private final short[] y = new short[SIZE];
    private final short[] z = new short[SIZE];
    private final short[] results = new short[SIZE];
    private final Flags flags = new Flags();
    private ArrayArithmetic array;
    private ArrayArithmetic flagging;
    private Arithmetic scalar;
    private int mask;

    /** Draws the values. */
    @Setup
    public void prepare() {
        System.setProperty("org.bitexact.kernel", kernel);
        Codec codec = Codec.of(FormatNames.scalar(format).format()).rounding(Rounding.parse(rounding));
        scalar = Arithmetic.of(codec);
        array = ArrayArithmetic.of(scalar);
        flagging = array.withFlags(flags);
        mask = (int) codec.format().codeMask();
        SplittableRandom random = new SplittableRandom(1);
        for (short[] codes : new short[][] {x, y, z}) {
            for (int i = 0; i < SIZE; i++) {
                double value = gaussian(random);
                codes[i] = (short) codec.encode(operation.equals("sqrt") ? Math.abs(value) : value);
            }
        }
    }

    /** The sum of eight numbers is close enough to a normal distribution. */
    private static double gaussian(SplittableRandom random) {
        double sum = -4;
        for (int i = 0; i < 8; i++) {
            sum += random.nextDouble();
        }
        return 1.25 * sum;
    }

    /** The whole array. */
    @Benchmark
    public short[] array() {
        return run(array);
    }

    /** The whole array, with flags. */
    @Benchmark
    public short[] arrayWithFlags() {
        flags.clear();
        return run(flagging);
    }

    private short[] run(ArrayArithmetic arithmetic) {
        switch (operation) {
            case "add" -> arithmetic.add(x, 0, y, 0, results, 0, SIZE);
            case "mul" -> arithmetic.multiply(x, 0, y, 0, results, 0, SIZE);
            case "div" -> arithmetic.divide(x, 0, y, 0, results, 0, SIZE);
            case "sqrt" -> arithmetic.squareRoot(x, 0, results, 0, SIZE);
            default -> arithmetic.fma(x, 0, y, 0, z, 0, results, 0, SIZE);
        }
        return results;
    }

    /** Yardstick: the scalar operation, element by element. */
    @Benchmark
    public short[] scalar() {
        int m = mask;
        switch (operation) {
            case "add" -> {
                for (int i = 0; i < SIZE; i++) {
                    results[i] = (short) scalar.add(x[i] & m, y[i] & m);
                }
            }
            case "mul" -> {
                for (int i = 0; i < SIZE; i++) {
                    results[i] = (short) scalar.multiply(x[i] & m, y[i] & m);
                }
            }
            case "div" -> {
                for (int i = 0; i < SIZE; i++) {
                    results[i] = (short) scalar.divide(x[i] & m, y[i] & m);
                }
            }
            case "sqrt" -> {
                for (int i = 0; i < SIZE; i++) {
                    results[i] = (short) scalar.squareRoot(x[i] & m);
                }
            }
            default -> {
                for (int i = 0; i < SIZE; i++) {
                    results[i] = (short) scalar.fma(x[i] & m, y[i] & m, z[i] & m);
                }
            }
        }
        return results;
    }
}
