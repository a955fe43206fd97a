package org.bitexact.internal.arith;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SpecialValues;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;

/**
 * The definition of every operation: operands of up to three formats are unpacked, the exact result (or a 128-bit
 * truncation of it with a sticky bit) is formed in integers, and {@link Rounder} rounds it once.
 *
 * <p>Results are packed as {@link Rounder} packs them: {@code code | flags << 32}, or one of the two as {@code
 * wantFlags} says for formats wider than 32 bits.
 *
 * <p><b>Signed zeros</b>: an exact zero sum of nonzero numbers, or of zeros of unlike signs, is +0, and -0 under
 * TOWARD_NEGATIVE (IEEE 754-2019, 6.3).
 *
 * <p><b>Thread safety</b>: immutable.
 */
public final class Exact {
    /** Quotient bits for the deterministic modes: the precision is at most 53, and two more decide every case. */
    private static final int QUOTIENT_BITS = 56;

    /** Rounding of values to 64-bit integers, a rounder for each deterministic mode. */
    private static final Map<Rounding, Rounder> INTEGERS = new EnumMap<>(Rounding.class);

    static {
        IntFormat int64 =
                new IntFormat("int64", IntFormat.Encoding.TWOS_COMPLEMENT, 64, false, 0, FormatInfo.custom("integers"));
        for (Rounding mode : Rounding.values()) {
            if (!mode.isStochastic()) {
                INTEGERS.put(mode, new Rounder(int64, Policies.IEEE.withRounding(mode)));
            }
        }
    }

    private final Operand a;
    private final Operand b;
    private final Operand c;
    private final Rounder out;
    private final NanPropagation nans;
    private final FloatFormat format;
    private final boolean packed;
    private final boolean towardNegative;
    private final boolean longResults;
    private final boolean flushInputs;

    /**
     * Prepares operations.
     *
     * @param a format of first operands
     * @param b format of second operands
     * @param c format of third operands
     * @param out rounding of results; its format must be a float
     * @param nans which NaN is delivered
     */
    public Exact(Operand a, Operand b, Operand c, Rounder out, NanPropagation nans) {
        this.a = a;
        this.b = b;
        this.c = c;
        this.out = out;
        this.nans = nans;
        format = (FloatFormat) out.format();
        packed = format.width() <= 32;
        towardNegative = out.policies().rounding() == Rounding.TOWARD_NEGATIVE;
        longResults = out.policies().rounding().isStochastic();
        flushInputs = out.policies().flushInputs();
    }

    // ------------------------------------------------------------------ operand classes

    private int kind(Operand operand, long code) {
        int kind = operand.kind(code);
        return flushInputs && kind == Operand.FINITE && operand.isSubnormal(code) ? Operand.ZERO : kind;
    }

    /** A code without flags, or its flags. */
    private long result(long code, boolean wantFlags) {
        return packed || !wantFlags ? code : 0;
    }

    // ------------------------------------------------------------------ NaN results

    /** {@return the default NaN with flags raised; in a format without NaN what stands for one} */
    private long invalid(boolean wantFlags) {
        return withFlags(defaultNan(wantFlags), Flags.INVALID, wantFlags);
    }

    private long defaultNan(boolean wantFlags) {
        if (!format.hasNan()) {
            return out.nan(nans.isDefaultNegative(), 1L << 63, false, false, wantFlags);
        }
        return result(format.nanCode() | (nans.isDefaultNegative() ? format.signMask() : 0), wantFlags);
    }

    /** Adds flags to a result. */
    private long withFlags(long result, int flags, boolean wantFlags) {
        return packed || wantFlags ? result | (packed ? (long) flags << 32 : flags) : result;
    }

    /** One NaN operand as it is delivered: sign and payload kept, quiet. */
    private long propagated(Operand operand, long code, boolean wantFlags) {
        if (!format.hasNan() || format.hasSingleNan()) {
            return out.nan(operand.isNegative(code), operand.nanTrailing(code), false, false, wantFlags);
        }
        long sign = operand.isNegative(code) ? format.signMask() : 0;
        if (format.specials() == SpecialValues.FN) {
            return result(format.nanCode() | sign, wantFlags);
        }
        long payload = operand.nanTrailing(code) >>> (64 - format.trailingBits());
        return result(format.infinityCode() | payload | format.quietBit() | sign, wantFlags);
    }

