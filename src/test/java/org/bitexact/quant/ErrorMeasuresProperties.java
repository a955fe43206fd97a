package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.OracleValue;
import org.bitexact.oracle.Ulps;

/** Measures against exact sums of decimals, and errors in ulp against the oracle's. */
@Tag("fast")
class ErrorMeasuresProperties {
    private static final MathContext PRECISE = new MathContext(60);

    private static double[] numbers(Random random, int n, int spread) {
        return random.doubles(n, -1, 1)
                .map(x -> Math.scalb(x, random.nextInt(2 * spread + 1) - spread))
                .toArray();
    }

    /** Approximations that are near, equal, or anything. */
    private static double[] approximations(Random random, double[] reference, int spread) {
        double[] other = numbers(random, reference.length, spread);
        for (int i = 0; i < other.length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> other[i] = reference[i];
                case 1 -> other[i] = (float) reference[i];
                case 2 ->
                    other[i] = Codec.of(Formats.OCP_E4M3)
                            .decode(Codec.of(Formats.OCP_E4M3).saturating().encode(reference[i]));
                default -> {
                    // stays unrelated
                }
            }
        }
        return other;
    }

    private static BigDecimal exact(double x) {
        return new BigDecimal(x);
    }

    /** Number of doubles between a value and the exact one rounded. */
    private static long steps(double value, BigDecimal exact) {
        return Math.abs(Double.doubleToLongBits(value) - Double.doubleToLongBits(exact.doubleValue()));
    }

    @Property(tries = 300)
    void sumsAreTheExactOnesRounded(@ForAll long seed) {
        Random random = new Random(seed);
        int spread = random.nextInt(120);
        int n = 1 + random.nextInt(200);
        double[] reference = numbers(random, n, spread);
        double[] approximated = approximations(random, reference, spread);
        ErrorMeasures measures = ErrorMeasures.of(Formats.OCP_E4M3);
        measures.add(reference, 0, approximated, 0, n, 1);

        BigDecimal absolute = BigDecimal.ZERO;
        BigDecimal squares = BigDecimal.ZERO;
        BigDecimal rr = BigDecimal.ZERO;
        BigDecimal aa = BigDecimal.ZERO;
        BigDecimal ra = BigDecimal.ZERO;
        BigDecimal most = BigDecimal.ZERO;
        for (int i = 0; i < n; i++) {
            BigDecimal r = exact(reference[i]);
            BigDecimal a = exact(approximated[i]);
            BigDecimal e = a.subtract(r);
            absolute = absolute.add(e.abs());
            squares = squares.add(e.multiply(e));
            rr = rr.add(r.multiply(r));
            aa = aa.add(a.multiply(a));
            ra = ra.add(r.multiply(a));
            most = most.max(e.abs());
        }
        BigDecimal count = BigDecimal.valueOf(n);
        assertThat(measures.maxAbsoluteError()).isEqualTo(most.doubleValue());
        // sum and quotient are rounded, each once
        assertThat(steps(measures.meanAbsoluteError(), absolute.divide(count, PRECISE)))
                .isLessThanOrEqualTo(1);
        assertThat(steps(measures.meanSquaredError(), squares.divide(count, PRECISE)))
                .isLessThanOrEqualTo(1);
        if (rr.signum() > 0 && aa.signum() > 0) {
            BigDecimal cosine = ra.divide(rr.multiply(aa).sqrt(PRECISE), PRECISE);
            assertThat(Math.abs(measures.cosineSimilarity() - cosine.doubleValue()))
                    .isLessThanOrEqualTo(0x1p-50);
        } else {
            assertThat(measures.cosineSimilarity()).isNaN();
        }
        if (rr.signum() > 0 && squares.signum() > 0) {
            double decibels = 10 * Math.log10(rr.divide(squares, PRECISE).doubleValue());
            assertThat(Math.abs(measures.sqnr() - decibels)).isLessThanOrEqualTo(0x1p-50 * 1e4);
        }
    }

    @Provide
    Arbitrary<FloatFormat> floats() {
        List<FloatFormat> formats = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            if (format instanceof FloatFormat f && f.width() <= 32) {
                formats.add(f);
            }
        }
        return Arbitraries.of(formats);
    }

    @Property
    void errorsInUlpAreTheOracles(@ForAll("floats") FloatFormat format, @ForAll long seed) {
        Random random = new Random(seed);
        double number = numbers(random, 1, 160)[0];
        double reference = format.signed() ? number : Math.abs(number);
        long code = Codec.of(format, Policies.IEEE.saturating()).encode(reference) & format.codeMask();
        double approximated = Codec.of(format).decode(code);
        ErrorMeasures measures = ErrorMeasures.of(format);
        measures.add(reference, approximated);
        BigFraction exact = Ulps.error(format, code, OracleValue.of(BigFraction.from(reference)))
                .abs();
        // the difference is rounded to binary64, its quotient by a power of two is exact
        assertThat(measures.maxUlpError()).isEqualTo(exact.doubleValue());
    }

    @Property(tries = 300)
    void divisionChangesNeitherCountsNorMaximaNorTheFirstDifference(@ForAll long seed) {
        Random random = new Random(seed);
        int n = 2 + random.nextInt(300);
        double[] reference = numbers(random, n, 40);
        double[] approximated = approximations(random, reference, 40);
        approximated[random.nextInt(n)] = Double.NaN;
        ErrorMeasures whole = ErrorMeasures.of(Formats.OCP_E4M3);
        whole.add(reference, 0, approximated, 0, n, 0.5);
        ErrorMeasures merged = ErrorMeasures.of(Formats.OCP_E4M3);
        for (int at = 0; at < n; ) {
            int part = Math.min(random.nextInt(50), n - at);
            ErrorMeasures next = ErrorMeasures.of(Formats.OCP_E4M3);
            next.add(reference, at, approximated, at, part, 0.5);
            merged.merge(next);
            at += part;
        }
        assertThat(counts(merged)).isEqualTo(counts(whole));
        for (double[] pair : new double[][] {
            {merged.meanAbsoluteError(), whole.meanAbsoluteError()},
            {merged.meanSquaredError(), whole.meanSquaredError()},
            {merged.meanRelativeError(), whole.meanRelativeError()},
            {merged.meanUlpError(), whole.meanUlpError()},
            {merged.cosineSimilarity(), whole.cosineSimilarity()}
        }) {
            // without a number other than zero the cosine, without any number all of them are NaN
            assertThat(Double.isNaN(pair[0])).isEqualTo(Double.isNaN(pair[1]));
            if (!Double.isNaN(pair[1])) {
                assertThat(Math.abs(pair[0] - pair[1])).isLessThanOrEqualTo(2 * Math.ulp(pair[1]));
            }
        }
    }

    private static List<Object> counts(ErrorMeasures m) {
        return List.of(
                m.count(),
                m.differing(),
                m.nonFinite(),
                m.saturated(),
                m.lostToZero(),
                m.firstDivergence(),
                m.maxAbsoluteError(),
                m.maxAbsoluteErrorIndex(),
                m.maxRelativeError(),
                m.maxRelativeErrorIndex(),
                m.maxUlpError(),
                m.maxUlpErrorIndex());
    }

    /** The checks can fail: sums as most programs form them are further off than the properties allow. */
    @Example
    void plainSumsAreNotGoodEnough() {
        Random random = new Random(5);
        double[] reference = numbers(random, 3000, 30);
        double[] approximated = approximations(random, reference, 30);
        double plain = 0;
        BigDecimal exact = BigDecimal.ZERO;
        ErrorMeasures measures = ErrorMeasures.of(Formats.OCP_E4M3);
        measures.add(reference, 0, approximated, 0, reference.length, 1);
        for (int i = 0; i < reference.length; i++) {
            plain += (approximated[i] - reference[i]) * (approximated[i] - reference[i]);
            BigDecimal e = exact(approximated[i]).subtract(exact(reference[i]));
            exact = exact.add(e.multiply(e));
        }
        exact = exact.divide(BigDecimal.valueOf(3000), PRECISE);
        assertThat(steps(measures.meanSquaredError(), exact)).isLessThanOrEqualTo(1);
        assertThat(steps(plain / 3000, exact)).isGreaterThan(1);
    }
}
