package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitexact.engine.Dispute;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.engine.Evidence;
import org.bitexact.format.Source;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code engines}: the catalogue of matrix engines as a table, in full, or as JSON. */
@picocli.CommandLine.Command(
        name = "engines",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "engines [--json] [TEXT...]",
        sortOptions = false,
        description = {
            "%nLists the matrix engines whose names contain every TEXT, or all, with the kind of evidence for each.",
            "A single engine is told in full. 'bitexact dot --engine NAME' computes with one.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact engines hopper e4m3",
            "  bitexact engines nvidia.ampere.mma.bf16.f32",
            "  bitexact engines --json | jq -r '.[] | select(.evidence == \"A\") | .name'"
        })
final class EnginesCommand extends Command {
    @Option(names = "--json", description = "Print a JSON array with parameters, evidence and sources.")
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "Parts of names.")
    private List<String> parts = new ArrayList<>();

    @Override
    int run(Io io) throws IOException {
        List<Engine> found = Engines.all().stream().filter(this::isWanted).toList();
        if (found.isEmpty()) {
            String last = parts.get(parts.size() - 1);
            throw new UsageException("no engine's name contains " + Io.quoted(String.join(" ", parts))
                    + (parts.size() == 1 ? Suggestions.of(last, Engines.names()) : ""));
        }
        if (json) {
            writeJson(io.text(), found);
        } else if (found.size() == 1) {
            writeDetail(io.text(), found.get(0));
        } else {
            writeTable(io.text(), found);
        }
        return ExitCode.SUCCESS;
    }

    /** An exact name means that engine alone; otherwise every part must occur in the name or an alias. */
    private boolean isWanted(Engine engine) {
        if (parts.size() == 1 && Engines.find(parts.get(0)).isPresent()) {
            return Engines.get(parts.get(0)) == engine;
        }
        String names = engine.name() + " " + String.join(" ", engine.aliases());
        return parts.stream().allMatch(part -> names.contains(part.toLowerCase(Locale.ROOT)));
    }

    private static void writeTable(Writer out, List<Engine> engines) throws IOException {
        int width = engines.stream().mapToInt(e -> e.name().length()).max().orElse(0);
        String row = "%-" + width + "s  %-5s  %-5s  %-8s  %s%n".replace("%n", "\n");
        out.write(String.format(Locale.ROOT, row, "engine", "terms", "bits", "evidence", "shapes"));
        for (Engine engine : engines) {
            String terms = engine.spec()
                    .map(spec -> String.valueOf(spec.terms()))
                    .or(() -> engine.integerSpec().map(spec -> String.valueOf(spec.step())))
                    .orElse("-");
            String bits =
                    engine.spec().map(spec -> fraction(spec.fractionBits())).orElse("-");
            out.write(String.format(
                    Locale.ROOT,
                    row,
                    engine.name(),
                    terms,
                    bits,
                    engine.evidence().letter(),
                    String.join(", ", engine.shapes())));
        }
        out.write("\nterms: products added in one step; bits: fraction bits kept when they are aligned; evidence:\n");
        for (Evidence evidence : Evidence.values()) {
            if (evidence != Evidence.CUSTOM) {
                out.write("  " + evidence.letter() + "  " + evidence.meaning() + "\n");
            }
        }
    }

    private static String fraction(int bits) {
        return bits > 1000 ? "exact" : String.valueOf(bits);
    }

    private static void writeDetail(Writer out, Engine engine) throws IOException {
        out.write(engine.name() + "\n");
        line(out, "aliases", String.join(", ", engine.aliases()));
        line(out, "operands", engine.formatA() + ", " + engine.formatB());
        line(out, "addend", engine.formatC().toString());
        line(out, "result", engine.formatD().toString());
        line(out, "scales", engine.scaling().map(Object::toString).orElse(""));
        line(out, "shapes", String.join(", ", engine.shapes()));
        line(
                out,
                "evidence",
                engine.evidence().letter() + ", " + engine.evidence().meaning());
        line(out, "note", engine.note());
        line(out, "model", engine.spec().map(Object::toString).orElse(""));
        line(out, "model", engine.integerSpec().map(Object::toString).orElse(""));
        for (Dispute dispute : engine.disputes()) {
            line(out, "disputed", dispute.question() + " (" + dispute.source() + ")");
        }
        for (Source source : engine.sources()) {
            line(out, "source", source + (source.link().isEmpty() ? "" : " <" + source.link() + ">"));
        }
    }

    private static void line(Writer out, String title, String text) throws IOException {
        if (!text.isEmpty()) {
            out.write(String.format(Locale.ROOT, "  %-10s %s\n", title, text));
        }
    }

    private static void writeJson(Writer out, List<Engine> engines) throws IOException {
        JsonGenerator generator = FormatJson.generator(out);
        generator.writeStartArray();
        for (Engine engine : engines) {
            generator.writeStartObject();
            generator.writeStringField("name", engine.name());
            writeStrings(generator, "aliases", engine.aliases());
            generator.writeStringField("a", engine.formatA().name());
            generator.writeStringField("b", engine.formatB().name());
            generator.writeStringField("c", engine.formatC().name());
            generator.writeStringField("d", engine.formatD().name());
            if (engine.scaling().isPresent()) {
                generator.writeObjectFieldStart("scaling");
                generator.writeStringField(
                        "format", engine.scaling().get().format().name());
                generator.writeNumberField(
                        "block_length", engine.scaling().get().blockLength());
                generator.writeEndObject();
            }
            writeStrings(generator, "shapes", engine.shapes());
            generator.writeStringField(
                    "evidence", String.valueOf(engine.evidence().letter()));
            generator.writeStringField("note", engine.note());
            writeRecord(
                    generator,
                    "model",
                    engine.spec()
                            .<Record>map(spec -> spec)
                            .or(engine::integerSpec)
                            .orElseThrow());
            writeStrings(
                    generator,
                    "disputed",
                    engine.disputes().stream().map(Dispute::question).toList());
            writeStrings(
                    generator,
                    "sources",
                    engine.sources().stream().map(Source::toString).toList());
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.flush();
        out.write("\n");
    }

    private static void writeStrings(JsonGenerator generator, String name, List<String> values) throws IOException {
        generator.writeArrayFieldStart(name);
        for (String value : values) {
            generator.writeString(value);
        }
        generator.writeEndArray();
    }

    /** The parameters of a model, whichever it has. */
    private static void writeRecord(JsonGenerator generator, String name, Record model) throws IOException {
        generator.writeObjectFieldStart(name);
        for (RecordComponent component : model.getClass().getRecordComponents()) {
            Object value;
            try {
                value = component.getAccessor().invoke(model);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            if (value instanceof Integer number) {
                generator.writeNumberField(component.getName(), number);
            } else if (value instanceof Boolean flag) {
                generator.writeBooleanField(component.getName(), flag);
            } else {
                generator.writeStringField(component.getName(), String.valueOf(value));
            }
        }
        generator.writeEndObject();
    }
}
