package org.bitexact.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class TrainingTest {
    @Nested
    class Losses {
        @Test
        void theScaleGrowsAfterGoodStepsAndFallsAfterAnOverflow() {
            LossScaler s = new LossScaler(8, 2, 0.5f, 3, 0);
            s = s.after(false).after(false);
            assertThat(s.scale()).isEqualTo(8);
            s = s.after(false);
            assertThat(s).isEqualTo(new LossScaler(16, 2, 0.5f, 3, 0));
            s = s.after(false).after(true);
            assertThat(s).isEqualTo(new LossScaler(8, 2, 0.5f, 3, 0));
            assertThat(LossScaler.fixed(128).after(true).after(false)).isEqualTo(LossScaler.fixed(128));
        }

        @Test
        void theScaleStaysFinite() {
            LossScaler s = new LossScaler(0x1p127f, 2, 0.5f, 1, 0);
            assertThat(s.after(false).scale()).isEqualTo(0x1p127f);
            assertThat(new LossScaler(Float.MIN_NORMAL, 2, 0.5f, 1, 0)
                            .after(true)
                            .scale())
                    .isEqualTo(Float.MIN_NORMAL);
        }

        @Test
        void overflowIsAnInfinityOrNan() {
            assertThat(LossScaler.overflows(new float[] {1, Float.MAX_VALUE})).isFalse();
            assertThat(LossScaler.overflows(new float[] {1, Float.NEGATIVE_INFINITY}))
                    .isTrue();
            assertThat(LossScaler.overflows(new float[] {Float.NaN})).isTrue();
        }
    }

    @Nested
    class Delayed {
        @Test
        void theScaleFollowsTheLargestMagnitudeOfTheHistory() {
            DelayedScaling s = DelayedScaling.start(448, 0, 2, DelayedScaling.Rule.MAX);
            s = s.after(7);
            assertThat(s.scale()).isEqualTo(64);
            s = s.after(3.5f);
            assertThat(s.scale()).isEqualTo(64);
            s = s.after(3.5f);
            assertThat(s.scale()).isEqualTo(128);
            assertThat(s.history()).isEqualTo(List.of(3.5f, 3.5f));
            DelayedScaling recent = DelayedScaling.start(448, 1, 2, DelayedScaling.Rule.MOST_RECENT);
            assertThat(recent.after(7).after(3.5f).scale()).isEqualTo(64);
        }

        @Test
        void zerosAndOverflowsLeaveIt() {
            DelayedScaling s =
                    DelayedScaling.start(448, 0, 1, DelayedScaling.Rule.MAX).after(7);
            assertThat(s.after(0).scale()).isEqualTo(64);
            assertThat(s.after(Float.NaN).scale()).isEqualTo(64);
            assertThat(s.after(Float.POSITIVE_INFINITY).scale()).isEqualTo(64);
            assertThat(s.after(Float.MIN_VALUE).scale()).isEqualTo(64); // 448 / 2^-149 is no finite float
        }
    }

    @Nested
    class Weights {
        private final Codec half = Codec.of(Formats.BINARY16);

        /** 4096 updates of 2^-12 to a weight of 1, each below half an ulp: the exact result is 2. */
        @Test
        void smallUpdatesAreLostUnlessRoundedStochastically() {
            int[] weights = {half.encode(1.0)};
            float[] delta = {0x1p-12f};
            for (int t = 0; t < 4096; t++) {
                MasterWeights.update(half, weights, delta, 0, t);
            }
            assertThat(half.decode(weights[0])).isEqualTo(1.0);

            Codec stochastic = half.stochastic(Rounding.STOCHASTIC_A, 16);
            double sum = 0;
            for (int seed = 0; seed < 16; seed++) {
                weights[0] = half.encode(1.0);
                for (int t = 0; t < 4096; t++) {
                    MasterWeights.update(stochastic, weights, delta, seed, t);
                }
                sum += half.decode(weights[0]);
            }
            // published: 2.000 +- 0.027 for one run
            assertThat(sum / 16).isCloseTo(2.0, within(4 * 0.027 / 4));
        }

        @Test
        void tooFewRandomBitsLoseThemToo() {
            Codec few = half.stochastic(Rounding.STOCHASTIC_A, 1);
            int[] weights = {half.encode(1.0)};
            for (int t = 0; t < 4096; t++) {
                MasterWeights.update(few, weights, new float[] {0x1p-12f}, 1, t);
            }
            // a quarter of an ulp never reaches 2^1 with one random bit
            assertThat(half.decode(weights[0])).isEqualTo(1.0);
        }

        @Test
        void aMasterCopyKeepsThem() {
            float[] master = {1};
            int[] weights = new int[1];
            for (int t = 0; t < 4096; t++) {
                master[0] += 0x1p-12f;
            }
            MasterWeights.cast(half, master, weights, 0, 0);
            assertThat(half.decode(weights[0])).isEqualTo(2.0);
        }

        @Test
        void theSumIsRoundedOnce() {
            // 1 + 2^-11 + 2^-70: the binary64 sum 1 + 2^-11 is a tie of binary16, the exact sum is not
            int[] weights = {half.encode(0x1p-24), half.encode(1.0)};
            MasterWeights.update(half, weights, new float[] {1 + 0x1p-11f, 0x1p-11f + 0x1p-34f}, 0, 0);
            assertThat(weights).containsExactly(0x3c01, 0x3c01);
            Codec wide = Codec.of(Formats.BINARY32);
            int[] w = {Float.floatToRawIntBits(1 + 0x1p-23f)};
            MasterWeights.update(wide, w, new float[] {0x1p-24f}, 0, 0);
            assertThat(w[0]).isEqualTo(Float.floatToRawIntBits(1 + 0x1p-22f));
            MasterWeights.update(wide, w, new float[] {0x1p-24f + 0x1p-47f}, 0, 0);
            assertThat(w[0]).isEqualTo(Float.floatToRawIntBits(1 + 0x1.8p-22f));
        }

        @Test
        void lengthsMustAgree() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MasterWeights.update(half, new int[2], new float[1], 0, 0))
                    .withMessage("lengths must be equal: 2 weights, 1");
        }
    }

    @Nested
    class Parts {
        @Test
        void blocksAlongAnAxisDivideTheShape() {
            Granularity.Layout layout = Granularity.perBlock(1, 2).of(2, 3, 2);
            assertThat(layout.parameters()).isEqualTo(2 * 2 * 2);
            long[] parameters = new long[12];
            Arrays.setAll(parameters, layout::parameter);
            assertThat(parameters).containsExactly(0, 1, 0, 1, 2, 3, 4, 5, 4, 5, 6, 7);
            assertThat(Granularity.perChannel(0).of(2, 3).parameter(4)).isEqualTo(1);
            assertThat(Granularity.PER_TENSOR.of(2, 3).parameter(4)).isZero();
        }

        @Test
        void runsHaveOneParameter() {
            for (Granularity g : List.of(
                    Granularity.PER_TENSOR,
                    Granularity.perChannel(0),
                    Granularity.perChannel(1),
                    Granularity.perChannel(2),
                    Granularity.perBlock(2, 3),
                    Granularity.perBlock(0, 2))) {
                Granularity.Layout layout = g.of(3, 4, 5);
                for (int e = 0; e < 60; e++) {
                    for (int r = 0; r < layout.run(e); r++) {
                        assertThat(layout.parameter(e + r)).isEqualTo(layout.parameter(e));
                    }
                }
            }
        }

        @Test
        void eachPartHasItsOwnScale() {
            float[] x = {1, -2, 4, 100, -200, -400};
            TensorQuantizer q = TensorQuantizer.symmetric(
                    Formats.INT8, QuantizeRule.ONNX, Granularity.perChannel(0).of(2, 3), x);
            byte[] codes = new byte[6];
            q.quantize(x, codes);
            assertThat(codes).containsExactly(32, -64, 127, 32, -64, -127);
            float[] back = new float[6];
            q.dequantize(codes, back);
            assertThat(back[5]).isEqualTo(-400f);
            assertThat(q.parameters().get(1).scale()).isEqualTo(400f / 127);
        }

        @Test
        void shapesAreChecked() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Granularity.perChannel(2).of(2, 3))
                    .withMessage("axis must be in [0, 1] for shape [2, 3]: 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorQuantizer.symmetric(
                            Formats.INT8, QuantizeRule.ONNX, Granularity.PER_TENSOR.of(2), new float[3]))
                    .withMessage("length of values must be 2, as many as the tensor has elements: 3");
        }
    }
}
