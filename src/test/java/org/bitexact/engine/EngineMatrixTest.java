package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.AlignedPanel;
import org.bitexact.internal.array.AlignedSteps;
import org.bitexact.internal.array.FmaPanel;
import org.bitexact.internal.array.PlainLoops;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.bitexact.internal.kernel.PanelRules;
import org.bitexact.kernel.Gemm;
import org.bitexact.kernel.Loops;
import org.bitexact.kernel.Matrix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Matrix products of engines, many elements at once, against their definition, element by element. */
@Tag("fast")
class EngineMatrixTest {
    private final SplittableRandom random = new SplittableRandom(31);

    private static ProductLoops vector() {
        ProductLoops vector = Loops.vector();
        assumeTrue(vector != null, "the Vector API is absent");
        return vector;
    }

    /** Engines whose steps are computed side by side. */
    private static List<Engine> engines() {
        List<Engine> engines = new ArrayList<>();
        for (Engine engine : Engines.all()) {
            if (AlignedPanelRule.of(engine) != null) {
                engines.add(engine);
            }
        }
        return engines;
    }

    @Test
    void everyFloatRowOfNvidiaIsComputedSideBySide() {
        List<Engine> engines = engines();
        for (Engine engine : Engines.all()) {
            boolean aligned = engine.name().startsWith("nvidia.")
                    && engine.scaling().isEmpty()
                    && engine.spec().isPresent()
                    && !engine.formatA().equals(Formats.BINARY64);
            if (aligned) {
                assertThat(engines).contains(engine);
            }
        }
        assertThat(engines).hasSizeGreaterThan(100);
    }

    @Test
    void elementsAreWhatTheEngineSays() {
        ProductLoops loops = vector();
        int shape = 0;
        for (Engine engine : engines()) {
            int terms = engine.spec().orElseThrow().terms();
            for (int k : new int[] {1, terms, 2 * terms + 3, 70}) {
                check(engine, loops, 1 + shape % 5, 1 + shape * 7 % 80, k, shape++ % 4);
            }
        }
    }

    /** Rows of their own magnitudes, of any number: loops take four at a time and sixteen together. */
    @Test
    void rowsAreTakenInGroupsOfAnySize() {
        for (String name : new String[] {
            "nvidia.volta.mma.f16.f32",
            "nvidia.volta.mma.f16.f16",
            "nvidia.ampere.mma.tf32.f32",
            "nvidia.hopper.mma.e4m3.f32",
            "intel.gaudi3.mme.bf16.f32"
        }) {
            Engine engine = Engines.get(name);
            FloatFormat f = (FloatFormat) engine.formatA();
            int k = 2 * engine.spec().orElseThrow().terms() + 3;
            int n = 19;
            for (int m : new int[] {1, 2, 3, 4, 5, 15, 16, 17, 18, 19, 33}) {
                long[] a = codes(f, m * k, 1);
                for (int i = 0; i < a.length; i++) {
                    long field = f.lowestNormalField() - f.emin() + i / k % 7 - 3;
                    a[i] = a[i] & (f.signMask() | f.trailingMask()) | field << f.trailingBits();
                }
                check(
                        engine,
                        vector(),
                        a,
                        codes(engine.formatB(), k * n, 1),
                        codes(engine.formatC(), m * n, 1),
                        m,
                        n,
                        k);
            }
        }
    }

