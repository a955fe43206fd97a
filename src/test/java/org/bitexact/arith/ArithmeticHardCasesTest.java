package org.bitexact.arith;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitexact.arith.ArithmeticChecker.Implementation;
import org.bitexact.arith.ArithmeticChecker.Operation;
import org.bitexact.arith.ArithmeticChecker.Setting;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operations on wider and on mixed formats against the oracle, on operands that are hard to round ({@link
 * org.bitexact.vectors.HardCases}).
 */
class ArithmeticHardCasesTest {
    private static final FloatFormat F16 = Formats.BINARY16;
    private static final FloatFormat BF16 = Formats.BFLOAT16;
    private static final FloatFormat F32 = Formats.BINARY32;
    private static final FloatFormat E4M3 = Formats.OCP_E4M3;
    private static final FloatFormat E5M2 = Formats.OCP_E5M2;

    /** Operand formats a, b, c and the format of the result. */
    static Stream<Setting> settings() {
        return Stream.of(
                Setting.of(F16, Policies.IEEE),
                Setting.of(BF16, Policies.IEEE),
                Setting.of(Formats.TF32, Policies.IEEE),
                Setting.of(F32, Policies.IEEE),
                Setting.of(Formats.CFLOAT16_UHP, Policies.IEEE),
                Setting.of(P3109.of(16, 8, true, true), Policies.IEEE),
                Setting.of(P3109.of(13, 1, true, false), Policies.IEEE),
                Setting.of(FloatFormat.builder("e8m1", 8, 1).build(), Policies.IEEE),
                Setting.mixed(E4M3, E4M3, F32, Policies.IEEE),
                Setting.mixed(E4M3, E5M2, F32, Policies.IEEE),
                Setting.mixed(E5M2, E5M2, F16, Policies.IEEE),
                Setting.mixed(F16, F16, F32, Policies.IEEE),
                Setting.mixed(BF16, BF16, F32, Policies.IEEE),
                Setting.mixed(BF16, E4M3, F32, Policies.IEEE),
                Setting.mixed(Formats.TF32, Formats.TF32, F32, Policies.IEEE),
                new Setting(F32, F32, F32, F16, Policies.IEEE, NanPropagation.CANONICAL),
                new Setting(F32, F16, BF16, E4M3, Policies.IEEE, NanPropagation.CANONICAL),
                new Setting(Formats.BINARY64, F32, Formats.BINARY64, F32, Policies.IEEE, NanPropagation.CANONICAL));
    }

    private static void everyOperation(Setting s, int count, int seed) {
        Implementation library = ArithmeticChecker.library(s);
        boolean ints = !s.policies().rounding().isStochastic() && s.a().width() <= 32 && s.c().width() <= 32;
        for (Operation operation : Operation.values()) {
            if (operation != Operation.REMAINDER || !s.policies().rounding().isStochastic()) {
                ArithmeticChecker.checkHardCases(s, library, operation, count, seed + operation.ordinal());
                if (ints) {
                    Implementation packed = ArithmeticChecker.packed(s);
                    ArithmeticChecker.checkHardCases(s, packed, operation, count / 3, seed + 7 + operation.ordinal());
                }
            }
        }
    }

    private static void everyMode(Setting s, int count) {
        for (Rounding mode : ArithmeticChecker.deterministic()) {
            for (Tininess tininess : Tininess.values()) {
                Policies p = s.policies().withRounding(mode).withTininess(tininess);
                everyOperation(s.with(p), count, 100 * mode.ordinal() + 10 * tininess.ordinal());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everyOperationInEveryMode(Setting s) {
        everyMode(s, 600);
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("settings")
    void everyOperationInEveryModeAtLength(Setting s) {
        everyMode(s, 10_000);
    }

    @Tag("fast")
    @ParameterizedTest
    @MethodSource("settings")
    void stochasticModes(Setting s) {
        for (Rounding mode : Rounding.values()) {
            if (mode.isStochastic()) {
                for (int bits : new int[] {1, 3, 11, 32, 63}) {
                    Policies p = s.policies().withStochasticRounding(mode, bits);
                    everyOperation(s.with(p), 150, 1000 * mode.ordinal() + 10 * bits);
                }
            }
        }
    }

    @Tag("fast")
    @ParameterizedTest
    @MethodSource("settings")
    void saturationAndFlushing(Setting s) {
        List<Policies> choices = new ArrayList<>(List.of(Policies.IEEE.saturating()));
        for (SubnormalResults results : SubnormalResults.values()) {
            choices.add(Policies.IEEE.withSubnormalResults(results).withFlushInputs(true));
            choices.add(Policies.IEEE.withSubnormalResults(results));
        }
        for (Policies p : choices) {
            for (Rounding mode : List.of(Rounding.TIES_TO_EVEN, Rounding.TOWARD_NEGATIVE, Rounding.TO_ODD)) {
                everyOperation(s.with(p.withRounding(mode)), 200, choices.indexOf(p));
            }
        }
    }

    @Tag("fast")
    @ParameterizedTest
    @EnumSource(NanPropagation.class)
    void nanPropagation(NanPropagation rule) {
        for (FloatFormat f : List.of(F16, BF16, F32)) {
            everyOperation(Setting.of(f, Policies.IEEE).with(rule), 5000, rule.ordinal());
        }
    }
}
