package org.bitexact.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.TestFloatOperation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps over pairs and triples, other sources than binary32, stochastic rounding, and results without flags. */
@Tag("fast")
class OperationSweepTest {
    private static final Policies IEEE = Policies.IEEE;

    private static SweepReport run(SweepTask... tasks) throws IOException {
        return Sweep.of(SweepPlan.of(List.of(tasks), 1000)).build().run();
    }

    private static SweepTask all(Computation c, String subject, String reference) {
        return SweepTask.of(c, CodeTuples.of(c.operands()), subject, reference);
    }

    private static void assertEqual(SweepReport report, long inputs) {
        assertThat(report.tasks())
                .allSatisfy(task -> assertThat(task.examples()).as(task.name()).isEmpty());
        assertThat(report.isComplete()).isTrue();
        assertThat(report.checked()).isEqualTo(inputs);
    }

    @Nested
    class Operations {
        @ParameterizedTest
        @EnumSource(
                value = TestFloatOperation.class,
                names = {"ADD", "SUB", "MUL", "DIV", "REM", "SQRT", "MUL_ADD", "ROUND_TO_INT"})
        void haveTheSameDigestByEveryImplementation(TestFloatOperation operation) throws IOException {
            for (FloatFormat format : List.of(Formats.OCP_E2M1, Formats.OCP_E4M3)) {
                if (operation == TestFloatOperation.MUL_ADD && format.width() > 4) {
                    continue;
                }
                Computation c = Computation.of(operation, format, IEEE.withRounding(Rounding.TOWARD_NEGATIVE));
                long inputs = 1L << format.width() * operation.arity();
                SweepReport report = run(all(c, "arith", "oracle"));
                assertEqual(report, inputs);
                long codes = run(all(c, "oracle", "none").codes()).digest();
                for (String name : Implementations.names(operation)) {
                    if (name.equals("array") && Bulk.isOperation(c)) {
                        assertThat(run(all(c, name, "none")).digest()).isEqualTo(codes);
                    } else if (!name.equals("array")) {
                        assertThat(run(all(c, name, "none")).digest()).as(name).isEqualTo(report.digest());
                    }
                }
            }
        }

        @Test
        void mayHaveOperandsOfOtherFormats() throws IOException {
            Computation c = new Computation(
                    TestFloatOperation.MUL_ADD,
                    List.of(Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.BINARY32),
                    Formats.BINARY32,
                    IEEE,
                    0);
            assertThat(c.name()).isEqualTo("e4m3 x e5m2 x f32 mulAdd to f32 rne ieee");
            InputSpace hard = HardSpace.of(c, 5000, 1);
            assertEqual(run(SweepTask.of(c, hard, "arith", "oracle").named("a")), 5000);
            assertEqual(run(SweepTask.of(c, hard, "arith-long", "exact").named("b")), 5000);
        }

        @Test
        void onBinary64HaveNoFlags() throws IOException {
            Computation c = Computation.of(TestFloatOperation.MUL, Formats.BINARY64, IEEE);
            assertThat(c.hasFlags()).isFalse();
            assertEqual(run(SweepTask.of(c, HardSpace.of(c, 5000, 1), "arith-long", "oracle")), 5000);
        }

        @Test
        void areNoComparisons() {
            assertThatThrownBy(() -> Computation.of(TestFloatOperation.LE, Formats.BINARY16, IEEE))
                    .hasMessage("operation of a sweep must not be a comparison: le");
            assertThatThrownBy(() -> new Computation(
                            TestFloatOperation.ADD, List.of(Formats.BINARY16), Formats.BINARY16, IEEE, 0))
                    .hasMessage("operands of add must be 2: 1");
            assertThatThrownBy(() ->
                            new Computation(TestFloatOperation.SQRT, List.of(Formats.INT8), Formats.BINARY16, IEEE, 0))
                    .hasMessageContaining("must be floating-point formats: i8, f16");
        }
    }

