package org.bitexact.arith;

import java.util.Arrays;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.arith.Exact;
import org.bitexact.internal.arith.ThroughBinary32;
import org.bitexact.internal.arith.ThroughBinary64;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.jspecify.annotations.Nullable;

/**
 * Correctly rounded operations on codes: add, subtract, multiply, divide, square root, fused multiply-add, remainder,
 * rounding to an integer, scaling by a power of two.
 *
 * <p>Operands may have formats of their own, and the result another: each operation computes the exact value and rounds
 * it once into the result's format under its codec's policies.
 *
 * <p><b>Flags</b> come in three shapes, as in {@link Codec}: not at all ({@code add(int, int)}), packed above the code
 * ({@code addWithFlags}), or raised in a sink ({@code add(long, long, long, Flags)}). The last form takes formats of any
 * width and random bits for stochastic rounding. None allocates.
 *
 * <p><b>NaN</b>: {@link NanPropagation} says which NaN is delivered; a signaling operand raises invalid. <b>Infinity</b>:
 * infinite results obey the codec's rule for infinite inputs. <b>Subnormal operands</b> count as zeros if the codec
 * flushes inputs.
 *
 * <p><b>Thread safety</b>: immutable, apart from tables filled on first use, whose content does not depend on who fills
 * them.
 *
 * <p>Source: IEEE 754-2019, 5.3.1 (roundToIntegral, remainder), 5.3.3 (scaleB), 5.4.1, and 6.3 for signed zeros.
 *
 * @since 0.1
 */
public final class Arithmetic {
    private static final int ADD = 0;
    private static final int SUBTRACT = 1;
    private static final int MULTIPLY = 2;
    private static final int DIVIDE = 3;
    private static final int ROOT = 4; // of the first operand; the second is 0
    /** In a table, marks operands that do not fit their format. */
    private static final short NO_ENTRY = -1;

    private final FloatFormat a;
    private final FloatFormat b;
    private final FloatFormat c;
    private final Codec result;
    private final NanPropagation nans;
    private final Rounder rounder;
    private final Operand operandA;
    private final Exact exact;
    private final @Nullable ThroughBinary32 nearest; // without flags
    private final @Nullable ThroughBinary64 quick;
    private final @Nullable ThroughBinary64 quickNarrow; // null where there are tables
    private final boolean stochastic;
    private final boolean narrowResult;
    private final boolean small;
    private final long maskA;
    private final long maskB;
    private final long maskC;
    /**
     * A table for each operation, made when it is first needed, for operands of at most 8 bits and deterministic modes:
     * {@code code | flags << 8} by {@code a | b << 8}.
     */
    final short[] @Nullable [] tables = new short[5][];

    private Arithmetic(FloatFormat a, FloatFormat b, FloatFormat c, Codec result, NanPropagation nans) {
        if (!(result.format() instanceof FloatFormat)) {
            throw new IllegalArgumentException(
                    "result of arithmetic must have a floating-point format: " + result.format());
        }
        this.a = a;
        this.b = b;
        this.c = c;
        this.result = result;
        this.nans = nans;
        rounder = new Rounder(result.format(), result.policies());
        operandA = new Operand(a);
        exact = new Exact(operandA, new Operand(b), new Operand(c), rounder, nans);
        nearest = ThroughBinary32.of(a, b, c, rounder);
        quick = ThroughBinary64.suits(rounder, a, b, c) ? ThroughBinary64.of(a, b, c, rounder, nans) : null;
        stochastic = result.policies().rounding().isStochastic();
        narrowResult = result.format().width() <= 32;
        maskA = a.codeMask();
        maskB = b.codeMask();
        maskC = c.codeMask();
        small = !stochastic
                && a.width() <= 8
                && b.width() <= 8
                && result.format().width() <= 8;
        quickNarrow = small ? null : quick;
    }

    /**
     * {@return operations of one format, the codec's}
     *
     * @param codec format and policies of results
     * @throws IllegalArgumentException if the format is not a floating-point format
     */
    public static Arithmetic of(Codec codec) {
        if (!(codec.format() instanceof FloatFormat f)) {
            throw new IllegalArgumentException(
                    "result of arithmetic must have a floating-point format: " + codec.format());
        }
        return new Arithmetic(f, f, f, codec, NanPropagation.CANONICAL);
    }

    /**
     * {@return operations whose operands have formats of their own}
     *
     * @param a format of first operands
     * @param b format of second operands
     * @param c format of third operands: the addend of {@code fma}
     * @param result format and policies of results
     * @throws IllegalArgumentException if the result's format is not a floating-point format
     */
    public static Arithmetic mixed(FloatFormat a, FloatFormat b, FloatFormat c, Codec result) {
        return new Arithmetic(a, b, c, result, NanPropagation.CANONICAL);
    }

