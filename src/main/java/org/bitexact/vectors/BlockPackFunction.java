package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScaleRule;
import org.bitexact.quant.BlockArithmetic;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.BlockSpecials;
import org.bitexact.quant.TensorScale;
import org.bitexact.testkit.BlockEncoder;
import org.bitexact.testkit.BlockGenerator;
import org.bitexact.testkit.Mutant;
import org.bitexact.testkit.Mutants;

/**
 * Blocks of an MX format or NVFP4: binary32 values become scales and element codes, and those binary32 values again. A row has
 * one block, or several, of which the last may be short.
 */
final class BlockPackFunction extends PackFunction {
    private static final String FORMAT = "block-format";
    private static final String RULE = "scale-rule";
    private static final String ARITHMETIC = "block-arithmetic";
    private static final String SPECIALS = "block-specials";
    private static final String POLICIES = "policies";
    private static final String LENGTH = "length";
    private static final int MOST = 1 << 16;
    private static final int CANDIDATES = 500;
    /** binary32 code of 1. */
    private static final long ONE = 0x3f80_0000L;

    /** Mistakes that a single whole block does not show. */
    private static final Set<String> NEED_BLOCKS = Set.of("first-scale", "short-block");

    private final BlockCodec codec;
    private final BlockFormat format;
    /** Values in a row. */
    private final int n;

    private final List<PackColumn> columns;

    private BlockPackFunction(BlockCodec codec, int n) {
        this.codec = codec;
        this.n = n;
        format = codec.format();
        if (n < 1 || n > MOST) {
            throw new IllegalArgumentException("length must be in [1, " + MOST + "]: " + n);
        }
        if (codec.policies().rounding().isStochastic()) {
            throw new IllegalArgumentException("rounding of blocks must be deterministic: "
                    + codec.policies().rounding().id());
        }
        int blocks = codec.blocks(n);
        List<PackColumn> all = new ArrayList<>();
        all.add(PackColumn.operand("x", Formats.BINARY32, n));
        if (format.tensorScale()) {
            all.add(PackColumn.operand("t", Formats.BINARY32));
        }
        all.add(
                blocks == 1
                        ? PackColumn.result("scale", format.scale())
                        : PackColumn.result("scale", format.scale(), blocks));
        all.add(PackColumn.result("q", format.element(), n));
        all.add(PackColumn.result("y", Formats.BINARY32, n));
        columns = List.copyOf(all);
    }

    /** {@return rows of so many values of a codec} */
    static BlockPackFunction of(BlockCodec codec, int n) {
        return new BlockPackFunction(codec, n);
    }

    static BlockPackFunction ofProperties(Map<String, String> properties) {
        BlockFormat format = FormatNames.block(required(properties, FORMAT));
        BlockCodec codec = BlockCodec.of(format)
                .scaleRule(constant(ScaleRule.values(), RULE, required(properties, RULE)))
                .arithmetic(constant(BlockArithmetic.values(), ARITHMETIC, required(properties, ARITHMETIC)))
                .specials(constant(BlockSpecials.values(), SPECIALS, required(properties, SPECIALS)))
                .policies(PolicyText.parse(required(properties, POLICIES)));
        return of(codec, number(properties, LENGTH));
    }

    /** {@return the constant of a name in lower case with hyphens} */
    static <E extends Enum<E>> E constant(E[] values, String what, String name) {
        List<String> ids = new ArrayList<>();
        for (E value : values) {
            String id = value.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (id.equals(name)) {
                return value;
            }
            ids.add(id);
        }
        throw new IllegalArgumentException(what + " must be one of " + String.join(", ", ids) + ": '" + name + "'");
    }

    @Override
    public String kind() {
        return "block";
    }

    @Override
    public String name() {
        return format.name() + "_quantize";
    }

    @Override
    public List<PackColumn> columns() {
        return columns;
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(KIND, kind());
        properties.put(FUNCTION, name());
        properties.put(FORMAT, format.name());
        properties.put(LENGTH, String.valueOf(n));
        properties.put(RULE, codec.scaleRule().id());
        properties.put(ARITHMETIC, codec.arithmetic().id());
        properties.put(SPECIALS, codec.specials().id());
        properties.put(POLICIES, PolicyText.of(codec.policies()));
        return properties;
    }

    @Override
    String arguments() {
        BlockCodec usual = BlockCodec.of(format);
        return "quantize --format " + format.name()
                + (n == format.blockLength() ? "" : " --length " + n)
                + (codec.scaleRule() == usual.scaleRule()
                        ? ""
                        : " --scale-rule " + codec.scaleRule().id())
                + (codec.arithmetic() == usual.arithmetic()
                        ? ""
                        : " --arithmetic " + codec.arithmetic().id())
                + (codec.policies().rounding() == Rounding.TIES_TO_EVEN
                        ? ""
                        : " --rounding " + codec.policies().rounding().id());
    }

