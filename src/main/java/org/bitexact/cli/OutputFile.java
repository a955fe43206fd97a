package org.bitexact.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bitexact.internal.tensor.PendingFile;
import org.jspecify.annotations.Nullable;

/**
 * What a command writes: standard output, a {@link PendingFile}, which appears when it is complete, or a device or pipe,
 * which is written in place.
 */
final class OutputFile implements Closeable {
    private final Streams.Writing stream;
    private final boolean ours;
    private final String name;
    private final @Nullable PendingFile file;

    private OutputFile(Streams.Writing stream, boolean ours, String name, @Nullable PendingFile file) {
        this.stream = stream;
        this.ours = ours;
        this.name = name;
        this.file = file;
    }

    /** {@return standard output} */
    static OutputFile standard(Streams.Writing out) {
        return new OutputFile(out, false, "standard output", null);
    }

    /**
     * Opens a file.
     *
     * @param file its final place; a symbolic link keeps pointing where it does
     * @param name how messages call it
     */
    static OutputFile of(Path file, String name) throws IOException {
        try {
            if (Files.exists(file) && !Files.isDirectory(file) && !Files.isRegularFile(file)) {
                WritableByteChannel device = Files.newByteChannel(file, StandardOpenOption.WRITE);
                return new OutputFile(Streams.writing(name, device), true, name, null);
            }
            PendingFile pending = PendingFile.of(file);
            return new OutputFile(Streams.writing(name, pending.channel()), true, name, pending);
        } catch (IOException e) {
            throw Streams.failure("write", name, e);
        }
    }

    /** {@return the stream to write to, unbuffered} */
    Streams.Writing stream() {
        return stream;
    }

    /** Puts the complete file in its place. */
    void commit() throws IOException {
        stream.flush();
        if (ours) {
            stream.close();
        }
        if (file != null) {
            try {
                file.commit();
            } catch (IOException e) {
                throw Streams.failure("write", name, e);
            }
        }
    }

    @Override
    public void close() {
        if (ours) {
            try {
                stream.close();
            } catch (IOException e) {
                // the failure that led here is the one to tell
            }
        }
        if (file != null) {
            file.close();
        }
    }
}
