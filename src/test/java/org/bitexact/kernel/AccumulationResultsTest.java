package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.kernel.AccumulationResults.SplitProduct;
import org.bitexact.kernel.AccumulationResults.Spread;
import org.bitexact.kernel.AccumulationResults.Stop;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The figures of {@link AccumulationResults}, and where they were published. */
class AccumulationResultsTest {
    /** Higham and Pranesh, 2019; {@code demo_harmonic} of chop. */
    @Nested
    class HarmonicSeries {
        @Test
        void stopsWhereTermsAreBelowHalfAnUlp() {
            Rounding even = Rounding.TIES_TO_EVEN;
            assertThat(AccumulationResults.harmonic(Formats.BFLOAT16, even)).isEqualTo(new Stop(5.0625, 65));
            assertThat(AccumulationResults.harmonic(Formats.BINARY16, even)).isEqualTo(new Stop(7.0859375, 513));
            assertThat(AccumulationResults.harmonic(Formats.OCP_E4M3, even)).isEqualTo(new Stop(3, 9));
            assertThat(AccumulationResults.harmonic(Formats.OCP_E5M2, even)).isEqualTo(new Stop(2, 5));
        }

        @Test
        void stopsEarlierRoundedDown() {
            for (Rounding mode : new Rounding[] {Rounding.TOWARD_ZERO, Rounding.TOWARD_NEGATIVE}) {
                assertThat(AccumulationResults.harmonic(Formats.BFLOAT16, mode)).isEqualTo(new Stop(4, 41));
                assertThat(AccumulationResults.harmonic(Formats.BINARY16, mode)).isEqualTo(new Stop(5.74609375, 257));
            }
        }

        @Test
        void divergesRoundedUp() {
            Rounding up = Rounding.TOWARD_POSITIVE;
            assertThat(AccumulationResults.harmonic(Formats.BINARY16, up))
                    .isEqualTo(new Stop(Double.POSITIVE_INFINITY, 13_911));
            assertThat(AccumulationResults.harmonic(Formats.BFLOAT16, up))
                    .isEqualTo(new Stop(Double.POSITIVE_INFINITY, 16_149));
        }

        /**
         * chop stops in bfloat16 at 2.199e12 with term 5013: it forms sums in binary64, where that term is below half an
         * ulp of the sum, so nothing is left to be rounded up.
         */
        @Test
        void sumsThroughBinary64LoseTermsThatShouldRoundUp() {
            Codec codec = Codec.of(Formats.BFLOAT16).rounding(Rounding.TOWARD_POSITIVE);
            double sum = 0;
            int i = 1;
            for (; i < 20_000; i++) {
                double next = codec.decode(codec.encode(sum + codec.decode(codec.encode(1.0 / i))));
                if (next == sum) {
                    break;
                }
                sum = next;
            }
            assertThat(sum).isEqualTo(0x1p41); // 2.199e12
            assertThat(i).isEqualTo(5013);
        }
    }

    /** Gupta et al., 2015; Connolly, Higham and Mary, 2021. */
    @Nested
    class Stagnation {
        private final long[] codes = AccumulationResults.uniform(10_000);
        private final Codec bf16 = Codec.of(Formats.BFLOAT16);
        private final Codec f32 = Codec.of(Formats.BINARY32);

        @Test
        void sumInBfloat16StopsAt256() {
            assertThat(AccumulationResults.sum(codes, bf16, Accumulation.exact(f32), f32, 0))
                    .isEqualTo(4947.4204f, within(1e-3));
            assertThat(AccumulationResults.sum(codes, bf16, Accumulation.fma(bf16), bf16, 0))
                    .isEqualTo(256);
            assertThat(AccumulationResults.sum(codes, bf16, Accumulation.fma(f32), bf16, 0))
                    .isEqualTo(4960);
        }

        @Test
        void stochasticRoundingNeedsEnoughRandomBits() {
            // with r bits a term is lost when it is below 2^-r ulp, so from 2^(7 + r) on every term below 1 is
            int[] bits = {2, 4, 8, 12, 16};
            double[] means = {524, 2051, 4685, 4933, 4943};
            for (int i = 0; i < bits.length; i++) {
                Spread spread = AccumulationResults.stochasticSum(codes, bits[i], 200);
                assertThat(spread.mean()).as("%d bits", bits[i]).isEqualTo(means[i], within(1.0));
                assertThat(spread.deviation()).isBetween(i < 2 ? 5.0 : 200, i < 2 ? 10.0 : 300);
            }
        }

        @Test
        void theDocumentationHasThisPlot() throws IOException {
            assertThat(Files.readString(Path.of("docs", AccumulationResults.PLOT)))
                    .isEqualTo(AccumulationResults.plot());
        }

        @Test
        void manySmallTermsCountOnAverage() {
            Codec f16 = Codec.of(Formats.BINARY16);
            assertThat(AccumulationResults.oneAndManySmall(Accumulation.fma(f16), 0))
                    .isEqualTo(1);
            Accumulation stochastic = Accumulation.fma(f16.stochastic(Rounding.STOCHASTIC_A, 16));
            Spread spread = Spread.of(IntStream.range(0, 200)
                    .mapToDouble(i -> AccumulationResults.oneAndManySmall(stochastic, i))
                    .toArray());
            assertThat(spread.mean()).isEqualTo(2, within(0.01));
            assertThat(spread.deviation()).isEqualTo(0.027, within(0.005));
        }
    }

    /** Henry, Tang and Heinecke, 2019; Ootomo and Yokota, 2022. */
    @Nested
    class SinglePrecisionFromNarrowEngines {
        @Test
        void threeBfloat16PartsAreAsGoodAsBinary32() {
            for (int k : new int[] {64, 256, 1024}) {
                SplitProduct p = new SplitProduct(k);
                double binary32 = p.binary32();
                assertThat(p.bfloat16x3(1)).as("one part").isBetween(1.9e-3, 2.2e-3);
                assertThat(p.bfloat16x3(2)).as("3 products").isBetween(3e-6, 5e-6);
                assertThat(p.bfloat16x3(3)).as("6 products, k = %d", k).isLessThan(binary32);
                assertThat(p.bfloat16x3(5)).as("9 products, k = %d", k).isLessThan(binary32);
            }
        }

        @Test
        void twoBinary16PartsNeedAnAccumulatorThatDoesNotCut() {
            SplitProduct p = new SplitProduct(1024);
            double binary32 = p.binary32();
            assertThat(binary32).isEqualTo(5.47e-7, within(1e-9));
            assertThat(p.binary16x2(AccumulationResults.cutting())).isEqualTo(3.04e-6, within(1e-8));
            assertThat(p.binary16x2(AccumulationResults.cuttingThenPromoted())).isEqualTo(1.97e-7, within(1e-9));
        }
    }
}
