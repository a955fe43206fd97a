package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Test;

/**
 * Wrong dot products, each with one defect: the random vectors of the kernel's tests must find every one of them. The
 * same vectors pass for the library.
 */
class AccumulationMutantsTest {
    private static final Codec F32 = Codec.of(Formats.BINARY32);
    private static final Codec F16 = Codec.of(Formats.BINARY16);
    private static final ScalarFormat A = Formats.BFLOAT16;
    private static final ScalarFormat B = Formats.OCP_E5M2;
    private static final int CASES = 3000;

    /** A dot product from position 0. */
    private interface Dot {
        long of(long[] a, long[] b, int k, long c, int element);
    }

    private static Dot library(Accumulation how) {
        FloatDot rule = FloatDot.of(A, B, how);
        return (a, b, k, c, element) -> rule.dot(a, 0, b, 0, k, c, element);
    }

    private static void check(Accumulation how, Dot dot) {
        Operands operands = new Operands(11);
        for (int i = 0; i < CASES; i++) {
            int k = operands.random().nextInt(16);
            long[] a = new long[k];
            long[] b = new long[k];
            operands.fill(A, a, B, b, k);
            long c = operands.random().nextBoolean() ? operands.moderate(how.format()) : operands.code(how.format());
            int element = operands.random().nextInt(3);
            long expected = ReferenceDot.dot(A, B, how, a, b, k, how.format(), c, null, null, 0, element);
            assertThat(dot.of(a, b, k, c, element))
                    .as("case %d, expected 0x%x", i, expected)
                    .isEqualTo(expected);
        }
    }

    private static void assertCaught(Accumulation how, Dot mutant) {
        check(how, library(how));
        assertThatThrownBy(() -> check(how, mutant))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected 0x");
    }

