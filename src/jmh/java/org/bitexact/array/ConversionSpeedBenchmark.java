package org.bitexact.array;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.HalfFloats;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every kind of conversion beside the copy of as many floats, which is timed again before each iteration, in processor
 * time, so that their ratio survives a noisy machine. {@code docs/conversion-speed.md} has the results; {@link ConversionSpeedReport} makes
 * them from the JSON file.
 *
 * <p>Values are normally distributed. The small array stays in the second-level cache; the large one comes from memory,
 * and its length is no power of two, so that source and target do not fall on the same cache lines.
 *
 * <pre>
 * java -jar target/benchmarks.jar ConversionSpeedBenchmark -rf json -rff conversions.json
 * </pre>
 *
 * <p>Where arrays lie in memory is chance. With {@code -p offset=48 -jvmArgsAppend -XX:ObjectAlignmentInBytes=64} they
 * begin where lines of the cache do, as elements come 16 bytes behind the beginning of an array object.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
public class ConversionSpeedBenchmark {
    /** The number of values. */
    @Param({"65536", "67000003"})
    public int size = 65_536;

    /**
     * Format and rounding mode, or {@code back}; then {@code packed}, {@code table} for the kernels without the Vector
     * API, {@code by-hand} for a kernel written for this conversion alone, {@code jdk} for the loop over the JDK's
     * half-float conversions (20 and later), {@code write} for what no decoder passes: floats that are zeros, in vectors.
     */
    @Param({
        "e4m3 rne",
        "e4m3 rne by-hand",
        "e4m3 rna",
        "e4m3 rz",
        "e4m3 ru",
        "e4m3 ro",
        "e4m3 sra",
        "e4m3 srb",
        "e4m3 src",
        "e5m2 rne",
        "e3m2 rne",
        "e2m3 rne",
        "e2m1 rne packed",
        "i4 rne packed",
        "i8 rne",
        "bf16 rne",
        "bf16 ru",
        "bf16 sra",
        "tf32 rne",
        "f16 rne",
        "f16 ru",
        "f16 rne jdk",
        "e4m3 rne table",
        "e4m3 ru table",
        "bf16 rne table",
        "e4m3 back",
        "e5m2 back",
        "e3m2 back",
        "e2m3 back",
        "e2m1 back packed",
        "i4 back packed",
        "i8 back",
        "i8 back write",
        "bf16 back",
        "tf32 back",
        "f16 back",
        "f16 back jdk",
        "e4m3 back table"
    })
    public String conversion = "e4m3 rne";

    /** Bytes of the arrays before the first value, a multiple of 4. */
    @Param("0")
    public int offset;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private float[] values;
    private float[] results;
    private Object codes;
    private int floatsFrom;
    private int codesFrom;
    private int trafficFloats;
    private ArrayCodec codec;
    private Runnable work;

    /**
     * Microseconds of processor time, the least of an iteration: of the conversion and of the copies beside which it
     * stands. Unlike the score they do not count the time in which the thread had to wait for a processor.
     */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Processor {
        /** The conversion. */
        public double conversion;
        /** Copy of as many floats as are converted. */
        public double copy;
        /** Copy of floats that moves as many bytes. */
        public double traffic;

        private double copyTime;
        private double trafficTime;
        private double least;

        /** Times the copies; the counters are cleared after this. */
        @Setup(Level.Iteration)
        public void measure(ConversionSpeedBenchmark benchmark) {
            copyTime = benchmark.copyTime(benchmark.size);
            trafficTime = benchmark.copyTime(benchmark.trafficFloats);
            least = Double.MAX_VALUE;
        }

        private void measured(double micros) {
            least = Math.min(least, micros);
            conversion = least;
            copy = copyTime;
            traffic = trafficTime;
        }
    }

