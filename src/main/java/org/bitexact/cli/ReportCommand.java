package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.bitexact.format.Format;
import org.bitexact.quant.TensorValues;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report}: what formats do to the tensors of a file, as text, JSON or a page with plots. */
@picocli.CommandLine.Command(
        name = "report",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "report IN [--formats A,B,C] [--json] [--out report.html] [OPTIONS]",
        sortOptions = false,
        description = {
            "%nQuantises the floating-point tensors of an .npy or .safetensors file to several formats and compares the values"
                    + " of the codes with the originals: errors, signal-to-noise ratio, saturation, values lost to zero,"
                    + " ranking.%n",
            "Prints a table for each tensor, or JSON. --out writes a page that opens in any browser without a network, with"
                    + " the same figures, error against magnitude, and values over each format's number line.%n"
        },
        footer = {
            "%nExample:%n",
            "  bitexact report model.safetensors --formats i8,e4m3,mxfp4,nvfp4 --out report.html%n",
            "Exit codes: 0 success, 2 bad arguments or data, 3 input or output failed."
        })
final class ReportCommand extends Command {
    private static final String PLACE = "@DATA@";

    @Parameters(paramLabel = "IN", description = "The file: .npy or .safetensors.")
    private String in = "";

    @Option(
            names = "--formats",
            split = ",",
            paramLabel = "F",
            description = "The candidates, by default i8,i4,e4m3,mxfp8_e4m3,mxfp6_e2m3,mxfp4,mxint8,nvfp4.")
    private List<String> formats = List.of("i8", "i4", "e4m3", "mxfp8_e4m3", "mxfp6_e2m3", "mxfp4", "mxint8", "nvfp4");

    @Option(names = "--only", paramLabel = "GLOB", description = "Only tensors whose names match; may be repeated.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean asJson;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the page, with plots; it appears when it is complete.")
    private String out = "";

    @Mixin
    private QuantizeOptions options = new QuantizeOptions();

    @Override
    void configure(CommandLine line) {
        QuantizeOptions.register(line);
    }

    @Override
    int run(Io io) throws IOException {
        Set<String> names = new LinkedHashSet<>(formats);
        List<Format> candidates = new ArrayList<>();
        for (String name : names) {
            candidates.add(QuantizeOptions.format(name, io));
        }
        TensorInput input = TensorInput.open(in);
        List<TensorReport> reports = new ArrayList<>();
        Progress progress = new Progress(io);
        long[] read = {0};
        LongConsumer counter = bytes -> progress.bytes(read[0] += bytes);
        try (OutputFile page = io.create(out)) {
            for (Map.Entry<String, Tensor> entry : input.tensors().entrySet()) {
                TensorInfo info = entry.getValue().info().named(entry.getKey());
                if (TensorValues.areFloats(info) && info.elements() > 0 && TensorInput.matches(info, only)) {
                    reports.add(report(entry.getValue().as(info), names, candidates, counter));
                }
            }
            if (reports.isEmpty()) {
                throw new UsageException(TensorInput.nothing(in, only));
            }
            progress.end();
            if (!out.isEmpty()) {
                page.stream().write(html(names, reports).getBytes(StandardCharsets.UTF_8));
                page.commit();
            }
        } finally {
            progress.end();
        }
        if (asJson) {
            try (JsonGenerator json = FormatJson.generator(io.text())) {
                json(json, names, reports);
            }
            io.text().write("\n");
        } else {
            String separator = "";
            for (TensorReport report : reports) {
                io.text().write(separator + report.text());
                separator = "\n";
            }
        }
        return ExitCode.SUCCESS;
    }

    private TensorReport report(Tensor tensor, Set<String> names, List<Format> candidates, LongConsumer counter)
            throws IOException {
        List<TensorReport.Candidate> results = new ArrayList<>();
        int i = 0;
        for (String name : names) {
            try {
                results.add(TensorReport.Candidate.of(
                        name,
                        options.suited(candidates.get(i++))
                                .scheme(candidates.get(i - 1), tensor.info())
                                .quantize(tensor, counter)));
            } catch (IllegalArgumentException e) {
                throw new UsageException(
                        "tensor " + Io.quoted(tensor.info().name()) + ", " + name + ": " + e.getMessage());
            }
        }
        return new TensorReport(tensor.info(), results);
    }

    private void json(JsonGenerator json, Set<String> names, List<TensorReport> reports) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", String.valueOf(Io.path(in).getFileName()));
        json.writeStringField("generator", Main.version().strip());
        json.writeFieldName("formats");
        json.writeArray(names.toArray(new String[0]), 0, names.size());
        json.writeArrayFieldStart("tensors");
        for (TensorReport report : reports) {
            report.write(json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** The page: a template of ours with the data in a script element, in which no end tag may occur. */
    private String html(Set<String> names, List<TensorReport> reports) throws IOException {
        String template;
        try (InputStream in = ReportCommand.class.getResourceAsStream("report.html")) {
            if (in == null) {
                throw new IllegalStateException("report.html is missing in this package of bitexact");
            }
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Writer data = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(data)) {
            json(json, names, reports);
        }
        int place = template.indexOf(PLACE);
        return template.substring(0, place)
                + data.toString().replace("<", "\\u003c")
                + template.substring(place + PLACE.length());
    }
}
