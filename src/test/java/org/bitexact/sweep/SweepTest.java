package org.bitexact.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.BoundaryTable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A spread of the sweep that proves the conversions, and evidence that the sweep finds what is wrong and loses nothing on
 * the way.
 */
class SweepTest {
    private static final int SAMPLE = 1 << 20;
    private static final Policies IEEE = Policies.IEEE;

    private static SweepReport run(SweepTask... tasks) throws IOException {
        return Sweep.of(SweepPlan.of(List.of(tasks))).build().run();
    }

    private static Computation toE4M3(Policies policies) {
        return Computation.conversion(Formats.BINARY32, Formats.OCP_E4M3, policies);
    }

    private static SweepTask conversion(
            ScalarFormat target, Policies policies, InputSpace space, String subject, String reference) {
        return SweepTask.of(Computation.conversion(Formats.BINARY32, target, policies), space, subject, reference);
    }

    private static Implementation codec(ScalarFormat target, Policies policies) {
        return Implementations.named("codec", Computation.conversion(Formats.BINARY32, target, policies));
    }

    /** A change to results. */
    interface Defect {
        void change(long[][] operands, long[] results, int count);
    }

    /** An implementation with something put in its way. */
    record Defective(Implementation base, Defect defect) implements Implementation {
        @Override
        public String id() {
            return "defect of " + base.id();
        }

        @Override
        public List<ScalarFormat> operands() {
            return base.operands();
        }

        @Override
        public boolean hasFlags() {
            return base.hasFlags();
        }

        @Override
        public Evaluation prepare() {
            Evaluation right = base.prepare();
            return (index, operands, results, count) -> {
                right.evaluate(index, operands, results, count);
                defect.change(operands, results, count);
            };
        }

        @Override
        public String explain(long code) {
            return base.explain(code);
        }
    }

    private static Implementation e4m3(Defect defect) {
        return new Defective(codec(Formats.OCP_E4M3, IEEE), defect);
    }

    private static SweepTask e4m3Task(InputSpace space, Implementation subject) {
        return new SweepTask("f32 to e4m3", space, subject, Implementations.named("oracle", toE4M3(IEEE)));
    }

    @Nested
    class CodecEqualsOracle {
        /**
         * 2^20 floats drawn from 2^20 strata, and every boundary between intervals of equal results, each with two
         * neighbours on either side, in every mode. The boundaries of ties to even include those of the other modes, which
         * lack the midpoints. The tables of 16-bit formats take a moment, so one mode saturates there.
         */
        @TestFactory
        List<DynamicTest> atEveryBoundaryAndOnASpread() {
            List<DynamicTest> tests = new ArrayList<>();
            for (ScalarFormat format : Presets.mainFormats()) {
                if (format.width() <= 16) {
                    tests.add(DynamicTest.dynamicTest(format.name(), () -> assertAllEqual(tasks(format))));
                }
            }
            return tests;
        }

        private static List<SweepTask> tasks(ScalarFormat format) {
            long[] edges = new OracleIntervals(BoundaryTable.of(format, IEEE)).edges();
            LongStream near = Arrays.stream(edges)
                    .flatMap(edge -> LongStream.rangeClosed(edge - 2, edge + 2))
                    .map(pattern -> pattern & 0xffff_ffffL);
            CodeSpace space = CodeSpace.around(
                    Formats.BINARY32,
                    LongStream.concat(near, Arrays.stream(spread())).toArray(),
                    0);
            List<SweepTask> tasks = new ArrayList<>();
            for (Rounding rounding : Presets.roundings()) {
                Policies ieee = IEEE.withRounding(rounding);
                tasks.add(conversion(format, ieee, space, "codec", "oracle"));
                if (format.width() < 16 || rounding == Rounding.TIES_TO_EVEN) {
                    tasks.add(conversion(format, ieee.saturating(), space, "codec", "oracle"));
                }
            }
            return tasks;
        }

        private static long[] spread() {
            long[][] inputs = new long[1][SAMPLE];
            SampledSpace.of(CodeSpace.floats(), SAMPLE, 1).fill(0, SAMPLE, inputs);
            return inputs[0];
        }

