package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitexact.sweep.Presets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class SweepCommandTest {
    /** 65536 floats from 0.5 on, one rounding and overflow. */
    private static final List<String> SMALL = List.of(
            "sweep",
            "--to",
            "e5m2",
            "--rounding",
            "rne",
            "--overflow",
            "ieee",
            "--from-bits",
            "3f000000",
            "--to-bits",
            "0x3f00ffff");

    private static Run small(String... more) {
        return Run.of(Stream.concat(SMALL.stream(), Stream.of(more)).toArray(String[]::new));
    }

    @Nested
    class Sweeping {
        @Test
        void equalImplementationsGiveExitCodeZero() {
            Run run = small();
            assertThat(run.exit()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .matches("f32 to e5m2 rne ieee +65536 inputs +0 mismatches  digest [0-9a-f]{16}\n"
                            + "1 of 1 runs complete, 65536 of 65536 inputs, 0 mismatches, digest [0-9a-f]{16}\n");
        }

        @Test
        void theDigestDoesNotDependOnImplementationOrThreads() {
            String digest = small().out();
            assertThat(small("--subject", "generic", "--against", "none", "--threads", "3", "--unit-inputs", "1000")
                            .out())
                    .isEqualTo(digest);
        }

        @Test
        void withoutRoundingAndOverflowAllNineModesAndTwoPoliciesRun() {
            Run run = Run.of("sweep", "--to", "e2m1,e3m2", "--sample", "100");
            assertThat(run.out()).contains("36 of 36 runs complete").contains("f32 to e3m2 rhu sat ");
        }

        @Test
        void aProfileBringsItsOwnPolicies() {
            Run run = Run.of("sweep", "--to", "e5m2", "--profile", "cuda-sat", "--sample", "1000");
            assertThat(run.out()).contains("f32 to e5m2 rne sat ").contains("1 of 1 runs");
        }

        @Test
        void jsonIsOneDocument() throws IOException {
            Map<?, ?> json = (Map<?, ?>) Json.read(small("--json").out());
            assertThat(json.get("complete")).isEqualTo(true);
            assertThat((List<?>) json.get("tasks")).hasSize(1);
        }

        @Test
        void thePresetCanBeRestrictedAndListed() {
            Run run = Run.of("sweep", "--preset", "foundation", "--to", "f16", "--rounding", "rz", "--list");
            assertThat(run.out())
                    .contains("f32 to f16 rz ieee                 4294967296 inputs  all f32, codec against oracle\n")
                    .contains("f32 46ffdfff..7fffffff, c6ffdfff..ffffffff, codec against oracle\n")
                    .contains("2 runs, 6207586306 inputs in 371 units");
            Run arithmetic =
                    Run.of("sweep", "--preset", "arithmetic", "--op", "mul,sqrt", "--to", "e5m2", "--overflow", "sat");
            assertThat(arithmetic.exit()).isZero();
            assertThat(arithmetic.out())
                    .matches("e5m2 mul rne sat +65536 inputs +0 mismatches .*\n"
                            + "e5m2 sqrt rne sat +256 inputs +0 mismatches .*\n"
                            + "2 of 2 runs complete.*\n");
        }

        @Test
        void everyPresetIsNamedInTheHelp() {
            String help = Run.of("sweep", "--help").out();
            assertThat(Presets.names()).allSatisfy(name -> assertThat(help).contains(" " + name + ": "));
        }

        @Test
        void operationsTakeAllPairsOrTriples() {
            Run run =
                    Run.of("sweep", "--op", "add,mulAdd", "--to", "e2m1", "--rounding", "rne,rd", "--overflow", "sat");
            assertThat(run.out())
                    .matches("e2m1 add rne sat +256 inputs +0 mismatches .*\n"
                            + "e2m1 add rd sat +256 inputs +0 mismatches .*\n"
                            + "e2m1 mulAdd rne sat +4096 inputs +0 mismatches .*\n"
                            + "e2m1 mulAdd rd sat +4096 inputs +0 mismatches .*\n"
                            + "4 of 4 runs complete.*\n");
        }

        @Test
        void operandsMayHaveFormatsOfTheirOwn() {
            Run run = Run.of(("sweep --op mulAdd --from e4m3,e5m2,f32 --to f32 --rounding rne --overflow ieee"
                            + " --space hard --sample 2000 --seed 3 --list")
                    .split(" "));
            assertThat(run.out())
                    .startsWith("e4m3 x e5m2 x f32 mulAdd to f32 rne ieee       2000 inputs  2000 hard (seed 3) of"
                            + " e4m3 x e5m2 x f32 mulAdd to f32, arith against oracle\n");
        }

        @Test
        void inputsMayBeTakenAtTheBoundaries() {
            Run run = Run.of(("sweep --from f64,f32 --to e4m3 --space boundaries --radius 1 --rounding rne"
                            + " --overflow ieee --against oracle-each")
                    .split(" "));
            assertThat(run.exit()).isZero();
            assertThat(run.out()).contains("f64 to e4m3 rne ieee ").contains("f32 to e4m3 rne ieee ");
        }

        @Test
        void stochasticRoundingDependsOnSeedAndNumberOfTheInput() {
            String options = "sweep --from e5m2 --to e2m1 --rounding srb --random-bits 5 --overflow ieee --seed 9";
            Run run = Run.of(options.split(" "));
            assertThat(run.out()).matches("e5m2 to e2m1 srb5 ieee +256 inputs +0 mismatches(?s:.*)");
            assertThat(Run.of((options + " --unit-inputs 7 --threads 2").split(" "))
                            .out())
                    .isEqualTo(run.out());
            assertThat(Run.of(options.replace("seed 9", "seed 8").split(" ")).out())
                    .isNotEqualTo(run.out());
        }

        @Test
        void flagsCanBeLeftOut() {
            assertThat(small("--codes-only").out()).isNotEqualTo(small().out());
            assertThat(small("--codes-only", "--against", "generic").out())
                    .isEqualTo(small("--codes-only", "--subject", "generic").out());
        }
    }

    @Nested
    class Journals {
        @TempDir
        private Path folder;

        @Test
        void ofShardsMerge() throws IOException {
            String whole = small("--unit-inputs", "5000").out();
            String one = folder.resolve("one").toString();
            String two = folder.resolve("two").toString();
            assertThat(small("--unit-inputs", "5000", "--shard", "1/2", "--journal", one)
                            .exit())
                    .isZero();
            Run part = Run.of("sweep", "merge", one);
            assertThat(part.exit()).isOne();
            assertThat(part.out()).contains("(of 65536)").contains("0 of 1 runs complete");
            assertThat(small("--unit-inputs", "5000", "--shard", "2/2", "--journal", two)
                            .exit())
                    .isZero();
            Run merged = Run.of("sweep", "merge", one, two);
            assertThat(merged.exit()).isZero();
            assertThat(merged.out()).isEqualTo(whole);
        }

        @Test
        void withMismatchesSaySoAgain() throws IOException {
            Path journal = folder.resolve("journal");
            small("--journal", journal.toString());
            String text = Files.readString(journal);
            Files.writeString(
                    journal, text.replaceFirst("(?m)^(unit .*) 0$", "miss 0 3f000000 38 39 half is wrong\n$1 1"));
            Run run = small("--journal", journal.toString());
            assertThat(run.exit()).isOne();
            assertThat(run.out()).contains(" 1 mismatches ").contains("\n  half is wrong\n");
        }

        @Test
        void thatCannotBeReadOrWrittenGiveExitCodeThree() {
            Run run = Run.of("sweep", "merge", folder.resolve("none").toString());
            assertThat(run.exit()).isEqualTo(3);
            assertThat(run.err()).contains("no such file or directory");
            assertThat(small("--journal", folder.resolve("no/where").toString()).exit())
                    .isEqualTo(3);
        }

        @Test
        void ofOtherParametersGiveExitCodeTwo() {
            String journal = folder.resolve("journal").toString();
            small("--journal", journal);
            Run run = small("--journal", journal, "--unit-inputs", "1000");
            assertThat(run.exit()).isEqualTo(2);
            assertThat(run.err()).contains("is of a sweep with other parameters");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sweep                                          | --to or --preset is needed",
                "sweep --to e4m4                                | e4m3",
                "sweep --to f64 --rounding rne                  | f64 has 64; use oracle-each",
                "sweep --to f64 --subject codec --against none  | a target of at most 32 bits: f32 to f64; use generic",
                "sweep --to f32 --rounding rne                  | use oracle-each with a sample",
                "sweep --to f16 --rounding sra                  | need a deterministic rounding, not sra; use oracle-each",
                "sweep --to f16 --rounding sra --random-bits 64 | randomBits must be in [1, 63]",
                "sweep --to f16 --op fma                        | must be one of convert, roundToInt, add, sub,",
                "sweep --to f16 --op fma                        | 'fma'; did you mean mulAdd?",
                "sweep --to f16 --op ad                         | 'ad'; did you mean add?",
                "sweep --to i8 --op add                         | must be floating-point formats: i8 x i8, i8",
                "sweep --to f16 --op add --from f16,f16,f16     | --from must name one format, or 2 for add: 3",
                "sweep --to f32 --op mul                        | are 2^64; take --sample N, or --space hard",
                "sweep --to f16 --op mulAdd                     | all inputs of f16 mulAdd are 2^48; take --sample",
                "sweep --to f16 --op mul --space boundaries     | mul takes all or hard",
                "sweep --to f16 --op mul --space hard           | --space hard needs --sample",
                "sweep --to f16 --space bondaries               | did you mean boundaries?",
                "sweep --to f32 --space boundaries              | must be at most 20, that of f32 is 32",
                "sweep --to f16 --op mul --subject codec        | must be one of arith, arith-long, exact, array, oracle: 'codec'",
                "sweep --to f64 --op mul --subject arith --sample 9 | use arith-long",
                "sweep --preset foundation --op mul             | the other options leave nothing of --preset foundation",
                "sweep --preset foundation --from f64           | --preset does not go with",
                "sweep --to f16 --overflow sta                  | did you mean sat?",
                "sweep --to f16 --overflow wrap                 | wrap",
                "sweep --to f16 --against orcale                | 'orcale'; did you mean oracle?",
                "sweep --to f16 --subject kernel-tabel          | 'kernel-tabel'; did you mean kernel-table?",
                "sweep --from f64 --to f16 --subject kernel --sample 9 | kernel converts from f32 into formats of at most",
                "sweep --to e8m0 --rounding ro --subject kernel-jdk | the family jdk has no kernel for f32 to e8m0 ro",
                "sweep --preset fundation                       | did you mean foundation?",
                "sweep --to f16 --from-bits 2 --to-bits 1       | must not be below the first",
                "sweep --to f16 --from-bits 3.0                 | must be a 32-bit hexadecimal number: '3.0'",
                "sweep --from f16 --to e4m3 --to-bits 10000     | must be a 16-bit hexadecimal number: '10000'",
                "sweep --to f16 --shard 3/2                     | shard must be i/n",
                "sweep --to f16 --threads 0                     | threads must be at least 1: 0",
                "sweep --to f16 --sample 0                      | sample must be in [1, 2^31]: 0",
                "sweep --to f16 --journals x                    | did you mean --journal?",
                "sweep margin                                   | unexpected argument 'margin'",
                "sweep merge                                    | needs the journals",
            })
    void wrongArgumentsGiveExitCodeTwo(String line, String message) {
        Run run = Run.of(line.split(" "));
        assertThat(run.err()).contains(message);
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }
}
