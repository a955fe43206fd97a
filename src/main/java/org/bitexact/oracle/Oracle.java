package org.bitexact.oracle;

import java.math.BigInteger;
import java.util.Objects;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.jspecify.annotations.Nullable;

/**
 * The exact meaning of a scalar format's codes, and the correctly rounded code of any exact value under any policies.
 *
 * <p>Encoding follows the definition: among the values of the format, continued past the largest finite number as if
 * the exponent were unbounded, find the neighbours <i>lo</i> and <i>hi</i> with lo &lt;= |x| &lt; hi, form the fraction
 * f = (|x| - lo) / (hi - lo), and look up the rounding mode. Everything is compared in exact integers; nothing passes
 * through {@code float} or {@code double}.
 *
 * <p><b>Rounding</b>: the table of {@link Rounding}. With two or more bits of precision, <i>S</i> and the code of
 * <i>lo</i> have the same parity. At precision 1 the significand of every normal number is odd, so ties of {@code rne}
 * go up, but a tie between zero and the smallest number goes to zero; P3109 formats and {@code ro} take the parity of
 * the code.
 *
 * <p><b>Overflow</b>: judged after rounding. <b>Underflow</b>: a value is tiny <i>before rounding</i> if |x| &lt;
 * 2^emin, <i>after rounding</i> if |x| rounded to the format's precision with unbounded exponent, in the same mode and
 * with the same random bits, is.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Sources: IEEE 754-2019, 4.3, 5.4.2, 6.2 and 7; IEEE P3109 interim report 4.0 (draft), projection; the rules for
 * other axes are those of {@link Policies}.
 *
 * @since 0.1
 */
public final class Oracle {
    static final Oracle BINARY32 = new Oracle(Formats.BINARY32);
    static final Oracle BINARY64 = new Oracle(Formats.BINARY64);

    private final ScalarFormat format;
    private final @Nullable FloatLayout layout;

    private Oracle(ScalarFormat format) {
        this.format = format;
        this.layout = format instanceof FloatFormat f ? new FloatLayout(f) : null;
    }

    /**
     * A code with the exception flags of the operation that yielded it.
     *
     * @param code the code
     * @param flags any combination of the constants of {@link Flags}
     * @since 0.1
     */
    public record Result(long code, int flags) {
        @Override
        public String toString() {
            return String.format("0x%x %s", code, Flags.toString(flags));
        }
    }

    /**
     * {@return the oracle of a format}
     *
     * @param format the format
     */
    public static Oracle of(ScalarFormat format) {
        return new Oracle(Objects.requireNonNull(format, "format"));
    }

    /** {@return the format} */
    public ScalarFormat format() {
        return format;
    }

    /**
     * {@return the value of a code, exactly}
     *
     * @param code the code
     * @throws IllegalArgumentException if the code does not fit the format
     */
    public OracleValue decode(long code) {
        format.requireCode(code);
        return layout != null ? layout.decode(code) : decode((IntFormat) format, code);
    }

    private static OracleValue decode(IntFormat f, long code) {
        BigInteger unsigned = unsigned(code);
        BigInteger n = switch (f.encoding()) {
            case UNSIGNED -> unsigned;
            case BIPOLAR -> code == 0 ? BigInteger.ONE.negate() : BigInteger.ONE;
            case TWOS_COMPLEMENT -> unsigned.testBit(f.width() - 1) ? unsigned.subtract(power(f.width())) : unsigned;
        };
        return OracleValue.ofScaled(n, f.scaleExponent());
    }

    /**
     * Encodes an exact value that has no source format.
     *
     * @param value the value
     * @param policies the policies; {@link Policies#flushInputs()} has no effect
     * @param random the random bits <i>R</i>, low {@link Policies#randomBits()} bits used
     * @return the code, rounded once, and the flags
     * @throws IllegalArgumentException if a floating-point format is asked to wrap
     */
    public Result encode(OracleValue value, Policies policies, long random) {
        return encodeFrom(value, null, policies, random);
    }

