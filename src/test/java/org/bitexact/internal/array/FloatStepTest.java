package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.internal.array.FloatStep.Operation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel of every step gives what the definition gives, rare elements included. */
@Tag("fast")
class FloatStepTest {
    private static List<FloatStep> steps() {
        List<FloatStep> steps = new ArrayList<>();
        for (FloatFormat f : List.of(Formats.BINARY16, Formats.BFLOAT16)) {
            for (Rounding mode : List.of(Rounding.TIES_TO_EVEN, Rounding.TOWARD_ZERO, Rounding.TOWARD_NEGATIVE)) {
                for (Operation operation : Operation.values()) {
                    FloatFormat[] formats = new FloatFormat[operation.arity()];
                    Arrays.fill(formats, f);
                    for (boolean exact : new boolean[] {false, true}) {
                        FloatStep step = FloatStep.of(operation, Codec.of(f).rounding(mode), exact, formats);
                        assertThat(step).isNotNull();
                        steps.add(step);
                    }
                }
            }
        }
        return steps;
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "vector"})
    void everyKernelIsRight(String name) {
        Kernels family = family(name);
        for (FloatStep step : steps()) {
            KernelTask task = KernelTask.step(step);
            ArrayKernel kernel = task.kernel(family);
            assertThat(kernel).isNotNull();
            assertThat(task.agrees(kernel)).as(name + " " + step).isTrue();
            float[] rows = (float[]) task.stimulus();
            for (int n : new int[] {0, 1, 37}) {
                assertThat(task.agrees(kernel, task.scalar(), rows, 5, n, 0))
                        .as("%s %s of %d elements", name, step, n)
                        .isTrue();
            }
        }
    }

    private static Kernels family(String name) {
        if (name.equals("table")) {
            return TableKernels.INSTANCE;
        }
        Kernels vectors = KernelSelection.family("vector");
        assumeTrue(vectors != null, "this JVM runs without the Vector API");
        return Objects.requireNonNull(vectors);
    }

    /** A wrong kernel of each kind is told from the right one by the stimulus. */
    @Test
    void theStimulusFindsDefects() {
        for (FloatStep step : steps()) {
            KernelTask task = KernelTask.step(step);
            List<FloatStep> wrong = new ArrayList<>();
            if (step.operation().isSum()) {
                wrong.add(with(step, !step.odd(), step.minusZero(), step.watchesTiny(), step.watchesInfinite()));
                wrong.add(with(step, step.odd(), !step.minusZero(), step.watchesTiny(), step.watchesInfinite()));
            }
            if (step.watchesTiny()) {
                wrong.add(with(step, step.odd(), step.minusZero(), false, false));
            }
            for (FloatStep other : wrong) {
                ArrayKernel kernel = new PlainStep(other);
                assertThat(task.agrees(kernel)).as(step + " as " + other).isFalse();
            }
        }
    }

    private static FloatStep with(FloatStep s, boolean odd, boolean minusZero, boolean tiny, boolean infinite) {
        return new FloatStep(s.operation(), odd, minusZero, tiny, infinite, s.nan());
    }

    /** What the proof does not cover is refused. */
    @Test
    void otherFormatsAndPoliciesHaveNoStep() {
        Codec half = Codec.of(Formats.BINARY16);
        assertThat(FloatStep.of(Operation.ADD, half, false, Formats.BINARY16, Formats.BINARY32))
                .isNull();
        assertThat(FloatStep.of(Operation.ADD, Codec.of(Formats.BINARY32), false, Formats.BINARY16, Formats.BINARY16))
                .isNull();
        assertThat(FloatStep.of(
                        Operation.ADD,
                        half.stochastic(Rounding.STOCHASTIC_A, 4),
                        false,
                        Formats.BINARY16,
                        Formats.BINARY16))
                .isNull();
        FloatFormat wide = FloatFormat.builder("e5m11", 5, 11).build();
        assertThat(FloatStep.of(Operation.ADD, Codec.of(wide), false, wide, wide))
                .isNull();
    }
}
