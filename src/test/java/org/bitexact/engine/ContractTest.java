package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Enclosures of what a contract allows, against every order of additions and every choice of rounding. */
class ContractTest {
    private static final Engine BF16 = Engines.get("aws.trainium1.contract.bf16.f32");

    static List<Engine> contracts() {
        return Engines.all().stream()
                .filter(engine ->
                        engine.contract().isPresent() && engine.inputs().indexOf('-') < 0)
                .toList();
    }

    /** What an engine returns is always allowed. */
    @ParameterizedTest
    @MethodSource("contracts")
    void theReadingLiesWithin(Engine engine) {
        EngineInputs inputs = new EngineInputs(engine, 6);
        for (int i = 0; i < 100; i++) {
            DotCase input = inputs.next();
            if (input.k() > 0) {
                long result = engine.dot(input);
                Enclosure enclosure = engine.enclosure(input).orElseThrow();
                assertThat(enclosure.contains(result))
                        .as(() -> EngineReferenceTest.describe(engine, input) + ": " + Cases.hex(engine, result)
                                + " in " + enclosure)
                        .isTrue();
            }
        }
    }

    /** All results of adding terms in any order, each addition rounded to nearest or toward zero. */
    private static Set<Long> reachable(List<Long> terms) {
        Set<Long> results = new HashSet<>();
        if (terms.size() == 1) {
            results.addAll(terms);
            return results;
        }
        // every split in two; the first term is in the first part, so that none is tried twice
        for (int mask = 0; mask < 1 << (terms.size() - 1); mask++) {
            List<Long> left = new ArrayList<>(List.of(terms.get(0)));
            List<Long> right = new ArrayList<>();
            for (int i = 1; i < terms.size(); i++) {
                ((mask >> (i - 1) & 1) == 0 ? left : right).add(terms.get(i));
            }
            if (right.isEmpty()) {
                continue;
            }
            for (long x : reachable(left)) {
                for (long y : reachable(right)) {
                    for (Arithmetic add : ADDITIONS) {
                        results.add(add.add(x, y, 0, null));
                    }
                }
            }
        }
        return results;
    }

    private static final List<Arithmetic> ADDITIONS =
            List.of(addition(Rounding.TIES_TO_EVEN), addition(Rounding.TOWARD_ZERO));

    private static Arithmetic addition(Rounding rounding) {
        return Arithmetic.of(
                Codec.of(Formats.BINARY32, Policies.IEEE.withRounding(rounding).withOverflow(Overflow.INFINITY)));
    }

    @Test
    void everyOrderAndRoundingLiesWithin() {
        SplittableRandom random = new SplittableRandom(1);
        Codec f32 = Codec.of(Formats.BINARY32);
        Codec bf16 = Codec.of(Formats.BFLOAT16);
        double widest = 0;
        for (int round = 0; round < 200; round++) {
            int n = 2 + random.nextInt(3);
            long[] a = new long[n];
            long[] b = new long[n];
            List<Long> terms = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                int spread = round % 3 == 0 ? 1 : 14;
                a[i] = bf16.encode(random.nextDouble(-2, 2) * Math.scalb(1.0, random.nextInt(spread)));
                b[i] = bf16.encode(random.nextDouble(-2, 2) * Math.scalb(1.0, random.nextInt(spread)));
                terms.add(f32.encodeLong(bf16.decode(a[i]) * bf16.decode(b[i]), 0, null)); // exact
            }
            float c = (float) random.nextDouble(-2, 2);
            long addend = Float.floatToRawIntBits(c) & 0xffff_ffffL;
            terms.add(addend);
            Set<Long> reachable = reachable(terms);
            Enclosure enclosure = BF16.enclosure(new DotCase(a, b, addend)).orElseThrow();
            assertThat(reachable).allMatch(enclosure::contains);
            double low =
                    reachable.stream().mapToDouble(ContractTest::value).min().orElseThrow();
            double high =
                    reachable.stream().mapToDouble(ContractTest::value).max().orElseThrow();
            if (high > low) {
                widest = Math.max(widest, (value(enclosure.hi()) - value(enclosure.lo())) / (high - low));
            }
        }
        assertThat(widest).isBetween(1.0, 50.0); // where what can be reached is a unit or two
    }

    private static double value(long code) {
        return Float.intBitsToFloat((int) code);
    }

    private static Enclosure enclosure(String engine, String a, String b, String c) {
        return Engines.get(engine).enclosure(Cases.of(a, b, c)).orElseThrow();
    }

    @Test
    void whatNeedsNoRoundingIsAPoint() {
        assertThat(enclosure(BF16.name(), "3f80*7", "3f80*7", "40000000"))
                .isEqualTo(new Enclosure(Formats.BINARY32, true, 0x4110_0000L, 0x4110_0000L, false));
        assertThat(enclosure(BF16.name(), "0000*3", "bf80*3", "00000000").isPoint())
                .isTrue();
        assertThat(enclosure(BF16.name(), "", "", "3f800001").isPoint()).isTrue();
        assertThat(BF16.disputed(Cases.of("3f80", "3f80", "3f800000"))).isFalse();
    }

    @Test
    void zerosDoNotWiden() {
        Enclosure few = enclosure(BF16.name(), "3f81 3381", "3f83 3f85", "33800000");
        assertThat(enclosure(BF16.name(), "3f81 0*100 3381", "3f83 0*100 3f85", "33800000"))
                .isEqualTo(few);
        assertThat(few.isPoint()).isFalse();
    }

    /** Upward, an operation errs by half as much as downward; a sum of positive numbers shows it. */
    @Test
    void roundingsUpAreSmaller() {
        Enclosure e = enclosure(BF16.name(), "3f81*64", "3f83*64", "3f800001");
        double exact = 64 * 1.0078125 * 1.0234375 + 1 + 0x1p-23;
        double below = exact - value(e.lo());
        double above = value(e.hi()) - exact;
        assertThat(below / above).isBetween(1.7, 2.1);
    }

    @Test
    void lostTermsWidenOneSide() {
        // 2^-133 * 2^126 is small beside 1, and may be flushed
        Enclosure e = enclosure(BF16.name(), "0001 3f80", "7e80 3f80", "00000000");
        assertThat(e.contains(0x3f80_0000L)).isTrue();
        assertThat(value(e.lo())).isGreaterThan(0.999);
        assertThat(value(e.hi())).isBetween(1 + 0x1p-8, 1 + 0x1p-6);
    }

    @Test
    void specialValuesAndOverflow() {
        assertThat(enclosure(BF16.name(), "7fc0", "3f80", "00000000")).matches(e -> e.nan() && !e.numbers());
        Enclosure infinite = enclosure(BF16.name(), "7f80", "bf80", "00000000");
        assertThat(infinite.lo()).isEqualTo(0xff80_0000L);
        assertThat(infinite.isPoint()).isTrue();
        Enclosure overflow = enclosure(BF16.name(), "7f7f 7f7f ff7f", "3f80*3", "00000000");
        assertThat(overflow.nan()).isTrue();
        assertThat(overflow.contains(0x7f80_0000L)).isTrue();
    }

    @Test
    void formatsOfTheRowsAreThoseOfTheContracts() {
        for (Engine engine : contracts()) {
            ScalarFormat d = engine.formatD();
            assertThat(
                            d instanceof FloatFormat f
                                    ? engine.contract()
                                            .orElseThrow()
                                            .narrowest()
                                            .equals(f)
                                    : engine.integerSpec().isPresent())
                    .as(engine.name())
                    .isTrue();
        }
    }
}
