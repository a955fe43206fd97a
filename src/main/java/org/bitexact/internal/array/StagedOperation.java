package org.bitexact.internal.array;

import org.bitexact.arith.Arithmetic;
import org.bitexact.format.Policies;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.jspecify.annotations.Nullable;

/** A {@link CodeOperation} by the kernels of one family: decode, a {@link FloatStep}, encode. */
final class StagedOperation implements ArrayKernel {
    private static final int STRIDE = FloatStep.STRIDE;

    private final CodeOperation operation;
    private final FloatStep proof;
    private final Decoder decoder;
    private final ArrayKernel step;
    private final Encoder encoder;

    private StagedOperation(CodeOperation operation, FloatStep proof, Decoder decoder, ArrayKernel step, Encoder encoder) {
        this.operation = operation;
        this.proof = proof;
        this.decoder = decoder;
        this.step = step;
        this.encoder = encoder;
    }

    /** {@return the operation by a family's kernels, or null if it lacks one of them} */
    static @Nullable ArrayKernel of(Kernels family, CodeOperation operation) {
        FloatStep proof = operation.step();
        Decoder decoder = family.decoder(operation.format());
        ArrayKernel step = family.step(proof);
        Encoder encoder = family.encoder(operation.format(), Policies.IEEE, 0);
        return decoder == null || step == null || encoder == null
                ? null
                : new StagedOperation(operation, proof, decoder, step, encoder);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        Operands o = (Operands) src;
        short[] results = (short[]) dst;
        float[] values = new float[3 * STRIDE];
        float[] sums = new float[STRIDE + 1];
        int arity = operation.operation().arity();
        for (int k = 0; k < n; k += STRIDE) {
            int m = Math.min(STRIDE, n - k);
            int at = from + k;
            decoder.decode(o.x(), o.xFrom() + at, values, 0, m);
            if (arity > 1) {
                decoder.decode(o.y(), o.yFrom() + at, values, STRIDE, m);
            }
            if (arity > 2) {
                decoder.decode(o.z(), o.zFrom() + at, values, 2 * STRIDE, m);
            }
            step.apply(values, 0, sums, 0, m, 0);
            encoder.encode(sums, 0, results, to + k, m, 0);
            if (sums[m] != 0) {
                replaceRare(o, at, values, results, to + k, m);
            }
        }
    }

    private void replaceRare(Operands o, int from, float[] values, short[] dst, int to, int n) {
        Arithmetic scalar = operation.scalar();
        for (int i = 0; i < n; i++) {
            if (proof.isRare(values[i], values[STRIDE + i], values[2 * STRIDE + i])) {
                dst[to + i] = operation.result(scalar, o, from + i);
            }
        }
    }
}
