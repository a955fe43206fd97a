package org.bitexact.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dense storage: the layouts drawn in the documentation, bit by bit. */
@Tag("fast")
class PackingTest {
    private static byte[] pack(Packing layout, int... codes) {
        byte[] src = new byte[codes.length];
        for (int i = 0; i < codes.length; i++) {
            src[i] = (byte) codes[i];
        }
        byte[] dst = new byte[layout.bytes(codes.length)];
        layout.pack(src, 0, dst, 0, codes.length);
        return dst;
    }

    /** Bytes written as binary digits. */
    private static byte[] bits(String... bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = (byte) Integer.parseInt(bytes[i].replace("_", ""), 2);
        }
        return result;
    }

    @Nested
    class Layouts {
        @Test
        void nibbles() {
            assertThat(pack(Packing.lowFirst(4), 0xa, 0xb, 0xc)).containsExactly(0xba, 0x0c);
            assertThat(pack(Packing.highFirst(4), 0xa, 0xb, 0xc)).containsExactly(0xab, 0xc0);
        }

        @Test
        void pairsOfBits() {
            assertThat(pack(Packing.lowFirst(2), 0b00, 0b01, 0b10, 0b11, 0b10))
                    .isEqualTo(bits("11_10_01_00", "00_00_00_10"));
            assertThat(pack(Packing.highFirst(2), 0b00, 0b01, 0b10, 0b11, 0b10))
                    .isEqualTo(bits("00_01_10_11", "10_00_00_00"));
        }

        @Test
        void singleBits() {
            assertThat(pack(Packing.lowFirst(1), 1, 0, 0, 0, 0, 0, 1, 0, 1)).isEqualTo(bits("01000001", "00000001"));
            assertThat(pack(Packing.highFirst(1), 1, 0, 0, 0, 0, 0, 1, 0, 1)).isEqualTo(bits("10000010", "10000000"));
        }

        /** Codes c0 = 543210, c1 = fedcba, c2 = 111000, c3 = 101101 as drawn: c1[1-0] c0[5-0] and so on. */
        @Test
        void sixBitsReachAcrossBytes() {
            int c0 = 0b110101;
            int c1 = 0b001110;
            int c2 = 0b111000;
            int c3 = 0b101101;
            assertThat(pack(Packing.lowFirst(6), c0, c1, c2, c3))
                    .isEqualTo(bits("10_110101", "1000_0011", "101101_11"));
            assertThat(pack(Packing.highFirst(6), c0, c1, c2, c3))
                    .isEqualTo(bits("110101_00", "1110_1110", "00_101101"));
        }

        @Test
        void unusedBitsAreWrittenAsZerosAndIgnored() {
            byte[] dst = {-1, -1, -1};
            Packing.lowFirst(3).pack(new byte[] {7, 7, 7}, 0, dst, 1, 3);
            assertThat(dst).isEqualTo(new byte[] {-1, -1, 1});
            byte[] codes = new byte[1];
            Packing.highFirst(5).unpack(new byte[] {(byte) 0b10101_111}, 0, codes, 0, 1);
            assertThat(codes).containsExactly(0b10101);
        }

        @Test
        void numberOfBytes() {
            assertThat(Packing.lowFirst(4).bytes(0)).isZero();
            assertThat(Packing.lowFirst(4).bytes(3)).isEqualTo(2);
            assertThat(Packing.lowFirst(6).bytes(4)).isEqualTo(3);
            assertThat(Packing.lowFirst(6).bytes(5)).isEqualTo(4);
            assertThat(Packing.lowFirst(7).bytes(Integer.MAX_VALUE)).isEqualTo(1_879_048_192);
        }
    }

    /** Reading and replacing single codes agrees with packing, for every width, order and place. */
    @Test
    void singleCodes() {
        SplittableRandom random = new SplittableRandom(4);
        for (int width = 1; width <= 7; width++) {
            for (Packing.Order order : Packing.Order.values()) {
                Packing layout = new Packing(width, order);
                byte[] codes = new byte[41];
                byte[] dense = new byte[2 + layout.bytes(41)];
                for (int step = 0; step < 500; step++) {
                    int i = random.nextInt(41);
                    codes[i] = (byte) random.nextInt(1 << width);
                    layout.set(dense, 2, i, codes[i]);
                    byte[] expected = new byte[layout.bytes(41)];
                    layout.pack(codes, 0, expected, 0, 41);
                    assertThat(Arrays.copyOfRange(dense, 2, dense.length)).isEqualTo(expected);
                    int j = random.nextInt(41);
                    assertThat(layout.get(dense, 2, j)).isEqualTo(codes[j]);
                }
            }
        }
    }

    @Test
    void buffersAndOffsets() {
        SplittableRandom random = new SplittableRandom(5);
        for (int width = 1; width <= 7; width++) {
            for (Packing.Order order : Packing.Order.values()) {
                for (int n : new int[] {0, 1, 9, 63, 5000, 9001}) {
                    Packing layout = new Packing(width, order);
                    byte[] codes = new byte[n];
                    for (int i = 0; i < n; i++) {
                        codes[i] = (byte) random.nextInt(1 << width);
                    }
                    byte[] dense = new byte[layout.bytes(n)];
                    layout.pack(codes, 0, dense, 0, n);
                    ByteBuffer direct =
                            ByteBuffer.allocateDirect(dense.length + 3).position(2);
                    layout.pack(ByteBuffer.wrap(codes), direct);
                    assertThat(direct.remaining()).isOne();
                    byte[] written = new byte[dense.length];
                    direct.get(2, written);
                    assertThat(written).isEqualTo(dense);
                    assertThat(direct.get(1)).isZero();
                    ByteBuffer back = ByteBuffer.allocateDirect(n);
                    ByteBuffer src = direct.position(2).asReadOnlyBuffer();
                    layout.unpack(src, back);
                    assertThat(src.remaining()).isOne();
                    byte[] unpacked = new byte[n];
                    back.get(0, unpacked);
                    assertThat(unpacked).isEqualTo(codes);
                }
            }
        }
    }

    /** Packing towards the front works in place; every other overlap acts as if the source had been copied first. */
    @Test
    void overlap() {
        SplittableRandom random = new SplittableRandom(6);
        for (int width : new int[] {1, 4, 6}) {
            Packing layout = Packing.lowFirst(width);
            for (int distance : new int[] {0, -3, 3, 2000, 6000}) {
                int n = 9000;
                byte[] memory = new byte[20_000];
                for (int i = 0; i < memory.length; i++) {
                    memory[i] = (byte) random.nextInt(1 << width);
                }
                byte[] codes = Arrays.copyOfRange(memory, 100, 100 + n);
                byte[] dense = new byte[layout.bytes(n)];
                layout.pack(codes, 0, dense, 0, n);
                layout.pack(memory, 100, memory, 100 + distance, n);
                assertThat(Arrays.copyOfRange(memory, 100 + distance, 100 + distance + dense.length))
                        .isEqualTo(dense);
                layout.unpack(memory, 100 + distance, memory, 50, n);
                assertThat(Arrays.copyOfRange(memory, 50, 50 + n)).isEqualTo(codes);
            }
        }
    }

    @Test
    void argumentsAreChecked() {
        byte[] ten = new byte[10];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Packing.lowFirst(8))
                .withMessage("width must be in [1, 7]: 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Packing.lowFirst(0))
                .withMessage("width must be in [1, 7]: 0");
        assertThatNullPointerException().isThrownBy(() -> new Packing(4, null)).withMessage("order");
        Packing four = Packing.lowFirst(4);
        assertThatIllegalArgumentException().isThrownBy(() -> four.bytes(-1)).withMessage("n must not be negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> four.get(ten, 8, 4))
                .withMessage("i must be less than the 4 codes of 2 bytes: 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> four.set(ten, 11, 0, 1))
                .withMessage("to must be in [0, 10]: 11");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> four.set(ten, 0, 0, 16))
                .withMessage("code must be in [0x0, 0xf]: 0x10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> four.pack(new byte[] {1, 2, 16}, 1, ten, 0, 2))
                .withMessage("src[2] must be a code of 4 bits, in [0x0, 0xf]: 0x10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> four.unpack(ten, 7, new byte[20], 0, 7))
                .withMessage("n must be in [0, 6] for src of length 10 from 7 on: 7");
        assertThat(ten).containsOnly(0);
    }
}
