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
 * negative radicands and exact zero sums. Everything else is one finite nonzero binary64 value, rounded to odd, given to
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

    /** Formats up to this width are decoded by table. */
    private static final int TABLE_WIDTH = 16;

    private static final long EXPONENT = 0x7ff0_0000_0000_0000L;

    private final Decoder a;
    private final Decoder b;
    private final Decoder c;
    private final Rounder out;

    private ThroughBinary64(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out) {
        this.a = new Decoder(a);
        this.b = b.equals(a) ? this.a : new Decoder(b);
        this.c = c.equals(a) ? this.a : c.equals(b) ? this.b : new Decoder(c);
        this.out = out;
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

    /** Decoding, by table where that is small. */
    private static final class Decoder {
        private final Codec codec;
        private final double[] table;
        private final int mask;

        Decoder(FloatFormat format) {
            codec = Codec.of(format);
            int size = format.width() <= TABLE_WIDTH ? 1 << format.width() : 0;
            table = new double[size];
            for (int code = 0; code < size; code++) {
                table[code] = codec.decode(code);
            }
            mask = size - 1;
        }

        double decode(long code) {
            return table.length != 0 && (code & ~mask) == 0 ? table[(int) code] : codec.decode(code);
        }
    }

    /** {@return {@code x + y}, or {@code x - y}} */
    public long add(long x, long y, boolean negate) {
        double u = a.decode(x);
        double v = b.decode(y);
        return sum(u, negate ? -v : v);
    }

    /** {@return {@code x * y}} */
    public long multiply(long x, long y) {
        return exact(a.decode(x) * b.decode(y));
    }

    /** {@return {@code x * y + z}} */
    public long fma(long x, long y, long z) {
        return sum(a.decode(x) * b.decode(y), c.decode(z));
    }

    /** {@return {@code x / y}} */
    public long divide(long x, long y) {
        double u = a.decode(x);
        double v = b.decode(y);
        double q = u / v;
        long bits = Double.doubleToRawLongBits(q);
        if (q == 0 || (bits & EXPONENT) == EXPONENT || Double.isInfinite(v)) {
            return DECLINED;
        }
        double residual = Math.fma(-q, v, u);
        return rounded(bits, v < 0 ? -residual : residual);
    }

    /** {@return the square root of {@code x}} */
    public long squareRoot(long x) {
        double u = a.decode(x);
        double q = Math.sqrt(u);
        long bits = Double.doubleToRawLongBits(q);
        if (q == 0 || (bits & EXPONENT) == EXPONENT) {
            return DECLINED;
        }
        return rounded(bits, Math.fma(-q, q, u));
    }

    private long exact(double p) {
        long bits = Double.doubleToRawLongBits(p);
        return p == 0 || (bits & EXPONENT) == EXPONENT ? DECLINED : out.binary64(bits, 0, false);
    }

    private long sum(double u, double v) {
        double s = u + v;
        long bits = Double.doubleToRawLongBits(s);
        if (s == 0 || (bits & EXPONENT) == EXPONENT) {
            return DECLINED;
        }
        double z = s - u;
        return rounded(bits, (u - (s - z)) + (v - z));
    }

    /** Rounds the exact value {@code s + error}, given the bits of its nearest binary64 number s and the error's sign. */
    private long rounded(long bits, double error) {
        long odd = bits;
        if (error != 0) {
            // below s in magnitude: its lower neighbour and s enclose the value
            if (error < 0 != bits < 0) {
                odd--;
            }
            odd |= 1;
        }
        return out.binary64(odd, 0, false);
    }
}
