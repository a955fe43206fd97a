package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitexact.engine.DotCase;
import org.bitexact.engine.Engine;
import org.jspecify.annotations.Nullable;

/**
 * One dot product as a line of JSON: the codes of a vector stand in one string, each in the same number of hexadecimal
 * digits, k ascending.
 *
 * <pre>
 * {"a":"3808","b":"3802","c":"00000000"}
 * </pre>
 *
 * @param input the operands
 * @param result the result's code, where field {@code d} states one; otherwise null
 */
record DotLine(DotCase input, @Nullable Long result) {
    private static final List<String> FIELDS = List.of("a", "b", "c", "sa", "sb", "d", "note");
    private static final JsonFactory JSON = JsonFactory.builder().build();

    /**
     * Reads a line.
     *
     * @throws UsageException if it is no dot product of the engine
     */
    static DotLine parse(String line, Engine engine) {
        Map<String, String> fields = fields(line);
        long[] a = codes(fields, "a", engine.formatA().hexDigits(), engine.formatA());
        long[] b = codes(fields, "b", engine.formatB().hexDigits(), engine.formatB());
        if (a.length != b.length) {
            throw new UsageException("a and b must have as many codes: " + a.length + " and " + b.length);
        }
        int digits = engine.formatC().hexDigits();
        long c = fields.containsKey("c") ? code(fields, "c", digits, engine.formatC()) : 0;
        Long d = fields.containsKey("d") ? code(fields, "d", engine.formatD().hexDigits(), engine.formatD()) : null;
        long[] scaleA = null;
        long[] scaleB = null;
        if (engine.scaling().isPresent()) {
            int scaleDigits = engine.scaling().get().hexDigits();
            Object format = engine.scaling().get().format();
            if (!fields.containsKey("sa") || !fields.containsKey("sb")) {
                throw new UsageException("fields sa and sb must be given: " + engine + " is block-scaled");
            }
            scaleA = codes(fields, "sa", scaleDigits, format);
            scaleB = codes(fields, "sb", scaleDigits, format);
        } else if (fields.containsKey("sa") || fields.containsKey("sb")) {
            throw new UsageException("sa and sb must be left out: " + engine + " is not block-scaled");
        }
        return new DotLine(new DotCase(a, b, c, scaleA, scaleB), d);
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new UsageException("a line must be a JSON object: " + Io.quoted(line));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (!FIELDS.contains(name)) {
                    throw new UsageException("unknown field " + Io.quoted(name) + ", fields are "
                            + String.join(", ", FIELDS) + Suggestions.of(name, FIELDS));
                }
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    throw new UsageException("field " + name + " must be a string of hexadecimal digits");
                }
                if (fields.put(name, json.getText()) != null) {
                    throw new UsageException("field " + name + " must stand once");
                }
            }
            if (json.nextToken() != null) {
                throw new UsageException("a line must be one JSON object: " + Io.quoted(line));
            }
        } catch (JsonProcessingException e) {
            throw new UsageException("not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UsageException("not JSON: " + e.getMessage());
        }
        return fields;
    }

    private static long[] codes(Map<String, String> fields, String name, int digits, Object format) {
        String text = required(fields, name);
        if (text.length() % digits != 0) {
            throw new UsageException("field " + name + " must have " + digits + " hexadecimal digits for each code of "
                    + format + ": " + text.length() + " digits");
        }
        long[] codes = new long[text.length() / digits];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = hex(name, text, i * digits, digits);
        }
        return codes;
    }

    private static long code(Map<String, String> fields, String name, int digits, Object format) {
        String text = required(fields, name);
        if (text.length() != digits) {
            throw new UsageException("field " + name + " must have " + digits + " hexadecimal digits, a code of "
                    + format + ": " + Io.quoted(text));
        }
        return hex(name, text, 0, digits);
    }

    private static String required(Map<String, String> fields, String name) {
        String text = fields.get(name);
        if (text == null) {
            throw new UsageException("field " + name + " is missing");
        }
        return text;
    }

    private static long hex(String name, String text, int from, int digits) {
        long code = 0;
        for (int i = from; i < from + digits; i++) {
            char ch = text.charAt(i);
            int digit = ch <= 'f' ? Character.digit(ch, 16) : -1;
            if (digit < 0) {
                throw new UsageException("field " + name + " must consist of hexadecimal digits: "
                        + Io.quoted(text.substring(i, i + 1)) + " at " + i);
            }
            code = code << 4 | digit;
        }
        return code;
    }

    /** {@return a line that {@link #parse} reads back} */
    static String format(DotCase input, Engine engine) {
        StringBuilder line = new StringBuilder("{");
        field(line, "a", input.a(), engine.formatA().hexDigits());
        field(line, "b", input.b(), engine.formatB().hexDigits());
        field(line, "c", new long[] {input.c()}, engine.formatC().hexDigits());
        if (input.scaleA() != null && input.scaleB() != null) {
            int digits = engine.scaling().orElseThrow().hexDigits();
            field(line, "sa", input.scaleA(), digits);
            field(line, "sb", input.scaleB(), digits);
        }
        line.setCharAt(line.length() - 1, '}');
        return line.toString();
    }

    private static void field(StringBuilder line, String name, long[] codes, int digits) {
        line.append('"').append(name).append("\":\"");
        for (long code : codes) {
            append(line, code, digits);
        }
        line.append("\",");
    }

    static void append(StringBuilder text, long code, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            text.append(Character.forDigit((int) (code >>> 4 * i) & 15, 16));
        }
    }
}
