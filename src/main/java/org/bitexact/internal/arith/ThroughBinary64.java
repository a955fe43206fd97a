package org.bitexact.internal.arith;

import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalRule;
import org.bitexact.internal.codec.Rounder;

/**
 * The same operations as {@link Exact}, for deterministic modes and narrow formats, in binary64 arithmetic.
 *
 * <p>Operands are codes of at most 32 bits, unsigned; a code that does not fit its format is an
 * {@link IllegalArgumentException}. Methods named {@code ...WithFlags} return {@code code | flags << 32}; the others return a
 * code, above which flags may stand. Each returns {@link #DECLINED} where it does not apply: some NaN results, and division
 * by zero.
 *
 * <p><b>Proof.</b> Let operands and results have at most 24 significand bits and operands exponents within [-300, 300]
 * ({@link #suits}), so that nothing below overflows or becomes subnormal in binary64; RN rounds to its 53 bits, ties to
 * even. Every mode decides by comparing the exact result with numbers m of at most 25 bits: the target's numbers and the
 * midpoints between them, also those with unbounded exponent that decide about tininess.
 *
 * <ul>
 *   <li><i>Products</i> have at most 48 bits and are exact; so are sums of few-bit numbers from a short range ({@code
 *       holds}).
 *   <li><i>Quotients</i>: let x / y differ from m, y = Y 2^b, m = M 2^c with Y &lt; 2^24, M &lt; 2^25. Then x - m y is
 *       not 0 and a multiple of the last place of x, so it is 2^-24 x at least, or of that of m y, so it is 2^-49 m y at
 *       least. Hence x / y and m differ by more than half an ulp of binary64, and since RN is monotone and keeps m,
 *       RN(x / y) lies on the side of m where x / y lies. It equals m if x / y does.
 *   <li><i>Roots</i>: x - m^2 likewise is 2^-24 x or 2^-50 m^2 at least, so the root differs from m by 2^-52 m and
 *       more, more than half an ulp.
 *   <li><i>Sums</i>, u + v, v the lesser, are s + error exactly with s = RN(u + v) and the error from TwoSum (Knuth). Its
 *       sign tells on which side of s the exact value lies, hence the value rounded to odd: s itself if the error is zero;
 *       else, of the two neighbours that enclose the exact value, the one whose last bit is 1. Rounding that to 51 bits or
 *       fewer gives what rounding the exact value gives, in every mode (Boldo and Melquiond, 2008).
 *   <li><i>Sums to nearest</i> whose terms have the precision p of the target at most, and no bit below its smallest
 *       number, need no correction: if s, of exponent e, is not exact, then bits of v are lost below 2^(e-52), v is below
 *       2^(e-28) and u at least 2^(e-1). As a number of the target's grid u is at least 2^(e-2-p) from a midpoint, and s
 *       and the exact sum, less than 2^(e-27) from u, both round to u. The inexactness is lost, so there are no flags.
 * </ul>
 */
public final class ThroughBinary64 {
    /** A result that no packed code and flags can be. */
    public static final long DECLINED = Rounder.DECLINED;

    private final double[] tableA; // values by code; empty for formats that are decoded by their codec
    private final double[] tableB;
    private final double[] tableC;
    private final Codec codecA;
    private final Codec codecB;
    private final Codec codecC;
    private final Rounder out;
    final boolean plainSums; // no correction to nearest without flags
    final boolean exactSums; // binary64 holds every sum
    final boolean exactFma; // binary64 holds every product plus addend
    private final boolean towardNegative;
    private final long nan; // the code of every NaN result, or DECLINED if that depends on the operands
    private final int quietA; // the bit that tells quiet NaNs from signaling ones; 0 if there are no signaling ones
    private final int quietB;
    private final int quietC;

