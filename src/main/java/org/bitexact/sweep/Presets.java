package org.bitexact.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanRule;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.vectors.TestFloatOperation;

/**
 * Comparisons that prove the library, and what they are made of.
 *
 * @since 0.1
 */
public final class Presets {
    private static final List<Rounding> DETERMINISTIC = Arrays.stream(Rounding.values())
            .filter(mode -> !mode.isStochastic())
            .toList();
    private static final List<Rounding> STOCHASTIC =
            Arrays.stream(Rounding.values()).filter(Rounding::isStochastic).toList();

    private static final List<TestFloatOperation> OPERATIONS = List.of(
            TestFloatOperation.ADD,
            TestFloatOperation.SUB,
            TestFloatOperation.MUL,
            TestFloatOperation.DIV,
            TestFloatOperation.REM,
            TestFloatOperation.SQRT,
            TestFloatOperation.ROUND_TO_INT,
            TestFloatOperation.MUL_ADD);

    /** Bits of the tuples that are all computed; for the sixteen bits of two 8-bit codes, and all triples of 6-bit codes. */
    private static final int ALL_BITS = 18;

    private static final int HARD_CASES = 1 << 16;
    private static final int KERNEL_SAMPLE = 1 << 24;
    private static final int RANDOM_BITS = 16;
    private static final int SEED = 1;

    private Presets() {}

    /**
     * A comparison that becomes a task.
     *
     * @param name name of the task
     * @param computation what is computed
     * @param space the inputs
     * @param subject name of an implementation, see {@link Implementations}
     * @param reference name of an implementation, or {@code none} to compute the digest alone
     * @since 0.1
     */
    public record Entry(String name, Computation computation, InputSpace space, String subject, String reference) {
        /**
         * {@return a comparison named after what is computed}
         *
         * @param computation what is computed
         * @param space the inputs
         * @param subject name of an implementation
         * @param reference name of an implementation, or {@code none}
         */
        public static Entry of(Computation computation, InputSpace space, String subject, String reference) {
            return new Entry(computation.name(), computation, space, subject, reference);
        }

        /** {@return the task} */
        public SweepTask task() {
            return SweepTask.of(computation, space, subject, reference).named(name);
        }
    }

    /** {@return the names that {@link #named} takes} */
    public static List<String> names() {
        return List.of("foundation", "kernels", "floats", "arithmetic");
    }

    /**
     * {@return a preset by its name}
     *
     * @param name one of {@link #names()}
     */
    public static List<Entry> named(String name) {
        return switch (name) {
            case "foundation" -> foundation();
            case "kernels" -> kernels();
            case "floats" -> floats();
            case "arithmetic" -> arithmetic();
            default ->
                throw new IllegalArgumentException(
                        "preset must be one of " + String.join(", ", names()) + ": '" + name + "'");
        };
    }

    /** {@return the rounding modes without random bits, in the order of the documentation} */
    public static List<Rounding> roundings() {
        return DETERMINISTIC;
    }

    /** {@return the formats that presets take} */
    public static List<ScalarFormat> mainFormats() {
        return List.of(
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.TF32,
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.IEEE_E4M3,
                Formats.IEEE_E3M4,
                Formats.E4M3FNUZ,
                Formats.E5M2FNUZ,
                Formats.E4M3B11FNUZ,
                Formats.OCP_E3M2,
                Formats.OCP_E2M3,
                Formats.OCP_E2M1,
                Formats.E8M0,
                P3109.of(8, 4, true, true),
                Formats.cfloat8143(7));
    }

    /**
     * {@return the comparisons that prove the conversions: {@link #mainFormats()} in every deterministic rounding mode, codec
     * against oracle; with IEEE overflow over all 2^32 floats, and saturating over those that the overflow policy can
     * touch ({@link #nearOverflow})}
     */
    public static List<Entry> foundation() {
        List<Entry> entries = new ArrayList<>();
        for (ScalarFormat format : mainFormats()) {
            for (Rounding rounding : DETERMINISTIC) {
                Policies ieee = Policies.IEEE.withRounding(rounding);
                entries.add(conversion(format, ieee, CodeSpace.floats(), "codec", "oracle"));
                entries.add(conversion(format, ieee.saturating(), nearOverflow(format), "codec", "oracle"));
            }
        }
        return entries;
    }