    /** Else the definition would be compared with itself. */
    @Test
    void fewElementsAreInDoubt() {
        ProductLoops loops = vector();
        for (Engine engine : engines()) {
            PanelRule rule = PanelRules.of(engine);
            assertThat(rule).isNotNull();
            assertThat(rule.suits(loops)).as(engine.name()).isTrue();
            assertThat(rule.suits(PlainLoops.INSTANCE)).as(engine.name()).isFalse();
            int k = 64;
            int columns = loops.columns(1);
            Panel panel = rule.panel(loops, 1, columns, k);
            float[] a = new float[k];
            float[] b = new float[columns];
            for (int p = 0; p < k; p++) {
                a[p] = random.nextInt(-4, 4);
                for (int j = 0; j < columns; j++) {
                    b[j] = random.nextInt(-4, 4);
                }
                panel.load(b, 0, columns, p, 1, columns);
            }
            panel.start(0, null, 0, columns);
            panel.loaded(k, columns);
            panel.accumulate(a, 0, k, 1, 0, k);
            assertThat(panel.doubtful(0)).as(engine.name()).containsOnly(false);
        }
    }

    /** A defect that the loops' check against the definition finds: one that cuts a bit too early. */
    @Test
    void loopsThatCutEarlierAreNotTaken() {
        ProductLoops loops = vector();
        for (String name : new String[] {
            "nvidia.volta.mma.f16.f32",
            "nvidia.ampere.mma.bf16.f32",
            "nvidia.ampere.mma.tf32.f32",
            "nvidia.hopper.wgmma.e4m3.f32",
            "nvidia.hopper.mma.e5m2.f32",
            "nvidia.blackwell.tcgen05.e5m2.f32"
        }) {
            PanelRule rule = AlignedPanelRule.of(Engines.get(name)); // one that has not been asked yet
            assertThat(rule).isNotNull();
            assertThat(rule.suits(new CutsEarly(loops))).as(name).isFalse();
            assertThat(rule.suits(loops)).as(name).isTrue();
        }
    }

    /** Loops that keep one bit less. */
    private record CutsEarly(ProductLoops right) implements ProductLoops {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public int columns(int n) {
            return right.columns(n);
        }

        @Override
        public FmaPanel fma(int depth, int columns) {
            return right.fma(depth, columns);
        }

        @Override
        public @Nullable AlignedPanel aligned(AlignedSteps s, boolean tiles, int rows, int depth, int columns) {
            AlignedSteps wrong =
                    new AlignedSteps(s.terms(), s.fractionBits() - 1, s.floor(), s.a(), s.b(), s.accumulator());
            return right.aligned(wrong, tiles, rows, depth, columns);
        }
    }

    @Test
    void longProductsGoThroughManyPanels() {
        for (String name : new String[] {
            "nvidia.ampere.mma.bf16.f32",
            "nvidia.hopper.wgmma.e4m3.f32",
            "nvidia.hopper.mma.e5m2.f16",
            "nvidia.hopper.mma.e4m3.f32"
        }) {
            check(Engines.get(name), vector(), 3, 17, 1100, 1);
        }
    }

    @Test
    void integerEnginesToo() {
        int shape = 0;
        for (Engine engine : Engines.all()) {
            if (engine.integerSpec().isPresent()) {
                assertThat(PanelRules.of(engine) != null)
                        .as(engine.name())
                        .isEqualTo(engine.formatA().width() <= 8);
                check(engine, PlainLoops.INSTANCE, 1 + shape % 5, 1 + shape % 9, 50, shape++ % 4);
            }
        }
    }

    @Test
    void withoutElementsTheResultIsTheAddend() {
        check(Engines.get("nvidia.ampere.mma.f16.f32"), vector(), 3, 5, 0, 3);
        check(Engines.get("nvidia.hopper.mma.e4m3.f16"), vector(), 3, 5, 0, 3);
    }

    /** Operands of one kind: near one, over a small range, over all exponents, any codes. */
    private void check(Engine engine, ProductLoops loops, int m, int n, int k, int kind) {
        long[] a = codes(engine.formatA(), m * k, kind);
        long[] b = codes(engine.formatB(), k * n, kind);
        long[] c = random.nextInt(3) == 0 ? null : codes(engine.formatC(), m * n, kind);
        check(engine, loops, a, b, c, m, n, k);
    }