    /** The NaN for an operation of which at least one operand is a NaN. */
    private long nan(Operand x, long xCode, Operand y, long yCode, boolean wantFlags) {
        boolean signaling = isSignaling(x, xCode) || isSignaling(y, yCode);
        return withFlags(delivered(x, xCode, y, yCode, wantFlags), signaling ? Flags.INVALID : 0, wantFlags);
    }

    private long delivered(Operand x, long xCode, Operand y, long yCode, boolean wantFlags) {
        if (nans == NanPropagation.CANONICAL) {
            return defaultNan(wantFlags);
        }
        return isFirst(nans, x, xCode, y, yCode) ? propagated(x, xCode, wantFlags) : propagated(y, yCode, wantFlags);
    }

    private static boolean isNan(Operand x, long code) {
        return x.kind(code) == Operand.NAN;
    }

    private static boolean isSignaling(Operand x, long code) {
        return isNan(x, code) && x.isSignaling(code);
    }

    /**
     * {@return which of two operands is delivered, one of them at least being a NaN: whether it is the first}
     *
     * <p>The rule of x87: a quiet NaN goes before a signaling one; of two alike the larger significand wins, and of equal
     * ones the positive.
     *
     * @param nans the rule, not {@link NanPropagation#CANONICAL}
     * @param x first operand's format
     * @param xCode first operand
     * @param y second operand's format
     * @param yCode second operand
     */
    public static boolean isFirst(NanPropagation nans, Operand x, long xCode, Operand y, long yCode) {
        boolean xNan = isNan(x, xCode);
        if (!xNan || !isNan(y, yCode)) {
            return xNan;
        }
        boolean xSignaling = x.isSignaling(xCode);
        boolean ySignaling = y.isSignaling(yCode);
        return switch (nans) {
            case SIGNALING_FIRST -> xSignaling || !ySignaling;
            case LARGER_SIGNIFICAND ->
                xSignaling == ySignaling
                        ? isLarger(x.nanTrailing(xCode), x.isNegative(xCode), y.nanTrailing(yCode), y.isNegative(yCode))
                        : ySignaling;
            default -> true;
        };
    }

    private static boolean isLarger(long xTrailing, boolean xNegative, long yTrailing, boolean yNegative) {
        return Long.compareUnsigned(xTrailing, yTrailing) > 0 || xTrailing == yTrailing && (!xNegative || yNegative);
    }

    // ------------------------------------------------------------------ addition

    /**
     * {@return {@code x + y}, or {@code x - y} if {@code negate} is set}
     *
     * @param x first operand
     * @param y second operand
     * @param negate whether the second operand is subtracted
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     */
    public long add(long x, long y, boolean negate, long random, boolean wantFlags) {
        int kx = kind(a, x);
        int ky = kind(b, y);
        if (kx == Operand.NAN || ky == Operand.NAN) {
            return nan(a, x, b, y, wantFlags);
        }
        boolean nx = a.isNegative(x);
        boolean ny = b.isNegative(y) != negate;
        if (kx == Operand.INFINITE || ky == Operand.INFINITE) {
            if (kx == ky && nx != ny) {
                return invalid(wantFlags);
            }
            return out.infinity(kx == Operand.INFINITE ? nx : ny, wantFlags);
        }
        if (kx == Operand.ZERO || ky == Operand.ZERO) {
            if (kx == ky) {
                return out.zero(nx == ny ? nx : towardNegative, wantFlags);
            }
            return kx == Operand.ZERO
                    ? out.round(ny, b.significand(y), 0, b.exponent(y) - 64, false, random, wantFlags)
                    : out.round(nx, a.significand(x), 0, a.exponent(x) - 64, false, random, wantFlags);
        }
        return sum(
                nx,
                a.significand(x),
                0,
                a.exponent(x) - 64,
                ny,
                b.significand(y),
                b.exponent(y) - 64,
                random,
                wantFlags);
    }

