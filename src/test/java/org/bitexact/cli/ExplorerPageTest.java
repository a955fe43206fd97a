package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitexact.Programs;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Literal;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of {@code explorer}: the copy in {@code docs} is current, and in a browser its script answers as the library
 * does.
 *
 * <p>The browser is a Chromium without a window. It loads the page with a script at its end that asks the functions of
 * the page and writes the answers into the document, which {@code --dump-dom} prints.
 */
class ExplorerPageTest {
    private static final Path COPY = Path.of("docs/explorer.html");
    private static final List<String> BROWSERS = List.of("chromium", "chromium-browser", "google-chrome");

    @TempDir
    Path work;

    @Test
    void copyInDocsIsWhatTheCommandWrites() throws Exception {
        Path file = work.resolve("explorer.html");
        assertThat(Run.of("explorer", "--out", file.toString()).exit()).isZero();
        assertThat(Files.readString(COPY))
                .as("docs/explorer.html is outdated: ./bitexact explorer --out docs/explorer.html")
                .isEqualTo(Files.readString(file));
    }

    @Test
    void pageNeedsNothingElse() throws Exception {
        assertThat(ExplorerPage.html())
                .doesNotContain("src=", "<link", "@import", "fetch(")
                .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
    }

    // ------------------------------------------------------------------ conversions

    /** Every mode under every policy, on numbers that are hard for the format. */
    @Test
    void numbersAreRoundedAsTheLibraryRoundsThem() throws Exception {
        List<ScalarFormat> formats = ExplorerPage.formats();
        List<String> wrong = wrongConversions(ExplorerPage.html(), formats, 60);
        assertThat(wrong).isEmpty();
    }

    /** A page whose table says that ties to even go up from even numbers is found out. */
    @Test
    void wrongTableIsFound() throws Exception {
        List<ScalarFormat> one = List.of(ExplorerPage.formats().get(4));
        String page = ExplorerPage.html();
        String wrong = page.replace("\"rne\":\"001011", "\"rne\":\"011011");
        assertThat(wrong).isNotEqualTo(page);
        assertThat(wrongConversions(wrong, one, 60)).isNotEmpty();
    }