    /**
     * Encodes the value of a code of another format.
     *
     * @param value the value
     * @param source the format the value comes from: it decides which inputs are subnormal, and whether a NaN is one of
     *     binary32
     * @param policies the policies
     * @param random the random bits <i>R</i>, low {@link Policies#randomBits()} bits used
     * @return the code, rounded once (twice with {@link SourcePath#VIA_BINARY32}), and the flags
     * @throws IllegalArgumentException if a floating-point format is asked to wrap
     */
    public Result encode(OracleValue value, ScalarFormat source, Policies policies, long random) {
        return encodeFrom(value, Objects.requireNonNull(source, "source"), policies, random);
    }

    /**
     * Converts a code of one format to another.
     *
     * @param source the format of the code
     * @param code the code
     * @param target the format of the result
     * @param policies the policies
     * @param random the random bits <i>R</i>, low {@link Policies#randomBits()} bits used
     * @return the code, rounded once (twice with {@link SourcePath#VIA_BINARY32}), and the flags
     * @throws IllegalArgumentException if the code does not fit the source format, or if a floating-point format is
     *     asked to wrap
     * @apiNote convertFormat of IEEE 754-2019, 5.4.2.
     */
    public static Result convert(ScalarFormat source, long code, ScalarFormat target, Policies policies, long random) {
        return of(target).encode(of(source).decode(code), source, policies, random);
    }

    private Result encodeFrom(OracleValue value, @Nullable ScalarFormat source, Policies policies, long random) {
        if (layout != null && policies.overflow().isForIntegers()) {
            throw new IllegalArgumentException("overflow must not be wrap for the floating-point format " + format);
        }
        OracleValue x = value;
        ScalarFormat from = source;
        if (policies.flushInputs() && isSubnormal(x, source)) {
            x = new OracleValue.Zero(x.negative());
        }
        if (policies.path() == SourcePath.VIA_BINARY32 && !(source instanceof FloatFormat f && isBinary32(f))) {
            x = BINARY32.decode(BINARY32.encode(x, Policies.IEEE, 0).code());
            from = Formats.BINARY32;
        }
        if (x instanceof OracleValue.Nan nan) {
            // Whether invalid is raised is a matter of the original value.
            boolean signaling = value instanceof OracleValue.Nan original && original.signaling();
            int flags = signaling && policies.nan() != NanRule.TRUNCATE ? Flags.INVALID : 0;
            return layout != null ? nan(layout, nan, from, policies, flags) : nan((IntFormat) format, nan, policies);
        }
        return layout != null
                ? encode(layout, (FloatFormat) format, x, policies, random)
                : encode((IntFormat) format, x, policies, random);
    }

    /** Whether a value is a subnormal number of the format it comes from. */
    static boolean isSubnormal(OracleValue x, @Nullable ScalarFormat source) {
        return source instanceof FloatFormat f
                && f.subnormals() != SubnormalRule.ABSENT
                && x instanceof OracleValue.Finite finite
                && finite.compareMagnitude(new FloatLayout(f).smallestNormal()) < 0;
    }

    private static boolean isBinary32(FloatFormat f) {
        return f.signed()
                && f.exponentBits() == 8
                && f.trailingBits() == 23
                && f.bias() == 127
                && f.specials() == SpecialValues.IEEE
                && f.subnormals() == SubnormalRule.GRADUAL;
    }

    // Floating-point targets

    private static Result encode(FloatLayout layout, FloatFormat f, OracleValue x, Policies policies, long random) {
        boolean negative = x.negative() && (layout.signed() || policies.negative() != NegativeRule.ABSOLUTE);
        boolean forbidden = negative && !layout.signed();
        if (x instanceof OracleValue.Infinity) {
            return forbidden ? forbiddenNegative(layout, policies) : infinity(layout, negative, policies);
        }
        if (x instanceof OracleValue.Finite finite) {
            // A dropped sign is dropped before rounding: it decides the directed modes.
            OracleValue.Finite signed = negative == finite.negative()
                    ? finite
                    : new OracleValue.Finite(finite.ratio().abs(), finite.exponent());
            Result rounded = round(layout, f, signed, policies, random);
            if (forbidden && !(layout.hasZero() && rounded.code() == 0)) {
                return forbiddenNegative(layout, policies);
            }
            return rounded;
        }
        return zero(layout, negative, policies);
    }

