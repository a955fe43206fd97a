package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bitexact.engine.Engines;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("fast")
class PackDialectTest {
    @TempDir
    Path dir;

    static Stream<PackFunction> functions() {
        return PackKinds.all().stream();
    }

    private static Path out(Path dir, PackDialect dialect) {
        return dir.resolve("x" + dialect.extension());
    }

    /** The file by which a pack is read again. */
    private static Path in(Path dir, PackDialect dialect) {
        return dialect.isFileForColumn() ? dir.resolve("x.json") : out(dir, dialect);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyDialectGivesBackEveryKind(PackFunction function) throws IOException {
        Pack pack = PackKinds.pack(function, 24);
        for (PackDialect dialect : PackDialect.values()) {
            List<Path> files = PackFiles.write(pack, dialect, PackLayout.DEFAULT, out(dir, dialect));
            assertThat(files).allSatisfy(file -> assertThat(file).isRegularFile());
            Pack back = PackFiles.read(in(dir, dialect));
            assertThat(back.description()).as(dialect.id()).isEqualTo(pack.description());
            assertThat(back.checksum()).as(dialect.id()).isEqualTo(pack.checksum());
            files.forEach(file -> assertThat(file.toFile().delete()).isTrue());
        }
        assertThat(dir).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"1,32,false", "4,0,false", "4,16,true", "8,64,false", "2,8,true"})
    void layoutsOfWordsAreReadBack(int lanes, int box, boolean big) throws IOException {
        PackLayout layout = new PackLayout(lanes, box, big);
        for (PackFunction function : PackKinds.all()) {
            Pack pack = PackKinds.pack(function, 16);
            for (PackDialect dialect : List.of(PackDialect.TV, PackDialect.READMEMH, PackDialect.READMEMB)) {
                PackFiles.write(pack, dialect, layout, out(dir, dialect));
                assertThat(PackFiles.read(in(dir, dialect)).description())
                        .as(function.name() + " " + dialect)
                        .isEqualTo(pack.description());
            }
        }
    }

    /** Two cases made by hand: 1.5 + 2.5 in f16; codes of one byte; a row of two codes. */
    private static Pack small() {
        return Pack.builder(List.of(
                        PackColumn.operand("a", Formats.BINARY16),
                        PackColumn.operand("v", Formats.OCP_E3M2, 2),
                        PackColumn.result("z", Formats.OCP_E4M3),
                        PackColumn.flags()))
                .property("seed", "1")
                .add(new long[] {0x3e00}, new long[] {0x01, 0x2f}, new long[] {0x7e}, new long[] {0x05})
                .add(new long[] {0x8001}, new long[] {0x3f, 0x00}, new long[] {0xfe}, new long[] {0x1f})
                .build();
    }

