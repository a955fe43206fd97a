package org.bitexact.internal.codec;

import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;

/**
 * The one rounding routine: an exact value becomes a code of one format under one set of policies.
 *
 * <p>Values arrive unpacked, as {@code (-1)^neg * (hi:lo + epsilon) * 2^exp}: {@code hi:lo} is a 128-bit unsigned
 * integer whose top bit is set, and epsilon is 0, or lies strictly between 0 and 1 if {@code sticky} is set. A
 * significand of 117 bits (53 kept, 64 discarded) decides every mode with up to 63 random bits, so a longer exact value
 * may be truncated to 128 bits with its rest in {@code sticky}.
 *
 * <p><b>Results.</b> Methods that return a {@code long} give {@code code | flags << 32} for formats of at most 32 bits.
 * Wider codes leave no room for the flags; there the argument {@code wantFlags} says which of the two is returned.
 *
 * <p><b>Thread safety</b>: immutable.
 */
public final class Rounder {
    /** What the quick path returns where it does not apply; no packed code and flags are negative. */
    public static final long DECLINED = -1L;

    private static final long INFINITY64 = 0x7ff0_0000_0000_0000L;
    private static final long TRAILING64 = 0x000f_ffff_ffff_ffffL;
    private static final int INEXACT = Flags.INEXACT;
    private static final int TINY_INEXACT = Flags.UNDERFLOW | Flags.INEXACT;
    private static final int OVERFLOW = Flags.OVERFLOW | Flags.INEXACT;
    /** Half of the discarded field, as an unsigned fraction of 64 bits; fractions from half on are negative longs. */
    private static final long HALF = 1L << 63;
    /** Below every code. */
    private static final long NOT_EVEN = -1L;

    private final ScalarFormat format;
    private final Policies policies;

    // policies, unpacked for the routine
    private final Rounding mode;
    private final int randomBits;
    private final long randomMask;

    // the target's layout; for integers only the quantum and the range count
    private final boolean isFloat;
    private final boolean packed;
    private final boolean signed;
    private final int t;
    private final int precision;
    private final int emin;
    private final int emax;
    private final int fieldOffset; // exponent field of emin, minus one
    private final long maxFinite;
    private final long signMask;
    private final long negativeZero; // code 0 with a minus sign: -0, or the smallest number where there is no zero
    private final boolean codeParity; // precision 1: parity of the code, not of the significand
    private final boolean plain; // no special rule below the smallest normal number, and signed
    private final boolean tinyBefore;

    // results that do not depend on the value: beyond the range, and below half of the smallest subnormal number
    private final int farBelow; // exponents less than this; none for stochastic modes
    private final long overflowPositive;
    private final long overflowNegative;
    private final long tinyPositive;
    private final long tinyNegative;

    // the quick path for binary64 values; see quick64
    private final long first64; // the least binary64 pattern that the quick path takes
    private final boolean quickZero; // whether zeros keep their sign, or are unsigned
    private final long low64; // pattern of the smallest normal number; if there is no quick path, above all others
    private final long magnitude64; // mask: all but the sign bit for signed formats, else all, which refuses negatives;
    // nothing if there is no quick path
    private final long rebias64; // difference of the biases, in place
    private final int shift64; // discarded bits of a normal number
    private final boolean jams; // to odd
    private final long tieBit; // 1 for ties to even, else 0
    private final long oddNormal; // added if the code is odd: the tie bit, or what undoes the addition of jamming
    private final long addToPositive; // added to the discarded field, as a fraction whose top bit is bit 62
    private final long addToNegative;
    private final long addToPositiveNormal; // the same, in place for a normal number
    private final long addToNegativeNormal;
    private final long tinyBelowPositive; // inexact values of lower patterns raise underflow
    private final long tinyBelowNegative;

    // rounding of binary64 values to nearest even with a sign bit for every number; see even64
    private final long evenMax; // the largest finite code; NOT_EVEN for other modes and formats
    private final long evenNormal; // the difference of the biases, a multiple of 2^52, and half a quantum
    private final double even64; // 2^52 subnormal quanta
    private final long evenBits64; // its pattern

