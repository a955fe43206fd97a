package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.bitexact.quant.ErrorMeasures.Divergence;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("fast")
class ErrorMeasuresTest {
    private static ErrorMeasures e4m3(double... pairs) {
        return measures("e4m3", pairs);
    }

    private static ErrorMeasures measures(String format, double... pairs) {
        ErrorMeasures measures = ErrorMeasures.of(FormatNames.scalar(format).format());
        for (int i = 0; i < pairs.length; i += 2) {
            measures.add(pairs[i], pairs[i + 1]);
        }
        return measures;
    }

    @Nested
    class Errors {
        @Test
        void areMeasuredInThreeUnits() {
            // 3 lies in [2, 4), where E4M3 has steps of 1/4; -16 in [16, 32), steps of 2
            ErrorMeasures m = e4m3(3, 3.25, -16, -13, 5, 5, 1, 0.5);
            assertThat(m.count()).isEqualTo(4);
            assertThat(m.differing()).isEqualTo(3);
            assertThat(m.maxAbsoluteError()).isEqualTo(3);
            assertThat(m.maxAbsoluteErrorIndex()).isEqualTo(1);
            assertThat(m.meanAbsoluteError()).isEqualTo(3.75 / 4);
            assertThat(m.meanSquaredError()).isEqualTo((0.0625 + 9 + 0.25) / 4);
            assertThat(m.rootMeanSquaredError()).isEqualTo(Math.sqrt(9.3125 / 4));
            assertThat(m.maxRelativeError()).isEqualTo(0.5);
            assertThat(m.maxRelativeErrorIndex()).isEqualTo(3);
            assertThat(m.meanRelativeError()).isEqualTo(37 / 192.0); // (1/12 + 3/16 + 1/2) / 4
            assertThat(m.maxUlpError()).isEqualTo(4);
            assertThat(m.maxUlpErrorIndex()).isEqualTo(3);
            assertThat(m.meanUlpError()).isEqualTo((1 + 1.5 + 4) / 4);
        }

        @Test
        void areZeroWithoutDifferences() {
            ErrorMeasures m = e4m3(1, 1, 0.0, -0.0);
            assertThat(m.differing()).isZero();
            assertThat(m.firstDivergence()).isEmpty();
            assertThat(m.maxAbsoluteError()).isZero();
            assertThat(m.maxAbsoluteErrorIndex()).isEqualTo(-1);
            assertThat(m.meanUlpError()).isZero();
            assertThat(m.sqnr()).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(m.cosineSimilarity()).isEqualTo(1);
        }

        @ParameterizedTest
        @CsvSource({
            "e4m3, 0, 0x1p-9, 1", // subnormal step 2^-9
            "e4m3, 0x1p-7, 0x1.8p-7, 2", // 2^-7 is subnormal: 2^-9
            "e4m3, 448, 384, 2", // 2^8 has steps of 32
            "e4m3, 0x1.ffffp8, 448, 1.9998779296875", // beyond the largest finite number the exponent goes on
            "e4m3, 512, 448, 1", // 2^9 has steps of 64
            "e8m0, 3, 4, 0.5",
            "i8, 3.25, 3, 0.25",
            "mxint8, 1.5, 1, 32",
            "f16, 65504, 65536, 1",
            "f32, 0x1p-149, 0, 1",
            "f64, 0x1p-1074, 0, 1",
            "f64, 1, 0x1.0000000000001p0, 1",
            "cfloat16_uhp, 0, 0x1p-30, 1024", // no subnormals: the step of the lowest binade, 2^-40
        })
        void ulpIsTheStepAroundTheReference(String format, double reference, double approximated, double ulps) {
            assertThat(measures(format, reference, approximated).maxUlpError()).isEqualTo(ulps);
        }

        @Test
        void scaleMultipliesTheStepAndTheRange() {
            ErrorMeasures m = ErrorMeasures.of(Formats.INT8);
            float[] reference = {9, 1.3f, 40, -33};
            float[] approximated = {1.25f, 31.75f, -32};
            m.add(reference, 1, approximated, 0, 3, 0.25);
            assertThat(m.maxUlpError()).isEqualTo(33);
            assertThat(m.maxUlpErrorIndex()).isEqualTo(1);
            assertThat(m.saturated()).isEqualTo(2);
        }

        @Test
        void differenceIsExactAlsoWhereTheNumbersAreFarApart() {
            // 1 - 2^60 has 61 bits; the square needs 122 of them
            ErrorMeasures m = e4m3(0x1p60, 1);
            assertThat(m.meanAbsoluteError()).isEqualTo(0x1p60 - 1.0);
            ErrorMeasures two = e4m3(0x1p60, 1, 0x1p60, 1);
            two.add(0, 0x1p60);
            two.add(0, 0x1p60);
            // (2 (2^60 - 1) + 2 * 2^60) / 4 = 2^60 - 1/2 rounds to 2^60
            assertThat(two.meanAbsoluteError()).isEqualTo(0x1p60);
        }
    }

