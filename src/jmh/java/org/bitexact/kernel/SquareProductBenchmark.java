package org.bitexact.kernel;

import java.util.concurrent.TimeUnit;
import org.bitexact.jmh.Rival;
import org.bitexact.jmh.Turns;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Square matrix products beside others of this library; {@code ratio} tells how many times as fast they are.
 *
 * <p>{@code docs/matrix-speed.md} has the results. Beside ONNX Runtime: {@code RivalProductBenchmark}, with the profile
 * {@code oracle}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 1, time = 5) // JMH adds up the counters of several
@Fork(1)
public class SquareProductBenchmark {
    /** The product of binary32 numbers by the same kernels, on one thread. */
    public static class Binary32 extends Rival {
        /** Makes it. */
        public Binary32() {
            super(false);
        }

        /** Draws the operands. */
        @Setup
        public void prepare(SquareProduct ours) {
            SquareProduct product = ours.binary32();
            does(() -> product.multiply(1));
        }
    }

    /** The same product on one thread. */
    public static class OneThread extends Rival {
        /** Makes it. */
        public OneThread() {
            super(true);
        }

        /** Takes the operands. */
        @Setup
        public void prepare(SquareProduct product) {
            does(() -> product.multiply(1));
        }
    }

    /** One thread beside the product of binary32 numbers. */
    @Benchmark
    public void besideBinary32(SquareProduct product, Binary32 rival, Turns turns) throws Exception {
        turns.take(rival, () -> product.multiply(1));
    }

    /** Two threads beside one. */
    @Benchmark
    public void twoThreads(SquareProduct product, OneThread rival, Turns turns) throws Exception {
        turns.take(rival, () -> product.multiply(2));
    }
}
