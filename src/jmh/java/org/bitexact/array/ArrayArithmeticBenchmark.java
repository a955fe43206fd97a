package org.bitexact.array;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
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
 * <p>Values are normally distributed. The warm-up is long enough for vector kernels to be tried and compiled. The second
 * command lets array and scalar loop take turns in one process, and prints processor time and ratio of each.
 *
 * <pre>
 * java -jar target/benchmarks.jar ArrayArithmeticBenchmark -p format=f16 -p rounding=rne,ru
 * java --add-modules jdk.incubator.vector -cp target/benchmarks.jar org.bitexact.array.ArrayArithmeticBenchmark f16,bf16 rne,ru
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

    /** Nanoseconds in which a vector kernel is tried, compiled and taken. */
    private static final long WARM_UP = 3_000_000_000L;

    private static final int TURNS = 100;
    private static final int RUNS = 8;

    /** What the results add up to, so that they are needed. */
    long sum;

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

    /**
     * Prints nanoseconds of an element, array, array with flags and scalar loop, and how many times as fast the array is.
     *
     * @param args names of formats and of rounding modes, separated by commas
     */
    public static void main(String[] args) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        System.out.println("format rounding operation  array  flags  scalar  scalar/array");
        for (String format : args[0].split(",")) {
            for (String rounding : args[1].split(",")) {
                for (String operation : new String[] {"add", "mul", "div", "sqrt", "fma"}) {
                    ArrayArithmeticBenchmark b = new ArrayArithmeticBenchmark();
                    b.format = format;
                    b.rounding = rounding;
                    b.operation = operation;
                    b.kernel = System.getProperty("org.bitexact.kernel", "auto");
                    b.prepare();
                    double[] best = b.race(threads);
                    System.out.printf(
                            Locale.ROOT,
                            "%-6s %-8s %-9s %6.3f %6.3f %7.3f %13.1f%n",
                            format,
                            rounding,
                            operation,
                            best[0],
                            best[1],
                            best[2],
                            best[2] / best[0]);
                }
            }
        }
    }

    /** {@return nanoseconds an element: array, array with flags, scalar; the best turn of each} */
    private double[] race(ThreadMXBean threads) {
        double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
            sum += array()[0];
        }
        for (int turn = 0; turn < TURNS; turn++) {
            for (int who = 0; who < best.length; who++) {
                long start = threads.getCurrentThreadCpuTime();
                for (int i = 0; i < RUNS; i++) {
                    short[] codes = who == 0 ? array() : who == 1 ? arrayWithFlags() : scalar();
                    sum += codes[i];
                }
                double nanos = threads.getCurrentThreadCpuTime() - start;
                best[who] = Math.min(best[who], nanos / RUNS / SIZE);
            }
        }
        return best;
    }
}
