package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitexact.tensor.TensorFiles.bytes;
import static org.bitexact.tensor.TensorFiles.npy;
import static org.bitexact.tensor.TensorFiles.proto;
import static org.bitexact.tensor.TensorFiles.safetensors;
import static org.bitexact.tensor.TensorFiles.varints;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Headers that have been damaged at random are read or refused, with a message that names the file: no other exception, no
 * hang, and no memory beyond what the file's own size explains.
 */
class HostileHeadersTest {
    /** What a header of a few hundred bytes may cost; the first use of a message, which links it, is the most of it. */
    private static final long MOST_BYTES = 8 << 20;

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private interface Reader {
        /** Opens a file and reads all its elements. */
        void read(byte[] file) throws IOException;
    }

    /**
     * A kind of file.
     *
     * @param lengthAt where the low bytes of the header's length stand, or -1
     */
    private record Target(String name, int lengthAt, Reader reader, List<byte[]> seeds) {}

    private static final List<Target> TARGETS = List.of(
            new Target(
                    "npy",
                    8,
                    file -> elements(TensorFiles.npyTensor(file)),
                    List.of(
                            npy("<f4", false, "(2, 3)", new byte[24]),
                            npy(">u2", true, "(2, 2, 2)", new byte[16]),
                            npy(2, "{'descr': '|V1', 'fortran_order': False, 'shape': (), }", bytes(1)),
                            npy("|u1", false, "(0, 5)"))),
            new Target(
                    "safetensors",
                    0,
                    HostileHeadersTest::allElements,
                    List.of(
                            safetensors(
                                    "{\"__metadata__\":{\"bitexact.type.x\":\"i4 packed\"},"
                                            + "\"x\":{\"dtype\":\"U8\",\"shape\":[1,4],\"data_offsets\":[0,4]},"
                                            + "\"y\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[4,7]}} ",
                                    new byte[7]),
                            safetensors(
                                    "{\"a\":{\"dtype\":\"F4\",\"shape\":[2,2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":"
                                            + "\"F32\",\"shape\":[0],\"data_offsets\":[2,2],\"more\":[[1]]}}",
                                    new byte[2]))),
            new Target(
                    "onnx",
                    -1,
                    file -> elements(TensorFiles.onnxTensor(file)),
                    List.of(
                            proto(1, 2, 1, 2, 2, 16, 8, "name", 9, new byte[8]),
                            proto(1, varints(5), 2, 22, 5, varints(0x21, 0x43, 5), 12, "doc"),
                            proto(2, 7, 1, 3, 7, varints(-1, 1L << 62, 5)),
                            proto(2, 1, 1, 2, 4, new byte[8]))),
            new Target(
                    "sidecar",
                    -1,
                    file -> JsonHeaders.readSidecar(FileBytes.of("x.npy.json", file)),
                    List.of("{\"dtype\":\"int4\",\"format\":\"i4\",\"bits\":4,\"shape\":[2,4]}"
                            .getBytes(StandardCharsets.UTF_8))));

    /** Pieces that hurt where they come to stand. */
    private static final List<byte[]> PIECES = List.of(
            ascii("18446744073709551615"),
            ascii("9223372036854775807"),
            ascii("4294967296"),
            ascii("-1"),
            ascii("1e400"),
            ascii("0.5"),
            ascii("{"),
            ascii("}"),
            ascii("["),
            ascii("]"),
            ascii("("),
            ascii(")"),
            ascii(","),
            ascii(":"),
            ascii("\""),
            ascii("'"),
            ascii("\\u0000"),
            ascii("\\ud800"),
            ascii("[[[[[[[[[[[[[[[["),
            ascii("null"),
            ascii("True"),
            ascii("\"__metadata__\""),
            ascii("\"dtype\":\"I4\","),
            ascii("BF16"),
            ascii("F6_E2M3"),
            ascii("<i8"),
            bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
            bytes(0xff, 0xff, 0xff, 0xff, 0x07),
            bytes(0x80),
            bytes(0xed, 0xa0, 0x80),
            bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
            new byte[8]);

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void allElements(byte[] safetensors) {
        SafetensorsFile file = TensorFiles.safetensorsFile(safetensors);
        file.names().forEach(name -> elements(file.tensor(name)));
    }

    private static void elements(Tensor tensor) {
        // fewer where a mutation has made many of them: no bits are needed for these
        int n = (int) Math.min(100, tensor.info().elements());
        long[] codes = new long[n];
        tensor.read(0, codes, 0, n);
        tensor.read(tensor.info().elements() - n, codes, 0, n);
    }

