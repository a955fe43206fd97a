package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Maven projects that depend on the library, built and tested as their owners would.
 *
 * <p>Each has a local repository of its own, in which the jar under test is installed; everything else comes from the
 * repository of this build as a mirror of all others, so nothing is downloaded and nothing is left behind. Hence the
 * projects name the same versions of plugins and JUnit as this one.
 */
class MavenConsumersIT {
    private static final Path BASE = Path.of(System.getProperty("bitexact.basedir"));
    private static final String VERSION = System.getProperty("bitexact.version");

    @TempDir
    static Path repository;

    @TempDir
    Path work;

    @BeforeAll
    static void install() throws IOException {
        Path home = Files.createDirectories(repository.resolve("org/bitexact/bitexact/" + VERSION));
        String name = "bitexact-" + VERSION;
        Files.copy(Path.of(System.getProperty("bitexact.jar")), home.resolve(name + ".jar"));
        Files.copy(BASE.resolve("pom.xml"), home.resolve(name + ".pom"));
        Files.writeString(repository.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror>
                      <id>build</id>
                      <mirrorOf>*</mirrorOf>
                      <url>%s</url>
                    </mirror>
                  </mirrors>
                </settings>
                """.formatted(
                        repository,
                        Path.of(System.getProperty("bitexact.localRepository")).toUri()));
    }

    @Test
    void projectOnTheClassPathPassesItsTests() throws Exception {
        Programs.Result result = build("class-path");
        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out()).contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0");
    }

    @Test
    void projectOnTheModulePathPassesItsTests() throws Exception {
        Programs.Result result = build("module-path");
        assertThat(result.exit()).as(result.out()).isZero();
        assertThat(result.out()).contains("Tests run: 2, Failures: 0, Errors: 0, Skipped: 0");
    }

    /** Copies a project, since Maven writes beside the sources, and runs {@code mvn test} there. */
    private Programs.Result build(String project) throws IOException, InterruptedException {
        Path from = BASE.resolve("src/it").resolve(project);
        Path to = work.resolve(project);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return Programs.run(
                to,
                Map.of("JAVA_HOME", System.getProperty("java.home")),
                Duration.ofMinutes(5),
                List.of(
                        Path.of(System.getProperty("bitexact.maven"), "bin", "mvn")
                                .toString(),
                        "-B",
                        "-ntp",
                        "-s",
                        repository.resolve("settings.xml").toString(),
                        "-Dstyle.color=never",
                        "-Dbitexact.version=" + VERSION,
                        "test"));
    }
}
