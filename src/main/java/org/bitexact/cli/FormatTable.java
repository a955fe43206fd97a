package org.bitexact.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.codec.CodeText;
import org.bitexact.format.Alias;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.CFp8;
import org.bitexact.format.Certainty;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Format;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/**
 * The registry as tables: plain text for a terminal, Markdown for the README. Both are made from the format
 * descriptions alone.
 */
final class FormatTable {
    /** A family of formats that are named by parameters, and what the parameters may be. */
    record Family(String pattern, String meaning, int members) {}

    /** The families. */
    static final List<Family> FAMILIES = List.of(
            new Family(
                    "p3109_k{K}p{P}{s|u}{e|f}",
                    "IEEE P3109: K bits (3 to 16), precision P (1 to K-1 if signed, to K if unsigned), signed or"
                            + " unsigned, extended (with infinities) or finite; also binary8p3se",
                    504),
            new Family("cfloat8_1_4_3_b{B}", "Tesla CFloat8 1-4-3, bias B 0 to 63", 64),
            new Family("cfloat8_1_5_2_b{B}", "Tesla CFloat8 1-5-2, bias B 0 to 63", 64),
            new Family("cfloat16_shp_b{B}", "Tesla CFloat16 signed half precision, bias B 0 to 63", 64),
            new Family("tesla_143_b{B}, tesla_152_b{B}", "the same as cFP8, with clamping; bias B 0 to 63", 128),
            new Family("gaudi2_e4m3_b{B}", "Intel Gaudi 2, bias B 3, 7, 11 or 15", 4),
            new Family("gaudi3_e4m3_b{B}, gaudi3_e5m2_b{B}", "Intel Gaudi 3, bias B 0 to 63", 128),
            new Family("ipu_f143_s{S}, ipu_f152_s{S}", "Graphcore quarter times 2^S, S -32 to 31", 128),
            new Family(
                    "cfp8(e=E,m=M,bias=B,...)",
                    "any configurable float of 3 to 16 bits; further specials=ieee|fn|fnuz|none|p3109_extended|"
                            + "p3109_finite, subnormals=gradual|tesla_literal|flush|absent, scale=S, sign=0|1",
                    0));

    private FormatTable() {}

    // ------------------------------------------------------------------ plain text

    /**
     * {@return the registry as plain text}
     *
     * @param members whether the P3109 family is written out
     */
    static String plain(boolean members) {
        StringBuilder text = new StringBuilder();
        text.append("Codes are hexadecimal; s/e/t are the bits of sign, exponent and trailing significand.\n");
        List<FloatFormat> floats = floats();
        text.append("\nFloating-point formats\n\n");
        align(text, floatRows(floats, true));
        text.append("\nInteger formats\n\n");
        align(text, intRows());
        text.append("\nBlock formats\n\n");
        align(text, blockRows());
        text.append("\nConfigurable 8-bit floats (cFP8): presets with the rules of conversions into them\n\n");
        align(text, presetRows());
        text.append("\nFamilies\n\n");
        for (Family family : FAMILIES) {
            text.append(family.pattern())
                    .append('\n')
                    .append("    ")
                    .append(family.meaning())
                    .append('\n');
        }
        if (members) {
            text.append("\nIEEE P3109 formats\n\n");
            align(text, floatRows(P3109.all(3, 16), false));
        }
        Map<String, List<String>> notes = provisional();
        text.append("\nProvisional, since the hardware's behaviour is not public\n");
        notes.forEach((note, names) -> text.append('\n')
                .append(String.join(", ", names))
                .append('\n')
                .append("    ")
                .append(note)
                .append('\n'));
        return text.toString();
    }

    /** Notes of provisional formats, with the names that share them. */
    private static Map<String, List<String>> provisional() {
        Map<String, List<String>> notes = new LinkedHashMap<>();
        for (ScalarFormat format : Formats.named()) {
            if (format.info().certainty() == Certainty.PROVISIONAL) {
                notes.computeIfAbsent(format.info().note(), note -> new ArrayList<>())
                        .add(format.name());
            }
        }
        for (CFp8 preset : CFp8.presets()) {
            if (preset.info().certainty() == Certainty.PROVISIONAL) {
                notes.computeIfAbsent(preset.info().note(), note -> new ArrayList<>())
                        .add(preset.name());
            }
        }
        return notes;
    }

