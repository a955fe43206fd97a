package org.bitexact.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.Source;
import org.bitexact.internal.kernel.PanelRule;
import org.bitexact.internal.kernel.PanelRules;
import org.bitexact.kernel.DotProduct;
import org.jspecify.annotations.Nullable;

/**
 * A row of the catalogue: one instruction of one chip for one combination of formats, as a rule for dot products, with
 * what is known about it.
 *
 * <p>The name has five parts, {@code vendor.chip.instruction.inputs.output}: {@code nvidia.hopper.wgmma.e4m3.f32}; those of
 * plain kernels have no chip, {@code ieee.fma-chain.bf16.f32}. Where the two inputs differ, both are named: {@code e4m3-e5m2}. The third part {@code contract} marks a reading of prose.
 *
 * <p><b>TF32</b> and other operands narrower than their container are given as the container's code, any 32 bits; the
 * engine conditions them as the hardware does.
 *
 * <p><b>Length</b>: any number of elements; a step that lacks elements takes +0 times +0 in their place. Without
 * elements no step runs, and the result is the addend.
 *
 * <p><b>Evidence</b>: {@link #evidence()}, {@link #sources()} and {@link #note()} say how the row is known, {@link
 * #disputes(DotCase)} on which inputs its sources disagree, {@link #enclosure(DotCase)}, for rows that read a contract,
 * all the results that the contract allows.
 *
 * <p><b>An engine of one's own</b> is built from nothing with {@link #builder}, or from a row with {@link #toBuilder},
 * one parameter changed.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public sealed class Engine implements DotProduct permits ScaledEngine {
    static {
        PanelRules.register(Engine.class, Engine::panels);
        PanelRules.register(ScaledEngine.class, Engine::panels);
    }

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+){3,4}");

    private final Builder row;
    private final @Nullable FloatModel floats;
    private final @Nullable IntegerModel integers;
    private volatile @Nullable Optional<PanelRule> panels; // null until a matrix product asks

    /** Builds the row and its model. */
    Engine(Builder builder) {
        row = new Builder(builder);
        if (row.spec != null) {
            floats = row.model(row.spec);
            integers = null;
        } else {
            floats = null;
            integers = new IntegerModel(
                    Objects.requireNonNull(row.integerSpec, "spec"),
                    integer(formatA()),
                    integer(formatB()),
                    integer(formatC()),
                    integer(formatD()));
        }
    }

    private static IntFormat integer(ScalarFormat format) {
        if (format instanceof IntFormat f) {
            return f;
        }
        throw new IllegalArgumentException("formats of an integer engine must be integer formats: " + format);
    }

    /**
     * Starts a row.
     *
     * @param name four or five parts of lower-case letters, digits, {@code _} and {@code -}, with dots between them
     * @return a builder
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * {@return a builder that has this row's data, under another name, as the user's own: its evidence is {@link
     * Evidence#CUSTOM}, and it has no disputes and no contract}
     *
     * @param name the other name
     */
    public Builder toBuilder(String name) {
        Builder builder = new Builder(row);
        builder.name = Builder.requireName(name);
        builder.aliases = List.of();
        builder.evidence = Evidence.CUSTOM;
        builder.disputes = List.of();
        builder.contract = null;
        builder.note = "changed from " + name();
        return builder;
    }

    // ------------------------------------------------------------------ the row

    /** {@return the name: vendor, chip, instruction, inputs, output} */
    public String name() {
        return row.name;
    }

    /** {@return other names it is found by} */
    public List<String> aliases() {
        return row.aliases;
    }

    /** {@return the part of the name that tells the inputs} */
    public String inputs() {
        String[] parts = row.name.split("\\.");
        return parts[parts.length - 2];
    }

    @Override
    public ScalarFormat formatA() {
        return Objects.requireNonNull(row.formatA); // checked when the row is built
    }

    @Override
    public ScalarFormat formatB() {
        return Objects.requireNonNull(row.formatB);
    }

    @Override
    public ScalarFormat formatC() {
        return Objects.requireNonNull(row.formatC);
    }

    @Override
    public ScalarFormat formatD() {
        return Objects.requireNonNull(row.formatD);
    }

    /** {@return the format of partial results: that of the result, unless the engine accumulates in a wider one} */
    public ScalarFormat accumulator() {
        return row.accumulator();
    }

    /** {@return the parameters of a floating-point engine} */
    public Optional<Spec> spec() {
        return Optional.ofNullable(row.spec);
    }

    /** {@return the parameters of an integer engine} */
    public Optional<IntegerSpec> integerSpec() {
        return Optional.ofNullable(row.integerSpec);
    }

    /** {@return the scales of a block-scaled engine} */
    public Optional<Scaling> scaling() {
        return Optional.ofNullable(row.scaling);
    }

    /** {@return the order of the additions in words; of an integer engine, how its accumulator overflows} */
    public String order() {
        if (row.spec != null) {
            return Shapes.describe(row.spec);
        }
        IntegerSpec spec = Objects.requireNonNull(row.integerSpec);
        return spec.saturate() ? "exact, saturates after each " + spec.step() : "exact, wraps";
    }

    /** {@return the shapes of the instruction, as {@code m16n8k16}; empty if it has none of its own} */
    public List<String> shapes() {
        return row.shapes;
    }

    /** {@return how the row is known} */
    public Evidence evidence() {
        return row.evidence;
    }

    /** {@return where it is from} */
    public List<Source> sources() {
        return row.sources;
    }

    /** {@return what a user must know beside the parameters; empty if nothing} */
    public String note() {
        return row.note;
    }

    /** {@return the questions on which sources disagree} */
    public List<Dispute> disputes() {
        return row.disputes;
    }

    /** {@return what is promised, for a row that reads a contract} */
    public Optional<Contract> contract() {
        return Optional.ofNullable(row.contract);
    }

    @Override
    public String toString() {
        return row.name;
    }

    // ------------------------------------------------------------------ dot products

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a code does not fit its format, or if the engine needs scales
     */
    @Override
    public long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c, long element) {
        return dot(a, aFrom, null, 0, b, bFrom, null, 0, k, c);
    }

    /**
     * Computes one dot product.
     *
     * @param input its operands, with scales if and only if the engine is block-scaled
     * @return the result's code
     * @throws IllegalArgumentException if a code does not fit its format, or if scales are missing, superfluous or too
     *     few
     */
    public long dot(DotCase input) {
        requireScales(input);
        return dot(input.a(), 0, input.scaleA(), 0, input.b(), 0, input.scaleB(), 0, input.k(), input.c());
    }

    final long dot(
            long[] a,
            int aFrom,
            long @Nullable [] scaleA,
            int scaleAFrom,
            long[] b,
            int bFrom,
            long @Nullable [] scaleB,
            int scaleBFrom,
            int k,
            long c) {
        requireCodes(formatA(), a, aFrom, k);
        requireCodes(formatB(), b, bFrom, k);
        formatC().requireCode(c);
        return floats != null
                ? floats.dot(a, aFrom, scaleA, scaleAFrom, b, bFrom, scaleB, scaleBFrom, k, c)
                : Objects.requireNonNull(integers).dot(a, aFrom, b, bFrom, k, c);
    }

    private static void requireCodes(ScalarFormat format, long[] codes, int from, int k) {
        Objects.checkFromIndexSize(from, k, codes.length);
        long excess = 0;
        for (int i = from; i < from + k; i++) {
            excess |= codes[i];
        }
        if ((excess & ~format.codeMask()) != 0) {
            for (int i = from; i < from + k; i++) {
                format.requireCode(codes[i]);
            }
        }
    }

    private void requireScales(DotCase input) {
        if (row.scaling == null) {
            if (input.scaleA() != null) {
                throw new IllegalArgumentException("scales must be left out: " + name() + " is not block-scaled");
            }
            return;
        }
        requireScales("first", input.scaleA(), 0, input.k());
        requireScales("second", input.scaleB(), 0, input.k());
    }

    /** Checks that there are scales for k elements, and that they fit their container. */
    final void requireScales(String which, long @Nullable [] scales, int from, int k) {
        Scaling scaling = Objects.requireNonNull(row.scaling);
        int needed = (int) (((long) k + scaling.blockLength() - 1) / scaling.blockLength());
        if (scales == null || scales.length - from < needed) {
            throw new IllegalArgumentException(String.format(
                    "scales of the %s vector must be %d, one of %s for each %d of %d elements: %s",
                    which,
                    needed,
                    scaling.format(),
                    scaling.blockLength(),
                    k,
                    scales == null ? "none given" : String.valueOf(scales.length - from)));
        }
        Objects.checkFromIndexSize(from, needed, scales.length);
        long limit = -1L >>> (64 - scaling.format().containerBits());
        for (int i = from; i < from + needed; i++) {
            if ((scales[i] & ~limit) != 0) {
                throw new IllegalArgumentException(
                        String.format("scale of %s must be in [0x0, 0x%x]: 0x%x", scaling.format(), limit, scales[i]));
            }
        }
    }

    /** {@return what computes many elements of a matrix product at once, if this engine has such} */
    private @Nullable PanelRule panels() {
        Optional<PanelRule> known = panels;
        if (known == null) {
            DotProduct same = integers == null ? null : integers.sameDotProduct();
            known = Optional.ofNullable(same == null ? floatPanels() : PanelRules.of(same));
            panels = known;
        }
        return known.orElse(null);
    }

    private @Nullable PanelRule floatPanels() {
        PanelRule rule = FusedPanelRule.of(this);
        rule = rule == null ? AlignedPanelRule.of(this) : rule;
        return rule == null ? StepPanelRule.of(this) : rule;
    }

    // ------------------------------------------------------------------ how sure

    /**
     * {@return the questions on which sources disagree about this input: those whose other reading gives another result}
     *
     * @param input operands of a dot product
     */
    public List<Dispute> disputes(DotCase input) {
        List<Dispute> found = new ArrayList<>();
        long result = dot(input);
        for (Dispute dispute : row.disputes) {
            long other = row.model(dispute.alternative())
                    .dot(input.a(), 0, input.scaleA(), 0, input.b(), 0, input.scaleB(), 0, input.k(), input.c());
            if (other != result) {
                found.add(dispute);
            }
        }
        return found;
    }

    /**
     * {@return whether published sources disagree about this input, or the contract that the row reads allows more than
     * one result for it}
     *
     * @param input operands of a dot product
     */
    public boolean disputed(DotCase input) {
        return !disputes(input).isEmpty()
                || enclosure(input).map(e -> !e.isPoint()).orElse(false);
    }

    /**
     * {@return whether published sources disagree about this input}
     *
     * @param a codes of the first vector
     * @param b codes of the second vector
     * @param c the addend's code
     */
    public boolean disputed(long[] a, long[] b, long c) {
        return disputed(new DotCase(a, b, c));
    }

    /**
     * {@return all results that the documented contract allows; empty if the row does not read a contract}
     *
     * @param input operands of a dot product
     */
    public Optional<Enclosure> enclosure(DotCase input) {
        if (row.contract == null) {
            return Optional.empty();
        }
        if (row.spec == null) {
            long only = dot(input);
            return Optional.of(new Enclosure(formatD(), true, only, only, false));
        }
        requireScales(input);
        return Optional.of(row.contract.enclose(this, input));
    }

    // ------------------------------------------------------------------ builder

    /**
     * Collects the data of a row. Inputs, output and a specification are needed.
     *
     * @since 0.1
     */
    public static final class Builder {
        private String name;
        private List<String> aliases = List.of();
        private @Nullable ScalarFormat formatA;
        private @Nullable ScalarFormat formatB;
        private @Nullable ScalarFormat formatC;
        private @Nullable ScalarFormat formatD;
        private @Nullable ScalarFormat accumulator;
        private @Nullable Spec spec;
        private @Nullable IntegerSpec integerSpec;
        private @Nullable Scaling scaling;
        private List<String> shapes = List.of();
        private Evidence evidence = Evidence.CUSTOM;
        private List<Source> sources = List.of();
        private String note = "";
        private List<Dispute> disputes = List.of();
        private @Nullable Contract contract;

        private Builder(String name) {
            this.name = requireName(name);
        }

        private Builder(Builder other) {
            name = other.name;
            aliases = other.aliases;
            formatA = other.formatA;
            formatB = other.formatB;
            formatC = other.formatC;
            formatD = other.formatD;
            accumulator = other.accumulator;
            spec = other.spec;
            integerSpec = other.integerSpec;
            scaling = other.scaling;
            shapes = other.shapes;
            evidence = other.evidence;
            sources = other.sources;
            note = other.note;
            disputes = other.disputes;
            contract = other.contract;
        }

        private static String requireName(String name) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "name must have four or five parts of lower-case letters, digits, '_' and '-',"
                                + " vendor.chip.instruction.inputs.output: '" + name + "'");
            }
            return name;
        }

        /**
         * Sets other names.
         *
         * @param values the names
         * @return this
         */
        public Builder aliases(String... values) {
            aliases = List.of(values);
            return this;
        }

        /**
         * Sets the formats of the two vectors.
         *
         * @param a format of the first
         * @param b format of the second
         * @return this
         */
        public Builder inputs(ScalarFormat a, ScalarFormat b) {
            formatA = Objects.requireNonNull(a, "a");
            formatB = Objects.requireNonNull(b, "b");
            return this;
        }

        /**
         * Sets the format of both vectors.
         *
         * @param format the format
         * @return this
         */
        public Builder inputs(ScalarFormat format) {
            return inputs(format, format);
        }

        /**
         * Sets the format of addend and result.
         *
         * @param format the format
         * @return this
         */
        public Builder output(ScalarFormat format) {
            return output(format, format);
        }

        /**
         * Sets the formats of addend and result.
         *
         * @param addend format of the addend
         * @param result format of the result
         * @return this
         */
        public Builder output(ScalarFormat addend, ScalarFormat result) {
            formatC = Objects.requireNonNull(addend, "addend");
            formatD = Objects.requireNonNull(result, "result");
            return this;
        }

        /**
         * Sets the format of partial results, which is that of the result otherwise.
         *
         * @param format the format
         * @return this
         */
        public Builder accumulator(FloatFormat format) {
            accumulator = Objects.requireNonNull(format, "format");
            return this;
        }

        /**
         * Makes it a floating-point engine.
         *
         * @param value its parameters
         * @return this
         */
        public Builder spec(Spec value) {
            spec = Objects.requireNonNull(value, "spec");
            integerSpec = null;
            return this;
        }

        /**
         * Makes it an integer engine.
         *
         * @param value its parameters
         * @return this
         */
        public Builder spec(IntegerSpec value) {
            integerSpec = Objects.requireNonNull(value, "spec");
            spec = null;
            return this;
        }

        /**
         * Makes it a block-scaled engine.
         *
         * @param value its scales
         * @return this
         */
        public Builder scaling(Scaling value) {
            scaling = Objects.requireNonNull(value, "scaling");
            return this;
        }

        /**
         * Sets the shapes of the instruction.
         *
         * @param values the shapes
         * @return this
         */
        public Builder shapes(String... values) {
            shapes = List.of(values);
            return this;
        }

        /**
         * Sets how the row is known.
         *
         * @param value the class
         * @param from the sources
         * @return this
         */
        public Builder evidence(Evidence value, Source... from) {
            evidence = Objects.requireNonNull(value, "evidence");
            sources = List.of(from);
            return this;
        }

        /**
         * Sets what a user must know.
         *
         * @param value a sentence or a few
         * @return this
         */
        public Builder note(String value) {
            note = Objects.requireNonNull(value, "note");
            return this;
        }

        /**
         * Sets the questions on which sources disagree.
         *
         * @param values the questions
         * @return this
         */
        public Builder disputes(List<Dispute> values) {
            disputes = List.copyOf(values);
            return this;
        }

        /**
         * Sets what is promised.
         *
         * @param value the contract
         * @return this
         */
        public Builder contract(Contract value) {
            contract = Objects.requireNonNull(value, "contract");
            return this;
        }

        private ScalarFormat accumulator() {
            return accumulator != null ? accumulator : Objects.requireNonNull(formatD);
        }

        private FloatModel model(Spec parameters) {
            return new FloatModel(
                    parameters,
                    floating("input", formatA),
                    floating("input", formatB),
                    floating("addend", formatC),
                    floating("accumulator", accumulator()),
                    floating("result", formatD),
                    scaling);
        }

        private static FloatFormat floating(String what, @Nullable ScalarFormat format) {
            if (format instanceof FloatFormat f) {
                return f;
            }
            throw new IllegalArgumentException(
                    what + " format of a floating-point engine must be a floating-point format: " + format);
        }

        /**
         * Builds the engine: a {@link ScaledEngine} if it has scales.
         *
         * @return the engine
         * @throws IllegalArgumentException if data is missing or contradictory
         */
        public Engine build() {
            if (formatA == null || formatC == null || spec == null && integerSpec == null) {
                throw new IllegalArgumentException("engine must have inputs, an output and a spec: " + name);
            }
            if (scaling != null && spec == null) {
                throw new IllegalArgumentException("scaling must be left out of an integer engine: " + name);
            }
            return scaling == null ? new Engine(this) : new ScaledEngine(this);
        }
    }
}
