package org.bitexact.quant;

import java.util.ArrayList;
import java.util.List;

/**
 * The scale of a tensor in FP8 training, taken from the largest magnitudes of past steps, so that a tensor can be converted
 * as it is computed.
 *
 * <p>Values are multiplied by {@link #scale()} before they are converted. With the largest magnitude <i>a</i> of the history,
 *
 * <pre>
 * scale = fl(fl(largest / a) / 2^margin)     if a &gt; 0 and the result is finite
 * scale                                      unchanged, otherwise
 * </pre>
 *
 * <p><b>Thread safety</b>: immutable; the next state is a new object.
 *
 * <p>Source: NVIDIA TransformerEngine, {@code DelayedScaling} recipe.
 *
 * @param largest the format's largest finite number, positive
 * @param margin binary orders of magnitude kept free, may be negative, within 64 of 0
 * @param length steps remembered, at least 1
 * @param rule which magnitude of the history counts
 * @param history largest magnitudes of past steps, the newest first; at most {@code length}
 * @param scale the present scale, finite and positive
 * @since 0.1
 */
public record DelayedScaling(float largest, int margin, int length, Rule rule, List<Float> history, float scale) {
    /**
     * Which magnitude of the history counts.
     *
     * @since 0.1
     */
    public enum Rule {
        /** The largest. */
        MAX,
        /** The newest. */
        MOST_RECENT
    }

    /** Checks the components. */
    public DelayedScaling {
        if (!(largest > 0 && largest <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("largest must be finite and positive: " + largest);
        }
        if (margin < -64 || margin > 64) {
            throw new IllegalArgumentException("margin must be in [-64, 64]: " + margin);
        }
        if (length < 1) {
            throw new IllegalArgumentException("length must be at least 1: " + length);
        }
        history = List.copyOf(history);
        if (history.size() > length) {
            throw new IllegalArgumentException("history must have at most " + length + " entries: " + history.size());
        }
        if (!(scale > 0 && scale <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("scale must be finite and positive: " + scale);
        }
    }

    /**
     * {@return the state before the first step: scale 1, no history}
     *
     * @param largest the format's largest finite number, 448 for E4M3
     * @param margin binary orders of magnitude kept free
     * @param length steps remembered
     * @param rule which magnitude of the history counts
     */
    public static DelayedScaling start(float largest, int margin, int length, Rule rule) {
        return new DelayedScaling(largest, margin, length, rule, List.of(), 1);
    }

    /**
     * {@return the state after a step}
     *
     * @param amax the largest magnitude of the step, before scaling; not negative; infinite or NaN values are remembered as
     *     0, so that one overflow does not fix the scale
     * @throws IllegalArgumentException if it is negative
     */
    public DelayedScaling after(float amax) {
        if (amax < 0) {
            throw new IllegalArgumentException("amax must not be negative: " + amax);
        }
        float kept = amax <= Float.MAX_VALUE ? amax : 0;
        List<Float> next = new ArrayList<>(List.of(kept));
        next.addAll(history.subList(0, Math.min(history.size(), length - 1)));
        float a = kept;
        if (rule == Rule.MAX) {
            for (float x : next) {
                a = Math.max(a, x);
            }
        }
        float candidate = Math.scalb(largest / a, -margin);
        boolean usable = a > 0 && candidate > 0 && candidate <= Float.MAX_VALUE;
        return new DelayedScaling(largest, margin, length, rule, next, usable ? candidate : scale);
    }
}
