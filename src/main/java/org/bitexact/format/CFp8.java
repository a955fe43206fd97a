package org.bitexact.format;

import java.util.List;
import java.util.Objects;

/**
 * The configurable small-float family (cFP8): a layout, a bias, a power-of-two scale, and the rules an engine with
 * such a format fixes for conversions into it.
 *
 * <p>Shifting the bias by <i>k</i> multiplies every finite value by {@code 2^-k} and leaves the codes alone, so a scale
 * of {@code 2^s} is the same as a bias smaller by <i>s</i>: {@link #format()} has bias {@code bias - scale}.
 *
 * <pre>
 * bit   7   6 ... t   t-1 ... 0
 *       s   E         T            E + T = 7 in the 8-bit members; widths of 3 to 16 bits are accepted
 * </pre>
 *
 * <p>What is public about each member differs: {@link FormatInfo#certainty()} and {@link FormatInfo#note()} of a preset
 * say which part of its behaviour is an assumption. That holds above all for AWS Neuron, whose documentation names the
 * layouts e5m2, e4m3 and e3m4 and an adjustable bias, and for the NaN and tie rules of Tesla's formats.
 *
 * <p>Sources: AWS Neuron documentation, <i>Data types</i>; Tesla, <i>A Guide to Tesla's Configurable Floating Point
 * Formats and Arithmetic</i>; Graphcore Poplar documentation, quarter type; Intel Gaudi documentation.
 *
 * @param name canonical identifier of the member
 * @param signed whether there is a sign bit
 * @param exponentBits exponent field width, 1 to 11; 2 to 6 in 8-bit members
 * @param trailingBits trailing significand field width
 * @param bias exponent bias, -64 to 127
 * @param scale exponent of an extra power-of-two factor, -64 to 63
 * @param specials which codes are infinite or NaN
 * @param subnormals what exponent field zero means
 * @param policies overflow, infinity and NaN rules of conversions into the format
 * @param info title, sources, certainty, and what is assumed
 * @since 0.1
 */
