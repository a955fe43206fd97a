package org.bitexact.internal.arith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables of values: of which formats, with what in them, and that one serves all. */
@Tag("fast")
class ValueTableTest {
    /** Another name each time, so that no table is there yet. */
    private static int names;

    private static FloatFormat fresh(FloatFormat f) {
        return f.named(f.name() + "_fresh" + names++, f.info());
    }

    @Test
    void everyCode() {
        for (FloatFormat f : new FloatFormat[] {Formats.OCP_E4M3, P3109.of(5, 2, false, true), Formats.BINARY16}) {
            double[] table = ValueTable.of(fresh(f));
            double[] expected = IntStream.range(0, 1 << f.width())
                    .mapToDouble(Codec.of(f)::decode)
                    .toArray();
            assertThat(Arrays.equals(table, expected)).isTrue();
        }
    }

    @Test
    void widerFormatsHaveNone() {
        assertThat(ValueTable.of(fresh(FloatFormat.builder("e8m8", 8, 8).build())))
                .isEmpty();
        assertThat(ValueTable.of(Formats.BINARY32)).isEmpty();
    }

    @Test
    void oneTableServesAll() {
        FloatFormat f = fresh(Formats.OCP_E4M3);
        double[] table = ValueTable.of(f);
        assertThat(ValueTable.of(f)).isSameAs(table);
        assertThat(ValueTable.of(f.named(f.name(), f.info()))).isSameAs(table);
    }
}
