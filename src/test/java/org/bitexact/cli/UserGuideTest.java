package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the README and the guides show is what the program does.
 *
 * <p>A block of Java is a region of {@link UserGuideSnippets}, named in a comment before it; the block of output after
 * it is what the code prints. A block marked {@code console} holds commands after {@code $} and what they print;
 * the commands of a page run in one empty folder. Links lead to files that exist.
 */
@Tag("fast")
class UserGuideTest {
    private static final Path SNIPPETS = Path.of("src/test/java/org/bitexact/cli/UserGuideSnippets.java");
    private static final Pattern JAVA =
            Pattern.compile("<!-- region: (\\w+) -->\n```java\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```\n", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    /** Corrects the pages instead of only judging them. */
    private static final boolean REWRITE = Boolean.getBoolean("bitexact.rewrite");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/README.md", "docs/guide.md", "docs/simulators.md", "docs/numerics.md"})
    void pageShowsWhatHappens(String name) throws Exception {
        Path page = Path.of(name);
        String text = Files.readString(page);
        String current = withCurrentConsole(withCurrentJava(text));
        if (REWRITE) {
            Files.writeString(page, current);
        }
        assertThat(text).as(name + ", which -Dbitexact.rewrite=true corrects").isEqualTo(current);
        assertThat(text.split("```java", -1))
                .as("every block of Java has a region")
                .hasSize(count(JAVA, text) + 1);
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            assertThat(page.toAbsolutePath().resolveSibling(link.group(1)))
                    .as(name + ": " + link.group(1))
                    .exists();
        }
    }

