package org.bitexact.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.bitexact.codec.Codec;
import org.bitexact.engine.Spec.Addend;
import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.Slicing;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.AlignedPanel;
import org.bitexact.internal.array.AlignedSteps;
import org.bitexact.internal.array.AlignedSteps.Accumulator;
import org.bitexact.internal.array.AlignedSteps.Factor;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of engines that align products and addend, truncate them and add: tensor cores, and others with such
 * parameters. {@link FloatModel} defines the results; what the panels leave in doubt it computes.
 */
final class AlignedPanelRule implements PanelRule {
    /** Rows of B whose significands and exponents stay in the caches; a multiple of every tile and step. */
    private static final int ROWS = 512;
    /** A product of two numbers by the definition takes about as long as so many fused multiply-adds. */
    private static final int WEIGHT = 512;
    /** Columns of a product that shows whether loops are right; no panel has fewer. */
    private static final int COLUMNS = 16;

    private static final Logger LOGGER = System.getLogger("org.bitexact.engine");

    private final Engine engine;
    private final AlignedSteps steps;
    private final Order order;
    private final Codec addend;
    private final boolean addendIsBinary32;
    private final boolean half;
    private final Places places;
    /** Loops that have been held against the definition, and whether they agree with it. */
    private final Map<String, Boolean> checked = new ConcurrentHashMap<>();

    private AlignedPanelRule(Engine engine, AlignedSteps steps, Order order, FloatFormat addend) {
        this.engine = engine;
        this.steps = steps;
        this.order = order;
        this.addend = Codec.of(addend);
        addendIsBinary32 = addend.sameEncoding(Formats.BINARY32);
        half = steps.accumulator() == Accumulator.BINARY16_NEAREST;
        places = new Places(order, ROWS);
    }

    /** {@return matrix products of an engine, or null if it works otherwise} */
    static @Nullable PanelRule of(Engine engine) {
        Spec spec = engine.spec().orElse(null);
        if (spec == null
                || spec.isFusedMultiplyAdd()
                || !(engine.formatA() instanceof FloatFormat a)
                || !(engine.formatB() instanceof FloatFormat b)
                || !(engine.formatC() instanceof FloatFormat c)
                || !(engine.formatD() instanceof FloatFormat d)
                || !engine.accumulator().equals(d)
                || engine.scaling().isPresent()) {
            return null;
        }
        Accumulator accumulator = accumulator(spec, d);
        if (accumulator == null || !isAligned(spec) || !suits(spec.order()) || !Kernels.isExactInBinary32(c)) {
            return null;
        }
        Factor factorA = factor(spec, a);
        Factor factorB = factor(spec, b);
        if (factorA == null || factorB == null) {
            return null;
        }
        AlignedSteps steps = new AlignedSteps(
                spec.terms(), spec.fractionBits(), Math.max(spec.floor(), -1000), factorA, factorB, accumulator);
        boolean inBlocks = ROWS % spec.terms() == 0;
        return inBlocks && steps.fits() ? new AlignedPanelRule(engine, steps, spec.order(), c) : null;
    }

    private static boolean isAligned(Spec spec) {
        return spec.fractionBits() != Spec.EXACT
                && spec.addend() == Addend.ALIGNED
                && spec.cut() == Rounding.TOWARD_ZERO
                && spec.slicing() == Slicing.NONE
                && !spec.normalizeProducts()
                && spec.productLimit() == Spec.ProductLimit.NONE
                && !spec.flushOperands()
                && !spec.flushAddend()
                && spec.group() == 1
                && spec.sums() == 1
                && spec.zeroExponent() == Spec.IGNORED
                && spec.underflow() == Underflow.GRADUAL
                && spec.zeroSign() == ZeroSign.PLUS
                && spec.nan() != NanResult.X86;
    }

