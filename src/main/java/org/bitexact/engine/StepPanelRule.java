package org.bitexact.engine;

import java.util.Arrays;
import org.bitexact.engine.Spec.Addend;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.ProductLimit;
import org.bitexact.engine.Spec.Slicing;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of engines that take several products in a step, in binary64: exact sums, and sums of terms that are
 * aligned and cut in any of the ways of a {@link Spec}. {@link FloatModel} defines the results; what is left in doubt here
 * it computes. Loops run over the columns of a panel, in plain Java that compilers vectorise.
 *
 * <p><b>Exact numbers</b>. Products of numbers of 24 bits have 48 and are exact in binary64, as are multiples of them by a
 * power of two: their exponents are far from the limits.
 *
 * <p><b>Aligned sums</b>. Beside each operand stands its <i>weight</i>, the power of two whose exponent is that for the
 * alignment, or 0 for a zero: the largest product of two weights is <i>2^Emax</i>. Terms are multiplied by <i>2^(F -
 * Emax)</i> and become integers, which cuts them toward zero. Their sum stays below 2^53, so that it is exact in binary64,
 * too.
 *
 * <p><b>Exact sums</b>. Each addition in binary64 is followed by the computation of its error, which is a number (Knuth,
 * TAOCP 2, 4.2.2, Theorem B). If all errors are zero the sum is exact, and its conversion to binary32 is the one rounding.
 * Otherwise the exact sum is no farther away than the magnitudes of the errors together, and two numbers are rounded
 * between which it lies; where they round alike, so does it, else the element is doubtful.
 *
 * <p><b>Scales</b> of blocks are multiplied into the operands, and into their weights. Where products are summed in groups,
 * the weights are those of the scales, and a group's sum, of few bits, is a term.
 *
 * <p><b>Doubt</b>. Infinite and NaN operands, addends and results are doubtful, and so are nonzero results below the
 * normal numbers of binary32, unless the last step is a conversion of an exact number. So no result is -0 because it was
 * flushed or cut.
 */
final class StepPanelRule implements PanelRule {
    /** Rows of B in a panel, a multiple of every tile and step. */
    private static final int ROWS = 512;
    /** Columns of a panel, which stays in the second cache. */
    private static final int COLUMNS = 256;
    /** Below the weights of all products. */
    private static final double NO_WEIGHT = 0x1p-700;

    private final Spec spec;
    private final @Nullable Scaling scaling;
    private final @Nullable OperandReader scaleReader;
    private final Order order;
    private final Places places;
    private final Conditioner conditionerA;
    private final Conditioner conditionerB;
    private final int leastA; // least exponents of operands
    private final int leastB;
    private final int[] slices; // bits of the fraction that are left after each cut, ascending
    private final boolean exact;

    private StepPanelRule(Spec spec, FloatFormat a, FloatFormat b, @Nullable Scaling scaling) {
        this.spec = spec;
        this.scaling = scaling;
        scaleReader = scaling == null ? null : OperandReader.ofScale(scaling.format());
        order = spec.order();
        places = new Places(order, ROWS);
        conditionerA = new Conditioner(spec, a);
        conditionerB = new Conditioner(spec, b);
        leastA = spec.operandFloor() == Spec.FORMAT_EMIN ? a.emin() : spec.operandFloor();
        leastB = spec.operandFloor() == Spec.FORMAT_EMIN ? b.emin() : spec.operandFloor();
        slices = slices(spec.slicing());
        exact = spec.fractionBits() == Spec.EXACT;
    }

    private static int[] slices(Slicing slicing) {
        return switch (slicing) {
            case NONE -> new int[] {};
            case LEADING_3 -> new int[] {2};
            case TWELVES -> new int[] {11};
            case BYTES -> new int[] {7, 15};
        };
    }

