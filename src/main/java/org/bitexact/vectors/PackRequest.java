package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.bitexact.engine.Engine;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.quant.BlockCodec;

/**
 * What a pack is to hold: a function, how its operands are drawn, how many cases, and the seed.
 *
 * <p>Equal requests give equal packs, on every machine. Every case is computed by the library and, where there is an
 * independent reference, checked against it; the pack says so.
 *
 * <pre>{@code
 * PackFunction f = PackRequest.scalar("e4m3_mulAdd_f32", Policies.IEEE);
 * Pack pack = new PackRequest(f, "mixed", 1000, 1).generate();
 * PackFiles.write(pack, PackDialect.READMEMH, PackLayout.DEFAULT, Path.of("fma.memh"));
 * }</pre>
 *
 * @param function the function
 * @param stimulus how operands are drawn, one of {@link PackFunction#stimuli()}
 * @param count number of cases, at least 1
 * @param seed seed of the draw
 * @since 0.1
 */
public record PackRequest(PackFunction function, String stimulus, int count, int seed) {
    /** The version of the library that packs name. */
    public static final String LIBRARY_VERSION = "0.1.0";

    static final String STIMULUS = "stimulus";
    static final String SEED = "seed";
    static final String GENERATOR = "generator";
    static final String PROVENANCE = "provenance";

    private static final int MOST = 1 << 24;

    /** Rows between two reports of progress. */
    static final int PROGRESS_ROWS = 1 << 10;

