package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class ShowCommandTest {
    static List<ScalarFormat> formats() {
        return Formats.named();
    }

    @Nested
    class Items {
        /** Below the symmetric range there is nothing, not the largest code. */
        @Test
        void codeOutsideTheSymmetricRangeHasNoLowerNeighbour() {
            assertThat(Run.of("show", "i8_symmetric", "0x80").out())
                    .contains("next up    0x81 = -127")
                    .doesNotContain("next down");
        }

        @Test
        void aCodeIsExplained() {
            Run run = Run.of("show", "e5m2", "0x7b");
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .isEqualTo("E5M2 0x7B = 0 11110 11 = 57344 (largest finite)\n"
                            + "  value      0x1.cp15 = 57344, shortest that reads back 60000\n"
                            + "  class      positive normal\n"
                            + "  ulp        2^13\n"
                            + "  next down  0x7a = 49152\n"
                            + "  next up    0x7c = inf\n");
        }

        @Test
        void aValueIsRoundedAndItsErrorTold() {
            assertThat(Run.of("show", "e5m2", "0.1").out())
                    .startsWith("0.1 becomes E5M2 0x2E = 0 01011 10 = 0.09375\n"
                            + "  error      -0.00625 = -0.4 ulp, ties to even (rne)\n"
                            + "  flags      inexact\n");
            assertThat(Run.of("show", "e5m2", "--rounding", "ru", "0.1").out())
                    .startsWith("0.1 becomes E5M2 0x2F = 0 01011 11 = 0.109375\n"
                            + "  error      +0.009375 = +0.6 ulp, toward positive (ru)\n");
        }

        @Test
        void anExactValueHasNoError() {
            assertThat(Run.of("show", "f16", "0x1.8p3").out())
                    .startsWith("0x1.8p3 is F16 0x4A00 = 0 10010 1000000000 = 12\n  error      none, exact\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"-1.5", "-inf", "-nan", "-0", "-.5", "-0x1p3", "+2"})
        void valuesMayHaveASign(String value) {
            Run run = Run.of("show", "f16", value);
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).startsWith(value + " is F16 ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"1e1000000000", "-1e999999", "1e-1000000000", "0x1p1000000", "0x1p-1000000000"})
        void numbersFarOutCostNothing(String value) {
            for (String format : List.of("e4m3fn", "f64", "e8m0", "i8", "p3109_k16p1se")) {
                Run run = Run.of("show", format, value);
                assertThat(run.exit()).as(run.err()).isZero();
            }
        }

        @Test
        void manyItemsAreSeparatedByEmptyLines() {
            assertThat(Run.of("show", "i8", "0x80", "1.5").out().split("\n\n")).hasSize(2);
        }

        @ParameterizedTest
        @CsvSource({
            "e4m3fn, 0x08, next down  0x07 = 0.013671875, next up    0x09 = 0.017578125",
            "e4m3fn, 0x00, next down  0x81 = -0.001953125, next up    0x01 = 0.001953125",
            "e8m0,   0x80, next down  0x7f = 1, next up    0x81 = 4",
            "i4,     0x0,  next down  0xf = -1, next up    0x1 = 1",
            "mxint8, 0x40, next down  0x3f = 0.984375, next up    0x41 = 1.015625",
        })
        void neighboursAreTold(String format, String code, String down, String up) {
            assertThat(Run.of("show", format, code).out()).contains(down, up);
        }

        @Test
        void theEndsOfTheRangeHaveOneNeighbour() {
            assertThat(Run.of("show", "e2m1", "0x7").out())
                    .contains("next down")
                    .doesNotContain("next up");
            assertThat(Run.of("show", "i8", "0x80").out()).contains("next up").doesNotContain("next down");
            assertThat(Run.of("show", "b1", "0x0").out())
                    .contains("next up    0x1 = 1")
                    .doesNotContain("next down");
        }

        @Test
        void aPresetBringsItsRules() {
            assertThat(Run.of("show", "aws_e4m3", "1e9").out()).startsWith("1e9 becomes AWS_E4M3 0x77");
            assertThat(Run.of("show", "e4m3_ieee", "1e9").out()).startsWith("1e9 becomes E4M3_IEEE 0x78");
        }
    }

    @Nested
    class WholeFormats {
        @Test
        void aNarrowFormatIsATable() {
            String[] lines = Run.of("show", "e2m1").out().split("\n");
            assertThat(lines).hasSize(17);
            assertThat(lines[0]).isEqualTo("code  fields  value  hex       class");
            assertThat(lines[8]).isEqualTo("0x7   0 11 1  6      0x1.8p2   positive normal");
        }

        @Test
        void aWideFormatIsItsLandmarks() {
            assertThat(Run.of("show", "f16").out())
                    .startsWith("f16: IEEE binary16 (FP16), 16 bits: 1 sign, 5 exponent (bias 15), 10 trailing")
                    .contains("max finite        0x7bff = 0 11110 1111111111 = 65504 = 0x1.ffcp15\n")
                    .contains("canonical nan     0x7e00");
        }

        @ParameterizedTest
        @MethodSource("org.bitexact.cli.ShowCommandTest#formats")
        void everyFormatCanBeShown(ScalarFormat format) throws IOException {
            Run plain = Run.of("show", format.name());
            assertThat(plain.exit()).as(plain.err()).isZero();
            Map<String, Object> json = Json.object(
                    Json.read(Run.of("show", "--json", format.name()).out()));
            if (format.width() <= 8) {
                assertThat(plain.out().lines()).hasSize((1 << format.width()) + 1);
                assertThat(Json.array(json.get("items"))).hasSize(1 << format.width());
            } else {
                assertThat(json).containsOnlyKeys("format");
            }
        }
    }

    @Nested
    class AsJson {
        @Test
        void itemsHoldWhatTheTextHolds() throws IOException {
            Map<String, Object> json = Json.object(
                    Json.read(Run.of("show", "e2m1", "--json", "0.7", "0x7").out()));
            assertThat(Json.object(json.get("format"))).containsEntry("name", "e2m1");
            Map<String, Object> value =
                    Json.object(Json.array(json.get("items")).get(0));
            assertThat(value)
                    .containsEntry("input", "0.7")
                    .containsEntry("rounding", "rne")
                    .containsEntry("flags", 3)
                    .containsEntry("error_ulp", "-0.4")
                    .containsEntry("code", "0x1")
                    .containsEntry("hex", "0x1p-1")
                    .containsEntry("decimal", "0.5")
                    .containsEntry("fields", "0 00 1")
                    .containsEntry("class", "positive subnormal")
                    .containsEntry("ulp_exponent", -1);
            assertThat(Json.object(value.get("next_up"))).containsEntry("code", "0x2");
            assertThat(Json.object(Json.array(json.get("items")).get(1)))
                    .containsEntry("code", "0x7")
                    .doesNotContainKeys("input", "next_up");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "e5m2 0x1ff       | '0x1ff': code of e5m2 must be in [0x0, 0xff]: 0x1ff",
                "e5m2 abc         | 'abc': a number must be decimal",
                "e5m2 0x1.8       | '0x1.8': a code must be 0x and hexadecimal digits",
                "e5m3 1           | unknown format 'e5m3'; did you mean e2m3, e4m3, e5m2?",
                "--jsno e5m2      | unknown option '--jsno'; did you mean --json?",
                "e5m2 --rounding sra 1 | --rounding must be deterministic here: sra",
                "mxfp4            | is a block format",
            })
    void badArgumentsAreExplainedInOneLine(String arguments, String message) {
        Run run = Run.of(("show " + arguments).split(" "));
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("bitexact show: ").contains(message).hasLineCount(1);
    }

    @Test
    void aFormatIsNeeded() {
        assertThat(Run.of("show").err()).isEqualTo("bitexact show: missing required parameter: 'FORMAT'\n");
    }
}