        /** The tables of TF32 take seconds, so the oracle is asked for each input; the full sweep covers the rest. */
        @Test
        void tf32OnASpread() throws IOException {
            List<SweepTask> tasks = new ArrayList<>();
            for (Rounding rounding : Presets.roundings()) {
                Policies ieee = IEEE.withRounding(rounding);
                tasks.add(tf32(ieee, CodeSpace.floats()));
                tasks.add(tf32(ieee.saturating(), Presets.nearOverflow(Formats.TF32)));
            }
            assertAllEqual(tasks);
        }

        private static SweepTask tf32(Policies policies, CodeSpace from) {
            return conversion(Formats.TF32, policies, SampledSpace.of(from, SAMPLE / 64, 3), "codec", "oracle-each");
        }

        private static void assertAllEqual(List<SweepTask> tasks) throws IOException {
            SweepReport report = Sweep.of(SweepPlan.of(tasks)).build().run();
            assertThat(report.isComplete()).isTrue();
            assertThat(report.tasks())
                    .allSatisfy(
                            task -> assertThat(task.examples()).as(task.name()).isEmpty());
            assertThat(report.mismatches()).isZero();
        }
    }

    @Nested
    class IntervalsEqualTheOracle {
        @Test
        void forInputsInAnyOrder() throws IOException {
            Random random = new Random(4);
            int[] patterns = random.ints(20_000).toArray();
            for (ScalarFormat format : List.of(Formats.OCP_E4M3, Formats.E8M0, Formats.OCP_E5M2, Formats.INT8)) {
                InputSpace shuffled = new Patterns(patterns);
                SweepReport report = run(conversion(format, IEEE, shuffled, "oracle", "oracle-each"));
                assertThat(report.tasks().get(0).examples()).isEmpty();
                assertThat(report.checked()).isEqualTo(20_000);
            }
        }

        /** Patterns in the order given. */
        private record Patterns(int[] patterns) implements InputSpace {
            @Override
            public String id() {
                return "patterns " + Arrays.hashCode(patterns);
            }

            @Override
            public long size() {
                return patterns.length;
            }

            @Override
            public List<ScalarFormat> formats() {
                return List.of(Formats.BINARY32);
            }

            @Override
            public void fill(long index, int count, long[][] operands) {
                for (int i = 0; i < count; i++) {
                    operands[0][i] = Integer.toUnsignedLong(patterns[(int) index + i]);
                }
            }
        }
    }

    @Nested
    class GenericPathEqualsQuickPath {
        @Test
        void onASpread() throws IOException {
            List<SweepTask> tasks = new ArrayList<>();
            for (ScalarFormat format :
                    List.of(Formats.BINARY32, Formats.TF32, Formats.OCP_E4M3, Formats.INT8, Formats.UE5M3)) {
                for (Rounding rounding : Presets.roundings()) {
                    tasks.add(conversion(
                            format,
                            IEEE.withRounding(rounding),
                            SampledSpace.of(CodeSpace.floats(), SAMPLE / 8, 5),
                            "codec",
                            "generic"));
                }
            }
            SweepReport report = Sweep.of(SweepPlan.of(tasks)).build().run();
            assertThat(report.tasks())
                    .allSatisfy(
                            task -> assertThat(task.examples()).as(task.name()).isEmpty());
        }
    }

    @Nested
    class FindsDefects {
        private static final CodeSpace NORMAL = CodeSpace.range(Formats.BINARY32, 0x3f00_0000L, 0x3f1f_ffffL);

        @Test
        void ofTheRoundingMode() throws IOException {
            Implementation away = codec(Formats.OCP_E4M3, IEEE.withRounding(Rounding.TIES_TO_AWAY));
            SweepReport report = run(e4m3Task(NORMAL, away));
            // codes 30 and 31, from 0.5 to below 0.625; the tie above the even one
            assertThat(report.mismatches()).isOne();
            assertThat(report.tasks().get(0).examples().get(0))
                    .isEqualTo(new Mismatch(
                            List.of(0x3f08_0000L),
                            0x31 | 1L << 32,
                            0x30 | 1L << 32,
                            true,
                            "F32 0x3F080000 = 0 01111110 00010000000000000000000 = 0.53125:"
                                    + " got E4M3 0x31 = 0 0110 001 = 0.5625 [....x],"
                                    + " expected E4M3 0x30 = 0 0110 000 = 0.5 [....x]"));
        }

