package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The executable jar as the {@code testfloat_gen} of a Verilog test bench: {@code src/it/verilog/run} simulates a
 * multiply-add unit on our streams, as it should be and with seeded defects. Needs Icarus Verilog.
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
        Programs.Result result = Programs.run(
                work,
                Map.of("TESTFLOAT_GEN", generator().toString()),
                Duration.ofMinutes(20),
                List.of("sh", BASE.resolve("src/it/verilog/run").toString()));
        assumeTrue(result.exit() != SKIPPED, result.out());
        // 3 formats in 5 modes, 6 defects in 2 formats, 1 memory image
        assertThat(result.out()).endsWith("\n28 runs as expected, 0 not.\n").doesNotContain("FAILED");
        assertThat(result.exit()).as(result.err()).isZero();
    }

    /** A program that runs {@code gen} of the jar under test: the launcher in {@code bin} might build another. */
    private Path generator() throws IOException {
        Path script = work.resolve("testfloat_gen");
        Files.writeString(
                script,
                "#!/bin/sh\nexec \"" + Programs.java() + "\" -XX:+UseSerialGC -jar \"" + CLI_JAR + "\" gen \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