    private static long[] reversed(long[] x) {
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[x.length - 1 - i];
        }
        return y;
    }

    @Test
    void productsInDescendingOrder() {
        Accumulation how = Accumulation.fma(F32);
        Dot right = library(how);
        assertCaught(how, (a, b, k, c, element) -> right.of(reversed(a), reversed(b), k, c, element));
    }

    @Test
    void productsRoundedBeforeTheyAreAdded() {
        assertCaught(Accumulation.fma(F16), library(Accumulation.multiplyAdd(F16)));
    }

    @Test
    void stepsFused() {
        assertCaught(Accumulation.multiplyAdd(F16), library(Accumulation.fma(F16)));
    }

    @Test
    void addendAddedLast() {
        Accumulation how = Accumulation.fma(F32);
        FloatDot right = FloatDot.of(A, B, how);
        FloatDot add = FloatDot.of(Formats.BINARY32, Formats.BINARY32, how);
        long[] one = {0x3f80_0000L};
        assertCaught(how, (a, b, k, c, element) -> {
            long sum = right.dot(a, 0, b, 0, k, 0);
            return add.dot(new long[] {sum}, 0, one, 0, 1, c);
        });
    }

    @Test
    void stepsOneProductTooLong() {
        assertCaught(Accumulation.fused(4, F32), library(Accumulation.fused(5, F32)));
    }

    @Test
    void lastIncompleteStepDropped() {
        Accumulation how = Accumulation.fused(4, F32);
        Dot right = library(how);
        assertCaught(how, (a, b, k, c, element) -> right.of(a, b, k / 4 * 4, c, element));
    }

    @Test
    void exactSumRoundedTwice() {
        // ties of binary16 that binary32 makes from sums a little beside them
        Accumulation how = Accumulation.exact(F16);
        FloatDot wide = FloatDot.of(A, B, Accumulation.exact(F32)).addend(Formats.BINARY16);
        Converter narrow = Converter.of(Formats.BINARY32, F16);
        assertCaught(how, (a, b, k, c, element) -> {
            long code = narrow.convertLong(wide.dot(a, 0, b, 0, k, c), 0, null);
            return Formats.BINARY16.isNan(code) ? 0x7e00 : code;
        });
    }

    @Test
    void stickyBitsLost() {
        // sums to odd in binary32 keep what a tie needs to know; sums cut do not
        Codec cut = F32.rounding(Rounding.TOWARD_ZERO);
        Accumulation how = Accumulation.exact(F16.rounding(Rounding.AWAY_FROM_ZERO));
        FloatDot wide = FloatDot.of(A, B, Accumulation.exact(cut)).addend(Formats.BINARY16);
        Converter narrow = Converter.of(Formats.BINARY32, F16.rounding(Rounding.AWAY_FROM_ZERO));
        assertCaught(how, (a, b, k, c, element) -> {
            long code = narrow.convertLong(wide.dot(a, 0, b, 0, k, c), 0, null);
            return Formats.BINARY16.isNan(code) ? 0x7e00 : code;
        });
    }

    @Test
    void blocksPromotedTooLate() {
        Accumulation narrow = Accumulation.fma(F16);
        assertCaught(narrow.promoted(4, F32), library(narrow.promoted(8, F32)));
    }

    @Test
    void blocksStartedFromTheSumSoFar() {
        Accumulation narrow = Accumulation.fma(F32);
        assertCaught(narrow.promoted(4, F32), library(narrow));
    }

    @Test
    void treeCutInTheMiddle() {
        Accumulation how = Accumulation.pairwise(F16);
        FloatDot product = FloatDot.of(A, B, Accumulation.multiplyAdd(F16));
        FloatDot add = FloatDot.of(Formats.BINARY16, Formats.BINARY16, Accumulation.fma(F16));
        assertCaught(how, new Dot() {
            @Override
            public long of(long[] a, long[] b, int k, long c, int element) {
                return k == 0
                        ? Formats.BINARY16.isNan(c) ? 0x7e00 : c
                        : add.dot(new long[] {tree(a, b, 0, k)}, 0, new long[] {0x3c00}, 0, 1, c);
            }

            private long tree(long[] a, long[] b, int from, int to) {
                if (to - from == 1) {
                    return product.dot(a, from, b, from, 1, 0x8000);
                }
                int middle = (from + to) >>> 1;
                long[] left = {tree(a, b, from, middle)};
                return add.dot(left, 0, new long[] {0x3c00}, 0, 1, tree(a, b, middle, to));
            }
        });
    }

    @Test
    void subnormalFactorsNotFlushed() {
        Codec flushing = F32.with(F32.policies().withFlushInputs(true));
        assertCaught(Accumulation.fma(flushing), library(Accumulation.fma(F32)));
    }

    @Test
    void negativeZeroLost() {
        Accumulation how = Accumulation.fma(F32);
        Dot right = library(how);
        assertCaught(how, (a, b, k, c, element) -> {
            long d = right.of(a, b, k, c, element);
            return d == 0x8000_0000L ? 0 : d;
        });
    }

    @Test
    void nanOfTheAddendDelivered() {
        Accumulation how = Accumulation.fma(F32);
        Dot right = library(how);
        assertCaught(how, (a, b, k, c, element) -> Formats.BINARY32.isNan(c) ? c : right.of(a, b, k, c, element));
    }

    @Test
    void overflowSaturated() {
        assertCaught(Accumulation.fma(F16), library(Accumulation.fma(F16.saturating())));
    }

    @Test
    void oneRandomWordForAllRoundings() {
        Accumulation how = Accumulation.fma(F16.stochastic(Rounding.STOCHASTIC_A, 10));
        FloatDot right = FloatDot.of(A, B, how);
        assertCaught(how, (a, b, k, c, element) -> {
            long s = Formats.BINARY16.isNan(c) ? 0x7e00 : c;
            for (int i = 0; i < k; i++) {
                s = right.dot(a, i, b, i, 1, s, element); // rounding 0 each time
            }
            return s;
        });
    }

    @Test
    void randomBitsWithoutRegardToTheElement() {
        Accumulation how = Accumulation.fma(F16.stochastic(Rounding.STOCHASTIC_A, 10));
        Dot right = library(how);
        assertCaught(how, (a, b, k, c, element) -> right.of(a, b, k, c, 0));
    }
}