    @Override
    String source() {
        return "bitexact";
    }

    // ------------------------------------------------------------------ results

    private static TensorScale tensor(BlockFormat format, long[][] operands) {
        if (!format.tensorScale()) {
            return TensorScale.ONE;
        }
        float decode = Float.intBitsToFloat((int) operands[1][0]);
        return new TensorScale(decode, Math.max(Math.min(1 / decode, Float.MAX_VALUE), Float.MIN_VALUE));
    }

    @Override
    public long[][] evaluate(long[][] operands) {
        TensorScale tensor = tensor(format, operands);
        return results(
                operands, (values, codes, scales) -> codec.encode(values, 0, codes, 0, scales, 0, n, tensor, 0, 0));
    }

    private long[][] results(long[][] operands, BlockEncoder encoder) {
        byte[] codes = new byte[n];
        byte[] scales = new byte[codec.blocks(n) * codec.scaleBytes()];
        encoder.encode(floats(operands[0]), codes, scales);
        return decoded(operands, codes, scales);
    }

    @Override
    public List<PackMutant> mutants() {
        List<PackMutant> all = new ArrayList<>();
        for (Mutant<BlockEncoder> mutant : Mutants.block(codec).all()) {
            if (n > format.blockLength() || !NEED_BLOCKS.contains(mutant.name())) {
                all.add(new PackMutant(mutant.name(), mutant.defect(), operands -> {
                    // the wrong encoders know no tensor scale
                    boolean plain = tensor(format, operands).equals(TensorScale.ONE);
                    return plain ? results(operands, mutant.implementation()) : evaluate(operands);
                }));
            }
        }
        return all;
    }

    @Override
    List<long[][]> candidates(int seed) {
        List<long[][]> all = new ArrayList<>(drawn("mixed", CANDIDATES, seed));
        BlockGenerator generator = BlockGenerator.of(format);
        for (int i = 0; i < CANDIDATES; i++) {
            long[] x = codes(generator.at(n, seed, i));
            all.add(format.tensorScale() ? new long[][] {x, {ONE}} : new long[][] {x});
        }
        return all;
    }

    private static long[] codes(float[] values) {
        long[] codes = new long[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = Integer.toUnsignedLong(Float.floatToRawIntBits(values[i]));
        }
        return codes;
    }

    private static float[] floats(long[] codes) {
        float[] values = new float[codes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat((int) codes[i]);
        }
        return values;
    }

    /** {@return scales, codes, and what they decode to} */
    private long[][] decoded(long[][] operands, byte[] codes, byte[] scales) {
        float[] back = new float[n];
        codec.decode(codes, 0, scales, 0, back, 0, n, tensor(format, operands));
        long[] q = new long[n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            q[i] = codes[i] & 0xff;
            y[i] = Integer.toUnsignedLong(Float.floatToIntBits(back[i])); // one NaN: 7fc00000
        }
        long[] s = new long[codec.blocks(n)];
        for (int i = 0; i < scales.length; i++) {
            s[i / codec.scaleBytes()] |= (scales[i] & 0xffL) << 8 * (i % codec.scaleBytes());
        }
        return new long[][] {s, q, y};
    }

    @Override
    public String referenceName() {
        return BlockReference.suits(codec) ? "exact fractions and the oracle" : "";
    }

    @Override
    public Optional<long[][]> reference(long[][] operands) {
        return BlockReference.suits(codec)
                ? Optional.of(BlockReference.of(codec).encode(operands[0], format.tensorScale() ? operands[1][0] : ONE))
                : Optional.empty();
    }

    @Override
    public Map<String, PackFunction> neighbours() {
        Map<String, PackFunction> all = new LinkedHashMap<>();
        for (ScaleRule rule : ScaleRule.values()) {
            put(all, RULE + "=" + rule.id(), () -> codec.scaleRule(rule));
        }
        for (BlockArithmetic arithmetic : BlockArithmetic.values()) {
            put(all, ARITHMETIC + "=" + arithmetic.id(), () -> codec.arithmetic(arithmetic));
        }
        for (BlockSpecials specials : BlockSpecials.values()) {
            put(all, SPECIALS + "=" + specials.id(), () -> codec.specials(specials));
        }
        PolicyText.changes(codec.policies()).forEach((name, policies) -> {
            if (!policies.overflow().isForIntegers() || format.element() instanceof IntFormat) {
                put(all, name, () -> codec.policies(policies));
            }
        });
        return all;
    }

