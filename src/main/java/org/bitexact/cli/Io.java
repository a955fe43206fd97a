package org.bitexact.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The streams of one run: data goes to {@link #out()} or {@link #text()}, everything said to the user to standard
 * error, each line after the name of the command.
 */
final class Io {
    private static final int BUFFER = 1 << 16;

    private final Streams.Reading in;
    private final Streams.Writing out;
    private final Writer text;
    private final PrintStream err;
    private final boolean terminal;
    private final Set<String> notes = new HashSet<>();
    private String program = "bitexact";

    /**
     * @param in standard input
     * @param out standard output, unbuffered, whose failures are thrown
     * @param err standard error
     * @param terminal whether standard error is a terminal, on which progress is shown
     */
    Io(InputStream in, OutputStream out, OutputStream err, boolean terminal) {
        this.in = Streams.reading("standard input", in);
        this.out = Streams.writingStandardOutput(out);
        this.text = new BufferedWriter(new OutputStreamWriter(this.out, StandardCharsets.UTF_8), BUFFER);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
    }

    /** {@return the streams of the process; not {@code System.out}, which swallows failures} */
    static Io ofProcess() {
        return new Io(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                errorIsTerminal());
    }

    /**
     * Whether standard error is a terminal. {@code System.console()} tells of the other two streams, so the launcher
     * may say it in an environment variable, and Linux says it in {@code /proc}.
     */
    private static boolean errorIsTerminal() {
        String told = System.getenv("BITEXACT_STDERR_TTY");
        if (told != null) {
            return told.equals("1");
        }
        String link = Streams.linkOf("/proc/self/fd/2");
        return link != null && (link.startsWith("/dev/pts/") || link.startsWith("/dev/tty"));
    }

    /** {@return standard input, unbuffered} */
    Streams.Reading in() {
        return in;
    }

    /** {@return standard output for bytes, unbuffered} */
    Streams.Writing out() {
        return out;
    }

    /** {@return standard output for text, buffered; {@link Main} flushes it} */
    Writer text() {
        return text;
    }

    /** {@return standard error as it is, for programs with messages of their own} */
    PrintStream err() {
        return err;
    }

    /** {@return whether progress may be shown} */
    boolean terminal() {
        return terminal;
    }

    /** Sets the name that starts each message. */
    void program(String name) {
        program = name;
    }

    /** Says something on standard error, in one line. */
    void message(String message) {
        err.print(program + ": " + printable(message) + "\n");
        err.flush();
    }

    /** Text with what would move the cursor, or cannot be shown, written as escapes. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || c == 0xfffd || Character.isSurrogate(c)) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    /** Says something that the user should know but that is no error, once a run. */
    void note(String message) {
        if (!message.isEmpty() && notes.add(message)) {
            message("note: " + message);
        }
    }

    /**
     * Opens what a command reads.
     *
     * @param file the file; empty or {@code -} for standard input
     */
    Streams.Reading open(String file) throws IOException {
        if (file.isEmpty() || file.equals("-")) {
            return in;
        }
        try {
            return Streams.reading(file, Files.newByteChannel(path(file)));
        } catch (IOException e) {
            throw Streams.failure("read", file, e);
        }
    }

    /**
     * Opens what a command writes.
     *
     * @param file the file; empty or {@code -} for standard output
     */
    OutputFile create(String file) throws IOException {
        return file.isEmpty() || file.equals("-") ? OutputFile.standard(out) : OutputFile.of(path(file), file);
    }

    static Path path(String file) {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new UsageException("not a file name: " + quoted(file));
        }
    }

    /** A piece of input as part of a message: in quotes, not too long. */
    static String quoted(String text) {
        return text.length() <= 60 ? "'" + text + "'" : "'" + text.substring(0, 60) + "...'";
    }
}