    /** Checks the components. */
    public PackRequest {
        Objects.requireNonNull(function, "function");
        if (!function.stimuli().contains(stimulus)) {
            throw function.unknownStimulus(stimulus);
        }
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("count must be in [1, " + MOST + "]: " + count);
        }
    }

    // ------------------------------------------------------------------ functions

    /**
     * {@return a conversion, operation or comparison}
     *
     * @param name its name in TestFloat's manner: {@code f16_add}, {@code f32_to_e4m3}, {@code e4m3_mulAdd_f32}
     * @param policies how its results are rounded
     * @throws IllegalArgumentException if it names no function
     */
    public static PackFunction scalar(String name, Policies policies) {
        Optional<TestFloatFunction> function = TestFloatFunction.parse(
                name, StreamType.types(type -> FormatNames.find(type).map(FormatNames.Resolved::format)));
        return ScalarPackFunction.of(
                function.orElseThrow(() -> new IllegalArgumentException(
                        "unknown function '" + name + "'; 'bitexact vectors list' lists them")),
                policies);
    }

    /**
     * {@return a conversion, operation or comparison of any formats}
     *
     * @param operation the operation
     * @param formats those of the operands and of the result; one for all; of a comparison, one
     * @param policies how its results are rounded
     * @throws IllegalArgumentException if there are too few or too many formats, or they do not suit the operation
     */
    public static PackFunction scalar(TestFloatOperation operation, List<ScalarFormat> formats, Policies policies) {
        return ScalarPackFunction.of(operation, formats, policies);
    }

    /**
     * {@return the dot products of an engine}
     *
     * @param engine an engine of the catalogue
     * @param length length of the vectors
     */
    public static PackFunction dot(Engine engine, int length) {
        return EnginePackFunction.dot(engine, length);
    }

    /**
     * {@return the columns of dot products of any length, such as captures from hardware hold}
     *
     * @param engine an engine of the catalogue
     */
    public static PackFunction dots(Engine engine) {
        return EnginePackFunction.dot(engine, PackColumn.ANY);
    }

    /**
     * {@return the matrix tiles of an engine}
     *
     * @param engine an engine of the catalogue
     * @param shape the shape, {@code m16n8k16}
     */
    public static PackFunction tile(Engine engine, String shape) {
        return EnginePackFunction.tile(engine, shape);
    }

    /**
     * {@return the encoding of blocks, one a row}
     *
     * @param codec format and rules
     */
    public static PackFunction block(BlockCodec codec) {
        return block(codec, codec.format().blockLength());
    }

    /**
     * {@return the encoding of values in blocks}
     *
     * @param codec format and rules
     * @param length values in a row; the last block may be short
     */
    public static PackFunction block(BlockCodec codec, int length) {
        return BlockPackFunction.of(codec, length);
    }

    /**
     * {@return the requantisation of accumulators}
     *
     * @param format format of the results
     * @param twice whether the product is rounded twice, as gemmlowp does, or once
     */
    public static PackFunction requantize(org.bitexact.format.IntFormat format, boolean twice) {
        return RequantizePackFunction.of(format, twice);
    }

    // ------------------------------------------------------------------ the pack

    /** {@return the command line that asks for this, without dialect and files} */
    public String commandLine() {
        return "bitexact vectors write " + function.arguments() + " --stimulus " + stimulus + " --count " + count
                + " --seed " + seed;
    }

    /**
     * {@return the pack}
     *
     * @throws IllegalStateException if a case differs from its reference: a defect of the library
     */
    public Pack generate() {
        return generate(rows -> {});
    }

    /**
     * {@return the pack}
     *
     * @param progress told now and then how many rows there are
     * @throws IllegalStateException if a case differs from its reference: a defect of the library
     */
    public Pack generate(IntConsumer progress) {
        PackStimulus draw = function.stimulus(stimulus, count, seed);
        List<PackColumn> columns = function.columns();
        Pack.Builder pack = Pack.builder(columns);
        while (pack.rows() < count) {
            long[][] operands = draw.next();
            long[][] row = function.row(operands, function.evaluate(operands));
            if (!isAllOnes(columns, row)) {
                check(operands, Arrays.copyOfRange(row, operands.length, row.length));
                pack.add(row);
                if (pack.rows() % PROGRESS_ROWS == 0) {
                    progress.accept(pack.rows());
                }
            }
        }
        properties().forEach(pack::property);
        return pack.build();
    }

    private void check(long[][] operands, long[][] results) {
        Optional<long[][]> reference = function.reference(operands);
        if (reference.isPresent() && !Arrays.deepEquals(reference.get(), results)) {
            throw new IllegalStateException(function.name() + " of " + hex(operands) + " gives " + hex(results)
                    + ", but " + hex(reference.get()) + " by " + function.referenceName());
        }
    }

    private static List<String> hex(long[][] cells) {
        List<String> text = new ArrayList<>();
        for (long[] cell : cells) {
            text.add(Arrays.stream(cell).mapToObj(Long::toHexString).toList().toString());
        }
        return text;
    }

    /** Whether a row would be taken for the end of a list of words; see {@link VerilogText}. */
    private static boolean isAllOnes(List<PackColumn> columns, long[][] row) {
        for (int c = 0; c < row.length; c++) {
            for (long code : row[c]) {
                if (code != columns.get(c).fieldMask()) {
                    return false;
                }
            }
        }
        return true;
    }

    private Map<String, String> properties() {
        Map<String, String> all = new LinkedHashMap<>(function.properties());
        all.put(STIMULUS, stimulus);
        all.put(SEED, String.valueOf(seed));
        all.put(GENERATOR, commandLine());
        String reference = function.referenceName();
        all.put(
                PROVENANCE,
                "computed by " + function.source()
                        + (reference.isEmpty() ? "; no independent reference" : "; every row checked by " + reference));
        all.put(Pack.LIBRARY, "bitexact " + LIBRARY_VERSION);
        return all;
    }

    /**
     * {@return the request that gives a pack again}
     *
     * @param pack a pack that was generated
     * @throws IllegalArgumentException if it says too little: a capture, for example
     */
    public static PackRequest of(Pack pack) {
        PackFunction function = PackFunction.of(pack.properties());
        return new PackRequest(
                function,
                PackFunction.required(pack.properties(), STIMULUS),
                pack.rows(),
                PackFunction.number(pack.properties(), SEED));
    }
}