    /** {@return matrix products of an engine, or null if it works otherwise} */
    static @Nullable PanelRule of(Engine engine) {
        Spec spec = engine.spec().orElse(null);
        if (spec == null
                || spec.isFusedMultiplyAdd()
                || !(engine.formatA() instanceof FloatFormat a)
                || !(engine.formatB() instanceof FloatFormat b)
                || !Kernels.isExactInBinary32(a)
                || !Kernels.isExactInBinary32(b)
                || !isBinary32((FloatFormat) engine.formatC())
                || !isBinary32((FloatFormat) engine.accumulator())
                || !isBinary32((FloatFormat) engine.formatD())) {
            return null;
        }
        boolean common = suits(spec.order())
                && ROWS % spec.terms() == 0
                && spec.resultBits() == Spec.EXACT
                && spec.zeroExponent() == Spec.IGNORED
                && spec.nan() != NanResult.X86
                && spec.cut() == Rounding.TOWARD_ZERO;
        Scaling scaling = engine.scaling().orElse(null);
        boolean blocks =
                scaling == null || ROWS % scaling.blockLength() == 0 && scaling.blockLength() % spec.group() == 0;
        return common && blocks && suits(spec) ? new StepPanelRule(spec, a, b, scaling) : null;
    }

    private static boolean isBinary32(FloatFormat format) {
        return format.sameEncoding(Formats.BINARY32);
    }

    private static boolean suits(Order order) {
        boolean tiles = order.tile() != Order.WHOLE;
        return order.sequence()
                && !order.rotated()
                && order.independentTiles() == tiles
                && (tiles
                        ? ROWS % order.tile() == 0
                                && order.join() == Rounding.TIES_TO_EVEN
                                && order.joinUnderflow() == Underflow.GRADUAL
                        : order.isInPlace());
    }

    private static boolean suits(Spec spec) {
        boolean even = spec.rounding() == Rounding.TIES_TO_EVEN;
        boolean gradual = spec.underflow() == Underflow.GRADUAL && !spec.flushAddend();
        if (spec.fractionBits() == Spec.EXACT) {
            return even && gradual && spec.productLimit() == ProductLimit.NONE;
        }
        // terms are below 2^(F + 2) units, slices of a product together as well
        boolean fits = spec.fractionBits()
                        + 2
                        + Integer.toBinaryString(spec.terms() + 1).length()
                <= 53;
        boolean floor = spec.floor() != Spec.NO_FLOOR;
        boolean zero = !spec.order().negativeZero();
        return fits
                && zero
                && switch (spec.addend()) {
                    case ALIGNED ->
                        (even || spec.rounding() == Rounding.TOWARD_ZERO)
                                && gradual
                                && spec.zeroSign() == ZeroSign.PLUS
                                && spec.productLimit() == ProductLimit.NONE;
                    case AFTER_FLOOR ->
                        even
                                && gradual
                                && !floor
                                && spec.zeroSign() == ZeroSign.UNDERFLOW_KEEPS
                                && spec.productLimit() != ProductLimit.WEAK_INFINITY
                                && !spec.normalizeProducts()
                                && spec.slicing() == Slicing.NONE
                                && spec.sumBits() <= 40;
                    case AFTER_EXACT ->
                        even && !floor && spec.zeroSign() == ZeroSign.IEEE && spec.productLimit() == ProductLimit.NONE;
                };
    }

    @Override
    public boolean suits(ProductLoops loops) {
        return true;
    }

    @Override
    public int depth() {
        return ROWS;
    }

    @Override
    public int columns(ProductLoops loops, int n, int k, int shares) {
        int panels = Math.max(1, (n + COLUMNS - 1) / COLUMNS);
        return (n + panels - 1) / panels + 15 & -16;
    }

    @Override
    public boolean conditions() {
        return places.permute() || conditionerA.changes();
    }

    @Override
    public void condition(float[] row, int from, int k) {
        conditionerA.apply(row, from, k);
        places.permute(row, from, k);
    }

    @Override
    public boolean conditionsColumns() {
        return conditionerB.changes();
    }

    @Override
    public void conditionColumns(float[] x, int from, int n) {
        conditionerB.apply(x, from, n);
    }

    @Override
    public int place(int p, int k) {
        return places.place(p, k);
    }

    @Override
    public Panel panel(ProductLoops loops, int rows, int columns, int k) {
        return new Steps(rows, columns, k);
    }

    private int blockLength() {
        return scaling == null ? ROWS : scaling.blockLength();
    }

