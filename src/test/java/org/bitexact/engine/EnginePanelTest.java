package org.bitexact.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.PlainLoops;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.bitexact.internal.kernel.PanelRules;
import org.bitexact.kernel.Loops;
import org.bitexact.kernel.Matrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Matrix products of engines by loops over columns, chains in binary32 and steps in binary64, against their definition.
 * {@link EngineMatrixTest} has those of tensor cores.
 */
@Tag("fast")
class EnginePanelTest {
    private final SplittableRandom random = new SplittableRandom(41);

    private static List<Engine> engines() {
        List<Engine> engines = new ArrayList<>();
        for (Engine engine : Engines.all()) {
            PanelRule rule = PanelRules.of(engine);
            boolean scaled = engine.scaling().isPresent();
            if (!scaled && (rule instanceof FusedPanelRule || rule instanceof StepPanelRule)) {
                engines.add(engine);
            }
        }
        return engines;
    }

    private static List<ProductLoops> loops() {
        ProductLoops vector = Loops.vector();
        return vector == null ? List.of(PlainLoops.INSTANCE) : List.of(PlainLoops.INSTANCE, vector);
    }

    @Test
    void processorsAndAcceleratorsAreComputedSideBySide() {
        List<String> names = engines().stream().map(Engine::name).toList();
        assertThat(names)
                .contains(
                        "ieee.fma-chain.e4m3.f32",
                        "ieee.fma-chain.f32.f32",
                        "x86.avx512.vdpbf16ps.bf16.f32",
                        "x86.amx.tdpbf16ps.bf16.f32",
                        "x86.amx.tdpfp16ps.f16.f32",
                        "arm.a64.bfdot.bf16.f32",
                        "arm.a64.bfmmla.bf16.f32",
                        "amd.cdna1.mfma.f32.f32",
                        "amd.cdna2.mfma.f16.f32",
                        "amd.cdna2.mfma.bf16.f32",
                        "amd.cdna2.mfma-1k.bf16.f32",
                        "intel.gaudi1.mme.bf16.f32",
                        "intel.gaudi1.mme.f16.f32",
                        "intel.gaudi1.mme.f32.f32",
                        "intel.gaudi2.mme-ieee.f32.f32",
                        "google.tpu2.contract.bf16.f32",
                        "google.tpu6e.contract.f32.f32",
                        "aws.trainium1.contract.tf32.f32",
                        "graphcore.ipu.contract.f32.f32",
                        "arm.a64.bfdot-ebf.bf16.f32",
                        "arm.a64.bfmmla-ebf.bf16.f32",
                        "amd.cdna1.mfma.f16.f32",
                        "amd.cdna1.mfma.bf16.f32",
                        "amd.cdna3.mfma.f16.f32",
                        "amd.cdna3.mfma-k4.bf16.f32",
                        "amd.cdna3.mfma.xf32.f32",
                        "amd.cdna3.mfma.e4m3fnuz-e5m2fnuz.f32",
                        "intel.gaudi2.mme.bf16.f32",
                        "intel.gaudi2.mme.tf32.f32",
                        "intel.gaudi2.mme.f32.f32",
                        "intel.gaudi2.mme.gaudi2_e4m3_b7.f32",
                        "intel.gaudi3.mme.f16.f32",
                        "intel.gaudi3.mme.f32.f32",
                        "aws.trainium2.contract-double.aws_e4m3.f32",
                        "graphcore.ipu.contract.f16.f32")
                .hasSizeGreaterThan(70);
    }

    /**
     * Numbers near one, so far apart that alignment cuts some, over all exponents, where results are tiny, where they overflow, subnormal and large ones, and
     * any codes.
     */
    private enum Kind {
        NEAR_ONE,
        SPREAD,
        WIDE,
        TINY,
        HUGE,
        SUBNORMAL,
        ANY
    }

    @Test
    void elementsAreWhatTheEngineSays() {
        int shape = 0;
        for (Engine engine : engines()) {
            for (Kind kind : Kind.values()) {
                for (int k : new int[] {1, 2, 7, 70}) {
                    for (ProductLoops loops : loops()) {
                        shape++;
                        check(engine, loops, 1 + shape % 5, 1 + shape * 7 % 80, k, kind);
                    }
                }
            }
        }
    }

