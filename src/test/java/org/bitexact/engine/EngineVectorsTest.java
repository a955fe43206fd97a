package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.bitexact.engine.Packs.Pack;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What hardware returned, against what the engines do: the packs under {@code test-vectors/engines}. */
@Tag("fast")
class EngineVectorsTest {
    static List<Path> files() throws IOException {
        return Packs.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void theEngineReturnsWhatTheHardwareDid(Path file) throws IOException {
        Pack pack = Packs.read(file);
        assertThat(pack.header()).containsKeys("pack", "kind", "engine", "provenance", "generator", "count");
        assertThat(pack.header()).containsEntry("pack", "bitexact 1").containsEntry("kind", "dot");
        assertThat(pack.cases()).hasSize(Integer.parseInt(pack.header().get("count")));
        assertThat(pack.engine().evidence()).isEqualTo(Evidence.MEASURED);
        assertThat(pack.differences(pack.engine())).isEmpty();
    }

    /** Packs that no wrong engine could pass: half the products of a step, a bit less, another rounding. */
    @ParameterizedTest
    @MethodSource("files")
    void neighboursOfTheEngineDoNot(Path file) throws IOException {
        Pack pack = Packs.read(file);
        for (Engine other : neighbours(pack.engine())) {
            assertThat(pack.differences(other)).as(other.note()).isNotEmpty();
        }
    }

    private static List<Engine> neighbours(Engine engine) {
        List<Engine> others = new ArrayList<>();
        if (engine.integerSpec().isPresent()) {
            IntegerSpec spec = engine.integerSpec().get();
            others.add(engine.toBuilder("user.other.x.y.z")
                    .spec(new IntegerSpec(spec.operation(), !spec.saturate(), spec.step()))
                    .note("overflow")
                    .build());
            return others;
        }
        Spec spec = engine.spec().orElseThrow();
        boolean lowered = spec.order().independentTiles(); // steps of exact sums, as it happens
        boolean wide = !engine.formatD().equals(Formats.BINARY16);
        boolean nearest = spec.rounding() == Rounding.TIES_TO_EVEN;
        if (!lowered || !wide) {
            others.add(other(
                    engine,
                    "rounding",
                    spec.toBuilder().rounding(nearest ? Rounding.TOWARD_ZERO : Rounding.TIES_TO_EVEN)));
        }
        // binary16 results of wide sums do not resolve the bits that are kept
        if (spec.fractionBits() != Spec.EXACT && (spec.fractionBits() < 20 || wide && !lowered)) {
            others.add(other(engine, "fraction bits", spec.toBuilder().fractionBits(spec.fractionBits() - 1)));
        }
        // vectors of 4 products do not resolve steps of 8
        if (spec.terms() > 1 && !(engine.inputs().equals("tf32") && spec.terms() == 8) && !(lowered && wide)) {
            others.add(other(engine, "terms", spec.toBuilder().terms(spec.terms() / 2)));
        }
        if (!spec.order().equals(Order.CHAIN)) {
            others.add(other(engine, "order", spec.toBuilder().order(Order.CHAIN)));
        }
        return others;
    }

    private static Engine other(Engine engine, String what, Spec.Builder spec) {
        return engine.toBuilder("user.other.x.y.z")
                .spec(spec.build())
                .note(what)
                .build();
    }

    @Test
    void theManifestDescribesEveryPack() throws IOException {
        List<String> entries = new ArrayList<>();
        for (Path file : Packs.files()) {
            entries.add(Packs.entry(file));
        }
        assertThat(Files.readAllLines(Packs.MANIFEST)).isEqualTo(entries);
        assertThat(entries)
                .hasSizeGreaterThan(50)
                .allSatisfy(entry -> assertThat(Packs.fields(entry))
                        .containsKeys("file", "pack", "kind", "engine", "provenance", "generator", "count", "sha256"));
    }

    @Nested
    class CaptureOnHopper {
        private final Path source = Path.of("test-vectors", "capture", "cuda", "tiles.cu");

        /** Each row of the program's table, with the widths and exponents of the engine's formats. */
        @Test
        void theProgramsEnginesAreTheCatalogues() throws IOException {
            Matcher row = Pattern.compile(
                            "\\{\"((?:mma|wgmma)\\.\\w+\\.\\w+)\", \\w+<\\w+>, \\d+, (\\d+), (\\d+), (\\d+), (true|false)\\}")
                    .matcher(Files.readString(source));
            int rows = 0;
            while (row.find()) {
                Engine engine = Engines.get("nvidia.hopper." + row.group(1));
                int bits = Integer.parseInt(row.group(2));
                assertThat(engine.formatA().containerBits()).isEqualTo(bits);
                if (engine.formatA() instanceof FloatFormat f) {
                    assertThat(f.exponentBits()).isEqualTo(Integer.parseInt(row.group(3)));
                    assertThat(f.trailingBits()).isEqualTo(Integer.parseInt(row.group(4)));
                }
                assertThat(engine.formatD().width() == 16)
                        .isEqualTo(row.group(5).equals("true"));
                rows++;
            }
            assertThat(rows).isEqualTo(18);
        }

        /** The program writes these lines; a device's results would take the place of the engine's. */
        @Test
        void whatItWritesIsReplayed(@TempDir Path directory) throws IOException {
            Engine engine = Engines.get("nvidia.hopper.wgmma.e4m3.f32");
            List<String> lines = new ArrayList<>(List.of(
                    "# pack: bitexact 1",
                    "# kind: dot",
                    "# engine: nvidia.hopper.wgmma.e4m3.f32",
                    "# provenance: executed on NVIDIA H100, compute capability 9.0, driver API 13000; compiled by CUDA 13.0",
                    "# generator: test-vectors/capture/cuda/tiles wgmma.e4m3.f32 2 1",
                    "# seed: 1",
                    "# count: 2"));
            String text = Files.readString(source);
            for (String key : List.of("pack", "kind", "engine", "provenance", "generator", "seed", "count")) {
                assertThat(text).contains("# " + key + ": ");
            }
            assertThat(text).contains(",\\\"c\\\":\\\"%0*x\\\",\\\"d\\\":\\\"%0*x\\\"}");
            for (String a : List.of("3808", "3c7e")) {
                DotCase input = Cases.of(a.substring(0, 2) + " " + a.substring(2), "38 02", "3f800000");
                lines.add("{\"a\":\"" + a + "\",\"b\":\"3802\",\"c\":\"3f800000\",\"d\":\""
                        + Cases.hex(engine, engine.dot(input)) + "\"}");
            }
            assertThat(replay(directory, lines)).isEmpty();
            lines.set(8, lines.get(8).replaceFirst("\"d\":\"4", "\"d\":\"3"));
            assertThat(replay(directory, lines)).containsExactly(1);
        }

        private static List<Integer> replay(Path directory, List<String> lines) throws IOException {
            Path file = directory.resolve("pack.jsonl.gz");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            Pack pack = Packs.read(file);
            assertThat(pack.header()).containsAllEntriesOf(Map.of("seed", "1", "count", "2"));
            return pack.differences(pack.engine());
        }
    }
}