    /** {@return the value of a scale} */
    private double scale(long code) {
        if (scaling == null || scaleReader == null) {
            return 1;
        }
        long x = scaleReader.read(scaling.code(code));
        return OperandReader.kind(x) == Operand.NAN
                ? Double.NaN
                : Math.scalb(
                        (double) OperandReader.significand(x), OperandReader.exponent(x) - scaleReader.fractionBits());
    }

    /** {@return the power of two whose exponent is that of a scale; 0 for zero} */
    private double scaleWeight(long code) {
        if (scaling == null || scaleReader == null) {
            return 1;
        }
        long x = scaleReader.read(scaling.code(code));
        return OperandReader.kind(x) == Operand.FINITE ? Math.scalb(1.0, OperandReader.exponent(x)) : 0;
    }

    /** The unit in the first place of a number, 2^E; 0 for 0 (Rump, Ogita and Oishi, Algorithm 3.5). */
    static double leading(double x) {
        double q = x * 0x1.0000000000001p52;
        return Math.abs(q - q * 0x1.fffffffffffffp-1);
    }

    private final class Steps extends Panel {
        private final int k;
        private int used; // columns
        /** Slices of B, the leading ones first, and weights; unless sums are exact. */
        private final double[][][] b;

        private final double[][] weightsB;
        private final double[] specialB; // NaN for a column with an infinity or a NaN

        private final double[][][] a; // slices of a row
        private final double[] weightsA;
        private final double[][] sums;
        private final double[][] totals; // of tiles, if they are independent
        /** Nonzero where an element is doubtful, or NaN. */
        private final double[][] doubt;

        private final double[] largest; // weight of a product
        private final double[] otherLargest; // of those at odd places
        private final double[] factor; // from a number to units
        private final double[] otherFactor;
        private final long[] units; // the sum of what is cut
        private final long[] otherUnits;
        private final double[] errors;
        private final double[][] groups; // sums of the products of a group
        private long[] scalesA = {}; // of the next rows
        private int blocks; // of each
        private int[] ends = {};
        private boolean complete = true; // whether the panel is

