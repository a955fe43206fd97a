package org.bitexact.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitexact.tensor.TensorFiles.read;
import static org.bitexact.tensor.TensorFiles.write;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bitexact.Programs;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NumPy reads what is written here, and the reverse. Skipped where there is no {@code python3} with NumPy. */
class NumpyTest {
    @TempDir
    Path folder;

    @BeforeEach
    void needsNumpy() throws IOException, InterruptedException {
        assumeTrue(Programs.hasNumPy(), "python3 with NumPy is not installed");
    }

    /** Runs a script in the folder: exit code and output. */
    private String python(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", script));
        command.addAll(List.of(arguments));
        Programs.Result result = Programs.run(folder, Map.of(), Duration.ofMinutes(1), command);
        return result.exit() + ":" + result.out() + result.err();
    }

    @Test
    void numpyReadsEveryFormat() throws IOException, InterruptedException {
        List<String> names = List.of(
                "f16", "f32", "f64", "bf16", "tf32", "e4m3", "e5m2", "i8", "i16", "i32", "i64", "u8", "u16", "u32",
                "u64", "u1", "i4", "e2m1", "e8m0");
        StringBuilder expected = new StringBuilder("0:");
        for (String name : names) {
            TensorInfo info =
                    TensorInfo.of(TensorType.of(FormatNames.scalar(name).format()), 2, 3);
            long[] codes = LongStream.of(0, 1, -1, 0x123456789abcdefL, 0x5555555555555555L, 1L << 63)
                    .map(code -> code & info.type().writable())
                    .toArray();
            write(NpyFile.create(folder.resolve(NpyFile.fileName(name, info.type())), info), codes);
            expected.append(NpyFile.fileName(name, info.type())).append(" (2, 3)");
            for (long code : codes) {
                expected.append(String.format(" %0" + info.type().bits() / 4 + "x", code));
            }
            expected.append('\n');
        }
        String script = """
                import sys, glob, numpy
                for stem in sys.argv[1].split(','):
                    name, = glob.glob(stem + '.*npy')
                    x = numpy.load(name)
                    words = x.view('u%d' % x.itemsize).ravel()
                    print(name, x.shape, *['%0*x' % (2 * x.itemsize, w) for w in words.tolist()])
                """;
        assertThat(python(script, String.join(",", names))).isEqualTo(expected.toString());
    }

    @Test
    void whatNumpyWritesIsRead() throws IOException, InterruptedException {
        String script = """
                import numpy
                x = numpy.arange(24).reshape(2, 3, 4)
                for dtype in '<f2 <f4 >f8 |i1 >i2 <u4 >u8'.split():
                    numpy.save(dtype[1:] + '_c', x.astype(dtype))
                    numpy.save(dtype[1:] + '_f', numpy.asfortranarray(x.astype(dtype)))
                numpy.save('scalar', numpy.float32(1.5))
                numpy.save('empty', numpy.zeros((3, 0), 'f4'))
                numpy.save('bool', numpy.array([True, False]))
                numpy.save('structured', numpy.zeros(2, [('a', 'f4')]))
                numpy.lib.format.write_array(open('two.npy', 'wb'), numpy.array([7], 'u1'), (2, 0))
                """;
        assertThat(python(script)).isEqualTo("0:");
        for (String dtype : List.of("f2", "f4", "f8", "i1", "i2", "u4", "u8")) {
            Tensor c = NpyFile.open(folder.resolve(dtype + "_c.npy"));
            Tensor f = NpyFile.open(folder.resolve(dtype + "_f.npy"));
            assertThat(c.info()).isEqualTo(f.info()).hasToString(c.info().type() + " [2, 3, 4]");
            assertThat(read(f)).isEqualTo(read(c));
            long[] codes = read(c);
            for (int i = 0; i < codes.length; i++) {
                long expected = switch (dtype) {
                    case "f2" -> i == 0 ? 0 : (Float.floatToIntBits(i) >>> 13) - (112 << 10);
                    case "f4" -> Float.floatToIntBits(i);
                    case "f8" -> Double.doubleToLongBits(i);
                    default -> i;
                };
                assertThat(codes[i]).isEqualTo(expected);
            }
        }
        assertThat(read(NpyFile.open(folder.resolve("scalar.npy")))).containsExactly(0x3fc00000);
        assertThat(NpyFile.open(folder.resolve("empty.npy")).info())
                .isEqualTo(TensorInfo.of(TensorType.of(Formats.BINARY32), 3, 0));
        assertThat(read(NpyFile.open(folder.resolve("bool.npy")))).containsExactly(1, 0);
        assertThat(read(NpyFile.open(folder.resolve("two.npy")))).containsExactly(7);
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> NpyFile.open(folder.resolve("structured.npy")))
                .withMessageContaining("structured dtypes are not supported");
    }
}
