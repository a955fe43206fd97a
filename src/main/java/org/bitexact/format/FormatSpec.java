package org.bitexact.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A number format described in a TOML file: the files of {@code formats-spec}, or a user's own.
 *
 * <p>The smallest file describes a float by its name and three widths; the other keys have defaults:
 *
 * <pre>
 * name     = "e5m6"      # lower-case letters, digits and _
 * sign     = 1           # 0 or 1 bit
 * exponent = 5           # 1 to 11 bits
 * trailing = 6           # 0 to 23 bits of trailing significand
 * # bias       = 15          2^(exponent - 1) - 1
 * # specials   = "ieee"      ieee, fn, fnuz, none, p3109_extended, p3109_finite
 * # subnormals = "gradual"   gradual, tesla_literal, flush, absent
 * # container  = 16          8, 16, 32 or 64: the smallest that holds a code
 * </pre>
 *
 * <p>{@code formats-spec/README.md} describes every key. A file may state special codes and landmarks; codes that
 * disagree with those the parameters give are rejected, with both codes in the message. The values written beside the
 * codes are checked for their form alone, since nothing in this package computes.
 *
 * <p><b>Errors</b>: whatever is wrong with the contents is an {@link IllegalArgumentException} that names the file, the
 * line where there is one, the key, the value and what is permitted. A file that cannot be read is an
 * {@link IOException}.
 *
 * <p><b>Dependencies</b>: reading needs tomlj on the class path; nothing else in this library does.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class FormatSpec {
    /** The largest file that is read, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * What a file describes.
     *
     * @since 0.1
     */
    public enum Kind {
        /** A {@link FloatFormat}. */
        FLOAT,
        /** An {@link IntFormat}. */
        INTEGER,
        /** A {@link BlockFormat}. */
        BLOCK,
        /** A rule with parameters, and members worked out from it. */
        FAMILY;

        /** {@return the name used in specification files} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What becomes of a value exactly halfway between the largest finite number and the next number of the same
     * precision, under roundTiesToEven.
     *
     * @since 0.1
     */
    public enum Tie {
        /** It stays the largest finite number, whose code is even; the smallest overflow lies just above. */
        STAYS,
        /** It is rounded up: the value itself is the smallest that overflows. */
        OVERFLOWS;

        /** {@return the name used in specification files} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A run of consecutive codes.
     *
     * @param first the smallest code
     * @param last the largest code, inclusive
     * @since 0.1
     */
    public record CodeRange(long first, long last) {
        /** Checks the order; codes are unsigned. */
        public CodeRange {
            if (Long.compareUnsigned(first, last) > 0) {
                throw new IllegalArgumentException(
                        String.format("first must be at most last: 0x%x, 0x%x", first, last));
            }
        }

        @Override
        public String toString() {
            return first == last ? String.format("0x%x", first) : String.format("0x%x..0x%x", first, last);
        }
    }

    /**
     * A value worth knowing, as a file states it.
     *
     * @param code the code, if the value has one; of a block format the element's code
     * @param scale the scale's code, of a block format
     * @param value the exact value as a hexadecimal floating-point literal, for example {@code 0x1.cp8}
     * @param decimal the value in decimal, exact or rounded to nearest in the digits shown
     * @param tie of the overflow landmarks: what becomes of the value itself
     * @since 0.1
     */
    public record Landmark(OptionalLong code, OptionalLong scale, String value, String decimal, Optional<Tie> tie) {}

    /**
     * A parameter of a family.
     *
     * @param name the symbol used in the family's rule
     * @param low smallest value
     * @param high largest value
     * @param values the permitted values, where they are words or not a range; otherwise empty
     * @param meaning what it is
     * @since 0.1
     */
    public record Parameter(String name, int low, int high, List<String> values, String meaning) {
        /** Copies the list. */
        public Parameter {
            values = List.copyOf(values);
        }
    }

    private final String origin;
    private final Kind kind;
    private final String name;
    private final FormatInfo info;
    private final @Nullable Format format;
    private final @Nullable Policies policies;
    private final Map<String, List<CodeRange>> codes;
    private final Map<String, Landmark> landmarks;
    private final List<Parameter> parameters;
    private final Map<String, String> rule;
    private final List<FormatSpec> members;
    private final List<String> documented;
    private final List<String> assumed;

    FormatSpec(
            String origin,
            Kind kind,
            String name,
            FormatInfo info,
            @Nullable Format format,
            @Nullable Policies policies,
            Map<String, List<CodeRange>> codes,
            Map<String, Landmark> landmarks,
            List<Parameter> parameters,
            Map<String, String> rule,
            List<FormatSpec> members,
            List<String> documented,
            List<String> assumed) {
        this.origin = origin;
        this.kind = kind;
        this.name = name;
        this.info = info;
        this.format = format;
        this.policies = policies;
        this.codes = codes;
        this.landmarks = landmarks;
        this.parameters = parameters;
        this.rule = rule;
        this.members = members;
        this.documented = documented;
        this.assumed = assumed;
    }

    /**
     * Reads a file.
     *
     * @param file a TOML file in UTF-8, at most {@link #MAX_BYTES} long
     * @return the description
     * @throws IOException if the file is missing, a directory or unreadable
     * @throws IllegalArgumentException if the contents are not a specification
     * @throws IllegalStateException if tomlj is not on the class path
     */
    public static FormatSpec read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": is a directory, not a specification file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            // One byte more than permitted tells an oversized file from one that just fits, whatever its length claims.
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    file + ": a specification file must have at most " + MAX_BYTES + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not a text file in UTF-8", e);
        }
        return parse(text, file.toString());
    }

    /**
     * Reads a specification from its text.
     *
     * @param text TOML
     * @param origin what to call it in messages, for example the file's name
     * @return the description
     * @throws IllegalArgumentException if the text is not a specification
     * @throws IllegalStateException if tomlj is not on the class path
     */
    public static FormatSpec parse(String text, String origin) {
        try {
            return SpecReader.parse(text, origin);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "reading " + origin + " needs tomlj (org.tomlj:tomlj) on the class path", e);
        }
    }

    /** {@return what is described} */
    public Kind kind() {
        return kind;
    }

    /** {@return the format's or family's identifier} */
    public String name() {
        return name;
    }

    /** {@return title, aliases, sources, certainty and note} */
    public FormatInfo info() {
        return info;
    }

    /**
     * {@return the scalar format described}
     *
     * @throws IllegalArgumentException if a block format or a family is described; the message names the file
     */
    public ScalarFormat format() {
        if (format instanceof ScalarFormat scalar) {
            return scalar;
        }
        throw new IllegalArgumentException(origin + ": a scalar format is needed here; " + name + " is a "
                + (kind == Kind.BLOCK ? "block format" : "family, of which a member must be named" + someMembers()));
    }

    /**
     * {@return the block format described}
     *
     * @throws IllegalArgumentException if something else is described; the message names the file
     */
    public BlockFormat block() {
        if (format instanceof BlockFormat block) {
            return block;
        }
        throw new IllegalArgumentException(origin + ": a block format is needed here; " + name + " is a "
                + (kind == Kind.FAMILY ? "family" : "scalar format"));
    }

    private String someMembers() {
        List<String> names = members.stream().limit(3).map(FormatSpec::name).toList();
        return names.isEmpty() ? "" : ", for example " + String.join(", ", names);
    }

    /** {@return the rules of conversions into the format, if the file states any: the defaults of its engine} */
    public Optional<Policies> policies() {
        return Optional.ofNullable(policies);
    }

    /**
     * {@return the special codes the file states, by key}
     *
     * <p>Keys: {@code zero}, {@code negative_zero}, {@code infinity}, {@code negative_infinity}, {@code nan}, {@code
     * signaling_nan}, {@code canonical_nan}. An empty list says that the format has no such code.
     */
    public Map<String, List<CodeRange>> codes() {
        return codes;
    }

    /**
     * {@return the landmarks the file states, by key}
     *
     * <p>Keys of floats: {@code max_finite}, {@code min_normal}, {@code max_subnormal}, {@code min_subnormal}, {@code
     * one}, {@code overflow}; of integers {@code max}, {@code min}, {@code one}, {@code min_positive}, {@code overflow}, {@code
     * negative_overflow}; of blocks {@code max_finite}, {@code min_positive}.
     */
    public Map<String, Landmark> landmarks() {
        return landmarks;
    }

    /** {@return the parameters of a family, in the order of the file} */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** {@return the formulas of a family: keys with dots between the levels, formulas as written} */
    public Map<String, String> rule() {
        return rule;
    }

    /** {@return the members of a family that the file works out} */
    public List<FormatSpec> members() {
        return members;
    }

    /** {@return statements about the format that its maker has published} */
    public List<String> documented() {
        return documented;
    }

    /** {@return statements about the format that are assumptions of this library} */
    public List<String> assumed() {
        return assumed;
    }

    @Override
    public String toString() {
        return kind.id() + " " + name + " (" + origin + ")";
    }
}