    /**
     * Rounds {@code (-1)^nx * (xh:xl) * 2^ex + (-1)^ny * (yh:0) * 2^ey}; both top bits are set, and {@code xh:xl} has at
     * most 106 significant bits.
     *
     * <p>The larger is moved down by one bit, which its zero low bits allow, to leave room for a carry. Of the smaller,
     * bits are lost into the sticky bit only if it is moved by more than 21 bits; then the sum has at least 125 leading
     * bits right, more than the 117 the rounding routine asks for. A truncated subtrahend is short by a fraction of the
     * last unit, so one unit less is left and the sticky bit stays.
     */
    private long sum(
            boolean nx, long xh, long xl, int ex, boolean ny, long yh, int ey, long random, boolean wantFlags) {
        boolean swap = ex < ey || ex == ey && (Long.compareUnsigned(xh, yh) < 0);
        boolean neg = swap ? ny : nx;
        int e = (swap ? ey : ex) + 1;
        long h = (swap ? yh : xh) >>> 1;
        long l = swap ? yh << 63 : xh << 63 | xl >>> 1;
        // the smaller, moved down to the same weight
        long sh = swap ? xh : yh;
        long sl = swap ? xl : 0;
        int d = e - (swap ? ex : ey);
        boolean sticky = false;
        if (d < 64) {
            sticky = sl << -d != 0;
            sl = sl >>> d | sh << -d;
            sh >>>= d;
        } else if (d < 128) {
            sticky = sl != 0 || d > 64 && sh << (128 - d) != 0;
            sl = sh >>> (d - 64);
            sh = 0;
        } else {
            sticky = true;
            sl = 0;
            sh = 0;
        }
        if (nx == ny) {
            long low = l + sl;
            h += sh + (Long.compareUnsigned(low, l) < 0 ? 1 : 0);
            l = low;
        } else {
            long low = l - sl;
            h -= sh + (Long.compareUnsigned(l, sl) < 0 ? 1 : 0);
            if (sticky) {
                h -= low == 0 ? 1 : 0;
                low--;
            }
            l = low;
            if (h == 0 && l == 0) {
                return out.zero(towardNegative, wantFlags);
            }
        }
        return normalised(neg, h, l, e, sticky, random, wantFlags);
    }

    /** Rounds a nonzero 128-bit magnitude whose top bit need not be set. */
    private long normalised(boolean neg, long h, long l, int e, boolean sticky, long random, boolean wantFlags) {
        if (h == 0) {
            int zeros = Long.numberOfLeadingZeros(l);
            return out.round(neg, l << zeros, 0, e - 64 - zeros, sticky, random, wantFlags);
        }
        int zeros = Long.numberOfLeadingZeros(h);
        long hi = zeros == 0 ? h : h << zeros | l >>> -zeros;
        return out.round(neg, hi, l << zeros, e - zeros, sticky, random, wantFlags);
    }

    // ------------------------------------------------------------------ multiplication

    /**
     * {@return {@code x * y}}
     *
     * @param x first operand
     * @param y second operand
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     */
    public long multiply(long x, long y, long random, boolean wantFlags) {
        int kx = kind(a, x);
        int ky = kind(b, y);
        if (kx == Operand.NAN || ky == Operand.NAN) {
            return nan(a, x, b, y, wantFlags);
        }
        boolean neg = a.isNegative(x) != b.isNegative(y);
        if (kx == Operand.INFINITE || ky == Operand.INFINITE) {
            return kx == Operand.ZERO || ky == Operand.ZERO ? invalid(wantFlags) : out.infinity(neg, wantFlags);
        }
        if (kx == Operand.ZERO || ky == Operand.ZERO) {
            return out.zero(neg, wantFlags);
        }
        long m = a.integer(x);
        long n = b.integer(y);
        return normalised(neg, Math.multiplyHigh(m, n), m * n, a.quantum(x) + b.quantum(y), false, random, wantFlags);
    }