    private static String text(Pack pack, PackDialect dialect, PackLayout layout) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PackFiles.write(pack, dialect, layout, "some pack", out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String body(Pack pack, PackDialect dialect, PackLayout layout) throws IOException {
        return text(pack, dialect, layout).replaceAll("(?m)^(#|//).*\n", "");
    }

    /** What the dialects look like, byte for byte. */
    @Nested
    class Golden {
        @Test
        void checksumIsThatOfTheCanonicalText() throws Exception {
            String canonical = "columns: a:operand:f16 v:operand:e3m2[2] z:result:e4m3 flags:flags:u8\n"
                    + "count: 2\npack: bitexact 1\nseed: 1\n\n3e00 012f 7e 05\n8001 3f00 fe 1f\n";
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(canonical.getBytes(StandardCharsets.UTF_8));
            assertThat(small().checksum()).isEqualTo(java.util.HexFormat.of().formatHex(digest));
        }

        @Test
        void libraryVersionIsNotPartOfTheChecksum() {
            Pack other = small().withProperties(java.util.Map.of("seed", "1", "library", "bitexact 9"));
            assertThat(other.checksum()).isEqualTo(small().checksum());
            assertThat(small().withProperties(java.util.Map.of("seed", "2")).checksum())
                    .isNotEqualTo(small().checksum());
        }

        @Test
        void testFloat() throws IOException {
            assertThat(text(small(), PackDialect.TESTFLOAT, PackLayout.DEFAULT))
                    .isEqualTo("3E00 012F 7E 05\n8001 3F00 FE 1F\n");
        }

        @Test
        void description() throws IOException {
            assertThat(text(small(), PackDialect.TV, PackLayout.DEFAULT))
                    .startsWith("// pack: bitexact 1\n// seed: 1\n// columns: a:operand:f16 v:operand:e3m2[2]"
                            + " z:result:e4m3 flags:flags:u8\n// count: 2\n// sha256: " + small().checksum()
                            + "\n// layout: lanes=1 box=0 order=little\n");
            assertThat(text(small(), PackDialect.CSV, PackLayout.DEFAULT))
                    .startsWith("# pack: bitexact 1\n# seed: 1\n# columns: ");
        }

        @Test
        void testVectors() throws IOException {
            // several codes of a field: the first in the low bits
            assertThat(body(small(), PackDialect.TV, PackLayout.DEFAULT))
                    .isEqualTo("3E00_2F01_7E_05\n8001_003F_FE_1F\n");
        }

        @Test
        void memoryImages() throws IOException {
            assertThat(body(small(), PackDialect.READMEMH, PackLayout.DEFAULT))
                    .isEqualTo("3e00_2f01_7e_05\n8001_003f_fe_1f\n");
            assertThat(body(small(), PackDialect.READMEMH, new PackLayout(1, 0, true)))
                    .isEqualTo("3e00_012f_7e_05\n8001_3f00_fe_1f\n");
            assertThat(body(small(), PackDialect.READMEMH, new PackLayout(2, 0, false)))
                    .isEqualTo("80013e00_003f2f01_fe7e_1f05\n");
            assertThat(body(small(), PackDialect.READMEMH, new PackLayout(2, 0, true)))
                    .isEqualTo("3e008001_012f3f00_7efe_051f\n");
            assertThat(body(small(), PackDialect.READMEMH, new PackLayout(1, 32, false)))
                    .isEqualTo("ffff3e00_ffffffefffffffc1_ffffff7e_05\n" + "ffff8001_ffffffc0ffffffff_fffffffe_1f\n");
            assertThat(body(small(), PackDialect.READMEMB, PackLayout.DEFAULT))
                    .isEqualTo("0011111000000000_101111000001_01111110_00000101\n"
                            + "1000000000000001_000000111111_11111110_00011111\n");
        }

        @Test
        void parametersOfWords() throws IOException {
            PackFiles.write(small(), PackDialect.READMEMH, new PackLayout(2, 0, false), dir.resolve("my-pack.memh"));
            assertThat(Files.readString(dir.resolve("my-pack.vh")))
                    .contains("localparam MY_PACK_COUNT = 2;\nlocalparam MY_PACK_WORDS = 1;\n"
                            + "localparam MY_PACK_WORD_BITS = 96;\nlocalparam MY_PACK_A_LSB = 64;\n"
                            + "localparam MY_PACK_A_CODES = 2;\nlocalparam MY_PACK_A_STRIDE = 16;\n"
                            + "localparam MY_PACK_A_BITS = 16;\nlocalparam MY_PACK_V_LSB = 32;\n"
                            + "localparam MY_PACK_V_CODES = 4;\nlocalparam MY_PACK_V_STRIDE = 8;\n"
                            + "localparam MY_PACK_V_BITS = 6;\n");
        }

        @Test
        void commaSeparated() throws IOException {
            assertThat(body(small(), PackDialect.CSV, PackLayout.DEFAULT))
                    .isEqualTo("a,v,z,flags\n0x3e00,0x01 0x2f,0x7e,0x05\n0x8001,0x3f 0x00,0xfe,0x1f\n");
        }

        @Test
        void jsonLines() throws IOException {
            assertThat(text(small(), PackDialect.JSONL, PackLayout.DEFAULT))
                    .isEqualTo("{\"pack\":{\"pack\":\"bitexact 1\",\"seed\":\"1\",\"columns\":\"a:operand:f16"
                            + " v:operand:e3m2[2] z:result:e4m3 flags:flags:u8\",\"count\":\"2\",\"sha256\":\""
                            + small().checksum() + "\"}}\n"
                            + "{\"a\":\"3e00\",\"v\":\"012f\",\"z\":\"7e\",\"flags\":\"05\"}\n"
                            + "{\"a\":\"8001\",\"v\":\"3f00\",\"z\":\"fe\",\"flags\":\"1f\"}\n");
        }

        @Test
        void header() throws IOException {
            assertThat(body(small(), PackDialect.C, PackLayout.DEFAULT))
                    .isEqualTo("#ifndef SOME_PACK_H\n#define SOME_PACK_H\n\n#include <stdint.h>\n\n"
                                    .replaceAll("(?m)^#.*\n", "")
                            + "\nstatic const uint16_t some_pack_a[2] = {\n    0x3e00, 0x8001\n};\n"
                            + "\nstatic const uint8_t some_pack_v[2][2] = {\n{0x01, 0x2f},\n{0x3f, 0x00}\n};\n"
                            + "\nstatic const uint8_t some_pack_z[2] = {\n    0x7e, 0xfe\n};\n"
                            + "\nstatic const uint8_t some_pack_flags[2] = {\n    0x05, 0x1f\n};\n\n");
            assertThat(text(small(), PackDialect.C, PackLayout.DEFAULT))
                    .contains("#ifndef SOME_PACK_H\n#define SOME_PACK_H\n", "#define SOME_PACK_COUNT 2\n");
        }

        @Test
        void npy() throws IOException {
            PackFiles.write(small(), PackDialect.NPY, PackLayout.DEFAULT, dir.resolve("p.json"));
            byte[] v = Files.readAllBytes(dir.resolve("p.v.float6_e3m2fn.npy"));
            String header = new String(v, 10, 118, StandardCharsets.US_ASCII);
            assertThat(header).startsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }");
            assertThat(java.util.Arrays.copyOfRange(v, 128, v.length)).containsExactly(0x01, 0x2f, 0x3f, 0x00);
            byte[] a = Files.readAllBytes(dir.resolve("p.a.npy"));
            assertThat(new String(a, 10, 118, StandardCharsets.US_ASCII)).startsWith("{'descr': '<f2'");
            assertThat(java.util.Arrays.copyOfRange(a, 128, a.length)).containsExactly(0x00, 0x3e, 0x01, 0x80);
            assertThat(Files.readString(dir.resolve("p.json")))
                    .startsWith("{\n  \"pack\":\"bitexact 1\",\n  \"seed\":\"1\",\n")
                    .endsWith("\"dialect\":\"npy\"\n}\n");
        }

        @Test
        void onnx() throws IOException {
            PackFiles.write(small(), PackDialect.ONNX, PackLayout.DEFAULT, dir.resolve("p.json"));
            // dims 2, data_type FLOAT8E4M3FN 17, name "z", raw_data of 2 bytes
            assertThat(Files.readAllBytes(dir.resolve("p.z.pb")))
                    .containsExactly(0x08, 2, 0x10, 17, 0x42, 1, 'z', 0x4a, 2, 0x7e, 0xfe);
            // FLOAT6E3M2 28: codes 01, 2f, 3f, 00 of 6 bits, the first one lowest
            assertThat(Files.readAllBytes(dir.resolve("p.v.pb")))
                    .containsExactly(0x08, 2, 0x08, 2, 0x10, 28, 0x42, 1, 'v', 0x4a, 3, 0xc1, 0xfb, 0x03);
        }

        @Test
        void safetensors() throws IOException {
            PackFiles.write(small(), PackDialect.SAFETENSORS, PackLayout.DEFAULT, dir.resolve("p.safetensors"));
            byte[] bytes = Files.readAllBytes(dir.resolve("p.safetensors"));
            int header = java.nio.ByteBuffer.wrap(bytes)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .getInt();
            String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
            assertThat(json)
                    .contains("\"pack\":\"bitexact 1\"", "\"seed\":\"1\"", "\"sha256\":\"" + small().checksum())
                    .contains("\"z\":{\"dtype\":\"F8_E4M3\",\"shape\":[2]");
            assertThat(java.util.HexFormat.of().formatHex(bytes, 8 + header, bytes.length))
                    .contains("003e0180")
                    .contains("7efe")
                    .contains("051f")
                    .contains("012f3f00");
        }

        @Test
        void tf32StandsInItsBinary32Container() throws IOException {
            Pack pack = Pack.builder(
                            List.of(PackColumn.operand("a", Formats.TF32), PackColumn.result("z", Formats.TF32)))
                    .add(new long[] {0x3f80_2000L}, new long[] {0xbf80_0000L})
                    .build();
            assertThat(text(pack, PackDialect.TESTFLOAT, PackLayout.DEFAULT)).isEqualTo("3F802000 BF800000\n");
        }

        @Test
        void aWordOfOnesAloneIsRefused() {
            Pack pack = Pack.builder(
                            List.of(PackColumn.operand("a", Formats.UINT8), PackColumn.result("z", Formats.UINT8)))
                    .add(new long[] {0x12}, new long[] {0x34})
                    .add(new long[] {0xff}, new long[] {0xff})
                    .build();
            assertThatThrownBy(() -> text(pack, PackDialect.TV, PackLayout.DEFAULT))
                    .hasMessage("row 1 must not be all ones, which ends a list of words");
        }
    }