        @Test
        void ofOneCodeAtOneInput() throws IOException {
            Implementation wrong = e4m3((operands, results, count) -> {
                for (int i = 0; i < count; i++) {
                    if (operands[0][i] == 0x3f12_3457) {
                        results[i] ^= 1;
                    }
                }
            });
            SweepReport report = run(e4m3Task(NORMAL, wrong));
            assertThat(report.mismatches()).isOne();
            assertThat(report.tasks().get(0).examples())
                    .singleElement()
                    .satisfies(m -> assertThat(m.operands()).containsExactly(0x3f12_3457L));
            SweepReport right = run(e4m3Task(NORMAL, codec(Formats.OCP_E4M3, IEEE)));
            assertThat(right.mismatches()).isZero();
            assertThat(report.digest()).isNotEqualTo(right.digest());
        }

        @Test
        void ofAFlagAlone() throws IOException {
            Implementation forgetful = e4m3((operands, results, count) -> {
                for (int i = 0; i < count; i++) {
                    results[i] &= ~(2L << 32);
                }
            });
            SweepReport report =
                    run(e4m3Task(CodeSpace.range(Formats.BINARY32, 0x3a00_0000L, 0x3a00_ffffL), forgetful));
            assertThat(report.mismatches()).isEqualTo(0x1_0000);
            assertThat(report.tasks().get(0).examples())
                    .hasSize(10)
                    .extracting(m -> m.operands().get(0))
                    .containsExactlyElementsOf(
                            LongStream.range(0x3a00_0000, 0x3a00_000a).boxed().toList());
        }

        @Test
        void ofACodeOutsideTheFormat() throws IOException {
            Implementation wide = e4m3((operands, results, count) -> results[0] |= 0x100);
            SweepReport report = run(e4m3Task(CodeSpace.range(Formats.BINARY32, 0, 0), wide));
            assertThat(report.tasks().get(0).examples())
                    .singleElement()
                    .satisfies(m -> assertThat(m.explanation()).contains("got 0x100 (no code of e4m3) [.....]"));
        }

        @Test
        void inTheSameOrderWhateverTheThreads() throws IOException {
            Implementation truncating = codec(Formats.OCP_E4M3, IEEE.withRounding(Rounding.TOWARD_ZERO));
            SweepPlan plan = SweepPlan.of(List.of(e4m3Task(NORMAL, truncating)), 1 << 16);
            SweepReport one = Sweep.of(plan).threads(1).build().run();
            SweepReport seven = Sweep.of(plan).threads(7).build().run();
            assertThat(seven).isEqualTo(one);
            assertThat(one.mismatches()).isPositive();
        }
    }

    @Nested
    class TheDigest {
        @Test
        void isTheSumOfTheDocumentedHash() {
            long u = 0x3f80_0000L * 0x9e37_79b9_7f4a_7c15L + (0x38 | 1L << 32) * 0xd134_2543_de82_ef95L;
            long v = (u ^ u >>> 32) * 0xbf58_476d_1ce4_e5b9L;
            assertThat(Digest.of(new long[][] {{0x3f80_0000L, 7}}, new long[] {0x38 | 1L << 32, 9}, 1))
                    .isEqualTo(v ^ v >>> 29);
        }

        @Test
        void doesNotDependOnUnitsOrReference() throws IOException {
            CodeSpace space = CodeSpace.range(Formats.BINARY32, 0xbf00_0000L, 0xbf1f_ffffL);
            Policies p = IEEE.withRounding(Rounding.TO_ODD);
            long digest = run(conversion(Formats.OCP_E5M2, p, space, "codec", "oracle"))
                    .digest();
            SweepTask alone = conversion(Formats.OCP_E5M2, p, space, "generic", "none");
            assertThat(Sweep.of(SweepPlan.of(List.of(alone), 777)).build().run().digest())
                    .isEqualTo(digest);
        }
    }

    @Nested
    class TheJournal {
        @TempDir
        private Path folder;

