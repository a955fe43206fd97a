package org.bitexact.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** Reads the results of engines under {@code test-vectors/engines}, and writes their manifest. */
final class Packs {
    static final Path ROOT = Path.of("test-vectors", "engines");
    static final Path MANIFEST = ROOT.resolve("manifest.jsonl");

    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":\"([^\"]*)\"");
    private static final Pattern LINE = Pattern.compile("\\{\"\\w+\":\"[^\"]*\"(,\"\\w+\":\"[^\"]*\")*\\}");

    private Packs() {}

    /** Results of an engine. */
    record Pack(Map<String, String> header, Engine engine, List<DotCase> cases, List<Long> results) {
        /** {@return the numbers of the cases for which an engine returns something else} */
        List<Integer> differences(Engine other) {
            List<Integer> differences = new ArrayList<>();
            for (int i = 0; i < cases.size(); i++) {
                if (other.dot(cases.get(i)) != results.get(i)) {
                    differences.add(i);
                }
            }
            return differences;
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".jsonl.gz"))
                    .sorted()
                    .toList();
        }
    }

    static Pack read(Path file) throws IOException {
        Map<String, String> header = new LinkedHashMap<>();
        List<DotCase> cases = new ArrayList<>();
        List<Long> results = new ArrayList<>();
        Engine engine = null;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("# ")) {
                    int colon = line.indexOf(": ");
                    header.put(line.substring(2, colon), line.substring(colon + 2));
                    continue;
                }
                engine = engine == null ? Engines.get(header.get("engine")) : engine;
                Map<String, String> fields = fields(line);
                cases.add(new DotCase(
                        codes(engine.formatA(), fields.get("a")),
                        codes(engine.formatB(), fields.get("b")),
                        codes(engine.formatC(), fields.get("c"))[0],
                        scales(engine, fields.get("sa")),
                        scales(engine, fields.get("sb"))));
                results.add(codes(engine.formatD(), fields.get("d"))[0]);
            }
        }
        return new Pack(header, engine, cases, results);
    }

    private static long @Nullable [] scales(Engine engine, @Nullable String text) {
        return text == null ? null : codes(engine.scaling().orElseThrow().format(), text);
    }

    private static long[] codes(ScalarFormat format, String text) {
        int digits = format.hexDigits();
        long[] codes = new long[text.length() / digits];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = Long.parseUnsignedLong(text.substring(i * digits, (i + 1) * digits), 16);
        }
        return codes;
    }

    /** The fields of an object whose values are strings without escapes. */
    static Map<String, String> fields(String line) {
        if (!LINE.matcher(line).matches()) {
            throw new IllegalArgumentException("not an object of plain strings: " + line);
        }
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher matcher = FIELD.matcher(line);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2));
        }
        return fields;
    }

    /** {@return the manifest's line for a file: what its header says, and its checksum} */
    static String entry(Path file) throws IOException {
        StringBuilder line = new StringBuilder(
                "{\"file\":\"" + ROOT.relativize(file).toString().replace('\\', '/'));
        read(file).header().forEach((key, value) -> line.append("\",\"" + key + "\":\"" + value));
        return line.append("\",\"sha256\":\"" + sha256(file) + "\"}").toString();
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the manifest again. */
    public static void main(String... args) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            lines.add(entry(file));
        }
        Files.write(MANIFEST, lines);
    }
}
