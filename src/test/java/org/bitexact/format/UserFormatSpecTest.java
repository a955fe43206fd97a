package org.bitexact.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A format of the user's own, described in a file, and every way in which the file can be wrong. */
@Tag("fast")
class UserFormatSpecTest {
    private static final String E5M6 = """
            name     = "e5m6"
            sign     = 1
            exponent = 5
            trailing = 6
            """;

    private static FormatSpec parse(String text) {
        return FormatSpec.parse(text, "mine.toml");
    }

    @Nested
    class Accepted {
        @Test
        void nameAndThreeWidthsAreEnough() {
            FloatFormat f = (FloatFormat) parse(E5M6).format();
            assertThat(f.name()).isEqualTo("e5m6");
            assertThat(f.width()).isEqualTo(12);
            assertThat(f.bias()).isEqualTo(15);
            assertThat(f.specials()).isEqualTo(SpecialValues.IEEE);
            assertThat(f.subnormals()).isEqualTo(SubnormalRule.GRADUAL);
            assertThat(f.containerBits()).isEqualTo(16);
            assertThat(f.info()).isEqualTo(FormatInfo.custom("e5m6"));
        }

        @Test
        void everyParameterMayBeStated() {
            FormatSpec spec = parse(E5M6 + """
                    bias       = 20
                    specials   = "fnuz"
                    subnormals = "flush"
                    container  = 32
                    title      = "An experiment"
                    certainty  = "provisional"
                    note       = "Numbers from a drawing on a napkin."

                    [aliases]
                    lab = ["exp-12"]

                    [codes]
                    nan = "0x800"
                    zero = "0x000..0x03f"

                    [landmarks]
                    max_finite = { code = "0x7ff", value = "0x1.fcp11", decimal = "4064" }
                    overflow   = { value = "0x1.fep11", decimal = "4080", tie = "overflows" }

                    [conversion]
                    overflow = "sat"
                    infinity = "nan"

                    [[source]]
                    document = "Laboratory notebook"
                    """);
            FloatFormat f = (FloatFormat) spec.format();
            assertThat(f.bias()).isEqualTo(20);
            assertThat(f.specials()).isEqualTo(SpecialValues.FNUZ);
            assertThat(f.subnormals()).isEqualTo(SubnormalRule.FLUSH);
            assertThat(f.containerBits()).isEqualTo(32);
            assertThat(f.aliases()).containsExactly(new Alias("lab", "exp-12"));
            assertThat(spec.landmarks()).containsOnlyKeys("max_finite", "overflow");
            assertThat(spec.policies())
                    .contains(Policies.IEEE.withOverflow(Overflow.SATURATE).withInfinity(InfinityRule.NAN));
        }

        @Test
        void nameOfAKnownFormatIsRightForTheSameFormat() {
            assertThat(parse("name = 'f16'\nsign = 1\nexponent = 5\ntrailing = 10")
                            .format())
                    .isEqualTo(Formats.BINARY16.named("f16", FormatInfo.custom("f16")));
        }

        @Test
        void integersAndBlocksMayBeDescribedToo() {
            assertThat(parse("name = 'q3_4'\nkind = 'integer'\nencoding = 'twos_complement'\nwidth = 8\n"
                                    + "scale_exponent = -4")
                            .format())
                    .isInstanceOf(IntFormat.class);
            BlockFormat block = parse("name = 'mx16'\nkind = 'block'\nelement = 'float8_e4m3fn'\nscale = 'e8m0'\n"
                            + "block_length = 16")
                    .block();
            assertThat(block.element()).isEqualTo(Formats.OCP_E4M3);
            assertThat(block.scaleRule()).isEqualTo(ScaleRule.FLOOR);
        }

        @Test
        void windowsLineEndsAndByteOrderMarkAreAccepted(@TempDir Path folder) throws IOException {
            Path file = folder.resolve("a.toml");
            Files.writeString(file, "\uFEFF" + E5M6.replace("\n", "\r\n"));
            assertThat(FormatSpec.read(file).name()).isEqualTo("e5m6");
        }
    }

