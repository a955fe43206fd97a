package org.bitexact.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** Values in decimal as people want to see them: 448 rather than 450, which would read back as the same code. */
final class Decimals {
    /** Exact values of more digits are written in their shortest form. */
    private static final int EXACT_DIGITS = 20;
    /** Room for a value in a table. */
    private static final int BRIEF = 12;

    private Decimals() {}

    /** {@return the value of a code that is a finite number other than zero, otherwise null} */
    static @Nullable BigDecimal nonzero(ScalarFormat format, long code) {
        if (format instanceof FloatFormat f && (!f.isFinite(code) || f.isZero(code))) {
            return null;
        }
        BigDecimal exact = Codec.of(format).decodeExact(code);
        return exact.signum() == 0 ? null : exact.stripTrailingZeros();
    }

    /**
     * {@return the exact value if it has at most 20 digits, else the shortest decimal that reads back as the code;
     * {@code -0}, {@code inf}, {@code nan} as {@link CodeText#decimal}}
     */
    static String of(ScalarFormat format, long code) {
        BigDecimal exact = nonzero(format, code);
        return exact != null && exact.precision() <= EXACT_DIGITS
                ? text(exact, -7, 17)
                : CodeText.of(format).decimal(code);
    }

    /** {@return the value after an equals sign, or after {@code ~} if its decimal is not exact} */
    static String equation(ScalarFormat format, long code) {
        BigDecimal exact = nonzero(format, code);
        return (exact == null || exact.precision() <= EXACT_DIGITS ? "= " : "~ ") + of(format, code);
    }

    /** {@return the value in at most twelve characters: exact, or rounded to six digits} */
    static String brief(ScalarFormat format, long code) {
        BigDecimal exact = nonzero(format, code);
        if (exact == null) {
            return CodeText.of(format).decimal(code);
        }
        String plain = text(exact, -4, BRIEF);
        return plain.length() <= BRIEF ? plain : text(exact.round(new MathContext(6)), -4, BRIEF);
    }

    /** {@return a number, plain from {@code 10^low} to below {@code 10^high}, else with an exponent} */
    static String text(BigDecimal number, int low, int high) {
        BigDecimal value = number.stripTrailingZeros();
        if (value.signum() == 0) {
            return "0";
        }
        int exponent = value.precision() - value.scale() - 1;
        if (exponent >= low && exponent < high) {
            return value.toPlainString();
        }
        String digits = value.unscaledValue().abs().toString();
        return (value.signum() < 0 ? "-" : "") + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e" + exponent;
    }
}
