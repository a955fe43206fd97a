package org.bitexact.format;

import java.util.List;

/**
 * A number format: a meaning for bit patterns, described by a few independent parameters.
 *
 * <p>Scalar formats give one code one value; block formats give a run of codes a shared scale. Every description is
 * immutable, comparable by value and safe to share between threads.
 *
 * @since 0.1
 */
public sealed interface Format permits ScalarFormat, BlockFormat {

    /** {@return the canonical identifier, lower case, for example {@code e4m3} or {@code mxfp4}} */
    String name();

    /** {@return what is known about the format beside its parameters: title, aliases, sources, certainty} */
    FormatInfo info();

    /** {@return the other names the format is known by, in any ecosystem; matching ignores case} */
    default List<Alias> aliases() {
        return info().aliases();
    }
}
