package org.bitexact.format;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.bitexact.format.FormatSpec.CodeRange;
import org.bitexact.format.FormatSpec.Kind;
import org.bitexact.format.FormatSpec.Landmark;
import org.bitexact.format.FormatSpec.Parameter;
import org.bitexact.format.FormatSpec.Tie;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * Reads {@link FormatSpec} files. The only class of the package that touches tomlj.
 *
 * <p>Every table is read through a {@link Section}, which knows the keys permitted there and says file and line of
 * whatever is wrong.
 */
final class SpecReader {
    private static final List<String> COMMON =
            List.of("name", "title", "kind", "certainty", "note", "aliases", "source");
    private static final List<String> FLOAT = List.of(
            "sign",
            "exponent",
            "trailing",
            "bias",
            "specials",
            "subnormals",
            "container",
            "codes",
            "landmarks",
            "conversion");
    private static final List<String> INTEGER =
            List.of("encoding", "width", "symmetric", "scale_exponent", "codes", "landmarks");
    private static final List<String> BLOCK =
            List.of("element", "scale", "block_length", "scale_rule", "tensor_scale", "codes", "landmarks");
    private static final List<String> FAMILY = List.of("parameter", "rule", "member");
    private static final List<String> MEMBER = List.of("documented", "assumed");

    private static final List<String> CODES =
            List.of("zero", "negative_zero", "infinity", "negative_infinity", "nan", "signaling_nan", "canonical_nan");
    private static final List<String> FLOAT_LANDMARKS =
            List.of("max_finite", "min_normal", "max_subnormal", "min_subnormal", "one", "overflow");
    private static final List<String> INTEGER_LANDMARKS =
            List.of("max", "min", "one", "min_positive", "overflow", "negative_overflow");

    private static final Pattern HEX_CODE = Pattern.compile("0x[0-9a-fA-F]{1,16}");
    private static final Pattern HEX_FLOAT = Pattern.compile("-?0x[0-9a-f]+(\\.[0-9a-f]+)?p-?\\d{1,5}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d+(\\.\\d+)?(e-?\\d{1,5})?");

    private final String origin;

    private SpecReader(String origin) {
        this.origin = origin;
    }

    static FormatSpec parse(String text, String origin) {
        TomlParseResult result;
        try {
            result = Toml.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(origin + ": nested too deeply", e);
        }
        if (result.hasErrors()) {
            TomlParseError first = result.errors().get(0);
            throw new IllegalArgumentException(origin + ":" + first.position().line() + ": not TOML, column "
                    + first.position().column() + ": " + first.getMessage());
        }
        return new SpecReader(origin).file(result);
    }

    private FormatSpec file(TomlTable root) {
        Section anyKind = new Section(root, "", null, null);
        Kind kind = anyKind.choice("kind", Kind.values(), Kind::id, Kind.FLOAT);
        return switch (kind) {
            case FLOAT -> floatFormat(new Section(root, "", null, concat(COMMON, FLOAT)), List.of());
            case INTEGER -> integer(new Section(root, "", null, concat(COMMON, INTEGER)));
            case BLOCK -> block(new Section(root, "", null, concat(COMMON, BLOCK)));
            case FAMILY -> family(new Section(root, "", null, concat(COMMON, FAMILY)));
        };
    }

    // ---- floats

