package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code gemm} writes is, element by element, what the engine gives for a row and a column. */
@Tag("fast")
class GemmCommandTest {
    private static final int M = 3;
    private static final int K = 40;
    private static final int N = 5;

    @TempDir
    private Path directory;

    private final SplittableRandom random = new SplittableRandom(4);

    private Path write(String name, ScalarFormat format, long[] codes, long... shape) throws IOException {
        return write(name, TensorType.of(format), codes, shape);
    }

    private Path write(String name, TensorType type, long[] codes, long... shape) throws IOException {
        Path file = directory.resolve(NpyFile.fileName(name, type));
        TensorInfo info = TensorInfo.of(type, shape);
        try (TensorWriter writer = NpyFile.create(file, info)) {
            writer.write(codes, 0, codes.length);
            writer.commit();
        }
        return file;
    }

    private long[] random(ScalarFormat format, int n) {
        return random.longs(n).map(x -> x & format.codeMask()).toArray();
    }

    private static long[] read(Path file) throws IOException {
        Tensor tensor = NpyFile.open(file);
        long[] codes = new long[(int) tensor.info().elements()];
        tensor.read(0, codes, 0, codes.length);
        return codes;
    }

    /** The matrix product by definition, from row-major codes. */
    private static long[] product(Engine engine, long[] a, long[] b, long[] c, long[] sa, long[] sb) {
        int blocks = sa == null ? 0 : sa.length / M;
        long[] d = new long[M * N];
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < N; j++) {
                d[i * N + j] = engine.dot(new DotCase(
                        Arrays.copyOfRange(a, i * K, (i + 1) * K),
                        column(b, K, j),
                        c[i * N + j],
                        sa == null ? null : Arrays.copyOfRange(sa, i * blocks, (i + 1) * blocks),
                        sb == null ? null : column(sb, blocks, j)));
            }
        }
        return d;
    }

    private static long[] column(long[] x, int rows, int j) {
        long[] column = new long[rows];
        for (int r = 0; r < rows; r++) {
            column[r] = x[r * N + j];
        }
        return column;
    }

    @ParameterizedTest
    @CsvSource({
        "nvidia.hopper.wgmma.e4m3.f32, <f4",
        "nvidia.ampere.mma.f16.f16, <f2",
        "nvidia.ampere.mma.tf32.f32, <f4",
        "nvidia.ampere.mma.u4-i4.i32, <i4",
        "x86.avx512.vpdpbusd.u8-i8.i32, <i4",
        "aws.trainium3.contract-psum-bf16.bf16.bf16, <u2",
        "ieee.fma-chain.f64.f64, <f8",
    })
    void everyElementIsTheEnginesDotProduct(String name, String dtype) throws IOException {
        Engine engine = Engines.get(name);
        long[] a = random(engine.formatA(), M * K);
        long[] b = random(engine.formatB(), K * N);
        long[] c = random(engine.formatC(), M * N);
        Path out = directory.resolve("out.npy");
        Run run = Run.of(
                "gemm",
                "--engine",
                name,
                write("a", engine.formatA(), a, M, K).toString(),
                write("b", engine.formatB(), b, K, N).toString(),
                write("c", engine.formatC(), c, M, N).toString(),
                "--out",
                out.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.bytes()).isEmpty();
        assertThat(read(out)).isEqualTo(product(engine, a, b, c, null, null));
        assertThat(new String(Files.readAllBytes(out), 0, 80, StandardCharsets.ISO_8859_1))
                .contains("'descr': '" + dtype + "'", "'shape': (3, 5)");
        assertThat(NpyFile.open(out).info().type()).isEqualTo(TensorType.of(engine.formatD()));
    }

    @Test
    void withoutCAddendsAreZeroAndThreadsDoNotMatter() throws IOException {
        Engine engine = Engines.get("amd.cdna3.mfma.f16.f32");
        long[] a = random(Formats.BINARY16, M * K);
        long[] b = random(Formats.BINARY16, K * N);
        String fileA = write("a", Formats.BINARY16, a, M, K).toString();
        String fileB = write("b", Formats.BINARY16, b, K, N).toString();
        for (String threads : new String[] {"1", "3"}) {
            Path out = directory.resolve("out.npy");
            Run run = Run.of(
                    "gemm", "--engine", engine.name(), "--threads", threads, fileA, fileB, "--out", out.toString());
            assertThat(run.exit()).isZero();
            assertThat(read(out)).isEqualTo(product(engine, a, b, new long[M * N], null, null));
        }
    }

    @Test
    void scalesComeFromFiles() throws IOException {
        Engine engine = Engines.get("nvidia.blackwell.tcgen05-mxf8f6f4.e4m3-e2m1.f32");
        long[] a = random(Formats.OCP_E4M3, M * K);
        long[] b = random(Formats.OCP_E2M1, K * N);
        long[] sa = random.longs(M * 2, 120, 134).toArray();
        long[] sb = random.longs(2 * N, 120, 134).toArray();
        Path out = directory.resolve("out.npy");
        Run run = Run.of(
                "gemm",
                "--engine",
                engine.name(),
                write("a", Formats.OCP_E4M3, a, M, K).toString(),
                write("b", TensorType.packed(Formats.OCP_E2M1), padded(b), K, 6).toString(),
                "--scale-a",
                write("sa", Formats.E8M0, sa, M, 2).toString(),
                "--scale-b",
                write("sb", Formats.E8M0, sb, 2, N).toString(),
                "--out",
                out.toString());
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE); // six columns of B, five of its scales
        assertThat(run.err()).contains("scales of B").contains("must have 2 rows and 6 columns");
        run = Run.of(
                "gemm",
                "--engine",
                engine.name(),
                write("a", Formats.OCP_E4M3, a, M, K).toString(),
                write("b", Formats.OCP_E2M1, b, K, N).toString(),
                "--scale-a",
                write("sa", Formats.E8M0, sa, M, 2).toString(),
                "--scale-b",
                write("sb", Formats.E8M0, sb, 2, N).toString(),
                "--out",
                out.toString());
        assertThat(run.err()).isEmpty();
        assertThat(read(out)).isEqualTo(product(engine, a, b, new long[M * N], sa, sb));
    }

    /** Rows of five codes with a sixth, so that packed rows fill bytes. */
    private static long[] padded(long[] b) {
        long[] wide = new long[K * 6];
        for (int i = 0; i < b.length; i++) {
            wide[i / N * 6 + i % N] = b[i];
        }
        return wide;
    }

    @Test
    void bytesThatTellNoFormatAreTheEnginesCodes() throws IOException {
        Engine engine = Engines.get("nvidia.hopper.wgmma.e4m3.f32");
        long[] a = random(Formats.OCP_E4M3, M * K);
        long[] b = random(Formats.OCP_E4M3, K * N);
        Path out = directory.resolve("out.npy");
        Run run = Run.of(
                "gemm",
                "--engine",
                engine.name(),
                write("a", Formats.UINT8, a, M, K).toString(),
                write("b", TensorType.opaque("V1", 8), b, K, N).toString(),
                "--out",
                out.toString());
        assertThat(run.err()).isEmpty();
        assertThat(read(out)).isEqualTo(product(engine, a, b, new long[M * N], null, null));
    }

    @Test
    void aSingleMatrixServesABatch() throws IOException {
        Engine engine = Engines.get("nvidia.ampere.mma.i8.i32");
        long[] a = random(Formats.INT8, 2 * M * K);
        long[] b = random(Formats.INT8, K * N);
        Path out = directory.resolve("out.npy");
        Run run = Run.of(
                "gemm",
                "--engine",
                engine.name(),
                write("a", Formats.INT8, a, 2, M, K).toString(),
                write("b", Formats.INT8, b, K, N).toString(),
                "--out",
                out.toString());
        assertThat(run.err()).isEmpty();
        assertThat(NpyFile.open(out).info().shape()).containsExactly(2, M, N);
        long[] second = Arrays.copyOfRange(a, M * K, 2 * M * K);
        assertThat(Arrays.copyOfRange(read(out), M * N, 2 * M * N))
                .isEqualTo(product(engine, second, b, new long[M * N], null, null));
    }

    /** Nothing is written when anything is wrong. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # engine                     | operands               | message
            nvidia.hoper.mma.f16.f32     | f16:3x4 f16:4x2        | unknown engine 'nvidia.hoper.mma.f16.f32'; did you mean nvidia.hopper.mma.f16.f32
            nvidia.hopper.mma.f16.f32    | f16:3x4                | two or three files must be given, A, B and C: 1
            nvidia.hopper.mma.f16.f32    | f16:3x4 bf16:4x2       | must hold codes of f16, as the engine takes: it holds bf16 [4, 2]
            nvidia.hopper.mma.f16.f32    | f32:3x4 f16:4x2        | must hold codes of f16, as the engine takes: it holds f32 [3, 4]
            nvidia.hopper.mma.f16.f32    | u8:3x4 f16:4x2         | must hold codes of f16, as the engine takes: it holds u8 [3, 4]
            nvidia.ampere.mma.i8.i32     | u8:3x4 i8:4x2          | must hold codes of i8, as the engine takes: it holds u8 [3, 4]
            nvidia.hopper.mma.f16.f32    | f16:3x4 f16:3x4        | A must have as many columns as B has rows: A
            nvidia.hopper.mma.f16.f32    | f16:3x4 f16:4x2 f32:2x3 | must have 3 rows and 2 columns: C
            nvidia.hopper.mma.f16.f32    | f16:3x4 f16:4x2 f16:3x2 | must hold codes of f32, as the engine takes: it holds f16 [3, 2]
            nvidia.hopper.mma.f16.f32    | f16:12 f16:4x2         | must be a matrix or a batch of matrices: its shape is [12]
            nvidia.hopper.mma.f16.f32    | f16:2x3x4 f16:3x4x2    | batches must have one length, 2 so far: B
            nvidia.rtx-blackwell.mma-mxf4.e2m1.f32 | e2m1:3x4 e2m1:4x2 | --scale-a must be given: nvidia.rtx-blackwell.mma-mxf4.e2m1.f32 takes a scale of e8m0 for each 32 elements of A
            """)
    void badArgumentsAreNamed(String engine, String operands, String message) throws IOException {
        Path out = directory.resolve("out.npy");
        String[] words = operands.split(" ");
        String[] args = new String[5 + words.length];
        String[] fixed = {"gemm", "--engine", engine, "--out", out.toString()};
        System.arraycopy(fixed, 0, args, 0, 5);
        for (int i = 0; i < words.length; i++) {
            String[] parts = words[i].split(":");
            long[] shape = Arrays.stream(parts[1].split("x"))
                    .mapToLong(Long::parseLong)
                    .toArray();
            ScalarFormat format = FormatNames.scalar(parts[0]).format();
            int n = (int) Arrays.stream(shape).reduce(1, (x, y) -> x * y);
            args[5 + i] = write("x" + i, format, new long[n], shape).toString();
        }
        Run run = Run.of(args);
        assertThat(run.err()).contains(message);
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(out).doesNotExist();
    }

    @Test
    void codesThatAreNoneAndScalesThatDoNotBelongAreNamed() throws IOException {
        Path out = directory.resolve("out.npy");
        String a = write("a", Formats.UINT8, new long[] {0x0f, 0x10}, 1, 2).toString();
        String b = write("b", Formats.OCP_E2M1, new long[2], 2, 1).toString();
        Run run = Run.of("gemm", "--engine", "nvidia.rtx-blackwell.mma.e2m1.f32", a, b, "--out", out.toString());
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("element (0, 1) of a must be a code of e2m1")
                .contains("0x10");
        run = Run.of(
                "gemm", "--engine", "nvidia.rtx-blackwell.mma.e2m1.f32", "--scale-a", a, b, b, "--out", out.toString());
        assertThat(run.err()).contains("--scale-a and --scale-b must be left out");
        assertThat(out).doesNotExist();
    }

    @Test
    void missingAndForeignFilesAreNamed() {
        String engine = "nvidia.hopper.mma.f16.f32";
        Path out = directory.resolve("out.npy");
        String missing = directory.resolve("missing.npy").toString();
        Run run = Run.of("gemm", "--engine", engine, missing, missing, "--out", out.toString());
        assertThat(run.exit()).isEqualTo(ExitCode.IO_FAILURE);
        assertThat(run.err()).contains(missing + ": no such file");
        run = Run.of("gemm", "--engine", engine, "a.csv", missing, "--out", out.toString());
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("A must be an .npy file: 'a.csv'");
    }
}
