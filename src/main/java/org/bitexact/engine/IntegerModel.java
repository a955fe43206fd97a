package org.bitexact.engine;

import org.bitexact.engine.IntegerSpec.Operation;
import org.bitexact.format.IntFormat;
import org.bitexact.kernel.IntegerDot;
import org.jspecify.annotations.Nullable;

/**
 * The definition of what an engine with an {@link IntegerSpec} computes.
 *
 * <p><b>Thread safety</b>: immutable.
 */
final class IntegerModel {
    private final IntegerSpec spec;
    private final IntFormat a;
    private final IntFormat b;
    private final IntFormat accumulator;

    IntegerModel(IntegerSpec spec, IntFormat a, IntFormat b, IntFormat c, IntFormat d) {
        this.spec = spec;
        this.a = a;
        this.b = b;
        this.accumulator = d;
        // a step adds at most 2^16 products below 2^32 to an accumulator below 2^32: no overflow in 64 bits
        if (a.width() > 16 || b.width() > 16 || d.width() > 32) {
            throw new IllegalArgumentException(
                    "elements of an integer engine must have at most 16 bits, its accumulator" + " 32: " + a + ", " + b
                            + ", " + d);
        }
        if (!c.equals(d)) {
            throw new IllegalArgumentException(
                    "addend and result of an integer engine must have one format: " + c + ", " + d);
        }
        if (spec.operation() != Operation.MULTIPLY && (a.width() > 1 || b.width() > 1)) {
            throw new IllegalArgumentException("elements of a binary engine must have 1 bit: " + a + ", " + b);
        }
    }

    /** {@return the plain rule that gives the same results, or null if there is none} */
    @Nullable
    IntegerDot sameDotProduct() {
        if (a.scaleExponent() != 0
                || b.scaleExponent() != 0
                || accumulator.scaleExponent() != 0
                || accumulator.encoding() != IntFormat.Encoding.TWOS_COMPLEMENT) {
            return null;
        }
        IntegerDot rule = spec.operation() == Operation.XOR_POPCOUNT
                ? IntegerDot.xorPopcount()
                : IntegerDot.of(a, b); // the conjunction of bits is their product
        rule = rule.accumulator(accumulator);
        return spec.saturate() ? rule.saturating(spec.step()) : rule;
    }

    long dot(long[] x, int xFrom, long[] y, int yFrom, int k, long c) {
        long low = -1L << (accumulator.width() - 1);
        long acc = accumulator.toInteger(c);
        for (int from = 0; from < k; from += spec.step()) {
            int to = Math.min(k, from + spec.step());
            for (int i = from; i < to; i++) {
                acc += pair(x[xFrom + i], y[yFrom + i]);
            }
            acc = spec.saturate()
                    ? Math.max(low, Math.min(~low, acc))
                    : accumulator.toInteger(acc & accumulator.codeMask());
        }
        return acc & accumulator.codeMask();
    }

    private long pair(long x, long y) {
        return switch (spec.operation()) {
            case MULTIPLY -> a.toInteger(x) * b.toInteger(y);
            case XOR_POPCOUNT -> x ^ y;
            case AND_POPCOUNT -> x & y;
        };
    }
}