    @Nested
    class Rejected {
        static Stream<Arguments> contents() {
            return Stream.of(
                    row("empty file", "", "mine.toml: missing key 'name': the format's identifier"),
                    row(
                            "missing width",
                            "name = 'a'\nsign = 1\nexponent = 5",
                            "mine.toml: missing key 'trailing': trailing significand bits, 0 to 23"),
                    row(
                            "not TOML",
                            "name = 'a'\nsign 1",
                            "mine.toml:2: not TOML, column 6: Unexpected '1', expected . or ="),
                    row(
                            "key twice",
                            E5M6 + "sign = 1",
                            "mine.toml:5: not TOML, column 1: sign previously defined at" + " line 2, column 1"),
                    row(
                            "misspelt key",
                            E5M6 + "bais = 3",
                            "mine.toml:5: unknown key 'bais' (did you mean bias?);"
                                    + " permitted here: name, title, kind, certainty, note, aliases, source, sign, exponent,"
                                    + " trailing, bias, specials, subnormals, container, codes, landmarks, conversion"),
                    row(
                            "key of another kind",
                            "name = 'a'\nkind = 'block'\nsign = 1",
                            "mine.toml:3: unknown key 'sign'; permitted here: name, title, kind, certainty, note,"
                                    + " aliases, source, element, scale, block_length, scale_rule, tensor_scale,"
                                    + " codes, landmarks"),
                    row(
                            "unknown kind",
                            "name = 'a'\nkind = 'flaot'",
                            "mine.toml:2: kind must be one of float, integer, block, family: 'flaot' (did you mean"
                                    + " float?)"),
                    row(
                            "name with capitals",
                            E5M6.replace("e5m6", "E5M6"),
                            "mine.toml:1: name must be 1 to 64"
                                    + " lower-case letters, digits or '_', not starting with '_': 'E5M6'"),
                    row(
                            "name taken",
                            E5M6.replace("e5m6", "e4m3"),
                            "mine.toml:1: name 'e4m3' belongs to a format"
                                    + " with other parameters; choose another name"),
                    row(
                            "text for a number",
                            E5M6.replace("= 5", "= 'five'"),
                            "mine.toml:3: exponent must be a whole" + " number in [1, 11]: \"five\""),
                    row(
                            "fraction",
                            E5M6.replace("= 5", "= 5.5"),
                            "mine.toml:3: exponent must be a whole number in" + " [1, 11]: 5.5"),
                    row("number for text", E5M6.replace("\"e5m6\"", "7"), "mine.toml:1: name must be a string: 7"),
                    row("table for text", E5M6 + "title = {}", "mine.toml:5: title must be a string: a table"),
                    row(
                            "sign of 2",
                            E5M6.replace("sign     = 1", "sign = 2"),
                            "mine.toml:2: sign must be in [0, 1]:" + " 2"),
                    row(
                            "too many exponent bits",
                            E5M6.replace("= 5", "= 12"),
                            "mine.toml:3: exponent must be in" + " [1, 11]: 12"),
                    row(
                            "too many trailing bits",
                            E5M6.replace("= 6", "= 24"),
                            "mine.toml:4: trailing must be in" + " [0, 23]: 24"),
                    row(
                            "too wide",
                            "name = 'a'\nsign = 1\nexponent = 11\ntrailing = 23",
                            "mine.toml:4: sign + exponent + trailing must be in [2, 32]: 1 + 11 + 23 = 35"),
                    row(
                            "too narrow",
                            "name = 'a'\nsign = 0\nexponent = 1\ntrailing = 0",
                            "mine.toml:4: sign + exponent + trailing must be in [2, 32]: 0 + 1 + 0 = 1"),
                    row(
                            "container of 12",
                            E5M6 + "container = 12",
                            "mine.toml:5: container must be 8, 16, 32 or 64" + " and at least the width 12: 12"),
                    row(
                            "container too small",
                            E5M6 + "container = 8",
                            "mine.toml:5: container must be 8, 16, 32 or" + " 64 and at least the width 12: 8"),
                    row(
                            "values beyond binary64",
                            E5M6 + "bias = 1100",
                            "mine.toml:5: bias must keep every value"
                                    + " exact in binary64, exponents in [-1074, 1023]: bias 1100 gives [-1105, -1070]"),
                    row(
                            "bias out of reach",
                            E5M6 + "bias = 99999",
                            "mine.toml:5: bias must be in [-1024, 65535]:" + " 99999"),
                    row(
                            "unknown policy",
                            E5M6 + "specials = 'fnz'",
                            "mine.toml:5: specials must be one of ieee, fn,"
                                    + " fnuz, none, p3109_extended, p3109_finite: 'fnz' (did you mean fn, fnuz?)"),
                    row(
                            "ieee without room",
                            "name = 'a'\nsign = 1\nexponent = 4\ntrailing = 0",
                            "mine.toml:4: specials"
                                    + " ieee needs at least 2 exponent bits and 1 trailing significand bit: 4, 0"),
                    row(
                            "fnuz without sign",
                            "name = 'a'\nsign = 0\nexponent = 4\ntrailing = 3\nspecials = 'fnuz'",
                            "mine.toml:5: specials fnuz needs a sign bit, the NaN is the code of -0"),
                    row(
                            "no zero for fnuz",
                            E5M6 + "specials = 'fnuz'\nsubnormals = 'absent'",
                            "mine.toml:6: subnormals absent leaves no zero, which specials fnuz needs"),
                    row(
                            "wrong special code",
                            E5M6 + "[codes]\ninfinity = '0x7c1'",
                            "mine.toml:6: codes.infinity is" + " 0x7c1 here, but the parameters give 0x7c0"),
                    row(
                            "code that is none",
                            E5M6 + "[codes]\nnan = 'none'",
                            "mine.toml:6: codes.nan is none here,"
                                    + " but the parameters give 0x7c1..0x7ff, 0xfc1..0xfff"),
                    row(
                            "none that is a code",
                            E5M6 + "specials = 'none'\n[codes]\nnan = '0x800'",
                            "mine.toml:7:" + " codes.nan is 0x800 here, but the parameters give none"),
                    row(
                            "code out of range",
                            E5M6 + "[codes]\nzero = '0x1000'",
                            "mine.toml:6: codes.zero must be in" + " [0x000, 0xfff]: 0x1000"),
                    row(
                            "code as a number",
                            E5M6 + "[codes]\nzero = 0",
                            "mine.toml:6: codes.zero must be \"none\", a"
                                    + " code such as \"0x001\", a range such as \"0x001..0x002\", or an array of these: 0"),
                    row(
                            "code in decimal",
                            E5M6 + "[codes]\nzero = '0'",
                            "mine.toml:6: codes.zero must be \"none\", a"
                                    + " code such as \"0x001\", a range such as \"0x001..0x002\", or an array of these: \"0\""),
                    row(
                            "range backwards",
                            E5M6 + "[codes]\nnan = '0x7ff..0x7c1'",
                            "mine.toml:6: codes.nan must run" + " upwards: 0x7ff..0x7c1"),
                    row(
                            "unknown code",
                            E5M6 + "[codes]\ninf = '0x7c0'",
                            "mine.toml:6: unknown key 'codes.inf';"
                                    + " permitted here: zero, negative_zero, infinity, negative_infinity, nan, signaling_nan,"
                                    + " canonical_nan"),
                    row(
                            "wrong landmark",
                            E5M6 + "[landmarks]\none = { code = '0x3c1', value = '0x1p0', decimal = '1' }",
                            "mine.toml:6: landmarks.one.code is 0x3c1 here, but the parameters give 0x3c0"),
                    row(
                            "wrong tie",
                            E5M6 + "[landmarks]\noverflow = { value = '0x1.fep15', decimal = '65280', tie = 'stays' }",
                            "mine.toml:6: landmarks.overflow.tie is stays here, but the parameters give overflows"),
                    row(
                            "landmark the format lacks",
                            E5M6 + "subnormals = 'flush'\n[landmarks]\nmin_subnormal = {}",
                            "mine.toml:7: landmarks.min_subnormal is stated, but e5m6 has none"),
                    row(
                            "landmark without code",
                            E5M6 + "[landmarks]\none = { value = '0x1p0' }",
                            "mine.toml:6:"
                                    + " missing key 'landmarks.one.code': a code in hexadecimal such as \"0x001\""),
                    row(
                            "value in decimal",
                            E5M6 + "[landmarks]\none = { code = '0x3c0', value = '1.0', decimal = '1' }",
                            "mine.toml:6: landmarks.one.value must be a hexadecimal float such as 0x1.cp8: \"1.0\""),
                    row(
                            "landmarks as text",
                            E5M6 + "landmarks = 'many'",
                            "mine.toml:5: landmarks must be a table:" + " \"many\""),
                    row(
                            "aliases as text",
                            E5M6 + "[aliases]\nlab = 'x'",
                            "mine.toml:6: aliases.lab must be an array:" + " \"x\""),
                    row(
                            "alias twice",
                            E5M6 + "[aliases]\nlab = ['x', 'x']",
                            "mine.toml:6: alias is blank or appears" + " twice: 'x'"),
                    row(
                            "source as text",
                            E5M6 + "source = 'book'",
                            "mine.toml:5: source must be an array of tables," + " each headed [[source]]: \"book\""),
                    row(
                            "source without document",
                            E5M6 + "[[source]]\nlink = 'x'",
                            "mine.toml:5: missing key" + " 'source.document': the title of the document"),
                    row(
                            "integer overflow rule",
                            E5M6 + "[conversion]\noverflow = 'wrap'",
                            "mine.toml:6: overflow" + " must not be wrap, which is for integers"),
                    row(
                            "unknown element",
                            "name = 'a'\nkind = 'block'\nelement = 'e4m4'\nscale = 'e8m0'\nblock_length = 32",
                            "mine.toml:3: element: unknown format 'e4m4'; did you mean "),
                    row(
                            "integer as scale",
                            "name = 'a'\nkind = 'block'\nelement = 'e4m3'\nscale = 'i8'\nblock_length = 32",
                            "mine.toml:4: scale must be a floating-point format: 'i8'"),
                    row(
                            "symmetric unsigned",
                            "name = 'a'\nkind = 'integer'\nencoding = 'unsigned'\nwidth = 8\nsymmetric = true",
                            "mine.toml:5: symmetric needs a two's complement encoding of at least 2 bits: UNSIGNED, 8"),
                    row(
                            "flag as text",
                            "name = 'a'\nkind = 'integer'\nencoding = 'unsigned'\nwidth = 8\nsymmetric = 'no'",
                            "mine.toml:5: symmetric must be true or false: \"no\""),
                    row("nested too deeply", "a = " + "[".repeat(100_000), "mine.toml:1: not TOML, column "));
        }