    /**
     * Prepares rounding into a format.
     *
     * @param format the target
     * @param policies the choices
     * @throws IllegalArgumentException if the policies do not suit the format
     */
    public Rounder(ScalarFormat format, Policies policies) {
        this.format = format;
        this.policies = policies;
        mode = policies.rounding();
        randomBits = policies.randomBits();
        randomMask = (1L << randomBits) - 1;
        packed = format.width() <= 32;
        tinyBefore = policies.tininess() == Tininess.BEFORE_ROUNDING;
        if (format instanceof FloatFormat f) {
            if (policies.overflow().isForIntegers()) {
                throw new IllegalArgumentException(
                        "overflow must be one of ieee, inf, nan, sat, p3109 for the floating-point format " + f + ": "
                                + policies.overflow().id());
            }
            isFloat = true;
            signed = f.signed();
            t = f.trailingBits();
            precision = f.precision();
            emin = f.emin();
            emax = f.emax();
            fieldOffset = f.lowestNormalField() - 1;
            maxFinite = f.maxFiniteCode();
            signMask = f.signMask();
            negativeZero = f.hasNegativeZero() || !f.hasZero() ? signMask : 0;
            codeParity = precision == 1 && (f.specials().isP3109() || mode == Rounding.TO_ODD);
            plain = f.subnormals() == SubnormalRule.GRADUAL
                    && policies.subnormalResults() == SubnormalResults.KEEP
                    && signed;
        } else {
            IntFormat f = (IntFormat) format;
            isFloat = false;
            signed = f.signed();
            t = 0;
            precision = 64;
            emin = f.scaleExponent();
            emax = 0;
            fieldOffset = 0;
            maxFinite = f.maxInteger();
            signMask = 0;
            negativeZero = 0;
            codeParity = false;
            plain = false;
        }
        overflowPositive = isFloat && packed ? result(overflowCode(false), OVERFLOW, false) : 0;
        overflowNegative = isFloat && packed ? result(overflowCode(true), OVERFLOW, false) : 0;
        if (plain && packed) {
            int quarter = emin - t - 2 - 127;
            boolean random = mode.isStochastic();
            farBelow = random ? Integer.MIN_VALUE : emin - t - 1;
            tinyPositive = random ? 0 : roundNear(false, HALF, 0, quarter, false, 0, false);
            tinyNegative = random ? 0 : roundNear(true, HALF, 0, quarter, false, 0, false);
        } else {
            farBelow = Integer.MIN_VALUE;
            tinyPositive = 0;
            tinyNegative = 0;
        }
        boolean gradual = isFloat
                && ((FloatFormat) format).subnormals() == SubnormalRule.GRADUAL
                && policies.subnormalResults() == SubnormalResults.KEEP;
        // at precision 1 ties to even look at the significand, which is odd: normal numbers move up
        boolean tiesUp = mode == Rounding.TIES_TO_EVEN && precision == 1 && !codeParity;
        boolean quick = isFloat
                && packed
                && !mode.isStochastic()
                && !(tiesUp && gradual)
                && emax >= emin
                && ((FloatFormat) format).fitsBinary64()
                && emin >= Double.MIN_EXPONENT;
        low64 = quick ? (long) (emin + 1023) << 52 : Long.MAX_VALUE;
        // results of zero lose their sign in formats without -0; there only values that cannot become zero are taken
        long least = negativeZero == signMask ? 1L << 52 : (long) Math.max(emin - t + 1023, 1) << 52;
        first64 = gradual ? least : low64;
        quickZero = quick && ((FloatFormat) format).hasZero() && negativeZero == signMask;
        magnitude64 = !quick ? 0 : signed ? Long.MAX_VALUE : -1L;
        rebias64 = quick ? (long) (emin + 1023 - fieldOffset - 1) << 52 : 0;
        shift64 = quick ? 52 - t : 52;
        jams = mode == Rounding.TO_ODD;
        tieBit = mode == Rounding.TIES_TO_EVEN && !tiesUp ? 1 : 0;
        // as a fraction of the discarded field: nothing, just below half, half, or all of it
        long all = -1L >>> 1;
        long half = 1L << 62;
        addToPositive = switch (mode) {
            case TIES_TO_EVEN -> tiesUp ? half : half - 1;
            case TIES_TOWARD_ZERO -> half - 1;
            case TIES_TO_AWAY, TIES_TOWARD_POSITIVE -> half;
            case AWAY_FROM_ZERO, TOWARD_POSITIVE, TO_ODD -> all;
            default -> 0;
        };
        addToNegative = switch (mode) {
            case TIES_TO_EVEN -> tiesUp ? half : half - 1;
            case TIES_TOWARD_ZERO, TIES_TOWARD_POSITIVE -> half - 1;
            case TIES_TO_AWAY -> half;
            case AWAY_FROM_ZERO, TOWARD_NEGATIVE, TO_ODD -> all;
            default -> 0;
        };
        addToPositiveNormal = addToPositive >>> (63 - shift64);
        addToNegativeNormal = addToNegative >>> (63 - shift64);
        oddNormal = jams ? -addToPositiveNormal : tieBit;
        tinyBelowPositive = quick ? tinyBelow(false) : 0;
        tinyBelowNegative = quick ? tinyBelow(true) : 0;
        boolean even = quick
                && gradual
                && mode == Rounding.TIES_TO_EVEN
                && negativeZero != 0 // then both signs overflow alike, but for the sign bit
                && emin - t >= Double.MIN_EXPONENT;
        evenMax = even ? maxFinite : NOT_EVEN;
        evenNormal = addToPositiveNormal - rebias64;
        even64 = even ? Math.scalb(1.0, emin - t + 52) : 0;
        evenBits64 = Double.doubleToRawLongBits(even64);
    }

