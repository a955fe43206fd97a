package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which kernel converts when, with families that are right, wrong, slow or broken. */
@Tag("fast")
class AdaptiveKernelTest {
    /** Elements of a run: enough for the clock. */
    private static final int N = 1 << 13;

    private static final Encoder RIGHT = ScalarKernels.INSTANCE.encoder(Formats.OCP_E4M3, Policies.IEEE, 0);
    private static final Encoder QUICK = new TableEncoder(Formats.OCP_E4M3, Policies.IEEE);

    /** A family whose only kernel is an encoder. */
    private record Family(String name, @Nullable Encoder encoder) implements Kernels {
        @Override
        public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
            return encoder;
        }

        @Override
        public @Nullable Decoder decoder(ScalarFormat source) {
            return null;
        }

        @Override
        public @Nullable Packer packer(int width, boolean highFirst) {
            return null;
        }
    }

    private static AdaptiveKernel kernel(@Nullable Kernels plain, int before, @Nullable Supplier<Kernels> vector) {
        KernelSelection selection = new KernelSelection(
                () -> plain == null ? List.of() : List.of(plain), before, vector, new Trials(System::nanoTime));
        return selection.encoder(Formats.OCP_E4M3, Policies.IEEE, 0);
    }

    private static Encoder wrong(Encoder right) {
        return new BlockEncoder() {
            @Override
            void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
                right.encode(src, from, codes, 0, n, index);
                for (int i = 0; i < n; i++) {
                    codes[i] ^= src[from + i] == 3 ? 1 : 0;
                }
            }
        };
    }

    private static Encoder slow(Encoder right) {
        return new BlockEncoder() {
            @Override
            void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
                for (int i = 0; i < n; i++) {
                    right.encode(src, from, codes, 0, n, index);
                }
            }
        };
    }

    private static Encoder throwing() {
        return new BlockEncoder() {
            @Override
            void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
                throw new NoSuchMethodError("changed since");
            }
        };
    }

    private static float[] values() {
        float[] values = KernelCheck.values(Formats.OCP_E4M3, N, 3);
        values[77] = 3;
        return values;
    }

    /** Converts until the time that any trial needs has passed, checking each result. */
    private static void work(AdaptiveKernel kernel, int milliseconds) {
        float[] values = values();
        byte[] expected = new byte[N];
        RIGHT.encode(values, 0, expected, 0, N, 0);
        byte[] codes = new byte[N];
        long end = System.nanoTime() + milliseconds * 1_000_000L;
        do {
            kernel.apply(values, 0, codes, 0, N, 0);
            assertThat(codes).isEqualTo(expected);
        } while (System.nanoTime() < end);
    }

    @Test
    void firstElementsGoToTheScalarKernel() {
        AdaptiveKernel kernel = kernel(new Family("table", QUICK), N + 1, null);
        assertThat(kernel.family()).isEqualTo("scalar");
        work(kernel, 0);
        assertThat(kernel.family()).isEqualTo("scalar");
        work(kernel, 0);
        assertThat(kernel.family()).isEqualTo("table");
    }

    /** Codes of a byte, by runs so long that they go in two streams; each kernel draws its own random bits. */
    @Test
    void longRunsGiveTheSameCodes() {
        int n = (1 << 21) + 70_001;
        float[] values = new float[n + 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(i * 0x9e3779b9);
        }
        Policies stochastic = Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 16);
        for (Policies policies : List.of(Policies.IEEE, stochastic)) {
            Encoder right = ScalarKernels.INSTANCE.encoder(Formats.OCP_E4M3, policies, 7);
            byte[] expected = new byte[n];
            right.encode(values, 3, expected, 0, n, 11);
            KernelSelection selection = new KernelSelection(() -> List.of(new Family("table", right)), 0, null);
            AdaptiveKernel kernel = selection.encoder(Formats.OCP_E4M3, policies, 7);
            byte[] codes = new byte[n + 9];
            for (int run = 0; run < 2; run++) {
                Arrays.fill(codes, (byte) 0x55);
                kernel.apply(values, 3, codes, 5, n, 11);
                assertThat(Arrays.equals(codes, 5, 5 + n, expected, 0, n)).isTrue();
                assertThat(codes[4]).isEqualTo((byte) 0x55);
                assertThat(codes[5 + n]).isEqualTo((byte) 0x55);
            }
        }
    }

    @Test
    void kernelThatFailsTheSelfCheckIsNeverUsed() {
        Encoder wrong = new BlockEncoder() {
            @Override
            void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
                RIGHT.encode(src, from, codes, 0, n, index);
                for (int i = 0; i < n; i++) {
                    codes[i] = codes[i] == 0x80 ? 0 : codes[i];
                }
            }
        };
        AdaptiveKernel kernel = kernel(new Family("table", wrong), 0, null);
        work(kernel, 0);
        assertThat(kernel.family()).isEqualTo("scalar");
    }

    @Test
    void missingKernelIsReplacedByTheScalarOne() {
        AdaptiveKernel kernel = kernel(new Family("vector", null), 0, null);
        work(kernel, 0);
        assertThat(kernel.family()).isEqualTo("scalar");
    }

    @Test
    void vectorKernelTakesOverWhenItIsFaster() {
        AdaptiveKernel kernel = kernel(null, 0, () -> new Family("vector", QUICK));
        work(kernel, 0);
        assertThat(kernel.family()).isEqualTo("scalar");
        for (int i = 0; i < 40 && !kernel.family().equals("vector"); i++) {
            work(kernel, 50);
        }
        assertThat(kernel.family()).isEqualTo("vector");
        work(kernel, 10);
    }

    /** A kernel on whose clock runs take what is told, by their number and elements. */
    private static Encoder timed(long[] clock, LongBinaryOperator nanos) {
        return new BlockEncoder() {
            private long runs;

            @Override
            void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
                throw new AssertionError();
            }

            @Override
            public void encode(float[] src, int from, byte[] dst, int to, int n, long index) {
                QUICK.encode(src, from, dst, to, n, index);
                clock[0] += nanos.applyAsLong(runs++, n);
            }
        };
    }

    /** Values converted before the vector kernel is chosen, in millions, where those of plain Java take 1 ns each. */
    private static long millionsUntilChosen(LongBinaryOperator nanos) {
        long[] clock = {0};
        Family plain = new Family("table", timed(clock, (runs, n) -> n));
        Family vector = new Family("vector", timed(clock, nanos));
        AdaptiveKernel kernel = new KernelSelection(() -> List.of(plain), 0, () -> vector, new Trials(() -> clock[0]))
                .encoder(Formats.OCP_E4M3, Policies.IEEE, 0);
        float[] values = values();
        byte[] codes = new byte[N];
        long done = 0;
        for (; !kernel.family().equals("vector") && done < 400_000_000; done += N) {
            kernel.apply(values, 0, codes, 0, N, 0);
        }
        return done / 1_000_000;
    }

    @Test
    void choiceTakesTheFreeTimeAndThatOfTrials() {
        // 3000 trials, 20 µs each, until the code is compiled: 60 ms, during which as many values are converted
        assertThat(millionsUntilChosen((runs, n) -> runs < 3000 ? 20_000 : n / 8))
                .isBetween(159L, 161L);
    }

    @Test
    void conversionsOfTheFreeTimeGoWithoutTrials() {
        assertThat(millionsUntilChosen((runs, n) -> n / 8)).isEqualTo(100);
    }

    /** As when the compiler has finished the operations, but not the loop. */
    @Test
    void kernelThatIsSlowerForAWhileIsNotGivenUp() {
        assertThat(millionsUntilChosen((runs, n) -> runs < 3000 ? 2L * n : n / 8))
                .isBetween(120L, 130L);
    }

    @Test
    void kernelThatStaysSlowerIsGivenUp() {
        assertThat(millionsUntilChosen((runs, n) -> 2L * n)).isEqualTo(400);
    }

    @Test
    void vectorKernelIsTriedOnNarrowCodesInWideElements() {
        AdaptiveKernel kernel = kernel(null, 0, () -> new Family("vector", QUICK));
        float[] values = values();
        short[] expected = new short[N];
        RIGHT.encode(values, 0, expected, 0, N, 0);
        short[] codes = new short[N];
        assertThat(logged(lines -> {
                    long end = System.nanoTime() + 1_000_000_000L;
                    do {
                        kernel.apply(values, 0, codes, 0, N, 0);
                        assertThat(codes).isEqualTo(expected);
                    } while (!kernel.family().equals("vector") && System.nanoTime() < end);
                }))
                .noneMatch(line -> line.contains("fails") || line.contains("differs"));
    }

    @Test
    void slowVectorKernelDoesNot() {
        AdaptiveKernel kernel = kernel(new Family("table", QUICK), 0, () -> new Family("vector", slow(RIGHT)));
        work(kernel, 500);
        assertThat(kernel.family()).isEqualTo("table");
    }

    /** The stimulus does not hold the one wrong value, the data does. */
    @Test
    void vectorKernelThatIsWrongOnTheDataDoesNot() {
        AdaptiveKernel kernel = kernel(null, 0, () -> new Family("vector", wrong(QUICK)));
        work(kernel, 500);
        assertThat(kernel.family()).isEqualTo("scalar");
    }

    @Test
    void vectorKernelThatFailsDoesNot() {
        AdaptiveKernel kernel = kernel(null, 0, () -> new Family("vector", throwing()));
        work(kernel, 300);
        assertThat(kernel.family()).isEqualTo("scalar");
    }

    @Test
    void absentVectorFamilyIsNotMissed() {
        AdaptiveKernel kernel = kernel(new Family("table", QUICK), 0, () -> null);
        work(kernel, 300);
        assertThat(kernel.family()).isEqualTo("table");
    }

    @Test
    void kernelsAreSharedByWhatTheyDo() {
        KernelSelection selection = KernelSelection.of("table");
        AdaptiveKernel kernel = selection.encoder(Formats.OCP_E4M3, Policies.IEEE, 0);
        assertThat(selection.encoder(Formats.OCP_E4M3, Policies.IEEE.withFlushInputs(false), 1))
                .isSameAs(kernel);
        assertThat(selection.encoder(Formats.OCP_E4M3, Policies.IEEE.saturating(), 0))
                .isNotSameAs(kernel);
        assertThat(selection.encoder(Formats.IEEE_E4M3, Policies.IEEE, 0)).isNotSameAs(kernel);
        assertThat(selection.encoder(Formats.INT8, Policies.IEEE, 0))
                .isNotSameAs(selection.encoder(Formats.UINT8, Policies.IEEE, 0));
        assertThat(selection.decoder(Formats.OCP_E4M3)).isSameAs(selection.decoder(Formats.OCP_E4M3));
        assertThat(selection.packer(4, false)).isSameAs(selection.packer(4, false));
        assertThat(selection.packer(4, false)).isNotSameAs(selection.unpacker(4, false));
    }

    /** {@return what is logged, level first} */
    private static List<String> logged(Consumer<List<String>> work) {
        Logger logger = Logger.getLogger("org.bitexact.array");
        List<String> lines = new ArrayList<>();
        Thread here = Thread.currentThread(); // tests at work beside this one log, too
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (Thread.currentThread() == here) {
                    lines.add(line.getLevel() + " " + line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try {
            work.accept(lines);
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(null);
        }
        return lines;
    }

    @Test
    void choiceIsLoggedOnceWithItsReason() {
        AdaptiveKernel asked = KernelSelection.of("table").encoder(Formats.OCP_E4M3, Policies.IEEE, 0);
        assertThat(logged(lines -> {
                    work(asked, 0);
                    work(asked, 0);
                }))
                .containsExactly("FINE encode e4m3 rne: table, asked for by org.bitexact.kernel");
        AdaptiveKernel best = kernel(new Family("table", QUICK), 1, null);
        assertThat(logged(lines -> {
                    for (int n = 0; n <= 1 << 20; n += N) {
                        work(best, 0);
                    }
                }))
                .containsExactly("FINE encode e4m3 rne: table, the best that is right");
    }

    @Test
    void victoryOfAVectorKernelIsLoggedWithTheTimes() {
        AdaptiveKernel kernel = kernel(null, 0, () -> new Family("vector", QUICK));
        List<String> lines = logged(all -> {
            for (int i = 0; i < 40 && !kernel.family().equals("vector"); i++) {
                work(kernel, 50);
            }
        });
        assertThat(lines)
                .anyMatch(
                        line -> line.matches("FINE encode e4m3 rne: vector, [0-9.]+ ns an element instead of [0-9.]+"));
        AdaptiveKernel absent = kernel(new Family("table", QUICK), 0, () -> null);
        String line = "FINE encode e4m3 rne: no vector kernel, since the module jdk.incubator.vector is not there";
        assertThat(logged(all -> {
                    for (int i = 0; i < 40 && !all.contains(line); i++) {
                        work(absent, 50);
                    }
                }))
                .contains(line);
    }

    @Test
    void unknownFamilyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KernelSelection.of("simd"))
                .withMessage("org.bitexact.kernel must be one of auto, scalar, table, jdk, vector: simd");
    }
}