    @Test
    void tilesGoThroughManyPanelsAndGroupsOfRows() {
        for (String name : new String[] {
            "x86.avx512.vdpbf16ps.bf16.f32",
            "x86.amx.tdpbf16ps.bf16.f32",
            "intel.gaudi1.mme.bf16.f32",
            "google.tpu2.contract.bf16.f32",
            "amd.cdna2.mfma.f16.f32",
            "amd.cdna3.mfma.e4m3fnuz.f32",
            "intel.gaudi2.mme.f32.f32",
            "intel.gaudi3.mme.f16.f32",
            "arm.a64.bfdot-ebf.bf16.f32",
            "aws.trainium2.contract-double.aws_e4m3.f32"
        }) {
            Engine engine = Engines.get(name);
            for (ProductLoops loops : loops()) {
                check(engine, loops, 2, 3, 4133, Kind.NEAR_ONE);
                check(engine, loops, 1, 2, 2050, Kind.TINY);
                check(engine, loops, 61, 5, 33, Kind.WIDE);
                check(engine, loops, 53, 3, 40, Kind.TINY);
            }
        }
    }

    /** In place, in arrays of numbers, with NaNs and infinities among them, by one and by two threads. */
    @Test
    void addendsMayStandWhereResultsGo() {
        int m = 50;
        int n = 30;
        int k = 37;
        for (Engine engine : engines()) {
            for (Kind kind : new Kind[] {Kind.NEAR_ONE, Kind.TINY, Kind.ANY}) {
                long[] a = codes(engine.formatA(), m * k, kind, false);
                long[] b = codes(engine.formatB(), n * k, kind, false);
                long[] c = codes(engine.formatC(), m * n, kind, true);
                for (int threads = 1; threads <= 2; threads++) {
                    float[] d = new float[m * n];
                    for (int i = 0; i < d.length; i++) {
                        d[i] = Float.intBitsToFloat((int) c[i]);
                    }
                    Matrix inPlace = Matrix.of(d, m, n);
                    Loops.gemm(engine, PlainLoops.INSTANCE)
                            .threads(threads)
                            .multiply(Matrix.of(a, m, k), Matrix.of(b, n, k).transposed(), inPlace, inPlace);
                    for (int i = 0; i < m; i += 7) {
                        for (int j = 0; j < n; j++) {
                            long expected = engine.dot(a, i * k, b, j * k, k, c[i * n + j], 0);
                            assertThat(Integer.toUnsignedLong(Float.floatToRawIntBits(d[i * n + j])))
                                    .as("%s, %s, element (%d, %d)", engine, kind, i, j)
                                    .isEqualTo(expected);
                        }
                    }
                }
            }
        }
    }

    @Test
    void withoutElementsTheResultIsTheAddend() {
        for (Engine engine : engines()) {
            check(engine, PlainLoops.INSTANCE, 3, 5, 0, Kind.ANY);
        }
    }

    /** Else the definition would be compared with itself. */
    @Test
    void fewElementsAreInDoubt() {
        for (Engine engine : engines()) {
            PanelRule rule = PanelRules.of(engine);
            assertThat(rule).isNotNull();
            for (ProductLoops loops : loops()) {
                int k = 256; // whole tiles
                int columns = rule.columns(loops, 20, k, 1);
                try (Closing closing = new Closing(rule.panel(loops, 1, columns, k))) {
                    Panel panel = closing.panel();
                    float[] a = new float[k];
                    float[] b = new float[k * columns];
                    for (int p = 0; p < k; p++) {
                        a[p] = random.nextInt(-4, 4);
                        for (int j = 0; j < columns; j++) {
                            b[p * columns + j] = random.nextInt(-4, 4);
                        }
                    }
                    panel.load(b, 0, columns, 0, k, columns);
                    panel.start(0, null, 0, columns);
                    panel.loaded(k, columns);
                    panel.accumulate(a, 0, k, 1, 0, k);
                    boolean[] doubtful = panel.doubtful(0);
                    for (int j = 0; doubtful != null && j < columns; j++) {
                        assertThat(doubtful[j]).as(engine.name()).isFalse();
                    }
                }
            }
        }
    }

    private record Closing(Panel panel) implements AutoCloseable {
        @Override
        public void close() {
            panel.close();
        }
    }

