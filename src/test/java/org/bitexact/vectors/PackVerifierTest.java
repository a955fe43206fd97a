package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitexact.engine.Engines;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScaleRule;
import org.bitexact.format.Tininess;
import org.bitexact.quant.BlockCodec;
import org.bitexact.vectors.PackColumn.Role;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("fast")
class PackVerifierTest {
    static Stream<PackFunction> functions() {
        return PackKinds.all().stream();
    }

    /** A pack with one bit of one result changed. */
    private static Pack changed(Pack pack, int row, int column, int index) {
        Pack.Builder copy = Pack.builder(pack.columns());
        pack.properties().forEach(copy::property);
        for (int r = 0; r < pack.rows(); r++) {
            long[][] cells = new long[pack.columns().size()][];
            for (int c = 0; c < cells.length; c++) {
                cells[c] = pack.codes(r, c);
            }
            if (r == row) {
                cells[column][index] ^= 1L << pack.columns().get(column).containerShift();
            }
            copy.add(cells);
        }
        return copy.build();
    }

    /** The answers of another function to the operands of a pack: results alone, or whole rows. */
    private static Pack answers(Pack pack, PackFunction device, boolean whole) {
        List<PackColumn> columns = pack.columns().stream()
                .filter(c -> whole || c.role() != Role.OPERAND)
                .toList();
        Pack.Builder answers = Pack.builder(columns);
        for (int r = 0; r < pack.rows(); r++) {
            long[][] operands = new long[device.arity()][];
            for (int c = 0; c < operands.length; c++) {
                operands[c] = pack.codes(r, c);
            }
            long[][] results = device.evaluate(operands);
            answers.add(whole ? device.row(operands, results) : results);
        }
        return answers.build();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyKindIsGeneratedAgainAndEqualsItsReference(PackFunction function) {
        Pack pack = PackKinds.pack(function, 400);
        assertThat(PackRequest.of(pack).generate().description()).isEqualTo(pack.description());
        assertThat(PackFunction.of(pack.properties()).properties()).isEqualTo(function.properties());
        PackVerifier verifier = PackVerifier.of(pack);
        assertThat(verifier.recompute()).isEqualTo(new PackReport(400, 0, List.of()));
        verifier.reference().ifPresent(report -> assertThat(report.mismatches()).isZero());
        boolean model = function.properties().containsKey("engine")
                && !function.properties().get("engine").startsWith("ieee.")
                && !function.properties().get("engine").contains("vpdp");
        assertThat(verifier.reference().isEmpty()).isEqualTo(model);
        assertThat(pack.property("provenance"))
                .endsWith(
                        model
                                ? "; no independent reference"
                                : verifier.function().orElseThrow().referenceName());
    }

    @ParameterizedTest
    @MethodSource("functions")
    void oneWrongBitOfEveryColumnIsFound(PackFunction function) {
        Pack pack = PackKinds.pack(function, 40);
        for (int c = function.arity(); c < pack.columns().size(); c++) {
            int last = pack.length(17, c) - 1;
            Pack wrong = changed(pack, 17, c, last);
            assertThat(wrong.checksum()).isNotEqualTo(pack.checksum());
            PackReport report = PackVerifier.of(wrong).recompute();
            assertThat(report.mismatches()).isOne();
            assertThat(report.explanation().get(0))
                    .startsWith("row 17: " + pack.columns().get(c).name())
                    .endsWith((last > 0 ? "[" + last + "]" : "") + " differs");
            PackVerifier.of(wrong)
                    .reference()
                    .ifPresent(r -> assertThat(r.mismatches()).isOne());
        }
    }

    /** Wrong answers of a kind that real devices give, and the rule that the explanation has to name. */
    static Stream<org.junit.jupiter.params.provider.Arguments> devices() {
        PackFunction add = PackRequest.scalar("f16_add", Policies.IEEE);
        PackFunction fma = PackRequest.scalar("bf16_mulAdd_f32", Policies.IEEE);
        PackFunction cast = PackRequest.scalar("f32_to_e4m3", Policies.IEEE);
        BlockCodec mx = BlockCodec.of(FormatNames.block("mxfp8_e4m3"));
        return Stream.of(
                device(
                        add,
                        PackRequest.scalar("f16_add", Policies.IEEE.withRounding(Rounding.TOWARD_ZERO)),
                        "rounding=rz"),
                device(
                        PackRequest.scalar("f16_mul", Policies.IEEE),
                        PackRequest.scalar("f16_mul", Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING)),
                        "tininess=before"),
                device(fma, PackRequest.scalar("bf16_mulAdd_f32", Policies.IEEE.withFlushInputs(true)), "daz=yes"),
                device(
                        cast,
                        PackRequest.scalar("f32_to_e4m3", Policies.IEEE.saturating()),
                        "overflow=sat infinity=sat"),
                device(
                        PackRequest.scalar("f64_to_e4m3", Policies.IEEE),
                        PackRequest.scalar(
                                "f64_to_e4m3", Policies.IEEE.withPath(org.bitexact.format.SourcePath.VIA_BINARY32)),
                        "via-f32=yes"),
                device(
                        PackRequest.dot(Engines.get("nvidia.hopper.mma.f16.f32"), 8),
                        PackRequest.dot(Engines.get("nvidia.volta.mma.f16.f32"), 8),
                        "engine nvidia.volta.mma.f16.f32"),
                device(
                        PackRequest.tile(Engines.get("nvidia.hopper.wgmma.e4m3.f32"), "m4n4k32"),
                        PackRequest.tile(Engines.get("ieee.fma-chain.e4m3.f32"), "m4n4k32"),
                        "engine ieee.fma-chain.e4m3.f32"),
                device(
                        PackRequest.block(mx),
                        PackRequest.block(mx.scaleRule(ScaleRule.QUOTIENT_UP)),
                        "scale-rule=quotient-up"),
                device(
                        PackRequest.requantize(Formats.INT8, true),
                        PackRequest.requantize(Formats.INT8, false),
                        "roundings=1"));
    }

