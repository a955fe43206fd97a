package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the README shows is what the program does. */
@Tag("fast")
class UserGuideTest {
    private static final Path README = Path.of("README.md");
    private static final Path SELF = Path.of("src/test/java/org/bitexact/cli/UserGuideTest.java");

    private static void example(PrintStream out) {
        // region example
        Codec e4m3 = Codec.of(Formats.OCP_E4M3);
        int code = e4m3.encode(465.0); // beyond the largest finite number, 448
        out.println(CodeText.of(Formats.OCP_E4M3).explain(code));
        Codec saturating = e4m3.saturating();
        long packed = saturating.encodeWithFlags(465.0); // code | flags << 32
        out.println(CodeText.of(Formats.OCP_E4M3).explain(packed & 0xff));
        out.println(Flags.toString((int) (packed >>> 32)));
        Arithmetic mixed = Arithmetic.widening(Formats.OCP_E4M3, Formats.OCP_E5M2, Codec.of(Formats.BINARY32));
        int sum = mixed.fma(0x38, 0x3c, 0x3f800000); // 1 * 1 + 1, narrow factors, wide addend, one rounding
        out.println(Float.intBitsToFloat(sum));
        // end example
    }

    @Test
    void javaExampleOfTheReadmeIsTheCodeAbove() throws IOException {
        String source = Files.readString(SELF);
        String region = source.substring(
                source.indexOf("// region example\n") + "// region example\n".length(),
                source.indexOf("        // end example"));
        String expected = region.replaceAll("(?m)^ {8}", "").replace("out.println", "System.out.println");
        assertThat(block("```java\n", 0)).isEqualTo(expected);
    }

    @Test
    void javaExamplePrintsWhatTheReadmeShows() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        example(new PrintStream(printed, true, StandardCharsets.UTF_8));
        String shown = printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
        assertThat(block("```text\n", 0)).isEqualTo(shown);
    }

    @Test
    void formatTableIsTheRegistrys() throws IOException {
        String readme = Files.readString(README);
        String table = readme.substring(
                readme.indexOf("<!-- begin formats -->\n") + "<!-- begin formats -->\n".length(),
                readme.indexOf("<!-- end formats -->"));
        assertThat(table).isEqualTo(run(new byte[0], "formats", "--markdown"));
    }

    /** Blocks marked {@code console} hold commands after {@code $} and what they print. */
    @Test
    void consoleExamplesPrintWhatTheReadmeShows() throws IOException {
        int commands = 0;
        String readme = Files.readString(README);
        for (int at = readme.indexOf("```console\n"); at >= 0; at = readme.indexOf("```console\n", at + 1)) {
            String[] lines = block("```console\n", at).split("\n");
            for (int i = 0; i < lines.length; ) {
                String command = lines[i++].substring("$ ".length());
                StringBuilder expected = new StringBuilder();
                while (i < lines.length && !lines[i].startsWith("$ ")) {
                    expected.append(lines[i++]).append('\n');
                }
                assertThat(shell(command)).as(command).isEqualTo(expected.toString());
                commands++;
            }
        }
        assertThat(commands).isGreaterThan(3);
    }

    /** The few shell forms the README uses: {@code printf TEXT |}, {@code echo TEXT |} and {@code | head -N}. */
    private static String shell(String line) {
        String[] stages = line.split(" \\| ");
        byte[] input = new byte[0];
        String output = "";
        for (String stage : stages) {
            List<String> words = words(stage);
            switch (words.get(0)) {
                case "printf" -> input = words.get(1).replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
                case "echo" -> input = (words.get(1) + "\n").getBytes(StandardCharsets.UTF_8);
                case "./bitexact" ->
                    output = run(input, words.subList(1, words.size()).toArray(new String[0]));
                case "head" -> {
                    int count = Integer.parseInt(words.get(1).substring(1));
                    String[] all = output.split("(?<=\n)");
                    output = String.join("", List.of(all).subList(0, Math.min(count, all.length)));
                }
                default -> throw new AssertionError("the README uses a command the test does not know: " + stage);
            }
        }
        return output;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : text.toCharArray()) {
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        return words;
    }

    private static String run(byte[] input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(new Io(new java.io.ByteArrayInputStream(input), out, err, false), arguments);
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String block(String opening, int from) throws IOException {
        String readme = Files.readString(README);
        int start = readme.indexOf(opening, from) + opening.length();
        return readme.substring(start, readme.indexOf("```", start));
    }
}