    /**
     * The least binary64 pattern, of a given sign, that is not tiny when inexact. Rounding is monotone, so there is one.
     * After rounding with unbounded exponent it lies between the last multiple of the quantum 2^(emin-1-t) below
     * 2^emin and 2^emin itself, and is one of four: the next pattern after the former, the midpoint, the next one after
     * the midpoint, and the latter.
     */
    private long tinyBelow(boolean neg) {
        if (!tinyBefore) {
            long quantum = 1L << shift64;
            long midpoint = low64 - (quantum >>> 1);
            for (long bits : new long[] {low64 - quantum + 1, midpoint, midpoint + 1}) {
                long significand = (bits & TRAILING64 | 1L << 52) << 11;
                if (!staysTiny(neg, significand, 0, false, 0)) {
                    return bits;
                }
            }
        }
        return low64;
    }

    /** {@return the target format} */
    public ScalarFormat format() {
        return format;
    }

    /** {@return the policies} */
    public Policies policies() {
        return policies;
    }

    /**
     * Rounds a finite nonzero value.
     *
     * <p>With the floor significand <i>S</i>, its lowest bit L and the discarded fraction, whose first bit is R and
     * whose other bits together are Y (sticky), ties to even increments by this table:
     *
     * <pre>
     * L R Y   discarded      S becomes
     * x 0 0   nothing        S
     * x 0 1   below half     S
     * 0 1 0   half, S even   S
     * 1 1 0   half, S odd    S + 1
     * x 1 1   above half     S + 1
     * </pre>
     *
     * <p>An increment may carry into the next binade; since codes are ordered as magnitudes, adding 1 to the code is
     * right there too.
     *
     * @param neg the sign
     * @param hi upper half of the significand, top bit set
     * @param lo lower half of the significand
     * @param exp weight of the lowest bit of {@code lo} is {@code 2^exp}
     * @param sticky whether nonzero bits follow below {@code lo}
     * @param random random bits, the low {@link Policies#randomBits()} of which are used
     * @param wantFlags see the class comment
     * @return the code, the flags, or both
     */
    public long round(boolean neg, long hi, long lo, int exp, boolean sticky, long random, boolean wantFlags) {
        if (!plain) {
            return roundSpecial(neg, hi, lo, exp, sticky, random, wantFlags);
        }
        int e = exp + 127;
        if (e > emax && packed) {
            return neg ? overflowNegative : overflowPositive;
        }
        if (e < farBelow) {
            return neg ? tinyNegative : tinyPositive;
        }
        return roundNear(neg, hi, lo, exp, sticky, random, wantFlags);
    }

    /** {@link #round} for a format without special rules, whatever the magnitude. */
    private long roundNear(boolean neg, long hi, long lo, int exp, boolean sticky, long random, boolean wantFlags) {
        int e = exp + 127;
        boolean below = e < emin;
        int shift = 64 - precision + (below ? emin - e : 0);
        long sig;
        long fraction;
        boolean rest = sticky;
        if (shift < 64) {
            sig = hi >>> shift;
            fraction = hi << -shift | lo >>> shift;
            rest |= lo << -shift != 0;
        } else {
            sig = 0;
            fraction = below64(hi, shift);
            rest |= restBelow(hi, lo, shift);
        }
        if (e > emax) {
            return overflow(neg, wantFlags);
        }
        // the floor neighbour's code; at precision >= 2 its lowest bit is that of the significand
        long code = ((long) (below ? 0 : e - emin) << t) + sig;
        if (fraction == 0 && !rest) {
            return code > maxFinite ? overflow(neg, wantFlags) : result(neg ? code | signMask : code, 0, wantFlags);
        }
        if (increments(neg, codeParity ? code : sig, fraction, rest, random)) {
            code++;
        }
        if (Long.compareUnsigned(code, maxFinite) > 0) { // the successor of a 63-bit magnitude is negative
            return overflow(neg, wantFlags);
        }
        int flags = INEXACT;
        if (below && (tinyBefore || tinyAfterRounding(neg, hi, lo, e, sticky, random))) {
            flags = TINY_INEXACT;
        }
        return result(neg ? code == 0 ? negativeZero : code | signMask : code, flags, wantFlags);
    }

    /**
     * Rounds a binary64 value as {@link #round} does, by adding to its pattern and shifting.
     *
     * <p>Proof. Both formats store magnitudes as exponent and trailing significand, so a pattern less the difference of
     * the biases is the target's code with s = 52 - t more bits, and these are the discarded fraction f of a quantum.
     * Below the smallest normal number the same holds of the 53-bit significand, with one more bit discarded for each
     * binade. Adding a to them carries into the code if and only if f + a * 2^-s &gt;= 1. With a = 2^(s-1) - 1 plus the
     * code's lowest bit, 2^(s-1) - 1, 2^(s-1), 2^s - 1 or 0 that is the increment condition of ties to even, toward zero,
     * away, of the modes that always grow and of those that never do; to odd takes 2^s - 1 if the lowest bit is 0, else 0.
     * Both terms stay below 2^63. Codes go on growing beyond the largest finite number, and there mean overflow. (At
     * precision 1 the lowest bit of a significand is always 1, whatever the code's: ties to even come here only where the
     * code's bit decides, or as ties that move up.)
     *
     * <p>s is kept to 63, where a significand is below half a quantum but not 0: more would change nothing.
     *
     * @param bits the pattern of any value
     * @return the code in the low half, the flags in the upper half; {@link #DECLINED} for infinities, NaNs and subnormal
     *     numbers of binary64, for some of the values below the smallest normal number, zeros included, and always if the
     *     mode is stochastic or a policy or the format asks for more
     */
    public long quick64(long bits) {
        return quick(bits, true);
    }

