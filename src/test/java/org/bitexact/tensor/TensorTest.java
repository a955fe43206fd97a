package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.bitexact.tensor.TensorFiles.bytes;
import static org.bitexact.tensor.TensorFiles.read;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all file formats share: types, shapes, reading and writing in pieces. */
@Tag("fast")
class TensorTest {
    private static final TensorType U8 = TensorType.of(Formats.UINT8);
    private static final TensorType BF16 = TensorType.of(Formats.BFLOAT16);
    private static final TensorType E2M1 = TensorType.packed(Formats.OCP_E2M1);

    @TempDir
    Path folder;

    private static Tensor tensor(TensorInfo info, byte... data) {
        return new Tensor(info, FileBytes.of("x", data));
    }

    @Nested
    class Types {
        @Test
        void packedTypesTakeTheWidthAndOthersTheContainer() {
            assertThat(E2M1.bits()).isEqualTo(4);
            assertThat(E2M1).hasToString("e2m1 packed").isNotEqualTo(TensorType.of(Formats.OCP_E2M1));
            assertThat(TensorType.of(Formats.OCP_E2M1).bits()).isEqualTo(8);
            assertThat(TensorType.of(Formats.TF32).bits()).isEqualTo(32);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorType.packed(Formats.OCP_E4M3))
                    .withMessage("width of a packed format must be in [1, 7]: e4m3 has 8");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorType.opaque("x", 4))
                    .withMessage("bits of an element of x must be 8, 16, 32 or 64: 4");
        }
    }

    @Nested
    class Shapes {
        @Test
        void elementsAndBytesAreCounted() {
            assertThat(TensorInfo.of(BF16).elements()).isEqualTo(1);
            assertThat(TensorInfo.of(BF16, 3, 5).bytes()).isEqualTo(30);
            assertThat(TensorInfo.of(E2M1, 3, 5).bytes()).isEqualTo(8);
            assertThat(TensorInfo.of(TensorType.packed(Formats.OCP_E2M3), 5).bytes())
                    .isEqualTo(4);
            assertThat(TensorInfo.of(BF16, 3, 0, Long.MAX_VALUE, 5).elements()).isZero();
            assertThat(TensorInfo.of(E2M1, Long.MAX_VALUE).bytes()).isEqualTo(1L << 62);
            assertThat(TensorInfo.of(U8, 2, 3).named("x")).hasToString("x: u8 [2, 3]");
        }

        @Test
        void overflowIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorInfo.of(U8, 1L << 62, 2))
                    .withMessage("shape must have less than 2^63 elements: [4611686018427387904, 2]");
            // the product is 0 modulo 2^64
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorInfo.of(U8, 1L << 32, 1L << 32))
                    .withMessage("shape must have less than 2^63 elements: [4294967296, 4294967296]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorInfo.of(BF16, 1L << 62))
                    .withMessage("shape must have less than 2^63 bytes of bf16: [4611686018427387904]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorInfo.of(U8, new long[65]))
                    .withMessage("shape must have at most 64 dimensions: it has 65");
        }
    }

    @Nested
    class Reading {
        @Test
        void codesAreUnsignedInWiderArrays() {
            Tensor x = tensor(TensorInfo.of(U8, 2), bytes(0x80, 0xff));
            short[] shorts = new short[4];
            int[] ints = new int[4];
            x.read(0, shorts, 1, 2);
            x.read(1, ints, 3, 1);
            assertThat(shorts).containsExactly(0, 0x80, 0xff, 0);
            assertThat(ints).containsExactly(0, 0, 0, 0xff);
            assertThat(read(x)).containsExactly(0x80, 0xff);
        }

        @Test
        void narrowerArraysAreRefused() {
            Tensor x = tensor(TensorInfo.of(BF16, 1), bytes(1, 2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> x.read(0, new byte[1], 0, 1))
                    .withMessage("elements of bf16 take 16 bits, an element of the array has 8");
        }

        @Test
        void rangesAreChecked() {
            Tensor x = tensor(TensorInfo.of(U8, 2), bytes(1, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> x.read(1, new byte[9], 0, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> x.read(-1, new byte[9], 0, 1));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> x.read(0, new byte[9], 8, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> x.read(Long.MAX_VALUE, new byte[9], 0, 2));
            x.read(2, new byte[0], 0, 0);
        }

        @Test
        void packedCodesStartAnywhere() {
            Tensor x = tensor(TensorInfo.of(E2M1, 5), bytes(0x21, 0x43, 0xf5));
            for (int from = 0; from <= 5; from++) {
                byte[] codes = new byte[5 - from];
                x.read(from, codes, 0, codes.length);
                for (int i = 0; i < codes.length; i++) {
                    assertThat(codes[i]).isEqualTo((byte) (from + i + 1));
                }
            }
        }

        @Test
        void tf32IsReadAsItsContainer() {
            Tensor x = tensor(TensorInfo.of(TensorType.of(Formats.TF32), 1), bytes(0xff, 0xff, 0x80, 0x3f));
            int[] codes = new int[1];
            x.read(0, codes, 0, 1);
            assertThat(codes).containsExactly(0x3f80ffff);
            assertThat(read(x)).containsExactly(0x3f80ffffL);
        }

        @Test
        void bytesAreThoseOfTheFileAndReadOnly() {
            Tensor x = tensor(TensorInfo.of(E2M1, 4), bytes(0x21, 0x43));
            assertThat(x.bytes(1, 1).get(0)).isEqualTo((byte) 0x43);
            assertThat(x.bytes(0, 2).isReadOnly()).isTrue();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> x.bytes(0, (1 << 30) + 1))
                    .withMessage("n must be in [0, 2^30]: 1073741825");
        }

        @Test
        void bytesCanBeReadAsSomethingElse() {
            Tensor x = tensor(TensorInfo.of(U8, 2), bytes(0x21, 0x43));
            assertThat(read(x.as(TensorInfo.of(E2M1, 2, 2)))).containsExactly(1, 2, 3, 4);
            assertThat(read(x.as(TensorInfo.of(BF16)))).containsExactly(0x4321);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> x.as(TensorInfo.of(BF16, 2)))
                    .withMessage("a tensor u8 [2] of 2 bytes cannot be read as bf16 [2], which takes 4");
        }

        @Test
        void bigEndianBytesCanBeReadAsElementsOfTheSameWidthAlone() {
            TensorInfo u16 = TensorInfo.of(TensorType.of(Formats.BINARY16), 2);
            Tensor x = new Tensor(u16, FileBytes.of("x", bytes(1, 2, 3, 4)), ByteOrder.BIG_ENDIAN, false);
            assertThat(read(x.as(TensorInfo.of(BF16, 2).named("y")))).containsExactly(0x0102, 0x0304);
            assertThatIllegalArgumentException().isThrownBy(() -> x.as(TensorInfo.of(U8, 4)));
            assertThatIllegalArgumentException().isThrownBy(() -> x.as(TensorInfo.of(BF16, 2, 1)));
        }
    }

    @Nested
    class Writing {
        @Test
        void codesThatDoNotFitAreRefusedAndNothingIsWritten() throws IOException {
            Path file = folder.resolve("x.npy");
            try (TensorWriter out = NpyFile.create(file, TensorInfo.of(TensorType.of(Formats.OCP_E2M3), 3))) {
                out.write(bytes(0x3f), 0, 1);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> out.write(bytes(1, 0x40), 0, 2))
                        .withMessage("code of e2m3 must have no bits outside 0x3f: 0x40 at element 2");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> out.write(new int[] {-1}, 0, 1))
                        .withMessage("code of e2m3 must have no bits outside 0x3f: 0xffffffff at element 1");
                assertThat(out.remaining()).isEqualTo(2);
                out.write(new short[] {1, 2}, 0, 2);
                out.commit();
            }
            assertThat(read(NpyFile.open(file))).containsExactly(0x3f, 1, 2);
        }

        @Test
        void tf32IsWrittenInItsContainer() throws IOException {
            Path file = folder.resolve("x.npy");
            try (TensorWriter out = NpyFile.create(file, TensorInfo.of(TensorType.of(Formats.TF32), 1))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> out.write(new int[] {0x3f801000}, 0, 1))
                        .withMessage("code of tf32 must have no bits outside 0xffffe000: 0x3f801000 at element 0");
                out.write(new int[] {0xbf802000}, 0, 1);
                out.commit();
            }
            assertThat(read(NpyFile.open(file))).containsExactly(0xbf802000L);
        }

        @Test
        void tooManyCodesAreRefused() throws IOException {
            try (TensorWriter out = NpyFile.create(folder.resolve("x.npy"), TensorInfo.of(U8, 2))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> out.write(new byte[3], 0, 3))
                        .withMessage("n must be at most 2, which is what tensor u8 [2] still lacks: 3");
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> out.write(new byte[3], 2, 2));
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> NpyFile.create(folder.resolve("y.npy"), TensorInfo.of(BF16, 2))
                                .write(new byte[2], 0, 2))
                        .withMessage("elements of bf16 take 16 bits, an element of the array has 8");
            }
        }

        @Test
        void incompleteFileIsNotCommittedAndLeavesNoTrace() throws IOException {
            Path file = Files.writeString(folder.resolve("x.npy"), "what stood here before");
            try (TensorWriter out = NpyFile.create(file, TensorInfo.of(U8, 2))) {
                out.write(new byte[1], 0, 1);
                assertThatIllegalStateException().isThrownBy(out::commit).withMessage("tensor u8 [2] lacks 1 elements");
            }
            assertThat(file).hasContent("what stood here before");
            assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
        }

        @Test
        void eachTensorIsBegunOnce() throws IOException {
            List<TensorInfo> infos = List.of(
                    TensorInfo.of(E2M1, 2).named("a"),
                    TensorInfo.of(U8, 1).named("b"),
                    TensorInfo.of(U8, 0).named("c"));
            Path file = folder.resolve("x.safetensors");
            try (TensorWriter out = SafetensorsFile.create(file, infos, Map.of())) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> out.write(new byte[1], 0, 1))
                        .withMessageStartingWith("a tensor must be begun first, one of [");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> out.begin("d"))
                        .withMessageEndingWith(": 'd'");
                out.begin("a");
                out.write(bytes(1), 0, 1);
                assertThatIllegalStateException()
                        .isThrownBy(() -> out.begin("b"))
                        .withMessage("tensor a: e2m1 packed [2] lacks 1 elements");
                out.write(bytes(2), 0, 1);
                assertThatIllegalStateException()
                        .isThrownBy(out::commit)
                        .withMessage("tensor has not been begun: b: u8 [1]");
                out.begin("b");
                out.write(bytes(3), 0, 1);
                assertThatIllegalArgumentException().isThrownBy(() -> out.begin("a"));
                out.commit();
            }
            SafetensorsFile read = SafetensorsFile.open(file);
            assertThat(read(read.tensor("a"))).containsExactly(1, 2);
            assertThat(read(read.tensor("b"))).containsExactly(3);
        }
    }
}
