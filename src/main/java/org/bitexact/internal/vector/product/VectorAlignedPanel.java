package org.bitexact.internal.vector.product;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.AlignedPanel;
import org.bitexact.internal.array.AlignedSteps;
import org.bitexact.internal.array.AlignedSteps.Accumulator;
import org.bitexact.internal.array.AlignedSteps.Factor;

/**
 * Steps of a matrix engine, the columns of a panel side by side, for a few rows of A at a time.
 *
 * <p>The exponent <i>E</i> of an operand is found once; that of a zero is below every other. For a step, one loop over
 * the rows finds the largest <i>E(a) + E(b)</i>, in 16-bit lanes. Another does the rest in binary64: <i>M</i>, which is
 * that or the accumulator's; the sum of the terms in units of <i>U = 2^(M - fractionBits)</i>, each cut toward zero; its
 * rounding.
 *
 * <p><b>Cutting</b>. A sum starts at 1.5 * 2^52 U, so that its last place is U. A term is brought nearer to zero by
 * (1/2 - 2^-24) U, and then added. This rounds it to the multiple of U that is nearest, which is the term cut toward zero:
 * terms have at most 24 bits, both products and accumulators; so their magnitude is (n + f) U where n is an integer and f
 * in [0, 1 - 2^-23], or n is 0 and f in [0, 1 - 2^-24]; and n + f - 1/2 + 2^-24 lies between n - 1/2 and n + 1/2, or is 1/2,
 * a tie. A product of numbers of 24 bits together has no significand 2^24 - 1, but an accumulator may; it is added first, to an
 * even number, which the tie goes to. The sum with the half is less than 2^(fractionBits + 2), at most 2^29, and its last
 * place not below 2^-24 unless n is 0: it is exact, or rounded to something from -1/2 + 2^-24 to below 1/2. Sums stay below 2^51 U.
 *
 * <p><b>Rounding</b>. A sum less what it started from is exact, and a number of a few more than 24 bits. It is rounded
 * toward zero by clearing bits, or to nearest.
 *
 * <p><b>Range</b>. Accumulators are right while M is in [{@link #low}, {@value #HIGH}]: nonzero ones are then normal
 * numbers of binary32. A step whose terms are all zeros is right as well. Where the exponents of some rows and of a panel
 * show that each nonzero product has an exponent of at least {@code low + fractionBits}, nothing else can happen: a step
 * with such a product yields a multiple of 2^low, and one without leaves the exponent of its accumulator. Otherwise each
 * step is checked. Accumulators that start outside of the range are doubtful.
 */