    private static @Nullable Accumulator accumulator(Spec spec, FloatFormat format) {
        boolean all = spec.resultBits() == Spec.EXACT || spec.resultBits() == format.trailingBits();
        if (format.sameEncoding(Formats.BINARY16)) {
            return all && spec.rounding() == Rounding.TIES_TO_EVEN ? Accumulator.BINARY16_NEAREST : null;
        }
        if (!format.sameEncoding(Formats.BINARY32)) {
            return null;
        }
        return switch (spec.rounding()) {
            case TOWARD_ZERO ->
                all ? Accumulator.BINARY32_TRUNCATED : spec.resultBits() == 13 ? Accumulator.BINARY32_SHORT : null;
            case TIES_TO_EVEN -> all ? Accumulator.BINARY32_NEAREST : null;
            default -> null;
        };
    }

    /** Whether steps form a chain, perhaps in tiles that start from zero and divide the rows of a panel. */
    private static boolean suits(Order order) {
        boolean tiles = order.tile() != Order.WHOLE;
        return order.sequence()
                && !order.rotated()
                && !order.negativeZero()
                && order.independentTiles() == tiles
                && (tiles
                        ? ROWS % order.tile() == 0
                                && order.join() == Rounding.TIES_TO_EVEN
                                && order.joinUnderflow() == Underflow.GRADUAL
                        : order.isInPlace());
    }

    private static @Nullable Factor factor(Spec spec, FloatFormat format) {
        int mask = -1;
        int trailing = format.trailingBits();
        if (spec.conditioning() == Conditioning.TF32_TRUNCATE) {
            mask = -1 << 13;
            trailing = Formats.TF32.trailingBits();
        } else if (spec.conditioning() != Conditioning.NONE) {
            return null;
        }
        int emin = spec.operandFloor() == Spec.FORMAT_EMIN ? format.emin() : spec.operandFloor();
        boolean exact = Kernels.isExactInBinary32(format)
                && format.subnormalQuantumExponent() >= emin - trailing - (23 - trailing);
        return exact && emin <= format.emin() && format.signed() ? new Factor(trailing, emin, mask) : null;
    }

    @Override
    public boolean suits(ProductLoops loops) {
        return checked.computeIfAbsent(loops.name(), name -> agrees(loops));
    }

    /** {@return whether loops give the results of the definition, for more rows than they take together, some special values among them} */
    private boolean agrees(ProductLoops loops) {
        int rows = 5;
        int k = Math.min(ROWS, 2 * (tiles() ? order.tile() : steps.terms()) + 5);
        int columns = loops.columns(COLUMNS);
        if (loops.aligned(steps, tiles(), 1, 1, columns) == null) {
            return false;
        }
        SplittableRandom random = new SplittableRandom(5);
        long[] a = codes(random, (FloatFormat) engine.formatA(), rows * k);
        long[] b = codes(random, (FloatFormat) engine.formatB(), COLUMNS * k);
        long[] c = codes(random, addend.format() instanceof FloatFormat f ? f : Formats.BINARY32, rows * COLUMNS);
        try {
            Panel panel = panel(loops, rows, columns, k);
            float[] rowsOfA = values(engine.formatA(), a);
            float[] columnsOfB = values(engine.formatB(), b);
            for (int i = 0; i < rows; i++) {
                if (conditions()) {
                    condition(rowsOfA, i * k, k);
                }
                panel.start(i, c, i * COLUMNS, COLUMNS);
            }
            for (int p = 0; p < k; p++) {
                float[] row = new float[COLUMNS];
                for (int j = 0; j < COLUMNS; j++) {
                    row[j] = columnsOfB[j * k + p];
                }
                panel.load(row, 0, COLUMNS, places.place(p, k), 1, COLUMNS);
            }
            panel.loaded(k, COLUMNS);
            panel.accumulate(rowsOfA, 0, k, rows, 0, k);
            long[] d = new long[COLUMNS];
            for (int i = 0; i < rows; i++) {
                panel.finish(i, d, 0, COLUMNS, 0);
                boolean[] doubtful = panel.doubtful(i);
                for (int j = 0; j < COLUMNS; j++) {
                    if ((doubtful == null || !doubtful[j])
                            && d[j] != engine.dot(a, i * k, b, j * k, k, c[i * COLUMNS + j])) {
                        LOGGER.log(
                                Level.WARNING, "the loops {0} differ from the definition of {1}", loops.name(), engine);
                        return false;
                    }
                }
            }
            return true;
        } catch (RuntimeException | LinkageError e) {
            LOGGER.log(Level.WARNING, "the loops {0} fail for {1}: {2}", loops.name(), engine, e);
            return false;
        }
    }

