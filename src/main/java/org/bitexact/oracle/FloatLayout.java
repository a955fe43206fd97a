package org.bitexact.oracle;

import java.math.BigInteger;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/**
 * The codes of a floating-point format, from its parameters alone: which values they have, and which are special.
 *
 * <p>A magnitude is a pair of an exponent field <i>E</i> and a trailing significand field <i>T</i>. Past the finite
 * numbers the pairs go on, as if the format had no special codes and any number of exponents: that continuation is what
 * "rounded with unbounded exponent" means.
 */
final class FloatLayout {
    /**
     * The two fields of a magnitude.
     *
     * @param exponent the exponent field <i>E</i>; beyond the field's range in continuations
     * @param trailing the trailing significand field <i>T</i>
     */
    record Fields(int exponent, long trailing) implements Comparable<Fields> {
        @Override
        public int compareTo(Fields other) {
            return exponent != other.exponent
                    ? Integer.compare(exponent, other.exponent)
                    : Long.compare(trailing, other.trailing);
        }
    }

    private enum Kind {
        FINITE,
        INFINITE,
        NAN
    }

    private final boolean signed;
    private final int exponentBits;
    private final int trailingBits;
    private final int bias;
    private final SpecialValues specials;
    private final SubnormalRule subnormals;

    private final Fields allOnes;
    private final Fields largest;
    private final Fields beyond;

    FloatLayout(FloatFormat format) {
        signed = format.signed();
        exponentBits = format.exponentBits();
        trailingBits = format.trailingBits();
        bias = format.bias();
        specials = format.specials();
        subnormals = format.subnormals();
        allOnes = new Fields((1 << exponentBits) - 1, (1L << trailingBits) - 1);
        // In IEEE formats the whole top binade is special; elsewhere at most the two largest magnitudes are.
        Fields top = specials == SpecialValues.IEEE ? new Fields(allOnes.exponent() - 1, allOnes.trailing()) : allOnes;
        while (kind(false, top) != Kind.FINITE) {
            top = predecessor(top);
        }
        largest = top;
        beyond = successor(top);
    }

    /** The fields of the largest finite magnitude. */
    Fields largest() {
        return largest;
    }

    /** The first magnitude of the continuation past the finite numbers. */
    Fields beyond() {
        return beyond;
    }

    boolean signed() {
        return signed;
    }

    int trailingBits() {
        return trailingBits;
    }

    boolean hasZero() {
        return subnormals != SubnormalRule.ABSENT;
    }

    /** Whether -0 is a code of its own: signed, with zeros, and the code is not taken by the NaN. */
    boolean hasNegativeZero() {
        return signed && hasZero() && kind(true, new Fields(0, 0)) == Kind.FINITE;
    }

    boolean hasInfinity() {
        return switch (specials) {
            case IEEE, P3109_EXTENDED -> true;
            case FN, FNUZ, NONE, P3109_FINITE -> false;
        };
    }

    boolean hasNan() {
        return specials != SpecialValues.NONE;
    }

    /** Whether NaNs have a sign: in IEEE and FN formats with a sign bit. */
    boolean hasSignedNan() {
        return signed && (specials == SpecialValues.IEEE || specials == SpecialValues.FN);
    }

    /** The exponent field of the smallest normal number. */
    private int lowestNormalField() {
        return subnormals == SubnormalRule.ABSENT ? 0 : 1;
    }

    /** 2^emin. */
    Dyadic smallestNormal() {
        return normal(new Fields(lowestNormalField(), 0));
    }

    Fields smallestNormalFields() {
        return new Fields(lowestNormalField(), 0);
    }

    /** The largest number of the format's precision below 2^emin, exponents unbounded. */
    Fields belowSmallestNormal() {
        return predecessor(smallestNormalFields());
    }

    Fields successor(Fields fields) {
        return fields.trailing() == (1L << trailingBits) - 1
                ? new Fields(fields.exponent() + 1, 0)
                : new Fields(fields.exponent(), fields.trailing() + 1);
    }

    private Fields predecessor(Fields fields) {
        return fields.trailing() == 0
                ? new Fields(fields.exponent() - 1, (1L << trailingBits) - 1)
                : new Fields(fields.exponent(), fields.trailing() - 1);
    }

    /** {@code 2^(E - b) * (1 + T * 2^-t)}, for any <i>E</i>. */
    Dyadic normal(Fields fields) {
        BigInteger significand = BigInteger.ONE.shiftLeft(trailingBits).add(BigInteger.valueOf(fields.trailing()));
        return new Dyadic(significand, fields.exponent() - bias - trailingBits);
    }

    /** The value of a magnitude of the format or of its continuation upwards. */
    Dyadic value(Fields fields) {
        if (fields.exponent() > 0) {
            return normal(fields);
        }
        BigInteger trailing = BigInteger.valueOf(fields.trailing());
        return switch (subnormals) {
            case GRADUAL -> new Dyadic(trailing, 1 - bias - trailingBits);
            case TESLA_LITERAL -> new Dyadic(trailing, -bias - trailingBits);
            case FLUSH -> new Dyadic(BigInteger.ZERO, 1 - bias - trailingBits);
            case ABSENT -> normal(fields);
        };
    }

