package org.bitexact.oracle;

import java.math.BigInteger;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;

/**
 * Operations on codes of any formats: the exact result, rounded once.
 *
 * <p>Operands and result may have formats of their own. {@link Policies#flushInputs()} applies to each operand in its
 * format; {@link Policies#path()} does not concern arithmetic.
 *
 * <p><b>NaN</b>: a NaN operand, or an invalid operation, yields the quiet NaN without payload, to which the policies'
 * NaN rule is applied as to a positive NaN input; payloads of operands are not propagated. Invalid is raised for a
 * signaling operand and for the invalid operations (0 * inf, also beside a NaN addend; inf - inf; 0 / 0; inf / inf; the
 * root of a negative number).
 *
 * <p><b>Signed zero</b>: an exact zero sum of numbers or of zeros with different signs is +0, in
 * {@link Rounding#TOWARD_NEGATIVE} -0; zeros of one sign keep it. A product or quotient has the sign of the operands'
 * signs combined. The root of -0 is -0.
 *
 * <p><b>Division by zero</b>: a number other than zero over zero is an infinity, encoded under the infinity rule, and
 * raises divide by zero alone. In P3109 formats every quotient by zero is NaN [2]; an infinity over zero, which has no
 * flag in IEEE 754, then raises invalid.
 *
 * <p>Sources: [1] IEEE 754-2019, 5.3.1, 5.4.1, 5.9, 6 and 7; [2] IEEE P3109 interim report 4.0 (draft), Divide: x / 0 is
 * NaN for all x.
 *
 * @since 0.1
 */
public final class ExactArithmetic {
    private ExactArithmetic() {}

    /**
     * {@return {@code a * b + c}, rounded once}
     *
     * @param formatA format of a
     * @param a a code
     * @param formatB format of b
     * @param b a code
     * @param formatC format of c
     * @param c a code
     * @param target format of the result
     * @param policies the policies
     * @param random the random bits of stochastic rounding
     * @apiNote fusedMultiplyAdd of IEEE 754-2019, 5.4.1.
     */
    public static Oracle.Result fma(
            ScalarFormat formatA,
            long a,
            ScalarFormat formatB,
            long b,
            ScalarFormat formatC,
            long c,
            ScalarFormat target,
            Policies policies,
            long random) {
        OracleValue x = operand(formatA, a, policies);
        OracleValue y = operand(formatB, b, policies);
        OracleValue z = operand(formatC, c, policies);
        boolean invalid = isZeroTimesInfinity(x, y);
        if (invalid || isNan(x) || isNan(y) || isNan(z)) {
            return nan(target, policies, invalid || isSignaling(x) || isSignaling(y) || isSignaling(z));
        }
        return sum(product(x, y), z, target, policies, random);
    }

    /**
     * {@return {@code a + b}, rounded once}
     *
     * @param formatA format of a
     * @param a a code
     * @param formatB format of b
     * @param b a code
     * @param target format of the result
     * @param policies the policies
     * @param random the random bits of stochastic rounding
     * @apiNote addition of IEEE 754-2019, 5.4.1.
     */
    public static Oracle.Result add(
            ScalarFormat formatA,
            long a,
            ScalarFormat formatB,
            long b,
            ScalarFormat target,
            Policies policies,
            long random) {
        OracleValue x = operand(formatA, a, policies);
        OracleValue y = operand(formatB, b, policies);
        return isNan(x) || isNan(y)
                ? nan(target, policies, isSignaling(x) || isSignaling(y))
                : sum(x, y, target, policies, random);
    }

    /**
     * {@return {@code a - b}, rounded once}
     *
     * @param formatA format of a
     * @param a a code
     * @param formatB format of b
     * @param b a code
     * @param target format of the result
     * @param policies the policies
     * @param random the random bits of stochastic rounding
     * @apiNote subtraction of IEEE 754-2019, 5.4.1.
     */
    public static Oracle.Result subtract(
            ScalarFormat formatA,
            long a,
            ScalarFormat formatB,
            long b,
            ScalarFormat target,
            Policies policies,
            long random) {
        OracleValue x = operand(formatA, a, policies);
        OracleValue y = operand(formatB, b, policies);
        return isNan(x) || isNan(y)
                ? nan(target, policies, isSignaling(x) || isSignaling(y))
                : sum(x, negate(y), target, policies, random);
    }