    @Nested
    class Conversions {
        @ParameterizedTest
        @ValueSource(strings = {"e4m3", "e8m0", "i8", "bf16"})
        void fromDoublesAtTheBoundariesEqualTheOracle(String target) throws IOException {
            ScalarFormat format = org.bitexact.format.FormatNames.scalar(target).format();
            List<SweepTask> tasks = new ArrayList<>();
            for (Rounding mode : target.equals("bf16") ? List.of(Rounding.TIES_TO_EVEN) : Presets.roundings()) {
                Computation c = Computation.conversion(Formats.BINARY64, format, IEEE.withRounding(mode));
                CodeSpace space = CodeSpace.boundaries(Formats.BINARY64, format, target.equals("bf16") ? 0 : 1);
                tasks.add(SweepTask.of(c, space, "codec", "oracle"));
            }
            assertThat(run(tasks.toArray(SweepTask[]::new)).mismatches()).isZero();
        }

        @Test
        void betweenNarrowFormatsEqualTheOracle() throws IOException {
            Computation c = Computation.conversion(Formats.BINARY16, Formats.OCP_E3M2, IEEE);
            assertEqual(run(all(c, "generic", "oracle")), 65536);
        }

        @Test
        void intoBinary64HaveNoFlags() throws IOException {
            Computation c = Computation.conversion(Formats.OCP_E5M2, Formats.BINARY64, IEEE);
            assertEqual(run(all(c, "generic", "oracle")), 256);
        }
    }

    @Nested
    class StochasticRounding {
        private final Policies policies = IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 8);
        private final InputSpace space = SampledSpace.of(CodeSpace.floats(), 20_000, 3);

        private SweepTask task(String subject, String reference, long seed) {
            Computation c = new Computation(
                    TestFloatOperation.CONVERT, List.of(Formats.BINARY32), Formats.OCP_E4M3, policies, seed);
            return SweepTask.of(c, space, subject, reference);
        }

        @Test
        void takesItsBitsFromTheNumberOfTheInput() throws IOException {
            SweepReport report = run(task("codec", "oracle-each", 7));
            assertEqual(report, 20_000);
            SweepPlan plan = SweepPlan.of(List.of(task("generic", "none", 7)), 777);
            assertThat(Sweep.of(plan).threads(3).build().run().digest()).isEqualTo(report.digest());
            assertThat(run(task("codec", "none", 8)).digest()).isNotEqualTo(report.digest());
        }

