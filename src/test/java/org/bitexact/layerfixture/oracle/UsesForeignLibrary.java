package org.bitexact.layerfixture.oracle;

import com.fasterxml.jackson.core.JsonFactory;

/** Violates the independence of the oracle. */
final class UsesForeignLibrary {
    private UsesForeignLibrary() {}

    static String value() {
        return new JsonFactory().getFormatName();
    }
}
