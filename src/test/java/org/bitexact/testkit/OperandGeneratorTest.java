package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operands of every class are what it says, in exact fractions and according to the oracle. */
@Tag("fast")
class OperandGeneratorTest {
    private static final int DRAWS = 15;

    static Stream<ScalarFunction> functions() {
        List<FloatFormat> formats = List.of(
                Formats.BINARY16,
                Formats.OCP_E4M3,
                Formats.BINARY32,
                Formats.BINARY64,
                Formats.E4M3FNUZ,
                Formats.OCP_E2M1);
        return Stream.concat(
                formats.stream()
                        .flatMap(f ->
                                Arrays.stream(ScalarOperation.values()).map(o -> ScalarFunction.of(o, Codec.of(f)))),
                Stream.of(
                        ScalarFunction.fma(Formats.OCP_E4M3, Formats.OCP_E5M2, Codec.of(Formats.BINARY32)),
                        ScalarFunction.fma(Formats.BFLOAT16, Formats.BFLOAT16, Codec.of(Formats.BINARY16)),
                        new ScalarFunction(
                                ScalarOperation.SQUARE_ROOT,
                                List.of(Formats.BINARY32),
                                Formats.OCP_E4M3,
                                Codec.of(Formats.OCP_E4M3).policies()),
                        new ScalarFunction(
                                ScalarOperation.DIVIDE,
                                List.of(Formats.BINARY32, Formats.BFLOAT16),
                                Formats.OCP_E5M2,
                                Codec.of(Formats.OCP_E5M2).policies())));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void operandsOfAClassBelongToIt(ScalarFunction f) {
        OperandGenerator generator = OperandGenerator.of(f);
        assertThat(generator.classes()).contains(OperandClass.INDEPENDENT, OperandClass.SPECIAL);
        for (OperandClass c : generator.classes()) {
            for (int i = 0; i < DRAWS; i++) {
                long[] x = generator.at(c, 5, i);
                assertThat(belongs(c, f, x)).as("%s: %s", c, f.write(x)).isTrue();
            }
        }
    }

    private static boolean belongs(OperandClass c, ScalarFunction f, long[] x) {
        if (c == OperandClass.INDEPENDENT) {
            return true;
        }
        BigFraction[] v = new BigFraction[x.length];
        boolean special = false;
        for (int i = 0; i < x.length; i++) {
            ScalarFormat format = f.operands().get(i);
            v[i] = Exactly.value(format, x[i]);
            special |= !Exactly.isFinite(format, x[i]) || v[i].signum() == 0;
        }
        if (c == OperandClass.SPECIAL || special) {
            return special && c == OperandClass.SPECIAL;
        }
        ScalarFormat to = f.result();
        if (f.operation() == ScalarOperation.SQUARE_ROOT) {
            return rootBelongs(c, f, v[0], x);
        }
        BigFraction exact = exact(f.operation(), v);
        BigFraction magnitude = exact.abs();
        return switch (c) {
            case EQUAL_EXPONENTS -> {
                BigFraction min = v[0].abs();
                BigFraction max = v[0].abs();
                for (BigFraction y : v) {
                    min = y.abs().compareTo(min) < 0 ? y.abs() : min;
                    max = y.abs().compareTo(max) > 0 ? y.abs() : max;
                }
                yield max.compareTo(min.multiply(4)) < 0;
            }
            case CANCELLATION -> {
                BigFraction first = f.operation() == ScalarOperation.FMA ? v[0].multiply(v[1]) : v[0];
                BigFraction last = v[v.length - 1];
                BigFraction larger = first.abs().compareTo(last.abs()) > 0 ? first.abs() : last.abs();
                yield magnitude.multiply(8).compareTo(larger) <= 0;
            }
            case EXACT -> exact.signum() != 0 && (f.oracle().apply(x).flags() & Flags.INEXACT) == 0;
            case HALFWAY -> Exactly.isMidpoint(to, exact);
            case NEAR_HALFWAY -> {
                BigFraction off = Exactly.fraction(to, exact)
                        .subtract(BigFraction.of(1, 2))
                        .abs();
                // in steps, which halve at powers of two
                yield off.signum() > 0 && off.compareTo(BigFraction.of(1, 16)) <= 0;
            }
            case OVERFLOW -> {
                BigFraction largest = Exactly.largest(to, exact.signum() < 0);
                yield magnitude.compareTo(largest) >= 0
                        && magnitude.compareTo(Exactly.above(to, largest, exact.signum() < 0)) <= 0;
            }
            default -> magnitude.signum() > 0 && magnitude.compareTo(Exactly.smallestNormal(to)) <= 0;
        };
    }

    /** Roots are compared by their squares. */
    private static boolean rootBelongs(OperandClass c, ScalarFunction f, BigFraction x, long[] codes) {
        ScalarFormat to = f.result();
        BigFraction low = Exactly.value(
                to,
                f.with(f.policies().withRounding(Rounding.TOWARD_ZERO))
                        .oracle()
                        .apply(codes)
                        .code());
        BigFraction high = Exactly.above(to, low, false);
        BigFraction middle = low.add(high).divide(2);
        BigFraction off = high.subtract(low).divide(16);
        return switch (c) {
            case EXACT -> low.multiply(low).equals(x);
            case HALFWAY -> middle.multiply(middle).equals(x);
            case NEAR_HALFWAY ->
                !middle.multiply(middle).equals(x)
                        && square(middle.subtract(off)).compareTo(x) <= 0
                        && square(middle.add(off)).compareTo(x) >= 0;
            case OVERFLOW -> {
                BigFraction largest = Exactly.largest(to, false);
                yield square(largest).compareTo(x) <= 0
                        && square(Exactly.above(to, largest, false)).compareTo(x) >= 0;
            }
            case UNDERFLOW -> square(Exactly.smallestNormal(to)).compareTo(x) >= 0;
            default -> false;
        };
    }

    private static BigFraction square(BigFraction x) {
        return x.multiply(x);
    }

    private static BigFraction exact(ScalarOperation operation, BigFraction[] v) {
        return switch (operation) {
            case ADD -> v[0].add(v[1]);
            case SUBTRACT -> v[0].subtract(v[1]);
            case MULTIPLY -> v[0].multiply(v[1]);
            case DIVIDE -> v[0].divide(v[1]);
            case FMA -> v[0].multiply(v[1]).add(v[2]);
            case CONVERT -> v[0];
            case SQUARE_ROOT -> throw new AssertionError(operation);
        };
    }

    @Test
    void theHardClassesExistAndVary() {
        for (ScalarOperation o : List.of(ScalarOperation.ADD, ScalarOperation.MULTIPLY, ScalarOperation.FMA)) {
            for (FloatFormat f : List.of(Formats.BINARY16, Formats.BINARY32, Formats.BINARY64, Formats.BFLOAT16)) {
                OperandGenerator generator = OperandGenerator.of(ScalarFunction.of(o, Codec.of(f)));
                assertThat(generator.classes())
                        .contains(OperandClass.HALFWAY, OperandClass.OVERFLOW, OperandClass.EXACT);
                Set<List<Long>> seen = new HashSet<>();
                for (int i = 0; i < 300; i++) {
                    seen.add(Arrays.stream(generator.at(OperandClass.HALFWAY, 1, i))
                            .boxed()
                            .toList());
                }
                // not one example over and over
                assertThat(seen).as("%s %s", o, f).hasSizeGreaterThan(250);
            }
        }
        assertThat(OperandGenerator.of(ScalarFunction.of(ScalarOperation.FMA, Codec.of(Formats.BINARY16)))
                        .classes())
                .containsExactlyInAnyOrder(OperandClass.values());
    }

    @Test
    void noRootIsHalfwayInItsOwnFormat() {
        assertThat(OperandGenerator.of(ScalarFunction.of(ScalarOperation.SQUARE_ROOT, Codec.of(Formats.BINARY16)))
                        .classes())
                .contains(OperandClass.NEAR_HALFWAY)
                .doesNotContain(OperandClass.HALFWAY, OperandClass.CANCELLATION, OperandClass.OVERFLOW);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OperandGenerator.of(
                                ScalarFunction.of(ScalarOperation.SQUARE_ROOT, Codec.of(Formats.BINARY16)))
                        .at(OperandClass.HALFWAY, 1, 0))
                .withMessageContaining("halfway");
    }

