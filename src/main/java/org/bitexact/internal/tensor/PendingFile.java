package org.bitexact.internal.tensor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written beside its final name and renamed by {@link #commit()}. Closed without that, or when the
 * process is interrupted, it vanishes, and what stood under the final name before is untouched.
 */
public final class PendingFile implements Closeable {
    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private final Thread cleaner;
    private boolean done;

    private PendingFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
        cleaner = new Thread(() -> delete(temporary));
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /**
     * Opens a file.
     *
     * @param file its final place; a symbolic link keeps pointing where it does
     * @return the file, empty
     * @throws IOException if the place cannot be written, or holds something that is no regular file
     */
    public static PendingFile of(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("is a directory");
        }
        boolean exists = Files.exists(file);
        Path target = exists ? file.toRealPath() : file.toAbsolutePath();
        if (exists && !Files.isRegularFile(target)) {
            throw new IOException("is not a regular file");
        }
        if (exists && !Files.isWritable(target)) {
            throw new IOException("permission denied");
        }
        // not Files.createTempFile, which hides the file from everybody but its owner
        Path temporary = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        return new PendingFile(target, temporary, channel);
    }

    /** {@return the place to write to} */
    public FileChannel channel() {
        return channel;
    }

    /**
     * Puts the complete file in its place.
     *
     * @throws IOException if it cannot be put there
     */
    public void commit() throws IOException {
        channel.close();
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
        done = true;
    }

    @Override
    public void close() {
        if (!done) {
            try {
                channel.close();
            } catch (IOException e) {
                // the failure that led here is the one to tell
            }
            delete(temporary);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook finds nothing to delete
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
