package org.bitexact.internal.vector.product;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.AlignedPanel;
import org.bitexact.internal.array.AlignedSteps;
import org.bitexact.internal.array.AlignedSteps.Accumulator;
import org.bitexact.internal.array.AlignedSteps.Factor;

/**
 * Steps of a matrix engine in integers, the columns of a panel side by side.
 *
 * <p>An operand is an integer significand with a sign, in units of its last place, and its exponent <i>E</i>; a zero has
 * an exponent that is below every other. A product is one multiplication; its magnitude, of {@code fractionBits + 2} bits,
 * is shifted right by the distance of its exponent from the largest one, and takes the sign again. The accumulator's 24
 * bits are shifted likewise. A step goes over the exponents first and over the significands next.
 *
 * <p><b>Result of a step</b>: the magnitude of the sum, at most 32 bits, is {@code h + l}, the low 8 bits being
 * <i>l</i>; both are exact in binary32. {@code r = fl(h + l)} is the nearest number, and {@code r - h} is exact, since h is
 * zero or at least 256 and greater than l (Dekker, 1971). So the comparison of {@code r - h} with {@code l} tells
 * whether r was rounded up, down, or not at all: one step down gives the sum rounded toward zero; its last bit set where
 * it is inexact gives the sum rounded to odd, which may be rounded again to 11 bits.
 */
