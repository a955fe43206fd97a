package org.bitexact.kernel;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.jmh.Rival;
import org.bitexact.jmh.Turns;
import org.bitexact.onnx.Models;
import org.bitexact.onnx.ProtocolBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Square matrix products on one thread beside those of ONNX Runtime, which take turns with them: {@code MatMul} of
 * binary32 numbers, {@code MatMulInteger} of bytes for integers. {@code ratio} tells how many times as fast ours are;
 * {@code docs/matrix-speed.md} has the results.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 1, time = 5) // JMH adds up the counters of several
@Fork(1)
public class RivalProductBenchmark {
    /** A model of one operator. */
    public static class OnnxRuntime extends Rival {
        /** Makes it. */
        public OnnxRuntime() {
            super(false);
        }

        /** Makes the model and its operands: bytes without signs beside such, with signs beside other integers. */
        @Setup
        public void prepare(SquareProduct ours) throws OrtException {
            does(
                    ours.isInteger()
                            ? operator("MatMulInteger", ours.operands.equals("u8") ? "u8" : "i8", "i32", ours.n)
                            : operator("MatMul", "f32", "f32", ours.n));
        }

        private static Task operator(String operator, String in, String out, int n) throws OrtException {
            OrtSession session = Models.session(new ProtocolBuffer()
                    .message(1, Models.node(operator, "d", "a", "b"))
                    .message(11, Models.tensor("a", in, n, n))
                    .message(11, Models.tensor("b", in, n, n))
                    .message(12, Models.tensor("d", out, n, n)));
            SplittableRandom random = new SplittableRandom(1);
            OnnxTensor a = tensor(in, n, random);
            OnnxTensor b = tensor(in, n, random);
            OnnxTensor d = tensor(out, n, random);
            return () -> session.run(Map.of("a", a, "b", b), Set.of(), Map.of("d", d))
                    .close();
        }

        private static OnnxTensor tensor(String format, int n, SplittableRandom random) throws OrtException {
            OnnxJavaType type = type(format);
            ByteBuffer buffer = ByteBuffer.allocateDirect(n * n * type.size).order(ByteOrder.nativeOrder());
            for (int i = 0; i < n * n; i++) {
                if (type == OnnxJavaType.FLOAT) {
                    buffer.putFloat(4 * i, (float) random.nextDouble(-1, 1));
                } else {
                    buffer.put(i, (byte) random.nextInt());
                }
            }
            return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, new long[] {n, n}, type);
        }

        private static OnnxJavaType type(String format) {
            return switch (format) {
                case "f32" -> OnnxJavaType.FLOAT;
                case "i8" -> OnnxJavaType.INT8;
                case "u8" -> OnnxJavaType.UINT8;
                default -> OnnxJavaType.INT32;
            };
        }
    }

    /** Our product. */
    @Benchmark
    public void besideOnnxRuntime(SquareProduct product, OnnxRuntime rival, Turns turns) throws Exception {
        turns.take(rival, () -> product.multiply(1));
    }
}
