package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every class of codes hits what its name says, according to the oracle; draws are functions of seed and number. */
@Tag("fast")
class CodeGeneratorTest {
    private static final int DRAWS = 45;

    static Stream<ScalarFormat> formats() {
        return Arrays.stream(Exactly.formats());
    }

    // ------------------------------------------------------------------ classes of one format

    @ParameterizedTest
    @MethodSource("formats")
    void codesOfAClassBelongToIt(ScalarFormat format) {
        CodeGenerator generator = CodeGenerator.of(format);
        assertThat(generator.classes()).noneMatch(CodeClass::isAimed);
        for (CodeClass c : generator.classes()) {
            for (int i = 0; i < DRAWS; i++) {
                long code = generator.at(c, 5, i);
                assertThat(belongs(c, format, code))
                        .as("%s of %s: %s", c, format, new CodePoint(format, code))
                        .isTrue();
            }
        }
    }

    private static boolean belongs(CodeClass c, ScalarFormat format, long code) {
        OracleValue v = Oracle.of(format).decode(code);
        switch (c) {
            case ZERO:
                return v instanceof OracleValue.Zero;
            case INFINITY:
                return v instanceof OracleValue.Infinity;
            case QUIET_NAN:
                return v instanceof OracleValue.Nan nan && !nan.signaling();
            case SIGNALING_NAN:
                return v instanceof OracleValue.Nan nan && nan.signaling();
            case SMALL_INTEGER: {
                BigFraction x = Exactly.value(format, code).abs();
                return x.getDenominator().equals(BigInteger.ONE)
                        && x.compareTo(BigFraction.of(16)) <= 0
                        && x.signum() > 0;
            }
            case POWER_OF_TWO:
                return bits(v) == 1;
            case SHORT:
                return bits(v) <= 3;
            case SUBNORMAL:
                return v instanceof OracleValue.Finite
                        && Exactly.value(format, code).abs().compareTo(Exactly.smallestNormal(format)) < 0;
            case LIMIT:
                return isLimit(format, code);
            case NEIGHBOUR: {
                // two codes at most from a limit or a power of two, in codes of the same sign
                for (int i = -2; i <= 2; i++) {
                    long near = code + i & format.codeMask();
                    if (Exactly.isFinite(format, near)
                            && (isLimit(format, near) || bits(Oracle.of(format).decode(near)) == 1)) {
                        return true;
                    }
                }
                return false;
            }
            default:
                return c == CodeClass.UNIFORM_CODE || v instanceof OracleValue.Finite || v instanceof OracleValue.Zero;
        }
    }

    private static int bits(OracleValue v) {
        return v instanceof OracleValue.Finite f
                ? f.ratio().getNumerator().abs().bitLength()
                : 99;
    }

    private static boolean isLimit(ScalarFormat format, long code) {
        BigFraction x = Exactly.value(format, code);
        BigFraction magnitude = x.abs();
        if (magnitude.equals(Exactly.largest(format, x.signum() < 0))) {
            return true;
        }
        BigFraction normal = Exactly.smallestNormal(format);
        BigFraction first = format instanceof FloatFormat f && !f.hasZero()
                ? normal
                : Exactly.above(format, BigFraction.ZERO, false);
        BigFraction below = Exactly.below(format, normal.subtract(normal.multiply(Exactly.powerOfTwo(-80))));
        return magnitude.equals(first) || magnitude.equals(normal) || magnitude.equals(below) && magnitude.signum() > 0;
    }

    @Test
    void everyClassThatAFormatCanHaveIsThere() {
        assertThat(CodeGenerator.of(Formats.BINARY16).classes()).hasSize(13);
        assertThat(CodeGenerator.of(Formats.OCP_E4M3).classes())
                .contains(CodeClass.QUIET_NAN, CodeClass.SUBNORMAL)
                .doesNotContain(CodeClass.INFINITY, CodeClass.SIGNALING_NAN);
        assertThat(CodeGenerator.of(Formats.E8M0).classes()).doesNotContain(CodeClass.ZERO, CodeClass.SUBNORMAL);
        assertThat(CodeGenerator.of(Formats.INT8).classes())
                .contains(CodeClass.ZERO, CodeClass.LIMIT)
                .doesNotContain(CodeClass.QUIET_NAN, CodeClass.INFINITY);
    }