        private final Implementation subject = codec(Formats.OCP_E4M3, IEEE.withRounding(Rounding.TIES_TO_AWAY));
        private final SweepPlan plan = plan(subject, 1 << 12);
        private final AtomicLong done = new AtomicLong();

        private SweepPlan plan(Implementation subject, int unit) {
            CodeSpace space = CodeSpace.range(Formats.BINARY32, 0x3f70_0000L, 0x3f8f_ffffL);
            return SweepPlan.of(
                    List.of(e4m3Task(space, subject), conversion(Formats.OCP_E2M1, IEEE, space, "codec", "oracle")),
                    unit);
        }

        private SweepReport run(Path journal, SweepPlan plan) throws IOException {
            return run(journal, plan, Shard.WHOLE);
        }

        private SweepReport run(Path journal, SweepPlan plan, Shard shard) throws IOException {
            done.set(0);
            return Sweep.of(plan)
                    .journal(journal)
                    .shard(shard)
                    .listener(new SweepListener() {
                        @Override
                        public void progress(long inputs) {
                            done.addAndGet(inputs);
                        }
                    })
                    .build()
                    .run();
        }

        private SweepReport interruptedAfter(int units, Path journal) throws IOException {
            AtomicReference<Sweep> sweep = new AtomicReference<>();
            sweep.set(Sweep.of(plan)
                    .journal(journal)
                    .threads(2)
                    .listener(new SweepListener() {
                        private int seen;

                        // the other thread waits until the sweep is stopped
                        @Override
                        public synchronized void progress(long inputs) {
                            seen++;
                            if (seen == units) {
                                sweep.get().stop();
                            }
                        }
                    })
                    .build());
            return sweep.get().run();
        }

        @Test
        void letsASweepGoOn() throws IOException {
            Path journal = folder.resolve("journal");
            SweepReport all = run(folder.resolve("other"), plan);
            assertThat(all.isComplete()).isTrue();
            assertThat(all.mismatches()).isPositive();

            SweepReport part = interruptedAfter(100, journal);
            assertThat(part.isComplete()).isFalse();
            assertThat(part.checked()).isBetween(100L << 12, 102L << 12);
            assertThat(run(journal, plan)).isEqualTo(all);
            assertThat(done).hasValue(all.inputs() - part.checked());

            // nothing is left
            assertThat(run(journal, plan)).isEqualTo(all);
            assertThat(done).hasValue(0);
            assertThat(SweepJournal.merge(List.of(journal)).digest()).isEqualTo(all.digest());
        }

        @Test
        void toleratesALastLineCutAnywhere() throws IOException {
            Path journal = folder.resolve("journal");
            SweepReport all = run(journal, plan);
            byte[] whole = Files.readAllBytes(journal);
            int header = SweepJournal.header(plan, Shard.WHOLE).length();
            for (int cut : new int[] {1, header - 1, header, header + 3, whole.length - 1, whole.length - 20}) {
                Files.write(journal, Arrays.copyOf(whole, cut));
                assertThat(run(journal, plan)).isEqualTo(all);
                assertThat(Files.size(journal)).isEqualTo(whole.length);
            }
        }

