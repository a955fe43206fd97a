package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/**
 * What is written in pieces comes back in pieces, whatever their sizes and the widths of the arrays. Expected elements come
 * from the bytes of the file as one large integer.
 */
@Tag("fast")
class TensorProperties {
    private static Path folder = Path.of("");

    @BeforeContainer
    static void createFolder() throws IOException {
        folder = Files.createTempDirectory("tensors");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Provide
    Arbitrary<TensorType> types() {
        List<TensorType> types = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            types.add(TensorType.of(format));
            if (format.width() < 8) {
                types.add(TensorType.packed(format));
            }
        }
        types.add(TensorType.opaque("c64", 64));
        return Arbitraries.of(types);
    }

    /** Rows of packed codes fill whole bytes. */
    private static TensorInfo info(TensorType type, Random random) {
        long rows = random.nextInt(4);
        long columns = random.nextInt(random.nextBoolean() ? 5 : 700) * (type.isPacked() ? 8L : 1L);
        return TensorInfo.of(type, rows, columns).named("x");
    }

    private static long[] codes(TensorInfo info, Random random) {
        return random.longs(info.elements())
                .map(code -> code & info.type().writable())
                .toArray();
    }

    /** Writes codes in pieces, by all types of arrays that hold them. */
    private static void write(TensorWriter out, TensorInfo info, long[] codes, Random random) throws IOException {
        int narrowest =
                Math.max(0, 29 - Integer.numberOfLeadingZeros(info.type().bits() - 1)); // 0 byte, 1 short, ...
        try (out) {
            int at = 0;
            while (at < codes.length) {
                int n = Math.min(1 + random.nextInt(random.nextBoolean() ? 7 : 3000), codes.length - at);
                int from = random.nextInt(3);
                long[] piece = new long[from + n];
                System.arraycopy(codes, at, piece, from, n);
                switch (narrowest + random.nextInt(4 - narrowest)) {
                    case 0 -> {
                        byte[] narrow = new byte[from + n];
                        Arrays.setAll(piece, i -> narrow[i] = (byte) piece[i]);
                        out.write(narrow, from, n);
                    }
                    case 1 -> {
                        short[] narrow = new short[from + n];
                        Arrays.setAll(piece, i -> narrow[i] = (short) piece[i]);
                        out.write(narrow, from, n);
                    }
                    case 2 ->
                        out.write(Arrays.stream(piece).mapToInt(c -> (int) c).toArray(), from, n);
                    default -> out.write(piece, from, n);
                }
                at += n;
            }
            out.commit();
        }
    }

    /** Reads codes in pieces, by all types of arrays that hold them. */
    private static long[] read(Tensor x, Random random) {
        int narrowest =
                Math.max(0, 29 - Integer.numberOfLeadingZeros(x.info().type().bits() - 1));
        long[] codes = new long[(int) x.info().elements()];
        int at = 0;
        while (at < codes.length) {
            int n = Math.min(1 + random.nextInt(random.nextBoolean() ? 7 : 3000), codes.length - at);
            int to = random.nextInt(3);
            int start = at;
            switch (narrowest + random.nextInt(4 - narrowest)) {
                case 0 -> {
                    byte[] piece = new byte[to + n];
                    x.read(at, piece, to, n);
                    for (int i = 0; i < n; i++) {
                        codes[start + i] = piece[to + i] & 0xff;
                    }
                }
                case 1 -> {
                    short[] piece = new short[to + n];
                    x.read(at, piece, to, n);
                    for (int i = 0; i < n; i++) {
                        codes[start + i] = piece[to + i] & 0xffff;
                    }
                }
                case 2 -> {
                    int[] piece = new int[to + n];
                    x.read(at, piece, to, n);
                    for (int i = 0; i < n; i++) {
                        codes[start + i] = piece[to + i] & 0xffff_ffffL;
                    }
                }
                default -> x.read(at, codes, start, n);
            }
            at += n;
        }
        return codes;
    }

    private static byte[] stored(Tensor x) {
        byte[] bytes = new byte[(int) x.info().bytes()];
        x.bytes(0, bytes.length).get(bytes);
        return bytes;
    }

    /** The elements of the tensor are its bytes, cut into elements from the lowest bits on. */
    private static boolean isRight(Tensor x, long[] codes, Random random) {
        long[] expected = TensorFiles.elements(stored(x), x.info().type().bits(), codes.length);
        return Arrays.equals(read(x, random), expected) && Arrays.equals(codes, expected);
    }