    @Test
    void aClassThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodeGenerator.of(Formats.OCP_E4M3).at(CodeClass.INFINITY, 1, 0))
                .withMessageContaining("infinity")
                .withMessageContaining("e4m3");
    }

    /** The limits of each kind, and the payloads at both ends. */
    @Test
    void allCodesOfSmallClassesAreReached() {
        CodeGenerator e4m3 = CodeGenerator.of(Formats.OCP_E4M3);
        assertThat(drawn(e4m3, CodeClass.LIMIT))
                .containsExactlyInAnyOrder(1L, 7L, 8L, 0x7eL, 0x81L, 0x87L, 0x88L, 0xfeL);
        assertThat(drawn(e4m3, CodeClass.QUIET_NAN)).containsExactlyInAnyOrder(0x7fL, 0xffL);
        assertThat(drawn(e4m3, CodeClass.ZERO)).containsExactlyInAnyOrder(0L, 0x80L);
        assertThat(drawn(CodeGenerator.of(Formats.BINARY16), CodeClass.SIGNALING_NAN))
                .contains(0x7c01L, 0x7d00L, 0xfc01L, 0xfd00L);
        assertThat(drawn(CodeGenerator.of(Formats.INT8), CodeClass.LIMIT)).containsExactlyInAnyOrder(127L, 128L);
        assertThat(drawn(CodeGenerator.of(Formats.OCP_E2M1), CodeClass.UNIFORM_CODE))
                .hasSize(16);
    }

    private static Set<Long> drawn(CodeGenerator generator, CodeClass c) {
        Set<Long> codes = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            codes.add(generator.at(c, 1, i));
        }
        return codes;
    }

    @Test
    void uniformDrawsAreUniformInWhatTheySay() {
        CodeGenerator generator = CodeGenerator.of(Formats.BINARY16);
        int largeHalf = 0;
        int[] binades = new int[32];
        for (int i = 0; i < 4000; i++) {
            long code = generator.at(CodeClass.UNIFORM_VALUE, 2, i);
            largeHalf += (code & 0x7fff) >= 0x7800 ? 1 : 0; // from 32768 on, half of 65504
            binades[(int) (generator.at(CodeClass.UNIFORM_BINADE, 2, i) >> 10 & 31)]++;
        }
        assertThat(largeHalf).isBetween(1850, 2150); // 2000 +- 4.7 sigma
        assertThat(Arrays.stream(binades, 0, 31).filter(n -> n > 70 && n < 190).count())
                .isEqualTo(31); // 129 +- 5.2 sigma
        assertThat(binades[31]).isZero();
    }

    // ------------------------------------------------------------------ classes aimed at a target

    static Stream<Arguments> pairs() {
        List<ScalarFormat> sources =
                List.of(Formats.BINARY32, Formats.BINARY64, Formats.BFLOAT16, Formats.INT32, Formats.BINARY16);
        return sources.stream().flatMap(s -> Arrays.stream(Exactly.formats()).map(t -> Arguments.of(s, t)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aimedCodesHitTheTarget(ScalarFormat source, ScalarFormat target) {
        CodeGenerator generator = CodeGenerator.of(source, target);
        for (CodeClass c : generator.classes()) {
            for (int i = 0; c.isAimed() && i < DRAWS / 3; i++) {
                long code = generator.at(c, 5, i);
                assertThat(hits(c, source, code, target))
                        .as("%s of %s: %s", c, target, new CodePoint(source, code))
                        .isTrue();
            }
        }
    }

    private static boolean hits(CodeClass c, ScalarFormat source, long code, ScalarFormat target) {
        BigFraction x = Exactly.value(source, code);
        BigFraction step = Exactly.step(source, code);
        boolean negative = x.signum() < 0;
        BigFraction largest = Exactly.largest(target, negative);
        return switch (c) {
            case TARGET_NUMBER -> Exactly.isNumber(target, x);
            case TARGET_MIDPOINT -> Exactly.isMidpoint(target, x);
            case BESIDE_TARGET_NUMBER -> !isExactlyThere(target, x, false) && isWithin(target, x, step, false);
            case BESIDE_TARGET_MIDPOINT -> !isExactlyThere(target, x, true) && isWithin(target, x, step, true);
            case TARGET_OVERFLOW -> {
                BigFraction beyond = Exactly.above(target, largest, negative);
                yield x.abs().compareTo(largest.subtract(step)) >= 0 && x.abs().compareTo(beyond.add(step)) <= 0;
            }
            default -> {
                BigFraction normal = Exactly.smallestNormal(target);
                BigFraction first = target instanceof FloatFormat f && !f.hasZero()
                        ? normal
                        : Exactly.above(target, BigFraction.ZERO, false).divide(2);
                int p = target instanceof FloatFormat f ? f.precision() : 0;
                BigFraction tiny = normal.subtract(normal.multiply(Exactly.powerOfTwo(-p - 1)));
                yield target instanceof IntFormat
                        ? x.abs().compareTo(normal.add(step)) <= 0
                        : Stream.of(normal, first, tiny)
                                .anyMatch(y -> x.abs().subtract(y).abs().compareTo(step) <= 0);
            }
        };
    }

    private static boolean isExactlyThere(ScalarFormat target, BigFraction x, boolean midpoint) {
        return midpoint ? Exactly.isMidpoint(target, x) : Exactly.isNumber(target, x);
    }

    /** Whether a number or midpoint of the target lies within a distance. */
    private static boolean isWithin(ScalarFormat target, BigFraction x, BigFraction distance, boolean midpoint) {
        boolean negative = x.signum() < 0;
        BigFraction low = x.abs().subtract(distance);
        BigFraction high = x.abs().add(distance);
        // the last number at or below the upper end, and what lies halfway from it and from the one below
        BigFraction number =
                Exactly.below(target, negative ? high.negate() : high).abs();
        BigFraction after = Exactly.above(target, number, negative);
        BigFraction before = Exactly.below(target, number.subtract(number.multiply(Exactly.powerOfTwo(-60))))
                .abs();
        Stream<BigFraction> points = midpoint
                ? Stream.of(number.add(after).divide(2), number.add(before).divide(2))
                : Stream.of(number);
        return points.anyMatch(p -> p.compareTo(low) >= 0 && p.compareTo(high) <= 0);
    }

    @Test
    void allAimsAreTakenFromAWideSource() {
        assertThat(CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3).classes())
                .contains(
                        CodeClass.TARGET_NUMBER,
                        CodeClass.BESIDE_TARGET_NUMBER,
                        CodeClass.TARGET_MIDPOINT,
                        CodeClass.BESIDE_TARGET_MIDPOINT,
                        CodeClass.TARGET_OVERFLOW,
                        CodeClass.TARGET_UNDERFLOW);
        // every midpoint from half the smallest to 464, and every number but for the NaNs and one of the zeros
        CodeGenerator generator = CodeGenerator.of(Formats.BINARY64, Formats.OCP_E4M3);
        Set<Long> midpoints = new HashSet<>();
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 8000; i++) {
            midpoints.add(generator.at(CodeClass.TARGET_MIDPOINT, 1, i));
            numbers.add(generator.at(CodeClass.TARGET_NUMBER, 1, i));
        }
        assertThat(midpoints).hasSize(2 * 127);
        assertThat(numbers).hasSize(256 - 2 - 1);
    }

    /** No integer is halfway between two integers. */
    @Test
    void anAimThatTheSourceCannotHitIsNotOffered() {
        assertThat(CodeGenerator.of(Formats.INT32, Formats.INT8).classes()).doesNotContain(CodeClass.TARGET_MIDPOINT);
        assertThat(CodeGenerator.of(Formats.OCP_E2M1, Formats.OCP_E2M1).classes())
                .doesNotContain(CodeClass.TARGET_MIDPOINT);
    }

    // ------------------------------------------------------------------ sequences

    @Test
    void codesAreAFunctionOfSeedAndNumber() {
        CodeGenerator a = CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3);
        CodeGenerator b = CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3);
        assertThat(a.codes(7).limit(500).toArray())
                .isEqualTo(LongStream.range(0, 500).map(i -> b.at(7, i)).toArray())
                .isNotEqualTo(b.codes(8).limit(500).toArray());
        Random random = new Random(3);
        Random again = new Random(3);
        assertThat(LongStream.range(0, 500).map(i -> a.next(random)).toArray())
                .isEqualTo(LongStream.range(0, 500).map(i -> b.next(again)).toArray());
    }

    /** A change of these figures changes everybody's cases. */
    @Test
    void theSequenceOfASeedStaysAsItIs() {
        CodeGenerator generator = CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3);
        assertThat(Arrays.hashCode(generator.codes(1).limit(1000).toArray())).isEqualTo(607380666);
        assertThat(Arrays.hashCode(
                        OperandGenerator.of(ScalarFunction.of(ScalarOperation.FMA, Codec.of(Formats.BINARY16)))
                                .operands(1)
                                .limit(1000)
                                .flatMapToLong(LongStream::of)
                                .toArray()))
                .isEqualTo(1096332534);
    }

    @Test
    void doublesAreAimedAndIncludeNans() {
        double[] values = CodeGenerator.doubles(Formats.OCP_E4M3, 1).limit(3000).toArray();
        assertThat(values).contains(464, -464, 448, 0x1p-10);
        assertThat(Arrays.stream(values).anyMatch(Double::isNaN)).isTrue();
    }

    @Test
    void landmarksAreSortedFromTheSimplest() {
        long[] landmarks = CodeGenerator.of(Formats.OCP_E4M3).landmarks();
        Simplicity order = Simplicity.of(Formats.OCP_E4M3);
        for (int i = 1; i < landmarks.length; i++) {
            assertThat(order.compare(landmarks[i - 1], landmarks[i])).isNegative();
        }
        assertThat(landmarks).startsWith(0, 0x38, 0xb8).contains(0x80, 0x7e, 0xfe, 1, 8, 0x7f, 0xff);
    }

    static LongStream hardFloats() {
        return CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3).codes(1).limit(100);
    }

    /** Streams are parameter sources of JUnit without an adapter. */
    @ParameterizedTest
    @MethodSource("hardFloats")
    void worksAsAParameterSource(long code) {
        Formats.BINARY32.requireCode(code);
    }
}
