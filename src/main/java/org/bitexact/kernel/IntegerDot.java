package org.bitexact.kernel;

import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.kernel.PanelRule;
import org.bitexact.internal.kernel.PanelRules;
import org.jspecify.annotations.Nullable;

/**
 * A dot product of integers into an integer accumulator, by default of 32 bits that wrap modulo 2^32.
 *
 * <p>A product is {@code (a - zeroA)·(b - zeroB)}, exact. Sums that wrap do not depend on their order. A {@link
 * #saturating} sum does: after each step of n products, added exactly to the accumulator, it is clamped to the
 * accumulator's range. As instructions have it:
 *
 * <pre>
 * DP4A, SDOT, UDOT, USDOT                         of(i8 or u8, i8 or u8)
 * VPDPBUSD, VPDPWSSD, TDPB..D                     of(u8, i8), of(i16, i16), ...
 * VPDPBUSDS, VPDPWSSDS                            ....saturating(4), saturating(2)
 * VPMADDUBSW                                      of(u8, i8).accumulator(i16).saturating(2), k = 2
 * IMMA: mma with .s8 .u8 .s4 .u4                  of(...)
 * the same with .satfinite, K a step              ....saturating(K)
 * BMMA: mma with .b1, .and.popc and .xor.popc     of(u1, u1), xorPopcount()
 * products of {-1, +1}                            of(b1, b1)
 * </pre>
 *
 * <p><b>Overflow</b>: wraps, or is clamped; there is no flag. Random bits are used by the output conversion alone.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Sources: Intel SDM (VPDPBUSD and its relatives); PTX ISA, {@code dp4a} and {@code mma}; Arm ARM (SDOT).
 *
 * @since 0.1
 */
public final class IntegerDot implements DotProduct {
    static {
        PanelRules.register(IntegerDot.class, IntegerDot::panels);
    }

    /** Operands of at most 16 bits less their zero points have 17: 2^31 products of 2^32 do not fill a long. */
    private static final int OPERAND_BITS = 16;

    private final IntFormat a;
    private final IntFormat b;
    private final boolean xor;
    private final int zeroA;
    private final int zeroB;
    private final IntFormat accumulator;
    private final int step; // 0 for sums that wrap
    private final @Nullable Codec output;
    private final @Nullable Converter out;
    private final long seed;

    private IntegerDot(
            IntFormat a,
            IntFormat b,
            boolean xor,
            int zeroA,
            int zeroB,
            IntFormat accumulator,
            int step,
            @Nullable Codec output,
            long seed) {
        this.a = a;
        this.b = b;
        this.xor = xor;
        this.zeroA = zeroA;
        this.zeroB = zeroB;
        this.accumulator = accumulator;
        this.step = step;
        this.output = output;
        this.seed = seed;
        out = output == null ? null : Converter.of(accumulator, output);
    }

    /**
     * {@return a dot product of two formats into 32 bits, which wraps}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @throws IllegalArgumentException if a format has more than 16 bits, or a scale exponent other than 0
     */
    public static IntegerDot of(IntFormat a, IntFormat b) {
        return new IntegerDot(requireOperand("a", a), requireOperand("b", b), false, 0, 0, Formats.INT32, 0, null, 0);
    }

    /** {@return the number of places where two vectors of bits differ, added into 32 bits} */
    public static IntegerDot xorPopcount() {
        return new IntegerDot(Formats.UINT1, Formats.UINT1, true, 0, 0, Formats.INT32, 0, null, 0);
    }

    private static IntFormat requireOperand(String name, IntFormat format) {
        if (format.width() > OPERAND_BITS) {
            throw new IllegalArgumentException("width of " + name + " must be in [1, " + OPERAND_BITS + "]: "
                    + format.width() + " (" + format + ")");
        }
        return requireInteger(name, format);
    }

    private static IntFormat requireInteger(String name, IntFormat format) {
        if (format.scaleExponent() != 0) {
            throw new IllegalArgumentException(
                    "scale exponent of " + name + " must be 0: " + format.scaleExponent() + " (" + format + ")");
        }
        return format;
    }

    /**
     * {@return this rule with zero points, which are subtracted from the factors}
     *
     * @param newZeroA zero point of first factors, a value of their format
     * @param newZeroB zero point of second factors, a value of their format
     * @throws IllegalArgumentException if a zero point is out of its format's range, or not 0 for {@link #xorPopcount}
     */
    public IntegerDot zeroPoints(int newZeroA, int newZeroB) {
        requireZeroPoint("zeroA", newZeroA, a);
        requireZeroPoint("zeroB", newZeroB, b);
        return new IntegerDot(a, b, xor, newZeroA, newZeroB, accumulator, step, output, seed);
    }

