package org.bitexact.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The elements of a tensor in a file. The file is mapped into memory, so the tensor may be larger than the heap; nothing
 * is read before it is asked for.
 *
 * <p>An element is its code, as {@link TensorType} describes it, in the low bits of an array's element. Elements are
 * numbered in row-major order, however the file has them, and asked for from any number on:
 *
 * <pre>{@code
 * Tensor weights = NpyFile.open(Path.of("w.float8_e4m3fn.npy"));
 * byte[] codes = new byte[4096];
 * for (long at = 0; at < weights.info().elements(); at += codes.length) {
 *     int n = (int) Math.min(codes.length, weights.info().elements() - at);
 *     weights.read(at, codes, 0, n);
 * }
 * }</pre>
 *
 * <p>The mapping lasts as long as some tensor of the file can be reached. A file that is cut short meanwhile makes reading
 * fail with an {@link InternalError}, as the JVM does for all mapped files.
 *
 * <p><b>Thread safety</b>: immutable as long as the file is.
 *
 * @since 0.1
 */
public final class Tensor {
    /** Codes converted at a time; a multiple of 8, so that packed codes start at whole bytes. */
    private static final int CHUNK = 1 << 10;

    private final TensorInfo info;
    private final FileBytes data;
    private final ByteOrder order;
    private final boolean columnMajor;

    Tensor(TensorInfo info, FileBytes data, ByteOrder order, boolean columnMajor) {
        this.info = info;
        this.data = data;
        this.order = order;
        // with at most one long dimension both orders are the same
        int longDimensions = 0;
        for (int i = 0; i < info.rank(); i++) {
            longDimensions += info.dimension(i) == 1 ? 0 : 1;
        }
        this.columnMajor = columnMajor && longDimensions > 1;
    }

    /** A little-endian tensor in row-major order. */
    Tensor(TensorInfo info, FileBytes data) {
        this(info, data, ByteOrder.LITTLE_ENDIAN, false);
    }

    /** {@return name, type and shape} */
    public TensorInfo info() {
        return info;
    }

    /**
     * {@return the same bytes with another meaning}
     *
     * <p>For example, bytes that a file calls {@code U8} as packed {@code INT4}.
     *
     * @param other a description of as many bytes; in a big-endian or column-major tensor of elements as wide, too, and of
     *     the same shape
     * @throws IllegalArgumentException if it does not describe as many
     */
    public Tensor as(TensorInfo other) {
        boolean plain = order == ByteOrder.LITTLE_ENDIAN && !columnMajor;
        boolean fits = plain
                ? other.bytes() == info.bytes()
                : other.type().bits() == info.type().bits()
                        && other.named("").equals(TensorInfo.of(other.type(), info.shape()));
        if (!fits) {
            throw new IllegalArgumentException("a tensor " + info + " of " + info.bytes() + " bytes cannot be read as "
                    + other + ", which takes " + other.bytes()
                    + (plain ? "" : "; its order of bytes or elements allows the same shape and width alone"));
        }
        return new Tensor(other, data, order, columnMajor);
    }

    /**
     * Reads elements of at most 8 bits.
     *
     * @param from number of the first element
     * @param codes receives codes
     * @param to position of the first code
     * @param n number of elements
     * @throws IllegalArgumentException if an element is wider
     * @throws IndexOutOfBoundsException if a range does not lie within tensor or array
     */
    public void read(long from, byte[] codes, int to, int n) {
        check(from, codes.length, to, n, 8);
        if (isPlain(8)) {
            bulk(from, n, 1, (buffer, start, count) -> buffer.get(codes, to + start, count));
            mask(codes, to, n);
            return;
        }
        chunks(from, n, (chunk, start, count) -> {
            for (int i = 0; i < count; i++) {
                codes[to + start + i] = (byte) chunk[i];
            }
        });
    }

    /**
     * Reads elements of at most 16 bits.
     *
     * @param from number of the first element
     * @param codes receives codes
     * @param to position of the first code
     * @param n number of elements
     * @throws IllegalArgumentException if an element is wider
     * @throws IndexOutOfBoundsException if a range does not lie within tensor or array
     */
    public void read(long from, short[] codes, int to, int n) {
        check(from, codes.length, to, n, 16);
        if (isPlain(16) && isWhole()) {
            bulk(from, n, 2, (buffer, start, count) -> buffer.asShortBuffer().get(codes, to + start, count));
            return;
        }
        chunks(from, n, (chunk, start, count) -> {
            for (int i = 0; i < count; i++) {
                codes[to + start + i] = (short) chunk[i];
            }
        });
    }

    /**
     * Reads elements of at most 32 bits.
     *
     * @param from number of the first element
     * @param codes receives codes
     * @param to position of the first code
     * @param n number of elements
     * @throws IllegalArgumentException if an element is wider
     * @throws IndexOutOfBoundsException if a range does not lie within tensor or array
     */
    public void read(long from, int[] codes, int to, int n) {
        check(from, codes.length, to, n, 32);
        if (isPlain(32) && isWhole()) {
            bulk(from, n, 4, (buffer, start, count) -> buffer.asIntBuffer().get(codes, to + start, count));
            return;
        }
        chunks(from, n, (chunk, start, count) -> {
            for (int i = 0; i < count; i++) {
                codes[to + start + i] = (int) chunk[i];
            }
        });
    }

    /**
     * Reads elements of any width.
     *
     * @param from number of the first element
     * @param codes receives codes
     * @param to position of the first code
     * @param n number of elements
     * @throws IndexOutOfBoundsException if a range does not lie within tensor or array
     */
    public void read(long from, long[] codes, int to, int n) {
        check(from, codes.length, to, n, 64);
        chunks(from, n, (chunk, start, count) -> System.arraycopy(chunk, 0, codes, to + start, count));
    }

