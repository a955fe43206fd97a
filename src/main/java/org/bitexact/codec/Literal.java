package org.bitexact.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.bitexact.format.Flags;
import org.jspecify.annotations.Nullable;

/**
 * A number as a person writes it: decimal, hexadecimal floating-point, infinity or NaN, held exactly.
 *
 * <pre>
 * 0.1   -1e-3   .5   0x1.8p3   -0x.8p-1   inf   -infinity   nan   -nan
 * </pre>
 *
 * <p>Encoding rounds the exact value once: no {@code double} lies between the text and the code.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: IEEE 754-2019, 5.12 (convertFromDecimalCharacter, convertFromHexCharacter).
 *
 * @since 0.1
 */
public final class Literal {
    private static final int MAX_LENGTH = 100_000;

    private enum Kind {
        DECIMAL,
        BINARY,
        INFINITY,
        NAN
    }

    private final Kind kind;
    private final boolean negative;
    private final BigDecimal decimal;
    private final BigInteger significand;
    private final int exponent;

    private Literal(Kind kind, boolean negative, BigDecimal decimal, BigInteger significand, int exponent) {
        this.kind = kind;
        this.negative = negative;
        this.decimal = decimal;
        this.significand = significand;
        this.exponent = exponent;
    }

    /**
     * Reads a number.
     *
     * @param text the text, without surrounding white space; at most 100,000 characters
     * @return the exact number
     * @throws IllegalArgumentException if the text is none of the accepted forms, or an exponent is beyond
     *     1,000,000,000
     */
    public static Literal parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a number must have at most " + MAX_LENGTH + " characters: " + text.length());
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            throw malformed(text); // the JDK's parsers take digits of other scripts
        }
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        String lower = rest.toLowerCase(Locale.ROOT);
        switch (lower) {
            case "inf", "infinity" -> {
                return new Literal(Kind.INFINITY, negative, BigDecimal.ZERO, BigInteger.ZERO, 0);
            }
            case "nan" -> {
                return new Literal(Kind.NAN, negative, BigDecimal.ZERO, BigInteger.ZERO, 0);
            }
            default -> {
                return lower.startsWith("0x") ? hexadecimal(text, negative, lower) : decimal(text, negative, lower);
            }
        }
    }

    private static Literal decimal(String text, boolean negative, String digits) {
        BigDecimal value;
        try {
            if (digits.isEmpty() || !isDecimalStart(digits.charAt(0))) {
                throw malformed(text);
            }
            value = new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw malformed(text, e);
        }
        return new Literal(Kind.DECIMAL, negative, value, BigInteger.ZERO, 0);
    }

    private static boolean isDecimalStart(char c) {
        return c >= '0' && c <= '9' || c == '.';
    }

    private static Literal hexadecimal(String text, boolean negative, String lower) {
        int p = lower.indexOf('p');
        if (p == -1) {
            throw new IllegalArgumentException(
                    "a hexadecimal number needs a binary exponent, for example 0x1.8p3: '" + text + "'");
        }
        String digits = lower.substring(2, p);
        int point = digits.indexOf('.');
        int fractionDigits = point < 0 ? 0 : digits.length() - point - 1;
        String whole = point < 0 ? digits : digits.substring(0, point) + digits.substring(point + 1);
        try {
            if (whole.isEmpty() || whole.chars().anyMatch(c -> Character.digit(c, 16) < 0)) {
                throw malformed(text);
            }
            long exponent = Long.parseLong(lower.substring(p + 1));
            if (Math.abs(exponent) > 1_000_000_000L) {
                throw malformed(text);
            }
            return new Literal(Kind.BINARY, negative, BigDecimal.ZERO, new BigInteger(whole, 16), (int)
                    (exponent - 4L * fractionDigits));
        } catch (NumberFormatException e) {
            throw malformed(text, e);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return malformed(text, null);
    }

    private static IllegalArgumentException malformed(String text, @Nullable Throwable cause) {
        String shown = text.length() <= 40 ? text : text.substring(0, 40) + "...";
        return new IllegalArgumentException(
                "a number must be decimal (0.1, 1e-3), hexadecimal (0x1.8p3), inf or nan, with exponents up to"
                        + " 1000000000: '" + shown + "'",
                cause);
    }

    /**
     * Encodes the number.
     *
     * @param codec the target format and policies
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @return the rounded code, in the low {@code width} bits
     */
    public long encode(Codec codec, long random, @Nullable Flags sink) {
        return switch (kind) {
            case INFINITY ->
                codec.encodeLong(negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY, random, sink);
            case NAN -> codec.encodeNan(negative, sink);
            case DECIMAL ->
                decimal.signum() == 0
                        ? codec.encodeLong(negative ? -0.0 : 0.0, random, sink)
                        : codec.encodeLong(negative ? decimal.negate() : decimal, random, sink);
            case BINARY ->
                significand.signum() == 0
                        ? codec.encodeLong(negative ? -0.0 : 0.0, random, sink)
                        : codec.encodeLong(negative, significand, exponent, random, sink);
        };
    }

    /** {@return whether the number is finite} */
    public boolean isFinite() {
        return kind == Kind.DECIMAL || kind == Kind.BINARY;
    }

    /** {@return whether the number is a NaN} */
    public boolean isNan() {
        return kind == Kind.NAN;
    }

    /** {@return whether the number carries a minus sign} */
    public boolean isNegative() {
        return negative;
    }

    /**
     * {@return the exact value, without the sign of zero}
     *
     * @throws IllegalStateException if the number is not finite, or a binary exponent is beyond 100,000
     */
    public BigDecimal toBigDecimal() {
        if (!isFinite()) {
            throw new IllegalStateException("the number must be finite: " + this);
        }
        BigDecimal magnitude = decimal;
        if (kind == Kind.BINARY) {
            if (Math.abs((long) exponent) > 100_000) {
                throw new IllegalStateException("binary exponent must be in [-100000, 100000]: " + exponent);
            }
            magnitude = Codec.dyadic(significand, exponent);
        }
        return negative ? magnitude.negate() : magnitude;
    }

    @Override
    public String toString() {
        String sign = negative ? "-" : "";
        return switch (kind) {
            case INFINITY -> sign + "inf";
            case NAN -> sign + "nan";
            case DECIMAL -> sign + decimal;
            case BINARY -> sign + "0x" + significand.toString(16) + "p" + exponent;
        };
    }
}