    /**
     * As {@link #quick64}, without flags.
     *
     * @param bits the pattern of any value
     * @return the code, above which the flags of an overflow stand, or {@link #DECLINED}
     */
    public long quickCode64(long bits) {
        return quick(bits, false);
    }

    private long quick(long bits, boolean wantFlags) {
        long magnitude = bits & magnitude64;
        if (magnitude < low64) {
            return quickBelow(bits, wantFlags);
        }
        int s = shift64;
        long v = magnitude - rebias64;
        long add = bits < 0 ? addToNegativeNormal : addToPositiveNormal;
        long code = v + add + (v >>> s & 1) * oddNormal >>> s;
        if (code > maxFinite) {
            return magnitude >= INFINITY64 ? DECLINED : bits < 0 ? overflowNegative : overflowPositive;
        }
        code |= bits >> 63 & signMask;
        return wantFlags && v << (64 - s) != 0 ? code | (long) INEXACT << 32 : code;
    }

    /** {@link #quick64} of a value below the smallest normal number, or of a negative one of an unsigned format. */
    private long quickBelow(long bits, boolean wantFlags) {
        long magnitude = bits & magnitude64;
        if (magnitude < first64) {
            return magnitude == 0 && quickZero ? bits >> 63 & signMask : DECLINED;
        }
        int s = Math.min(shift64 + (int) (low64 - magnitude + TRAILING64 >>> 52), 63);
        long v = magnitude & TRAILING64 | 1L << 52;
        long add = (bits < 0 ? addToNegative : addToPositive) >>> (63 - s);
        long code = v + add + (v >>> s & 1) * (jams ? -add : tieBit) >>> s | bits >> 63 & signMask;
        if (!wantFlags || v << (64 - s) == 0) {
            return code;
        }
        long flags = magnitude < (bits < 0 ? tinyBelowNegative : tinyBelowPositive) ? TINY_INEXACT : INEXACT;
        return code | flags << 32;
    }

    /**
     * Rounds a binary64 value to nearest even, without flags.
     *
     * <p>As {@link #quickCode64}, but below the smallest normal number binary64 addition rounds: the sum with 2^52
     * subnormal quanta lies in the binade whose ulp is the quantum, so it is rounded to a multiple of it, ties to even, and
     * its pattern counts the quanta. That holds for zeros and subnormal numbers too.
     *
     * @param x any value
     * @return the code, above which the flags of an overflow stand; {@link #DECLINED} for infinities and NaNs, and always
     *     in other modes and formats
     */
    public long even64(double x) {
        long bits = Double.doubleToRawLongBits(x);
        long magnitude = bits & Long.MAX_VALUE;
        long code;
        if (magnitude < low64) {
            code = Double.doubleToRawLongBits(Math.abs(x) + even64) - evenBits64;
        } else {
            code = magnitude + evenNormal + (magnitude >>> shift64 & 1) >>> shift64;
        }
        if (code > evenMax) {
            if (evenMax == NOT_EVEN || magnitude >= INFINITY64) {
                return DECLINED;
            }
            code = overflowPositive;
        }
        return code | bits >> 63 & signMask;
    }

    /**
     * Rounds a finite binary64 value, in general one that the quick path declined.
     *
     * @param bits its pattern
     * @param random random bits for stochastic rounding
     * @param wantFlags see the class comment
     * @return the code, the flags, or both
     */
    public long binary64(long bits, long random, boolean wantFlags) {
        long trailing = bits & TRAILING64;
        int field = (int) (bits >>> 52) & 0x7ff;
        boolean neg = bits < 0;
        if (field == 0) {
            if (trailing == 0) {
                return zero(neg, wantFlags);
            }
            int zeros = Long.numberOfLeadingZeros(trailing);
            return round(neg, trailing << zeros, 0, -1074 - 64 - zeros, false, random, wantFlags);
        }
        return round(neg, (trailing | 1L << 52) << 11, 0, field - 1075 - 11 - 64, false, random, wantFlags);
    }

    /** The first 64 fraction bits of a significand whose integer part is empty: {@code shift >= 64} bits discarded. */
    private static long below64(long hi, int shift) {
        return shift < 128 ? hi >>> shift : 0; // by shift - 64: distances count modulo 64
    }

