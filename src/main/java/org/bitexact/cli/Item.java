package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Codes;
import org.bitexact.codec.Literal;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * A code that {@code show} explains, and the number it was rounded from, if one was given.
 *
 * @param format the format
 * @param code the code
 * @param input the number as it was written, or null
 * @param literal the number, or null
 * @param flags the flags raised by rounding it
 */
record Item(
        ScalarFormat format,
        long code,
        @Nullable String input,
        @Nullable Literal literal,
        int flags) {
    private static final List<String> FLAG_NAMES =
            List.of("inexact", "underflow", "overflow", "divide by zero", "invalid");
    /** Numbers beyond 10^this are not expanded to digits. */
    private static final int FAR = 20_000;

    static Item ofCode(ScalarFormat format, long code) {
        return new Item(format, format.requireCode(code), null, null, 0);
    }

    static Item ofValue(Codec codec, String input, Literal literal) {
        Flags flags = new Flags();
        long code = literal.encode(codec, 0, flags);
        return new Item(codec.format(), code, input, literal, flags.raised());
    }

    /** {@return the class of the code in words} */
    String className() {
        if (format instanceof FloatFormat f) {
            return Codes.of(f).classify(code).toString();
        }
        int sign = Codec.of(format).decodeExact(code).signum();
        return sign == 0 ? "zero" : sign > 0 ? "positive" : "negative";
    }

    /** {@return the exponent of the unit in the last place, or null if the code is not finite} */
    @Nullable
    Integer ulpExponent() {
        if (format instanceof FloatFormat f) {
            return f.isFinite(code) ? Codes.of(f).ulpExponent(code) : null;
        }
        return ((IntFormat) format).scaleExponent();
    }

    /** {@return the code of the next value, or null if there is none} */
    @Nullable
    Long neighbour(boolean up) {
        if (format instanceof FloatFormat f) {
            if (f.isNan(code)) {
                return null;
            }
            Codes codes = Codes.of(f);
            long next = up ? codes.nextUp(code) : codes.nextDown(code);
            return next == code ? null : next;
        }
        IntFormat i = (IntFormat) format;
        long n = i.toInteger(code);
        if (up ? n >= i.maxInteger() : n <= i.minInteger()) {
            return null;
        }
        return Landmarks.codeOf(i, i.encoding() == IntFormat.Encoding.BIPOLAR ? -n : up ? n + 1 : n - 1);
    }

    /** {@return code minus number, exactly; null if there is no number, or a side is not finite, or digits abound} */
    private @Nullable BigDecimal error() {
        if (literal == null
                || !literal.isFinite()
                || format instanceof FloatFormat f && !f.isFinite(code)
                || isFar(literal)) {
            return null;
        }
        return Codec.of(format).decodeExact(code).subtract(literal.toBigDecimal());
    }

    private static boolean isFar(Literal literal) {
        try {
            BigDecimal value = literal.toBigDecimal();
            return Math.abs((long) value.precision() - value.scale()) > FAR;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** {@return the error in units in the last place of the code; exact, as the unit is a power of two} */
    private static BigDecimal inUlps(BigDecimal error, int ulpExponent) {
        return ulpExponent >= 0
                ? error.divide(new BigDecimal(BigInteger.ONE.shiftLeft(ulpExponent)))
                : error.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(-ulpExponent)));
    }

    private static String signed(BigDecimal value) {
        return (value.signum() > 0 ? "+" : "") + Decimals.text(value.round(new MathContext(6)), -5, 12);
    }

    private String flagNames() {
        List<String> names = new ArrayList<>();
        for (int i = FLAG_NAMES.size() - 1; i >= 0; i--) {
            if ((flags & 1 << i) != 0) {
                names.add(FLAG_NAMES.get(i));
            }
        }
        return String.join(", ", names);
    }

    /** {@return the explanation as lines} */
    String explain(Rounding rounding) {
        CodeText text = CodeText.of(format);
        StringBuilder lines = new StringBuilder();
        if (input != null) {
            lines.append(input).append(flags == 0 ? " is " : " becomes ");
        }
        lines.append(text.explain(code)).append('\n');
        if (input != null) {
            BigDecimal error = error();
            Integer ulp = ulpExponent();
            if (error != null && error.signum() == 0) {
                line(lines, "error", "none, exact");
            } else if (error != null && ulp != null) {
                String ulps = signed(inUlps(error, ulp)) + " ulp";
                line(lines, "error", signed(error) + " = " + ulps + ", " + rounding);
            }
            if (flags != 0) {
                line(lines, "flags", flagNames());
            }
        }
        if (Decimals.nonzero(format, code) != null) {
            String shortest = text.decimal(code);
            String value = Decimals.equation(format, code);
            boolean differs = !value.endsWith(" " + shortest);
            line(
                    lines,
                    "value",
                    text.hexFloat(code) + " " + value + (differs ? ", shortest that reads back " + shortest : ""));
        }
        line(lines, "class", className());
        Integer ulp = ulpExponent();
        if (ulp != null) {
            line(lines, "ulp", "2^" + ulp);
        }
        neighbourLine(lines, text, "next down", neighbour(false));
        neighbourLine(lines, text, "next up", neighbour(true));
        return lines.toString();
    }

    private void neighbourLine(StringBuilder lines, CodeText text, String name, @Nullable Long next) {
        if (next != null) {
            line(lines, name, text.hex(next) + " " + Decimals.equation(format, next));
        }
    }

    private static void line(StringBuilder lines, String name, String value) {
        lines.append("  ")
                .append(name)
                .append(" ".repeat(11 - name.length()))
                .append(value)
                .append('\n');
    }

    /** Writes the explanation as an object. */
    void write(JsonGenerator json, Rounding rounding) throws IOException {
        CodeText text = CodeText.of(format);
        json.writeStartObject();
        if (input != null) {
            json.writeStringField("input", input);
            json.writeStringField("rounding", rounding.id());
            json.writeNumberField("flags", flags);
            BigDecimal error = error();
            Integer ulp = ulpExponent();
            if (error != null && ulp != null) {
                json.writeStringField(
                        "error_ulp",
                        inUlps(error, ulp)
                                .stripTrailingZeros()
                                .round(new MathContext(17))
                                .toString());
            }
        }
        FormatJson.value(json, format, code);
        json.writeStringField("shortest", text.decimal(code));
        json.writeStringField("fields", text.fields(code));
        json.writeStringField("class", className());
        Integer ulp = ulpExponent();
        if (ulp != null) {
            json.writeNumberField("ulp_exponent", ulp);
        }
        for (boolean up : new boolean[] {false, true}) {
            Long next = neighbour(up);
            if (next != null) {
                json.writeObjectFieldStart(up ? "next_up" : "next_down");
                FormatJson.value(json, format, next);
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }
}
