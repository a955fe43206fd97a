package org.bitexact.cli;

/** The arguments, or the data read, are not what the command takes: exit code 2. The message is one line. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
