package org.bitexact.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What a command writes. A file is written beside its final name and renamed by {@link #commit()}; closed without that,
 * or when the process is interrupted, it vanishes, and what stood under the final name before is untouched. Devices and
 * pipes are written in place.
 */
final class OutputFile implements Closeable {
    private final OutputStream stream;
    private final boolean ours;
    private final String name;
    private final @Nullable Path target;
    private final @Nullable Path temporary;
    private final @Nullable Thread cleaner;
    private boolean done;

    private OutputFile(
            OutputStream stream, boolean ours, String name, @Nullable Path target, @Nullable Path temporary) {
        this.stream = stream;
        this.ours = ours;
        this.name = name;
        this.target = target;
        this.temporary = temporary;
        if (temporary == null) {
            cleaner = null;
        } else {
            cleaner = new Thread(() -> delete(temporary));
            Runtime.getRuntime().addShutdownHook(cleaner);
        }
    }

    /** {@return standard output} */
    static OutputFile standard(OutputStream out) {
        return new OutputFile(out, false, "standard output", null, null);
    }

    /**
     * Opens a file.
     *
     * @param file its final place; a symbolic link keeps pointing where it does
     * @param name how messages call it
     */
    static OutputFile of(Path file, String name) throws IOException {
        try {
            if (Files.isDirectory(file)) {
                throw new IOException("is a directory");
            }
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                OutputStream device = Files.newOutputStream(target, StandardOpenOption.WRITE);
                return new OutputFile(Streams.writing(name, device), true, name, null, null);
            }
            if (Files.exists(target) && !Files.isWritable(target)) {
                throw new IOException("permission denied");
            }
            // not Files.createTempFile, which hides the file from everybody but its owner
            Path temporary = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            OutputStream out = Files.newOutputStream(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            return new OutputFile(Streams.writing(name, out), true, name, target, temporary);
        } catch (IOException e) {
            throw Streams.failure("write", name, e);
        }
    }

    /** {@return the stream to write to, unbuffered} */
    OutputStream stream() {
        return stream;
    }

    /** Puts the complete file in its place. */
    void commit() throws IOException {
        stream.flush();
        if (ours) {
            stream.close();
        }
        if (temporary != null && target != null) {
            try {
                move(temporary, target);
            } catch (IOException e) {
                throw Streams.failure("write", name, e);
            }
        }
        done = true;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() {
        if (ours && !done) {
            try {
                stream.close();
            } catch (IOException e) {
                // the failure that led here is the one to tell
            }
        }
        if (temporary != null && !done) {
            delete(temporary);
        }
        if (cleaner != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(cleaner);
            } catch (IllegalStateException e) {
                // the process is ending, and the hook finds nothing to delete
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // nothing more can be done
        }
    }
}
