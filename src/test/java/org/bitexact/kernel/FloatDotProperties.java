package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.kernel.Accumulation.Fused;
import org.bitexact.kernel.Accumulation.MultiplyAdd;
import org.bitexact.kernel.Accumulation.Pairwise;
import org.bitexact.kernel.Accumulation.Promoted;

/** Laws of dot products, over random accumulations and vectors; exact sums are those of the reference. */
class FloatDotProperties {
    /** Formats of factors: with any two of these, moderate products neither overflow nor underflow in a binary32 sum. */
    private static final List<ScalarFormat> FACTORS = List.of(
            Formats.BFLOAT16,
            Formats.BINARY16,
            Formats.TF32,
            Formats.BINARY32,
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.OCP_E2M1);

    private static final List<FloatFormat> WIDE =
            List.of(Formats.BINARY32, Formats.BFLOAT16, Formats.TF32, Formats.BINARY64);

    /** Modes that treat both signs alike. */
    private static final List<Rounding> SYMMETRIC = List.of(
            Rounding.TIES_TO_EVEN,
            Rounding.TIES_TO_AWAY,
            Rounding.TIES_TOWARD_ZERO,
            Rounding.TOWARD_ZERO,
            Rounding.AWAY_FROM_ZERO,
            Rounding.TO_ODD);

    private static final List<Rounding> DETERMINISTIC = List.of(
            Rounding.TIES_TO_EVEN,
            Rounding.TIES_TO_AWAY,
            Rounding.TOWARD_ZERO,
            Rounding.TOWARD_POSITIVE,
            Rounding.TOWARD_NEGATIVE,
            Rounding.TO_ODD);

    /** Vectors of codes and an addend, drawn from a seed. */
    record Vectors(ScalarFormat formatA, long[] a, ScalarFormat formatB, long[] b, int k, double c) {
        static Vectors of(int seed, int maxK) {
            Operands operands = new Operands(seed);
            SplittableRandom random = operands.random();
            ScalarFormat fa = FACTORS.get(random.nextInt(FACTORS.size()));
            ScalarFormat fb = FACTORS.get(random.nextInt(FACTORS.size()));
            int k = random.nextInt(maxK + 1);
            long[] a = new long[k];
            long[] b = new long[k];
            for (int i = 0; i < k; i++) {
                boolean cancels = i > 0 && random.nextInt(4) == 0;
                a[i] = cancels ? a[i - 1] ^ ((FloatFormat) fa).signMask() : operands.moderate(fa);
                b[i] = cancels ? b[i - 1] : operands.moderate(fb);
            }
            return new Vectors(fa, a, fb, b, k, random.nextInt(-64, 65) * 0.25);
        }

        double valueA(int i) {
            return Codec.of(formatA).decode(a[i]);
        }

        double valueB(int i) {
            return Codec.of(formatB).decode(b[i]);
        }
    }

    @Provide
    Arbitrary<Accumulation> accumulations() {
        return accumulations(DETERMINISTIC, WIDE);
    }

    @Provide
    Arbitrary<Accumulation> symmetric() {
        return accumulations(SYMMETRIC, WIDE);
    }

    private static Arbitrary<Accumulation> accumulations(List<Rounding> modes, List<FloatFormat> formats) {
        Arbitrary<Codec> codecs = Combinators.combine(Arbitraries.of(formats), Arbitraries.of(modes))
                .as((f, mode) -> Codec.of(f).rounding(mode));
        Arbitrary<Accumulation> simple = Arbitraries.oneOf(
                codecs.map(Accumulation::fma),
                codecs.map(Accumulation::exact),
                codecs.map(Accumulation::multiplyAdd),
                codecs.map(Accumulation::pairwise),
                Combinators.combine(Arbitraries.integers().between(2, 16), codecs)
                        .as(Accumulation::fused));
        Arbitrary<Accumulation> promoted = Combinators.combine(
                        simple, Arbitraries.integers().between(1, 16), codecs)
                .as(Accumulation::promoted);
        return Arbitraries.frequencyOf(Tuple.of(3, simple), Tuple.of(1, promoted))
                .withoutEdgeCases();
    }

    private static long code(Accumulation how, double x) {
        return Codec.of(how.format()).encodeLong(x, 0, null);
    }

    private static double value(Accumulation how, long code) {
        return Codec.of(how.format()).decode(code);
    }

    private static long dot(Accumulation how, Vectors v) {
        return FloatDot.of(v.formatA, v.formatB, how).dot(v.a, 0, v.b, 0, v.k, code(how, v.c));
    }

    // ------------------------------------------------------------------ accuracy

    /** One rounding's relative error: half an ulp to nearest, an ulp otherwise. */
    private static double unit(Accumulation how) {
        return Math.scalb(
                1.0,
                how.policies().rounding().isNearest()
                        ? -how.format().precision()
                        : 1 - how.format().precision());
    }