    @Test
    void operandsAreAFunctionOfSeedAndNumber() {
        ScalarFunction f = ScalarFunction.of(ScalarOperation.FMA, Codec.of(Formats.BINARY16));
        OperandGenerator a = OperandGenerator.of(f);
        OperandGenerator b = OperandGenerator.of(f);
        Random random = new Random(3);
        Random again = new Random(3);
        for (int i = 0; i < 300; i++) {
            assertThat(a.at(7, i)).isEqualTo(b.at(7, i));
            assertThat(a.next(random)).isEqualTo(b.next(again));
        }
        assertThat(a.operands(7).limit(300).flatMapToLong(Arrays::stream).toArray())
                .isNotEqualTo(
                        a.operands(8).limit(300).flatMapToLong(Arrays::stream).toArray());
    }

    @Test
    void functionsOfWrongShapeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScalarFunction.of(ScalarOperation.ADD, Codec.of(Formats.INT8)))
                .withMessageContaining("i8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScalarFunction(
                        ScalarOperation.ADD,
                        List.of(Formats.BINARY16),
                        Formats.BINARY16,
                        Codec.of(Formats.BINARY16).policies()))
                .withMessageContaining("2: 1");
        ScalarFunction add = ScalarFunction.of(ScalarOperation.ADD, Codec.of(Formats.BINARY16));
        for (CodeFunction f : List.of(add.oracle(), add.implementation())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> f.apply(0, 0, 0))
                    .withMessageContaining("must be 2: 3");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScalarFunction.convert(
                        Formats.BINARY32, Codec.of(Formats.BINARY16).stochastic(Rounding.STOCHASTIC_A, 8)))
                .withMessageContaining("deterministic");
    }
}
