package org.bitexact.internal.vector.product;

import java.util.Arrays;
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
                        BIAS_AND_FRACTION - b.trailingBits(),
                        0,
                        significandsB,
                        exponentsB,
                        at,
                        specialB,
                        j);
            }
        }
    }

    /** The fraction bits of binary32. */
    private static final int BIAS_AND_FRACTION = 23;

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
                .lanewise(VectorOperators.LSHR, raised.sub(e).add(dropped))
                .lanewise(VectorOperators.LSHL, shift);
        IntVector sign = x.lanewise(VectorOperators.ASHR, 31);
        sig.lanewise(VectorOperators.XOR, sign).sub(sign).intoArray(significands, to);
        raised.blend(ZERO, sig.compare(VectorOperators.EQ, 0)).intoArray(exponents, to);
        IntVector.fromArray(INTS, special, specialAt).or(field.sub(254).max(0)).intoArray(special, specialAt);
    }

    /** Takes a row of A to pieces. */
    private void splitRow(float[] a, int from, int n, int row) {
        Factor factor = steps.a();
        int dropped = BIAS_AND_FRACTION - factor.trailingBits();
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
                align(i, p, Math.min(to, p + steps.half()), to);
                round(i);
                if (tiles && end < 0) {
                    join(i);
                }
                p = to;
            }
        }
    }

    /** Aligns the products of a step and adds them, for two rows. */
    private void align(int row, int from, int middle, int to) {
        int rowA = row * depth;
        int nextA = rowA + depth;
        for (int j = 0; j < COLUMNS; j = Math.addExact(j, 2 * LANES)) {
            int at = row * COLUMNS + j;
            IntVector m00 = IntVector.fromArray(INTS, exponents, at).max(steps.floor());
            IntVector m01 = IntVector.fromArray(INTS, exponents, at + LANES).max(steps.floor());
            IntVector m10 = IntVector.fromArray(INTS, exponents, at + COLUMNS).max(steps.floor());
            IntVector m11 =
                    IntVector.fromArray(INTS, exponents, at + COLUMNS + LANES).max(steps.floor());
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
            add(rowA, j, from, middle, m00, m01, m10, m11, sums);
            if (wide) {
                add(rowA, j, middle, to, m00, m01, m10, m11, secondSums);
            }
        }
    }

    private void add(
            int rowA,
            int j,
            int from,
            int to,
            IntVector m00,
            IntVector m01,
            IntVector m10,
            IntVector m11,
            int[] result) {
        int nextA = rowA + depth;
        IntVector s00 = IntVector.zero(INTS);
        IntVector s01 = s00;
        IntVector s10 = s00;
        IntVector s11 = s00;
        for (int p = from, b = from * COLUMNS + j; p < to; p++, b += COLUMNS) {
            IntVector e0 = IntVector.fromArray(INTS, exponentsB, b);
            IntVector e1 = IntVector.fromArray(INTS, exponentsB, b + LANES);
            IntVector y0 = IntVector.fromArray(INTS, significandsB, b);
            IntVector y1 = IntVector.fromArray(INTS, significandsB, b + LANES);
            IntVector f = IntVector.broadcast(INTS, exponentsA[rowA + p]);
            IntVector x = IntVector.broadcast(INTS, significandsA[rowA + p]);
            s00 = s00.add(cut(x.mul(y0), m00.sub(f).sub(e0)));
            s01 = s01.add(cut(x.mul(y1), m01.sub(f).sub(e1)));
            f = IntVector.broadcast(INTS, exponentsA[nextA + p]);
            x = IntVector.broadcast(INTS, significandsA[nextA + p]);
            s10 = s10.add(cut(x.mul(y0), m10.sub(f).sub(e0)));
            s11 = s11.add(cut(x.mul(y1), m11.sub(f).sub(e1)));
        }
        s00.intoArray(result, j);
        s01.intoArray(result, j + LANES);
        s10.intoArray(result, j + COLUMNS);
        s11.intoArray(result, j + COLUMNS + LANES);
    }

    /** {@return {@code x / 2^distance}, cut toward zero; x is less than 2^31 in magnitude} */
    private static IntVector cut(IntVector x, IntVector distance) {
        IntVector sign = x.lanewise(VectorOperators.ASHR, 31);
        return x.lanewise(VectorOperators.ABS)
                .lanewise(VectorOperators.LSHR, distance.min(31))
                .lanewise(VectorOperators.XOR, sign)
                .sub(sign);
    }

    /** Adds the accumulators of two rows to their sums, and rounds. */
    private void round(int row) {
        int first = row * COLUMNS;
        int fractionBits = steps.fractionBits();
        int left = Math.max(fractionBits - BIAS_AND_FRACTION, 0);
        int right = Math.max(BIAS_AND_FRACTION - fractionBits, 0);
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector m = IntVector.fromArray(INTS, largest, j);
            IntVector c = IntVector.fromArray(INTS, accumulators, first + j);
            IntVector field = c.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 24);
            IntVector hidden = IntVector.zero(INTS).blend(HIDDEN, field.compare(VectorOperators.NE, 0));
            IntVector term = c.and(FRACTION)
                    .or(hidden)
                    .lanewise(VectorOperators.LSHL, left)
                    .lanewise(VectorOperators.LSHR, right)
                    .lanewise(
                            VectorOperators.LSHR, m.sub(field.max(1).sub(BIAS)).min(31));
            IntVector sign = c.lanewise(VectorOperators.ASHR, 31);
            IntVector sum = IntVector.fromArray(INTS, sums, j)
                    .add(term.lanewise(VectorOperators.XOR, sign).sub(sign));
            sign = sum;
            if (wide) {
                IntVector second = IntVector.fromArray(INTS, secondSums, j);
                IntVector both = sum.add(second);
                // the sign of a sum that does not fit is the other one
                sign = sum.lanewise(VectorOperators.XOR, both)
                        .and(second.lanewise(VectorOperators.XOR, both))
                        .lanewise(VectorOperators.XOR, both);
                sum = both;
            }
            sign = sign.lanewise(VectorOperators.ASHR, 31);
            IntVector magnitude = sum.lanewise(VectorOperators.XOR, sign).sub(sign);
            magnitude.intoArray(sums, j);
            sign.and(SIGN).intoArray(secondSums, j);
        }
        if (accumulator == Accumulator.BINARY16_NEAREST) {
            roundToBinary16(first);
        } else {
            roundToBinary32(first);
        }
    }

    private static FloatVector number(IntVector x) {
        return (FloatVector) x.convertShape(VectorOperators.I2F, FLOATS, 0);
    }

    private void roundToBinary32(int first) {
        boolean nearest = accumulator == Accumulator.BINARY32_NEAREST;
        int kept = accumulator == Accumulator.BINARY32_SHORT ? -1 << 10 : -1;
        int fractionBits = steps.fractionBits();
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector magnitude = IntVector.fromArray(INTS, sums, j);
            FloatVector high =
                    number(magnitude.lanewise(VectorOperators.LSHR, 8)).mul(256f);
            FloatVector low = number(magnitude.and(0xff));
            FloatVector sum = high.add(low);
            IntVector bits = sum.reinterpretAsInts();
            if (!nearest) {
                bits = bits.sub(
                                1,
                                sum.sub(high).compare(VectorOperators.GT, low).cast(INTS))
                        .and(kept);
            }
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits);
            IntVector field = bits.lanewise(VectorOperators.LSHR, 23).add(unit);
            VectorMask<Integer> zero = magnitude.compare(VectorOperators.EQ, 0);
            VectorMask<Integer> outside = field.compare(VectorOperators.LT, 1)
                    .or(field.compare(VectorOperators.GT, 254))
                    .andNot(zero);
            bits.add(unit.lanewise(VectorOperators.LSHL, 23))
                    .or(IntVector.fromArray(INTS, secondSums, j))
                    .blend(0, zero)
                    .intoArray(accumulators, first + j);
            field.sub(BIAS).blend(ZERO, zero).intoArray(exponents, first + j);
            if (outside.anyTrue()) {
                IntVector.fromArray(INTS, doubts, first + j).blend(1, outside).intoArray(doubts, first + j);
            }
        }
    }

    private void roundToBinary16(int first) {
        int fractionBits = steps.fractionBits();
        for (int j = 0; j < 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            IntVector magnitude = IntVector.fromArray(INTS, sums, j);
            FloatVector high =
                    number(magnitude.lanewise(VectorOperators.LSHR, 8)).mul(256f);
            FloatVector low = number(magnitude.and(0xff));
            FloatVector sum = high.add(low);
            FloatVector rest = sum.sub(high);
            VectorMask<Integer> zero = magnitude.compare(VectorOperators.EQ, 0);
            IntVector unit = IntVector.fromArray(INTS, largest, j).sub(fractionBits);
            IntVector odd = sum.reinterpretAsInts()
                    .sub(1, rest.compare(VectorOperators.GT, low).cast(INTS));
            odd = odd.blend(odd.or(1), rest.compare(VectorOperators.NE, low).cast(INTS))
                    .add(unit.lanewise(VectorOperators.LSHL, 23))
                    .blend(0, zero);
            IntVector bits = nearestBinary16(odd);
            VectorMask<Integer> none = bits.compare(VectorOperators.EQ, 0);
            bits.or(IntVector.fromArray(INTS, secondSums, j)).blend(0, none).intoArray(accumulators, first + j);
            bits.lanewise(VectorOperators.LSHR, 23)
                    .sub(BIAS)
                    .max(Accumulator.BINARY16_NEAREST.emin())
                    .blend(ZERO, none)
                    .intoArray(exponents, first + j);
            doubtBinary16(bits, first + j);
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

    private void doubtBinary16(IntVector bits, int at) {
        VectorMask<Integer> outside = bits.compare(VectorOperators.GE, HALF_OVERFLOW);
        if (outside.anyTrue()) {
            IntVector.fromArray(INTS, doubts, at).blend(1, outside).intoArray(doubts, at);
        }
    }

    /** Adds the results of a tile of two rows to the totals, ties to even, and begins the next one. */
    private void join(int row) {
        int first = row * COLUMNS;
        for (int j = first; j < first + 2 * COLUMNS; j = Math.addExact(j, LANES)) {
            FloatVector x = IntVector.fromArray(INTS, totals, j).reinterpretAsFloats();
            FloatVector y = IntVector.fromArray(INTS, accumulators, j).reinterpretAsFloats();
            IntVector bits = x.add(y).reinterpretAsInts();
            IntVector magnitude = bits.and(~SIGN);
            if (accumulator == Accumulator.BINARY16_NEAREST) {
                // a sum in binary32 of two such numbers may be rounded once more, as 24 bits are at least 2 * 11 + 2
                magnitude = nearestBinary16(magnitude);
                bits = magnitude.or(bits.and(SIGN));
                doubtBinary16(magnitude, j);
            } else {
                VectorMask<Integer> outside = magnitude.compare(VectorOperators.GE, 0xff << 23);
                if (outside.anyTrue()) {
                    IntVector.fromArray(INTS, doubts, j).blend(1, outside).intoArray(doubts, j);
                }
            }
            bits.intoArray(totals, j);
            IntVector.zero(INTS).intoArray(accumulators, j);
            IntVector.broadcast(INTS, ZERO).intoArray(exponents, j);
        }
    }
}
