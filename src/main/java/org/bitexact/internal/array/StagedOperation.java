package org.bitexact.internal.array;

import java.util.concurrent.atomic.AtomicReference;
import org.bitexact.arith.Arithmetic;
import org.bitexact.format.Policies;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.jspecify.annotations.Nullable;

/** A {@link CodeOperation} by the kernels of one family: decode, a {@link FloatStep}, encode. */
final class StagedOperation implements ArrayKernel {
    private static final int STRIDE = FloatStep.STRIDE;
    /** Where results lie, behind three rows of operands; one more says whether some are rare. */
    private static final int SUMS = 3 * STRIDE;

    private static final int MEMORY = SUMS + STRIDE + 1;

    private final CodeOperation operation;
    private final FloatStep proof;
    private final Decoder decoder;
    private final ArrayKernel step;
    private final Encoder encoder;
    /** Memory that the last run has left; fresh one would take longer than a short run. */
    private final AtomicReference<float @Nullable []> spare = new AtomicReference<>();

    private StagedOperation(
            CodeOperation operation, FloatStep proof, Decoder decoder, ArrayKernel step, Encoder encoder) {
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
        float[] known = spare.getAndSet(null);
        float[] values = known == null ? new float[MEMORY] : known;
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
            step.apply(values, 0, values, SUMS, m, 0);
            encoder.encode(values, SUMS, results, to + k, m, 0);
            if (values[SUMS + m] != 0) {
                replaceRare(o, at, values, results, to + k, m);
            }
        }
        spare.set(values);
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