    /** Spellings that are not our own. */
    @Nested
    class Foreign {
        private Pack read(PackDialect dialect, String text, List<PackColumn> columns) throws IOException {
            return PackFiles.read(
                    "in",
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                    dialect,
                    Optional.empty(),
                    List.of(columns),
                    true);
        }

        private final List<PackColumn> add =
                PackRequest.scalar("f16_add", Policies.IEEE).columns();

        @Test
        void testFloatLinesOfEitherCase() throws IOException {
            Pack pack = read(PackDialect.TESTFLOAT, "87FF E850 E850 01\r\n87ff  e850\te850 01\n", add);
            assertThat(pack.rows()).isEqualTo(2);
            assertThat(pack.codes(0, 2)).containsExactly(0xe850);
            assertThat(pack.codes(1, 3)).containsExactly(1);
        }

        @Test
        void memoryDumps() throws IOException {
            // as $writememh writes it
            Pack pack = read(
                    PackDialect.READMEMH,
                    "// 0x00000000\n87ffe850e85001\n@1 87ff_e850 /* a\n comment */\nffffffffffffff\n"
                            .replace("87ff_e850 ", "87ff_e850_e850_01 "),
                    add);
            assertThat(pack.rows()).isEqualTo(2);
            assertThat(pack.codes(1, 0)).containsExactly(0x87ff);
        }

