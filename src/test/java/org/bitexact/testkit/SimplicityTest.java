package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order is total and as documented; shrinking ends at a code that fails and that nothing simpler does. */
@Tag("fast")
class SimplicityTest {
    private static long[] sorted(ScalarFormat format) {
        Simplicity order = Simplicity.of(format);
        return LongStream.rangeClosed(0, format.codeMask())
                .boxed()
                .sorted(order.comparator())
                .mapToLong(Long::longValue)
                .toArray();
    }

    @Test
    void allCodesOfE2m3InOrder() {
        Codec codec = Codec.of(Formats.OCP_E2M3);
        assertThat(Arrays.stream(sorted(Formats.OCP_E2M3))
                        .mapToDouble(codec::decode)
                        .limit(36)
                        .toArray())
                .containsExactly(
                        0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, // small integers; no other normal power
                        1.5, -1.5, // two significand bits; then three, and so on; nearest to one first
                        1.25, 1.75, -1.25, -1.75, 2.5, 3.5, -2.5, -3.5, 1.125, 1.375, 1.625, 1.875, -1.125, -1.375,
                        -1.625, -1.875, 2.25, 2.75, 3.25);
    }

    @Test
    void specialCodesComeLast() {
        long[] half = sorted(Formats.BINARY16);
        assertThat(half).startsWith(0, 0x3c00, 0xbc00, 0x4000);
        // 2^5, -2^5, then 2^-1? nearer to one comes first
        assertThat(half[33]).isEqualTo(0x3800);
        assertThat(Arrays.copyOfRange(half, half.length - 2046 - 3, half.length - 2046 + 1))
                .containsExactly(0x8000, 0x7c00, 0xfc00, 0x7e00);
        assertThat(sorted(Formats.INT4)).containsExactly(0, 1, 15, 2, 14, 3, 13, 4, 12, 5, 11, 6, 10, 7, 9, 8);
    }

    static Stream<ScalarFormat> narrow() {
        return Arrays.stream(Exactly.formats()).filter(f -> f.width() <= 9 || f.equals(Formats.BINARY16));
    }

    @ParameterizedTest
    @MethodSource("narrow")
    void theOrderIsTotalAndItsRanksAgree(ScalarFormat format) {
        Simplicity order = Simplicity.of(format);
        long[] codes = sorted(format);
        assertThat(codes).doesNotHaveDuplicates();
        for (int i = 1; i < codes.length; i++) {
            assertThat(order.compare(codes[i - 1], codes[i])).isNegative();
            assertThat(Arrays.compare(order.rank(codes[i - 1]), order.rank(codes[i])))
                    .isNegative();
        }
        assertThat(order.simpler(codes[codes.length - 1]).toArray()).isEqualTo(Arrays.copyOf(codes, codes.length - 1));
    }

    /** Whatever fails, the simplest of all failing codes is found. */
    @ParameterizedTest
    @MethodSource("narrow")
    void shrinkingEndsAtTheSimplestCodeThatFails(ScalarFormat format) {
        Random random = new Random(5);
        long[] codes = sorted(format);
        for (int trial = 0; trial < 30; trial++) {
            BitSet failing = new BitSet();
            int n = 1 + random.nextInt(20);
            for (int i = 0; i < n; i++) {
                failing.set(random.nextInt(codes.length));
            }
            int[] all = failing.stream().toArray();
            long start = all[random.nextInt(all.length)];
            long simplest = Arrays.stream(codes)
                    .filter(c -> failing.get((int) c))
                    .findFirst()
                    .orElseThrow();
            assertThat(Simplicity.of(format).shrink(start, c -> failing.get((int) c)))
                    .isEqualTo(simplest);
        }
    }

    static Stream<ScalarFormat> wide() {
        return Stream.of(
                Formats.BINARY32,
                Formats.BINARY64,
                Formats.INT32,
                Formats.TF32,
                custom(SpecialValues.FN, SubnormalRule.ABSENT),
                custom(SpecialValues.FNUZ, SubnormalRule.FLUSH),
                custom(SpecialValues.P3109_EXTENDED, SubnormalRule.GRADUAL));
    }

