package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Codes;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalRule;

/**
 * Fills the explorer page with what the library answers.
 *
 * <p>The page holds no knowledge of formats. For each it gets the values of all codes, as arithmetic progressions; which
 * way each mode goes below, at and above a midpoint, by sign and parity; and the codes of everything beyond the range. A
 * number that is typed in lies between two neighbours of the table, which exact integers tell, and the tables say the
 * rest.
 */
final class ExplorerPage {
    private static final String DATA = "/*FORMATS*/";
    private static final List<String> FLOAT_POLICIES = List.of("ieee", "inf", "nan", "sat-finite", "sat", "p3109");
    private static final List<String> INT_POLICIES = List.of("sat", "wrap", "indefinite");
    private static final BigDecimal HUGE = new BigDecimal("1e60");

    private ExplorerPage() {}

    /** {@return the formats of the page, in its order} */
    static List<ScalarFormat> formats() {
        List<ScalarFormat> formats = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            if (format.width() <= (format instanceof FloatFormat ? 32 : 8)) {
                formats.add(format);
            }
        }
        formats.add(P3109.of(8, 3, true, true));
        formats.add(P3109.of(8, 4, true, true));
        return formats;
    }

    /** {@return the modes of the page, in its order} */
    static List<Rounding> modes() {
        return Arrays.stream(Rounding.values())
                .filter(mode -> !mode.isStochastic())
                .toList();
    }

    /** {@return the overflow policies of a format, by their names on the command line} */
    static List<String> policies(ScalarFormat format) {
        return format instanceof FloatFormat ? FLOAT_POLICIES : INT_POLICIES;
    }

    /** {@return the page} */
    static String html() throws IOException {
        String template;
        try (InputStream in = ExplorerPage.class.getResourceAsStream("explorer.html")) {
            if (in == null) {
                throw new IOException("explorer.html is missing from the jar");
            }
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> objects = new ArrayList<>();
        for (ScalarFormat format : formats()) {
            objects.add(json(format));
        }
        return template.replace(DATA, "[\n" + String.join(",\n", objects) + "\n]");
    }

    private static String json(ScalarFormat format) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JsonFactory.builder().build().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("name", format.name());
            json.writeStringField("title", format.info().title());
            json.writeStringField("group", group(format));
            json.writeNumberField("width", format.width());
            if (format instanceof FloatFormat f) {
                json.writeNumberField("sign", f.signed() ? 1 : 0);
                json.writeNumberField("exponent", f.exponentBits());
                json.writeNumberField("bias", f.bias());
                json.writeNumberField("max", f.maxFiniteCode());
                json.writeNumberField("minNormal", f.minNormalCode());
                json.writeBooleanField("zero", f.hasZero());
                json.writeStringField("below", below(f));
                if (f.hasInfinity()) {
                    json.writeNumberField("infinity", f.infinityCode());
                }
            } else {
                IntFormat i = (IntFormat) format;
                json.writeNumberField("min", i.minInteger());
                json.writeNumberField("max", i.maxInteger());
                json.writeNumberField("scale", i.scaleExponent());
                json.writeBooleanField("bipolar", i.encoding() == IntFormat.Encoding.BIPOLAR);
            }
            numbers(json, "rows", rows(format));
            json.writeArrayFieldStart("classes");
            for (Map.Entry<Long, String> run : classes(format).entrySet()) {
                json.writeArray(new String[] {run.getKey().toString(), run.getValue()}, 0, 2);
            }
            json.writeEndArray();
            json.writeObjectFieldStart("up");
            for (Rounding mode : modes()) {
                json.writeStringField(mode.id(), directions(format, mode));
            }
            json.writeEndObject();
            json.writeObjectFieldStart("beyond");
            for (String policy : policies(format)) {
                List<long[]> byMode = new ArrayList<>();
                for (Rounding mode : modes()) {
                    byMode.add(beyond(format, PolicyOptions.withOverflow(Policies.IEEE.withRounding(mode), policy)));
                }
                numbers(json, policy, byMode);
            }
            json.writeEndObject();
            Codec codec = Codec.of(format);
            numbers(
                    json,
                    "special",
                    List.of(
                            result(codec.encodeWithFlags(0.0)),
                            result(codec.encodeWithFlags(-0.0)),
                            result(codec.encodeWithFlags(Double.NaN))));
            json.writeEndObject();
        }
        return text.toString();
    }

    private static String group(ScalarFormat format) {
        if (format instanceof IntFormat) {
            return "Integers";
        }
        if (!((FloatFormat) format).signed() && format.width() <= 8) {
            return "Block scales";
        }
        return format.width() > 8 ? "16 bits and more" : format.width() == 8 ? "8 bits" : "6 and 4 bits";
    }

    /** What becomes of a number below the smallest normal one: {@code round}, {@code flush}, or the {@code smallest}. */
    private static String below(FloatFormat f) {
        return f.subnormals() == SubnormalRule.ABSENT
                ? "smallest"
                : f.subnormals() == SubnormalRule.FLUSH ? "flush" : "round";
    }

    /**
     * The values of the finite codes, without a sign bit, as progressions: codes {@code first} to {@code last} have the
     * values {@code (significand + (code - first) * step) * 2^exponent}.
     */
    private static List<long[]> rows(ScalarFormat format) {
        List<long[]> rows = new ArrayList<>();
        if (format instanceof FloatFormat f) {
            Codes codes = Codes.of(f);
            for (long first = 0; first <= f.maxFiniteCode(); first += f.trailingMask() + 1) {
                long last = Math.min(first + f.trailingMask(), f.maxFiniteCode());
                add(rows, format, first, last, codes.ulpExponent(first));
            }
        } else {
            int scale = ((IntFormat) format).scaleExponent();
            for (long code = 0; code <= format.codeMask(); code++) {
                add(rows, format, code, code, scale);
            }
        }
        return rows;
    }

    private static void add(List<long[]> rows, ScalarFormat format, long first, long last, int exponent) {
        long significand = significand(format, first, exponent);
        long step = last == first ? 1 : significand(format, first + 1, exponent) - significand;
        if (significand(format, last, exponent) != significand + (last - first) * step) {
            throw new IllegalStateException(format + " has no even steps from " + first + " to " + last);
        }
        if (!rows.isEmpty()) {
            long[] before = rows.get(rows.size() - 1);
            boolean continues =
                    before[3] == exponent && before[4] == step && before[2] + (first - before[0]) * step == significand;
            if (continues) {
                before[1] = last;
                return;
            }
        }
        rows.add(new long[] {first, last, significand, exponent, step});
    }

    private static long significand(ScalarFormat format, long code, int exponent) {
        BigDecimal value = Codec.of(format).decodeExact(code);
        BigDecimal unit = power(exponent);
        return value.divide(unit).longValueExact();
    }

    private static BigDecimal power(int exponent) {
        return exponent >= 0
                ? new BigDecimal(BigInteger.ONE.shiftLeft(exponent))
                : new BigDecimal(BigInteger.valueOf(5).pow(-exponent), -exponent);
    }

    /** Runs of codes of one class: the first of each. Classes change where fields or special codes begin, only. */
    private static Map<Long, String> classes(ScalarFormat format) {
        SortedSet<Long> starts = new TreeSet<>();
        if (format instanceof FloatFormat f) {
            for (long sign : new long[] {0, f.signMask()}) {
                starts.addAll(List.of(sign, sign | 1, sign | f.trailingMask() + 1, sign | f.maxFiniteCode()));
                for (int after = 1; after <= 3; after++) {
                    starts.add(Math.min((sign | f.maxFiniteCode()) + after, f.codeMask()));
                }
                if (f.quietBit() != 0) {
                    starts.add(sign | f.nanCode());
                }
            }
        } else {
            for (long code = 0; code <= format.codeMask(); code++) {
                starts.add(code);
            }
        }
        Map<Long, String> runs = new LinkedHashMap<>();
        String last = "";
        for (long start : starts) {
            String name = Item.ofCode(format, start).className();
            if (!name.equals(last)) {
                runs.put(start, name);
                last = name;
            }
        }
        return runs;
    }

    /**
     * Whether magnitudes move up: a digit each for positive, negative; for an even, an odd lower neighbour; below the
     * midpoint, at it, above it.
     */
    private static String directions(ScalarFormat format, Rounding mode) {
        StringBuilder digits = new StringBuilder();
        for (boolean negative : new boolean[] {false, true}) {
            // the rule is the same for all, and is asked for where both signs and a few numbers exist
            boolean own = format instanceof FloatFormat f && (f.signed() || !negative);
            ScalarFormat asked = own ? format : format instanceof FloatFormat ? Formats.BINARY32 : Formats.INT32;
            Codec codec = Codec.of(asked, Policies.IEEE.withRounding(mode));
            long even = asked instanceof FloatFormat f ? f.minNormalCode() : 2;
            for (long low : new long[] {even, even + 1}) {
                BigDecimal from = codec.decodeExact(low);
                BigDecimal quarter = codec.decodeExact(low + 1).subtract(from).divide(BigDecimal.valueOf(4));
                for (int position = 1; position <= 3; position++) {
                    BigDecimal x = from.add(quarter.multiply(BigDecimal.valueOf(position)));
                    BigDecimal rounded = codec.decodeExact(codec.encodeLong(negative ? x.negate() : x, 0, null))
                            .abs();
                    digits.append(rounded.equals(from) || rounded.compareTo(from) == 0 ? '0' : '1');
                }
            }
        }
        return digits.toString();
    }

    /** Codes of finite numbers beyond the range, positive and negative; code and flags of both infinities. */
    private static long[] beyond(ScalarFormat format, Policies policies) {
        Codec codec = Codec.of(format, policies);
        long[] positive = result(codec.encodeWithFlags(Double.POSITIVE_INFINITY));
        long[] negative = result(codec.encodeWithFlags(Double.NEGATIVE_INFINITY));
        return new long[] {
            codec.encodeLong(HUGE, 0, null),
            codec.encodeLong(HUGE.negate(), 0, null),
            positive[0],
            positive[1],
            negative[0],
            negative[1]
        };
    }

    private static long[] result(long packed) {
        return new long[] {packed & 0xffff_ffffL, packed >>> 32 & Flags.ALL};
    }

    private static void numbers(JsonGenerator json, String name, List<long[]> rows) throws IOException {
        json.writeArrayFieldStart(name);
        for (long[] row : rows) {
            json.writeArray(row, 0, row.length);
        }
        json.writeEndArray();
    }
}
