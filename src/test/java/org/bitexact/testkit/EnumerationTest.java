package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Enumerations are complete and without repetition, whole or in parts. */
@Tag("fast")
class EnumerationTest {
    private static List<List<Long>> list(Enumeration e) {
        List<List<Long>> out = new ArrayList<>();
        e.tuples().forEach(codes -> {
            List<Long> tuple = new ArrayList<>();
            for (long code : codes) {
                tuple.add(code);
            }
            out.add(tuple);
        });
        return out;
    }

    @Test
    void codesPairsAndTriplesAreComplete() {
        assertThat(list(Enumeration.codes(Formats.INT2)))
                .containsExactly(List.of(0L), List.of(1L), List.of(2L), List.of(3L));
        assertThat(list(Enumeration.pairs(Formats.OCP_E2M1, Formats.INT2)))
                .startsWith(List.of(0L, 0L), List.of(1L, 0L))
                .endsWith(List.of(15L, 3L))
                .hasSize(64)
                .doesNotHaveDuplicates();
        Enumeration triples = Enumeration.triples(Formats.OCP_E2M1, Formats.OCP_E2M1, Formats.INT2);
        assertThat(triples.size()).isEqualTo(1024);
        assertThat(new HashSet<>(list(triples))).hasSize(1024);
        assertThat(Enumeration.of(ScalarFunction.of(ScalarOperation.ADD, Codec.of(Formats.BINARY16)))
                        .size())
                .isEqualTo(1L << 32);
    }

    @Test
    void shardsAreDisjointAndComplete() {
        Enumeration whole = Enumeration.pairs(Formats.OCP_E2M1, Formats.OCP_E3M2);
        for (int n : new int[] {1, 2, 3, 7, 1000, 2000}) {
            List<List<Long>> parts = new ArrayList<>();
            for (int i = 1; i <= n; i++) {
                parts.addAll(list(whole.shard(i, n)));
            }
            assertThat(parts).isEqualTo(list(whole));
        }
        // the ends of the largest one, without overflow
        Enumeration huge =
                Enumeration.triples(Formats.TF32, Formats.TF32, Formats.E8M0).shard(3, 3);
        assertThat(huge.get(huge.size() - 1)).containsExactly(0x7ffff, 0x7ffff, 0xff);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Enumeration.pairs(Formats.BINARY32, Formats.BINARY32))
                .withMessageContaining("64");
    }

    @Test
    void argumentsOutOfRangeAreRefused() {
        Enumeration e = Enumeration.codes(Formats.INT4);
        assertThatIllegalArgumentException().isThrownBy(() -> e.shard(0, 4)).withMessageContaining("0 of 4");
        assertThatIllegalArgumentException().isThrownBy(() -> e.shard(5, 4)).withMessageContaining("5 of 4");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> e.get(16));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> e.get(-1));
    }
}
