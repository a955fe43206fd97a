package org.bitexact.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Enclosure;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code dot}: dot products by a matrix engine, as JSON Lines. */
@picocli.CommandLine.Command(
        name = "dot",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "dot --engine NAME [--in FILE] [--out FILE] [--disputed] [--enclosure]",
        sortOptions = false,
        description = {
            "%nReads one dot product a line and prints the code of each result in hexadecimal.%n",
            "A line is a JSON object: \"a\" and \"b\" hold the codes of the vectors, k ascending, \"c\" that of the addend",
            "(0 if it is left out), \"sa\" and \"sb\" the scales of block-scaled engines. Codes are bare hexadecimal digits of",
            "fixed width, ceil(bits / 4) each, one after the other; TF32 codes stand in their binary32 container.%n"
        },
        footer = {
            "%nExample:%n",
            "  echo '{\"a\":\"3c00b800\",\"b\":\"3c003c00\",\"c\":\"beffffff\"}' | bitexact dot --engine nvidia.hopper.mma.f16.f32"
        })
final class DotCommand extends Command {
    private static final List<String> FIELDS = List.of("a", "b", "c", "sa", "sb");

    /** Characters written at a time. */
    private static final int BATCH = 1 << 16;

    @Option(names = "--engine", required = true, paramLabel = "NAME", description = "The engine; 'engines' lists them.")
    private String name = "";

    @Option(names = "--in", paramLabel = "FILE", description = "Read this file instead of standard input.")
    private String in = "";

    @Option(names = "--out", paramLabel = "FILE", description = "Write this file instead of standard output.")
    private String out = "";

    @Option(names = "--disputed", description = "After the code, tell whether sources disagree about the input.")
    private boolean disputed;

    @Option(
            names = "--enclosure",
            description = "After the code, print the smallest and largest result that a contract allows.")
    private boolean enclosure;

    @Override
    int run(Io io) throws IOException {
        Engine engine = Engines.find(name)
                .orElseThrow(() -> new UsageException("unknown engine " + Io.quoted(name) + suggestion()));
        if (enclosure && engine.contract().isEmpty()) {
            throw new UsageException("--enclosure needs an engine that reads a contract, of evidence D: " + name
                    + " is of " + engine.evidence().letter());
        }
        JsonFactory json = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (InputStream input = io.open(in);
                OutputFile file = io.create(out)) {
            LineReader lines = new LineReader(input);
            StringBuilder answers = new StringBuilder();
            for (String line = lines.next(); line != null; line = lines.next()) {
                if (line.isBlank()) {
                    continue;
                }
                try {
                    answers.append(answer(engine, read(json, engine, line)));
                } catch (IllegalArgumentException e) {
                    throw new UsageException("line " + lines.number() + ": " + e.getMessage());
                }
                // a partner at the other end of a pipe is not kept waiting
                if (!lines.ready() || answers.length() > BATCH) {
                    write(file, answers);
                }
            }
            write(file, answers);
            file.commit();
        }
        return ExitCode.SUCCESS;
    }

    private static void write(OutputFile file, StringBuilder answers) throws IOException {
        file.stream().write(answers.toString().getBytes(StandardCharsets.US_ASCII));
        answers.setLength(0);
    }

    private String suggestion() {
        String near = Suggestions.of(name.toLowerCase(Locale.ROOT), Engines.names());
        return near.isEmpty() ? "; 'bitexact engines' lists them" : near;
    }

    private String answer(Engine engine, DotCase input) {
        int digits = engine.formatD().hexDigits();
        StringBuilder text = new StringBuilder(hex(engine.dot(input), digits));
        if (disputed) {
            text.append(engine.disputed(input) ? " disputed" : " agreed");
        }
        if (enclosure) {
            Enclosure range = engine.enclosure(input).orElseThrow();
            text.append(range.numbers() ? " " + hex(range.lo(), digits) + " " + hex(range.hi(), digits) : "")
                    .append(range.nan() ? " nan" : "");
        }
        return text.append('\n').toString();
    }

    private static String hex(long code, int digits) {
        return String.format(Locale.ROOT, "%0" + digits + "x", code);
    }

    private static DotCase read(JsonFactory json, Engine engine, String line) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = json.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("must be a JSON object: " + Io.quoted(line));
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                if (!FIELDS.contains(field)) {
                    throw new IllegalArgumentException("field must be one of " + String.join(", ", FIELDS) + ": "
                            + Io.quoted(String.valueOf(field)));
                }
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw new IllegalArgumentException("field " + field + " must be a string of hexadecimal digits");
                }
                fields.put(field, parser.getText());
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("must hold one JSON object and nothing after it");
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage());
        }
        long[] a = codes("a", need(fields, "a"), engine.formatA().hexDigits());
        long[] b = codes("b", need(fields, "b"), engine.formatB().hexDigits());
        String addend = fields.get("c");
        long[] c = codes(
                "c",
                addend == null ? "0".repeat(engine.formatC().hexDigits()) : addend,
                engine.formatC().hexDigits());
        if (c.length != 1) {
            throw new IllegalArgumentException("c must be one code: " + c.length);
        }
        return new DotCase(a, b, c[0], scales(engine, "sa", fields), scales(engine, "sb", fields));
    }

    private static String need(Map<String, String> fields, String field) {
        String text = fields.get(field);
        if (text == null) {
            throw new IllegalArgumentException("field " + field + " is missing");
        }
        return text;
    }

    private static long @Nullable [] scales(Engine engine, String field, Map<String, String> fields) {
        String text = fields.get(field);
        if (text == null) {
            return null;
        }
        if (engine.scaling().isEmpty()) {
            throw new IllegalArgumentException(field + " must be left out: " + engine.name() + " is not block-scaled");
        }
        return codes(field, text, engine.scaling().get().hexDigits());
    }

    private static long[] codes(String field, String text, int digits) {
        if (text.length() % digits != 0) {
            throw new IllegalArgumentException("digits of " + field + " must be a multiple of " + digits
                    + ", the width of a code: " + text.length());
        }
        long[] codes = new long[text.length() / digits];
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0 || text.charAt(i) > 'f') {
                throw new IllegalArgumentException(field + " must consist of hexadecimal digits: "
                        + Io.quoted(text.substring(i, i + 1)) + " at " + i);
            }
            codes[i / digits] = codes[i / digits] << 4 | digit;
        }
        return codes;
    }
}