    @Nested
    class Counts {
        @Test
        void firstDivergenceHasItsPlaceAndBothNumbers() {
            assertThat(e4m3(1, 1, Double.NaN, Double.NaN, 2, 3, 4, 5).firstDivergence())
                    .contains(new Divergence(2, 2, 3));
            assertThat(e4m3(1, Double.NaN).firstDivergence()).contains(new Divergence(0, 1, Double.NaN));
        }

        @Test
        void specialValuesStayOutOfTheSums() {
            double inf = Double.POSITIVE_INFINITY;
            ErrorMeasures m = e4m3(inf, inf, Double.NaN, Double.NaN, inf, -inf, 1, inf, Double.NaN, 1, 2, 3);
            assertThat(m.nonFinite()).isEqualTo(5);
            assertThat(m.differing()).isEqualTo(4);
            assertThat(m.meanAbsoluteError()).isEqualTo(1);
            assertThat(m.cosineSimilarity()).isEqualTo(1);
        }

        @Test
        void saturationIsAReferenceBeyondTheRange() {
            assertThat(e4m3(448, 448, 448.5, 448, -1e6, -448, 1e6, 5).saturated())
                    .isEqualTo(3);
            assertThat(measures("u4", -0.5, 0, 15, 15, 16, 15).saturated()).isEqualTo(2);
            assertThat(measures("i8_symmetric", -128, -127, -127, -127).saturated())
                    .isEqualTo(1);
            assertThat(measures("u64", 0x1p64, 0x1p64).saturated()).isZero();
            assertThat(measures("b1", 2, 1, -2, -1, 0, 1).saturated()).isEqualTo(2);
        }

        @Test
        void lostToZeroIsANumberThatBecameZero() {
            assertThat(e4m3(1e-9, 0, -1e-9, -0.0, 0, 0, 1, 1, 0, 1).lostToZero())
                    .isEqualTo(2);
        }
    }

    @Nested
    class Ratios {
        @Test
        void sqnrIsTwentyDecibelsForATenthOfTheAmplitude() {
            assertThat(e4m3(10, 9, -20, -18).sqnr()).isCloseTo(20, within(1e-12));
            assertThat(e4m3(0, 1).sqnr()).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(e4m3().sqnr()).isEqualTo(Double.POSITIVE_INFINITY);
        }

        @Test
        void cosineTellsDirections() {
            assertThat(e4m3(1, -1, 2, -2).cosineSimilarity()).isEqualTo(-1);
            assertThat(e4m3(1, 0, 0, 1).cosineSimilarity()).isZero();
            assertThat(e4m3(3, 6, 4, 8).cosineSimilarity()).isEqualTo(1);
            assertThat(e4m3(1, 1, 1, 0).cosineSimilarity()).isCloseTo(Math.sqrt(0.5), within(0x1p-52));
            assertThat(e4m3(0, 1).cosineSimilarity()).isNaN();
            // squares near the limits of binary64
            assertThat(e4m3(0x1p480, 0x1p480, 0x1p479, 0x1p479).cosineSimilarity())
                    .isEqualTo(1);
            assertThat(e4m3(0x1p-480, 0x1p480).cosineSimilarity()).isEqualTo(1);
        }

        @Test
        void withoutPairsMeansAreNotNumbers() {
            assertThat(e4m3().meanAbsoluteError()).isNaN();
            assertThat(e4m3().meanSquaredError()).isNaN();
            assertThat(e4m3(0, 1).meanRelativeError()).isNaN();
        }
    }

    @Nested
    class Arguments {
        @Test
        void scaleMustBeFiniteAndPositive() {
            ErrorMeasures m = e4m3();
            for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> m.add(new double[1], 0, new double[1], 0, 1, scale))
                        .withMessage("scale must be finite and above 0: " + scale);
            }
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> m.add(new double[3], 0, new double[2], 0, 3, 1));
            assertThat(m.count()).isZero();
        }

        @Test
        void measuresOfOtherFormatsDoNotMerge() {
            ErrorMeasures m = e4m3();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> m.merge(measures("e5m2")))
                    .withMessage("measures must be others, in the format e4m3: e5m2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> m.merge(m))
                    .withMessage("measures must be others, in the format e4m3: the same");
        }

        @Test
        void formatsBeyondBinary64AreRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ErrorMeasures.of(P3109.of(16, 1, true, false)))
                    .withMessage("format must have values that are exact in binary64: p3109_k16p1sf");
        }
    }
}
