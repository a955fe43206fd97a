package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bitexact.tensor.TensorFiles.bytes;
import static org.bitexact.tensor.TensorFiles.read;
import static org.bitexact.tensor.TensorFiles.safetensors;
import static org.bitexact.tensor.TensorFiles.safetensorsFile;
import static org.bitexact.tensor.TensorFiles.write;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class SafetensorsTest {
    @TempDir
    Path folder;

    private static TensorType type(String name) {
        return TensorType.of(FormatNames.scalar(name).format());
    }

    @Nested
    class Reading {
        @Test
        void tensorsHaveNamesTypesAndElements() {
            SafetensorsFile file = safetensorsFile(safetensors(
                    "{\"b\":{\"dtype\":\"I16\",\"shape\":[2,1],\"data_offsets\":[1,5]},"
                            + "\"__metadata__\":{\"seed\":\"7\",\"\":\"\\u00e9\"},"
                            + "\"a\":{\"shape\":[],\"data_offsets\":[0,1],\"dtype\":\"F8_E4M3\"}}   ",
                    bytes(0x7e, 1, 2, 3, 4)));
            assertThat(file.names()).containsExactly("b", "a");
            assertThat(file.metadata()).isEqualTo(Map.of("seed", "7", "", "é"));
            assertThat(file.tensor("a").info())
                    .isEqualTo(TensorInfo.of(TensorType.of(Formats.OCP_E4M3)).named("a"));
            assertThat(read(file.tensor("a"))).containsExactly(0x7e);
            assertThat(read(file.tensor("b"))).containsExactly(0x0201, 0x0403);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> file.tensor("c"))
                    .withMessage("tensor must be one of [b, a]: 'c'");
        }

        @ParameterizedTest
        @CsvSource({
            "BOOL, u1, 8",
            "F4, e2m1, 4",
            "F6_E2M3, e2m3, 6",
            "F6_E3M2, e3m2, 6",
            "U8, u8, 8",
            "I8, i8, 8",
            "F8_E5M2, e5m2, 8",
            "F8_E4M3, e4m3, 8",
            "F8_E8M0, e8m0, 8",
            "F8_E4M3FNUZ, e4m3fnuz, 8",
            "F8_E5M2FNUZ, e5m2fnuz, 8",
            "I16, i16, 16",
            "U16, u16, 16",
            "F16, f16, 16",
            "BF16, bf16, 16",
            "I32, i32, 32",
            "U32, u32, 32",
            "F32, f32, 32",
            "C64, c64, 64",
            "F64, f64, 64",
            "I64, i64, 64",
            "U64, u64, 64"
        })
        void everyDtypeIsReadAndWritten(String dtype, String name, int bits) throws IOException {
            String header = "{\"x\":{\"dtype\":\"" + dtype + "\",\"shape\":[4],\"data_offsets\":[0," + bits / 2 + "]}}";
            byte[] data = new byte[bits / 2];
            data[0] = 1;
            byte[] file = safetensors(header + " ".repeat(7 - (header.length() + 7) % 8), data);
            Tensor x = safetensorsFile(file).tensor("x");
            assertThat(x.info().type().name()).isEqualTo(name);
            assertThat(x.info().type().bits()).isEqualTo(bits);
            assertThat(read(x)).containsExactly(1, 0, 0, 0);
            Path path = folder.resolve("x.safetensors");
            write(SafetensorsFile.create(path, List.of(x.info()), Map.of()), 1, 0, 0, 0);
            assertThat(path).hasBinaryContent(file);
        }

        @Test
        void subByteCodesStartInTheLowBits() {
            SafetensorsFile file = safetensorsFile(safetensors(
                    "{\"x\":{\"dtype\":\"F4\",\"shape\":[4],\"data_offsets\":[0,2]},"
                            + "\"y\":{\"dtype\":\"F6_E3M2\",\"shape\":[4],\"data_offsets\":[2,5]}}",
                    bytes(0x21, 0x43, 0b10_000001, 0b0011_0000, 0b000100_00)));
            assertThat(read(file.tensor("x"))).containsExactly(1, 2, 3, 4);
            assertThat(read(file.tensor("y"))).containsExactly(1, 2, 3, 4);
        }

        @Test
        void emptyTensorsAndUnknownKeysAreFine() {
            SafetensorsFile file = safetensorsFile(safetensors(
                    "{\"x\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[0,0],\"later\":[{\"a\":[1]},2]},"
                            + "\"y\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
            assertThat(read(file.tensor("x"))).isEmpty();
            assertThat(safetensorsFile(safetensors("{}")).names()).isEmpty();
        }
    }

    @Nested
    class Writing {
        @Test
        void layoutIsThatOfTheReferenceImplementation() throws IOException {
            Path path = folder.resolve("x.safetensors");
            List<TensorInfo> infos = List.of(
                    TensorInfo.of(type("e4m3"), 3).named("z"),
                    TensorInfo.of(type("f32"), 1).named("b\"\n"),
                    TensorInfo.of(type("f32")).named("a"),
                    TensorInfo.of(type("i16"), 0, 2).named("none"));
            try (TensorWriter out = SafetensorsFile.create(path, infos, Map.of("seed", "1"))) {
                out.begin("z");
                out.write(bytes(1, 2), 0, 2);
                out.write(bytes(3), 0, 1);
                out.begin("a");
                out.write(new int[] {0x3f800000}, 0, 1);
                out.begin("b\"\n");
                out.write(new long[] {0xffffffffL}, 0, 1);
                out.commit();
            }
            String header = "{\"__metadata__\":{\"seed\":\"1\"},"
                    + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                    + "\"b\\\"\\u000a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                    + "\"none\":{\"dtype\":\"I16\",\"shape\":[0,2],\"data_offsets\":[8,8]},"
                    + "\"z\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[8,11]}}";
            assertThat(path)
                    .hasBinaryContent(safetensors(
                            header + " ".repeat(7 - (header.length() + 7) % 8),
                            bytes(0, 0, 0x80, 0x3f, 0xff, 0xff, 0xff, 0xff, 1, 2, 3)));
            assertThat(SafetensorsFile.open(path).names()).containsExactly("a", "b\"\n", "none", "z");
        }

        @Test
        void typesWithoutADtypeComeBackThroughTheMetadata() throws IOException {
            Path path = folder.resolve("x.safetensors");
            List<TensorInfo> infos = List.of(
                    TensorInfo.of(TensorType.packed(Formats.INT4), 1, 4).named("w"),
                    TensorInfo.of(type("i4"), 2).named("v"),
                    TensorInfo.of(type("tf32"), 1).named("t"),
                    TensorInfo.of(type("e3m4"), 1).named("e"));
            try (TensorWriter out = SafetensorsFile.create(path, infos, Map.of("seed", "1"))) {
                out.begin("w");
                out.write(bytes(1, 2, 3, 15), 0, 4);
                out.begin("v");
                out.write(bytes(1, 15), 0, 2);
                out.begin("t");
                out.write(new int[] {0x3f802000}, 0, 1);
                out.begin("e");
                out.write(bytes(0x6f), 0, 1);
                out.commit();
            }
            String text = Files.readString(path, StandardCharsets.ISO_8859_1);
            assertThat(text)
                    .contains(
                            "{\"__metadata__\":{\"seed\":\"1\",\"bitexact.type.w\":\"i4 packed\",\"bitexact.type.v\":\"i4\"",
                            "\"w\":{\"dtype\":\"U8\",\"shape\":[1,2],",
                            "\"v\":{\"dtype\":\"U8\",\"shape\":[2],",
                            "\"t\":{\"dtype\":\"U32\",\"shape\":[1],");
            SafetensorsFile file = SafetensorsFile.open(path);
            assertThat(file.names())
                    .extracting(name -> file.tensor(name).info())
                    .containsExactlyInAnyOrderElementsOf(infos);
            assertThat(read(file.tensor("w"))).containsExactly(1, 2, 3, 15);
            assertThat(read(file.tensor("v"))).containsExactly(1, 15);
            assertThat(read(file.tensor("t"))).containsExactly(0x3f802000);
        }

        @Test
        void metadataThatSuitsNoTensorChangesNothing() {
            for (String told : List.of("e9m9", "bf16", "fp8", "i4 packed packed", "u8 packed", "")) {
                SafetensorsFile file = safetensorsFile(safetensors(
                        "{\"__metadata__\":{\"bitexact.type.x\":\"" + told
                                + "\"},\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
                        bytes(1, 2)));
                assertThat(file.tensor("x").info().type()).as(told).isEqualTo(type("u8"));
            }
        }

        @Test
        void mistakesAreRefusedBeforeAnythingIsWritten() {
            Path path = folder.resolve("x.safetensors");
            TensorInfo x = TensorInfo.of(type("u8"), 1).named("x");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SafetensorsFile.create(path, List.of(x, x), Map.of()))
                    .withMessage("names of tensors must be distinct: 'x'");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SafetensorsFile.create(path, List.of(x.named("__metadata__")), Map.of()))
                    .withMessage("name of a tensor must not be __metadata__");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SafetensorsFile.create(path, List.of(x.named("\ud800")), Map.of()))
                    .withMessage("names and metadata must not have half a surrogate pair");
            TensorInfo ragged = TensorInfo.of(TensorType.packed(Formats.OCP_E3M2), 3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SafetensorsFile.create(path, List.of(ragged), Map.of()))
                    .withMessage(
                            "elements of a packed tensor must fill whole bytes in a safetensors file: e3m2 packed [3]");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Nested
    class Malformed {
        private void assertRefused(byte[] file, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensorsFile(file))
                    .withMessage("x.safetensors: " + message);
        }

        /** A tensor of the name, dtype U8. */
        private static String u8(String name, String shape, String offsets) {
            return "\"" + name + "\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
        }

        private void assertRefused(String header, String message) {
            assertRefused(safetensors(header, bytes(1, 2, 3, 4)), message);
        }

        @Test
        void lengthOfTheHeader() {
            assertRefused(
                    new byte[7], "not a safetensors file: it has 7 bytes, the length of the header alone takes 8");
            assertRefused(length(100_000_001), "the header must have at most 100000000 bytes: 100000001");
            assertRefused(length(-1), "the header must have at most 100000000 bytes: 18446744073709551615");
            assertRefused(length(3), "the file ends inside the header, which should have 3 bytes");
            assertRefused(length(0), "the header must start with '{'");
        }

        private static byte[] length(long n) {
            return ByteBuffer.allocate(10)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(n)
                    .array();
        }

        @Test
        void headerThatIsNoObject() {
            assertRefused(" {}", "the header must start with '{'");
            assertRefused("[1]", "the header must start with '{'");
            assertRefused("{}{}", "header: something follows the object");
            assertRefused(
                    "{} x",
                    "header: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'), at character 3");
        }

        @Test
        void headerThatIsNotUtf8() {
            byte[] file = safetensors("{\"a\":1}");
            file[10] = (byte) 0xe9;
            assertRefused(file, "header: not UTF-8");
            assertRefused(
                    "{\"\\ud800\":{}}",
                    "header: Broken surrogate pair in field name: expected '\\' to start low surrogate, got 0x22, at character 8");
        }

        @Test
        void utf16IsNoJsonHere() {
            byte[] text = "{}".getBytes(StandardCharsets.UTF_16LE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensorsFile(ByteBuffer.allocate(12)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(4)
                            .put(text)
                            .array()))
                    .withMessageStartingWith("x.safetensors: header: Illegal character");
        }

        @Test
        void deepJson() {
            assertRefused(
                    "{"
                            + u8("x", "[4]", "[0,4]")
                                    .replace("}", ",\"y\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")
                            + "}",
                    "header: Document nesting depth (9) exceeds the maximum allowed (8, from"
                            + " `StreamReadConstraints.getMaxNestingDepth()`)");
        }

        @Test
        void duplicateKeys() {
            assertRefused(
                    "{" + u8("x", "[4]", "[0,4]") + "," + u8("x", "[4]", "[0,4]") + "}",
                    "header: tensor 'x': it occurs twice");
            assertRefused(
                    "{\"x\":{\"dtype\":\"U8\",\"dtype\":\"I8\"}}", "header: tensor 'x': key 'dtype' occurs twice");
            assertRefused("{\"__metadata__\":{},\"__metadata__\":{}}", "header: key __metadata__ occurs twice");
            assertRefused("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "header: __metadata__ key 'a' occurs twice");
        }

        @Test
        void missingKeys() {
            assertRefused(
                    "{\"x\":{\"dtype\":\"U8\",\"shape\":[4]}}",
                    "header: tensor 'x': keys dtype, shape and data_offsets must be there");
        }

        @Test
        void wrongKindsOfValues() {
            assertRefused("{\"x\":5}", "header: tensor 'x': it must be an object: '5'");
            assertRefused("{\"__metadata__\":{\"a\":1}}", "header: __metadata__ key 'a' must be a string: '1'");
            assertRefused("{\"x\":{\"dtype\":8}}", "header: tensor 'x': dtype must be a string: '8'");
            assertRefused("{\"x\":{\"shape\":4}}", "header: tensor 'x': shape must be an array of whole numbers: '4'");
            assertRefused("{\"x\":{\"shape\":[4.0]}}", "header: tensor 'x': shape must be a whole number: '4.0'");
            assertRefused("{\"x\":{\"shape\":[\"4\"]}}", "header: tensor 'x': shape must be a whole number: '4'");
            assertRefused("{\"x\":{\"shape\":[[4]]}}", "header: tensor 'x': shape must be a whole number: '['");
            assertRefused(
                    "{\"x\":{\"shape\":[-4]}}", "header: tensor 'x': shape: a number must be in [0, 2^63 - 1]: '-4'");
            assertRefused(
                    "{\"x\":{\"shape\":[9223372036854775808]}}",
                    "header: tensor 'x': shape: a number must be in [0, 2^63 - 1]: '9223372036854775808'");
            assertRefused("{" + u8("x", "[4]", "[0]") + "}", "header: tensor 'x': data_offsets must be two numbers: 1");
        }

        @Test
        void unknownDtype() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensorsFile(
                            safetensors("{\"x\":{\"dtype\":\"F8\",\"shape\":[0],\"data_offsets\":[0,0]}}")))
                    .withMessage(
                            "x.safetensors: header: tensor 'x': dtype must be one of BOOL, F4, F6_E2M3, F6_E3M2, U8, I8,"
                                    + " F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, I16, U16, F16, BF16, I32, U32, F32,"
                                    + " C64, F64, I64, U64: 'F8'");
        }

        @Test
        void overlap() {
            assertRefused(
                    "{" + u8("x", "[3]", "[0,3]") + "," + u8("y", "[2]", "[2,4]") + "}",
                    "tensor 'y': data_offsets [2, 4] overlap another tensor, which ends at 3");
            assertRefused(
                    "{" + u8("x", "[4]", "[0,4]") + "," + u8("y", "[4]", "[0,4]") + "}",
                    "tensor 'y': data_offsets [0, 4] overlap another tensor, which ends at 4");
        }

        @Test
        void hole() {
            assertRefused(
                    "{" + u8("x", "[1]", "[0,1]") + "," + u8("y", "[2]", "[2,4]") + "}",
                    "tensor 'y': data_offsets [2, 4] leave a hole after 1");
            assertRefused("{" + u8("x", "[3]", "[1,4]") + "}", "tensor 'x': data_offsets [1, 4] leave a hole after 0");
            assertRefused("{" + u8("x", "[3]", "[0,3]") + "}", "the tensors end at 3, but 4 bytes follow the header");
            assertRefused("{}", "the tensors end at 0, but 4 bytes follow the header");
        }

        @Test
        void offsetsBeyondTheFile() {
            assertRefused(
                    "{" + u8("x", "[5]", "[0,5]") + "}",
                    "tensor 'x': data_offsets [0, 5] exceed the 4 bytes that follow the header");
            assertRefused(
                    "{" + u8("x", "[9223372036854775807]", "[0,9223372036854775807]") + "}",
                    "tensor 'x': data_offsets [0, 9223372036854775807] exceed the 4 bytes that follow the header");
        }

        @Test
        void decreasingOffsets() {
            assertRefused("{" + u8("x", "[4]", "[4,0]") + "}", "tensor 'x': data_offsets [4, 0] must not decrease");
        }

        @Test
        void shapeThatDisagreesWithTheOffsets() {
            assertRefused(
                    "{" + u8("x", "[2]", "[0,4]") + "}",
                    "tensor 'x': data_offsets [0, 4] hold 4 bytes, but u8 [2] takes 2");
            assertRefused(
                    "{" + u8("x", "[4294967296,4294967296]", "[0,4]") + "}",
                    "header: tensor 'x': shape must have less than 2^63 elements: [4294967296, 4294967296]");
            assertRefused(
                    "{" + u8("x", "[" + "1,".repeat(64) + "4]", "[0,4]") + "}",
                    "header: tensor 'x': shape must have at most 64 numbers");
        }

        @Test
        void subByteElementsThatEndInsideAByte() {
            assertRefused(
                    "{\"x\":{\"dtype\":\"F4\",\"shape\":[7],\"data_offsets\":[0,4]}}",
                    "tensor 'x': data_offsets [0, 4] end inside a byte: e2m1 packed [7]");
        }

        @Test
        void longNamesAndNumbers() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensorsFile(safetensors("{\"" + "x".repeat(70_000) + "\":{}}")))
                    .withMessageStartingWith("x.safetensors: header: Name length (");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensorsFile(safetensors("{\"x\":{\"shape\":[" + "9".repeat(100_000) + "]}}")))
                    .withMessageStartingWith("x.safetensors: header: Number value length (");
        }
    }

    /** Only reading headers needs Jackson: an application without it reads and writes arrays, and writes the rest. */
    @Test
    void withoutJacksonOnlyReadingHeadersFails() throws Exception {
        Path plain = folder.resolve("plain.npy");
        write(NpyFile.create(plain, TensorInfo.of(type("f32"), 1)), 5);
        Path told = folder.resolve("told.npy");
        write(NpyFile.create(told, TensorInfo.of(type("e4m3"), 1)), 5);
        Path safetensors = Files.write(folder.resolve("x.safetensors"), safetensors("{}"));
        URL classes = Tensor.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader bare = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> npy = bare.loadClass(NpyFile.class.getName());
            assertThat(npy.getMethod("open", Path.class).invoke(null, plain)).isNotNull();
            assertThatThrownBy(() -> npy.getMethod("open", Path.class).invoke(null, told))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("reading " + told + ".json needs jackson-core"
                            + " (com.fasterxml.jackson.core:jackson-core) on the class path");
            Class<?> file = bare.loadClass(SafetensorsFile.class.getName());
            assertThatThrownBy(() -> file.getMethod("open", Path.class).invoke(null, safetensors))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("reading " + safetensors + " needs jackson-core"
                            + " (com.fasterxml.jackson.core:jackson-core) on the class path");
            Object writer = file.getMethod("create", Path.class, List.class, Map.class)
                    .invoke(null, folder.resolve("y.safetensors"), List.of(), Map.of());
            writer.getClass().getMethod("commit").invoke(writer);
            assertThat(folder.resolve("y.safetensors")).hasBinaryContent(safetensors("{}      "));
        }
    }
}
