package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stimulus of {@code -hard}: deterministic, in the formats' range, and dense in what it promises. */
class HardCasesTest {
    private static Optional<ScalarFormat> format(String name) {
        try {
            return Optional.of(FormatNames.scalar(name).format());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<String> stream(String arguments) throws TestFloatException, IOException {
        TestFloatRequest request = TestFloatRequest.parse(
                TestFloatProgram.GENERATOR, List.of(arguments.split(" ")), StreamType.types(HardCasesTest::format));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CaseFunction function = StreamFunctions.of(request, name -> format(name).orElseThrow());
        TestFloatGenerator.generate(request, function, out, () -> false);
        return out.toString(StandardCharsets.US_ASCII).lines().toList();
    }

    /** Share of lines that differ between two sets of options. */
    private static double difference(String function, String one, String other) throws TestFloatException, IOException {
        List<String> first = stream("-hard 20000 " + function + " " + one);
        List<String> second = stream("-hard 20000 " + function + " " + other);
        long different = 0;
        for (int i = 0; i < first.size(); i++) {
            different += first.get(i).equals(second.get(i)) ? 0 : 1;
        }
        return (double) different / first.size();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"f16_add", "f16_mul", "f16_mulAdd", "bf16_mulAdd_f32", "f32_mulAdd", "f32_to_f16", "e4m3_mul"})
    void tiesAreFrequent(String function) throws TestFloatException, IOException {
        assertThat(difference(function, "-rnear_even", "-rnear_maxMag")).isGreaterThan(0.02);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f16_mul", "f16_mulAdd", "f32_mul", "f32_mulAdd", "f32_to_f16"})
    void underflowBoundaryIsMet(String function) throws TestFloatException, IOException {
        assertThat(difference(function, "-tininessafter", "-tininessbefore")).isGreaterThan(0.0005);
    }

    /** The share of quotients and roots so close to a midpoint that three more bits cannot tell. */
    @Test
    void quotientsAndRootsComeCloseToMidpoints() {
        FloatFormat f = Formats.BINARY16;
        long[] v = new long[3];
        for (TestFloatOperation operation : List.of(TestFloatOperation.DIV, TestFloatOperation.SQRT)) {
            HardCases cases = new HardCases(operation, Collections.nCopies(operation.arity(), f), f, 1);
            int close = 0;
            for (int i = 0; i < 10_000; i++) {
                cases.next(v);
                double x = value(v[0]);
                double r = operation == TestFloatOperation.DIV ? x / value(v[1]) : Math.sqrt(x);
                long below = Double.doubleToRawLongBits(r) & (1L << 42) - 1; // the 42 bits beyond binary16
                close += Math.abs(below - (1L << 41)) < 1L << 37 ? 1 : 0; // by chance, one in 16
            }
            assertThat(close).as("%s", operation).isGreaterThan(2000);
        }
    }

    private static double value(long code) {
        return org.bitexact.codec.Codec.of(Formats.BINARY16).decode(code);
    }

    @Test
    void sameSeedGivesTheSameCases() throws TestFloatException, IOException {
        List<String> lines = stream("-hard 100 f16_mulAdd");
        assertThat(stream("-hard 100 -seed 1 f16_mulAdd")).isEqualTo(lines);
        assertThat(stream("-hard 100 -seed 2 f16_mulAdd")).isNotEqualTo(lines);
        assertThat(stream("-hard 100 -shard 2/4 f16_mulAdd")).isEqualTo(lines.subList(25, 50));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "e4m3_to_i4",
                "i8_to_e2m1",
                "u8_to_f16",
                "ui64_to_f32",
                "f64_to_ui64",
                "tf32_mul",
                "e8m0_div",
                "e5m2_lt",
                "p3109_k16p1se_mulAdd",
                "f64_mulAdd",
                "e2m1_rem",
                "e4m3fnuz_roundToInt",
                "e4m3_mulAdd_f32"
            })
    void everyCaseIsMadeOfCodes(String function) throws TestFloatException, IOException {
        assertThat(stream("-hard 2000 " + function)).hasSize(2000); // results are computed, which checks the codes
    }

    @Test
    void operandsStandInTheirContainers() {
        HardCases cases = new HardCases(TestFloatOperation.ADD, List.of(Formats.TF32, Formats.TF32), Formats.TF32, 1);
        long[] v = new long[3];
        for (int i = 0; i < 1000; i++) {
            cases.next(v);
            assertThat((v[0] | v[1]) & 0x1fff).isZero();
        }
        assertThat(cases.arity()).isEqualTo(2);
    }

    @Test
    void needsAFunctionAndANumber() {
        assertThatThrownBy(() -> stream("-hard 5 f16 2")).hasMessageContaining("Hard cases need a function");
        assertThatThrownBy(() -> stream("-hard 0 f16_add")).hasMessageContaining("Invalid number of hard cases 0");
        assertThatThrownBy(() -> new HardCases(TestFloatOperation.ADD, List.of(Formats.TF32), Formats.TF32, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Flags().raised()).isZero();
    }
}