    /**
     * {@return the comparisons that prove the kernels, codes without flags: from f32 to {@link #mainFormats()} and
     * integers, against the codec, in every deterministic rounding mode over all floats, saturating over those that it
     * can touch, flushing subnormal numbers and with canonical NaNs on a sample, in every stochastic mode on a sample;
     * and of all codes of each format to f32, against the generic conversion}
     */
    public static List<Entry> kernels() {
        List<Entry> entries = new ArrayList<>();
        List<ScalarFormat> formats = new ArrayList<>(mainFormats());
        formats.addAll(List.of(Formats.INT8, Formats.UINT8, Formats.INT4));
        InputSpace sample = SampledSpace.of(CodeSpace.floats(), KERNEL_SAMPLE, SEED);
        for (ScalarFormat format : formats) {
            for (Rounding rounding : DETERMINISTIC) {
                Policies ieee = Policies.IEEE.withRounding(rounding);
                entries.add(conversion(format, ieee, CodeSpace.floats(), "kernel", "codec"));
                entries.add(conversion(format, ieee.saturating(), nearOverflow(format), "kernel", "codec"));
                Policies flushing = ieee.withFlushInputs(true)
                        .withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING)
                        .withNan(NanRule.CANONICAL);
                Computation c = Computation.conversion(Formats.BINARY32, format, flushing);
                entries.add(new Entry(c.name() + " flushing", c, sample, "kernel", "codec"));
            }
            for (Rounding rounding : STOCHASTIC) {
                Policies policies = Policies.IEEE.withStochasticRounding(rounding, RANDOM_BITS);
                entries.add(conversion(format, policies, sample, "kernel", "codec"));
            }
            Computation decoding = Computation.conversion(format, Formats.BINARY32, Policies.IEEE);
            entries.add(Entry.of(decoding, CodeSpace.all(format), "kernel", "generic"));
        }
        return entries;
    }

    /**
     * {@return the kernels against the generic conversion, which takes no short cut, over all 2^32 floats: to the formats
     * that most data has, to nearest even, and to E4M3 in one mode of each other kind, stochastic with 16 bits included}
     */
    public static List<Entry> floats() {
        List<Entry> entries = new ArrayList<>();
        for (ScalarFormat format : List.of(
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.TF32,
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.OCP_E3M2,
                Formats.OCP_E2M3,
                Formats.OCP_E2M1,
                Formats.INT8,
                Formats.INT4)) {
            entries.add(conversion(format, Policies.IEEE, CodeSpace.floats(), "kernel", "generic"));
        }
        for (Rounding rounding :
                List.of(Rounding.TOWARD_POSITIVE, Rounding.TOWARD_ZERO, Rounding.TIES_TO_AWAY, Rounding.TO_ODD)) {
            Policies policies = Policies.IEEE.withRounding(rounding);
            entries.add(conversion(Formats.OCP_E4M3, policies, CodeSpace.floats(), "kernel", "generic"));
        }
        Policies policies = Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, RANDOM_BITS);
        entries.add(conversion(Formats.OCP_E4M3, policies, CodeSpace.floats(), "kernel", "generic"));
        return entries;
    }

    /**
     * {@return the comparisons that prove the arithmetic, in every deterministic rounding mode, against the oracle: all pairs
     * of 8-bit codes, all triples of codes of up to 6 bits, hard cases of everything else, mixed formats and binary64
     * included; and all pairs of 16-bit codes in ties to even against the exact definition}
     */
    public static List<Entry> arithmetic() {
        List<Entry> entries = new ArrayList<>();
        List<FloatFormat> formats = new ArrayList<>();
        mainFormats().forEach(f -> formats.add((FloatFormat) f));
        formats.addAll(List.of(Formats.BINARY32, Formats.BINARY64));
        for (FloatFormat format : formats) {
            for (TestFloatOperation operation : OPERATIONS) {
                for (Rounding rounding : DETERMINISTIC) {
                    entries.add(operation(Computation.of(operation, format, Policies.IEEE.withRounding(rounding))));
                }
                entries.add(operation(Computation.of(operation, format, Policies.IEEE.saturating())));
            }
        }
        for (List<FloatFormat> factors : List.of(
                List.of(Formats.OCP_E4M3, Formats.OCP_E5M2),
                List.of(Formats.BINARY16, Formats.BINARY16),
                List.of(Formats.BFLOAT16, Formats.BFLOAT16),
                List.of(Formats.TF32, Formats.TF32))) {
            List<ScalarFormat> operands = new ArrayList<>(factors);
            operands.add(Formats.BINARY32);
            for (Rounding rounding : DETERMINISTIC) {
                Policies policies = Policies.IEEE.withRounding(rounding);
                entries.add(operation(
                        new Computation(TestFloatOperation.MUL_ADD, operands, Formats.BINARY32, policies, 0)));
            }
        }
        for (FloatFormat format : List.of(Formats.BINARY16, Formats.BFLOAT16)) {
            for (TestFloatOperation operation :
                    List.of(TestFloatOperation.ADD, TestFloatOperation.MUL, TestFloatOperation.DIV)) {
                Computation c = Computation.of(operation, format, Policies.IEEE);
                InputSpace all = CodeTuples.of(c.operands());
                entries.add(new Entry("all " + c.name(), c, all, "arith", "exact"));
            }
        }
        return entries;
    }

    private static Entry operation(Computation c) {
        InputSpace space = CodeTuples.bits(c.operands()) <= ALL_BITS
                ? CodeTuples.of(c.operands())
                : HardSpace.of(c, HARD_CASES, SEED);
        boolean wide = c.result().width() > 32;
        return Entry.of(c, space, wide ? "arith-long" : "arith", "oracle");
    }

    /**
     * {@return the floats, of both signs, from half the largest finite number of a format on, infinities and NaNs
     * included}
     *
     * <p>Conversions that differ in their overflow policy alone can differ only there: a smaller magnitude rounds to at
     * most the largest finite number in any mode, since half of that is a number of the format or below one.
     *
     * @param format the format
     */
    public static CodeSpace nearOverflow(ScalarFormat format) {
        if (!(format instanceof FloatFormat f)) {
            return CodeSpace.floats();
        }
        double half = Codec.of(f).decode(f.maxFiniteCode()) / 2;
        int bits = half > Float.MAX_VALUE
                ? Float.floatToRawIntBits(Float.POSITIVE_INFINITY)
                : Float.floatToRawIntBits((float) half);
        // the largest finite number may have more bits than a float; begin well below
        return CodeSpace.beyond(Formats.BINARY32, Math.max(0, bits - 1));
    }

    private static Entry conversion(
            ScalarFormat target, Policies policies, InputSpace space, String subject, String reference) {
        return Entry.of(Computation.conversion(Formats.BINARY32, target, policies), space, subject, reference);
    }
}
