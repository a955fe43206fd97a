package org.bitexact.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The bytes of a file, mapped into memory, or a part of them.
 *
 * <p>A buffer holds at most 2^31 - 1 bytes, so a file has several: number <i>i</i> starts at byte <i>i</i> * 2^30 and
 * reaches as far as it can. They overlap, and any 2^30 bytes lie in one of them.
 */
final class FileBytes {
    private static final int STEP_BITS = 30;
    /** The most bytes that are had at a time. */
    static final int STEP = 1 << STEP_BITS;
    /** The largest file: the address space of 47 bits holds it, twice. */
    private static final long LARGEST = 1L << 44;

    private final String name;
    private final ByteBuffer[] buffers;
    private final long from;
    private final long size;

    private FileBytes(String name, ByteBuffer[] buffers, long from, long size) {
        this.name = name;
        this.buffers = buffers;
        this.from = from;
        this.size = size;
    }

    /** Maps a file. */
    static FileBytes map(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > LARGEST) {
                throw new IOException(file + ": larger than " + LARGEST + " bytes: " + size);
            }
            ByteBuffer[] buffers = new ByteBuffer[(int) (size + STEP - 1 >>> STEP_BITS)];
            for (int i = 0; i < buffers.length; i++) {
                long start = (long) i << STEP_BITS;
                buffers[i] =
                        channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(size - start, Integer.MAX_VALUE));
            }
            return new FileBytes(file.toString(), buffers, 0, size);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }

    /** {@return the bytes of an array, which must not change any more} */
    static FileBytes of(String name, byte[] bytes) {
        return new FileBytes(name, new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, bytes.length);
    }

    /** {@return what messages call the file} */
    String name() {
        return name;
    }

    long size() {
        return size;
    }

    /** {@return a part of these bytes} */
    FileBytes slice(long start, long length) {
        Objects.checkFromIndexSize(start, length, size);
        return new FileBytes(name, buffers, from + start, length);
    }

    /**
     * {@return some of the bytes, read-only}
     *
     * @param n at most {@link #STEP}
     */
    ByteBuffer buffer(long start, int n) {
        Objects.checkFromIndexSize(start, n, size);
        if (n == 0) {
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }
        long at = from + start;
        ByteBuffer whole = buffers[(int) (at >>> STEP_BITS)];
        return whole.slice((int) (at & (STEP - 1)), n).asReadOnlyBuffer();
    }

    /** {@return one byte, 0 to 255} */
    int get(long index) {
        Objects.checkIndex(index, size);
        long at = from + index;
        return buffers[(int) (at >>> STEP_BITS)].get((int) (at & (STEP - 1))) & 0xff;
    }

    /** {@return an exception that says what is wrong with the contents} */
    IllegalArgumentException malformed(String problem) {
        return new IllegalArgumentException(name + ": " + problem);
    }

    /** {@return an exception that says which library is missing} */
    IllegalStateException withoutJackson(NoClassDefFoundError e) {
        return new IllegalStateException(
                "reading " + name + " needs jackson-core (com.fasterxml.jackson.core:jackson-core) on the class path",
                e);
    }
}
