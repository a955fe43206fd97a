package org.bitexact.engine;

import java.util.Arrays;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;
import org.bitexact.internal.array.FloatRows;
import org.bitexact.internal.array.FmaPanel;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.ProductLoops;
import org.bitexact.internal.array.Scratch;
import org.bitexact.internal.kernel.Panel;
import org.bitexact.internal.kernel.PanelRule;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of engines whose steps are fused multiply-adds in binary32, in whatever {@link Order}: chains, lanes
 * that are added in a tree, tiles that are added to the sum. {@link FloatModel} defines the results; what is left in doubt
 * here it computes.
 *
 * <p>Each lane of a tile is a chain, by the loops of the default contract. Where a lane has one element, there are loops
 * for a tile as a whole.
 *
 * <p><b>Flushing</b>. Operands are flushed as they are converted. Results need not be, where operands and addend are
 * multiples of some <i>2^u</i>, u at least -126: so are their exact sums, and rounding to 24 bits keeps that, as either
 * the result is exact or its last place is larger. What is not zero is at least 2^-126 then. For products this is known from
 * the smallest operands of some rows and of a panel, or from the formats. Otherwise each result is compared with 2^-126:
 * below it, rounding to binary32 says that all of the rules flush; at 2^-126 it depends on the exact value, so that such an
 * element is doubtful unless results are flushed after they have become subnormal.
 *
 * <p><b>NaN</b>: sums become NaN where those of the engine do. Where operands decide which, the element is doubtful.
 *
 * <p><b>Filling up</b> a tile adds +0, which shows only in a result that is zero; such are doubtful then.
 */
final class FusedPanelRule implements PanelRule {
    /** Most lanes of one element that loops take at once. */
    private static final int TREE = 4;
    /** Rows of A whose lanes stay in the first cache. */
    private static final int ROWS = 12;
    /** The least magnitude of an addend that is a multiple of the smallest normal number. */
    private static final float LEAST_ADDEND = 0x1p-103f;

    private static final float[][] NONE = {};

    private final Spec spec;
    private final Order order;
    private final int depth;
    private final Places places;
    private final Conditioner conditionerA;
    private final Conditioner conditionerB;
    private final int trailingBits; // of both operands together
    private final boolean flushes; // results
    private final boolean scans; // operands, since results may be tiny
    private final boolean trees;

    private FusedPanelRule(Spec spec, FloatFormat a, FloatFormat b) {
        this.spec = spec;
        order = spec.order();
        depth = order.tile() > DEPTH ? DEPTH : DEPTH / order.tile() * order.tile();
        places = new Places(order, depth);
        conditionerA = new Conditioner(spec, a);
        conditionerB = new Conditioner(spec, b);
        trailingBits = conditionerA.trailingBits() + conditionerB.trailingBits();
        flushes = spec.underflow() != Underflow.GRADUAL;
        scans = flushes && a.subnormalQuantumExponent() + b.subnormalQuantumExponent() < Float.MIN_EXPONENT;
        trees = isTree(order);
    }

    private static boolean isTree(Order order) {
        int count = order.laneCount();
        boolean inPlace = true;
        for (int i = 0; i < order.lanes().size(); i++) {
            inPlace &= order.lanes().get(i) == i;
        }
        return !order.sequence()
                && order.negativeZero()
                && inPlace
                && order.tile() == count
                && (count == 2 || count == TREE);
    }