    private static List<FloatFormat> floats() {
        List<FloatFormat> floats = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            if (format instanceof FloatFormat f) {
                floats.add(f);
            }
        }
        return floats;
    }

    private static List<List<String>> floatRows(List<FloatFormat> formats, boolean aliases) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(new ArrayList<>(List.of(
                "name",
                "bits",
                "s/e/t",
                "bias",
                "largest",
                "smallest normal",
                "smallest subnormal",
                "inf",
                "NaN",
                "-0")));
        if (aliases) {
            rows.get(0).add("also called");
        }
        for (FloatFormat f : formats) {
            List<String> row = new ArrayList<>(List.of(f.name()));
            row.addAll(floatCells(f));
            if (aliases) {
                row.add(String.join(", ", otherNames(f)));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<String> floatCells(FloatFormat f) {
        return List.of(
                Integer.toString(f.width()),
                (f.signed() ? 1 : 0) + "/" + f.exponentBits() + "/" + f.trailingBits(),
                Integer.toString(f.bias()),
                valueAndCode(f, f.maxFiniteCode()),
                f.minNormalCode() <= f.maxFiniteCode() ? valueAndCode(f, f.minNormalCode()) : "-",
                f.hasSubnormals() ? valueAndCode(f, 1) : "-",
                f.hasInfinity() ? digits(f, f.infinityCode()) : "-",
                nanCodes(f),
                f.hasNegativeZero() ? "yes" : "no");
    }

    private static List<List<String>> intRows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("name", "bits", "smallest", "largest", "step", "also called"));
        for (ScalarFormat format : Formats.named()) {
            if (format instanceof IntFormat i) {
                rows.add(List.of(
                        i.name(),
                        Integer.toString(i.width()),
                        valueAndCode(i, Landmarks.codeOf(i, i.minInteger())),
                        valueAndCode(i, Landmarks.codeOf(i, i.maxInteger())),
                        step(i),
                        String.join(", ", otherNames(i))));
            }
        }
        return rows;
    }

    private static String step(IntFormat i) {
        return i.encoding() == IntFormat.Encoding.BIPOLAR
                ? "2"
                : i.scaleExponent() == 0 ? "1" : "2^" + i.scaleExponent();
    }

    private static List<List<String>> blockRows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("name", "element", "scale", "block", "bits a value", "scale rule", "tensor scale"));
        for (BlockFormat block : Formats.namedBlocks()) {
            rows.add(List.of(
                    block.name(),
                    block.element().name(),
                    block.scale().name(),
                    Integer.toString(block.blockLength()),
                    BigDecimal.valueOf(block.bitsPerElement())
                            .stripTrailingZeros()
                            .toPlainString(),
                    block.scaleRule().id(),
                    block.tensorScale() ? "f32" : "-"));
        }
        return rows;
    }

    private static List<List<String>> presetRows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "name",
                "bits",
                "s/e/t",
                "bias",
                "largest",
                "smallest normal",
                "smallest subnormal",
                "inf",
                "NaN",
                "-0",
                "conversion",
                "certainty"));
        for (CFp8 preset : CFp8.presets()) {
            List<String> row = new ArrayList<>(List.of(preset.name()));
            row.addAll(floatCells(preset.format()));
            row.add(describe(preset.policies()));
            row.add(preset.info().certainty().id());
            rows.add(row);
        }
        return rows;
    }

    private static void align(StringBuilder text, List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            int end = columns;
            while (end > 1 && row.get(end - 1).isEmpty()) {
                end--;
            }
            for (int i = 0; i < end; i++) {
                String cell = row.get(i);
                text.append(cell).append(i == end - 1 ? "\n" : " ".repeat(widths[i] - cell.length() + 2));
            }
        }
    }

    // ------------------------------------------------------------------ Markdown

    /** {@return the registry as Markdown tables, as the README shows it} */
    static String markdown() {
        StringBuilder text = new StringBuilder();
        row(
                text,
                List.of(
                        "format",
                        "bits",
                        "s/e/t",
                        "bias",
                        "largest",
                        "smallest normal",
                        "smallest subnormal",
                        "inf",
                        "NaN",
                        "-0",
                        "other names"));
        rule(text, 11);
        for (FloatFormat f : floats()) {
            List<String> cells = new ArrayList<>(List.of("`" + f.name() + "`"));
            cells.addAll(floatCells(f));
            cells.add(String.join(", ", mainNames(f)));
            row(text, cells);
        }
        text.append('\n');
        row(text, List.of("integer format", "bits", "smallest", "largest", "step", "other names"));
        rule(text, 6);
        for (List<String> cells : intRows().subList(1, intRows().size())) {
            List<String> quoted = new ArrayList<>(cells);
            quoted.set(0, "`" + cells.get(0) + "`");
            row(text, quoted);
        }
        text.append('\n');
        row(text, List.of("block format", "element", "scale", "block", "bits a value", "scale rule", "tensor scale"));
        rule(text, 7);
        for (List<String> cells : blockRows().subList(1, blockRows().size())) {
            List<String> quoted = new ArrayList<>(cells);
            for (int i = 0; i < 3; i++) {
                quoted.set(i, "`" + cells.get(i) + "`");
            }
            row(text, quoted);
        }
        text.append('\n');
        row(text, List.of("cFP8 preset", "s/e/t", "bias", "largest", "smallest subnormal", "conversion", "certainty"));
        rule(text, 7);
        for (CFp8 preset : CFp8.presets()) {
            List<String> cells = floatCells(preset.format());
            row(
                    text,
                    List.of(
                            "`" + preset.name() + "`",
                            cells.get(1),
                            cells.get(2),
                            cells.get(3),
                            cells.get(5),
                            describe(preset.policies()),
                            preset.info().certainty().id()));
        }
        text.append('\n');
        row(text, List.of("family", "members"));
        rule(text, 2);
        for (Family family : FAMILIES) {
            String pattern = "`" + family.pattern().replace(", ", "`, `") + "`";
            row(text, List.of(pattern.replace("|", "\\|"), family.meaning().replace("|", "\\|")));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static void rule(StringBuilder text, int columns) {
        text.append("|").append("---|".repeat(columns)).append('\n');
    }

    /** Names in the ecosystems most readers come from. */
    private static List<String> mainNames(Format format) {
        List<String> names = new ArrayList<>();
        for (Alias alias : format.aliases()) {
            if (List.of("ieee", "ml_dtypes", "onnx", "safetensors", "neuron").contains(alias.ecosystem())
                    && names.stream().noneMatch(name -> key(name).equals(key(alias.name())))) {
                names.add(alias.name());
            }
        }
        return names;
    }

    // ------------------------------------------------------------------ one format in full

    /** {@return all that is known of a scalar format, as lines} */
    static String detail(ScalarFormat format, Policies policies) {
        StringBuilder text = heading(format);
        if (format instanceof FloatFormat f) {
            item(text, "layout", f.width() + " bits: " + layout(f));
            item(text, "precision", f.precision() + ", exponents " + f.emin() + " to " + f.emax());
            item(text, "specials", f.specials().id() + ": " + specials(f));
            if (f.subnormals() != SubnormalRule.GRADUAL) {
                item(text, "subnormals", f.subnormals().id());
            }
        } else if (format instanceof IntFormat i) {
            item(
                    text,
                    "layout",
                    i.width() + (i.width() == 1 ? " bit, " : " bits, ")
                            + i.encoding()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', ' ')
                                    .replace("twos", "two's")
                            + (i.symmetric() ? ", symmetric range" : "") + ", step " + step(i));
        }
        Container container = Container.of(format);
        item(
                text,
                "container",
                container.bytes()
                        + (container.bytes() == 1 ? " byte" : " bytes")
                        + (container.shift() > 0 ? ", low " + container.shift() + " bits zero" : ""));
        CodeText printer = CodeText.of(format);
        Landmarks.of(format).forEach((name, code) -> {
            item(text, name.replace('_', ' '), printer.hex(code) + " " + withHexFloat(format, code));
        });
        if (!policies.equals(Policies.IEEE)) {
            item(text, "conversion", describe(policies));
        }
        return ending(text, format);
    }

    /** {@return all that is known of a block format, as lines} */
    static String detail(BlockFormat block) {
        StringBuilder text = heading(block);
        item(text, "element", block.element().name());
        item(
                text,
                "scale",
                block.scale().name() + ", one for " + block.blockLength() + " elements, chosen by "
                        + block.scaleRule().id());
        item(text, "tensor scale", block.tensorScale() ? "f32" : "none");
        item(
                text,
                "bits a value",
                BigDecimal.valueOf(block.bitsPerElement()).stripTrailingZeros().toPlainString());
        return ending(text, block);
    }

    private static StringBuilder heading(Format format) {
        return new StringBuilder(format.name())
                .append(": ")
                .append(format.info().title())
                .append('\n');
    }

    private static String ending(StringBuilder text, Format format) {
        aliases(format).forEach((ecosystem, names) -> item(text, "in " + ecosystem, String.join(", ", names)));
        item(text, "certainty", format.info().certainty().id());
        if (!format.info().note().isEmpty()) {
            item(text, "note", format.info().note());
        }
        format.info()
                .sources()
                .forEach(source ->
                        item(text, "source", source + (source.link().isEmpty() ? "" : " <" + source.link() + ">")));
        return text.toString();
    }

    private static void item(StringBuilder text, String name, String value) {
        text.append("  ")
                .append(name)
                .append(" ".repeat(Math.max(1, 18 - name.length())))
                .append(value)
                .append('\n');
    }

    /** {@return names by ecosystem} */
    static Map<String, List<String>> aliases(Format format) {
        Map<String, List<String>> byEcosystem = new LinkedHashMap<>();
        for (Alias alias : format.aliases()) {
            byEcosystem
                    .computeIfAbsent(alias.ecosystem(), ecosystem -> new ArrayList<>())
                    .add(alias.name());
        }
        return byEcosystem;
    }

    // ------------------------------------------------------------------ words

    /** {@return the value in decimal and hexadecimal} */
    static String withHexFloat(ScalarFormat format, long code) {
        String value = Decimals.equation(format, code);
        String hex = CodeText.of(format).hexFloat(code);
        return value.endsWith(" " + hex) ? value : value + " = " + hex;
    }

    /** {@return the fields in words} */
    static String layout(FloatFormat f) {
        return (f.signed() ? "1 sign, " : "no sign, ") + f.exponentBits() + " exponent (bias " + f.bias() + "), "
                + f.trailingBits() + " trailing significand";
    }

    private static String specials(FloatFormat f) {
        return (f.hasInfinity() ? "infinity " + digits(f, f.infinityCode()) : "no infinity")
                + (f.hasNan() ? ", NaN " + nanCodes(f) : ", no NaN")
                + (f.hasNegativeZero() ? ", -0" : ", no -0")
                + (f.hasZero() ? "" : ", no zero");
    }

    private static String nanCodes(FloatFormat f) {
        if (!f.hasNan()) {
            return "-";
        }
        if (f.specials() != SpecialValues.IEEE) {
            return digits(f, f.nanCode());
        }
        return digits(f, f.infinityCode() + 1) + "-" + digits(f, f.magnitudeMask());
    }

    /** The choices in which policies differ from the defaults. */
    static String describe(Policies p) {
        Policies d = Policies.IEEE;
        List<String> parts = new ArrayList<>();
        add(parts, "rounding", p.rounding().id(), d.rounding().id());
        boolean saturates = p.equals(p.saturating());
        add(
                parts,
                "overflow",
                saturates ? "sat" : p.overflow().id().replace("sat", "sat-finite"),
                d.overflow().id());
        if (!saturates) {
            add(parts, "infinity", p.infinity().id(), d.infinity().id());
        }
        add(parts, "nan", p.nan().id(), d.nan().id());
        add(parts, "nan-substitute", p.nanSubstitute().id(), d.nanSubstitute().id());
        add(parts, "negative", p.negative().id(), d.negative().id());
        add(parts, "zero", p.zero().id(), d.zero().id());
        add(parts, "daz", Boolean.toString(p.flushInputs()), "false");
        add(parts, "subnormals", p.subnormalResults().id(), d.subnormalResults().id());
        add(parts, "tininess", p.tininess().id(), d.tininess().id());
        add(parts, "path", p.path().id(), d.path().id());
        return parts.isEmpty() ? "ieee" : String.join(", ", parts);
    }

    private static void add(List<String> parts, String axis, String value, String usual) {
        if (!value.equals(usual)) {
            parts.add(axis + " " + value);
        }
    }

    /** Names that differ from the identifier and each other in more than case and separators. */
    private static List<String> otherNames(Format format) {
        List<String> names = new ArrayList<>();
        List<String> keys = new ArrayList<>(List.of(key(format.name())));
        for (Alias alias : format.aliases()) {
            String key = key(alias.name());
            if (!keys.contains(key)) {
                keys.add(key);
                names.add(alias.name());
            }
        }
        return names;
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_. -]", "");
    }

    private static String digits(ScalarFormat format, long code) {
        return CodeText.of(format).hex(code).substring(2);
    }

    private static String valueAndCode(ScalarFormat format, long code) {
        return Decimals.brief(format, code) + " (" + digits(format, code) + ")";
    }
}
