package org.bitexact.kernel;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.engine.Engines;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.onnx.ProtocolBuffer;

/**
 * Square matrix products of this library beside those of ONNX Runtime, each on one thread.
 *
 * <p>The contestants take turns, one product each, and what counts is the processor time of the thread, so that other
 * load on the machine disturbs all of them alike. Arguments: sizes, and names of engines to add. The table gives 10^9
 * pairs of factors a second, from the median time, and the medians of the ratios to ONNX Runtime's product of binary32
 * numbers, and to its product of signed bytes, in the same turn.
 */
public final class MatrixSpeed {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** Processor time for each contestant. */
    private static final double SECONDS = Double.parseDouble(System.getProperty("seconds", "4"));
    /** Which contestants run beside ONNX Runtime: a regular expression. */
    private static final String CONTESTANTS = System.getProperty("contestants", ".*");

    private final int n;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Contestant> contestants = new LinkedHashMap<>();

    private interface Contestant {
        void multiply() throws OrtException;
    }

    private MatrixSpeed(int n) {
        this.n = n;
    }

    /**
     * Prints a table for each size.
     *
     * @param args sizes and names of engines
     * @throws OrtException if ONNX Runtime fails
     */
    public static void main(String[] args) throws OrtException {
        for (String size : args) {
            if (size.matches("\\d+")) {
                MatrixSpeed speed = new MatrixSpeed(Integer.parseInt(size));
                speed.enter(args);
                speed.run();
            }
        }
    }

