package org.bitexact.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds formats by name: identifiers, the aliases of every ecosystem, families with parameters.
 *
 * <p>Case and the separators {@code _ - .} do not matter, with one exception: {@code F8_E4M3} is safetensors' name of
 * OCP E4M3, {@code f8E4M3} MLIR's name of the IEEE-style format, and other spellings are refused. Families are written with their parameters:
 *
 * <pre>
 * p3109_k8p3se, binary8p3se           IEEE P3109, K 3 to 16
 * cfloat8_1_4_3_b11, tesla_143_b11    Tesla, any bias (also cfloat8_1_5_2, cfloat16_shp, tesla_152)
 * aws_e4m3, gaudi2_e4m3_b7, gaudi3_e5m2_b15, ipu_f143_s-3    cFP8 presets
 * cfp8(e=4, m=3, bias=7, specials=ieee, subnormals=gradual, scale=0, sign=1)    any member of the cFP8 family
 * </pre>
 *
 * <p>Names that mean different formats to different people resolve with a note ({@code e4m3}) or are refused with the
 * choices ({@code fp8}).
 *
 * @since 0.1
 */
public final class FormatNames {
    /**
     * A format found by name.
     *
     * @param format the format
     * @param policies the conversion rules that come with a cFP8 preset
     * @param note what a user should be told about the choice; empty if nothing
     */
    public record Resolved(ScalarFormat format, Optional<Policies> policies, String note) {}

    /** Prefix of the cudaDataType constants, which are quoted without it as well ({@code R_16F}). */
    private static final String CUDA_ENUM = "CUDA_";

    private static final Map<String, ScalarFormat> BY_KEY = new HashMap<>();
    /** Aliases as they are written, for names that differ in case or separators alone. */
    private static final Map<String, ScalarFormat> BY_SPELLING = new HashMap<>();
    /** Keys that several formats claim, with those formats: safetensors F8_E4M3 and MLIR f8E4M3. */
    private static final Map<String, List<String>> CONTESTED = new HashMap<>();

    private static final Map<String, CFp8> PRESETS = new LinkedHashMap<>();
    private static final Map<String, String> NOTES = Map.of(
            "e4m3", "e4m3 is read as OCP E4M3 (E4M3FN, largest 448); the IEEE-style format is e4m3_ieee",
            "fp8e4m3", "fp8_e4m3 is read as OCP E4M3 (E4M3FN, largest 448); the IEEE-style format is e4m3_ieee",
            "float8e4m3",
                    "float8_e4m3 is read as in ml_dtypes: IEEE-style E4M3, largest 240; OCP E4M3 is float8_e4m3fn",
            "bf8", "bf8 is read as OCP E5M2; on AMD gfx94x the same word means e5m2fnuz");
    private static final Map<String, List<String>> AMBIGUOUS = Map.of(
            "fp8", List.of("e4m3", "e5m2", "e4m3_ieee", "e3m4", "e4m3fnuz", "e5m2fnuz", "e4m3b11fnuz"),
            "f8", List.of("e4m3", "e5m2", "e4m3_ieee", "e3m4", "e4m3fnuz", "e5m2fnuz", "e4m3b11fnuz"),
            "float8", List.of("e4m3", "e5m2", "e4m3_ieee", "e3m4", "e4m3fnuz", "e5m2fnuz", "e4m3b11fnuz"),
            "cfp8", List.of("aws_e4m3", "aws_e5m2", "aws_e3m4", "cfp8(e=4,m=3,bias=7,specials=ieee)"),
            "fp6", List.of("e3m2", "e2m3"),
            "f6", List.of("e3m2", "e2m3"),
            "float6", List.of("e3m2", "e2m3"),
            "fnuz", List.of("e4m3fnuz", "e5m2fnuz", "e4m3b11fnuz"),
            "tesla", List.of("cfloat8_1_4_3", "cfloat8_1_5_2", "cfloat16_shp", "cfloat16_uhp"),
            "p3109", List.of("p3109_k8p3se", "p3109_k8p4se"));
    private static final Map<String, List<String>> AMBIGUOUS_BLOCKS = Map.of(
            "mxfp8", List.of("mxfp8_e4m3", "mxfp8_e5m2"),
            "mxfp6", List.of("mxfp6_e3m2", "mxfp6_e2m3"));

    private static final Pattern P3109_NAME =
            Pattern.compile("(?:p3109[_-]?)?(?:binary|k)?(\\d{1,2})p(\\d{1,2})([su])([ef])");
    private static final Pattern TESLA_NAME =
            Pattern.compile("(tesla_143|tesla_152|cfloat8_1_4_3|cfloat8_1_5_2|cfloat16_shp)_b(\\d{1,4})");
    private static final Pattern GAUDI_NAME = Pattern.compile("gaudi([23])_e([45])m([23])_b(\\d{1,4})");
    private static final Pattern IPU_NAME = Pattern.compile("ipu_f(143|152)_s([m-]?\\d{1,4})");