    /** Damages a file in one to three places. */
    private static byte[] mutated(byte[] seed, SplittableRandom random) {
        byte[] file = seed;
        for (int i = random.nextInt(1, 4); i > 0 && file.length > 0; i--) {
            int at = random.nextInt(file.length);
            int length = Math.min(random.nextInt(1, 9), file.length - at);
            byte[] piece = PIECES.get(random.nextInt(PIECES.size()));
            file = switch (random.nextInt(8)) {
                case 0 -> replaced(file, at, 1, (byte) (file[at] ^ 1 << random.nextInt(8)));
                case 1 -> replaced(file, at, 1, (byte) random.nextInt());
                case 2 -> replaced(file, at, length); // cut out
                case 3 -> replaced(file, at, file.length - at); // cut off
                case 4 -> replaced(file, at, 0, Arrays.copyOfRange(file, at, at + length)); // repeated
                case 5 -> replaced(file, at, 0, piece);
                case 6 -> replaced(file, at, Math.min(piece.length, file.length - at), piece);
                default -> withNumber(file, at, piece);
            };
        }
        return file;
    }

    /** Lets the length of the header follow the damage, which otherwise ends the reading at once. */
    private static void mend(byte[] file, int at, int more) {
        if (file.length >= at + 2) {
            int length = (file[at] & 0xff) + ((file[at + 1] & 0xff) << 8) + more;
            file[at] = (byte) length;
            file[at + 1] = (byte) (length >> 8);
        }
    }

    private static byte[] replaced(byte[] file, int at, int length, byte... by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, at);
        out.writeBytes(by);
        out.write(file, at + length, file.length - at - length);
        return out.toByteArray();
    }

    /** Replaces the next decimal number. */
    private static byte[] withNumber(byte[] file, int at, byte[] by) {
        int start = at;
        while (start < file.length && !Character.isDigit(file[start])) {
            start++;
        }
        int end = start;
        while (end < file.length && Character.isDigit(file[end])) {
            end++;
        }
        return replaced(file, start, end - start, by);
    }

    private static void fuzz(int headers, long randomSeed) throws IOException {
        undamaged(); // loads what the first would otherwise pay for
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SplittableRandom random = new SplittableRandom(randomSeed);
        int[] accepted = new int[TARGETS.size()];
        long mostBytes = 0;
        long mostNanos = 0;
        for (int i = 0; i < headers; i++) {
            int which = i % TARGETS.size();
            Target target = TARGETS.get(which);
            byte[] seed = target.seeds().get(random.nextInt(target.seeds().size()));
            byte[] file = mutated(seed, random);
            if (target.lengthAt() >= 0 && random.nextInt(4) > 0) {
                mend(file, target.lengthAt(), file.length - seed.length);
            }
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long nanos = System.nanoTime();
            try {
                target.reader().read(file);
                accepted[which]++;
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).startsWith("x.");
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        target.name() + ", header " + i + ": " + new String(file, StandardCharsets.ISO_8859_1), e);
            }
            mostNanos = Math.max(mostNanos, System.nanoTime() - nanos);
            mostBytes = Math.max(mostBytes, threads.getCurrentThreadAllocatedBytes() - bytes);
        }
        System.out.printf(
                "%d mutated headers: accepted %s (%s), at most %d bytes and %.1f ms for one%n",
                headers,
                Arrays.toString(accepted),
                TARGETS.stream().map(Target::name).toList(),
                mostBytes,
                mostNanos / 1e6);
        for (int count : accepted) {
            // some mutations do no harm, most do
            assertThat(count).isBetween(1, headers / TARGETS.size() * 9 / 10);
        }
        assertThat(mostBytes).isLessThan(MOST_BYTES);
        assertThat(mostNanos).isLessThan(MOST_NANOS);
    }

    @Test
    void twentyThousand() throws IOException {
        fuzz(20_000, 1);
    }

    @Test
    @Tag("slow")
    @Timeout(600)
    void twoMillion() throws IOException {
        fuzz(2_000_000, 2);
    }

    /** The seeds are read, so that the damage decides. */
    @Test
    void undamagedFilesAreRead() throws IOException {
        undamaged();
    }

    private static void undamaged() throws IOException {
        for (Target target : TARGETS) {
            for (byte[] seed : target.seeds()) {
                target.reader().read(seed);
            }
        }
    }
}
