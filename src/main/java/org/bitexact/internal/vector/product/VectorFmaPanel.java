package org.bitexact.internal.vector.product;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.FloatRows;
import org.bitexact.internal.array.FmaPanel;
import org.bitexact.internal.array.Scratch;
import org.bitexact.internal.vector.LoopVariants;

/**
 * Chains of fused multiply-adds in registers: those of six rows and four vectors of columns, or two vectors on machines
 * whose 256-bit vectors stand for 16 registers. Steps of a row of B load it once, and each number of A is broadcast.
 *
 * <p>What an operation is called on is either the result of another one or {@linkplain #TYPE cast}. The compiler of JDK 17
 * does not know the class of vectors that have been loaded, broadcast or carried by a loop. It guesses as long as the
 * process has vectors of floats of one length only; where there are others, vectors become objects.
 */
final class VectorFmaPanel implements FmaPanel {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    /** The class of these vectors. To cast to it costs nothing. */
    static final Class<? extends FloatVector> TYPE = FloatVector.zero(FLOATS).getClass();

    static final int LANES = FLOATS.length();
    static final boolean NARROW = FLOATS.vectorBitSize() == 256;
    static final int COLUMNS = NARROW ? 2 * LANES : 4 * LANES;
    /** Rows of A that are taken at once. */
    static final int ROWS = 6;
    /** Rows of A that are copied at once. */
    private static final int GROUP = 8 * ROWS;
    /** Steps that are taken at once. */
    private static final int STEPS = 2048;
    /** Distance of copied rows: a constant, so that loops need one index for all of them; they lie on other lines. */
    private static final int DISTANCE = STEPS + 16;
    /** Columns from which on copying rows of A takes less time than it saves. */
    private static final int COPIED = 3 * COLUMNS;

    private static final float[] NONE = {};

    /** Rows of A as they were copied. */
    private static final TileLoop COPIES = sixRows(DISTANCE);
    /** Rows of A at any distance. */
    private static final TileLoop LINES = sixRows(0);

    private final int depth;
    private final int columns;
    /** For each stretch of {@link #COLUMNS} columns, that of all rows. */
    private final float[] b;
    /** Copies of rows of A, if there may be any. */
    private final float[] copies;
    /** Sums of a stretch that is narrower than others. */
    private final FloatRows narrow = new FloatRows(new float[GROUP * COLUMNS], 0, COLUMNS);

