package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of more than 2 GiB, written and read by a JVM with a heap of 24 MiB. */
@Tag("slow")
class LargeTensorTest {
    @TempDir
    Path folder;

    @Test
    void npyAndSafetensors() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx24m",
                        "-XX:MaxDirectMemorySize=4m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** What runs in the small heap. */
    static final class Program {
        private static final int CHUNK = 100_000;

        private Program() {}

        public static void main(String... args) throws IOException {
            Path npy = Path.of(args[0]).resolve("x.float8_e4m3fn.npy");
            TensorInfo bytes = TensorInfo.of(TensorType.of(Formats.OCP_E4M3), 24, 100_000_001);
            long start = System.nanoTime();
            try (TensorWriter out = NpyFile.create(npy, bytes)) {
                write(out, bytes, Program::code);
                out.commit();
            }
            report("written", npy, start);
            start = System.nanoTime();
            check(NpyFile.open(npy), Program::code);
            report("read", npy, start);
            Files.delete(npy);

            Path safetensors = Path.of(args[0]).resolve("x.safetensors");
            TensorInfo first = TensorInfo.of(TensorType.of(Formats.BFLOAT16), 3).named("first");
            TensorInfo packed = TensorInfo.of(TensorType.packed(Formats.OCP_E2M1), 4_400_000_002L)
                    .named("packed");
            start = System.nanoTime();
            try (TensorWriter out = SafetensorsFile.create(safetensors, List.of(first, packed), Map.of())) {
                out.begin("packed");
                write(out, packed, i -> code(i) & 0xf);
                out.begin("first");
                write(out, first, Program::code);
                out.commit();
            }
            report("written", safetensors, start);
            start = System.nanoTime();
            SafetensorsFile file = SafetensorsFile.open(safetensors);
            check(file.tensor("first"), Program::code);
            check(file.tensor("packed"), i -> code(i) & 0xf);
            report("read", safetensors, start);
        }

        /** A code that differs between elements whose numbers differ by a power of two. */
        private static long code(long index) {
            return index * 0x9e3779b97f4a7c15L >>> 56;
        }

        private static void write(TensorWriter out, TensorInfo info, LongUnaryOperator code) throws IOException {
            byte[] bytes = new byte[CHUNK];
            short[] shorts = new short[CHUNK];
            for (long at = 0; at < info.elements(); at += CHUNK) {
                int n = (int) Math.min(CHUNK, info.elements() - at);
                for (int i = 0; i < n; i++) {
                    bytes[i] = (byte) code.applyAsLong(at + i);
                    shorts[i] = (short) (bytes[i] & 0xff);
                }
                if (info.type().bits() > 8) {
                    out.write(shorts, 0, n);
                } else {
                    out.write(bytes, 0, n);
                }
            }
        }

        private static void check(Tensor x, LongUnaryOperator code) {
            short[] codes = new short[CHUNK];
            long elements = x.info().elements();
            for (long at = 0; at < elements; at += CHUNK) {
                int n = (int) Math.min(CHUNK, elements - at);
                x.read(at, codes, 0, n);
                for (int i = 0; i < n; i++) {
                    if (codes[i] != code.applyAsLong(at + i)) {
                        throw new AssertionError(x.info() + ": element " + (at + i) + " is " + codes[i] + ", not "
                                + code.applyAsLong(at + i));
                    }
                }
            }
        }

        private static void report(String what, Path file, long start) throws IOException {
            System.out.printf(
                    "%s: %.2f GiB %s in %.1f s%n",
                    file.getFileName(), Files.size(file) / 0x1p30, what, (System.nanoTime() - start) * 1e-9);
        }
    }
}