    private void enter(String[] args) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        contestants.put("onnxruntime f32", rival(environment, "MatMul", OnnxJavaType.FLOAT, OnnxJavaType.FLOAT));
        contestants.put("onnxruntime int8", rival(environment, "MatMulInteger", OnnxJavaType.INT8, OnnxJavaType.INT32));
        contestants.put(
                "onnxruntime uint8", rival(environment, "MatMulInteger", OnnxJavaType.UINT8, OnnxJavaType.INT32));
        for (FloatFormat f :
                new FloatFormat[] {Formats.BINARY32, Formats.BFLOAT16, Formats.BINARY16, Formats.OCP_E4M3}) {
            contestants.put(f.name(), gemm(FloatDot.of(f, f)));
        }
        for (IntFormat f : new IntFormat[] {Formats.INT8, Formats.INT4, Formats.UINT1}) {
            contestants.put(f.name(), gemm(IntegerDot.of(f, f)));
        }
        contestants.put("xor", gemm(IntegerDot.xorPopcount()));
        for (String name : args) {
            if (!name.matches("\\d+")) {
                contestants.put(name, gemm(Engines.get(name)));
            }
        }
    }

    private Contestant gemm(DotProduct rule) {
        Gemm gemm = Gemm.of(rule).threads(1);
        Matrix a = operand(rule.formatA());
        Matrix b = operand(rule.formatB());
        Matrix d = rule.formatD() instanceof FloatFormat f
                ? f.width() == 16 ? Matrix.of(new short[n * n], n, n) : Matrix.of(new float[n * n], n, n)
                : Matrix.of(new int[n * n], n, n);
        return () -> gemm.multiply(a, b, d);
    }

    /** Numbers of random sign and significand, with exponents from -4 to 3, fewer in the narrow formats. */
    private Matrix operand(ScalarFormat format) {
        Codec codec = Codec.of(format);
        byte[] bytes = new byte[n * n];
        short[] shorts = new short[n * n];
        int[] ints = new int[n * n];
        float[] floats = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            double magnitude = Math.scalb(1 + random.nextDouble(), random.nextInt(8) - 4);
            long code = format instanceof IntFormat
                    ? random.nextLong() & format.codeMask()
                    : codec.encode(random.nextBoolean() ? -magnitude : magnitude);
            bytes[i] = (byte) code;
            shorts[i] = (short) code;
            ints[i] = (int) code;
            floats[i] = Float.intBitsToFloat((int) code);
        }
        return format.width() <= 8
                ? Matrix.of(bytes, n, n)
                : format.width() <= 16
                        ? Matrix.of(shorts, n, n)
                        : format == Formats.BINARY32 ? Matrix.of(floats, n, n) : Matrix.of(ints, n, n);
    }

    // ------------------------------------------------------------------ ONNX Runtime

    private Contestant rival(OrtEnvironment environment, String operator, OnnxJavaType in, OnnxJavaType out)
            throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        OrtSession session = environment.createSession(model(operator, in, out), options);
        OnnxTensor a = tensor(environment, in, true);
        OnnxTensor b = tensor(environment, in, true);
        OnnxTensor d = tensor(environment, out, false);
        return () ->
                session.run(Map.of("a", a, "b", b), Set.of(), Map.of("d", d)).close();
    }

    private OnnxTensor tensor(OrtEnvironment environment, OnnxJavaType type, boolean fill) throws OrtException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(n * n * type.size).order(ByteOrder.nativeOrder());
        if (fill) {
            for (int i = 0; i < n * n; i++) {
                if (type == OnnxJavaType.FLOAT) {
                    buffer.putFloat(4 * i, (float) random.nextDouble(-1, 1));
                } else {
                    buffer.put(i, (byte) random.nextInt());
                }
            }
        }
        return OnnxTensor.createTensor(environment, buffer, new long[] {n, n}, type);
    }

    /** A model of one operator, d = operator(a, b), as a protocol buffer. */
    private byte[] model(String operator, OnnxJavaType in, OnnxJavaType out) {
        ProtocolBuffer node =
                new ProtocolBuffer().text(1, "a").text(1, "b").text(2, "d").text(4, operator);
        ProtocolBuffer graph = new ProtocolBuffer()
                .message(1, node)
                .text(2, "g")
                .message(11, value("a", in))
                .message(11, value("b", in))
                .message(12, value("d", out));
        return new ProtocolBuffer()
                .number(1, 8)
                .message(7, graph)
                .message(8, new ProtocolBuffer().text(1, "").number(2, 13))
                .toByteArray();
    }

    private ProtocolBuffer value(String name, OnnxJavaType type) {
        ProtocolBuffer dimension = new ProtocolBuffer().number(1, n);
        ProtocolBuffer shape = new ProtocolBuffer().message(1, dimension).message(1, dimension);
        int code = type == OnnxJavaType.FLOAT ? 1 : type == OnnxJavaType.UINT8 ? 2 : type == OnnxJavaType.INT8 ? 3 : 6;
        ProtocolBuffer tensor = new ProtocolBuffer().number(1, code).message(2, shape);
        return new ProtocolBuffer().text(1, name).message(2, new ProtocolBuffer().message(1, tensor));
    }
    // ------------------------------------------------------------------ the race

    private void run() throws OrtException {
        contestants.keySet().removeIf(name -> !name.startsWith("onnxruntime") && !name.matches(CONTESTANTS));
        String[] names = contestants.keySet().toArray(new String[0]);
        Contestant[] all = contestants.values().toArray(new Contestant[0]);
        for (Contestant contestant : all) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < 3 || THREADS.getCurrentThreadCpuTime() - start < 1e9 * SECONDS / 2; i++) {
                contestant.multiply();
            }
        }
        double[][] times = new double[all.length][10_000];
        int turns = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        double limit = 1e9 * SECONDS / 2 * all.length;
        while (turns < 5 || turns < 10_000 && THREADS.getCurrentThreadCpuTime() - start < limit) {
            for (int i = 0; i < all.length; i++) {
                int who = (i + turns) % all.length;
                long before = THREADS.getCurrentThreadCpuTime();
                all[who].multiply();
                times[who][turns] = THREADS.getCurrentThreadCpuTime() - before;
            }
            turns++;
        }
        System.out.printf(
                Locale.ROOT, "%d x %d x %d, %d turns, Java %s%n", n, n, n, turns, System.getProperty("java.version"));
        for (int i = 0; i < all.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "%-40s %8.2f G/s %7.3f of f32 %7.3f of int8%n",
                    names[i],
                    (double) n * n * n / median(times[i], null, turns),
                    median(times[0], times[i], turns),
                    median(times[1], times[i], turns));
        }
    }

    private static double median(double[] x, double[] divisor, int turns) {
        double[] all = new double[turns];
        for (int i = 0; i < turns; i++) {
            all[i] = x[i] / (divisor == null ? 1 : divisor[i]);
        }
        Arrays.sort(all);
        return all[turns / 2];
    }
}
