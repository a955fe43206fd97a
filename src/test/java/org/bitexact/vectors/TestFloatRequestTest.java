package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.bitexact.format.FormatNames;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class TestFloatRequestTest {

    private static TestFloatRequest gen(String commandLine) throws TestFloatException {
        return parse(TestFloatProgram.GENERATOR, commandLine);
    }

    private static TestFloatRequest ver(String commandLine) throws TestFloatException {
        return parse(TestFloatProgram.VERIFIER, commandLine);
    }

    private static TestFloatRequest parse(TestFloatProgram program, String commandLine) throws TestFloatException {
        List<String> arguments = commandLine.isEmpty() ? List.of() : List.of(commandLine.split(" "));
        return TestFloatRequest.parse(program, arguments, StreamType.types(TestFloatRequestTest::format));
    }

    private static Optional<ScalarFormat> format(String name) {
        try {
            return Optional.of(FormatNames.scalar(name).format());
        } catch (IllegalArgumentException e) {
            if (name.equals("fp8")) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Nested
    class Options {

        @Test
        void haveTestFloatsDefaults() throws TestFloatException {
            assertThat(gen("f16_add").options()).isEqualTo(TestFloatOptions.DEFAULTS);
        }

        @ParameterizedTest
        @CsvSource({
            "rnear_even, NEAR_EVEN",
            "rneareven, NEAR_EVEN",
            "rnearest_even, NEAR_EVEN",
            "rnear_maxMag, NEAR_MAX_MAG",
            "rnear_maxmag, NEAR_MAX_MAG",
            "rnearmaxmag, NEAR_MAX_MAG",
            "rnearest_maxmag, NEAR_MAX_MAG",
            "rnearest_maxMag, NEAR_MAX_MAG",
            "rminMag, MIN_MAG",
            "rminmag, MIN_MAG",
            "rmin, MIN",
            "rmax, MAX",
            "rodd, ODD"
        })
        void nameRoundingInAllSpellings(String word, TestFloatRounding rounding) throws TestFloatException {
            assertThat(gen("-" + word + " f16_add").options().rounding()).isEqualTo(rounding);
            assertThat(ver("f16_add " + word).options().rounding()).isEqualTo(rounding);
        }

        @Test
        void mayFollowTheFunctionAndLackTheirHyphen() throws TestFloatException {
            TestFloatOptions options =
                    gen("-f32_mulAdd tininessbefore exact -seed 7 level2").options();
            assertThat(options.tininessBefore()).isTrue();
            assertThat(options.exact()).isTrue();
            assertThat(options.seed()).isEqualTo(7);
            assertThat(options.level()).isEqualTo(2);
        }

        @Test
        void lastOneCounts() throws TestFloatException {
            TestFloatRequest request =
                    gen("-rmin -rmax f16_add -exact -notexact -level 2 -level1 f32_sub -seed 1 -seed 2");
            assertThat(request.options().rounding()).isEqualTo(TestFloatRounding.MAX);
            assertThat(request.options().exact()).isFalse();
            assertThat(request.options().level()).isEqualTo(1);
            assertThat(request.options().seed()).isEqualTo(2);
            assertThat(request.function().orElseThrow().name()).isEqualTo("f32_sub");
        }

        @Test
        void foreverImpliesLevel2AndCountEndsIt() throws TestFloatException {
            assertThat(gen("-forever f16").options().level()).isEqualTo(2);
            assertThat(gen("-forever f16").options().forever()).isTrue();
            assertThat(gen("-n 5 -forever f16").options().count()).isEmpty();
            assertThat(gen("-forever -n 5000 f16").options().forever()).isFalse();
            assertThat(gen("-forever -level 1 f16").options().level()).isEqualTo(1);
        }

        @Test
        void ofTheVerifier() throws TestFloatException {
            TestFloatOptions options = ver("-errors 0 -checkAll f16_add").options();
            assertThat(options.maxErrors()).isZero();
            assertThat(options.checkNans()).isTrue();
            assertThat(options.checkInvalidIntegers()).isTrue();
            assertThat(ver("-checknans f16_add").options().checkInvalidIntegers())
                    .isFalse();
        }

        @Test
        void ofExtF80AreAcceptedWithoutEffect() throws TestFloatException {
            assertThat(gen("-precision32 -precision64 f16_add -precision80").options())
                    .isEqualTo(TestFloatOptions.DEFAULTS);
        }

        @Test
        void thatTestFloatLacks() throws TestFloatException {
            TestFloatOptions options = gen("-specialize riscv -sat -sample 100 --shard 2/3 f16_add")
                    .options();
            assertThat(options.specialization()).isEqualTo(Specialization.RISCV);
            assertThat(options.saturate()).isTrue();
            assertThat(options.sample()).isEqualTo(OptionalLong.of(100));
            assertThat(options.shard()).isEqualTo(2);
            assertThat(options.shards()).isEqualTo(3);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0/3", "4/3", "1", "a/b", "1/", "/2", "-1/2"})
        void shardsAreNumberedFromOne(String shard) {
            assertThatThrownBy(() -> gen("-shard " + shard + " f16"))
                    .isInstanceOf(TestFloatException.class)
                    .hasMessageStartingWith("Invalid shard '" + shard + "'");
        }

        @Test
        void unknownSpecializationIsRefused() {
            assertThatThrownBy(() -> gen("-specialize 68881 f16"))
                    .isInstanceOf(TestFloatException.class)
                    .hasMessage("Invalid specialization '68881'");
        }

        @ParameterizedTest
        @CsvSource({
            "'7', 7",
            "'-1', -1",
            "' +7', 7",
            "'', 0",
            "4294967297, 1",
            "18446744073709551615, -1",
            "99999999999999999999999, -1",
            "-99999999999999999999999, -1"
        })
        void seedIsReadAsCReadsIt(String text, int seed) throws TestFloatException {
            assertThat(TestFloatRequest.parse(
                                    TestFloatProgram.GENERATOR,
                                    List.of("-seed", text, "f16"),
                                    StreamType.testFloatTypes())
                            .options()
                            .seed())
                    .isEqualTo(seed);
        }
    }

    @Nested
    class Functions {

        @ParameterizedTest
        @CsvSource({
            "f16_add, f16_add, ADD",
            "f64_mulAdd, f64_mulAdd, MUL_ADD",
            "f32_le_quiet, f32_le_quiet, LE_QUIET",
            "f16_eq_signaling, f16_eq_signaling, EQ_SIGNALING",
            "ui64_to_f16, ui64_to_f16, CONVERT",
            "f32_to_bf16, f32_to_bf16, CONVERT",
            "bf16_rem, bf16_rem, REM",
            "e4m3_ieee_to_f16, e4m3_ieee_to_f16, CONVERT",
            "f32_to_float8_e4m3fn, f32_to_e4m3, CONVERT",
            "bf16_mulAdd_f32, bf16_mulAdd_f32, MUL_ADD",
            "e4m3_ieee_mulAdd_f32, e4m3_ieee_mulAdd_f32, MUL_ADD",
            "f32_to_i4, f32_to_i4, CONVERT"
        })
        void areNamedAfterTypesAndOperation(String text, String name, TestFloatOperation operation)
                throws TestFloatException {
            TestFloatFunction function = gen(text).function().orElseThrow();
            assertThat(function.name()).isEqualTo(name);
            assertThat(function.operation()).isEqualTo(operation);
        }

        @Test
        void ofWideningMultiplyAddTakeAWideAddend() throws TestFloatException {
            TestFloatFunction function = gen("f16_mulAdd_f32").function().orElseThrow();
            assertThat(function.operands()).containsExactly(StreamType.F16, StreamType.F16, StreamType.F32);
            assertThat(function.result()).isSameAs(StreamType.F32);
        }

        @ParameterizedTest
        @ValueSource(strings = {"i32_to_i64", "i8_add", "f16_to_f16", "ui32_mulAdd_f32", "_add", "add", "f16_to_"})
        void donNotRelateIntegersAlone(String name) {
            assertThatThrownBy(() -> gen(name))
                    .isInstanceOf(TestFloatException.class)
                    .hasMessage("Invalid argument '" + name + "'");
        }

        @Test
        void ofAnAmbiguousFormatAreRefusedWithAdvice() {
            assertThatThrownBy(() -> gen("fp8_add"))
                    .isInstanceOf(TestFloatException.class)
                    .hasMessageContaining("e4m3fnuz");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        f16_add        | f16_add, rounding near_even
                        f16_mul        | f16_mul, rounding near_even, tininess after rounding
                        f16_div        | f16_div, rounding near_even
                        f16_rem        | f16_rem
                        f16_lt         | f16_lt
                        f16_roundToInt | f16_roundToInt, rounding near_even, not exact
                        f16_to_i32     | f16_to_i32, rounding near_even, not exact
                        f16_to_f32     | f16_to_f32
                        f64_to_f32     | f64_to_f32, rounding near_even, tininess after rounding
                        f32_to_bf16    | f32_to_bf16
                        i32_to_f64     | i32_to_f64
                        i64_to_f64     | i64_to_f64, rounding near_even
                        i8_to_e4m3     | i8_to_e4m3, rounding near_even
                        i4_to_e4m3     | i4_to_e4m3
                        e4m3_to_f16    | e4m3_to_f16
                        f16_to_e4m3    | f16_to_e4m3, rounding near_even, tininess after rounding
                        """)
        void areDescribedWithTheOptionsThatBearOnThem(String name, String description) throws TestFloatException {
            assertThat(ver(name).description()).isEqualTo(description);
        }
    }

    @Nested
    class Types {

        @Test
        void takeANumberOfOperands() throws TestFloatException {
            assertThat(gen("f16").operands()).hasSize(1);
            assertThat(gen("-float32 3").operands()).containsExactly(StreamType.F32, StreamType.F32, StreamType.F32);
            assertThat(gen("ui32 1 -seed 3").operands()).containsExactly(StreamType.UI32);
            assertThat(gen("f16 f32_add").operands()).isEmpty();
        }

        @Test
        void ofOtherFormatsAreKnownByTheirNames() throws TestFloatException {
            assertThat(gen("tf32 2").operands().get(0).hexDigits()).isEqualTo(8);
            assertThat(gen("e3m2 2").operands().get(0).hexDigits()).isEqualTo(2);
            assertThat(gen("e2m1 2").operands().get(0).hexDigits()).isEqualTo(1);
            assertThat(gen("i4").operands().get(0).hexDigits()).isEqualTo(1);
        }
    }

    @Nested
    class Errors {

        static Stream<String> commandLines() throws IOException {
            try (InputStream in = TestFloatRequestTest.class.getResourceAsStream("testfloat-errors.txt")) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> !line.startsWith("#"));
            }
        }

        @ParameterizedTest
        @MethodSource("commandLines")
        void areThoseOfTestFloat(String row) {
            String[] parts = row.split("\t");
            String[] words = parts[0].split(" ");
            List<String> arguments = List.of(words).subList(1, words.length);
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            PrintStream stderr = new PrintStream(err, true, StandardCharsets.US_ASCII);
            int status;
            try {
                TestFloatProgram program =
                        words[0].equals("testfloat_gen") ? TestFloatProgram.GENERATOR : TestFloatProgram.VERIFIER;
                TestFloatRequest request = TestFloatRequest.parse(program, arguments, StreamType.testFloatTypes());
                status = TestFloatGenerator.run(
                        request, (a, b, c, flags) -> 0, new ByteArrayOutputStream(), stderr, () -> false);
            } catch (TestFloatException e) {
                stderr.print(e.line() + "\n");
                status = 1;
            }
            assertThat(err.toString(StandardCharsets.US_ASCII)).isEqualTo(parts[1] + "\n");
            assertThat(status).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-help", "--help", "-h", "help", "f16 -rmin -help bogus"})
    void helpIsOneOfTheseWords(String commandLine) throws TestFloatException {
        assertThat(gen(commandLine).help()).isTrue();
        assertThat(ver(commandLine.replace("f16 ", "f16_add ")).help()).isTrue();
    }
}