    /** Infinite input: kept, saturated or made NaN; invalid unless it stays infinite. */
    private static Result infinity(FloatLayout layout, boolean negative, Policies policies) {
        if (policies.infinity() == InfinityRule.KEEP && layout.hasInfinity()) {
            return new Result(layout.infinityCode(negative), 0);
        }
        long code = switch (policies.infinity()) {
            case KEEP, NAN -> nanOrLargest(layout, negative);
            case SATURATE -> layout.code(negative, layout.largest());
        };
        return new Result(code, Flags.INVALID);
    }

    private static long nanOrLargest(FloatLayout layout, boolean negative) {
        return layout.hasNan() ? layout.canonicalNanCode(negative) : layout.code(negative, layout.largest());
    }

    private static long infinityOrSubstitute(FloatLayout layout, boolean negative) {
        return layout.hasInfinity() ? layout.infinityCode(negative) : nanOrLargest(layout, negative);
    }

    private static Result zero(FloatLayout layout, boolean negative, Policies policies) {
        if (layout.hasZero()) {
            return new Result(zeroCode(layout, negative), 0);
        }
        long smallest = smallestCode(layout, negative);
        return switch (policies.zero()) {
            case SMALLEST -> new Result(smallest, Flags.UNDERFLOW | Flags.INEXACT);
            case NAN -> new Result(layout.hasNan() ? layout.canonicalNanCode(negative) : smallest, Flags.INVALID);
        };
    }

    private static long zeroCode(FloatLayout layout, boolean negative) {
        return layout.code(negative && layout.hasNegativeZero(), new FloatLayout.Fields(0, 0));
    }

    /** The smallest magnitude of a format without zero. */
    private static long smallestCode(FloatLayout layout, boolean negative) {
        return layout.code(negative, new FloatLayout.Fields(0, 0));
    }

    /** A negative number in an unsigned format: NaN, or the smallest number, which has code 0. */
    private static Result forbiddenNegative(FloatLayout layout, Policies policies) {
        boolean clamp = policies.negative() == NegativeRule.CLAMP
                || policies.overflow() == Overflow.P3109
                        && (policies.rounding() == Rounding.TOWARD_ZERO
                                || policies.rounding() == Rounding.TOWARD_POSITIVE);
        return new Result(clamp || !layout.hasNan() ? 0 : layout.canonicalNanCode(false), Flags.INVALID);
    }

    private static Result round(
            FloatLayout layout, FloatFormat f, OracleValue.Finite x, Policies policies, long random) {
        boolean negative = x.negative();
        boolean tinyBefore = x.compareMagnitude(layout.smallestNormal()) < 0;
        if (tinyBefore && !layout.hasZero()) {
            return new Result(smallestCode(layout, negative), Flags.UNDERFLOW | Flags.INEXACT);
        }
        boolean tinyAfter = tinyBefore && isTinyAfterRounding(layout, f, x, policies, random);
        boolean flushed = f.subnormals() == SubnormalRule.FLUSH && tinyAfter
                || policies.subnormalResults() == SubnormalResults.FLUSH_BEFORE_ROUNDING && tinyBefore
                || policies.subnormalResults() == SubnormalResults.FLUSH_AFTER_ROUNDING && tinyAfter;
        if (flushed) {
            return new Result(zeroCode(layout, negative), Flags.UNDERFLOW | Flags.INEXACT);
        }

        if (x.compareMagnitude(layout.value(layout.beyond())) >= 0) {
            // Already the floor neighbour lies beyond the largest finite number, so every mode overflows.
            return overflow(layout, negative, policies);
        }
        FloatLayout.Fields rounded;
        if (f.subnormals() == SubnormalRule.FLUSH && tinyBefore) {
            rounded = layout.smallestNormalFields(); // not tiny after rounding: it went up to 2^emin
        } else {
            FloatLayout.Fields floor = layout.floor(x);
            FloatLayout.Fields ceiling = layout.successor(floor);
            boolean up = RoundingTable.movesUp(
                    policies, random, x, layout.value(floor), layout.value(ceiling), isOdd(f, floor, policies));
            rounded = up ? ceiling : floor;
        }
        if (rounded.compareTo(layout.largest()) > 0) {
            return overflow(layout, negative, policies);
        }
        Dyadic result = layout.value(rounded);
        int flags = 0;
        if (x.compareMagnitude(result) != 0) {
            boolean tiny = policies.tininess() == Tininess.BEFORE_ROUNDING ? tinyBefore : tinyAfter;
            flags = tiny ? Flags.UNDERFLOW | Flags.INEXACT : Flags.INEXACT;
        }
        boolean zero = result.significand().signum() == 0;
        return new Result(zero ? zeroCode(layout, negative) : layout.code(negative, rounded), flags);
    }

