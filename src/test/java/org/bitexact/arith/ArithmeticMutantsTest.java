package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bitexact.arith.ArithmeticChecker.Implementation;
import org.bitexact.arith.ArithmeticChecker.Operation;
import org.bitexact.arith.ArithmeticChecker.Setting;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.Test;

/**
 * Wrong implementations of binary16 arithmetic, each with one defect that real units had: the hard cases must find every
 * one of them. The same cases pass for the library.
 */
class ArithmeticMutantsTest {
    private static final FloatFormat F16 = Formats.BINARY16;
    private static final Codec CODEC = Codec.of(F16);
    private static final Setting NEAREST = Setting.of(F16, Policies.IEEE);
    private static final Setting DOWN = Setting.of(F16, Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE));
    private static final int CASES = 20_000;

    private static void assertCaught(Setting s, Operation operation, Implementation mutant) {
        ArithmeticChecker.checkHardCases(s, ArithmeticChecker.library(s), operation, CASES, 1);
        assertThatThrownBy(() -> ArithmeticChecker.checkHardCases(s, mutant, operation, CASES, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected 0x");
    }

    private static double value(long code) {
        return CODEC.decode(code);
    }

    private static boolean areFiniteAndNotZero(double... values) {
        for (double v : values) {
            if (v == 0 || !Double.isFinite(v)) {
                return false;
            }
        }
        return true;
    }

    /** The library for special operands and results, and a formula for the rest. */
    private static Implementation mutant(Setting s, java.util.function.ToDoubleFunction<double[]> exact) {
        Implementation library = ArithmeticChecker.library(s);
        Codec codec = Codec.of(F16, s.policies());
        return (operation, x, y, z, random) -> {
            int arity = operation.stimulus.arity();
            double[] v = {value(x), arity > 1 ? value(y) : 1, arity > 2 ? value(z) : 1};
            double r = areFiniteAndNotZero(v) ? exact.applyAsDouble(v) : 0;
            return areFiniteAndNotZero(r) ? codec.encodeWithFlags(r) : library.apply(operation, x, y, z, random);
        };
    }

    @Test
    void positiveZeroSumTowardNegative() {
        Implementation library = ArithmeticChecker.library(DOWN);
        assertCaught(DOWN, Operation.ADD, (operation, x, y, z, random) -> {
            long r = library.apply(operation, x, y, z, random);
            return r == 0x8000 && (x ^ y) == 0x8000 ? 0 : r;
        });
    }

    /** Bits of the smaller operand below three guard bits are dropped instead of collected. */
    @Test
    void stickyBitLostInAlignment() {
        assertCaught(NEAREST, Operation.ADD, mutant(NEAREST, v -> {
            double large = Math.abs(v[0]) >= Math.abs(v[1]) ? v[0] : v[1];
            double small = large == v[0] ? v[1] : v[0];
            double unit = Math.scalb(1.0, Math.getExponent(large) - 13);
            return large + Math.rint(small / unit - Math.copySign(0.5, small)) * unit;
        }));
    }

    @Test
    void fusedMultiplyAddThroughBinary32() {
        assertCaught(NEAREST, Operation.FMA, mutant(NEAREST, v -> Math.fma((float) v[0], (float) v[1], (float) v[2])));
    }

    @Test
    void productRoundedBeforeTheSum() {
        assertCaught(NEAREST, Operation.FMA, mutant(NEAREST, v -> value(CODEC.encode(v[0] * v[1])) + v[2]));
    }

    /** Quotients of one format never round up to the smallest normal number from where the rules differ. */
    @Test
    void tininessBeforeRounding() {
        Setting before = NEAREST.with(Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING));
        for (Operation operation : new Operation[] {Operation.MULTIPLY, Operation.FMA}) {
            assertCaught(NEAREST, operation, ArithmeticChecker.library(before));
        }
    }

    /** Underflow by the exponent of the rounded result: the carry into the smallest normal number is forgotten. */
    @Test
    void underflowByTheRoundedExponent() {
        Implementation library = ArithmeticChecker.library(NEAREST);
        assertCaught(NEAREST, Operation.MULTIPLY, (operation, x, y, z, random) -> {
            long r = library.apply(operation, x, y, z, random);
            return (r & 0x7fff) == 0x0400 ? r & ~((long) Flags.UNDERFLOW << 32) : r;
        });
    }

    /** The quotient to p + 2 bits, the remainder forgotten. */
    @Test
    void quotientWithoutStickyBit() {
        assertCaught(NEAREST, Operation.DIVIDE, mutant(NEAREST, v -> truncated(v[0] / v[1], 13)));
    }

    @Test
    void rootWithoutStickyBit() {
        assertCaught(
                NEAREST, Operation.SQUARE_ROOT, mutant(NEAREST, v -> v[0] < 0 ? 0 : truncated(Math.sqrt(v[0]), 13)));
    }

    private static double truncated(double v, int bits) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(v) & -1L << 53 - bits);
    }

    @Test
    void nanOfTheSecondOperand() {
        Setting first = NEAREST.with(NanPropagation.FIRST_OPERAND);
        Implementation library = ArithmeticChecker.library(first);
        assertCaught(first, Operation.ADD, (operation, x, y, z, random) -> library.apply(operation, y, x, z, random));
    }

    @Test
    void signalingNanNotReported() {
        Implementation library = ArithmeticChecker.library(NEAREST);
        assertCaught(NEAREST, Operation.MULTIPLY, (operation, x, y, z, random) -> {
            long r = library.apply(operation, x, y, z, random);
            return F16.isNan(x) || F16.isNan(y) ? r & 0xffff_ffffL : r;
        });
    }

    @Test
    void tiesAwayInTiesToEven() {
        Setting away = NEAREST.with(Policies.IEEE.withRounding(Rounding.TIES_TO_AWAY));
        for (Operation operation : new Operation[] {Operation.ADD, Operation.MULTIPLY, Operation.FMA}) {
            assertCaught(NEAREST, operation, ArithmeticChecker.library(away));
        }
    }

    /** Saturation before rounding: what lies above the largest number but rounds down to it counts as overflow. */
    @Test
    void overflowJudgedBeforeRounding() {
        assertCaught(NEAREST, Operation.MULTIPLY, mutant(NEAREST, v -> {
            double p = v[0] * v[1];
            return Math.abs(p) > 65504 ? Math.copySign(0x1p20, p) : p;
        }));
    }

    /** A sanity check of the mutants' frame: without a defect nothing is found. */
    @Test
    void frameWithoutDefect() {
        Implementation sound = mutant(NEAREST, v -> v[0] * v[1]);
        ArithmeticChecker.checkHardCases(NEAREST, sound, Operation.MULTIPLY, CASES, 1);
        assertThat(Converter.of(F16, CODEC).convertLong(0x3c00, 0, null)).isEqualTo(0x3c00);
    }
}