    private interface Change {
        BlockCodec make();
    }

    private void put(Map<String, PackFunction> all, String name, Change change) {
        try {
            BlockPackFunction changed = of(change.make(), n);
            if (!changed.properties().equals(properties())) {
                all.put(name, changed);
            }
        } catch (IllegalArgumentException e) {
            // this format has no such choice
        }
    }

    // ------------------------------------------------------------------ stimulus

    @Override
    public List<String> stimuli() {
        return List.of("mixed", "cover");
    }

    /**
     * Blocks in turn: ordinary numbers; midpoints of element codes and their neighbours in a block whose largest value pins the
     * scale; a largest value at a power of two, or at a multiple of the largest element, or beside; all exponents; subnormal
     * numbers; the largest numbers; zeros; infinities and NaNs.
     */
    @Override
    PackStimulus stimulus(String stimulus, int count, int seed) {
        if (stimulus.equals("cover")) {
            return covering(count, seed);
        }
        if (!stimulus.equals("mixed")) {
            throw unknownStimulus(stimulus);
        }
        return new Draw(seed);
    }

    private final class Draw implements PackStimulus {
        private final long seed;
        private long drawn;
        private int turn;
        private final Codec elements = Codec.of(format.element());
        private final double largest;

        Draw(long seed) {
            this.seed = seed;
            largest = elements.decode(
                    format.element() instanceof FloatFormat f
                            ? f.maxFiniteCode()
                            : ((IntFormat) format.element()).maxInteger());
        }

        private long bits() {
            return CounterRandom.word(seed, drawn++);
        }

        private int below(int bound) {
            return (int) Math.floorMod(bits() >>> 8, (long) bound);
        }

        private float sign(double magnitude) {
            return (float) (below(2) == 0 ? magnitude : -magnitude);
        }

        @Override
        public long[][] next() {
            float[] x = new float[n];
            for (int from = 0; from < n; from += format.blockLength()) {
                block(x, from, Math.min(n - from, format.blockLength()));
            }
            if (!format.tensorScale()) {
                return new long[][] {codes(x)};
            }
            float t = below(3) == 0 ? 1f : (float) Math.scalb(unit(), below(15) - 12);
            return new long[][] {codes(x), {Integer.toUnsignedLong(Float.floatToRawIntBits(t))}};
        }

        /** A number from 1 to below 2. */
        private double unit() {
            return 1 + (bits() >>> 11) * 0x1p-53;
        }

        private void block(float[] x, int from, int length) {
            int kind = turn++ % 8;
            int e = below(21) - 10;
            for (int i = from; i < from + length; i++) {
                x[i] = switch (kind) {
                    case 0 -> sign(Math.scalb(unit(), e - below(6)));
                    case 1, 2 -> beside(midpoint(), e);
                    case 3 -> sign(Math.scalb(unit(), below(254) - 127));
                    case 4 -> Float.intBitsToFloat((int) (bits() & 0x807f_ffffL >>> below(2) * below(24)));
                    case 5 -> Float.intBitsToFloat(0x7f7f_ffff - below(1 << 22) | below(2) << 31);
                    case 6 -> below(length) == 0 ? sign(Math.scalb(unit(), e)) : below(2) == 0 ? 0f : -0f;
                    default -> Float.intBitsToFloat((int) (0x7f80_0000L * below(2) | bits() & 0x807f_ffffL));
                };
            }
            int place = from + below(length);
            if (kind == 1) {
                x[place] = sign(Math.scalb(largest, e)); // scale 2^e by every rule
            } else if (kind == 2) {
                // where the rules part: a power of two, or the largest element times one, or beside
                float at = (float)
                        (below(2) == 0 ? Math.scalb(1.0, e + Math.getExponent(largest) + 1) : Math.scalb(largest, e));
                x[place] = sign(below(3) == 0 ? at : below(2) == 0 ? Math.nextUp(at) : Math.nextDown(at));
            }
        }

        /** The middle between two neighbouring element values. */
        private double midpoint() {
            if (format.element() instanceof IntFormat i) {
                return Math.scalb(below((int) i.maxInteger()) + 0.5, i.scaleExponent());
            }
            long code = below((int) ((FloatFormat) format.element()).maxFiniteCode());
            return (elements.decode(code) + elements.decode(code + 1)) / 2;
        }

        private float beside(double midpoint, int e) {
            float at = sign(Math.scalb(midpoint, e));
            return switch (below(4)) {
                case 0 -> Math.nextUp(at);
                case 1 -> Math.nextDown(at);
                default -> at;
            };
        }
    }
}
