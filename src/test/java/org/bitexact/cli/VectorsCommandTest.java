package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bitexact.format.Policies;
import org.bitexact.vectors.Pack;
import org.bitexact.vectors.PackFiles;
import org.bitexact.vectors.PackRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class VectorsCommandTest {
    @TempDir
    Path dir;

    private String file(String name) {
        return dir.resolve(name).toString();
    }

    private static String last(Run run) {
        return run.err().strip();
    }

    @Test
    void writesJsonLinesThatSayWhatTheyAre() throws IOException {
        Run run = Run.of("vectors", "write", "e4m3_mulAdd_f32", "--count", "3", "--seed", "7");
        assertThat(run.exit()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(Json.object(Json.object(Json.read(lines.get(0))).get("pack")))
                .containsEntry("function", "e4m3_mulAdd_f32")
                .containsEntry("seed", "7")
                .containsEntry("count", "3")
                .containsEntry("provenance", "computed by bitexact; every row checked by the exact oracle");
        assertThat(lines.get(1))
                .matches("\\{\"a\":\"[0-9a-f]{2}\",\"b\":\"[0-9a-f]{2}\",\"c\":\"[0-9a-f]{8}\",\"z\":\"[0-9a-f]{8}\","
                        + "\"flags\":\"[0-9a-f]{2}\"}");
    }

    @Test
    void theGeneratorLineGivesTheSameBytes() throws IOException {
        for (String line : List.of(
                "f32_to_e4m3 --profile cuda-sat --seed 3",
                "f64_to_f16 --rounding src --random-bits 9 --overflow sat-finite --ftz after --tininess before --daz",
                "f32_to_i4 --overflow wrap --nan-substitute zero --rounding rhu",
                "mulAdd --format e4m3,e5m2,f32,f16 --rounding ro --overflow p3109 --infinity nan",
                "f16_lt --stimulus testfloat",
                "e2m1_add --stimulus exhaustive",
                "f32_to_ue4m3 --negative clamp --via-f32",
                "dot --engine nvidia.hopper.wgmma.e4m3.f32 --length 7",
                "tile --engine amd.cdna3.mfma.bf16.f32 --shape m3n2k9",
                "quantize --format nvfp4 --arithmetic torchao",
                "quantize --format mxfp6_e3m2 --scale-rule even --rounding rna",
                "requantize --format u8 --roundings 1")) {
            String[] write = ("vectors write " + line + " --count 12").split(" ");
            Run first = Run.of(write);
            assertThat(first.exit()).as(line + first.err()).isZero();
            String description = first.out().lines().findFirst().orElseThrow();
            String generator = String.valueOf(
                    Json.object(Json.object(Json.read(description)).get("pack")).get("generator"));
            assertThat(generator).startsWith("bitexact vectors write ");
            Run second = Run.of(generator.substring("bitexact ".length()).split(" "));
            assertThat(second.out()).as(generator).isEqualTo(first.out());
        }
    }

    @Test
    void dialectsFollowTheNamesOfFiles() throws IOException {
        for (String name : List.of("x.tv", "x.csv", "x.memh", "x.memb", "x.h", "x.jsonl", "x.txt", "x.safetensors")) {
            assertThat(Run.of("vectors", "write", "bf16_mul", "--count", "20", "--out", file(name))
                            .exit())
                    .isZero();
            Run verify = Run.of("vectors", "verify", file(name));
            assertThat(verify.out())
                    .isEqualTo(file(name) + ": 20 rows of bf16_mul\n  recomputed: all rows equal\n"
                            + "  the exact oracle: all rows equal\n");
            assertThat(verify.exit()).isZero();
        }
        assertThat(Run.of("vectors", "write", "bf16_mul", "--dialect", "npy", "--out", file("arrays.json"))
                        .exit())
                .isZero();
        assertThat(Run.of("vectors", "write", "bf16_mul", "--dialect", "onnx", "--out", file("protos.json"))
                        .exit())
                .isZero();
        Run list = Run.of("vectors", "list", dir.toString());
        assertThat(list.out().lines().map(line -> line.split(" +")[0]))
                .containsExactly(
                        "arrays.json",
                        "protos.json",
                        "x.csv",
                        "x.h",
                        "x.jsonl",
                        "x.memb",
                        "x.memh",
                        "x.safetensors",
                        "x.tv",
                        "x.txt");
        Run json = Run.of("vectors", "list", dir.toString(), "--json");
        assertThat(json.out().lines())
                .hasSize(10)
                .allSatisfy(line -> assertThat(Json.object(Json.read(line)))
                        .containsKeys("file", "pack", "function", "columns", "count", "sha256", "provenance"));
        Run all = Run.of("vectors", "verify", dir.toString());
        assertThat(all.exit()).isZero();
        assertThat(all.out().lines().filter(line -> line.contains("rows of bf16_mul")))
                .hasSize(10);
    }

    @Test
    void packsAreRewrittenInAnotherDialect() throws IOException {
        assertThat(Run.of("vectors", "write", "e5m2_div", "--count", "8", "--out", file("a.csv"))
                        .exit())
                .isZero();
        Run run = Run.of(
                "vectors",
                "write",
                "--from",
                file("a.csv"),
                "--dialect",
                "readmemh",
                "--lanes",
                "4",
                "--box",
                "16",
                "--out",
                file("b.memh"));
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(PackFiles.read(dir.resolve("b.memh")).checksum())
                .isEqualTo(PackFiles.read(dir.resolve("a.csv")).checksum());
        assertThat(Files.readString(dir.resolve("b.memh"))).contains("// layout: lanes=4 box=16 order=little\nff");
    }

    @Test
    void wrongAnswersExitWithOneAndAreExplained() throws IOException {
        Run.of("vectors", "write", "f16_add", "--count", "200", "--out", file("add.tv"));
        Run truncating =
                Run.of("vectors", "write", "f16_add", "--count", "200", "--rounding", "rz", "--dialect", "testfloat");
        assertThat(truncating.err()).contains("note: testfloat has no room for a description");
        Files.writeString(dir.resolve("answers.txt"), truncating.out());
        Run run = Run.of("vectors", "verify", file("add.tv"), "--answers", file("answers.txt"));
        assertThat(run.exit()).isEqualTo(ExitCode.MISMATCH);
        assertThat(run.out())
                .startsWith(file("add.tv") + ": 200 rows of f16_add\n  answers " + file("answers.txt") + ": ")
                .contains(" of 200 rows differ; the first:\n    row ", "rounding=rz gives all 200 answers looked at\n");
        Run piped = Run.text(truncating.out(), "vectors", "verify", file("add.tv"), "--answers", "-");
        assertThat(piped.exit()).isEqualTo(ExitCode.MISMATCH);
        // results alone, and in another dialect
        String results = truncating.out().replaceAll("(?m)^\\S+ \\S+ ", "");
        Run bare = Run.text(results, "vectors", "verify", file("add.tv"), "--answers", "-");
        assertThat(bare.out()).contains("rounding=rz gives all 200 answers looked at\n");
        Files.writeString(
                dir.resolve("z.csv"),
                "z\n" + results.replaceAll("(?m)^(\\S+) .*", "0x$1").toLowerCase(java.util.Locale.ROOT));
        Run csv = Run.of("vectors", "verify", file("add.tv"), "--answers", file("z.csv"), "--no-flags");
        assertThat(csv.exit()).isEqualTo(ExitCode.MISMATCH);
    }

    @Test
    void answersInAnArrayAreRead() throws IOException {
        Run.of("vectors", "write", "f16_sqrt", "--count", "30", "--dialect", "npy", "--out", file("s.json"));
        Run run = Run.of("vectors", "verify", file("s.json"), "--answers", file("s.z.npy"), "--any-nan");
        assertThat(run.exit()).as(run.err() + run.out()).isZero();
    }

    @Test
    void aChangedResultExitsWithOne() throws IOException {
        Run.of("vectors", "write", "f16_add", "--count", "20", "--out", file("x.jsonl"));
        Pack pack = PackFiles.read(dir.resolve("x.jsonl"));
        String text = Files.readString(dir.resolve("x.jsonl"));
        // a wrong result under a right checksum
        String wrong =
                text.replaceFirst("\"z\":\"(.)(...)\",\"flags\":\"..\"}\n\\Z", "\"z\":\"$1$2\",\"flags\":\"1f\"}\n");
        Files.writeString(dir.resolve("x.jsonl"), wrong);
        Run damaged = Run.of("vectors", "verify", file("x.jsonl"));
        assertThat(damaged.exit()).isEqualTo(ExitCode.USAGE);
        String sum = damaged.err().replaceFirst("(?s).*description says: ([0-9a-f]{64}).*", "$1");
        Files.writeString(dir.resolve("x.jsonl"), wrong.replace(pack.checksum(), sum));
        Run run = Run.of("vectors", "verify", file("x.jsonl"));
        assertThat(run.exit()).isEqualTo(ExitCode.MISMATCH);
        assertThat(run.out())
                .contains("  recomputed: 1 of 20 rows differ; the first:\n    row 19: flags differs\n")
                .contains("  the exact oracle: 1 of 20 rows differ");
    }

    @Test
    void capturesNeedTheirEngine() throws IOException {
        Files.writeString(
                dir.resolve("c.jsonl"),
                "# instruction: vpdpbusds\n{\"a\":\"ff7ffffe\",\"b\":\"7fff7f80\",\"c\":\"ffff3d86\",\"d\":\"ffffbb09\"}\n");
        assertThat(last(Run.of("vectors", "verify", file("c.jsonl")))).contains("no description of its columns");
        Run run = Run.of("vectors", "verify", file("c.jsonl"), "--engine", "x86.avx512.vpdpbusds.u8-i8.i32");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("recomputed: all rows equal", "exact integers: all rows equal");
        // from here on it says what it is
        Run write = Run.of(
                "vectors",
                "write",
                "--from",
                file("c.jsonl"),
                "--engine",
                "x86.avx512.vpdpbusds.u8-i8.i32",
                "--provenance",
                "captured: VPDPBUSDS, AMD EPYC",
                "--out",
                file("told.csv"));
        assertThat(write.exit()).as(write.err()).isZero();
        Pack told = PackFiles.read(dir.resolve("told.csv"));
        assertThat(told.property("instruction")).isEqualTo("vpdpbusds");
        assertThat(told.property("provenance")).isEqualTo("captured: VPDPBUSDS, AMD EPYC");
        assertThat(Run.of("vectors", "verify", file("told.csv")).out())
                .contains("1 row of dot\n  recomputed: all rows equal");
    }

    @Test
    void listTellsFunctionsAndDialects() {
        String out = Run.of("vectors", "list").out();
        assertThat(out)
                .contains("requantisation  requantize_I", "mulAdd, div, rem", "nvfp4")
                .contains("\nsafetensors     NAME.safetensors");
        assertThat(Stream.of(
                        "testfloat", "tv", "readmemh", "readmemb", "csv", "jsonl", "npy", "safetensors", "c", "onnx"))
                .allSatisfy(id -> assertThat(out).contains("\n" + id + " "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vectors                                          | an action is needed: write, verify or list",
                "vectors wirte                                    | unknown action 'wirte'",
                "vectors write                                    | a function is needed",
                "vectors write f16_ad                             | unknown function 'f16_ad'",
                "vectors write add                                | --format is needed for add",
                "vectors write f16_add --format f16               | --format goes with an operation alone",
                "vectors write add --format f16,f16               | formats of add must be 2 of operands",
                "vectors write dot                                | --engine is needed for dot",
                "vectors write dot --engine x                     | unknown engine 'x'",
                "vectors write dot --engine ieee.fma-chain.f16.f32 --length 0 | length must be in [1, 4096]: 0",
                "vectors write tile --engine ieee.fma-chain.f16.f32 | --shape is needed",
                "vectors write tile --engine ieee.fma-chain.f16.f32 --shape 2x2 | shape must be mMnNkK",
                "vectors write quantize                           | --format must be one format for quantize",
                "vectors write quantize --format nvfp4 --scale-rule up | --scale-rule must be one of floor",
                "vectors write requantize --format f16            | --format must be an integer format",
                "vectors write f16_add --count 0                  | count must be in [1, 16777216]: 0",
                "vectors write f16_add --stimulus random          | stimulus of f16_add must be one of mixed, hard",
                "vectors write f16_add --stimulus exhaustive --count 9 | tuples of operands must be at least",
                "vectors write f16_add --dialect xml              | dialect must be one of testfloat",
                "vectors write f16_add --dialect npy              | --out is needed for npy",
                "vectors write f16_add --lanes 4                  | --lanes, --box and --order need one of tv",
                "vectors write f16_add --dialect tv --lanes 3     | rows must be a multiple of 3",
                "vectors write f16_add --dialect tv --order up    | --order must be little or big",
                "vectors write f16_add --out x.dat                | --dialect is needed",
                "vectors write f16_add --seed -1                  | --seed must be in [0, 2147483647]: -1",
                "vectors write f16_add --from x.tv                | FUNCTION and --from exclude each other",
                "vectors write f16_add --provenance x             | --provenance goes with --from",
                "vectors list --json                              | --json needs DIRECTORY",
                "vectors verify                                   | missing required parameter",
            })
    void badArgumentsAreNamed(String line, String message) {
        Run run = Run.of(line.strip().split(" +"));
        assertThat(run.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify no-such-file.tv", "list no-such-directory", "write f16_add --out no/such/dir.tv"})
    void filesThatCannotBeUsedExitWithThree(String line) {
        Run run = Run.of(("vectors " + line).split(" "));
        assertThat(run.exit()).isEqualTo(ExitCode.IO_FAILURE);
        assertThat(run.err()).contains("cannot ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vectors --help", "vectors write --help", "vectors verify --help", "vectors list -h"})
    void helpIsShown(String line) {
        Run run = Run.of(line.split(" "));
        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("Usage: bitexact vectors ");
    }

    @Test
    void theLibraryGivesWhatTheCommandWrites() throws IOException {
        Run.of("vectors", "write", "f32_to_bf16", "--count", "50", "--seed", "9", "--out", file("c.csv"));
        Pack pack = new PackRequest(PackRequest.scalar("f32_to_bf16", Policies.IEEE), "mixed", 50, 9).generate();
        assertThat(PackFiles.read(dir.resolve("c.csv")).description()).isEqualTo(pack.description());
    }

    /** The commands in the guide, and what it shows of an explanation. */
    @Test
    void theGuideIsRight() throws IOException {
        String guide = Files.readString(Path.of("docs", "vectors.md"));
        List<String> commands = guide.lines()
                .filter(line -> line.startsWith("bitexact vectors write ") && !line.contains("--from"))
                .map(line -> line.replaceFirst(" +#.*", ""))
                .toList();
        assertThat(commands).hasSizeGreaterThan(6);
        for (String command : commands) {
            String line =
                    command.replaceFirst("--out ", "--out " + dir.toString().replace("$", "\\$") + "/")
                            + (command.contains("--count") ? "" : " --count 8");
            Run run = Run.of(line.substring("bitexact ".length()).split(" "));
            assertThat(run.exit()).as(line + ": " + run.err()).isZero();
        }
        Run.of("vectors", "write", "f16_add", "--count", "200", "--out", file("add.tv"));
        Files.writeString(
                dir.resolve("answers.txt"),
                Run.of("vectors", "write", "f16_add", "--count", "200", "--rounding", "rz", "--dialect", "testfloat")
                        .out());
        String shown = Run.of("vectors", "verify", file("add.tv"), "--answers", file("answers.txt"))
                .out()
                .replace(dir + "/", "");
        assertThat(guide).contains(shown);
    }
}