    /**
     * {@return {@code x * y + z}, rounded once}
     *
     * @param x first factor
     * @param y second factor
     * @param z addend
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     */
    public long fma(long x, long y, long z, long random, boolean wantFlags) {
        int kx = kind(a, x);
        int ky = kind(b, y);
        int kz = kind(c, z);
        boolean product0 = kx == Operand.ZERO || ky == Operand.ZERO;
        boolean productInfinite = kx == Operand.INFINITE || ky == Operand.INFINITE;
        if (kx == Operand.NAN || ky == Operand.NAN || kz == Operand.NAN) {
            return fmaNan(x, y, z, kx, ky, kz, product0 && productInfinite, wantFlags);
        }
        if (product0 && productInfinite) {
            return invalid(wantFlags);
        }
        boolean np = a.isNegative(x) != b.isNegative(y);
        boolean nz = c.isNegative(z);
        if (productInfinite || kz == Operand.INFINITE) {
            if (productInfinite && kz == Operand.INFINITE && np != nz) {
                return invalid(wantFlags);
            }
            return out.infinity(productInfinite ? np : nz, wantFlags);
        }
        if (product0) {
            return kz == Operand.ZERO
                    ? out.zero(np == nz ? np : towardNegative, wantFlags)
                    : out.round(nz, c.significand(z), 0, c.exponent(z) - 64, false, random, wantFlags);
        }
        long m = a.integer(x);
        long n = b.integer(y);
        long h = Math.multiplyHigh(m, n); // below 2^53 each, so the signed product is the unsigned one
        long l = m * n;
        int e = a.quantum(x) + b.quantum(y);
        if (h == 0) {
            int zeros = Long.numberOfLeadingZeros(l);
            h = l << zeros;
            l = 0;
            e -= 64 + zeros;
        } else {
            int zeros = Long.numberOfLeadingZeros(h); // at least 22
            h = h << zeros | l >>> -zeros;
            l <<= zeros;
            e -= zeros;
        }
        if (kz == Operand.ZERO) {
            return out.round(np, h, l, e, false, random, wantFlags);
        }
        return sum(np, h, l, e, nz, c.significand(z), c.exponent(z) - 64, random, wantFlags);
    }

    /**
     * NaN operands of a fused multiply-add: the product's NaN, quiet, meets the addend. An invalid product is the default
     * NaN.
     */
    private long fmaNan(long x, long y, long z, int kx, int ky, int kz, boolean invalidProduct, boolean wantFlags) {
        boolean productNan = kx == Operand.NAN || ky == Operand.NAN;
        boolean signaling = isSignaling(a, x) || isSignaling(b, y) || isSignaling(c, z);
        int flags = invalidProduct || signaling ? Flags.INVALID : 0;
        long delivered;
        if (kz != Operand.NAN || nans == NanPropagation.CANONICAL) {
            delivered = delivered(a, x, b, y, wantFlags);
        } else if (!productNan && !invalidProduct) {
            delivered = propagated(c, z, wantFlags);
        } else {
            boolean first = isFirst(nans, a, x, b, y);
            Operand w = first ? a : b;
            long wCode = first ? x : y;
            boolean addend = switch (nans) {
                case SIGNALING_FIRST -> c.isSignaling(z);
                case LARGER_SIGNIFICAND ->
                    !c.isSignaling(z)
                            && !isLarger(
                                    productNan ? w.nanTrailing(wCode) | 1L << 63 : 1L << 63,
                                    productNan ? w.isNegative(wCode) : nans.isDefaultNegative(),
                                    c.nanTrailing(z),
                                    c.isNegative(z));
                default -> false;
            };
            delivered = addend
                    ? propagated(c, z, wantFlags)
                    : productNan ? propagated(w, wCode, wantFlags) : defaultNan(wantFlags);
        }
        return withFlags(delivered, flags, wantFlags);
    }

    // ------------------------------------------------------------------ division and square root

