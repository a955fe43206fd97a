package org.bitexact.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Format;
import org.bitexact.format.FormatNames;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScaleRule;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.Granularity;
import org.bitexact.quant.QuantizeRule;
import org.bitexact.quant.TensorScheme;
import org.bitexact.quant.Threshold;
import org.bitexact.tensor.TensorInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say how tensors are quantised, whatever the format. */
final class QuantizeOptions {
    @Option(
            names = "--granularity",
            paramLabel = "G",
            description = "Which elements share a scale: tensor (default), channel:AXIS, block:SIZE or"
                    + " block:SIZE:AXIS. Axes count from 0, or from the end as -1, the default of blocks. Block formats"
                    + " have their own, along the last axis.")
    private String granularity = "tensor";

    @Option(
            names = "--rule",
            paramLabel = "R",
            description = "Arithmetic of integers and scaled floats: onnx (default), pytorch, pytorch-fake, tflite,"
                    + " tensorrt, onednn.")
    private String rule = "onnx";

    @Option(
            names = "--affine",
            description = "Choose zero points of integers, too, from the smallest and largest value.")
    private boolean affine;

    @Option(
            names = "--calibrate",
            paramLabel = "C",
            description =
                    "The largest magnitude represented, of a tensor or channel: max (default), percentile:P, and for integers"
                            + " mse, entropy (TensorRT as published), entropy-pytorch, entropy-onnxruntime.")
    private Threshold threshold = Threshold.MAX;

    @Option(
            names = "--recipe",
            paramLabel = "R",
            description =
                    "Arithmetic of block formats: exact (default), microxcaling, transformer-engine, torchao, aws.")
    private @Nullable String recipe;

    @Option(
            names = "--scale-rule",
            paramLabel = "S",
            description = "Scales of blocks: floor, ceil, even, quotient-up, quotient-nearest, exponent-nearest,"
                    + " floor-plus-one; by default the format's or the recipe's.")
    private @Nullable ScaleRule scaleRule;

    @Option(
            names = "--rounding",
            paramLabel = "R",
            description =
                    "rne ties to even, rna, rnz, rhu, rz, raz, ru, rd, ro, and but for integers the stochastic sra,"
                            + " srb, src, srt; by default the rule's or recipe's, mostly rne.")
    private @Nullable Rounding rounding;

    @Option(names = "--random-bits", paramLabel = "N", description = "Random bits of stochastic modes (default 32).")
    private int randomBits = PolicyOptions.DEFAULT_RANDOM_BITS;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of stochastic modes (default 0).")
    private long seed;

    /** Registers the parsers of option types that other commands do not have. */
    static void register(CommandLine line) {
        Command.register(line, Threshold.class, Threshold::parse);
        Command.register(line, ScaleRule.class, ScaleRule::parse);
    }

    /** {@return the format of a name: a block format, or a scalar one} */
    static Format format(String text, Io io) throws IOException {
        Optional<BlockFormat> block = FormatArgument.isFile(text) ? Optional.empty() : FormatNames.findBlock(text);
        return block.isPresent() ? block.get() : FormatArgument.scalar(text, io).format();
    }

    /** {@return those of these options that apply to a format, where each format may have others} */
    QuantizeOptions suited(Format format) {
        QuantizeOptions own = new QuantizeOptions();
        own.rule = rule;
        own.rounding = rounding;
        own.randomBits = randomBits;
        own.seed = seed;
        if (format instanceof BlockFormat) {
            own.recipe = recipe;
            own.scaleRule = scaleRule;
        } else {
            own.granularity = granularity;
            own.threshold = threshold;
            own.affine = affine && format instanceof IntFormat;
        }
        return own;
    }

    /**
     * {@return how a tensor is quantised}
     *
     * @param format the format of the codes
     * @param info the tensor
     */
    TensorScheme scheme(Format format, TensorInfo info) {
        if (format instanceof BlockFormat block) {
            if (!granularity.equals("tensor") || affine || threshold.kind() != Threshold.Kind.MAX) {
                throw new UsageException("--granularity, --affine and --calibrate do not apply to " + block
                        + ", which has scales of its own");
            }
            return TensorScheme.ofBlocks(blockCodec(block), seed);
        }
        if (recipe != null || scaleRule != null) {
            throw new UsageException(
                    (recipe != null ? "--recipe" : "--scale-rule") + " is for block formats: " + format);
        }
        QuantizeRule arithmetic = QuantizeRule.named(rule);
        if (format instanceof IntFormat integers) {
            return TensorScheme.ofIntegers(
                    integers,
                    rounding == null ? arithmetic : arithmetic.withRounding(rounding),
                    affine,
                    granularity(info),
                    threshold);
        }
        if (affine) {
            throw new UsageException("--affine is for integers: " + format);
        }
        return TensorScheme.ofFloats(
                (FloatFormat) format,
                rounded(Policies.IEEE.saturating()),
                arithmetic.reciprocal(),
                granularity(info),
                threshold,
                seed);
    }

    private BlockCodec blockCodec(BlockFormat block) {
        BlockCodec codec = switch (recipe == null ? "exact" : recipe.toLowerCase(Locale.ROOT)) {
            case "exact" -> BlockCodec.of(block);
            case "microxcaling" -> BlockCodec.microxcaling(block);
            case "transformer-engine" -> BlockCodec.transformerEngine(block);
            case "torchao" ->
                BlockCodec.torchao(block, block.tensorScale() ? ScaleRule.QUOTIENT_NEAREST : ScaleRule.FLOOR);
            case "aws" -> BlockCodec.aws(block);
            default ->
                throw new UsageException(
                        "recipe must be one of exact, microxcaling, transformer-engine, torchao, aws: '" + recipe
                                + "'");
        };
        return (scaleRule == null ? codec : codec.scaleRule(scaleRule)).policies(rounded(codec.policies()));
    }

    private Policies rounded(Policies policies) {
        if (rounding == null) {
            return policies;
        }
        return rounding.isStochastic()
                ? policies.withStochasticRounding(rounding, randomBits)
                : policies.withRounding(rounding);
    }

    private Granularity granularity(TensorInfo info) {
        String[] parts = granularity.toLowerCase(Locale.ROOT).split(":", -1);
        try {
            if (parts[0].equals("tensor") && parts.length == 1) {
                return Granularity.PER_TENSOR;
            }
            if (parts[0].equals("channel") && parts.length == 2) {
                return Granularity.perChannel(axis(parts[1], info));
            }
            if (parts[0].equals("block") && (parts.length == 2 || parts.length == 3)) {
                return Granularity.perBlock(
                        axis(parts.length == 3 ? parts[2] : "-1", info), Integer.parseInt(parts[1]));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UsageException(
                "granularity must be tensor, channel:AXIS, block:SIZE or block:SIZE:AXIS: " + Io.quoted(granularity));
    }

    private static int axis(String text, TensorInfo info) {
        int axis = Integer.parseInt(text);
        int counted = axis < 0 ? axis + info.rank() : axis;
        if (counted < 0 || counted >= info.rank()) {
            throw new UsageException("axis " + axis + " is none of the tensor " + info.named("")
                    + (info.rank() == 0 ? ", a scalar" : ""));
        }
        return counted;
    }
}
