package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.bitexact.codec.Codec;
import org.bitexact.engine.Spec.Addend;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.kernel.Gemm;
import org.bitexact.kernel.Matrix;

/** What holds of engines whatever their parameters, and what holds of some and fails of others. */
class EngineProperties {
    private static final List<Engine> FLOATS = Engines.all().stream()
            .filter(engine -> engine.spec().isPresent() && engine.scaling().isEmpty())
            .toList();

    @Provide
    Arbitrary<Engine> floats() {
        return Arbitraries.of(FLOATS);
    }

    /** Engines with several terms in a step, which follow each other in a chain. */
    @Provide
    Arbitrary<Engine> fused() {
        return Arbitraries.of(FLOATS.stream()
                .filter(engine -> {
                    Spec spec = engine.spec().orElseThrow();
                    return spec.terms() > 1 && spec.sums() == 1 && spec.order().equals(Order.CHAIN);
                })
                .toList());
    }

    private static DotCase draw(Engine engine, long seed) {
        EngineInputs inputs = new EngineInputs(engine, seed);
        DotCase input = inputs.next();
        for (long i = Math.floorMod(seed, 20); i > 0; i--) {
            input = inputs.next();
        }
        return input;
    }

    /** A step is an exact sum of what is cut: the order of its elements does not matter. */
    @Property(tries = 1500)
    void elementsOfAStepMayChangePlaces(@ForAll("fused") Engine engine, @ForAll long seed) {
        DotCase input = draw(engine, seed);
        int n = engine.spec().orElseThrow().terms();
        List<Integer> order = new ArrayList<>();
        for (int from = 0; from < input.k(); from += n) {
            List<Integer> step = new ArrayList<>();
            for (int i = from; i < Math.min(input.k(), from + n); i++) {
                step.add(i);
            }
            Collections.shuffle(step, new Random(seed));
            order.addAll(step);
        }
        long[] a = order.stream().mapToLong(i -> input.a()[i]).toArray();
        long[] b = order.stream().mapToLong(i -> input.b()[i]).toArray();
        assertThat(engine.dot(new DotCase(a, b, input.c()))).isEqualTo(engine.dot(input));
    }

    /** Elements of different steps may not. */
    @Property(tries = 1)
    void elementsOfDifferentStepsMayNot() {
        Engine engine = Engines.get("nvidia.volta.mma.f16.f32");
        DotCase apart = Cases.of("0c00 0*3 0c00", "0c00 0*3 0c00", "3f800000");
        DotCase together = Cases.of("0c00*2", "0c00*2", "3f800000");
        assertThat(engine.dot(apart)).isEqualTo(0x3f80_0000L);
        assertThat(Engines.get("nvidia.ampere.mma.f16.f32").dot(together)).isEqualTo(0x3f80_0001L);
    }

    /**
     * More zeros at the end change nothing, but the sign of a zero; nor where whole steps are added, but for a result
     * with fewer bits than the addend, which the first step cuts.
     */
    @Property(tries = 1500)
    void zerosAtTheEndChangeNothing(
            @ForAll("floats") Engine engine, @ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int zeros) {
        DotCase input = draw(engine, seed);
        Spec spec = engine.spec().orElseThrow();
        FloatFormat d = (FloatFormat) engine.formatD();
        Assume.that(input.k() > 0);
        // lanes that are joined beginning with lane k mod 4 depend on k by design
        Assume.that(!spec.order().rotated());
        int n = input.k() + zeros;
        long padded = engine.dot(new DotCase(Arrays.copyOf(input.a(), n), Arrays.copyOf(input.b(), n), input.c()));
        long result = engine.dot(input);
        if (d.isZero(result) && d.isZero(padded) || d.isNan(result) && d.isNan(padded)) {
            return;
        }
        assertThat(padded).isEqualTo(result);
    }

    /** Twice the first vector and the addend give twice the result, away from the ends of the range. */
    @Property(tries = 1500)
    void powersOfTwoScale(
            @ForAll("floats") Engine engine, @ForAll long seed, @ForAll @IntRange(min = -2, max = 2) int shift) {
        FloatFormat fa = (FloatFormat) engine.formatA();
        FloatFormat fb = (FloatFormat) engine.formatB();
        FloatFormat fc = (FloatFormat) engine.formatC();
        Assume.that(fa.emax() - fa.emin() > 10 && fb.emax() - fb.emin() > 10);
        Random random = new Random(seed);
        int k = 1 + random.nextInt(40);
        long[] a = new long[k];
        long[] b = new long[k];
        long[] scaled = new long[k];
        for (int i = 0; i < k; i++) {
            a[i] = number(fa, random);
            b[i] = number(fb, random);
            scaled[i] = a[i] + ((long) shift << fa.trailingBits());
        }
        long c = number(fc, random);
        long result = engine.dot(new DotCase(a, b, c));
        FloatFormat d = (FloatFormat) engine.formatD();
        double x = Codec.of(d).decode(result);
        Assume.that(Math.abs(x) >= Math.scalb(1.0, d.emin() + 3) || x == 0);
        // where an addend or a sum is cut toward minus infinity, nothing else changes either
        long other = engine.dot(new DotCase(scaled, b, c + ((long) shift << fc.trailingBits())));
        assertThat(Codec.of(d).decode(other)).isEqualTo(Math.scalb(x, shift));
    }

