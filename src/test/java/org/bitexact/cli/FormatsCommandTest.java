package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Literal;
import org.bitexact.format.CFp8;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class FormatsCommandTest {
    @Nested
    class Table {
        private final String out = Run.of("formats").out();

        @Test
        void everyFormatHasALine() {
            Formats.named().forEach(f -> assertThat(out).containsPattern("(?m)^" + f.name() + " "));
            Formats.namedBlocks().forEach(f -> assertThat(out).containsPattern("(?m)^" + f.name() + " "));
            CFp8.presets().forEach(f -> assertThat(out).containsPattern("(?m)^" + f.name() + " "));
            FormatTable.FAMILIES.forEach(f -> assertThat(out).contains(f.pattern()));
        }

        /** Values of the OCP, IEEE and MX specifications; number-formats, section 1. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "f16  | 16 +1/5/10 +15 +65504 \\(7bff\\) +6.10352e-5 \\(0400\\) +5.96046e-8 \\(0001\\) +7c00 +7c01-7fff +yes",
                    "e4m3 | 8 +1/4/3 +7 +448 \\(7e\\) +0.015625 \\(08\\) +0.001953125 \\(01\\) +- +7f +yes",
                    "e5m2fnuz | 8 +1/5/2 +16 +57344 \\(7f\\) +3.05176e-5 \\(04\\) +7.62939e-6 \\(01\\) +- +80 +no",
                    "e8m0 | 8 +0/8/0 +127 +1.70141e38 \\(fe\\) +5.87747e-39 \\(00\\) +- +- +ff +no",
                    "i8   | 8 +-128 \\(80\\) +127 \\(7f\\) +1 ",
                    "mxint8 | 8 +-2 \\(80\\) +1.984375 \\(7f\\) +2\\^-6",
                    "nvfp4 | e2m1 +ue4m3 +16 +4.5 ",
                    "aws_e4m3 | 8 +1/4/3 +7 +240 \\(77\\) .* overflow sat +provisional",
                })
        void linesStateTheParameters(String name, String pattern) {
            assertThat(out).containsPattern("(?m)^" + name + " +" + pattern);
        }

        @Test
        void whatIsAssumedIsSaid() {
            assertThat(out).contains("Provisional", "aws_e5m2, aws_e4m3\n", "saturation is an assumption");
        }

        @Test
        void noLineEndsInSpaces() {
            assertThat(out).doesNotContain(" \n", "\r", "\t");
        }

        @Test
        void allWritesTheP3109FamilyOut() {
            String all = Run.of("formats", "--all").out();
            assertThat(all.lines().filter(line -> line.startsWith("p3109_k"))).hasSize(504 + 1);
        }
    }

    @Nested
    class Detail {
        @Test
        void aFormatIsToldInFull() {
            Run run = Run.of("formats", "e5m2");
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .startsWith("e5m2: OCP E5M2 (OFP8)\n")
                    .contains("1 sign, 5 exponent (bias 15), 2 trailing significand")
                    .contains("infinity 7c, NaN 7d-7f, -0")
                    .contains("0x7b = 57344 = 0x1.cp15\n")
                    .contains("in ml_dtypes      float8_e5m2\n")
                    .contains("OCP 8-bit Floating Point Specification (OFP8), 1.0, Table 1");
        }

        @Test
        void presetsSayHowTheyConvertAndWhatIsAssumed() {
            assertThat(Run.of("formats", "aws_e3m4").out())
                    .contains("conversion        overflow sat\n", "certainty         provisional\n", "assumption");
        }

        @Test
        void aNameOfElementAndBlockTellsBoth() {
            assertThat(Run.of("formats", "mxint8").out()).contains("mxint8: MXINT8 element\n", "mxint8: MXINT8\n");
        }

        @Test
        void familiesAndLiteralsAreAccepted() {
            Run run = Run.of("formats", "p3109_k8p3se", "cfp8(e=4,m=3,bias=11)", "nvfp4");
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).contains("p3109_k8p3se: ", "cfp8_e4m3_b11_ieee: ", "nvfp4: NVFP4");
        }

        @Test
        void specFilesAreAccepted(@TempDir Path work) throws IOException {
            Path spec = work.resolve("mine.toml");
            Files.writeString(spec, "name = \"mine\"\nsign = 1\nexponent = 5\ntrailing = 6\n");
            assertThat(Run.of("formats", spec.toString()).out()).startsWith("mine: ");
        }

        @Test
        void unknownAndAmbiguousNamesAreErrors() {
            assertThat(Run.of("formats", "bf17"))
                    .satisfies(run -> assertThat(run.exit()).isEqualTo(2))
                    .satisfies(run -> assertThat(run.err()).contains("unknown format 'bf17'; did you mean "));
            assertThat(Run.of("formats", "fp8").err()).contains("ambiguous; choose one of e4m3");
            assertThat(Run.of("formats", "mxfp8").err()).contains("choose one of mxfp8_e4m3, mxfp8_e5m2");
        }

        @Test
        void optionsThatContradictAreErrors() {
            assertThat(Run.of("formats", "--markdown", "--json").exit()).isEqualTo(2);
            assertThat(Run.of("formats", "--all", "e5m2").exit()).isEqualTo(2);
        }
    }

    @Nested
    class AsJson {
        @Test
        void theArrayHoldsEveryFormatOnce() throws IOException {
            Set<Object> names = new HashSet<>();
            List<Object> all = Json.array(Json.read(Run.of("formats", "--json").out()));
            for (Object entry : all) {
                Map<String, Object> format = Json.object(entry);
                assertThat(format).containsKeys("name", "kind", "title");
                assertThat(names.add(format.get("kind") + " " + format.get("name")))
                        .as("%s", format.get("name"))
                        .isTrue();
            }
            assertThat(all)
                    .hasSize(Formats.named().size()
                            + Formats.namedBlocks().size()
                            + CFp8.presets().size()
                            + FormatTable.FAMILIES.size());
        }

        @Test
        void allAddsTheP3109Family() throws IOException {
            List<Object> all =
                    Json.array(Json.read(Run.of("formats", "--json", "--all").out()));
            assertThat(all.stream().map(entry -> (String) Json.object(entry).get("name")))
                    .containsAll(
                            P3109.all(3, 16).stream().map(ScalarFormat::name).toList());
        }

        @Test
        void parametersLandmarksAliasesAndSourcesAreThere() throws IOException {
            Map<String, Object> e4m3 = Json.object(
                    Json.array(Json.read(Run.of("formats", "--json", "e4m3fn").out()))
                            .get(0));
            assertThat(e4m3)
                    .containsEntry("name", "e4m3")
                    .containsEntry("kind", "float")
                    .containsEntry("bits", 8)
                    .containsEntry("exponent_bits", 4)
                    .containsEntry("trailing_bits", 3)
                    .containsEntry("bias", 7)
                    .containsEntry("specials", "fn")
                    .containsEntry("has_infinity", false)
                    .containsEntry("certainty", "specified");
            assertThat(Json.object(Json.object(e4m3.get("landmarks")).get("max_finite")))
                    .containsEntry("code", "0x7e")
                    .containsEntry("hex", "0x1.cp8")
                    .containsEntry("decimal", "448");
            assertThat(Json.array(Json.object(e4m3.get("aliases")).get("onnx"))).containsExactly("FLOAT8E4M3FN");
            assertThat(Json.object(Json.array(e4m3.get("sources")).get(0))).containsEntry("section", "Table 1");
        }

        /** Both values of each landmark, read back, are its code. */
        @Test
        void landmarksReadBack() throws IOException {
            for (Object entry : Json.array(Json.read(Run.of("formats", "--json").out()))) {
                Map<String, Object> object = Json.object(entry);
                if (!object.containsKey("landmarks")) {
                    continue;
                }
                ScalarFormat format =
                        FormatNames.scalar((String) object.get("name")).format();
                Codec codec = Codec.of(format);
                Json.object(object.get("landmarks")).forEach((name, landmark) -> {
                    long code = Long.parseUnsignedLong(
                            ((String) Json.object(landmark).get("code")).substring(2), 16);
                    for (String key : List.of("hex", "decimal")) {
                        Literal value =
                                Literal.parse((String) Json.object(landmark).get(key));
                        assertThat(value.encode(codec, 0, null))
                                .as("%s %s %s", format, name, value)
                                .isEqualTo(code);
                    }
                });
            }
        }
    }

    @Nested
    class Markdown {
        @Test
        void tablesAreWellFormed() {
            String out = Run.of("formats", "--markdown").out();
            assertThat(out).isEqualTo(FormatTable.markdown());
            int columns = 0;
            for (String line : out.split("\n")) {
                int bars = line.replace("\\|", "").split("\\|", -1).length;
                if (line.isEmpty()) {
                    columns = 0;
                } else if (columns == 0) {
                    columns = bars;
                }
                assertThat(line.isEmpty() ? 0 : bars).as(line).isEqualTo(columns);
            }
        }
    }
}
