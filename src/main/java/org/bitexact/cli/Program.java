package org.bitexact.cli;

import java.io.IOException;
import java.util.List;

/** What stands behind the name of a command. Most are {@link Command}s; {@code gen} and {@code ver} read their own arguments. */
interface Program {
    /**
     * Runs it.
     *
     * @param io its streams
     * @param arguments what follows its name
     * @return the exit code
     * @throws UsageException if arguments or data are not what it takes; an {@link IllegalArgumentException} of the library
     *     counts as the same
     * @throws IOException if something cannot be read or written
     */
    int run(Io io, List<String> arguments) throws IOException;
}
