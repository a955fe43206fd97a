package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bitexact.format.Flags;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class TestFloatGeneratorTest {

    /** Not arithmetic, but a result and flags that show where they go. */
    private static final CaseFunction MIX = (a, b, c, flags) -> {
        flags.raise((int) a & Flags.ALL);
        return a ^ b ^ c;
    };

    private static String generate(String commandLine) throws TestFloatException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TestFloatGenerator.generate(
                TestFloatRequest.parse(
                        TestFloatProgram.GENERATOR, List.of(commandLine.split(" ")), StreamType.testFloatTypes()),
                MIX,
                out,
                () -> false);
        return out.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void aLineHoldsOperandsResultAndFlags() throws TestFloatException, IOException {
        assertThat(generate("f16_add").lines()).hasSize(46464).first().isEqualTo("87FF E850 6FAF 1F");
        assertThat(generate("f16_mulAdd -sample 9").lines()).first().isEqualTo("87FF E850 0000 6FAF 1F");
        assertThat(generate("f16_to_i32").lines().skip(2)).first().isEqualTo("0000 00000000 00");
    }

    @Test
    void aComparisonHasAResultOfOneDigit() throws TestFloatException, IOException {
        assertThat(generate("f16_lt").lines())
                .allMatch(line -> line.matches("[0-9A-F]{4} [0-9A-F]{4} [0-9A-F] [01][0-9A-F]"));
    }

    @Test
    void aTypeHasOperandsAlone() throws TestFloatException, IOException {
        assertThat(generate("ui64").lines()).hasSize(756).allMatch(line -> line.matches("[0-9A-F]{16}"));
        assertThat(generate("f32 2").lines()).first().asString().matches("[0-9A-F]{8} [0-9A-F]{8}");
    }

    @Test
    void thePrefixIsTheFirstLine() throws TestFloatException, IOException {
        assertThat(generate("-prefix hello f16").lines()).hasSize(409).first().isEqualTo("hello");
    }

    @Test
    void moreCasesThanOnePassContinueIt() throws TestFloatException, IOException {
        String pass = generate("f16");
        assertThat(generate("f16 -n 1000")).startsWith(pass);
        assertThat(generate("f16 -n 1000").lines()).hasSize(1000);
    }

    @Test
    void shardsJoinToTheWhole() throws TestFloatException, IOException {
        StringBuilder joined = new StringBuilder();
        for (int i = 1; i <= 7; i++) {
            joined.append(generate("f16_add -seed 3 -n 50000 --shard " + i + "/7"));
        }
        assertThat(joined.toString()).isEqualTo(generate("f16_add -seed 3 -n 50000"));
    }

    @Test
    void anEndlessStreamEndsWhenToldTo() throws TestFloatException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TestFloatRequest request = TestFloatRequest.parse(
                TestFloatProgram.GENERATOR, List.of("-forever", "f16"), StreamType.testFloatTypes());
        int[] asked = {0};
        TestFloatGenerator.generate(request, MIX, out, () -> ++asked[0] > 10_000);
        assertThat(out.toString(StandardCharsets.US_ASCII).lines()).hasSize(10_000);
    }

    @Test
    void aReaderThatGoesAwayIsNoError() throws TestFloatException {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        TestFloatRequest request =
                TestFloatRequest.parse(TestFloatProgram.GENERATOR, List.of("f16_add"), StreamType.testFloatTypes());
        assertThat(TestFloatGenerator.run(request, MIX, closed, new PrintStream(err), () -> false))
                .isZero();
        assertThat(err.size()).isZero();
    }

    @Test
    void aFullDiskIs() throws TestFloatException {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        TestFloatRequest request =
                TestFloatRequest.parse(TestFloatProgram.GENERATOR, List.of("f16_add"), StreamType.testFloatTypes());
        assertThat(TestFloatGenerator.run(request, MIX, full, new PrintStream(err), () -> false))
                .isEqualTo(1);
        assertThat(err.toString(StandardCharsets.US_ASCII)).startsWith("testfloat_gen: ");
    }

    @Test
    void helpIsOnStandardOutput() throws TestFloatException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TestFloatRequest request =
                TestFloatRequest.parse(TestFloatProgram.GENERATOR, List.of(), StreamType.testFloatTypes());
        assertThat(TestFloatGenerator.run(request, MIX, out, System.err, () -> false))
                .isZero();
        assertThat(out.toString(StandardCharsets.US_ASCII)).contains("-seed N", "FLOAT_mulAdd_FLOAT");
    }
}