    private FormatSpec floatFormat(Section s, List<Source> familySources) {
        String name = name(s);
        int sign = s.number("sign", 0, 1, null, "sign bits, 0 or 1");
        int exponent = s.number("exponent", 1, 11, null, "exponent bits, 1 to 11");
        boolean binary64 = sign == 1 && exponent == 11 && s.isNumber("trailing", 52);
        int trailing = binary64 ? 52 : s.number("trailing", 0, 23, null, "trailing significand bits, 0 to 23");
        int width = sign + exponent + trailing;
        if (!binary64 && (width < 2 || width > 32)) {
            throw s.error(
                    "trailing",
                    "sign + exponent + trailing must be in [2, 32]: " + sign + " + " + exponent + " + " + trailing
                            + " = " + width);
        }
        int bias = s.number("bias", -1024, 65535, (1 << (exponent - 1)) - 1, "");
        SpecialValues specials = s.choice("specials", SpecialValues.values(), SpecialValues::id, SpecialValues.IEEE);
        SubnormalRule subnormals =
                s.choice("subnormals", SubnormalRule.values(), SubnormalRule::id, SubnormalRule.GRADUAL);
        int container = s.number("container", 8, 64, width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : 64, "");
        if (Integer.bitCount(container) != 1 || container < width) {
            throw s.error(
                    "container",
                    "container must be 8, 16, 32 or 64 and at least the width " + width + ": " + container);
        }
        FormatInfo info = info(s, name, familySources);
        FloatFormat format;
        try {
            format = new FloatFormat(name, sign == 1, exponent, trailing, bias, specials, subnormals, container, info);
        } catch (IllegalArgumentException e) {
            // The message begins with the parameter at fault.
            String key = message(e).split(" ", 2)[0];
            throw s.error(s.has(key) ? key : "trailing", message(e));
        }
        if (!format.fitsBinary64()) {
            throw s.error(
                    "bias",
                    "bias must keep every value exact in binary64, exponents in [-1074, 1023]: bias " + bias
                            + " gives [" + format.subnormalQuantumExponent() + ", " + format.emax() + "]");
        }
        requireOwnName(s, format);
        return new FormatSpec(
                origin,
                Kind.FLOAT,
                name,
                info,
                format,
                conversion(s),
                floatCodes(s, format),
                floatLandmarks(s, format),
                List.of(),
                Map.of(),
                List.of(),
                s.texts("documented"),
                s.texts("assumed"));
    }

    /** Special codes, each held against the one that follows from the parameters. */
    private static Map<String, List<CodeRange>> floatCodes(Section s, FloatFormat f) {
        Section codes = s.child("codes", CODES);
        if (codes == null) {
            return Map.of();
        }
        Map<String, List<CodeRange>> expected = new LinkedHashMap<>();
        long sign = f.signMask();
        long zeros = f.subnormals() == SubnormalRule.FLUSH ? f.trailingMask() : 0;
        expected.put("zero", f.hasZero() ? List.of(new CodeRange(0, zeros)) : List.of());
        expected.put("negative_zero", f.hasNegativeZero() ? List.of(new CodeRange(sign, sign | zeros)) : List.of());
        expected.put("infinity", f.hasInfinity() ? one(f.infinityCode()) : List.of());
        expected.put("negative_infinity", f.hasInfinity() && f.signed() ? one(sign | f.infinityCode()) : List.of());
        expected.put("nan", nans(f, f.specials() == SpecialValues.IEEE ? f.infinityCode() + 1 : f.magnitudeMask(), 0));
        expected.put("signaling_nan", f.quietBit() > 1 ? nans(f, f.infinityCode() + 1, f.quietBit()) : List.of());
        expected.put("canonical_nan", f.hasNan() ? one(f.nanCode()) : List.of());
        return readCodes(codes, f, expected);
    }

    private static Map<String, List<CodeRange>> readCodes(
            Section codes, ScalarFormat format, Map<String, List<CodeRange>> expected) {
        Map<String, List<CodeRange>> stated = new LinkedHashMap<>();
        for (String key : codes.keys()) {
            List<CodeRange> ranges = codes.codes(key, format);
            List<CodeRange> derived = expected.getOrDefault(key, List.of());
            if (!ranges.equals(derived)) {
                throw codes.error(
                        key,
                        "codes." + key + " is " + text(ranges, format) + " here, but the parameters give "
                                + text(derived, format));
            }
            stated.put(key, ranges);
        }
        return Collections.unmodifiableMap(stated);
    }