    /** Defects, as specifications that are wrong in one point: the operands here tell them from the right ones. */
    @Test
    void wrongOrdersAndWrongFlushingShow() {
        ProductLoops loops = PlainLoops.INSTANCE;
        Engine pairs = Engines.get("x86.avx512.vdpbf16ps.bf16.f32");
        differs(pairs, spec(pairs).order(Order.CHAIN), loops, Kind.NEAR_ONE);
        differs(
                pairs,
                spec(pairs).flushOperands(false).flushAddend(false).underflow(Underflow.GRADUAL),
                loops,
                Kind.TINY);
        differs(pairs, spec(pairs).flushOperands(false), loops, Kind.SUBNORMAL);
        Engine lanes = Engines.get("intel.gaudi1.mme.bf16.f32");
        Order order = lanes.spec().orElseThrow().order();
        differs(lanes, spec(lanes).order(Order.CHAIN), loops, Kind.NEAR_ONE);
        Order fixed =
                new Order(order.tile(), order.lanes(), false, true, false, false, order.join(), order.joinUnderflow());
        differs(lanes, spec(lanes).order(fixed), loops, Kind.NEAR_ONE);
        Engine tree = Engines.get("amd.cdna2.mfma.f16.f32");
        differs(tree, spec(tree).order(Order.CHAIN), loops, Kind.NEAR_ONE);
        differs(tree, spec(tree).flushOperands(false), loops, Kind.SUBNORMAL);
        Engine odd = Engines.get("arm.a64.bfdot.bf16.f32");
        Order nearest =
                odd.spec().orElseThrow().order().withJoin(Rounding.TIES_TO_EVEN, Underflow.FLUSH_BEFORE_ROUNDING);
        differs(odd, spec(odd).rounding(Rounding.TIES_TO_EVEN).order(nearest), loops, Kind.NEAR_ONE);
        Engine tiles = Engines.get("x86.amx.tdpbf16ps.bf16.f32");
        differs(tiles, spec(tiles).order(Order.CHAIN), loops, Kind.NEAR_ONE);
    }

    @Test
    void wrongAlignmentsAndWrongSumsShow() {
        ProductLoops loops = PlainLoops.INSTANCE;
        Engine cdna3 = Engines.get("amd.cdna3.mfma.bf16.f32");
        differs(cdna3, spec(cdna3).fractionBits(23), loops, Kind.SPREAD);
        differs(cdna3, spec(cdna3).secondAlignment(30, 24, Spec.EXACT), loops, Kind.SPREAD);
        differs(cdna3, spec(cdna3).secondAlignment(31, 23, Spec.EXACT), loops, Kind.SPREAD);
        differs(cdna3, spec(cdna3).terms(4), loops, Kind.NEAR_ONE);
        Engine fp8 = Engines.get("amd.cdna3.mfma.e5m2fnuz.f32");
        differs(fp8, spec(fp8).sums(1), loops, Kind.WIDE);
        differs(fp8, spec(fp8).secondAlignment(31, 24, 20), loops, Kind.SPREAD);
        Engine gaudi2 = Engines.get("intel.gaudi2.mme.bf16.f32");
        differs(gaudi2, spec(gaudi2).terms(4), loops, Kind.NEAR_ONE);
        differs(gaudi2, spec(gaudi2).fractionBits(24), loops, Kind.SPREAD);
        Engine gaudi3 = Engines.get("intel.gaudi3.mme.f16.f32");
        differs(gaudi3, spec(gaudi3).slicing(Spec.Slicing.NONE), loops, Kind.SPREAD);
        differs(gaudi3, spec(gaudi3).rounding(Rounding.TIES_TO_EVEN), loops, Kind.NEAR_ONE);
        Engine cdna1 = Engines.get("amd.cdna1.mfma.f16.f32");
        differs(cdna1, spec(cdna1).terms(2), loops, Kind.NEAR_ONE);
        Engine arm = Engines.get("arm.a64.bfdot-ebf.bf16.f32");
        differs(arm, spec(arm).order(Order.CHAIN), loops, Kind.NEAR_ONE);
    }

