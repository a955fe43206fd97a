package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.bitexact.internal.array.FloatStep.Operation;

/**
 * Operations on BF16 codes, two in each lane of 32 bits: the upper one is a binary32 pattern when the other is masked off,
 * the lower one when it is shifted up. Results are rounded as integers and put together again.
 *
 * <p><b>Proof.</b> {@link org.bitexact.internal.arith.ThroughBinary32} has it for everything but sums with a product:
 * rounding the result of binary32 is rounding the exact one. Let P be an exact product, of at most 16 bits, and p what
 * binary32 makes of it.
 *
 * <ul>
 *   <li>P = p: the sum is rounded to odd, see {@link org.bitexact.internal.array.FloatStep}.
 *   <li>P is not p, and p is finite: then |P| &lt; 2^-133. An addend is a multiple of 2^-133. Zero: p is rounded, see
 *       there, except that a p of zero loses its sign. Not zero: the midpoints about the addend z are at least 2^-134 away
 *       from it, and P lies on the same side of 2^-134, and of -2^-134, as p, or on it if p does: what has 16 bits, below
 *       2^-134 in magnitude, and is the product of two 8-bit integers times a power of two, stays below in binary32,
 *       whose quantum is 2^-149. From 2^-134 on it is exact. So p + z, rounded to odd, and P + z round to the same number.
 *   <li>p is infinite, and the sum may be finite.
 * </ul>
 *
 * <p>The caller looks at zeros after small factors and at results that are not finite.
 */
final class PairLoop implements PairedLoop {
    /** What a variant is made for. */
    record Shape(Operation operation) {}

    private static final Operation OPERATION =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).operation();
    private static final boolean TWO = OPERATION.arity() > 1;
    private static final boolean THREE = OPERATION.arity() > 2;

    private static final int HIGH = 0xffff_0000;
    private static final int HALF = 0x7fff;

    /**
     * {@inheritDoc}
     *
     * <p>With more than 325 bytes of code it is compiled alone. Inlined into its caller after another variant had been, it
     * was compiled before its operations were known, for good, and took 20 times as long.
     */
    @Override
    public int run(Operands o, int from, short[] dst, int to, int n) {
        short[] x = o.x();
        short[] y = o.y();
        short[] z = o.z();
        int xFrom = o.xFrom() + from;
        int yFrom = o.yFrom() + from;
        int zFrom = o.zFrom() + from;
        IntVector high = Lanes.broadcast(HIGH);
        IntVector one = Lanes.broadcast(1);
        IntVector half = Lanes.broadcast(HALF);
        IntVector magnitude = Lanes.broadcast(Lanes.MAGNITUDE);
        IntVector largest = IntVector.zero(Lanes.INTS);
        int count = Lanes.PAIRS.length();
        for (int i = 0; i < n; i = Math.addExact(i, count)) {
            IntVector u = ShortVector.fromArray(Lanes.PAIRS, x, xFrom + i).reinterpretAsInts();
            IntVector v = TWO ? ShortVector.fromArray(Lanes.PAIRS, y, yFrom + i).reinterpretAsInts() : u;
            IntVector w =
                    THREE ? ShortVector.fromArray(Lanes.PAIRS, z, zFrom + i).reinterpretAsInts() : u;
            IntVector upper = result(u.and(high), v.and(high), w.and(high));
            IntVector lower = result(
                    u.lanewise(VectorOperators.LSHL, 16),
                    v.lanewise(VectorOperators.LSHL, 16),
                    w.lanewise(VectorOperators.LSHL, 16));
            largest = largest.max(upper.and(magnitude)).max(lower.and(magnitude));
            upper = upper.add(upper.lanewise(VectorOperators.LSHR, 16).and(one)).add(half);
            lower = lower.add(lower.lanewise(VectorOperators.LSHR, 16).and(one)).add(half);
            upper.and(high)
                    .or(lower.lanewise(VectorOperators.LSHR, 16))
                    .reinterpretAsShorts()
                    .intoArray(dst, to + i);
        }
        return largest.reduceLanes(VectorOperators.MAX);
    }

    private static IntVector result(IntVector x, IntVector y, IntVector z) {
        FloatVector u = x.reinterpretAsFloats();
        FloatVector v = y.reinterpretAsFloats();
        return switch (OPERATION) {
            case ADD -> u.add(v).reinterpretAsInts();
            case SUBTRACT -> u.sub(v).reinterpretAsInts();
            case MULTIPLY -> u.mul(v).reinterpretAsInts();
            case DIVIDE -> u.div(v).reinterpretAsInts();
            case SQUARE_ROOT -> u.sqrt().reinterpretAsInts();
            case FMA -> Lanes.sumToOdd(u.mul(v), z.reinterpretAsFloats());
        };
    }
}