    static void check(Engine engine, ProductLoops loops, long[] a, long[] b, long @Nullable [] c, int m, int n, int k) {
        long[] d = new long[m * n];
        Gemm gemm = Loops.gemm(engine, loops).threads(2);
        Matrix left = Matrix.of(a, m, k);
        Matrix right = Matrix.of(b, n, k).transposed();
        gemm.multiply(left, right, c == null ? null : Matrix.of(c, m, n), Matrix.of(d, m, n));
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                long expected = engine.dot(a, i * k, b, j * k, k, c == null ? 0 : c[i * n + j], 0);
                assertThat(d[i * n + j])
                        .as("%s, k = %d, element (%d, %d): %x instead of %x", engine, k, i, j, d[i * n + j], expected)
                        .isEqualTo(expected);
            }
        }
    }

    private long[] codes(ScalarFormat format, int n, int kind) {
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            long code = random.nextLong() & format.codeMask();
            if (format instanceof FloatFormat f && (kind < 2 || kind == 2 && random.nextInt(100) != 0)) {
                int range = kind == 0 ? 1 : kind == 1 ? 20 : 2 * f.emax();
                int e = Math.max(f.emin() - 1, Math.min(f.emax() - 1, random.nextInt(range) - range / 2));
                long field = Math.max(0, e - f.emin() + f.lowestNormalField());
                code = code & (f.signMask() | f.trailingMask()) | field << f.trailingBits();
            } else if (format instanceof FloatFormat f && kind == 3 && random.nextInt(20) != 0) {
                code &= ~(1L << f.trailingBits()); // few special values
            }
            codes[i] = code;
        }
        return codes;
    }

    // ------------------------------------------------------------------ hard cases

    private static long[] repeated(long code, int n) {
        long[] codes = new long[n];
        Arrays.fill(codes, code);
        return codes;
    }

    /** All products of one sign with the greatest significands: sums of more than 31 bits, in two halves. */
    @Test
    void sumsMayNeedMoreThan31Bits() {
        for (String name : new String[] {
            "nvidia.blackwell.tcgen05.e4m3.f32",
            "nvidia.blackwell.tcgen05.e2m3.f16",
            "nvidia.hopper.wgmma.f16.f32",
            "nvidia.hopper.wgmma.f16.f16",
            "nvidia.hopper.wgmma.bf16.f32"
        }) {
            Engine engine = Engines.get(name);
            FloatFormat f = (FloatFormat) engine.formatA();
            long largest = f.trailingMask() - (f.width() < 16 ? 0 : 1)
                    | (long) (-f.emin() + f.lowestNormalField()) << f.trailingBits();
            for (long x : new long[] {largest, largest | f.signMask()}) {
                check(engine, vector(), repeated(x, 64), repeated(largest, 64), null, 1, 1, 64);
            }
        }
    }

    /** Addends of 24 ones about the last place that is kept: one just below it is half of what separates two sums. */
    @Test
    void addendsJustBelowAUnitAreCut() {
        for (Engine engine : engines()) {
            FloatFormat f = (FloatFormat) engine.formatA();
            FloatFormat g = (FloatFormat) engine.formatB();
            if (!engine.formatC().equals(Formats.BINARY32) || f.trailingBits() == 0 || g.trailingBits() == 0) {
                continue;
            }
            int k = engine.spec().orElseThrow().terms();
            int fractionBits = engine.spec().orElseThrow().fractionBits();
            int n = 32;
            long[] a = repeated(0, k);
            long[] b = repeated(0, n * k);
            long[] c = new long[n];
            a[0] = (long) (-f.emin() + f.lowestNormalField()) << f.trailingBits();
            for (int j = 0; j < n; j++) {
                b[j * k] = (long) (-g.emin() + g.lowestNormalField()) << g.trailingBits() | j & 1;
                int exponent = -fractionBits - 4 + j / 4;
                c[j] = Float.floatToRawIntBits(Math.scalb((j & 2) == 0 ? 0x1.fffffep0f : -0x1.fffffep0f, exponent));
                c[j] &= 0xffff_ffffL;
            }
            check(engine, vector(), a, b, c, 1, n, k);
        }
    }

    /** Sums halfway between two binary16 numbers, and just beside, at every exponent. */
    @Test
    void roundingToBinary16IsExact() {
        FloatFormat half = Formats.BINARY16;
        for (String name : new String[] {
            "nvidia.volta.mma.f16.f16",
            "nvidia.ampere.mma.f16.f16",
            "nvidia.ada.mma.e4m3.f16",
            "nvidia.hopper.mma.e5m2.f16"
        }) {
            Engine engine = Engines.get(name);
            Codec codecA = Codec.of((FloatFormat) engine.formatA());
            FloatFormat formatB = (FloatFormat) engine.formatB();
            Codec codecB = Codec.of(formatB);
            int k = engine.spec().orElseThrow().terms();
            int perExponent = 24;
            int n = (half.emax() + 26) * perExponent;
            long[] a = repeated(0, k);
            long[] b = repeated(0, n * k);
            long[] c = new long[n];
            int exponentA = -formatB.trailingBits();
            a[0] = codecA.encode(Math.scalb(1.0, exponentA));
            for (int j = 0; j < n; j++) {
                int e = j / perExponent - 25; // of the addend
                double sign = random.nextBoolean() ? 1 : -1;
                c[j] = Codec.of(half).encode(sign * Math.scalb(1 + random.nextInt(1 << 10) * 0x1p-10, e));
                int halfUlp = Math.max(e, half.emin()) - half.trailingBits() - 1;
                double factor = 1 + (random.nextInt(3) - 1) * Math.scalb(1.0, -formatB.trailingBits());
                b[j * k] = codecB.encode((random.nextBoolean() ? 1 : -1) * Math.scalb(factor, halfUlp - exponentA));
            }
            check(engine, vector(), a, b, c, 1, n, k);
        }
    }

    /** Results that are subnormal, overflow, or are subnormal addends. */
    @Test
    void resultsAtTheLimitsAreExact() {
        for (String name : new String[] {
            "nvidia.ampere.mma.bf16.f32",
            "nvidia.ampere.mma.tf32.f32",
            "nvidia.hopper.wgmma.f16.f32",
            "nvidia.ada.mma.e4m3.f16",
            "nvidia.ada.mma.e5m2.f16",
            "nvidia.hopper.mma.e5m2.f16",
            "nvidia.volta.mma.f16.f16"
        }) {
            Engine engine = Engines.get(name);
            FloatFormat f = (FloatFormat) engine.formatA();
            FloatFormat out = (FloatFormat) engine.formatD();
            long[] hard = {
                0,
                f.signMask(),
                f.minPositiveCode(),
                f.minNormalCode(),
                f.trailingMask(),
                f.maxFiniteCode(),
                f.maxFiniteCode() | f.signMask(),
                (long) (-f.emin() + f.lowestNormalField()) << f.trailingBits(),
                f.minNormalCode() + (20L << f.trailingBits())
            };
            long[] addends = {
                0,
                out.signMask(),
                out.minPositiveCode(),
                out.trailingMask(),
                out.minNormalCode() | out.signMask(),
                out.maxFiniteCode(),
                out.infinityCode(),
                out.nanCode()
            };
            int k = 9;
            long[] a = new long[6 * k];
            long[] b = new long[80 * k];
            long[] c = new long[6 * 80];
            for (int trial = 0; trial < 5; trial++) {
                for (long[] x : new long[][] {a, b}) {
                    for (int i = 0; i < x.length; i++) {
                        x[i] = random.nextInt(3) > 0 ? 0 : hard[random.nextInt(hard.length)] & f.codeMask();
                    }
                }
                for (int i = 0; i < c.length; i++) {
                    c[i] = addends[random.nextInt(addends.length)];
                }
                check(engine, vector(), a, b, c, 6, 80, k);
            }
        }
    }

    /**
     * Largest exponents about the least and the greatest that the loops take, 2^-101 and 2^100, and far beyond, among
     * zeros: some steps consist of nothing but zeros, or of tiny products and a large accumulator.
     */
    @Test
    void largestExponentsAtTheLimitsOfTheLoopsAreExact() {
        for (String name : new String[] {
            "nvidia.ampere.mma.bf16.f32",
            "nvidia.ampere.mma.tf32.f32",
            "nvidia.hopper.wgmma.bf16.f32",
            "nvidia.hopper.wgmma.tf32.f32",
            "intel.gaudi3.mme.bf16.f32"
        }) {
            Engine engine = Engines.get(name);
            FloatFormat f = (FloatFormat) engine.formatA();
            int k = 3 * engine.spec().orElseThrow().terms() + 1;
            for (int exponent : new int[] {-149, -128, -126, -112, -103, -101, -99, -76, -74, 88, 91, 99, 101, 126}) {
                long[] a = about(f, exponent / 2, 10 * k);
                long[] b = about(f, exponent - exponent / 2, 70 * k);
                long[] c = about(Formats.BINARY32, exponent, 10 * 70);
                check(engine, vector(), a, b, c, 10, 70, k);
                check(engine, vector(), a, b, null, 10, 70, k);
            }
        }
    }

    /** Two in three are zeros, the others have exponents near a given one; rarely a number near one. */
    private long[] about(FloatFormat f, int exponent, int n) {
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            int e = random.nextInt(40) == 0 ? 0 : exponent + random.nextInt(5) - 2;
            long field = Math.max(0, Math.min(e, f.emax()) - f.emin() + f.lowestNormalField());
            long other = random.nextLong() & (f.signMask() | f.trailingMask());
            codes[i] = random.nextInt(3) > 0 ? other & f.signMask() : other | field << f.trailingBits();
        }
        return codes;
    }

    /** Operands over all of a wide range are no reason for doubt where the largest terms are in the middle of it. */
    @Test
    void tinyProductsBesideLargeOnesAreNotInDoubt() {
        ProductLoops loops = vector();
        PanelRule rule = AlignedPanelRule.of(Engines.get("nvidia.ampere.mma.bf16.f32"));
        assertThat(rule).isNotNull();
        int k = 32;
        int columns = loops.columns(1);
        Panel panel = rule.panel(loops, 1, columns, k);
        float[] a = new float[k];
        float[] b = new float[k * columns];
        for (int p = 0; p < k; p++) {
            a[p] = p < 8 ? 0 : p % 4 == 0 ? 1 : 0x1p-100f;
            Arrays.fill(b, p * columns, (p + 1) * columns, p % 4 == 0 ? 3 : 0x1p-60f);
        }
        panel.load(b, 0, columns, 0, k, columns);
        panel.start(0, null, 0, columns);
        panel.loaded(k, columns);
        panel.accumulate(a, 0, k, 1, 0, k);
        assertThat(panel.doubtful(0)).containsOnly(false);
        float[] d = new float[columns];
        panel.finish(0, d, 0, columns, 0);
        assertThat(d).containsOnly(18);
    }

    /** Accumulators that leave the range between two panels. */
    @Test
    void accumulatorsThatGrowAreLeftToTheDefinition() {
        Engine engine = Engines.get("nvidia.ampere.mma.bf16.f32");
        int k = 1100;
        long large = 127 + 45L << 7; // 2^45, so that products are 2^90
        long[] a = repeated(large, k);
        long[] b = repeated(large, k);
        for (int sign : new int[] {0, 1}) {
            for (int exponent : new int[] {98, 99, 100, 127}) {
                long[] c = {(long) sign << 31 | (127L + exponent) << 23 | 0x7f_ffff};
                check(engine, vector(), a, b, c, 1, 1, k);
            }
        }
    }
}
