package org.bitexact.internal.vector;

import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.arith.Arithmetic;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.CodeOperation;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.bitexact.internal.array.FloatStep.Operation;

/**
 * Runs a {@link PairLoop} over any range, a piece at a time. The last vector of a range overlaps the one before; a shorter
 * range goes to the scalar operation, as do the elements that the loop does not decide.
 */
final class PairOperation implements ArrayKernel {
    /** Results of a piece. */
    private static final int PIECE = 1 << 11;

    private static final int COUNT = Lanes.PAIRS.length();
    private static final int MAGNITUDE = 0x7fff;
    private static final int INFINITY = 0x7f80;
    /** The sum of two exponent fields from which on a product is far from being zero in binary32. */
    private static final int SAFE_EXPONENTS = 140;

    private final CodeOperation operation;
    private final PairedLoop loop;
    private final Arithmetic scalar;
    private final boolean fma;

    PairOperation(CodeOperation operation) {
        this.operation = operation;
        scalar = operation.scalar();
        fma = operation.operation() == Operation.FMA;
        loop = LoopVariants.make(PairedLoop.class, PairLoop.class, new PairLoop.Shape(operation.operation()));
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        Operands o = (Operands) src;
        short[] results = (short[]) dst;
        int whole = n / COUNT * COUNT;
        for (int k = 0; k < whole; k += PIECE) {
            piece(o, from + k, results, to + k, Math.min(PIECE, whole - k));
        }
        if (whole < n && whole > 0) {
            piece(o, from + n - COUNT, results, to + n - COUNT, COUNT);
        } else {
            for (int i = whole; i < n; i++) {
                results[to + i] = operation.result(scalar, o, from + i);
            }
        }
    }

    private void piece(Operands o, int from, short[] dst, int to, int n) {
        int largest = loop.run(o, from, dst, to, n);
        boolean small = fma
                && leastExponent(o.x(), o.xFrom() + from, n) + leastExponent(o.y(), o.yFrom() + from, n)
                        < SAFE_EXPONENTS;
        if (small || largest >= Lanes.EXPONENT) {
            replaceRare(o, from, dst, to, n, small);
        }
    }

    /** {@return the exponent field of the smallest number that is not zero, or a large one} */
    private static int leastExponent(short[] codes, int from, int n) {
        // magnitude - 1, in the order of signed numbers, where zero comes last
        ShortVector magnitude = ShortVector.broadcast(Lanes.PAIRS, (short) MAGNITUDE);
        ShortVector least = magnitude;
        for (int i = 0; i < n; i = Math.addExact(i, COUNT)) {
            least = least.min(ShortVector.fromArray(Lanes.PAIRS, codes, from + i)
                    .and(magnitude)
                    .add(magnitude));
        }
        int code = least.reduceLanes(VectorOperators.MIN) - MAGNITUDE & 0xffff;
        return code == 0 ? MAGNITUDE : code >>> 7;
    }

    /**
     * Gives NaNs, and what the loop does not decide, to the scalar operation. A NaN among the results has kept its upper
     * half: it is an operand's, or the one that the processor makes, and their lower halves are zero. Where it is otherwise,
     * the self-check turns the kernel down.
     */
    private void replaceRare(Operands o, int from, short[] dst, int to, int n, boolean small) {
        int first = fma ? INFINITY : INFINITY + 1;
        for (int i = 0; i < n; i++) {
            int m = dst[to + i] & MAGNITUDE;
            if (m >= first || small && m == 0) {
                dst[to + i] = operation.result(scalar, o, from + i);
            }
        }
    }
}
