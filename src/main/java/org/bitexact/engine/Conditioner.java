package org.bitexact.engine;

import org.bitexact.engine.Spec.Conditioning;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;

/**
 * What becomes of operands, given as binary32 numbers, before they are multiplied: they are rounded to what the multiplier
 * takes, and subnormal ones are flushed.
 *
 * <p><b>Thread safety</b>: immutable.
 */
final class Conditioner {
    private final Conditioning conditioning;
    private final float flushedBelow;
    private final boolean toPlus;
    private final int trailingBits;

    Conditioner(Spec spec, FloatFormat format) {
        conditioning = spec.conditioning();
        boolean flushes = spec.flushOperands() && format.subnormalQuantumExponent() < format.emin();
        flushedBelow = flushes ? Math.scalb(1f, format.emin()) : 0;
        toPlus = spec.flushToPlus();
        trailingBits = switch (conditioning) {
            case NONE -> format.trailingBits();
            case TF32_TRUNCATE, TF32_ROUND -> Formats.TF32.trailingBits();
            case BF16_ROUND -> Formats.BFLOAT16.trailingBits();
        };
    }

    /** {@return whether it changes any number} */
    boolean changes() {
        return flushedBelow > 0 || conditioning != Conditioning.NONE;
    }

    /** {@return the bits of fraction that are left} */
    int trailingBits() {
        return trailingBits;
    }

    void apply(float[] x, int from, int n) {
        if (conditioning != Conditioning.NONE) {
            for (int i = from; i < from + n; i++) {
                x[i] = Float.intBitsToFloat((int) OperandReader.condition(Float.floatToRawIntBits(x[i]), conditioning));
            }
        }
        if (flushedBelow > 0 && !(Smallest.magnitude(x, from, n) >= flushedBelow)) {
            for (int i = from; i < from + n; i++) {
                x[i] = Math.abs(x[i]) < flushedBelow ? toPlus && x[i] != 0 ? 0 : 0 * x[i] : x[i];
            }
        }
    }
}
