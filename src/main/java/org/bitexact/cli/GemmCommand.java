package org.bitexact.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bitexact.engine.Engine;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.kernel.Gemm;
import org.bitexact.kernel.Matrix;
import org.bitexact.kernel.ScaledDotProduct;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gemm}: the matrix product that an engine returns for matrices in files. */
@picocli.CommandLine.Command(
        name = "gemm",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "gemm --engine NAME [OPTIONS] A.npy B.npy [C.npy] --out D.npy",
        sortOptions = false,
        description = {
            "%nComputes D = A B + C as a matrix engine does, each element of D a dot product by its rule.%n",
            "A has m rows and k columns, B k rows and n columns, C and D m rows and n columns; a third dimension in front"
                    + " makes a batch, in which a single matrix serves for all. Without C the addends are +0.%n",
            "Files hold codes of the engine's formats: a dtype that NumPy has, or a name or JSON file beside it that tells"
                    + " the format, as in x.float8_e4m3fn.npy. Unsigned integers and raw bytes (V1, V2) that tell no format"
                    + " are taken as the engine's codes. D is written in the engine's output format: <f4, <f2, <i4; others"
                    + " as unsigned integers with a JSON file beside them.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact gemm --engine nvidia.hopper.wgmma.e4m3.f32 a.float8_e4m3fn.npy b.float8_e4m3fn.npy --out d.npy",
            "  bitexact gemm --engine nvidia.blackwell.tcgen05-mxf8f6f4.e4m3.f32 a.npy b.npy --scale-a sa.npy"
                    + " --scale-b sb.npy --out d.npy%n",
            "Exit codes: 0 success, 2 bad arguments or data, 3 input or output failed."
        })
final class GemmCommand extends Command {
    @Option(
            names = "--engine",
            required = true,
            paramLabel = "NAME",
            description = "The engine; 'bitexact engines' lists them.")
    private String engineName = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Write D to this .npy file; it appears when it is complete.")
    private String out = "";

    @Option(
            names = "--scale-a",
            paramLabel = "FILE",
            description = "Scales of A, for block-scaled engines: m rows, a column for each block of k.")
    private String scaleA = "";