    /**
     * {@return {@code a * b}, rounded once}
     *
     * @param formatA format of a
     * @param a a code
     * @param formatB format of b
     * @param b a code
     * @param target format of the result
     * @param policies the policies
     * @param random the random bits of stochastic rounding
     * @apiNote multiplication of IEEE 754-2019, 5.4.1.
     */
    public static Oracle.Result multiply(
            ScalarFormat formatA,
            long a,
            ScalarFormat formatB,
            long b,
            ScalarFormat target,
            Policies policies,
            long random) {
        OracleValue x = operand(formatA, a, policies);
        OracleValue y = operand(formatB, b, policies);
        boolean invalid = isZeroTimesInfinity(x, y);
        if (invalid || isNan(x) || isNan(y)) {
            return nan(target, policies, invalid || isSignaling(x) || isSignaling(y));
        }
        return encode(product(x, y), target, policies, random);
    }

    /**
     * {@return {@code a / b}, rounded once}
     *
     * @param formatA format of a
     * @param a a code
     * @param formatB format of b
     * @param b a code
     * @param target format of the result
     * @param policies the policies
     * @param random the random bits of stochastic rounding
     * @apiNote division of IEEE 754-2019, 5.4.1.
     */
    public static Oracle.Result divide(
            ScalarFormat formatA,
            long a,
            ScalarFormat formatB,
            long b,
            ScalarFormat target,
            Policies policies,
            long random) {
        OracleValue x = operand(formatA, a, policies);
        OracleValue y = operand(formatB, b, policies);
        boolean invalid =
                isZero(x) && isZero(y) || x instanceof OracleValue.Infinity && y instanceof OracleValue.Infinity;
        if (invalid || isNan(x) || isNan(y)) {
            return nan(target, policies, invalid || isSignaling(x) || isSignaling(y));
        }
        boolean isP3109 = target instanceof FloatFormat f && f.specials().isP3109();
        if (isP3109 && isZero(y)) {
            Oracle.Result nan = nan(target, policies, false);
            return new Oracle.Result(
                    nan.code(), x instanceof OracleValue.Infinity ? Flags.INVALID : Flags.DIVIDE_BY_ZERO);
        }
        boolean negative = x.negative() != y.negative();
        if (isZero(x) || y instanceof OracleValue.Infinity) {
            return encode(new OracleValue.Zero(negative), target, policies, random);
        }
        if (x instanceof OracleValue.Finite n && y instanceof OracleValue.Finite d) {
            OracleValue quotient =
                    new OracleValue.Finite(n.ratio().divide(d.ratio()), Math.subtractExact(n.exponent(), d.exponent()));
            return encode(quotient, target, policies, random);
        }
        Oracle.Result infinity = encode(new OracleValue.Infinity(negative), target, policies, random);
        return isZero(y) && !(x instanceof OracleValue.Infinity)
                ? new Oracle.Result(infinity.code(), Flags.DIVIDE_BY_ZERO)
                : infinity;
    }

    /**
     * {@return the square root of a, rounded once}
     *
     * @param formatA format of a
     * @param a a code
     * @param target format of the result
     * @param policies the policies
     * @param random the random bits of stochastic rounding
     * @apiNote squareRoot of IEEE 754-2019, 5.4.1.
     */
    public static Oracle.Result squareRoot(
            ScalarFormat formatA, long a, ScalarFormat target, Policies policies, long random) {
        OracleValue x = operand(formatA, a, policies);
        boolean invalid = x.negative() && !isZero(x) && !isNan(x);
        if (invalid || isNan(x)) {
            return nan(target, policies, invalid || isSignaling(x));
        }
        OracleValue root = x instanceof OracleValue.Finite finite ? root(finite, target) : x;
        return encode(root, target, policies, random);
    }