    /**
     * Whether nonzero bits follow below the first 64 of the fraction, {@code shift > 0} bits of {@code hi} being discarded;
     * its top bit is set.
     */
    private static boolean restBelow(long hi, long lo, int shift) {
        return shift <= 64 ? lo << -shift != 0 : lo != 0 || shift > 127 || hi << -shift != 0;
    }

    /** Whether the magnitude moves up, given that the discarded part is not zero. */
    private boolean increments(boolean neg, long parity, long fraction, boolean rest, long random) {
        return switch (mode) {
            case TIES_TO_EVEN -> fraction < 0 && (fraction != HALF || rest || (parity & 1) != 0);
            case TIES_TO_AWAY -> fraction < 0;
            case TIES_TOWARD_ZERO -> fraction < 0 && (fraction != HALF || rest);
            case TIES_TOWARD_POSITIVE -> fraction < 0 && (fraction != HALF || rest || !neg);
            case TOWARD_ZERO -> false;
            case AWAY_FROM_ZERO -> true;
            case TOWARD_POSITIVE -> !neg;
            case TOWARD_NEGATIVE -> neg;
            case TO_ODD -> (parity & 1) == 0;
            default -> incrementsAtRandom(fraction, rest, random & randomMask);
        };
    }

    /**
     * The stochastic modes with N random bits R. No sum exceeds N + 1 bits, hence 64: the first term is at most 2^N and
     * R is below it.
     */
    private boolean incrementsAtRandom(long fraction, boolean rest, long random) {
        int n = randomBits;
        long k = fraction >>> (64 - n);
        switch (mode) {
            case STOCHASTIC_B -> {
                // y + 2R + 1 >= 2^(n+1) for the first n + 1 fraction bits y, halved: floor((y + 1) / 2) + R >= 2^n
                long y = fraction >>> (63 - n);
                k = (y >>> 1) + (y & 1);
            }
            case STOCHASTIC_C -> {
                long below = fraction << n;
                if (below < 0 && (below != HALF || rest || (k & 1) != 0)) {
                    k++;
                }
            }
            default -> {
                // A and add-then-truncate: k is floor(f * 2^n), and R is an integer, so the rest cannot matter
            }
        }
        return k + random >>> n != 0;
    }

    /**
     * Whether a value below the smallest normal number is still below it when rounded to the precision with unbounded
     * exponent range. Only values of exponent emin - 1 whose leading bits are all ones can reach it.
     */
    private boolean tinyAfterRounding(boolean neg, long hi, long lo, int e, boolean sticky, long random) {
        return e < emin - 1 || staysTiny(neg, hi, lo, sticky, random);
    }

    /** The same for a value of exponent emin - 1. */
    private boolean staysTiny(boolean neg, long hi, long lo, boolean sticky, long random) {
        int shift = 64 - precision; // 11 to 63
        long sig = hi >>> shift;
        long fraction = hi << -shift | lo >>> shift;
        boolean rest = sticky || lo << -shift != 0;
        if (sig != -1L >>> shift || fraction == 0 && !rest) {
            return true;
        }
        return !increments(neg, codeParity ? fieldOffset : sig, fraction, rest, random);
    }

    private long result(long code, int flags, boolean wantFlags) {
        return packed ? code | (long) flags << 32 : wantFlags ? flags : code;
    }

    private long overflow(boolean neg, boolean wantFlags) {
        return result(overflowCode(neg), OVERFLOW, wantFlags);
    }

    private long overflowCode(boolean neg) {
        boolean away = switch (mode) {
            case TOWARD_ZERO, TO_ODD -> false;
            case TOWARD_POSITIVE -> !neg;
            case TOWARD_NEGATIVE -> neg;
            default -> true;
        };
        FloatFormat f = (FloatFormat) format;
        return switch (policies.overflow()) {
            case IEEE -> away ? infinityLike(f, neg) : largest(neg);
            case INFINITY -> infinityLike(f, neg);
            case NAN -> f.hasNan() ? madeNan(f, neg) : largest(neg);
            case SATURATE, WRAP, INDEFINITE -> largest(neg);
            case P3109 -> {
                boolean infinite = away || mode == Rounding.TO_ODD && signed;
                yield infinite && f.hasInfinity() ? f.infinityCode() | sign(neg) : largest(neg);
            }
        };
    }

    private long sign(boolean neg) {
        return neg ? signMask : 0;
    }

    private long largest(boolean neg) {
        return maxFinite | sign(neg);
    }

    /** Infinity, or what takes its place where the format has none: NaN, else the largest finite number. */
    private long infinityLike(FloatFormat f, boolean neg) {
        return f.hasInfinity() ? f.infinityCode() | sign(neg) : f.hasNan() ? madeNan(f, neg) : largest(neg);
    }

    /** The canonical NaN with a sign where the format's NaN has one. */
    private long madeNan(FloatFormat f, boolean neg) {
        return f.hasSingleNan() ? f.nanCode() : f.nanCode() | sign(neg);
    }

