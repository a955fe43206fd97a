package org.bitexact.cli;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Streams whose failures say what could not be read or written. */
final class Streams {
    private Streams() {}

    /** {@return a stream that adds the name of the source to the message of a failure} */
    static Reading reading(String name, InputStream in) {
        return new Reading(name, in, in instanceof FileInputStream file ? file.getChannel() : Channels.newChannel(in));
    }

    /** {@return the same for a channel} */
    static Reading reading(String name, ReadableByteChannel channel) {
        return new Reading(name, Channels.newInputStream(channel), channel);
    }

    /** An input, to be read as a stream or as a channel. */
    static final class Reading extends FilterInputStream implements ReadableByteChannel {
        private final String name;
        private final ReadableByteChannel channel;

        private Reading(String name, InputStream in, ReadableByteChannel channel) {
            super(in);
            this.name = name;
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                return in.read(b, off, len);
            } catch (IOException e) {
                throw failure("read", name, e);
            }
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            try {
                return channel.read(dst);
            } catch (IOException e) {
                throw failure("read", name, e);
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }
    }

    /** {@return a stream that adds the name of the destination to the message of a failure} */
    static Writing writing(String name, WritableByteChannel out) {
        return new Writing(name, Channels.newOutputStream(out), out, false);
    }

    /**
     * {@return a stream for standard output, whose failures say so, and which throws {@link ClosedPipeException} when
     * the reader has gone}
     */
    static Writing writingStandardOutput(OutputStream out) {
        WritableByteChannel channel =
                out instanceof FileOutputStream file ? file.getChannel() : Channels.newChannel(out);
        return new Writing("standard output", out, channel, true);
    }

    static IOException failure(String verb, String name, IOException cause) {
        return new IOException("cannot " + verb + " " + name + ": " + reason(cause), cause);
    }

    /** What went wrong, without the path that the message names anyway. */
    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "the file exists";
        }
        if (e instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (e instanceof MalformedInputException) {
            return "not UTF-8";
        }
        String text = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        if (text == null || text.isBlank()) {
            return e.getClass().getSimpleName();
        }
        text = text.strip().replace('\n', ' ');
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    /**
     * Whether a write to standard output failed because its reader has gone. Java has no error number for it: the
     * message is the system's, in its language (which names the pipe in most), and on Linux a write to a pipe fails for
     * no other reason.
     */
    static boolean isClosedPipe(IOException e) {
        String message = e.getMessage();
        if (message != null) {
            String lower = message.toLowerCase(Locale.ROOT);
            if (lower.contains("pipe") || lower.contains("stream closed")) {
                return true;
            }
            if (lower.contains("no space")) {
                return false;
            }
        }
        String link = linkOf("/proc/self/fd/1");
        return link != null && link.startsWith("pipe:");
    }

    /** {@return where a symbolic link points, or null if it is none} */
    static @Nullable String linkOf(String path) {
        try {
            return Files.readSymbolicLink(Path.of(path)).toString();
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** An output, to be written as a stream or as a channel. */
    static final class Writing extends OutputStream implements WritableByteChannel {
        private final String name;
        private final OutputStream out;
        private final WritableByteChannel channel;
        private final boolean pipe;

        private Writing(String name, OutputStream out, WritableByteChannel channel, boolean pipe) {
            this.name = name;
            this.out = out;
            this.channel = channel;
            this.pipe = pipe;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            try {
                return channel.write(src);
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            try {
                out.write(b, off, len);
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (IOException e) {
                throw explained(e);
            }
        }

        private IOException explained(IOException e) {
            return pipe && isClosedPipe(e) ? new ClosedPipeException(e) : failure("write", name, e);
        }
    }
}