        private static Arguments row(String title, String text, String message) {
            return Arguments.of(title, text, message);
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("contents")
        void saysFileLineKeyValueAndWhatIsPermitted(String title, String text, String message) {
            assertThatThrownBy(() -> parse(text))
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .message()
                    .startsWith(message)
                    .matches(m -> message.endsWith(" ") || m.equals(message), "says no more than '" + message + "'");
        }

        @Test
        void blockIsNoScalar() {
            FormatSpec block = parse("name = 'a'\nkind = 'block'\nelement = 'e4m3'\nscale = 'e8m0'\nblock_length = 8");
            assertThatIllegalArgumentException()
                    .isThrownBy(block::format)
                    .withMessage("mine.toml: a scalar format is needed here; a is a block format");
            assertThatIllegalArgumentException()
                    .isThrownBy(parse(E5M6)::block)
                    .withMessage("mine.toml: a block format is needed here; e5m6 is a scalar format");
        }

        @Test
        void familyIsNoFormat() throws IOException {
            FormatSpec p3109 = FormatSpec.read(Path.of("formats-spec", "family", "p3109.toml"));
            assertThatIllegalArgumentException()
                    .isThrownBy(p3109::format)
                    .withMessageEndingWith("p3109.toml: a scalar format is needed here; p3109 is a family, of which a"
                            + " member must be named, for example p3109_k8p3se, p3109_k8p3sf, p3109_k8p4se");
        }
    }

