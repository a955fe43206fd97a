package org.bitexact.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.bitexact.format.Format;
import org.bitexact.quant.QuantizedTensor;
import org.bitexact.quant.QuantizedTensor.Part;
import org.bitexact.quant.TensorScheme;
import org.bitexact.quant.TensorValues;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.SafetensorsFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorWriter;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quantize}: tensor files to codes, scales and zero points. */
@picocli.CommandLine.Command(
        name = "quantize",
        synopsisHeading = "Usage: bitexact ",
        customSynopsis = "quantize IN --to FORMAT --out OUT [OPTIONS]",
        sortOptions = false,
        description = {
            "%nQuantises the floating-point tensors of an .npy or .safetensors file to integers, scaled floats of at most 8"
                    + " bits, or a block format (mxfp8_e4m3, mxfp4, mxint8, nvfp4, ...), and writes codes, scales and zero"
                    + " points. Files may be larger than memory.%n",
            "OUT.safetensors holds, for a tensor w, its codes as w, and w.scale, w.zero_point and w.tensor_scale where there"
                    + " are such; other tensors are copied. OUT.npy holds the codes; the others stand beside it as"
                    + " OUT.scale.npy and so on, the type in the name.%n",
            "Prints one line for each tensor that was quantised.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact quantize w.npy --to int8 --granularity channel:0 --out w.int8.npy%n"
                    + "  bitexact quantize model.safetensors --to mxfp4 --only '*.weight' --out model.mxfp4.safetensors%n",
            "Exit codes: 0 success, 2 bad arguments or data, 3 input or output failed."
        })
final class QuantizeCommand extends Command {
    /** Elements copied at a time. */
    private static final int CHUNK = 1 << 14;

    private static final String TYPE_KEY = "bitexact.type.";
    private static final String SCHEME_KEY = "bitexact.quantization.";

    @Parameters(paramLabel = "IN", description = "The file: .npy or .safetensors.")
    private String in = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORMAT",
            description = "Format of the codes: a name ('bitexact formats' lists them) or a spec file.")
    private String to = "";

    @Option(
            names = "--out",
            required = true,
            paramLabel = "OUT",
            description = "The file written, .npy or .safetensors; it appears when it is complete.")
    private String out = "";

    @Option(
            names = "--only",
            paramLabel = "GLOB",
            description = "Quantise the tensors whose names match; may be repeated. By default all of floats.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--packed", description = "Let codes of less than 8 bits share bytes, the first in the low bits.")
    private boolean packed;

    @Mixin
    private QuantizeOptions options = new QuantizeOptions();

    @Override
    void configure(CommandLine line) {
        QuantizeOptions.register(line);
    }

    @Override
    int run(Io io) throws IOException {
        Format format = QuantizeOptions.format(to, io);
        boolean npy = TensorInput.hasExtension(out, TensorInput.NPY);
        if (!npy && !TensorInput.hasExtension(out, TensorInput.SAFETENSORS)) {
            throw new UsageException("--out must end in .npy or .safetensors: " + Io.quoted(out));
        }
        TensorInput input = TensorInput.open(in);
        Progress progress = new Progress(io);
        long[] read = {0};
        LongConsumer counter = bytes -> progress.bytes(read[0] += bytes);
        try {
            Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
            Map<String, String> schemes = new LinkedHashMap<>();
            for (Map.Entry<String, Tensor> entry : input.tensors().entrySet()) {
                TensorInfo info = entry.getValue().info().named(entry.getKey());
                if (TensorValues.areFloats(info) && TensorInput.matches(info, only)) {
                    try {
                        TensorScheme scheme = options.scheme(format, info);
                        quantized.put(
                                info.name(), scheme.quantize(entry.getValue().as(info), counter));
                        schemes.put(SCHEME_KEY + info.name(), scheme.toString());
                    } catch (IllegalArgumentException e) {
                        throw new UsageException("tensor " + Io.quoted(info.name()) + ": " + e.getMessage());
                    }
                }
            }
            if (quantized.isEmpty()) {
                throw new UsageException(TensorInput.nothing(in, only));
            }
            if (npy) {
                writeNpy(quantized);
            } else {
                writeSafetensors(input, quantized, schemes);
            }
            progress.end();
            for (QuantizedTensor tensor : quantized.values()) {
                io.text().write(tensor + "\n");
            }
        } finally {
            progress.end();
        }
        return ExitCode.SUCCESS;
    }

    private void writeNpy(Map<String, QuantizedTensor> quantized) throws IOException {
        if (quantized.size() > 1) {
            throw new UsageException(
                    "--out must end in .safetensors for " + quantized.size() + " tensors; --only selects one for .npy");
        }
        QuantizedTensor tensor = quantized.values().iterator().next();
        Path file = Io.path(out);
        List<TensorWriter> writers = new ArrayList<>();
        try {
            for (Part part : tensor.parts()) {
                TensorInfo info = tensor.info(part, packed);
                Path place = part == Part.CODES
                        ? file
                        : file.resolveSibling(NpyFile.fileName(TensorInput.stem(file) + "." + part.id(), info.type()));
                TensorWriter writer = NpyFile.create(place, info);
                writers.add(writer);
                tensor.write(part, writer);
            }
            for (TensorWriter writer : writers) {
                writer.commit();
            }
        } finally {
            writers.forEach(TensorWriter::close);
        }
    }

    private void writeSafetensors(
            TensorInput input, Map<String, QuantizedTensor> quantized, Map<String, String> schemes) throws IOException {
        List<TensorInfo> infos = new ArrayList<>();
        input.tensors().forEach((name, tensor) -> {
            QuantizedTensor codes = quantized.get(name);
            if (codes == null) {
                infos.add(tensor.info());
            } else {
                for (Part part : codes.parts()) {
                    infos.add(codes.info(part, packed));
                }
            }
        });
        Map<String, String> metadata = new LinkedHashMap<>();
        input.metadata().forEach((key, value) -> {
            if (!key.startsWith(TYPE_KEY)) {
                metadata.put(key, value);
            }
        });
        metadata.putAll(schemes);
        try (TensorWriter writer = SafetensorsFile.create(Io.path(out), infos, metadata)) {
            for (Map.Entry<String, Tensor> entry : input.tensors().entrySet()) {
                QuantizedTensor codes = quantized.get(entry.getKey());
                if (codes == null) {
                    copy(entry.getValue(), writer);
                    continue;
                }
                for (Part part : codes.parts()) {
                    writer.begin(codes.info(part, packed).name());
                    codes.write(part, writer);
                }
            }
            writer.commit();
        }
    }

    private static void copy(Tensor tensor, TensorWriter writer) throws IOException {
        long[] codes = new long[CHUNK];
        long elements = tensor.info().elements();
        if (elements == 0) {
            return;
        }
        writer.begin(tensor.info().name());
        for (long at = 0; at < elements; at += CHUNK) {
            int n = (int) Math.min(CHUNK, elements - at);
            tensor.read(at, codes, 0, n);
            writer.write(codes, 0, n);
        }
    }
}