    /** All NaN codes, or the signaling ones: those from {@code first} on without the quiet bit. */
    private static List<CodeRange> nans(FloatFormat f, long first, long quietBit) {
        if (!f.hasNan()) {
            return List.of();
        }
        if (f.hasSingleNan()) {
            return one(f.nanCode());
        }
        long last = f.magnitudeMask() ^ quietBit;
        CodeRange positive = new CodeRange(first, last);
        return f.signed()
                ? List.of(positive, new CodeRange(f.signMask() | first, f.signMask() | last))
                : List.of(positive);
    }

    private static List<CodeRange> one(long code) {
        return List.of(new CodeRange(code, code));
    }

    private static String text(List<CodeRange> ranges, ScalarFormat format) {
        if (ranges.isEmpty()) {
            return "none";
        }
        List<String> parts = new ArrayList<>();
        for (CodeRange range : ranges) {
            parts.add(
                    range.first() == range.last()
                            ? hex(range.first(), format)
                            : hex(range.first(), format) + ".." + hex(range.last(), format));
        }
        return String.join(", ", parts);
    }

    private static String hex(long code, ScalarFormat format) {
        return String.format("0x%0" + format.hexDigits() + "x", code);
    }

    private static Map<String, Landmark> floatLandmarks(Section s, FloatFormat f) {
        Section marks = s.child("landmarks", FLOAT_LANDMARKS);
        if (marks == null) {
            return Map.of();
        }
        Map<String, Long> expected = new LinkedHashMap<>();
        expected.put("max_finite", f.maxFiniteCode());
        if (f.minNormalCode() <= f.maxFiniteCode()) {
            expected.put("min_normal", f.minNormalCode());
        }
        if (f.hasSubnormals()) {
            expected.put("max_subnormal", Math.min(f.trailingMask(), f.maxFiniteCode()));
            expected.put("min_subnormal", 1L);
        }
        long one = (long) f.bias() << f.trailingBits();
        int q = f.subnormalQuantumExponent();
        if (f.bias() >= f.lowestNormalField()) {
            if (one <= f.maxFiniteCode()) {
                expected.put("one", one);
            }
        } else if (f.hasSubnormals() && q <= 0 && -q < f.trailingBits()) {
            expected.put("one", 1L << -q);
        }
        // roundTiesToEven follows the parity of the code, except that a precision of 1 outside P3109 rounds ties up.
        boolean even = (f.maxFiniteCode() & 1) == 0
                && (f.trailingBits() > 0 || f.specials().isP3109());
        return readLandmarks(marks, f, expected, Map.of("overflow", even ? Tie.STAYS : Tie.OVERFLOWS));
    }

    private static Map<String, Landmark> readLandmarks(
            Section marks, ScalarFormat format, Map<String, Long> codes, Map<String, Tie> ties) {
        Map<String, Landmark> stated = new LinkedHashMap<>();
        for (String key : marks.keys()) {
            Long derived = codes.get(key);
            Tie tie = ties.get(key);
            Section mark;
            OptionalLong code = OptionalLong.empty();
            if (derived != null) {
                mark = marks.table(key, List.of("code", "value", "decimal"));
                long read = mark.code("code", format);
                if (read != derived) {
                    throw mark.error(
                            "code",
                            "landmarks." + key + ".code is " + hex(read, format) + " here, but the parameters give "
                                    + hex(derived, format));
                }
                code = OptionalLong.of(read);
            } else if (tie != null) {
                mark = marks.table(key, List.of("value", "decimal", "tie"));
                Tie read = mark.choice("tie", Tie.values(), Tie::id, null);
                if (read != tie) {
                    throw mark.error(
                            "tie",
                            "landmarks." + key + ".tie is " + read.id() + " here, but the parameters give " + tie.id());
                }
            } else {
                throw marks.error(key, "landmarks." + key + " is stated, but " + format.name() + " has none");
            }
            stated.put(key, landmark(mark, code, OptionalLong.empty(), Optional.ofNullable(tie)));
        }
        return Collections.unmodifiableMap(stated);
    }