    /**
     * {@return bytes as the file has them, as a read-only buffer on the mapped memory}
     *
     * @param from number of the first byte, less than {@link TensorInfo#bytes()}
     * @param n number of bytes, at most 2^30
     * @throws IllegalArgumentException if there are more
     * @throws IndexOutOfBoundsException if the range does not lie within the tensor
     */
    public ByteBuffer bytes(long from, int n) {
        if (n > FileBytes.STEP) {
            throw new IllegalArgumentException("n must be in [0, 2^30]: " + n);
        }
        return data.buffer(from, n);
    }

    // ------------------------------------------------------------------ bulk

    private interface Bulk {
        /** Takes elements {@code start} to {@code start + count} of those asked for. */
        void accept(ByteBuffer buffer, int start, int count);
    }

    private interface Chunk {
        /** Takes elements {@code start} to {@code start + count} of those asked for. */
        void accept(long[] chunk, int start, int count);
    }

    private void check(long from, int length, int to, int n, int atMostBits) {
        if (info.type().bits() > atMostBits) {
            throw new IllegalArgumentException("elements of " + info.type() + " take "
                    + info.type().bits() + " bits, an element of the array has " + atMostBits);
        }
        Objects.checkFromIndexSize(from, n, info.elements());
        Objects.checkFromIndexSize(to, n, length);
    }

    private boolean isPlain(int bits) {
        return info.type().bits() == bits && !columnMajor;
    }

    private boolean isWhole() {
        return info.type().readable() == -1L >>> (64 - info.type().bits());
    }

    private void mask(byte[] codes, int to, int n) {
        if (!isWhole()) {
            int mask = (int) info.type().readable();
            for (int i = to; i < to + n; i++) {
                codes[i] &= (byte) mask;
            }
        }
    }

    private void bulk(long from, int n, int bytes, Bulk sink) {
        int step = FileBytes.STEP / bytes;
        for (int start = 0; start < n; start += Math.min(step, n - start)) {
            int count = Math.min(step, n - start);
            sink.accept(data.buffer((from + start) * bytes, count * bytes).order(order), start, count);
        }
    }

    private void chunks(long from, int n, Chunk sink) {
        long[] chunk = new long[Math.min(n, CHUNK)];
        for (int start = 0; start < n; start += Math.min(CHUNK, n - start)) {
            int count = Math.min(CHUNK, n - start);
            if (columnMajor) {
                scattered(from + start, chunk, count);
            } else {
                load(from + start, chunk, count);
            }
            sink.accept(chunk, start, count);
        }
    }

    // ------------------------------------------------------------------ elements

    /** Reads consecutive elements. */
    private void load(long from, long[] codes, int n) {
        int bits = info.type().bits();
        long mask = info.type().readable();
        if (bits < 8) {
            unpack(from, codes, n, bits);
            return;
        }
        ByteBuffer b = data.buffer(from * (bits >> 3), n * (bits >> 3)).order(order);
        switch (bits) {
            case 8 -> {
                for (int i = 0; i < n; i++) {
                    codes[i] = b.get(i) & mask;
                }
            }
            case 16 -> {
                for (int i = 0; i < n; i++) {
                    codes[i] = b.getShort(2 * i) & mask;
                }
            }
            case 32 -> {
                for (int i = 0; i < n; i++) {
                    codes[i] = b.getInt(4 * i) & mask;
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    codes[i] = b.getLong(8 * i) & mask;
                }
            }
        }
    }

    private void unpack(long from, long[] codes, int n, int bits) {
        // element 8 g + r starts in byte g * bits + (r * bits >> 3)
        long firstByte = (from >>> 3) * bits + ((from & 7) * bits >>> 3);
        int shift = (int) ((from & 7) * bits & 7);
        ByteBuffer b = data.buffer(firstByte, shift + n * bits + 7 >>> 3);
        int mask = (1 << bits) - 1;
        int held = b.get(0) & 0xff;
        int available = 8 - shift;
        held >>>= shift;
        int next = 1;
        for (int i = 0; i < n; i++) {
            if (available < bits) {
                held |= (b.get(next++) & 0xff) << available;
                available += 8;
            }
            codes[i] = held & mask;
            held >>>= bits;
            available -= bits;
        }
    }

    /** Reads elements with consecutive numbers that lie in column-major order. */
    private void scattered(long from, long[] codes, int n) {
        int rank = info.rank();
        long[] index = new long[rank];
        long[] stride = new long[rank];
        long position = 0;
        long rest = from;
        for (int d = rank - 1; d >= 0; d--) {
            index[d] = rest % info.dimension(d);
            rest /= info.dimension(d);
        }
        long step = 1;
        for (int d = 0; d < rank; d++) {
            stride[d] = step;
            position += index[d] * step;
            step *= info.dimension(d);
        }
        int size = info.type().bits() >> 3; // only .npy has column-major order, and that packs nothing
        int flip = order == ByteOrder.LITTLE_ENDIAN ? 0 : size - 1;
        long mask = info.type().readable();
        for (int i = 0; i < n; i++) {
            long code = 0;
            for (int k = 0; k < size; k++) {
                code |= (long) data.get(position * size + k) << 8 * (k ^ flip); // sizes are powers of two
            }
            codes[i] = code & mask;
            for (int d = rank - 1; d >= 0; d--) {
                position += stride[d];
                if (++index[d] < info.dimension(d)) {
                    break;
                }
                position -= stride[d] * info.dimension(d);
                index[d] = 0;
            }
        }
    }
}