    private List<String> wrongConversions(String page, List<ScalarFormat> formats, int count) throws Exception {
        StringBuilder questions = new StringBuilder("const QUESTIONS = {");
        List<List<String>> numbers = new ArrayList<>();
        for (ScalarFormat format : formats) {
            List<String> some = List.copyOf(numbers(format, count));
            numbers.add(some);
            questions.append(some.stream().collect(Collectors.joining("\",\"", format.name() + ":[\"", "\"],\n")));
        }
        questions.append("};\n");
        List<String> answers = ask(page, questions + """
                for (const f of FORMATS.filter(f => f.name in QUESTIONS)) {
                  for (const text of QUESTIONS[f.name]) {
                    const x = parse(text), row = [];
                    for (const mode of MODE_IDS) for (const policy of Object.keys(f.beyond)) {
                      const r = encode(f, x, mode, policy);
                      row.push(r.code.toString(16) + ":" + r.flags);
                    }
                    answer(row.join(" "));
                  }
                }
                """);
        List<String> wrong = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < formats.size(); i++) {
            for (String text : numbers.get(i)) {
                String[] row = answers.get(at++).split(" ");
                int column = 0;
                for (Rounding mode : ExplorerPage.modes()) {
                    for (String policy : ExplorerPage.policies(formats.get(i))) {
                        String expected = expected(formats.get(i), mode, policy, text);
                        if (!row[column].equals(expected)) {
                            wrong.add(formats.get(i) + " " + mode.id() + " " + policy + " " + text + ": page "
                                    + row[column] + ", library " + expected);
                        }
                        column++;
                    }
                }
                assertThat(row).hasSize(column);
            }
        }
        assertThat(answers).hasSize(at);
        return wrong;
    }

    private static String expected(ScalarFormat format, Rounding mode, String policy, String text) {
        Policies p = PolicyOptions.withOverflow(Policies.IEEE.withRounding(mode), policy);
        Flags flags = new Flags();
        long code = Literal.parse(text).encode(Codec.of(format, p), 0, flags);
        return Long.toHexString(code) + ":" + flags.raised();
    }

    /** Numbers of the format, midpoints and their surroundings, the ends of the range, and others, of both signs. */
    private static Set<String> numbers(ScalarFormat format, int count) {
        Set<String> texts = new LinkedHashSet<>(List.of(
                "0", "-0", "inf", "-inf", "nan", "1e999", "-1e-999", "0x1.8p3", "-0x.00fp-7", "0.1", "1e60", "+12.50"));
        List<BigDecimal> exact = new ArrayList<>();
        Codec codec = Codec.of(format);
        long top = format.codeMask();
        if (format instanceof FloatFormat f) {
            top = f.maxFiniteCode();
            for (long code : new long[] {0, f.minNormalCode() - 1, f.minNormalCode(), top - 1, top}) {
                between(exact, codec, Math.max(code, 0), top);
            }
            // where results round up to the smallest normal number, and beyond the largest
            BigDecimal normal = codec.decodeExact(f.minNormalCode());
            BigDecimal step = normal.divide(BigDecimal.valueOf(1L << f.precision() + 1));
            for (int eighths = 1; eighths <= 9; eighths += 2) {
                exact.add(normal.subtract(
                        step.multiply(BigDecimal.valueOf(eighths)).divide(BigDecimal.valueOf(2))));
            }
            BigDecimal last = codec.decodeExact(top);
            exact.add(last.multiply(new BigDecimal("1.0000000000000001")));
            exact.add(last.multiply(new BigDecimal("1.5")));
            exact.add(last.add(last));
        } else {
            exact.addAll(List.of(
                    new BigDecimal("127.5"),
                    new BigDecimal("128.5"),
                    new BigDecimal("255.5"),
                    new BigDecimal("7.5"),
                    new BigDecimal("1.984375"),
                    new BigDecimal("100000.5"),
                    new BigDecimal("0.5"),
                    new BigDecimal("1"),
                    new BigDecimal("1.5")));
        }
        SplittableRandom random = new SplittableRandom(format.name().hashCode());
        while (exact.size() < count) {
            between(exact, codec, random.nextLong(top + 1), top);
        }
        for (BigDecimal x : exact) {
            texts.add(x.toString());
            texts.add(x.negate().toString());
        }
        return texts;
    }

    /** A value, the midpoint to the next code's, both with a little more, and another between them. */
    private static void between(List<BigDecimal> values, Codec codec, long code, long top) {
        BigDecimal low = codec.decodeExact(code);
        BigDecimal high = code < top ? codec.decodeExact(code + 1) : low.multiply(new BigDecimal("1.125"));
        BigDecimal middle = low.add(high).divide(BigDecimal.valueOf(2));
        BigDecimal little = high.subtract(low).multiply(new BigDecimal("1e-25"));
        values.addAll(List.of(
                low,
                low.add(little),
                middle.subtract(little),
                middle,
                middle.add(little),
                low.add(high.subtract(low).multiply(new BigDecimal("0.3")))));
    }

    // ------------------------------------------------------------------ codes

    @Test
    void codesAreExplainedAsTheLibraryExplainsThem() throws Exception {
        List<String> answers = ask(ExplorerPage.html(), """
                for (const f of FORMATS) {
                  const step = f.width <= 8 ? 1 : Math.floor(codes(f) / 1000) + 1;
                  for (let c = 0; c < codes(f); c += step) {
                    const v = isFinite_(f, c) ? valueOf(f, c) : null;
                    answer([f.name, c, className(f, c), v ? (v.neg ? "-" : "") + v.num + "/" + v.den : "-",
                      neighbour(f, c, false), neighbour(f, c, true), v ? hexFloat(f, c) : "-"].join(";"));
                  }
                }
                """);
        List<String> expected = new ArrayList<>();
        for (ScalarFormat format : ExplorerPage.formats()) {
            long count = format.codeMask() + 1;
            long step = format.width() <= 8 ? 1 : count / 1000 + 1;
            for (long code = 0; code < count; code += step) {
                Item item = Item.ofCode(format, code);
                String value = "-";
                if (!(format instanceof FloatFormat f) || f.isFinite(code)) {
                    BigDecimal exact = Codec.of(format).decodeExact(code);
                    boolean minus = format instanceof FloatFormat f ? f.isSignMinus(code) : exact.signum() < 0;
                    value = minus + " " + exact.abs().stripTrailingZeros();
                }
                expected.add(Stream.of(
                                format.name(),
                                code,
                                item.className(),
                                value,
                                item.neighbour(false) == null ? "" : item.neighbour(false),
                                item.neighbour(true) == null ? "" : item.neighbour(true),
                                value.equals("-") ? "-" : CodeText.of(format).hexFloat(code))
                        .map(Object::toString)
                        .collect(Collectors.joining(";")));
            }
        }
        assertThat(answers).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(withDecimal(answers.get(i))).isEqualTo(expected.get(i));
        }
    }

    /** Replaces the exact fraction of an answer by a decimal. */
    private static String withDecimal(String answer) {
        String[] parts = answer.split(";", -1);
        if (!parts[3].equals("-")) {
            boolean minus = parts[3].startsWith("-");
            String[] ratio = parts[3].substring(minus ? 1 : 0).split("/");
            parts[3] = minus + " "
                    + new BigDecimal(ratio[0]).divide(new BigDecimal(ratio[1])).stripTrailingZeros();
        }
        return String.join(";", parts);
    }

    // ------------------------------------------------------------------ the page as people see it

    @Test
    void addressRestoresWhatIsShown() throws Exception {
        Path page = Files.writeString(work.resolve("page.html"), ExplorerPage.html());
        String dom = browse(page.toUri() + "#format=e4m3&number=465&rounding=rz&overflow=ieee");
        // 465 toward zero: the largest number, 448, and inexact
        assertThat(dom).contains("<div id=\"value\" class=\"mono\">448</div>");
        assertThat(dom).containsPattern("data-mode=\"rne\".{0,300}data-code=\"127\" data-flags=\"5\"");
        assertThat(dom).containsPattern("data-mode=\"rz\".{0,300}data-code=\"126\" data-flags=\"1\"");
        assertThat(dom).contains("0x7e = 448", "raises inexact");
    }

    /** {@return what the script's calls of {@code answer(text)} say} */
    private List<String> ask(String page, String script) throws IOException, InterruptedException {
        String asking = page.replace("</body>", """
                <pre id="answers"></pre>
                <script>
                const lines = [];
                const answer = text => lines.push(text);
                %s
                document.body.textContent = "ANSWERS\\n" + lines.join("\\n") + "\\nEND";
                </script>
                </body>""".formatted(script));
        String dom = browse(
                Files.writeString(work.resolve("asking.html"), asking).toUri().toString());
        int start = dom.indexOf("ANSWERS\n");
        assertThat(start).as(dom.substring(0, Math.min(dom.length(), 2000))).isPositive();
        return List.of(dom.substring(start + "ANSWERS\n".length(), dom.lastIndexOf("\nEND"))
                .split("\n"));
    }

    private String browse(String address) throws IOException, InterruptedException {
        Optional<String> browser = BROWSERS.stream().filter(Programs::onPath).findFirst();
        assumeTrue(browser.isPresent(), "Chromium is not installed (Debian package chromium): the page is not opened");
        Programs.Result result = Programs.run(
                work,
                Map.of(),
                Duration.ofMinutes(2),
                List.of(
                        browser.orElseThrow(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + work.resolve("profile"),
                        "--virtual-time-budget=10000",
                        "--dump-dom",
                        address));
        assertThat(result.exit()).as(result.err()).isZero();
        return result.out();
    }
}