        @Test
        void capturesFromHardware() throws IOException {
            String capture = "# instruction: vdpbf16ps\n# processor: AMD EPYC, CPUID signature 00b00f21\n"
                    + "# written by: dots vdpbf16ps 3000 2026\n"
                    + "{\"a\":\"bb175ab82a2f58a2\",\"b\":\"1684007cb0b99cb1\",\"c\":\"0704000c\",\"d\":\"b5e00400\"}\n"
                    + "{\"a\":\"c37ec37e\",\"b\":\"c34f434e\",\"c\":\"bf364eea\",\"d\":\"437d4a00\"}\n";
            PackFunction function = PackRequest.dots(Engines.get("x86.avx512.vdpbf16ps.bf16.f32"));
            Pack pack = read(PackDialect.JSONL, capture, function.columns());
            assertThat(pack.property("written-by")).isEqualTo("dots vdpbf16ps 3000 2026");
            assertThat(pack.length(0, 0)).isEqualTo(4);
            assertThat(pack.codes(1, 0)).containsExactly(0xc37e, 0xc37e);
            assertThat(PackVerifier.of(pack, function).recompute().isEqual()).isTrue();
        }
    }

    /** Damage, and what is said of it. */
    @Nested
    class Damage {
        private String damaged(PackDialect dialect, String from, String to) throws IOException {
            Path file = out(dir, dialect);
            PackFiles.write(
                    PackKinds.pack(PackRequest.scalar("e4m3_add", Policies.IEEE), 6),
                    dialect,
                    PackLayout.DEFAULT,
                    file);
            String text = Files.readString(file);
            String changed = text.replaceFirst("(?m)" + from, to);
            assertThat(changed).isNotEqualTo(text);
            Files.writeString(file, changed);
            try {
                PackFiles.read(file);
            } catch (IllegalArgumentException e) {
                return e.getMessage().replace(file.toString(), "FILE");
            }
            return "read";
        }