    // ------------------------------------------------------------------ formats and policies off the common path

    private long roundSpecial(boolean neg, long hi, long lo, int exp, boolean sticky, long random, boolean wantFlags) {
        if (!isFloat) {
            return roundInteger(neg, hi, lo, exp, sticky, random, wantFlags);
        }
        FloatFormat f = (FloatFormat) format;
        if (neg && !signed) {
            if (policies.negative() == NegativeRule.ABSOLUTE) {
                return roundUnsignedOrFlushed(f, false, hi, lo, exp, sticky, random, wantFlags);
            }
            if (!f.hasZero()) {
                return negative(wantFlags);
            }
            // rounded as a negative number; what is not zero then is out of range
            long magnitude = roundUnsignedOrFlushed(f, true, hi, lo, exp, sticky, random, false);
            return (magnitude & f.codeMask()) != 0
                    ? negative(wantFlags)
                    : roundUnsignedOrFlushed(f, true, hi, lo, exp, sticky, random, wantFlags);
        }
        return roundUnsignedOrFlushed(f, neg, hi, lo, exp, sticky, random, wantFlags);
    }

    /** A negative value that an unsigned format cannot hold. */
    private long negative(boolean wantFlags) {
        FloatFormat f = (FloatFormat) format;
        boolean clamp = policies.negative() == NegativeRule.CLAMP
                || policies.overflow() == Overflow.P3109
                        && (mode == Rounding.TOWARD_ZERO || mode == Rounding.TOWARD_POSITIVE)
                || !f.hasNan();
        return result(clamp ? 0 : f.nanCode(), Flags.INVALID, wantFlags);
    }

    /** As {@link #round}, with the rules for exponent field zero and for flushed results. */
    private long roundUnsignedOrFlushed(
            FloatFormat f, boolean neg, long hi, long lo, int exp, boolean sticky, long random, boolean wantFlags) {
        int e = exp + 127;
        if (e > emax) {
            return overflow(neg, wantFlags);
        }
        boolean below = e < emin;
        if (below) {
            switch (f.subnormals()) {
                case ABSENT -> {
                    return flushed(neg, wantFlags); // to the smallest number
                }
                case FLUSH -> {
                    boolean zero = policies.subnormalResults() == SubnormalResults.FLUSH_BEFORE_ROUNDING
                            || tinyAfterRounding(neg, hi, lo, e, sticky, random);
                    return zero
                            ? flushed(neg, wantFlags)
                            : result(f.minNormalCode() | sign(neg), tinyBefore ? TINY_INEXACT : INEXACT, wantFlags);
                }
                default -> {
                    boolean flush = switch (policies.subnormalResults()) {
                        case KEEP -> false;
                        case FLUSH_BEFORE_ROUNDING -> true;
                        case FLUSH_AFTER_ROUNDING -> tinyAfterRounding(neg, hi, lo, e, sticky, random);
                    };
                    if (flush) {
                        return flushed(neg, wantFlags);
                    }
                }
            }
            if (f.subnormals() == SubnormalRule.TESLA_LITERAL) {
                return roundTeslaSubnormal(neg, hi, lo, e, sticky, random, wantFlags);
            }
        }
        int shift = 64 - precision + (below ? emin - e : 0);
        long sig = shift < 64 ? hi >>> shift : 0;
        long fraction = shift < 64 ? hi << -shift | lo >>> shift : below64(hi, shift);
        boolean rest = sticky || restBelow(hi, lo, shift);
        long code = ((long) ((below ? 0 : e - emin) + fieldOffset) << t) + sig;
        boolean inexact = fraction != 0 || rest;
        if (inexact && increments(neg, codeParity ? code : sig, fraction, rest, random)) {
            code++;
        }
        if (Long.compareUnsigned(code, maxFinite) > 0) {
            return overflow(neg, wantFlags);
        }
        int flags = !inexact
                ? 0
                : below && (tinyBefore || tinyAfterRounding(neg, hi, lo, e, sticky, random)) ? TINY_INEXACT : INEXACT;
        return result(code == 0 && neg ? negativeZero : code | sign(neg), flags, wantFlags);
    }

    private long flushed(boolean neg, boolean wantFlags) {
        return result(neg ? negativeZero : 0, TINY_INEXACT, wantFlags);
    }

