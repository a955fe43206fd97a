package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Test;

/** Block-scaled dot products against exact fractions, and by hand. */
class BlockScaledDotTest {
    private static final Accumulation FMA = Accumulation.fma(Codec.of(Formats.BINARY32));

    private static BlockFormat block(String name) {
        return Formats.namedBlocks().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long[] repeat(long code, int n) {
        long[] codes = new long[n];
        Arrays.fill(codes, code);
        return codes;
    }

    /** The rule for vectors whose positions are all 0. */
    private static long dot(ScaledDotProduct rule, long[] a, long[] scaleA, long[] b, long[] scaleB, int k, long c) {
        return rule.dot(a, 0, scaleA, 0, b, 0, scaleB, 0, k, c, 0);
    }

    @Test
    void scalesOfEachBlockMultiplyItsElements() {
        BlockScaledDot rule = BlockScaledDot.of(block("mxfp8_e4m3"), block("mxfp8_e4m3"), FMA);
        // 33 products of 1: 32 at 2^1 * 2^0, one at 2^-1 * 2^3
        long[] ones = repeat(0x38, 33);
        long d = dot(rule, ones, new long[] {0x80, 0x7e}, ones, new long[] {0x7f, 0x82}, 33, 0);
        assertThat(d).isEqualTo(Float.floatToRawIntBits(32 * 2 + 4));
    }

    @Test
    void nanScaleMakesTheSumNan() {
        BlockScaledDot rule = BlockScaledDot.of(block("mxfp4"), block("mxfp8_e5m2"), FMA);
        long[] zeros = new long[64];
        assertThat(dot(rule, zeros, new long[] {0x7f, 0xff}, zeros, new long[] {0, 0}, 64, 0))
                .isEqualTo(0x7fc0_0000L);
        assertThat(dot(rule, zeros, new long[] {0x7f, 0xff}, zeros, new long[] {0, 0}, 32, 0))
                .isZero();
    }

    @Test
    void tensorScaleMultipliesTheSumBeforeTheAddendIsAdded() {
        BlockScaledDot rule =
                BlockScaledDot.of(block("nvfp4"), block("nvfp4"), FMA).tensorScale(0.375f);
        long[] sixes = repeat(7, 16); // 6 * 6 * 16, scales 448 and 2
        long d = dot(rule, sixes, new long[] {0x7e}, sixes, new long[] {0x40}, 16, 0xbf80_0000L); // - 1
        assertThat(Float.intBitsToFloat((int) d)).isEqualTo(0.375f * (576 * 448 * 2) - 1);
    }

    @Test
    void scalesOnSumsAndOnProductsDifferInRoundingOnly() {
        Accumulation blocks = FMA.promoted(32, Codec.of(Formats.BINARY32));
        BlockScaledDot products = BlockScaledDot.of(block("mxfp8_e4m3"), block("mxfp8_e4m3"), blocks);
        BlockScaledDot sums = products.scalingSums();
        long[] tiny = repeat(0x08, 32); // 2^-6
        long[] small = {0x7f - 71}; // so each product is 2^-154, below half the smallest number, and their sum 2^-149
        assertThat(dot(products, tiny, small, tiny, small, 32, 0)).isZero();
        assertThat(dot(sums, tiny, small, tiny, small, 32, 0)).isEqualTo(1);
    }

    @Test
    void missingOrShortScalesAreRefused() {
        BlockScaledDot rule = BlockScaledDot.of(block("nvfp4"), block("nvfp4"), FMA);
        long[] codes = new long[32];
        assertThatThrownBy(() -> rule.dot(codes, 0, codes, 0, 32, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scales must be given with block-scaled vectors, one of ue4m3 and one of ue4m3 for each 16"
                        + " elements");
        assertThatThrownBy(() -> dot(rule, codes, new long[1], codes, new long[2], 32, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> dot(rule, codes, new long[] {0x80, 0}, codes, new long[2], 32, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("code of ue4m3 must be in [0x0, 0x7f]: 0x80");
    }

    @Test
    void impossibleRulesAreRefused() {
        assertThatThrownBy(() -> BlockScaledDot.of(block("nvfp4"), block("mxfp4"), FMA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("block lengths must be equal: 16 (nvfp4), 32 (mxfp4)");
        BlockScaledDot rule = BlockScaledDot.of(block("nvfp4"), block("nvfp4"), FMA);
        assertThatThrownBy(rule::scalingSums)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("accumulation must be promoted for scales on sums: Fused");
        assertThatThrownBy(() -> BlockScaledDot.of(
                                block("nvfp4"), block("nvfp4"), FMA.promoted(12, Codec.of(Formats.BINARY32)))
                        .scalingSums())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("n of the promoted accumulation must divide the block length 16 for scales on sums: 12");
        assertThatThrownBy(() ->
                        BlockScaledDot.of(Formats.BINARY64, Formats.E8M0, Formats.BINARY16, Formats.E8M0, 32, FMA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("significands of elements must have at most 62 bits together: 64 (f64, f16)");
    }

    @Test
    void everyAccumulationIsAsDefined() {
        Operands operands = new Operands(3);
        SplittableRandom random = operands.random();
        List<ScalarFormat> elements = List.of(
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.OCP_E2M1,
                Formats.OCP_E2M3,
                Formats.MXINT8,
                Formats.INT8,
                Formats.BFLOAT16);
        List<FloatFormat> scaleFormats = List.of(Formats.E8M0, Formats.UE4M3, Formats.BINARY32, Formats.OCP_E5M2);
        for (int trial = 0; trial < 6_000; trial++) {
            Accumulation how = AccumulationOracleTest.accumulation(random, 0);
            boolean onSums = how instanceof Accumulation.Promoted && random.nextBoolean();
            int length =
                    how instanceof Accumulation.Promoted p ? p.n() * (1 + random.nextInt(3)) : 1 + random.nextInt(8);
            ScalarFormat fa = elements.get(random.nextInt(elements.size()));
            ScalarFormat fb = elements.get(random.nextInt(elements.size()));
            FloatFormat sa = scaleFormats.get(random.nextInt(scaleFormats.size()));
            FloatFormat sb = scaleFormats.get(random.nextInt(scaleFormats.size()));
            BlockScaledDot rule = BlockScaledDot.of(fa, sa, fb, sb, length, how);
            rule = onSums ? rule.scalingSums() : rule;
            Float tensorScale = random.nextInt(3) == 0 ? (float) Math.scalb(random.nextDouble(), 3) : null;
            rule = tensorScale == null ? rule : rule.tensorScale(tensorScale);
            long seed = random.nextLong();
            rule = rule.seed(seed);
            int k = random.nextInt(20);
            int blocks = (k + length - 1) / length;
            long[] a = new long[k];
            long[] b = new long[k];
            long[] scaleA = new long[blocks];
            long[] scaleB = new long[blocks];
            operands.fill(fa, a, fb, b, k);
            for (int i = 0; i < blocks; i++) {
                scaleA[i] = random.nextInt(3) == 0 ? operands.code(sa) : operands.moderate(sa);
                scaleB[i] = random.nextInt(3) == 0 ? operands.code(sb) : operands.moderate(sb);
            }
            long c = operands.code(rule.formatC());
            int element = random.nextInt(3);
            long expected =
                    ReferenceDot.scaledDot(rule, onSums, tensorScale, a, scaleA, b, scaleB, k, c, seed, element);
            assertThat(Long.toHexString(rule.plain().dot(a, 0, scaleA, 0, b, 0, scaleB, 0, k, c, element)))
                    .as("trial %d, plain, %s, k = %d", trial, rule, k)
                    .isEqualTo(Long.toHexString(expected));
            assertThat(Long.toHexString(rule.dot(a, 0, scaleA, 0, b, 0, scaleB, 0, k, c, element)))
                    .as("trial %d, %s, k = %d", trial, rule, k)
                    .isEqualTo(Long.toHexString(expected));
        }
    }
}