    /** The number of roundings, weighted with their units, that the term with the most of them goes through. */
    private static double growth(Accumulation how, int k) {
        double u = unit(how);
        if (how instanceof Fused fused) {
            return u * ((k + (fused.n() - 1L)) / fused.n());
        }
        if (how instanceof MultiplyAdd) {
            return u * (k + 1);
        }
        if (how instanceof Pairwise) {
            return u * (2 + 32 - Integer.numberOfLeadingZeros(Math.max(k - 1, 0)));
        }
        Promoted promoted = (Promoted) how;
        return growth(promoted.block(), Math.min(k, promoted.n())) + u * ((k + promoted.n() - 1) / promoted.n());
    }

    /**
     * Each term carries at most as many factors 1 + e, |e| &lt;= u, as it goes through roundings (Higham, <i>Accuracy and
     * Stability of Numerical Algorithms</i>, 3.1): the error is at most (exp(growth) - 1) (|c| + sum of |a b|).
     */
    @Property(tries = 3000)
    void errorIsWithinTheBoundOfTheAccumulation(
            @ForAll("accumulations") Accumulation how, @ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        Vectors v = Vectors.of(seed, 60);
        double c = value(how, code(how, v.c));
        BigFraction exact = ReferenceDot.exact(v.formatA, v.a, v.formatB, v.b, v.k, c);
        double magnitudes = Math.abs(c);
        for (int i = 0; i < v.k; i++) {
            magnitudes += Math.abs(v.valueA(i) * v.valueB(i));
        }
        double computed = value(how, dot(how, v));
        double error = BigFraction.from(computed).subtract(exact).abs().doubleValue();
        assertThat(error).isLessThanOrEqualTo(Math.expm1(growth(how, v.k)) * magnitudes * (1 + 1e-12));
    }

    @Property(tries = 2000)
    void binary32StaysNearBinary64(@ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        Vectors v = Vectors.of(seed, 200);
        Accumulation narrow = Accumulation.fma(Codec.of(Formats.BINARY32));
        Accumulation wide = Accumulation.fma(Codec.of(Formats.BINARY64));
        double magnitudes = Math.abs(v.c);
        for (int i = 0; i < v.k; i++) {
            magnitudes += Math.abs(v.valueA(i) * v.valueB(i));
        }
        assertThat(Math.abs(value(narrow, dot(narrow, v)) - value(wide, dot(wide, v))))
                .isLessThanOrEqualTo(Math.expm1(v.k * 0x1.001p-24) * magnitudes);
    }

    @Property(tries = 2000)
    void sumsThatFitAreExactInEveryAccumulation(
            @ForAll("accumulations") Accumulation how, @ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        // integers whose partial sums, in any order, have no more bits than the narrowest accumulator
        SplittableRandom random = new SplittableRandom(seed);
        int k = random.nextInt(15);
        long[] a = new long[k];
        long[] b = new long[k];
        int sum = random.nextInt(-16, 17);
        long c = code(how, sum);
        for (int i = 0; i < k; i++) {
            int x = random.nextInt(-4, 5);
            int y = random.nextInt(-4, 5);
            a[i] = Codec.of(Formats.OCP_E4M3).encode(x);
            b[i] = Codec.of(Formats.BINARY16).encode(y);
            sum += x * y;
        }
        long d = FloatDot.of(Formats.OCP_E4M3, Formats.BINARY16, how).dot(a, 0, b, 0, k, c);
        assertThat(value(how, d)).isEqualTo(sum);
    }

    // ------------------------------------------------------------------ order

    @Property(tries = 2000)
    void orderWithinAFusedStepDoesNotMatter(
            @ForAll @IntRange(min = 1, max = 16) int n, @ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        Vectors v = Vectors.of(seed, 50);
        Accumulation how = Accumulation.fused(n, Codec.of(Formats.BINARY32).rounding(Rounding.TOWARD_ZERO));
        long expected = dot(how, v);
        SplittableRandom random = new SplittableRandom(seed);
        for (int from = 0; from < v.k; from += n) {
            for (int i = Math.min(from + n, v.k) - 1; i > from; i--) {
                int j = random.nextInt(from, i + 1);
                swap(v.a, i, j);
                swap(v.b, i, j);
            }
        }
        assertThat(dot(how, v)).isEqualTo(expected);
    }

    private static void swap(long[] x, int i, int j) {
        long t = x[i];
        x[i] = x[j];
        x[j] = t;
    }

    @Property(tries = 2000)
    void factorsMayChangePlaces(
            @ForAll("accumulations") Accumulation how, @ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        Vectors v = Vectors.of(seed, 30);
        assertThat(FloatDot.of(v.formatB, v.formatA, how).dot(v.b, 0, v.a, 0, v.k, code(how, v.c)))
                .isEqualTo(dot(how, v));
    }