    /**
     * Below the smallest normal number under {@link SubnormalRule#TESLA_LITERAL}: the quantum is 2^(emin-1-t), and the
     * step from the largest subnormal, (2^t - 1) quanta, to the smallest normal number, 2^(t+1) quanta, has w = 2^t + 1
     * of them. In that gap the discarded fraction is d / w, d being the distance from the largest subnormal in quanta;
     * its 64 bits come from a long division.
     */
    private long roundTeslaSubnormal(
            boolean neg, long hi, long lo, int e, boolean sticky, long random, boolean wantFlags) {
        int shift = 64 - precision + (emin - 1 - e); // discarded bits below one quantum, 11 and more
        long units = shift < 64 ? hi >>> shift : 0;
        long fraction = shift < 64 ? hi << -shift | lo >>> shift : below64(hi, shift);
        boolean rest = sticky || restBelow(hi, lo, shift);
        long top = (1L << t) - 1;
        if (units >= top) {
            long w = top + 2;
            long d = units - top;
            long quotient = 0;
            for (int i = 63; i >= 0; i--) {
                // d < w <= 2^52 + 1, so 2d + 1 cannot overflow
                d = d << 1 | fraction >>> i & 1;
                if (d >= w) {
                    d -= w;
                    quotient |= 1L << i;
                }
            }
            rest |= d != 0;
            fraction = quotient;
            units = top;
        }
        boolean inexact = fraction != 0 || rest;
        long code = units + (inexact && increments(neg, units, fraction, rest, random) ? 1 : 0);
        int flags =
                !inexact ? 0 : tinyBefore || tinyAfterRounding(neg, hi, lo, e, sticky, random) ? TINY_INEXACT : INEXACT;
        return result(code == 0 && neg ? negativeZero : code | sign(neg), flags, wantFlags);
    }

    private long roundInteger(boolean neg, long hi, long lo, int exp, boolean sticky, long random, boolean wantFlags) {
        IntFormat f = (IntFormat) format;
        if (f.encoding() == IntFormat.Encoding.BIPOLAR) {
            boolean one = hi == HALF && lo == 0 && !sticky && exp == -127 + f.scaleExponent();
            return result(neg ? 0 : 1, one ? 0 : INEXACT, wantFlags);
        }
        int shift = f.scaleExponent() - exp - 64; // bits of hi below the quantum
        if (shift < 0) {
            // at least 2^64; the integer's low bits count when it wraps. Beyond 2^128 the caller reduces it first.
            long low = shift > -64 ? hi << -shift | lo >>> (64 + shift) : shift > -128 ? lo << (-64 - shift) : 0;
            long fraction = shift > -64 ? lo << -shift : 0;
            return wrap(neg, low, fraction, sticky, random, wantFlags);
        }
        long n = shift < 64 ? hi >>> shift : 0;
        long fraction = shift == 0 ? lo : shift < 64 ? hi << -shift | lo >>> shift : below64(hi, shift);
        boolean rest = sticky || shift != 0 && restBelow(hi, lo, shift);
        boolean inexact = fraction != 0 || rest;
        if (inexact && increments(neg, n, fraction, rest, random)) {
            n++;
            if (n == 0) {
                return outOfRange(neg, 0, wantFlags); // 2^64
            }
        }
        long limit = neg ? -f.minInteger() : f.maxInteger(); // magnitudes, unsigned
        if (Long.compareUnsigned(n, limit) > 0) {
            return outOfRange(neg, n, wantFlags);
        }
        return result((neg ? -n : n) & f.codeMask(), inexact ? INEXACT : 0, wantFlags);
    }

    /**
     * Rounds a value of magnitude 2^64 or more to an integer format, of which only the low bits count.
     *
     * @param neg the sign
     * @param lowBits the low 64 bits of the magnitude's integer part, in units of the format's quantum
     * @param fraction the first 64 bits of the fraction
     * @param rest whether nonzero bits follow below {@code fraction}
     * @param random random bits
     * @param wantFlags see the class comment
     * @return the code, the flags, or both
     */
    public long wrap(boolean neg, long lowBits, long fraction, boolean rest, long random, boolean wantFlags) {
        boolean up = (fraction != 0 || rest) && increments(neg, lowBits, fraction, rest, random);
        return outOfRange(neg, up ? lowBits + 1 : lowBits, wantFlags);
    }

    /** An integer of the given sign and low bits of the magnitude that the format cannot hold. */
    private long outOfRange(boolean neg, long lowBits, boolean wantFlags) {
        IntFormat f = (IntFormat) format;
        long n = switch (policies.overflow()) {
            case WRAP -> neg ? -lowBits : lowBits;
            case INDEFINITE -> indefinite(f);
            default -> neg ? f.minInteger() : f.maxInteger();
        };
        return result(n & f.codeMask(), Flags.INVALID, wantFlags);
    }

    // ------------------------------------------------------------------ zeros, infinities, NaNs

    /**
     * Encodes a zero.
     *
     * @param neg its sign
     * @param wantFlags see the class comment
     * @return the code, the flags, or both
     */
    public long zero(boolean neg, boolean wantFlags) {
        if (format instanceof FloatFormat f) {
            if (f.hasZero()) {
                return result(neg ? negativeZero : 0, 0, wantFlags);
            }
            return policies.zero() == ZeroRule.SMALLEST
                    ? flushed(neg, wantFlags)
                    : result(f.hasNan() ? madeNan(f, neg) : neg ? negativeZero : 0, Flags.INVALID, wantFlags);
        }
        boolean bipolar = ((IntFormat) format).encoding() == IntFormat.Encoding.BIPOLAR;
        return bipolar ? result(1, INEXACT, wantFlags) : result(0, 0, wantFlags);
    }