    private static org.junit.jupiter.params.provider.Arguments device(
            PackFunction right, PackFunction device, String rule) {
        return org.junit.jupiter.params.provider.Arguments.of(right, device, rule);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void wrongAnswersAreFoundAndTheRuleIsNamed(PackFunction right, PackFunction device, String rule) {
        Pack pack = PackKinds.pack(right, 600);
        for (boolean whole : new boolean[] {false, true}) {
            PackReport report = PackVerifier.of(pack).answers(answers(pack, device, whole));
            assertThat(report.mismatches()).isPositive();
            assertThat(report.explanation()).anySatisfy(line -> assertThat(line).contains(" " + rule + " gives all "));
            assertThat(PackVerifier.of(pack)
                            .answers(answers(pack, right, whole))
                            .isEqual())
                    .isTrue();
        }
    }

    @Test
    void theExplanationShowsFieldsValuesAndDistance() {
        Pack pack = Pack.builder(PackRequest.scalar("f16_add", Policies.IEEE).columns())
                .add(new long[] {0x74fb}, new long[] {0xe879}, new long[] {0x746c}, new long[] {1})
                .build();
        PackFunction function = PackRequest.scalar("f16_add", Policies.IEEE);
        Pack answers = Pack.builder(List.of(PackColumn.result("z", Formats.BINARY16), PackColumn.flags()))
                .add(new long[] {0x746b}, new long[] {0})
                .build();
        assertThat(PackVerifier.of(pack, function)
                        .answers(answers)
                        .explanation()
                        .subList(0, 7))
                .containsExactly(
                        "row 0: z differs",
                        "  a           F16 0x74FB = 0 11101 0011111011 = 20400",
                        "  b           F16 0xE879 = 1 11010 0001111001 = -2290",
                        "  expected    F16 0x746C = 0 11101 0001101100 = 18112",
                        "  answered    F16 0x746B = 0 11101 0001101011 = 18096",
                        "  distance    1 step between neighbours of f16",
                        "  flags       ....x, not .....");
        assertThat(PackVerifier.of(pack, function).flags(false).answers(answers).explanation())
                .contains("  rule        rounding=rz gives all 1 answers looked at");
    }

    @Test
    void anyNanMayStandForAnother() {
        Pack pack = Pack.builder(List.of(PackColumn.result("z", Formats.BINARY16)))
                .add(new long[] {0x7e00})
                .build();
        Pack answers = Pack.builder(pack.columns()).add(new long[] {0xfe01}).build();
        assertThat(PackVerifier.of(pack).answers(answers).explanation()).contains("  distance    both are NaN");
        assertThat(PackVerifier.of(pack).anyNan(true).answers(answers).isEqual())
                .isTrue();
    }

    @Test
    void answersToOtherCasesAndMissingOnesAreNamed() {
        Pack pack = PackKinds.pack(PackRequest.scalar("f16_add", Policies.IEEE), 10);
        Pack differing = new PackRequest(PackRequest.scalar("f16_add", Policies.IEEE), "mixed", 10, 2).generate();
        assertThatThrownBy(() -> PackVerifier.of(pack).answers(differing))
                .hasMessageMatching("row \\d: operand [ab] must be 0x.* as in the pack: 0x.*");
        assertThatThrownBy(() -> PackVerifier.of(pack)
                        .answers(Pack.builder(List.of(PackColumn.result("y", Formats.BINARY16)))
                                .build()))
                .hasMessageStartingWith("answers must have a column of results of the pack");
        assertThatThrownBy(() -> PackVerifier.of(pack)
                        .answers(Pack.builder(List.of(PackColumn.result("z", Formats.BFLOAT16)))
                                .build()))
                .hasMessage("column of answers must be z:result:f16: z:result:bf16");
        Pack none =
                Pack.builder(List.of(PackColumn.result("z", Formats.BINARY16))).build();
        PackReport report = PackVerifier.of(pack).answers(none);
        assertThat(report.mismatches()).isEqualTo(10);
        assertThat(report.explanation()).containsExactly("answers end after row -1; the pack has 10 rows");
    }

    @Test
    void propertiesThatSayNoFunctionAreNamed() {
        Pack pack = PackKinds.pack(PackRequest.dot(Engines.get("nvidia.hopper.mma.f16.f32"), 8), 1);
        assertThatThrownBy(() -> PackFunction.of(Map.of())).hasMessageContaining("property kind is missing");
        assertThatThrownBy(() -> PackFunction.of(Map.of("kind", "dots"))).hasMessageContaining("kind must be one of");
        List<Map.Entry<String, String>> wrong = new ArrayList<>(List.of(
                Map.entry("engine", "nvidia.hopper.mma.f16.f23"),
                Map.entry("engine-parameters", "terms=4"),
                Map.entry("length", "x"),
                Map.entry("length", "0")));
        for (Map.Entry<String, String> entry : wrong) {
            Map<String, String> properties = new java.util.LinkedHashMap<>(pack.properties());
            properties.put(entry.getKey(), entry.getValue());
            assertThatThrownBy(() -> PackFunction.of(properties))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(entry.getKey().replace("engine-parameters", "parameters"));
        }
        Map<String, String> scalar = new java.util.LinkedHashMap<>(
                PackRequest.scalar("f16_add", Policies.IEEE).properties());
        scalar.put("policies", "rounding=rne rounding=rz");
        assertThatThrownBy(() -> PackFunction.of(scalar)).hasMessageContaining("each axis once");
        scalar.put("policies", "daz=maybe");
        assertThatThrownBy(() -> PackFunction.of(scalar)).hasMessage("daz must be yes or no: 'maybe'");
        scalar.put("policies", "rounds=rz");
        assertThatThrownBy(() -> PackFunction.of(scalar)).hasMessage("unknown axis of policies: 'rounds'");
        scalar.put("policies", "");
        scalar.put("formats", "f16,f16");
        assertThatThrownBy(() -> PackFunction.of(scalar)).hasMessageContaining("formats of add must be 2 of operands");
    }

    @Test
    void policiesOfEveryAxisAreReadBack() {
        for (Policies p : PolicyText.changes(Policies.IEEE).values()) {
            assertThat(PolicyText.parse(PolicyText.of(p))).isEqualTo(p);
        }
        assertThat(PolicyText.changes(Policies.IEEE)).hasSizeGreaterThan(30);
        Policies stochastic = Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_C, 7);
        assertThat(PolicyText.parse(PolicyText.of(stochastic))).isEqualTo(stochastic);
    }

    @Test
    void theVersionIsThatOfTheBuild() throws Exception {
        String pom = java.nio.file.Files.readString(java.nio.file.Path.of("pom.xml"));
        String version = pom.replaceFirst("(?s).*?<version>([^<]*)</version>.*", "$1");
        assertThat(version.replace("-SNAPSHOT", "")).isEqualTo(PackRequest.LIBRARY_VERSION);
    }
}
