package org.bitexact.kernel;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.arith.ValueTable;

/** The values of the codes of a format whose numbers are exact in binary64. */
final class Values {
    private final Codec codec;
    private final double[] table;

    Values(ScalarFormat format) {
        codec = Codec.of(format);
        table = format instanceof FloatFormat f ? ValueTable.of(f) : new double[0];
    }

    /** The value of a code; what is no code is refused. */
    double of(long code) {
        return code >= 0 && code < table.length ? table[(int) code] : codec.decode(code);
    }
}
