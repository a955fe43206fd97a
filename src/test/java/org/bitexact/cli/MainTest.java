package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpGoesToStandardOutputAndListsTheCommands(String word) {
        Run run = Run.of(word);
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: bitexact COMMAND [OPTIONS]\n").contains(Main.commandNames());
    }

    /** The commands whose options picocli reads. */
    static Stream<String> commands() {
        return Main.commandNames().stream().filter(name -> Main.program(name) instanceof Command);
    }

    @Test
    void everyListedCommandExists() {
        assertThat(Main.commandNames()).allMatch(name -> name.equals("help") || Main.program(name) != null);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        Run run = Run.of(command, "--help");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: bitexact").doesNotContain("\r", "<main class>");
        assertThat(Run.of("help", command).out()).isEqualTo(run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void versionGoesToStandardOutput(String option) {
        assertThat(Run.of(option).out()).startsWith("bitexact ").endsWith("\n").hasLineCount(1);
        assertThat(Run.of("convert", option).out()).isEqualTo(Run.of(option).out());
    }

    @Test
    void aMisspeltCommandIsAnsweredWithASuggestion() {
        Run run = Run.of("convret");
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("bitexact: unknown command 'convret'; did you mean convert?\n");
    }

    @Test
    void anUnknownCommandOrOptionIsAnError() {
        assertThat(Run.of("frobnicate").err())
                .isEqualTo("bitexact: unknown command 'frobnicate'; 'bitexact --help' lists the commands\n");
        assertThat(Run.of("--versoin").err())
                .isEqualTo("bitexact: unknown option '--versoin'; did you mean --version?\n");
        assertThat(Run.of("help", "frobnicate").exit()).isEqualTo(2);
    }

    @Test
    void noCommandIsAnError() {
        Run run = Run.of();
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("bitexact: a command is needed; 'bitexact --help' lists them\n");
    }

    @Test
    void helpToAFullDiskIsAnOutputFailure() {
        Run run = Run.failing(java.io.InputStream.nullInputStream(), 0, "No space left on device", "--help");
        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err()).isEqualTo("bitexact: cannot write standard output: no space left on device\n");
    }

    @Test
    void completionNamesTheCommandsAndTheirOptions() {
        assertThat(Run.of("completion").out()).contains("convert", "--rounding", "_complete_bitexact");
    }
}
