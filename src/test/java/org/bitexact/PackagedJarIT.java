package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import net.jqwik.api.Property;
import org.apache.commons.numbers.core.Sum;
import org.apache.commons.numbers.fraction.BigFraction;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.JUnitException;
import org.junit.platform.engine.TestEngine;
import org.opentest4j.AssertionFailedError;

/** The jars as a user meets them: the executable one, and the plain one on the class path and on the module path. */
class PackagedJarIT {
    static final Path BASE = Path.of(System.getProperty("bitexact.basedir"));
    static final Path JAR = Path.of(System.getProperty("bitexact.jar"));
    static final Path CLI_JAR = Path.of(System.getProperty("bitexact.cliJar"));
    private static final String VERSION = System.getProperty("bitexact.version");
    static final List<String> VECTOR_MODULE = List.of("--add-modules", "jdk.incubator.vector");

    @TempDir
    Path work;

    @Nested
    @DisplayName("the executable jar")
    class CliJar {
        @Test
        void printsItsVersion() throws Exception {
            Programs.Result result = java(List.of(), "-jar", CLI_JAR.toString(), "--version");
            assertThat(result.out()).startsWith("bitexact " + VERSION + "\n");
            assertThat(result.err()).isEmpty();
            assertThat(result.exit()).isZero();
        }

        @Test
        void printsHelpOnStandardOutput() throws Exception {
            Programs.Result result = java(List.of(), "-jar", CLI_JAR.toString(), "--help");
            assertThat(result.out()).contains("Usage: bitexact");
            assertThat(result.err()).isEmpty();
            assertThat(result.exit()).isZero();
        }

        @Test
        void reportsAnUnknownCommandOnStandardErrorWithCode2() throws Exception {
            Programs.Result result = java(List.of(), "-jar", CLI_JAR.toString(), "no-such-command");
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("no-such-command");
            assertThat(result.exit()).isEqualTo(2);
        }

        @Test
        @DisplayName("keeps the JVM's word about the incubator module out of standard output")
        void keepsIncubatorWarningOutOfData() throws Exception {
            Programs.Result plain = java(List.of(), "-jar", CLI_JAR.toString(), "--version");
            Programs.Result simd = java(VECTOR_MODULE, "-jar", CLI_JAR.toString(), "--version");
            assertThat(simd.out()).isEqualTo(plain.out());
            assertThat(simd.exit()).isZero();
        }

        @Test
        void carriesItsLibrariesAndTheirNotices() throws Exception {
            assertThat(entries(CLI_JAR))
                    .contains("picocli/CommandLine.class", "META-INF/LICENSE", "META-INF/NOTICE")
                    .doesNotContain("module-info.class")
                    .noneMatch(name -> name.startsWith("net/jqwik/") || name.startsWith("org/junit/"));
            try (JarFile jar = new JarFile(CLI_JAR.toFile())) {
                String notice = new String(
                        jar.getInputStream(jar.getEntry("META-INF/NOTICE")).readAllBytes(), StandardCharsets.UTF_8);
                assertThat(notice).contains("bitexact", "Apache Commons Numbers", "Jackson");
            }
        }
    }

    @Nested
    @DisplayName("the plain jar")
    class PlainJar {
        @Test
        void holdsThisLibraryAlone() throws Exception {
            assertThat(entries(JAR))
                    .contains("module-info.class", "META-INF/LICENSE", "META-INF/NOTICE")
                    .allMatch(name -> !name.endsWith(".class")
                            || name.equals("module-info.class")
                            || name.startsWith("org/bitexact/"));
        }

        @ParameterizedTest(name = "SIMD module: {0}")
        @ValueSource(booleans = {false, true})
        void worksOnTheClassPath(boolean simd) throws Exception {
            String path = joined(JAR, numbersCore(), numbersFraction());
            compile(BASE.resolve("src/it/class-path/src/main/java"), "-cp", path);
            Programs.Result result = java(
                    simd ? VECTOR_MODULE : List.of(),
                    "-cp",
                    path + File.pathSeparator + work,
                    "org.example.consumer.Consumer");
            assertThat(result.out()).isEqualTo("7e 81 null " + (simd ? "simd" : "scalar") + "\n");
            assertThat(result.exit()).isZero();
        }

