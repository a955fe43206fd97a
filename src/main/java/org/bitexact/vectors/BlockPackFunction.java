package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

/** Blocks of an MX format or NVFP4: binary32 values become a scale and element codes, and those binary32 values again. */
final class BlockPackFunction extends PackFunction {
    private static final String FORMAT = "block-format";
    private static final String RULE = "scale-rule";
    private static final String ARITHMETIC = "block-arithmetic";
    private static final String SPECIALS = "block-specials";
    private static final String POLICIES = "policies";

    private final BlockCodec codec;
    private final BlockFormat format;
    private final List<PackColumn> columns;

    private BlockPackFunction(BlockCodec codec) {
        this.codec = codec;
        format = codec.format();
        if (codec.policies().rounding().isStochastic()) {
            throw new IllegalArgumentException("rounding of blocks must be deterministic: "
                    + codec.policies().rounding().id());
        }
        int n = format.blockLength();
        List<PackColumn> all = new ArrayList<>();
        all.add(PackColumn.operand("x", Formats.BINARY32, n));
        if (format.tensorScale()) {
            all.add(PackColumn.operand("t", Formats.BINARY32));
        }
        all.add(PackColumn.result("scale", format.scale()));
        all.add(PackColumn.result("q", format.element(), n));
        all.add(PackColumn.result("y", Formats.BINARY32, n));
        columns = List.copyOf(all);
    }

    /** {@return the blocks of a codec} */
    static BlockPackFunction of(BlockCodec codec) {
        return new BlockPackFunction(codec);
    }

    static BlockPackFunction ofProperties(Map<String, String> properties) {
        BlockFormat format = FormatNames.block(required(properties, FORMAT));
        BlockCodec codec = BlockCodec.of(format)
                .scaleRule(constant(ScaleRule.values(), RULE, required(properties, RULE)))
                .arithmetic(constant(BlockArithmetic.values(), ARITHMETIC, required(properties, ARITHMETIC)))
                .specials(constant(BlockSpecials.values(), SPECIALS, required(properties, SPECIALS)))
                .policies(PolicyText.parse(required(properties, POLICIES)));
        return of(codec);
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

    /** {@return the codec} */
    BlockCodec codec() {
        return codec;
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
        int n = format.blockLength();
        byte[] codes = new byte[n];
        byte[] scale = new byte[codec.scaleBytes()];
        codec.encode(floats(operands[0]), 0, codes, 0, scale, 0, n, tensor(format, operands), 0, 0);
        return decoded(operands, codes, scale);
    }

    static float[] floats(long[] codes) {
        float[] values = new float[codes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat((int) codes[i]);
        }
        return values;
    }

    /** {@return scale, codes, and what they decode to} */
    long[][] decoded(long[][] operands, byte[] codes, byte[] scale) {
        int n = codes.length;
        float[] back = new float[n];
        codec.decode(codes, 0, scale, 0, back, 0, n, tensor(format, operands));
        long[] q = new long[n];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            q[i] = codes[i] & 0xff;
            y[i] = Integer.toUnsignedLong(Float.floatToIntBits(back[i])); // one NaN: 7fc00000
        }
        long s = 0;
        for (int i = 0; i < scale.length; i++) {
            s |= (scale[i] & 0xffL) << 8 * i;
        }
        return new long[][] {{s}, q, y};
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

    private static final long ONE = 0x3f80_0000L;

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
            BlockPackFunction changed = of(change.make());
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
        return List.of("mixed");
    }

    /**
     * Blocks in turn: ordinary numbers; midpoints of element codes and their neighbours in a block whose largest value pins the
     * scale; a largest value at a power of two, or at a multiple of the largest element, or beside; all exponents; subnormal
     * numbers; the largest numbers; zeros; infinities and NaNs.
     */
    @Override
    PackStimulus stimulus(String stimulus, int count, int seed) {
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
            int kind = turn++ % 8;
            float[] x = new float[format.blockLength()];
            int e = below(21) - 10;
            for (int i = 0; i < x.length; i++) {
                double unit = 1 + (bits() >>> 11) * 0x1p-53;
                x[i] = switch (kind) {
                    case 0 -> sign(Math.scalb(unit, e - below(6)));
                    case 1, 2 -> beside(midpoint(), e);
                    case 3 -> sign(Math.scalb(unit, below(254) - 127));
                    case 4 -> Float.intBitsToFloat((int) (bits() & 0x807f_ffffL >>> below(2) * below(24)));
                    case 5 -> Float.intBitsToFloat(0x7f7f_ffff - below(1 << 22) | below(2) << 31);
                    case 6 -> below(x.length) == 0 ? sign(Math.scalb(unit, e)) : below(2) == 0 ? 0f : -0f;
                    default -> Float.intBitsToFloat((int) (0x7f80_0000L * below(2) | bits() & 0x807f_ffffL));
                };
            }
            int place = below(x.length);
            if (kind == 1) {
                x[place] = sign(Math.scalb(largest, e)); // scale 2^e by every rule
            } else if (kind == 2) {
                // where the rules part: a power of two, or the largest element times one, or beside
                double pin =
                        below(2) == 0 ? Math.scalb(1.0, e + Math.getExponent(largest) + 1) : Math.scalb(largest, e);
                float at = (float) pin;
                x[place] = sign(below(3) == 0 ? at : below(2) == 0 ? Math.nextUp(at) : Math.nextDown(at));
            }
            long[] codes = new long[x.length];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = Integer.toUnsignedLong(Float.floatToRawIntBits(x[i]));
            }
            if (!format.tensorScale()) {
                return new long[][] {codes};
            }
            float t = below(3) == 0 ? 1f : (float) Math.scalb(1 + (bits() >>> 11) * 0x1p-53, below(15) - 12);
            return new long[][] {codes, {Integer.toUnsignedLong(Float.floatToRawIntBits(t))}};
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