    /**
     * Whether a value below 2^emin stays below when rounded to the format's precision with unbounded exponent. Only the
     * numbers between the last one below 2^emin and 2^emin itself can reach it.
     */
    private static boolean isTinyAfterRounding(
            FloatLayout layout, FloatFormat f, OracleValue.Finite x, Policies policies, long random) {
        FloatLayout.Fields below = layout.belowSmallestNormal();
        if (x.compareMagnitude(layout.normal(below)) < 0) {
            return true;
        }
        boolean odd = f.trailingBits() > 0 || takesCodeParity(f, policies) ? isOddCode(f, below) : true;
        return !RoundingTable.movesUp(policies, random, x, layout.normal(below), layout.smallestNormal(), odd);
    }

    /** The parity of the floor significand, or of the code where that takes its place. */
    private static boolean isOdd(FloatFormat f, FloatLayout.Fields floor, Policies policies) {
        if (f.trailingBits() > 0 || takesCodeParity(f, policies)) {
            return isOddCode(f, floor);
        }
        // Precision 1: the significand is 1, but 0 for zero.
        return floor.exponent() != 0 || f.subnormals() == SubnormalRule.ABSENT;
    }

    private static boolean takesCodeParity(FloatFormat f, Policies policies) {
        return switch (f.specials()) {
            case P3109_EXTENDED, P3109_FINITE -> true;
            case IEEE, FN, FNUZ, NONE -> policies.rounding() == Rounding.TO_ODD;
        };
    }

    /** Without trailing bits the lowest bit of the code is that of the exponent field. */
    private static boolean isOddCode(FloatFormat f, FloatLayout.Fields fields) {
        return Math.floorMod(f.trailingBits() > 0 ? fields.trailing() : fields.exponent(), 2L) == 1;
    }

    private static Result overflow(FloatLayout layout, boolean negative, Policies policies) {
        long largest = layout.code(negative, layout.largest());
        boolean away = movesOverflowAway(policies.rounding(), negative);
        long code = switch (policies.overflow()) {
            case IEEE -> away ? infinityOrSubstitute(layout, negative) : largest;
            case INFINITY -> infinityOrSubstitute(layout, negative);
            case NAN -> nanOrLargest(layout, negative);
            case SATURATE -> largest;
            case P3109 -> {
                boolean oddInfinity = policies.rounding() == Rounding.TO_ODD && layout.signed();
                yield layout.hasInfinity() && (away || oddInfinity) ? layout.infinityCode(negative) : largest;
            }
            case WRAP, INDEFINITE -> throw new IllegalArgumentException("overflow must not be wrap");
        };
        return new Result(code, Flags.OVERFLOW | Flags.INEXACT);
    }