    /**
     * {@return operations with narrow factors and a wide addend and result, as in matrix engines}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @param wide format of the addend, and format and policies of the result
     * @throws IllegalArgumentException if the wide format is not a floating-point format
     */
    public static Arithmetic widening(FloatFormat a, FloatFormat b, Codec wide) {
        if (!(wide.format() instanceof FloatFormat f)) {
            throw new IllegalArgumentException(
                    "result of arithmetic must have a floating-point format: " + wide.format());
        }
        return new Arithmetic(a, b, f, wide, NanPropagation.CANONICAL);
    }

    /**
     * {@return these operations with another choice of NaN}
     *
     * @param value the rule
     */
    public Arithmetic nans(NanPropagation value) {
        return new Arithmetic(a, b, c, result, value);
    }

    /** {@return format and policies of results} */
    public Codec result() {
        return result;
    }

    /** {@return format of first operands} */
    public FloatFormat first() {
        return a;
    }

    /** {@return format of second operands} */
    public FloatFormat second() {
        return b;
    }

    /** {@return format of third operands} */
    public FloatFormat third() {
        return c;
    }

    /** {@return which NaN is delivered} */
    public NanPropagation nans() {
        return nans;
    }

    // ------------------------------------------------------------------ add

    /**
     * {@return the rounded sum}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote addition of IEEE 754-2019, 5.4.1.
     */
    public int add(int x, int y) {
        return (int) binary(ADD, x, y, false);
    }

    /**
     * {@return the rounded sum in the low half, the flags in the upper half}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     */
    public long addWithFlags(int x, int y) {
        return binary(ADD, x, y, true);
    }

    /**
     * {@return the rounded sum}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit its format
     */
    public long add(long x, long y, long random, @Nullable Flags sink) {
        return wide(ADD, x, y, random, sink);
    }

    // ------------------------------------------------------------------ subtract

    /**
     * {@return the rounded difference {@code x - y}}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote subtraction of IEEE 754-2019, 5.4.1.
     */
    public int subtract(int x, int y) {
        return (int) binary(SUBTRACT, x, y, false);
    }

    /**
     * {@return the rounded difference in the low half, the flags in the upper half}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     */
    public long subtractWithFlags(int x, int y) {
        return binary(SUBTRACT, x, y, true);
    }

    /**
     * {@return the rounded difference {@code x - y}}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit its format
     */
    public long subtract(long x, long y, long random, @Nullable Flags sink) {
        return wide(SUBTRACT, x, y, random, sink);
    }

    // ------------------------------------------------------------------ multiply

    /**
     * {@return the rounded product}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote multiplication of IEEE 754-2019, 5.4.1.
     */
    public int multiply(int x, int y) {
        return (int) binary(MULTIPLY, x, y, false);
    }

    /**
     * {@return the rounded product in the low half, the flags in the upper half}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     */
    public long multiplyWithFlags(int x, int y) {
        return binary(MULTIPLY, x, y, true);
    }

    /**
     * {@return the rounded product}
     *
     * @param x first operand's code
     * @param y second operand's code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit its format
     */
    public long multiply(long x, long y, long random, @Nullable Flags sink) {
        return wide(MULTIPLY, x, y, random, sink);
    }

    // ------------------------------------------------------------------ divide

    /**
     * {@return the rounded quotient {@code x / y}}
     *
     * @param x dividend's code
     * @param y divisor's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote division of IEEE 754-2019, 5.4.1; in P3109 formats {@code x / 0} is NaN.
     */
    public int divide(int x, int y) {
        return (int) binary(DIVIDE, x, y, false);
    }

    /**
     * {@return the rounded quotient in the low half, the flags in the upper half}
     *
     * @param x dividend's code
     * @param y divisor's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     */
    public long divideWithFlags(int x, int y) {
        return binary(DIVIDE, x, y, true);
    }

    /**
     * {@return the rounded quotient {@code x / y}}
     *
     * @param x dividend's code
     * @param y divisor's code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit its format
     */
    public long divide(long x, long y, long random, @Nullable Flags sink) {
        return wide(DIVIDE, x, y, random, sink);
    }

