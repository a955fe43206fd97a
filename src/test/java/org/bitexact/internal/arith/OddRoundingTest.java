package org.bitexact.internal.arith;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sums and quotients rounded to odd, against decimal arithmetic. */
@Tag("fast")
class OddRoundingTest {
    private static final double[] VALUES = {
        0.0,
        1,
        3,
        -1,
        -1.5,
        0x1p-53,
        0x1.8p-53,
        -0x1p-54,
        0x1p-200,
        -0x1.0000_0000_0000_1p-52,
        0x1.ffff_ffff_ffff_fp0,
        10,
        0x1.0000_0000_0000_1p0,
        0x1p60,
        -0x1.23p55
    };

    /** Whether a number is a value rounded to odd: it is the value, or odd and next to it. */
    private static void assertOdd(double actual, BigDecimal exact) {
        if (new BigDecimal(actual).compareTo(exact) != 0) {
            assertThat(Double.doubleToRawLongBits(actual) & 1)
                    .as("%a of %s", actual, exact)
                    .isOne();
            assertThat(exact)
                    .as("%a", actual)
                    .isBetween(new BigDecimal(Math.nextDown(actual)), new BigDecimal(Math.nextUp(actual)));
        }
    }

    private static boolean isNumber(BigDecimal exact) {
        return new BigDecimal(exact.doubleValue()).compareTo(exact) == 0;
    }

    @Test
    void sums() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2000; i++) {
            double u = i < 225 ? VALUES[i / 15] : Math.scalb(random.nextDouble() - 0.5, random.nextInt(60));
            double v = i < 225 ? VALUES[i % 15] : Math.scalb(random.nextDouble() - 0.5, random.nextInt(60));
            BigDecimal exact = new BigDecimal(u).add(new BigDecimal(v));
            double sum = OddRounding.sum(u, v);
            assertOdd(sum, exact);
            if (isNumber(exact)) {
                assertThat(sum).isEqualTo(u + v);
            }
        }
    }

    /** To 400 digits, more than any quotient of these comes near a number of binary64. */
    @Test
    void quotients() {
        SplittableRandom random = new SplittableRandom(2);
        MathContext down = new MathContext(400, RoundingMode.DOWN);
        for (int i = 0; i < 2000; i++) {
            double x = i < 225 ? VALUES[i / 15] : Math.scalb(random.nextDouble() - 0.5, random.nextInt(60));
            double y = Math.abs(i < 225 ? VALUES[i % 15] : Math.scalb(random.nextDouble(), random.nextInt(60)));
            if (y != 0) {
                BigDecimal exact = new BigDecimal(x).divide(new BigDecimal(y), down);
                double quotient = OddRounding.quotient(x, y);
                assertOdd(quotient, exact);
                if (isNumber(exact) && exact.multiply(new BigDecimal(y)).compareTo(new BigDecimal(x)) == 0) {
                    assertThat(quotient).isEqualTo(x / y);
                }
            }
        }
    }

    @Test
    void specialValues() {
        double infinity = Double.POSITIVE_INFINITY;
        assertThat(OddRounding.sum(infinity, 1)).isEqualTo(infinity);
        assertThat(OddRounding.sum(-1, -infinity)).isEqualTo(-infinity);
        assertThat(OddRounding.sum(infinity, -infinity)).isNaN();
        assertThat(OddRounding.sum(Double.NaN, 1)).isNaN();
        assertThat(1 / OddRounding.sum(-0.0, -0.0)).isEqualTo(-infinity);
        assertThat(1 / OddRounding.quotient(-0.0, 3)).isEqualTo(-infinity);
        assertThat(1 / OddRounding.quotient(0.0, 3)).isEqualTo(infinity);
    }
}
