package org.bitexact.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table against {@code encode}, pattern by pattern, where it may be wrong and where chance leads. */
class BoundaryTableTest {

    private static List<Policies> policies() {
        List<Policies> all = new ArrayList<>();
        for (Rounding mode : TestFormats.deterministic()) {
            Policies p = Policies.IEEE.withRounding(mode);
            all.add(p);
            all.add(p.saturating().withTininess(Tininess.BEFORE_ROUNDING).withNegative(NegativeRule.CLAMP));
            all.add(p.withFlushInputs(true).withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING));
            all.add(p.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING)
                    .withOverflow(Overflow.NAN)
                    .withInfinity(InfinityRule.NAN)
                    .withNegative(NegativeRule.ABSOLUTE));
            all.add(p.withOverflow(Overflow.P3109).withNan(NanRule.ALL_ONES_NEGATIVE));
        }
        return all;
    }

    private static long encode(ScalarFormat target, Policies policies, int bits) {
        Oracle.Result r = Oracle.convert(Formats.BINARY32, Integer.toUnsignedLong(bits), target, policies, 0);
        return r.code() | (long) r.flags() << 32;
    }

    @Test
    @Tag("fast")
    void e2m1UnderTiesToEven() {
        BoundaryTable table = BoundaryTable.of(Formats.OCP_E2M1, Policies.IEEE);
        // 0 | up to the tie 0.25 | up to 0.5 | 0.5 | ...
        int[] starts = table.starts(false);
        assertThat(Arrays.copyOf(starts, 5))
                .containsExactly(
                        0,
                        1,
                        Float.floatToIntBits(0.25f) + 1,
                        Float.floatToIntBits(0.5f),
                        Float.floatToIntBits(0.5f) + 1);
        assertThat(Arrays.copyOf(table.codes(false), 5)).containsExactly(0, 0, 1, 1, 1);
        assertThat(Arrays.copyOf(table.codes(true), 5)).containsExactly(8, 8, 9, 9, 9);
        int ux = Flags.UNDERFLOW | Flags.INEXACT;
        assertThat(Arrays.copyOf(table.flags(false), 5)).containsExactly(0, ux, ux, 0, ux);
        assertThat(starts[starts.length - 1]).isEqualTo(BoundaryTable.INFINITY);
        assertThat(table.expected(0xffc0_0000)).isEqualTo(7L | (long) Flags.INVALID << 32);
        assertThat(table.expected(Float.floatToRawIntBits(-5f))).isEqualTo(0xeL | (long) Flags.INEXACT << 32);
        assertThat(table.expected(0x7f80_0000)).isEqualTo(7L | (long) Flags.INVALID << 32);
    }

    @Test
    void intervalsAreMaximalAndEqualEncode() {
        List<ScalarFormat> formats = TestFormats.upTo(8);
        formats.removeIf(f -> f.name().startsWith("p3109") && f.width() > 6);
        formats.add(P3109.of(8, 1, false, true));
        formats.add(P3109.of(8, 3, true, true));
        SplittableRandom random = new SplittableRandom(7);
        for (ScalarFormat f : formats) {
            for (Policies p : policies()) {
                check(f, p, random, 1);
            }
        }
    }

    @Test
    void wideTargets() {
        SplittableRandom random = new SplittableRandom(8);
        for (ScalarFormat f : List.of(
                Formats.BINARY16, Formats.BFLOAT16, Formats.TF32, Formats.CFLOAT16_UHP, P3109.of(16, 1, true, true))) {
            check(f, Policies.IEEE, random, 37);
        }
    }

    private static void check(ScalarFormat f, Policies p, SplittableRandom random, int stride) {
        BoundaryTable table = BoundaryTable.of(f, p);
        for (boolean minus : new boolean[] {false, true}) {
            int sign = minus ? 0x8000_0000 : 0;
            int[] starts = table.starts(minus);
            for (int i = 0; i < starts.length; i += stride) {
                long here = encode(f, p, starts[i] | sign);
                assertThat(table.expected(starts[i] | sign)).isEqualTo(here);
                if (i > 0) {
                    int last = starts[i] - 1;
                    long before = encode(f, p, last | sign);
                    assertThat(table.expected(last | sign)).isEqualTo(before).isNotEqualTo(here);
                }
            }
        }
        for (int i = 0; i < 200; i++) {
            int bits = random.nextInt();
            assertThat(table.expected(bits)).isEqualTo(encode(f, p, bits));
        }
    }

    @Test
    @Tag("fast")
    void missingBoundariesAreFoundOut() {
        int[] candidates = BoundaryTable.candidates(Formats.OCP_E4M3, Policies.IEEE);
        assertThat(BoundaryTable.of(Formats.OCP_E4M3, Policies.IEEE, candidates).size(false))
                .isEqualTo(BoundaryTable.of(Formats.OCP_E4M3, Policies.IEEE).size(false));
        int one = Arrays.binarySearch(candidates, Float.floatToRawIntBits(1f));
        int[] without = new int[candidates.length - 1];
        System.arraycopy(candidates, 0, without, 0, one);
        System.arraycopy(candidates, one + 1, without, one, without.length - one);
        assertThatIllegalStateException()
                .isThrownBy(() -> BoundaryTable.of(Formats.OCP_E4M3, Policies.IEEE, without))
                .withMessageContaining("e4m3");
    }

    /** What a sweep does, over every 99991st pattern and those around the boundaries. */
    private static int mismatches(BoundaryTable table, IntToLongFunction implementation) {
        int found = 0;
        for (long bits = 0; bits < 1L << 32; bits += 99991) {
            found += table.expected((int) bits) == implementation.applyAsLong((int) bits) ? 0 : 1;
        }
        for (int start : table.starts(false)) {
            for (int bits = Math.max(start - 1, 0); bits <= start + 1; bits++) {
                found += table.expected(bits) == implementation.applyAsLong(bits) ? 0 : 1;
            }
        }
        return found;
    }

    @Test
    void aSweepFindsSeededDefects() {
        ScalarFormat f = Formats.OCP_E4M3;
        Policies p = Policies.IEEE;
        BoundaryTable table = BoundaryTable.of(f, p);
        assertThat(mismatches(table, bits -> encode(f, p, bits))).isZero();
        for (Policies defect : List.of(
                p.withRounding(Rounding.TIES_TO_AWAY),
                p.withRounding(Rounding.TOWARD_ZERO),
                p.withOverflow(Overflow.SATURATE),
                p.withTininess(Tininess.BEFORE_ROUNDING),
                p.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING),
                p.withNan(NanRule.CANONICAL))) {
            assertThat(mismatches(table, bits -> encode(f, defect, bits)))
                    .as(defect.toString())
                    .isPositive();
        }
        assertThat(mismatches(table, bits -> encode(f, p, bits == 0x3f88_0000 ? bits + 1 : bits)))
                .as("one wrong tie")
                .isPositive();
    }

    @Test
    @Tag("fast")
    void unsuitableArgumentsAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoundaryTable.of(Formats.BINARY32, Policies.IEEE))
                .withMessageContaining("width");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoundaryTable.of(
                        Formats.OCP_E4M3, Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoundaryTable.of(Formats.INT8, Policies.IEEE.withOverflow(Overflow.WRAP)));
    }
}