    /**
     * The quick path of int operands. Codes that do not fit their formats are not looked for here: they have no entry in
     * the tables, and {@link ThroughBinary64} refuses them.
     */
    private long binary(int operation, int x, int y, boolean wantFlags) {
        ThroughBinary32 through32 = nearest;
        if (!wantFlags && through32 != null) {
            long r = apply(through32, operation, x, y);
            if (r != Rounder.DECLINED) {
                return r;
            }
        }
        ThroughBinary64 through = quickNarrow;
        if (through != null) {
            long r = apply(through, operation, x, y, wantFlags);
            if (r != Rounder.DECLINED) {
                return r;
            }
        } else {
            short[] table = tables[operation];
            if (table != null && ((x | y) & ~0xff) == 0) {
                int entry = table[x | y << 8];
                if (entry >= 0) {
                    return wantFlags ? unpacked(entry) : entry & 0xff;
                }
            }
        }
        return binarySlowly(operation, x, y);
    }

    /** The code in the low half, the flags in the upper half. */
    private static long unpacked(int entry) {
        return (entry | (long) entry << 24) & ((long) Flags.ALL << 32 | 0xff);
    }

    private long binarySlowly(int operation, int x, int y) {
        requireInts();
        a.requireCode(Integer.toUnsignedLong(x));
        b.requireCode(Integer.toUnsignedLong(y));
        if (small) {
            tables[operation] = table(operation); // codes that fit have entries, so there was none
        }
        return applyExactly(operation, Integer.toUnsignedLong(x), Integer.toUnsignedLong(y), 0, false);
    }

    private short[] table(int operation) {
        short[] table = new short[operation == ROOT ? 1 << 8 : 1 << 16];
        Arrays.fill(table, NO_ENTRY);
        for (int y = 0; y <= (operation == ROOT ? 0 : maskB); y++) {
            for (int x = 0; x <= maskA; x++) {
                long r = apply(operation, x, y, 0, true, false);
                table[x | y << 8] = (short) (r | r >>> 32 << 8);
            }
        }
        return table;
    }

    private long wide(int operation, long x, long y, long random, @Nullable Flags sink) {
        a.requireCode(x);
        b.requireCode(y);
        long r = apply(operation, x, y, random, sink != null, false);
        if (sink != null) {
            sink.raise(narrowResult ? flags(r) : (int) apply(operation, x, y, random, true, true));
        }
        return code(r);
    }

    /**
     * Computes a result from codes that fit their formats.
     *
     * @param wantFlags whether the flags matter, where code and flags are returned together
     * @param flagsAlone which of the two is returned where they are not
     */
    private long apply(int operation, long x, long y, long random, boolean wantFlags, boolean flagsAlone) {
        ThroughBinary64 through = quick;
        if (through != null) {
            long r = apply(through, operation, (int) x, (int) y, wantFlags);
            if (r != Rounder.DECLINED) {
                return r;
            }
        }
        return applyExactly(operation, x, y, random, flagsAlone);
    }

    /** A result, or a negative number where there is none. */
    private static long apply(ThroughBinary64 through, int operation, int x, int y, boolean wantFlags) {
        return switch (operation) {
            case ADD -> wantFlags ? through.addWithFlags(x, y) : through.add(x, y);
            case SUBTRACT -> wantFlags ? through.subtractWithFlags(x, y) : through.subtract(x, y);
            case MULTIPLY -> wantFlags ? through.multiplyWithFlags(x, y) : through.multiply(x, y);
            case DIVIDE -> wantFlags ? through.divideWithFlags(x, y) : through.divide(x, y);
            default -> wantFlags ? through.squareRootWithFlags(x) : through.squareRoot(x);
        };
    }

    /** A code, or a negative number where there is none. */
    private static long apply(ThroughBinary32 through, int operation, int x, int y) {
        return switch (operation) {
            case ADD -> through.add(x, y);
            case SUBTRACT -> through.subtract(x, y);
            case MULTIPLY -> through.multiply(x, y);
            case DIVIDE -> through.divide(x, y);
            default -> through.squareRoot(x);
        };
    }

    private long applyExactly(int operation, long x, long y, long random, boolean flagsAlone) {
        return switch (operation) {
            case ADD -> exact.add(x, y, false, random, flagsAlone);
            case SUBTRACT -> exact.add(x, y, true, random, flagsAlone);
            case MULTIPLY -> exact.multiply(x, y, random, flagsAlone);
            case DIVIDE -> exact.divide(x, y, random, flagsAlone);
            default -> exact.squareRoot(x, random, flagsAlone);
        };
    }

    // ------------------------------------------------------------------ fused multiply-add