    /** IEEE 754-2019, 7.4: which modes carry an overflow to infinity. */
    private static boolean movesOverflowAway(Rounding rounding, boolean negative) {
        return switch (rounding) {
            case TIES_TO_EVEN,
                    TIES_TO_AWAY,
                    TIES_TOWARD_ZERO,
                    TIES_TOWARD_POSITIVE,
                    AWAY_FROM_ZERO,
                    STOCHASTIC_A,
                    STOCHASTIC_B,
                    STOCHASTIC_C,
                    STOCHASTIC_TRUNCATE -> true;
            case TOWARD_ZERO, TO_ODD -> false;
            case TOWARD_POSITIVE -> !negative;
            case TOWARD_NEGATIVE -> negative;
        };
    }

    private static Result nan(
            FloatLayout layout, OracleValue.Nan nan, @Nullable ScalarFormat source, Policies policies, int flags) {
        if (layout.hasNan()) {
            return new Result(nanCode(layout, nan, source, policies.nan()), flags);
        }
        boolean minus = nan.negative() && (layout.signed() || policies.negative() != NegativeRule.ABSOLUTE);
        long largest = layout.code(false, layout.largest());
        long lowest = layout.signed() ? layout.code(true, layout.largest()) : 0;
        long code = switch (policies.nanSubstitute()) {
            case LARGEST -> largest;
            case LARGEST_SIGNED -> minus ? lowest : largest;
            case LOWEST, INDEFINITE -> lowest;
            case ZERO -> 0;
            case OPPOSITE_ZERO -> zeroCode(layout, !minus);
        };
        return new Result(code, Flags.INVALID);
    }

    private static long nanCode(FloatLayout layout, OracleValue.Nan nan, @Nullable ScalarFormat source, NanRule rule) {
        boolean sign = switch (rule) {
            case KEEP, KEEP_SIGNALING, TRUNCATE, CANONICAL_SIGNED, ALL_ONES_SIGNED, JDK_FOLD -> nan.negative();
            case CANONICAL, ALL_ONES, SIGNALING_ONE -> false;
            case CANONICAL_NEGATIVE, ALL_ONES_NEGATIVE -> true;
        };
        if (!layout.isIeee()) {
            return layout.canonicalNanCode(sign);
        }
        int t = layout.trailingBits();
        long quietBit = 1L << (t - 1);
        long aligned = nan.trailingBits() >= t
                ? nan.trailing() >> (nan.trailingBits() - t)
                : nan.trailing() << (t - nan.trailingBits());
        long trailing = switch (rule) {
            case KEEP -> aligned | quietBit;
            case KEEP_SIGNALING -> aligned == 0 ? quietBit : aligned;
            case TRUNCATE -> aligned;
            case CANONICAL, CANONICAL_SIGNED, CANONICAL_NEGATIVE -> quietBit;
            case ALL_ONES, ALL_ONES_SIGNED, ALL_ONES_NEGATIVE -> (1L << t) - 1;
            case SIGNALING_ONE -> 1;
            case JDK_FOLD -> {
                if (isOfBinary32(nan, source) && layout.isBinary16Shaped()) {
                    long m = nan.trailing();
                    yield m >> 13 | (m & 0x1ff0) >> 4 | m & 0xf;
                }
                yield aligned == 0 ? quietBit : aligned;
            }
        };
        return layout.ieeeNanCode(sign, trailing);
    }

    /** Without a source format, a NaN with 23 trailing bits counts as one of binary32. */
    private static boolean isOfBinary32(OracleValue.Nan nan, @Nullable ScalarFormat source) {
        return nan.trailingBits() == 23 && (source == null || source instanceof FloatFormat f && isBinary32(f));
    }

    // Integer targets

