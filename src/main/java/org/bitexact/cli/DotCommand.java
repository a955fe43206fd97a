package org.bitexact.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Enclosure;
import org.bitexact.engine.Engine;
import org.bitexact.format.FloatFormat;
import picocli.CommandLine.Option;

/** {@code dot}: what an engine returns for dot products given as JSON Lines. */
@picocli.CommandLine.Command(
        name = "dot",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "dot --engine NAME [OPTIONS]",
        sortOptions = false,
        description = {
            "%nComputes dot products as a matrix engine does.%n",
            "Reads JSON Lines, one dot product a line, with strings of hexadecimal digits: a and b are the codes of the"
                    + " two vectors, one after the other, each in ceil(bits/4) digits; c is the addend's code (0 if it is"
                    + " left out); sa and sb are the scales of block-scaled engines. Empty lines and lines that start"
                    + " with # are skipped. Prints the result's code, one a line.%n"
        },
        footer = {
            "%nExamples:%n",
            "  echo '{\"a\":\"3808\",\"b\":\"3802\",\"c\":\"00000000\"}' | bitexact dot --engine"
                    + " nvidia.hopper.wgmma.e4m3.f32",
            "  zcat test-vectors/engines/x86/vdpbf16ps.jsonl.gz | bitexact dot --check --engine"
                    + " x86.avx512.vdpbf16ps.bf16.f32%n",
            "Exit codes: 0 success, 1 results differ, 2 bad arguments or data, 3 input or output failed."
        })
final class DotCommand extends Command {
    /** The longest line: vectors of some million elements. */
    private static final int MAX_LENGTH = 1 << 26;

    private static final int SHOWN = 20;

    @Option(
            names = "--engine",
            required = true,
            paramLabel = "NAME",
            description = "The engine; 'bitexact engines' lists them.")
    private String engineName = "";

    @Option(names = "--in", paramLabel = "FILE", description = "Read this file, not standard input.")
    private String in = "";

    @Option(names = "--out", paramLabel = "FILE", description = "Write this file, not standard output.")
    private String out = "";

    @Option(
            names = "--check",
            description = "Compare with field d, the result's code, and print what differs and a summary.")
    private boolean check;

    @Option(names = "--any-nan", description = "With --check: NaNs are equal whatever their bits.")
    private boolean anyNan;

    @Option(
            names = "--disputed",
            description = "After the code, tell whether sources disagree about the input, or a contract leaves it open:"
                    + " 'agreed' or 'disputed'.")
    private boolean disputed;

    @Option(
            names = "--enclosure",
            description = "For an engine that reads a contract: after the code, print the smallest and largest number"
                    + " that the contract allows, and 'nan' if it allows a NaN.")
    private boolean enclosure;

    @Override
    int run(Io io) throws IOException {
        Engine engine = EngineArgument.find(engineName);
        if (check && (disputed || enclosure || !out.isEmpty())) {
            throw new UsageException("--check prints no codes; --disputed, --enclosure and --out do not go with it");
        }
        if (enclosure && engine.contract().isEmpty()) {
            throw new UsageException(
                    "--enclosure needs an engine that reads a contract, 'bitexact engines contract' lists" + " them: "
                            + engine);
        }
        if (anyNan && !check) {
            throw new UsageException("--any-nan needs --check");
        }
        Progress progress = new Progress(io);
        try (InputStream input = io.open(in);
                OutputFile file = io.create(out)) {
            int exit = run(file.stream(), input, engine, progress);
            file.commit();
            return exit;
        } finally {
            progress.end();
        }
    }

    private int run(OutputStream output, InputStream input, Engine engine, Progress progress) throws IOException {
        LineReader lines = new LineReader(input, MAX_LENGTH);
        StringBuilder text = new StringBuilder();
        long compared = 0;
        long different = 0;
        long read = 0;
        try {
            for (String line = lines.next(); line != null; line = lines.next()) {
                read += line.length() + 1;
                progress.bytes(read);
                String item = line.strip();
                if (item.isEmpty() || item.charAt(0) == '#') {
                    continue;
                }
                try {
                    DotLine dot = DotLine.parse(item, engine);
                    long result = engine.dot(dot.input());
                    if (!check) {
                        DotLine.append(text, result, engine.formatD().hexDigits());
                        appendCertainty(text, engine, dot.input());
                        text.append('\n');
                    } else if (dot.result() == null) {
                        throw new UsageException("field d is missing, with which --check compares");
                    } else {
                        compared++;
                        if (!isEqual(engine, dot.result(), result) && ++different <= SHOWN) {
                            text.append("line ").append(lines.number()).append(": ");
                            DotLine.append(text, dot.result(), engine.formatD().hexDigits());
                            text.append(" given, ");
                            DotLine.append(text, result, engine.formatD().hexDigits());
                            text.append(" computed\n");
                        }
                    }
                } catch (IllegalArgumentException | UsageException e) {
                    throw new UsageException("line " + lines.number() + ": " + e.getMessage());
                }
                // what has come is answered before more is waited for
                if (text.length() > 1 << 16 || !lines.ready()) {
                    flush(output, text);
                }
            }
            if (check) {
                text.append(compared).append(" compared, ").append(different).append(" different\n");
            }
        } finally {
            flush(output, text);
        }
        return different == 0 ? ExitCode.SUCCESS : ExitCode.MISMATCH;
    }

    private boolean isEqual(Engine engine, long given, long computed) {
        return given == computed
                || anyNan && engine.formatD() instanceof FloatFormat f && f.isNan(given) && f.isNan(computed);
    }

    private void appendCertainty(StringBuilder text, Engine engine, DotCase input) {
        if (disputed) {
            text.append(engine.disputed(input) ? " disputed" : " agreed");
        }
        if (enclosure) {
            Enclosure range = engine.enclosure(input).orElseThrow();
            int digits = engine.formatD().hexDigits();
            if (range.numbers()) {
                text.append(' ');
                DotLine.append(text, range.lo(), digits);
                text.append(' ');
                DotLine.append(text, range.hi(), digits);
            }
            text.append(range.nan() ? " nan" : "");
        }
    }

    private static void flush(OutputStream out, StringBuilder text) throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        text.setLength(0);
    }
}
