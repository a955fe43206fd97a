package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.format.Formats;
import org.bitexact.vectors.Pack;
import org.bitexact.vectors.PackDialect;
import org.bitexact.vectors.PackFiles;
import org.bitexact.vectors.TestFloatOperation;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vectors list}: functions and dialects, or the packs in a directory. */
@picocli.CommandLine.Command(
        name = "list",
        synopsisHeading = "Usage: bitexact vectors ",
        customSynopsis = "list [DIRECTORY] [--json]",
        sortOptions = false,
        description = {
            "%nLists the kinds of packs, their functions, and the dialects. With DIRECTORY, lists the packs in it and below:"
                    + " file, rows, function, provenance; with --json their whole descriptions, as JSON Lines.%n"
        })
final class VectorsListCommand extends Command {
    @Parameters(arity = "0..1", paramLabel = "DIRECTORY", description = "Where packs are.")
    private String directory = "";

    @Option(names = "--json", description = "Print the descriptions of the packs in DIRECTORY.")
    private boolean json;

    @Override
    int run(Io io) throws IOException {
        if (directory.isEmpty()) {
            if (json) {
                throw new UsageException("--json needs DIRECTORY");
            }
            writeFunctions(io.text());
            return ExitCode.SUCCESS;
        }
        Path root = Io.path(directory);
        if (!Files.isDirectory(root)) {
            throw new IOException("cannot read " + directory + ": not a directory");
        }
        for (Path file : PackFiles.find(root)) {
            Pack pack = PackFiles.read(file);
            // the same on every system
            String name = root.relativize(file).toString().replace('\\', '/');
            if (json) {
                writeJson(io.text(), name, pack.description());
            } else {
                io.text()
                        .write(String.format(Locale.ROOT, "%-40s %6d  %s%n", name, pack.rows(), title(pack))
                                .replace("\r\n", "\n"));
            }
        }
        return ExitCode.SUCCESS;
    }

    private static String title(Pack pack) {
        String engine = pack.property("engine");
        return pack.property("function") + (engine.isEmpty() ? "" : " " + engine) + ", " + pack.property("provenance");
    }

    private static void writeJson(Writer out, String file, Map<String, String> description) throws IOException {
        try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
            generator.disable(StreamWriteFeature.AUTO_CLOSE_TARGET.mappedFeature());
            generator.writeStartObject();
            generator.writeStringField("file", file);
            for (Map.Entry<String, String> entry : description.entrySet()) {
                generator.writeStringField(entry.getKey(), entry.getValue());
            }
            generator.writeEndObject();
        }
        out.write("\n");
    }

    private static void writeFunctions(Writer out) throws IOException {
        List<String> words = Arrays.stream(TestFloatOperation.values())
                .filter(o -> o != TestFloatOperation.CONVERT)
                .map(TestFloatOperation::word)
                .toList();
        List<String> blocks = Formats.namedBlocks().stream().map(f -> f.name()).toList();
        line(out, "kind", "functions", "arguments of 'vectors write'");
        line(out, "conversion", "F_to_G", "f32_to_e4m3, or to --format f32,e4m3");
        line(out, "arithmetic", "F_OP", "f16_add, or add --format f16");
        line(out, "widening", "F_mulAdd_G", "e4m3_mulAdd_f32, or mulAdd --format e4m3,e5m2,f32,f32");
        line(out, "dot", "dot", "dot --engine NAME --length K");
        line(out, "tile", "tile", "tile --engine NAME --shape mMnNkK");
        line(out, "block", "B_quantize", "quantize --format B [--scale-rule R] [--arithmetic A]");
        line(out, "requantisation", "requantize_I", "requantize --format I [--roundings N]");
        out.write("\nF, G: any format, 'bitexact formats' lists them\nOP:   " + String.join(", ", words) + "\nB:    "
                + String.join(", ", blocks)
                + "\nI:    an integer format of at most 16 bits\nNAME: 'bitexact engines' lists them\n\n");
        line(out, "dialect", "file", "");
        for (PackDialect dialect : PackDialect.values()) {
            line(out, dialect.id(), "NAME" + dialect.extension(), dialect.title());
        }
    }

    private static void line(Writer out, String a, String b, String c) throws IOException {
        out.write(String.format(Locale.ROOT, "%-15s %-18s %s", a, b, c).stripTrailing() + "\n");
    }
}
