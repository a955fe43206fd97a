package org.bitexact.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.ScaleRule;
import org.bitexact.quant.BlockArithmetic;
import org.bitexact.quant.BlockCodec;
import org.bitexact.vectors.Pack;
import org.bitexact.vectors.PackColumn.Role;
import org.bitexact.vectors.PackDialect;
import org.bitexact.vectors.PackFiles;
import org.bitexact.vectors.PackFunction;
import org.bitexact.vectors.PackLayout;
import org.bitexact.vectors.PackRequest;
import org.bitexact.vectors.TestFloatOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vectors write}: generates a pack, or writes one that exists in another dialect. */
@picocli.CommandLine.Command(
        name = "write",
        synopsisHeading = "Usage: bitexact vectors ",
        customSynopsis = {
            "write FUNCTION [OPTIONS]",
            "       bitexact vectors write --from PACK --dialect D [--out FILE]"
        },
        sortOptions = false,
        description = {
            "%nWrites a pack of reference vectors: operands, results and flags of a function, with a description of what they"
                    + " are. The same arguments give the same bytes, on any machine.%n",
            "FUNCTION is a conversion or operation in TestFloat's manner (f32_to_e4m3, f16_add, e4m3_mulAdd_f32), an operation"
                    + " alone (to, add, sub, mul, mulAdd, div, rem, sqrt, roundToInt, eq, le, lt, ...) whose formats --format"
                    + " gives, dot or tile (with --engine), quantize (blocks, --format mxfp8_e4m3), or requantize.%n",
            "Without --out the pack goes to standard output, as JSON Lines unless --dialect says otherwise.%n"
        },
        footer = {
            "%nExamples:%n",
            "  bitexact vectors write e4m3_mulAdd_f32 --count 1000 --seed 7 --dialect tv --out fma.tv",
            "  bitexact vectors write f32_to_e4m3 --profile riscv --dialect readmemh --lanes 4 --out cvt.memh",
            "  bitexact vectors write mulAdd --format e4m3,e5m2,f32,f32 --dialect csv",
            "  bitexact vectors write tile --engine nvidia.hopper.wgmma.e4m3.f32 --shape m16n8k32 --out tiles.json",
            "  bitexact vectors write quantize --format nvfp4 --out nvfp4.safetensors",
            "  bitexact vectors write --from captured.jsonl.gz --engine x86.avx512.vdpbf16ps.bf16.f32 --out captured.csv%n",
            "Exit codes: 0 success, 2 bad arguments or data, 3 input or output failed."
        })
final class VectorsWriteCommand extends Command {
    @Parameters(arity = "0..1", paramLabel = "FUNCTION", description = "The function.")
    private String name = "";

    @Option(
            names = "--format",
            split = ",",
            splitSynopsisLabel = ",",
            paramLabel = "F",
            description =
                    "Formats of operands and result, or one for all; of quantize and requantize, the format of the result.")
    private List<String> formats = new ArrayList<>();

    @Option(names = "--engine", paramLabel = "NAME", description = "The engine of dot and tile; 'engines' lists them.")
    private String engine = "";

    @Option(
            names = "--length",
            paramLabel = "K",
            description =
                    "Length of the vectors of dot (default 32), or values in a row of quantize (default: a block).")
    private @Nullable Integer length;

    @Option(
            names = "--shape",
            paramLabel = "mMnNkK",
            description = "Shape of a tile (default: the engine's first, if it has any).")
    private @Nullable String shape;

    @Option(
            names = "--scale-rule",
            paramLabel = "R",
            description =
                    "How quantize chooses scales: floor, ceil, even, quotient-up, quotient-nearest, exponent-nearest,"
                            + " floor-plus-one (default: the format's).")
    private @Nullable String scaleRule;

    @Option(
            names = "--arithmetic",
            paramLabel = "A",
            description = "Arithmetic of quantize: exact (default), transformer-engine, torchao, microxcaling.")
    private @Nullable String arithmetic;

    @Option(
            names = "--roundings",
            paramLabel = "N",
            description = "Roundings of requantize: 2 (default; gemmlowp's) or 1.")
    private int roundings = 2;

    @Mixin
    private PolicyOptions policies = new PolicyOptions();