        Steps(int rows, int columns, int k) {
            this.k = k;
            int depth = Math.min(k, ROWS);
            b = new double[slices.length + 1][depth][columns];
            weightsB = new double[exact ? 0 : depth][columns];
            specialB = new double[columns];
            a = new double[slices.length + 1][1][depth];
            weightsA = new double[depth];
            sums = new double[rows][columns];
            totals = new double[order.independentTiles() ? rows : 0][columns];
            doubt = new double[rows][columns];
            largest = new double[columns];
            otherLargest = new double[columns];
            factor = new double[columns];
            otherFactor = new double[columns];
            units = new long[columns];
            otherUnits = new long[columns];
            errors = new double[columns];
            groups = new double[spec.group() > 1 ? spec.terms() / spec.group() : 0][columns];
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int rows, int n) {
            if (complete) {
                Arrays.fill(specialB, 0);
                complete = false;
            }
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < n; j++) {
                    float number = x[from + i * stride + j];
                    specialB[j] += number * 0;
                    split(number, leastB, b, first + i, j);
                    if (!exact) {
                        weightsB[first + i][j] = weight(number, leastB);
                    }
                }
            }
        }

        @Override
        public void loaded(int steps, int columns) {
            complete = true;
        }

        @Override
        public void scaleColumns(long[] scales, int steps, int n) {
            int length = blockLength();
            for (int q = 0; q < scales.length / n; q++) {
                for (int j = 0; j < n; j++) {
                    double scale = scale(scales[q * n + j]);
                    double weight = scaleWeight(scales[q * n + j]);
                    specialB[j] += scale * 0;
                    for (int p = q * length; p < Math.min(steps, (q + 1) * length); p++) {
                        int to = placeInPanel(p, steps);
                        for (double[][] slice : b) {
                            slice[to][j] *= scale;
                        }
                        weightsB[to][j] = spec.group() > 1 ? weight : weightsB[to][j] * weight;
                    }
                }
            }
        }

        @Override
        public void scaleRows(long[] scales, int count) {
            scalesA = scales;
            blocks = count;
        }

        private void scaleRow(int i, int steps) {
            int length = blockLength();
            for (int q = 0; q < blocks; q++) {
                double scale = scale(scalesA[i * blocks + q]);
                double weight = scaleWeight(scalesA[i * blocks + q]);
                for (int p = q * length; p < Math.min(steps, (q + 1) * length); p++) {
                    int to = placeInPanel(p, steps);
                    for (double[][] slice : a) {
                        slice[0][to] *= scale;
                    }
                    weightsA[to] = spec.group() > 1 ? weight : weightsA[to] * weight;
                }
            }
        }

        private int placeInPanel(int p, int steps) {
            return places.place(p, steps); // tiles divide panels
        }

        private double weight(double x, int least) {
            return spec.normalizeProducts()
                    ? Math.abs(x)
                    : x == 0 ? 0 : Math.scalb(1.0, Math.max(Math.getExponent(x), least));
        }

        private void split(double x, int least, double[][][] to, int p, int j) {
            double rest = x;
            for (int s = 0; s < slices.length; s++) {
                int shift = slices[s] - Math.max(Math.getExponent(x), least);
                double slice = Math.scalb((double) (long) Math.scalb(rest, shift), -shift);
                to[s][p][j] = slice;
                rest -= slice;
            }
            to[slices.length][p][j] = rest;
        }

        @Override
        public void start(int i, @Nullable Object c, int at, int n) {
            used = n;
            for (int j = 0; j < n; j++) {
                float x = c == null ? 0 : Float.intBitsToFloat((int) code(c, at + j));
                boolean tiny = Math.abs(x) < Float.MIN_NORMAL && x != 0;
                boolean signed = spec.addend() == Addend.AFTER_EXACT && x == 0 && 1 / x < 0;
                doubt[i][j] = k == 0 || tiny || signed ? 1 : x * 0.0;
                (order.independentTiles() ? totals : sums)[i][j] = x;
            }
            if (order.independentTiles()) {
                Arrays.fill(sums[i], order.negativeZero() ? -0.0 : 0);
            }
        }

        @Override
        public void accumulate(float[] x, int from, int stride, int rows, int first, int steps) {
            if (ends.length == 0 || Math.max(ends[ends.length - 1], ~ends[ends.length - 1]) != steps) {
                ends = places.ends(steps, spec.terms());
            }
            for (int i = 0; i < rows; i++) {
                double special = 0;
                for (int p = 0; p < steps; p++) {
                    float number = x[from + i * stride + p];
                    special += number * 0;
                    split(number, leastA, a, 0, p);
                    weightsA[p] = weight(number, leastA);
                }
                if (scaling != null) {
                    scaleRow(i, steps);
                    for (int q = 0; q < blocks; q++) {
                        special += scale(scalesA[i * blocks + q]) * 0;
                    }
                }
                add(doubt[i], special, specialB, used);
                int p = 0;
                for (int end : ends) {
                    int to = Math.max(end, ~end);
                    step(i, p, to);
                    if (order.independentTiles() && end < 0) {
                        join(totals[i], sums[i], order.negativeZero() ? -0.0 : 0, used);
                    }
                    p = to;
                }
            }
        }

        private void step(int i, int from, int to) {
            double[] s = sums[i];
            double[] d = doubt[i];
            if (exact) {
                Arrays.fill(errors, 0, used, 0);
                for (int p = from; p < to; p++) {
                    addExactly(s, errors, b[0][p], a[0][0][p], used);
                }
                if (to - from < spec.terms()) {
                    addZero(s, used);
                }
                round(s, errors, d, spec.zeroSign() == ZeroSign.PLUS ? 0f : -0f, used);
                return;
            }
            double floor =
                    spec.floor() == Spec.NO_FLOOR ? NO_WEIGHT : Math.max(NO_WEIGHT, Math.scalb(1.0, spec.floor()));
            double one = Math.scalb(1.0, spec.fractionBits());
            int stride = spec.sums();
            alignment(largest, from, to, stride, floor);
            switch (spec.addend()) {
                case ALIGNED -> {
                    raise(largest, s, used);
                    units(s, largest, factor, one, units, used);
                    cut(units, factor, from, to, stride);
                    if (spec.rounding() == Rounding.TOWARD_ZERO) {
                        truncate(units, largest, 1 / one, s, used);
                    } else {
                        scale(units, largest, 1 / one, s, used);
                    }
                    doubtLimits(s, d, used);
                    if (spec.rounding() != Rounding.TOWARD_ZERO) {
                        toNearest(s, used);
                        doubtSpecial(s, d, used);
                    }
                }
                case AFTER_EXACT -> {
                    factors(largest, factor, one, units, used);
                    cut(units, factor, from, to, stride);
                    scale(units, largest, 1 / one, factor, used); // the sum of the products
                    Arrays.fill(errors, 0, used, 0);
                    addExactly(s, errors, factor, 1, used);
                    doubtLimits(s, d, used);
                    round(s, errors, d, -0f, used);
                }
                case AFTER_FLOOR -> {
                    if (spec.productLimit() == ProductLimit.INFINITY) {
                        doubtHuge(largest, d, used);
                    }
                    factors(largest, factor, one, units, used);
                    cut(units, factor, from, to, stride);
                    if (stride == 2) {
                        alignment(otherLargest, from + 1, to, stride, floor);
                        if (spec.productLimit() == ProductLimit.INFINITY) {
                            doubtHuge(otherLargest, d, used);
                        }
                        factors(otherLargest, otherFactor, one, otherUnits, used);
                        cut(otherUnits, otherFactor, from + 1, to, stride);
                        addFloors(units, largest, otherUnits, otherLargest, used);
                    }
                    double reach = spec.addendReach() == Spec.EXACT ? 0x1p600 : Math.scalb(1.0, spec.addendReach());
                    floors(
                            units,
                            largest,
                            1 / one,
                            Math.scalb(1.0, spec.sumBits()),
                            Math.scalb(1.0, spec.addendBits()),
                            reach,
                            s,
                            used);
                    doubtSpecial(s, d, used);
                }
            }
        }

        /** Finds the largest weights of some products; or the leading place of the largest product. */
        private void alignment(double[] to, int from, int end, int stride, double floor) {
            Arrays.fill(to, 0, used, floor);
            if (spec.group() > 1) {
                alignGroups(to, from, end);
                return;
            }
            int p = from;
            for (; p + 3 * stride < end; p += 4 * stride) {
                raise(
                        to,
                        weightsB[p],
                        weightsB[p + stride],
                        weightsB[p + 2 * stride],
                        weightsB[p + 3 * stride],
                        weightsA[p],
                        weightsA[p + stride],
                        weightsA[p + 2 * stride],
                        weightsA[p + 3 * stride],
                        used);
            }
            for (; p < end; p += stride) {
                raise(to, weightsB[p], weightsA[p], used);
            }
            if (spec.normalizeProducts()) {
                lead(to, used);
            }
        }

        /** Adds up the products of each group, and finds the largest weight of the scales of one that is not zero. */
        private void alignGroups(double[] to, int from, int end) {
            for (int p = from, g = 0; p < end; p += spec.group(), g++) {
                Arrays.fill(groups[g], 0, used, 0);
                for (int q = p; q < Math.min(end, p + spec.group()); q++) {
                    addProducts(groups[g], b[0][q], a[0][0][q], used);
                }
                raiseUnlessZero(to, groups[g], weightsB[p], weightsA[p], used);
            }
        }

        /** Adds products, or those of slices, each cut to units. */
        private void cut(long[] to, double[] f, int from, int end, int stride) {
            if (spec.group() > 1) {
                for (int g = 0; g * spec.group() < end - from; g++) {
                    addCut(to, f, groups[g], 1, used);
                }
                return;
            }
            for (int s = 0; s < a.length; s++) {
                for (int t = 0; t < a.length; t++) {
                    boolean low = a.length == 3 && s == 2 && t == 2; // which is not built
                    int p = low ? end : from;
                    double[][] y = b[t];
                    double[] x = a[s][0];
                    for (; p + 3 * stride < end; p += 4 * stride) {
                        addCut(
                                to,
                                f,
                                y[p],
                                y[p + stride],
                                y[p + 2 * stride],
                                y[p + 3 * stride],
                                x[p],
                                x[p + stride],
                                x[p + 2 * stride],
                                x[p + 3 * stride],
                                used);
                    }
                    for (; p < end; p += stride) {
                        addCut(to, f, y[p], x[p], used);
                    }
                }
            }
        }

        @Override
        public void finish(int i, Object d, int at, int n, long element) {
            double[] x = order.independentTiles() ? totals[i] : sums[i];
            if (d instanceof float[] y) {
                for (int j = 0; j < n; j++) {
                    y[at + j] = (float) x[j];
                }
            } else {
                for (int j = 0; j < n; j++) {
                    store(d, at + j, Integer.toUnsignedLong(Float.floatToRawIntBits((float) x[j])));
                }
            }
        }

        @Override
        public boolean[] doubtful(int i) {
            double[] x = order.independentTiles() ? totals[i] : sums[i];
            boolean[] doubtful = new boolean[used];
            boolean filled = k % order.lanes().size() != 0; // with +0, which may show in a sum that is zero
            for (int j = 0; j < used; j++) {
                doubtful[j] = doubt[i][j] != 0 || Double.isNaN(x[j]) || filled && x[j] == 0;
            }
            return doubtful;
        }
    }

    // ------------------------------------------------------------------ loops over columns

    private static void add(double[] to, double x, double[] y, int n) {
        for (int j = 0; j < n; j++) {
            to[j] += x + y[j];
        }
    }

    private static void addProducts(double[] to, double[] y, double x, int n) {
        for (int j = 0; j < n; j++) {
            to[j] += x * y[j];
        }
    }

    private static void raiseUnlessZero(double[] to, double[] sums, double[] y, double x, int n) {
        for (int j = 0; j < n; j++) {
            to[j] = Math.max(to[j], Math.min(Math.abs(sums[j]) * 0x1p600, 1) * (x * y[j]));
        }
    }

    private static void addZero(double[] s, int n) {
        for (int j = 0; j < n; j++) {
            s[j] += 0.0;
        }
    }

    /** Adds tiles to the totals; a sum in binary64 of two numbers of binary32 may be rounded once more. */
    private static void join(double[] totals, double[] tile, double start, int n) {
        for (int j = 0; j < n; j++) {
            totals[j] = (float) (totals[j] + tile[j]);
            tile[j] = start;
        }
    }

    private static void raise(double[] to, double[] y, double x, int n) {
        for (int j = 0; j < n; j++) {
            to[j] = Math.max(to[j], Math.abs(x * y[j]));
        }
    }

    private static void raise(
            double[] to,
            double[] y0,
            double[] y1,
            double[] y2,
            double[] y3,
            double x0,
            double x1,
            double x2,
            double x3,
            int n) {
        for (int j = 0; j < n; j++) {
            to[j] = Math.max(Math.max(to[j], x0 * y0[j]), Math.max(Math.max(x1 * y1[j], x2 * y2[j]), x3 * y3[j]));
        }
    }

    private static void raise(double[] to, double[] s, int n) {
        for (int j = 0; j < n; j++) {
            to[j] = Math.max(to[j], leading(s[j]));
        }
    }

    private static void lead(double[] x, int n) {
        for (int j = 0; j < n; j++) {
            x[j] = leading(x[j]);
        }
    }

    private static void factors(double[] largest, double[] factor, double one, long[] units, int n) {
        for (int j = 0; j < n; j++) {
            factor[j] = one / largest[j];
            units[j] = 0;
        }
    }

    /** As above, beginning with what is left of the sums so far. */
    private static void units(double[] s, double[] largest, double[] factor, double one, long[] units, int n) {
        for (int j = 0; j < n; j++) {
            double f = one / largest[j];
            factor[j] = f;
            units[j] = (long) (s[j] * f);
        }
    }

    private static void addCut(long[] to, double[] factor, double[] y, double x, int n) {
        for (int j = 0; j < n; j++) {
            to[j] += (long) (x * y[j] * factor[j]);
        }
    }

    private static void addCut(
            long[] to,
            double[] factor,
            double[] y0,
            double[] y1,
            double[] y2,
            double[] y3,
            double x0,
            double x1,
            double x2,
            double x3,
            int n) {
        for (int j = 0; j < n; j++) {
            double f = factor[j];
            to[j] += (long) (x0 * y0[j] * f)
                    + (long) (x1 * y1[j] * f)
                    + (long) (x2 * y2[j] * f)
                    + (long) (x3 * y3[j] * f);
        }
    }

    /** Cuts sums to the 24 bits of binary32. */
    private static void truncate(long[] units, double[] largest, double unit, double[] s, int n) {
        for (int j = 0; j < n; j++) {
            double sum = units[j];
            double last = Math.max(1, leading(sum) * 0x1p-23);
            s[j] = (double) (long) (sum / last) * last * (largest[j] * unit);
        }
    }

    private static void scale(long[] units, double[] largest, double unit, double[] s, int n) {
        for (int j = 0; j < n; j++) {
            s[j] = units[j] * (largest[j] * unit);
        }
    }

    private static void toNearest(double[] s, int n) {
        for (int j = 0; j < n; j++) {
            s[j] = (float) s[j];
        }
    }

    /** Adds a product, and the magnitude of what is lost. */
    private static void addExactly(double[] s, double[] errors, double[] y, double x, int n) {
        for (int j = 0; j < n; j++) {
            double p = x * y[j];
            double t = s[j];
            double sum = t + p;
            double z = sum - t;
            errors[j] += Math.abs((t - (sum - z)) + (p - z));
            s[j] = sum;
        }
    }

    /**
     * Rounds sums whose exact values are within errors. What stands beside the errors is more than half a unit in the last
     * place of the sum, so that it is not lost, unless they are zero.
     */
    private static void round(double[] s, double[] errors, double[] doubt, float zero, int n) {
        for (int j = 0; j < n; j++) {
            double x = s[j];
            double e = errors[j];
            double margin = Math.min(e * 0x1p600, Math.abs(x) * 0x1p-51) + 4 * e;
            float low = (float) (x - margin) + zero;
            float high = (float) (x + margin) + zero;
            double tiny = Math.min((Math.abs(x) + e) * 0x1p600, 1) - Math.min(Math.abs(x) * 0x1p126, 1);
            doubt[j] += high - low + tiny;
            s[j] = low;
        }
    }

    /** Doubts sums of 2^128 or more, which overflow, and those below the normal numbers but not zero. */
    private static void doubtLimits(double[] s, double[] doubt, int n) {
        for (int j = 0; j < n; j++) {
            double x = Math.abs(s[j]);
            doubt[j] += Math.min(x * 0x1p900, 1) - Math.min(x * 0x1p126, 1) + x * 0x1p896 * 0;
        }
    }

    private static void doubtSpecial(double[] s, double[] doubt, int n) {
        for (int j = 0; j < n; j++) {
            doubt[j] += s[j] * 0;
        }
    }

    /** Doubts elements with a product that may be 2^128 or more: its weight is at least 2^127. */
    private static void doubtHuge(double[] largest, double[] doubt, int n) {
        for (int j = 0; j < n; j++) {
            doubt[j] += largest[j] * 0x1p897 * 0;
        }
    }

    /** Adds sums with units of their own, both cut to the larger one toward minus infinity. */
    private static void addFloors(long[] units, double[] largest, long[] other, double[] otherLargest, int n) {
        for (int j = 0; j < n; j++) {
            double most = Math.max(largest[j], otherLargest[j]);
            units[j] = (long)
                    (Math.floor(units[j] * (largest[j] / most)) + Math.floor(other[j] * (otherLargest[j] / most)));
            largest[j] = most;
        }
    }

    /** The second alignment, toward minus infinity, and the rounding. */
    private static void floors(
            long[] units,
            double[] largest,
            double unit,
            double sumBits,
            double addendBits,
            double reach,
            double[] s,
            int n) {
        for (int j = 0; j < n; j++) {
            double x = s[j];
            double weight = Math.max(leading(x), 0x1p-126);
            double top = Math.max(largest[j], weight);
            double sum = Math.floor(units[j] * (largest[j] / top * (unit * sumBits)));
            double kept = Math.floor(Math.min(weight * reach / top, 1)); // 1, or 0 for an addend that is out of reach
            double addend = Math.floor(x * (addendBits / top)) * kept;
            s[j] = (float) ((sum + addend * (sumBits / addendBits)) * (top / sumBits));
        }
    }
}