    /** {@return matrix products of an engine, or null if it works otherwise} */
    static @Nullable PanelRule of(Engine engine) {
        Spec spec = engine.spec().orElse(null);
        if (spec == null
                || !spec.isFusedMultiplyAdd()
                || !(engine.formatA() instanceof FloatFormat a)
                || !(engine.formatB() instanceof FloatFormat b)
                || !Kernels.isExactInBinary32(a)
                || !Kernels.isExactInBinary32(b)
                || !isBinary32((FloatFormat) engine.formatC())
                || !isBinary32((FloatFormat) engine.accumulator())
                || !isBinary32((FloatFormat) engine.formatD())) {
            return null;
        }
        Order order = spec.order();
        boolean flushes = spec.underflow() != Underflow.GRADUAL;
        boolean joins = order.independentTiles();
        boolean even = spec.rounding() == Rounding.TIES_TO_EVEN;
        boolean odd = spec.rounding() == Rounding.TO_ODD && isTree(order) && order.laneCount() == 2;
        boolean suits = spec.zeroSign() == ZeroSign.IEEE
                && spec.flushAddend() == flushes
                && (even || odd && a.precision() + b.precision() <= 24)
                && (order.tile() <= DEPTH || order.tile() == Order.WHOLE)
                && (!order.negativeZero() || isTree(order) || order.sequence())
                && (!joins || order.join() == spec.rounding() && order.joinUnderflow() == spec.underflow());
        return suits ? new FusedPanelRule(spec, a, b) : null;
    }

    private static boolean isBinary32(FloatFormat format) {
        return format.sameEncoding(Formats.BINARY32);
    }

    @Override
    public boolean suits(ProductLoops loops) {
        return true;
    }

    @Override
    public int depth() {
        return depth;
    }

    @Override
    public int columns(ProductLoops loops, int n, int k, int shares) {
        return loops.chainColumns(n, Math.min(k, depth), shares);
    }

    @Override
    public boolean conditions() {
        return places.permute() && !trees || conditionerA.changes();
    }

    @Override
    public void condition(float[] row, int from, int k) {
        conditionerA.apply(row, from, k);
        if (places.permute() && !trees) {
            places.permute(row, from, k);
        }
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
        return trees ? p : places.place(p, k);
    }

    @Override
    public Panel panel(ProductLoops loops, int rows, int columns, int k) {
        return trees
                ? new Trees(rows, columns, k)
                : new Chains(loops.fma(Math.min(k, depth), columns), rows, columns, k);
    }

    /** Accumulators and what is in doubt about them. */
    private abstract class Sums extends Panel {
        final int columns;
        final int k;
        final float[][] b; // rows of B, if results may have to be flushed
        final float[] sums;
        private final boolean[][] doubtful;
        private final float[] zeros;
        private double leastOfB;
        private boolean complete = true; // whether the panel is
        int used; // columns
        /** Whether results of these rows are flushed, as some may be tiny. */
        boolean flushing;

        Sums(int rows, int columns, int k, boolean keepsB) {
            this.columns = columns;
            this.k = k;
            b = keepsB ? Scratch.rows(Math.min(k, depth), columns) : NONE;
            sums = Scratch.floats(rows * columns);
            doubtful = new boolean[rows][columns];
            zeros = new float[columns];
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int m, int n) {
            if (b != NONE) {
                for (int i = 0; i < m; i++) {
                    System.arraycopy(x, from + i * stride, b[first + i], 0, n);
                }
            }
            if (scans) {
                leastOfB = complete ? Double.POSITIVE_INFINITY : leastOfB;
                complete = false;
                for (int i = 0; i < m; i++) {
                    leastOfB = Math.min(leastOfB, Smallest.magnitude(x, from + i * stride, n));
                }
            }
        }

        @Override
        public void loaded(int steps, int n) {
            complete = true;
        }

        @Override
        public void start(int i, @Nullable Object c, int at, int n) {
            flushing &= i > 0;
            used = n;
            Arrays.fill(doubtful[i], 0, n, k == 0);
            if (c == null) {
                Arrays.fill(sums, i * columns, i * columns + n, 0);
                return;
            }
            for (int j = 0; j < n; j++) {
                float x = c instanceof float[] numbers ? numbers[at + j] : Float.intBitsToFloat((int) code(c, at + j));
                if (flushes && Math.abs(x) < LEAST_ADDEND) {
                    if (Math.abs(x) < Float.MIN_NORMAL) {
                        x = spec.flushToPlus() && x != 0 ? 0 : 0 * x;
                    } else {
                        doubtful[i][j] = true;
                    }
                }
                sums[i * columns + j] = x;
            }
        }