    /**
     * {@return {@code x * y + z}, rounded once}
     *
     * @param x first factor's code
     * @param y second factor's code
     * @param z addend's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote fusedMultiplyAdd of IEEE 754-2019, 5.4.1. An infinity times zero is invalid, whatever the addend.
     */
    public int fma(int x, int y, int z) {
        return (int) fma(x, y, z, false);
    }

    /**
     * {@return {@code x * y + z}, rounded once, in the low half, the flags in the upper half}
     *
     * @param x first factor's code
     * @param y second factor's code
     * @param z addend's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     */
    public long fmaWithFlags(int x, int y, int z) {
        return fma(x, y, z, true);
    }

    private long fma(int x, int y, int z, boolean wantFlags) {
        ThroughBinary32 through32 = nearest;
        if (!wantFlags && through32 != null) {
            long r = through32.fma(x, y, z);
            if (r != Rounder.DECLINED) {
                return r;
            }
        }
        ThroughBinary64 through = quick;
        if (through != null) {
            long r = wantFlags ? through.fmaWithFlags(x, y, z) : through.fma(x, y, z);
            if (r != Rounder.DECLINED) {
                return r;
            }
        }
        return fmaSlowly(Integer.toUnsignedLong(x), Integer.toUnsignedLong(y), Integer.toUnsignedLong(z));
    }

    private long fmaSlowly(long x, long y, long z) {
        requireInts();
        requireInts(c);
        a.requireCode(x);
        b.requireCode(y);
        c.requireCode(z);
        return exact.fma(x, y, z, 0, false);
    }

    /**
     * {@return {@code x * y + z}, rounded once}
     *
     * @param x first factor's code
     * @param y second factor's code
     * @param z addend's code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit its format
     */
    public long fma(long x, long y, long z, long random, @Nullable Flags sink) {
        a.requireCode(x);
        b.requireCode(y);
        c.requireCode(z);
        long r = applyFma(x, y, z, random, sink != null, false);
        if (sink != null) {
            sink.raise(narrowResult ? flags(r) : (int) applyFma(x, y, z, random, true, true));
        }
        return code(r);
    }

    private long applyFma(long x, long y, long z, long random, boolean wantFlags, boolean flagsAlone) {
        ThroughBinary64 through = quick;
        if (through != null) {
            long r = wantFlags
                    ? through.fmaWithFlags((int) x, (int) y, (int) z)
                    : through.fma((int) x, (int) y, (int) z);
            if (r != Rounder.DECLINED) {
                return r;
            }
        }
        return exact.fma(x, y, z, random, flagsAlone);
    }

    // ------------------------------------------------------------------ one operand

    /**
     * {@return the rounded square root}
     *
     * @param x operand's code
     * @throws IllegalArgumentException if the code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote squareRoot of IEEE 754-2019, 5.4.1; the root of -0 is -0.
     */
    public int squareRoot(int x) {
        return (int) binary(ROOT, x, 0, false);
    }

    /**
     * {@return the rounded square root in the low half, the flags in the upper half}
     *
     * @param x operand's code
     * @throws IllegalArgumentException if the code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     */
    public long squareRootWithFlags(int x) {
        return binary(ROOT, x, 0, true);
    }

    /**
     * {@return the rounded square root}
     *
     * @param x operand's code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if the code does not fit its format
     */
    public long squareRoot(long x, long random, @Nullable Flags sink) {
        return wide(ROOT, x, 0, random, sink);
    }

    /**
     * {@return the remainder of {@code x} by {@code y}}
     *
     * @param x dividend's code
     * @param y divisor's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @see #remainder(long, long, Flags)
     */
    public int remainder(int x, int y) {
        return (int) remainderWithFlags(x, y);
    }

    /**
     * {@return the remainder of {@code x} by {@code y} in the low half, the flags in the upper half}
     *
     * @param x dividend's code
     * @param y divisor's code
     * @throws IllegalArgumentException if a code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @see #remainder(long, long, Flags)
     */
    public long remainderWithFlags(int x, int y) {
        requireInts();
        return exact.remainder(
                a.requireCode(Integer.toUnsignedLong(x)), b.requireCode(Integer.toUnsignedLong(y)), false);
    }

    /**
     * {@return {@code x - n * y} with n the integer nearest to {@code x / y}, ties to even}
     *
     * @param x dividend's code
     * @param y divisor's code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit its format
     * @apiNote remainder of IEEE 754-2019, 5.3.1. The result is exact where operands and result share a format; a zero
     *     result has the dividend's sign.
     */
    public long remainder(long x, long y, @Nullable Flags sink) {
        a.requireCode(x);
        b.requireCode(y);
        long r = exact.remainder(x, y, false);
        if (sink != null) {
            sink.raise(narrowResult ? flags(r) : (int) exact.remainder(x, y, true));
        }
        return code(r);
    }

