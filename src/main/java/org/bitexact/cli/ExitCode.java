package org.bitexact.cli;

/** Exit codes of every command but {@code gen} and {@code ver}, which follow TestFloat. */
final class ExitCode {
    /** The command did what was asked. */
    static final int SUCCESS = 0;
    /** A comparison or verification found differences. */
    static final int MISMATCH = 1;
    /** The arguments, or the data read, are not what the command takes. */
    static final int USAGE = 2;
    /** A file or stream could not be read or written. */
    static final int IO_FAILURE = 3;
    /** A defect of this program; EX_SOFTWARE of sysexits.h. */
    static final int DEFECT = 70;

    private ExitCode() {}
}
