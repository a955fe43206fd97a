package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs as programs in C and Python read them: a generated header, and {@code .npy} files. */
class NativeConsumersIT {
    private static final Path BASE = Path.of(System.getProperty("bitexact.basedir"));
    private static final Path CLI_JAR = Path.of(System.getProperty("bitexact.cliJar"));

    @TempDir
    Path work;

    @Test
    void headerCompilesAsC99AndFindsAPlantedDefect() throws Exception {
        assumeTrue(Programs.onPath("cc"), "no C compiler (Debian package gcc): src/it/c is not compiled");
        write("f32_to_e4m3", "--stimulus", "hard", "--count", "3000", "--out", "cvt.h");
        Files.copy(BASE.resolve("src/it/c/check.c"), work.resolve("check.c"));
        assertThat(compileAndRun().out()).isEqualTo("3000 cases, 0 errors\n");
        Programs.Result defective = compileAndRun("-DDEFECT");
        assertThat(defective.exit()).isEqualTo(1);
        assertThat(defective.out()).containsPattern("case \\d+: [0-9a-f]{8} gives [0-9a-f]{2}, expected [0-9a-f]{2}\n");
    }

    private Programs.Result compileAndRun(String... options) throws Exception {
        List<String> compiler =
                new ArrayList<>(List.of("cc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-o", "check"));
        compiler.addAll(List.of(options));
        compiler.add("check.c");
        Programs.Result compiled = run(compiler);
        assertThat(compiled.exit()).as(compiled.err()).isZero();
        return run(List.of(work.resolve("check").toString()));
    }

    @Test
    void numpyLoadsTheFilesAndFindsAPlantedDefect() throws Exception {
        assumeTrue(Programs.hasNumPy(), "no Python with NumPy (Debian package python3-numpy): src/it/numpy is not run");
        write("e4m3_mul", "--stimulus", "exhaustive", "--dialect", "npy", "--out", "mul.json");
        String script = BASE.resolve("src/it/numpy/check.py").toString();
        Programs.Result good = run(List.of("python3", script, "mul"));
        assertThat(good.out()).as(good.err()).isEqualTo("65536 cases, 0 errors\n");
        Programs.Result defective = run(List.of("python3", script, "mul", "cut"));
        assertThat(defective.exit()).isEqualTo(1);
        assertThat(defective.out())
                .containsPattern("case \\d+: [0-9a-f]{2} \\* [0-9a-f]{2} gives [0-9a-f]{2}, expected [0-9a-f]{2}\n");
    }

    private void write(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Programs.java(), "-XX:+UseSerialGC", "-jar", CLI_JAR.toString(), "vectors", "write"));
        command.addAll(List.of(arguments));
        Programs.Result result = run(command);
        assertThat(result.exit()).as(result.err()).isZero();
    }

    private Programs.Result run(List<String> command) throws Exception {
        return Programs.run(work, Map.of(), Duration.ofMinutes(2), command);
    }
}
