package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Formats;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class ConvertCommandTest {
    @TempDir
    Path work;

    /** Runs {@code convert} with options given as one string. */
    private static Run convert(String in, String options) {
        return Run.text(in, ("convert " + options).split(" "));
    }

    private static Run convertRaw(byte[] in, String options) {
        return Run.with(in, ("convert --raw " + options).split(" "));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void helpNamesEveryChoice() {
        String help = Run.of("convert", "--help").out().replaceAll("\\s+", " ");
        for (Profile profile : Profile.all()) {
            assertThat(help).containsPattern("[ ,]" + profile.id() + "[,.]");
        }
        for (Rounding rounding : Rounding.values()) {
            assertThat(help).contains(" " + rounding.id());
        }
        Stream.of(NanRule.values()).forEach(rule -> assertThat(help).contains(" " + rule.id()));
        Stream.of(NanSubstitute.values()).forEach(rule -> assertThat(help).contains(" " + rule.id()));
    }

    @Nested
    class Items {
        @ParameterizedTest(name = "{0} from {1} to {2} is {3}")
        @CsvSource({
            "0.1,             f32,  e5m2,     0x2e",
            "0x3f800000,      f32,  bf16,     0x3f80",
            "0X3F800000,      f32,  bf16,     0x3f80",
            "0x0003f800000,   f32,  bf16,     0x3f80",
            "1e-3,            f32,  f16,      0x1419",
            "-0,              f32,  f16,      0x8000",
            "+1.5,            f32,  f16,      0x3e00",
            "0x1.8p3,         f32,  f16,      0x4a00",
            "-0x.8p1,         f32,  f16,      0xbc00",
            "inf,             f32,  e5m2,     0x7c",
            "-Infinity,       f32,  e5m2,     0xfc",
            "NaN,             f32,  e5m2,     0x7e",
            "0x7f800001,      f32,  f16,      0x7e00",
            "1,               f32,  tf32,     0x1fc00",
            "0x1fc00,         tf32, f32,      0x3f800000",
            "6,               f32,  e2m1,     0x7",
            "1,               f32,  b1,       0x1",
            "-300,            f32,  i8,       0x80",
            "0x1,             e2m1, f64,      0x3fe0000000000000",
            "123456789,       f32,  u64,      0x00000000075bcd15",
        })
        void convertOneALine(String item, String from, String to, String code) {
            Run run = convert(item + "\n", "--from " + from + " --to " + to);
            assertThat(run.err()).isEmpty();
            assertThat(run.out()).isEqualTo(code + "\n");
            assertThat(run.exit()).isZero();
        }

        @Test
        void emptyLinesAndCommentsAreSkippedAndTheLastLineNeedsNoEnd() {
            Run run = convert("# values\n\n  1 \r\n\t\n#\n2", "--from f32 --to f16");
            assertThat(run.out()).isEqualTo("0x3c00\n0x4000\n");
        }

        @Test
        void numbersAreRoundedOnceAndNotThroughTheSourceFormat() {
            // 1 + 2^-11 is a tie of binary16; the excess of 2^-40 is lost in binary32
            String above = "0x1.0020000001p0\n";
            assertThat(convert(above, "--from f32 --to f16").out()).isEqualTo("0x3c01\n");
            assertThat(convert(above, "--from f32 --to f16 --via-f32").out()).isEqualTo("0x3c00\n");
        }

        @Test
        void flagsFollowTheCode() {
            Run run = convert("1\n0.1\n1e9\n1e-9\n0x7f800001\n", "--from f32 --to f16 --flags");
            assertThat(run.out()).isEqualTo("0x3c00 00\n0x2e66 01\n0x7c00 05\n0x0000 03\n0x7e00 10\n");
        }

        @Test
        void bareE4m3IsNotedOnceOnStandardError() {
            Run run = convert("448\n", "--from e4m3 --to e4m3");
            assertThat(run.out()).isEqualTo("0x7e\n");
            assertThat(run.err())
                    .isEqualTo("bitexact convert: note: e4m3 is read as OCP E4M3 (E4M3FN, largest 448); the"
                            + " IEEE-style format is e4m3_ieee\n");
        }

        @Test
        void anAnswerDoesNotWaitForMoreInput() {
            List<Integer> seen = new ArrayList<>();
            var out = new java.io.ByteArrayOutputStream();
            InputStream in = new InputStream() {
                private int reads;

                @Override
                public int read() {
                    throw new AssertionError();
                }

                @Override
                public int read(byte[] b, int off, int len) {
                    seen.add(out.size());
                    if (reads++ == 2) {
                        return -1;
                    }
                    b[off] = '1';
                    b[off + 1] = '\n';
                    return 2;
                }
            };
            Main.run(
                    new Io(in, out, new java.io.ByteArrayOutputStream(), false),
                    "convert",
                    "--from",
                    "f32",
                    "--to",
                    "f16");
            assertThat(seen).containsExactly(0, 7, 14);
        }
    }

    @Nested
    class PolicyChoice {
        @ParameterizedTest(name = "{1} of {0}: {2}")
        @CsvSource({
            "1e9,  --to e4m3fn,                                      0x7f",
            "1e9,  --to e4m3fn --overflow ieee --rounding rz,        0x7e",
            "1e9,  --to e5m2 --overflow inf --rounding rz,           0x7c",
            "1e9,  --to e5m2 --overflow nan,                         0x7e",
            "1e9,  --to e5m2 --overflow sat,                         0x7b",
            "inf,  --to e5m2 --overflow sat,                         0x7b",
            "1e9,  --to e5m2 --overflow sat-finite,                  0x7b",
            "inf,  --to e5m2 --overflow sat-finite,                  0x7c",
            "inf,  --to e5m2 --overflow sat --infinity keep,         0x7c",
            "inf,  --to e5m2 --infinity nan,                         0x7e",
            "1e9,  --to p3109_k8p3se --overflow p3109 --rounding ro, 0x7f",
            "300,  --to i8 --overflow wrap,                          0x2c",
            "300,  --to i8,                                          0x7f",
            "2.5,  --to i8 --rounding rna,                           0x03",
            "nan,  --to e2m1,                                        0x7",
            "nan,  --to e2m1 --nan-substitute zero,                  0x0",
            "-nan, --to f16 --nan canonical,                         0x7e00",
            "-2,   --to ue4m3,                                       0x7f",
            "-2,   --to ue4m3 --negative absolute,                   0x40",
            "0,    --to e8m0,                                        0x00",
            "0,    --to e8m0 --zero nan,                             0xff",
            "0x1p-15, --to f16,                                      0x0200",
            "0x1p-15, --to f16 --ftz before,                         0x0000",
            "0x1p-15, --to f16 --ftz after,                          0x0000",
            "0x00000001, --to f32,                                   0x00000001",
            "0x00000001, --to f32 --daz,                             0x00000000",
            "0x00000001, --to bf16 --profile avx512-bf16,            0x0000",
            "0x00010000, --to bf16 --profile avx512-bf16 --no-daz --ftz none, 0x0001",
        })
        void eachAxisHasAnOption(String item, String options, String code) {
            Run run = convert(item + "\n", "--from f32 " + options);
            assertThat(run.out()).as(run.err()).isEqualTo(code + "\n");
        }

        @Test
        void tininessDecidesTheUnderflowFlagOfAValueThatRoundsUpToNormal() {
            assertThat(convert("0x387fefff\n", "--from f32 --to f16 --flags").out())
                    .isEqualTo("0x0400 03\n");
            assertThat(convert("0x387ff000\n", "--from f32 --to f16 --flags").out())
                    .isEqualTo("0x0400 01\n");
            assertThat(convert("0x387ff000\n", "--from f32 --to f16 --flags --tininess before")
                            .out())
                    .isEqualTo("0x0400 03\n");
        }

        @Test
        void profileOverridesPresetAndOptionsOverrideProfile() {
            // aws_e4m3 is assumed to saturate
            assertThat(convert("1e9\ninf\n", "--from f32 --to aws_e4m3").out()).isEqualTo("0x77\n0x77\n");
            assertThat(convert("1e9\ninf\n", "--from f32 --to aws_e4m3 --profile ieee")
                            .out())
                    .isEqualTo("0x78\n0x78\n");
            assertThat(convert("1e9\ninf\n", "--from f32 --to aws_e4m3 --profile ieee --overflow sat")
                            .out())
                    .isEqualTo("0x77\n0x77\n");
            assertThat(convert("1e9\n", "--from f32 --to aws_e4m3 --rounding ru --overflow ieee")
                            .out())
                    .isEqualTo("0x78\n");
        }

        @Test
        void profileDependsOnTheSource() {
            assertThat(convert("-nan\n", "--from f32 --to e4m3fn --profile cuda-sat")
                            .out())
                    .isEqualTo("0x7f\n");
            assertThat(convert("-nan\n", "--from f64 --to e4m3fn --profile cuda-sat")
                            .out())
                    .isEqualTo("0xff\n");
        }

        @Test
        void randomBitsOfAnItemFollowFromSeedAndPosition() {
            Codec codec = Codec.of(Formats.OCP_E5M2, Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 8));
            StringBuilder in = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                in.append(i % 10 == 3 ? "# not an item\n" : "").append("1.1\n");
                expected.append(String.format("0x%02x%n", codec.encode(1.1, CounterRandom.bits(7, i, 8)))
                        .replace("\r", ""));
            }
            assertThat(convert(in.toString(), "--from f32 --to e5m2 --rounding sra --random-bits 8 --seed 7")
                            .out())
                    .isEqualTo(expected.toString())
                    .contains("0x3c\n", "0x3d\n");
        }

        @Test
        void randomBitsAre32AndTheSeedIs0UnlessStated() {
            String in = "1.1\n".repeat(200);
            String stated = convert(in, "--from f32 --to e5m2 --rounding srt --random-bits 32 --seed 0")
                    .out();
            assertThat(convert(in, "--from f32 --to e5m2 --rounding srt").out()).isEqualTo(stated);
            assertThat(convert(in, "--from f32 --to e5m2 --rounding srt --seed 1")
                            .out())
                    .isNotEqualTo(stated);
            assertThat(convert(in, "--from f32 --to e5m2 --rounding srt --seed 0xffffffffffffffff")
                            .out())
                    .isEqualTo(convert(in, "--from f32 --to e5m2 --rounding srt --seed -1")
                            .out());
        }
    }

    @Nested
    class Raw {
        @Test
        void codesAreLittleEndianInTheirContainers() {
            assertThat(convertRaw(bytes(0x00, 0x3c, 0x00, 0xc0), "--from f16 --to f32")
                            .bytes())
                    .isEqualTo(bytes(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0));
            assertThat(convertRaw(bytes(0, 0, 0xc0, 0x40), "--from f32 --to e2m1")
                            .bytes())
                    .isEqualTo(bytes(7));
            assertThat(convertRaw(bytes(7), "--from e2m1 --to f64").bytes())
                    .isEqualTo(bytes(0, 0, 0, 0, 0, 0, 0x18, 0x40));
        }

        @Test
        void tf32StandsInItsBinary32Container() {
            assertThat(convertRaw(bytes(0xff, 0xff, 0x7f, 0x3f), "--from f32 --to tf32")
                            .bytes())
                    .isEqualTo(bytes(0, 0, 0x80, 0x3f));
            assertThat(convertRaw(bytes(0, 0x20, 0x80, 0x3f), "--from tf32 --to f32")
                            .bytes())
                    .isEqualTo(bytes(0, 0x20, 0x80, 0x3f));
            Run run = convertRaw(bytes(0, 0, 0x80, 0x3f, 1, 0, 0x80, 0x3f), "--from tf32 --to f32");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("bitexact convert: byte 4: not a code of tf32, whose low 13 bits must be zero:"
                            + " 0x3f800001\n");
        }

        @Test
        void unusedBitsMustBeZero() {
            Run run = convertRaw(bytes(1, 2, 0x1f, 3), "--from e2m1 --to f16");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.bytes()).isEmpty();
            assertThat(run.err())
                    .isEqualTo("bitexact convert: byte 2: not a code of e2m1, whose high 4 bits must be zero: 0x1f\n");
        }

        @Test
        void unusedBitsAreCheckedInLongStreamsToo() {
            byte[] in = new byte[300_000];
            in[250_001] = (byte) 0x80;
            Run run = convertRaw(in, "--from ue4m3 --to f16");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains("byte 250001: not a code of ue4m3, whose high 1 bits must be zero: 0x80");
        }

        @ParameterizedTest
        @ValueSource(strings = {"f16 f32", "f32 e4m3fn", "f64 bf16", "bf16 u64"})
        void aTruncatedLastElementIsAnErrorAndLeavesNoFile(String pair) throws IOException {
            String[] names = pair.split(" ");
            Path out = work.resolve("out");
            Run run = convertRaw(new byte[1001], "--from " + names[0] + " --to " + names[1] + " --out " + out);
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains("the input ends inside an element: 1001 bytes are no multiple of the");
            assertThat(filesIn(work)).isEmpty();
        }

        @Test
        void anEmptyStreamGivesAnEmptyStream() {
            Run run = convertRaw(new byte[0], "--from f32 --to f16");
            assertThat(run.exit()).isZero();
            assertThat(run.bytes()).isEmpty();
        }

        @Test
        void readsMayEndInsideElements() {
            byte[] in = new byte[12345 * 4];
            new Random(1).nextBytes(in);
            InputStream dribble = new ByteArrayInputStream(in) {
                private int turn;

                @Override
                public synchronized int read(byte[] b, int off, int len) {
                    return super.read(b, off, Math.min(len, 1 + turn++ % 7));
                }
            };
            assertThat(Run.with(dribble, "convert", "--raw", "--from", "f32", "--to", "bf16")
                            .bytes())
                    .isEqualTo(convertRaw(in, "--from f32 --to bf16").bytes());
        }

        /** Rounding toward zero to bfloat16 keeps the high half of a finite binary32 code. */
        @ParameterizedTest(name = "a pipe: {0}")
        @ValueSource(booleans = {false, true})
        void aLongStreamThatEndsInsideAnElementIsConvertedUpToThere(boolean pipe) {
            int n = 250_000; // several buffers
            byte[] in = new byte[4 * n + 3];
            new Random(2).nextBytes(in);
            byte[] expected = new byte[2 * n];
            for (int i = 0; i < n; i++) {
                in[4 * i + 3] &= (byte) 0xbf; // an exponent that is not all ones
                expected[2 * i] = in[4 * i + 2];
                expected[2 * i + 1] = in[4 * i + 3];
            }
            InputStream stream = new ByteArrayInputStream(in) {
                @Override
                public synchronized int read(byte[] b, int off, int len) {
                    return super.read(b, off, pipe ? Math.min(len, 7001) : len);
                }

                @Override
                public synchronized int available() {
                    return pipe ? 0 : super.available(); // zero, and a channel reads once at a time
                }
            };
            Run run = Run.with(stream, "convert", "--raw", "--from", "f32", "--to", "bf16", "--rounding", "rz");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.bytes()).isEqualTo(expected);
            assertThat(run.err())
                    .isEqualTo("bitexact convert: the input ends inside an element: 1000003 bytes are no multiple of"
                            + " the 4 that a code of f32 takes\n");
        }

        @Test
        void anAnswerDoesNotWaitForMoreInput() {
            List<Integer> seen = new ArrayList<>();
            var out = new java.io.ByteArrayOutputStream();
            InputStream in = new ByteArrayInputStream(new byte[15]) {
                @Override
                public synchronized int read(byte[] b, int off, int len) {
                    seen.add(out.size());
                    return super.read(b, off, 5);
                }

                @Override
                public synchronized int available() {
                    return 0;
                }
            };
            Main.run(
                    new Io(in, out, new java.io.ByteArrayOutputStream(), false),
                    "convert --raw --from f32 --to f16".split(" "));
            assertThat(seen).containsExactly(0, 2, 4, 6); // of 0, 5, 10 and 15 bytes
        }

        @Test
        void flagsAreForText() {
            assertThat(convertRaw(new byte[0], "--from f32 --to f16 --flags").err())
                    .isEqualTo("bitexact convert: --flags is for text: --raw writes codes alone\n");
        }

        /** The streams are long enough for the table, which narrow sources go through. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "--from e4m3fn --to e5m2",
                    "--from e4m3fn --to f16",
                    "--from e2m1 --to f32",
                    "--from ue4m3 --to f64",
                    "--from f16 --to e4m3fn --overflow sat",
                    "--from bf16 --to f16 --rounding rz",
                    "--from bf16 --to tf32",
                    "--from f16 --to f64",
                    "--from u16 --to i4 --overflow wrap",
                    "--from f32 --to e4m3fn",
                    "--from f32 --to bf16 --rounding src --random-bits 9 --seed 3",
                    "--from f16 --to e4m3fn --rounding srb",
                    "--from f64 --to f32 --rounding rd",
                    "--from f64 --to i64",
                    "--from f64 --to tf32",
                    "--from f64 --to e4m3fn --rounding sra --random-bits 5 --seed 4",
                    "--from f32 --to f64",
                    "--from f32 --to f64 --daz",
                    "--from tf32 --to f64",
                    "--from i32 --to f64",
                    "--from tf32 --to bf16",
                })
        void rawAndTextAgree(String options) {
            String source = options.split(" ")[1];
            var format = org.bitexact.format.FormatNames.scalar(source).format();
            Container container = Container.of(format);
            Random random = new Random(5);
            int n = 40_000;
            byte[] in = new byte[n * container.bytes()];
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < n; i++) {
                long code = random.nextLong() & format.codeMask();
                text.append(String.format("0x%x\n", code));
                put(in, i, container.bytes(), code << container.shift());
            }
            byte[] out = convertRaw(in, options).bytes();
            String[] lines = convert(text.toString(), options).out().split("\n");
            Container target = Container.of(org.bitexact.format.FormatNames.scalar(options.split(" ")[3])
                    .format());
            assertThat(lines).hasSize(n);
            assertThat(out).hasSize(n * target.bytes());
            for (int i = 0; i < n; i++) {
                long expected = Long.parseUnsignedLong(lines[i].substring(2), 16) << target.shift();
                if (get(out, i, target.bytes()) != expected) {
                    assertThat(Long.toHexString(get(out, i, target.bytes())))
                            .as("element " + i)
                            .isEqualTo(Long.toHexString(expected));
                }
            }
        }
    }

    @Nested
    class BadInput {
        @Test
        void aMalformedLineIsNamedByItsNumber() {
            Run run = convert("1\n\n# comment\n2\nthree\n4\n", "--from f32 --to f16");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.out()).isEqualTo("0x3c00\n0x4000\n");
            assertThat(run.err())
                    .startsWith("bitexact convert: line 5: a number must be")
                    .contains("'three'");
            assertThat(run.err()).hasLineCount(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"1.2.3", "0x", "0xg", "0x1.8", "-0x10", "1 2", "0x1 0x2", "1e", "0x1p", "١", "--1", "1f"})
        void malformedItemsAreRefused(String item) {
            Run run = convert(item + "\n", "--from f32 --to f16");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).startsWith("bitexact convert: line 1: ").hasLineCount(1);
        }

        @Test
        void aCodeOutOfRangeIsRefused() {
            assertThat(convert("0x1ff\n", "--from e5m2 --to f16").err())
                    .isEqualTo("bitexact convert: line 1: code of e5m2 must be in [0x0, 0xff]: 0x1ff\n");
            assertThat(convert("0x80000\n", "--from tf32 --to f16").err())
                    .isEqualTo("bitexact convert: line 1: code of tf32 must be in [0x0, 0x7ffff]: 0x80000\n");
            assertThat(convert("0x10000000000000000\n", "--from f64 --to f16").err())
                    .contains("line 1: code of f64 must be in [0x0, 0xffffffffffffffff]: 0x10000000000000000");
        }

        @Test
        void binaryInputIsRefusedInOnePrintableLine() {
            byte[] in = new byte[5000];
            new Random(2).nextBytes(in);
            Run run = Run.with(in, "convert", "--from", "f32", "--to", "f16");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).startsWith("bitexact convert: line ").hasLineCount(1);
            assertThat(run.err().strip().chars()).noneMatch(Character::isISOControl);
        }

        @Test
        void anEndlessLineIsRefused() {
            InputStream ones = new InputStream() {
                @Override
                public int read() {
                    return '1';
                }
            };
            Run run = Run.with(ones, "convert", "--from", "f32", "--to", "f16");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains("line 1: must have at most 1048576 bytes");
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = '|',
                value = {
                    "--from f32 --to e4m33         | unknown format 'e4m33'; did you mean e4m3",
                    "--from f32 --to fp8           | format 'fp8' is ambiguous; choose one of e4m3, e5m2",
                    "--from f32 --to mxfp4         | 'mxfp4' is a block format; a scalar format is needed here",
                    "--form f32 --to f16           | unknown option '--form'; did you mean --from?",
                    "--from f32 --to f16 --rouding rz | unknown option '--rouding'; did you mean --rounding?",
                    "--from f32 --to f16 --xyzzy   | unknown option '--xyzzy'; see --help",
                    "--from f32                    | missing required option: '--to=F'",
                    "--from f32 --to               | missing required parameter for option '--to' (F)",
                    "--from f32 --to f16 extra     | unexpected argument 'extra'; see --help",
                    "--from f32 --to f16 --rounding rx | invalid value for option '--rounding': rounding must be one of",
                    "--from f32 --to f16 --overflow satt | --overflow must be one of ieee, inf, nan, sat-finite, sat",
                    "--from f32 --to f16 --overflow wrap | wrap",
                    "--from f32 --to f16 --profile cuda | profile must be one of",
                    "--from f32 --to f16 --ftz never | --ftz must be one of before, after, none: 'never'",
                    "--from f32 --to f16 --random-bits 64 | --random-bits must be in [1, 63]: 64",
                    "--from f32 --to f16 --seed x  | --seed must be a 64-bit number: 'x'",
                    "--from f32 --to p3109_k99p3se | K must be in [3, 16]: 99",
                    "--from f32 --to f16 --to bf16 | option '--to' (F) should be specified only once",
                })
        void badArgumentsAreExplainedInOneLine(String options, String message) {
            Run run = convert("", options);
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .startsWith("bitexact convert: ")
                    .contains(message)
                    .hasLineCount(1);
        }
    }

    @Nested
    class FilesGiven {
        @Test
        void filesStandInForTheStreams() throws IOException {
            Path in = work.resolve("in");
            Path out = work.resolve("out");
            Files.writeString(in, "1\n");
            Run run = convert("", "--from f32 --to f16 --in " + in + " --out " + out);
            assertThat(run.exit()).as(run.err()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(Files.readString(out)).isEqualTo("0x3c00\n");
            assertThat(filesIn(work)).containsExactlyInAnyOrder("in", "out");
        }

        @Test
        void aFileMayReplaceItself() throws IOException {
            Path file = work.resolve("x");
            Files.write(file, bytes(0, 0x3c));
            assertThat(Run.of("convert", "--raw", "--from=f16", "--to=f32", "--in=" + file, "--out=" + file)
                            .exit())
                    .isZero();
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes(0, 0, 0x80, 0x3f));
        }

        @Test
        void afterAnErrorTheOldFileStandsAndNothingIsLeftBeside() throws IOException {
            Path out = work.resolve("out");
            Files.writeString(out, "old");
            Run run = convert("1\nx\n", "--from f32 --to f16 --out " + out);
            assertThat(run.exit()).isEqualTo(2);
            assertThat(Files.readString(out)).isEqualTo("old");
            assertThat(filesIn(work)).containsExactly("out");
        }

        @Test
        void aMissingInputFileIsAnInputFailureAndMakesNoOutput() throws IOException {
            Run run = convert("", "--from f32 --to f16 --in " + work + "/none --out " + work + "/out");
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err())
                    .isEqualTo("bitexact convert: cannot read " + work + "/none: no such file or directory\n");
            assertThat(filesIn(work)).isEmpty();
        }

        @Test
        void aDirectoryIsNoInputAndNoOutput() {
            assertThat(convert("", "--from f32 --to f16 --in " + work))
                    .satisfies(run -> assertThat(run.exit()).isEqualTo(3))
                    .satisfies(run -> assertThat(run.err()).contains("cannot read " + work + ": is a directory"));
            assertThat(convert("", "--from f32 --to f16 --out " + work))
                    .satisfies(run -> assertThat(run.exit()).isEqualTo(3))
                    .satisfies(run -> assertThat(run.err()).contains("cannot write " + work + ": is a directory"));
        }

        @Test
        void anUnwritableOutputIsAnOutputFailure() {
            Run run = convert("1\n", "--from f32 --to f16 --out " + work + "/none/out");
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err())
                    .isEqualTo("bitexact convert: cannot write " + work + "/none/out: no such file or directory\n");
        }

        @Test
        void aSpecFileStandsInForAName() throws IOException {
            Path spec = work.resolve("mine.toml");
            Files.writeString(spec, "name = \"mine\"\nsign = 1\nexponent = 5\ntrailing = 6\n");
            assertThat(convert("1.5\n", "--from f32 --to " + spec).out()).isEqualTo("0x3e0\n");
            assertThat(convert("0x3e0\n", "--from " + spec + " --to f16").out()).isEqualTo("0x3e00\n");
        }

        @Test
        void badSpecFilesAreExplained() throws IOException {
            Run missing = convert("", "--from f32 --to " + work + "/none.toml");
            assertThat(missing.exit()).isEqualTo(3);
            assertThat(missing.err()).contains("none.toml").hasLineCount(1);
            Path spec = work.resolve("bad.toml");
            Files.writeString(spec, "name = \"mine\"\nsign = 2\n");
            Run bad = convert("", "--from f32 --to " + spec);
            assertThat(bad.exit()).isEqualTo(2);
            assertThat(bad.err()).contains("bad.toml").hasLineCount(1);
        }
    }

    @Nested
    class StandardOutput {
        @ParameterizedTest
        @ValueSource(strings = {"", "--raw "})
        void aFullDiskIsAnOutputFailure(String mode) {
            Run run = Run.failing(
                    new ByteArrayInputStream("1234\n".repeat(4).getBytes()),
                    0,
                    "No space left on device",
                    ("convert " + mode + "--from f32 --to f16").split(" "));
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err())
                    .isEqualTo("bitexact convert: cannot write standard output: no space left on device\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "--raw "})
        void aClosedPipeEndsQuietly(String mode) {
            InputStream endless = new InputStream() {
                private int i;

                @Override
                public int read() {
                    return i++ % 2 == 0 ? '1' : '\n';
                }
            };
            Run run = Run.failing(endless, 7, "Broken pipe", ("convert " + mode + "--from f32 --to f16").split(" "));
            assertThat(run.exit()).isZero();
            assertThat(run.err()).isEmpty();
        }

        @Test
        void aFailureOfInputIsAnInputFailure() {
            InputStream broken = new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("Input/output error");
                }
            };
            Run run = Run.with(broken, "convert", "--from", "f32", "--to", "f16");
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err()).isEqualTo("bitexact convert: cannot read standard input: input/output error\n");
        }
    }

    private static void put(byte[] bytes, int index, int width, long value) {
        ByteBuffer b = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        System.arraycopy(b.array(), 0, bytes, index * width, width);
    }

    private static long get(byte[] bytes, int index, int width) {
        ByteBuffer b = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        b.put(0, bytes, index * width, width);
        return b.getLong(0);
    }

    private static List<String> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