        @Test
        void ofArithmeticEqualsTheOracle() throws IOException {
            Computation c = new Computation(
                    TestFloatOperation.ADD, List.of(Formats.OCP_E3M2, Formats.OCP_E3M2), Formats.OCP_E3M2, policies, 5);
            assertEqual(run(all(c, "arith-long", "oracle")), 4096);
            assertThatThrownBy(() -> all(c, "arith", "oracle")).hasMessageContaining("use arith-long");
            assertThatThrownBy(() -> Computation.of(TestFloatOperation.REM, Formats.OCP_E3M2, policies))
                    .hasMessage("rounding of rem must be deterministic: sra");
        }
    }

    @Nested
    class Defects {
        @TempDir
        private Path folder;

        private final Computation product = Computation.of(TestFloatOperation.MUL, Formats.OCP_E4M3, IEEE);

        /** 1.5 * 1.5 is one code too high. */
        private SweepTask defective() {
            Implementation right = Implementations.named("arith", product);
            Implementation wrong = new SweepTest.Defective(right, (operands, results, count) -> {
                for (int i = 0; i < count; i++) {
                    if (operands[0][i] == 0x3c && operands[1][i] == 0x3c) {
                        results[i]++;
                    }
                }
            });
            return new SweepTask("e4m3 mul", CodeTuples.of(product.operands()), wrong, right);
        }

        @Test
        void areExplainedWithEveryOperand() throws IOException {
            SweepReport report = run(defective());
            assertThat(report.mismatches()).isOne();
            assertThat(report.tasks().get(0).examples())
                    .containsExactly(new Mismatch(
                            List.of(0x3cL, 0x3cL),
                            0x42,
                            0x41,
                            true,
                            "E4M3 0x3C = 0 0111 100 = 1.5, E4M3 0x3C = 0 0111 100 = 1.5:"
                                    + " got E4M3 0x42 = 0 1000 010 = 2.5 [.....],"
                                    + " expected E4M3 0x41 = 0 1000 001 = 2.25 [.....]"));
        }

        @Test
        void surviveTheJournalAndItsMerge() throws IOException {
            SweepPlan plan = SweepPlan.of(
                    List.of(defective(), all(product, "arith", "exact").named("right")), 999);
            SweepReport whole = Sweep.of(plan).build().run();
            List<Path> journals = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                journals.add(folder.resolve("part" + i));
                Sweep.of(plan)
                        .shard(new Shard(i, 4))
                        .journal(journals.get(i - 1))
                        .build()
                        .run();
            }
            assertThat(SweepJournal.merge(journals)).isEqualTo(whole);
            assertThat(whole.mismatches()).isOne();
        }

        @Test
        void ofResultsWithoutFlagsSurviveTheJournal() throws IOException {
            Computation c = Computation.conversion(Formats.OCP_E2M1, Formats.BINARY64, IEEE);
            Implementation right = Implementations.named("generic", c);
            Implementation wrong = new SweepTest.Defective(
                    right, (operands, results, count) -> results[0] ^= operands[0][0] == 0 ? 1L << 62 : 0);
            SweepPlan plan = SweepPlan.of(List.of(new SweepTask("x", CodeSpace.all(Formats.OCP_E2M1), wrong, right)));
            SweepReport report =
                    Sweep.of(plan).journal(folder.resolve("wide")).build().run();
            assertThat(report.tasks().get(0).examples())
                    .containsExactly(new Mismatch(
                            List.of(0L),
                            1L << 62,
                            0,
                            false,
                            "E2M1 0x0 = 0 00 0 = 0: got F64 0x4000000000000000 = 0 10000000000"
                                    + " 0000000000000000000000000000000000000000000000000000 = 2,"
                                    + " expected F64 0x0000000000000000 = 0 00000000000"
                                    + " 0000000000000000000000000000000000000000000000000000 = 0"));
            assertThat(SweepJournal.merge(List.of(folder.resolve("wide")))).isEqualTo(report);
        }

        @Test
        void ofTheFormatsAreRefused() {
            assertThatThrownBy(() -> SweepTask.of(product, CodeSpace.floats(), "arith", "none"))
                    .hasMessageContaining("formats of inputs must be those of the operands of arith(mul;");
        }
    }

    @Nested
    class WithoutFlags {
        private final Computation c = Computation.conversion(Formats.BINARY16, Formats.OCP_E4M3, IEEE);

        @Test
        void anImplementationIsComparedWithTheCodesOfOneThatHasThem() throws IOException {
            Implementation generic = Implementations.named("generic", c);
            SweepTask task = new SweepTask("x", CodeSpace.all(Formats.BINARY16), generic, new CodesAlone(generic));
            assertThat(task.subject().hasFlags()).isFalse();
            SweepReport codes = run(task);
            assertEqual(codes, 65536);
            assertThat(codes.digest())
                    .isEqualTo(run(all(c, "oracle", "none").codes()).digest());
            assertThat(codes.digest())
                    .isNotEqualTo(run(all(c, "oracle", "none")).digest());
        }
    }

    @Test
    void theDigestOfSeveralOperandsIsTheSumOfTheDocumentedHash() {
        long u = 3 * 0x9e37_79b9_7f4a_7c15L
                + 5 * 0xbf58_476d_1ce4_e5b9L
                + 7 * 0x94d0_49bb_1331_11ebL
                + 11 * 0xd134_2543_de82_ef95L;
        long v = (u ^ u >>> 32) * 0xbf58_476d_1ce4_e5b9L;
        long u2 = u - 7 * 0x94d0_49bb_1331_11ebL;
        long v2 = (u2 ^ u2 >>> 32) * 0xbf58_476d_1ce4_e5b9L;
        assertThat(Digest.of(new long[][] {{3}, {5}, {7}}, new long[] {11}, 1)).isEqualTo(v ^ v >>> 29);
        assertThat(Digest.of(new long[][] {{3}, {5}}, new long[] {11}, 1)).isEqualTo(v2 ^ v2 >>> 29);
    }

    @Test
    void theArithmeticPresetTakesEveryOperation() {
        List<Presets.Entry> entries = Presets.named("arithmetic");
        assertThat(SweepPlan.of(entries.stream().map(Presets.Entry::task).toList())
                        .tasks())
                .hasSize(18 * 8 * 10 + 4 * 9 + 6);
        assertThatThrownBy(() -> Presets.named("x"))
                .hasMessageContaining("preset must be one of foundation, kernels, floats, arithmetic");
    }
}
