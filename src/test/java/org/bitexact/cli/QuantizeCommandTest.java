package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bitexact.codec.Codec;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.TensorScale;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.SafetensorsFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class QuantizeCommandTest {
    private static final TensorType F32 = TensorType.of(Formats.BINARY32);

    @TempDir
    Path directory;

    // ------------------------------------------------------------------ files

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static float[] random(int n) {
        SplittableRandom random = new SplittableRandom(n);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (random.nextDouble(-1, 1) * random.nextDouble() * (1 + i % 7));
        }
        return values;
    }

    private static void write(TensorWriter writer, float[] values) throws IOException {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        writer.write(bits, 0, bits.length);
    }

    private void npy(String name, float[] values, long... shape) throws IOException {
        try (TensorWriter writer = NpyFile.create(directory.resolve(name), TensorInfo.of(F32, shape))) {
            write(writer, values);
            writer.commit();
        }
    }

    private static long[] codes(Tensor tensor) {
        long[] codes = new long[(int) tensor.info().elements()];
        tensor.read(0, codes, 0, codes.length);
        return codes;
    }

    private static double[] values(Tensor tensor) {
        Codec codec = Codec.of(tensor.info().type().format().orElseThrow());
        return Arrays.stream(codes(tensor)).mapToDouble(codec::decode).toArray();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    private Run quantize(String options, String out) {
        return quantize("w.npy", options, out);
    }

    private Run quantize(String in, String options, String out) {
        List<String> arguments = new ArrayList<>(List.of("quantize", path(in)));
        arguments.addAll(List.of(options.split(" ")));
        arguments.addAll(List.of("--out", path(out)));
        return Run.of(arguments.toArray(new String[0]));
    }

    // ------------------------------------------------------------------ values

    /**
     * All codes of a tensor of several pieces, computed again one by one from the definition: groups by the indices of an
     * element, scales from the largest magnitude of each, codes by one division.
     */
    @ParameterizedTest
    @CsvSource({
        "i8, tensor, '210,331'",
        "i8, channel:0, '210,331'",
        "u4, channel:-1, '210,331'",
        "i4, block:32, '210,331'",
        "i4, block:331, '210,331'",
        "i2, block:16, '105,2,320'",
        "i8, block:64:0, '210,331'",
        "i1, block:3:1, '30,7,320'",
        "e4m3, tensor, '210,331'",
        "e5m2, channel:1, '30,7,320'",
        "e2m1, block:16, '210,331'",
        "e3m2, block:7:0, '210,331'",
        "u8, tensor, ''",
        "i8, channel:1, '3,0'",
    })
    void codesAreThoseOfTheDefinition(String format, String granularity, String dimensions) throws IOException {
        long[] shape = dimensions.isEmpty()
                ? new long[0]
                : Arrays.stream(dimensions.split(","))
                        .mapToLong(Long::parseLong)
                        .toArray();
        int n = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] x = random(n);
        npy("w.npy", x, shape);
        Run run = quantize("--to " + format + " --granularity " + granularity, "q.npy");
        assertThat(run.err()).doesNotContain("quantize: tensor");
        assertThat(run.exit()).isZero();

        ScalarFormat target = FormatNames.scalar(format).format();
        String[] parts = granularity.split(":");
        int axis = parts.length == 1 ? 0 : Integer.parseInt(parts[parts.length - 1]);
        boolean block = parts[0].equals("block");
        if (block && parts.length == 2 || axis < 0) {
            axis = shape.length - 1;
        }
        int size = block ? Integer.parseInt(parts[1]) : 1;
        Map<List<Long>, Integer> groups = new LinkedHashMap<>();
        int[] group = new int[n];
        for (int i = 0; i < n; i++) {
            long[] index = new long[shape.length];
            for (int d = shape.length - 1, rest = i; d >= 0; rest /= (int) shape[d--]) {
                index[d] = rest % shape[d];
            }
            List<Long> key = switch (parts[0]) {
                case "tensor" -> List.of();
                case "channel" -> List.of(index[axis]);
                default -> {
                    index[axis] /= size;
                    yield Arrays.stream(index).boxed().toList();
                }
            };
            group[i] = groups.computeIfAbsent(key, k -> groups.size());
        }
        float[] amax = new float[groups.size()];
        for (int i = 0; i < n; i++) {
            amax[group[i]] = Math.max(amax[group[i]], Math.abs(x[i]));
        }
        double largest = target instanceof IntFormat f
                ? Math.max(1, f.maxInteger())
                : Codec.of(target).decode(target.name().equals("e4m3") ? 0x7e : largestCode(target));
        Tensor codes = NpyFile.open(directory.resolve("q.npy"));
        double[] scales = values(NpyFile.open(directory.resolve("q.scale.npy")));
        assertThat(codes.info()).isEqualTo(TensorInfo.of(TensorType.of(target), shape));
        assertThat(scales).hasSize(n == 0 ? 0 : groups.size());
        long[] actual = codes(codes);
        Codec codec = Codec.of(target).saturating();
        for (int i = 0; i < n; i++) {
            float s = (float) scales[group[i]];
            assertThat(s).isEqualTo(amax[group[i]] / (float) largest);
            long expected = target instanceof IntFormat f
                    ? (long) Math.max(f.minInteger(), Math.min(f.maxInteger(), Math.rint(x[i] / s))) & f.codeMask()
                    : codec.encode(x[i] / s);
            assertThat(actual[i]).as("element %d", i).isEqualTo(expected);
        }
    }

    private static long largestCode(ScalarFormat format) {
        return switch (format.name()) {
            case "e5m2" -> 0x7b;
            case "e2m1" -> 0x7;
            case "e3m2" -> 0x1f;
            default -> throw new IllegalArgumentException(format.name());
        };
    }

    @Test
    void affineParametersCoverTheRange() throws IOException {
        float[] x = random(70_000);
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.abs(x[i]) - 0.5f;
        }
        npy("w.npy", x, 70_000);
        assertThat(quantize("--to u8 --affine", "q.npy").exit()).isZero();
        double s = values(NpyFile.open(directory.resolve("q.scale.npy")))[0];
        double z = values(NpyFile.open(directory.resolve("q.zero_point.npy")))[0];
        double[] q = values(NpyFile.open(directory.resolve("q.npy")));
        for (int i = 0; i < x.length; i++) {
            assertThat((q[i] - z) * s).isBetween(x[i] - 0.501 * s, x[i] + 0.501 * s);
        }
        assertThat(Arrays.stream(q).distinct().count()).isGreaterThan(240);
    }

    /** Each block by itself, by the codec that other tests compare with the oracle. */
    @ParameterizedTest
    @CsvSource({"mxfp4, 300, 330", "mxfp8_e4m3, 5, 20000", "mxint8, 300, 320", "mxfp6_e2m3, 1, 1", "nvfp4, 300, 330"})
    void blocksEndWithTheirRow(String name, int rows, int columns) throws IOException {
        float[] x = random(rows * columns);
        npy("w.npy", x, rows, columns);
        assertThat(quantize("--to " + name, "q.safetensors").exit()).isZero();
        SafetensorsFile file = SafetensorsFile.open(directory.resolve("q.safetensors"));
        BlockFormat format = FormatNames.block(name);
        BlockCodec codec = BlockCodec.of(format);
        int k = format.blockLength();
        int perRow = (columns + k - 1) / k;
        long[] codes = codes(file.tensor("w"));
        long[] scales = codes(file.tensor("w.scale"));
        assertThat(file.tensor("w.scale").info().shape()).containsExactly(rows, perRow);
        TensorScale tensor = codec.tensorScale(BlockCodec.amax(x, 0, x.length));
        if (format.tensorScale()) {
            assertThat(values(file.tensor("w.tensor_scale"))).containsExactly(tensor.decode());
        }
        byte[] expected = new byte[k];
        byte[] scale = new byte[1];
        for (int r = 0; r < rows; r++) {
            for (int b = 0; b < perRow; b++) {
                int at = r * columns + b * k;
                int n = Math.min(k, columns - b * k);
                codec.encode(x, at, expected, 0, scale, 0, n, tensor, 0, 0);
                assertThat(scales[r * perRow + b]).isEqualTo(scale[0] & 0xff);
                for (int i = 0; i < n; i++) {
                    assertThat(codes[at + i])
                            .as("row %d column %d", r, b * k + i)
                            .isEqualTo(expected[i] & 0xff);
                }
            }
        }
    }

    @Test
    void calibrationsSaturateOutliers() throws IOException {
        float[] x = random(20_000);
        x[17] = 40;
        npy("w.npy", x, 20_000);
        Map<String, Double> scales = new LinkedHashMap<>();
        for (String method : List.of("max", "percentile:99.8765", "mse", "entropy", "entropy-pytorch")) {
            assertThat(quantize("--to int8 --calibrate " + method, "q.npy").exit())
                    .isZero();
            scales.put(method, values(NpyFile.open(directory.resolve("q.scale.npy")))[0]);
            assertThat(codes(NpyFile.open(directory.resolve("q.npy")))[17]).isEqualTo(127);
        }
        assertThat(scales.get("max")).isEqualTo(40f / 127);
        // 99.8765 % of the values lie below the bin that begins at the first multiple of 40 / 2048 beyond them
        float[] sorted = x.clone();
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = Math.abs(sorted[i]);
        }
        Arrays.sort(sorted);
        double width = 40.0 / 2048;
        double percentile = Math.floor(sorted[(int) Math.ceil(0.998765 * sorted.length) - 1] / width) * width;
        assertThat(scales.get("percentile:99.8765")).isEqualTo((float) percentile / 127);
        assertThat(scales.get("entropy")).isLessThan(20f / 127);
    }

    /** A channel's scale is that of a tensor of its values alone, whatever the axis; channels of zeros have the least one. */
    @Test
    void calibrationTakesChannelsOneByOne() throws IOException {
        long[] shape = {3, 5, 40};
        float[] x = random(3 * 5 * 40);
        for (int i = 0; i < x.length; i++) {
            x[i] *= 1 + i % 7;
        }
        Arrays.fill(x, 200, 400, 0); // channel 1 of axis 0
        npy("w.npy", x, shape);
        for (String to :
                List.of("int8 --calibrate mse", "int4 --calibrate entropy", "e4m3 --calibrate percentile:90")) {
            for (int axis = 0; axis < shape.length; axis++) {
                assertThat(quantize("--to " + to + " --granularity channel:" + axis, "q.npy")
                                .exit())
                        .isZero();
                double[] scales = values(NpyFile.open(directory.resolve("q.scale.npy")));
                assertThat(scales).hasSize((int) shape[axis]);
                int inner = axis == 0 ? 200 : axis == 1 ? 40 : 1;
                for (int c = 0; c < shape[axis]; c++) {
                    float[] channel = new float[x.length / (int) shape[axis]];
                    for (int i = 0, j = 0; i < x.length; i++) {
                        if (i / inner % shape[axis] == c) {
                            channel[j++] = x[i];
                        }
                    }
                    npy("channel.npy", channel, channel.length);
                    quantize("channel.npy", "--to " + to, "c.npy");
                    assertThat(scales[c])
                            .as("%s axis %d channel %d", to, axis, c)
                            .isEqualTo(values(NpyFile.open(directory.resolve("c.scale.npy")))[0]);
                }
            }
        }
    }

    /** More channels than there are histograms at a time, along both axes. */
    @Test
    void manyChannelsAreCalibrated() throws IOException {
        int channels = 1100;
        float[] x = random(2 * channels);
        for (int axis = 0; axis < 2; axis++) {
            npy("w.npy", x, axis == 0 ? new long[] {channels, 2} : new long[] {2, channels});
            quantize("--to e4m3 --calibrate percentile:50 --granularity channel:" + axis, "q.npy");
            double[] scales = values(NpyFile.open(directory.resolve("q.scale.npy")));
            for (int c = 0; c < channels; c++) {
                float a = Math.abs(axis == 0 ? x[2 * c] : x[c]);
                float b = Math.abs(axis == 0 ? x[2 * c + 1] : x[channels + c]);
                // half of two values lie in the bin of the smaller one
                double width = (double) Math.max(a, b) / 2048;
                assertThat(scales[c]).isCloseTo(Math.min(a, b) / 448, within(1.01 * width / 448));
            }
        }
    }

    @Test
    void stochasticRoundingDependsOnTheSeedAlone() throws IOException {
        npy("w.npy", random(70_000), 7, 10_000);
        String[] outputs = {"a.npy", "b.npy", "c.npy"};
        for (String format : List.of("e2m1", "mxfp4")) {
            for (String out : outputs) {
                String seed = out.equals("c.npy") ? "2" : "1";
                assertThat(quantize("--to " + format + " --rounding sra --seed " + seed, out)
                                .exit())
                        .isZero();
            }
            byte[] a = Files.readAllBytes(directory.resolve("a.npy"));
            assertThat(Files.readAllBytes(directory.resolve("b.npy"))).isEqualTo(a);
            assertThat(Files.readAllBytes(directory.resolve("c.npy"))).isNotEqualTo(a);
        }
    }

    // ------------------------------------------------------------------ containers

    @Test
    void safetensorsKeepWhatIsNotQuantized() throws IOException {
        float[] w = random(64);
        try (TensorWriter writer = SafetensorsFile.create(
                directory.resolve("m.safetensors"),
                List.of(
                        TensorInfo.of(F32, 2, 32).named("a.weight"),
                        TensorInfo.of(TensorType.of(Formats.BFLOAT16), 4).named("b.weight"),
                        TensorInfo.of(TensorType.of(Formats.INT32), 3).named("ids"),
                        TensorInfo.of(F32, 2).named("a.bias"),
                        TensorInfo.of(F32, 0).named("empty.weight")),
                Map.of("made", "here"))) {
            writer.begin("a.weight");
            write(writer, w);
            writer.begin("b.weight");
            writer.write(new short[] {0x3f80, 0x4000, (short) 0xbf80, 0x7fc0}, 0, 4);
            writer.begin("ids");
            writer.write(new int[] {1, -2, 3}, 0, 3);
            writer.begin("a.bias");
            write(writer, new float[] {1, 2});
            writer.commit();
        }
        Run run = Run.of(
                "quantize",
                path("m.safetensors"),
                "--to",
                "mxfp4",
                "--only",
                "*.weight",
                "--packed",
                "--out",
                path("q.safetensors"));
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains("a.weight: e2m1 [2, 32], scale e8m0 [2, 1]\n")
                .contains("b.weight: e2m1 [4], scale e8m0 [1]\n");
        SafetensorsFile file = SafetensorsFile.open(directory.resolve("q.safetensors"));
        assertThat(file.names())
                .containsExactlyInAnyOrder(
                        "a.weight",
                        "a.weight.scale",
                        "b.weight",
                        "b.weight.scale",
                        "ids",
                        "a.bias",
                        "empty.weight",
                        "empty.weight.scale");
        assertThat(file.metadata()).containsEntry("made", "here").containsKey("bitexact.quantization.a.weight");
        assertThat(codes(file.tensor("ids"))).containsExactly(1, 0xffff_fffeL, 3);
        assertThat(values(file.tensor("a.bias"))).containsExactly(1, 2);
        assertThat(file.tensor("a.weight").info().bytes()).isEqualTo(32);
        // the NaN makes the block NaN
        assertThat(codes(file.tensor("b.weight.scale"))).containsExactly(0xff);
    }

    @Test
    void anArrayIsWrittenWithScalesBesideIt() throws IOException {
        npy("w.npy", random(64), 2, 32);
        assertThat(quantize("--to i4 --affine --packed", "q.npy").exit()).isZero();
        assertThat(files())
                .containsExactly(
                        "q.npy",
                        "q.npy.json",
                        "q.scale.npy",
                        "q.zero_point.int4.npy",
                        "q.zero_point.int4.npy.json",
                        "w.npy");
        assertThat(NpyFile.open(directory.resolve("q.npy")).info())
                .isEqualTo(TensorInfo.of(TensorType.packed(Formats.INT4), 2, 32));
    }

    // ------------------------------------------------------------------ errors

    @Nested
    class Errors {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "--to int16 | format must have at most 8 bits: i16 has 16",
                    "--to mxfp8 | format 'mxfp8' is ambiguous; choose one of mxfp8_e4m3, mxfp8_e5m2",
                    "--to e4m3 --calibrate mse | calibration of e4m3 must be max or percentile",
                    "--to i8 --calibrate percentile:0 | percent of a calibration must be in (0, 100]: 'percentile:0'",
                    "--to i8 --calibrate best | calibration must be one of max, percentile:P",
                    "--to i8 --affine --calibrate mse | calibration mse is for symmetric parameters of a tensor or its channels; affine",
                    "--to i8 --granularity block:4 --calibrate mse | calibration mse is for symmetric parameters of a tensor",
                    "--to i8 --granularity channel:2 | axis 2 is none of the tensor f32 [2, 32]",
                    "--to i8 --granularity block | granularity must be tensor, channel:AXIS, block:SIZE",
                    "--to i8 --granularity block:0 | size must be at least 1 for blocks: 0",
                    "--to mxfp4 --granularity channel:0 | do not apply to mxfp4, which has scales of its own",
                    "--to mxfp4 --recipe best | recipe must be one of exact, microxcaling",
                    "--to mxfp4 --scale-rule best | scale rule must be one of floor",
                    "--to e4m3 --scale-rule floor | --scale-rule is for block formats: e4m3",
                    "--to e4m3 --affine | --affine is for integers: e4m3",
                    "--to i8 --rule best | quantisation rule must be one of onnx",
                    "--to i8 --rounding sra | rounding of a quantiser must be deterministic",
                    "--to i8 --only b* | has no tensor of floats whose name matches b*"
                })
        void areNamedAndNothingIsWritten(String options, String message) throws IOException {
            npy("w.npy", random(64), 2, 32);
            Run run = quantize(options, "q.npy");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains(message);
            assertThat(files()).containsExactly("w.npy");
        }

        @ParameterizedTest
        @ValueSource(strings = {"q.bin", "q"})
        void theKindOfFileIsTold(String out) throws IOException {
            npy("w.npy", random(4), 4);
            assertThat(quantize("--to i8", out).err()).contains("--out must end in .npy or .safetensors");
        }

        @Test
        void aDirectoryThatIsNotThereIsAnInputOutputFailure() throws IOException {
            npy("w.npy", random(4), 4);
            Run run = quantize("--to i8", "no/q.npy");
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err()).contains("q.npy");
        }

        @Test
        void aTruncatedFileIsNotQuantized() throws IOException {
            npy("w.npy", random(64), 64);
            byte[] bytes = Files.readAllBytes(directory.resolve("w.npy"));
            Files.write(directory.resolve("w.npy"), Arrays.copyOf(bytes, bytes.length - 1));
            assertThat(quantize("--to i8", "q.npy").exit()).isEqualTo(2);
            assertThat(files()).containsExactly("w.npy");
        }
    }
}
