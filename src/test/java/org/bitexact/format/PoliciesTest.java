package org.bitexact.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The axes of a conversion, their names, and what may be combined. */
@Tag("fast")
class PoliciesTest {
    @Test
    void defaultsAreThoseOfIeee754() {
        assertThat(Policies.IEEE.rounding()).isEqualTo(Rounding.TIES_TO_EVEN);
        assertThat(Policies.IEEE.overflow()).isEqualTo(Overflow.IEEE);
        assertThat(Policies.IEEE.infinity()).isEqualTo(InfinityRule.KEEP);
        assertThat(Policies.IEEE.nan()).isEqualTo(NanRule.KEEP);
        assertThat(Policies.IEEE.flushInputs()).isFalse();
        assertThat(Policies.IEEE.subnormalResults()).isEqualTo(SubnormalResults.KEEP);
        assertThat(Policies.IEEE.tininess()).isEqualTo(Tininess.AFTER_ROUNDING);
        assertThat(Policies.IEEE.path()).isEqualTo(SourcePath.DIRECT);
    }

    /** Changing one axis and changing it back gives the same policies, so that no change touches another axis. */
    @Test
    void axesAreIndependent() {
        Policies p = Policies.IEEE;
        List<Function<Policies, Policies>> there = List.of(
                x -> x.withRounding(Rounding.TOWARD_ZERO),
                x -> x.withStochasticRounding(Rounding.STOCHASTIC_B, 8),
                x -> x.withOverflow(Overflow.NAN),
                x -> x.withInfinity(InfinityRule.SATURATE),
                x -> x.withNan(NanRule.ALL_ONES),
                x -> x.withNanSubstitute(NanSubstitute.ZERO),
                x -> x.withNegative(NegativeRule.ABSOLUTE),
                x -> x.withZero(ZeroRule.NAN),
                x -> x.withFlushInputs(true),
                x -> x.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING),
                x -> x.withTininess(Tininess.BEFORE_ROUNDING),
                x -> x.withPath(SourcePath.VIA_BINARY32));
        List<Function<Policies, Policies>> back = List.of(
                x -> x.withRounding(p.rounding()),
                x -> x.withRounding(p.rounding()),
                x -> x.withOverflow(p.overflow()),
                x -> x.withInfinity(p.infinity()),
                x -> x.withNan(p.nan()),
                x -> x.withNanSubstitute(p.nanSubstitute()),
                x -> x.withNegative(p.negative()),
                x -> x.withZero(p.zero()),
                x -> x.withFlushInputs(p.flushInputs()),
                x -> x.withSubnormalResults(p.subnormalResults()),
                x -> x.withTininess(p.tininess()),
                x -> x.withPath(p.path()));
        Set<Policies> changed = new HashSet<>();
        for (int i = 0; i < there.size(); i++) {
            Policies q = there.get(i).apply(p);
            assertThat(q).isNotEqualTo(p);
            assertThat(changed.add(q)).isTrue();
            assertThat(back.get(i).apply(q)).isEqualTo(p);
        }
    }

    @Test
    void saturatingSetsOverflowAndInfinity() {
        assertThat(Policies.IEEE.saturating())
                .isEqualTo(Policies.IEEE.withOverflow(Overflow.SATURATE).withInfinity(InfinityRule.SATURATE));
    }

    @ParameterizedTest
    @EnumSource
    void randomBitsBelongToTheStochasticModesAlone(Rounding mode) {
        if (mode.isStochastic()) {
            assertThat(Policies.IEEE.withStochasticRounding(mode, 1).randomBits())
                    .isEqualTo(1);
            assertThat(Policies.IEEE.withStochasticRounding(mode, 63).randomBits())
                    .isEqualTo(63);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Policies.IEEE.withRounding(mode))
                    .withMessage("randomBits must be in [1, 63] for " + mode + ": 0");
            assertThatIllegalArgumentException().isThrownBy(() -> Policies.IEEE.withStochasticRounding(mode, 64));
        } else {
            assertThat(Policies.IEEE.withRounding(mode).rounding()).isEqualTo(mode);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Policies.IEEE.withStochasticRounding(mode, 8))
                    .withMessage("randomBits must be 0 for " + mode + ": 8");
        }
    }

    @Nested
    class Names {
        @ParameterizedTest
        @CsvSource({
            "TIES_TO_EVEN, rne near_even RNE roundTiesToEven NearestTiesToEven HALF_EVEN ties_to_even",
            "TIES_TO_AWAY, rna near_maxMag RMM RNA roundTiesToAway HALF_UP",
            "TIES_TOWARD_ZERO, rnz",
            "TIES_TOWARD_POSITIVE, rhu",
            "TOWARD_ZERO, rz minMag RTZ roundTowardZero DOWN",
            "AWAY_FROM_ZERO, raz",
            "TOWARD_POSITIVE, ru max RUP roundTowardPositive CEILING",
            "TOWARD_NEGATIVE, rd min RDN roundTowardNegative FLOOR",
            "TO_ODD, ro odd ROD ToOdd roundToOdd jamming",
            "STOCHASTIC_A, sra StochasticA",
            "STOCHASTIC_B, srb StochasticB",
            "STOCHASTIC_C, src StochasticC",
            "STOCHASTIC_TRUNCATE, srt"
        })
        void ofRoundingModes(Rounding mode, String names) {
            for (String name : names.split(" ")) {
                assertThat(Rounding.parse(name)).as(name).isEqualTo(mode);
            }
        }

        @Test
        void ofEveryAxisParseBack() {
            for (Rounding x : Rounding.values()) {
                assertThat(Rounding.parse(x.id())).isEqualTo(x);
                assertThat(Rounding.parse(x.name())).isEqualTo(x);
                x.aliases().forEach(alias -> assertThat(Rounding.parse(alias)).isEqualTo(x));
            }
            for (Overflow x : Overflow.values()) {
                assertThat(Overflow.parse(x.id())).isEqualTo(x);
            }
            for (InfinityRule x : InfinityRule.values()) {
                assertThat(InfinityRule.parse(x.id())).isEqualTo(x);
            }
            for (NanRule x : NanRule.values()) {
                assertThat(NanRule.parse(x.id())).isEqualTo(x);
            }
            for (NanSubstitute x : NanSubstitute.values()) {
                assertThat(NanSubstitute.parse(x.id())).isEqualTo(x);
            }
        }

        @Test
        void thatAreUnknownAreRefusedWithTheChoices() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Overflow.parse("satt"))
                    .withMessageStartingWith("overflow must be one of ieee, inf, nan, sat")
                    .withMessageContaining("'satt' (did you mean sat");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Rounding.parse("nearest"))
                    .withMessageStartingWith("rounding must be one of rne, rna, ");
        }
    }
}
