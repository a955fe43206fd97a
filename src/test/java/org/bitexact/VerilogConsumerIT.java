package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The executable jar as the {@code testfloat_gen} of a Verilog test bench: {@code src/it/verilog/run} simulates a
 * multiply-add unit on our streams and packs, as it should be and with seeded defects.
 */
class VerilogConsumerIT {
    private static final Path BASE = Path.of(System.getProperty("bitexact.basedir"));
    private static final Path CLI_JAR = Path.of(System.getProperty("bitexact.cliJar"));
    private static final int SKIPPED = 77;

    @TempDir
    Path work;

    @Test
    void correctUnitPassesAndSeededDefectsAreFound() throws Exception {
        assumeTrue(
                Programs.onPath("iverilog") && Programs.onPath("vvp"),
                "Icarus Verilog is not installed (Debian package iverilog): src/it/verilog is not simulated");
        // 3 formats in 5 modes, 6 defects in 2 formats, 1 memory image, 1 pack and a defect on it
        simulate(30);
    }

    @Test
    void verilatorReadsTheSameStreamsAndPacks() throws Exception {
        assumeTrue(
                Programs.onPath("verilator") && Programs.onPath("c++") && Programs.onPath("make"),
                "Verilator, a C++ compiler or make is not installed (Debian packages verilator, g++, make)");
        // 1 stream, 1 defect, 1 pack
        simulate(3, "--verilator");
    }

    private void simulate(int runs, String... options) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("sh", BASE.resolve("src/it/verilog/run").toString()));
        command.addAll(List.of(options));
        Programs.Result result = Programs.run(
                work,
                Map.of(
                        "TESTFLOAT_GEN", script("testfloat_gen", "gen").toString(),
                        "BITEXACT", script("bitexact", "").toString()),
                Duration.ofMinutes(20),
                command);
        assumeTrue(result.exit() != SKIPPED, result.out());
        assertThat(result.out())
                .endsWith("\n" + runs + " runs as expected, 0 not.\n")
                .doesNotContain("FAILED");
        assertThat(result.exit()).as(result.err()).isZero();
    }

    /** A program that runs a command of the jar under test: the launchers of the repository might build another. */
    private Path script(String name, String command) throws IOException {
        Path script = work.resolve(name);
        Files.writeString(
                script,
                "#!/bin/sh\nexec \"" + Programs.java() + "\" -XX:+UseSerialGC -jar \"" + CLI_JAR + "\" " + command
                        + " \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