    /**
     * {@return {@code x / y}}
     *
     * @param x dividend
     * @param y divisor
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     */
    public long divide(long x, long y, long random, boolean wantFlags) {
        int kx = kind(a, x);
        int ky = kind(b, y);
        if (kx == Operand.NAN || ky == Operand.NAN) {
            return nan(a, x, b, y, wantFlags);
        }
        boolean neg = a.isNegative(x) != b.isNegative(y);
        if (kx == Operand.INFINITE) {
            boolean undefined = ky == Operand.INFINITE
                    || ky == Operand.ZERO && format.specials().isP3109();
            return undefined ? invalid(wantFlags) : out.infinity(neg, wantFlags);
        }
        if (ky == Operand.INFINITE) {
            return out.zero(neg, wantFlags);
        }
        if (ky == Operand.ZERO) {
            if (kx == Operand.ZERO) {
                return invalid(wantFlags);
            }
            return divisionByZero(neg, wantFlags);
        }
        if (kx == Operand.ZERO) {
            return out.zero(neg, wantFlags);
        }
        long m = a.integer(x);
        long n = b.integer(y);
        int e = a.quantum(x) - b.quantum(y);
        int step =
                Long.numberOfLeadingZeros(n) - 1; // bits a step adds: remainder < n, so remainder << step is positive
        int wanted = longResults ? 118 : QUOTIENT_BITS;
        long h = 0;
        long l = m / n;
        long r = m % n;
        int bits = 64 - Long.numberOfLeadingZeros(l);
        while (r != 0 && bits < wanted) {
            int s = Math.min(step, 127 - bits); // from 9 on
            long t = r << s;
            h = h << s | l >>> -s;
            l = l << s | t / n;
            r = t % n;
            e -= s;
            bits = h != 0 ? 128 - Long.numberOfLeadingZeros(h) : 64 - Long.numberOfLeadingZeros(l);
        }
        return normalised(neg, h, l, e, r != 0, random, wantFlags);
    }

    /**
     * Infinity from finite operands: exact, so not an overflow. In formats without infinity its substitute; in P3109
     * formats NaN, as their report has it.
     */
    private long divisionByZero(boolean neg, boolean wantFlags) {
        long infinite =
                format.specials().isP3109() ? result(format.nanCode(), wantFlags) : out.infinity(neg, wantFlags);
        if (packed) {
            return infinite & 0xffff_ffffL | (long) Flags.DIVIDE_BY_ZERO << 32;
        }
        return wantFlags ? Flags.DIVIDE_BY_ZERO : infinite;
    }

    /**
     * {@return the square root of {@code x}}
     *
     * @param x operand
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     */
    public long squareRoot(long x, long random, boolean wantFlags) {
        int kx = kind(a, x);
        if (kx == Operand.NAN) {
            return nan(a, x, a, x, wantFlags);
        }
        boolean neg = a.isNegative(x);
        if (kx == Operand.ZERO) {
            return out.zero(neg, wantFlags);
        }
        if (neg) {
            return invalid(wantFlags);
        }
        if (kx == Operand.INFINITE) {
            return out.infinity(false, wantFlags);
        }
        // radicand with an even exponent, its leading bit among the top two of 64
        long m = a.significand(x);
        int e = a.exponent(x);
        if ((e & 1) != 0) {
            m >>>= 1; // the lowest 11 bits are zero
            e++;
        }
        // digit by digit: root r of n bits, remainder below 2r + 1; both fit 128 bits for n <= 118
        int n = longResults ? 118 : QUOTIENT_BITS;
        long rh = 0;
        long rl = 0;
        long remH = 0;
        long remL = 0;
        for (int i = 0; i < n; i++) {
            // bring down two bits
            long two = i < 32 ? m >>> (62 - 2 * i) & 3 : 0;
            remH = remH << 2 | remL >>> 62;
            remL = remL << 2 | two;
            // trial subtrahend 4r + 1
            long th = rh << 2 | rl >>> 62;
            long tl = rl << 2 | 1;
            // upper halves are below 2^57
            boolean fits = remH > th || remH == th && Long.compareUnsigned(remL, tl) >= 0;
            rh = rh << 1 | rl >>> 63;
            rl <<= 1;
            if (fits) {
                remH -= th + (Long.compareUnsigned(remL, tl) < 0 ? 1 : 0);
                remL -= tl;
                rl |= 1;
            }
        }
        // value = m * 2^e; n root bits stand for sqrt(m * 2^(2n - 64)), so the root's weight is 2^(e/2 + 32 - n)
        return normalised(false, rh, rl, e / 2 + 32 - n, (remH | remL) != 0, random, wantFlags);
    }

    // ------------------------------------------------------------------ remainder

