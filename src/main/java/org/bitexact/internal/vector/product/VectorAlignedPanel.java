package org.bitexact.internal.vector.product;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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
 * <p>The exponent <i>E</i> of an operand is found once; that of a zero is below every other. A step has four parts, each
 * a loop over the rows:
 *
 * <ol>
 *   <li>the largest <i>E(a) + E(b)</i>, in 16-bit lanes;
 *   <li><i>M</i>, that and the accumulator's, as the field of a binary32 exponent;
 *   <li>the sum of the terms in units of 2^(M - fractionBits), each cut toward zero: {@link AlignedSums};
 *   <li>its rounding.
 * </ol>
 *
 * <p><b>Range</b>. Sums are right while M is in [{@link #low}, {@value #HIGH}]: the unit and its reciprocal are then
 * normal numbers of binary32, and so is every nonzero result; products below 2^-126 are less than a unit, and those of
 * 2^128 do not occur. A step whose terms are all zeros is right as well. Where the exponents of some rows and of a panel
 * show that each nonzero product has an exponent of at least {@code low + fractionBits}, nothing else can happen: a step
 * with such a product yields a multiple of 2^low, and one without leaves the exponent of its accumulator. Otherwise each
 * step is checked. Accumulators that start outside of the range are doubtful.
 *
 * <p><b>Rounding</b>: a sum of at most 33 bits is {@code h + l}, where h is a multiple of 256 and l is in [0, 510]; both
 * are exact in binary32. {@code r = fl(h + l)} is the nearest number, and {@code r - h} is exact, since h is zero or its
 * exponent is not less than that of l (Dekker, 1971). So the sign of {@code r - h - l} tells whether r was rounded up,
 * down, or not at all: one step toward zero gives the sum rounded toward zero; its last bit set where it is inexact gives
 * the sum rounded to odd, which may be rounded again to 11 bits.
 */
final class VectorAlignedPanel implements AlignedPanel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> HALF_OF_SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));
    private static final int LANES = INTS.length();
    private static final int COLUMNS = VectorFmaPanel.COLUMNS;
    /** Rows of A whose accumulators and sums are in the caches; even. */
    private static final int ROWS = 16;

    private static final int SIGN = 0x8000_0000;
    private static final int EXPONENT = 0x7f80_0000;
    private static final int BIAS = 127;
    private static final int FRACTION_BITS = 23;
    /** 2^100. */
    private static final int OVERGROWN = 100 + BIAS << FRACTION_BITS;
    /** The exponent of a zero: below every other one, and so are sums of two of them and of one and any other. */
    private static final int ZERO = -10_000;
    /** Above sums with a zero, below others. */
    private static final int NOT_ZERO = -1000;
    /** The largest M: sums of 33 bits stay below 2^128. */
    private static final int HIGH = 100;
    /** Products up to here let the accumulator grow within a panel, but not beyond what sums can do. */
    private static final int HIGH_PRODUCTS = 90;
    /** Above every number of binary16: 2^16. */
    private static final int HALF_OVERFLOW = 0x4780_0000;

    /** 2^-14. */
    private static final int HALF_MIN_NORMAL = 0x3880_0000;

    private final AlignedSteps steps;
    private final boolean tiles;
    private final int stride; // of rows of A
    private final Accumulator accumulator;
    private final boolean half;
    private final int low; // the smallest M
    private final int least; // the smallest M, or the floor of the engine, if it is larger
    private final AlignedSums products;

    private final float[] b;
    private final short[] exponentsB;
    private final int[] specialB = new int[COLUMNS];
    private final float[] a; // one row more than asked for, so that rows come in pairs
    private final short[] exponentsA;
    private final Range rangeOfA = new Range();
    private final Range rangeOfB = new Range();

    private final float[] accumulators;
    private final float[] totals; // of tiles so far
    private final int[] doubts;

    private final float[] zeros = new float[ROWS * COLUMNS];
    private final short[] largestProducts = new short[ROWS * COLUMNS];
    private final int[] largest = new int[ROWS * COLUMNS];
    private final int[] sums = new int[ROWS * COLUMNS];
    private final int[] secondSums = new int[ROWS * COLUMNS]; // zeros unless sums are wide
    private final Part[] parts;
    private final Part[] checkedParts;

    VectorAlignedPanel(AlignedSteps steps, boolean tiles, int rows, int depth, boolean converts) {
        this.steps = steps;
        this.tiles = tiles;
        accumulator = steps.accumulator();
        half = accumulator == Accumulator.BINARY16_NEAREST;
        low = steps.fractionBits() - 125;
        least = Math.max(low, steps.floor());
        stride = (depth + LANES - 1) / LANES * LANES;
        b = new float[depth * COLUMNS];
        exponentsB = new short[depth * COLUMNS];
        int pairs = (rows + 1) / 2;
        a = new float[2 * pairs * stride];
        exponentsA = new short[2 * pairs * stride];
        Arrays.fill(exponentsA, (short) ZERO);
        products = converts
                ? new ConvertedSums(steps.fractionBits(), a, b)
                : new ShiftedSums(steps, a, exponentsA, b, exponentsB);
        accumulators = new float[2 * pairs * COLUMNS];
        totals = new float[tiles ? 2 * pairs * COLUMNS : 0];
        doubts = new int[2 * pairs * COLUMNS];
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
            condition(b, j, COLUMNS, n, steps.b(), exponentsB, rangeOfB);
            System.arraycopy(rangeOfB.special, 0, specialB, j, LANES);
        }
        products.loadedB(n);
    }

    /** Takes a row of A. */
    private void load(float[] from, int at, int n, int row) {
        int to = row * stride;
        int vectors = (n + LANES - 1) / LANES;
        System.arraycopy(from, at, a, to, n);
        Arrays.fill(a, to + n, to + vectors * LANES, 0);
        Arrays.fill(rangeOfA.special, 0);
        condition(a, to, LANES, vectors, steps.a(), exponentsA, rangeOfA);
        products.loadedA(to, vectors);
        for (int s : rangeOfA.special) {
            if (s != 0) {
                Arrays.fill(doubts, row * COLUMNS, (row + 1) * COLUMNS, 1);
                break;
            }
        }
    }

    /** Conditions some vectors of numbers and finds their exponents. */
    private static void condition(
            float[] numbers, int from, int distance, int vectors, Factor factor, short[] exponents, Range range) {
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
            ((ShortVector) e.convertShape(VectorOperators.I2S, HALF_OF_SHORTS, 0)).intoArray(exponents, at);
        }
        special.intoArray(range.special, 0);
        low.intoArray(range.least, 0);
        high.intoArray(range.most, 0);
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
        return Float.floatToRawIntBits((tiles ? totals : accumulators)[i * COLUMNS + j]);
    }

    @Override
    public boolean isDoubtful(int i, int j) {
        return (doubts[i * COLUMNS + j] | specialB[j]) != 0;
    }

    // ------------------------------------------------------------------ steps

    @Override
    public void accumulate(float[] from, int at, int distance, int rows, int[] ends) {
        int n = ends.length == 0 ? 0 : Math.max(ends[ends.length - 1], ~ends[ends.length - 1]);
        rangeOfA.clear();
        for (int i = 0; i < rows; i++) {
            load(from, at + i * distance, n, i);
        }
        boolean checks = least == low
                && (rangeOfA.least() + rangeOfB.least() < low + steps.fractionBits()
                        || rangeOfA.most() + rangeOfB.most() > HIGH_PRODUCTS);
        for (int i = 0; i < rows; i += ROWS) {
            int count = (Math.min(ROWS, rows - i) + 1) / 2 * 2;
            int p = 0;
            for (int end : ends) {
                int to = Math.max(end, ~end);
                int middle = Math.min(to, p + steps.half());
                for (Part part : checks ? checkedParts : parts) {
                    part.run(i, count, p, middle, to);
                }
                if (tiles && end < 0) {
                    join(i * COLUMNS, (i + count) * COLUMNS);
                }
                p = to;
            }
            limit(accumulators, i * COLUMNS, (i + count) * COLUMNS, doubts);
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
         * @param rows number of rows, even
         * @param from first row of B
         * @param middle first row of the second half of a wide sum
         * @param to end of the rows of B
         */
        void run(int row, int rows, int from, int middle, int to);
    }

    /** The parts of a step. */
    private Part[] parts(boolean checks) {
        int fractionBits = steps.fractionBits();
        List<Part> parts = new ArrayList<>();
        parts.add((row, rows, from, middle, to) -> largest(
                exponentsA,
                row * stride + from,
                stride,
                rows,
                exponentsB,
                from * COLUMNS,
                to - from,
                checks ? 2 * ZERO : least,
                largestProducts));
        if (checks) {
            parts.add((row, rows, from, middle, to) ->
                    alignChecked(largestProducts, accumulators, row * COLUMNS, rows * COLUMNS, low, largest, doubts));
        } else if (half) {
            parts.add((row, rows, from, middle, to) ->
                    alignHalf(largestProducts, accumulators, row * COLUMNS, rows * COLUMNS, largest));
        } else {
            parts.add((row, rows, from, middle, to) ->
                    align(largestProducts, accumulators, row * COLUMNS, rows * COLUMNS, largest));
        }
        parts.add((row, rows, from, middle, to) -> products.add(
                accumulators, row * COLUMNS, largest, rows, row * stride + from, stride, from, middle, sums));
        if (steps.isWide()) {
            parts.add((row, rows, from, middle, to) ->
                    products.add(zeros, 0, largest, rows, row * stride + middle, stride, middle, to, secondSums));
        }
        switch (accumulator) {
            case BINARY16_NEAREST -> {
                parts.add((row, rows, from, middle, to) ->
                        toOdd(sums, secondSums, largest, fractionBits, accumulators, row * COLUMNS, rows * COLUMNS));
                parts.add((row, rows, from, middle, to) -> toHalf(accumulators, row * COLUMNS, rows * COLUMNS, doubts));
            }
            case BINARY32_SHORT ->
                parts.add((row, rows, from, middle, to) ->
                        shorten(sums, largest, fractionBits, accumulators, row * COLUMNS, rows * COLUMNS));
            case BINARY32_TRUNCATED, BINARY32_NEAREST -> {
                int down = accumulator == Accumulator.BINARY32_NEAREST ? 0 : 1;
                if (steps.isWide()) {
                    parts.add((row, rows, from, middle, to) -> roundWide(
                            sums,
                            secondSums,
                            largest,
                            fractionBits,
                            down,
                            accumulators,
                            row * COLUMNS,
                            rows * COLUMNS));
                } else {
                    parts.add((row, rows, from, middle, to) ->
                            round(sums, largest, fractionBits, down, accumulators, row * COLUMNS, rows * COLUMNS));
                }
            }
        }
        return parts.toArray(new Part[0]);
    }

    /** Finds the largest exponents of the products of a step. */
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
        for (int i = 0; i < rows; i += 2) {
            int x = rowA + i * stride;
            for (int j = 0; j < COLUMNS; j = Math.addExact(j, SHORTS.length())) {
                ShortVector m0 = ShortVector.broadcast(SHORTS, (short) least);
                ShortVector m1 = m0;
                for (int p = 0, y = from + j; p < n; p = Math.addExact(p, 1), y += COLUMNS) {
                    ShortVector e = ShortVector.fromArray(SHORTS, exponentsB, y);
                    m0 = m0.max(e.add(ShortVector.broadcast(SHORTS, exponentsA[x + p])));
                    m1 = m1.max(e.add(ShortVector.broadcast(SHORTS, exponentsA[x + stride + p])));
                }
                m0.intoArray(largest, i * COLUMNS + j);
                m1.intoArray(largest, (i + 1) * COLUMNS + j);
            }
        }
    }

    /** Gives the largest exponents of products and accumulators, as fields of binary32. */
    private static void align(short[] products, float[] accumulators, int at, int n, int[] largest) {
        for (int j = 0; j < n; j += LANES) {
            IntVector c = FloatVector.fromArray(FLOATS, accumulators, at + j).reinterpretAsInts();
            ((IntVector) ShortVector.fromArray(HALF_OF_SHORTS, products, j).convertShape(VectorOperators.S2I, INTS, 0))
                    .add(BIAS)
                    .lanewise(VectorOperators.LSHL, FRACTION_BITS)
                    .max(c.and(EXPONENT))
                    .intoArray(largest, j);
        }
    }

    /** The same for numbers of binary16: that of a subnormal one is -14. */
    private static void alignHalf(short[] products, float[] accumulators, int at, int n, int[] largest) {
        for (int j = 0; j < n; j += LANES) {
            IntVector c = FloatVector.fromArray(FLOATS, accumulators, at + j)
                    .reinterpretAsInts()
                    .and(EXPONENT);
            IntVector e = c.max(HALF_MIN_NORMAL).blend(0, c.compare(VectorOperators.EQ, 0));
            ((IntVector) ShortVector.fromArray(HALF_OF_SHORTS, products, j).convertShape(VectorOperators.S2I, INTS, 0))
                    .add(BIAS)
                    .lanewise(VectorOperators.LSHL, FRACTION_BITS)
                    .max(e)
                    .intoArray(largest, j);
        }
    }

    /** The same as {@link #align}, and doubts where they are outside the range. */
    private static void alignChecked(
            short[] products, float[] accumulators, int at, int n, int low, int[] largest, int[] doubts) {
        for (int j = 0; j < n; j += LANES) {
            IntVector c = FloatVector.fromArray(FLOATS, accumulators, at + j)
                    .reinterpretAsInts()
                    .lanewise(VectorOperators.LSHL, 1)
                    .lanewise(VectorOperators.LSHR, 24);
            IntVector m = (IntVector)
                    ShortVector.fromArray(HALF_OF_SHORTS, products, j).convertShape(VectorOperators.S2I, INTS, 0);
            // negative where all terms are zeros: accumulators are never subnormal numbers unless they are doubtful
            IntVector zeros = m.sub(NOT_ZERO).and(c.sub(1));
            IntVector e = m.max(c.sub(BIAS));
            IntVector outside = e.sub(low)
                    .lanewise(VectorOperators.AND_NOT, zeros)
                    .or(IntVector.broadcast(INTS, HIGH).sub(e));
            IntVector.fromArray(INTS, doubts, at + j).or(outside.and(SIGN)).intoArray(doubts, at + j);
            e.max(low).add(BIAS).lanewise(VectorOperators.LSHL, FRACTION_BITS).intoArray(largest, j);
        }
    }

    // ------------------------------------------------------------------ rounding

    /**
     * Rounds sums to 24 bits.
     *
     * @param down 1 to round toward zero, 0 to nearest
     */
    private static void round(
            int[] sums, int[] largest, int fractionBits, int down, float[] accumulators, int at, int n) {
        for (int j = 0; j < n; j += LANES) {
            IntVector x = IntVector.fromArray(INTS, sums, j);
            FloatVector h = (FloatVector) x.and(~0xff).convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector l = (FloatVector) x.and(0xff).convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector r = h.add(l);
            IntVector up = r.sub(h).sub(l).mul(r).reinterpretAsInts(); // positive where the magnitude was rounded up
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits << FRACTION_BITS);
            r.reinterpretAsInts()
                    .sub(down, up.compare(VectorOperators.GT, 0))
                    .reinterpretAsFloats()
                    .mul(unit.reinterpretAsFloats())
                    .intoArray(accumulators, at + j);
        }
    }

    /** The same for sums of two numbers. */
    private static void roundWide(
            int[] sums,
            int[] secondSums,
            int[] largest,
            int fractionBits,
            int down,
            float[] accumulators,
            int at,
            int n) {
        for (int j = 0; j < n; j += LANES) {
            IntVector x = IntVector.fromArray(INTS, sums, j);
            IntVector y = IntVector.fromArray(INTS, secondSums, j);
            IntVector high = x.lanewise(VectorOperators.ASHR, 8).add(y.lanewise(VectorOperators.ASHR, 8));
            IntVector low = x.and(0xff).add(y.and(0xff));
            FloatVector h = ((FloatVector) high.convertShape(VectorOperators.I2F, FLOATS, 0)).mul(256f);
            FloatVector l = (FloatVector) low.convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector r = h.add(l);
            IntVector up = r.sub(h).sub(l).mul(r).reinterpretAsInts();
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits << FRACTION_BITS);
            r.reinterpretAsInts()
                    .sub(down, up.compare(VectorOperators.GT, 0))
                    .reinterpretAsFloats()
                    .mul(unit.reinterpretAsFloats())
                    .intoArray(accumulators, at + j);
        }
    }

    /** Rounds sums of two numbers to 24 bits, to odd. */
    private static void toOdd(
            int[] sums, int[] secondSums, int[] largest, int fractionBits, float[] accumulators, int at, int n) {
        for (int j = 0; j < n; j += LANES) {
            IntVector x = IntVector.fromArray(INTS, sums, j);
            IntVector y = IntVector.fromArray(INTS, secondSums, j);
            IntVector high = x.lanewise(VectorOperators.ASHR, 8).add(y.lanewise(VectorOperators.ASHR, 8));
            IntVector low = x.and(0xff).add(y.and(0xff));
            FloatVector h = ((FloatVector) high.convertShape(VectorOperators.I2F, FLOATS, 0)).mul(256f);
            FloatVector l = (FloatVector) low.convertShape(VectorOperators.I2F, FLOATS, 0);
            FloatVector r = h.add(l);
            IntVector up = r.sub(h).sub(l).mul(r).reinterpretAsInts();
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits << FRACTION_BITS);
            r.reinterpretAsInts()
                    .sub(1, up.compare(VectorOperators.GT, 0))
                    .lanewise(
                            VectorOperators.OR,
                            1,
                            up.lanewise(VectorOperators.LSHL, 1).compare(VectorOperators.NE, 0))
                    .reinterpretAsFloats()
                    .mul(unit.reinterpretAsFloats())
                    .intoArray(accumulators, at + j);
        }
    }

    /** Keeps 13 bits of fraction of sums that are less than 2^24. */
    private static void shorten(int[] sums, int[] largest, int fractionBits, float[] accumulators, int at, int n) {
        for (int j = 0; j < n; j += LANES) {
            FloatVector x =
                    (FloatVector) IntVector.fromArray(INTS, sums, j).convertShape(VectorOperators.I2F, FLOATS, 0);
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits << FRACTION_BITS);
            x.reinterpretAsInts()
                    .and(-1 << 10)
                    .reinterpretAsFloats()
                    .mul(unit.reinterpretAsFloats())
                    .intoArray(accumulators, at + j);
        }
    }

    /** Rounds numbers that have been rounded to odd to binary16, ties to even; doubts those that overflow. */
    private static void toHalf(float[] numbers, int at, int n, int[] doubts) {
        for (int j = at; j < at + n; j += LANES) {
            FloatVector x = nearestHalf(FloatVector.fromArray(FLOATS, numbers, j));
            x.intoArray(numbers, j);
            doubt(x, HALF_OVERFLOW, doubts, j);
        }
    }

    /** {@return numbers rounded to the fraction bits and subnormal numbers of binary16, ties to even} */
    private static FloatVector nearestHalf(FloatVector x) {
        IntVector bits = x.reinterpretAsInts();
        FloatVector normal = bits.add(0xfff)
                .add(bits.lanewise(VectorOperators.LSHR, 13).and(1))
                .and(-1 << 13)
                .reinterpretAsFloats();
        // 0.75 is a number whose last place has the weight of the smallest subnormal number, 2^-24
        FloatVector subnormal = x.add(0x1.8p-1f).sub(0x1.8p-1f);
        IntVector magnitude = bits.and(~SIGN);
        return normal.blend(
                subnormal,
                magnitude.compare(VectorOperators.LT, HALF_MIN_NORMAL).cast(FLOATS));
    }

    /** Doubts numbers whose magnitude is not less than a limit. */
    private static void doubt(FloatVector x, int limit, int[] doubts, int at) {
        IntVector beyond =
                IntVector.broadcast(INTS, limit - 1).sub(x.reinterpretAsInts().and(~SIGN));
        IntVector.fromArray(INTS, doubts, at).or(beyond.and(SIGN)).intoArray(doubts, at);
    }

    /** Doubts accumulators that have grown out of the range. */
    private static void limit(float[] accumulators, int from, int to, int[] doubts) {
        for (int j = from; j < to; j += LANES) {
            doubt(FloatVector.fromArray(FLOATS, accumulators, j), OVERGROWN, doubts, j);
        }
    }

    /** Adds the results of tiles to the totals, ties to even, and begins the next ones. */
    private void join(int from, int to) {
        for (int j = from; j < to; j += LANES) {
            FloatVector x =
                    FloatVector.fromArray(FLOATS, totals, j).add(FloatVector.fromArray(FLOATS, accumulators, j));
            FloatVector.zero(FLOATS).intoArray(accumulators, j);
            // a sum in binary32 of two numbers of binary16 may be rounded once more, as 24 bits are at least 2 * 11 + 2
            x = half ? nearestHalf(x) : x;
            x.intoArray(totals, j);
            doubt(x, half ? HALF_OVERFLOW : EXPONENT, doubts, j);
        }
    }
}
