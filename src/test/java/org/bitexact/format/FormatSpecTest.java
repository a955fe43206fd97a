package org.bitexact.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitexact.format.FormatSpec.CodeRange;
import org.bitexact.format.FormatSpec.Kind;
import org.bitexact.format.FormatSpec.Landmark;
import org.bitexact.format.FormatSpec.Tie;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the files of {@code formats-spec} against the Java constants, in both directions.
 *
 * <p>The reader has already rejected codes that contradict the parameters of the same file. What is left to show is
 * that the files and the constants describe the same formats, and that the values written beside the codes are those of
 * the codes, by {@link ExactValue}, which shares nothing with the library but the independent parameters.
 */
@Tag("fast")
class FormatSpecTest {
    private static final Path ROOT = Path.of("formats-spec");

    static Stream<ScalarFormat> scalars() {
        return Formats.named().stream();
    }

    static Stream<BlockFormat> blocks() {
        return Formats.namedBlocks().stream();
    }

    private static FormatSpec spec(String folder, String name) {
        try {
            return FormatSpec.read(ROOT.resolve(folder).resolve(name + ".toml"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> files(String folder) throws IOException {
        try (Stream<Path> paths = Files.list(ROOT.resolve(folder))) {
            return new TreeSet<>(paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".toml"))
                    .map(name -> name.substring(0, name.length() - ".toml".length()))
                    .toList());
        }
    }

    @Test
    void everyFormatHasAFileAndEveryFileAFormat() throws IOException {
        assertThat(files(""))
                .isEqualTo(new TreeSet<>(scalars().map(Format::name).toList()));
        assertThat(files("block"))
                .isEqualTo(new TreeSet<>(blocks().map(Format::name).toList()));
        assertThat(files("family")).containsExactly("cfp8", "p3109", "tesla");
    }

    @Nested
    class Scalars {
        static Stream<ScalarFormat> formats() {
            return scalars();
        }

        static Stream<FloatFormat> floats() {
            return scalars().filter(FloatFormat.class::isInstance).map(FloatFormat.class::cast);
        }

        static Stream<IntFormat> integers() {
            return scalars().filter(IntFormat.class::isInstance).map(IntFormat.class::cast);
        }

        @ParameterizedTest
        @MethodSource("formats")
        void parametersAreThoseOfTheConstant(ScalarFormat format) {
            FormatSpec spec = spec("", format.name());
            assertThat(spec.name()).isEqualTo(format.name());
            assertThat(withoutInfo(spec.format())).isEqualTo(withoutInfo(format));
            assertThat(spec.policies()).isEmpty();
        }

        @ParameterizedTest
        @MethodSource("formats")
        void descriptionIsThatOfTheConstant(ScalarFormat format) {
            assertSameInfo(spec("", format.name()).info(), format.info());
        }

        @ParameterizedTest
        @MethodSource("formats")
        void codesAreOfTheFullWidth(ScalarFormat format) throws IOException {
            String text = Files.readString(ROOT.resolve(format.name() + ".toml"));
            Matcher codes =
                    Pattern.compile("(?<=[\".])0x([0-9a-f]+)(?=\"|\\.\\.0x)").matcher(text);
            int count = 0;
            while (codes.find()) {
                assertThat(codes.group(1)).hasSize(format.hexDigits());
                count++;
            }
            assertThat(count).isGreaterThanOrEqualTo(3);
        }

        @ParameterizedTest
        @MethodSource("floats")
        void specialCodesAreAllStatedAndRight(FloatFormat f) {
            Map<String, List<CodeRange>> codes = spec("", f.name()).codes();
            assertThat(codes.keySet())
                    .containsExactlyInAnyOrder(
                            "zero",
                            "negative_zero",
                            "infinity",
                            "negative_infinity",
                            "nan",
                            "signaling_nan",
                            "canonical_nan");
            LongPredicate negative = code -> f.signed() && code >>> (f.width() - 1) != 0;
            assertCodes(f, codes.get("zero"), code -> isZero(f, code) && !negative.test(code));
            assertCodes(f, codes.get("negative_zero"), code -> isZero(f, code) && negative.test(code));
            assertCodes(f, codes.get("infinity"), code -> isInfinite(f, code) && !negative.test(code));
            assertCodes(f, codes.get("negative_infinity"), code -> isInfinite(f, code) && negative.test(code));
            assertCodes(f, codes.get("nan"), code -> ExactValue.kind(f, code) == ExactValue.Kind.NAN);
            // IEEE 754-2019, 6.2.1: a signaling NaN has a zero as the first bit of its trailing significand.
            assertCodes(
                    f,
                    codes.get("signaling_nan"),
                    code -> f.specials() == SpecialValues.IEEE
                            && ExactValue.kind(f, code) == ExactValue.Kind.NAN
                            && (code >>> (f.trailingBits() - 1) & 1) == 0);
        }

        @ParameterizedTest
        @MethodSource("floats")
        void landmarksAreAllStatedAndRight(FloatFormat f) {
            assertFloatLandmarks(f, spec("", f.name()).landmarks());
        }

        @ParameterizedTest
        @MethodSource("integers")
        void integerLandmarksAreAllStatedAndRight(IntFormat f) {
            Map<String, Landmark> landmarks = spec("", f.name()).landmarks();
            Set<String> expected = new LinkedHashSet<>(List.of("max", "min"));
            boolean bipolar = f.encoding() == IntFormat.Encoding.BIPOLAR;
            if (!f.name().equals("i1")) {
                expected.addAll(List.of("min_positive", "one"));
            }
            if (!bipolar) {
                expected.addAll(List.of("overflow", "negative_overflow"));
            }
            assertThat(landmarks.keySet()).isEqualTo(expected);
            landmarks.forEach((key, mark) -> {
                assertDecimal(mark);
                mark.code()
                        .ifPresent(code -> assertThat(ExactValue.of(f, code))
                                .as(key)
                                .isEqualByComparingTo(ExactValue.parseHex(mark.value())));
            });
            if (expected.contains("one")) {
                assertThat(ExactValue.parseHex(landmarks.get("one").value())).isEqualByComparingTo(BigDecimal.ONE);
            }
            if (!bipolar) {
                BigDecimal half = ExactValue.powerOfTwo(f.scaleExponent() - 1);
                BigDecimal max = ExactValue.parseHex(landmarks.get("max").value());
                BigDecimal min = ExactValue.parseHex(landmarks.get("min").value());
                BigDecimal step = ExactValue.powerOfTwo(f.scaleExponent());
                assertTie(landmarks.get("overflow"), max.add(half), isEven(max.divide(step)));
                assertTie(landmarks.get("negative_overflow"), min.subtract(half), isEven(min.divide(step)));
            }
        }
    }

    @Nested
    class Blocks {
        static Stream<BlockFormat> formats() {
            return blocks();
        }

        @ParameterizedTest
        @MethodSource("formats")
        void parametersAndDescriptionAreThoseOfTheConstant(BlockFormat format) {
            FormatSpec spec = spec("block", format.name());
            BlockFormat read = spec.block();
            assertThat(read.name()).isEqualTo(format.name());
            assertThat(read.element()).isEqualTo(format.element());
            assertThat(read.scale()).isEqualTo(format.scale());
            assertThat(read.blockLength()).isEqualTo(format.blockLength());
            assertThat(read.scaleRule()).isEqualTo(format.scaleRule());
            assertThat(read.tensorScale()).isEqualTo(format.tensorScale());
            assertSameInfo(spec.info(), format.info());
        }

        @ParameterizedTest
        @MethodSource("formats")
        void landmarksAreProductsOfElementAndScale(BlockFormat format) {
            Map<String, Landmark> landmarks = spec("block", format.name()).landmarks();
            assertThat(landmarks.keySet()).containsExactly("max_finite", "min_positive");
            landmarks.values().forEach(mark -> {
                long element = mark.code().orElseThrow();
                BigDecimal product = ExactValue.of(format.scale(), mark.scale().orElseThrow())
                        .orElseThrow()
                        .multiply(
                                format.element() instanceof FloatFormat f
                                        ? ExactValue.of(f, element).orElseThrow()
                                        : ExactValue.of((IntFormat) format.element(), element));
                assertThat(ExactValue.parseHex(mark.value())).isEqualByComparingTo(product);
                assertDecimal(mark);
            });
        }

        @ParameterizedTest
        @MethodSource("formats")
        void scaleCodesThatAreNanAreStated(BlockFormat format) {
            assertCodes(
                    format.scale(),
                    spec("block", format.name()).codes().get("nan_scale"),
                    code -> ExactValue.kind(format.scale(), code) == ExactValue.Kind.NAN);
        }
    }

    @Nested
    class P3109Family {
        private final FormatSpec family = spec("family", "p3109");

        @Test
        void ruleGivesEveryMember() {
            List<FloatFormat> all = P3109.all(3, 16);
            assertThat(all).hasSize(504);
            for (FloatFormat f : all) {
                int k = f.width();
                int p = f.precision();
                boolean extended = f.specials() == SpecialValues.P3109_EXTENDED;
                assertThat(P3109.of(k, p, f.signed(), extended)).isEqualTo(f);
                String sign = f.signed() ? "signed" : "unsigned";
                String domain = sign + (extended ? "_extended" : "_finite");
                Map<String, BigDecimal> v = new HashMap<>(Map.of("K", decimal(k), "P", decimal(p)));
                assertThat(compute(sign + ".exponent_bits", v)).isEqualByComparingTo(decimal(f.exponentBits()));
                assertThat(compute(sign + ".trailing_bits", v)).isEqualByComparingTo(decimal(f.trailingBits()));
                v.put("bias", compute(sign + ".bias", v));
                assertThat(v.get("bias")).isEqualByComparingTo(decimal(f.bias()));
                assertThat(f.subnormals()).isEqualTo(SubnormalRule.GRADUAL);
                assertThat(f.hasNegativeZero()).isFalse();
                assertThat(f.containerBits()).isEqualTo(k <= 8 ? 8 : 16);

                assertThat(compute(sign + ".nan_code", v)).isEqualByComparingTo(decimal(f.nanCode()));
                BigDecimal max = compute(domain + ".max_finite_code", v);
                assertThat(max).isEqualByComparingTo(decimal(f.maxFiniteCode()));
                assertThat(f.hasInfinity()).isEqualTo(extended);
                if (extended) {
                    assertThat(compute(domain + ".infinity_code", v)).isEqualByComparingTo(decimal(f.infinityCode()));
                }
                if (extended && f.signed()) {
                    assertThat(compute(domain + ".negative_infinity_code", v))
                            .isEqualByComparingTo(decimal(f.signMask() | f.infinityCode()));
                }
                BigDecimal one = compute(sign + ".one_code", v);
                assertThat(value(one, v)).isEqualByComparingTo(BigDecimal.ONE);
                for (long code : landmarks(f)) {
                    assertThat(value(decimal(code), v))
                            .as("%s 0x%x", f, code)
                            .isEqualByComparingTo(ExactValue.of(f, code).orElseThrow());
                }
            }
        }

        @Test
        void membersWorkedOutAreThoseOfTheConstant() {
            assertThat(family.members()).hasSizeGreaterThanOrEqualTo(10);
            for (FormatSpec member : family.members()) {
                FloatFormat f = (FloatFormat) FormatNames.scalar(member.name()).format();
                assertMember(member, f);
            }
        }

        @Test
        void parametersHaveTheRangesOfTheConstant() {
            assertThat(family.parameters())
                    .extracting(FormatSpec.Parameter::name)
                    .containsExactly("K", "P", "sign", "domain");
            FormatSpec.Parameter k = family.parameters().get(0);
            FormatSpec.Parameter p = family.parameters().get(1);
            assertThat(P3109.of(k.low(), 1, true, true).width()).isEqualTo(k.low());
            assertThat(P3109.of(k.high(), p.high(), false, true).precision()).isEqualTo(p.high());
            assertThatIllegalArgumentException().isThrownBy(() -> P3109.of(k.low() - 1, 1, true, true));
            assertThatIllegalArgumentException().isThrownBy(() -> P3109.of(k.high() + 1, 1, true, true));
            assertThatIllegalArgumentException().isThrownBy(() -> P3109.of(8, p.low() - 1, true, true));
            assertThatIllegalArgumentException().isThrownBy(() -> P3109.of(8, 8, true, true));
            assertThatIllegalArgumentException().isThrownBy(() -> P3109.of(8, 9, false, true));
        }

        private BigDecimal compute(String key, Map<String, BigDecimal> variables) {
            return Formula.compute(family.rule().get(key), variables);
        }

        private BigDecimal value(BigDecimal code, Map<String, BigDecimal> parameters) {
            Map<String, BigDecimal> v = new HashMap<>(parameters);
            v.put("c", code);
            v.put("e", compute("value.exponent_field", v));
            v.put("t", compute("value.trailing_field", v));
            return compute(v.get("e").signum() > 0 ? "value.normal" : "value.subnormal", v);
        }
    }

    @Nested
    class TeslaFamily {
        private final FormatSpec family = spec("family", "tesla");

        @Test
        void ruleGivesEveryMemberAtEveryBias() {
            FormatSpec.Parameter bias = family.parameters().get(0);
            for (int b = bias.low(); b <= bias.high(); b++) {
                assertRule("cfloat8_1_4_3", Formats.cfloat8143(b));
                assertRule("cfloat8_1_5_2", Formats.cfloat8152(b));
                assertRule("cfloat16_shp", Formats.cfloat16Shp(b));
            }
            assertThatIllegalArgumentException().isThrownBy(() -> Formats.cfloat8143(bias.low() - 1));
            assertThatIllegalArgumentException().isThrownBy(() -> Formats.cfloat8143(bias.high() + 1));
        }

        private void assertRule(String name, FloatFormat f) {
            Map<String, BigDecimal> v = Map.of("bias", decimal(f.bias()));
            assertThat(compute(name + ".exponent_bits", v)).isEqualByComparingTo(decimal(f.exponentBits()));
            assertThat(compute(name + ".trailing_bits", v)).isEqualByComparingTo(decimal(f.trailingBits()));
            assertThat(compute(name + ".max_finite_code", v)).isEqualByComparingTo(decimal(f.maxFiniteCode()));
            assertThat(compute(name + ".max_finite", v)).isEqualByComparingTo(value(f, f.maxFiniteCode()));
            assertThat(compute(name + ".min_normal", v)).isEqualByComparingTo(value(f, f.minNormalCode()));
            assertThat(compute(name + ".min_subnormal", v)).isEqualByComparingTo(value(f, f.minPositiveCode()));
        }

        @Test
        void membersWorkedOutAreThoseOfTheConstant() {
            assertThat(family.members()).hasSize(9);
            for (FormatSpec member : family.members()) {
                assertMember(
                        member, (FloatFormat) FormatNames.scalar(member.name()).format());
            }
        }

        @Test
        void literalSubnormalsAreHalfOfTheContinuousOnes() {
            FloatFormat literal =
                    CFp8.tesla143(7).withSubnormals(SubnormalRule.TESLA_LITERAL).format();
            for (int t = 1; t < 8; t++) {
                Map<String, BigDecimal> v = Map.of("bias", decimal(7), "t", decimal(t), "M", decimal(3));
                assertThat(compute("value.subnormal_literal", v)).isEqualByComparingTo(value(literal, t));
                assertThat(compute("value.subnormal", v)).isEqualByComparingTo(value(Formats.cfloat8143(7), t));
            }
        }

        private BigDecimal compute(String key, Map<String, BigDecimal> variables) {
            return Formula.compute(family.rule().get(key), variables);
        }
    }

    @Nested
    class CFp8Family {
        private final FormatSpec family = spec("family", "cfp8");

        @Test
        void everyPresetIsAMemberAndEveryMemberAPreset() {
            assertThat(family.members().stream().map(FormatSpec::name).toList())
                    .isEqualTo(CFp8.presets().stream().map(CFp8::name).toList());
        }

        @Test
        void membersAreThoseOfThePresets() {
            for (CFp8 preset : CFp8.presets()) {
                FormatSpec member = family.members().stream()
                        .filter(m -> m.name().equals(preset.name()))
                        .findFirst()
                        .orElseThrow();
                assertMember(member, preset.format());
                assertThat(member.policies()).as(preset.name()).contains(preset.policies());
            }
        }

        @Test
        void whatIsAssumedIsSaidExactlyWhereTheCertaintyIsProvisional() {
            for (FormatSpec member : family.members()) {
                assertThat(member.documented()).as(member.name()).isNotEmpty();
                assertThat(member.assumed().isEmpty())
                        .as(member.name())
                        .isEqualTo(member.info().certainty() != Certainty.PROVISIONAL);
            }
        }

        @Test
        void ruleGivesTheCodesAndValuesOfEveryLayout() {
            for (int e = 2; e <= 6; e++) {
                for (SpecialValues specials : SpecialValues.values()) {
                    for (int bias : new int[] {-64, 0, (1 << (e - 1)) - 1, 127}) {
                        assertRule(CFp8.of(e, bias, specials).format(), bias, 0);
                    }
                    assertRule(CFp8.of(e, 7, specials).withScale(5).format(), 7, 5);
                }
            }
        }

        private void assertRule(FloatFormat f, int bias, int scale) {
            Map<String, BigDecimal> v = new HashMap<>(Map.of(
                    "E", decimal(f.exponentBits()),
                    "M", decimal(f.trailingBits()),
                    "bias", decimal(bias),
                    "scale", decimal(scale)));
            v.put("B", compute("value.bias", v));
            assertThat(v.get("B")).isEqualByComparingTo(decimal(f.bias()));
            String specials = f.specials().id();
            assertThat(compute(specials + ".max_finite_code", v)).isEqualByComparingTo(decimal(f.maxFiniteCode()));
            assertThat(family.rule().containsKey(specials + ".infinity_code")).isEqualTo(f.hasInfinity());
            if (f.hasInfinity()) {
                assertThat(compute(specials + ".infinity_code", v)).isEqualByComparingTo(decimal(f.infinityCode()));
            }
            assertThat(family.rule().containsKey(specials + ".nan_code")).isEqualTo(f.hasNan());
            if (f.hasNan()) {
                assertThat(compute(specials + ".nan_code", v)).isEqualByComparingTo(decimal(f.nanCode()));
            }
            for (long code = 0; code <= f.maxFiniteCode(); code++) {
                v.put("c", decimal(code));
                v.put("e", compute("value.exponent_field", v));
                v.put("t", compute("value.trailing_field", v));
                assertThat(compute(v.get("e").signum() > 0 ? "value.normal" : "value.gradual", v))
                        .as("%s 0x%x", f, code)
                        .isEqualByComparingTo(value(f, code));
            }
        }

        @Test
        void parametersHaveTheRangesOfTheConstant() {
            Map<String, FormatSpec.Parameter> p = new HashMap<>();
            family.parameters().forEach(parameter -> p.put(parameter.name(), parameter));
            assertThat(p.keySet())
                    .containsExactlyInAnyOrder("E", "M", "sign", "bias", "scale", "specials", "subnormals");
            FormatSpec.Parameter bias = p.get("bias");
            assertThat(CFp8.of(4, bias.low(), SpecialValues.FN).bias()).isEqualTo(bias.low());
            assertThat(CFp8.of(4, bias.high(), SpecialValues.FN).bias()).isEqualTo(bias.high());
            assertThatIllegalArgumentException().isThrownBy(() -> CFp8.of(4, bias.low() - 1, SpecialValues.FN));
            assertThatIllegalArgumentException().isThrownBy(() -> CFp8.of(4, bias.high() + 1, SpecialValues.FN));
            FormatSpec.Parameter scale = p.get("scale");
            CFp8 member = CFp8.of(4, 7, SpecialValues.FN);
            assertThat(member.withScale(scale.low()).scale()).isEqualTo(scale.low());
            assertThat(member.withScale(scale.high()).scale()).isEqualTo(scale.high());
            assertThatIllegalArgumentException().isThrownBy(() -> member.withScale(scale.low() - 1));
            assertThatIllegalArgumentException().isThrownBy(() -> member.withScale(scale.high() + 1));
            assertThat(p.get("specials").values())
                    .isEqualTo(Stream.of(SpecialValues.values())
                            .map(SpecialValues::id)
                            .toList());
            assertThat(p.get("subnormals").values())
                    .isEqualTo(Stream.of(SubnormalRule.values())
                            .map(SubnormalRule::id)
                            .toList());
        }

        private BigDecimal compute(String key, Map<String, BigDecimal> variables) {
            return Formula.compute(family.rule().get(key), variables);
        }
    }

    /** A test that cannot fail proves nothing: each change of a digit must be noticed. */
    @Nested
    class SeededDefects {
        private final String e4m3 = text("e4m3");

        private static String text(String name) {
            try {
                return Files.readString(ROOT.resolve(name + ".toml"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        void wrongLandmarkCodeIsRejectedWithBothCodes() {
            String wrong = change("code = \"0x7e\"", "code = \"0x77\"");
            long line = wrong.substring(0, wrong.indexOf("0x77")).lines().count();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatSpec.parse(wrong, "e4m3.toml"))
                    .withMessage("e4m3.toml:" + line
                            + ": landmarks.max_finite.code is 0x77 here, but the parameters give 0x7e");
        }

        @Test
        void wrongParameterIsRejectedByTheName() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatSpec.parse(change("bias       = 7", "bias       = 8"), "e4m3.toml"))
                    .withMessageContaining("name 'e4m3' belongs to a format with other parameters");
        }

        @Test
        void everyWrongCodeIsRejected() {
            Matcher codes = Pattern.compile("\"0x([0-9a-f]{2})\"").matcher(e4m3);
            int count = 0;
            while (codes.find()) {
                int code = Integer.parseInt(codes.group(1), 16);
                for (int bit = 0; bit < 8; bit++) {
                    String wrong = e4m3.substring(0, codes.start())
                            + String.format("\"0x%02x\"", code ^ 1 << bit)
                            + e4m3.substring(codes.end());
                    assertThatThrownBy(() -> FormatSpec.parse(wrong, "e4m3.toml"))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("but the parameters give");
                    count++;
                }
            }
            assertThat(count).isEqualTo(10 * 8);
        }

        @Test
        void everyWrongValueOrDecimalIsNoticed() {
            Matcher values = Pattern.compile("(?:value|decimal) = \"([^\"]*)\"").matcher(e4m3);
            int count = 0;
            while (values.find()) {
                String text = values.group(1);
                int last = text.length() - 1;
                char digit = text.charAt(last) == '9' ? '8' : (char) (text.charAt(last) + 1);
                String wrong = e4m3.substring(0, values.start(1) + last) + digit + e4m3.substring(values.end(1));
                FormatSpec spec = FormatSpec.parse(wrong, "e4m3.toml");
                assertThatThrownBy(() -> assertFloatLandmarks(Formats.OCP_E4M3, spec.landmarks()))
                        .isInstanceOf(AssertionError.class);
                count++;
            }
            assertThat(count).isEqualTo(12);
        }

        private String change(String from, String to) {
            assertThat(e4m3).contains(from);
            return e4m3.replaceFirst(Pattern.quote(from), to);
        }
    }

    // ---- assertions

    private static ScalarFormat withoutInfo(ScalarFormat format) {
        return format.named("x", FormatInfo.custom("x"));
    }

    private static void assertSameInfo(FormatInfo spec, FormatInfo java) {
        assertThat(spec.title()).isEqualTo(java.title());
        assertThat(spec.certainty()).isEqualTo(java.certainty());
        assertThat(spec.note()).isEqualTo(java.note());
        assertThat(spec.sources()).isNotEmpty().isEqualTo(java.sources());
        assertThat(spec.aliases()).containsExactlyInAnyOrderElementsOf(java.aliases());
    }

    private static void assertMember(FormatSpec member, FloatFormat f) {
        assertThat(member.kind()).isEqualTo(Kind.FLOAT);
        assertThat(member.name()).isEqualTo(f.name());
        assertThat(withoutInfo(member.format())).as(f.name()).isEqualTo(withoutInfo(f));
        assertSameInfo(member.info(), f.info());
        assertFloatLandmarks(f, member.landmarks());
    }

    private static boolean isZero(FloatFormat f, long code) {
        return ExactValue.of(f, code).map(x -> x.signum() == 0).orElse(false);
    }

    private static boolean isInfinite(FloatFormat f, long code) {
        return ExactValue.kind(f, code) == ExactValue.Kind.INFINITE;
    }

    /** Asserts that the ranges are in order and disjoint, and hold the codes with the property and no others. */
    private static void assertCodes(FloatFormat f, List<CodeRange> ranges, LongPredicate property) {
        if (f.width() <= 16) {
            Set<Long> stated = new HashSet<>();
            for (CodeRange range : ranges) {
                for (long code = range.first(); code <= range.last(); code++) {
                    assertThat(stated.add(code)).isTrue();
                }
            }
            for (long code = 0; code < 1L << f.width(); code++) {
                if (stated.contains(code) != property.test(code)) {
                    throw new AssertionError(String.format("%s 0x%x: stated %s", f, code, stated.contains(code)));
                }
            }
            return;
        }
        // Wide formats: the property holds at both ends of each range and ends there.
        long mask = f.width() == 64 ? -1L : (1L << f.width()) - 1;
        for (CodeRange range : ranges) {
            assertThat(property.test(range.first())).isTrue();
            assertThat(property.test(range.last())).isTrue();
            assertThat(range.first() == 0 || !property.test(range.first() - 1)).isTrue();
            assertThat(range.last() == mask || !property.test(range.last() + 1)).isTrue();
        }
        long[] samples = {0, f.signMask(), f.infinityCode(), f.infinityCode() | f.signMask(), f.nanCode(), mask, 1};
        for (long code : samples) {
            boolean stated = ranges.stream()
                    .anyMatch(r ->
                            Long.compareUnsigned(r.first(), code) <= 0 && Long.compareUnsigned(code, r.last()) <= 0);
            assertThat(stated).isEqualTo(property.test(code));
        }
    }

    private static void assertFloatLandmarks(FloatFormat f, Map<String, Landmark> landmarks) {
        Set<String> expected = new LinkedHashSet<>(List.of("max_finite", "min_normal"));
        boolean subnormals = f.trailingBits() > 0
                && (f.subnormals() == SubnormalRule.GRADUAL || f.subnormals() == SubnormalRule.TESLA_LITERAL);
        if (subnormals) {
            expected.addAll(List.of("max_subnormal", "min_subnormal"));
        }
        boolean hasOne = f.width() > 16
                || codesUpwards(f).stream().anyMatch(code -> value(f, code).compareTo(BigDecimal.ONE) == 0);
        if (hasOne) {
            expected.add("one");
        }
        expected.add("overflow");
        assertThat(landmarks.keySet()).as(f.name()).isEqualTo(expected);
        landmarks.forEach((key, mark) -> {
            assertDecimal(mark);
            mark.code()
                    .ifPresent(code -> assertThat(ExactValue.parseHex(mark.value()))
                            .as("%s %s", f, key)
                            .isEqualByComparingTo(value(f, code)));
        });
        if (hasOne) {
            assertThat(ExactValue.parseHex(landmarks.get("one").value())).isEqualByComparingTo(BigDecimal.ONE);
        }

        // Each landmark is what its name says: the codes beside it belong to something else.
        long max = landmarks.get("max_finite").code().orElseThrow();
        assertThat(ExactValue.of(f, max)).isPresent();
        if (max + 1 < 1L << (f.exponentBits() + f.trailingBits())) {
            assertThat(ExactValue.kind(f, max + 1)).isNotEqualTo(ExactValue.Kind.FINITE);
        }
        int lowest = f.subnormals() == SubnormalRule.ABSENT ? 0 : 1;
        assertThat(landmarks.get("min_normal").code().orElseThrow()).isEqualTo((long) lowest << f.trailingBits());
        if (subnormals) {
            assertThat(landmarks.get("max_subnormal").code().orElseThrow()).isEqualTo((1L << f.trailingBits()) - 1);
            assertThat(landmarks.get("min_subnormal").code().orElseThrow()).isEqualTo(1);
        }

        // Halfway to the next number of the same precision.
        BigDecimal ulp = ExactValue.powerOfTwo((int) (max >>> f.trailingBits()) - f.bias() - f.trailingBits());
        BigDecimal half = ulp.divide(BigDecimal.valueOf(2));
        boolean even = f.trailingBits() > 0
                ? isEven(value(f, max).divide(ulp))
                : f.specials().isP3109() && max % 2 == 0;
        assertTie(landmarks.get("overflow"), value(f, max).add(half), even);
    }

    private static void assertTie(Landmark overflow, BigDecimal midpoint, boolean even) {
        assertDecimal(overflow);
        assertThat(ExactValue.parseHex(overflow.value())).isEqualByComparingTo(midpoint);
        assertThat(overflow.tie()).contains(even ? Tie.STAYS : Tie.OVERFLOWS);
    }

    /** The decimal is exact, or the value rounded to nearest in at least six digits. */
    private static void assertDecimal(Landmark mark) {
        BigDecimal exact = ExactValue.parseHex(mark.value());
        BigDecimal stated = new BigDecimal(mark.decimal());
        if (stated.compareTo(exact) != 0) {
            assertThat(stated.precision()).as(mark.decimal()).isGreaterThanOrEqualTo(6);
            assertThat(exact.round(new MathContext(stated.precision(), RoundingMode.HALF_EVEN)))
                    .as(mark.value())
                    .isEqualByComparingTo(stated);
        }
    }

    private static boolean isEven(BigDecimal whole) {
        return !whole.toBigIntegerExact().abs().testBit(0);
    }

    private static BigDecimal decimal(long value) {
        return new BigDecimal(BigInteger.valueOf(value));
    }

    private static BigDecimal value(FloatFormat f, long code) {
        return ExactValue.of(f, code).orElseThrow();
    }

    /** The codes from zero to the largest finite number. */
    private static List<Long> codesUpwards(FloatFormat f) {
        List<Long> codes = new ArrayList<>();
        for (long code = 0; code <= f.maxFiniteCode(); code++) {
            codes.add(code);
        }
        return codes;
    }

    private static Set<Long> landmarks(FloatFormat f) {
        Set<Long> codes = new LinkedHashSet<>(List.of(0L, f.minPositiveCode(), f.maxFiniteCode()));
        if (f.minNormalCode() <= f.maxFiniteCode()) {
            codes.add(f.minNormalCode());
        }
        if (f.hasSubnormals()) {
            codes.add(f.minNormalCode() - 1);
        }
        return codes;
    }
}