    private static Landmark landmark(Section mark, OptionalLong code, OptionalLong scale, Optional<Tie> tie) {
        return new Landmark(
                code,
                scale,
                mark.matching("value", HEX_FLOAT, "a hexadecimal float such as 0x1.cp8"),
                mark.matching("decimal", DECIMAL, "a decimal number such as 448 or 1.5e-5"),
                tie);
    }

    private static @Nullable Policies conversion(Section s) {
        Section c = s.child("conversion", List.of("overflow", "infinity", "nan", "nan_substitute"));
        if (c == null) {
            return null;
        }
        Policies p = Policies.IEEE;
        Overflow overflow = c.choice("overflow", Overflow.values(), Overflow::id, p.overflow());
        if (overflow.isForIntegers()) {
            throw c.error("overflow", "overflow must not be wrap, which is for integers");
        }
        return p.withOverflow(overflow)
                .withInfinity(c.choice("infinity", InfinityRule.values(), InfinityRule::id, p.infinity()))
                .withNan(c.choice("nan", NanRule.values(), NanRule::id, p.nan()))
                .withNanSubstitute(
                        c.choice("nan_substitute", NanSubstitute.values(), NanSubstitute::id, p.nanSubstitute()));
    }

    // ---- integers and blocks

    private FormatSpec integer(Section s) {
        String name = name(s);
        IntFormat.Encoding encoding =
                s.choice("encoding", IntFormat.Encoding.values(), e -> e.name().toLowerCase(Locale.ROOT), null);
        int width = s.number("width", 1, 64, null, "bits, 1 to 64");
        int scale = s.number("scale_exponent", -64, 64, 0, "");
        boolean symmetric = s.flag("symmetric", false);
        FormatInfo info = info(s, name, List.of());
        IntFormat format;
        try {
            format = new IntFormat(name, encoding, width, symmetric, scale, info);
        } catch (IllegalArgumentException e) {
            throw s.error(symmetric ? "symmetric" : "encoding", message(e));
        }
        requireOwnName(s, format);
        Section codes = s.child("codes", List.of("zero"));
        boolean bipolar = encoding == IntFormat.Encoding.BIPOLAR;
        Map<String, List<CodeRange>> specials =
                codes == null ? Map.of() : readCodes(codes, format, Map.of("zero", bipolar ? List.of() : one(0)));
        Section marks = s.child("landmarks", INTEGER_LANDMARKS);
        return new FormatSpec(
                origin,
                Kind.INTEGER,
                name,
                info,
                format,
                null,
                specials,
                marks == null ? Map.of() : integerLandmarks(marks, format),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Map<String, Landmark> integerLandmarks(Section marks, IntFormat f) {
        Map<String, Long> expected = new LinkedHashMap<>();
        boolean bipolar = f.encoding() == IntFormat.Encoding.BIPOLAR;
        expected.put("max", bipolar ? 1 : f.maxInteger());
        expected.put("min", bipolar ? 0 : f.minInteger() & f.codeMask());
        if (f.maxInteger() > 0 || f.encoding() == IntFormat.Encoding.UNSIGNED) {
            expected.put("min_positive", 1L);
        }
        int weight = -f.scaleExponent();
        if (bipolar) {
            expected.put("one", 1L);
        } else if (weight >= 0 && weight < f.width() && Long.compareUnsigned(1L << weight, f.maxInteger()) <= 0) {
            expected.put("one", 1L << weight);
        }
        Map<String, Tie> ties = new LinkedHashMap<>();
        if (!bipolar) {
            ties.put("overflow", (f.maxInteger() & 1) == 0 ? Tie.STAYS : Tie.OVERFLOWS);
            ties.put("negative_overflow", (f.minInteger() & 1) == 0 ? Tie.STAYS : Tie.OVERFLOWS);
        }
        return readLandmarks(marks, f, expected, ties);
    }

    private FormatSpec block(Section s) {
        String name = name(s);
        ScalarFormat element = named(s, "element");
        ScalarFormat scale = named(s, "scale");
        if (!(scale instanceof FloatFormat scaleFormat)) {
            throw s.error("scale", "scale must be a floating-point format: '" + scale.name() + "'");
        }
        int length = s.number("block_length", 1, 1 << 20, null, "elements that share a scale");
        ScaleRule rule = s.choice("scale_rule", ScaleRule.values(), ScaleRule::id, ScaleRule.FLOOR);
        boolean tensorScale = s.flag("tensor_scale", false);
        FormatInfo info = info(s, name, List.of());
        BlockFormat format = new BlockFormat(name, element, scaleFormat, length, rule, tensorScale, info);
        for (BlockFormat known : Formats.namedBlocks()) {
            if (known.name().equals(name)
                    && !(known.element().equals(element)
                            && known.scale().equals(scaleFormat)
                            && known.blockLength() == length
                            && known.tensorScale() == tensorScale)) {
                throw s.error("name", taken(name));
            }
        }
        Section codes = s.child("codes", List.of("nan_scale"));
        Map<String, List<CodeRange>> specials = codes == null
                ? Map.of()
                : readCodes(codes, scaleFormat, Map.of("nan_scale", nans(scaleFormat, scaleFormat.magnitudeMask(), 0)));
        Map<String, Landmark> landmarks = new LinkedHashMap<>();
        Section marks = s.child("landmarks", List.of("max_finite", "min_positive"));
        if (marks != null) {
            for (String key : marks.keys()) {
                boolean max = key.equals("max_finite");
                Section mark = marks.table(key, List.of("element", "scale", "value", "decimal"));
                long elementCode = extreme(mark, "element", element, max);
                long scaleCode = extreme(mark, "scale", scaleFormat, max);
                landmarks.put(
                        key,
                        landmark(mark, OptionalLong.of(elementCode), OptionalLong.of(scaleCode), Optional.empty()));
            }
        }
        return new FormatSpec(
                origin,
                Kind.BLOCK,
                name,
                info,
                format,
                null,
                specials,
                Collections.unmodifiableMap(landmarks),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /** Reads the code of the largest or the smallest positive number of an element or scale. */
    private static long extreme(Section mark, String key, ScalarFormat format, boolean max) {
        long derived = format instanceof FloatFormat f
                ? (max ? f.maxFiniteCode() : f.minPositiveCode())
                : (max ? ((IntFormat) format).maxInteger() : 1);
        long read = mark.code(key, format);
        if (read != derived) {
            throw mark.error(
                    key,
                    mark.path + key + " is " + hex(read, format) + " here, but " + format.name() + " has "
                            + hex(derived, format));
        }
        return read;
    }

    private static ScalarFormat named(Section s, String key) {
        String text = s.text(key, null, "the name of a scalar format");
        try {
            return FormatNames.scalar(text).format();
        } catch (IllegalArgumentException e) {
            throw s.error(key, key + ": " + message(e));
        }
    }

    // ---- families

    private FormatSpec family(Section s) {
        String name = name(s);
        FormatInfo info = info(s, name, List.of());
        List<Parameter> parameters = new ArrayList<>();
        for (Section p : s.children("parameter", List.of("name", "range", "values", "meaning"))) {
            parameters.add(parameter(p));
        }
        Map<String, String> rule = new LinkedHashMap<>();
        Section formulas = s.child("rule", null);
        if (formulas != null) {
            formulas(formulas, "", rule);
        }
        List<FormatSpec> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section m : s.children("member", concat(concat(COMMON, FLOAT), MEMBER))) {
            FormatSpec member = floatFormat(m, info.sources());
            if (!names.add(member.name())) {
                throw m.error("name", "member " + member.name() + " appears twice");
            }
            members.add(member);
        }
        return new FormatSpec(
                origin,
                Kind.FAMILY,
                name,
                info,
                null,
                null,
                Map.of(),
                Map.of(),
                List.copyOf(parameters),
                Collections.unmodifiableMap(rule),
                List.copyOf(members),
                List.of(),
                List.of());
    }

    private static Parameter parameter(Section p) {
        String name = p.text("name", null, "the parameter's symbol");
        String meaning = p.text("meaning", null, "what the parameter is");
        if (p.has("values") == p.has("range")) {
            throw p.error("name", "parameter " + name + " must have either range or values");
        }
        if (p.has("values")) {
            return new Parameter(name, 0, 0, p.texts("values"), meaning);
        }
        List<Integer> range = p.numbers("range");
        if (range.size() != 2 || range.get(0) > range.get(1)) {
            throw p.error("range", "range must be [smallest, largest]: " + range);
        }
        return new Parameter(name, range.get(0), range.get(1), List.of(), meaning);
    }

    private static void formulas(Section section, String prefix, Map<String, String> into) {
        for (String key : section.keys()) {
            if (section.isTable(key)) {
                formulas(section.table(key, null), prefix + key + ".", into);
            } else {
                into.put(prefix + key, section.text(key, null, "a formula"));
            }
        }
    }

    // ---- what all kinds share

    private static String name(Section s) {
        String name = s.text("name", null, "the format's identifier");
        try {
            return Names.requireIdentifier("name", name);
        } catch (IllegalArgumentException e) {
            throw s.error("name", message(e));
        }
    }

    /** A file must not give a known name another meaning: what the program prints would mislead. */
    private static void requireOwnName(Section s, ScalarFormat format) {
        for (ScalarFormat known : Formats.named()) {
            if (known.name().equals(format.name()) && !sameEncoding(known, format)) {
                throw s.error("name", taken(format.name()));
            }
        }
    }

    private static String taken(String name) {
        return "name '" + name + "' belongs to a format with other parameters; choose another name";
    }

    private static boolean sameEncoding(ScalarFormat a, ScalarFormat b) {
        if (a instanceof FloatFormat f && b instanceof FloatFormat g) {
            return f.sameEncoding(g) && f.containerBits() == g.containerBits();
        }
        return a instanceof IntFormat i && b instanceof IntFormat j && i.equals(j.named(i.name(), i.info()));
    }

    private static FormatInfo info(Section s, String name, List<Source> familySources) {
        String title = s.text("title", name, "");
        Certainty certainty = s.choice("certainty", Certainty.values(), Certainty::id, Certainty.SPECIFIED);
        String note = s.text("note", "", "");
        List<Alias> aliases = new ArrayList<>();
        Section table = s.child("aliases", null);
        if (table != null) {
            for (String ecosystem : table.keys()) {
                for (String alias : table.texts(ecosystem)) {
                    if (alias.isBlank() || aliases.contains(new Alias(ecosystem, alias))) {
                        throw table.error(ecosystem, "alias is blank or appears twice: '" + alias + "'");
                    }
                    aliases.add(new Alias(ecosystem, alias));
                }
            }
        }
        List<Source> sources = new ArrayList<>();
        for (Section source : s.children("source", List.of("document", "revision", "section", "link"))) {
            String document = source.text("document", null, "the title of the document");
            if (document.isBlank()) {
                throw source.error("document", "document must not be blank");
            }
            sources.add(new Source(
                    document,
                    source.text("revision", "", ""),
                    source.text("section", "", ""),
                    source.text("link", "", "")));
        }
        return new FormatInfo(title, aliases, sources.isEmpty() ? familySources : sources, certainty, note);
    }

    private static List<String> concat(List<String> a, List<String> b) {
        List<String> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    private static String message(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    /** A table with the keys permitted in it. */
    private final class Section {
        private final TomlTable table;
        /** The dotted path of the table, with a dot at its end; empty for the root. */
        private final String path;
        /** Where the table stands, for messages about what it lacks. */
        private final @Nullable TomlPosition position;

        /**
         * @param allowed permitted keys; null for any
         */
        Section(TomlTable table, String path, @Nullable TomlPosition position, @Nullable List<String> allowed) {
            this.table = table;
            this.path = path;
            this.position = position;
            if (allowed != null) {
                for (String key : table.keySet()) {
                    if (!allowed.contains(key)) {
                        List<String> near = Names.nearest(key, allowed);
                        throw error(
                                key,
                                "unknown key '" + path + key + "'"
                                        + (near.isEmpty() ? "" : " (did you mean " + String.join(", ", near) + "?)")
                                        + "; permitted here: " + String.join(", ", allowed));
                    }
                }
            }
        }

        IllegalArgumentException error(String key, String message) {
            TomlPosition at = table.contains(List.of(key)) ? table.inputPositionOf(List.of(key)) : position;
            return new IllegalArgumentException(origin + (at == null ? "" : ":" + at.line()) + ": " + message);
        }

        private IllegalArgumentException missing(String key, String meaning) {
            return error(key, "missing key '" + path + key + "'" + (meaning.isEmpty() ? "" : ": " + meaning));
        }

        private IllegalArgumentException wrongType(String key, String wanted) {
            Object value = table.get(List.of(key));
            String shown = value instanceof TomlTable
                    ? "a table"
                    : value instanceof TomlArray
                            ? "an array"
                            : value instanceof String ? "\"" + value + "\"" : "" + value;
            return error(key, path + key + " must be " + wanted + ": " + shown);
        }

        Set<String> keys() {
            return table.keySet();
        }

        boolean has(String key) {
            return table.contains(List.of(key));
        }

        boolean isTable(String key) {
            return table.isTable(List.of(key));
        }

        boolean isNumber(String key, long value) {
            return table.get(List.of(key)) instanceof Long number && number == value;
        }

        String text(String key, @Nullable String absent, String meaning) {
            Object value = table.get(List.of(key));
            if (value == null) {
                if (absent == null) {
                    throw missing(key, meaning);
                }
                return absent;
            }
            if (value instanceof String text) {
                return text;
            }
            throw wrongType(key, "a string");
        }

        String matching(String key, Pattern pattern, String wanted) {
            String text = text(key, null, wanted);
            if (!pattern.matcher(text).matches()) {
                throw wrongType(key, wanted);
            }
            return text;
        }

        int number(String key, int low, int high, @Nullable Integer absent, String meaning) {
            Object value = table.get(List.of(key));
            if (value == null) {
                if (absent == null) {
                    throw missing(key, meaning);
                }
                return absent;
            }
            if (!(value instanceof Long number)) {
                throw wrongType(key, "a whole number in [" + low + ", " + high + "]");
            }
            if (number < low || number > high) {
                throw error(key, path + key + " must be in [" + low + ", " + high + "]: " + number);
            }
            return number.intValue();
        }

        boolean flag(String key, boolean absent) {
            Object value = table.get(List.of(key));
            if (value == null) {
                return absent;
            }
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw wrongType(key, "true or false");
        }

        <E extends Enum<E>> E choice(String key, E[] values, Function<E, String> id, @Nullable E absent) {
            List<String> ids = new ArrayList<>();
            for (E value : values) {
                ids.add(id.apply(value));
            }
            String text = text(key, absent == null ? null : id.apply(absent), "one of " + String.join(", ", ids));
            int index = ids.indexOf(text);
            if (index < 0) {
                throw error(key, message(Choice.unknown(path + key, text, ids)));
            }
            return values[index];
        }

        List<String> texts(String key) {
            List<String> texts = new ArrayList<>();
            for (Object item : items(key)) {
                if (!(item instanceof String text)) {
                    throw wrongType(key, "an array of strings");
                }
                texts.add(text);
            }
            return List.copyOf(texts);
        }

        List<Integer> numbers(String key) {
            List<Integer> numbers = new ArrayList<>();
            for (Object item : items(key)) {
                if (!(item instanceof Long number) || number != number.intValue()) {
                    throw wrongType(key, "an array of whole numbers");
                }
                numbers.add(number.intValue());
            }
            return numbers;
        }

        private List<Object> items(String key) {
            Object value = table.get(List.of(key));
            if (value == null) {
                return List.of();
            }
            if (value instanceof TomlArray array) {
                return array.toList();
            }
            throw wrongType(key, "an array");
        }

        long code(String key, ScalarFormat format) {
            String wanted = "a code in hexadecimal such as \"" + hex(1, format) + "\"";
            return parseCode(key, text(key, null, wanted), format, wanted);
        }

        /** Codes as {@code "none"}, one code, one range, or an array of codes and ranges. */
        List<CodeRange> codes(String key, ScalarFormat format) {
            String wanted = "\"none\", a code such as \"" + hex(1, format) + "\", a range such as \"" + hex(1, format)
                    + ".." + hex(2 & format.codeMask(), format) + "\", or an array of these";
            Object value = table.get(List.of(key));
            if ("none".equals(value)) {
                return List.of();
            }
            List<?> items = value instanceof TomlArray array ? array.toList() : Collections.singletonList(value);
            List<CodeRange> ranges = new ArrayList<>();
            for (Object item : items) {
                if (!(item instanceof String text)) {
                    throw wrongType(key, wanted);
                }
                String[] ends = text.split("\\.\\.", 2);
                long first = parseCode(key, ends[0], format, wanted);
                long last = ends.length == 1 ? first : parseCode(key, ends[1], format, wanted);
                if (Long.compareUnsigned(first, last) > 0) {
                    throw error(key, path + key + " must run upwards: " + text);
                }
                ranges.add(new CodeRange(first, last));
            }
            return List.copyOf(ranges);
        }

        private long parseCode(String key, String text, ScalarFormat format, String wanted) {
            if (!HEX_CODE.matcher(text).matches()) {
                throw error(key, path + key + " must be " + wanted + ": \"" + text + "\"");
            }
            long code = Long.parseUnsignedLong(text.substring(2), 16);
            if ((code & ~format.codeMask()) != 0) {
                throw error(
                        key,
                        path + key + " must be in [" + hex(0, format) + ", " + hex(format.codeMask(), format) + "]: "
                                + text);
            }
            return code;
        }

        @Nullable
        Section child(String key, @Nullable List<String> allowed) {
            Object value = table.get(List.of(key));
            if (value == null) {
                return null;
            }
            if (value instanceof TomlTable child) {
                return new Section(child, path + key + ".", table.inputPositionOf(List.of(key)), allowed);
            }
            throw wrongType(key, "a table");
        }

        /** As {@link #child}, of a key that is present. */
        Section table(String key, @Nullable List<String> allowed) {
            Section child = child(key, allowed);
            if (child == null) {
                throw missing(key, "a table");
            }
            return child;
        }

        List<Section> children(String key, List<String> allowed) {
            List<Section> sections = new ArrayList<>();
            Object value = table.get(List.of(key));
            if (value == null) {
                return sections;
            }
            if (!(value instanceof TomlArray array)) {
                throw wrongType(key, "an array of tables, each headed [[" + path + key + "]]");
            }
            for (int i = 0; i < array.size(); i++) {
                if (!(array.get(i) instanceof TomlTable child)) {
                    throw wrongType(key, "an array of tables, each headed [[" + path + key + "]]");
                }
                sections.add(new Section(child, path + key + ".", array.inputPositionOf(i), allowed));
            }
            return sections;
        }
    }
}
