package org.bitexact.array;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.HalfFloats;
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
 * Time of one conversion of a whole array, beside the copy of an array of as many floats and the half-float loops of JDK
 * 20 and later.
 *
 * <p>Values are normally distributed. The small array stays in the second-level cache; the large one comes from memory,
 * and its length is no power of two, so that source and target do not fall on the same cache lines. The warm-up is long
 * enough for vector kernels to be tried and compiled.
 *
 * <pre>
 * java -jar target/benchmarks.jar ArrayCodecBenchmark -p format=e4m3 -p kernel=auto,table -p rounding=rne,ru,sra
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx3g"})
public class ArrayCodecBenchmark {
    /** The number of values. */
    @Param({"65536", "67000003"})
    public int size = 65_536;

    /** Name of the format. */
    @Param({"e4m3", "e5m2", "e2m1", "f16", "bf16", "tf32", "i8"})
    public String format = "e4m3";

    /** Short name of the rounding mode; stochastic ones take 16 random bits. */
    @Param("rne")
    public String rounding = "rne";

    /** Family of kernels. */
    @Param("auto")
    public String kernel = "auto";

    private float[] values;
    private float[] results;
    private Object codes;
    private FloatBuffer source;
    private ByteBuffer direct;
    private ArrayCodec codec;
    private final Flags flags = new Flags();

    /** Draws the values and prepares the codec. */
    @Setup
    public void prepare() {
        // read once, when the first codec is made
        System.setProperty("org.bitexact.kernel", kernel);
        values = new float[size];
        results = new float[size];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < size; i++) {
            values[i] = gaussian(random);
        }
        ScalarFormat target = FormatNames.scalar(format).format();
        Rounding mode = Rounding.parse(rounding);
        Codec plain = Codec.of(target);
        codec = ArrayCodec.of(mode.isStochastic() ? plain.stochastic(mode, 16) : plain.rounding(mode));
        int bytes = target.containerBits() / 8;
        codes = bytes == 1 ? new byte[size] : bytes == 2 ? new short[size] : new int[size];
        source = FloatBuffer.wrap(values);
        direct = ByteBuffer.allocateDirect(size * bytes);
        encode();
    }

    /** The sum of eight 16-bit numbers is close enough to a normal distribution. */
    static float gaussian(SplittableRandom random) {
        int sum = 0;
        for (int words = 0; words < 2; words++) {
            for (long word = random.nextLong(); word != 0; word >>>= 16) {
                sum += (int) word & 0xffff;
            }
        }
        return (sum - 4 * 65_535) * 0x1.4p-16f;
    }

    /** Yardstick: a copy of the values. */
    @Benchmark
    public float[] copy() {
        System.arraycopy(values, 0, results, 0, size);
        return results;
    }

    /** From {@code float[]} into the narrowest array. */
    @Benchmark
    public Object encode() {
        if (codes instanceof byte[] bytes) {
            codec.encode(values, 0, bytes, 0, size);
        } else if (codes instanceof short[] shorts) {
            codec.encode(values, 0, shorts, 0, size);
        } else {
            codec.encode(values, 0, (int[]) codes, 0, size);
        }
        return codes;
    }

    /** From the narrowest array into {@code float[]}. */
    @Benchmark
    public float[] decode() {
        if (codes instanceof byte[] bytes) {
            codec.decode(bytes, 0, results, 0, size);
        } else if (codes instanceof short[] shorts) {
            codec.decode(shorts, 0, results, 0, size);
        } else {
            codec.decode((int[]) codes, 0, results, 0, size);
        }
        return results;
    }

    /** As {@link #encode}, with flags. */
    @Benchmark
    public Object encodeWithFlags() {
        flags.clear();
        codec.withFlags(flags).encode(source.clear(), direct.clear());
        return flags;
    }

    /** Into a direct buffer. */
    @Benchmark
    public Buffer encodeIntoBuffer() {
        codec.encode(source.clear(), direct.clear());
        return direct;
    }

    /** Values of binary64. */
    @State(Scope.Thread)
    public static class Doubles {
        private double[] values;

        /** Draws the values. */
        @Setup
        public void prepare(ArrayCodecBenchmark benchmark) {
            SplittableRandom random = new SplittableRandom(2);
            values = new double[benchmark.size];
            for (int i = 0; i < values.length; i++) {
                values[i] = gaussian(random) * (1 + random.nextDouble() * 0x1p-20);
            }
        }
    }

    /** From {@code double[]} into the narrowest array. */
    @Benchmark
    public Object encodeDoubles(Doubles doubles) {
        if (codes instanceof byte[] bytes) {
            codec.encode(doubles.values, 0, bytes, 0, size);
        } else if (codes instanceof short[] shorts) {
            codec.encode(doubles.values, 0, shorts, 0, size);
        } else {
            codec.encode(doubles.values, 0, (int[]) codes, 0, size);
        }
        return codes;
    }

    /** Codes of the format into BF16. */
    @State(Scope.Thread)
    public static class Bfloat16 {
        private ArrayConverter converter;
        private short[] codes;

        /** Prepares the converter. */
        @Setup
        public void prepare(ArrayCodecBenchmark benchmark) {
            converter = ArrayConverter.of(benchmark.codec.codec().format(), Codec.of(Formats.BFLOAT16));
            codes = new short[benchmark.size];
        }
    }

    /** From the format's codes into BF16 codes. */
    @Benchmark
    public short[] convert(Bfloat16 target) {
        target.converter.convert(codes, 0, target.codes, 0, size);
        return target.codes;
    }

    /** The JDK's own conversions, which 17 does not have. */
    @State(Scope.Thread)
    public static class Jdk {
        private short[] halves;

        /** Makes the codes. */
        @Setup
        public void prepare(ArrayCodecBenchmark benchmark) {
            if (!HalfFloats.PRESENT) {
                throw new UnsupportedOperationException("the yardstick needs JDK 20 or later");
            }
            halves = new short[benchmark.size];
            ArrayCodec.of(Codec.of(Formats.BINARY16)).encode(benchmark.values, 0, halves, 0, halves.length);
        }
    }

    /** Yardstick: binary32 to binary16 by the JDK. */
    @Benchmark
    public short[] jdkToHalf(Jdk jdk) {
        float[] src = values;
        short[] dst = jdk.halves;
        for (int i = 0; i < src.length; i++) {
            dst[i] = HalfFloats.of(src[i]);
        }
        return dst;
    }

    /** Yardstick: binary16 to binary32 by the JDK. */
    @Benchmark
    public float[] jdkFromHalf(Jdk jdk) {
        short[] src = jdk.halves;
        float[] dst = results;
        for (int i = 0; i < src.length; i++) {
            dst[i] = HalfFloats.toFloat(src[i]);
        }
        return dst;
    }
}