    private void requireZeroPoint(String name, int value, IntFormat format) {
        long min = xor ? 0 : format.minInteger();
        long max = xor ? 0 : format.maxInteger();
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be in [" + min + ", " + max + "]: " + value);
        }
    }

    /**
     * {@return this rule with another accumulator}
     *
     * @param format two's complement, at most 32 bits
     * @throws IllegalArgumentException if the format is another one
     */
    public IntegerDot accumulator(IntFormat format) {
        if (format.encoding() != IntFormat.Encoding.TWOS_COMPLEMENT || format.width() > 32) {
            throw new IllegalArgumentException("accumulator must be two's complement of at most 32 bits: " + format
                    + " (" + format.encoding() + ", " + format.width() + ")");
        }
        requireInteger("the accumulator", format);
        return new IntegerDot(a, b, xor, zeroA, zeroB, format, step, output, seed);
    }

    /**
     * {@return this rule with a sum that is clamped after each step}
     *
     * @param n products in a step, at least 1; {@link Integer#MAX_VALUE} for all of them
     * @throws IllegalArgumentException if n is less than 1
     */
    public IntegerDot saturating(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be at least 1: " + n);
        }
        return new IntegerDot(a, b, xor, zeroA, zeroB, accumulator, n, output, seed);
    }

    /**
     * {@return this rule with the result converted to another format}
     *
     * @param codec format and policies of the result
     */
    public IntegerDot output(Codec codec) {
        return new IntegerDot(a, b, xor, zeroA, zeroB, accumulator, step, Objects.requireNonNull(codec, "codec"), seed);
    }

    /**
     * {@return this rule with another seed of stochastic rounding, in the output conversion, than 0}
     *
     * @param value any number
     */
    public IntegerDot seed(long value) {
        return new IntegerDot(a, b, xor, zeroA, zeroB, accumulator, step, output, value);
    }

    @Override
    public IntFormat formatA() {
        return a;
    }

    @Override
    public IntFormat formatB() {
        return b;
    }

    @Override
    public IntFormat formatC() {
        return accumulator;
    }

    @Override
    public ScalarFormat formatD() {
        return output == null ? accumulator : output.format();
    }

    @Override
    public long dot(long[] x, int xFrom, long[] y, int yFrom, int k, long c, long element) {
        Objects.checkFromIndexSize(xFrom, k, x.length);
        Objects.checkFromIndexSize(yFrom, k, y.length);
        long s = accumulator.toInteger(accumulator.requireCode(c));
        int n = step == 0 ? Integer.MAX_VALUE : step;
        for (int i = 0; i < k; ) {
            int end = i + Math.min(n, k - i);
            for (; i < end; i++) {
                long p = a.toInteger(a.requireCode(x[xFrom + i])) - zeroA;
                long q = b.toInteger(b.requireCode(y[yFrom + i])) - zeroB;
                s += xor ? p ^ q : p * q;
            }
            s = step == 0
                    ? accumulator.toInteger(s & accumulator.codeMask())
                    : Math.max(-limit() - 1, Math.min(limit(), s));
        }
        return finish(s, element);
    }

    // ------------------------------------------------------------------ parts of an element, for matrix products

    /** What computes many elements at once, if the factors are narrow enough. */
    private @Nullable PanelRule panels() {
        long largestA = largest(a, zeroA);
        long largestB = largest(b, zeroB);
        return IntegerPanelRule.suits(largestA, largestB)
                ? new IntegerPanelRule(this, (int) largestA, (int) largestB)
                : null;
    }

    private static long largest(IntFormat format, int zero) {
        return Math.max(Math.abs(format.minInteger() - zero), Math.abs(format.maxInteger() - zero));
    }

    boolean isXor() {
        return xor;
    }

    int zeroA() {
        return zeroA;
    }

    int zeroB() {
        return zeroB;
    }

    boolean saturates() {
        return step != 0;
    }

    /** The greatest sum. */
    long limit() {
        return accumulator.codeMask() >>> 1;
    }

    /** Whether results are the low 32 bits of the sums. */
    boolean finishesWithSum() {
        return out == null && accumulator.width() == 32;
    }

    /** The result of an element, given its sum modulo a power of two that is not below the accumulator's. */
    long finish(long sum, long element) {
        long code = sum & accumulator.codeMask();
        if (out == null || output == null) {
            return code;
        }
        int bits = output.policies().randomBits();
        return out.convertLong(code, Run.random(seed, element, 0, bits), null);
    }

    @Override
    public String toString() {
        return "IntegerDot[" + (xor ? "xor " : "") + a + " - " + zeroA + ", " + b + " - " + zeroB + " -> " + accumulator
                + " -> " + formatD() + ", " + (step == 0 ? "wrapping" : "saturating each " + step) + "]";
    }
}
