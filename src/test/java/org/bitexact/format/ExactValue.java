package org.bitexact.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/**
 * The value of a code by the definition of its format, in exact decimal arithmetic. It reads the independent parameters
 * of a format alone, none of the derived quantities, so that those can be tested against it.
 */
final class ExactValue {
    /** What a code stands for. */
    enum Kind {
        FINITE,
        INFINITE,
        NAN
    }

    private ExactValue() {}

    static BigDecimal powerOfTwo(int exponent) {
        // 2^-n = 5^n / 10^n
        return exponent >= 0
                ? new BigDecimal(BigInteger.ONE.shiftLeft(exponent))
                : new BigDecimal(BigInteger.valueOf(5).pow(-exponent), -exponent);
    }

    private static long magnitude(FloatFormat f, long code) {
        return code & (f.signed() ? (1L << (f.exponentBits() + f.trailingBits())) - 1 : -1L);
    }

    private static boolean negative(FloatFormat f, long code) {
        return magnitude(f, code) != code;
    }

    /** The classification by the definitions of the special-value policies. */
    static Kind kind(FloatFormat f, long code) {
        long magnitude = magnitude(f, code);
        long e = magnitude >>> f.trailingBits();
        long t = magnitude - (e << f.trailingBits());
        boolean topField = e == (1L << f.exponentBits()) - 1;
        boolean allOnes = topField && t == (1L << f.trailingBits()) - 1;
        boolean minusZero = negative(f, code) && magnitude == 0;
        return switch (f.specials()) {
            case IEEE -> !topField ? Kind.FINITE : t == 0 ? Kind.INFINITE : Kind.NAN;
            case FN -> allOnes ? Kind.NAN : Kind.FINITE;
            case FNUZ -> minusZero ? Kind.NAN : Kind.FINITE;
            case NONE -> Kind.FINITE;
            case P3109_EXTENDED -> {
                long top = (1L << (f.exponentBits() + f.trailingBits())) - 1;
                if (f.signed()) {
                    yield minusZero ? Kind.NAN : magnitude == top ? Kind.INFINITE : Kind.FINITE;
                }
                yield code == top ? Kind.NAN : code == top - 1 ? Kind.INFINITE : Kind.FINITE;
            }
            case P3109_FINITE -> (f.signed() ? minusZero : allOnes) ? Kind.NAN : Kind.FINITE;
        };
    }

    /** The value of a finite code; empty for the others. */
    static Optional<BigDecimal> of(FloatFormat f, long code) {
        if (kind(f, code) != Kind.FINITE) {
            return Optional.empty();
        }
        long magnitude = magnitude(f, code);
        int t = f.trailingBits();
        int e = (int) (magnitude >>> t);
        BigDecimal fraction = new BigDecimal(magnitude - ((long) e << t)).multiply(powerOfTwo(-t));
        BigDecimal value;
        if (e > 0 || f.subnormals() == SubnormalRule.ABSENT) {
            value = BigDecimal.ONE.add(fraction).multiply(powerOfTwo(e - f.bias()));
        } else {
            value = switch (f.subnormals()) {
                case GRADUAL -> fraction.multiply(powerOfTwo(1 - f.bias()));
                case TESLA_LITERAL -> fraction.multiply(powerOfTwo(-f.bias()));
                case FLUSH, ABSENT -> BigDecimal.ZERO;
            };
        }
        return Optional.of(negative(f, code) ? value.negate() : value);
    }

    /** The value of a code of an integer format. */
    static BigDecimal of(IntFormat f, long code) {
        BigInteger n = new BigInteger(Long.toUnsignedString(code));
        switch (f.encoding()) {
            case UNSIGNED -> {}
            case BIPOLAR -> n = n.shiftLeft(1).subtract(BigInteger.ONE);
            case TWOS_COMPLEMENT -> n = n.testBit(f.width() - 1) ? n.subtract(BigInteger.ONE.shiftLeft(f.width())) : n;
        }
        return new BigDecimal(n).multiply(powerOfTwo(f.scaleExponent()));
    }

    /** The value of a hexadecimal floating-point literal of any size. */
    static BigDecimal parseHex(String text) {
        boolean negative = text.startsWith("-");
        String digits = text.substring(negative ? 3 : 2, text.indexOf('p'));
        int exponent = Integer.parseInt(text.substring(text.indexOf('p') + 1));
        int point = digits.indexOf('.');
        if (point >= 0) {
            exponent -= 4 * (digits.length() - point - 1);
            digits = digits.replace(".", "");
        }
        BigDecimal value = new BigDecimal(new BigInteger(digits, 16)).multiply(powerOfTwo(exponent));
        return negative ? value.negate() : value;
    }
}
