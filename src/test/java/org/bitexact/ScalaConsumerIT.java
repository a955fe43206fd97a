package org.bitexact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.numbers.core.Sum;
import org.apache.commons.numbers.fraction.BigFraction;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test bench in Scala that draws its cases in process, where others spawn {@code testfloat_gen}. */
class ScalaConsumerIT {
    private static final Path BASE = Path.of(System.getProperty("bitexact.basedir"));
    private static final Path JAR = Path.of(System.getProperty("bitexact.jar"));
    private static final List<String> COMPILER =
            List.of("scala.tools.nsc.Main", "scala.Predef", "scala.reflect.api.Universe");

    @TempDir
    Path work;

    @Test
    void goodUnitPassesAndPlantedDefectIsFound() throws Exception {
        List<Path> scala = new ArrayList<>();
        for (String type : COMPILER) {
            scala.add(Programs.jarOf(Class.forName(type)));
        }
        List<Path> library = List.of(
                JAR, Programs.jarOf(Sum.class), Programs.jarOf(BigFraction.class), Programs.jarOf(NullMarked.class));
        Programs.Result compiled = java(
                List.of("-Xss4m"),
                joined(scala.stream()),
                COMPILER.get(0),
                "-d",
                work.toString(),
                "-release",
                "17",
                "-classpath",
                joined(Stream.concat(library.stream(), Stream.of(scala.get(1)))),
                BASE.resolve("src/it/scala/MultiplierBench.scala").toString());
        assertThat(compiled.exit()).as(compiled.out() + compiled.err()).isZero();
        Programs.Result result = java(
                List.of(), joined(Stream.concat(library.stream(), Stream.of(scala.get(1), work))), "MultiplierBench");
        assertThat(result.out())
                .contains("multiplier: ", " tests, 0 errors.")
                .containsPattern(
                        "without sticky: [0-9a-f]{4} \\* [0-9a-f]{4} gives [0-9a-f]{4}, expected [0-9a-f]{4}\n");
        assertThat(result.exit()).as(result.out() + result.err()).isZero();
    }

    private Programs.Result java(List<String> options, String path, String main, String... arguments) throws Exception {
        List<String> command = Stream.of(
                        Stream.of(Programs.java()),
                        options.stream(),
                        Stream.of("-cp", path, main),
                        Stream.of(arguments))
                .flatMap(part -> part)
                .toList();
        return Programs.run(work, Map.of(), Duration.ofMinutes(3), command);
    }

    private static String joined(Stream<Path> paths) {
        return paths.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