    @Option(
            names = "--stimulus",
            paramLabel = "S",
            description =
                    "How operands are drawn: mixed (default); of scalar functions also hard (cases that are hard to round),"
                            + " testfloat (TestFloat's classes), exhaustive (all, in order); cover chooses rows that together find every"
                            + " known wrong implementation and hold every class of code.")
    private String stimulus = "mixed";

    @Option(names = "--count", paramLabel = "N", description = "Number of cases (default 1000; exhaustive: all).")
    private @Nullable Integer count;

    @Option(
            names = "--from",
            paramLabel = "PACK",
            description =
                    "Take this pack instead of generating one; with --engine, dot products that do not say theirs.")
    private @Nullable String from;

    @Option(
            names = "--provenance",
            paramLabel = "TEXT",
            description = "With --from: where the results come from, for example the device, instruction and driver.")
    private @Nullable String provenance;

    @Option(
            names = "--dialect",
            paramLabel = "D",
            description =
                    "testfloat, tv, readmemh, readmemb, csv, jsonl, npy, safetensors, c, onnx (default: what --out's name"
                            + " tells; npy and onnx have a file for each column, and --out names their description, NAME.json).")
    private @Nullable String dialect;

    @Option(
            names = "--lanes",
            paramLabel = "N",
            description = "Rows in a word of tv, readmemh and readmemb, the first in the low bits (default 1).")
    private int lanes = 1;

    @Option(
            names = "--box",
            paramLabel = "BITS",
            description = "NaN boxing in tv, readmemh and readmemb: narrower floating-point codes stand below ones.")
    private int box;

    @Option(
            names = "--order",
            paramLabel = "O",
            description =
                    "little (default): the first of several codes in the low bits of a word; big: in the high bits.")
    private String order = "little";

    @Option(names = "--out", paramLabel = "FILE", description = "Write this file, not standard output.")
    private String out = "";

    @Override
    int run(Io io) throws IOException {
        if (!order.equals("little") && !order.equals("big")) {
            throw new UsageException("--order must be little or big: " + Io.quoted(order));
        }
        PackLayout layout = new PackLayout(lanes, box, order.equals("big"));
        boolean standard = out.isEmpty() || out.equals("-");
        PackDialect to = dialect(standard);
        if (!to.isVerilog() && !layout.equals(PackLayout.DEFAULT)) {
            throw new UsageException("--lanes, --box and --order need one of tv, readmemh, readmemb: " + to.id());
        }
        Pack pack = pack(io);
        if (standard) {
            if (!to.isText()) {
                throw new UsageException("--out is needed for " + to.id());
            }
            if (to == PackDialect.TESTFLOAT) {
                io.note("testfloat has no room for a description; --out FILE writes it beside");
            }
            PackFiles.write(pack, to, layout, pack.property("function"), io.out());
            return ExitCode.SUCCESS;
        }
        Path file = Io.path(out);
        try {
            PackFiles.write(pack, to, layout, file);
        } catch (IOException e) {
            throw Streams.failure("write", out, e);
        }
        return ExitCode.SUCCESS;
    }

    private PackDialect dialect(boolean standard) {
        if (dialect != null) {
            return PackDialect.parse(dialect);
        }
        if (standard) {
            return PackDialect.JSONL;
        }
        return PackDialect.ofFile(out)
                .filter(d -> !out.endsWith(".gz"))
                .orElseThrow(
                        () -> new UsageException("--dialect is needed: the name does not tell it: " + Io.quoted(out)));
    }

    private Pack pack(Io io) throws IOException {
        if (from != null) {
            if (!name.isEmpty()) {
                throw new UsageException("FUNCTION and --from exclude each other");
            }
            return told(VectorsVerifyCommand.read(from, null, VectorsVerifyCommand.columns(engine)));
        }
        if (provenance != null) {
            throw new UsageException("--provenance goes with --from");
        }
        if (name.isEmpty()) {
            throw new UsageException("a function is needed; 'bitexact vectors list' lists them");
        }
        long seed = policies.seed(1);
        if (seed < 0 || seed > Integer.MAX_VALUE) {
            throw new UsageException("--seed must be in [0, 2147483647]: " + seed);
        }
        PackFunction function = function(io);
        PackRequest request =
                new PackRequest(function, stimulus, count == null ? function.usualCount(stimulus) : count, (int) seed);
        Progress progress = new Progress(io);
        try {
            return request.generate(progress::rows);
        } finally {
            progress.end();
        }
    }