    @Property(tries = 2000)
    void chainMayBeCutAnywhere(
            @ForAll("accumulations") Accumulation how,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int seed,
            @ForAll @IntRange(max = 30) int cut) {
        Assume.that(how instanceof MultiplyAdd || how instanceof Fused f && f.n() == 1);
        Vectors v = Vectors.of(seed, 30);
        int first = Math.min(cut, v.k);
        FloatDot rule = FloatDot.of(v.formatA, v.formatB, how);
        long part = rule.dot(v.a, 0, v.b, 0, first, code(how, v.c));
        assertThat(rule.dot(v.a, first, v.b, first, v.k - first, part)).isEqualTo(dot(how, v));
    }

    /** Appended zeros change at most the sign of a zero: +0 * x added to -0 is +0. */
    @Property(tries = 2000)
    void zerosMayBeAppended(
            @ForAll("accumulations") Accumulation how,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int seed,
            @ForAll @IntRange(max = 20) int zeros) {
        Vectors v = Vectors.of(seed, 30);
        Vectors padded = new Vectors(
                v.formatA,
                Arrays.copyOf(v.a, v.k + zeros),
                v.formatB,
                Arrays.copyOf(v.b, v.k + zeros),
                v.k + zeros,
                v.c);
        assertThat(value(how, dot(how, padded)) + 0.0).isEqualTo(value(how, dot(how, v)) + 0.0);
    }

    // ------------------------------------------------------------------ symmetry

    @Property(tries = 2000)
    void powersOfTwoScaleTheResult(
            @ForAll("accumulations") Accumulation how,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int seed,
            @ForAll @IntRange(min = -8, max = 8) int scaleA,
            @ForAll @IntRange(min = -8, max = 8) int scaleB) {
        Vectors v = Vectors.of(seed, 30);
        long[] a = scaled(v.formatA, v.a, scaleA);
        long[] b = scaled(v.formatB, v.b, scaleB);
        long d = FloatDot.of(Formats.BINARY32, Formats.BINARY32, how)
                .dot(a, 0, b, 0, v.k, code(how, Math.scalb(v.c, scaleA + scaleB)));
        assertThat(value(how, d)).isEqualTo(Math.scalb(value(how, dot(how, v)), scaleA + scaleB));
    }

    private static long[] scaled(ScalarFormat format, long[] codes, int scale) {
        long[] wide = new long[codes.length];
        for (int i = 0; i < codes.length; i++) {
            double x = Codec.of(format).decode(codes[i]);
            wide[i] = Codec.of(Formats.BINARY32).encodeLong(Math.scalb(x, scale), 0, null);
        }
        return wide;
    }

    @Property(tries = 2000)
    void negationNegatesTheResult(
            @ForAll("symmetric") Accumulation how, @ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        Vectors v = Vectors.of(seed, 30);
        double d = value(how, dot(how, v));
        assertThat(value(how, dot(how, negated(v)))).isEqualTo(0.0 - d); // zero sums are +0
    }

    @Property(tries = 2000)
    void negationTurnsUpIntoDown(@ForAll @IntRange(max = Integer.MAX_VALUE) int seed) {
        Vectors v = Vectors.of(seed, 30);
        Codec f32 = Codec.of(Formats.BINARY32);
        Accumulation up = Accumulation.fma(f32.rounding(Rounding.TOWARD_POSITIVE));
        Accumulation down = Accumulation.fma(f32.rounding(Rounding.TOWARD_NEGATIVE));
        assertThat(value(down, dot(down, negated(v))) + 0.0).isEqualTo(0.0 - value(up, dot(up, v)));
    }

    private static Vectors negated(Vectors v) {
        long sign = ((FloatFormat) v.formatA).signMask();
        long[] a = v.a.clone();
        for (int i = 0; i < v.k; i++) {
            a[i] ^= sign;
        }
        return new Vectors(v.formatA, a, v.formatB, v.b, v.k, -v.c);
    }

    /** Every step is monotone in the accumulator, unlike the cut steps of matrix engines. */
    @Property(tries = 2000)
    void resultGrowsWithTheAddend(
            @ForAll("accumulations") Accumulation how,
            @ForAll @IntRange(max = Integer.MAX_VALUE) int seed,
            @ForAll @IntRange(max = 100) int step) {
        Vectors v = Vectors.of(seed, 30);
        Vectors more = new Vectors(v.formatA, v.a, v.formatB, v.b, v.k, v.c + step * 0x1p-6);
        Assume.that(value(how, code(how, more.c)) >= value(how, code(how, v.c)));
        assertThat(value(how, dot(how, more))).isGreaterThanOrEqualTo(value(how, dot(how, v)));
    }
}
