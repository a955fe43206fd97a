package org.bitexact.tensor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bitexact.internal.tensor.PendingFile;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file whose tensors have been declared: their codes are appended in pieces of any size, in row-major order.
 *
 * <pre>{@code
 * TensorInfo info = TensorInfo.of(TensorType.of(Formats.OCP_E4M3), rows, columns);
 * try (TensorWriter out = NpyFile.create(Path.of("w.float8_e4m3fn.npy"), info)) {
 *     for (byte[] row : codes) {
 *         out.write(row, 0, row.length);
 *     }
 *     out.commit();
 * }
 * }</pre>
 *
 * <p>The file is written beside its final name and put in its place by {@link #commit()}; a writer that is closed without
 * leaves no trace. Memory does not grow with the tensors.
 *
 * <p><b>Thread safety</b>: none; one thread writes.
 *
 * @since 0.1
 */
public final class TensorWriter implements Closeable {
    private static final int BUFFER = 1 << 16;
    /** Codes converted at a time. */
    private static final int CHUNK = 1 << 10;

    /** A tensor and where its bytes start. */
    record Place(TensorInfo info, long position) {}

    private final List<PendingFile> files = new ArrayList<>();
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, Place> toBegin = new LinkedHashMap<>();

    private @Nullable TensorInfo current;
    private long remaining;
    /** Bits of packed codes that do not fill a byte yet. */
    private int heldBits;

    private int held;

    /**
     * Opens a file and writes its header. A single tensor has begun.
     *
     * @param file its final place
     * @param header what comes before the first tensor
     * @param places the tensors, whose names differ
     * @param sidecar the text of a file beside it, of the same name and {@link NpyFile#SIDECAR}; empty for none
     */
    TensorWriter(Path file, byte[] header, List<Place> places, String sidecar) throws IOException {
        try {
            PendingFile data = PendingFile.of(file);
            files.add(data);
            channel = data.channel();
            writeAll(channel, ByteBuffer.wrap(header));
            if (!sidecar.isEmpty()) {
                PendingFile beside = PendingFile.of(file.resolveSibling(file.getFileName() + NpyFile.SIDECAR));
                files.add(0, beside); // committed first: a reader never finds the data without it
                writeAll(beside.channel(), StandardCharsets.UTF_8.encode(sidecar));
            }
        } catch (IOException e) {
            close();
            throw new IOException(file + ": cannot be written: " + e.getMessage(), e);
        }
        for (Place place : places) {
            toBegin.put(place.info().name(), place);
        }
        if (places.size() == 1) {
            begin(places.get(0).info().name());
        }
    }

    /**
     * Goes on with a tensor. Each is begun once, in any order, when the one before is complete; a single tensor has begun
     * already, and one without elements need not.
     *
     * @param name the tensor's name
     * @throws IllegalArgumentException if no tensor of the name is left to begin
     * @throws IllegalStateException if the one before is not complete
     * @throws IOException if the file cannot be written
     */
    public void begin(String name) throws IOException {
        Place place = toBegin.get(name);
        if (place == null) {
            throw new IllegalArgumentException(
                    "tensor must be one of those not begun, " + toBegin.keySet() + ": '" + name + "'");
        }
        end();
        toBegin.remove(name);
        current = place.info();
        remaining = place.info().elements();
        channel.position(place.position());
    }

    /** {@return the number of elements that the tensor begun still lacks} */
    public long remaining() {
        return remaining;
    }

    /**
     * Appends codes to the tensor begun, whose elements have at most 8 bits.
     *
     * @param codes codes in the low bits
     * @param from position of the first code
     * @param n number of codes
     * @throws IllegalArgumentException if the elements are wider, the tensor lacks less, or a code does not fit its format;
     *     nothing has been written then
     * @throws IndexOutOfBoundsException if the range does not lie within the array
     * @throws IllegalStateException if no tensor has been begun
     * @throws IOException if the file cannot be written
     */
    public void write(byte[] codes, int from, int n) throws IOException {
        Objects.checkFromIndexSize(from, n, codes.length);
        append(n, 8, (start, count) -> buffer.put(codes, from + start, count), i -> codes[from + i] & 0xff);
    }

    /**
     * Appends codes to the tensor begun, whose elements have at most 16 bits.
     *
     * @param codes codes in the low bits
     * @param from position of the first code
     * @param n number of codes
     * @throws IllegalArgumentException as {@link #write(byte[], int, int)}
     * @throws IndexOutOfBoundsException if the range does not lie within the array
     * @throws IllegalStateException if no tensor has been begun
     * @throws IOException if the file cannot be written
     */
    public void write(short[] codes, int from, int n) throws IOException {
        Objects.checkFromIndexSize(from, n, codes.length);
        append(
                n,
                16,
                (start, count) -> buffer.asShortBuffer().put(codes, from + start, count),
                i -> codes[from + i] & 0xffff);
    }

    /**
     * Appends codes to the tensor begun, whose elements have at most 32 bits.
     *
     * @param codes codes in the low bits
     * @param from position of the first code
     * @param n number of codes
     * @throws IllegalArgumentException as {@link #write(byte[], int, int)}
     * @throws IndexOutOfBoundsException if the range does not lie within the array
     * @throws IllegalStateException if no tensor has been begun
     * @throws IOException if the file cannot be written
     */
    public void write(int[] codes, int from, int n) throws IOException {
        Objects.checkFromIndexSize(from, n, codes.length);
        append(
                n,
                32,
                (start, count) -> buffer.asIntBuffer().put(codes, from + start, count),
                i -> codes[from + i] & 0xffff_ffffL);
    }

    /**
     * Appends codes to the tensor begun.
     *
     * @param codes codes in the low bits
     * @param from position of the first code
     * @param n number of codes
     * @throws IllegalArgumentException as {@link #write(byte[], int, int)}
     * @throws IndexOutOfBoundsException if the range does not lie within the array
     * @throws IllegalStateException if no tensor has been begun
     * @throws IOException if the file cannot be written
     */
    public void write(long[] codes, int from, int n) throws IOException {
        Objects.checkFromIndexSize(from, n, codes.length);
        append(n, 64, (start, count) -> buffer.asLongBuffer().put(codes, from + start, count), i -> codes[from + i]);
    }

    /**
     * Puts the complete file in its place.
     *
     * @throws IllegalStateException if a tensor lacks elements
     * @throws IOException if the file cannot be written
     */
    public void commit() throws IOException {
        end();
        current = null;
        for (Place place : toBegin.values()) {
            if (place.info().elements() > 0) {
                throw new IllegalStateException("tensor has not been begun: " + place.info());
            }
        }
        toBegin.clear();
        for (PendingFile file : files) {
            file.commit();
        }
    }

    @Override
    public void close() {
        for (PendingFile file : files) {
            file.close();
        }
    }

    // ------------------------------------------------------------------ inside

    private interface Bulk {
        /** Puts codes {@code start} to {@code start + count} of those to be written into the buffer. */
        void put(int start, int count);
    }

    private interface Source {
        /** {@return code number {@code i} of those to be written} */
        long code(int i);
    }

    private TensorInfo current() {
        if (current == null) {
            throw new IllegalStateException("a tensor must be begun first, one of " + toBegin.keySet());
        }
        return current;
    }

    private void append(int n, int arrayBits, Bulk bulk, Source source) throws IOException {
        TensorInfo info = current();
        int bits = info.type().bits();
        if (bits > arrayBits) {
            throw new IllegalArgumentException(
                    "elements of " + info.type() + " take " + bits + " bits, an element of the array has " + arrayBits);
        }
        if (n > remaining) {
            throw new IllegalArgumentException(
                    "n must be at most " + remaining + ", which is what tensor " + info + " still lacks: " + n);
        }
        check(n, arrayBits, source);
        int bytes = Math.max(1, bits >> 3);
        int step = bits == arrayBits ? BUFFER / bytes : CHUNK;
        for (int start = 0; start < n; start += Math.min(step, n - start)) {
            int count = Math.min(step, n - start);
            if (buffer.remaining() < count * bytes) {
                flush();
            }
            if (bits == arrayBits) {
                int position = buffer.position();
                bulk.put(start, count);
                buffer.position(position + count * bytes);
            } else {
                for (int i = start; i < start + count; i++) {
                    put(source.code(i), bits);
                }
            }
        }
        remaining -= n;
    }

    /** Checks that codes fit, where they may fail to. */
    private void check(int n, int arrayBits, Source source) {
        TensorInfo info = current();
        long unused = -1L >>> (64 - arrayBits) & ~info.type().writable();
        if (unused == 0) {
            return;
        }
        for (int i = 0; i < n; i++) {
            if ((source.code(i) & unused) != 0) {
                throw new IllegalArgumentException(String.format(
                        "code of %s must have no bits outside 0x%x: 0x%x at element %d",
                        info.type(), info.type().writable(), source.code(i), info.elements() - remaining + i));
            }
        }
    }

    private void put(long code, int bits) {
        switch (bits) {
            case 8 -> buffer.put((byte) code);
            case 16 -> buffer.putShort((short) code);
            case 32 -> buffer.putInt((int) code);
            case 64 -> buffer.putLong(code);
            default -> {
                held |= (int) code << heldBits;
                heldBits += bits;
                if (heldBits >= 8) {
                    buffer.put((byte) held);
                    held >>>= 8;
                    heldBits -= 8;
                }
            }
        }
    }

    /** Checks that the tensor begun is complete, and writes what is left of it. */
    private void end() throws IOException {
        if (remaining > 0) {
            throw new IllegalStateException("tensor " + current() + " lacks " + remaining + " elements");
        }
        if (heldBits > 0) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.put((byte) held);
            held = 0;
            heldBits = 0;
        }
        flush();
    }

    private void flush() throws IOException {
        buffer.flip();
        writeAll(channel, buffer);
        buffer.clear();
    }

    private static void writeAll(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }
}