    private static FloatFormat custom(SpecialValues specials, SubnormalRule subnormals) {
        return FloatFormat.builder("custom", 6, 14)
                .specials(specials)
                .subnormals(subnormals)
                .build();
    }

    /** In wide formats: it fails, it is no less simple, and no relative that is simpler fails. */
    @ParameterizedTest
    @MethodSource("wide")
    void shrinkingOfWideCodesEndsWhereNoSimplerRelativeFails(ScalarFormat format) {
        Simplicity order = Simplicity.of(format);
        CodeGenerator generator = CodeGenerator.of(format);
        for (int i = 0; i < 200; i++) {
            long start = generator.at(3, i);
            long salt = i;
            // a condition that mixes bits and cuts, different each time; it holds for the start
            LongPredicate fails = c -> c == start || ((c ^ salt) * 0x9e37_79b9_7f4a_7c15L >>> 60) < 4;
            long end = order.shrink(start, fails);
            assertThat(fails.test(end)).isTrue();
            assertThat(order.compare(end, start)).isNotPositive();
            assertThat(order.simpler(end).filter(fails).findFirst()).isEmpty();
            assertThat(order.simpler(end).allMatch(c -> order.compare(c, end) < 0))
                    .isTrue();
        }
    }

    @Test
    void usualConditionsShrinkToWhatAPersonWouldWrite() {
        assertThat(shrunk(x -> x > 1000.3, 54321.678f)).isEqualTo(1024);
        assertThat(shrunk(x -> x < -3, -Float.MAX_VALUE)).isEqualTo(-4);
        assertThat(shrunk(x -> x != Math.rint(x), 1234.5678f)).isEqualTo(0.5f);
        assertThat(shrunk(x -> x > 0 && x < Float.MIN_NORMAL, 0x1.234p-130f)).isEqualTo(0x1p-127f);
        assertThat(shrunk(x -> x > 100 && x < 128, 101.7f)).isEqualTo(112);
        assertThat(shrunk(Float::isNaN, Float.intBitsToFloat(0xffc1_2345))).isNaN();
        assertThat(shrunk(x -> x == Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY))
                .isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Simplicity.of(Formats.BINARY32).shrink(0xffc1_2345L, Formats.BINARY32::isNan))
                .isEqualTo(0x7fc0_0000);
    }

    private interface FloatPredicate {
        boolean test(float x);
    }

    private static float shrunk(FloatPredicate fails, float start) {
        long end = Simplicity.of(Formats.BINARY32)
                .shrink(
                        Integer.toUnsignedLong(Float.floatToRawIntBits(start)),
                        c -> fails.test(Float.intBitsToFloat((int) c)));
        return Float.intBitsToFloat((int) end);
    }

    @Test
    void pairsShrinkTogether() {
        FloatFormat f = Formats.OCP_E4M3;
        Codec codec = Codec.of(f);
        Simplicity[] orders = {Simplicity.of(f), Simplicity.of(f)};
        long[] end =
                Simplicity.shrink(orders, new long[] {0x55, 0x6b}, x -> codec.decode(x[0]) * codec.decode(x[1]) >= 100);
        // 1 * 104, 104 being the least of two bits, as no small integer and no power of two would do
        assertThat(codec.decode(end[0]) * codec.decode(end[1])).isGreaterThanOrEqualTo(100);
        for (int i = 0; i < 2; i++) {
            int at = i;
            assertThat(orders[i].simpler(end[i]).anyMatch(c -> {
                        long[] trial = end.clone();
                        trial[at] = c;
                        return codec.decode(trial[0]) * codec.decode(trial[1]) >= 100;
                    }))
                    .isFalse();
        }
    }

    @Test
    void whatDoesNotFailIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Simplicity.of(Formats.OCP_E4M3).shrink(0x38, c -> false))
                .withMessageContaining("0x38");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Simplicity.shrink(new Simplicity[0], new long[1], c -> true))
                .withMessageContaining("0, 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Simplicity.of(Formats.OCP_E4M3).compare(0x100, 0))
                .withMessageContaining("0x100");
    }
}