    VectorFmaPanel(int depth, int columns) {
        this.depth = depth;
        this.columns = columns;
        b = Scratch.floats(Math.multiplyExact(depth, columns));
        copies = columns < COPIED ? NONE : Scratch.floats(GROUP * DISTANCE);
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void load(float[] x, int from, int stride, int first, int rows, int n) {
        int whole = n / COLUMNS * COLUMNS;
        for (int i = 0; i < rows; i++) {
            int at = from + i * stride;
            int to = (first + i) * COLUMNS;
            copyWhole(x, at, whole, b, to, depth * COLUMNS);
            if (whole < n) {
                int rest = depth * whole + to;
                System.arraycopy(x, at + whole, b, rest, n - whole);
                Arrays.fill(b, rest + n - whole, rest + COLUMNS, 0);
            }
        }
    }

    /** Copies stretches of {@link #COLUMNS} numbers to places that are farther apart. */
    private static void copyWhole(float[] x, int from, int n, float[] to, int at, int distance) {
        for (int j = 0, q = at; j < n; j += COLUMNS, q += distance) {
            for (int l = 0; l < COLUMNS; l += LANES) {
                TYPE.cast(FloatVector.fromArray(FLOATS, x, from + j + l)).intoArray(to, q + l);
            }
        }
    }

    @Override
    public void close() {
        Scratch.release(b);
        if (copies != NONE) {
            Scratch.release(copies);
        }
    }

    @Override
    public boolean accumulate(FloatRows a, int rows, int p, int k, FloatRows start, FloatRows sums, int n) {
        boolean nan = false;
        boolean copied = n >= COPIED;
        FloatRows copiedRows = new FloatRows(copies, 0, DISTANCE);
        for (int q = 0; q < k; q += STEPS) {
            int steps = Math.min(STEPS, k - q);
            FloatRows before = q == 0 ? start : sums;
            for (int i = 0; i < rows; i += GROUP) {
                int count = Math.min(GROUP, rows - i);
                for (int r = 0; copied && r < count; r++) {
                    System.arraycopy(a.array(), a.at(i + r) + q, copies, r * DISTANCE, steps);
                }
                FloatRows taken = copied ? copiedRows : a.from(i, q);
                for (int j = 0; j < n; j += COLUMNS) {
                    int at = depth * j + (p + q) * COLUMNS;
                    nan |= columns(
                            copied ? COPIES : LINES,
                            taken,
                            count,
                            at,
                            steps,
                            before.from(i, j),
                            sums.from(i, j),
                            Math.min(COLUMNS, n - j));
                }
            }
        }
        return nan;
    }

    /** Columns of a stretch, from numbers x to sums s. */
    private boolean columns(TileLoop tiles, FloatRows a, int rows, int bFrom, int k, FloatRows x, FloatRows s, int n) {
        if (n == COLUMNS) {
            return stretch(tiles, a, rows, bFrom, k, x, s);
        }
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x.array(), x.at(i), narrow.array(), narrow.at(i), n);
        }
        boolean nan = stretch(tiles, a, rows, bFrom, k, narrow, narrow);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(narrow.array(), narrow.at(i), s.array(), s.at(i), n);
        }
        return nan;
    }

    private boolean stretch(TileLoop tiles, FloatRows a, int rows, int bFrom, int k, FloatRows x, FloatRows s) {
        int whole = rows / ROWS * ROWS;
        tiles.run(a, whole, b, bFrom, k, x, s);
        for (int i = whole; i < rows; i++) {
            if (NARROW) {
                oneByTwo(a.array(), a.at(i), b, bFrom, k, x.array(), x.at(i), s.array(), s.at(i));
            } else {
                oneByFour(a.array(), a.at(i), b, bFrom, k, x.array(), x.at(i), s.array(), s.at(i));
            }
        }
        return mayBeNaN(s.array(), s.at(0), s.stride(), rows);
    }

    /** One row and four vectors of columns. */
    private static void oneByFour(
            float[] a, int from, float[] b, int bFrom, int k, float[] x, int f0, float[] s, int t0) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, x, f0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, x, f0 + LANES);
        FloatVector s02 = FloatVector.fromArray(FLOATS, x, f0 + 2 * LANES);
        FloatVector s03 = FloatVector.fromArray(FLOATS, x, f0 + 3 * LANES);
        for (int p = 0, at = bFrom; p < k; p++, at += 4 * LANES) {
            FloatVector b0 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at));
            FloatVector b1 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + LANES));
            FloatVector b2 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + 2 * LANES));
            FloatVector b3 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + 3 * LANES));
            FloatVector y = FloatVector.broadcast(FLOATS, a[from + p]);
            s00 = b0.fma(y, s00);
            s01 = b1.fma(y, s01);
            s02 = b2.fma(y, s02);
            s03 = b3.fma(y, s03);
        }
        TYPE.cast(s00).intoArray(s, t0);
        TYPE.cast(s01).intoArray(s, t0 + LANES);
        TYPE.cast(s02).intoArray(s, t0 + 2 * LANES);
        TYPE.cast(s03).intoArray(s, t0 + 3 * LANES);
    }

    /** One row and two vectors of columns. */
    private static void oneByTwo(
            float[] a, int from, float[] b, int bFrom, int k, float[] x, int f0, float[] s, int t0) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, x, f0);
        FloatVector s01 = FloatVector.fromArray(FLOATS, x, f0 + LANES);
        for (int p = 0, at = bFrom; p < k; p++, at += 2 * LANES) {
            FloatVector b0 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at));
            FloatVector b1 = TYPE.cast(FloatVector.fromArray(FLOATS, b, at + LANES));
            FloatVector y = FloatVector.broadcast(FLOATS, a[from + p]);
            s00 = b0.fma(y, s00);
            s01 = b1.fma(y, s01);
        }
        TYPE.cast(s00).intoArray(s, t0);
        TYPE.cast(s01).intoArray(s, t0 + LANES);
    }

    /** Whether a number of a stretch may be NaN; a sum of numbers is, where one of them is. */
    private static boolean mayBeNaN(float[] x, int from, int stride, int rows) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0, at = from; i < rows; i++, at += stride) {
            for (int l = 0; l < COLUMNS; l += LANES) {
                sum = TYPE.cast(FloatVector.fromArray(FLOATS, x, at + l)).add(sum);
            }
        }
        return TYPE.cast(sum).compare(VectorOperators.NE, sum).anyTrue();
    }

    private static TileLoop sixRows(int apart) {
        return LoopVariants.make(MethodHandles.lookup(), TileLoop.class, SixRowLoop.class, new SixRowLoop.Shape(apart));
    }

    @Override
    public void add(float[] sums, int at, int n, int[] totals) {
        for (int j = 0; j < n; j += LANES) {
            IntVector.fromArray(INTS, totals, j).add(integers(sums, at + j)).intoArray(totals, j);
        }
    }

    @Override
    public void addHalf(float[] sums, int at, int n, int number, int[] totals) {
        for (int j = 0; j < n; j += LANES) {
            IntVector halves = integers(sums, at + j).neg().add(number).lanewise(VectorOperators.ASHR, 1);
            IntVector.fromArray(INTS, totals, j).add(halves).intoArray(totals, j);
        }
    }

    private static IntVector integers(float[] sums, int from) {
        return TYPE.cast(FloatVector.fromArray(FLOATS, sums, from))
                .reinterpretAsInts()
                .sub(Float.floatToRawIntBits(INTEGER_ZERO));
    }
}
