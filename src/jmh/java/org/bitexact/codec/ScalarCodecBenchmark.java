package org.bitexact.codec;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Rounding;
import org.bitexact.internal.codec.HalfFloats;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Cost of one call of {@link Codec}, beside a plain cast and the half-float conversions of JDK 20 and later.
 *
 * <p>Values are 4096 normally distributed ones; of those of {@code wide} the exponent varies by another 16 binades, so
 * that many results are subnormal or zero in the 8-bit formats.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ScalarCodecBenchmark.N)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 10, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
public class ScalarCodecBenchmark {
    static final int N = 4096;

    /** The values encoded. */
    @State(Scope.Thread)
    public static class Values {
        final double[] doubles = new double[N];
        final float[] floats = new float[N];
        final double[] wide = new double[N];
        final short[] halves = new short[N];

        /** Draws the values. */
        public Values() {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < N; i++) {
                doubles[i] = gaussian(random);
                floats[i] = (float) doubles[i];
                wide[i] = gaussian(random) * Math.scalb(1.0, -random.nextInt(16));
                halves[i] = (short) random.nextInt();
            }
        }

        private static double gaussian(SplittableRandom random) {
            return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        }
    }

    /** A format's codecs. */
    @State(Scope.Thread)
    public static class Codecs {
        /** Name of the format. */
        @Param({"f16", "bf16", "e4m3", "e5m2", "e4m3fnuz", "e2m1"})
        public String format = "f16";

        Codec nearest;
        Codec up;
        final int[] codes = new int[N];

        /** Prepares the codecs and draws codes. */
        @org.openjdk.jmh.annotations.Setup
        public void prepare() {
            FloatFormat f = (FloatFormat) FormatNames.scalar(format).format();
            nearest = Codec.of(f);
            up = nearest.rounding(Rounding.TOWARD_POSITIVE);
            SplittableRandom random = new SplittableRandom(2);
            for (int i = 0; i < N; i++) {
                codes[i] = random.nextInt() & (int) f.codeMask();
            }
        }
    }

    /** Refuses to time conversions that the JDK lacks. */
    private static void requireHalfFloats() {
        if (!HalfFloats.PRESENT) {
            throw new UnsupportedOperationException("the yardstick needs JDK 20 or later");
        }
    }

    /** Yardstick: the rounding from binary64 to binary32. */
    @Benchmark
    public float castToFloat(Values values) {
        float sum = 0;
        for (double x : values.doubles) {
            sum += (float) x;
        }
        return sum;
    }

    /** Yardstick: binary32 to binary16 by the JDK. */
    @Benchmark
    public int jdkFloatToFloat16(Values values) {
        requireHalfFloats();
        int sum = 0;
        for (float x : values.floats) {
            sum += HalfFloats.of(x);
        }
        return sum;
    }

    /** Yardstick: binary16 to binary32 by the JDK. */
    @Benchmark
    public float jdkFloat16ToFloat(Values values) {
        requireHalfFloats();
        float sum = 0;
        for (short x : values.halves) {
            sum += HalfFloats.toFloat(x);
        }
        return sum;
    }

    /** Binary64 values, ties to even. */
    @Benchmark
    public int encodeDouble(Values values, Codecs codecs) {
        Codec codec = codecs.nearest;
        int sum = 0;
        for (double x : values.doubles) {
            sum += codec.encode(x);
        }
        return sum;
    }

    /** Binary32 values, ties to even. */
    @Benchmark
    public int encodeFloat(Values values, Codecs codecs) {
        Codec codec = codecs.nearest;
        int sum = 0;
        for (float x : values.floats) {
            sum += codec.encode(x);
        }
        return sum;
    }

    /** Binary64 values of a wide range, ties to even. */
    @Benchmark
    public int encodeWide(Values values, Codecs codecs) {
        Codec codec = codecs.nearest;
        int sum = 0;
        for (double x : values.wide) {
            sum += codec.encode(x);
        }
        return sum;
    }

    /** Binary64 values, toward +infinity. */
    @Benchmark
    public int encodeUp(Values values, Codecs codecs) {
        Codec codec = codecs.up;
        int sum = 0;
        for (double x : values.doubles) {
            sum += codec.encode(x);
        }
        return sum;
    }

    /** Binary64 values, toward +infinity, with flags. */
    @Benchmark
    public long encodeUpWithFlags(Values values, Codecs codecs) {
        Codec codec = codecs.up;
        long sum = 0;
        for (double x : values.doubles) {
            sum += codec.encodeWithFlags(x);
        }
        return sum;
    }

    /** Every code with the same probability, NaN included. */
    @Benchmark
    public double decode(Codecs codecs) {
        Codec codec = codecs.nearest;
        double sum = 0;
        for (int code : codecs.codes) {
            sum += codec.decode(code);
        }
        return sum;
    }
}