    private ThroughBinary64(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out, NanPropagation nans) {
        tableA = ValueTable.of(a);
        tableB = ValueTable.of(b);
        tableC = ValueTable.of(c);
        codecA = Codec.of(a);
        codecB = Codec.of(b);
        codecC = Codec.of(c);
        this.out = out;
        Rounding mode = out.policies().rounding();
        FloatFormat target = (FloatFormat) out.format();
        plainSums = isOnGrid(a, target) && isOnGrid(b, target);
        exactSums = holds(Math.min(quantum(a), quantum(b)), Math.max(a.emax(), b.emax()) + 1);
        exactFma =
                holds(Math.min(quantum(a) + quantum(b), quantum(c)), Math.max(a.emax() + b.emax() + 1, c.emax()) + 1);
        towardNegative = mode == Rounding.TOWARD_NEGATIVE;
        quietA = (int) a.quietBit();
        quietB = (int) b.quietBit();
        quietC = (int) c.quietBit();
        nan = nans == NanPropagation.CANONICAL && target.hasNan() ? target.nanCode() : DECLINED;
    }

    private static int quantum(FloatFormat f) {
        return f.subnormalQuantumExponent();
    }

    /** Whether binary64 holds the multiples of 2^low below 2^(high+1). */
    private static boolean holds(int low, int high) {
        return high + 1 - low <= 53;
    }

    private static boolean isOnGrid(FloatFormat operand, FloatFormat target) {
        return operand.precision() <= target.precision()
                && operand.subnormalQuantumExponent() >= target.subnormalQuantumExponent();
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
                && isNarrow(f)
                && !mode.isStochastic()
                && !out.policies().flushInputs();
        for (FloatFormat f : formats) {
            result &= isNarrow(f) && f.emax() <= 300 && f.emin() - f.trailingBits() >= -300;
        }
        return result;
    }

    private static boolean isNarrow(FloatFormat f) {
        return f.precision() <= 24 && f.width() <= 32 && f.subnormals() != SubnormalRule.TESLA_LITERAL;
    }

    /**
     * {@return operations in binary64}
     *
     * @param a format of first operands
     * @param b format of second operands
     * @param c format of third operands
     * @param out rounding of results
     * @param nans which NaN is delivered
     */
    public static ThroughBinary64 of(FloatFormat a, FloatFormat b, FloatFormat c, Rounder out, NanPropagation nans) {
        return new ThroughBinary64(a, b, c, out, nans);
    }

    private static double decode(double[] table, Codec codec, int code) {
        return code >= 0 && code < table.length ? table[code] : decodeWide(table, codec, code);
    }

    private static double decodeWide(double[] table, Codec codec, int code) {
        return codec.decode(codec.format().requireCode(Integer.toUnsignedLong(code)));
    }

