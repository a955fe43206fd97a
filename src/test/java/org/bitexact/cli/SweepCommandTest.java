package org.bitexact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
                    .contains("f32 to f16 rz ieee                 4294967296 inputs  all f32\n")
                    .contains("f32 46ffdfff..7fffffff, c6ffdfff..ffffffff\n")
                    .contains("2 runs of codec against oracle");
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
                "sweep --to f64 --rounding rne                  | must be at most 32",
                "sweep --to f32 --rounding rne                  | use oracle-each with a sample",
                "sweep --to f16 --rounding sra                  | must be deterministic: sra",
                "sweep --to f16 --overflow sta                  | did you mean sat?",
                "sweep --to f16 --overflow wrap                 | wrap",
                "sweep --to f16 --against orcale                | implementation must be one of",
                "sweep --preset fundation                       | did you mean foundation?",
                "sweep --to f16 --from-bits 2 --to-bits 1       | must not be below the first",
                "sweep --to f16 --from-bits 3.0                 | must be a 32-bit hexadecimal number: '3.0'",
                "sweep --to f16 --shard 3/2                     | shard must be i/n",
                "sweep --to f16 --threads 0                     | threads must be at least 1: 0",
                "sweep --to f16 --sample 0                      | sample must be at least 1: 0",
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
