package org.bitexact.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.TestFloatOperation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels of the array layer as implementations of a sweep. */
@Tag("fast")
class KernelSweepTest {
    private static final Computation TO_E4M3 =
            Computation.conversion(Formats.BINARY32, Formats.OCP_E4M3, Policies.IEEE);

    /** Shares of random words end inside units, as 1000 is no multiple of theirs. */
    private static SweepReport run(List<SweepTask> tasks) throws IOException {
        return Sweep.of(SweepPlan.of(tasks, 999)).build().run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "kernel-vector", "kernel-jdk", "kernel-table", "kernel-scalar", "array"})
    void givesWhatTheCodecGives(String name) throws IOException {
        List<SweepTask> tasks = new ArrayList<>();
        for (Presets.Entry entry : Presets.named("kernels")) {
            InputSpace some = SampledSpace.of(entry.space(), 3000, 1);
            try {
                tasks.add(SweepTask.of(entry.computation(), some, name, entry.reference())
                        .named(entry.name()));
            } catch (IllegalArgumentException e) {
                assertThat(name).startsWith("kernel-");
                assertThat(e).hasMessageMatching("the family .* has no kernel for .*|this JVM has no vector kernels.*");
            }
        }
        if (!name.startsWith("kernel-") || name.equals("kernel-scalar")) {
            assertThat(tasks).hasSize(19 * (9 * 3 + 4 + 1));
        } else if (name.equals("kernel-table")) {
            assertThat(tasks).hasSizeGreaterThan(300);
        }
        if (!tasks.isEmpty()) {
            SweepReport report = run(tasks);
            assertThat(report.tasks())
                    .allSatisfy(
                            task -> assertThat(task.examples()).as(task.name()).isEmpty());
            assertThat(report.isComplete()).isTrue();
        }
    }

    @Test
    void theKernelsGiveWhatTheGenericConversionGives() throws IOException {
        List<SweepTask> tasks = new ArrayList<>();
        for (Presets.Entry entry : Presets.named("floats")) {
            assertThat(entry.space().size()).isEqualTo(1L << 32);
            InputSpace some = SampledSpace.of(entry.space(), 3000, 2);
            tasks.add(SweepTask.of(entry.computation(), some, entry.subject(), entry.reference()));
        }
        assertThat(tasks).hasSize(15);
        assertThat(run(tasks).mismatches()).isZero();
    }

    @Test
    void theArrayLayerConvertsBetweenAnyFormats() throws IOException {
        List<SweepTask> tasks = new ArrayList<>();
        List<ScalarFormat> formats =
                List.of(Formats.OCP_E4M3, Formats.TF32, Formats.BINARY64, Formats.INT8, Formats.BINARY16);
        for (ScalarFormat from : formats) {
            for (ScalarFormat to : formats) {
                for (Policies policies : List.of(
                        Policies.IEEE.withRounding(Rounding.TOWARD_POSITIVE),
                        Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 9))) {
                    Computation c = new Computation(TestFloatOperation.CONVERT, List.of(from), to, policies, 5);
                    tasks.add(SweepTask.of(c, RandomSpace.of(List.of(from), 2000, 1), "array", "generic"));
                }
            }
        }
        assertThat(run(tasks).mismatches()).isZero();
    }

    @Test
    void arraysComputeWhatTheOracleComputes() throws IOException {
        List<SweepTask> tasks = new ArrayList<>();
        for (FloatFormat f : List.of(Formats.BINARY16, Formats.BFLOAT16, Formats.TF32, Formats.OCP_E4M3)) {
            for (TestFloatOperation operation : TestFloatOperation.values()) {
                Computation c = operation == TestFloatOperation.CONVERT || operation.isComparison()
                        ? null
                        : Computation.of(operation, f, Policies.IEEE.withRounding(Rounding.TOWARD_POSITIVE));
                if (c == null || operation == TestFloatOperation.REM || operation == TestFloatOperation.ROUND_TO_INT) {
                    continue;
                }
                tasks.add(SweepTask.of(c, HardSpace.of(c, 1500, 1), "array", "oracle"));
            }
        }
        assertThat(tasks).hasSize(24);
        assertThat(run(tasks).tasks())
                .allSatisfy(task -> assertThat(task.examples()).as(task.name()).isEmpty());
        Computation remainder = Computation.of(TestFloatOperation.REM, Formats.BINARY16, Policies.IEEE);
        assertThatThrownBy(() -> Implementations.named("array", remainder))
                .hasMessage("array computes add, sub, mul, div, sqrt and mulAdd: f16 rem rne ieee; use arith");
    }

    @Test
    void aDefectInOneCodeIsFoundAndExplainedWithoutFlags() throws IOException {
        Implementation kernel = Implementations.named("kernel-table", TO_E4M3);
        Implementation wrong = new SweepTest.Defective(kernel, (operands, results, count) -> {
            for (int i = 0; i < count; i++) {
                results[i] += operands[0][i] == 0x3f80_1234L ? 1 : 0;
            }
        });
        CodeSpace space = CodeSpace.range(Formats.BINARY32, 0x3f80_0000L, 0x3f80_ffffL);
        SweepReport report = run(List.of(new SweepTask("x", space, wrong, Implementations.named("codec", TO_E4M3))));
        assertThat(report.tasks().get(0).examples())
                .containsExactly(new Mismatch(
                        List.of(0x3f80_1234L),
                        0x39,
                        0x38,
                        false,
                        "F32 0x3F801234 = 0 01111111 00000000001001000110100 = 0x1.002468p0 ~ 1.0005555:"
                                + " got E4M3 0x39 = 0 0111 001 = 1.125, expected E4M3 0x38 = 0 0111 000 = 1"));
    }

    @Test
    void theDigestIsThatOfTheCodesOfAnyOtherImplementation() throws IOException {
        InputSpace space = SampledSpace.of(CodeSpace.floats(), 20_000, 2);
        long digest =
                run(List.of(SweepTask.of(TO_E4M3, space, "kernel", "none"))).digest();
        for (String name : List.of("kernel-scalar", "kernel-table", "array", "codec", "generic", "oracle")) {
            assertThat(run(List.of(SweepTask.of(TO_E4M3, space, name, "none").codes()))
                            .digest())
                    .as(name)
                    .isEqualTo(digest);
        }
    }

    @Test
    void whatKernelsCannotConvertIsRefused() {
        Computation wide = Computation.conversion(Formats.BINARY64, Formats.OCP_E4M3, Policies.IEEE);
        assertThatThrownBy(() -> Implementations.named("kernel", wide))
                .hasMessage(
                        "kernel converts from f32 into formats of at most 32 bits, and with default policies into f32:"
                                + " f64 to e4m3 rne ieee; use array");
        Computation rounded =
                Computation.conversion(Formats.OCP_E4M3, Formats.BINARY32, Policies.IEEE.withRounding(Rounding.TO_ODD));
        assertThatThrownBy(() -> Implementations.named("kernel-table", rounded)).hasMessageContaining("use array");
        Computation odd =
                Computation.conversion(Formats.BINARY32, Formats.E8M0, Policies.IEEE.withRounding(Rounding.TO_ODD));
        assertThatThrownBy(() -> Implementations.named("kernel-jdk", odd))
                .hasMessage("the family jdk has no kernel for f32 to e8m0 ro ieee");
    }
}