        @ParameterizedTest
        @EnumSource(
                value = PackDialect.class,
                names = {"TESTFLOAT", "TV", "READMEMH", "CSV", "JSONL", "C"})
        void oneWrongDigitIsFound(PackDialect dialect) throws IOException {
            String last = dialect == PackDialect.C ? "0x0(.)\\n};\n\n#endif" : "0([0-9])(\"})?\\Z";
            String wrong = dialect == PackDialect.C ? "0x1$1\n};\n\n#endif" : "1$1$2";
            assertThat(damaged(dialect, last, wrong)).startsWith("FILE: checksum must be ");
        }

        @ParameterizedTest
        @EnumSource(
                value = PackDialect.class,
                names = {"TESTFLOAT", "TV", "READMEMH", "READMEMB", "CSV", "JSONL"})
        void aCutFileIsFound(PackDialect dialect) throws IOException {
            assertThat(damaged(dialect, "^.*\\n\\Z", "")).isEqualTo("FILE: rows must be 6, as the description says: 5");
            // in the middle of a line, which lacks a field or digits then
            assertThat(damaged(dialect, ".....\\n\\Z", ""))
                    .startsWith("FILE:")
                    .contains(": ")
                    .isNotEqualTo("read");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "TV    | ^// count: 6   | // count: 7   | FILE: rows must be 7, as the description says: 6",
                    "TV    | ^// pack: bitexact 1 | // pack: bitexact 2 | FILE: pack must be 'bitexact 1': 'bitexact 2'",
                    "TV    | a:operand:e4m3 | a:operand:e9m9 | FILE: column a: unknown format 'e9m9'",
                    "TV    | a:operand:e4m3 | a:operand:fp8  | FILE: column a: ",
                    "TV    | a:operand:e4m3 | a:operator:e4m3 | FILE: role of a column must be operand, result or flags: 'operator'",
                    "TV    | b:operand      | a:operand      | FILE:16: column a occurs twice",
                    "TV    | z:result:e4m3  | z:result:e5m2  | FILE: checksum must be ",
                    "TV    | z:result:e4m3  | z:result:f16   | FILE:16: digits of a word must be 10: 8",
                    "TV    | ^// seed: 1    | // seed: 2     | FILE: checksum must be ",
                    "TV    | ^// seed: 1    | // kind: 1     | FILE:8: property kind occurs twice",
                    "TV    | lanes=1        | lanes=0        | FILE: lanes must be in [1, 1024]: 0",
                    "TV    | _..\\n\\Z       | _0X           | FILE:21: a word must not have unknown bits: 'X'",
                    "CSV   | ^a,b,z,flags   | a,b,z,z        | FILE:15: column z occurs twice",
                    "CSV   | ^a,b,z,flags   | a,b,y,flags    | FILE:15: column z is missing",
                    "CSV   | ^(0x..),       | $1,$1,         | FILE:16: fields must be 4: 5",
                    "CSV   | ^0x..,         | 0x123,         | FILE:16: code of column a must have 2 digits: '0x123'",
                    "JSONL | \"b\":        | \"a\":        | FILE:2: not JSON: Duplicate field",
                    "JSONL | \"b\":        | \"B\":        | FILE:2: column b is missing",
                    "JSONL | ^\\{\"a\":\"..   | {\"a\":\"0g   | FILE:2: column a must consist of hexadecimal digits: 'g'",
                    "JSONL | ^\\{\"a\":\"..   | {\"a\":\"123  | FILE:2: column a must have 2 digits: 3",
                    "C     | e4m3_add_b\\[6\\] = \\{\\n    0x..,  | e4m3_add_b[6] = { | FILE: array",
                    "TESTFLOAT | ^(..) (..) | $1 $2 $2 | FILE:1: fields must be 4: 5",
                })
        void damageIsNamed(PackDialect dialect, String from, String to, String message) throws IOException {
            String changed = dialect == PackDialect.C ? from.replace("e4m3_add", "x") : from;
            assertThat(damaged(dialect, changed, to.replace("e4m3_add", "x"))).startsWith(message);
        }

