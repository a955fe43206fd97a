package org.bitexact.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.junit.jupiter.api.Test;

/** Every accumulation, by its definition and by what is faster, against exact fractions rounded by the oracle. */
class AccumulationOracleTest {
    /** Exponents far beyond those of binary64. */
    private static final FloatFormat WIDE = new FloatFormat(
            "e15m20",
            true,
            15,
            20,
            16383,
            SpecialValues.IEEE,
            SubnormalRule.GRADUAL,
            64,
            FormatInfo.custom("wide exponents"));

    private static final List<FloatFormat> ACCUMULATORS = List.of(
            WIDE,
            Formats.UE5M3,
            Formats.E4M3FNUZ,
            Formats.BINARY32,
            Formats.BINARY16,
            Formats.BFLOAT16,
            Formats.BINARY64,
            Formats.TF32,
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.OCP_E2M1,
            FloatFormat.builder("s1e8m13", 8, 13).build(),
            FloatFormat.builder("s1e5m4_none", 5, 4)
                    .specials(SpecialValues.NONE)
                    .build());

    private static final List<ScalarFormat> FACTORS = List.of(
            WIDE,
            Formats.UE4M3,
            Formats.E8M0,
            Formats.CFLOAT16_UHP,
            Formats.BFLOAT16,
            Formats.BINARY16,
            Formats.BINARY32,
            Formats.TF32,
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.E4M3FNUZ,
            Formats.OCP_E2M1,
            Formats.BINARY64,
            Formats.INT8,
            Formats.UINT4,
            Formats.MXINT8,
            Formats.BINARY1,
            Formats.INT32);

    static Codec codec(SplittableRandom random) {
        FloatFormat format = ACCUMULATORS.get(random.nextInt(ACCUMULATORS.size()));
        Policies policies = Policies.IEEE;
        if (random.nextInt(3) != 0) {
            Rounding mode = Rounding.values()[random.nextInt(Rounding.values().length)];
            policies = mode.isStochastic()
                    ? policies.withStochasticRounding(mode, 1 + random.nextInt(63))
                    : policies.withRounding(mode);
        }
        if (random.nextInt(4) == 0) {
            policies = policies.withFlushInputs(random.nextBoolean())
                    .withSubnormalResults(SubnormalResults.values()[random.nextInt(3)]);
        }
        if (random.nextInt(4) == 0) {
            policies = random.nextBoolean() ? policies.saturating() : policies.withOverflow(Overflow.NAN);
        }
        return Codec.of(format, policies);
    }

    static Accumulation accumulation(SplittableRandom random, int depth) {
        int kind = random.nextInt(depth < 2 ? 6 : 5);
        return switch (kind) {
            case 0 -> Accumulation.fma(codec(random));
            case 1 -> Accumulation.fused(2 + random.nextInt(8), codec(random));
            case 2 -> Accumulation.exact(codec(random));
            case 3 -> Accumulation.multiplyAdd(codec(random));
            case 4 -> Accumulation.pairwise(codec(random));
            default -> accumulation(random, depth + 1).promoted(1 + random.nextInt(8), codec(random));
        };
    }

    @Test
    void everyAccumulationIsAsDefined() {
        Operands operands = new Operands(1);
        SplittableRandom random = operands.random();
        int special = 0;
        for (int trial = 0; trial < 12_000; trial++) {
            Accumulation how = accumulation(random, 0);
            ScalarFormat fa = FACTORS.get(random.nextInt(FACTORS.size()));
            ScalarFormat fb = FACTORS.get(random.nextInt(FACTORS.size()));
            int k = random.nextInt(20);
            long[] a = new long[k];
            long[] b = new long[k];
            operands.fill(fa, a, fb, b, k);
            boolean otherC = random.nextInt(4) == 0;
            ScalarFormat fc = otherC ? FACTORS.get(random.nextInt(FACTORS.size())) : how.format();
            long c = random.nextBoolean() ? operands.moderate(fc) : operands.code(fc);
            long seed = random.nextLong();
            int element = random.nextInt(5);
            FloatDot rule = FloatDot.of(fa, fb, how).seed(seed);
            rule = otherC ? rule.addend(fc) : rule;
            Codec output = random.nextInt(3) == 0 ? codec(random) : null;
            rule = output == null ? rule : rule.output(output);
            long expected = ReferenceDot.dot(
                    fa,
                    fb,
                    how,
                    a,
                    b,
                    k,
                    fc,
                    c,
                    output == null ? null : output.format(),
                    output == null ? null : output.policies(),
                    seed,
                    element);
            assertThat(Long.toHexString(rule.plain().dot(a, 0, b, 0, k, c, element)))
                    .as("trial %d, plain, %s, k = %d", trial, rule, k)
                    .isEqualTo(Long.toHexString(expected));
            assertThat(Long.toHexString(rule.dot(a, 0, b, 0, k, c, element)))
                    .as("trial %d, %s, k = %d", trial, rule, k)
                    .isEqualTo(Long.toHexString(expected));
            special += rule.formatD() instanceof FloatFormat f && !f.isFinite(expected) ? 1 : 0;
        }
        // neither all results nor none are special
        assertThat(special).isBetween(1_000, 6_000);
    }

    /** The processor's own multiply-adds, which take the most frequent case, against the definition. */
    @Test
    void chainsOfTheProcessorAreAsDefined() {
        Operands operands = new Operands(2);
        List<FloatDot> rules = new ArrayList<>();
        for (FloatFormat wide : List.of(Formats.BINARY32, Formats.BINARY64)) {
            for (ScalarFormat fa : FACTORS) {
                for (ScalarFormat fb : FACTORS) {
                    rules.add(FloatDot.of(fa, fb, Accumulation.fma(Codec.of(wide))));
                }
            }
        }
        for (int trial = 0; trial < 20_000; trial++) {
            FloatDot rule = rules.get(trial % rules.size());
            int k = operands.random().nextInt(12);
            long[] a = new long[k];
            long[] b = new long[k];
            operands.fill(rule.formatA(), a, rule.formatB(), b, k);
            long c = operands.code(rule.formatC());
            long expected = ReferenceDot.dot(rule.formatA(), rule.formatB(), rule.accumulation(), a, b, k, c);
            assertThat(Long.toHexString(rule.dot(a, 0, b, 0, k, c)))
                    .as("trial %d, %s", trial, rule)
                    .isEqualTo(Long.toHexString(expected));
        }
    }
}