    @Property(tries = 400)
    void npyRoundTrip(@ForAll("types") TensorType type, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TensorInfo info = info(type, random).named("");
        long[] codes = codes(info, random);
        Path file = folder.resolve(NpyFile.fileName("x", type));
        write(NpyFile.create(file, info), info, codes, random);
        Tensor x = NpyFile.open(file);
        assertThat(x.info()).isEqualTo(info);
        assertThat(isRight(x, codes, random)).isTrue();
    }

    @Property(tries = 200)
    void onnxRoundTrip(@ForAll("types") TensorType type, @ForAll long seed) throws IOException {
        Random random = new Random(seed);
        TensorInfo info = info(type, random);
        long[] codes = codes(info, random);
        Path file = folder.resolve("x.pb");
        TensorWriter out;
        try {
            out = OnnxTensor.create(file, info);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("ONNX has no type for elements " + type);
            return;
        }
        write(out, info, codes, random);
        Tensor x = OnnxTensor.open(file);
        assertThat(x.info()).isEqualTo(info);
        assertThat(isRight(x, codes, random)).isTrue();
    }

    @Property(tries = 100)
    void safetensorsRoundTrip(@ForAll("types") TensorType first, @ForAll("types") TensorType second, @ForAll long seed)
            throws IOException {
        Random random = new Random(seed);
        Map<String, TensorInfo> infos = Map.of(
                "a",
                info(first, random).named("a"),
                "\u00e9\"\\",
                info(second, random).named("\u00e9\"\\"));
        Map<String, long[]> codes = new java.util.HashMap<>();
        infos.forEach((name, info) -> codes.put(name, codes(info, random)));
        Path file = folder.resolve("x.safetensors");
        List<String> order = new ArrayList<>(infos.keySet());
        Collections.shuffle(order, random);
        try (TensorWriter out =
                SafetensorsFile.create(file, List.copyOf(infos.values()), Map.of("seed", Long.toString(seed)))) {
            for (String name : order) {
                out.begin(name);
                out.write(codes.get(name), 0, codes.get(name).length);
            }
            out.commit();
        }
        SafetensorsFile read = SafetensorsFile.open(file);
        assertThat(read.metadata()).containsEntry("seed", Long.toString(seed));
        assertThat(read.names()).isEqualTo(infos.keySet());
        for (String name : order) {
            assertThat(read.tensor(name).info()).isEqualTo(infos.get(name));
            assertThat(isRight(read.tensor(name), codes.get(name), random)).isTrue();
        }
    }

    @Property(tries = 200)
    void columnMajorIsRowMajorTransposed(
            @ForAll @IntRange(max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll boolean big,
            @ForAll long seed) {
        byte[] data = new byte[4 * rows * columns];
        new Random(seed).nextBytes(data);
        TensorType f32 = TensorType.of(Formats.BINARY32);
        ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        FileBytes bytes = FileBytes.of("x", data);
        long[] transposed = read(new Tensor(TensorInfo.of(f32, columns, rows), bytes, order, false), new Random(seed));
        long[] codes = read(new Tensor(TensorInfo.of(f32, rows, columns), bytes, order, true), new Random(seed));
        for (int i = 0; i < codes.length; i++) {
            assertThat(codes[i]).isEqualTo(transposed[i % columns * rows + i / columns]);
        }
    }

    /** The comparison above can fail: tensors that are read wrongly in one respect are found out. */
    @Example
    void seededDefectsAreFound() {
        Random random = new Random(1);
        byte[] data = new byte[24];
        random.nextBytes(data);
        FileBytes bytes = FileBytes.of("x", data);
        TensorInfo bf16 = TensorInfo.of(TensorType.of(Formats.BFLOAT16), 3, 4);
        assertRight(new Tensor(bf16, bytes), true);
        assertRight(new Tensor(bf16, bytes, ByteOrder.BIG_ENDIAN, false), false);
        assertRight(new Tensor(bf16, bytes, ByteOrder.LITTLE_ENDIAN, true), false);
        TensorInfo e2m1 = TensorInfo.of(TensorType.packed(Formats.OCP_E2M1), 48);
        assertRight(new Tensor(e2m1, bytes), true);
        // high half first, as older demonstrations of PyTorch pack
        byte[] swapped = data.clone();
        for (int i = 0; i < swapped.length; i++) {
            swapped[i] = (byte) ((data[i] & 0xf) << 4 | (data[i] & 0xf0) >> 4);
        }
        long[] codes = TensorFiles.elements(data, 4, 48);
        assertThat(isRight(new Tensor(e2m1, FileBytes.of("x", swapped)), codes, random))
                .isFalse();
    }

    private static void assertRight(Tensor x, boolean right) {
        long[] codes = TensorFiles.elements(
                stored(x), x.info().type().bits(), (int) x.info().elements());
        assertThat(isRight(x, codes, new Random(2))).isEqualTo(right);
    }
}
