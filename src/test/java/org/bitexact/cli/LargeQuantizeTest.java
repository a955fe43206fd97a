package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitexact.Programs;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.quant.Affine;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.QuantizeRule;
import org.bitexact.quant.Quantizer;
import org.bitexact.quant.TensorScale;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command quantises a file of 2.4 GB with a heap of 64 MiB. */
@Tag("slow")
class LargeQuantizeTest {
    private static final int ROWS = 30_000;
    private static final int COLUMNS = 20_011; // no multiple of a block

    @TempDir
    static Path folder;

    private static Path input;

    /** An element; the largest magnitude is 30 at one place behind 2 GiB. */
    private static float value(long index) {
        if (index == 28_000L * COLUMNS + 7) {
            return -30;
        }
        long hash = (index + 1) * 0x9e37_79b9_7f4a_7c15L;
        int exponent = (int) (hash >>> 58) - 62;
        return ((hash >> 30 & 0xff_ffff) - 0x80_0000) * 0x1p-21f * Math.scalb(1f, exponent / 4);
    }

    private static float[] row(int r) {
        float[] values = new float[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            values[i] = value((long) r * COLUMNS + i);
        }
        return values;
    }

    @BeforeAll
    static void write() throws IOException {
        input = folder.resolve("w.npy");
        TensorInfo info = TensorInfo.of(TensorType.of(Formats.BINARY32), ROWS, COLUMNS);
        try (TensorWriter out = NpyFile.create(input, info)) {
            int[] bits = new int[COLUMNS];
            for (int r = 0; r < ROWS; r++) {
                float[] values = row(r);
                Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
                out.write(bits, 0, COLUMNS);
            }
            out.commit();
        }
        assertThat(Files.size(input)).isGreaterThan(2_400_000_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "mxfp4", "nvfp4"})
    void codesAreThoseOfTheCodecInMemory(String format) throws IOException, InterruptedException {
        Path output = folder.resolve(format + ".npy");
        long start = System.nanoTime();
        Programs.Result result = Programs.run(
                folder,
                Map.of(),
                Duration.ofMinutes(10),
                List.of(
                        Programs.java(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "quantize",
                        input.toString(),
                        "--to",
                        format,
                        "--out",
                        output.toString()));
        assertThat(result.exit()).as(result.err()).isZero();
        System.out.printf("%s: %.1f s%n", format, (System.nanoTime() - start) * 1e-9);
        Tensor codes = NpyFile.open(output);
        assertThat(codes.info().shape()).containsExactly(ROWS, COLUMNS);
        Path scaleFile;
        try (Stream<Path> files = Files.list(folder)) {
            // the name tells the format of scales, too
            scaleFile = files.filter(f -> f.getFileName().toString().matches(format + "[.]scale[.].*npy"))
                    .findFirst()
                    .orElseThrow();
        }
        Tensor scales = NpyFile.open(scaleFile);
        byte[] expected = new byte[COLUMNS];
        byte[] expectedScales = new byte[COLUMNS];
        short[] actual = new short[COLUMNS];
        short[] actualScales = new short[COLUMNS];
        for (int r : new int[] {0, 1, 3_276, 26_830, 26_843, 28_000, ROWS - 1}) {
            float[] values = row(r);
            codes.read((long) r * COLUMNS, actual, 0, COLUMNS);
            if (format.equals("int8")) {
                Quantizer.of(Formats.INT8, QuantizeRule.ONNX, Affine.symmetric(30, Formats.INT8))
                        .quantize(values, 0, expected, 0, COLUMNS);
            } else {
                BlockCodec codec = BlockCodec.of(FormatNames.block(format));
                TensorScale tensor = codec.tensorScale(30);
                codec.encode(values, 0, expected, 0, expectedScales, 0, COLUMNS, tensor, 0, 0);
                int blocks = codec.blocks(COLUMNS);
                scales.read((long) r * blocks, actualScales, 0, blocks);
                for (int b = 0; b < blocks; b++) {
                    assertThat(actualScales[b]).as("scale %d of row %d", b, r).isEqualTo((short)
                            (expectedScales[b] & 0xff));
                }
            }
            for (int i = 0; i < COLUMNS; i++) {
                assertThat((byte) actual[i]).as("code %d of row %d", i, r).isEqualTo(expected[i]);
            }
        }
        Files.delete(output);
    }
}
