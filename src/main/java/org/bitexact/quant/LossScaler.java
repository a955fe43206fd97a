package org.bitexact.quant;

/**
 * The scale of a loss in mixed-precision training, which lifts small gradients into the range of a narrow format: static,
 * or dynamic, growing after a number of good steps and falling back when a gradient overflows.
 *
 * <p>A step multiplies the loss by {@link #scale()}, divides the gradients by it, and asks for the {@link #after next
 * state}. A step with an overflow leaves the weights alone.
 *
 * <p><b>Thread safety</b>: immutable; the next state is a new object.
 *
 * <p>Sources: P. Micikevicius et al., <i>Mixed precision training</i>, 2018; NVIDIA, <i>Training with mixed precision</i>,
 * and PyTorch's {@code GradScaler}, whose defaults {@link #dynamic()} has.
 *
 * @param scale the present scale, finite and positive
 * @param growth factor after enough good steps, at least 1; 1 for a static scale
 * @param backoff factor after an overflow, above 0 and at most 1; 1 for a static scale
 * @param interval good steps until the scale grows, at least 1
 * @param goodSteps good steps since the last change, below the interval
 * @since 0.1
 */
public record LossScaler(float scale, float growth, float backoff, int interval, int goodSteps) {
    /** Checks the components. */
    public LossScaler {
        if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("scale must be finite and positive: " + scale);
        }
        if (!(growth >= 1 && growth <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("growth must be finite and at least 1: " + growth);
        }
        if (!(backoff > 0 && backoff <= 1)) {
            throw new IllegalArgumentException("backoff must be in (0, 1]: " + backoff);
        }
        if (interval < 1) {
            throw new IllegalArgumentException("interval must be at least 1: " + interval);
        }
        if (goodSteps < 0 || goodSteps >= interval) {
            throw new IllegalArgumentException("goodSteps must be in [0, " + (interval - 1) + "]: " + goodSteps);
        }
    }

    /**
     * {@return a scale that never changes}
     *
     * @param scale the scale
     */
    public static LossScaler fixed(float scale) {
        return new LossScaler(scale, 1, 1, 1, 0);
    }

    /** {@return a scale of 2^16 that doubles after 2000 good steps and halves after an overflow} */
    public static LossScaler dynamic() {
        return new LossScaler(0x1p16f, 2, 0.5f, 2000, 0);
    }

    /**
     * {@return the state after a step}
     *
     * <p>A scale that would leave the normal numbers of binary32 stays as it is.
     *
     * @param overflow whether a scaled gradient was infinite or NaN, see {@link #overflows}
     */
    public LossScaler after(boolean overflow) {
        if (overflow) {
            return new LossScaler(within(scale * backoff), growth, backoff, interval, 0);
        }
        return goodSteps + 1 < interval
                ? new LossScaler(scale, growth, backoff, interval, goodSteps + 1)
                : new LossScaler(within(scale * growth), growth, backoff, interval, 0);
    }

    private float within(float changed) {
        return changed >= Float.MIN_NORMAL && changed <= Float.MAX_VALUE ? changed : scale;
    }

    /**
     * {@return whether a value is infinite or NaN}
     *
     * @param gradients the scaled gradients
     */
    public static boolean overflows(float[] gradients) {
        boolean finite = true;
        for (float g : gradients) {
            finite &= Math.abs(g) <= Float.MAX_VALUE;
        }
        return !finite;
    }
}
