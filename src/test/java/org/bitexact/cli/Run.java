package org.bitexact.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One run of the program with streams in memory. */
record Run(int exit, byte[] bytes, String err) {
    static Run of(String... args) {
        return with(new byte[0], args);
    }

    static Run text(String in, String... args) {
        return with(in.getBytes(StandardCharsets.UTF_8), args);
    }

    static Run with(byte[] in, String... args) {
        return with(new ByteArrayInputStream(in), args);
    }

    static Run with(InputStream in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return with(in, out, out, args);
    }

    /** A run whose standard output fails as the system does: with a message after some bytes. */
    static Run failing(InputStream in, int after, String message, String... args) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (kept.size() >= after) {
                    throw new IOException(message);
                }
                kept.write(b);
            }
        };
        return with(in, out, kept, args);
    }

    private static Run with(InputStream in, OutputStream out, ByteArrayOutputStream kept, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Main.run(new Io(in, out, err, false), args);
        return new Run(exit, kept.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    String out() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
