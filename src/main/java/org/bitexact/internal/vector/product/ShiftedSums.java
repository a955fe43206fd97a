package org.bitexact.internal.vector.product;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.AlignedSteps;
import org.bitexact.internal.array.AlignedSteps.Factor;

/**
 * Sums in which products are integers of {@code fractionBits + 2} bits and a sign: an operand is an integer significand,
 * in units of its last place, and its exponent. A product is shifted right by the distance of its exponent from the
 * largest one. As shifts go down, one is taken from negative products before, and given back: <i>ceil(x / 2^d) =
 * floor((x - 1) / 2^d) + 1</i>.
 */
final class ShiftedSums implements AlignedSums {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> HALF_OF_SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));
    private static final int LANES = INTS.length();
    private static final int COLUMNS = VectorFmaPanel.COLUMNS;
    private static final int FRACTION = 0x7f_ffff;
    private static final int HIDDEN = 0x80_0000;
    private static final int FRACTION_BITS = 23;
    private static final int BIAS = 127;

    private final AlignedSteps steps;
    private final float[] a;
    private final short[] exponentsA;
    private final int[] significandsA;
    private final float[] b;
    private final short[] exponentsB;
    private final int[] significandsB;

    ShiftedSums(AlignedSteps steps, float[] a, short[] exponentsA, float[] b, short[] exponentsB) {
        this.steps = steps;
        this.a = a;
        this.exponentsA = exponentsA;
        significandsA = new int[a.length];
        this.b = b;
        this.exponentsB = exponentsB;
        significandsB = new int[b.length];
    }

    @Override
    public void loadedB(int n) {
        significands(b, 0, n * COLUMNS, steps.b(), 0, significandsB);
    }

    @Override
    public void loadedA(int from, int vectors) {
        significands(a, from, vectors * LANES, steps.a(), steps.shift(), significandsA);
    }

    /**
     * Takes significands out of numbers.
     *
     * @param shift how far they are shifted to the left at last
     */
    private static void significands(float[] numbers, int from, int n, Factor factor, int shift, int[] significands) {
        int dropped = FRACTION_BITS - factor.trailingBits();
        for (int i = from; i < from + n; i += LANES) {
            IntVector x = FloatVector.fromArray(FLOATS, numbers, i).reinterpretAsInts();
            IntVector field = x.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 24);
            IntVector hidden = field.min(1).lanewise(VectorOperators.LSHL, FRACTION_BITS);
            IntVector e = field.max(1).sub(BIAS);
            IntVector sig = x.and(FRACTION)
                    .or(hidden)
                    .lanewise(VectorOperators.ASHR, e.max(factor.emin()).sub(e).add(dropped))
                    .lanewise(VectorOperators.LSHL, shift);
            IntVector sign = x.lanewise(VectorOperators.ASHR, 31);
            sig.lanewise(VectorOperators.XOR, sign).sub(sign).intoArray(significands, i);
        }
    }

    @Override
    public void add(
            float[] accumulators, int at, int[] largest, int rows, int rowA, int stride, int from, int to, int[] sums) {
        start(accumulators, at, largest, steps.fractionBits(), rows * COLUMNS, sums);
        add(
                largest,
                rows,
                significandsA,
                exponentsA,
                rowA,
                stride,
                significandsB,
                exponentsB,
                from * COLUMNS,
                to - from,
                sums);
    }

    /** Cuts accumulators; a zero is so far below the largest exponent that nothing is left of its hidden bit. */
    private static void start(float[] accumulators, int at, int[] largest, int fractionBits, int n, int[] sums) {
        int left = Math.max(fractionBits - FRACTION_BITS, 0);
        int right = Math.max(FRACTION_BITS - fractionBits, 0);
        for (int j = 0; j < n; j = Math.addExact(j, LANES)) {
            IntVector c = FloatVector.fromArray(FLOATS, accumulators, at + j).reinterpretAsInts();
            IntVector field = c.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 24);
            IntVector m = IntVector.fromArray(INTS, largest, j).lanewise(VectorOperators.LSHR, FRACTION_BITS);
            IntVector sign = c.lanewise(VectorOperators.ASHR, 31);
            c.and(FRACTION)
                    .or(HIDDEN)
                    .lanewise(VectorOperators.LSHL, left)
                    .lanewise(VectorOperators.ASHR, right)
                    .lanewise(VectorOperators.ASHR, m.sub(field).min(31))
                    .lanewise(VectorOperators.XOR, sign)
                    .sub(sign)
                    .intoArray(sums, j);
        }
    }

    /** Adds products, two rows at a time. */
    private static void add(
            int[] largest,
            int rows,
            int[] significandsA,
            short[] exponentsA,
            int rowA,
            int stride,
            int[] significandsB,
            short[] exponentsB,
            int from,
            int n,
            int[] sums) {
        for (int i = 0; i < rows; i += 2) {
            int first = rowA + i * stride;
            int second = first + stride;
            for (int j = 0; j < COLUMNS; j = Math.addExact(j, LANES)) {
                int i0 = i * COLUMNS + j;
                int i1 = i0 + COLUMNS;
                IntVector m0 = IntVector.fromArray(INTS, largest, i0)
                        .lanewise(VectorOperators.LSHR, FRACTION_BITS)
                        .sub(BIAS);
                IntVector m1 = IntVector.fromArray(INTS, largest, i1)
                        .lanewise(VectorOperators.LSHR, FRACTION_BITS)
                        .sub(BIAS);
                IntVector s0 = IntVector.fromArray(INTS, sums, i0);
                IntVector s1 = IntVector.fromArray(INTS, sums, i1);
                for (int p = 0, y = from + j; p < n; p = Math.addExact(p, 1), y += COLUMNS) {
                    IntVector e = (IntVector) ShortVector.fromArray(HALF_OF_SHORTS, exponentsB, y)
                            .convertShape(VectorOperators.S2I, INTS, 0);
                    IntVector sig = IntVector.fromArray(INTS, significandsB, y);
                    IntVector x0 =
                            IntVector.broadcast(INTS, significandsA[first + p]).mul(sig);
                    IntVector x1 =
                            IntVector.broadcast(INTS, significandsA[second + p]).mul(sig);
                    IntVector d0 = m0.sub(e).sub(exponentsA[first + p]).min(31);
                    IntVector d1 = m1.sub(e).sub(exponentsA[second + p]).min(31);
                    IntVector n0 = x0.lanewise(VectorOperators.LSHR, 31);
                    IntVector n1 = x1.lanewise(VectorOperators.LSHR, 31);
                    s0 = s0.add(x0.sub(n0).lanewise(VectorOperators.ASHR, d0)).add(n0);
                    s1 = s1.add(x1.sub(n1).lanewise(VectorOperators.ASHR, d1)).add(n1);
                }
                s0.intoArray(sums, i0);
                s1.intoArray(sums, i1);
            }
        }
    }
}
