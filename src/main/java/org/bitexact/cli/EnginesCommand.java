package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.engine.Fingerprint;
import org.bitexact.engine.Probe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code engines}: the catalogue of matrix engines, and their fingerprints. */
@picocli.CommandLine.Command(
        name = "engines",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = {
            "engines [--json | --markdown] [--all] [TEXT...]",
            "       bitexact engines --probe NAME [--inputs | --results FILE]"
        },
        sortOptions = false,
        description = {
            "%nLists the models of matrix engines whose names contain every TEXT: the order of additions, the bits kept in"
                    + " them, the rounding, and how it is known. A single engine is told in full.%n",
            "--probe finds the fingerprint of an engine by feeding it chosen inputs. The inputs depend on the formats alone:"
                    + " to probe a model of your own, take an engine with its formats, write the inputs with --inputs"
                    + " (JSON Lines as 'dot' reads them), and give the results to --results: a code a line, or the lines"
                    + " with the code as field d.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact engines hopper e4m3",
            "  bitexact engines nvidia.ampere.mma.bf16.f32",
            "  bitexact engines --probe nvidia.hopper.wgmma.e4m3.f32",
            "  bitexact engines --probe nvidia.hopper.wgmma.e4m3.f32 --inputs | my_model | bitexact engines --probe"
                    + " nvidia.hopper.wgmma.e4m3.f32 --results -",
            "  bitexact engines --json | jq -r '.[] | select(.evidence == \"A\") | .name'"
        })
final class EnginesCommand extends Command {
    @Option(names = "--json", description = "Print a JSON array with every parameter, source and dispute.")
    private boolean json;

    @Option(names = "--markdown", description = "Print a Markdown table.")
    private boolean markdown;

    @Option(names = "--all", description = "In tables without TEXT, list the engines whose two inputs differ as well.")
    private boolean all;

    @Option(names = "--probe", paramLabel = "NAME", description = "Print the fingerprint of an engine.")
    private @Nullable String probe;

    @Option(names = "--inputs", description = "With --probe: print the inputs.")
    private boolean inputs;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "With --probe: read the results of the inputs, and print the fingerprint of what gave them.")
    private @Nullable String results;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "Parts of names.")
    private List<String> parts = new ArrayList<>();

    @Override
    int run(Io io) throws IOException {
        if (json && markdown) {
            throw new UsageException("--json and --markdown exclude each other");
        }
        if (probe != null) {
            if (markdown || all || !parts.isEmpty() || inputs && (json || results != null)) {
                throw new UsageException("--probe goes with --inputs, or with --results and --json, alone");
            }
            return probe(io, EngineArgument.find(probe));
        }
        if (inputs || results != null) {
            throw new UsageException("--inputs and --results need --probe");
        }
        List<Engine> engines = Engines.all().stream().filter(this::isWanted).toList();
        if (engines.isEmpty()) {
            throw new UsageException("no engine's name contains " + Io.quoted(String.join(" ", parts)) + suggestion());
        }
        if (json) {
            JsonGenerator generator = FormatJson.generator(io.text());
            generator.writeStartArray();
            for (Engine engine : engines) {
                EngineTable.write(generator, engine);
            }
            generator.writeEndArray();
            generator.flush();
            io.text().write("\n");
        } else if (markdown) {
            io.text().write(EngineTable.markdown(engines));
        } else if (engines.size() == 1) {
            io.text().write(EngineTable.detail(engines.get(0)));
        } else {
            io.text().write(EngineTable.plain(engines));
        }
        return ExitCode.SUCCESS;
    }

    /** What the first text that no name contains may be meant to be: a name, or a part of one. */
    private String suggestion() {
        Set<String> known = new LinkedHashSet<>(Engines.names());
        Engines.names().forEach(name -> known.addAll(List.of(name.split("\\."))));
        for (String part : parts) {
            String text = part.toLowerCase(Locale.ROOT);
            if (Engines.names().stream().noneMatch(name -> name.contains(text))) {
                return Suggestions.of(text, known);
            }
        }
        return "";
    }

    /** An exact name means that engine alone; otherwise every part must occur in the name or an alias. */
    private boolean isWanted(Engine engine) {
        if (parts.isEmpty()) {
            return all || json || !EngineTable.isMixed(engine);
        }
        if (parts.size() == 1 && Engines.find(parts.get(0)).isPresent()) {
            return Engines.get(parts.get(0)) == engine;
        }
        String names = engine.name() + " " + String.join(" ", engine.aliases());
        return parts.stream().allMatch(part -> names.contains(part.toLowerCase(Locale.ROOT)));
    }

    // ------------------------------------------------------------------ fingerprints

    private int probe(Io io, Engine engine) throws IOException {
        if (inputs) {
            for (DotCase input : Probe.of(engine).cases()) {
                io.text().write(DotLine.format(input, engine) + "\n");
            }
            return ExitCode.SUCCESS;
        }
        Fingerprint found =
                results == null ? Probe.fingerprint(engine) : Probe.of(engine).read(readResults(io, engine, results));
        if (json) {
            JsonGenerator generator = FormatJson.generator(io.text());
            generator.writeStartObject();
            for (Map.Entry<String, String> answer : found.answers().entrySet()) {
                generator.writeStringField(answer.getKey(), answer.getValue());
            }
            generator.writeEndObject();
            generator.flush();
            io.text().write("\n");
        } else {
            io.text().write(found.toString());
        }
        return ExitCode.SUCCESS;
    }

    private static long[] readResults(Io io, Engine engine, String file) throws IOException {
        List<Long> codes = new ArrayList<>();
        try (InputStream input = io.open(file)) {
            LineReader lines = new LineReader(input);
            for (String line = lines.next(); line != null; line = lines.next()) {
                String item = line.strip();
                if (item.isEmpty() || item.charAt(0) == '#') {
                    continue;
                }
                try {
                    codes.add(result(item, engine));
                } catch (IllegalArgumentException | UsageException e) {
                    throw new UsageException("line " + lines.number() + ": " + e.getMessage());
                }
            }
        }
        return codes.stream().mapToLong(Long::longValue).toArray();
    }

    /** {@return the code that a line gives: bare, or as field d of a dot product} */
    private static long result(String item, Engine engine) {
        if (item.startsWith("{")) {
            Long d = DotLine.parse(item, engine).result();
            if (d == null) {
                throw new UsageException("field d, the result's code, is missing");
            }
            return d;
        }
        int digits = engine.formatD().hexDigits();
        if (!item.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw new UsageException("a result must have " + digits + " hexadecimal digits, a code of "
                    + engine.formatD() + ": " + Io.quoted(item));
        }
        return Long.parseUnsignedLong(item, 16);
    }
}
