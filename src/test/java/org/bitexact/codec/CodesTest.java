package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.format.SubnormalRule;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class CodesTest {
    private static final Codes E4M3 = Codes.of(Formats.OCP_E4M3);
    private static final Codes F16 = Codes.of(Formats.BINARY16);
    private static final Codes FNUZ = Codes.of(Formats.E4M3FNUZ);
    private static final Codes E8M0 = Codes.of(Formats.E8M0);

    static List<FloatFormat> formats() {
        return Stream.of(
                        CodecTestData.namedFloats(16).stream(),
                        P3109.all(6, 8).stream(),
                        CodecTestData.unusualFloats().stream())
                .flatMap(s -> s)
                .toList();
    }

    @Nested
    class Classes {
        @Test
        void examples() {
            assertThat(F16.classify(0x7c01)).isEqualTo(NumberClass.SIGNALING_NAN);
            assertThat(F16.classify(0xfe00)).isEqualTo(NumberClass.QUIET_NAN);
            assertThat(F16.classify(0xfc00)).isEqualTo(NumberClass.NEGATIVE_INFINITY);
            assertThat(F16.classify(0x8001)).isEqualTo(NumberClass.NEGATIVE_SUBNORMAL);
            assertThat(F16.classify(0x8000)).isEqualTo(NumberClass.NEGATIVE_ZERO);
            assertThat(F16.classify(0x0400)).isEqualTo(NumberClass.POSITIVE_NORMAL);
            assertThat(FNUZ.classify(0x80)).isEqualTo(NumberClass.QUIET_NAN);
            assertThat(E8M0.classify(0)).isEqualTo(NumberClass.POSITIVE_NORMAL);
            assertThat(Codes.of(Formats.CFLOAT16_UHP).classify(0x03ff)).isEqualTo(NumberClass.POSITIVE_ZERO);
        }

        @Test
        void everyCodeHasTheClassOfItsValue() {
            for (FloatFormat f : formats()) {
                Oracle oracle = Oracle.of(f);
                Codes codes = Codes.of(f);
                double normal = Math.scalb(1.0, f.emin());
                for (long code = 0; code <= f.codeMask(); code++) {
                    OracleValue value = oracle.decode(code);
                    String kind = value.negative() ? "NEGATIVE_" : "POSITIVE_";
                    if (value instanceof OracleValue.Nan nan) {
                        kind = nan.signaling() ? "SIGNALING_NAN" : "QUIET_NAN";
                    } else if (value instanceof OracleValue.Infinity) {
                        kind += "INFINITY";
                    } else if (value instanceof OracleValue.Zero) {
                        kind += "ZERO";
                    } else {
                        double x = Math.abs(CodecTestData.toDouble((OracleValue.Finite) value));
                        kind += x < normal ? "SUBNORMAL" : "NORMAL";
                    }
                    if (codes.classify(code) != NumberClass.valueOf(kind)) {
                        throw new AssertionError(
                                String.format("%s 0x%x: %s, not %s", f, code, codes.classify(code), kind));
                    }
                }
            }
        }
    }

    @Test
    void namesOfClasses() {
        assertThat(F16.format()).isSameAs(Formats.BINARY16);
        for (NumberClass c : NumberClass.values()) {
            assertThat(c.isNan()).isEqualTo(c.toString().endsWith("NaN"));
            assertThat(c.isInfinite()).isEqualTo(c.toString().endsWith("infinity"));
        }
    }

    @Nested
    class Neighbours {
        @Test
        void examples() {
            assertThat(E4M3.nextUp(0x7e)).isEqualTo(0x7e);
            assertThat(E4M3.nextUp(0x7f)).isEqualTo(0x7f);
            assertThat(E4M3.nextUp(0x81)).isEqualTo(0x80);
            assertThat(E4M3.nextUp(0x80)).isEqualTo(0x01);
            assertThat(E4M3.nextDown(0x00)).isEqualTo(0x81);
            assertThat(E4M3.nextDown(0xfe)).isEqualTo(0xfe);
            assertThat(F16.nextUp(0x7bff)).isEqualTo(0x7c00);
            assertThat(F16.nextUp(0x7c00)).isEqualTo(0x7c00);
            assertThat(F16.nextUp(0xfc00)).isEqualTo(0xfbff);
            assertThat(F16.nextUp(0x7c01)).isEqualTo(0x7e01);
            assertThat(FNUZ.nextUp(0x81)).isEqualTo(0x00);
            assertThat(FNUZ.nextDown(0x00)).isEqualTo(0x81);
            assertThat(E8M0.nextDown(0x00)).isEqualTo(0x00);
            assertThat(E8M0.nextUp(0xfe)).isEqualTo(0xfe);
            assertThat(Codes.of(Formats.CFLOAT16_UHP).nextUp(0)).isEqualTo(0x0400);
        }

        /** From the least to the greatest code and back, every number is met once, and the walk is the total order. */
        @Test
        void aWalkVisitsEveryNumberOnce() {
            for (FloatFormat f : formats()) {
                Codec codec = Codec.of(f);
                Codes codes = Codes.of(f);
                // numbers and infinities sorted by value; of two zeros the walk up meets -0, the walk down +0
                List<Long> sorted = LongStream.rangeClosed(0, f.codeMask())
                        .filter(c -> !f.isNan(c))
                        .filter(c -> !f.isZero(c) || (c & f.magnitudeMask()) == 0)
                        .boxed()
                        .sorted((a, b) -> Double.compare(codec.decode(a), codec.decode(b)))
                        .toList();
                List<Long> up = new ArrayList<>();
                long last = -1;
                for (long code = sorted.get(0); code != last; code = codes.nextUp(code)) {
                    up.add(code);
                    last = code;
                }
                List<Long> down = new ArrayList<>();
                last = -1;
                for (long code = sorted.get(sorted.size() - 1); code != last; code = codes.nextDown(code)) {
                    down.add(0, code);
                    last = code;
                }
                // IEEE 754-2019, 5.3.1: nextUp of the negative number nearest zero is -0, nextUp(-0) is not +0
                List<Long> withoutPlusZero = sorted.stream()
                        .filter(c -> !(f.hasNegativeZero() && c == 0))
                        .toList();
                List<Long> withoutMinusZero = sorted.stream()
                        .filter(c -> !(f.hasNegativeZero() && c == f.signMask()))
                        .toList();
                if (f.minPositiveCode() > f.maxFiniteCode()) {
                    continue; // zero is the only number
                }
                assertThat(up).as(f.name()).isEqualTo(withoutPlusZero);
                assertThat(down).as(f.name()).isEqualTo(withoutMinusZero);
                for (int i = 1; i < sorted.size(); i++) {
                    assertThat(codes.compareTotalOrder(sorted.get(i - 1), sorted.get(i)))
                            .isNegative();
                }
            }
        }

        @Test
        void floatsAndDoublesStepAsMathSays() {
            SplittableRandom random = new SplittableRandom(1);
            Codes f32 = Codes.of(Formats.BINARY32);
            Codes f64 = Codes.of(Formats.BINARY64);
            for (int i = 0; i < 200_000; i++) {
                int bits = i < 100 ? random.nextInt(3) + (i << 25) : random.nextInt();
                float x = Float.intBitsToFloat(bits);
                if (!Float.isNaN(x)) {
                    assertThat((int) f32.nextDown(bits & 0xffff_ffffL))
                            .isEqualTo(Float.floatToRawIntBits(Math.nextDown(x)));
                    // Math.nextUp(-MIN_VALUE) is -0, as IEEE 754 has it
                    assertThat((int) f32.nextUp(bits & 0xffff_ffffL))
                            .isEqualTo(Float.floatToRawIntBits(Math.nextUp(x)));
                    assertThat(f32.ulp(bits & 0xffff_ffffL)).isEqualTo(Math.ulp(x));
                }
                long wide = random.nextLong() & -1L << (i % 64);
                double y = Double.longBitsToDouble(wide);
                if (!Double.isNaN(y)) {
                    assertThat(f64.nextUp(wide)).isEqualTo(Double.doubleToRawLongBits(Math.nextUp(y)));
                    assertThat(f64.nextDown(wide)).isEqualTo(Double.doubleToRawLongBits(Math.nextDown(y)));
                    assertThat(f64.ulp(wide)).isEqualTo(Math.ulp(y));
                }
            }
        }
    }

    @Nested
    class Ulp {
        /** In every binade but the last, the step to the next magnitude. */
        @Test
        void isTheStepToTheNextMagnitude() {
            for (FloatFormat f : formats()) {
                Codec codec = Codec.of(f);
                Codes codes = Codes.of(f);
                for (long code = 0; code < f.maxFiniteCode(); code++) {
                    boolean gap = f.subnormals() == SubnormalRule.TESLA_LITERAL && code == f.trailingMask()
                            || f.subnormals() == SubnormalRule.FLUSH && code <= f.trailingMask();
                    if (!gap) {
                        double step = codec.decode(code + 1) - codec.decode(code);
                        assertThat(codes.ulp(code)).as("%s 0x%x", f, code).isEqualTo(step);
                        assertThat(Math.scalb(1.0, codes.ulpExponent(code))).isEqualTo(step);
                    }
                }
            }
        }

        @Test
        void ofSpecials() {
            assertThat(F16.ulp(0x7e00)).isNaN();
            assertThat(F16.ulp(0xfc00)).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(F16.ulp(0)).isEqualTo(0x1p-24);
            // numbers that read as zero have the step of the binade above
            assertThat(Codes.of(Formats.CFLOAT16_UHP).ulpExponent(0x03ff)).isEqualTo(-40);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> F16.ulpExponent(0x7c00))
                    .withMessage("code of f16 must be finite: 0x7c00");
        }
    }

    @Nested
    class Signs {
        @Test
        void everyCode() {
            for (FloatFormat f : formats()) {
                Codec codec = Codec.of(f);
                Codes codes = Codes.of(f);
                for (long code = 0; code <= f.codeMask(); code++) {
                    if (!f.signed()) {
                        assertThat(codes.abs(code)).isEqualTo(code);
                        continue;
                    }
                    long negated = codes.negate(code);
                    assertThat(codes.negate(negated)).isEqualTo(code);
                    assertThat(codes.copySign(code, negated)).isEqualTo(negated);
                    assertThat(codes.abs(code)).isEqualTo(codes.abs(negated));
                    if (!f.isNan(code) && !(f.isZero(code) && !f.hasNegativeZero())) {
                        assertThat(codec.decode(negated)).isEqualTo(-codec.decode(code));
                        assertThat(codec.decode(codes.abs(code))).isEqualTo(Math.abs(codec.decode(code)));
                    }
                }
            }
        }

        @Test
        void nansAndSignlessZeros() {
            assertThat(F16.negate(0x7c01)).isEqualTo(0xfc01);
            assertThat(F16.abs(0xfe00)).isEqualTo(0x7e00);
            assertThat(E4M3.negate(0x7f)).isEqualTo(0xff);
            assertThat(FNUZ.negate(0x80)).isEqualTo(0x80);
            assertThat(FNUZ.negate(0x00)).isEqualTo(0x00);
            assertThatIllegalStateException().isThrownBy(() -> E8M0.negate(0)).withMessage("e8m0 has no sign");
        }
    }

    @Nested
    class TotalOrder {
        @Test
        void nansStandOutside() {
            long[] order = {0xffff, 0xfe00, 0xfc01, 0xfc00, 0xfbff, 0x8001, 0x8000, 0, 1, 0x7bff, 0x7c00, 0x7c01, 0x7e00
            };
            for (int i = 0; i < order.length; i++) {
                for (int j = 0; j < order.length; j++) {
                    assertThat(Integer.signum(F16.compareTotalOrder(order[i], order[j])))
                            .isEqualTo(Integer.compare(i, j));
                }
            }
            assertThat(FNUZ.compareTotalOrder(0x80, 0xff)).isNegative();
            assertThat(E8M0.compareTotalOrder(0xff, 0xfe)).isPositive();
            assertThat(Codes.of(P3109.of(8, 4, false, true)).compareTotalOrder(0xff, 0))
                    .isNegative();
        }
    }

    @Test
    void codesOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> E4M3.classify(0x100))
                .withMessage("code of e4m3 must be in [0x0, 0xff]: 0x100");
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.nextUp(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.nextDown(0x100));
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.ulp(0x100));
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.negate(0x100));
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.abs(0x100));
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.copySign(0, 0x100));
        assertThatIllegalArgumentException().isThrownBy(() -> E4M3.compareTotalOrder(0, 0x100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Codec.of(Formats.OCP_E4M3).decode(0x100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Converter.of(Formats.OCP_E4M3, Codec.of(Formats.BINARY16))
                        .convert(0x100));
    }
}
