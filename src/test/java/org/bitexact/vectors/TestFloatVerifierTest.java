package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitexact.format.FormatNames;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class TestFloatVerifierTest {

    private record Outcome(int status, String out, String err) {}

    private static Outcome verify(String commandLine, String input, CaseFunction reference) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        TestFloatRequest request;
        try {
            request = TestFloatRequest.parse(
                    TestFloatProgram.VERIFIER,
                    List.of(commandLine.split(" ")),
                    StreamType.types(name -> FormatNames.names().contains(name)
                            ? java.util.Optional.of(FormatNames.scalar(name).format())
                            : java.util.Optional.empty()));
        } catch (TestFloatException e) {
            throw new AssertionError(e);
        }
        int status = TestFloatVerifier.run(
                request,
                reference,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)),
                new PrintStream(out, false, StandardCharsets.US_ASCII),
                new PrintStream(err, false, StandardCharsets.US_ASCII),
                () -> false);
        return new Outcome(status, out.toString(StandardCharsets.US_ASCII), err.toString(StandardCharsets.US_ASCII));
    }

    /** A function that gives prepared results and flags in turn. */
    private static CaseFunction script(List<String> results) {
        int[] next = {0};
        return (a, b, c, flags) -> {
            String[] parts = results.get(next[0]++).split(" ");
            flags.raise(Integer.parseInt(parts[1], 16));
            return Long.parseUnsignedLong(parts[0], 16);
        };
    }

    /** Runs of the real program, see the header of {@code testfloat-verifier.txt}. */
    @Nested
    class LikeTestFloat {

        static Stream<List<String>> runs() throws IOException {
            try (InputStream in = TestFloatVerifierTest.class.getResourceAsStream("testfloat-verifier.txt")) {
                List<List<String>> runs = new ArrayList<>();
                new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().forEach(line -> {
                    if (line.startsWith("command ")) {
                        runs.add(new ArrayList<>());
                    }
                    if (!line.startsWith("#")) {
                        runs.get(runs.size() - 1).add(line);
                    }
                });
                return runs.stream();
            }
        }

        @ParameterizedTest
        @MethodSource("runs")
        void writesTheSameBytes(List<String> run) {
            String command = run.get(0).substring("command ".length());
            StringBuilder input = new StringBuilder();
            List<String> results = new ArrayList<>();
            for (String line : run) {
                if (line.startsWith("case ")) {
                    String[] parts = line.substring("case ".length()).split(" : ");
                    input.append(parts[0]).append('\n');
                    results.add(parts[1]);
                }
            }
            Outcome outcome = verify(command, input.toString(), script(results));
            assertThat(outcome.out()).isEqualTo(value(run, "out "));
            assertThat(outcome.err()).isEqualTo(value(run, "err "));
            assertThat(outcome.status()).isEqualTo(Integer.parseInt(value(run, "status ")));
        }

        private static String value(List<String> run, String key) {
            return run.stream()
                    .filter(line -> line.startsWith(key))
                    .findFirst()
                    .orElseThrow()
                    .substring(key.length())
                    .replace("\\n", "\n")
                    .replace("\\r", "\r")
                    .replace("\\t", "\t");
        }
    }

    private static final CaseFunction ZERO = (a, b, c, flags) -> 0;

    @Test
    void progressIsShownEveryTenThousandCases() {
        Outcome outcome = verify("f16_rem", "3C00 3C00 0000 00\n".repeat(20_001), ZERO);
        assertThat(outcome)
                .isEqualTo(new Outcome(
                        0,
                        "In 20001 tests, no errors found in f16_rem.\n",
                        "Testing f16_rem.\n\r  10000\r  20000\r20001 tests performed.\n"));
    }

    @Test
    void noCasesAreNoErrors() {
        assertThat(verify("f16_rem", "", ZERO))
                .isEqualTo(new Outcome(
                        0, "In 0 tests, no errors found in f16_rem.\n", "Testing f16_rem.\n\r0 tests performed.\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3c00 3C00 0000 00\n",
                "3C00 3C00 0000 00\r\n",
                "3C00  3C00 \t0000 00 \n",
                "3C00 3C00 0000 00",
                " 3C00 3C00 0000 00\n"
            })
    void readsLeniently(String input) {
        assertThat(verify("f16_rem", input, ZERO).out()).isEqualTo("In 1 tests, no errors found in f16_rem.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3C00 3C00 0000\n",
                "3C00 3C00 0000 00 00\n",
                "3C00 3C00 0000 20\n",
                "3C00 3C00 000 00\n",
                "3C003C000000 00\n",
                "3C00 3C00 0000 0G\n",
                "\n",
                "3C00 3C00\n0000 00\n"
            })
    void refusesWhatIsNoCase(String input) {
        assertThat(verify("f16_rem", "3C00 3C00 0000 00\n" + input, ZERO))
                .isEqualTo(new Outcome(1, "", "Testing f16_rem.\ntestfloat_ver: Invalid input format.\n"));
    }

    @Test
    void tellsWhichLineIsNoCase() throws IOException, TestFloatException {
        TestFloatVerifier verifier = new TestFloatVerifier(
                TestFloatRequest.parse(TestFloatProgram.VERIFIER, List.of("f16_sqrt"), StreamType.testFloatTypes()),
                ZERO,
                new PrintStream(new ByteArrayOutputStream()),
                new PrintStream(new ByteArrayOutputStream()),
                () -> false);
        try {
            verifier.verify(new ByteArrayInputStream("3C00 0000 00\nx\n".getBytes(StandardCharsets.US_ASCII)));
        } catch (TestFloatException e) {
            assertThat(e.line()).isEqualTo("testfloat_ver: Invalid input format.");
        }
        assertThat(verifier.malformedLine()).isEqualTo(2);
        assertThat(verifier.tests()).isEqualTo(1);
    }

    @Test
    void codesThatDoNotFitTheFormatAreRefused() {
        assertThat(verify("e3m2_sqrt", "40 00 00\n", ZERO).status()).isEqualTo(1);
        assertThat(verify("tf32_sqrt", "00000001 00000000 00\n", ZERO).status()).isEqualTo(1);
        assertThat(verify("tf32_sqrt", "3F802000 00000000 00\n", ZERO).status()).isZero();
        assertThat(verify("f16_lt", "3C00 3C00 2 00\n", ZERO).status()).isEqualTo(1);
    }

    @Test
    void otherFormatsAreShownFieldByField() {
        assertThat(verify("e4m3_add", "38 B9 7F 10\n", ZERO).out())
                .isEqualTo("Errors found in e4m3_add, rounding near_even:\n"
                        + "+7.0  -7.1  => +F.7 v....  expected +0.0 .....\n");
        assertThat(verify("tf32_sqrt", "3F802000 BF800000 00\n", ZERO).out())
                .endsWith("+7F.001  => -7F.000 .....  expected +00.000 .....\n");
        assertThat(verify("bf16_mulAdd_f32", "3F80 3F81 3F800000 3F800000 00\n", ZERO)
                        .out())
                .endsWith("+7F.00  +7F.01  +7F.000000  => +7F.000000 .....  expected +00.000000 .....\n");
    }
}