    @Option(
            names = "--scale-b",
            paramLabel = "FILE",
            description = "Scales of B: a row for each block of k, n columns.")
    private String scaleB = "";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Number of threads; as many as processors unless told. The result does not depend on it.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "A, B and, if wanted, C.")
    private List<String> files = List.of();

    @Override
    int run(Io io) throws IOException {
        Engine engine = EngineArgument.find(engineName);
        if (files.size() < 2 || files.size() > 3) {
            throw new UsageException("two or three files must be given, A, B and C: " + files.size());
        }
        if (!(engine instanceof ScaledDotProduct || scaleA.isEmpty() && scaleB.isEmpty())) {
            throw new UsageException("--scale-a and --scale-b must be left out: " + engine + " is not block-scaled");
        }
        Gemm gemm = Gemm.of(engine).threads(threads);
        Operand a = Operand.read("A", files.get(0), engine.formatA());
        Operand b = Operand.read("B", files.get(1), engine.formatB());
        Operand c = files.size() < 3 ? null : Operand.read("C", files.get(2), engine.formatC());
        if (a.columns() != b.rows()) {
            throw new UsageException("A must have as many columns as B has rows: " + a + ", " + b);
        }
        if (c != null) {
            c.requireShape(a.rows(), b.columns());
        }
        Operand sa = null;
        Operand sb = null;
        if (engine instanceof ScaledDotProduct scaled) {
            int blocks = (a.columns() + scaled.blockLength() - 1) / scaled.blockLength();
            sa = scales("A", "--scale-a", scaleA, scaled.scaleFormatA(), scaled);
            sa.requireShape(a.rows(), blocks);
            sb = scales("B", "--scale-b", scaleB, scaled.scaleFormatB(), scaled);
            sb.requireShape(blocks, b.columns());
        }
        int batches = batches(a, b, c, sa, sb);
        TensorType type = TensorType.of(engine.formatD());
        TensorInfo info = batches == 0
                ? TensorInfo.of(type, a.rows(), b.columns())
                : TensorInfo.of(type, batches, a.rows(), b.columns());
        Operand d = Operand.of("D", info);
        Progress progress = new Progress(io);
        try {
            Gemm telling = gemm.progress(done -> progress.part(done, info.elements()));
            Matrix addends = c == null ? null : c.matrix();
            if (sa != null && sb != null) {
                telling.multiply(a.matrix(), sa.matrix(), b.matrix(), sb.matrix(), addends, d.matrix());
            } else {
                telling.multiply(a.matrix(), b.matrix(), addends, d.matrix());
            }
        } finally {
            progress.end();
        }
        try (TensorWriter writer = NpyFile.create(Io.path(out), info)) {
            d.write(writer);
            writer.commit();
        }
        return ExitCode.SUCCESS;
    }

    private static Operand scales(String of, String option, String file, ScalarFormat format, ScaledDotProduct engine)
            throws IOException {
        if (file.isEmpty()) {
            throw new UsageException(option + " must be given: " + engine + " takes a scale of " + format + " for each "
                    + engine.blockLength() + " elements of " + of);
        }
        return Operand.read("scales of " + of, file, format);
    }

    /** {@return the number of matrices in a batch, 0 if there is no batch} */
    private static int batches(@Nullable Operand... operands) {
        int batches = 0;
        for (Operand x : operands) {
            if (x != null && x.batches() > 0) {
                if (batches > 0 && x.batches() != batches) {
                    throw new UsageException("batches must have one length, " + batches + " so far: " + x);
                }
                batches = x.batches();
            }
        }
        return batches;
    }

    /**
     * A matrix, or a batch of them, with its codes in an array of the container's type.
     *
     * @param what how messages call it
     * @param info its type and shape
     * @param codes {@code byte[]}, {@code short[]}, {@code int[]} or {@code long[]}
     */
    private record Operand(String what, TensorInfo info, Object codes) {
        static Operand read(String what, String file, ScalarFormat wanted) throws IOException {
            Tensor tensor = open(what, file);
            String name = what + " (" + file + ")";
            if (!suits(tensor.info().type(), wanted)) {
                throw new UsageException(
                        name + " must hold codes of " + wanted + ", as the engine takes: it holds " + tensor.info());
            }
            Operand operand = of(name, tensor.info());
            int n = (int) tensor.info().elements();
            if (operand.codes instanceof byte[] x) {
                tensor.read(0, x, 0, n);
            } else if (operand.codes instanceof short[] x) {
                tensor.read(0, x, 0, n);
            } else if (operand.codes instanceof int[] x) {
                tensor.read(0, x, 0, n);
            } else {
                tensor.read(0, (long[]) operand.codes, 0, n);
            }
            return operand;
        }

        private static Tensor open(String what, String file) throws IOException {
            Path path = Io.path(file);
            if (!file.toLowerCase(Locale.ROOT).endsWith(".npy")) {
                throw new UsageException(what + " must be an .npy file: " + Io.quoted(file));
            }
            return NpyFile.open(path);
        }

        /** Whether elements are codes of a format: they say so, or they do not say what they are. */
        private static boolean suits(TensorType type, ScalarFormat wanted) {
            int bits = wanted.containerBits();
            ScalarFormat format = type.format().orElse(null);
            if (format == null) {
                return type.bits() == bits;
            }
            if (format.equals(wanted)) {
                return true;
            }
            boolean unsigned = format instanceof IntFormat f
                    && f.encoding() == IntFormat.Encoding.UNSIGNED
                    && f.width() == type.bits()
                    && f.width() >= 8;
            // an unsigned integer of a full container is a number of its own where the engine takes such integers
            return unsigned && type.bits() == bits && !(wanted instanceof IntFormat && wanted.width() == bits);
        }

        /** {@return an operand whose codes are still zero} */
        static Operand of(String what, TensorInfo info) {
            if (info.rank() < 2 || info.rank() > 3) {
                throw new UsageException(what + " must be a matrix or a batch of matrices: its shape is "
                        + Arrays.toString(info.shape()));
            }
            if (info.elements() > Integer.MAX_VALUE - 8) {
                throw new UsageException(what + " must have less than 2^31 elements: " + info);
            }
            int n = (int) info.elements();
            return new Operand(
                    what,
                    info,
                    switch (Math.max(8, info.type().bits())) {
                        case 8 -> new byte[n];
                        case 16 -> new short[n];
                        case 32 -> new int[n];
                        default -> new long[n];
                    });
        }

        int rows() {
            return dimension(info.rank() - 2);
        }

        int columns() {
            return dimension(info.rank() - 1);
        }

        /** {@return the number of matrices, 0 if it is a single one and no batch} */
        int batches() {
            return info.rank() == 3 ? dimension(0) : 0;
        }

        private int dimension(int index) {
            long length = info.dimension(index);
            if (length > Integer.MAX_VALUE - 8) {
                throw new UsageException(what + " must have dimensions below 2^31: " + this);
            }
            return (int) length;
        }

        void requireShape(int rows, int columns) {
            if (rows() != rows || columns() != columns) {
                throw new UsageException(what + " must have " + rows + " rows and " + columns + " columns: " + this);
            }
        }

        Matrix matrix() {
            Matrix single;
            if (codes instanceof byte[] x) {
                single = Matrix.of(x, rows(), columns());
            } else if (codes instanceof short[] x) {
                single = Matrix.of(x, rows(), columns());
            } else if (codes instanceof int[] x) {
                single = Matrix.of(x, rows(), columns());
            } else {
                single = Matrix.of((long[]) codes, rows(), columns());
            }
            return info.rank() == 2 ? single : single.batch(batches(), rows() * columns());
        }

        void write(TensorWriter writer) throws IOException {
            int n = (int) info.elements();
            if (codes instanceof byte[] x) {
                writer.write(x, 0, n);
            } else if (codes instanceof short[] x) {
                writer.write(x, 0, n);
            } else if (codes instanceof int[] x) {
                writer.write(x, 0, n);
            } else {
                writer.write((long[]) codes, 0, n);
            }
        }

        @Override
        public String toString() {
            return what + " is " + info;
        }
    }
}
