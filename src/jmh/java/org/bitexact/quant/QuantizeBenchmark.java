package org.bitexact.quant;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.IntFormat;
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
 * Time to quantise a whole array, beside the copy of as many floats, and a copy that moves as many bytes as quantising does.
 *
 * <p>Values are normally distributed. The length is no power of two, so that source and target do not fall on the same cache
 * lines; the large array comes from memory. The warm-up is long enough for vector kernels to be tried and compiled.
 *
 * <pre>
 * java -jar target/benchmarks.jar QuantizeBenchmark -p size=30000003
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx2g"})
public class QuantizeBenchmark {
    /** The number of values. */
    @Param({"65536", "30000003"})
    public int size = 65_536;

    /** The format: an integer format, with one scale for the whole array and a division a value, as in ONNX, or a block
     * format. */
    @Param({"i8", "mxfp4", "mxfp8_e4m3", "nvfp4"})
    public String format = "i8";

    private float[] values;
    private float[] results;
    private byte[] codes;
    private byte[] traffic;
    private byte[] trafficCopy;
    private byte[] scales;
    private Quantizer integers;
    private BlockCodec blocks;
    private TensorScale tensor;

    /** Draws the values and prepares the quantiser. */
    @Setup
    public void prepare() {
        values = new float[size];
        results = new float[size];
        codes = new byte[size];
        traffic = new byte[(int) (2.5 * size)];
        trafficCopy = new byte[traffic.length];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < size; i++) {
            double r = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
            values[i] = (float) (r * Math.cos(2 * Math.PI * random.nextDouble()));
        }
        float amax = BlockCodec.amax(values, 0, size);
        if (FormatNames.find(format).map(r -> r.format()).orElse(null) instanceof IntFormat f) {
            integers = Quantizer.of(f, QuantizeRule.ONNX, Affine.symmetric(amax, f));
        } else {
            BlockFormat block = FormatNames.block(format);
            blocks = BlockCodec.of(block);
            tensor = blocks.tensorScale(amax);
            scales = new byte[blocks.blocks(size) * blocks.scaleBytes()];
        }
        quantize();
    }

    /** Yardstick: a copy of the values. */
    @Benchmark
    public float[] copy() {
        System.arraycopy(values, 0, results, 0, size);
        return results;
    }

    /** Yardstick: reads and writes 5 bytes a value together, as {@link #quantize} and {@link #dequantize} do. */
    @Benchmark
    public byte[] copyOfSameTraffic() {
        System.arraycopy(traffic, 0, trafficCopy, 0, traffic.length);
        return trafficCopy;
    }

    /** The largest magnitude, which scales of whole tensors need beforehand. */
    @Benchmark
    public float amax() {
        return BlockCodec.amax(values, 0, size);
    }

    /** From {@code float[]} into codes, one a byte, and scales. */
    @Benchmark
    public byte[] quantize() {
        if (blocks == null) {
            integers.quantize(values, 0, codes, 0, size);
        } else {
            blocks.encode(values, 0, codes, 0, scales, 0, size, tensor, 0, 0);
        }
        return codes;
    }

    /** From codes and scales into {@code float[]}. */
    @Benchmark
    public float[] dequantize() {
        if (blocks == null) {
            integers.dequantize(codes, 0, results, 0, size);
        } else {
            blocks.decode(codes, 0, scales, 0, results, 0, size, tensor);
        }
        return results;
    }
}
