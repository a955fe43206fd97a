package org.bitexact.quant;

import java.util.Objects;
import java.util.function.LongConsumer;
import org.bitexact.array.ArrayCodec;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;

/**
 * The numbers of a tensor in a file as binary32, read piece by piece.
 *
 * <p>Values of all formats of at most 32 bits with at most 24 significand bits are exact; binary64 is rounded to nearest,
 * ties to even.
 *
 * <p><b>Thread safety</b>: none.
 *
 * @since 0.1
 */
public final class TensorValues {
    /** Values decoded at a time. */
    private static final int CHUNK = 1 << 12;

    private final Tensor tensor;
    private final ArrayCodec codec;
    private final LongConsumer progress;
    private final boolean wide;
    private byte[] bytes = new byte[0];
    private short[] shorts = new short[0];
    private int[] ints = new int[0];
    private long[] longs = new long[0];
    private double[] doubles = new double[0];

    private TensorValues(Tensor tensor, ScalarFormat format, LongConsumer progress) {
        this.tensor = tensor;
        this.progress = progress;
        codec = ArrayCodec.of(Codec.of(format));
        wide = !(format instanceof FloatFormat f)
                || f.precision() > 24
                || f.emax() > Float.MAX_EXPONENT
                || f.subnormalQuantumExponent() < Math.getExponent(Float.MIN_VALUE);
        int bits = tensor.info().type().bits();
        if (bits <= 8) {
            bytes = new byte[CHUNK];
        } else if (bits == 16) {
            shorts = new short[CHUNK];
        } else if (bits == 32) {
            ints = new int[CHUNK];
        } else {
            longs = new long[CHUNK];
        }
        if (wide) {
            doubles = new double[CHUNK];
        }
    }

    /**
     * {@return whether a tensor has floating-point numbers, which can be quantised}
     *
     * @param info its description
     */
    public static boolean areFloats(TensorInfo info) {
        return info.type()
                .format()
                .filter(f -> f instanceof FloatFormat g && g.fitsBinary64())
                .isPresent();
    }

    /**
     * {@return the numbers of a tensor}
     *
     * @param tensor the tensor
     * @param progress told the number of bytes that each piece has taken from the file
     * @throws IllegalArgumentException if it has no floating-point numbers
     */
    public static TensorValues of(Tensor tensor, LongConsumer progress) {
        if (!areFloats(tensor.info())) {
            throw new IllegalArgumentException(
                    "tensor must have a floating-point format whose values fit binary64: " + tensor.info());
        }
        return new TensorValues(
                tensor, tensor.info().type().format().orElseThrow(), Objects.requireNonNull(progress, "progress"));
    }

    /** {@return name, type and shape} */
    public TensorInfo info() {
        return tensor.info();
    }

    /** {@return whether reading rounds} */
    public boolean isRounded() {
        return tensor.info().type().format().filter(Formats.BINARY64::equals).isPresent();
    }

    /**
     * Reads values.
     *
     * @param from number of the first element
     * @param dst receives values
     * @param to position of the first value
     * @param n number of values
     * @throws IndexOutOfBoundsException if a range does not lie within tensor or array
     */
    public void read(long from, float[] dst, int to, int n) {
        Objects.checkFromIndexSize(to, n, dst.length);
        for (int done = 0; done < n; done += CHUNK) {
            int m = Math.min(CHUNK, n - done);
            decode(from + done, dst, to + done, m);
            progress.accept((long) m * tensor.info().type().bits() >> 3);
        }
    }

    private void decode(long from, float[] dst, int to, int m) {
        if (bytes.length > 0) {
            tensor.read(from, bytes, 0, m);
            if (wide) {
                codec.decode(bytes, 0, doubles, 0, m);
            } else {
                codec.decode(bytes, 0, dst, to, m);
            }
        } else if (shorts.length > 0) {
            tensor.read(from, shorts, 0, m);
            if (wide) {
                codec.decode(shorts, 0, doubles, 0, m);
            } else {
                codec.decode(shorts, 0, dst, to, m);
            }
        } else if (ints.length > 0) {
            tensor.read(from, ints, 0, m);
            if (wide) {
                codec.decode(ints, 0, doubles, 0, m);
            } else {
                codec.decode(ints, 0, dst, to, m);
            }
        } else {
            tensor.read(from, longs, 0, m);
            codec.decode(longs, 0, doubles, 0, m);
        }
        if (wide) {
            for (int i = 0; i < m; i++) {
                dst[to + i] = (float) doubles[i];
            }
        }
    }
}
