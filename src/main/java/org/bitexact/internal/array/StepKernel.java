package org.bitexact.internal.array;

/** A kernel of a {@link FloatStep}. */
public abstract class StepKernel implements ArrayKernel {
    /** The operation. */
    protected final FloatStep step;

    /**
     * Prepares an operation.
     *
     * @param step the operation
     */
    protected StepKernel(FloatStep step) {
        this.step = step;
    }

    /**
     * Computes results.
     *
     * @param src operands, {@link FloatStep#STRIDE} apart
     * @param x position of the first operand
     * @param dst receives the results
     * @param to position of the first result
     * @param n number of results
     * @return whether some operands are rare
     */
    protected abstract boolean run(float[] src, int x, float[] dst, int to, int n);

    @Override
    public final void apply(Object src, int from, Object dst, int to, int n, long index) {
        float[] results = (float[]) dst;
        results[to + n] = run((float[]) src, from, results, to, n) ? 1 : 0;
    }

    @Override
    public final int consumed(int n) {
        return n == 0 ? 0 : 2 * FloatStep.STRIDE + n;
    }

    @Override
    public final int produced(int n) {
        return n == 0 ? 0 : n + 1;
    }
}
