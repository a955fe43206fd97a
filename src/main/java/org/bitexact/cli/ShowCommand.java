package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Literal;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code show}: what codes mean, what values become, or the whole table of a format. */
@picocli.CommandLine.Command(
        name = "show",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "show FORMAT [--json] [--rounding R] [CODE or VALUE...]",
        sortOptions = false,
        description = {
            "%nExplains codes (0x and digits without p) and values (0.1, 0x1.8p3, inf) in a format: fields, value, class,"
                    + " neighbours, unit in the last place (ulp); for a value also the code it is rounded to, and the"
                    + " error. Without CODE or VALUE, prints every code of a format of at most 8 bits, the landmarks of a"
                    + " wider one.%n"
        },
        footer = {"%nExamples:%n", "  bitexact show e4m3 0x7e 0.1 -1e9", "  bitexact show e2m1"})
final class ShowCommand extends Command {
    private static final int TABLE_BITS = 8;

    @Parameters(index = "0", paramLabel = "FORMAT", description = "A format's name or a spec file.")
    private String name = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "CODE or VALUE", description = "What to explain.")
    private List<String> items = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(
            names = "--rounding",
            paramLabel = "R",
            description = "How values are rounded: rne (default), rna, rnz, rhu, rz, raz, ru, rd, ro.")
    private @Nullable Rounding rounding;

    @Override
    void configure(CommandLine line) {
        // -1.5 and -inf are values
        line.setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    int run(Io io) throws IOException {
        List<String> words = new ArrayList<>(items);
        words.add(0, name);
        for (String word : words) {
            if (word.length() > 1 && word.charAt(0) == '-' && "0123456789.iInN".indexOf(word.charAt(1)) < 0) {
                throw new UsageException(unknown(line(), word));
            }
        }
        Resolved resolved = FormatArgument.scalar(name, io);
        ScalarFormat format = resolved.format();
        Policies policies = resolved.policies().orElse(Policies.IEEE);
        if (rounding != null) {
            if (rounding.isStochastic()) {
                throw new UsageException("--rounding must be deterministic here: " + rounding.id());
            }
            policies = policies.withRounding(rounding);
        }
        Codec codec = Codec.of(format, policies);
        List<Item> all = new ArrayList<>();
        for (String item : items) {
            try {
                all.add(
                        TextConversion.isCode(item)
                                ? Item.ofCode(format, TextConversion.parseCode(item, format))
                                : Item.ofValue(codec, item, Literal.parse(item)));
            } catch (IllegalArgumentException | UsageException e) {
                throw new UsageException(Io.quoted(item) + ": " + e.getMessage());
            }
        }
        if (json) {
            writeJson(io.text(), format, policies, all);
        } else if (!all.isEmpty()) {
            String separator = "";
            for (Item item : all) {
                io.text().write(separator + item.explain(policies.rounding()));
                separator = "\n";
            }
        } else if (format.width() <= TABLE_BITS) {
            writeTable(io.text(), format);
        } else {
            writeLandmarks(io.text(), format);
        }
        return ExitCode.SUCCESS;
    }

    private static void writeTable(Writer out, ScalarFormat format) throws IOException {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"code", "fields", "value", "hex", "class"});
        for (long code = 0; code <= format.codeMask(); code++) {
            CodeText text = CodeText.of(format);
            rows.add(new String[] {
                text.hex(code),
                text.fields(code),
                Decimals.of(format, code),
                text.hexFloat(code),
                Item.ofCode(format, code).className()
            });
        }
        int[] widths = new int[5];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).append(" ".repeat(i == row.length - 1 ? 0 : widths[i] - row[i].length() + 2));
            }
            out.write(line.append('\n').toString());
        }
    }

    private static void writeLandmarks(Writer out, ScalarFormat format) throws IOException {
        CodeText text = CodeText.of(format);
        String layout = format instanceof FloatFormat f ? ": " + FormatTable.layout(f) : "";
        out.write(format.name() + ": " + format.info().title() + ", " + format.width() + " bits" + layout + "\n\n");
        for (Map.Entry<String, Long> landmark : Landmarks.of(format).entrySet()) {
            String key = landmark.getKey().replace('_', ' ');
            long code = landmark.getValue();
            out.write("  " + key + " ".repeat(18 - key.length()) + text.hex(code) + " = " + text.fields(code) + " "
                    + FormatTable.withHexFloat(format, code) + "\n");
        }
    }

    private static void writeJson(Writer out, ScalarFormat format, Policies policies, List<Item> items)
            throws IOException {
        JsonGenerator generator = FormatJson.generator(out);
        generator.writeStartObject();
        generator.writeFieldName("format");
        FormatJson.write(generator, format, policies);
        if (!items.isEmpty() || format.width() <= TABLE_BITS) {
            generator.writeArrayFieldStart("items");
            for (Item item : items) {
                item.write(generator, policies.rounding());
            }
            for (long code = 0; items.isEmpty() && code <= format.codeMask(); code++) {
                Item.ofCode(format, code).write(generator, policies.rounding());
            }
            generator.writeEndArray();
        }
        generator.writeEndObject();
        generator.flush();
        out.write("\n");
    }
}
