package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NaNs, infinities, overflow, and vectors of unusual lengths, in every engine. */
@Tag("fast")
class SpecialValuesTest {
    static List<Engine> floats() {
        return Engines.all().stream()
                .filter(engine -> engine.spec().isPresent() && engine.inputs().indexOf('-') < 0)
                .toList();
    }

    static List<Engine> all() {
        return Engines.all();
    }

    /** A case of some elements, with scales of one. */
    private static DotCase input(Engine engine, long[] a, long[] b, long c) {
        if (engine.scaling().isEmpty()) {
            return new DotCase(a, b, c);
        }
        FloatFormat f = engine.scaling().get().format();
        int n = (a.length + engine.scaling().get().blockLength() - 1)
                / engine.scaling().get().blockLength();
        long[] ones = new long[n];
        Arrays.fill(ones, one(f));
        return new DotCase(a, b, c, ones, ones);
    }

    private static long one(FloatFormat f) {
        return f.emax() < 0 ? f.maxFiniteCode() : (long) f.bias() << f.trailingBits();
    }

    @ParameterizedTest
    @MethodSource("floats")
    void nansAndInfinities(Engine engine) {
        FloatFormat a = (FloatFormat) engine.formatA();
        FloatFormat b = (FloatFormat) engine.formatB();
        FloatFormat c = (FloatFormat) engine.formatC();
        FloatFormat d = (FloatFormat) engine.formatD();
        long x = one(a);
        long y = one(b);
        assertThat(d.isNan(engine.dot(input(engine, new long[] {x}, new long[] {y}, c.nanCode()))))
                .isTrue();
        assertThat(engine.dot(input(engine, new long[] {x}, new long[] {y}, c.infinityCode())))
                .isEqualTo(d.infinityCode());
        assertThat(engine.dot(input(engine, new long[] {x}, new long[] {y}, c.infinityCode() | c.signMask())))
                .isEqualTo(d.infinityCode() | d.signMask());
        if (a.hasNan()) {
            for (int place = 0; place < 5; place++) {
                long[] xs = new long[5];
                xs[place] = a.nanCode();
                assertThat(d.isNan(engine.dot(input(engine, xs, new long[5], 0))))
                        .isTrue();
                assertThat(d.isNan(engine.dot(input(engine, xs, new long[5], c.infinityCode()))))
                        .isTrue();
            }
        }
        if (b.hasInfinity()) {
            long infinity = b.infinityCode();
            assertThat(engine.dot(input(engine, new long[] {x, 0}, new long[] {infinity, y}, 0)))
                    .isEqualTo(d.infinityCode());
            assertThat(d.isNan(engine.dot(input(engine, new long[] {0}, new long[] {infinity}, 0))))
                    .isTrue();
            long minus = infinity | b.signMask();
            assertThat(d.isNan(engine.dot(input(engine, new long[] {x, x}, new long[] {infinity, minus}, 0))))
                    .isTrue();
            assertThat(d.isNan(engine.dot(input(engine, new long[] {x}, new long[] {minus}, c.infinityCode()))))
                    .isTrue();
        }
    }

    /** The largest addend and products of about its size. */
    @ParameterizedTest
    @MethodSource("floats")
    void overflowIsInfinite(Engine engine) {
        FloatFormat a = (FloatFormat) engine.formatA();
        FloatFormat b = (FloatFormat) engine.formatB();
        FloatFormat c = (FloatFormat) engine.formatC();
        FloatFormat d = (FloatFormat) engine.formatD();
        if (a.emax() + b.emax() <= d.emax() || !c.equals(d)) {
            return;
        }
        long[] x = {a.maxFiniteCode(), a.maxFiniteCode()};
        long[] y = {b.maxFiniteCode(), b.maxFiniteCode()};
        assertThat(engine.dot(input(engine, x, y, c.maxFiniteCode()))).isEqualTo(d.infinityCode());
        y[0] |= b.signMask();
        y[1] |= b.signMask();
        assertThat(engine.dot(input(engine, x, y, c.maxFiniteCode() | c.signMask())))
                .isEqualTo(d.infinityCode() | d.signMask());
    }

