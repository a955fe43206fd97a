package org.bitexact.array;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Policies;
import org.bitexact.onnx.ProtocolBuffer;

/**
 * Conversions of this library beside those of ONNX Runtime on one thread: {@code Cast} to and from 16- and 8-bit floats,
 * {@code QuantizeLinear} to integers and 8-bit floats.
 *
 * <p>A turn of either converts an array several times; what counts is the processor time of the thread. ONNX Runtime takes
 * memory for its results from an arena, as in every model. Its interface for Java knows no tensors of 8-bit floats, and it
 * has no kernel of {@code Shape} for them: such a result is an output of the model that nobody asks for, which is
 * computed all the same, beside the shape of the input; codes to be decoded are a constant of the model.
 *
 * <p>Run it with the classes of the library and the benchmarks and the jar of ONNX Runtime alone on the class path; with all
 * jars of tests and benchmarks ONNX Runtime can crash. The argument is the number of values.
 */
public final class ConversionRivals {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TURNS = 25;
    /** Nanoseconds before the turns, in which kernels are tried and compiled. */
    private static final long WARM_UP = 2_500_000_000L;

    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final Map<String, Integer> TYPES =
            Map.of("u8", 2, "i8", 3, "f16", 10, "bf16", 16, "e4m3", 17, "e5m2", 19); // TensorProto.DataType
    private static final List<String> CASTS = List.of("f16", "bf16", "e4m3", "e5m2");
    private static final List<String> QUANTIZED = List.of("i8", "u8", "e4m3", "e5m2");

    private interface Contestant {
        void convert() throws OrtException;
    }

    private ConversionRivals() {}