        @Override
        public void accumulate(float[] a, int from, int stride, int rows, int first, int steps) {
            for (int i = 0; scans && !flushing && i < rows; i++) {
                double least = Smallest.magnitude(a, from + i * stride, steps) * leastOfB;
                // each is less than twice the power of two below it
                flushing = !(least >= Math.scalb(4.0, trailingBits + Float.MIN_EXPONENT));
            }
            for (int i = 0; i < rows; i += ROWS) {
                steps(new FloatRows(a, from + i * stride, stride), i, Math.min(ROWS, rows - i), first, steps);
            }
        }

        /**
         * Takes steps of some rows.
         *
         * @param a rows of A
         * @param row number of the first one
         * @param rows their number
         */
        abstract void steps(FloatRows a, int row, int rows, int first, int steps);

        /** {@return a result that is flushed if need be} */
        final float flushed(float x, int i, int j) {
            if (!(Math.abs(x) <= Float.MIN_NORMAL) || x == 0) {
                return x;
            }
            if (Math.abs(x) < Float.MIN_NORMAL) {
                return 0 * x;
            }
            doubtful[i][j] |= spec.underflow() != Underflow.FLUSH_SUBNORMAL;
            return x;
        }

        /** Whether the last tile has been filled up. */
        private boolean isFilled() {
            return k % order.lanes().size() != 0 && !order.rotated() && !trees;
        }

        @Override
        public void finish(int i, Object d, int at, int n, long element) {
            float[] x = sums;
            int from = i * columns;
            if (spec.nan() != NanResult.X86 && mayBeSpecial(i, n)) {
                FmaPanel.replaceNans(
                        x, from, n, Float.intBitsToFloat(spec.nan() == NanResult.ALL_ONES ? ~0 >>> 1 : 0x7fc0_0000));
            }
            if (d instanceof float[] y) {
                System.arraycopy(x, from, y, at, n);
            } else {
                for (int j = 0; j < n; j++) {
                    store(d, at + j, Integer.toUnsignedLong(Float.floatToRawIntBits(x[from + j])));
                }
            }
        }