    @ParameterizedTest
    @MethodSource("all")
    void withoutElementsTheAddendIsTheResult(Engine engine) {
        if (engine.formatC().equals(engine.formatD())) {
            for (long c : new long[] {0, 1, engine.formatC().codeMask(), 0x55}) {
                assertThat(engine.dot(input(engine, new long[0], new long[0], c)))
                        .isEqualTo(c);
            }
        }
    }

    /** A long vector is computed in pieces: what the first gives is the addend of the second. */
    @ParameterizedTest
    @MethodSource("all")
    void longVectorsAreChains(Engine engine) {
        Order order = engine.spec().map(Spec::order).orElse(Order.CHAIN);
        if (order.rotated() || !engine.formatC().equals(engine.formatD())) {
            return;
        }
        int unit = 512; // a multiple of every step, tile and block
        int k = 9 * unit + 77;
        EngineInputs inputs = new EngineInputs(engine, 9);
        SplittableRandom random = new SplittableRandom(9);
        long[] a = new long[k];
        long[] b = new long[k];
        for (int i = 0; i < k; ) {
            DotCase some = inputs.next();
            for (int j = 0; j < some.k() && i < k; j++) {
                a[i] = hasSpecials(engine, some, j) ? 0 : some.a()[j];
                b[i] = hasSpecials(engine, some, j) ? 0 : some.b()[j];
                i++;
            }
        }
        int cut = unit * (1 + random.nextInt(8));
        long whole = engine.dot(input(engine, a, b, 1));
        long first = engine.dot(input(engine, Arrays.copyOf(a, cut), Arrays.copyOf(b, cut), 1));
        long second = engine.dot(input(engine, Arrays.copyOfRange(a, cut, k), Arrays.copyOfRange(b, cut, k), first));
        assertThat(second).isEqualTo(whole);
    }

    private static boolean hasSpecials(Engine engine, DotCase some, int j) {
        return engine.formatA() instanceof FloatFormat f
                && engine.formatB() instanceof FloatFormat g
                && !(f.isFinite(some.a()[j]) && g.isFinite(some.b()[j]));
    }

    /** A million elements: nothing but the addend is kept between steps. */
    @Test
    void aMillionElements() {
        long[] ones = new long[1 << 20];
        Arrays.fill(ones, one(Formats.BINARY16));
        // 2^20 ones are exact in all of these
        for (String name : new String[] {
            "nvidia.volta.mma.f16.f32",
            "nvidia.hopper.wgmma.f16.f32",
            "amd.cdna1.mfma.f16.f32",
            "amd.cdna3.mfma.f16.f32",
            "intel.gaudi3.mme.f16.f32",
            "x86.amx.tdpfp16ps.f16.f32",
            "ieee.fma-chain.f16.f32"
        }) {
            assertThat(Engines.get(name).dot(new DotCase(ones, ones, 0)))
                    .as(name)
                    .isEqualTo(0x4980_0000L);
        }
        // 13 bits of fraction: a product of one is lost once it is less than the unit
        Arrays.fill(ones, one(Formats.OCP_E4M3));
        long stuck = Engines.get("nvidia.hopper.wgmma.e4m3.f32").dot(new DotCase(ones, ones, 0));
        assertThat(Float.intBitsToFloat((int) stuck)).isEqualTo(0x1p14f);
    }

    @Test
    void lengthsAndCodesMustFit() {
        Engine engine = Engines.get("nvidia.ampere.mma.f16.f32");
        assertThatThrownBy(() -> new DotCase(new long[1], new long[2], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a and b must have as many elements: 1 and 2");
        assertThatThrownBy(() -> engine.dot(new DotCase(new long[] {0x10000}, new long[1], 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x10000");
        assertThatThrownBy(() -> engine.dot(new DotCase(new long[1], new long[1], 0x1_0000_0000L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engine.dot(new DotCase(new long[1], new long[1], 0, new long[1], new long[1])))
                .hasMessage("scales must be left out: nvidia.ampere.mma.f16.f32 is not block-scaled");
    }
}