        @Test
        void packsWithoutDescriptionNeedColumns() throws IOException {
            Path file = Files.writeString(dir.resolve("x.txt"), "87FF E850 E850 01\n");
            assertThatThrownBy(() -> PackFiles.read(file))
                    .hasMessage(file + ": no description of its columns is found, neither within nor beside it");
            assertThatThrownBy(() -> PackFiles.read(Files.writeString(dir.resolve("x.dat"), "")))
                    .hasMessageContaining("the name does not tell the dialect");
        }

        @Test
        void binaryDialectsAreCheckedToo() throws IOException {
            Pack pack = PackKinds.pack(PackRequest.scalar("e4m3_add", Policies.IEEE), 6);
            for (PackDialect dialect : List.of(PackDialect.NPY, PackDialect.SAFETENSORS, PackDialect.ONNX)) {
                PackFiles.write(pack, dialect, PackLayout.DEFAULT, out(dir, dialect));
                Path damaged = switch (dialect) {
                    case NPY -> dir.resolve("x.z.float8_e4m3fn.npy");
                    case ONNX -> dir.resolve("x.z.pb");
                    default -> dir.resolve("x.safetensors");
                };
                byte[] bytes = Files.readAllBytes(damaged);
                bytes[bytes.length - 1] ^= 1;
                Files.write(damaged, bytes);
                assertThatThrownBy(() -> PackFiles.read(in(dir, dialect)))
                        .as(dialect.id())
                        .hasMessageContaining("checksum must be");
                Files.write(damaged, java.util.Arrays.copyOf(bytes, bytes.length - 1));
                assertThatThrownBy(() -> PackFiles.read(in(dir, dialect)))
                        .as(dialect.id())
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(damaged.getFileName().toString());
            }
        }

        @Test
        void columnsAreChecked() {
            assertThatThrownBy(() -> PackColumn.operand("1a", Formats.BINARY16))
                    .hasMessageContaining("name of a column");
            assertThatThrownBy(() -> PackColumn.operand("a", Formats.BINARY16, 0))
                    .hasMessage("shape of column a must have positive lengths: [0]");
            assertThatThrownBy(() -> Pack.builder(List.of())).hasMessage("columns must be one or more");
            Pack.Builder builder = Pack.builder(List.of(PackColumn.operand("a", Formats.OCP_E2M1)));
            assertThatThrownBy(() -> builder.add(new long[] {0x10}))
                    .hasMessage("row 0, column a: code of e2m1 must have no bits outside 0xf: 0x10");
            assertThatThrownBy(() -> builder.add(new long[2])).hasMessage("row 0, column a: codes must be 1: 2");
            assertThatThrownBy(() -> builder.add()).hasMessage("row 0 must have 1 columns: 0");
            assertThatThrownBy(() -> builder.property("Seed", "1").build()).hasMessageContaining("key of a property");
        }

        @Test
        void raggedColumnsNeedADialectForThem() {
            Pack pack = Pack.builder(List.of(PackColumn.operand("a", Formats.BINARY16, PackColumn.ANY)))
                    .add(new long[] {1, 2})
                    .build();
            for (PackDialect dialect :
                    List.of(PackDialect.TV, PackDialect.NPY, PackDialect.C, PackDialect.SAFETENSORS)) {
                assertThatThrownBy(() -> PackFiles.write(pack, dialect, PackLayout.DEFAULT, out(dir, dialect)))
                        .hasMessageContaining("column a must have as many codes in every row for " + dialect.id());
                assertThat(dir).isEmptyDirectory();
            }
        }
    }
}