final class VectorAlignedPanel implements AlignedPanel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> HALF_OF_SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    private static final VectorSpecies<Float> HALF_OF_FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    /** As many as there are lanes of 64 bits; more where vectors have 128 bits. */
    private static final VectorSpecies<Short> QUARTER_OF_SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    /** The class of vectors of binary64, as in {@link VectorFmaPanel#TYPE}. */
    private static final Class<? extends DoubleVector> WIDE =
            DoubleVector.zero(DOUBLES).getClass();

    private static final Class<? extends LongVector> LONG =
            LongVector.zero(LONGS).getClass();

    private static final int LANES = INTS.length();
    private static final int WIDE_LANES = LONGS.length();
    private static final int COLUMNS = VectorFmaPanel.COLUMNS;
    /** Where the second vector of exponents of a row begins: with the first one where columns are few. */
    private static final int OTHER = COLUMNS - SHORTS.length();
    /** Rows of A whose accumulators and exponents are in the first cache; a multiple of four. */
    private static final int ROWS = 16;

    private static final int SIGN = 0x8000_0000;
    private static final int BIAS = 127;
    private static final int FRACTION_BITS = 23;
    private static final long WIDE_SIGN = 1L << 63;
    private static final long WIDE_EXPONENT = 0x7ffL << 52;
    private static final int WIDE_BIAS = 1023;
    private static final int WIDE_FRACTION_BITS = 52;

    /** The exponent of a zero: below every other one, and so are sums of two of them and of one and any other. */
    private static final int ZERO = -10_000;
    /** Above the exponents of sums with a zero, below others. */
    private static final int NOT_ZERO = -1000;
    /** The exponent of the smallest normal number of binary16. */
    private static final int HALF_EMIN = Accumulator.BINARY16_NEAREST.emin();
    /** The largest M. */
    private static final int HIGH = 100;
    /** Products up to here let the accumulator grow within a panel, but not beyond binary32. */
    private static final int HIGH_PRODUCTS = 90;

    private final AlignedSteps steps;
    private final boolean tiles;
    private final int stride; // of rows of A
    private final boolean half;
    private final int low; // the smallest M
    private final int least; // the smallest M, or the floor of the engine, if it is larger

    private final float[] b;
    private final double[] factorsB;
    private final short[] exponentsB;
    private final int[] specialB = new int[COLUMNS];
    private final float[] a; // up to three rows more than asked for, as rows are taken four at a time
    private final double[] factorsA;
    private final short[] exponentsA;
    private final Range rangeOfA = new Range();
    private final Range rangeOfB = new Range();

    private final double[] accumulators;
    private final double[] totals; // of tiles so far
    private final long[] doubts;

    private final short[] largest = new short[ROWS * COLUMNS + QUARTER_OF_SHORTS.length()];
    private final float[] narrow = new float[ROWS * COLUMNS];
    private final Part[] parts;
    private final Part[] checkedParts;

    VectorAlignedPanel(AlignedSteps steps, boolean tiles, int rows, int depth) {
        this.steps = steps;
        this.tiles = tiles;
        half = steps.accumulator() == Accumulator.BINARY16_NEAREST;
        low = steps.fractionBits() - 125;
        least = Math.max(low, steps.floor());
        stride = (depth + LANES - 1) / LANES * LANES;
        b = new float[depth * COLUMNS];
        factorsB = new double[depth * COLUMNS];
        exponentsB = new short[depth * COLUMNS];
        int all = (rows + 3) / 4 * 4;
        a = new float[all * stride];
        factorsA = new double[all * stride];
        exponentsA = new short[all * stride];
        Arrays.fill(exponentsA, (short) ZERO);
        accumulators = new double[all * COLUMNS];
        totals = new double[tiles ? all * COLUMNS : 0];
        doubts = new long[all * COLUMNS];
        parts = parts(false);
        checkedParts = parts(true);
    }

    @Override
    public float[] row(int p) {
        return b;
    }

    @Override
    public int from(int p) {
        return p * COLUMNS;
    }

    // ------------------------------------------------------------------ operands

    /** The exponents of nonzero numbers, lane by lane, and which lanes have infinities or NaNs. */
    private static final class Range {
        final int[] least = new int[LANES];
        final int[] most = new int[LANES];
        final int[] special = new int[LANES];

        void clear() {
            Arrays.fill(least, -ZERO);
            Arrays.fill(most, ZERO);
        }

        int least() {
            return IntVector.fromArray(INTS, least, 0).reduceLanes(VectorOperators.MIN);
        }

        int most() {
            return IntVector.fromArray(INTS, most, 0).reduceLanes(VectorOperators.MAX);
        }
    }

    @Override
    public void loaded(int n) {
        rangeOfB.clear();
        for (int j = 0; j < COLUMNS; j += LANES) {
            Arrays.fill(rangeOfB.special, 0);
            condition(b, j, COLUMNS, n, steps.b(), 0, exponentsB, rangeOfB);
            System.arraycopy(rangeOfB.special, 0, specialB, j, LANES);
        }
        widen(b, 0, n * COLUMNS, factorsB);
    }

    /** Takes a row of A. */
    private void load(float[] from, int at, int n, int row) {
        int to = row * stride;
        int vectors = (n + LANES - 1) / LANES;
        System.arraycopy(from, at, a, to, n);
        Arrays.fill(a, to + n, to + vectors * LANES, 0);
        Arrays.fill(rangeOfA.special, 0);
        condition(a, to, LANES, vectors, steps.a(), WIDE_BIAS, exponentsA, rangeOfA);
        widen(a, to, vectors * LANES, factorsA);
        for (int s : rangeOfA.special) {
            if (s != 0) {
                Arrays.fill(doubts, row * COLUMNS, (row + 1) * COLUMNS, 1);
                break;
            }
        }
    }

    /** Conditions some vectors of numbers and finds their exponents, to which a bias is added. */
    private static void condition(
            float[] numbers,
            int from,
            int distance,
            int vectors,
            Factor factor,
            int bias,
            short[] exponents,
            Range range) {
        IntVector emin = IntVector.broadcast(INTS, factor.emin());
        IntVector mask = IntVector.broadcast(INTS, factor.mask());
        IntVector special = IntVector.fromArray(INTS, range.special, 0);
        IntVector low = IntVector.fromArray(INTS, range.least, 0);
        IntVector high = IntVector.fromArray(INTS, range.most, 0);
        for (int i = 0, at = from; i < vectors; i++, at += distance) {
            IntVector x = FloatVector.fromArray(FLOATS, numbers, at)
                    .reinterpretAsInts()
                    .and(mask);
            x.reinterpretAsFloats().intoArray(numbers, at);
            IntVector magnitude = x.lanewise(VectorOperators.LSHL, 1);
            IntVector field = magnitude.lanewise(VectorOperators.LSHR, 24);
            VectorMask<Integer> zero = magnitude.compare(VectorOperators.EQ, 0);
            IntVector e = field.max(1).sub(BIAS).max(emin);
            low = low.min(e.blend(-ZERO, zero));
            e = e.blend(ZERO, zero);
            high = high.max(e);
            special = special.or(field.sub(254).max(0));
            ((ShortVector) e.add(bias).convertShape(VectorOperators.I2S, HALF_OF_SHORTS, 0)).intoArray(exponents, at);
        }
        special.intoArray(range.special, 0);
        low.intoArray(range.least, 0);
        high.intoArray(range.most, 0);
    }

    private static void widen(float[] numbers, int from, int n, double[] to) {
        for (int i = from; i < from + n; i += WIDE_LANES) {
            ((DoubleVector) FloatVector.fromArray(HALF_OF_FLOATS, numbers, i)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0))
                    .intoArray(to, i);
        }
    }

    // ------------------------------------------------------------------ accumulators

    @Override
    public void start(int i, int j, int bits) {
        int at = i * COLUMNS + j;
        int e = ((bits & ~SIGN) >>> FRACTION_BITS) - BIAS;
        doubts[at] = (bits & ~SIGN) != 0 && (e < low || e >= HIGH) ? 1 : 0;
        (tiles ? totals : accumulators)[at] = Float.intBitsToFloat(bits);
        if (tiles) {
            accumulators[at] = 0;
        }
    }

    @Override
    public int result(int i, int j) {
        return Float.floatToRawIntBits((float) (tiles ? totals : accumulators)[i * COLUMNS + j]);
    }

    @Override
    public boolean isDoubtful(int i, int j) {
        return doubts[i * COLUMNS + j] != 0 || specialB[j] != 0;
    }

    // ------------------------------------------------------------------ steps

    @Override
    public void accumulate(float[] from, int at, int distance, int rows, int[] ends) {
        int n = ends.length == 0 ? 0 : Math.max(ends[ends.length - 1], ~ends[ends.length - 1]);
        rangeOfA.clear();
        for (int i = 0; i < rows; i++) {
            load(from, at + i * distance, n, i);
        }
        boolean checks = least == low && rangeOfA.least() + rangeOfB.least() < low + steps.fractionBits()
                || rangeOfA.most() + rangeOfB.most() > HIGH_PRODUCTS;
        for (int i = 0; i < rows; i += ROWS) {
            int count = (Math.min(ROWS, rows - i) + 3) / 4 * 4;
            int p = 0;
            for (int end : ends) {
                int to = Math.max(end, ~end);
                for (Part part : checks ? checkedParts : parts) {
                    part.run(i, count, p, to);
                }
                if (tiles && end < 0) {
                    join(i * COLUMNS, (i + count) * COLUMNS);
                }
                p = to;
            }
            doubtFrom(0x1p100, accumulators, i * COLUMNS, (i + count) * COLUMNS, doubts);
        }
    }

    /**
     * A part of a step, of some rows of A.
     *
     * <p>Parts are objects so that compilers do not inline them into one method: there is a limit to what they inline, and
     * vector operations beyond it make objects. For the same reason, the loops of the parts call nothing but vector
     * operations, which are inlined whatever the limit.
     */
    private interface Part {
        /**
         * Does the part.
         *
         * @param row first row
         * @param rows number of rows, a multiple of four
         * @param from first row of B
         * @param to end of the rows of B
         */
        void run(int row, int rows, int from, int to);
    }

    /** The parts of a step. */
    private Part[] parts(boolean checks) {
        List<Part> parts = new ArrayList<>();
        parts.add((row, rows, from, to) -> largest(
                exponentsA,
                row * stride + from,
                stride,
                rows,
                exponentsB,
                from * COLUMNS,
                to - from,
                checks ? 2 * ZERO : least + WIDE_BIAS,
                largest));
        if (half) {
            parts.add((row, rows, from, to) -> lift(largest, accumulators, row * COLUMNS, rows * COLUMNS, narrow));
        }
        if (checks) {
            parts.add((row, rows, from, to) ->
                    check(largest, accumulators, row * COLUMNS, rows * COLUMNS, low, least, doubts));
        }
        double unit = Math.scalb(1.0, -steps.fractionBits());
        long start = Double.doubleToLongBits(0x1.8p52 * unit) - Double.doubleToLongBits(1);
        long less = Double.doubleToLongBits((0x1p-24 - 0.5) * unit) - Double.doubleToLongBits(1);
        long kept = switch (steps.accumulator()) {
            case BINARY32_TRUNCATED -> -1L << WIDE_FRACTION_BITS - 23;
            case BINARY32_SHORT -> -1L << WIDE_FRACTION_BITS - 13;
            case BINARY32_NEAREST, BINARY16_NEAREST -> -1L;
        };
        parts.add((row, rows, from, to) -> add(
                largest,
                accumulators,
                row * COLUMNS,
                rows,
                factorsA,
                row * stride + from,
                stride,
                factorsB,
                from * COLUMNS,
                to - from,
                start,
                less,
                kept));
        if (steps.accumulator() == Accumulator.BINARY32_NEAREST) {
            parts.add((row, rows, from, to) -> toSingle(accumulators, row * COLUMNS, rows * COLUMNS));
        }
        if (half) {
            parts.add((row, rows, from, to) -> toHalf(accumulators, row * COLUMNS, (row + rows) * COLUMNS, doubts));
        }
        return parts.toArray(new Part[0]);
    }

    /** Finds the largest exponents of the products of a step, with the bias of binary64, for four rows at a time. */
    private static void largest(
            short[] exponentsA,
            int rowA,
            int stride,
            int rows,
            short[] exponentsB,
            int from,
            int n,
            int least,
            short[] largest) {
        for (int i = 0; i < rows; i += 4) {
            int x0 = rowA + i * stride;
            int x1 = x0 + stride;
            int x2 = x1 + stride;
            int x3 = x2 + stride;
            int at = i * COLUMNS;
            ShortVector m00 = ShortVector.broadcast(SHORTS, (short) least);
            ShortVector m01 = m00;
            ShortVector m10 = m00;
            ShortVector m11 = m00;
            ShortVector m20 = m00;
            ShortVector m21 = m00;
            ShortVector m30 = m00;
            ShortVector m31 = m00;
            for (int p = 0, y = from; p < n; p = Math.addExact(p, 1), y += COLUMNS) {
                ShortVector y0 = ShortVector.fromArray(SHORTS, exponentsB, y);
                ShortVector y1 = ShortVector.fromArray(SHORTS, exponentsB, y + OTHER);
                ShortVector e0 = ShortVector.broadcast(SHORTS, exponentsA[x0 + p]);
                m00 = m00.max(e0.add(y0));
                m01 = m01.max(e0.add(y1));
                ShortVector e1 = ShortVector.broadcast(SHORTS, exponentsA[x1 + p]);
                m10 = m10.max(e1.add(y0));
                m11 = m11.max(e1.add(y1));
                ShortVector e2 = ShortVector.broadcast(SHORTS, exponentsA[x2 + p]);
                m20 = m20.max(e2.add(y0));
                m21 = m21.max(e2.add(y1));
                ShortVector e3 = ShortVector.broadcast(SHORTS, exponentsA[x3 + p]);
                m30 = m30.max(e3.add(y0));
                m31 = m31.max(e3.add(y1));
            }
            m00.intoArray(largest, at);
            m01.intoArray(largest, at + OTHER);
            m10.intoArray(largest, at + COLUMNS);
            m11.intoArray(largest, at + COLUMNS + OTHER);
            m20.intoArray(largest, at + 2 * COLUMNS);
            m21.intoArray(largest, at + 2 * COLUMNS + OTHER);
            m30.intoArray(largest, at + 3 * COLUMNS);
            m31.intoArray(largest, at + 3 * COLUMNS + OTHER);
        }
    }

    /** Takes the exponents of accumulators of binary16 into account: that of a subnormal one is -14. */
    private static void lift(short[] products, double[] accumulators, int at, int n, float[] narrow) {
        for (int j = 0; j < n; j += WIDE_LANES) {
            ((FloatVector) DoubleVector.fromArray(DOUBLES, accumulators, at + j)
                            .convertShape(VectorOperators.D2F, HALF_OF_FLOATS, 0))
                    .intoArray(narrow, j);
        }
        for (int j = 0; j < n; j += LANES) {
            IntVector field = FloatVector.fromArray(FLOATS, narrow, j)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 1)
                    .lanewise(VectorOperators.LSHR, 24);
            IntVector e = field.add(WIDE_BIAS - BIAS)
                    .max(WIDE_BIAS + HALF_EMIN)
                    .blend(2 * ZERO, field.compare(VectorOperators.EQ, 0));
            ((ShortVector) ((IntVector) ShortVector.fromArray(HALF_OF_SHORTS, products, j)
                                    .convertShape(VectorOperators.S2I, INTS, 0))
                            .max(e)
                            .convertShape(VectorOperators.I2S, HALF_OF_SHORTS, 0))
                    .intoArray(products, j);
        }
    }

    /** Doubts accumulators where M is outside the range, and lifts the exponents of products to the least M. */
    private static void check(
            short[] products, double[] accumulators, int at, int n, int low, int least, long[] doubts) {
        for (int j = 0; j < n; j += WIDE_LANES) {
            LongVector c = DoubleVector.fromArray(DOUBLES, accumulators, at + j)
                    .reinterpretAsLongs()
                    .lanewise(VectorOperators.LSHL, 1)
                    .lanewise(VectorOperators.LSHR, WIDE_FRACTION_BITS + 1);
            LongVector m = (LongVector)
                    ShortVector.fromArray(QUARTER_OF_SHORTS, products, j).convertShape(VectorOperators.S2L, LONGS, 0);
            // negative where all terms are zeros
            LongVector zeros = m.sub(NOT_ZERO).and(c.sub(1));
            LongVector e = m.max(c).max(least > low ? least + WIDE_BIAS : 0);
            LongVector outside = e.sub(low + WIDE_BIAS)
                    .lanewise(VectorOperators.AND_NOT, zeros)
                    .or(LongVector.broadcast(LONGS, HIGH + WIDE_BIAS).sub(e));
            LongVector.fromArray(LONGS, doubts, at + j)
                    .or(outside.and(WIDE_SIGN))
                    .intoArray(doubts, at + j);
        }
        for (int j = 0; j < n; j += SHORTS.length()) {
            ShortVector.fromArray(SHORTS, products, j)
                    .max((short) (least + WIDE_BIAS))
                    .intoArray(products, j);
        }
    }

    /**
     * Adds the products of a step to accumulators, four rows and two vectors of columns at a time, all written out: with
     * methods for the parts of a line the compiler would not inline everything. Of two vectors that are added, the
     * one that the loop carries is the argument: JDK 17 has to know the class of what an operation is called on.
     */
    private static void add(
            short[] largest,
            double[] c,
            int at,
            int rows,
            double[] a,
            int rowA,
            int stride,
            double[] b,
            int from,
            int n,
            long toStart,
            long toLess,
            long mask) {
        LongVector sign = LongVector.broadcast(LONGS, WIDE_SIGN);
        LongVector exponent = LongVector.broadcast(LONGS, WIDE_EXPONENT);
        LongVector less = LongVector.broadcast(LONGS, toLess);
        LongVector start = LongVector.broadcast(LONGS, toStart);
        LongVector back = LongVector.broadcast(LONGS, (toStart ^ WIDE_SIGN) - toLess); // to the start, negative
        LongVector kept = LongVector.broadcast(LONGS, mask);
        for (int i = 0; i < rows; i += 4) {
            int a0 = rowA + i * stride;
            int a1 = a0 + stride;
            int a2 = a1 + stride;
            int a3 = a2 + stride;
            for (int j = 0; j < COLUMNS; j = Math.addExact(j, 2 * WIDE_LANES)) {
                int l = i * COLUMNS + j;
                int q = at + l;
                DoubleVector c00 = DoubleVector.fromArray(DOUBLES, c, q);
                DoubleVector c01 = DoubleVector.fromArray(DOUBLES, c, q + WIDE_LANES);
                DoubleVector c10 = DoubleVector.fromArray(DOUBLES, c, q + COLUMNS);
                DoubleVector c11 = DoubleVector.fromArray(DOUBLES, c, q + COLUMNS + WIDE_LANES);
                DoubleVector c20 = DoubleVector.fromArray(DOUBLES, c, q + 2 * COLUMNS);
                DoubleVector c21 = DoubleVector.fromArray(DOUBLES, c, q + 2 * COLUMNS + WIDE_LANES);
                DoubleVector c30 = DoubleVector.fromArray(DOUBLES, c, q + 3 * COLUMNS);
                DoubleVector c31 = DoubleVector.fromArray(DOUBLES, c, q + 3 * COLUMNS + WIDE_LANES);
                LongVector m00 = ((LongVector) ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l)
                                .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c00.reinterpretAsLongs().and(exponent));
                LongVector m01 = ((LongVector) ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + WIDE_LANES)
                                .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c01.reinterpretAsLongs().and(exponent));
                LongVector m10 = ((LongVector) ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + COLUMNS)
                                .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c10.reinterpretAsLongs().and(exponent));
                LongVector m11 = ((LongVector)
                                ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + COLUMNS + WIDE_LANES)
                                        .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c11.reinterpretAsLongs().and(exponent));
                LongVector m20 = ((LongVector) ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + 2 * COLUMNS)
                                .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c20.reinterpretAsLongs().and(exponent));
                LongVector m21 = ((LongVector)
                                ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + 2 * COLUMNS + WIDE_LANES)
                                        .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c21.reinterpretAsLongs().and(exponent));
                LongVector m30 = ((LongVector) ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + 3 * COLUMNS)
                                .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c30.reinterpretAsLongs().and(exponent));
                LongVector m31 = ((LongVector)
                                ShortVector.fromArray(QUARTER_OF_SHORTS, largest, l + 3 * COLUMNS + WIDE_LANES)
                                        .convertShape(VectorOperators.S2L, LONGS, 0))
                        .lanewise(VectorOperators.LSHL, WIDE_FRACTION_BITS)
                        .max(c31.reinterpretAsLongs().and(exponent));
                LongVector h00 = m00.add(less);
                LongVector h01 = m01.add(less);
                LongVector h10 = m10.add(less);
                LongVector h11 = m11.add(less);
                LongVector h20 = m20.add(less);
                LongVector h21 = m21.add(less);
                LongVector h30 = m30.add(less);
                LongVector h31 = m31.add(less);
                DoubleVector s00 = m00.add(start)
                        .reinterpretAsDoubles()
                        .add(c00.add(c00.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h00)
                                .reinterpretAsDoubles()));
                DoubleVector s01 = m01.add(start)
                        .reinterpretAsDoubles()
                        .add(c01.add(c01.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h01)
                                .reinterpretAsDoubles()));
                DoubleVector s10 = m10.add(start)
                        .reinterpretAsDoubles()
                        .add(c10.add(c10.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h10)
                                .reinterpretAsDoubles()));
                DoubleVector s11 = m11.add(start)
                        .reinterpretAsDoubles()
                        .add(c11.add(c11.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h11)
                                .reinterpretAsDoubles()));
                DoubleVector s20 = m20.add(start)
                        .reinterpretAsDoubles()
                        .add(c20.add(c20.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h20)
                                .reinterpretAsDoubles()));
                DoubleVector s21 = m21.add(start)
                        .reinterpretAsDoubles()
                        .add(c21.add(c21.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h21)
                                .reinterpretAsDoubles()));
                DoubleVector s30 = m30.add(start)
                        .reinterpretAsDoubles()
                        .add(c30.add(c30.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h30)
                                .reinterpretAsDoubles()));
                DoubleVector s31 = m31.add(start)
                        .reinterpretAsDoubles()
                        .add(c31.add(c31.reinterpretAsLongs()
                                .and(sign)
                                .lanewise(VectorOperators.XOR, h31)
                                .reinterpretAsDoubles()));
                for (int p = 0, y = from + j; p < n; p = Math.addExact(p, 1), y += COLUMNS) {
                    DoubleVector y0 = DoubleVector.fromArray(DOUBLES, b, y);
                    DoubleVector y1 = DoubleVector.fromArray(DOUBLES, b, y + WIDE_LANES);
                    LongVector z0 = y0.reinterpretAsLongs();
                    LongVector z1 = y1.reinterpretAsLongs();
                    DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0 + p]);
                    LongVector w0 = x0.reinterpretAsLongs();
                    s00 = x0.fma(
                                    y0,
                                    w0.lanewise(VectorOperators.XOR, z0)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h00)
                                            .reinterpretAsDoubles())
                            .add(s00);
                    s01 = x0.fma(
                                    y1,
                                    w0.lanewise(VectorOperators.XOR, z1)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h01)
                                            .reinterpretAsDoubles())
                            .add(s01);
                    DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[a1 + p]);
                    LongVector w1 = x1.reinterpretAsLongs();
                    s10 = x1.fma(
                                    y0,
                                    w1.lanewise(VectorOperators.XOR, z0)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h10)
                                            .reinterpretAsDoubles())
                            .add(s10);
                    s11 = x1.fma(
                                    y1,
                                    w1.lanewise(VectorOperators.XOR, z1)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h11)
                                            .reinterpretAsDoubles())
                            .add(s11);
                    DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[a2 + p]);
                    LongVector w2 = x2.reinterpretAsLongs();
                    s20 = x2.fma(
                                    y0,
                                    w2.lanewise(VectorOperators.XOR, z0)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h20)
                                            .reinterpretAsDoubles())
                            .add(s20);
                    s21 = x2.fma(
                                    y1,
                                    w2.lanewise(VectorOperators.XOR, z1)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h21)
                                            .reinterpretAsDoubles())
                            .add(s21);
                    DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[a3 + p]);
                    LongVector w3 = x3.reinterpretAsLongs();
                    s30 = x3.fma(
                                    y0,
                                    w3.lanewise(VectorOperators.XOR, z0)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h30)
                                            .reinterpretAsDoubles())
                            .add(s30);
                    s31 = x3.fma(
                                    y1,
                                    w3.lanewise(VectorOperators.XOR, z1)
                                            .and(sign)
                                            .lanewise(VectorOperators.XOR, h31)
                                            .reinterpretAsDoubles())
                            .add(s31);
                }
                WIDE.cast(LONG.cast(WIDE.cast(s00)
                                        .add(LONG.cast(h00).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q);
                WIDE.cast(LONG.cast(WIDE.cast(s01)
                                        .add(LONG.cast(h01).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + WIDE_LANES);
                WIDE.cast(LONG.cast(WIDE.cast(s10)
                                        .add(LONG.cast(h10).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + COLUMNS);
                WIDE.cast(LONG.cast(WIDE.cast(s11)
                                        .add(LONG.cast(h11).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + COLUMNS + WIDE_LANES);
                WIDE.cast(LONG.cast(WIDE.cast(s20)
                                        .add(LONG.cast(h20).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + 2 * COLUMNS);
                WIDE.cast(LONG.cast(WIDE.cast(s21)
                                        .add(LONG.cast(h21).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + 2 * COLUMNS + WIDE_LANES);
                WIDE.cast(LONG.cast(WIDE.cast(s30)
                                        .add(LONG.cast(h30).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + 3 * COLUMNS);
                WIDE.cast(LONG.cast(WIDE.cast(s31)
                                        .add(LONG.cast(h31).add(back).reinterpretAsDoubles())
                                        .reinterpretAsLongs())
                                .and(kept)
                                .reinterpretAsDoubles())
                        .intoArray(c, q + 3 * COLUMNS + WIDE_LANES);
            }
        }
    }

    // ------------------------------------------------------------------ rounding to nearest

    /** Rounds numbers to binary32, ties to even. */
    private static void toSingle(double[] numbers, int at, int n) {
        for (int j = at; j < at + n; j += WIDE_LANES) {
            DoubleVector.fromArray(DOUBLES, numbers, j)
                    .convertShape(VectorOperators.D2F, HALF_OF_FLOATS, 0)
                    .convertShape(VectorOperators.F2D, DOUBLES, 0)
                    .reinterpretAsDoubles()
                    .intoArray(numbers, j);
        }
    }

    /**
     * Rounds numbers to the fraction bits and subnormal numbers of binary16, ties to even, and doubts those that are 2^16
     * or more.
     *
     * <p>Where 2^e is the power of two at or below a number, or 2^-14 if that is larger, a number of the magnitude of
     * 1.5 * 2^(e + 42) has the last place 2^(e - 10): adding it rounds to that place, and taking it away is exact.
     */
    private static void toHalf(double[] numbers, int from, int to, long[] doubts) {
        DoubleVector up = DoubleVector.broadcast(DOUBLES, 0x1.8p42);
        DoubleVector down = DoubleVector.broadcast(DOUBLES, -0x1.8p42);
        long least = Double.doubleToLongBits(Math.scalb(1.0, HALF_EMIN));
        long below = Double.doubleToLongBits(0x1p16) - 1;
        for (int j = from; j < to; j += WIDE_LANES) {
            DoubleVector x = DoubleVector.fromArray(DOUBLES, numbers, j);
            DoubleVector power =
                    x.reinterpretAsLongs().and(WIDE_EXPONENT).max(least).reinterpretAsDoubles();
            DoubleVector rounded = power.fma(down, power.fma(up, x));
            rounded.intoArray(numbers, j);
            LongVector beyond = LongVector.broadcast(LONGS, below)
                    .sub(rounded.reinterpretAsLongs().and(~WIDE_SIGN));
            LongVector.fromArray(LONGS, doubts, j).or(beyond.and(WIDE_SIGN)).intoArray(doubts, j);
        }
    }

    /** Doubts numbers whose magnitude is not less than a limit. */
    private static void doubtFrom(double limit, double[] numbers, int from, int to, long[] doubts) {
        long below = Double.doubleToLongBits(limit) - 1;
        for (int j = from; j < to; j += WIDE_LANES) {
            LongVector beyond = LongVector.broadcast(LONGS, below)
                    .sub(DoubleVector.fromArray(DOUBLES, numbers, j)
                            .reinterpretAsLongs()
                            .and(~WIDE_SIGN));
            LongVector.fromArray(LONGS, doubts, j).or(beyond.and(WIDE_SIGN)).intoArray(doubts, j);
        }
    }

    /** Adds the results of tiles to the totals, ties to even, and begins the next ones. */
    private void join(int from, int to) {
        for (int j = from; j < to; j += WIDE_LANES) {
            DoubleVector.fromArray(DOUBLES, totals, j)
                    .add(DoubleVector.fromArray(DOUBLES, accumulators, j))
                    .intoArray(totals, j);
            DoubleVector.zero(DOUBLES).intoArray(accumulators, j);
        }
        // a sum in binary64 of two numbers of binary32 may be rounded once more, as 53 bits are at least 2 * 24 + 2
        if (half) {
            toHalf(totals, from, to, doubts);
        } else {
            toSingle(totals, from, to - from);
            doubtFrom(0x1p128, totals, from, to, doubts);
        }
    }
}
