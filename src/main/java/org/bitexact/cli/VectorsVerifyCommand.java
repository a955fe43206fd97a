package org.bitexact.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitexact.vectors.Pack;
import org.bitexact.vectors.PackColumn;
import org.bitexact.vectors.PackDialect;
import org.bitexact.vectors.PackFiles;
import org.bitexact.vectors.PackFunction;
import org.bitexact.vectors.PackReport;
import org.bitexact.vectors.PackRequest;
import org.bitexact.vectors.PackVerifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vectors verify}: checks packs, or a device's answers to one. */
@picocli.CommandLine.Command(
        name = "verify",
        synopsisHeading = "Usage: bitexact vectors ",
        customSynopsis = {
            "verify PACK... [OPTIONS]",
            "       bitexact vectors verify PACK --answers FILE [--any-nan] [--no-flags]"
        },
        sortOptions = false,
        description = {
            "%nChecks that packs are what they say: number of rows, checksum, and every result, computed again by the library and"
                    + " by the independent reference, where there is one. A directory stands for the packs in it.%n",
            "With --answers, compares what a device answered with the pack: a file in any dialect, with the results alone or"
                    + " with whole rows. The first difference is explained, with the rule that would give the answers.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact vectors verify test-vectors",
            "  ./dut <fma.tv >answers.txt; bitexact vectors verify fma.tv --answers answers.txt",
            "  bitexact vectors verify dots.jsonl.gz --engine x86.avx512.vdpbf16ps.bf16.f32%n",
            "Exit codes: 0 all equal, 1 mismatches found, 2 bad arguments or a damaged file, 3 input or output failed."
        })
final class VectorsVerifyCommand extends Command {
    @Parameters(arity = "1..*", paramLabel = "PACK", description = "Packs, or directories of them.")
    private List<String> packs = new ArrayList<>();

    @Option(names = "--answers", paramLabel = "FILE", description = "Answers to the pack; - for standard input.")
    private @Nullable String answers;

    @Option(
            names = "--answers-dialect",
            paramLabel = "D",
            description = "Their dialect (default: what the name tells; testfloat from standard input).")
    private @Nullable String answersDialect;

    @Option(names = "--any-nan", description = "Take any NaN for any other in answers.")
    private boolean anyNan;

    @Option(names = "--no-flags", description = "Leave flags out of the comparison with answers.")
    private boolean noFlags;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "The engine of dot products that do not say it, such as captures from hardware.")
    private String engine = "";

    @Option(
            names = "--dialect",
            paramLabel = "D",
            description = "The dialect of the pack (default: what its name tells).")
    private @Nullable String dialect;

    @Override
    int run(Io io) throws IOException {
        List<String> files = new ArrayList<>();
        for (String name : packs) {
            Path path = Io.path(name);
            if (!Files.isDirectory(path)) {
                files.add(name);
                continue;
            }
            List<Path> found = PackFiles.find(path);
            if (found.isEmpty()) {
                throw new UsageException("no pack in " + Io.quoted(name));
            }
            found.forEach(file -> files.add(file.toString()));
        }
        if (answers != null && files.size() != 1) {
            throw new UsageException("--answers needs one pack: " + files.size());
        }
        boolean equal = true;
        for (String file : files) {
            equal &= verify(io, file);
        }
        return equal ? ExitCode.SUCCESS : ExitCode.MISMATCH;
    }

    private boolean verify(Io io, String file) throws IOException {
        Pack pack = read(file, dialect, columns(engine));
        Progress progress = new Progress(io);
        PackVerifier verifier = verifier(pack).progress(progress::rows);
        Writer out = io.text();
        out.write(file + ": " + pack.rows() + (pack.rows() == 1 ? " row" : " rows")
                + verifier.function().map(f -> " of " + f.name()).orElse("") + "\n");
        Map<String, PackReport> reports = new LinkedHashMap<>();
        try {
            if (answers != null) {
                PackReport report = verifier.anyNan(anyNan).flags(!noFlags).answers(answers(io, pack));
                reports.put("answers " + answers, report);
            } else {
                reports.put("recomputed", verifier.recompute());
                Optional<PackReport> reference = verifier.reference();
                reference.ifPresent(
                        report -> reports.put(verifier.function().orElseThrow().referenceName(), report));
            }
        } finally {
            progress.end();
        }
        boolean equal = true;
        for (Map.Entry<String, PackReport> entry : reports.entrySet()) {
            PackReport report = entry.getValue();
            equal &= report.isEqual();
            out.write("  " + entry.getKey() + ": "
                    + (report.isEqual()
                            ? "all rows equal"
                            : report.mismatches() + " of " + report.rows() + " rows differ; the first:")
                    + "\n");
            for (String line : report.explanation()) {
                out.write("    " + line + "\n");
            }
        }
        return equal;
    }

    private PackVerifier verifier(Pack pack) {
        if (engine.isEmpty()) {
            return PackVerifier.of(pack);
        }
        PackFunction told = PackRequest.dots(VectorsWriteCommand.engine(engine));
        return PackVerifier.of(pack, told);
    }

    /** {@return the columns of dot products of an engine, if one is named} */
    static List<List<PackColumn>> columns(String engine) {
        return engine.isEmpty()
                ? List.of()
                : List.of(PackRequest.dots(VectorsWriteCommand.engine(engine)).columns());
    }

    /** {@return a pack in a file} */
    static Pack read(String file, @Nullable String dialect, List<List<PackColumn>> candidates) throws IOException {
        Path path = Io.path(file);
        try {
            return PackFiles.read(path, dialect == null ? null : PackDialect.parse(dialect), candidates, true);
        } catch (IOException e) {
            throw Streams.failure("read", file, e);
        }
    }

    private Pack answers(Io io, Pack pack) throws IOException {
        String file = String.valueOf(answers);
        List<List<PackColumn>> columns = PackVerifier.answerColumns(pack);
        PackDialect told = answersDialect == null ? null : PackDialect.parse(answersDialect);
        if (file.equals("-")) {
            try (InputStream in = io.open(file)) {
                return PackFiles.read(
                        "answers", in, told == null ? PackDialect.TESTFLOAT : told, Optional.empty(), columns, false);
            }
        }
        try {
            return PackFiles.read(Io.path(file), told, columns, false);
        } catch (IOException e) {
            throw Streams.failure("read", file, e);
        }
    }
}