    /** Two large products that cancel, and others about the last unit that is kept beside them. */
    @Test
    void productsAboutTheLastUnitAreCut() {
        for (Engine engine : engines()) {
            Spec spec = engine.spec().orElseThrow();
            FloatFormat f = (FloatFormat) engine.formatA();
            if (spec.fractionBits() == Spec.EXACT
                    || spec.terms() < 3
                    || !engine.formatB().equals(f)) {
                continue;
            }
            int k = spec.terms();
            int n = 24;
            long one = (long) (-f.emin() + f.lowestNormalField()) << f.trailingBits();
            long[] a = repeated(0, 2 * k);
            long[] b = repeated(0, n * k);
            int below = Math.min(spec.fractionBits(), -2 * f.emin() - 2);
            long small = one - ((long) (below / 2) << f.trailingBits()); // 2^(-below / 2)
            for (int i = 0; i < 2; i++) {
                a[i * k] = one;
                a[i * k + 1] = one;
                a[i * k + 2] = small | f.trailingMask() | (i == 0 ? 0 : f.signMask());
            }
            for (int j = 0; j < n; j++) {
                b[j * k] = one;
                b[j * k + 1] = one | f.signMask();
                int e = -(below - below / 2) + j % 8 - 4;
                long field = Math.max(0, e - f.emin() + f.lowestNormalField());
                b[j * k + 2] = field << f.trailingBits() | (j < 8 ? 0 : j < 16 ? 1 : f.trailingMask());
            }
            long[] c = codes(engine.formatC(), 2 * n, Kind.TINY, true);
            EngineMatrixTest.check(engine, PlainLoops.INSTANCE, a, b, null, 2, n, k);
            EngineMatrixTest.check(engine, PlainLoops.INSTANCE, a, b, c, 2, n, k);
        }
    }

    /** Sums whose error decides a tie, either way, far below the last place of binary64. */
    @Test
    void exactSumsAreRoundedByWhatLiesFarBelow() {
        Engine engine = Engines.get("amd.cdna1.mfma.bf16.f32");
        long one = 0x3f80;
        long[] a = new long[6 * 2];
        long[] b = new long[6 * 2];
        for (int i = 0; i < 6; i++) {
            a[2 * i] = one;
            a[2 * i + 1] = 127L - 80 << 7 | (i % 2 == 0 ? 0 : 0x8000); // 2^-80 of either sign
            b[2 * i] = 127L - 24 << 7 | (i < 3 ? 0 : 0x8000); // half a last place of one, of either sign
            b[2 * i + 1] = i % 3 == 0 ? 0 : one;
        }
        long[] c = new long[36];
        for (int i = 0; i < 36; i++) {
            c[i] = Integer.toUnsignedLong(Float.floatToRawIntBits(1 + i % 5 * 0x1p-23f));
        }
        for (ProductLoops loops : loops()) {
            EngineMatrixTest.check(engine, loops, a, b, c, 6, 6, 2);
        }
    }

    /** What is left where sums cancel may be far below every number: its sign shows in the zero. */
    @Test
    void zerosHaveTheSignOfWhatWasLost() {
        Engine engine = Engine.builder("user.exact.four.bf16.f32")
                .inputs(Formats.BFLOAT16)
                .output(Formats.BINARY32)
                .spec(Spec.exact(4).build())
                .build();
        assertThat(PanelRules.of(engine)).isInstanceOf(StepPanelRule.class);
        long tiny = 127L - 80 << 7;
        for (long sign : new long[] {0, 0x8000}) {
            long[] a = {0x3f80, tiny, 0xbf80, 0x8000};
            long[] b = {0x3f80, tiny | sign, 0x3f80, 0x3f80};
            EngineMatrixTest.check(engine, PlainLoops.INSTANCE, a, b, null, 1, 1, 4);
            EngineMatrixTest.check(engine, PlainLoops.INSTANCE, a, b, new long[] {0x8000_0000L}, 1, 1, 4);
        }
    }

    /** The smallest number of a panel may be loaded before others: steps take elements in another order. */
    @Test
    void tinyNumbersAreSeenWhereverTheyStand() {
        Engine engine = Engines.get("x86.avx512.vdpbf16ps.bf16.f32");
        for (int at = 0; at < 6; at++) {
            long[] a = repeated(127L - 60 << 7 | 0x35, 6);
            long[] b = repeated(0, 6);
            b[at] = 127L - 66 << 7 | 0x1b; // 2^-126 is between such products and their halves
            long[] c = {0};
            EngineMatrixTest.check(engine, PlainLoops.INSTANCE, a, b, c, 1, 1, 6);
            b[(at + 1) % 6] = 0x3f80;
            b[(at + 2) % 6] = 0xbf80;
            EngineMatrixTest.check(engine, PlainLoops.INSTANCE, a, b, c, 1, 1, 6);
        }
    }