    /** Only the reader of files needs tomlj: an application without it has all the formats. */
    @Test
    void withoutTomljOnlyReadingFails() throws Exception {
        URL classes = FormatSpec.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader bare = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> names = bare.loadClass("org.bitexact.format.FormatNames");
            assertThat(names.getMethod("scalar", String.class).invoke(null, "bf16"))
                    .isNotNull();
            Class<?> spec = bare.loadClass("org.bitexact.format.FormatSpec");
            assertThatThrownBy(() ->
                            spec.getMethod("parse", String.class, String.class).invoke(null, E5M6, "mine.toml"))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("reading mine.toml needs tomlj (org.tomlj:tomlj) on the class path");
        }
    }

    @Nested
    class OnDisk {
        @TempDir
        Path folder;

        @Test
        void missingFileIsAnInputError() {
            Path file = folder.resolve("none.toml");
            assertThatThrownBy(() -> FormatSpec.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessage(file + ": no such file");
        }

        @Test
        void directoryIsAnInputError() {
            assertThatThrownBy(() -> FormatSpec.read(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessage(folder + ": is a directory, not a specification file");
        }

        @Test
        void fileThatIsNotUtf8IsRejected() throws IOException {
            Path file =
                    Files.write(folder.resolve("a.toml"), "note = \"\u00e9\"".getBytes(StandardCharsets.ISO_8859_1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatSpec.read(file))
                    .withMessage(file + ": not a text file in UTF-8");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1})
        void fileMayHaveOneMebibyteAndNotAByteMore(int excess) throws IOException {
            String comment = "#".repeat(FormatSpec.MAX_BYTES - E5M6.length() + excess);
            Path file = Files.writeString(folder.resolve("a.toml"), E5M6 + comment);
            if (excess == 0) {
                assertThat(FormatSpec.read(file).name()).isEqualTo("e5m6");
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> FormatSpec.read(file))
                        .withMessage(file + ": a specification file must have at most 1048576 bytes");
            }
        }

        @Test
        void messageNamesTheFile() throws IOException {
            Path file = Files.writeString(folder.resolve("a.toml"), E5M6 + "bias = true");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatSpec.read(file))
                    .withMessage(file + ":5: bias must be a whole number in [-1024, 65535]: true");
        }
    }
}
