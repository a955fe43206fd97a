package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.bitexact.engine.Engines;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class EngineCommandsTest {
    @Nested
    class Catalogue {
        @Test
        void aRowForEachEngine() {
            Run run = Run.of("engines");
            assertThat(run.exit()).isZero();
            assertThat(run.out().lines().filter(line -> line.contains(".")))
                    .hasSizeGreaterThanOrEqualTo(Engines.all().size());
            assertThat(run.out()).contains("nvidia.hopper.wgmma.e4m3.f32").doesNotContain("\r");
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
                    .startsWith("nvidia.hopper.wgmma.e4m3.f32\n  operands   e4m3, e4m3\n")
                    .contains("fractionBits=13")
                    .contains("  evidence   A, reproduces published raw outputs of the hardware\n")
                    .contains("  source     ");
        }

        @Test
        void jsonHoldsParametersAndEvidence() throws IOException {
            assertThat(Json.array(Json.read(Run.of("engines", "--json").out())))
                    .hasSize(Engines.all().size());
            assertThat(Run.of("engines", "--json", "x86.avx512.vdpbf16ps.bf16.f32")
                            .out())
                    .contains("\"evidence\" : \"A\"")
                    .contains("\"terms\" : ");
        }

        @Test
        void anUnknownNameIsAnError() {
            Run run = Run.of("engines", "nvidia.hoper.wgmma.e4m3.f32");
            assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("did you mean nvidia.hopper.wgmma.e4m3.f32?");
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
            assertThat(run.err())
                    .contains("line 1: scales of the first vector must be 1")
                    .contains("none given");
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
                    "{\"a\":\"3c0\",\"b\":\"3c00\"}          | digits of a must be a multiple of 4, the width of a code: 3",
                    "{\"a\":\"3c0g\",\"b\":\"3c00\"}         | a must consist of hexadecimal digits: 'g' at 3",
                    "{\"a\":\"3c00\"}                        | field b is missing",
                    "{\"a\":\"3c00\",\"b\":\"3c003c00\"}     | a and b must have as many elements: 1 and 2",
                    "{\"a\":\"3c00\",\"b\":\"3c00\",\"d\":\"0\"} | field must be one of a, b, c, sa, sb: 'd'",
                    "{\"a\":1}                               | field a must be a string of hexadecimal digits",
                    "{\"a\":\"3c00\",\"b\":\"3c00\",\"sa\":\"7f\"} | sa must be left out: nvidia.ampere.mma.f16.f32 is not block-scaled",
                    "[]                                      | must be a JSON object: '[]'",
                    "{\"a\":\"\",\"b\":\"\"} x               | not JSON",
                    "{\"a\":\"\",\"a\":\"\"}                 | not JSON: Duplicate field",
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
    }
}