    private static long[] repeated(long code, int n) {
        long[] codes = new long[n];
        Arrays.fill(codes, code);
        return codes;
    }

    @Test
    void smallestMagnitudeLeavesZerosOut() {
        float[] x = new float[300];
        assertThat(Smallest.magnitude(x, 0, 300)).isGreaterThanOrEqualTo(0x1p200);
        assertThat(Smallest.magnitude(x, 0, 0)).isInfinite();
        for (int at : new int[] {1, 127, 128, 298}) {
            Arrays.fill(x, 2);
            x[0] = -0f;
            x[299] = Float.NEGATIVE_INFINITY;
            x[at] = -Float.MIN_VALUE;
            assertThat(Smallest.magnitude(x, 0, 300)).isEqualTo(Float.MIN_VALUE);
            assertThat(Smallest.magnitude(x, at + 1, 299 - at)).isGreaterThanOrEqualTo(2);
            x[at] = Float.NaN;
            assertThat(Smallest.magnitude(x, 0, 300)).isNaN();
        }
    }

    @Test
    void leadingPlaces() {
        for (int i = 0; i < 100_000; i++) {
            double x = Math.scalb(random.nextDouble(1, 2), random.nextInt(-600, 600)) * (random.nextBoolean() ? 1 : -1);
            assertThat(StepPanelRule.leading(x)).isEqualTo(Math.scalb(1.0, Math.getExponent(x)));
        }
        for (double x : new double[] {1, Math.nextDown(1.0), Math.nextUp(1.0), Math.nextDown(2.0)}) {
            assertThat(StepPanelRule.leading(x)).isEqualTo(Math.scalb(1.0, Math.getExponent(x)));
        }
        assertThat(StepPanelRule.leading(0)).isZero();
    }

    // ------------------------------------------------------------------ block scales

    private static List<ScaledEngine> scaledEngines() {
        List<ScaledEngine> engines = new ArrayList<>();
        for (Engine engine : Engines.all()) {
            if (engine instanceof ScaledEngine scaled && PanelRules.of(engine) instanceof StepPanelRule) {
                engines.add(scaled);
            }
        }
        return engines;
    }

    @Test
    void blockScaledEnginesAreComputedSideBySide() {
        assertThat(scaledEngines()).hasSize((int) Engines.all().stream()
                .filter(engine -> engine.scaling().isPresent())
                .filter(engine -> engine.name().startsWith("nvidia."))
                .count());
    }

    @Test
    void blockScaledElementsAreWhatTheEngineSays() {
        int shape = 0;
        for (ScaledEngine engine : scaledEngines()) {
            for (int spread : new int[] {4, 30, 300}) {
                for (int k : new int[] {1, 31, 64, 147, 600}) {
                    shape++;
                    int n = k > 500 ? 3 : 1 + shape * 7 % 30;
                    Scaled operands = new Scaled(engine, 1 + shape % 4, n, k, spread);
                    long[] d = operands.multiply(engine);
                    for (int i = 0; i < operands.m; i++) {
                        for (int j = 0; j < n; j++) {
                            assertThat(d[i * n + j])
                                    .as("%s, k = %d, element (%d, %d)", engine, k, i, j)
                                    .isEqualTo(operands.dot(engine, i, j));
                        }
                    }
                }
            }
        }
    }

    @Test
    void noBlockScaledElementIsInDoubtWithoutReason() {
        for (ScaledEngine engine : scaledEngines()) {
            PanelRule rule = PanelRules.of(engine);
            assertThat(rule).isNotNull();
            int k = 128;
            int columns = 16;
            int blocks = k / engine.blockLength();
            Panel panel = rule.panel(PlainLoops.INSTANCE, 1, columns, k);
            FloatFormat f = engine.scaleFormatA();
            long one = (long) (-f.emin() + f.lowestNormalField()) << f.trailingBits();
            float[] ones = new float[k * columns];
            Arrays.fill(ones, 1);
            panel.load(ones, 0, columns, 0, k, columns);
            panel.scaleColumns(repeated(one, blocks * columns), k, columns);
            panel.loaded(k, columns);
            panel.start(0, null, 0, columns);
            panel.scaleRows(repeated(one, blocks), blocks);
            panel.accumulate(ones, 0, k, 1, 0, k);
            assertThat(panel.doubtful(0)).as(engine.name()).containsOnly(false);
            float[] d = new float[columns];
            panel.finish(0, d, 0, columns, 0);
            assertThat(d).as(engine.name()).containsOnly(k);
        }
    }

