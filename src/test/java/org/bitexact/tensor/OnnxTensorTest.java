package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bitexact.tensor.TensorFiles.bytes;
import static org.bitexact.tensor.TensorFiles.onnxTensor;
import static org.bitexact.tensor.TensorFiles.proto;
import static org.bitexact.tensor.TensorFiles.read;
import static org.bitexact.tensor.TensorFiles.varints;
import static org.bitexact.tensor.TensorFiles.write;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class OnnxTensorTest {
    // field numbers of onnx.proto3
    private static final int DIMS = 1;
    private static final int TYPE = 2;
    private static final int FLOATS = 4;
    private static final int INT32S = 5;
    private static final int INT64S = 7;
    private static final int NAME = 8;
    private static final int RAW = 9;
    private static final int DOUBLES = 10;
    private static final int UINT64S = 11;

    @TempDir
    Path folder;

    @Nested
    class Reading {
        @Test
        void rawDataIsLittleEndian() {
            Tensor x = onnxTensor(proto(DIMS, 1, DIMS, 2, TYPE, 16, NAME, "wé", RAW, bytes(0x80, 0x3f, 0, 0xc0)));
            assertThat(x.info())
                    .isEqualTo(
                            TensorInfo.of(TensorType.of(Formats.BFLOAT16), 1, 2).named("wé"));
            assertThat(read(x)).containsExactly(0x3f80, 0xc000);
        }

        @Test
        void fieldsComeInAnyOrderAndUnknownOnesArePassedOver() {
            byte[] fixed = bytes(20 << 3 & 0xff | 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 15 << 3 | 5, 0, 0, 0, 0);
            byte[] rest =
                    proto(RAW, bytes(9), 12, "doc", 16, bytes(1, 2), TYPE, 1, TYPE, 2, DIMS, varints(1, 1), 99, 5);
            byte[] file = Arrays.copyOf(fixed, fixed.length + rest.length);
            System.arraycopy(rest, 0, file, fixed.length, rest.length);
            Tensor x = onnxTensor(file);
            assertThat(x.info()).isEqualTo(TensorInfo.of(TensorType.of(Formats.UINT8), 1, 1));
            assertThat(read(x)).containsExactly(9);
        }

        @Test
        void firstOfTwoIsLowAndTheLastByteIsFilledUp() {
            assertThat(read(onnxTensor(proto(DIMS, 3, TYPE, 22, RAW, bytes(0x21, 0x0f)))))
                    .containsExactly(1, 2, 15);
            assertThat(read(onnxTensor(proto(DIMS, 3, TYPE, 23, RAW, bytes(0x21, 0xf3)))))
                    .containsExactly(1, 2, 3);
            assertThat(read(onnxTensor(proto(DIMS, 5, TYPE, 25, RAW, bytes(0b11_10_01_00, 1)))))
                    .containsExactly(0, 1, 2, 3, 1);
        }

        @Test
        void typedFieldsArePackedOrNot() {
            assertThat(read(onnxTensor(proto(DIMS, 3, TYPE, 10, INT32S, varints(0x3c00, 0xffff), INT32S, 7))))
                    .containsExactly(0x3c00, 0xffff, 7);
            assertThat(read(onnxTensor(proto(DIMS, 2, TYPE, 3, INT32S, varints(-1, 255)))))
                    .containsExactly(255, 255);
            assertThat(read(onnxTensor(proto(DIMS, 2, TYPE, 17, INT32S, varints(0x7e, 0xff)))))
                    .containsExactly(0x7e, 0xff);
            assertThat(read(onnxTensor(proto(DIMS, 3, TYPE, 21, INT32S, varints(0x21, 0x03)))))
                    .containsExactly(1, 2, 3);
            assertThat(read(onnxTensor(proto(DIMS, 2, TYPE, 6, INT32S, varints(-2, 0xffffffffL)))))
                    .containsExactly(0xfffffffeL, 0xffffffffL);
            assertThat(read(onnxTensor(proto(DIMS, 1, TYPE, 7, INT64S, varints(-2)))))
                    .containsExactly(-2);
            assertThat(read(onnxTensor(proto(DIMS, 1, TYPE, 12, UINT64S, 0xffffffffL))))
                    .containsExactly(0xffffffffL);
            assertThat(read(onnxTensor(proto(TYPE, 13, UINT64S, -1L)))).containsExactly(-1);
            assertThat(read(onnxTensor(proto(TYPE, 1, FLOATS, bytes(0, 0, 0x80, 0x3f)))))
                    .containsExactly(0x3f800000);
            assertThat(read(onnxTensor(bytes(TYPE << 3, 1, FLOATS << 3 | 5, 0, 0, 0x80, 0x3f))))
                    .containsExactly(0x3f800000);
            assertThat(read(onnxTensor(proto(TYPE, 11, DOUBLES, bytes(1, 0, 0, 0, 0, 0, 0xf0, 0x3f)))))
                    .containsExactly(0x3ff0000000000001L);
            assertThat(read(onnxTensor(proto(TYPE, 14, FLOATS, bytes(1, 0, 0, 0, 2, 0, 0, 0)))))
                    .containsExactly(0x2_0000_0001L);
        }

        @Test
        void sixBitsArePackedInRawDataAlone() {
            // bytes that the Python package of ONNX 1.23.1 gives for the codes 1 to 7
            Tensor raw = onnxTensor(proto(DIMS, 7, TYPE, 27, RAW, bytes(0x81, 0x30, 0x10, 0x85, 0x71, 0)));
            assertThat(raw.info().type()).isEqualTo(TensorType.packed(Formats.OCP_E2M3));
            assertThat(read(raw)).containsExactly(1, 2, 3, 4, 5, 6, 7);
            Tensor typed = onnxTensor(proto(DIMS, 3, TYPE, 28, INT32S, varints(1, 2, 63)));
            assertThat(typed.info().type()).isEqualTo(TensorType.of(Formats.OCP_E3M2));
            assertThat(read(typed)).containsExactly(1, 2, 63);
        }

        @Test
        void emptyTensorsNeedNoData() {
            assertThat(read(onnxTensor(proto(DIMS, 0, TYPE, 1)))).isEmpty();
            assertThat(read(onnxTensor(proto(DIMS, 0, TYPE, 1, FLOATS, bytes()))))
                    .isEmpty();
        }
    }

    @Nested
    class Writing {
        @ParameterizedTest
        @CsvSource({
            "f32, 1",
            "u8, 2",
            "i8, 3",
            "u16, 4",
            "i16, 5",
            "i32, 6",
            "i64, 7",
            "u1, 9",
            "f16, 10",
            "f64, 11",
            "u32, 12",
            "u64, 13",
            "bf16, 16",
            "e4m3, 17",
            "e4m3fnuz, 18",
            "e5m2, 19",
            "e5m2fnuz, 20",
            "u4, 21",
            "i4, 22",
            "e2m1, 23",
            "e8m0, 24",
            "u2, 25",
            "i2, 26",
            "e2m3, 27",
            "e3m2, 28"
        })
        void everyTypeHasItsNumber(String name, int dataType) throws IOException {
            var format = org.bitexact.format.FormatNames.scalar(name).format();
            boolean packed = format.width() < 8 && format.width() > 1;
            TensorInfo info = TensorInfo.of(packed ? TensorType.packed(format) : TensorType.of(format), 2, 1)
                    .named("x");
            Path file = folder.resolve("x.pb");
            write(OnnxTensor.create(file, info), 1, 1);
            byte[] data = new byte[(int) info.bytes()];
            data[0] = (byte) (packed ? 1 | 1 << format.width() : 1);
            if (!packed) {
                data[data.length / 2] = 1;
            }
            assertThat(file).hasBinaryContent(proto(DIMS, 2, DIMS, 1, TYPE, dataType, NAME, "x", RAW, data));
            assertThat(OnnxTensor.open(file).info()).isEqualTo(info);
        }

        @Test
        void typesThatOnnxLacksAreRefused() {
            Path file = folder.resolve("x.pb");
            TensorInfo unpacked = TensorInfo.of(TensorType.of(Formats.INT4), 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OnnxTensor.create(file, unpacked))
                    .withMessage("ONNX has no type for elements i4; it has a packed one");
            TensorInfo e3m4 = TensorInfo.of(TensorType.of(Formats.IEEE_E3M4), 2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OnnxTensor.create(file, e3m4))
                    .withMessage("ONNX has no type for elements e3m4");
            TensorInfo huge = TensorInfo.of(TensorType.of(Formats.INT8), 1L << 31);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OnnxTensor.create(file, huge))
                    .withMessage("an ONNX tensor must take less than 2^31 bytes: i8 [2147483648] takes 2147483648");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Nested
    class Malformed {
        private void assertRefused(byte[] file, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> onnxTensor(file))
                    .withMessage("x.pb: " + message);
        }

        @Test
        void modelInsteadOfATensor() {
            assertRefused(
                    proto(1, 8, 2, "pytorch"),
                    "byte 3: data_type must have wire type 0, not 2; the file must hold a TensorProto, not a model");
        }

        @ParameterizedTest
        @ValueSource(longs = {0, 8, 15, 29, -1, 1L << 40})
        void typeThatIsNotSupported(long type) {
            assertRefused(
                    proto(TYPE, type),
                    "data_type " + type + (type == 0 ? " (UNDEFINED)" : "")
                            + " is not supported; 1 to 7, 9 to 14 and 16 to 28 are");
        }

        @Test
        void shapes() {
            assertRefused(proto(TYPE, 2, DIMS, -1L), "shape must have no negative dimension: [-1]");
            assertRefused(
                    proto(TYPE, 2, DIMS, 1L << 32, DIMS, 1L << 32),
                    "shape must have less than 2^63 elements: [4294967296, 4294967296]");
            assertRefused(proto(TYPE, 2, DIMS, new byte[65]), "dims must be at most 64");
        }

        @Test
        void dataThatDisagreesWithTheShape() {
            assertRefused(
                    proto(TYPE, 2, DIMS, 3, RAW, bytes(1, 2)), "a tensor u8 [3] takes 3 bytes, but raw_data holds 2");
            assertRefused(proto(TYPE, 2, DIMS, 3), "a tensor u8 [3] takes 3 bytes, but raw_data holds 0");
            assertRefused(
                    proto(TYPE, 2, DIMS, 3, INT32S, varints(1, 2)),
                    "a tensor u8 [3] takes 3 bytes, but int32_data holds 2");
            assertRefused(
                    proto(TYPE, 2, DIMS, 1, INT32S, varints(1, 2)),
                    "a tensor u8 [1] has fewer elements than int32_data");
            assertRefused(
                    proto(TYPE, 7, DIMS, 1L << 59, INT64S, varints(1)),
                    "a tensor i64 [576460752303423488] takes 4611686018427387904 bytes, more than int64_data can hold");
        }

        @Test
        void twoFieldsWithData() {
            assertRefused(
                    proto(TYPE, 2, DIMS, 1, INT32S, 1, RAW, bytes(1)),
                    "raw_data and int32_data must not both be there");
            assertRefused(
                    proto(TYPE, 2, DIMS, 1, INT32S, 1, INT64S, 1), "int32_data and int64_data must not both be there");
        }

        @Test
        void fieldThatDoesNotSuitTheType() {
            assertRefused(
                    proto(TYPE, 17, DIMS, 1, FLOATS, bytes(0, 0, 0, 0)),
                    "elements of data_type 17 (e4m3) must stand in int32_data, not in float_data");
        }

        @Test
        void numbersThatDoNotFit() {
            assertRefused(
                    proto(TYPE, 17, DIMS, 1, INT32S, 256), "int32_data has a number that does not fit 8 bits: 256");
            assertRefused(proto(TYPE, 28, DIMS, 1, INT32S, 64), "int32_data has a number that does not fit 6 bits: 64");
            assertRefused(
                    proto(TYPE, 3, DIMS, 1, INT32S, varints(-129)),
                    "int32_data has a number that does not fit 8 bits: -129");
            assertRefused(
                    proto(TYPE, 12, DIMS, 1, UINT64S, varints(-1)),
                    "uint64_data has a number that does not fit 32 bits: -1");
        }

        @Test
        void dataElsewhere() {
            assertRefused(
                    proto(TYPE, 2, 13, proto(1, "location", 2, "/etc/passwd"), 14, 1),
                    "its data lies in another file (external_data), which is not supported");
            assertRefused(
                    proto(TYPE, 2, 14, 1), "its data lies in another file (external_data), which is not supported");
            assertRefused(proto(TYPE, 8, 6, "text"), "tensors of strings are not supported");
            assertRefused(proto(TYPE, 2, 3, proto(1, 0, 2, 5)), "segments of tensors are not supported");
        }

        @Test
        void truncation() {
            assertRefused(bytes(TYPE << 3), "byte 1: the message ends inside a number");
            assertRefused(bytes(RAW << 3 | 2, 5, 1, 2), "byte 2: raw_data should have 5 bytes, but 2 are left");
            assertRefused(
                    bytes(RAW << 3 | 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
                    "byte 11: raw_data should have 18446744073709551615 bytes, but 0 are left");
            assertRefused(bytes(DIMS << 3 | 2, 1, 0x80), "byte 3: the message ends inside a number");
            assertRefused(bytes(DIMS << 3 | 2, 1, 0x80, TYPE << 3, 2), "byte 4: dims ends inside a number");
            assertRefused(proto(TYPE, 1, DIMS, 1, FLOATS, bytes(0, 0, 0)), "byte 9: float_data ends inside a number");
            assertRefused(bytes(20 << 3 & 0x7f | 0x80 | 5, 1, 0), "byte 2: the message ends inside a number");
        }

        @Test
        void numbersWithoutEndAndFieldsThatCannotBe() {
            assertRefused(
                    bytes(TYPE << 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
                    "byte 11: a number has more than 10 bytes");
            assertRefused(bytes(0, 0), "byte 1: a field number must be in [1, 2^29 - 1]: 0");
            assertRefused(bytes(99 & 0x7f | 0x80 | 3, 6), "byte 2: field 108 has wire type 3, which is not supported");
        }

        @Test
        void nameThatIsNotText() {
            assertRefused(proto(TYPE, 2, NAME, bytes(0xff)), "name is not UTF-8");
            assertRefused(proto(TYPE, 2, NAME, new byte[65537]), "name must have at most 65536 bytes: 65537");
        }
    }
}