    static {
        for (ScalarFormat format : Formats.named()) {
            BY_KEY.put(Names.key(format.name()), format);
        }
        for (ScalarFormat format : Formats.named()) {
            for (Alias alias : format.aliases()) {
                claim(alias.name(), format);
                if (alias.name().startsWith(CUDA_ENUM)) {
                    claim(alias.name().substring(CUDA_ENUM.length()), format);
                }
            }
        }
        for (CFp8 preset : CFp8.presets()) {
            PRESETS.put(Names.key(preset.name()), preset);
        }
    }

    private FormatNames() {}

    private static void claim(String name, ScalarFormat format) {
        BY_SPELLING.put(name, format);
        ScalarFormat other = BY_KEY.putIfAbsent(Names.key(name), format);
        if (other != null && other != format) {
            CONTESTED
                    .computeIfAbsent(Names.key(name), key -> new ArrayList<>(List.of(other.name())))
                    .add(format.name());
        }
    }

    /**
     * Finds a scalar format.
     *
     * @param text its name
     * @return the format, the policies that come with it, and a note if the name was ambiguous
     * @throws IllegalArgumentException if the name is unknown, ambiguous, out of a family's range, or a block format's
     */
    public static Resolved scalar(String text) {
        return find(text).orElseThrow(() -> {
            String key = Names.key(text);
            if (AMBIGUOUS_BLOCKS.containsKey(key)) {
                return new IllegalArgumentException(
                        "format '" + text + "' is a block format; a scalar format is needed here");
            }
            for (BlockFormat block : Formats.namedBlocks()) {
                if (hasKey(block, key)) {
                    return new IllegalArgumentException("format '" + text
                            + "' is a block format; a scalar format is needed here, for example its element "
                            + block.element() + " or its scale " + block.scale());
                }
            }
            return unknown(text, names());
        });
    }

    /**
     * Finds a scalar format, if there is one of the name.
     *
     * @param text its name
     * @return as {@link #scalar}; empty if the name is unknown or a block format's
     * @throws IllegalArgumentException if the name is ambiguous or out of a family's range
     */
    public static Optional<Resolved> find(String text) {
        String key = Names.key(text);
        List<String> contested = CONTESTED.get(key);
        ScalarFormat spelt = BY_SPELLING.get(text.strip());
        if (contested != null && spelt != null) {
            return Optional.of(new Resolved(
                    spelt,
                    Optional.empty(),
                    text.strip() + " is read as " + spelt.name() + "; other spellings of it mean "
                            + String.join(" or ", contested)));
        }
        List<String> choices = contested != null ? contested : AMBIGUOUS.get(key);
        if (choices != null) {
            throw new IllegalArgumentException(
                    "format '" + text + "' is ambiguous; choose one of " + String.join(", ", choices));
        }
        ScalarFormat format = BY_KEY.get(key);
        if (format != null) {
            return Optional.of(new Resolved(format, Optional.empty(), NOTES.getOrDefault(key, "")));
        }
        CFp8 preset = PRESETS.get(key);
        if (preset == null) {
            preset = parameterised(text.strip().toLowerCase(Locale.ROOT));
        }
        if (preset != null) {
            FormatInfo info = preset.info();
            String assumed = info.certainty() == Certainty.PROVISIONAL ? info.note() + " " : "";
            String note = preset.name() + ": " + assumed
                    + "Unless options say otherwise, conversions follow the preset: " + rules(preset.policies()) + ".";
            return Optional.of(new Resolved(preset.format(), Optional.of(preset.policies()), note));
        }
        FloatFormat member = member(text.strip().toLowerCase(Locale.ROOT));
        if (member != null) {
            return Optional.of(new Resolved(member, Optional.empty(), ""));
        }
        return Optional.empty();
    }

    /** The rules a preset may fix, as they are written on the command line. */
    private static String rules(Policies policies) {
        return "overflow " + policies.overflow().id() + ", infinity "
                + policies.infinity().id();
    }

    /**
     * Finds a block format.
     *
     * @param text its name
     * @return the format
     * @throws IllegalArgumentException if the name is unknown or ambiguous
     */
    public static BlockFormat block(String text) {
        return findBlock(text)
                .orElseThrow(() -> unknown(
                        text,
                        Formats.namedBlocks().stream().map(BlockFormat::name).toList()));
    }

    /**
     * Looks a block format up.
     *
     * @param text a name
     * @return the format; empty if the name is none of a block format
     * @throws IllegalArgumentException if the name is ambiguous
     */
    public static Optional<BlockFormat> findBlock(String text) {
        String key = Names.key(text);
        List<String> choices = AMBIGUOUS_BLOCKS.get(key);
        if (choices != null) {
            throw new IllegalArgumentException(
                    "format '" + text + "' is ambiguous; choose one of " + String.join(", ", choices));
        }
        return Formats.namedBlocks().stream().filter(f -> hasKey(f, key)).findFirst();
    }

    private static boolean hasKey(BlockFormat block, String key) {
        return Names.key(block.name()).equals(key)
                || block.aliases().stream()
                        .anyMatch(alias -> Names.key(alias.name()).equals(key));
    }

