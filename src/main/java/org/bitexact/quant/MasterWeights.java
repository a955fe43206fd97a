package org.bitexact.quant;

import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.internal.arith.OddRounding;

/**
 * Updates weights that are kept in a narrow format: {@code w = round(w + delta)}, with the exact sum rounded once by a
 * codec. With ties to even, updates below half an ulp are lost for ever; with stochastic rounding they survive on average.
 * The alternative is a binary32 master copy, from which {@link #cast} makes the narrow weights.
 *
 * <p>Element {@code i} of step {@code t} takes the random bits at position {@code t * n + i} for tensors of <i>n</i> weights,
 * so the result depends on the arguments alone.
 *
 * <p>Source: S. Gupta et al., <i>Deep learning with limited numerical precision</i>, 2015.
 *
 * @since 0.1
 */
public final class MasterWeights {
    private MasterWeights() {}

    /**
     * Adds changes to narrow weights.
     *
     * @param codec format and rounding of the weights, of at most 32 bits and a precision of at most 24
     * @param weights codes, replaced by their updated codes
     * @param deltas changes, as many
     * @param seed seed of stochastic rounding, otherwise ignored
     * @param step number of the step, from 0
     * @throws IllegalArgumentException if the lengths differ; nothing has been written then
     */
    public static void update(Codec codec, int[] weights, float[] deltas, long seed, long step) {
        requireSameLength(weights, deltas);
        for (int i = 0; i < weights.length; i++) {
            double w = codec.decode(weights[i]);
            weights[i] = codec.encode(OddRounding.sum(w, deltas[i]), random(codec, seed, step * weights.length + i));
        }
    }

    /**
     * Makes narrow weights from a binary32 master copy.
     *
     * @param codec format and rounding of the weights, of at most 32 bits
     * @param master the weights
     * @param weights receives codes, as many
     * @param seed seed of stochastic rounding, otherwise ignored
     * @param step number of the step, from 0
     * @throws IllegalArgumentException if the lengths differ; nothing has been written then
     */
    public static void cast(Codec codec, float[] master, int[] weights, long seed, long step) {
        requireSameLength(weights, master);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = codec.encode(master[i], random(codec, seed, step * weights.length + i));
        }
    }

    private static void requireSameLength(int[] weights, float[] others) {
        Objects.requireNonNull(weights, "weights");
        if (weights.length != others.length) {
            throw new IllegalArgumentException(
                    "lengths must be equal: " + weights.length + " weights, " + others.length);
        }
    }

    private static long random(Codec codec, long seed, long index) {
        int bits = codec.policies().randomBits();
        return bits == 0 ? 0 : CounterRandom.bits(seed, index, bits);
    }
}
