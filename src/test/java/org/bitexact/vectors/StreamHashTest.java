package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bitexact.format.FormatNames;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole streams, results and flags included, equal those of Berkeley TestFloat 3e.
 *
 * <p>{@code testfloat-streams.txt} records the digests and says how they were made; the long streams are tagged {@code
 * slow}: {@code mvn verify -DexcludedGroups= -Dgroups=slow}.
 */
class StreamHashTest {
    private static final List<String> MODES = List.of("near_even", "near_maxMag", "minMag", "min", "max", "odd");

    private static Optional<ScalarFormat> format(String name) {
        try {
            return Optional.of(FormatNames.scalar(name).format());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static final Function<String, Optional<StreamType>> TYPES = StreamType.types(StreamHashTest::format);

    private static void write(OutputStream out, List<String> arguments) throws TestFloatException, IOException {
        TestFloatRequest request = TestFloatRequest.parse(TestFloatProgram.GENERATOR, arguments, TYPES);
        CaseFunction function = StreamFunctions.of(request, name -> format(name).orElseThrow());
        TestFloatGenerator.generate(request, function, out, () -> false);
    }

    private static String digest(List<List<String>> commands)
            throws TestFloatException, IOException, NoSuchAlgorithmException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256);
        for (List<String> arguments : commands) {
            write(out, arguments);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    /** A row of the table of TestFloat's streams with default options, level 1, by the build for x86-64. */
    @ParameterizedTest
    @CsvSource({
        "f16_add, 5c5010621c10bbe3",
        "f16_sub, 0ab82cf2ba31f3b1",
        "f16_mul, 7ed64043572df2cb",
        "f16_div, 8269bbc1c2c73b54",
        "f16_rem, 54233e06c209ac5c",
        "f16_sqrt, 7db4bb5dc8a96612",
        "f16_roundToInt, 670af141e755301f",
        "f16_to_f32, 228a599d292c663d",
        "f16_to_i32, e9db1129f6219bb0",
        "f16_eq, 7d167380ab65d132",
        "f16_le, f655eec589fd331b",
        "f16_lt, 50aca9e67ced4f2a",
        "f32_to_f16, a1a1c15d06903728",
        "f32_to_bf16, e89951dd9769dece",
        "bf16_to_f32, 6af1d52e88251d4c",
        "i32_to_f16, b86b44a95abf2435",
        "ui64_to_f16, 7a1ecb500bf4cb76"
    })
    void defaultOptions(String function, String digest)
            throws TestFloatException, IOException, NoSuchAlgorithmException {
        assertThat(digest(List.of(List.of(function)))).startsWith(digest);
    }

    @ParameterizedTest
    @CsvSource({"f16_add, 715d854a03e0", "f32_to_bf16, cdeeb887ff24", "f16_to_i32, af90238ca421"})
    void defaultOptionsForRiscV(String function, String digest)
            throws TestFloatException, IOException, NoSuchAlgorithmException {
        assertThat(digest(List.of(List.of("-specialize", "RISCV", function)))).startsWith(digest);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({
        "8086-SSE, f16_mulAdd, 72db959abe10eb5c",
        "8086-SSE, f32_mulAdd, 874249f21cccf3d7",
        "RISCV, f16_mulAdd, 22b0e0d97349"
    })
    void defaultOptionsOfFusedMultiplyAdd(String specialization, String function, String digest)
            throws TestFloatException, IOException, NoSuchAlgorithmException {
        assertThat(digest(List.of(List.of("-specialize", specialization, function))))
                .startsWith(digest);
    }

    // ------------------------------------------------------------------ recorded streams

    /** A row: digest of the concatenated streams, lines in all, level, specialisation, function. */
    record Row(String digest, long lines, String level, String specialization, String function) {
        static Row parse(String line) {
            String[] column = line.split(" ");
            return new Row(column[0], Long.parseLong(column[1]), column[2], column[3], column[4]);
        }

        boolean isShort() {
            boolean sampled =
                    function.startsWith("f16") && (specialization.equals("RISCV") || specialization.equals("8086-SSE"));
            return lines < (sampled ? 1_000_000 : 100_000);
        }

        /** Every mode, both tininess rules, and both of {@code -exact} where that matters. */
        List<List<String>> commands() {
            TestFloatFunction f = TestFloatFunction.parse(function, TYPES).orElseThrow();
            boolean fixed = f.operation().isComparison() || f.operation() == TestFloatOperation.REM;
            List<List<String>> commands = new ArrayList<>();
            for (String mode : fixed ? MODES.subList(0, 1) : MODES) {
                for (String tininess : fixed ? List.of("after") : List.of("after", "before")) {
                    for (String exact : f.usesExact() ? List.of("notexact", "exact") : List.of("notexact")) {
                        commands.add(List.of(
                                "-specialize",
                                specialization,
                                "-level",
                                level,
                                function,
                                "-r" + mode,
                                "-tininess" + tininess,
                                "-" + exact));
                    }
                }
            }
            return commands;
        }

        @Override
        public String toString() {
            return "level " + level + " " + specialization + " " + function;
        }
    }

    private static Stream<Row> rows() throws IOException {
        try (InputStream in = StreamHashTest.class.getResourceAsStream("testfloat-streams.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::parse);
        }
    }

    static Stream<Row> shortRows() throws IOException {
        return rows().filter(Row::isShort);
    }

    static Stream<Row> longRows() throws IOException {
        return rows().filter(row -> !row.isShort());
    }

    @ParameterizedTest
    @MethodSource("shortRows")
    void shortStreams(Row row) throws TestFloatException, IOException, NoSuchAlgorithmException {
        assertThat(digest(row.commands())).isEqualTo(row.digest());
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("longRows")
    void longStreams(Row row) throws TestFloatException, IOException, NoSuchAlgorithmException {
        assertThat(digest(row.commands())).isEqualTo(row.digest());
    }

    @Test
    void tableCoversEverySpecialisation() throws IOException {
        assertThat(rows().map(Row::specialization).distinct())
                .containsExactlyInAnyOrder("8086-SSE", "8086", "RISCV", "ARM-VFPv2", "ARM-VFPv2-defaultNaN");
    }
}
