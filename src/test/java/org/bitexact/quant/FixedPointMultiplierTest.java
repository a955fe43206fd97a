package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class FixedPointMultiplierTest {
    private static final BigDecimal TWO = new BigDecimal(2);

    @ParameterizedTest
    @CsvSource({"-3, -1", "-1, 0", "1, 1", "3, 2"})
    void highProductsRoundTiesTowardPositiveInfinity(int k, int expected) {
        assertThat(FixedPointMultiplier.saturatingRoundingDoublingHighMultiply(k, 1 << 30))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"-3, -2", "-1, -1", "1, 1", "3, 2"})
    void shiftsRoundTiesAwayFromZero(int k, int expected) {
        assertThat(FixedPointMultiplier.roundingDivideByPowerOfTwo(k, 1)).isEqualTo(expected);
    }

    @Test
    void theOneOverflowSaturates() {
        assertThat(FixedPointMultiplier.saturatingRoundingDoublingHighMultiply(Integer.MIN_VALUE, Integer.MIN_VALUE))
                .isEqualTo(Integer.MAX_VALUE);
    }

    /** Ceiling of x - 1/2 and floor of x + 1/2 in decimals: ties toward positive infinity. */
    private static BigInteger tiesUp(BigDecimal x) {
        return x.add(new BigDecimal("0.5")).setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    }

    @Test
    void bothFormsEqualTheExactOnesRounded() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200_000; i++) {
            int x = random.nextInt() >> random.nextInt(31);
            double real = Math.scalb(random.nextDouble(0.5, 1), random.nextInt(-20, 1));
            FixedPointMultiplier m = FixedPointMultiplier.of(real);
            BigDecimal product = new BigDecimal(x).multiply(new BigDecimal(m.multiplier()));
            assertThat(m.applyRoundingOnce(x))
                    .isEqualTo(tiesUp(product.divide(TWO.pow(31 - m.shift()))).intValueExact());
            if (m.shift() <= 0) {
                BigInteger high = tiesUp(product.divide(TWO.pow(31)));
                BigDecimal shifted = new BigDecimal(high).divide(TWO.pow(-m.shift()));
                assertThat(m.applyRoundingTwice(x))
                        .isEqualTo(shifted.setScale(0, RoundingMode.HALF_UP).intValueExact());
            }
        }
    }

    @Test
    void theTwoFormsDiffer() {
        // 1 * 0.375: once 0.375 -> 0; twice: high product 0.75 -> 1, then 1 / 2 -> 1
        FixedPointMultiplier m = FixedPointMultiplier.of(0.375);
        assertThat(m.shift()).isEqualTo(-1);
        assertThat(m.applyRoundingOnce(1)).isZero();
        assertThat(m.applyRoundingTwice(1)).isEqualTo(1);
    }

    @Test
    void theMultiplierIsTheNearestOne() {
        assertThat(FixedPointMultiplier.of(1)).isEqualTo(new FixedPointMultiplier(1 << 30, 1));
        assertThat(FixedPointMultiplier.of(0.5)).isEqualTo(new FixedPointMultiplier(1 << 30, 0));
        // rounds up to 2^31, which is halved
        assertThat(FixedPointMultiplier.of(Math.nextDown(1.0))).isEqualTo(new FixedPointMultiplier(1 << 30, 1));
        assertThat(FixedPointMultiplier.of(0)).isEqualTo(new FixedPointMultiplier(0, 0));
        assertThat(FixedPointMultiplier.of(0x1p-40)).isEqualTo(new FixedPointMultiplier(0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FixedPointMultiplier.of(-1))
                .withMessage("multiplier must be in [0, 2^30): -1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> FixedPointMultiplier.of(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedPointMultiplier(5, 0))
                .withMessage("multiplier must be 0 or in [2^30, 2^31): 5");
    }
}