        @Test
        void ofOtherParametersIsRefused() throws IOException {
            Path journal = folder.resolve("journal");
            run(journal, plan);
            byte[] before = Files.readAllBytes(journal);
            Implementation other = codec(Formats.OCP_E4M3, IEEE.withRounding(Rounding.TOWARD_ZERO));
            for (SweepPlan changed : List.of(plan(other, 1 << 12), plan(subject, 1 << 13))) {
                assertThatThrownBy(() -> run(journal, changed))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("is of a sweep with other parameters");
            }
            assertThatThrownBy(() -> run(journal, plan, new Shard(1, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is of shard 1/1, not of shard 1/2");
            assertThat(Files.readAllBytes(journal)).isEqualTo(before);
        }

        @Test
        void thatIsNoneIsRefused() throws IOException {
            Path file = folder.resolve("notes");
            Files.writeString(file, "remember the milk\n\n\n\n");
            assertThatThrownBy(() -> run(file, plan)).hasMessageContaining("is not a sweep journal");
            assertThat(file).hasContent("remember the milk\n\n\n\n");
        }

        @Test
        void withAMalformedLineIsRefusedWithItsNumber() throws IOException {
            Path journal = folder.resolve("journal");
            Files.writeString(journal, SweepJournal.header(plan, Shard.WHOLE) + "unit 0 0 x\n");
            assertThatThrownBy(() -> run(journal, plan)).hasMessageContaining("journal, line 6: not a line");
        }

        @Test
        void inUseIsRefused() throws IOException {
            Path journal = folder.resolve("journal");
            try (SweepJournal.Writer open = SweepJournal.open(journal, plan, Shard.WHOLE, new TreeMap<>())) {
                assertThat(open).isNotNull();
                assertThatThrownBy(() -> run(journal, plan))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("in use");
            }
        }

        @Test
        void ofShardsMergesIntoTheWhole() throws IOException {
            SweepReport all = run(folder.resolve("all"), plan);
            List<Path> journals = new ArrayList<>();
            long checked = 0;
            for (int i = 1; i <= 3; i++) {
                Path journal = folder.resolve("shard" + i);
                checked += run(journal, plan, new Shard(i, 3)).checked();
                journals.add(journal);
            }
            assertThat(checked).isEqualTo(all.inputs());
            SweepReport merged = SweepJournal.merge(journals);
            assertThat(merged.isComplete()).isTrue();
            assertThat(merged).isEqualTo(all);

            SweepReport two = SweepJournal.merge(journals.subList(0, 2));
            assertThat(two.isComplete()).isFalse();
            assertThat(two.checked()).isLessThan(all.checked());
        }

        @Test
        void ofADifferentPlanOrResultIsNotMerged() throws IOException {
            Path one = folder.resolve("one");
            Path two = folder.resolve("two");
            run(one, plan);
            run(two, plan(subject, 1 << 13));
            assertThatThrownBy(() -> SweepJournal.merge(List.of(one, two)))
                    .hasMessageContaining("different parameters");
            Files.copy(one, folder.resolve("three"));
            Files.writeString(folder.resolve("three"), "unit 0 0 4096 0000000000000000 0\n", StandardOpenOption.APPEND);
            assertThatThrownBy(() -> SweepJournal.merge(List.of(one, folder.resolve("three"))))
                    .hasMessageContaining("unit 0 has one result in");
        }
    }

    @Test
    void theFoundationCoversWhatItClaims() {
        SweepPlan plan = SweepPlan.of(
                Presets.foundation().stream().map(Presets.Entry::task).toList());
        assertThat(plan.tasks()).hasSize(16 * 9 * 2);
        assertThat(plan.tasks().stream()
                        .filter(t -> t.space().size() == 1L << 32)
                        .count())
                .isEqualTo(16 * 9);
        assertThat(plan.units(Shard.WHOLE, Set.of())).hasSize((int) plan.units());
    }

    @Test
    void whatCannotBeSweptIsRefused() {
        assertThatThrownBy(() -> codec(Formats.BINARY64, IEEE))
                .hasMessage("codec needs inputs of f64, or of f32 and a target of at most 32 bits: f32 to f64;"
                        + " use generic");
        assertThatThrownBy(() -> conversion(Formats.BINARY32, IEEE, CodeSpace.floats(), "generic", "oracle"))
                .hasMessageContaining("use oracle-each with a sample");
        Policies stochastic = IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 8);
        assertThatThrownBy(() -> Implementations.named("oracle", toE4M3(stochastic)))
                .hasMessageContaining("need a deterministic rounding, not sra");
        assertThatThrownBy(() -> Implementations.named("arith", toE4M3(IEEE)))
                .hasMessageStartingWith("implementation must be one of codec, generic, oracle, oracle-each, array,")
                .hasMessageEndingWith(": 'arith'");
        assertThatThrownBy(() -> Shard.parse("3/2")).hasMessageContaining("shard must be i/n");
    }

    @Test
    void aFailureOfAnImplementationEndsTheSweep() {
        Implementation broken = e4m3((operands, results, count) -> {
            throw new IllegalStateException("no");
        });
        assertThatThrownBy(() -> run(e4m3Task(CodeSpace.floats(), broken)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no");
    }
}