    /** {@return the identifiers and aliases of the named scalar formats and cFP8 presets} */
    public static Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Formats.named().forEach(format -> names.add(format.name()));
        PRESETS.values().forEach(preset -> names.add(preset.name()));
        Formats.named()
                .forEach(format -> format.aliases().stream()
                        .map(Alias::name)
                        .filter(name -> !name.startsWith("."))
                        .forEach(names::add));
        return names;
    }

    private static IllegalArgumentException unknown(String text, Collection<String> names) {
        List<String> near = Names.nearest(text, names);
        return new IllegalArgumentException("unknown format '" + text + "'"
                + (near.isEmpty()
                        ? "; 'formats' lists the formats"
                        : "; did you mean " + String.join(", ", near) + "?"));
    }

    private static @Nullable CFp8 parameterised(String text) {
        Matcher m = GAUDI_NAME.matcher(text);
        if (m.matches()) {
            int e = Integer.parseInt(m.group(2));
            int bias = Integer.parseInt(m.group(4));
            if (e + Integer.parseInt(m.group(3)) != 7) {
                return null;
            }
            if (m.group(1).equals("3")) {
                return CFp8.gaudi3(e, bias);
            }
            return e == 4 ? CFp8.gaudi2E4m3(bias) : CFp8.gaudi2E5m2(bias);
        }
        m = IPU_NAME.matcher(text);
        if (m.matches()) {
            int scale = Integer.parseInt(m.group(2).replace('m', '-'));
            return m.group(1).equals("143") ? CFp8.ipuF143(scale) : CFp8.ipuF152(scale);
        }
        m = TESLA_NAME.matcher(text);
        if (m.matches() && text.startsWith("tesla")) {
            int bias = Integer.parseInt(m.group(2));
            return m.group(1).equals("tesla_143") ? CFp8.tesla143(bias) : CFp8.tesla152(bias);
        }
        return text.startsWith("cfp8(") ? literal(text) : null;
    }

    private static @Nullable FloatFormat member(String text) {
        Matcher m = P3109_NAME.matcher(text);
        if (m.matches()) {
            return P3109.of(
                    Integer.parseInt(m.group(1)),
                    Integer.parseInt(m.group(2)),
                    m.group(3).equals("s"),
                    m.group(4).equals("e"));
        }
        m = TESLA_NAME.matcher(text);
        if (!m.matches()) {
            return null;
        }
        int bias = Integer.parseInt(m.group(2));
        return switch (m.group(1)) {
            case "cfloat8_1_4_3" -> Formats.cfloat8143(bias);
            case "cfloat8_1_5_2" -> Formats.cfloat8152(bias);
            default -> Formats.cfloat16Shp(bias);
        };
    }

    /** Parses {@code cfp8(e=4, m=3, bias=7, ...)}. */
    private static CFp8 literal(String text) {
        if (!text.endsWith(")")) {
            throw new IllegalArgumentException("cfp8(...) must end with ')': '" + text + "'");
        }
        Map<String, String> values = new LinkedHashMap<>();
        List<String> allowed = List.of("e", "m", "bias", "specials", "subnormals", "scale", "sign");
        for (String part : text.substring("cfp8(".length(), text.length() - 1).split(",")) {
            String[] pair = part.split("=", -1);
            String name = pair[0].strip();
            if (pair.length != 2 || !allowed.contains(name) || values.put(name, pair[1].strip()) != null) {
                throw new IllegalArgumentException("cfp8(...) takes name=value pairs, each once, of "
                        + String.join(", ", allowed) + ": '" + part.strip() + "'");
            }
        }
        int e = number(values, "e", null);
        int m = number(values, "m", null);
        int bias = number(values, "bias", e >= 1 && e <= 11 ? (1 << (e - 1)) - 1 : 0);
        int scale = number(values, "scale", 0);
        boolean signed = FloatFormat.requireRange("sign", number(values, "sign", 1), 0, 1) == 1;
        SpecialValues specials = Choice.parse(
                "specials", values.getOrDefault("specials", "ieee"), SpecialValues.values(), SpecialValues::id);
        SubnormalRule subnormals = Choice.parse(
                "subnormals", values.getOrDefault("subnormals", "gradual"), SubnormalRule.values(), SubnormalRule::id);
        String name = "cfp8_" + (signed ? "" : "u") + "e" + e + "m" + m + "_b" + CFp8.suffix(bias) + "_" + specials.id()
                + (subnormals == SubnormalRule.GRADUAL ? "" : "_" + subnormals.id())
                + (scale == 0 ? "" : "_s" + CFp8.suffix(scale));
        return new CFp8(
                name,
                signed,
                e,
                m,
                bias,
                scale,
                specials,
                subnormals,
                Policies.IEEE.saturating(),
                FormatInfo.custom(text));
    }

    private static int number(Map<String, String> values, String name, @Nullable Integer absent) {
        String text = values.get(name);
        if (text == null) {
            if (absent == null) {
                throw new IllegalArgumentException("cfp8(...) needs " + name + "=NUMBER");
            }
            return absent;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a whole number: '" + text + "'", e);
        }
    }
}