    /**
     * {@return the remainder {@code a - b * n}, n being the integer nearest to {@code a / b}, ties to even}
     *
     * @param formatA format of a
     * @param a a code
     * @param formatB format of b
     * @param b a code
     * @param target format of the result
     * @param policies the policies
     * @apiNote remainder of IEEE 754-2019, 5.3.1; a zero result has the sign of a.
     */
    public static Oracle.Result remainder(
            ScalarFormat formatA, long a, ScalarFormat formatB, long b, ScalarFormat target, Policies policies) {
        OracleValue x = operand(formatA, a, policies);
        OracleValue y = operand(formatB, b, policies);
        boolean nan = isNan(x) || isNan(y);
        boolean invalid = !nan && (x instanceof OracleValue.Infinity || isZero(y));
        if (nan || invalid) {
            return nan(target, policies, invalid || isSignaling(x) || isSignaling(y));
        }
        if (!(x instanceof OracleValue.Finite dividend) || !(y instanceof OracleValue.Finite divisor)) {
            return encode(x, target, policies, 0);
        }
        int scale = Math.min(dividend.exponent(), divisor.exponent());
        // operands are dyadic, so both are integers in units of 2^scale
        BigInteger m = dividend.ratio().getNumerator().shiftLeft(dividend.exponent() - scale);
        BigInteger d = divisor.ratio().getNumerator().shiftLeft(divisor.exponent() - scale);
        BigInteger r = m.subtract(d.multiply(nearest(m, d)));
        OracleValue exact = r.signum() == 0 ? new OracleValue.Zero(x.negative()) : OracleValue.ofScaled(r, scale);
        return encode(exact, target, policies, 0);
    }

    /** The integer nearest to a quotient, ties to even. */
    private static BigInteger nearest(BigInteger numerator, BigInteger denominator) {
        BigInteger[] parts = numerator.abs().divideAndRemainder(denominator.abs());
        int half = parts[1].shiftLeft(1).compareTo(denominator.abs());
        BigInteger n = half > 0 || half == 0 && parts[0].testBit(0) ? parts[0].add(BigInteger.ONE) : parts[0];
        return numerator.signum() == denominator.signum() ? n : n.negate();
    }

    /**
     * {@return a rounded to an integer, encoded in the target}
     *
     * @param formatA format of a
     * @param a a code
     * @param rounding how a becomes an integer; the policies' rounding governs the encoding of that integer
     * @param raiseInexact whether inexact is raised if the integer differs from a
     * @param target format of the result
     * @param policies the policies
     * @apiNote roundToIntegral and roundToIntegralExact of IEEE 754-2019, 5.9; a zero result has the sign of a.
     */
    public static Oracle.Result roundToIntegral(
            ScalarFormat formatA,
            long a,
            Rounding rounding,
            boolean raiseInexact,
            ScalarFormat target,
            Policies policies) {
        OracleValue x = operand(formatA, a, policies);
        if (isNan(x)) {
            return nan(target, policies, isSignaling(x));
        }
        if (!(x instanceof OracleValue.Finite finite) || finite.exponent() >= 0) {
            return encode(x, target, policies, 0);
        }
        Dyadic floor = new Dyadic(finite.ratio().getNumerator().abs().shiftRight(-finite.exponent()), 0);
        Dyadic ceiling = new Dyadic(floor.significand().add(BigInteger.ONE), 0);
        boolean up = RoundingTable.movesUp(
                Policies.IEEE.withRounding(rounding),
                0,
                finite,
                floor,
                ceiling,
                floor.significand().testBit(0));
        BigInteger n = up ? ceiling.significand() : floor.significand();
        OracleValue exact =
                n.signum() == 0 ? new OracleValue.Zero(x.negative()) : OracleValue.of(x.negative() ? n.negate() : n);
        Oracle.Result result = encode(exact, target, policies, 0);
        return new Oracle.Result(result.code(), result.flags() | (raiseInexact ? Flags.INEXACT : 0));
    }

    private static OracleValue operand(ScalarFormat format, long code, Policies policies) {
        OracleValue value = Oracle.of(format).decode(code);
        return policies.flushInputs() && Oracle.isSubnormal(value, format)
                ? new OracleValue.Zero(value.negative())
                : value;
    }

    private static Oracle.Result encode(OracleValue exact, ScalarFormat target, Policies policies, long random) {
        return Oracle.of(target).encode(exact, policies.withPath(SourcePath.DIRECT), random);
    }

    private static Oracle.Result nan(ScalarFormat target, Policies policies, boolean invalid) {
        Oracle.Result nan = encode(OracleValue.QUIET_NAN, target, policies, 0);
        return new Oracle.Result(nan.code(), nan.flags() | (invalid ? Flags.INVALID : 0));
    }

    /** A product of two operands that are no NaN and not zero and infinity. */
    private static OracleValue product(OracleValue x, OracleValue y) {
        boolean negative = x.negative() != y.negative();
        if (x instanceof OracleValue.Finite a && y instanceof OracleValue.Finite b) {
            return new OracleValue.Finite(a.ratio().multiply(b.ratio()), Math.addExact(a.exponent(), b.exponent()));
        }
        return isZero(x) || isZero(y) ? new OracleValue.Zero(negative) : new OracleValue.Infinity(negative);
    }