    /** A normal number with an exponent about the middle of the range, so that one can add 2 to it. */
    private static long number(FloatFormat f, Random random) {
        int middle = Math.floorDiv(f.emin() + f.emax(), 2);
        int e = Math.max(f.emin() + 3, Math.min(f.emax() - 3, middle + random.nextInt(5) - 2));
        long fraction = random.nextLong() & f.trailingMask();
        return (long) (e + f.bias()) << f.trailingBits() | fraction | (random.nextBoolean() ? f.signMask() : 0);
    }

    /** The negatives of one vector and of the addend give the negative result, but on CDNA 3. */
    @Property(tries = 1500)
    void negativesGiveTheNegative(@ForAll("floats") Engine engine, @ForAll long seed) {
        Assume.that(engine.spec().orElseThrow().addend() != Addend.AFTER_FLOOR);
        DotCase input = draw(engine, seed);
        FloatFormat d = (FloatFormat) engine.formatD();
        long result = engine.dot(input);
        long negated = engine.dot(negated(engine, input));
        if (d.isZero(result) || d.isNan(result)) {
            assertThat(d.isZero(negated) || d.isNan(negated)).isTrue();
        } else {
            assertThat(negated).isEqualTo(result ^ d.signMask());
        }
    }

    private static DotCase negated(Engine engine, DotCase input) {
        FloatFormat a = (FloatFormat) engine.formatA();
        FloatFormat c = (FloatFormat) engine.formatC();
        return new DotCase(
                Arrays.stream(input.a())
                        .map(x -> a.isZero(x) || a.isNan(x) ? x : x ^ a.signMask())
                        .toArray(),
                input.b(),
                c.isZero(input.c()) || c.isNan(input.c()) ? input.c() : input.c() ^ c.signMask());
    }

    /** CDNA 3 rounds sum and addend toward minus infinity: 1 - 2^-30 and -1 + 2^-30. */
    @Property(tries = 1)
    void negativesDoNotOnCdna3() {
        Engine engine = Engines.get("amd.cdna3.mfma.f16.f32");
        DotCase input = Cases.of("3c00", "3c00", "b0800000");
        assertThat(engine.dot(input)).isEqualTo(0x3f7f_ffffL);
        assertThat(engine.dot(negated(engine, input))).isEqualTo(0xbf80_0000L);
    }

    /** Small whole numbers are added exactly by all engines, whatever their order. */
    @Property(tries = 1500)
    void whatFitsIsExact(@ForAll("floats") Engine engine, @ForAll long seed) {
        Random random = new Random(seed);
        Codec a = Codec.of((FloatFormat) engine.formatA());
        Codec b = Codec.of((FloatFormat) engine.formatB());
        Codec c = Codec.of((FloatFormat) engine.formatC());
        Codec d = Codec.of((FloatFormat) engine.formatD());
        Assume.that(a.decode(a.encodeLong(2.0, 0, null)) == 2 && b.decode(b.encodeLong(2.0, 0, null)) == 2);
        int k = random.nextInt(60);
        long[] x = new long[k];
        long[] y = new long[k];
        // bf16 holds whole numbers up to 256; all partial sums of such are below
        long addend = random.nextInt(33) - 16;
        long sum = addend;
        for (int i = 0; i < k; i++) {
            int p = random.nextInt(5) - 2;
            int q = random.nextInt(5) - 2;
            x[i] = a.encodeLong(p, 0, null);
            y[i] = b.encodeLong(q, 0, null);
            sum += p * q;
        }
        double result = d.decode(engine.dot(new DotCase(x, y, c.encodeLong((double) addend, 0, null))));
        assertThat(result).isEqualTo((double) sum);
    }

    @Provide
    Arbitrary<Engine> any() {
        return Arbitraries.of(Engines.all().stream()
                .filter(engine -> engine.scaling().isEmpty())
                .toList());
    }

    /** A matrix product is its engine's dot products, on any number of threads. */
    @Property(tries = 60)
    void threadsDoNotMatter(@ForAll("any") Engine engine, @ForAll long seed) {
        Random random = new Random(seed);
        int m = 1 + random.nextInt(40);
        int n = 1 + random.nextInt(40);
        int k = random.nextInt(40);
        long[] a = random.longs((long) m * k)
                .map(x -> x & engine.formatA().codeMask())
                .toArray();
        long[] b = random.longs((long) n * k)
                .map(x -> x & engine.formatB().codeMask())
                .toArray();
        long[] c = random.longs((long) m * n)
                .map(x -> x & engine.formatC().codeMask())
                .toArray();
        long[] one = new long[m * n];
        long[] many = new long[m * n];
        Matrix columns = Matrix.of(b, n, k).transposed();
        Gemm.of(engine).threads(1).multiply(Matrix.of(a, m, k), columns, Matrix.of(c, m, n), Matrix.of(one, m, n));
        Gemm.of(engine).threads(5).multiply(Matrix.of(a, m, k), columns, Matrix.of(c, m, n), Matrix.of(many, m, n));
        assertThat(many).isEqualTo(one);
        int i = random.nextInt(m);
        int j = random.nextInt(n);
        assertThat(one[i * n + j]).isEqualTo(engine.dot(a, i * k, b, j * k, k, c[i * n + j]));
    }

    /** Zeros are +0 where an engine says so. */
    @Property(tries = 800)
    void zerosArePlusWhereTheyAreSaidToBe(@ForAll("floats") Engine engine, @ForAll long seed) {
        Assume.that(engine.spec().orElseThrow().zeroSign() == ZeroSign.PLUS);
        DotCase input = draw(engine, seed);
        Assume.that(input.k() > 0);
        long result = engine.dot(input);
        FloatFormat d = (FloatFormat) engine.formatD();
        assertThat(result == d.signMask() && !d.equals(Formats.BINARY64)).isFalse();
    }
}
