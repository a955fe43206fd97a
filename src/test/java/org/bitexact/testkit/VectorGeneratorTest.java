package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.quant.BlockCodec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors have the range and the cancellation that was asked for; blocks hold ties and limits of their elements. */
@Tag("fast")
class VectorGeneratorTest {
    static Stream<Arguments> formats() {
        return Stream.of(
                Arguments.of(Formats.OCP_E4M3, Formats.BFLOAT16),
                Arguments.of(Formats.BINARY16, Formats.BINARY16),
                Arguments.of(Formats.BFLOAT16, Formats.UE4M3),
                Arguments.of(Formats.INT8, Formats.INT8));
    }

    private static BigFraction product(
            ScalarFormat a, ScalarFormat b, VectorGenerator.Operands o, int row, int column, int i) {
        return Exactly.value(a, o.a()[row * o.k() + i]).multiply(Exactly.value(b, o.b()[i * o.n() + column]));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void sumsCancelAsMuchAsAskedFor(ScalarFormat a, ScalarFormat b) {
        for (int bits : new int[] {0, 4, 10}) {
            VectorGenerator generator =
                    VectorGenerator.of(a, b, Formats.BINARY32).range(2).cancellation(bits);
            for (int i = 0; i < 60; i++) {
                int k = 3 + i % 30;
                VectorGenerator.Operands o = generator.at(k, 4, i);
                BigFraction sum = BigFraction.ZERO;
                BigFraction magnitudes = BigFraction.ZERO;
                for (int j = 0; j < k; j++) {
                    BigFraction p = product(a, b, o, 0, 0, j);
                    sum = sum.add(p);
                    magnitudes = magnitudes.add(p.abs());
                }
                double condition = sum.signum() == 0
                        ? Double.POSITIVE_INFINITY
                        : magnitudes.divide(sum.abs()).doubleValue();
                if (bits > 0) {
                    assertThat(condition).isGreaterThanOrEqualTo(Math.scalb(1.0, bits));
                }
                assertThat(generator.conditionNumber(o)).isCloseTo(condition, within(condition * 1e-12));
            }
        }
    }

    /** Beyond the formats' reach: 2^30 needs products of 2^-18 beside those of 2^12 in E4M3. */
    @Test
    void cancellationGoesAsFarAsTheFormatsReach() {
        VectorGenerator generator = VectorGenerator.of(Formats.BFLOAT16, Formats.BFLOAT16, Formats.BINARY32)
                .range(20)
                .cancellation(100);
        for (int i = 0; i < 20; i++) {
            assertThat(generator.conditionNumber(generator.at(8, 1, i))).isGreaterThan(0x1p100);
        }
    }

    @Test
    void productsSpreadOverTheRange() {
        for (int range : new int[] {0, 10, 40}) {
            VectorGenerator generator = VectorGenerator.of(Formats.BFLOAT16, Formats.BFLOAT16, Formats.BINARY32)
                    .range(range);
            int low = Integer.MAX_VALUE;
            int high = Integer.MIN_VALUE;
            VectorGenerator.Operands o = generator.at(200, 1, 0);
            for (int i = 0; i < 200; i++) {
                int e = Math.getExponent(
                        product(Formats.BFLOAT16, Formats.BFLOAT16, o, 0, 0, i).doubleValue());
                low = Math.min(low, e);
                high = Math.max(high, e);
            }
            // significands in [1, 2) each, so that a product may be a binade higher
            assertThat(high - low).isBetween(range, range + 1);
        }
    }

    @Test
    void everyElementOfAMatrixProductCancels() {
        FloatFormat f = Formats.BINARY16;
        VectorGenerator generator =
                VectorGenerator.of(f, f, Formats.BINARY32).range(2).cancellation(8);
        VectorGenerator.Operands o = generator.at(3, 4, 9, 1, 2);
        assertThat(o.a()).hasSize(27);
        assertThat(o.b()).hasSize(36);
        assertThat(o.c()).hasSize(12).containsOnly(0);
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 4; column++) {
                BigFraction sum = BigFraction.ZERO;
                BigFraction magnitudes = BigFraction.ZERO;
                for (int i = 0; i < 9; i++) {
                    BigFraction p = product(f, f, o, row, column, i);
                    sum = sum.add(p);
                    magnitudes = magnitudes.add(p.abs());
                }
                assertThat(magnitudes.compareTo(sum.abs().multiply(256))).isNotNegative();
            }
        }
    }

    @Test
    void extremesAreFromTheEndsOfTheFormats() {
        VectorGenerator generator = VectorGenerator.of(Formats.OCP_E5M2, Formats.INT8, Formats.BINARY16)
                .extremes();
        int zeros = 0;
        int smallest = 0;
        int largest = 0;
        int nans = 0;
        for (int i = 0; i < 400; i++) {
            long x = generator.at(5, 3, i).a()[2];
            zeros += (x & 0x7f) == 0 ? 1 : 0;
            smallest += (x & 0x7f) == 1 ? 1 : 0;
            largest += (x & 0x7f) == 0x7b ? 1 : 0;
            nans += Formats.OCP_E5M2.isNan(x) ? 1 : 0;
        }
        assertThat(zeros).isBetween(60, 180);
        assertThat(smallest).isBetween(60, 180);
        assertThat(largest).isBetween(60, 180);
        assertThat(nans).isPositive();
    }

    @Test
    void operandsAreAFunctionOfSeedAndNumber() {
        VectorGenerator a = VectorGenerator.of(Formats.OCP_E4M3, Formats.BFLOAT16, Formats.BINARY32)
                .cancellation(5);
        VectorGenerator b = VectorGenerator.of(Formats.OCP_E4M3, Formats.BFLOAT16, Formats.BINARY32)
                .cancellation(5);
        for (int i = 0; i < 50; i++) {
            assertThat(a.at(i, 2, i).a()).isEqualTo(b.at(i, 2, i).a());
            assertThat(a.at(i, 2, i).b()).isEqualTo(b.at(i, 2, i).b());
            assertThat(a.at(i, 2, i).c()).isEqualTo(b.at(i, 2, i).c());
        }
        assertThat(a.at(20, 2, 1).a()).isNotEqualTo(a.at(20, 2, 2).a());
    }

    @Test
    void argumentsOutOfRangeAreRefused() {
        VectorGenerator generator = VectorGenerator.of(Formats.INT8, Formats.INT8, Formats.INT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.range(-1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.cancellation(-2))
                .withMessageContaining("-2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.next(0, 1, 1, Draws.source(1, 1)))
                .withMessageContaining("0, 1, 1");
    }

    // ------------------------------------------------------------------ blocks

    static Stream<String> blockFormats() {
        return Stream.of("mxfp4", "mxfp8_e4m3", "mxfp6_e2m3", "mxint8");
    }

    @ParameterizedTest
    @MethodSource("blockFormats")
    void blocksHoldTiesLimitsAndSpecials(String name) {
        BlockCodec codec = BlockCodec.of(FormatNames.block(name));
        BlockGenerator generator = BlockGenerator.of(codec.format());
        Codec scale = Codec.of(codec.format().scale());
        int length = codec.format().blockLength();
        int ties = 0;
        int clamped = 0;
        int zeroBlocks = 0;
        int nanBlocks = 0;
        BigFraction largest = Exactly.largest(codec.format().element(), false);
        for (int i = 0; i < 300; i++) {
            float[] values = generator.at(length, 6, i);
            assertThat(generator.at(length, 6, i)).isEqualTo(values);
            byte[] codes = new byte[length];
            byte[] scales = new byte[1];
            codec.encode(values, 0, codes, 0, scales, 0, length);
            double s = scale.decode(scales[0] & 0xff);
            if (Double.isNaN(s)) {
                nanBlocks++;
                continue;
            }
            zeroBlocks += BlockCodec.amax(values, 0, length) == 0 ? 1 : 0;
            for (float x : values) {
                BigFraction q = BigFraction.from(x).divide(BigFraction.from(s));
                ties += q.signum() != 0 && Exactly.isMidpoint(codec.format().element(), q) ? 1 : 0;
                clamped += q.abs().compareTo(largest) > 0 ? 1 : 0;
            }
        }
        assertThat(ties).isGreaterThan(300);
        assertThat(clamped).isGreaterThan(20);
        assertThat(zeroBlocks).isBetween(5, 60);
        assertThat(nanBlocks).isBetween(5, 60);
    }
}
