package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.Programs;
import org.bitexact.engine.Engines;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Policies;
import org.bitexact.quant.BlockCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs for which the dialects are made read them: Python with NumPy, C and C++ compilers, Icarus Verilog. */
class PackConsumersTest {
    @TempDir
    Path dir;

    /** What a program prints; it has to succeed. */
    private String run(String... command) throws IOException, InterruptedException {
        Programs.Result result = Programs.run(dir, Map.of(), Duration.ofMinutes(2), List.of(command));
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
        return result.out();
    }

    private static List<Pack> packs() {
        return List.of(
                PackKinds.pack(PackRequest.scalar("e4m3_mulAdd_f32", Policies.IEEE), 24),
                PackKinds.pack(PackRequest.scalar("f64_to_e2m1", Policies.IEEE), 24),
                PackKinds.pack(PackRequest.scalar("tf32_add", Policies.IEEE), 24),
                PackKinds.pack(PackRequest.tile(Engines.get("nvidia.hopper.mma.f16.f32"), "m2n3k4"), 4),
                PackKinds.pack(PackRequest.block(BlockCodec.of(FormatNames.block("nvfp4")), 24), 4),
                PackKinds.pack(PackRequest.requantize(org.bitexact.format.Formats.INT8, true), 24));
    }

    /** The rows as lines: every code in hexadecimal digits of its column, separated by spaces. */
    private static String lines(Pack pack) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < pack.rows(); row++) {
            List<String> codes = new ArrayList<>();
            for (int c = 0; c < pack.columns().size(); c++) {
                int digits = pack.columns().get(c).hexDigits();
                for (long code : pack.codes(row, c)) {
                    StringBuilder hex = new StringBuilder();
                    Pack.hex(hex, code, digits);
                    codes.add(hex.toString());
                }
            }
            text.append(String.join(" ", codes)).append('\n');
        }
        return text.toString();
    }

    private static final String PYTHON = """
            import csv, json, struct, sys
            import numpy as np

            def columns(description):
                return [c.split(':') for c in description['columns'].split(' ')]

            def digits(format):
                formats = {'f64': 16, 'f32': 8, 'tf32': 8, 'i32': 8, 'f16': 4, 'e2m1': 1}
                return formats.get(format.split('[')[0], 2)

            def show(description, arrays):
                for row in range(int(description['count'])):
                    print(' '.join(f'{code:0{digits(format)}x}' for name, role, format in columns(description)
                          for code in arrays[name][row].reshape(-1).tolist()))

            def unsigned(array):
                return array.view(f'<u{array.dtype.itemsize}') if array.dtype.itemsize > 1 else array.view('u1')

            dialect, stem = sys.argv[1:]
            if dialect == 'npy':
                description = json.load(open(stem + '.json'))
                arrays = {}
                for name, role, format in columns(description):
                    import glob
                    (file,) = glob.glob(f'{stem}.{name}.*npy')
                    arrays[name] = unsigned(np.load(file))
            elif dialect == 'safetensors':
                data = open(stem + '.safetensors', 'rb').read()
                size = struct.unpack('<Q', data[:8])[0]
                header = json.loads(data[8:8 + size])
                description = header.pop('__metadata__')
                arrays = {}
                for name, tensor in header.items():
                    begin, end = tensor['data_offsets']
                    count = int(np.prod(tensor['shape']))
                    arrays[name] = np.frombuffer(data[8 + size + begin:8 + size + end],
                                                 f'<u{(end - begin) // count}').reshape(tensor['shape'])
            elif dialect == 'jsonl':
                lines = [json.loads(line) for line in open(stem + '.jsonl')]
                description = lines.pop(0)['pack']
                arrays = {name: np.array([[int(line[name][i:i + digits(format)], 16)
                                           for i in range(0, len(line[name]), digits(format))] for line in lines],
                                         dtype='u8') for name, role, format in columns(description)}
            else:
                lines = open(stem + '.csv').read().splitlines()
                description = dict(line[2:].split(': ', 1) for line in lines if line.startswith('#'))
                rows = list(csv.DictReader(line for line in lines if not line.startswith('#')))
                arrays = {name: np.array([[int(code, 16) for code in row[name].split()] for row in rows], dtype='u8')
                          for name, role, format in columns(description)}
            show(description, arrays)
            """;

    @Test
    void pythonReadsArraysAndText() throws Exception {
        assumeTrue(Programs.hasNumPy(), "there is no Python with NumPy");
        Path script = Files.writeString(dir.resolve("read.py"), PYTHON);
        for (PackDialect dialect :
                List.of(PackDialect.NPY, PackDialect.SAFETENSORS, PackDialect.JSONL, PackDialect.CSV)) {
            int number = 0;
            for (Pack pack : packs()) {
                String stem = dialect.id() + number++;
                PackFiles.write(pack, dialect, PackLayout.DEFAULT, dir.resolve(stem + dialect.extension()));
                assertThat(run("python3", script.toString(), dialect.id(), stem))
                        .as(stem)
                        .isEqualTo(lines(pack));
            }
        }
    }

    @Test
    void compilersTakeTheHeaders() throws Exception {
        assumeTrue(Programs.onPath("gcc") && Programs.onPath("g++"), "gcc is not installed");
        int number = 0;
        StringBuilder program = new StringBuilder("#include <stdio.h>\n");
        StringBuilder body = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (Pack pack : packs()) {
            String stem = "pack" + number++;
            PackFiles.write(pack, PackDialect.C, PackLayout.DEFAULT, dir.resolve(stem + ".h"));
            // twice: headers are guarded
            program.append(("#include \"" + stem + ".h\"\n").repeat(2));
            body.append("    for (int row = 0; row < ")
                    .append(stem.toUpperCase(Locale.ROOT))
                    .append("_COUNT; row++) {\n");
            String separator = "";
            for (PackColumn column : pack.columns()) {
                String array = stem + "_" + column.name() + "[row]";
                StringBuilder close = new StringBuilder();
                for (int d = 0; d < column.shape().size(); d++) {
                    body.append("for (int i")
                            .append(d)
                            .append(" = 0; i")
                            .append(d)
                            .append(" < ")
                            .append(column.shape().get(d))
                            .append("; i")
                            .append(d)
                            .append("++) {\n");
                    array += "[i" + d + "]";
                    close.append('}');
                }
                String format = "%0" + column.hexDigits() + "llx";
                body.append("printf(\"%s")
                        .append(format)
                        .append("\", ")
                        .append(separator.isEmpty() ? "\"\"" : "\" \"")
                        .append(", (unsigned long long)")
                        .append(array)
                        .append(");")
                        .append(close)
                        .append('\n');
                if (separator.isEmpty() && !column.shape().isEmpty()) {
                    // no space before the very first code of a row
                    int from = body.lastIndexOf("\"\", (unsigned");
                    StringBuilder first = new StringBuilder();
                    for (int d = 0; d < column.shape().size(); d++) {
                        first.append(d == 0 ? "" : " && ").append("i").append(d).append(" == 0");
                    }
                    body.replace(from, from + 2, "(" + first + ") ? \"\" : \" \"");
                }
                separator = " ";
            }
            body.append("    printf(\"\\n\");\n    }\n");
            expected.append(lines(pack));
        }
        program.append("int main(void) {\n").append(body).append("    return 0;\n}\n");
        Files.writeString(dir.resolve("main.c"), program.toString());
        run("gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o", "c", "main.c");
        assertThat(run(dir.resolve("c").toString())).isEqualTo(expected.toString());
        Files.copy(dir.resolve("main.c"), dir.resolve("main.cpp"));
        run("g++", "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-o", "cpp", "main.cpp");
        assertThat(run(dir.resolve("cpp").toString())).isEqualTo(expected.toString());
    }

    /** A module that prints the codes of every word by the parameters of the .vh file. */
    private static String bench(String stem, String task, String file, Pack pack, int lanes) {
        String name = stem.toUpperCase(Locale.ROOT);
        StringBuilder text = new StringBuilder("module " + stem + ";\n`include \"" + stem + ".vh\"\n"
                + "reg [" + name + "_WORD_BITS-1:0] words [0:" + name
                + "_WORDS-1];\ninteger w, lane, i;\ninitial begin\n"
                + "$" + task + "(\"" + file + "\", words);\nfor (w = 0; w < " + name + "_WORDS; w = w + 1)"
                + " for (lane = 0; lane < " + lanes + "; lane = lane + 1) begin\n");
        for (PackColumn column : pack.columns()) {
            String field = name + "_" + column.name().toUpperCase(Locale.ROOT);
            text.append("for (i = 0; i < ")
                    .append(column.length())
                    .append("; i = i + 1) begin : b_")
                    .append(column.name())
                    .append("\nreg [")
                    .append(column.fieldBits() - 1)
                    .append(":0] code;\ncode = words[w][")
                    .append(field)
                    .append("_LSB + (lane * ")
                    .append(column.length())
                    .append(" + i) * ")
                    .append(field)
                    .append("_STRIDE +: ")
                    .append(column.fieldBits())
                    .append("];\n$write(\" %h\", code);\nend\n");
        }
        return text + "$write(\"\\n\");\nend\nif (w * " + lanes + " != " + name
                + "_COUNT) $display(\"count\");\n$finish;\nend\n" + "endmodule\n";
    }

    @Test
    void icarusLoadsMemoryImages() throws Exception {
        assumeTrue(Programs.onPath("iverilog") && Programs.onPath("vvp"), "Icarus Verilog is not installed");
        int number = 0;
        for (Pack pack : packs().subList(2, 6)) {
            for (PackDialect dialect : List.of(PackDialect.READMEMH, PackDialect.READMEMB)) {
                for (PackLayout layout : List.of(PackLayout.DEFAULT, new PackLayout(4, 0, false))) {
                    String stem = "p" + number++;
                    String file = stem + dialect.extension();
                    PackFiles.write(pack, dialect, layout, dir.resolve(file));
                    Files.writeString(dir.resolve(stem + ".v"), bench(stem, dialect.id(), file, pack, layout.lanes()));
                    run("iverilog", "-g2005", "-Wall", "-o", stem + ".vvp", stem + ".v");
                    String out = run("vvp", "-n", stem + ".vvp");
                    // %h pads to whole digits, as our text does
                    assertThat(out.lines()
                                    .filter(line -> line.startsWith(" "))
                                    .map(String::strip)
                                    .toList())
                            .as(stem + " " + pack.columns())
                            .isEqualTo(lines(pack).lines().toList());
                    assertThat(out).doesNotContain("count");
                }
            }
        }
    }
}
