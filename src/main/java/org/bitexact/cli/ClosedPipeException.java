package org.bitexact.cli;

import java.io.IOException;

/** Whoever read standard output has gone, as {@code head} does when it has enough: the command ends quietly. */
final class ClosedPipeException extends IOException {
    private static final long serialVersionUID = 1;

    ClosedPipeException(IOException cause) {
        super("broken pipe on standard output", cause);
    }
}