    /**
     * Prints a line for each conversion.
     *
     * @param args number of values
     * @throws OrtException if ONNX Runtime fails
     */
    public static void main(String[] args) throws OrtException {
        int n = Integer.parseInt(args[0]);
        float[] values = new float[n];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < n; i++) {
            values[i] = ArrayCodecBenchmark.gaussian(random);
        }
        for (String name : CASTS) {
            // Cast saturates for 8-bit floats alone
            Policies policies = name.endsWith("16") ? Policies.IEEE : Policies.IEEE.saturating();
            print("Cast to " + name, race(ours(name, policies, values), encoding("Cast", name, values), n), n);
        }
        for (String name : CASTS) {
            Object codes = codes(name, n);
            ArrayCodec codec = codec(name, Policies.IEEE);
            codec.encode(FloatBuffer.wrap(values), buffer(codes));
            float[] back = new float[n];
            print(
                    "Cast from " + name,
                    race(() -> codec.decode(buffer(codes), FloatBuffer.wrap(back)), decoding(name, codes, n), n),
                    n);
        }
        for (String name : QUANTIZED) {
            print(
                    "QuantizeLinear to " + name,
                    race(ours(name, Policies.IEEE.saturating(), values), encoding("QuantizeLinear", name, values), n),
                    n);
        }
    }

    private static void print(String what, double[] times, int n) {
        System.out.printf(
                Locale.ROOT,
                "%-23s %9d values: bitexact %6.2f G/s, ONNX Runtime %6.2f G/s, ratio %.2f%n",
                what,
                n,
                n / times[0],
                n / times[1],
                times[1] / times[0]);
    }

    private static double[] race(Contestant a, Contestant b, int n) throws OrtException {
        for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
            a.convert();
        }
        int runs = Math.max(1, (1 << 20) / n);
        double[][] times = new double[2][TURNS];
        for (int turn = -TURNS; turn < TURNS; turn++) {
            for (int who = 0; who < 2; who++) {
                long start = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < runs; i++) {
                    (who == 0 ? a : b).convert();
                }
                times[who][Math.max(turn, 0)] = (double) (THREADS.getCurrentThreadCpuTime() - start) / runs;
            }
        }
        Arrays.sort(times[0]);
        Arrays.sort(times[1]);
        return new double[] {times[0][TURNS / 4], times[1][TURNS / 4]};
    }

    private static ArrayCodec codec(String name, Policies policies) {
        return ArrayCodec.of(Codec.of(FormatNames.scalar(name).format(), policies));
    }

    private static Object codes(String name, int n) {
        return FormatNames.scalar(name).format().width() == 16 ? new short[n] : new byte[n];
    }

    /** {@return a view of an array, which the array layer uses as it lies} */
    private static Buffer buffer(Object codes) {
        return codes instanceof short[] shorts ? ShortBuffer.wrap(shorts) : ByteBuffer.wrap((byte[]) codes);
    }

    private static Contestant ours(String name, Policies policies, float[] values) {
        ArrayCodec codec = codec(name, policies);
        Object codes = codes(name, values.length);
        return () -> codec.encode(FloatBuffer.wrap(values), buffer(codes));
    }

    private static Contestant encoding(String operator, String name, float[] values) throws OrtException {
        int n = values.length;
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = session(encoder(operator, TYPES.get(name), n));
        ByteBuffer direct = ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder());
        direct.asFloatBuffer().put(values);
        OnnxTensor x = OnnxTensor.createTensor(environment, direct.asFloatBuffer(), new long[] {n});
        return () -> session.run(Map.of("x", x), Set.of("shape")).close();
    }

    private static Contestant decoding(String name, Object codes, int n) throws OrtException {
        ByteBuffer raw =
                ByteBuffer.allocate(codes instanceof short[] ? 2 * n : n).order(ByteOrder.LITTLE_ENDIAN);
        if (codes instanceof short[] shorts) {
            raw.asShortBuffer().put(shorts);
        } else {
            raw.put((byte[]) codes);
        }
        OrtSession session = session(decoder(TYPES.get(name), raw.array(), n));
        return () -> session.run(Map.of(), Set.of("y")).close();
    }

    private static OrtSession session(byte[] model) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT); // constants are not folded
        return OrtEnvironment.getEnvironment().createSession(model, options);
    }

    // ------------------------------------------------------------------ a model of one operator, as a protocol buffer

    private static byte[] encoder(String operator, int type, int n) {
        ProtocolBuffer node = new ProtocolBuffer().text(1, "x");
        ProtocolBuffer graph = new ProtocolBuffer();
        if (operator.equals("QuantizeLinear")) {
            node.text(1, "scale").text(1, "zero");
            byte[] one = {0, 0, (byte) 0x80, 0x3f};
            graph.message(
                            5,
                            new ProtocolBuffer()
                                    .number(2, FLOAT)
                                    .text(8, "scale")
                                    .content(9, one))
                    .message(
                            5,
                            new ProtocolBuffer().number(2, type).text(8, "zero").content(9, new byte[1]));
        }
        node.text(2, "y").text(4, operator);
        if (operator.equals("Cast")) {
            node.message(5, integer("to", type));
        }
        graph.message(1, node);
        graph.message(1, new ProtocolBuffer().text(1, "x").text(2, "shape").text(4, "Shape"));
        graph.message(11, tensor("x", FLOAT, n)).message(12, tensor("y", type, n));
        return model(graph.message(12, tensor("shape", INT64, 1)));
    }

    private static byte[] decoder(int type, byte[] codes, int n) {
        ProtocolBuffer node =
                new ProtocolBuffer().text(1, "c").text(2, "y").text(4, "Cast").message(5, integer("to", FLOAT));
        ProtocolBuffer constant =
                new ProtocolBuffer().number(1, n).number(2, type).text(8, "c").content(9, codes);
        return model(new ProtocolBuffer().message(1, node).message(5, constant).message(12, tensor("y", FLOAT, n)));
    }

    private static ProtocolBuffer integer(String name, int value) {
        return new ProtocolBuffer().text(1, name).number(3, value).number(20, 2);
    }

    private static byte[] model(ProtocolBuffer graph) {
        return new ProtocolBuffer()
                .number(1, 9)
                .message(7, graph.text(2, "g"))
                .message(8, new ProtocolBuffer().text(1, "").number(2, 19))
                .toByteArray();
    }

    private static ProtocolBuffer tensor(String name, int type, int n) {
        ProtocolBuffer shape = new ProtocolBuffer().message(1, new ProtocolBuffer().number(1, n));
        ProtocolBuffer tensor = new ProtocolBuffer().number(1, type).message(2, shape);
        return new ProtocolBuffer().text(1, name).message(2, new ProtocolBuffer().message(1, tensor));
    }
}
