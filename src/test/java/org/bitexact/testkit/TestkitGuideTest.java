package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The code of docs/testkit.md is code that compiles, and does what the page says. */
@Tag("fast")
class TestkitGuideTest {
    private static final Path SOURCES = Path.of("src/test/java/org/bitexact/testkit");

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    /** Lines without their indentation, comments of regions left out. */
    private static String normalised(String code) {
        return code.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("// @"))
                .reduce("", (a, b) -> a + b + "\n");
    }

    @Test
    void everyBlockOfThePageIsCompiledCode() throws IOException {
        String compiled = normalised(text(SOURCES.resolve("TestkitSnippets.java")))
                + normalised(text(SOURCES.resolve("jqwik/CodeExamples.java")));
        List<String> blocks = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(text(Path.of("docs/testkit.md")))
                .results()
                .map((MatchResult m) -> normalised(m.group(1)))
                .toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(7);
        assertThat(blocks).allSatisfy(block -> assertThat(compiled).contains(block));
    }

    @Test
    void aDefectIsFoundAndShrunk() {
        Codec right = Codec.of(Formats.OCP_E4M3).saturating();
        Converter sound = Converter.of(Formats.BINARY32, right);
        Converter away = Converter.of(Formats.BINARY32, right.rounding(Rounding.TIES_TO_AWAY));
        assertThat(TestkitSnippets.firstFailure(x -> sound.convert((int) x))).isEqualTo(-1);
        assertThat(TestkitSnippets.firstFailure(x -> away.convert((int) x)))
                .isEqualTo(Float.floatToRawIntBits(0x1p-10f));
    }

    @Test
    void operandsAndVectorsAreAsAskedFor() {
        assertThat(TestkitSnippets.operands()).containsExactly(3, 3);
        assertThat(TestkitSnippets.vectors()).isGreaterThanOrEqualTo(0x1p30);
        assertThat(TestkitSnippets.hardFloats().count()).isEqualTo(1000);
    }

    /** The report of the page, word for word. */
    @Test
    void theReportNamesWhatSurvives() throws IOException {
        MutantReport report = TestkitSnippets.mutants();
        assertThat(report.acceptsRight()).isTrue();
        assertThat(report.survivors()).extracting(Mutant::name).contains("lost-sticky", "saturates");
        assertThat(report.killed()).extracting(Mutant::name).contains("ties-away", "truncate");
        assertThat(report.toString()).contains("lost-sticky");
        String page = text(Path.of("docs/testkit.md"));
        List<String> lines = report.toString().lines().toList();
        assertThat(page).contains(lines.get(0));
        assertThat(page)
                .contains(lines.stream()
                        .filter(line -> line.contains("lost-sticky"))
                        .findFirst()
                        .orElseThrow());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(report::assertComplete)
                .withMessage(report.toString());
    }

    @Test
    void aBenchOfThreeCodesMissesSomeMistakesOfPacking() {
        MutantReport report = TestkitSnippets.packing();
        assertThat(report.killed()).extracting(Mutant::name).contains("wrong-order");
        assertThat(report.survivors()).extracting(Mutant::name).contains("last-byte-lost", "stray-bits");
    }

    /** The message of the page, word for word. */
    @Test
    void anAssertionExplains() throws IOException {
        String page = text(Path.of("docs/testkit.md"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> TestkitSnippets.assertions(0x39))
                .satisfies(e -> assertThat(page).contains(e.getMessage()));
        TestkitSnippets.assertions(0x38);
    }
}
