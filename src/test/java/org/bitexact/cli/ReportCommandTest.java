package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bitexact.format.Formats;
import org.bitexact.tensor.SafetensorsFile;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class ReportCommandTest {
    private static final String HOSTILE = "z</script><b id=\"b\">'\"&\\";

    @TempDir
    Path directory;

    private final float[] values = new float[999];

    @BeforeEach
    void writeTensors() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble(-1, 1) * Math.pow(random.nextDouble(), 8));
        }
        values[5] = 0;
        TensorType f32 = TensorType.of(Formats.BINARY32);
        try (TensorWriter writer = SafetensorsFile.create(
                directory.resolve("m.safetensors"),
                List.of(
                        TensorInfo.of(f32, 27, 37).named("w"),
                        TensorInfo.of(f32, 2).named(HOSTILE),
                        TensorInfo.of(f32, 0).named("empty"),
                        TensorInfo.of(TensorType.of(Formats.INT8), 4).named("ids")),
                Map.of())) {
            writer.begin("w");
            int[] bits = new int[values.length];
            Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
            writer.write(bits, 0, bits.length);
            writer.begin(HOSTILE);
            writer.write(new int[] {0x7f80_0000, 0x3f80_0000}, 0, 2);
            writer.begin("ids");
            writer.write(new byte[4], 0, 4);
            writer.commit();
        }
    }

    private Run report(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("report", directory.resolve("m.safetensors").toString()));
        arguments.addAll(List.of(options));
        return Run.of(arguments.toArray(new String[0]));
    }

    private static double number(Object value) {
        return value instanceof Number n ? n.doubleValue() : Double.parseDouble((String) value);
    }

    private static Map<String, Object> named(List<Object> objects, String key, String name) {
        return objects.stream()
                .map(Json::object)
                .filter(o -> o.get(key).equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void figuresAreThoseOfTheDefinitions() throws IOException {
        Run run = report("--formats", "i8,i4", "--json");
        assertThat(run.exit()).isZero();
        List<Object> tensors = Json.array(Json.object(Json.read(run.out())).get("tensors"));
        assertThat(tensors).hasSize(2);
        Map<String, Object> w = named(tensors, "name", "w");
        assertThat(w).containsEntry("type", "f32").containsEntry("values", 999).containsEntry("zeros", 1);
        for (int levels : new int[] {127, 7}) {
            Map<String, Object> f = named(Json.array(w.get("formats")), "format", levels == 7 ? "i4" : "i8");
            float amax = 0;
            for (float x : values) {
                amax = Math.max(amax, Math.abs(x));
            }
            float s = amax / levels;
            double signal = 0;
            double noise = 0;
            double most = 0;
            double sum = 0;
            int lost = 0;
            for (float x : values) {
                float back = (float) Math.rint(x / s) * s;
                double e = (double) back - x;
                signal += (double) x * x;
                noise += e * e;
                most = Math.max(most, Math.abs(e));
                sum += Math.abs(e);
                lost += x != 0 && back == 0 ? 1 : 0;
            }
            assertThat(number(f.get("sqnr_db"))).isCloseTo(10 * Math.log10(signal / noise), within(1e-9));
            assertThat(number(f.get("max_absolute_error"))).isEqualTo(most);
            assertThat(number(f.get("mean_absolute_error"))).isCloseTo(sum / 999, within(1e-15));
            assertThat(f).containsEntry("lost_to_zero", lost).containsEntry("rank", levels == 7 ? 2 : 1);
            long placed = Json.array(Json.object(f.get("number_line")).get("places")).stream()
                    .mapToLong(n -> ((Number) n).longValue())
                    .sum();
            assertThat(placed).isEqualTo(999);
        }
    }

    @Test
    void theTableRanksFormats() {
        Run run = report("--formats", "i2,mxint8,e2m1", "--only", "w");
        assertThat(run.out()).startsWith("w: f32 [27, 37], 999 values\nrank  format");
        assertThat(run.out().lines().skip(2).map(l -> l.trim().split(" +")[1])).containsExactly("mxint8", "e2m1", "i2");
    }

    @Test
    void thePageNeedsNothingElse() throws IOException {
        Path page = directory.resolve("r.html");
        assertThat(report("--out", page.toString()).exit()).isZero();
        String html = Files.readString(page);
        assertThat(html)
                .doesNotContain("src=", "href=", "@import", "url(", "@DATA@")
                .contains("\\u003c/script>");
        assertThat(Pattern.compile("https?://")
                        .matcher(html)
                        .results()
                        .map(m -> html.substring(m.start(), m.end() + 10)))
                .allMatch(link -> link.startsWith("http://www.w3.org"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--formats i8,foo | unknown format 'foo'",
                "--formats i16 | i16: format must have at most 8 bits",
                "--only q* | has no tensor of floats whose name matches q*",
                "--granularity channel:7 --formats i8 | axis 7 is none of the tensor"
            })
    void errorsAreNamedAndNothingIsWritten(String options, String message) {
        Path page = directory.resolve("r.html");
        Run run = report((options + " --out " + page).split(" "));
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains(message);
        assertThat(page).doesNotExist();
    }

    // ------------------------------------------------------------------ in a browser

    private static Optional<Path> browser() {
        return Stream.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(d -> Path.of(d, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The document after its script has run. */
    private String rendered(Path page) throws IOException, InterruptedException {
        Optional<Path> browser = browser();
        assumeTrue(browser.isPresent(), "no Chromium");
        Path out = directory.resolve("dom.html");
        Process process = new ProcessBuilder(
                        browser.get().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + directory.resolve("profile"),
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the browser ends")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    private static List<String> groups(String text, String regex) {
        Matcher matcher = Pattern.compile(regex, Pattern.DOTALL).matcher(text);
        List<String> found = new ArrayList<>();
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    @Test
    void theBrowserDrawsTheFiguresOfTheJson() throws IOException, InterruptedException {
        Path page = directory.resolve("r.html");
        Run run = report("--out", page.toString(), "--json");
        assertThat(run.exit()).isZero();
        Map<String, Object> root = Json.object(Json.read(run.out()));
        List<Object> formats = Json.array(root.get("formats"));
        String dom = rendered(page);
        assertThat(dom).contains("data-ready=\"true\"");
        // the name of a tensor is text
        assertThat(dom).doesNotContain("<b id=\"b\">").contains("&lt;/script&gt;");

        Map<String, Object> w = named(Json.array(root.get("tensors")), "name", "w");
        String ranking = groups(dom, "<table class=\"ranking\">(.*?)</table>").get(0);
        List<String> rows = groups(ranking, "(<tr data-format=.*?</tr>)");
        assertThat(rows).hasSize(formats.size());
        for (String row : rows) {
            String format = groups(row, "data-format=\"(.*?)\"").get(0);
            Map<String, Object> expected = named(Json.array(w.get("formats")), "format", format);
            List<Double> shown = groups(row, "data-value=\"(.*?)\"").stream()
                    .map(Double::valueOf)
                    .toList();
            List<Double> figures = Stream.of(
                            "rank",
                            "bits",
                            "sqnr_db",
                            "max_absolute_error",
                            "mean_absolute_error",
                            "max_relative_error",
                            "mean_ulp_error",
                            "cosine",
                            "saturated",
                            "lost_to_zero")
                    .map(key -> number(expected.get(key)))
                    .toList();
            assertThat(shown).as(format).isEqualTo(figures);
        }
        // a line for each format, with a point for each binade that has values, and a number line for each
        List<String> series = groups(dom, "(<path class=\"series\".*?>)");
        assertThat(series).hasSize(formats.size());
        long binades = Json.array(Json.object(w.get("binades")).get("counts")).stream()
                .filter(n -> ((Number) n).longValue() > 0)
                .count();
        for (String line : series) {
            assertThat(groups(line, "([ML])[0-9.]+ [0-9.]+")).hasSize((int) binades);
        }
        assertThat(groups(dom, "(<rect class=\"count\")")).hasSize((int) binades);
        List<String> figures = groups(dom, "<figure data-format=(.*?)</figure>");
        assertThat(figures).hasSize(formats.size());
        for (String figure : figures) {
            assertThat(groups(figure, "class=\"places\" d=\"M0 92(.*?)Z\"")
                            .get(0)
                            .split("L"))
                    .hasSize(2 * 250 + 2);
        }
        assertThat(groups(dom, "<tr data-tensor=\"(.*?)\"")).hasSize(2);
    }
}
