package org.bitexact.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values by hand. */
@Tag("fast")
class UlpsTest {
    private static OracleValue decimal(String text) {
        return OracleValue.of(new BigDecimal(text));
    }

    @Test
    void ulpIsTheSpacingAroundTheNumber() {
        assertThat(Ulps.ulp(Formats.OCP_E4M3, decimal("1"))).isEqualTo(BigFraction.of(1, 8));
        assertThat(Ulps.ulp(Formats.OCP_E4M3, decimal("-1.99"))).isEqualTo(BigFraction.of(1, 8));
        assertThat(Ulps.ulp(Formats.OCP_E4M3, decimal("0.999"))).isEqualTo(BigFraction.of(1, 16));
        assertThat(Ulps.ulp(Formats.OCP_E4M3, decimal("0"))).isEqualTo(BigFraction.of(1, 512));
        assertThat(Ulps.ulp(Formats.OCP_E4M3, decimal("1e-9"))).isEqualTo(BigFraction.of(1, 512));
        assertThat(Ulps.ulp(Formats.OCP_E4M3, decimal("1024"))).isEqualTo(BigFraction.of(128));
        assertThat(Ulps.ulp(Formats.MXINT8, decimal("1e9"))).isEqualTo(BigFraction.of(1, 64));
    }

    @Test
    void errorIsSignedAndExact() {
        // 1 + 1/30 against 1 in eighths
        assertThat(Ulps.error(Formats.OCP_E4M3, 0x38, OracleValue.of(BigFraction.of(31, 30))))
                .isEqualTo(BigFraction.of(-8, 30));
        assertThat(Ulps.error(Formats.OCP_E4M3, 0x39, decimal("1.125"))).isEqualTo(BigFraction.ZERO);
        assertThat(Ulps.error(Formats.INT8, 3, decimal("2.5"))).isEqualTo(BigFraction.of(1, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "e4m3, 38, 39, 1",
        "e4m3, 00, 80, 0",
        "e4m3, 01, 81, 2",
        "e4m3, 7e, fe, 252",
        "f16, 7bff, 7c00, 1",
        "e4m3fnuz, 7f, ff, 254",
        "e8m0, 00, fe, 254",
        "i8, 80, 7f, 255",
        "cfloat16_uhp, 03ff, 0400, 1",
        "cfloat16_uhp, 0000, 0401, 2",
        "b1, 0, 1, 1",
        "u64, 0, 7fffffffffffffff, 9223372036854775807",
    })
    void distanceCountsSteps(String name, String a, String b, String steps) {
        ScalarFormat f = OracleTest.named(name);
        assertThat(Ulps.codeDistance(f, Long.parseLong(a, 16), Long.parseLong(b, 16)))
                .isEqualTo(new BigInteger(steps));
        assertThat(Ulps.codeDistance(f, Long.parseLong(b, 16), Long.parseLong(a, 16)))
                .isEqualTo(new BigInteger(steps));
    }

    @Test
    void nanHasNoDistance() {
        assertThatIllegalArgumentException().isThrownBy(() -> Ulps.codeDistance(Formats.OCP_E4M3, 0x7f, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ulps.error(Formats.OCP_E4M3, 0x7f, new OracleValue.Zero(false)));
    }
}