    private static Oracle.Result sum(
            OracleValue x, OracleValue y, ScalarFormat target, Policies policies, long random) {
        if (x instanceof OracleValue.Infinity && y instanceof OracleValue.Infinity && x.negative() != y.negative()) {
            return nan(target, policies, true);
        }
        OracleValue exact;
        if (x instanceof OracleValue.Infinity || isZero(y) && !isZero(x)) {
            exact = x;
        } else if (y instanceof OracleValue.Infinity || isZero(x) && !isZero(y)) {
            exact = y;
        } else {
            OracleValue zero = new OracleValue.Zero(policies.rounding() == Rounding.TOWARD_NEGATIVE);
            if (x instanceof OracleValue.Finite a && y instanceof OracleValue.Finite b) {
                OracleValue sum = sum(a, b);
                exact = isZero(sum) ? zero : sum;
            } else {
                exact = x.negative() == y.negative() ? x : zero;
            }
        }
        return encode(exact, target, policies, random);
    }

    private static OracleValue sum(OracleValue.Finite a, OracleValue.Finite b) {
        int scale = Math.min(a.exponent(), b.exponent());
        BigInteger denominatorA = a.ratio().getDenominator();
        BigInteger denominatorB = b.ratio().getDenominator();
        BigInteger left =
                a.ratio().getNumerator().shiftLeft(a.exponent() - scale).multiply(denominatorB);
        BigInteger right =
                b.ratio().getNumerator().shiftLeft(b.exponent() - scale).multiply(denominatorA);
        return OracleValue.Finite.ofRatio(left.add(right), denominatorA.multiply(denominatorB), scale);
    }

    private static OracleValue negate(OracleValue x) {
        if (x instanceof OracleValue.Finite f) {
            return new OracleValue.Finite(f.ratio().negate(), f.exponent());
        }
        return isZero(x) ? new OracleValue.Zero(!x.negative()) : new OracleValue.Infinity(!x.negative());
    }

    /**
     * The root, if it is a multiple of 2^-k; otherwise the middle of the two multiples around it.
     *
     * <p>Rounding compares the root with the target's numbers and with points between neighbouring numbers that divide
     * their distance into at most 2^64 parts (ties and the thresholds of stochastic modes). With e at most floor(log2
     * root) and t trailing bits, the distance is a multiple of 2^(e - t): below 2^emin, where it does not shrink with
     * the number, even of a larger power. So all these points are multiples of 2^-k with k = 64 - (e - t), or
     * 64 - scale in an integer format, and no point lies between the root and the number that stands for it.
     */
    private static OracleValue root(OracleValue.Finite x, ScalarFormat target) {
        BigInteger numerator = x.ratio().getNumerator();
        BigInteger denominator = x.ratio().getDenominator();
        int e = Math.floorDiv(numerator.bitLength() - denominator.bitLength() - 1 + x.exponent(), 2);
        int finest = target instanceof FloatFormat f ? e - f.trailingBits() : ((IntFormat) target).scaleExponent();
        int k = Math.max(0, 64 - finest);
        // root * 2^k is the root of x * 4^k
        int shift = x.exponent() + 2 * k;
        BigInteger above = shift >= 0 ? numerator.shiftLeft(shift) : numerator;
        BigInteger below = shift >= 0 ? denominator : denominator.shiftLeft(-shift);
        BigInteger root = above.divide(below).sqrt();
        boolean exact = root.multiply(root).multiply(below).equals(above);
        return exact
                ? OracleValue.ofScaled(root, -k)
                : OracleValue.ofScaled(root.multiply(BigInteger.TWO).add(BigInteger.ONE), -k - 1);
    }

    private static boolean isZeroTimesInfinity(OracleValue x, OracleValue y) {
        return isZero(x) && y instanceof OracleValue.Infinity || x instanceof OracleValue.Infinity && isZero(y);
    }

    private static boolean isZero(OracleValue x) {
        return x instanceof OracleValue.Zero;
    }

    private static boolean isNan(OracleValue x) {
        return x instanceof OracleValue.Nan;
    }

    private static boolean isSignaling(OracleValue x) {
        return x instanceof OracleValue.Nan nan && nan.signaling();
    }
}