public record CFp8(
        String name,
        boolean signed,
        int exponentBits,
        int trailingBits,
        int bias,
        int scale,
        SpecialValues specials,
        SubnormalRule subnormals,
        Policies policies,
        FormatInfo info) {

    private static final Source NEURON = new Source(
            "AWS Neuron SDK documentation",
            "2.x",
            "Data types; NeuronCore-v2 architecture",
            "https://awsdocs-neuron.readthedocs-hosted.com/");
    static final Source TESLA_PAPER = new Source(
            "Tesla Dojo Technology: A Guide to Tesla's Configurable Floating Point Formats & Arithmetic", "", "", "");
    private static final Source GAUDI = new Source("Intel Gaudi documentation; vLLM-gaudi sources", "", "FP8", "");
    private static final Source GRAPHCORE = new Source("Graphcore Poplar documentation", "", "quarter type", "");
    private static final String NEURON_NOTE = "The layout is documented. The overflow rule, the NaN pattern and the"
            + " bias control of the hardware are not public; saturation is an assumption.";

    /** Checks the parameters. */
    public CFp8 {
        Names.requireIdentifier("name", name);
        Objects.requireNonNull(specials, "specials");
        Objects.requireNonNull(subnormals, "subnormals");
        Objects.requireNonNull(policies, "policies");
        Objects.requireNonNull(info, "info");
        FloatFormat.requireRange("bias", bias, -64, 127);
        FloatFormat.requireRange("scale", scale, -64, 63);
        int width = FloatFormat.requireRange("width", (signed ? 1 : 0) + exponentBits + trailingBits, 3, 16);
        if (width == 8) {
            FloatFormat.requireRange("exponentBits", exponentBits, 2, signed ? 6 : 8);
        }
    }

    /** {@return the value format of this member} */
    public FloatFormat format() {
        return FloatFormat.builder(name, exponentBits, trailingBits)
                .signed(signed)
                .bias(bias - scale)
                .specials(specials)
                .subnormals(subnormals)
                .info(info)
                .build();
    }

    /**
     * {@return this member under another scale}
     *
     * @param exponent exponent of the power-of-two factor, -64 to 63
     */
    public CFp8 withScale(int exponent) {
        String base = scale == 0 ? name : name.substring(0, name.lastIndexOf("_s"));
        String renamed = exponent == 0 ? base : base + "_s" + suffix(exponent);
        return new CFp8(
                renamed, signed, exponentBits, trailingBits, bias, exponent, specials, subnormals, policies, info);
    }

    /**
     * {@return this member with other rules for conversions into it}
     *
     * @param value the policies
     */
    public CFp8 withPolicies(Policies value) {
        return new CFp8(name, signed, exponentBits, trailingBits, bias, scale, specials, subnormals, value, info);
    }

    /**
     * {@return this member with another rule for exponent field zero}
     *
     * @param value the rule, for example {@link SubnormalRule#TESLA_LITERAL}
     */
    public CFp8 withSubnormals(SubnormalRule value) {
        return new CFp8(name, signed, exponentBits, trailingBits, bias, scale, specials, value, policies, info);
    }

    /**
     * Describes a signed 8-bit member of the family.
     *
     * @param exponentBits exponent field width, 2 to 6; the trailing significand takes the other bits
     * @param bias exponent bias, -64 to 127
     * @param specials which codes are infinite or NaN
     * @return the member, with gradual underflow, saturating, named after its parameters
     */
    public static CFp8 of(int exponentBits, int bias, SpecialValues specials) {
        FloatFormat.requireRange("exponentBits", exponentBits, 2, 6);
        int trailing = 7 - exponentBits;
        String name = "cfp8_e" + exponentBits + "m" + trailing + "_b" + suffix(bias) + "_" + specials.id();
        String title = "cFP8 E" + exponentBits + "M" + trailing + ", bias " + bias + ", " + specials.id();
        return new CFp8(
                name,
                true,
                exponentBits,
                trailing,
                bias,
                0,
                specials,
                SubnormalRule.GRADUAL,
                Policies.IEEE.saturating(),
                FormatInfo.custom(title));
    }

    /** {@return AWS Neuron FP8_EXP5: E5M2; overflow rule provisional} */
    public static CFp8 awsE5m2() {
        return aws("aws_e5m2", 5, 2, 15);
    }

    /** {@return AWS Neuron FP8_EXP4: IEEE-style E4M3, largest 240; overflow rule provisional} */
    public static CFp8 awsE4m3() {
        return aws("aws_e4m3", 4, 3, 7);
    }

    /** {@return AWS Neuron FP8_EXP3: E3M4; special values and overflow rule provisional} */
    public static CFp8 awsE3m4() {
        return aws("aws_e3m4", 3, 4, 3);
    }

    /**
     * {@return Intel Gaudi 2 E4M3: IEEE-style top exponent, which is documented for bias 7 and assumed for the others}
     *
     * @param bias 3, 7, 11 or 15
     */
    public static CFp8 gaudi2E4m3(int bias) {
        if (bias != 3 && bias != 7 && bias != 11 && bias != 15) {
            throw new IllegalArgumentException("bias must be one of 3, 7, 11, 15: " + bias);
        }
        return preset(
                "gaudi2_e4m3_b" + bias,
                4,
                bias,
                SpecialValues.IEEE,
                Policies.IEEE.saturating(),
                GAUDI,
                bias == 7 ? Certainty.DOCUMENTED : Certainty.PROVISIONAL,
                bias == 7
                        ? ""
                        : "The IEEE-style top exponent is documented for bias 7 and assumed for bias " + bias + ".");
    }

    /**
     * {@return Intel Gaudi 2 E5M2}
     *
     * @param bias 15, the only one
     */
    public static CFp8 gaudi2E5m2(int bias) {
        if (bias != 15) {
            throw new IllegalArgumentException("bias must be 15 for E5M2 on Gaudi 2: " + bias);
        }
        return preset(
                "gaudi2_e5m2_b15",
                5,
                bias,
                SpecialValues.IEEE,
                Policies.IEEE.saturating(),
                GAUDI,
                Certainty.DOCUMENTED,
                "");
    }

    /**
     * {@return Intel Gaudi 3 E4M3 or E5M2 with a programmable bias; the special values are assumed IEEE-style}
     *
     * @param exponentBits 4 or 5
     * @param bias 0 to 63
     */
    public static CFp8 gaudi3(int exponentBits, int bias) {
        FloatFormat.requireRange("exponentBits", exponentBits, 4, 5);
        FloatFormat.requireRange("bias", bias, 0, 63);
        return preset(
                "gaudi3_e" + exponentBits + "m" + (7 - exponentBits) + "_b" + bias,
                exponentBits,
                bias,
                SpecialValues.IEEE,
                Policies.IEEE.saturating(),
                GAUDI,
                Certainty.PROVISIONAL,
                "The bias range is documented; the IEEE-style top exponent is one of the chip's modes.");
    }

    /**
     * {@return Graphcore quarter F143 (bias 8) with its metadata scale; {@code nanoo} = 1}
     *
     * @param scale the signed scale of the metadata byte, -32 to 31: values are {@code q * 2^scale}
     */
    public static CFp8 ipuF143(int scale) {
        return ipu("ipu_f143", 4, 8, scale);
    }

    /**
     * {@return Graphcore quarter F152 (bias 16) with its metadata scale; {@code nanoo} = 1}
     *
     * @param scale the signed scale of the metadata byte, -32 to 31: values are {@code q * 2^scale}
     */
    public static CFp8 ipuF152(int scale) {
        return ipu("ipu_f152", 5, 16, scale);
    }

    /**
     * {@return Tesla CFloat8_1_4_3}
     *
     * @param bias 0 to 63
     */
    public static CFp8 tesla143(int bias) {
        return tesla("tesla_143", 4, bias);
    }

    /**
     * {@return Tesla CFloat8_1_5_2}
     *
     * @param bias 0 to 63
     */
    public static CFp8 tesla152(int bias) {
        return tesla("tesla_152", 5, bias);
    }

    /** {@return the presets with fixed parameters, and the families with parameters at their usual ones} */
    public static List<CFp8> presets() {
        return List.of(
                awsE5m2(),
                awsE4m3(),
                awsE3m4(),
                wrap("ocp_e5m2", Formats.OCP_E5M2, Policies.IEEE.saturating()),
                wrap("ocp_e4m3", Formats.OCP_E4M3, Policies.IEEE.saturating()),
                wrap("fnuz_e5m2", Formats.E5M2FNUZ, Policies.IEEE.withOverflow(Overflow.NAN)),
                wrap("fnuz_e4m3", Formats.E4M3FNUZ, Policies.IEEE.withOverflow(Overflow.NAN)),
                wrap("fnuz_b11", Formats.E4M3B11FNUZ, Policies.IEEE.withOverflow(Overflow.NAN)),
                gaudi2E4m3(3),
                gaudi2E4m3(7),
                gaudi2E4m3(11),
                gaudi2E4m3(15),
                gaudi2E5m2(15),
                gaudi3(4, 7),
                gaudi3(5, 15),
                ipuF143(0),
                ipuF152(0),
                tesla143(7),
                tesla152(15),
                wrap("intel_e3m4fn", Formats.E3M4FN, Policies.IEEE.saturating()),
                wrap("p3109_8p3se", P3109.of(8, 3, true, true), Policies.IEEE.withOverflow(Overflow.P3109)),
                wrap("p3109_8p4se", P3109.of(8, 4, true, true), Policies.IEEE.withOverflow(Overflow.P3109)));
    }

    private static CFp8 aws(String name, int exponentBits, int trailingBits, int bias) {
        String note = exponentBits == 3
                ? NEURON_NOTE + " That E3M4 has IEEE-style infinities and NaNs is an assumption too."
                : NEURON_NOTE;
        return preset(
                name,
                exponentBits,
                bias,
                SpecialValues.IEEE,
                Policies.IEEE.saturating(),
                NEURON,
                Certainty.PROVISIONAL,
                note);
    }

    private static CFp8 ipu(String name, int exponentBits, int bias, int scale) {
        FloatFormat.requireRange("scale", scale, -32, 31);
        Policies nanoo = Policies.IEEE.withOverflow(Overflow.NAN).withInfinity(InfinityRule.NAN);
        CFp8 unscaled = preset(
                name,
                exponentBits,
                bias,
                SpecialValues.FNUZ,
                nanoo,
                GRAPHCORE,
                Certainty.DOCUMENTED,
                "The number of random bits of its stochastic rounding is not public.");
        return unscaled.withScale(scale);
    }

    private static CFp8 tesla(String name, int exponentBits, int bias) {
        FloatFormat.requireRange("bias", bias, 0, 63);
        Policies clamp = Policies.IEEE.saturating().withNanSubstitute(NanSubstitute.LARGEST_SIGNED);
        return preset(
                name + "_b" + bias,
                exponentBits,
                bias,
                SpecialValues.NONE,
                clamp,
                TESLA_PAPER,
                Certainty.PROVISIONAL,
                "Ties to even, the sign a clamped NaN keeps, and -0 as a code of its own are assumptions; the printed"
                        + " subnormal formula is read as an erratum (tesla_literal keeps it).");
    }

    private static CFp8 preset(
            String name,
            int exponentBits,
            int bias,
            SpecialValues specials,
            Policies policies,
            Source source,
            Certainty certainty,
            String note) {
        String title = name.replace('_', ' ').toUpperCase(java.util.Locale.ROOT);
        return new CFp8(
                name,
                true,
                exponentBits,
                7 - exponentBits,
                bias,
                0,
                specials,
                SubnormalRule.GRADUAL,
                policies,
                new FormatInfo(title, List.of(), List.of(source), certainty, note));
    }

    private static CFp8 wrap(String name, FloatFormat format, Policies policies) {
        return new CFp8(
                name,
                format.signed(),
                format.exponentBits(),
                format.trailingBits(),
                format.bias(),
                0,
                format.specials(),
                format.subnormals(),
                policies,
                new FormatInfo(
                        format.info().title() + " as cFP8",
                        List.of(),
                        format.info().sources(),
                        format.info().certainty(),
                        format.info().note()));
    }

    /** A number as part of an identifier: a minus sign becomes {@code m}. */
    static String suffix(int value) {
        return value < 0 ? "m" + -value : Integer.toString(value);
    }
}