    /**
     * Encodes an infinity.
     *
     * @param neg its sign
     * @param wantFlags see the class comment
     * @return the code, the flags, or both
     */
    public long infinity(boolean neg, boolean wantFlags) {
        if (!(format instanceof FloatFormat f)) {
            IntFormat i = (IntFormat) format;
            boolean bipolar = i.encoding() == IntFormat.Encoding.BIPOLAR;
            long n = bipolar
                    ? neg ? 0 : 1
                    : policies.overflow() == Overflow.INDEFINITE
                            ? indefinite(i)
                            : neg ? i.minInteger() : i.maxInteger();
            return result(n & i.codeMask(), Flags.INVALID, wantFlags);
        }
        boolean minus = neg;
        if (neg && !signed) {
            if (policies.negative() != NegativeRule.ABSOLUTE) {
                return negative(wantFlags);
            }
            minus = false;
        }
        if (policies.infinity() == InfinityRule.KEEP && f.hasInfinity()) {
            return result(f.infinityCode() | sign(minus), 0, wantFlags);
        }
        boolean nan = policies.infinity() != InfinityRule.SATURATE && f.hasNan();
        return result(nan ? madeNan(f, minus) : largest(minus), Flags.INVALID, wantFlags);
    }

    /**
     * Encodes a NaN.
     *
     * @param neg its sign
     * @param trailing its trailing significand field, aligned at the top of the long
     * @param signaling whether it is a signaling NaN
     * @param binary32 whether it comes from binary32 itself, for {@link NanRule#JDK_FOLD}
     * @param wantFlags see the class comment
     * @return the code, the flags, or both
     */
    public long nan(boolean neg, long trailing, boolean signaling, boolean binary32, boolean wantFlags) {
        int flags = signaling && policies.nan() != NanRule.TRUNCATE ? Flags.INVALID : 0;
        if (!(format instanceof FloatFormat f) || !f.hasNan()) {
            return result(substitute(neg), Flags.INVALID, wantFlags);
        }
        if (f.hasSingleNan()) {
            return result(f.nanCode(), flags, wantFlags);
        }
        NanRule rule = policies.nan();
        boolean minus = switch (rule) {
            case CANONICAL, ALL_ONES, SIGNALING_ONE -> false;
            case CANONICAL_NEGATIVE, ALL_ONES_NEGATIVE -> true;
            default -> neg;
        };
        if (f.specials() == SpecialValues.FN) {
            return result(f.nanCode() | sign(minus), flags, wantFlags);
        }
        long payload = trailing >>> (64 - t);
        long quiet = f.quietBit();
        long bits = switch (rule) {
            case KEEP -> payload | quiet;
            case KEEP_SIGNALING -> payload == 0 ? quiet : payload;
            case TRUNCATE -> payload;
            case CANONICAL, CANONICAL_SIGNED, CANONICAL_NEGATIVE -> quiet;
            case ALL_ONES, ALL_ONES_SIGNED, ALL_ONES_NEGATIVE -> f.trailingMask();
            case SIGNALING_ONE -> 1;
            case JDK_FOLD ->
                binary32 && f.exponentBits() == 5 && t == 10
                        ? fold((int) (trailing >>> 41))
                        : payload == 0 ? quiet : payload;
        };
        return result(f.infinityCode() | bits | sign(minus), flags, wantFlags);
    }

    private static long fold(int m) {
        return (m >> 13 | (m & 0x1ff0) >> 4 | m & 0xf) & 0x3ff;
    }

    /** The integer that x86 delivers for every invalid conversion. */
    private static long indefinite(IntFormat f) {
        return f.signed() ? f.minInteger() : f.maxInteger();
    }

    /** What stands for a NaN of the given sign in a format without NaN. */
    private long substitute(boolean neg) {
        if (format instanceof FloatFormat f) {
            return switch (policies.nanSubstitute()) {
                case LARGEST -> largest(false);
                case LARGEST_SIGNED ->
                    signed || !neg || policies.negative() == NegativeRule.ABSOLUTE ? largest(neg) : 0;
                case LOWEST, INDEFINITE -> signed ? largest(true) : 0;
                case ZERO -> 0;
                case OPPOSITE_ZERO -> neg || !f.hasNegativeZero() ? 0 : signMask;
            };
        }
        IntFormat i = (IntFormat) format;
        boolean bipolar = i.encoding() == IntFormat.Encoding.BIPOLAR;
        long max = bipolar ? 1 : i.maxInteger();
        long min = bipolar ? 0 : i.minInteger();
        long n = switch (policies.nanSubstitute()) {
            case LARGEST -> max;
            case LARGEST_SIGNED -> neg ? min : max;
            case LOWEST -> min;
            case INDEFINITE -> bipolar ? 0 : indefinite(i);
            case ZERO, OPPOSITE_ZERO -> bipolar ? 1 : 0;
        };
        return n & i.codeMask();
    }
}
