package org.bitexact.internal.arith;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.TestFloatOperation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The path through binary64 gives what the exact path gives, wherever it does not decline. */
class ThroughBinary64Test {
    private static final List<TestFloatOperation> OPERATIONS = List.of(
            TestFloatOperation.ADD,
            TestFloatOperation.SUB,
            TestFloatOperation.MUL,
            TestFloatOperation.DIV,
            TestFloatOperation.SQRT,
            TestFloatOperation.MUL_ADD);

    private static final List<List<FloatFormat>> FORMATS = List.of(
            // a, b, c, result
            same(Formats.BINARY16),
            same(Formats.BFLOAT16),
            same(Formats.TF32),
            same(Formats.BINARY32),
            same(Formats.OCP_E4M3),
            same(Formats.OCP_E5M2),
            same(Formats.E4M3FNUZ),
            same(P3109.of(8, 3, true, true)),
            same(Formats.UE5M3),
            List.of(Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.BINARY32, Formats.BINARY32),
            List.of(Formats.BINARY16, Formats.BINARY16, Formats.BINARY32, Formats.BINARY32),
            List.of(Formats.BFLOAT16, Formats.BFLOAT16, Formats.BINARY32, Formats.BINARY32),
            List.of(Formats.BINARY32, Formats.BINARY32, Formats.BINARY32, Formats.BINARY16),
            List.of(Formats.BINARY32, Formats.BFLOAT16, Formats.BINARY16, Formats.OCP_E4M3));

    private static List<FloatFormat> same(FloatFormat f) {
        return List.of(f, f, f, f);
    }

    private static List<Policies> policies() {
        List<Policies> list = new ArrayList<>();
        for (Rounding mode : Rounding.values()) {
            if (!mode.isStochastic()) {
                list.add(Policies.IEEE.withRounding(mode));
                list.add(Policies.IEEE.withRounding(mode).withTininess(Tininess.BEFORE_ROUNDING));
            }
        }
        list.add(Policies.IEEE.saturating());
        list.add(Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING));
        list.add(Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING));
        return list;
    }

    /** Compares random and hard operands; returns the number of cases that the quick path did not decline. */
    private static long compare(TestFloatOperation operation, int count) {
        long taken = 0;
        int seed = operation.ordinal();
        for (List<FloatFormat> f : FORMATS) {
            for (Policies p : policies()) {
                Rounder out = new Rounder(f.get(3), p);
                assertThat(ThroughBinary64.suits(out, f.get(0), f.get(1), f.get(2)))
                        .isTrue();
                ThroughBinary64 quick = ThroughBinary64.of(f.get(0), f.get(1), f.get(2), out, NanPropagation.CANONICAL);
                Exact exact = new Exact(
                        new Operand(f.get(0)),
                        new Operand(f.get(1)),
                        new Operand(f.get(2)),
                        out,
                        NanPropagation.CANONICAL);
                HardCases hard =
                        new HardCases(operation, List.copyOf(f.subList(0, operation.arity())), f.get(3), ++seed);
                SplittableRandom random = new SplittableRandom(seed);
                long[] v = new long[3];
                for (int i = 0; i < count; i++) {
                    if (i % 2 == 0) {
                        hard.next(v);
                        for (int k = 0; k < operation.arity(); k++) {
                            v[k] >>>= f.get(k).sameEncoding(Formats.TF32) ? 13 : 0; // out of its container
                        }
                    } else {
                        for (int k = 0; k < 3; k++) {
                            v[k] = random.nextLong() & f.get(k).codeMask();
                        }
                    }
                    long expected = exact(exact, operation, v);
                    long actual = quick(quick, operation, v, true);
                    if (actual != ThroughBinary64.DECLINED) {
                        taken++;
                        long code = quick(quick, operation, v, false) & 0xffff_ffffL; // flags may stand above it
                        if (actual != expected || code != (expected & 0xffff_ffffL)) {
                            assertThat(Long.toHexString(actual))
                                    .as("%s %x %x %x, %s, %s, code alone %x", operation, v[0], v[1], v[2], f, p, code)
                                    .isEqualTo(Long.toHexString(expected));
                            assertThat(code).isEqualTo(expected & 0xffff_ffffL);
                        }
                    }
                }
            }
        }
        return taken;
    }

    private static long exact(Exact exact, TestFloatOperation operation, long[] v) {
        return switch (operation) {
            case ADD -> exact.add(v[0], v[1], false, 0, false);
            case SUB -> exact.add(v[0], v[1], true, 0, false);
            case MUL -> exact.multiply(v[0], v[1], 0, false);
            case DIV -> exact.divide(v[0], v[1], 0, false);
            case SQRT -> exact.squareRoot(v[0], 0, false);
            default -> exact.fma(v[0], v[1], v[2], 0, false);
        };
    }

    private static long quick(ThroughBinary64 quick, TestFloatOperation operation, long[] v, boolean wantFlags) {
        int x = (int) v[0];
        int y = (int) v[1];
        int z = (int) v[2];
        return switch (operation) {
            case ADD -> wantFlags ? quick.addWithFlags(x, y) : quick.add(x, y);
            case SUB -> wantFlags ? quick.subtractWithFlags(x, y) : quick.subtract(x, y);
            case MUL -> wantFlags ? quick.multiplyWithFlags(x, y) : quick.multiply(x, y);
            case DIV -> wantFlags ? quick.divideWithFlags(x, y) : quick.divide(x, y);
            case SQRT -> wantFlags ? quick.squareRootWithFlags(x) : quick.squareRoot(x);
            default -> wantFlags ? quick.fmaWithFlags(x, y, z) : quick.fma(x, y, z);
        };
    }

    @Tag("fast")
    @Test
    void equalsTheExactPath() {
        for (TestFloatOperation operation : OPERATIONS) {
            assertThat(compare(operation, 600)).isGreaterThan(60_000);
        }
    }

    /** More than ten million cases of each operation. */
    @Tag("slow")
    @Test
    void equalsTheExactPathAtLength() {
        for (TestFloatOperation operation : OPERATIONS) {
            long taken = compare(operation, 50_000);
            assertThat(taken).isGreaterThan(10_000_000);
        }
    }

    /** The range of exponents that the proof needs is refused beyond, as are double-width operands. */
    @Test
    void declinesWhatTheProofDoesNotCover() {
        Rounder f32 = new Rounder(Formats.BINARY32, Policies.IEEE);
        assertThat(ThroughBinary64.suits(f32, Formats.BINARY64, Formats.BINARY32))
                .isFalse();
        assertThat(ThroughBinary64.suits(f32, P3109.of(16, 3, true, true))).isFalse();
        assertThat(ThroughBinary64.suits(
                        new Rounder(Formats.BINARY64, Policies.IEEE), Formats.BINARY16, Formats.BINARY16))
                .isFalse();
    }
}
