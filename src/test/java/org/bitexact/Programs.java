package org.bitexact;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Other programs, as tests run them. */
public final class Programs {
    /** What a program said. */
    public record Result(int exit, String out, String err) {}

    private Programs() {}

    /** {@return whether a program is found on the path of this process} */
    public static boolean onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory).resolve(program)));
    }

    /** {@return whether there is a {@code python3} with NumPy} */
    public static boolean hasNumPy() throws IOException, InterruptedException {
        return onPath("python3")
                && run(Path.of("."), Map.of(), Duration.ofMinutes(1), List.of("python3", "-c", "import numpy"))
                                .exit()
                        == 0;
    }

    /** {@return the jar or directory that a class was loaded from} */
    public static Path jarOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return the {@code java} that runs this test} */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Runs a program without input.
     *
     * @param directory where it runs
     * @param environment variables to set, besides those of this process
     * @param limit when it is ended, with all that it started, and the test fails
     * @param command the program and its arguments
     */
    public static Result run(Path directory, Map<String, String> environment, Duration limit, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", null);
        Path err = Files.createTempFile("err", null);
        Path in = Files.createTempFile("in", null);
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            // Either would put a line of its own on standard error.
            builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("no end after " + limit + ": " + command + "\n" + text(out) + text(err));
            }
            return new Result(process.exitValue(), text(out), text(err));
        } finally {
            for (Path file : List.of(out, err, in)) {
                Files.delete(file);
            }
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
