package org.bitexact.array;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/**
 * Conversions of this library beside those of ONNX Runtime, {@code Cast} and {@code QuantizeLinear}, on one thread.
 *
 * <p>A turn of either converts an array several times, for as long as the clock needs; what counts is the processor time
 * of the thread. ONNX Runtime takes memory for its results from an arena, as in every model. Start with {@code
 * -Dorg.bitexact.kernel=vector}, and {@code auto} for f16 on JDK 20 and later. Arguments: number of values, formats.
 */
public final class ConversionRivals {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int TURNS = 25;
    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final Map<String, Integer> TYPES =
            Map.of("i8", 3, "f16", 10, "bf16", 16, "e4m3", 17, "e5m2", 19); // TensorProto.DataType

    private interface Contestant {
        void convert() throws OrtException;
    }

    private ConversionRivals() {}

    /**
     * Prints a line for each format.
     *
     * @param args number of values and names of formats
     * @throws OrtException if ONNX Runtime fails
     */
    public static void main(String[] args) throws OrtException {
        int n = Integer.parseInt(args[0]);
        float[] values = new float[n];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < n; i++) {
            values[i] = ArrayCodecBenchmark.gaussian(random);
        }
        for (String name : Arrays.asList(args).subList(1, args.length)) {
            double[] times = race(ours(name, values), rival(name, values), n);
            System.out.printf(
                    Locale.ROOT,
                    "%-5s %9d values: bitexact %6.2f G/s, ONNX Runtime %6.2f G/s, ratio %.2f%n",
                    name,
                    n,
                    n / times[0],
                    n / times[1],
                    times[1] / times[0]);
        }
    }

    private static double[] race(Contestant a, Contestant b, int n) throws OrtException {
        int runs = Math.max(1, (1 << 22) / n);
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

    private static Contestant ours(String name, float[] values) {
        ScalarFormat format = FormatNames.scalar(name).format();
        // both operators saturate
        ArrayCodec codec = ArrayCodec.of(Codec.of(format, Policies.IEEE.saturating()));
        int n = values.length;
        if (format.width() == 16) {
            short[] codes = new short[n];
            return () -> codec.encode(values, 0, codes, 0, n);
        }
        byte[] codes = new byte[n];
        return () -> codec.encode(values, 0, codes, 0, n);
    }

    private static Contestant rival(String name, float[] values) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT); // the shape is a constant
        OrtSession session = environment.createSession(model(TYPES.get(name), values.length), options);
        ByteBuffer direct = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder());
        direct.asFloatBuffer().put(values);
        OnnxTensor x = OnnxTensor.createTensor(environment, direct.asFloatBuffer(), new long[] {values.length});
        return () -> session.run(Map.of("x", x)).close();
    }

    // ------------------------------------------------------------------ a model of one operator, as a protocol buffer

    private static byte[] model(int type, int n) {
        Message node = new Message().text(1, "x");
        Message graph = new Message();
        if (type == 3) {
            node.text(1, "scale").text(1, "zero").text(2, "y").text(4, "QuantizeLinear");
            graph.message(5, new Message().number(2, FLOAT).text(8, "scale").content(9, new byte[] {
                                0, 0, (byte) 0x80, 0x3f
                            }))
                    .message(5, new Message().number(2, type).text(8, "zero").content(9, new byte[1]));
        } else {
            node.text(2, "y")
                    .text(4, "Cast")
                    .message(5, new Message().text(1, "to").number(3, type).number(20, 2)); // an integer
        }
        // the interface for Java knows no tensors of 8-bit floats, so the model gives their shape
        Message shape = new Message().text(1, "y").text(2, "shape").text(4, "Shape");
        graph.message(1, node).message(1, shape).text(2, "g");
        graph.message(11, tensor("x", FLOAT, n)).message(12, tensor("shape", INT64, 1));
        return new Message()
                .number(1, 9)
                .message(7, graph)
                .message(8, new Message().text(1, "").number(2, 19))
                .bytes
                .toByteArray();
    }

    private static Message tensor(String name, int type, int n) {
        Message shape = new Message().message(1, new Message().number(1, n));
        Message tensor = new Message().number(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A protocol buffer under construction. */
    private static final class Message {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private void varint(long value) {
            long rest = value;
            for (; rest >= 0x80; rest >>>= 7) {
                bytes.write((int) (rest & 0x7f | 0x80));
            }
            bytes.write((int) rest);
        }

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return content(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return content(field, value.bytes.toByteArray());
        }

        Message content(int field, byte[] content) {
            varint((long) field << 3 | 2);
            varint(content.length);
            bytes.writeBytes(content);
            return this;
        }
    }
}