    /**
     * {@return {@code x + y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long add(int x, int y) {
        return plainSum(decode(tableA, codecA, x), decode(tableB, codecB, y));
    }

    /**
     * {@return {@code x + y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long addWithFlags(int x, int y) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        return withNan(sum(u, v, exactSums), u, x, v, y);
    }

    /**
     * {@return {@code x - y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long subtract(int x, int y) {
        return plainSum(decode(tableA, codecA, x), -decode(tableB, codecB, y));
    }

    /**
     * {@return {@code x - y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long subtractWithFlags(int x, int y) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        return withNan(sum(u, -v, exactSums), u, x, v, y);
    }

    /**
     * {@return {@code x * y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long multiply(int x, int y) {
        return plain(decode(tableA, codecA, x) * decode(tableB, codecB, y));
    }

    /**
     * {@return {@code x * y}}
     *
     * @param x first operand
     * @param y second operand
     */
    public long multiplyWithFlags(int x, int y) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        return withNan(rounded(u * v), u, x, v, y);
    }

    /**
     * {@return {@code x / y}}
     *
     * @param x dividend
     * @param y divisor
     */
    public long divide(int x, int y) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        long r = out.even64(u / v);
        return r != DECLINED ? r : v == 0 ? DECLINED : plainSlowly(u / v);
    }

    /**
     * {@return {@code x / y}}
     *
     * @param x dividend
     * @param y divisor
     */
    public long divideWithFlags(int x, int y) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        return v == 0 ? DECLINED : withNan(rounded(u / v), u, x, v, y);
    }

    /**
     * {@return the square root of {@code x}}
     *
     * @param x operand
     */
    public long squareRoot(int x) {
        return plain(Math.sqrt(decode(tableA, codecA, x)));
    }

    /**
     * {@return the square root of {@code x}}
     *
     * @param x operand
     */
    public long squareRootWithFlags(int x) {
        double u = decode(tableA, codecA, x);
        return withNan(rounded(Math.sqrt(u)), u, x, 0, 0);
    }

    /**
     * {@return {@code x * y + z}}
     *
     * @param x first factor
     * @param y second factor
     * @param z addend
     */
    public long fma(int x, int y, int z) {
        double u = decode(tableA, codecA, x) * decode(tableB, codecB, y);
        double v = decode(tableC, codecC, z);
        double s = exactFma ? u + v : OddRounding.sum(u, v);
        long r = out.even64(s);
        return r != DECLINED ? r : plainSumSlowly(u, v);
    }

    /**
     * {@return {@code x * y + z}}
     *
     * @param x first factor
     * @param y second factor
     * @param z addend
     */
    public long fmaWithFlags(int x, int y, int z) {
        double u = decode(tableA, codecA, x);
        double v = decode(tableB, codecB, y);
        double w = decode(tableC, codecC, z);
        double p = u * v;
        long r = sum(p, w, exactFma);
        if (r != DECLINED || nan == DECLINED) {
            return r;
        }
        boolean invalidProduct = Double.isNaN(p) && !Double.isNaN(u) && !Double.isNaN(v);
        return invalidProduct || isSignaling(w, z, quietC)
                ? invalid()
                : Double.isNaN(w) && !Double.isNaN(p) ? nan : nan(u, x, v, y);
    }

    /** A result, or the NaN that takes the place of none: one operand is a NaN, or the operation is invalid. */
    private long withNan(long r, double u, int x, double v, int y) {
        return r != DECLINED || nan == DECLINED ? r : nan(u, x, v, y);
    }

    private long nan(double u, int x, double v, int y) {
        boolean quiet =
                (Double.isNaN(u) || Double.isNaN(v)) && !isSignaling(u, x, quietA) && !isSignaling(v, y, quietB);
        return quiet ? nan : invalid();
    }

    private static boolean isSignaling(double value, int code, int quietBit) {
        return Double.isNaN(value) && quietBit != 0 && (code & quietBit) == 0;
    }

    private long invalid() {
        return nan | (long) Flags.INVALID << 32;
    }

    private long plainSum(double u, double v) {
        long r = plainSums ? out.even64(u + v) : DECLINED;
        return r != DECLINED ? r : plainSumSlowly(u, v);
    }

    private long plainSumSlowly(double u, double v) {
        return Double.isNaN(u + v) ? nan : sumSlowly(u, v);
    }

    /** Rounds u + v, which binary64 may be known to hold. */
    private long sum(double u, double v, boolean exact) {
        double s = exact ? u + v : OddRounding.sum(u, v);
        long r = towardNegative && s == 0 ? DECLINED : out.quick64(Double.doubleToRawLongBits(s));
        return r != DECLINED ? r : sumSlowly(u, v);
    }

    private long sumSlowly(double u, double v) {
        double s = u + v;
        if (s == 0) {
            // zeros of one sign, or unlike ones, or a cancellation: IEEE 754-2019, 6.3
            return out.zero(isNegative(u) == isNegative(v) ? isNegative(u) : towardNegative, false);
        }
        return roundedSlowly(OddRounding.sum(u, v));
    }

    /** Rounds what the binary64 number stands for. */
    private long plain(double s) {
        long r = out.even64(s);
        return r != DECLINED ? r : plainSlowly(s);
    }

    private long plainSlowly(double s) {
        return Double.isNaN(s) ? nan : rounded(s);
    }

    private long rounded(double s) {
        long r = out.quick64(Double.doubleToRawLongBits(s));
        return r != DECLINED ? r : roundedSlowly(s);
    }

    private long roundedSlowly(double s) {
        boolean negative = isNegative(s);
        if (s == 0) {
            return out.zero(negative, false);
        }
        if (Double.isFinite(s)) {
            return out.binary64(Double.doubleToRawLongBits(s), 0, false);
        }
        return Double.isNaN(s) ? DECLINED : out.infinity(negative, false);
    }

    /** Whether a number or zero has a minus sign. */
    private static boolean isNegative(double v) {
        return Double.doubleToRawLongBits(v) < 0;
    }
}