    /**
     * {@return the operand rounded to an integer}
     *
     * @param x operand's code
     * @param rounding a deterministic mode
     * @throws IllegalArgumentException if the code does not fit its format, or the mode is stochastic
     * @throws IllegalStateException if a format is wider than 32 bits or the result's rounding is stochastic
     * @see #roundToIntegral(long, Rounding, boolean, Flags)
     */
    public int roundToIntegral(int x, Rounding rounding) {
        return (int) roundToIntegralWithFlags(x, rounding, false);
    }

    /**
     * {@return the operand rounded to an integer in the low half, the flags in the upper half}
     *
     * @param x operand's code
     * @param rounding a deterministic mode
     * @param raiseInexact whether inexact is raised when the result differs from the operand
     * @throws IllegalArgumentException if the code does not fit its format, or the mode is stochastic
     * @throws IllegalStateException if a format is wider than 32 bits or the result's rounding is stochastic
     * @see #roundToIntegral(long, Rounding, boolean, Flags)
     */
    public long roundToIntegralWithFlags(int x, Rounding rounding, boolean raiseInexact) {
        requireInts();
        long code = a.requireCode(Integer.toUnsignedLong(x));
        return exact.roundToIntegral(code, requireDeterministic(rounding), raiseInexact, false);
    }

    private static Rounding requireDeterministic(Rounding rounding) {
        if (rounding.isStochastic()) {
            throw new IllegalArgumentException("rounding must be deterministic: " + rounding);
        }
        return rounding;
    }

    /**
     * {@return the operand rounded to an integer, in the result's format}
     *
     * @param x operand's code
     * @param rounding a deterministic mode
     * @param raiseInexact whether inexact is raised when the result differs from the operand
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if the code does not fit its format, or the mode is stochastic
     * @apiNote roundToIntegral and roundToIntegralExact of IEEE 754-2019, 5.9: a zero result keeps the operand's sign.
     */
    public long roundToIntegral(long x, Rounding rounding, boolean raiseInexact, @Nullable Flags sink) {
        a.requireCode(x);
        requireDeterministic(rounding);
        long r = exact.roundToIntegral(x, rounding, raiseInexact, false);
        if (sink != null) {
            sink.raise(narrowResult ? flags(r) : (int) exact.roundToIntegral(x, rounding, raiseInexact, true));
        }
        return code(r);
    }

    /**
     * {@return {@code x * 2^n}, rounded}
     *
     * @param x operand's code
     * @param n exponent of the factor, any value
     * @throws IllegalArgumentException if the code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @see #scaleB(long, int, long, Flags)
     */
    public int scaleB(int x, int n) {
        return (int) scaleBWithFlags(x, n);
    }

    /**
     * {@return {@code x * 2^n}, rounded, in the low half, the flags in the upper half}
     *
     * @param x operand's code
     * @param n exponent of the factor, any value
     * @throws IllegalArgumentException if the code does not fit its format
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @see #scaleB(long, int, long, Flags)
     */
    public long scaleBWithFlags(int x, int n) {
        requireInts();
        return exact.scale(a.requireCode(Integer.toUnsignedLong(x)), n, 0, false);
    }

    /**
     * {@return {@code x * 2^n}, rounded}
     *
     * @param x operand's code
     * @param n exponent of the factor, any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if the code does not fit its format
     * @apiNote scaleB of IEEE 754-2019, 5.3.3.
     */
    public long scaleB(long x, int n, long random, @Nullable Flags sink) {
        a.requireCode(x);
        long r = exact.scale(x, n, random, false);
        if (sink != null) {
            sink.raise(narrowResult ? flags(r) : (int) exact.scale(x, n, random, true));
        }
        return code(r);
    }

    /** The flags of a narrow result. */
    private static int flags(long r) {
        return (int) (r >>> 32);
    }

    private long code(long r) {
        return narrowResult ? r & 0xffff_ffffL : r;
    }

    private void requireInts() {
        if (stochastic) {
            throw new IllegalStateException("stochastic rounding needs random bits; use the method that takes them");
        }
        requireInts(result.format());
        requireInts(a);
        requireInts(b);
    }

    private static void requireInts(ScalarFormat format) {
        if (format.width() > 32) {
            throw new IllegalStateException(
                    "codes of " + format + " have " + format.width() + " bits; use the methods that take a long");
        }
    }

    @Override
    public String toString() {
        return "Arithmetic[" + a + ", " + b + ", " + c + " -> " + result + ", " + nans + "]";
    }
}