    @Test
    void formatTableIsTheRegistrys() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String table = readme.substring(
                readme.indexOf("<!-- begin formats -->\n") + "<!-- begin formats -->\n".length(),
                readme.indexOf("<!-- end formats -->"));
        assertThat(table).isEqualTo(Run.of("formats", "--markdown").out());
    }

    @Test
    void drawingsAreCurrent() throws IOException {
        for (Map.Entry<String, String> image : GuideImages.all().entrySet()) {
            Path file = Path.of("docs/images", image.getKey());
            if (REWRITE) {
                Files.writeString(file, image.getValue());
            }
            assertThat(Files.readString(file)).as(file.toString()).isEqualTo(image.getValue());
        }
    }

    private static int count(Pattern pattern, String text) {
        return (int) pattern.matcher(text).results().count();
    }

    private String withCurrentJava(String text) throws Exception {
        String source = Files.readString(SNIPPETS);
        StringBuilder current = new StringBuilder();
        Matcher block = JAVA.matcher(text);
        while (block.find()) {
            String name = block.group(1);
            String begin = "        // region " + name + "\n";
            String end = "        // end " + name + "\n";
            assertThat(source).contains(begin, end);
            String region = source.substring(source.indexOf(begin) + begin.length(), source.indexOf(end))
                    .replaceAll("(?m)^ {8}", "")
                    .replace("out.print", "System.out.print")
                    .replace("folder.resolve(", "Path.of(");
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            UserGuideSnippets.class
                    .getDeclaredMethod(name, PrintStream.class, Path.class)
                    .invoke(null, new PrintStream(printed, true, StandardCharsets.UTF_8), folder);
            String output = printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
            String fresh = "<!-- region: " + name + " -->\n```java\n" + region + "```\n"
                    + (output.isEmpty() ? "" : "\n```text\n" + output + "```\n");
            block.appendReplacement(current, Matcher.quoteReplacement(fresh));
        }
        return block.appendTail(current).toString();
    }

    private String withCurrentConsole(String text) throws IOException {
        StringBuilder current = new StringBuilder();
        Matcher block = CONSOLE.matcher(text);
        while (block.find()) {
            StringBuilder fresh = new StringBuilder("```console\n");
            String[] lines = block.group(1).split("\n");
            for (int i = 0; i < lines.length; ) {
                assertThat(lines[i]).startsWith("$ ");
                StringBuilder command = new StringBuilder();
                String line = lines[i++];
                fresh.append(line).append('\n');
                command.append(line.substring("$ ".length()));
                while (command.charAt(command.length() - 1) == '\\') {
                    fresh.append(lines[i]).append('\n');
                    command.setLength(command.length() - 1);
                    command.append(lines[i++].strip());
                }
                fresh.append(shell(command.toString()));
                while (i < lines.length && !lines[i].startsWith("$ ")) {
                    i++;
                }
            }
            block.appendReplacement(
                    current, Matcher.quoteReplacement(fresh.append("```\n").toString()));
        }
        return block.appendTail(current).toString();
    }

    /** The few shell forms that the pages use: pipes, {@code > FILE}, {@code < FILE}, and the programs below. */
    private String shell(String line) throws IOException {
        String[] stages = line.split(" \\| ");
        String output = "";
        for (String stage : stages) {
            List<String> words = words(stage);
            String target = redirect(words, ">");
            String source = redirect(words, "<");
            byte[] input = source.isEmpty()
                    ? output.getBytes(StandardCharsets.UTF_8)
                    : Files.readAllBytes(folder.resolve(source));
            output = run(words, input);
            if (!target.isEmpty()) {
                Files.writeString(folder.resolve(target), output);
                output = "";
            }
        }
        return output;
    }

    private String run(List<String> words, byte[] input) throws IOException {
        boolean file = words.size() > 2 && words.get(0).matches("head|tail");
        String text = file ? Files.readString(folder.resolve(words.get(2))) : new String(input, StandardCharsets.UTF_8);
        List<String> lines = Arrays.asList(text.split("(?<=\n)"));
        return switch (words.get(0)) {
            case "printf" -> words.get(1).replace("\\n", "\n");
            case "echo" -> words.get(1) + "\n";
            case "cat" -> Files.readString(folder.resolve(words.get(1)));
            case "head" -> String.join("", lines.subList(0, Math.min(number(words), lines.size())));
            case "tail" -> String.join("", lines.subList(Math.max(0, lines.size() - number(words)), lines.size()));
            case "grep" ->
                lines.stream().filter(line -> line.contains(words.get(1))).collect(Collectors.joining());
            case "wc" -> lines.size() + "\n";
            case "ls" -> {
                try (var files = Files.list(folder)) {
                    yield files.map(entry -> entry.getFileName() + "\n")
                            .sorted()
                            .collect(Collectors.joining());
                }
            }
            case "cmp" -> {
                long at = Files.mismatch(folder.resolve(words.get(1)), folder.resolve(words.get(2)));
                yield at < 0 ? "" : words.get(1) + " " + words.get(2) + " differ: byte " + (at + 1) + "\n";
            }
            case "./bitexact" -> bitexact(words.subList(1, words.size()), input);
            default -> throw new AssertionError("a page uses a command that the test does not know: " + words);
        };
    }

    /** Takes a redirection off the words of a command. */
    private static String redirect(List<String> words, String sign) {
        int at = words.indexOf(sign);
        if (at < 0) {
            return "";
        }
        words.remove(at);
        return words.remove(at);
    }

    /** The number of {@code head -3}. */
    private static int number(List<String> words) {
        return Integer.parseInt(words.get(1).substring(1));
    }

    /** A command of the program; files without a directory, such as {@code x.npy}, lie in the page's folder. */
    private String bitexact(List<String> words, byte[] input) {
        String prefix = folder + java.io.File.separator;
        String[] arguments = words.stream()
                .map(word -> word.matches("[\\w.-]+\\.[a-z]\\w*") && !Files.exists(Path.of(word)) && isFile(word)
                        ? prefix + word
                        : word)
                .toArray(String[]::new);
        Run result = Run.with(input, arguments);
        // an error is part of what a page shows, a note is not
        String shown = result.out() + (result.exit() > ExitCode.MISMATCH ? result.err() : "");
        return shown.replace(prefix, "");
    }

    /** Whether a word with a point in it is a file, and not an engine. */
    private static boolean isFile(String word) {
        return org.bitexact.engine.Engines.find(word).isEmpty();
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
}