    /** Numbers of either sign: one in eight has any exponent, the others one in the middle. */
    private static long[] codes(SplittableRandom random, FloatFormat format, int n) {
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            long code = random.nextLong() & format.codeMask();
            int e = Math.max(format.emin(), Math.min(format.emax() - 1, random.nextInt(12) - 6));
            long field = e - format.emin() + format.lowestNormalField();
            codes[i] = random.nextInt(8) == 0
                    ? code
                    : code & (format.signMask() | format.trailingMask()) | field << format.trailingBits();
        }
        return codes;
    }

    private static float[] values(ScalarFormat format, long[] codes) {
        Codec codec = Codec.of(format);
        float[] values = new float[codes.length];
        for (int i = 0; i < codes.length; i++) {
            values[i] = (float) codec.decode(codes[i]);
        }
        return values;
    }

    @Override
    public int weight() {
        return WEIGHT;
    }

    @Override
    public int depth() {
        return ROWS;
    }

    @Override
    public boolean conditions() {
        return places.permute();
    }

    @Override
    public void condition(float[] row, int from, int k) {
        places.permute(row, from, k);
    }

    @Override
    public int place(int p, int k) {
        return places.place(p, k);
    }

    private boolean tiles() {
        return order.independentTiles();
    }

    @Override
    public Panel panel(ProductLoops loops, int rows, int columns, int k) {
        AlignedPanel panel = loops.aligned(steps, tiles(), rows, Math.min(k, ROWS), columns);
        if (panel == null) {
            throw new IllegalArgumentException("loops must have the steps of an engine: " + loops.name());
        }
        return new Steps(panel, columns, k);
    }

    private final class Steps extends Panel {
        private final AlignedPanel panel;
        private final boolean empty;
        private final boolean[] doubtful;
        private int[] ends = {};

        Steps(AlignedPanel panel, int columns, int k) {
            this.panel = panel;
            empty = k == 0;
            doubtful = new boolean[columns];
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int rows, int n) {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(x, from + i * stride, panel.row(first + i), panel.from(first + i), n);
            }
        }

        @Override
        public void loaded(int steps, int columns) {
            panel.loaded(steps);
        }

        @Override
        public void start(int i, @Nullable Object c, int at, int columns) {
            for (int j = 0; j < columns; j++) {
                long code = c == null ? 0 : code(c, at + j);
                panel.start(i, j, addendIsBinary32 ? (int) code : Float.floatToRawIntBits((float) addend.decode(code)));
            }
        }

        @Override
        public void accumulate(float[] a, int from, int stride, int rows, int first, int n) {
            if (ends.length == 0 || Math.max(ends[ends.length - 1], ~ends[ends.length - 1]) != n) {
                ends = places.ends(n, steps.terms());
            }
            panel.accumulate(a, from, stride, rows, ends);
        }

        @Override
        public void finish(int i, Object d, int at, int columns, long element) {
            for (int j = 0; j < columns; j++) {
                int bits = panel.result(i, j);
                store(d, at + j, Integer.toUnsignedLong(half ? binary16(bits) : bits));
            }
        }

        /** {@return the code of a number of binary16, given by its bits in binary32} */
        private static int binary16(int bits) {
            int sign = bits >>> 16 & 0x8000;
            int field = (bits << 1 >>> 24) - (127 - 15);
            return field > 0
                    ? sign | field << 10 | bits >>> 13 & 0x3ff
                    : sign | (int) (Math.abs(Float.intBitsToFloat(bits)) * 0x1p24f);
        }

        @Override
        public boolean[] doubtful(int i) {
            for (int j = 0; j < doubtful.length; j++) {
                doubtful[j] = empty || panel.isDoubtful(i, j);
            }
            return doubtful;
        }
    }
}