        @ParameterizedTest(name = "SIMD module: {0}")
        @ValueSource(booleans = {false, true})
        void worksOnTheModulePath(boolean simd) throws Exception {
            String path = joined(JAR, numbersCore(), numbersFraction());
            // The annotations are visible in the API; at run time nobody needs them.
            compile(
                    BASE.resolve("src/it/module-path/src/main/java"),
                    "-p",
                    path + File.pathSeparator + Programs.jarOf(NullMarked.class));
            Programs.Result result = java(
                    simd ? VECTOR_MODULE : List.of(),
                    "-p",
                    path + File.pathSeparator + work,
                    "-m",
                    "org.example.consumer/org.example.consumer.Consumer");
            assertThat(result.out()).isEqualTo("7e 81 org.bitexact " + (simd ? "simd" : "scalar") + "\n");
            assertThat(result.exit()).isZero();
        }
    }

    /** The adapter for jqwik, which the jar does not need: {@link PlainJar} runs without it. */
    @Nested
    @DisplayName("the plain jar with jqwik")
    class WithJqwik {
        private String path() throws Exception {
            return joined(
                    JAR,
                    numbersCore(),
                    numbersFraction(),
                    Programs.jarOf(Property.class),
                    Programs.jarOf(Class.forName("net.jqwik.engine.JqwikTestEngine")),
                    Programs.jarOf(JUnitException.class),
                    Programs.jarOf(TestEngine.class),
                    // the one that runs this test
                    Programs.jarOf(Class.forName("org.junit.platform.launcher.core.LauncherFactory")),
                    Programs.jarOf(AssertionFailedError.class),
                    Programs.jarOf(API.class));
        }

        /** Annotated parameters are drawn and shrunk, found by the service file. */
        @Test
        void findsTheAdapterOnTheClassPath() throws Exception {
            compile(BASE.resolve("src/it/jqwik"), "-cp", path());
            Programs.Result result = java(
                    List.of(),
                    "-cp",
                    path() + File.pathSeparator + work,
                    "org.example.properties.HardFloats",
                    "byServiceFile(int)",
                    "byDomain(float)");
            assertThat(result.out()).as(result.err()).isEqualTo("""
                            byServiceFile: shrunk to [981467136]
                            byServiceFile(int): 1 succeeded
                            byDomain: shrunk to [9.765625E-4]
                            byDomain(float): 1 succeeded
                            """);
        }

        /** A named module's service file is not read, but its domain works. */
        @Test
        void worksByItsDomainOnTheModulePath() throws Exception {
            Path sources = Files.createDirectory(work.resolve("sources"));
            Path project = BASE.resolve("src/it/jqwik/org/example/properties/HardFloats.java");
            Files.copy(project, sources.resolve("HardFloats.java"));
            Files.writeString(sources.resolve("module-info.java"), """
                    open module org.example.properties {
                        requires org.bitexact;
                        requires net.jqwik.api;
                        requires org.junit.platform.launcher;
                    }
                    """);
            compile(sources, "-p", path() + File.pathSeparator + Programs.jarOf(NullMarked.class));
            Programs.Result result = java(
                    List.of("--add-modules", "ALL-MODULE-PATH"),
                    "-p",
                    path() + File.pathSeparator + work,
                    "-m",
                    "org.example.properties/org.example.properties.HardFloats",
                    "byDomain(float)");
            assertThat(result.out())
                    .as(result.err())
                    .isEqualTo("byDomain: shrunk to [9.765625E-4]\nbyDomain(float): 1 succeeded\n");
        }
    }

    /** Runs the JVM that runs this test. */
    private Programs.Result java(List<String> options, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Programs.java());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return Programs.run(work, Map.of(), Duration.ofMinutes(1), command);
    }

    /** Compiles a consumer project into the working directory. */
    private void compile(Path project, String... options) throws IOException {
        compile(work, List.of(project), options);
    }

    /** Compiles consumer projects together. */
    static void compile(Path into, List<Path> projects, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--release", "17", "-d", into.toString()));
        for (Path project : projects) {
            try (Stream<Path> files = Files.walk(project)) {
                files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
            }
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    static List<String> entries(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }

    static String joined(Path... paths) {
        return Stream.of(paths).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    static Path numbersCore() {
        return Programs.jarOf(Sum.class);
    }

    static Path numbersFraction() {
        return Programs.jarOf(BigFraction.class);
    }
}