final class VectorAlignedPanel implements AlignedPanel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();
    private static final int COLUMNS = VectorFmaPanel.COLUMNS;

    private static final int SIGN = 0x8000_0000;
    private static final int FRACTION = 0x7f_ffff;
    private static final int HIDDEN = 0x80_0000;
    private static final int BIAS = 127;
    private static final int FRACTION_BITS = 23;
    /** The exponent of a zero: below every other one, and so are sums of two of them and of one and any other. */
    private static final int ZERO = -100_000;
    /** Above every number of binary16: 2^16. */
    private static final int HALF_OVERFLOW = 0x4780_0000;

    private static final int HALF_MIN_NORMAL = 0x3880_0000;

    private final AlignedSteps steps;
    private final boolean tiles;
    private final int depth;
    private final boolean wide;
    private final Accumulator accumulator;

    private final float[] values;
    private final int[] significandsB;
    private final int[] exponentsB;
    private final int[] specialB = new int[COLUMNS];

    private final int[] significandsA; // one row more than asked for, so that rows come in pairs
    private final int[] exponentsA;
    private final int[] special; // of a vector of A

    private final int[] accumulators; // bits of binary32 numbers
    private final int[] exponents; // their E
    private final int[] totals; // of tiles so far
    private final int[] doubts;

    private final int[] largest = new int[2 * COLUMNS]; // of a step of two rows
    private final int[] sums = new int[2 * COLUMNS];
    private final int[] secondSums = new int[2 * COLUMNS];
    private final int[] signs = new int[2 * COLUMNS];
    private final int[] rounded = new int[2 * COLUMNS];
    private final Pass[] passes;

    VectorAlignedPanel(AlignedSteps steps, boolean tiles, int rows, int depth) {
        this.steps = steps;
        this.tiles = tiles;
        this.depth = depth;
        wide = steps.isWide();
        accumulator = steps.accumulator();
        values = new float[depth * COLUMNS];
        significandsB = new int[depth * COLUMNS];
        exponentsB = new int[depth * COLUMNS];
        int pairs = (rows + 1) / 2;
        significandsA = new int[2 * pairs * depth];
        exponentsA = new int[2 * pairs * depth];
        special = new int[LANES];
        accumulators = new int[2 * pairs * COLUMNS];
        exponents = new int[2 * pairs * COLUMNS];
        totals = new int[tiles ? 2 * pairs * COLUMNS : 0];
        doubts = new int[2 * pairs * COLUMNS];
        passes = passes();
    }

    @Override
    public float[] row(int p) {
        return values;
    }

    @Override
    public int from(int p) {
        return p * COLUMNS;
    }

    // ------------------------------------------------------------------ operands

    @Override
    public void loaded(int n) {
        Arrays.fill(specialB, 0);
        Factor b = steps.b();
        for (int j = 0; j < COLUMNS; j += LANES) {
            for (int p = 0; p < n; p++) {
                int at = p * COLUMNS + j;
                split(
                        values,
                        at,
                        b.mask(),
                        b.emin(),
                        FRACTION_BITS - b.trailingBits(),
                        0,
                        significandsB,
                        exponentsB,
                        at,
                        specialB,
                        j);
            }
        }
    }

    /**
     * Takes numbers to pieces.
     *
     * @param mask bits of a number that count
     * @param emin least exponent
     * @param dropped fraction bits of binary32 that the numbers do not have
     * @param shift how far the significands are shifted to the left at last
     * @param special receives nonzero where a number is infinite or NaN
     */
    private static void split(
            float[] from,
            int at,
            int mask,
            int emin,
            int dropped,
            int shift,
            int[] significands,
            int[] exponents,
            int to,
            int[] special,
            int specialAt) {
        IntVector x =
                FloatVector.fromArray(FLOATS, from, at).reinterpretAsInts().and(mask);
        IntVector field = x.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 24);
        IntVector hidden = IntVector.zero(INTS).blend(HIDDEN, field.compare(VectorOperators.NE, 0));
        IntVector e = field.max(1).sub(BIAS);
        IntVector raised = e.max(emin);
        IntVector sig = x.and(FRACTION)
                .or(hidden)
                .lanewise(VectorOperators.ASHR, raised.sub(e).add(dropped))
                .lanewise(VectorOperators.LSHL, shift);
        IntVector sign = x.lanewise(VectorOperators.ASHR, 31);
        sig.lanewise(VectorOperators.XOR, sign).sub(sign).intoArray(significands, to);
        raised.blend(ZERO, sig.compare(VectorOperators.EQ, 0)).intoArray(exponents, to);
        IntVector.fromArray(INTS, special, specialAt).or(field.sub(254).max(0)).intoArray(special, specialAt);
    }

    /** Takes a row of A to pieces. */
    private void splitRow(float[] a, int from, int n, int row) {
        Factor factor = steps.a();
        int dropped = FRACTION_BITS - factor.trailingBits();
        int to = row * depth;
        Arrays.fill(special, 0);
        int p = 0;
        for (; p <= n - LANES; p += LANES) {
            split(
                    a,
                    from + p,
                    factor.mask(),
                    factor.emin(),
                    dropped,
                    steps.shift(),
                    significandsA,
                    exponentsA,
                    to + p,
                    special,
                    0);
        }
        boolean any = false;
        for (int s : special) {
            any |= s != 0;
        }
        for (; p < n; p++) {
            int x = Float.floatToRawIntBits(a[from + p]) & factor.mask();
            int field = x << 1 >>> 24;
            int e = Math.max(field, 1) - BIAS;
            int raised = Math.max(e, factor.emin());
            int sig = (x & FRACTION | (field == 0 ? 0 : HIDDEN)) >>> (raised - e + dropped) << steps.shift();
            significandsA[to + p] = x < 0 ? -sig : sig;
            exponentsA[to + p] = sig == 0 ? ZERO : raised;
            any |= field == 255;
        }
        if (any) {
            Arrays.fill(doubts, row * COLUMNS, (row + 1) * COLUMNS, 1);
        }
    }

    // ------------------------------------------------------------------ accumulators

    @Override
    public void start(int i, int j, int bits) {
        int at = i * COLUMNS + j;
        doubts[at] = (bits & ~SIGN) >>> 23 == 255 ? 1 : 0;
        if (tiles) {
            totals[at] = bits;
            accumulators[at] = 0;
            exponents[at] = ZERO;
        } else {
            accumulators[at] = bits;
            int e = Math.max((bits & ~SIGN) >>> 23, 1) - BIAS;
            exponents[at] = (bits & ~SIGN) == 0 ? ZERO : Math.max(e, accumulator.emin());
        }
    }

    @Override
    public int result(int i, int j) {
        return (tiles ? totals : accumulators)[i * COLUMNS + j];
    }

    @Override
    public boolean isDoubtful(int i, int j) {
        return (doubts[i * COLUMNS + j] | specialB[j]) != 0;
    }

    // ------------------------------------------------------------------ steps

    @Override
    public void accumulate(float[] a, int from, int stride, int rows, int[] ends) {
        int n = ends.length == 0 ? 0 : Math.max(ends[ends.length - 1], ~ends[ends.length - 1]);
        for (int i = 0; i < rows; i++) {
            splitRow(a, from + i * stride, n, i);
        }
        for (int i = 0; i < rows; i += 2) {
            int p = 0;
            for (int end : ends) {
                int to = Math.max(end, ~end);
                int middle = wide ? Math.min(to, p + steps.half()) : to;
                for (Pass pass : passes) {
                    pass.run(i, p, middle, to);
                }
                if (tiles && end < 0) {
                    join(i);
                }
                p = to;
            }
        }
    }

    /** Finds the largest exponents of the terms of a step, for two rows. */
    private static void largest(
            int[] exponents,
            int row,
            int floor,
            int[] exponentsA,
            int rowA,
            int nextA,
            int[] exponentsB,
            int from,
            int to,
            int[] largest) {
        for (int j = 0; j < COLUMNS; j = Math.addExact(j, 2 * LANES)) {
            int at = row * COLUMNS + j;
            IntVector m00 = IntVector.fromArray(INTS, exponents, at).max(floor);
            IntVector m01 = IntVector.fromArray(INTS, exponents, at + LANES).max(floor);
            IntVector m10 = IntVector.fromArray(INTS, exponents, at + COLUMNS).max(floor);
            IntVector m11 =
                    IntVector.fromArray(INTS, exponents, at + COLUMNS + LANES).max(floor);
            for (int p = from, b = from * COLUMNS + j; p < to; p++, b += COLUMNS) {
                IntVector e0 = IntVector.fromArray(INTS, exponentsB, b);
                IntVector e1 = IntVector.fromArray(INTS, exponentsB, b + LANES);
                IntVector x0 = IntVector.broadcast(INTS, exponentsA[rowA + p]);
                IntVector x1 = IntVector.broadcast(INTS, exponentsA[nextA + p]);
                m00 = m00.max(e0.add(x0));
                m01 = m01.max(e1.add(x0));
                m10 = m10.max(e0.add(x1));
                m11 = m11.max(e1.add(x1));
            }
            m00.intoArray(largest, j);
            m01.intoArray(largest, j + LANES);
            m10.intoArray(largest, j + COLUMNS);
            m11.intoArray(largest, j + COLUMNS + LANES);
        }
    }

    /**
     * Adds the products of a step, cut, for two rows.
     *
     * @implNote With one vector of columns: with two, there are more calls in the loop than the compilers inline.
     */
    private static void add(
            int[] largest,
            int[] significandsA,
            int[] exponentsA,
            int rowA,
            int nextA,
            int[] significandsB,
            int[] exponentsB,
            int from,
            int to,
            int[] sums) {
        for (int j = 0; j < COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector m0 = IntVector.fromArray(INTS, largest, j);
            IntVector m1 = IntVector.fromArray(INTS, largest, j + COLUMNS);
            IntVector s0 = IntVector.zero(INTS);
            IntVector s1 = IntVector.zero(INTS);
            for (int p = from, b = from * COLUMNS + j; p < to; p++, b += COLUMNS) {
                IntVector e = IntVector.fromArray(INTS, exponentsB, b);
                IntVector y = IntVector.fromArray(INTS, significandsB, b);
                IntVector f0 = IntVector.broadcast(INTS, exponentsA[rowA + p]);
                IntVector x0 = IntVector.broadcast(INTS, significandsA[rowA + p]);
                IntVector f1 = IntVector.broadcast(INTS, exponentsA[nextA + p]);
                IntVector x1 = IntVector.broadcast(INTS, significandsA[nextA + p]);
                s0 = s0.add(cut(x0.mul(y), m0.sub(e).sub(f0)));
                s1 = s1.add(cut(x1.mul(y), m1.sub(e).sub(f1)));
            }
            s0.intoArray(sums, j);
            s1.intoArray(sums, j + COLUMNS);
        }
    }

    /** {@return {@code x / 2^distance}, cut toward zero; x is less than 2^31 in magnitude} */
    private static IntVector cut(IntVector x, IntVector distance) {
        IntVector sign = x.lanewise(VectorOperators.ASHR, 31);
        return x.lanewise(VectorOperators.ABS)
                .lanewise(VectorOperators.ASHR, distance.min(31))
                .lanewise(VectorOperators.XOR, sign)
                .sub(sign);
    }

    /**
     * A part of a step of two rows.
     *
     * <p>Parts are objects so that compilers do not inline them into one method: there is a limit to the calls that they
     * inline into a method, and vector operations beyond it make objects.
     */
    private interface Pass {
        void run(int row, int from, int middle, int to);
    }

    /** The parts of a step. */
    private Pass[] passes() {
        int fractionBits = steps.fractionBits();
        int floor = steps.floor();
        int kept = accumulator == Accumulator.BINARY32_SHORT ? -1 << 10 : -1;
        int down = accumulator == Accumulator.BINARY32_NEAREST ? 0 : -1;
        List<Pass> parts = new ArrayList<>();
        parts.add((row, from, middle, to) -> largest(
                exponents, row, floor, exponentsA, row * depth, (row + 1) * depth, exponentsB, from, to, largest));
        parts.add((row, from, middle, to) -> add(
                largest,
                significandsA,
                exponentsA,
                row * depth,
                (row + 1) * depth,
                significandsB,
                exponentsB,
                from,
                middle,
                sums));
        if (wide) {
            parts.add((row, from, middle, to) -> add(
                    largest,
                    significandsA,
                    exponentsA,
                    row * depth,
                    (row + 1) * depth,
                    significandsB,
                    exponentsB,
                    middle,
                    to,
                    secondSums));
        }
        if (wide) {
            parts.add((row, from, middle, to) ->
                    addAccumulators(accumulators, row * COLUMNS, largest, fractionBits, sums));
            parts.add((row, from, middle, to) -> addHalves(sums, secondSums, signs));
        } else {
            parts.add((row, from, middle, to) ->
                    addAccumulators(accumulators, row * COLUMNS, largest, fractionBits, sums, signs));
        }
        if (accumulator == Accumulator.BINARY16_NEAREST) {
            parts.add((row, from, middle, to) -> roundToOdd(sums, rounded));
            parts.add((row, from, middle, to) -> nearestBinary16(rounded, largest, fractionBits));
            parts.add((row, from, middle, to) ->
                    storeBinary16(rounded, signs, row * COLUMNS, accumulators, exponents, doubts));
        } else {
            parts.add((row, from, middle, to) -> round(sums, down, kept, rounded));
            parts.add((row, from, middle, to) -> storeBinary32(
                    rounded, largest, fractionBits, signs, row * COLUMNS, accumulators, exponents, doubts));
        }
        return parts.toArray(new Pass[0]);
    }

    /** {@return accumulators with a sign, cut to the units of their steps} */
    private static IntVector terms(IntVector c, IntVector largest, int left, int right) {
        IntVector field = c.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 24);
        IntVector sign = c.lanewise(VectorOperators.ASHR, 31);
        return c.and(FRACTION)
                .or(field.min(1).lanewise(VectorOperators.LSHL, FRACTION_BITS))
                .lanewise(VectorOperators.LSHL, left)
                .lanewise(VectorOperators.ASHR, right)
                .lanewise(
                        VectorOperators.ASHR,
                        largest.add(BIAS).sub(field.max(1)).min(31))
                .lanewise(VectorOperators.XOR, sign)
                .sub(sign);
    }

    /** Adds accumulators to sums. */
    private static void addAccumulators(int[] accumulators, int first, int[] largest, int fractionBits, int[] sums) {
        int left = Math.max(fractionBits - FRACTION_BITS, 0);
        int right = Math.max(FRACTION_BITS - fractionBits, 0);
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector c = IntVector.fromArray(INTS, accumulators, first + j);
            IntVector m = IntVector.fromArray(INTS, largest, j);
            IntVector.fromArray(INTS, sums, j).add(terms(c, m, left, right)).intoArray(sums, j);
        }
    }

    /** Adds accumulators to sums, which become magnitudes. */
    private static void addAccumulators(
            int[] accumulators, int first, int[] largest, int fractionBits, int[] sums, int[] signs) {
        int left = Math.max(fractionBits - FRACTION_BITS, 0);
        int right = Math.max(FRACTION_BITS - fractionBits, 0);
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector c = IntVector.fromArray(INTS, accumulators, first + j);
            IntVector m = IntVector.fromArray(INTS, largest, j);
            IntVector sum = IntVector.fromArray(INTS, sums, j).add(terms(c, m, left, right));
            IntVector sign = sum.lanewise(VectorOperators.ASHR, 31);
            sum.lanewise(VectorOperators.XOR, sign).sub(sign).intoArray(sums, j);
            sign.and(SIGN).intoArray(signs, j);
        }
    }

    /** Replaces first halves of sums by the magnitudes of the whole sums, of 32 bits. */
    private static void addHalves(int[] sums, int[] secondSums, int[] signs) {
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector x = IntVector.fromArray(INTS, sums, j);
            IntVector y = IntVector.fromArray(INTS, secondSums, j);
            IntVector sum = x.add(y);
            // the sign of a sum that does not fit is the other one
            IntVector sign = x.lanewise(VectorOperators.XOR, sum)
                    .and(y.lanewise(VectorOperators.XOR, sum))
                    .lanewise(VectorOperators.XOR, sum)
                    .lanewise(VectorOperators.ASHR, 31);
            sum.lanewise(VectorOperators.XOR, sign).sub(sign).intoArray(sums, j);
            sign.and(SIGN).intoArray(signs, j);
        }
    }

    private static FloatVector number(IntVector x) {
        return (FloatVector) x.convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    /**
     * Rounds magnitudes to 24 bits.
     *
     * @param down -1 to round toward zero, 0 to nearest
     * @param kept the bits of the numbers that are kept at last
     * @param rounded receives the bits of binary32 numbers
     */
    private static void round(int[] magnitudes, int down, int kept, int[] rounded) {
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector magnitude = IntVector.fromArray(INTS, magnitudes, j);
            FloatVector high =
                    number(magnitude.lanewise(VectorOperators.LSHR, 8)).mul(256f);
            FloatVector low = number(magnitude.and(0xff));
            FloatVector sum = high.add(low);
            // neither is negative, so that they may be compared by their bits
            IntVector up = low.reinterpretAsInts()
                    .sub(sum.sub(high).reinterpretAsInts())
                    .lanewise(VectorOperators.ASHR, 31);
            sum.reinterpretAsInts().add(up.and(down)).and(kept).intoArray(rounded, j);
        }
    }

    /** Rounds magnitudes to 24 bits, to odd. */
    private static void roundToOdd(int[] magnitudes, int[] rounded) {
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector magnitude = IntVector.fromArray(INTS, magnitudes, j);
            FloatVector high =
                    number(magnitude.lanewise(VectorOperators.LSHR, 8)).mul(256f);
            FloatVector low = number(magnitude.and(0xff));
            FloatVector sum = high.add(low);
            IntVector difference = low.reinterpretAsInts().sub(sum.sub(high).reinterpretAsInts());
            IntVector up = difference.lanewise(VectorOperators.ASHR, 31);
            IntVector inexact =
                    IntVector.zero(INTS).sub(difference).or(difference).lanewise(VectorOperators.LSHR, 31);
            sum.reinterpretAsInts().add(up).or(inexact).intoArray(rounded, j);
        }
    }

    /** Stores rounded sums, in units of their step; an exponent may lie outside the range. */
    private static void storeBinary32(
            int[] numbers,
            int[] largest,
            int fractionBits,
            int[] signs,
            int first,
            int[] accumulators,
            int[] exponents,
            int[] doubts) {
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector x = IntVector.fromArray(INTS, numbers, j);
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits);
            VectorMask<Integer> zero = x.compare(VectorOperators.EQ, 0);
            x.add(unit.lanewise(VectorOperators.LSHL, FRACTION_BITS))
                    .or(IntVector.fromArray(INTS, signs, j))
                    .blend(0, zero)
                    .intoArray(accumulators, first + j);
            IntVector e =
                    x.lanewise(VectorOperators.LSHR, FRACTION_BITS).add(unit).sub(BIAS);
            e.blend(ZERO, zero).intoArray(exponents, first + j);
            // negative unless e is in [-126, 127]
            IntVector outside =
                    e.add(126).or(IntVector.broadcast(INTS, 127).sub(e)).blend(0, zero);
            IntVector.fromArray(INTS, doubts, first + j).or(outside.and(SIGN)).intoArray(doubts, first + j);
        }
    }

    /** Gives sums without a sign, rounded to odd, their exponents and rounds them to binary16. */
    private static void nearestBinary16(int[] numbers, int[] largest, int fractionBits) {
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector x = IntVector.fromArray(INTS, numbers, j);
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits);
            IntVector scaled = x.add(unit.lanewise(VectorOperators.LSHL, FRACTION_BITS))
                    .blend(0, x.compare(VectorOperators.EQ, 0));
            nearestBinary16(scaled).intoArray(numbers, j);
        }
    }

    /** {@return numbers without a sign, rounded to the fraction bits and subnormal numbers of binary16, ties to even} */
    private static IntVector nearestBinary16(IntVector x) {
        IntVector normal =
                x.add(0xfff).add(x.lanewise(VectorOperators.LSHR, 13).and(1)).and(-1 << 13);
        // 0.75 is a number whose last place has the weight of the smallest subnormal number, 2^-24
        IntVector subnormal =
                x.reinterpretAsFloats().add(0x1.8p-1f).sub(0x1.8p-1f).reinterpretAsInts();
        return normal.blend(subnormal, x.compare(VectorOperators.LT, HALF_MIN_NORMAL));
    }

    private static void storeBinary16(
            int[] numbers, int[] signs, int first, int[] accumulators, int[] exponents, int[] doubts) {
        int emin = Accumulator.BINARY16_NEAREST.emin();
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector x = IntVector.fromArray(INTS, numbers, j);
            VectorMask<Integer> zero = x.compare(VectorOperators.EQ, 0);
            x.or(IntVector.fromArray(INTS, signs, j)).blend(0, zero).intoArray(accumulators, first + j);
            x.lanewise(VectorOperators.LSHR, FRACTION_BITS)
                    .sub(BIAS)
                    .max(emin)
                    .blend(ZERO, zero)
                    .intoArray(exponents, first + j);
            doubt(x, HALF_OVERFLOW, doubts, first + j);
        }
    }

    /** Doubts numbers without a sign that are not less than a limit. */
    private static void doubt(IntVector x, int limit, int[] doubts, int at) {
        // a number is never so far below the limit that the difference overflows
        IntVector beyond = IntVector.broadcast(INTS, limit - 1).sub(x);
        IntVector.fromArray(INTS, doubts, at).or(beyond.and(SIGN)).intoArray(doubts, at);
    }

    /** Adds the results of a tile of two rows to the totals, ties to even, and begins the next one. */
    private void join(int row) {
        int first = row * COLUMNS;
        boolean half = accumulator == Accumulator.BINARY16_NEAREST;
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            FloatVector x = IntVector.fromArray(INTS, totals, first + j).reinterpretAsFloats();
            FloatVector y = IntVector.fromArray(INTS, accumulators, first + j).reinterpretAsFloats();
            IntVector bits = x.add(y).reinterpretAsInts();
            bits.and(~SIGN).intoArray(rounded, j);
            bits.and(SIGN).intoArray(signs, j);
            IntVector.zero(INTS).intoArray(accumulators, first + j);
            IntVector.broadcast(INTS, ZERO).intoArray(exponents, first + j);
        }
        int limit = half ? HALF_OVERFLOW : 0xff << FRACTION_BITS;
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector magnitude = IntVector.fromArray(INTS, rounded, j);
            if (half) {
                // a sum in binary32 of two such numbers may be rounded once more, as 24 bits are at least 2 * 11 + 2
                magnitude = nearestBinary16(magnitude);
            }
            magnitude.or(IntVector.fromArray(INTS, signs, j)).intoArray(totals, first + j);
            doubt(magnitude, limit, doubts, first + j);
        }
    }
}