    /**
     * {@return {@code x - n * y}, n being the integer nearest to {@code x / y}, ties to even}
     *
     * @param x dividend
     * @param y divisor
     * @param wantFlags see the class comment
     */
    public long remainder(long x, long y, boolean wantFlags) {
        int kx = kind(a, x);
        int ky = kind(b, y);
        if (kx == Operand.NAN || ky == Operand.NAN) {
            return nan(a, x, b, y, wantFlags);
        }
        if (kx == Operand.INFINITE || ky == Operand.ZERO) {
            return invalid(wantFlags);
        }
        boolean neg = a.isNegative(x);
        if (kx == Operand.ZERO) {
            return out.zero(neg, wantFlags);
        }
        if (ky == Operand.INFINITE) {
            return out.round(neg, a.significand(x), 0, a.exponent(x) - 64, false, 0, wantFlags);
        }
        long m = a.integer(x);
        long n = b.integer(y);
        int ex = a.quantum(x);
        int ey = b.quantum(y);
        // the divisor is n * 2^d in units of 2^ex; from 2^54 on it is more than twice the dividend, below 2^53
        int d = Math.max(ey - ex, 0);
        if (d + 64 - Long.numberOfLeadingZeros(n) > 54) {
            return out.round(neg, a.significand(x), 0, a.exponent(x) - 64, false, 0, wantFlags);
        }
        n <<= d;
        long r = m % n;
        boolean odd = (m / n & 1) != 0;
        // a dividend of larger weight is reduced while it is moved
        int step = Long.numberOfLeadingZeros(n) - 1;
        for (int left = ex - ey; left > 0 && r != 0; left -= step) {
            long t = r << Math.min(step, left);
            odd = (t / n & 1) != 0;
            r = t % n;
        }
        if (r == 0) {
            return out.zero(neg, wantFlags);
        }
        // |x| = q * n + r: the nearest multiple may be the next one
        long twice = r << 1;
        if (Long.compareUnsigned(twice, n) > 0 || twice == n && odd) {
            neg = !neg;
            r = n - r;
        }
        int zeros = Long.numberOfLeadingZeros(r);
        return out.round(neg, r << zeros, 0, Math.min(ex, ey) - zeros - 64, false, 0, wantFlags);
    }

    // ------------------------------------------------------------------ integers and powers of two

    /**
     * {@return the operand rounded to an integer}
     *
     * @param x operand
     * @param rounding a deterministic mode
     * @param raiseInexact whether inexact is raised
     * @param wantFlags see the class comment
     */
    public long roundToIntegral(long x, Rounding rounding, boolean raiseInexact, boolean wantFlags) {
        int kx = kind(a, x);
        boolean neg = a.isNegative(x);
        switch (kx) {
            case Operand.NAN -> {
                return nan(a, x, a, x, wantFlags);
            }
            case Operand.INFINITE -> {
                return out.infinity(neg, wantFlags);
            }
            case Operand.ZERO -> {
                return out.zero(neg, wantFlags);
            }
            default -> {
                // finite
            }
        }
        long m = a.significand(x);
        int e = a.exponent(x);
        int fractionBits = -e - Long.numberOfTrailingZeros(m);
        if (fractionBits <= 0) {
            return out.round(neg, m, 0, e - 64, false, 0, wantFlags);
        }
        // not an integer, so below 2^53: the integer format of 64 bits rounds the magnitude's sign and fraction
        long n = Objects.requireNonNull(INTEGERS.get(rounding), "rounding").round(neg, m, 0, e - 64, false, 0, false);
        long magnitude = neg ? -n : n;
        int flags = raiseInexact ? Flags.INEXACT : 0;
        if (magnitude == 0) {
            return withFlags(out.zero(neg, wantFlags), flags, wantFlags);
        }
        int zeros = Long.numberOfLeadingZeros(magnitude);
        return withFlags(out.round(neg, magnitude << zeros, 0, -zeros - 64, false, 0, wantFlags), flags, wantFlags);
    }

    /**
     * {@return {@code x * 2^n}}
     *
     * @param x operand
     * @param n exponent
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     */
    public long scale(long x, int n, long random, boolean wantFlags) {
        int kx = kind(a, x);
        boolean neg = a.isNegative(x);
        return switch (kx) {
            case Operand.NAN -> nan(a, x, a, x, wantFlags);
            case Operand.INFINITE -> out.infinity(neg, wantFlags);
            case Operand.ZERO -> out.zero(neg, wantFlags);
            default -> {
                // beyond this every format overflows or underflows alike
                int bounded = Math.max(-400_000, Math.min(400_000, n));
                yield out.round(neg, a.significand(x), 0, a.exponent(x) - 64 + bounded, false, random, wantFlags);
            }
        };
    }
}