    @Test
    void wrongScaledStepsShow() {
        ScaledEngine fp8 = (ScaledEngine) Engines.get("nvidia.blackwell.tcgen05-mxf8f6f4.e5m2.f32");
        scaledDiffers(fp8, spec(fp8).fractionBits(24));
        scaledDiffers(fp8, spec(fp8).terms(16));
        ScaledEngine fp4 = (ScaledEngine) Engines.get("nvidia.blackwell.tcgen05-mxf4nvf4.e2m1.f32");
        scaledDiffers(fp4, spec(fp4).fractionBits(4));
    }

    private void scaledDiffers(ScaledEngine engine, Spec.Builder wrong) {
        ScaledEngine other = (ScaledEngine) Engine.builder("user.wrong.scaled.any.f32")
                .inputs(engine.formatA(), engine.formatB())
                .output(Formats.BINARY32)
                .spec(wrong.build())
                .scaling(engine.scaling().orElseThrow())
                .build();
        assertThat(PanelRules.of(other)).isInstanceOf(StepPanelRule.class);
        Scaled operands = new Scaled(engine, 20, 20, 200, 30);
        long[] d = operands.multiply(other);
        int different = 0;
        for (int i = 0; i < 400; i++) {
            different += d[i] == operands.dot(engine, i / 20, i % 20) ? 0 : 1;
        }
        assertThat(different).as("%s", wrong.build()).isPositive();
    }

    /** Operands of a block-scaled product: rows of A, columns of B. */
    private final class Scaled {
        final int m;
        final int n;
        final int k;
        final int blocks;
        final long[] a;
        final long[] b;
        final long[] c;
        final long[] scaleA;
        final long[] scaleB;

        Scaled(ScaledEngine engine, int m, int n, int k, int spread) {
            this.m = m;
            this.n = n;
            this.k = k;
            blocks = (k + engine.blockLength() - 1) / engine.blockLength();
            Kind kind = spread > 100 ? Kind.ANY : spread > 10 ? Kind.WIDE : Kind.NEAR_ONE;
            a = codes(engine.formatA(), m * k, kind, false);
            b = codes(engine.formatB(), n * k, kind, false);
            c = codes(engine.formatC(), m * n, spread > 10 ? Kind.SPREAD : Kind.NEAR_ONE, true);
            scaleA = scales(engine.scaleFormatA(), m * blocks, spread);
            scaleB = scales(engine.scaleFormatB(), n * blocks, spread);
        }

        private long[] scales(FloatFormat f, int n, int spread) {
            long[] scales = new long[n];
            for (int i = 0; i < n; i++) {
                int step = 1 << f.trailingBits();
                int one = (-f.emin() + f.lowestNormalField()) * step;
                int code = one + random.nextInt(spread * step) - spread * step / 2;
                scales[i] = Math.max(0, Math.min(code, (int) f.codeMask() - (random.nextInt(50) == 0 ? 0 : 1)));
            }
            return scales;
        }

        long[] multiply(ScaledEngine engine) {
            long[] d = new long[m * n];
            Loops.gemm(engine, PlainLoops.INSTANCE)
                    .threads(2)
                    .multiply(
                            Matrix.of(a, m, k),
                            Matrix.of(scaleA, m, blocks),
                            Matrix.of(b, n, k).transposed(),
                            Matrix.of(scaleB, n, blocks).transposed(),
                            Matrix.of(c, m, n),
                            Matrix.of(d, m, n));
            return d;
        }

        long dot(ScaledEngine engine, int i, int j) {
            return engine.dot(a, i * k, scaleA, i * blocks, b, j * k, scaleB, j * blocks, k, c[i * n + j], 0);
        }
    }

    private static Spec.Builder spec(Engine engine) {
        return engine.spec().orElseThrow().toBuilder();
    }