    /** Draws the values and prepares the conversion. */
    @Setup
    public void prepare() {
        List<String> words = Arrays.asList(conversion.split(" "));
        // read once, when the first codec is made
        System.setProperty("org.bitexact.kernel", family(words));
        ScalarFormat format = FormatNames.scalar(words.get(0)).format();
        boolean back = words.get(1).equals("back");
        boolean packed = words.contains("packed");
        Rounding mode = back ? Rounding.TIES_TO_EVEN : Rounding.parse(words.get(1));
        Codec plain = Codec.of(format);
        int randomBits = format.equals(Formats.BINARY16) ? 10 : 16;
        codec = ArrayCodec.of(mode.isStochastic() ? plain.stochastic(mode, randomBits) : plain.rounding(mode));
        int bytes = format.containerBits() / 8;
        int dense = (size + 1) / 2;
        floatsFrom = offset / Float.BYTES;
        codesFrom = offset / bytes;
        int length = codesFrom + (packed ? dense : size);
        codes = bytes == 1 ? new byte[length] : bytes == 2 ? new short[length] : new int[length];
        long codeBytes = packed ? dense : (long) size * bytes;
        values = new float[floatsFrom + size];
        trafficFloats = (int) ((4L * size + codeBytes) / 8);
        results = new float[floatsFrom + size];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < size; i++) {
            int at = floatsFrom + i;
            values[at] = i < 1 << 20 ? ArrayCodecBenchmark.gaussian(random) : values[at - (1 << 20)];
        }
        if (packed) {
            codec = codec.packed(Packing.lowFirst(format.width()));
        }
        encode();
        checkByHand();
        if (words.contains("jdk") && !HalfFloats.PRESENT) {
            throw new IllegalStateException("the JDK converts half floats from 20 on: " + conversion);
        }
        work = words.contains("by-hand")
                ? this::byHand
                : words.contains("write")
                        ? this::write
                        : words.contains("jdk") ? back ? this::jdkBack : this::jdk : back ? this::decode : this::encode;
    }

    /** The family that wins on an idle machine; a busy one may delay the choice. */
    private static String family(List<String> words) {
        boolean nearest = words.get(1).equals("rne") || words.get(1).equals("back");
        boolean half = words.get(0).equals("f16") && Runtime.version().feature() >= 20;
        return words.contains("table") ? "table" : half && nearest ? "jdk" : "vector";
    }

    /** The kernels compared must do the same. */
    private void checkByHand() {
        if (conversion.endsWith("by-hand")) {
            byte[] expected = ((byte[]) codes).clone();
            byHand();
            int end = INTS.loopBound(size);
            if (seen == 0 || !Arrays.equals(expected, 0, codesFrom + end, (byte[]) codes, 0, codesFrom + end)) {
                throw new IllegalStateException("the kernel written by hand gives other codes");
            }
        }
    }

    private double copyTime(int n) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 9; i++) {
            best = Math.min(best, time(() -> System.arraycopy(values, floatsFrom, results, floatsFrom, n)));
        }
        return best;
    }

    /** Microseconds of processor time that a task takes, from as many runs as the clock needs. */
    private double time(Runnable task) {
        int runs = runs();
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < runs; i++) {
            task.run();
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1000.0 / runs;
    }

    private int runs() {
        return Math.max(1, (1 << 22) / size);
    }

    /** Converts all values, the small array several times. */
    @Benchmark
    public Object convert(Processor processor) {
        processor.measured(time(work));
        return codes;
    }

    private void encode() {
        if (codes instanceof byte[] bytes) {
            codec.encode(values, floatsFrom, bytes, codesFrom, size);
        } else if (codes instanceof short[] shorts) {
            codec.encode(values, floatsFrom, shorts, codesFrom, size);
        } else {
            codec.encode(values, floatsFrom, (int[]) codes, codesFrom, size);
        }
    }

    private void decode() {
        if (codes instanceof byte[] bytes) {
            codec.decode(bytes, codesFrom, results, floatsFrom, size);
        } else if (codes instanceof short[] shorts) {
            codec.decode(shorts, codesFrom, results, floatsFrom, size);
        } else {
            codec.decode((int[]) codes, codesFrom, results, floatsFrom, size);
        }
    }

    private void jdk() {
        float[] src = values;
        short[] dst = (short[]) codes;
        for (int i = 0; i < size; i++) {
            dst[codesFrom + i] = HalfFloats.of(src[floatsFrom + i]);
        }
    }

    private void jdkBack() {
        short[] src = (short[]) codes;
        float[] dst = results;
        for (int i = 0; i < size; i++) {
            dst[floatsFrom + i] = HalfFloats.toFloat(src[codesFrom + i]);
        }
    }

    private void write() {
        float[] dst = results;
        int end = FLOATS.loopBound(size);
        for (int i = 0; i < end; i = Math.addExact(i, FLOATS.length())) {
            FloatVector.zero(FLOATS).intoArray(dst, floatsFrom + i);
        }
    }

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(INTS.vectorBitSize() / 4));

    private int seen;

    /** E4M3, ties to even, overflow to NaN, with literals for all parameters; the last values are left out. */
    private void byHand() {
        byte[] dst = (byte[]) codes;
        IntVector largest = IntVector.zero(INTS);
        int end = INTS.loopBound(size);
        for (int i = 0; i < end; i = Math.addExact(i, INTS.length())) {
            IntVector b = FloatVector.fromArray(FLOATS, values, floatsFrom + i).reinterpretAsInts();
            IntVector a = b.and(0x7fff_ffff);
            largest = largest.max(a);
            IntVector x = a.min(0x43f0_0000); // 480, where the NaN would be
            IntVector e = x.and(0x7f80_0000).max(0x3c80_0000); // 2^-6
            IntVector sum = x.reinterpretAsFloats()
                    .add(e.add((20 << 23) + (-(0x3c80_0000 >>> 20) & 0x003f_ffff))
                            .reinterpretAsFloats())
                    .reinterpretAsInts();
            IntVector code = sum.add(e.lanewise(VectorOperators.LSHR, 20));
            IntVector sign = b.lanewise(VectorOperators.LSHR, 24).and(0x80);
            ((ByteVector) code.or(sign).convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(dst, codesFrom + i);
        }
        seen = largest.reduceLanes(VectorOperators.MAX);
    }
}