        /** {@return whether a sum is infinite or NaN} */
        private boolean mayBeSpecial(int i, int n) {
            Arrays.fill(zeros, 0, n, 0);
            addZeros(sums, i * columns, zeros, n);
            for (int j = 0; j < n; j++) {
                if (zeros[j] != 0) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean[] doubtful(int i) {
            boolean[] doubts = doubtful[i];
            boolean nans = spec.nan() == NanResult.X86;
            boolean odd = spec.rounding() == Rounding.TO_ODD;
            if (isFilled() || odd || nans && mayBeSpecial(i, used)) {
                for (int j = 0; j < used; j++) {
                    float x = sums[i * columns + j];
                    doubts[j] |=
                            x == 0 && isFilled() || nans && Float.isNaN(x) || odd && !(Math.abs(x) < Float.MAX_VALUE);
                    doubts[j] |= odd && flushing;
                }
            }
            return doubts;
        }

        @Override
        public void close() {
            if (b != NONE) {
                Scratch.release(b);
            }
            Scratch.release(sums);
        }
    }

    /** Makes elements NaN where numbers are infinite or NaN; compilers vectorise this. */
    private static void addZeros(float[] x, int from, float[] zeros, int n) {
        for (int j = 0; j < n; j++) {
            zeros[j] += x[from + j] * 0;
        }
    }

    // ------------------------------------------------------------------ lanes of many elements

    private final class Chains extends Sums {
        private final FmaPanel chains;
        private final float[][] lanes; // sums, in places like those of all rows; of tiles that go on, of all rows
        private final FloatRows zero;
        private final boolean goesOn; // a tile, in the next panel

        Chains(FmaPanel chains, int rows, int columns, int k) {
            super(rows, columns, k, scans);
            this.chains = chains;
            goesOn = order.tile() == Order.WHOLE;
            lanes = new float[order.independentTiles() ? order.sequence() ? 1 : order.laneCount() : 0][];
            for (int l = 0; l < lanes.length; l++) {
                lanes[l] = Scratch.floats((goesOn ? rows : Math.min(rows, ROWS)) * columns);
            }
            float[] start = new float[columns];
            Arrays.fill(start, order.negativeZero() ? -0f : 0f);
            zero = new FloatRows(start, 0, 0);
        }

        @Override
        public void load(float[] x, int from, int stride, int first, int m, int n) {
            super.load(x, from, stride, first, m, n);
            chains.load(x, from, stride, first, m, n);
        }

        @Override
        void steps(FloatRows a, int row, int rows, int first, int steps) {
            FloatRows own = new FloatRows(sums, row * columns, columns);
            if (lanes.length == 0) {
                chain(a, row, rows, 0, steps, own, own);
                return;
            }
            int tile = goesOn ? steps : order.tile();
            for (int from = 0; from < steps; from += tile) {
                int length = Math.min(tile, steps - from);
                boolean begins = first + from == 0 || !goesOn;
                int at = from;
                for (int l = 0; l < lanes.length; l++) {
                    int count = lanes.length == 1 ? length : places.count(l, length);
                    FloatRows lane = new FloatRows(lanes[l], goesOn ? row * columns : 0, columns);
                    chain(a.from(0, at), row, rows, at, count, begins ? zero : lane, lane);
                    at += count;
                }
                if (!goesOn || first + steps == k) {
                    join(row, rows);
                }
            }
        }

        /** Takes steps of chains; none if there are none, but for their start. */
        private void chain(FloatRows a, int row, int rows, int p, int n, FloatRows start, FloatRows to) {
            if (n > 0 && !flushing) {
                chains.accumulate(a, rows, p, n, start, to, used);
                return;
            }
            for (int i = 0; i < rows; i++) {
                if (start != to) {
                    System.arraycopy(start.array(), start.at(i), to.array(), to.at(i), used);
                }
                for (int q = 0; q < n; q++) {
                    float x = a.array()[a.at(i) + q];
                    float[] y = b[p + q];
                    float[] s = to.array();
                    for (int j = 0, at = to.at(i); j < used; j++, at++) {
                        s[at] = flushed(Math.fma(x, y[j], s[at]), row + i, j);
                    }
                }
            }
        }

        /** Adds the lanes in a tree, and the tile to the sums. */
        private void join(int row, int rows) {
            int at = goesOn ? row * columns : 0;
            float[][] tree = new float[lanes.length][];
            for (int i = 0; i < tree.length; i++) {
                tree[i] = lanes[(i + (order.rotated() ? k % tree.length : 0)) % tree.length];
            }
            int n = rows * columns;
            for (int count = tree.length; count > 1; count = (count + 1) / 2) {
                for (int i = 0; i < count / 2; i++) {
                    add(tree[2 * i + 1], at, tree[2 * i], at, n, row);
                    tree[i] = tree[2 * i];
                }
                if (count % 2 == 1) {
                    tree[count / 2] = tree[count - 1];
                }
            }
            add(tree[0], at, sums, row * columns, n, row);
        }

        private void add(float[] x, int from, float[] to, int at, int n, int row) {
            if (!flushing) {
                addTo(x, from, to, at, n);
                return;
            }
            for (int q = 0; q < n; q++) {
                to[at + q] = flushed(to[at + q] + x[from + q], row + q / columns, q % columns);
            }
        }

        @Override
        public void close() {
            super.close();
            chains.close();
            for (float[] lane : lanes) {
                Scratch.release(lane);
            }
        }
    }

    private static void addTo(float[] x, int from, float[] to, int at, int n) {
        for (int q = 0; q < n; q++) {
            to[at + q] += x[from + q];
        }
    }

    // ------------------------------------------------------------------ lanes of one element

    private final class Trees extends Sums {
        private final float[] none = new float[columns];
        private final float[] row = new float[columns];

        Trees(int rows, int columns, int k) {
            super(rows, columns, k, true);
        }

        @Override
        void steps(FloatRows a, int first, int rows, int from, int steps) {
            int tile = order.tile();
            for (int i = 0; i < rows; i++) {
                System.arraycopy(sums, (first + i) * columns, row, 0, used);
                for (int p = 0; p < steps; p += tile) {
                    int left = steps - p;
                    float[] x = a.array();
                    int at = a.at(i) + p;
                    float[] y1 = left > 1 ? b[p + 1] : none;
                    float x1 = left > 1 ? x[at + 1] : 0;
                    if (tile == TREE) {
                        float[] y2 = left > 2 ? b[p + 2] : none;
                        float x2 = left > 2 ? x[at + 2] : 0;
                        float[] y3 = left > 3 ? b[p + 3] : none;
                        float x3 = left > 3 ? x[at + 3] : 0;
                        if (flushing) {
                            fourFlushed(row, b[p], y1, y2, y3, x[at], x1, x2, x3, first + i);
                        } else {
                            four(row, b[p], y1, y2, y3, x[at], x1, x2, x3, used);
                        }
                    } else if (spec.rounding() == Rounding.TO_ODD) {
                        twoToOdd(row, b[p], y1, x[at], x1, used);
                    } else if (flushing) {
                        twoFlushed(row, b[p], y1, x[at], x1, first + i);
                    } else {
                        two(row, b[p], y1, x[at], x1, used);
                    }
                }
                System.arraycopy(row, 0, sums, (first + i) * columns, used);
            }
        }

        private void fourFlushed(
                float[] s,
                float[] y0,
                float[] y1,
                float[] y2,
                float[] y3,
                float x0,
                float x1,
                float x2,
                float x3,
                int i) {
            for (int j = 0; j < used; j++) {
                float left = flushed(flushed(x0 * y0[j], i, j) + flushed(x1 * y1[j], i, j), i, j);
                float right = flushed(flushed(x2 * y2[j], i, j) + flushed(x3 * y3[j], i, j), i, j);
                s[j] = flushed(flushed(left + right, i, j) + s[j], i, j);
            }
        }

        private void twoFlushed(float[] s, float[] y0, float[] y1, float x0, float x1, int i) {
            for (int j = 0; j < used; j++) {
                float t = flushed(flushed(x0 * y0[j], i, j) + flushed(x1 * y1[j], i, j), i, j);
                s[j] = flushed(t + s[j], i, j);
            }
        }
    }

    private static void four(
            float[] s, float[] y0, float[] y1, float[] y2, float[] y3, float x0, float x1, float x2, float x3, int n) {
        for (int j = 0; j < n; j++) {
            s[j] = ((x0 * y0[j] + x1 * y1[j]) + (x2 * y2[j] + x3 * y3[j])) + s[j];
        }
    }

    private static void two(float[] s, float[] y0, float[] y1, float x0, float x1, int n) {
        for (int j = 0; j < n; j++) {
            s[j] = (x0 * y0[j] + x1 * y1[j]) + s[j];
        }
    }

    private static void twoToOdd(float[] s, float[] y0, float[] y1, float x0, float x1, int n) {
        for (int j = 0; j < n; j++) {
            s[j] = addToOdd(addToOdd(x0 * y0[j], x1 * y1[j]), s[j]);
        }
    }

    /**
     * {@return the sum rounded to odd, unless it overflows}
     *
     * <p>The sum to nearest is one of the two neighbours of an exact sum that is no number, and of the two one is odd. The
     * error of the sum to nearest is a number, which six operations find (Knuth, TAOCP 2, 4.2.2, Theorem B); its sign
     * tells on which side the other neighbour is.
     */
    static float addToOdd(float x, float y) {
        float s = x + y;
        float z = s - x;
        float error = (x - (s - z)) + (y - z);
        int bits = Float.floatToRawIntBits(s);
        int errorBits = Float.floatToRawIntBits(error);
        int magnitude = errorBits & Integer.MAX_VALUE;
        int inexact = (magnitude + Integer.MAX_VALUE & magnitude - 0x7f80_0001) >>> 31; // 1 for a number but zero
        int away = (bits ^ errorBits) >> 31 | 1; // -1 toward zero
        return Float.intBitsToFloat(bits + (inexact & ~bits) * away);
    }
}
