package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bitexact.tensor.TensorFiles.bytes;
import static org.bitexact.tensor.TensorFiles.npy;
import static org.bitexact.tensor.TensorFiles.npyTensor;
import static org.bitexact.tensor.TensorFiles.read;
import static org.bitexact.tensor.TensorFiles.write;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class NpyTest {
    @TempDir
    Path folder;

    private static ScalarFormat format(String name) {
        return FormatNames.scalar(name).format();
    }

    @Nested
    class Reading {
        @Test
        void dtypesOfNumpyAreRead() throws IOException {
            Tensor x = npyTensor(npy("<i2", false, "(2, 1)", bytes(0x34, 0x12, 0xff, 0xff)));
            assertThat(x.info()).isEqualTo(TensorInfo.of(TensorType.of(format("i16")), 2, 1));
            assertThat(read(x)).containsExactly(0x1234, 0xffff);
        }

        @ParameterizedTest
        @CsvSource({
            "<f2, f16",
            "<f4, f32",
            "<f8, f64",
            "|i1, i8",
            "<i2, i16",
            "<i4, i32",
            "<i8, i64",
            "|u1, u8",
            "<u2, u16",
            "<u4, u32",
            "<u8, u64",
            "|b1, u1",
            "<f1, e5m2",
            "<c8, c64",
            "|V1, V1",
            "<V1, V1",
            "<V2, V2"
        })
        void eachDtypeHasItsType(String descr, String name) throws IOException {
            byte[] data = new byte[descr.charAt(2) - '0'];
            data[0] = 1;
            Tensor x = npyTensor(npy(descr, false, "()", data));
            assertThat(x.info().type().name()).isEqualTo(name);
            assertThat(x.info().rank()).isZero();
            assertThat(read(x)).containsExactly(1);
        }

        @Test
        void bigEndianIsRead() throws IOException {
            Tensor x = npyTensor(npy(">f4", false, "(2,)", bytes(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 1)));
            int[] codes = new int[2];
            x.read(0, codes, 0, 2);
            assertThat(codes).containsExactly(0x3f800000, 0xc0000001);
            assertThat(read(x)).containsExactly(0x3f800000L, 0xc0000001L);
        }

        @Test
        void fortranOrderIsReadRowByRow() throws IOException {
            // columns (1, 4), (2, 5), (3, 6)
            Tensor x = npyTensor(npy("|u1", true, "(2, 3)", bytes(1, 4, 2, 5, 3, 6)));
            assertThat(read(x)).containsExactly(1, 2, 3, 4, 5, 6);
            byte[] part = new byte[3];
            x.read(2, part, 0, 3);
            assertThat(part).containsExactly(3, 4, 5);
        }

        @Test
        void fortranOrderOfThreeDimensionsAndBothByteOrders() throws IOException {
            // element (i, j, k) of shape (2, 3, 2) is 100 i + 10 j + k and lies at i + 2 j + 6 k
            byte[] data = new byte[24];
            for (int p = 0; p < 12; p++) {
                data[2 * p + 1] = (byte) (100 * (p % 2) + 10 * (p / 2 % 3) + p / 6);
            }
            Tensor x = npyTensor(npy(">i2", true, "(2, 3, 2)", data));
            assertThat(read(x)).containsExactly(0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void allVersionsAreRead(int version) throws IOException {
            Tensor x = npyTensor(npy(version, "{\"shape\":(1L,),'descr':'|u1','fortran_order':False}", bytes(7)));
            assertThat(read(x)).containsExactly(7);
        }

        @Test
        void emptyArraysAreRead() throws IOException {
            assertThat(npyTensor(npy("<f4", true, "(3, 0, 9223372036854775807)"))
                            .info()
                            .elements())
                    .isZero();
        }

        @Test
        void bitsAboveANarrowCodeAreIgnored() throws IOException {
            Path file = Files.write(folder.resolve("x.int4.npy"), npy("|V1", false, "(2,)", bytes(0xff, 0x07)));
            Tensor x = NpyFile.open(file);
            assertThat(x.info().type()).isEqualTo(TensorType.of(Formats.INT4));
            byte[] codes = new byte[2];
            x.read(0, codes, 0, 2);
            assertThat(codes).containsExactly(0xf, 0x7);
            assertThat(read(x)).containsExactly(0xf, 0x7);
        }
    }

    @Nested
    class NameOfTheFile {
        private TensorType type(String name, String descr, int bytes) throws IOException {
            Path file = Files.write(folder.resolve(name), npy(descr, false, "(4,)", new byte[4 * bytes]));
            return NpyFile.open(file).info().type();
        }

        @Test
        void tellsTheFormatOfIntegersAndOpaqueDtypes() throws IOException {
            assertThat(type("x.float8_e4m3fn.npy", "|u1", 1)).isEqualTo(TensorType.of(Formats.OCP_E4M3));
            assertThat(type("x.float8_e4m3.npy", "<V1", 1)).isEqualTo(TensorType.of(Formats.IEEE_E4M3));
            assertThat(type("x.bfloat16.npy", "<V2", 2)).isEqualTo(TensorType.of(Formats.BFLOAT16));
            assertThat(type("x.tf32.npy", "<u4", 4)).isEqualTo(TensorType.of(Formats.TF32));
            assertThat(type("x.y.p3109_k8p3se.NPY", "|u1", 1)).hasToString("p3109_k8p3se");
            assertThat(type("x.int4.packed.npy", "|u1", 1)).isEqualTo(TensorType.packed(Formats.INT4));
        }

        @Test
        void doesNotOutweighTheDtype() throws IOException {
            assertThat(type("x.float8_e4m3fn.npy", "<u2", 2)).hasToString("u16");
            assertThat(type("x.bfloat16.npy", "<f4", 4)).hasToString("f32");
            assertThat(type("x.bfloat16.packed.npy", "<u2", 2)).hasToString("u16");
        }

        @Test
        void isNoFormatWhereItHappensToLookLikeOne() throws IOException {
            assertThat(type("layer.h.npy", "<u2", 2)).hasToString("u16");
            assertThat(type("layer.fp8.npy", "|u1", 1)).hasToString("u8");
            assertThat(type("bf16.npy", "<u2", 2)).hasToString("u16");
            assertThat(type("x.p3109_k99p3se.npy", "|u1", 1)).hasToString("u8");
            assertThat(type("packed.npy", "|u1", 1)).hasToString("u8");
        }

        @Test
        void canBeOverruled() throws IOException {
            Path file = Files.write(folder.resolve("x.float8_e4m3fn.npy"), npy("|u1", false, "(2,)", bytes(1, 2)));
            assertThat(NpyFile.open(file, TensorType.of(Formats.OCP_E5M2))
                            .info()
                            .type())
                    .isEqualTo(TensorType.of(Formats.OCP_E5M2));
            assertThat(read(NpyFile.open(file, TensorType.packed(Formats.UINT2))))
                    .containsExactly(1, 0, 0, 0, 2, 0, 0, 0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NpyFile.open(file, TensorType.of(Formats.BFLOAT16)))
                    .withMessage(file + ": elements of |u1 cannot be read as bf16");
        }
    }

    @Nested
    class Writing {
        private String header(Path file) throws IOException {
            byte[] all = Files.readAllBytes(file);
            return new String(all, 10, (all[8] & 0xff) + 256 * all[9], StandardCharsets.US_ASCII);
        }

        @Test
        void headerIsNumpysAndAligned() throws IOException {
            Path file = folder.resolve("x.npy");
            write(NpyFile.create(file, TensorInfo.of(TensorType.of(Formats.BINARY16), 1, 2)), 0x3c00, 0x8001);
            byte[] all = Files.readAllBytes(file);
            assertThat(Arrays.copyOf(all, 10)).isEqualTo(bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 0x76, 0));
            assertThat(header(file))
                    .isEqualTo("{'descr': '<f2', 'fortran_order': False, 'shape': (1, 2), }" + " ".repeat(58) + "\n");
            assertThat(Arrays.copyOfRange(all, 128, all.length)).isEqualTo(bytes(0x00, 0x3c, 0x01, 0x80));
            assertThat(folder.resolve("x.npy.json")).doesNotExist();
        }

        @ParameterizedTest
        @CsvSource({
            "f16, <f2, x.npy",
            "f32, <f4, x.npy",
            "f64, <f8, x.npy",
            "u1, |b1, x.npy",
            "i8, |i1, x.npy",
            "i64, <i8, x.npy",
            "u8, |u1, x.npy",
            "u32, <u4, x.npy",
            "e5m2, |u1, x.float8_e5m2.npy",
            "e4m3, |u1, x.float8_e4m3fn.npy",
            "bf16, <u2, x.bfloat16.npy",
            "tf32, <u4, x.tf32.npy",
            "i4, |u1, x.int4.npy",
            "ue4m3, |u1, x.ue4m3.npy",
            "i8_symmetric, |i1, x.i8_symmetric.npy",
            "mxint8, |u1, x.mxint8.npy",
            "b1, |u1, x.b1.npy",
            "p3109_k12p5ue, <u2, x.p3109_k12p5ue.npy"
        })
        void eachFormatHasItsDtypeAndName(String name, String descr, String fileName) throws IOException {
            TensorInfo info = TensorInfo.of(TensorType.of(format(name)));
            assertThat(NpyFile.fileName("x", info.type())).isEqualTo(fileName);
            Path file = folder.resolve(fileName);
            write(NpyFile.create(file, info), 0);
            assertThat(header(file)).startsWith("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (), }");
            assertThat(NpyFile.open(file).info()).isEqualTo(info);
        }

        @Test
        void sidecarTellsTheTypeWhereTheNameDoesNot() throws IOException {
            Path file = folder.resolve("weights.npy");
            TensorInfo info = TensorInfo.of(TensorType.of(Formats.OCP_E4M3), 2, 1);
            write(NpyFile.create(file, info), 0x7e, 0xff);
            assertThat(folder.resolve("weights.npy.json"))
                    .hasContent("{\"dtype\":\"float8_e4m3fn\",\"format\":\"e4m3\",\"bits\":8,\"shape\":[2,1]}");
            assertThat(NpyFile.open(file).info()).isEqualTo(info);
        }

        @Test
        void packedRowsFillBytesAndTheFirstCodeIsLow() throws IOException {
            TensorInfo info = TensorInfo.of(TensorType.packed(Formats.OCP_E2M1), 2, 4);
            assertThat(NpyFile.fileName("x", info.type())).isEqualTo("x.float4_e2m1fn.packed.npy");
            Path file = folder.resolve("x.npy");
            write(NpyFile.create(file, info), 1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(header(file)).startsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }");
            byte[] all = Files.readAllBytes(file);
            assertThat(Arrays.copyOfRange(all, 128, all.length)).isEqualTo(bytes(0x21, 0x43, 0x65, 0x87));
            assertThat(NpyFile.open(file).info()).isEqualTo(info);
            assertThat(read(NpyFile.open(file))).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            TensorInfo ragged = TensorInfo.of(info.type(), 2, 3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NpyFile.create(file, ragged))
                    .withMessage("the last dimension of a packed tensor must be a multiple of 2: e2m1 packed [2, 3]");
        }

        @Test
        void opaqueElementsStayOpaque() throws IOException {
            Path file = folder.resolve("x.npy");
            TensorInfo info = TensorInfo.of(TensorType.opaque("V4", 32), 1);
            write(NpyFile.create(file, info), 0xdeadbeefL);
            assertThat(NpyFile.open(file).info()).isEqualTo(info);
            assertThat(folder.resolve("x.npy.json")).doesNotExist();
        }
    }

    @Nested
    class Sidecar {
        private void assertRefused(String json, String message) throws IOException {
            Path file = Files.write(folder.resolve("x.npy"), npy("|u1", false, "(2,)", bytes(1, 2)));
            Path sidecar = Files.writeString(folder.resolve("x.npy.json"), json);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NpyFile.open(file))
                    .withMessage(sidecar + ": " + message.replace("FILE", file.toString()));
        }

        @Test
        void thatDescribesSomethingElseIsRefused() throws IOException {
            assertRefused(
                    "{\"format\":\"bf16\",\"bits\":16,\"shape\":[2]}",
                    "bf16 [2] does not describe FILE, which has u8 [2]");
            assertRefused(
                    "{\"format\":\"e4m3\",\"bits\":8,\"shape\":[1,2]}",
                    "e4m3 [1, 2] does not describe FILE, which has u8 [2]");
        }

        @Test
        void thatContradictsTheNameIsRefused() throws IOException {
            Path file = Files.write(folder.resolve("x.e4m3.npy"), npy("|u1", false, "(2,)", bytes(1, 2)));
            Path sidecar = Files.writeString(
                    folder.resolve("x.e4m3.npy.json"), "{\"format\":\"e5m2\",\"bits\":8,\"shape\":[2]}");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> NpyFile.open(file))
                    .withMessage(sidecar + ": e5m2 [2] does not describe " + file + ", which has e4m3 in its name");
        }

        @Test
        void thatIsMalformedIsRefused() throws IOException {
            assertRefused("{\"format\":\"e4m3\",\"bits\":8}", "header: keys format, bits and shape must be there");
            assertRefused("{\"format\":\"e4m3\",\"bits\":4,\"shape\":[2]}", "bits of an element of e4m3 must be 8: 4");
            assertRefused(
                    "{\"format\":\"i4\",\"bits\":5,\"shape\":[2]}",
                    "bits of an element of i4 must be 8 or, packed, 4: 5");
            assertRefused(
                    "{\"format\":\"e9m9\",\"bits\":8,\"shape\":[2]}",
                    "unknown format 'e9m9'; did you mean e2m1, e2m3, e3m2?");
            assertRefused(
                    "{\"format\":\"e4m3\",\"format\":\"e5m2\",\"bits\":8,\"shape\":[2]}",
                    "header: key 'format' occurs twice");
            assertRefused("[]", "header: the header must be an object: '['");
            assertRefused(" ".repeat(70000), "a description of an array must have at most 65536 bytes: 70000");
        }
    }

    @Nested
    class Malformed {
        private static final String GOOD = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";

        private void assertRefused(byte[] file, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> npyTensor(file))
                    .withMessage("x.npy: " + message);
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '|', textBlock = """
                structured dtype        | {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)} | structured dtypes are not supported; descr must be a string
                missing key             | {'descr': '<u1', 'shape': (2,)}                                  | header: keys descr, fortran_order and shape must be there: '{'descr': '<u1', 'shape': (2,)}'
                unknown key             | {'descr': '<u1', 'order': False}                                 | header: unknown key 'order' at character 25: '{'descr': '<u1', 'order': False}'
                repeated key            | {'descr': '<u1', 'descr': '<u2'}                                 | header: key 'descr' occurs twice at character 31: '{'descr': '<u1', 'descr': '<u2'}'
                negative dimension      | {'shape': (-1,)}                                                 | header: a whole number in [0, 2^63 - 1] should stand at character 11: '{'shape': (-1,)}'
                fractional dimension    | {'shape': (1.5,)}                                                | header: ',' or ')' should stand at character 12: '{'shape': (1.5,)}'
                dimension above 2^63    | {'shape': (9223372036854775808,)}                                | header: a whole number in [0, 2^63 - 1] should stand at character 11: '{'shape': (9223372036854775808,)}'
                number for a tuple      | {'shape': (2)}                                                   | header: shape must be a tuple, but a number at character 13: '{'shape': (2)}'
                list for a tuple        | {'shape': [2]}                                                   | header: '(' should stand at character 10: '{'shape': [2]}'
                truth value as text     | {'fortran_order': 'True'}                                        | header: True or False should stand at character 18: '{'fortran_order': 'True'}'
                truth value as number   | {'fortran_order': 1}                                             | header: True or False should stand at character 18: '{'fortran_order': 1}'
                code after the dict     | {} or exit()                                                     | header: something follows the dictionary at character 3: '{} or exit()'
                call for a dict         | exit()                                                           | header: '{' should stand at character 0: 'exit()'
                escape in a string      | {'descr': '\\x3cu1'}                                              | header: a string has an escape at character 10: '{'descr': '\\x3cu1'}'
                string without an end   | {'descr': '<u1                                                   | header: a string has no end at character 10: '{'descr': '<u1'
                """)
        void header(String defect, String header, String message) {
            assertRefused(npy(1, header, bytes(1, 2)), message);
        }

        @Test
        void magic() {
            assertRefused(
                    "PK\3\4 some other file".getBytes(StandardCharsets.US_ASCII),
                    "not an .npy file: it does not start with \\x93NUMPY");
            assertRefused(new byte[9], "not an .npy file: it has 9 bytes, the shortest header has 10");
        }

        @Test
        void version() {
            assertRefused(npy(4, GOOD, bytes(1, 2)), "version must be 1.0, 2.0 or 3.0: 4.0");
        }

        @Test
        void truncatedHeader() {
            byte[] file = npy(1, GOOD);
            assertRefused(
                    Arrays.copyOf(file, file.length - 1),
                    "the file ends inside the header, which should have " + GOOD.length() + " bytes");
            assertRefused(Arrays.copyOf(npy(2, GOOD), 11), "the file ends inside the header");
        }

        @Test
        void hugeHeader() {
            byte[] file = npy(2, GOOD, bytes(1, 2));
            file[11] = (byte) 0xff;
            assertRefused(file, "the header must have at most 65536 bytes: " + (0xff000000L + GOOD.length()));
        }

        @Test
        void truncatedOrTooMuchData() {
            assertRefused(npy(1, GOOD, bytes(1)), "a tensor u8 [2] takes 2 bytes, but 1 follow the header");
            assertRefused(npy(1, GOOD, bytes(1, 2, 3)), "a tensor u8 [2] takes 2 bytes, but 3 follow the header");
        }

        @Test
        void hugeShape() {
            assertRefused(
                    npy("<f8", false, "(4294967296, 4294967296)"),
                    "shape must have less than 2^63 elements: [4294967296, 4294967296]");
            assertRefused(
                    npy("<f8", false, "(2305843009213693952,)"),
                    "shape must have less than 2^63 bytes of f64: [2305843009213693952]");
            assertRefused(
                    npy("|u1", false, "(9223372036854775807,)"),
                    "a tensor u8 [9223372036854775807] takes 9223372036854775807 bytes, but 0 follow the header");
        }

        @Test
        void tooManyDimensions() throws IOException {
            assertThat(npyTensor(npy("|u1", false, "(" + "1,".repeat(64) + ")", bytes(5)))
                            .info()
                            .rank())
                    .isEqualTo(64);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> npyTensor(npy("|u1", false, "(" + "1,".repeat(65) + ")", bytes(5))))
                    .withMessageContaining("shape must have at most 64 dimensions, but a further one");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"|O", "<U3", "|S5", "<M8[ns]", "<c16", ">c8", "<f16", "|V3", "i3", "", "<", "u1 ", "<f3"})
        void dtypeThatIsNotSupported(String descr) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> npyTensor(npy(descr, false, "(0,)")))
                    .withMessageStartingWith("x.npy: dtype '" + descr.strip() + "' is not supported; f1, f2,");
        }
    }

    @Nested
    class Files_ {
        @Test
        void missingFileAndFolderAreInputErrors() {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> NpyFile.open(folder.resolve("none.npy")))
                    .withMessage(folder.resolve("none.npy") + ": no such file");
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> NpyFile.open(folder))
                    .withMessage(folder + ": is a directory");
            TensorInfo info = TensorInfo.of(TensorType.of(Formats.INT8));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> NpyFile.create(folder, info))
                    .withMessage(folder + ": cannot be written: is a directory");
        }
    }
}
