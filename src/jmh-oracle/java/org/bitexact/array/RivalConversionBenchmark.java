package org.bitexact.array;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.jmh.Rival;
import org.bitexact.jmh.Turns;
import org.bitexact.onnx.Models;
import org.bitexact.onnx.ProtocolBuffer;
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
 * Conversions of this library on one thread beside those of ONNX Runtime, which take turns with them: {@code Cast} to and
 * from 16- and 8-bit floats, {@code QuantizeLinear} to integers and 8-bit floats. {@code ratio} tells how many times as
 * fast ours are; {@code docs/conversion-speed.md} has the results.
 *
 * <p>A turn converts an array several times. ONNX Runtime takes memory for its results from an arena, as in every model.
 * Its interface for Java knows no tensors of 8-bit floats, and it has no kernel of {@code Shape} for them: such a result
 * is an output of the model that nobody asks for, which is computed all the same, beside the shape of the input; codes to
 * be decoded are a constant of the model.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 1, time = 2) // JMH adds up the counters of several
@Fork(1)
@OperationsPerInvocation(RivalConversionBenchmark.REPEATS)
public class RivalConversionBenchmark {
    /** Conversions a turn. */
    static final int REPEATS = 16;

    private static void repeat(Rival.Task task) throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            task.run();
        }
    }

    /** Our conversion. */
    @State(Scope.Thread)
    public static class Conversion {
        /** Time in which kernels are tried and compiled: beside a slow rival nothing comes to that. */
        private static final long WARM_UP_NANOS = 2_500_000_000L;

        /** The number of values. */
        @Param("65536")
        public int size = 65_536;

        /** Operator of ONNX, and format; {@code Cast from} decodes. */
        @Param({
            "Cast to f16",
            "Cast to bf16",
            "Cast to e4m3",
            "Cast to e5m2",
            "Cast from f16",
            "Cast from bf16",
            "Cast from e4m3",
            "Cast from e5m2",
            "QuantizeLinear to i8",
            "QuantizeLinear to u8",
            "QuantizeLinear to e4m3",
            "QuantizeLinear to e5m2"
        })
        public String conversion = "Cast to f16";

        private String operator = "";
        private boolean back;
        private String format = "";
        private float[] values = {};
        private Object codes = values;
        private Rival.Task work = () -> {};

        /** Draws the values. */
        @Setup
        public void prepare() throws Exception {
            String[] words = conversion.split(" ");
            operator = words[0];
            back = words[1].equals("from");
            format = words[2];
            values = new float[size];
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < size; i++) {
                values[i] = ArrayCodecBenchmark.gaussian(random);
            }
            ScalarFormat f = FormatNames.scalar(format).format();
            // Cast saturates for 8-bit floats alone
            boolean saturating = !back && f.width() == 8;
            ArrayCodec codec = ArrayCodec.of(Codec.of(f, saturating ? Policies.IEEE.saturating() : Policies.IEEE));
            codes = f.width() == 16 ? new short[size] : new byte[size];
            codec.encode(FloatBuffer.wrap(values), buffer());
            float[] results = new float[size];
            work = back
                    ? () -> codec.decode(buffer(), FloatBuffer.wrap(results))
                    : () -> codec.encode(FloatBuffer.wrap(values), buffer());
            for (long end = System.nanoTime() + WARM_UP_NANOS; System.nanoTime() < end; ) {
                work.run();
            }
        }

        /** A view of the codes, which the array layer uses as they lie. */
        private Buffer buffer() {
            return codes instanceof short[] shorts ? ShortBuffer.wrap(shorts) : ByteBuffer.wrap((byte[]) codes);
        }
    }

    /** A model of one operator. */
    public static class OnnxRuntime extends Rival {
        /** Makes it. */
        public OnnxRuntime() {
            super(false);
        }

        /** Makes the model of a conversion. */
        @Setup
        public void prepare(Conversion ours) throws OrtException {
            Task task = ours.back ? decoding(ours) : encoding(ours);
            does(() -> repeat(task));
        }

        private static Task encoding(Conversion ours) throws OrtException {
            int n = ours.size;
            ByteBuffer direct = ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder());
            direct.asFloatBuffer().put(ours.values);
            OnnxTensor x =
                    OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), direct.asFloatBuffer(), new long[] {n});
            OrtSession session = Models.session(encoder(ours.operator, ours.format, n));
            return () -> session.run(Map.of("x", x), Set.of("shape")).close();
        }

        private static ProtocolBuffer encoder(String operator, String format, int n) {
            ProtocolBuffer graph = new ProtocolBuffer();
            if (operator.equals("QuantizeLinear")) {
                byte[] one = {0, 0, (byte) 0x80, 0x3f};
                graph.message(5, constant("scale", "f32", one))
                        .message(5, constant("zero", format, new byte[1]))
                        .message(1, Models.node(operator, "y", "x", "scale", "zero"));
            } else {
                graph.message(1, cast("x", format));
            }
            return graph.message(1, Models.node("Shape", "shape", "x"))
                    .message(11, Models.tensor("x", "f32", n))
                    .message(12, Models.tensor("y", format, n))
                    .message(12, Models.tensor("shape", "i64", 1));
        }

        private static Task decoding(Conversion ours) throws OrtException {
            int n = ours.size;
            ByteBuffer raw = ByteBuffer.allocate(ours.codes instanceof short[] ? 2 * n : n)
                    .order(ByteOrder.LITTLE_ENDIAN);
            if (ours.codes instanceof short[] shorts) {
                raw.asShortBuffer().put(shorts);
            } else {
                raw.put((byte[]) ours.codes);
            }
            OrtSession session = Models.session(new ProtocolBuffer()
                    .message(1, cast("c", "f32"))
                    .message(5, constant("c", ours.format, raw.array()).number(1, n))
                    .message(12, Models.tensor("y", "f32", n)));
            return () -> session.run(Map.of(), Set.of("y")).close();
        }

        private static ProtocolBuffer cast(String input, String to) {
            return Models.node("Cast", "y", input)
                    .message(
                            5,
                            new ProtocolBuffer()
                                    .text(1, "to")
                                    .number(3, Models.TYPES.get(to))
                                    .number(20, 2));
        }

        /** A constant, a single number unless it gets a dimension. */
        private static ProtocolBuffer constant(String name, String type, byte[] content) {
            return new ProtocolBuffer()
                    .number(2, Models.TYPES.get(type))
                    .text(8, name)
                    .content(9, content);
        }
    }

    /** Our conversions. */
    @Benchmark
    public void besideOnnxRuntime(Conversion ours, OnnxRuntime rival, Turns turns) throws Exception {
        turns.take(rival, () -> repeat(ours.work));
    }
}
