package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
                onPath("iverilog") && onPath("vvp"),
                "Icarus Verilog is not installed (Debian package iverilog): src/it/verilog is not simulated");
        Path out = work.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", BASE.resolve("src/it/verilog/run").toString())
                .redirectInput(ProcessBuilder.Redirect.from(
                        Files.createFile(work.resolve("in")).toFile()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("TESTFLOAT_GEN", generator().toString());
        Process process = builder.start();
        if (!process.waitFor(20, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError("no end after 20 minutes:\n" + Files.readString(out));
        }
        String text = Files.readString(out);
        assumeTrue(process.exitValue() != SKIPPED, text);
        // 3 formats in 5 modes, 6 defects in 2 formats, 1 memory image
        assertThat(text).endsWith("\n28 runs as expected, 0 not.\n").doesNotContain("FAILED");
        assertThat(process.exitValue()).isZero();
    }

    /** A program that runs {@code gen} of the jar under test: the launcher in {@code bin} might build another. */
    private Path generator() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path script = work.resolve("testfloat_gen");
        Files.writeString(
                script, "#!/bin/sh\nexec \"" + java + "\" -XX:+UseSerialGC -jar \"" + CLI_JAR + "\" gen \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static boolean onPath(String program) {
        List<String> directories = Arrays.asList(System.getenv("PATH").split(File.pathSeparator, -1));
        return directories.stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory).resolve(program)));
    }
}