    /**
     * The largest magnitude, finite numbers only, whose value does not exceed |x|: a search by comparison among the
     * exponent fields, then among the trailing significand fields.
     *
     * @param x a number whose magnitude is at least that of code 0
     */
    Fields floor(OracleValue.Finite x) {
        int low = 0;
        int high = largest.exponent();
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (x.compareMagnitude(value(new Fields(middle, 0))) >= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        int exponent = low;
        long least = 0;
        long most = (1L << trailingBits) - 1;
        while (least < most) {
            long middle = (least + most + 1) / 2;
            if (x.compareMagnitude(value(new Fields(exponent, middle))) >= 0) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        Fields found = new Fields(exponent, least);
        return found.compareTo(largest) > 0 ? largest : found;
    }

    /** Puts the fields together; the sign is dropped where the format has none. */
    long code(boolean negative, Fields fields) {
        long magnitude = ((long) fields.exponent() << trailingBits) + fields.trailing();
        return negative && signed ? magnitude | 1L << (exponentBits + trailingBits) : magnitude;
    }

    /** The code of infinity: all ones above all zeros in IEEE formats, next to the largest number in P3109. */
    long infinityCode(boolean negative) {
        return code(negative, specials == SpecialValues.IEEE ? new Fields(allOnes.exponent(), 0) : beyond);
    }

    /** The code of an IEEE NaN (or of infinity, if the trailing field is zero). */
    long ieeeNanCode(boolean negative, long trailing) {
        return code(negative, new Fields(allOnes.exponent(), trailing));
    }

    /** The canonical NaN, with a sign where NaNs have one. */
    long canonicalNanCode(boolean negative) {
        return switch (specials) {
            case IEEE -> ieeeNanCode(negative, 1L << (trailingBits - 1));
            case FN -> code(negative, allOnes);
            case FNUZ -> code(true, new Fields(0, 0));
            case P3109_EXTENDED, P3109_FINITE -> signed ? code(true, new Fields(0, 0)) : code(false, allOnes);
            case NONE -> throw new IllegalStateException("no NaN");
        };
    }

    boolean isIeee() {
        return specials == SpecialValues.IEEE;
    }

    /** Whether exponent and trailing significand fields are as wide as those of binary16. */
    boolean isBinary16Shaped() {
        return exponentBits == 5 && trailingBits == 10;
    }

    /** The meaning of a code. */
    OracleValue decode(long code) {
        boolean negative = signed && (code >>> (exponentBits + trailingBits) & 1) != 0;
        int exponent = (int) (code >>> trailingBits) & ((1 << exponentBits) - 1);
        long trailing = code & ((1L << trailingBits) - 1);
        Fields fields = new Fields(exponent, trailing);
        return switch (kind(negative, fields)) {
            case INFINITE -> new OracleValue.Infinity(negative);
            case NAN -> nan(negative, trailing);
            case FINITE -> {
                Dyadic magnitude = value(fields);
                if (magnitude.significand().signum() == 0) {
                    yield new OracleValue.Zero(negative);
                }
                yield OracleValue.ofScaled(
                        negative ? magnitude.significand().negate() : magnitude.significand(), magnitude.exponent());
            }
        };
    }

    private OracleValue nan(boolean negative, long trailing) {
        if (isIeee()) {
            boolean quiet = (trailing >>> (trailingBits - 1)) == 1;
            return new OracleValue.Nan(negative, trailing, trailingBits, !quiet);
        }
        int bits = Math.max(trailingBits, 1);
        return hasSignedNan()
                ? new OracleValue.Nan(negative, (1L << bits) - 1, bits, false)
                : new OracleValue.Nan(false, 1L << (bits - 1), bits, false);
    }

    /** The table of {@link SpecialValues}, row by row. */
    private Kind kind(boolean negative, Fields fields) {
        boolean topExponent = fields.exponent() == allOnes.exponent();
        boolean top = fields.equals(allOnes);
        boolean negativeZero = negative && fields.exponent() == 0 && fields.trailing() == 0;
        return switch (specials) {
            case IEEE -> !topExponent ? Kind.FINITE : fields.trailing() == 0 ? Kind.INFINITE : Kind.NAN;
            case FN -> top ? Kind.NAN : Kind.FINITE;
            case FNUZ -> negativeZero ? Kind.NAN : Kind.FINITE;
            case NONE -> Kind.FINITE;
            case P3109_EXTENDED -> {
                if (signed) {
                    yield negativeZero ? Kind.NAN : top ? Kind.INFINITE : Kind.FINITE;
                }
                yield top ? Kind.NAN : fields.equals(predecessor(allOnes)) ? Kind.INFINITE : Kind.FINITE;
            }
            case P3109_FINITE -> {
                if (signed) {
                    yield negativeZero ? Kind.NAN : Kind.FINITE;
                }
                yield top ? Kind.NAN : Kind.FINITE;
            }
        };
    }
}