    /** {@return a pack that exists, with what the options say of it} */
    private Pack told(Pack pack) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (!engine.isEmpty()) {
            properties.putAll(PackRequest.dots(engine(engine)).properties());
        }
        properties.putAll(pack.properties());
        if (provenance != null) {
            properties.put("provenance", provenance.strip());
        }
        return pack.withProperties(properties);
    }

    // ------------------------------------------------------------------ functions

    private PackFunction function(Io io) throws IOException {
        switch (name) {
            case "dot", "tile" -> {
                if (engine.isEmpty()) {
                    throw new UsageException("--engine is needed for " + name);
                }
                Engine found = engine(engine);
                if (name.equals("dot")) {
                    return PackRequest.dot(found, length == null ? 32 : length);
                }
                if (shape == null && found.shapes().isEmpty()) {
                    throw new UsageException("--shape is needed: " + found.name() + " has none of its own");
                }
                return PackRequest.tile(found, shape == null ? found.shapes().get(0) : shape);
            }
            case "quantize" -> {
                BlockCodec codec = blocks(oneFormat("mxfp8_e4m3"));
                return length == null ? PackRequest.block(codec) : PackRequest.block(codec, length);
            }
            case "requantize" -> {
                if (FormatArgument.scalar(oneFormat("i8"), io).format() instanceof IntFormat integer) {
                    if (roundings != 1 && roundings != 2) {
                        throw new UsageException("--roundings must be 1 or 2: " + roundings);
                    }
                    return PackRequest.requantize(integer, roundings == 2);
                }
                throw new UsageException("--format must be an integer format: " + formats);
            }
            default -> {
                return scalar(io);
            }
        }
    }

    /** {@return the engine of a name} */
    static Engine engine(String name) {
        return Engines.find(name)
                .orElseThrow(() -> new UsageException("unknown engine " + Io.quoted(name)
                        + Suggestions.of(name.toLowerCase(Locale.ROOT), Engines.names())
                        + "; 'bitexact engines' lists them"));
    }

    private String oneFormat(String example) {
        if (formats.size() != 1) {
            throw new UsageException("--format must be one format for " + name + ", for example " + example + ": "
                    + String.join(",", formats));
        }
        return formats.get(0);
    }

    private BlockCodec blocks(String format) {
        BlockCodec codec = BlockCodec.of(FormatNames.block(format));
        Policies p = policies.policies(Formats.BINARY32, codec.format().element(), Optional.of(codec.policies()));
        codec = codec.policies(p);
        codec = scaleRule == null ? codec : codec.scaleRule(choice("--scale-rule", scaleRule, ScaleRule.values()));
        return arithmetic == null
                ? codec
                : codec.arithmetic(choice("--arithmetic", arithmetic, BlockArithmetic.values()));
    }

    private static <E extends Enum<E>> E choice(String option, String text, E[] values) {
        List<String> ids = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
        int index = ids.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new UsageException(option + " must be one of " + String.join(", ", ids) + ": " + Io.quoted(text)
                    + Suggestions.of(text, ids));
        }
        return values[index];
    }

    private PackFunction scalar(Io io) throws IOException {
        String word = name.equals("convert") ? "to" : name;
        Optional<TestFloatOperation> operation = Arrays.stream(TestFloatOperation.values())
                .filter(o -> o.word().equals(word))
                .findFirst();
        List<ScalarFormat> all = new ArrayList<>();
        if (operation.isEmpty()) {
            if (!formats.isEmpty()) {
                throw new UsageException("--format goes with an operation alone, such as mulAdd: " + Io.quoted(name));
            }
            // the formats, for profiles differ by them, and then the function
            PackFunction plain = PackRequest.scalar(name, Policies.IEEE);
            plain.columns().stream().filter(c -> c.role() != Role.FLAGS).forEach(c -> all.add(c.format()));
            boolean decides = plain.columns().get(all.size() - 1).format().equals(Formats.UINT1);
            return PackRequest.scalar(name, decides ? Policies.IEEE : policies(all));
        }
        if (formats.isEmpty()) {
            throw new UsageException("--format is needed for " + name);
        }
        for (String format : formats) {
            all.add(FormatArgument.scalar(format, io).format());
        }
        return PackRequest.scalar(operation.get(), all, operation.get().isComparison() ? Policies.IEEE : policies(all));
    }

    private Policies policies(List<ScalarFormat> all) {
        return policies.policies(all.get(0), all.get(all.size() - 1), Optional.empty());
    }
}
