package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The same bits, and the best kernels, from the jar on each JDK, with and without SIMD, on class path and module path. */
class PackagedKernelsIT {
    private static final Path BASE = PackagedJarIT.BASE;
    private static final Path JAR = PackagedJarIT.JAR;
    private static final Path CLI_JAR = PackagedJarIT.CLI_JAR;
    private static final List<String> VECTOR_MODULE = PackagedJarIT.VECTOR_MODULE;

    @TempDir
    Path work;

    @ParameterizedTest(name = "{0}, SIMD module: {1}, module path: {2}")
    @MethodSource("jvms")
    void giveTheSameBits(Jdk jdk, boolean simd, boolean modules) throws Exception {
        // by itself a JVM takes vector kernels once they have been seen to be faster: on a busy machine, perhaps never
        String e4m3 = simd ? "vector" : "table";
        String half = !simd && jdk.major >= 20 ? "jdk" : e4m3;
        String path = PackagedJarIT.joined(JAR, PackagedJarIT.numbersCore(), PackagedJarIT.numbersFraction());
        List<String> options = new ArrayList<>();
        if (simd) {
            options.addAll(VECTOR_MODULE);
            options.add("-Dorg.bitexact.kernel=vector");
        }
        Path kernels = BASE.resolve("src/it/kernels");
        if (modules) {
            String compiled = path + File.pathSeparator + Programs.jarOf(NullMarked.class);
            PackagedJarIT.compile(
                    work, List.of(BASE.resolve("src/it/module-path/src/main/java"), kernels), "-p", compiled);
            options.addAll(List.of("-p", path + File.pathSeparator + work));
        } else {
            PackagedJarIT.compile(work, List.of(kernels), "-cp", path);
            options.addAll(List.of("-cp", path + File.pathSeparator + work));
        }
        String main = "org.example.consumer.KernelReport";
        Programs.Result result = run(
                jdk.home,
                options,
                modules
                        ? new String[] {"-m", "org.example.consumer/" + main, e4m3, half}
                        : new String[] {main, e4m3, half});
        assertThat(result.out()).isEqualTo("right " + e4m3 + " " + half + "\n");
        assertThat(result.exit()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("jdks")
    void areLogged(Jdk jdk) throws Exception {
        Path settings = work.resolve("logging.properties");
        Files.writeString(
                settings,
                "handlers=java.util.logging.ConsoleHandler\n"
                        + "java.util.logging.ConsoleHandler.level=ALL\norg.bitexact.array.level=FINE\n");
        Path codes = work.resolve("codes");
        Files.write(codes, new byte[4]);
        Programs.Result result = run(
                jdk.home,
                List.of(
                        "-Dorg.bitexact.kernel=table",
                        "-Djava.util.logging.config.file=" + settings,
                        "-jar",
                        CLI_JAR.toString()),
                "convert",
                "--raw",
                "--from",
                "f32",
                "--to",
                "e5m2",
                "--in",
                codes.toString());
        assertThat(result.err()).contains("encode e5m2 rne: table, asked for by org.bitexact.kernel");
        assertThat(result.exit()).isZero();
    }

    /** The launcher, which by now has a jar to run. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "convert --raw --from f32 --to e4m3_ieee, true",
        "sweep --to i4 --rounding rne --overflow sat --sample 10 --against generic, true",
        "convert --from f32 --to e4m3_ieee, false",
        "formats, false",
    })
    void takesTheSimdModuleForBulkWorkOnly(String command, boolean simd) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the launcher is a shell script");
        List<String> words =
                new ArrayList<>(List.of("/bin/sh", BASE.resolve("bitexact").toString()));
        words.addAll(List.of(command.split(" ")));
        Programs.Result result = execute(words);
        assertThat(result.err().lines().toList())
                .isEqualTo(simd ? List.of("WARNING: Using incubator modules: jdk.incubator.vector") : List.of());
        assertThat(result.exit()).isZero();
    }

    /** A JDK to run the jars with. */
    record Jdk(int major, Path home) {
        @Override
        public String toString() {
            return "JDK " + major;
        }
    }

    /** This one and, where one is found, another one of version 25 or later. */
    static Stream<Jdk> jdks() {
        Path own = Path.of(System.getProperty("java.home"));
        int major = Runtime.version().feature();
        Stream<Jdk> first = Stream.of(new Jdk(major, own));
        return major >= 25 ? first : Stream.concat(first, newest(own).stream());
    }

    static Stream<Arguments> jvms() {
        return jdks().flatMap(jdk -> Stream.of(false, true)
                .flatMap(simd -> Stream.of(false, true).map(modules -> Arguments.of(jdk, simd, modules))));
    }

    /** The lowest version from 25 on: JAVA_HOME_25, or beside this JDK, or where tools put them. */
    private static Optional<Jdk> newest(Path own) {
        Stream<Path> named = Stream.of("JAVA_HOME_25", "JAVA_HOME_25_X64")
                .map(System::getenv)
                .filter(Objects::nonNull)
                .map(Path::of);
        Path user = Path.of(System.getProperty("user.home"));
        Stream<Path> found = Stream.of(own.getParent(), user.resolve(".sdkman/candidates/java"), user.resolve(".jdks"))
                .flatMap(PackagedKernelsIT::directories);
        return Stream.concat(named, found)
                .map(home -> new Jdk(major(home), home))
                .filter(jdk -> jdk.major >= 25)
                .min(Comparator.comparingInt(Jdk::major));
    }

    private static Stream<Path> directories(Path parent) {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(Files::isDirectory).toList().stream();
        } catch (IOException e) {
            return Stream.empty(); // there is none
        }
    }

    /** The version that a JDK's file {@code release} tells, or 0. */
    private static int major(Path home) {
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION=\""))
                    .mapToInt(line -> Integer.parseInt(line.replaceAll("JAVA_VERSION=\"([0-9]+).*", "$1")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // no JDK
        }
    }

    private Programs.Result run(Path home, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return execute(command);
    }

    private Programs.Result execute(List<String> command) throws IOException, InterruptedException {
        return Programs.run(work, Map.of(), Duration.ofMinutes(2), command);
    }
}
