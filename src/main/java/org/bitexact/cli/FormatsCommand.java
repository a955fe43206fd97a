package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.CFp8;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Format;
import org.bitexact.format.FormatNames;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.FormatSpec;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code formats}: the registry as a table, as Markdown or as JSON. */
@picocli.CommandLine.Command(
        name = "formats",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "formats [--json | --markdown] [--all] [FORMAT...]",
        sortOptions = false,
        description = {
            "%nLists the formats: bits, bias, range, special values, other names.%n",
            "With FORMATs, tells all that is known of each: names, families with parameters, spec files.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact formats",
            "  bitexact formats e4m3 'cfp8(e=4,m=3,bias=11)' nvfp4",
            "  bitexact formats --json | jq -r '.[] | select(.bits == 8) | .name'"
        })
final class FormatsCommand extends Command {
    @Option(names = "--json", description = "Print a JSON array with every parameter, landmark, alias and source.")
    private boolean json;

    @Option(names = "--markdown", description = "Print Markdown tables.")
    private boolean markdown;

    @Option(names = "--all", description = "Write the P3109 family out, all 504 formats.")
    private boolean all;

    @Parameters(arity = "0..*", paramLabel = "FORMAT", description = "Only these formats.")
    private List<String> names = new ArrayList<>();

    /** A format to be told of, with the rules of conversions that come with it. */
    private record Entry(Format format, Policies policies) {}

    @Override
    int run(Io io) throws IOException {
        if (markdown && (json || all || !names.isEmpty())) {
            throw new UsageException("--markdown stands alone");
        }
        if (all && !names.isEmpty()) {
            throw new UsageException("--all and FORMATs exclude each other");
        }
        List<Entry> entries = new ArrayList<>();
        for (String name : names) {
            find(name, io, entries);
        }
        if (markdown) {
            io.text().write(FormatTable.markdown());
        } else if (json) {
            writeJson(io, names.isEmpty() ? registry() : entries);
        } else if (names.isEmpty()) {
            io.text().write(FormatTable.plain(all));
        } else {
            String separator = "";
            for (Entry entry : entries) {
                io.text().write(separator);
                io.text()
                        .write(
                                entry.format() instanceof BlockFormat block
                                        ? FormatTable.detail(block)
                                        : FormatTable.detail((ScalarFormat) entry.format(), entry.policies()));
                separator = "\n";
            }
        }
        return ExitCode.SUCCESS;
    }

    /** Adds what a name means; that of a block and of its element is two things. */
    private static void find(String name, Io io, List<Entry> entries) throws IOException {
        if (FormatArgument.isFile(name)) {
            FormatSpec spec = FormatSpec.read(Io.path(name));
            entries.add(
                    spec.kind() == FormatSpec.Kind.BLOCK
                            ? new Entry(spec.block(), Policies.IEEE)
                            : new Entry(spec.format(), spec.policies().orElse(Policies.IEEE)));
            return;
        }
        Optional<BlockFormat> block = block(name);
        try {
            Resolved resolved = FormatNames.scalar(name);
            io.note(resolved.note());
            entries.add(new Entry(resolved.format(), resolved.policies().orElse(Policies.IEEE)));
        } catch (IllegalArgumentException e) {
            if (block.isEmpty()) {
                throw e;
            }
        }
        block.ifPresent(found -> entries.add(new Entry(found, Policies.IEEE)));
    }

    private static Optional<BlockFormat> block(String name) {
        try {
            return Optional.of(FormatNames.block(name));
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).contains("ambiguous")) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private List<Entry> registry() {
        List<Entry> entries = new ArrayList<>();
        Formats.named().forEach(format -> entries.add(new Entry(format, Policies.IEEE)));
        Formats.namedBlocks().forEach(block -> entries.add(new Entry(block, Policies.IEEE)));
        CFp8.presets().forEach(preset -> entries.add(new Entry(preset.format(), preset.policies())));
        if (all) {
            for (FloatFormat member : P3109.all(3, 16)) {
                entries.add(new Entry(member, Policies.IEEE));
            }
        }
        return entries;
    }

    private void writeJson(Io io, List<Entry> entries) throws IOException {
        JsonGenerator generator = FormatJson.generator(io.text());
        generator.writeStartArray();
        for (Entry entry : entries) {
            if (entry.format() instanceof BlockFormat block) {
                FormatJson.write(generator, block);
            } else {
                FormatJson.write(generator, (ScalarFormat) entry.format(), entry.policies());
            }
        }
        if (names.isEmpty()) {
            for (FormatTable.Family family : FormatTable.FAMILIES) {
                FormatJson.write(generator, family);
            }
        }
        generator.writeEndArray();
        generator.flush();
        io.text().write("\n");
    }
}
