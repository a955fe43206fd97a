package org.bitexact.internal.arith;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalRule;
import org.bitexact.internal.codec.Rounder;

/**
 * The same operations as {@link Exact}, for deterministic modes and narrow formats, in binary64 arithmetic.
 *
 * <p>Each method returns {@link #DECLINED} where it does not apply: NaN and infinite operands or results, zero divisors,
 * negative radicands and zero results; and for codes that do not fit
 * their format. Everything else is one finite nonzero binary64 value, rounded to odd, given to
 * {@link Rounder}.
 *
 * <p><b>Proof.</b> Let operands have at most 24 significand bits and exponents within [-300, 300] ({@link #suits}). Then
 * products have at most 48 bits and exponents within [-650, 650]: exact in binary64. The sum of two binary64 numbers of
 * that range is s + err exactly with s the nearest binary64 number and err from TwoSum (Knuth), which is exact without
 * overflow. For a quotient q = RN(x / y), the residual x - q y is exact as a fused multiply-add, since its exponent stays
 * above -1074; so is x - q^2 for a root. The sign of the error tells on which side of s the exact value lies, hence the
 * value rounded to odd in 53 bits: s itself if the error is zero; else, of the two neighbours that enclose the exact
 * value, the one whose last bit is 1. Rounding a value that was rounded to odd with at least p + 2 bits to p bits or
 * fewer gives what rounding the exact value gives, in every deterministic mode (Boldo and Melquiond, 2008), and 24 + 2 &lt;
 * 53. Inexactness and tininess are preserved for the same reason: the odd value is exact in the target, or below a power
 * of two, only if the exact one is.
 */
public final class ThroughBinary64 {
    /** A result that no packed code and flags can be. */
    public static final long DECLINED = -1L;

    private static final long EXPONENT = 0x7ff0_0000_0000_0000L;

    private final double[] tableA; // values by code; empty for formats that are decoded by their codec
    private final double[] tableB;
    private final double[] tableC;
    private final Codec codecA;
    private final Codec codecB;
    private final Codec codecC;
    private final Rounder out;
    private final long
            first; // binary64 patterns of magnitude first to first + extent - 1, and the one below the first,
    private final long extent; // go straight to the rounder's quick path

    private ThroughBinary64(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out) {
        tableA = ValueTable.of(a);
        tableB = ValueTable.of(b);
        tableC = ValueTable.of(c);
        codecA = Codec.of(a);
        codecB = Codec.of(b);
        codecC = Codec.of(c);
        this.out = out;
        first = out.first64() + 1;
        extent = out.isQuick64(Long.MIN_VALUE | first) ? EXPONENT - first : 0; // none for unsigned formats
    }

    /**
     * {@return whether the proof holds for the operand formats and the rounding}
     *
     * @param out rounding of results
     * @param formats operand formats
     */
    public static boolean suits(Rounder out, FloatFormat... formats) {
        Rounding mode = out.policies().rounding();
        boolean result = out.format() instanceof FloatFormat f
                && f.precision() <= 24
                && f.width() <= 32
                && !mode.isStochastic()
                && !out.policies().flushInputs();
        for (FloatFormat f : formats) {
            result &= f.precision() <= 24
                    && f.width() <= 32
                    && f.emax() <= 300
                    && f.emin() - f.trailingBits() >= -300
                    && f.subnormals() != SubnormalRule.TESLA_LITERAL;
        }
        return result;
    }

    /**
     * {@return operations in binary64}
     *
     * @param a format of first operands
     * @param b format of second operands
     * @param c format of third operands
     * @param out rounding of results
     */
    public static ThroughBinary64 of(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out) {
        return new ThroughBinary64(a, b, c, out);
    }

    /** The value of a code; NaN for one that does not fit its format, if that has a table. */
    private static double decode(double[] table, Codec codec, long code) {
        if (code >= 0 && code < table.length) {
            return table[(int) code];
        }
        return table.length != 0 ? Double.NaN : codec.decode(code);
    }

    /**
     * {@return {@code x + y}, or {@code x - y}}
     *
     * @param x first operand
     * @param y second operand
     * @param negate whether the second operand is subtracted
     * @param wantFlags whether the flags are added above the code
     */
    public long add(long x, long y, boolean negate, boolean wantFlags) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        return sum(u, negate ? -v : v, wantFlags);
    }

    /**
     * {@return {@code x * y}}
     *
     * @param x first operand
     * @param y second operand
     * @param wantFlags whether the flags are added above the code
     */
    public long multiply(long x, long y, boolean wantFlags) {
        return rounded(decode(tableA, codecA, x) * decode(tableB, codecB, y), 0.0, wantFlags);
    }

    /**
     * {@return {@code x * y + z}}
     *
     * @param x first factor
     * @param y second factor
     * @param z addend
     * @param wantFlags whether the flags are added above the code
     */
    public long fma(long x, long y, long z, boolean wantFlags) {
        return sum(decode(tableA, codecA, x) * decode(tableB, codecB, y), decode(tableC, codecC, z), wantFlags);
    }

    /**
     * {@return {@code x / y}}
     *
     * @param x dividend
     * @param y divisor
     * @param wantFlags whether the flags are added above the code
     */
    public long divide(long x, long y, boolean wantFlags) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        double q = u / v;
        double residual = Math.fma(-q, v, u);
        return rounded(q, v < 0 ? -residual : residual, wantFlags);
    }

    /**
     * {@return the square root of {@code x}}
     *
     * @param x operand
     * @param wantFlags whether the flags are added above the code
     */
    public long squareRoot(long x, boolean wantFlags) {
        double u = decode(tableA, codecA, x);
        double q = Math.sqrt(u);
        return rounded(q, Math.fma(-q, q, u), wantFlags);
    }

    private long sum(double u, double v, boolean wantFlags) {
        double s = u + v;
        double z = s - u;
        return rounded(s, (u - (s - z)) + (v - z), wantFlags);
    }

    /** Rounds the exact value s + error, s being its nearest binary64 number; of the error only the sign counts. */
    private long rounded(double s, double error, boolean wantFlags) {
        long bits = Double.doubleToRawLongBits(s);
        if ((bits & Long.MAX_VALUE) - first + Long.MIN_VALUE >= extent + Long.MIN_VALUE) { // unsigned
            return roundedSlowly(bits, error);
        }
        long odd = toOdd(bits, error);
        return wantFlags ? out.quick64(odd) : out.quickCode64(odd) & 0xffff_ffffL;
    }

    private long roundedSlowly(long bits, double error) {
        long field = bits & EXPONENT;
        // zero, infinity or NaN: no nonzero finite number here is subnormal in binary64
        return field == 0 || field == EXPONENT ? DECLINED : out.binary64(toOdd(bits, error), 0, false);
    }

    private static long toOdd(long bits, double error) {
        if (error == 0) {
            return bits;
        }
        // an error toward zero: the lower neighbour in magnitude and s enclose the value
        return error < 0 != bits < 0 ? bits - 1 | 1 : bits | 1;
    }
}
