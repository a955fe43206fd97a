package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class EngineCommandsTest {
    @Nested
    class Catalogue {
        @Test
        void aRowForEachEngine() {
            Run run = Run.of("engines", "--all");
            assertThat(run.exit()).isZero();
            for (Engine engine : Engines.all()) {
                assertThat(run.out()).contains(engine.name() + " ");
            }
            assertThat(run.out()).contains("D: the vendor's prose").doesNotContain("\r");
        }

        @Test
        void theShortTableLeavesOutMixedInputs() {
            assertThat(Run.of("engines").out())
                    .contains("nvidia.hopper.wgmma.e4m3.f32 ", "x86.avx512.vpdpbusd.u8-i8.i32 ")
                    .doesNotContain("nvidia.hopper.wgmma.e4m3-e5m2.f32");
            assertThat(Run.of("engines", "hopper", "e4m3-e5m2").out()).contains("nvidia.hopper.wgmma.e4m3-e5m2.f32 ");
        }

        @Test
        void aliasesAreFound() {
            assertThat(Run.of("engines", "google.tpu4.contract.bf16.f32").out())
                    .startsWith("google.tpu2.contract.bf16.f32\n");
        }

        @Test
        void markdownHasARowForEachEngine() {
            assertThat(Run.of("engines", "--markdown", "ampere", "bf16").out())
                    .isEqualTo("| engine | order | bits | rounding | evidence |\n|---|---|---|---|---|\n"
                            + "| `nvidia.ampere.mma.bf16.f32` | steps of 8 | 24 | rz | A |\n");
        }

        @Test
        void partsOfNamesSelect() {
            assertThat(Run.of("engines", "hopper", "wgmma", "e4m3.f32").out())
                    .contains("nvidia.hopper.wgmma.e4m3.f32")
                    .doesNotContain("ampere");
        }

        @Test
        void oneEngineIsToldInFull() {
            assertThat(Run.of("engines", "nvidia.hopper.wgmma.e4m3.f32").out())
                    .startsWith("nvidia.hopper.wgmma.e4m3.f32\n  inputs              e4m3, e4m3\n")
                    .contains("  order               steps of 32\n  fraction_bits       13\n")
                    .contains("  evidence            A, reproduces published raw outputs of the hardware\n")
                    .contains("  source              F. A. Khattak");
        }

        @Test
        void jsonHoldsParametersAndEvidence() throws IOException {
            List<Object> all = Json.array(Json.read(Run.of("engines", "--json").out()));
            assertThat(all.stream().map(engine -> Json.object(engine).get("name")))
                    .containsExactlyElementsOf(
                            Engines.all().stream().map(Engine::name).toList());
            Map<String, Object> one =
                    Json.object(Json.array(Json.read(Run.of("engines", "--json", "x86.avx512.vdpbf16ps.bf16.f32")
                                    .out()))
                            .get(0));
            assertThat(one).containsEntry("evidence", "A").containsEntry("a", "bf16");
            assertThat(Json.object(one.get("spec"))).containsEntry("terms", 1).containsEntry("nan", "x86");
        }

        @Test
        void anUnknownNameIsAnError() {
            Run run = Run.of("engines", "nvidia.hoper.wgmma.e4m3.f32");
            assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("did you mean nvidia.hopper.wgmma.e4m3.f32?");
            assertThat(Run.of("engines", "wgmma", "hoppper").err())
                    .contains("no engine's name contains 'wgmma hoppper'; did you mean hopper?");
            assertThat(Run.of("engines", "volta", "wgmma").err()).endsWith("no engine's name contains 'volta wgmma'\n");
        }
    }

    @Nested
    class DotProducts {
        @Test
        void oneResultALine() {
            String lines = "{\"a\":\"3c00b800\",\"b\":\"3c003c00\",\"c\":\"beffffff\"}\n\n{\"a\":\"\",\"b\":\"\"}\n";
            assertThat(Run.text(lines, "dot", "--engine", "nvidia.hopper.mma.f16.f32")
                            .out())
                    .isEqualTo("33000000\n00000000\n");
            assertThat(Run.text(lines, "dot", "--engine", "nvidia.volta.mma.f16.f32")
                            .out())
                    .isEqualTo("34000000\n00000000\n");
        }

        @Test
        void scalesComeWithBlockScaledEngines() {
            String engine = "nvidia.blackwell.tcgen05-mxf8f6f4.e4m3.f32";
            assertThat(Run.text("{\"a\":\"38\",\"b\":\"38\",\"sa\":\"80\",\"sb\":\"7e\"}\n", "dot", "--engine", engine)
                            .out())
                    .isEqualTo("3f800000\n");
            Run run = Run.text("{\"a\":\"38\",\"b\":\"38\"}\n", "dot", "--engine", engine);
            assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("line 1: fields sa and sb must be given: " + engine + " is block-scaled");
            run = Run.text("{\"a\":\"38\",\"b\":\"38\",\"sa\":\"80\",\"sb\":\"\"}\n", "dot", "--engine", engine);
            assertThat(run.err())
                    .contains("line 1: scales of the second vector must be 1, one of")
                    .contains(": 0");
        }

        @Test
        void disputesAndEnclosuresFollowTheCode() {
            String line = "{\"a\":\"3f803380\",\"b\":\"3f803f80\",\"c\":\"33800000\"}\n";
            assertThat(Run.text(line, "dot", "--engine", "aws.trainium1.contract.bf16.f32", "--disputed", "--enclosure")
                            .out())
                    .matches("3f800000 disputed 3f7fff[0-9a-f]{2} 3f8000[0-9a-f]{2}\n");
            assertThat(Run.text(line, "dot", "--engine", "nvidia.ampere.mma.bf16.f32", "--disputed")
                            .out())
                    .isEqualTo("3f800001 agreed\n");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"a\":\"3c0\",\"b\":\"3c00\"}          | field a must have 4 hexadecimal digits for each code of f16: 3 digits",
                    "{\"a\":\"3c0g\",\"b\":\"3c00\"}         | field a must consist of hexadecimal digits: 'g' at 3",
                    "{\"a\":\"3c00\"}                        | field b is missing",
                    "{\"a\":\"3c00\",\"b\":\"3c003c00\"}     | a and b must have as many codes: 1 and 2",
                    "{\"a\":\"3c00\",\"b\":\"3c00\",\"c\":\"0\"} | field c must have 8 hexadecimal digits, a code of f32: '0'",
                    "{\"a\":\"3c00\",\"b\":\"3c00\",\"acc\":\"0\"} | unknown field 'acc', fields are a, b, c, sa, sb, d, note",
                    "{\"a\":1}                               | field a must be a string of hexadecimal digits",
                    "{\"a\":\"3c00\",\"b\":\"3c00\",\"sa\":\"7f\"} | sa and sb must be left out: nvidia.ampere.mma.f16.f32 is not block-scaled",
                    "[]                                      | a line must be a JSON object: '[]'",
                    "{\"a\":\"\",\"b\":\"\"} x               | not JSON",
                    "{\"a\":\"\",\"b\":\"\"} {}              | a line must be one JSON object",
                    "{\"a\":\"\",\"a\":\"\"}                 | field a must stand once",
                })
        void badLinesAreNamed(String line, String message) {
            Run run = Run.text(line + "\n", "dot", "--engine", "nvidia.ampere.mma.f16.f32");
            assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("line 1: " + message);
            assertThat(run.out()).isEmpty();
        }

        @Test
        void anUnknownEngineIsNamed() {
            Run run = Run.text("", "dot", "--engine", "nvidia.ampere.mma.f16.f23");
            assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("unknown engine 'nvidia.ampere.mma.f16.f23'; did you mean");
            assertThat(Run.text("", "dot", "--engine", "nvidia.ampere.mma.f16.f32", "--enclosure")
                            .err())
                    .contains("--enclosure needs an engine that reads a contract");
        }

        @Test
        void checkComparesWithFieldD() {
            String good = "# comment\n{\"a\":\"3c00\",\"b\":\"3c00\",\"c\":\"00000000\",\"d\":\"3f800000\"}\n";
            String bad = "{\"a\":\"3c00\",\"b\":\"3c00\",\"d\":\"3f800001\"}\n";
            String nan = "{\"a\":\"7e00\",\"b\":\"3c00\",\"d\":\"7fc00000\"}\n";
            Run run = Run.text(good, "dot", "--check", "--engine", "nvidia.ampere.mma.f16.f32");
            assertThat(run.exit()).isZero();
            assertThat(run.out()).isEqualTo("1 compared, 0 different\n");
            run = Run.text(good + bad + nan, "dot", "--check", "--engine", "nvidia.ampere.mma.f16.f32");
            assertThat(run.exit()).isEqualTo(ExitCode.MISMATCH);
            assertThat(run.out())
                    .isEqualTo("line 3: 3f800001 given, 3f800000 computed\n"
                            + "line 4: 7fc00000 given, 7fffffff computed\n3 compared, 2 different\n");
            run = Run.text(nan, "dot", "--check", "--any-nan", "--engine", "nvidia.ampere.mma.f16.f32");
            assertThat(run.exit()).isZero();
            run = Run.text("{\"a\":\"\",\"b\":\"\"}", "dot", "--check", "--engine", "nvidia.ampere.mma.f16.f32");
            assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("line 1: field d is missing");
        }

        @Test
        void optionsThatContradictAreNamed() {
            String engine = "nvidia.ampere.mma.f16.f32";
            assertThat(Run.text("", "dot", "--check", "--disputed", "--engine", engine)
                            .err())
                    .contains("--check prints no codes");
            assertThat(Run.text("", "dot", "--any-nan", "--engine", engine).err())
                    .contains("--any-nan needs --check");
        }

        @Test
        void filesTakeThePlaceOfStreams(@TempDir Path directory) throws IOException {
            Path in = directory.resolve("in.jsonl");
            Path out = directory.resolve("out.txt");
            Files.writeString(in, "{\"a\":\"3c00\",\"b\":\"3c00\"}\n");
            Run run = Run.of(
                    "dot", "--engine", "nvidia.ampere.mma.f16.f32", "--in", in.toString(), "--out", out.toString());
            assertThat(run.exit()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(out).hasContent("3f800000");
        }
    }

    @Nested
    class Fingerprints {
        private static final String NAME = "nvidia.hopper.wgmma.e4m3.f32";

        @Test
        void anEngineIsProbed() throws IOException {
            assertThat(Run.of("engines", "--probe", NAME).out())
                    .contains("products of a step                  32\n")
                    .contains("fraction bits kept                  13\n");
            assertThat(Json.object(Json.read(
                            Run.of("engines", "--probe", NAME, "--json").out())))
                    .containsEntry("rounding", "rz");
        }

        /** A model of someone else's answers the inputs through files: here, another engine with the same formats. */
        @Test
        void aModelBehindFilesIsProbed(@TempDir Path directory) throws IOException {
            String inputs = Run.of("engines", "--probe", NAME, "--inputs").out();
            String other = "nvidia.blackwell.tcgen05.e4m3.f32";
            String answers = Run.text(inputs, "dot", "--engine", other).out();
            String fingerprint = Run.of("engines", "--probe", other).out();
            assertThat(Run.text(answers, "engines", "--probe", NAME, "--results", "-")
                            .out())
                    .isEqualTo(fingerprint)
                    .contains("fraction bits kept                  25\n");
            // the same as lines with field d
            String[] codes = answers.split("\n");
            String[] lines = inputs.split("\n");
            StringBuilder answered = new StringBuilder("# a device\n");
            for (int i = 0; i < lines.length; i++) {
                answered.append(lines[i].replace("}", ",\"d\":\"" + codes[i] + "\"}\n"));
            }
            Path file = directory.resolve("answers.jsonl");
            Files.writeString(file, answered);
            assertThat(Run.of("engines", "--probe", NAME, "--results", file.toString())
                            .out())
                    .isEqualTo(fingerprint);
        }

        @Test
        void badResultsAreNamed() {
            assertThat(Run.text("3f80\n", "engines", "--probe", NAME, "--results", "-")
                            .err())
                    .contains("line 1: a result must have 8 hexadecimal digits, a code of f32: '3f80'");
            assertThat(Run.text("3f800000\n", "engines", "--probe", NAME, "--results", "-")
                            .err())
                    .contains("results must be 348, one for each case: 1");
            assertThat(Run.text("{\"a\":\"\",\"b\":\"\"}\n", "engines", "--probe", NAME, "--results", "-")
                            .err())
                    .contains("line 1: field d, the result's code, is missing");
            assertThat(Run.of("engines", "--inputs").err()).contains("need --probe");
        }
    }
}
