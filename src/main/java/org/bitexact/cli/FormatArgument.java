package org.bitexact.cli;

import java.io.IOException;
import java.util.Locale;
import org.bitexact.format.FormatNames;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.FormatSpec;

/** A format as it is written on the command line: a name, or the path of a specification file. */
final class FormatArgument {
    private FormatArgument() {}

    /** {@return whether the argument names a file: it has a path separator or ends in {@code .toml}} */
    static boolean isFile(String text) {
        return text.indexOf('/') >= 0
                || text.indexOf('\\') >= 0
                || text.toLowerCase(Locale.ROOT).endsWith(".toml");
    }

    /**
     * Finds the scalar format an argument means, and tells the user what is to be known about the choice.
     *
     * @throws UsageException if there is no such format
     * @throws IOException if its file cannot be read
     */
    static Resolved scalar(String text, Io io) throws IOException {
        Resolved resolved;
        if (isFile(text)) {
            FormatSpec spec = FormatSpec.read(Io.path(text));
            resolved = new Resolved(spec.format(), spec.policies(), "");
        } else {
            resolved = FormatNames.scalar(text);
        }
        io.note(resolved.note());
        return resolved;
    }
}