    private static Result encode(IntFormat f, OracleValue x, Policies policies, long random) {
        if (f.encoding() == IntFormat.Encoding.BIPOLAR) {
            return bipolar(x, f.scaleExponent());
        }
        if (x instanceof OracleValue.Infinity) {
            BigInteger saturated = x.negative() ? least(f) : most(f);
            return new Result(
                    low(f, policies.overflow() == Overflow.INDEFINITE ? indefinite(f) : saturated), Flags.INVALID);
        }
        if (!(x instanceof OracleValue.Finite finite)) {
            return new Result(0, 0);
        }
        BigInteger floor = floorMagnitude(finite, f.scaleExponent());
        BigInteger ceiling = floor.add(BigInteger.ONE);
        boolean up = RoundingTable.movesUp(
                policies,
                random,
                finite,
                new Dyadic(floor, f.scaleExponent()),
                new Dyadic(ceiling, f.scaleExponent()),
                floor.testBit(0));
        BigInteger magnitude = up ? ceiling : floor;
        BigInteger n = x.negative() ? magnitude.negate() : magnitude;
        if (n.compareTo(least(f)) < 0 || n.compareTo(most(f)) > 0) {
            BigInteger saturated = x.negative() ? least(f) : most(f);
            BigInteger delivered = switch (policies.overflow()) {
                case WRAP -> n;
                case INDEFINITE -> indefinite(f);
                default -> saturated;
            };
            return new Result(low(f, delivered), Flags.INVALID);
        }
        boolean exact = finite.compareMagnitude(new Dyadic(magnitude, f.scaleExponent())) == 0;
        return new Result(low(f, n), exact ? 0 : Flags.INEXACT);
    }

    /** {@code floor(|x| / 2^scale)}. */
    private static BigInteger floorMagnitude(OracleValue.Finite x, int scale) {
        BigInteger numerator = x.ratio().getNumerator().abs();
        BigInteger denominator = x.ratio().getDenominator();
        int shift = x.exponent() - scale;
        return shift >= 0
                ? numerator.shiftLeft(shift).divide(denominator)
                : numerator.divide(denominator.shiftLeft(-shift));
    }

    /** +1 for zeros and positive values, -1 for negative ones, in every rounding mode. */
    private static Result bipolar(OracleValue x, int scale) {
        boolean minus = x.negative() && !(x instanceof OracleValue.Zero);
        int flags = Flags.INEXACT;
        if (x instanceof OracleValue.Infinity) {
            flags = Flags.INVALID;
        } else if (x instanceof OracleValue.Finite f && f.compareMagnitude(Dyadic.powerOfTwo(scale)) == 0) {
            flags = 0;
        }
        return new Result(minus ? 0 : 1, flags);
    }

    private static Result nan(IntFormat f, OracleValue.Nan nan, Policies policies) {
        boolean bipolar = f.encoding() == IntFormat.Encoding.BIPOLAR;
        long least = bipolar ? 0 : low(f, least(f));
        long most = bipolar ? 1 : low(f, most(f));
        long code = switch (policies.nanSubstitute()) {
            case LARGEST -> most;
            case LARGEST_SIGNED -> nan.negative() ? least : most;
            case LOWEST -> least;
            case INDEFINITE -> bipolar ? 0 : low(f, indefinite(f));
            case ZERO, OPPOSITE_ZERO -> bipolar ? 1 : 0;
        };
        return new Result(code, Flags.INVALID);
    }

    /** The x86 integer indefinite: most negative, or all ones. */
    private static BigInteger indefinite(IntFormat f) {
        return f.encoding() == IntFormat.Encoding.UNSIGNED ? most(f) : least(f);
    }

    /** The smallest integer a conversion may yield. */
    private static BigInteger least(IntFormat f) {
        if (f.encoding() == IntFormat.Encoding.UNSIGNED) {
            return BigInteger.ZERO;
        }
        BigInteger least = power(f.width() - 1).negate();
        return f.symmetric() ? least.add(BigInteger.ONE) : least;
    }

    /** The largest integer a conversion may yield. */
    private static BigInteger most(IntFormat f) {
        int bits = f.encoding() == IntFormat.Encoding.UNSIGNED ? f.width() : f.width() - 1;
        return power(bits).subtract(BigInteger.ONE);
    }

    /** The low bits of an integer in two's complement. */
    private static long low(IntFormat f, BigInteger n) {
        return n.mod(power(f.width())).longValue();
    }

    private static BigInteger power(int n) {
        return BigInteger.ONE.shiftLeft(n);
    }

    private static BigInteger unsigned(long code) {
        return BigInteger.valueOf(code).mod(power(64));
    }
}
