package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitexact.vectors.Pack;
import org.bitexact.vectors.PackFiles;
import org.bitexact.vectors.PackReport;
import org.bitexact.vectors.PackVerifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packs in {@code test-vectors}: what they say is true, and the same arguments give the same bytes. */
class CommittedPacksVectorsTest {
    private static final Path ROOT = Path.of("test-vectors");

    /** One in so many is generated again in every build; the slow tests do all. */
    private static final int SAMPLE = 6;

    @TempDir
    Path dir;

    private static List<String> list() throws IOException {
        try (Stream<String> lines = Files.lines(ROOT.resolve("packs.list"))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyResultIsThatOfTheLibraryAndOfItsReference() throws IOException {
        int checked = 0;
        for (Path file : PackFiles.find(ROOT)) {
            Pack pack = PackFiles.read(file);
            PackVerifier verifier = PackVerifier.of(pack);
            assertThat(verifier.recompute().explanation()).as(file.toString()).isEmpty();
            PackReport reference = verifier.reference().orElse(new PackReport(pack.rows(), 0, List.of()));
            assertThat(reference.explanation()).as(file.toString()).isEmpty();
            boolean captured = pack.property("provenance").startsWith("executed");
            assertThat(pack.property("provenance").contains("every row checked by"))
                    .isEqualTo(!captured && verifier.reference().isPresent());
            checked++;
        }
        assertThat(checked).isGreaterThanOrEqualTo(list().size());
    }

    @Test
    void theManifestIsWhatListPrints() throws IOException {
        assertThat(Files.readString(ROOT.resolve("manifest.jsonl")))
                .isEqualTo(Run.of("vectors", "list", ROOT.toString(), "--json").out());
    }

    @Test
    @Tag("fast")
    void theListNamesThePacks() throws IOException {
        List<String> listed =
                list().stream().map(line -> line.split(" ")[0]).sorted().toList();
        List<String> found = PackFiles.find(ROOT).stream()
                .map(file -> ROOT.relativize(file).toString().replace('\\', '/'))
                .filter(file -> !file.startsWith("engines/"))
                .sorted()
                .toList();
        assertThat(found).isEqualTo(listed);
    }

    @Test
    @Tag("fast")
    void aSampleIsGeneratedAgain() throws IOException {
        List<String> lines = list();
        regenerate(IntStream.range(0, lines.size())
                .filter(i -> i % SAMPLE == 0)
                .mapToObj(lines::get)
                .toList());
    }

    @Test
    @Tag("slow")
    void allAreGeneratedAgain() throws IOException {
        regenerate(list());
    }

    private void regenerate(List<String> lines) throws IOException {
        for (String line : lines) {
            List<String> words = new ArrayList<>(Arrays.asList(line.split(" +")));
            Path out = dir.resolve(words.remove(0));
            Files.createDirectories(out.getParent());
            words.addAll(0, List.of("vectors", "write"));
            words.addAll(List.of("--out", out.toString()));
            Run run = Run.of(words.toArray(new String[0]));
            assertThat(run.exit()).as(line + ": " + run.err()).isZero();
        }
        assertThat(files(dir)).hasSizeGreaterThanOrEqualTo(lines.size());
        for (String file : files(dir)) {
            assertThat(Files.readAllBytes(dir.resolve(file)))
                    .as(file)
                    .isEqualTo(Files.readAllBytes(ROOT.resolve(file)));
        }
    }

    /** Every operation, format and dialect that the README promises has a pack. */
    @Test
    void thePacksAreOfEveryKindAndDialect() throws IOException {
        TreeMap<String, Integer> kinds = new TreeMap<>();
        for (Path file : PackFiles.find(ROOT)) {
            kinds.merge(PackFiles.read(file).property("kind"), 1, Integer::sum);
        }
        assertThat(kinds.keySet()).isEqualTo(new java.util.TreeSet<>(org.bitexact.vectors.PackFunction.kinds()));
        assertThat(files(ROOT).stream().map(file -> file.replaceFirst(".*\\.", "")))
                .contains("txt", "tv", "memh", "memb", "vh", "csv", "jsonl", "npy", "safetensors", "h", "pb", "json");
    }
}
