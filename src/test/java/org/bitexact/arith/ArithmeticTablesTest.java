package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.P3109;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables of narrow formats are made on first use, are used then, and serve no wider format. */
@Tag("fast")
class ArithmeticTablesTest {
    private static final int ROOT = 4;

    /** Calls each operation on a pair, and once more after a change of the table, which only its reader can see. */
    private static void assertTables(Arithmetic arithmetic, int x, int y) {
        for (int operation = 0; operation <= ROOT; operation++) {
            assertThat(arithmetic.tables[operation]).isNull();
            long first = call(arithmetic, operation, x, y);
            short[] table = arithmetic.tables[operation];
            assertThat(table).hasSize(operation == ROOT ? 1 << 8 : 1 << 16);
            assertThat(call(arithmetic, operation, x, y)).isEqualTo(first);
            int index = operation == ROOT ? x : x | y << 8;
            assertThat(table[index]).isEqualTo((short) (first | first >>> 24));
            table[index] = 0x0100; // the code 0, inexact, whatever the operands
            assertThat(call(arithmetic, operation, x, y)).isEqualTo(0x1_0000_0000L);
            table[index] = 0;
            assertThat(call(arithmetic, operation, x, y)).isZero();
            assertThat(arithmetic.tables[operation]).isSameAs(table);
        }
    }

    private static long call(Arithmetic arithmetic, int operation, int x, int y) {
        return switch (operation) {
            case 0 -> arithmetic.addWithFlags(x, y);
            case 1 -> arithmetic.subtractWithFlags(x, y);
            case 2 -> arithmetic.multiplyWithFlags(x, y);
            case 3 -> arithmetic.divideWithFlags(x, y);
            default -> arithmetic.squareRootWithFlags(x);
        };
    }

    @Test
    void codesOfEightBits() {
        assertTables(Arithmetic.of(Codec.of(Formats.OCP_E4M3)), 0xb9, 0x31);
        assertTables(Arithmetic.of(Codec.of(Formats.OCP_E5M2).rounding(Rounding.TOWARD_NEGATIVE)), 0xff, 0xff);
        Arithmetic mixed = Arithmetic.mixed(
                Formats.OCP_E2M1, P3109.of(6, 3, true, true), Formats.BINARY32, Codec.of(Formats.UE4M3));
        assertTables(mixed.nans(NanPropagation.FIRST_OPERAND), 0xf, 0x3f);
    }

    /** No entry stands for codes beyond the format, not even the code 0. */
    @Test
    void codesBeyondTheFormatHaveNoEntry() {
        Arithmetic arithmetic = Arithmetic.of(Codec.of(Formats.OCP_E2M1));
        arithmetic.add(1, 1);
        short[] table = arithmetic.tables[0];
        for (int y = 0; y < 256; y++) {
            for (int x = 0; x < 256; x++) {
                assertThat(table[x | y << 8] >= 0).isEqualTo(x < 16 && y < 16);
            }
        }
        assertThatThrownBy(() -> arithmetic.add(16, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> arithmetic.add(0, 16)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherFormatsHaveNone() {
        FloatFormat wide = P3109.of(9, 3, true, true);
        FloatFormat narrow = Formats.OCP_E4M3;
        assertNone(Arithmetic.of(Codec.of(wide)));
        assertNone(Arithmetic.mixed(wide, narrow, narrow, Codec.of(narrow)));
        assertNone(Arithmetic.mixed(narrow, wide, narrow, Codec.of(narrow)));
        assertNone(Arithmetic.mixed(narrow, narrow, narrow, Codec.of(wide)));
        Arithmetic flushing = Arithmetic.of(
                Codec.of(wide).with(Codec.of(wide).policies().withFlushInputs(true))); // no quick path either
        assertNone(flushing);
    }

    private static void assertNone(Arithmetic arithmetic) {
        for (int operation = 0; operation <= ROOT; operation++) {
            call(arithmetic, operation, 1, 0);
        }
        assertThat((Object[]) arithmetic.tables).containsOnlyNulls();
    }

    /** The same operations that {@code nans} is asked of, with another rule. */
    @Test
    void parts() {
        Codec codec = Codec.of(Formats.BINARY32);
        Arithmetic arithmetic =
                Arithmetic.widening(Formats.OCP_E4M3, Formats.OCP_E5M2, codec).nans(NanPropagation.SIGNALING_FIRST);
        assertThat(arithmetic.first()).isEqualTo(Formats.OCP_E4M3);
        assertThat(arithmetic.second()).isEqualTo(Formats.OCP_E5M2);
        assertThat(arithmetic.third()).isEqualTo(Formats.BINARY32);
        assertThat(arithmetic.result()).isSameAs(codec);
        assertThat(arithmetic.nans()).isEqualTo(NanPropagation.SIGNALING_FIRST);
    }
}
