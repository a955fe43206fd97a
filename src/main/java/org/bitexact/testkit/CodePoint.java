package org.bitexact.testkit;

import java.util.Objects;
import org.bitexact.codec.CodeText;
import org.bitexact.format.ScalarFormat;

/**
 * A code together with its format, for tests and their reports: its text explains it. Equality is that of bits.
 *
 * @param format the format
 * @param code the code, in the low bits
 * @since 0.1
 */
public record CodePoint(ScalarFormat format, long code) {
    /** Checks that the code fits the format. */
    public CodePoint {
        Objects.requireNonNull(format, "format");
        format.requireCode(code);
    }

    /** {@return hexadecimal digits, fields and value: {@code E4M3 0x7E = 0 1111 110 = 448 (largest finite)}} */
    @Override
    public String toString() {
        return CodeText.of(format).explain(code);
    }
}
