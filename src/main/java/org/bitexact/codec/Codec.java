package org.bitexact.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.jspecify.annotations.Nullable;

/**
 * A format and the policies of conversions into it: turns values into codes and codes into values.
 *
 * <p>Encoding rounds the exact value once, whatever its type. Decoding is exact.
 *
 * <p><b>Flags</b> come in three shapes: not at all ({@link #encode(double)}), packed above the code ({@link
 * #encodeWithFlags(double, long)}), or raised in a caller's sink ({@link #encodeLong(double, long, Flags)}). None
 * allocates.
 *
 * <p><b>Widths</b>: methods that return an {@code int} take formats of at most 32 bits; {@code encodeLong} and {@link
 * #decode(long)} take all.
 *
 * <p><b>Stochastic rounding</b>: the random bits are an argument, of which the low {@link Policies#randomBits()} are
 * used. Other modes ignore it.
 *
 * <p><b>NaN</b>: a {@code float} argument keeps its sign, payload and signaling bit as far as the platform passes them;
 * to be sure of a signaling NaN, convert its code with a {@link Converter}.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class Codec {
    private static final long TRAILING64 = 0x000f_ffff_ffff_ffffL;
    /** The trailing significand field of binary32, aligned at the top. */
    private static final long TRAILING32 = 0xffff_fe00_0000_0000L;
    /** Decimal exponents beyond this lie outside every format, whose own reach 2^65536, about 10^19729. */
    private static final int FAR = 30_000;
    /** Binary exponents beyond this lie outside every format. */
    private static final int FAR2 = 90_000;

    private final ScalarFormat format;
    private final Policies policies;
    private final Rounder rounder;
    private final boolean stochastic;
    private final boolean narrow;
    private final boolean flushInputs;
    private final boolean viaBinary32;

    // decoding
    private final Operand operand;
    private final boolean quickDecode; // a float whose normal numbers are normal in binary64
    private final long signMask;
    private final long magnitudeMask;
    private final long minNormal;
    private final long maxFinite;
    private final int widen; // left shift from the format's trailing significand to that of binary64
    private final long rebias;
    private final double subnormalUnit;
    private final boolean exactInBinary64;

    private Codec(ScalarFormat format, Policies policies) {
        this.format = Objects.requireNonNull(format, "format");
        this.policies = Objects.requireNonNull(policies, "policies");
        rounder = new Rounder(format, policies);
        stochastic = policies.rounding().isStochastic();
        narrow = format.width() <= 32;
        flushInputs = policies.flushInputs();
        viaBinary32 = policies.path() == SourcePath.VIA_BINARY32;
        operand = new Operand(format);
        if (format instanceof FloatFormat f) {
            exactInBinary64 = f.fitsBinary64();
            quickDecode = exactInBinary64 && f.emin() > Double.MIN_EXPONENT - 1;
            signMask = f.signMask();
            magnitudeMask = f.magnitudeMask();
            minNormal = f.minNormalCode();
            maxFinite = f.maxFiniteCode();
            widen = 52 - f.trailingBits();
            rebias = (long) (1023 - f.bias()) << 52;
            subnormalUnit = Math.scalb(1.0, f.subnormalQuantumExponent());
        } else {
            exactInBinary64 = format.width() <= 53;
            quickDecode = false;
            signMask = 0;
            magnitudeMask = 0;
            minNormal = 0;
            maxFinite = 0;
            widen = 0;
            rebias = 0;
            subnormalUnit = 0;
        }
    }

    /**
     * {@return a codec with IEEE 754 defaults: {@link Policies#IEEE}}
     *
     * @param format the format
     */
    public static Codec of(ScalarFormat format) {
        return new Codec(format, Policies.IEEE);
    }

    /**
     * {@return a codec with the given policies}
     *
     * @param format the format
     * @param policies the policies
     * @throws IllegalArgumentException if the policies do not suit the format: {@link Overflow#WRAP} with a
     *     floating-point format
     */
    public static Codec of(ScalarFormat format, Policies policies) {
        return new Codec(format, policies);
    }

    /**
     * {@return a codec that converts from a source format as a real implementation does}
     *
     * @param format the format
     * @param profile the implementation
     * @param source the format values come from, for example {@link Formats#BINARY32}
     */
    public static Codec of(ScalarFormat format, Profile profile, ScalarFormat source) {
        return new Codec(format, profile.policies(source, format));
    }

    /** {@return the format} */
    public ScalarFormat format() {
        return format;
    }

    /** {@return the policies} */
    public Policies policies() {
        return policies;
    }

    /**
     * {@return this codec with other policies}
     *
     * @param value the policies
     */
    public Codec with(Policies value) {
        return new Codec(format, value);
    }

    /**
     * {@return this codec with another deterministic rounding mode}
     *
     * @param value the mode
     */
    public Codec rounding(Rounding value) {
        return with(policies.withRounding(value));
    }

    /**
     * {@return this codec with stochastic rounding}
     *
     * @param value a stochastic mode
     * @param randomBits random bits taken with each value, 1 to 63
     */
    public Codec stochastic(Rounding value, int randomBits) {
        return with(policies.withStochasticRounding(value, randomBits));
    }

    /**
     * {@return this codec with another overflow policy for finite values}
     *
     * @param value the policy
     */
    public Codec overflow(Overflow value) {
        return with(policies.withOverflow(value));
    }

    /**
     * {@return this codec with another rule for infinite inputs}
     *
     * @param value the rule
     */
    public Codec infinity(InfinityRule value) {
        return with(policies.withInfinity(value));
    }

    /**
     * {@return this codec with another rule for NaN inputs}
     *
     * @param value the rule
     */
    public Codec nan(NanRule value) {
        return with(policies.withNan(value));
    }

    /** {@return this codec with finite overflow and infinite inputs both becoming the largest finite number} */
    public Codec saturating() {
        return with(policies.saturating());
    }

    // ------------------------------------------------------------------ encode

    /**
     * Encodes a binary64 value.
     *
     * @param x any value
     * @return the rounded code, in the low {@code width} bits
     * @throws IllegalStateException if the format is wider than 32 bits or the rounding is stochastic
     */
    public int encode(double x) {
        long bits = Double.doubleToRawLongBits(x);
        long quick = viaBinary32 ? Rounder.DECLINED : rounder.quickCode64(bits);
        if (quick != Rounder.DECLINED) {
            return (int) quick;
        }
        requireNarrow();
        return (int) ofDoubleBits(bits, noRandom(stochastic), false);
    }

    /**
     * Encodes a binary64 value with random bits.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the rounded code, in the low {@code width} bits
     * @throws IllegalStateException if the format is wider than 32 bits
     */
    public int encode(double x, long random) {
        requireNarrow();
        return (int) ofDouble(x, random, false);
    }

    /**
     * Encodes a binary64 value with flags.
     *
     * @param x any value
     * @return the code in the low half, the raised {@link Flags} in the upper half
     * @throws IllegalStateException if the format is wider than 32 bits or the rounding is stochastic
     */
    public long encodeWithFlags(double x) {
        long bits = Double.doubleToRawLongBits(x);
        long quick = quick(bits);
        if (quick != Rounder.DECLINED) {
            return quick;
        }
        requireNarrow();
        return ofDoubleBits(bits, noRandom(stochastic), false);
    }

    /**
     * Encodes a binary64 value with flags and random bits.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the code in the low half, the raised {@link Flags} in the upper half
     * @throws IllegalStateException if the format is wider than 32 bits
     */
    public long encodeWithFlags(double x, long random) {
        requireNarrow();
        return ofDouble(x, random, false);
    }

    /**
     * Encodes a binary64 value into a format of any width.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @return the rounded code, in the low {@code width} bits
     */
    public long encodeLong(double x, long random, @Nullable Flags sink) {
        return split(ofDouble(x, random, false), narrow ? 0 : ofDouble(x, random, true), sink);
    }

    /**
     * Encodes a binary32 value.
     *
     * @param x any value
     * @return the rounded code, in the low {@code width} bits
     * @throws IllegalStateException if the format is wider than 32 bits or the rounding is stochastic
     */
    public int encode(float x) {
        long wide = Double.doubleToRawLongBits(x);
        long quick = flushInputs ? Rounder.DECLINED : rounder.quickCode64(wide);
        if (quick != Rounder.DECLINED) {
            return (int) quick;
        }
        requireNarrow();
        return (int) ofFloatBits(Float.floatToRawIntBits(x), noRandom(stochastic), false, flushInputs);
    }

    /**
     * Encodes a binary32 value with random bits.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the rounded code, in the low {@code width} bits
     * @throws IllegalStateException if the format is wider than 32 bits
     */
    public int encode(float x, long random) {
        requireNarrow();
        return (int) ofFloatBits(Float.floatToRawIntBits(x), random, false);
    }

    /**
     * Encodes a binary32 code with flags.
     *
     * @param bits any binary32 code
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the code in the low half, the raised {@link Flags} in the upper half
     * @throws IllegalStateException if the format is wider than 32 bits
     */
    public long encodeFloatBits(int bits, long random) {
        requireNarrow();
        return ofFloatBits(bits, random, false);
    }

    /**
     * Encodes an integer.
     *
     * @param x any value
     * @return the rounded code, in the low {@code width} bits
     * @throws IllegalStateException if the format is wider than 32 bits or the rounding is stochastic
     */
    public int encode(long x) {
        requireNarrow();
        return (int) ofLong(x, noRandom(stochastic), false);
    }

    /**
     * Encodes an integer with flags.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the code in the low half, the raised {@link Flags} in the upper half
     * @throws IllegalStateException if the format is wider than 32 bits
     */
    public long encodeWithFlags(long x, long random) {
        requireNarrow();
        return ofLong(x, random, false);
    }

    /**
     * Encodes an integer into a format of any width.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @return the rounded code, in the low {@code width} bits
     */
    public long encodeLong(long x, long random, @Nullable Flags sink) {
        return split(ofLong(x, random, false), narrow ? 0 : ofLong(x, random, true), sink);
    }

    /**
     * Encodes a decimal value.
     *
     * @param x any value
     * @return the rounded code, in the low {@code width} bits
     * @throws IllegalStateException if the format is wider than 32 bits or the rounding is stochastic
     */
    public int encode(BigDecimal x) {
        requireNarrow();
        return (int) ofDecimal(x, noRandom(stochastic), false);
    }

    /**
     * Encodes a decimal value with flags.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the code in the low half, the raised {@link Flags} in the upper half
     * @throws IllegalStateException if the format is wider than 32 bits
     */
    public long encodeWithFlags(BigDecimal x, long random) {
        requireNarrow();
        return ofDecimal(x, random, false);
    }

    /**
     * Encodes a decimal value into a format of any width.
     *
     * @param x any value
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @return the rounded code, in the low {@code width} bits
     */
    public long encodeLong(BigDecimal x, long random, @Nullable Flags sink) {
        return split(ofDecimal(x, random, false), narrow ? 0 : ofDecimal(x, random, true), sink);
    }

    /** {@return the rounding of this codec, for the layers below} */
    Rounder rounder() {
        return rounder;
    }

    /** Code and flags apart: for narrow formats both are in the result. */
    private long split(long result, long wideFlags, @Nullable Flags sink) {
        if (sink != null) {
            sink.raise((int) (narrow ? result >>> 32 : wideFlags));
        }
        return narrow ? result & 0xffff_ffffL : result;
    }

    private long ofDouble(double x, long random, boolean wantFlags) {
        long bits = Double.doubleToRawLongBits(x);
        long quick = quick(bits);
        return quick != Rounder.DECLINED ? quick : ofDoubleBits(bits, random, wantFlags);
    }

    /** The result of the rounder's quick path, which no wide or stochastic codec has. */
    private long quick(long bits) {
        return viaBinary32 ? Rounder.DECLINED : rounder.quick64(bits);
    }

    private long ofDoubleBits(long bits, long random, boolean wantFlags) {
        boolean neg = bits < 0;
        int field = (int) (bits >>> 52) & 0x7ff;
        long trailing = bits & TRAILING64;
        if (field == 0x7ff) {
            if (trailing == 0) {
                return rounder.infinity(neg, wantFlags);
            }
            boolean signaling = trailing >>> 51 == 0;
            return viaBinary32
                    ? rounder.nan(neg, trailing << 12 & TRAILING32 | 1L << 63, signaling, true, wantFlags)
                    : rounder.nan(neg, trailing << 12, signaling, false, wantFlags);
        }
        if (field == 0 && flushInputs) {
            return rounder.zero(neg, wantFlags);
        }
        if (viaBinary32) {
            int narrowed = Float.floatToRawIntBits((float) Double.longBitsToDouble(bits));
            return ofFloatBits(narrowed, random, wantFlags, false);
        }
        return rounder.binary64(bits, random, wantFlags);
    }

    private long ofFloatBits(int bits, long random, boolean wantFlags) {
        long wide =
                Double.doubleToRawLongBits(Float.intBitsToFloat(bits)); // a NaN's payload may change, but is not quick
        long quick = flushInputs ? Rounder.DECLINED : rounder.quick64(wide);
        return quick != Rounder.DECLINED ? quick : ofFloatBits(bits, random, wantFlags, flushInputs);
    }

    private long ofFloatBits(int bits, long random, boolean wantFlags, boolean flush) {
        boolean neg = bits < 0;
        int field = bits >>> 23 & 0xff;
        int trailing = bits & 0x7f_ffff;
        if (field == 0xff) {
            return trailing == 0
                    ? rounder.infinity(neg, wantFlags)
                    : rounder.nan(neg, (long) trailing << 41, trailing >>> 22 == 0, true, wantFlags);
        }
        if (field == 0) {
            if (trailing == 0 || flush) {
                return rounder.zero(neg, wantFlags);
            }
            int zeros = Long.numberOfLeadingZeros(trailing);
            return rounder.round(neg, (long) trailing << zeros, 0, -149 - 64 - zeros, false, random, wantFlags);
        }
        return rounder.round(
                neg, (long) (trailing | 1 << 23) << 40, 0, field - 150 - 40 - 64, false, random, wantFlags);
    }

    private long ofLong(long x, long random, boolean wantFlags) {
        boolean neg = x < 0;
        if (x == 0) {
            return rounder.zero(neg, wantFlags);
        }
        if (viaBinary32) {
            return ofFloatBits(Float.floatToRawIntBits((float) x), random, wantFlags, false);
        }
        long magnitude = Math.abs(x); // 2^63 as an unsigned number, too
        int zeros = Long.numberOfLeadingZeros(magnitude);
        return rounder.round(neg, magnitude << zeros, 0, -64 - zeros, false, random, wantFlags);
    }

    /**
     * A decimal is cut to 128 significand bits with a sticky bit for the rest, which {@link Rounder} rounds exactly.
     * Exponents are brought into reach first, so that one of a billion costs no more than one of {@link #FAR}: the value
     * stays on the same side of every format's range, and one that wraps stays a multiple of 2^128.
     */
    private long ofDecimal(BigDecimal x, long random, boolean wantFlags) {
        int signum = x.signum();
        boolean neg = signum < 0;
        if (signum == 0) {
            return rounder.zero(neg, wantFlags);
        }
        if (viaBinary32) {
            int bits = (int) Codec.of(Formats.BINARY32).ofDecimal(x, 0, false);
            return ofFloatBits(bits, random, wantFlags, false);
        }
        int digits = Math.max(Math.min(x.scale(), FAR + x.precision()), -FAR); // after the point
        BigInteger numerator = x.unscaledValue().abs().multiply(BigInteger.TEN.pow(Math.max(-digits, 0)));
        BigInteger denominator = BigInteger.TEN.pow(Math.max(digits, 0));
        boolean wraps = policies.overflow() == Overflow.WRAP;
        if (wraps && format instanceof IntFormat f && f.encoding() != IntFormat.Encoding.BIPOLAR) {
            // an integer that wraps may have 65 bits and more, of which the low 64 count, beside 64 of the fraction
            int scale = f.scaleExponent();
            BigInteger quantum = denominator.shiftLeft(Math.max(scale, 0));
            BigInteger[] integer = numerator.shiftLeft(Math.max(-scale, 0)).divideAndRemainder(quantum);
            if (integer[0].bitLength() > 64) {
                BigInteger[] fraction = integer[1].shiftLeft(64).divideAndRemainder(quantum);
                boolean rest = fraction[1].signum() != 0;
                return rounder.wrap(neg, integer[0].longValue(), fraction[0].longValue(), rest, random, wantFlags);
            }
        }
        // at least 128 bits of quotient
        int scale = 128 - (numerator.bitLength() - denominator.bitLength());
        BigInteger[] quotient =
                numerator.shiftLeft(Math.max(scale, 0)).divideAndRemainder(denominator.shiftLeft(Math.max(-scale, 0)));
        return ofInteger(neg, quotient[0], -scale, quotient[1].signum() != 0, random, wantFlags);
    }

    /** Rounds {@code significand * 2^exp}, positive, with a sticky bit below; cut to exactly 128 bits. */
    private long ofInteger(
            boolean neg, BigInteger significand, int exp, boolean sticky, long random, boolean wantFlags) {
        int excess = significand.bitLength() - 128;
        boolean rest = sticky || significand.getLowestSetBit() < excess;
        BigInteger top = significand.shiftRight(excess);
        return rounder.round(
                neg, top.shiftRight(64).longValue(), top.longValue(), exp + excess, rest, random, wantFlags);
    }

    /**
     * Encodes {@code (-1)^neg * significand * 2^exponent}, the significand being positive; far exponents are brought
     * into reach as those of decimals are.
     */
    long encodeLong(boolean neg, BigInteger significand, int exponent, long random, @Nullable Flags sink) {
        long result = ofBinary(neg, significand, exponent, random, false);
        return split(result, narrow ? 0 : ofBinary(neg, significand, exponent, random, true), sink);
    }

    private long ofBinary(boolean neg, BigInteger significand, int exponent, long random, boolean wantFlags) {
        if (viaBinary32) {
            int bits = (int) Codec.of(Formats.BINARY32).ofBinary(neg, significand, exponent, 0, false);
            return ofFloatBits(bits, random, wantFlags, false);
        }
        int near = Math.max(Math.min(exponent, FAR2), -FAR2 - significand.bitLength());
        if (policies.overflow() == Overflow.WRAP) {
            BigDecimal magnitude = dyadic(significand, near);
            return ofDecimal(neg ? magnitude.negate() : magnitude, random, wantFlags);
        }
        return ofInteger(neg, significand, near, false, random, wantFlags);
    }

    /** Encodes a quiet NaN without payload. */
    long encodeNan(boolean neg, @Nullable Flags sink) {
        return split(
                rounder.nan(neg, 1L << 63, false, false, false), rounder.nan(neg, 1L << 63, false, false, true), sink);
    }

    /** {@return {@code significand * 2^exponent} exactly} */
    static BigDecimal dyadic(BigInteger significand, int exponent) {
        int scale = Math.max(-exponent, 0);
        BigInteger five = BigInteger.valueOf(5);
        return new BigDecimal(significand.shiftLeft(exponent + scale).multiply(five.pow(scale)), scale);
    }

    // ------------------------------------------------------------------ decode

    /**
     * Decodes a code to binary64.
     *
     * @param code a code, in the low {@code width} bits
     * @return the exact value; NaN for every NaN
     * @throws IllegalArgumentException if a bit above the width is set
     * @throws IllegalStateException if the format has values that are not exact in binary64; see {@link #decodeExact}
     */
    public double decode(int code) {
        return decode(Integer.toUnsignedLong(code));
    }

    /**
     * Decodes a code to binary64.
     *
     * @param code a code, in the low {@code width} bits
     * @return the exact value; NaN for every NaN
     * @throws IllegalArgumentException if a bit above the width is set
     * @throws IllegalStateException if the format has values that are not exact in binary64; see {@link #decodeExact}
     */
    public double decode(long code) {
        long magnitude = code & magnitudeMask;
        if (quickDecode
                && magnitude >= minNormal
                && magnitude <= maxFinite
                && (code & ~(magnitudeMask | signMask)) == 0) {
            // normal in both formats: move the fields, add the difference of the biases
            long bits = (magnitude << widen) + rebias;
            return Double.longBitsToDouble((code & signMask) != 0 ? bits | Long.MIN_VALUE : bits);
        }
        return decodeRest(code);
    }

    private double decodeRest(long code) {
        format.requireCode(code);
        if (!exactInBinary64) {
            throw new IllegalStateException("values of " + format + " are not all exact in binary64; use decodeExact");
        }
        boolean neg = operand.isNegative(code);
        double magnitude = switch (operand.kind(code)) {
            case Operand.ZERO -> 0.0;
            case Operand.INFINITE -> Double.POSITIVE_INFINITY;
            case Operand.NAN -> Double.NaN;
            default ->
                quickDecode
                        ? (code & magnitudeMask) * subnormalUnit
                        // at most 53 bits are not zero, so neither step rounds
                        : Math.scalb((double) (operand.significand(code) >>> 11), operand.exponent(code) + 11);
        };
        return neg ? -magnitude : magnitude;
    }

    /**
     * Decodes a finite code exactly, in any format.
     *
     * @param code a code, in the low {@code width} bits
     * @return the value; zero for zeros of either sign
     * @throws IllegalArgumentException if a bit above the width is set, or the code is an infinity or a NaN
     */
    public BigDecimal decodeExact(long code) {
        format.requireCode(code);
        int kind = operand.kind(code);
        if (kind == Operand.ZERO) {
            return BigDecimal.ZERO;
        }
        if (kind != Operand.FINITE) {
            throw new IllegalArgumentException(String.format(
                    "code of %s must be finite: 0x%0" + format.hexDigits() + "x (%s)",
                    format,
                    code,
                    kind == Operand.NAN ? "NaN" : "infinity"));
        }
        BigInteger significand = new BigInteger(Long.toUnsignedString(operand.significand(code)));
        int exponent = operand.exponent(code);
        int zeros = significand.getLowestSetBit();
        significand = significand.shiftRight(zeros);
        exponent += zeros;
        BigDecimal magnitude = dyadic(significand, exponent);
        return operand.isNegative(code) ? magnitude.negate() : magnitude;
    }

    // ------------------------------------------------------------------ checks

    private void requireNarrow() {
        if (!narrow) {
            requireNarrow(format);
        }
    }

    static void requireNarrow(ScalarFormat format) {
        if (format.width() > 32) {
            throw new IllegalStateException(
                    "codes of " + format + " have " + format.width() + " bits; use the methods that return a long");
        }
    }

    static long noRandom(boolean stochastic) {
        if (stochastic) {
            throw new IllegalStateException("stochastic rounding needs random bits; use the method that takes them");
        }
        return 0;
    }

    @Override
    public String toString() {
        return "Codec[" + format + ", " + policies + "]";
    }
}
