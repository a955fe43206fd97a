package org.bitexact.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads lines of UTF-8 text with their numbers; a line has a greatest length, so that memory stays bounded. */
final class LineReader {
    /** The longest line, in bytes, unless the user of the reader says otherwise. */
    static final int MAX_LENGTH = 1 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] line = new byte[256];
    private long number;
    private final int maxLength;

    LineReader(InputStream in) {
        this(in, MAX_LENGTH);
    }

    /**
     * @param in the text
     * @param maxLength the longest line, in bytes
     */
    LineReader(InputStream in, int maxLength) {
        this.in = in;
        this.maxLength = maxLength;
    }

    /** {@return the number of the line read last, 1 for the first} */
    long number() {
        return number;
    }

    /** {@return whether another line can be read without waiting for input} */
    boolean ready() {
        return at < end;
    }

    /** {@return the next line without its end, or null if there is none} */
    @Nullable
    String next() throws IOException {
        int length = 0;
        boolean any = false;
        while (true) {
            if (at == end) {
                end = Math.max(0, in.read(buffer, 0, buffer.length));
                at = 0;
                if (end == 0) {
                    if (!any) {
                        return null;
                    }
                    break;
                }
            }
            any = true;
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            int piece = stop - at;
            if (length + piece > maxLength) {
                throw new UsageException(
                        "line " + (number + 1) + ": must have at most " + maxLength + " bytes; is the input text?");
            }
            if (length + piece > line.length) {
                line = Arrays.copyOf(line, Math.max(2 * line.length, length + piece));
            }
            System.arraycopy(buffer, at, line, length, piece);
            length += piece;
            at = stop;
            if (at < end) {
                at++;
                break;
            }
        }
        number++;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return new String(line, 0, length, StandardCharsets.UTF_8);
    }
}
