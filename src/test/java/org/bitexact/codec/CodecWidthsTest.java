package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats wider than an int, values wider than a long, and values far beyond every format. */
@Tag("fast")
class CodecWidthsTest {
    static Stream<ScalarFormat> wideFormats() {
        return Stream.of("f64", "i64", "u64")
                .map(name -> FormatNames.scalar(name).format());
    }

    /** Subnormal values of binary64 are tried too, on a format whose range reaches them. */
    static Stream<ScalarFormat> formatsWithFarValues() {
        FloatFormat tiny = FloatFormat.builder("tiny", 8, 5).bias(1000).build(); // smallest subnormal 2^-1004
        FloatFormat flat = FloatFormat.builder("flat", 2, 20).build();
        return Stream.concat(wideFormats(), Stream.of(tiny, flat, Formats.BINARY32, Formats.OCP_E4M3, Formats.INT8));
    }

    @ParameterizedTest
    @MethodSource("wideFormats")
    void callsThatReturnAnIntRefuseThem(ScalarFormat format) {
        Codec codec = Codec.of(format);
        BigDecimal decimal = BigDecimal.valueOf(3, 1);
        List<Runnable> calls = List.of(
                () -> codec.encode(0.3),
                () -> codec.encode(0.3, 0),
                () -> codec.encode(0.3f),
                () -> codec.encode(0.3f, 0),
                () -> codec.encode(3L),
                () -> codec.encode(decimal),
                () -> codec.encodeFloatBits(0x3e99_999a, 0),
                () -> codec.encodeWithFlags(0.3),
                () -> codec.encodeWithFlags(0.3, 0),
                () -> codec.encodeWithFlags(3L, 0),
                () -> codec.encodeWithFlags(decimal, 0));
        for (Runnable call : calls) {
            assertThatIllegalStateException().isThrownBy(call::run).withMessageContaining("64 bits");
        }
    }

    /** Beside 2^63, 2^64 and far above, in eighths; the low bits count when an integer wraps. */
    @ParameterizedTest
    @ValueSource(strings = {"i64", "u64", "i32", "u32", "i8"})
    void integersOfMoreThan64Bits(String name) {
        ScalarFormat format = FormatNames.scalar(name).format();
        List<BigDecimal> values = new ArrayList<>();
        for (int power : new int[] {0, 31, 32, 62, 63, 64, 65, 66, 100, 126, 127, 128, 129, 190, 191, 192, 200}) {
            BigDecimal centre = new BigDecimal(BigInteger.ONE.shiftLeft(power));
            for (int eighths = -17; eighths <= 17; eighths++) {
                values.add(centre.add(BigDecimal.valueOf(eighths * 125L, 3)));
            }
            values.add(centre.add(new BigDecimal("0.5000000000000000000000000000000000000001")));
            values.add(centre.subtract(new BigDecimal("1e-60")));
        }
        for (Overflow overflow : List.of(Overflow.IEEE, Overflow.WRAP, Overflow.INDEFINITE)) {
            for (Rounding mode : CodecTestData.DETERMINISTIC) {
                OracleCheck check =
                        OracleCheck.of(format, Policies.IEEE.withRounding(mode).withOverflow(overflow));
                for (BigDecimal x : values) {
                    check.ofDecimal(x, 0);
                    check.ofDecimal(x.negate(), 0);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formatsWithFarValues")
    void valuesFarBeyondTheFormat(ScalarFormat format) {
        for (Rounding mode : CodecTestData.DETERMINISTIC) {
            for (Tininess tininess : Tininess.values()) {
                OracleCheck check =
                        OracleCheck.of(format, Policies.IEEE.withRounding(mode).withTininess(tininess));
                for (int power :
                        new int[] {-1100, -1074, -1060, -1030, -1023, -1022, -1005, -1004, -400, -150, 150, 400, 1023
                        }) {
                    double x = Math.scalb(1.0, power);
                    for (double y : new double[] {x, x * 1.25, x * 1.5, Math.nextUp(x), Math.nextDown(x)}) {
                        check.ofDouble(y, 0);
                        check.ofDouble(-y, 0);
                    }
                }
                for (String text : List.of("1e400", "1.5e-400", "9e-330", "1e700", "1e-700")) {
                    check.ofDecimal(new BigDecimal(text), 0);
                    check.ofDecimal(new BigDecimal(text).negate(), 0);
                }
            }
        }
    }

    @Test
    void decimalsOfMoreThan128Bits() {
        for (ScalarFormat format : List.of(Formats.BINARY64, Formats.BINARY16, Formats.OCP_E5M2)) {
            for (Rounding mode : CodecTestData.DETERMINISTIC) {
                OracleCheck check = OracleCheck.of(format, Policies.IEEE.withRounding(mode));
                for (String text : List.of("1", "1.25", "3", "57344", "0.00006103515625", "1.5e-5")) {
                    BigDecimal x = new BigDecimal(text);
                    for (String factor : List.of("1", "1." + "0".repeat(45) + "1", "0." + "9".repeat(45))) {
                        check.ofDecimal(x.multiply(new BigDecimal(factor)), 0);
                    }
                }
            }
        }
    }
}
