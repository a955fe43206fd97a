package org.bitexact.internal.arith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.codec.HalfFloats;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.vectors.HardCases;
import org.bitexact.vectors.TestFloatOperation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The path through binary32 gives what the exact path gives, wherever it does not decline. */
@Tag("fast")
class ThroughBinary32Test {
    private enum Narrow {
        F16(Formats.BINARY16),
        BF16(Formats.BFLOAT16);

        final FloatFormat format;
        final Rounder rounder;
        final Exact exact;
        final ThroughBinary64 wide;

        Narrow(FloatFormat format) {
            this.format = format;
            rounder = new Rounder(format, Policies.IEEE);
            Operand operand = new Operand(format);
            exact = new Exact(operand, operand, operand, rounder, NanPropagation.CANONICAL);
            wide = ThroughBinary64.of(format, format, format, rounder, NanPropagation.CANONICAL);
        }

        double decode(int code) {
            return Codec.of(format).decode(code);
        }

        ThroughBinary32 path() {
            assumeThat(this == BF16 || HalfFloats.PRESENT)
                    .as("this JDK has no conversions of binary16")
                    .isTrue();
            return Objects.requireNonNull(ThroughBinary32.of(format, format, format, rounder));
        }
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

    private static long quick(ThroughBinary32 quick, TestFloatOperation operation, long[] v) {
        int x = (int) v[0];
        int y = (int) v[1];
        return switch (operation) {
            case ADD -> quick.add(x, y);
            case SUB -> quick.subtract(x, y);
            case MUL -> quick.multiply(x, y);
            case DIV -> quick.divide(x, y);
            case SQRT -> quick.squareRoot(x);
            default -> quick.fma(x, y, (int) v[2]);
        };
    }

    private static void compare(Narrow narrow, int count) {
        ThroughBinary32 path = narrow.path();
        for (TestFloatOperation operation : List.of(
                TestFloatOperation.ADD,
                TestFloatOperation.SUB,
                TestFloatOperation.MUL,
                TestFloatOperation.DIV,
                TestFloatOperation.SQRT,
                TestFloatOperation.MUL_ADD)) {
            List<FloatFormat> operands = List.of(narrow.format, narrow.format, narrow.format);
            HardCases hard =
                    new HardCases(operation, List.copyOf(operands.subList(0, operation.arity())), narrow.format, 1);
            SplittableRandom random = new SplittableRandom(operation.ordinal());
            long[] v = new long[3];
            int taken = 0;
            for (int i = 0; i < count; i++) {
                if (i % 2 == 0) {
                    hard.next(v);
                } else {
                    for (int k = 0; k < 3; k++) {
                        v[k] = random.nextInt(1 << 16);
                    }
                }
                long actual = quick(path, operation, v);
                if (actual != ThroughBinary32.DECLINED) {
                    taken++;
                    long expected = exact(narrow.exact, operation, v) & 0xffff_ffffL;
                    if (actual != expected) {
                        assertThat(Long.toHexString(actual))
                                .as("%s %x %x %x", operation, v[0], v[1], v[2])
                                .isEqualTo(Long.toHexString(expected));
                    }
                }
            }
            assertThat(taken).as(operation.name()).isGreaterThan(count / 4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void equalsTheExactPath(Narrow narrow) {
        compare(narrow, 60_000);
    }

    /** Ten million cases of each operation. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void equalsTheExactPathInMillionsOfCases(Narrow narrow) {
        compare(narrow, 10_000_000);
    }

    /** Sums, products and quotients of all pairs, and a multiply-add of each with an addend that follows from both. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource
    void equalsThePathThroughBinary64ForEveryPair(Narrow narrow) {
        ThroughBinary32 path = narrow.path();
        ThroughBinary64 wide = narrow.wide;
        long different = IntStream.range(0, 1 << 16)
                .parallel()
                .mapToLong(x -> {
                    long count = 0;
                    for (int y = 0; y < 1 << 16; y++) {
                        int z = x * 40503 + y * 30011 >>> 3 & 0xffff;
                        count += differs(path.add(x, y), wide.addWithFlags(x, y))
                                + differs(path.multiply(x, y), wide.multiplyWithFlags(x, y))
                                + differs(
                                        path.divide(x, y),
                                        (y & 0x7fff) == 0 ? byZero(narrow, x, y) : wide.divideWithFlags(x, y))
                                + differs(path.fma(x, y, z), wide.fmaWithFlags(x, y, z));
                    }
                    return count;
                })
                .sum();
        assertThat(different).isZero();
    }

    /** The path through binary64 leaves divisions by zero to the exact one, which serves one thread. */
    private static long byZero(Narrow narrow, int x, int y) {
        synchronized (narrow) {
            return narrow.exact.divide(x, y, 0, false);
        }
    }

    private static int differs(long code, long expected) {
        return code != ThroughBinary32.DECLINED && code != (expected & 0xffff_ffffL) ? 1 : 0;
    }

    /** A product that is a midpoint, and hardly anything more or less: binary32 has the tie, and it is none. */
    @ParameterizedTest
    @EnumSource
    void sumsThatBinary32RoundsToMidpoints(Narrow narrow) {
        ThroughBinary32 path = narrow.path();
        FloatFormat f = narrow.format;
        int four = f.bias() + 2 << f.trailingBits();
        int astray = 0;
        for (int x = four; x < four + 128; x++) {
            for (int y = four; y < four + 128; y++) {
                for (int z : new int[] {1, (int) f.signMask() | 1}) {
                    long expected = narrow.exact.fma(x, y, z, 0, false) & 0xffff;
                    float twice = (float) narrow.decode(x) * (float) narrow.decode(y) + (float) narrow.decode(z);
                    astray += narrow.rounder.even64(twice) == expected ? 0 : 1;
                    assertThat(path.fma(x, y, z)).isIn(expected, ThroughBinary32.DECLINED);
                }
            }
        }
        assertThat(astray).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void codesThatDoNotFitAndNansAreDeclined(Narrow narrow) {
        ThroughBinary32 path = narrow.path();
        int nan = (int) narrow.format.nanCode();
        assertThat(path.add(0x1_0000, 0)).isNegative();
        assertThat(path.multiply(0, -1)).isNegative();
        assertThat(path.fma(0, 0, 0x1_0000)).isNegative();
        assertThat(path.add(nan, 0)).isNegative();
        assertThat(path.squareRoot(nan)).isNegative();
        assertThat(path.fma(0, nan, 0)).isNegative();
    }

    @Test
    void otherPoliciesAndFormatsDoNotSuit() {
        FloatFormat f = Formats.BFLOAT16;
        for (Policies p : List.of(
                Policies.IEEE.withRounding(Rounding.TIES_TO_AWAY),
                Policies.IEEE.withOverflow(Overflow.NAN),
                Policies.IEEE.saturating(),
                Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING),
                Policies.IEEE.withFlushInputs(true))) {
            assertThat(ThroughBinary32.of(f, f, f, new Rounder(f, p)))
                    .as(p.toString())
                    .isNull();
        }
        assertThat(ThroughBinary32.of(f, f, Formats.BINARY32, new Rounder(f, Policies.IEEE)))
                .isNull();
        assertThat(ThroughBinary32.of(f, f, f, new Rounder(Formats.BINARY32, Policies.IEEE)))
                .isNull();
    }
}
