package org.bitexact.format;

import java.util.Locale;

/**
 * How well the behaviour of a format, as described here, is known.
 *
 * @since 0.1
 */
public enum Certainty {
    /** Defined by a published standard or specification, or measured on the implementation itself. */
    SPECIFIED,
    /** Stated by vendor documentation or agreed secondary sources; not checked on the hardware. */
    DOCUMENTED,
    /** Inferred: the hardware's behaviour is not public, and the parameters are a labelled assumption. */
    PROVISIONAL;

    /** {@return the name used in specification files and on the command line} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