    private void differs(Engine engine, Spec.Builder wrong, ProductLoops loops, Kind kind) {
        Engine other = Engine.builder("user.wrong.fma.any.f32")
                .inputs(engine.formatA(), engine.formatB())
                .output(Formats.BINARY32)
                .spec(wrong.build())
                .build();
        assertThat(PanelRules.of(other)).isNotNull();
        int m = 20;
        int k = kind == Kind.SUBNORMAL ? 2 : 71;
        long[] a = codes(engine.formatA(), m * k, kind, false);
        long[] b = codes(engine.formatB(), m * k, kind, false);
        long[] c = codes(engine.formatC(), m * m, kind, true);
        long[] d = new long[m * m];
        Loops.gemm(other, loops)
                .multiply(Matrix.of(a, m, k), Matrix.of(b, m, k).transposed(), Matrix.of(c, m, m), Matrix.of(d, m, m));
        int different = 0;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                different += d[i * m + j] == engine.dot(a, i * k, b, j * k, k, c[i * m + j], 0) ? 0 : 1;
            }
        }
        assertThat(different).as("%s instead of %s", wrong.build(), engine).isPositive();
    }

    /** Sums to odd, against sums that are exact in binary64 and cut there. */
    @Test
    void sumsToOddHaveAnOddLastPlaceUnlessTheyAreExact() {
        for (int i = 0; i < 200_000; i++) {
            float x = Math.scalb(random.nextInt(1 << 24), random.nextInt(20) - 10);
            float y = Math.scalb(random.nextInt(1 << 24), random.nextInt(20) - 10) * (random.nextBoolean() ? 1 : -1);
            double exact = (double) x + y;
            long bits = Double.doubleToRawLongBits(exact);
            long cut = bits & -(1L << 29);
            long odd = exact == 0 ? bits : bits == cut ? cut : cut | 1L << 29;
            assertThat(FusedPanelRule.addToOdd(x, y)).isEqualTo((float) Double.longBitsToDouble(odd));
        }
        assertThat(FusedPanelRule.addToOdd(Float.MAX_VALUE, Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FusedPanelRule.addToOdd(1, 0x1p-40f)).isEqualTo(Math.nextUp(1f));
        assertThat(FusedPanelRule.addToOdd(1, -0x1p-40f)).isEqualTo(Math.nextDown(1f));
    }

    private void check(Engine engine, ProductLoops loops, int m, int n, int k, Kind kind) {
        long[] a = codes(engine.formatA(), m * k, kind, false);
        long[] b = codes(engine.formatB(), k * n, kind, false);
        long[] c = random.nextInt(3) == 0 ? null : codes(engine.formatC(), m * n, kind, true);
        EngineMatrixTest.check(engine, loops, a, b, c, m, n, k);
    }

    private long[] codes(ScalarFormat format, int n, Kind kind, boolean addend) {
        FloatFormat f = (FloatFormat) format;
        int limit = addend ? Float.MIN_EXPONENT : Float.MIN_EXPONENT / 2;
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            long code = random.nextLong() & f.codeMask();
            int e = switch (kind) {
                case NEAR_ONE -> random.nextInt(8) - 4;
                case SPREAD -> random.nextInt(addend ? 60 : 30) - (addend ? 30 : 15);
                case WIDE -> f.emin() + random.nextInt(f.emax() - f.emin() + 1);
                case TINY -> limit + random.nextInt(12) - 6;
                case HUGE -> -limit + random.nextInt(6) - 4;
                case SUBNORMAL -> random.nextBoolean() ? f.emin() - 1 : f.emax() - 2;
                case ANY -> 0;
            };
            long field = Math.max(0, Math.min(e, f.emax()) - f.emin() + f.lowestNormalField());
            long number = code & (f.signMask() | f.trailingMask()) | field << f.trailingBits();
            boolean few = kind == Kind.NEAR_ONE && random.nextBoolean(); // bits, so that sums cancel
            number &= few ? ~(f.trailingMask() >>> 1) : -1;
            long zero = f.isNan(f.signMask()) ? 0 : code & f.signMask();
            boolean isZero = kind == Kind.ANY ? random.nextInt(3) > 0 : random.nextInt(9) == 0;
            codes[i] = isZero ? zero : kind == Kind.ANY ? code : number;
        }
        return codes;
    }
}
