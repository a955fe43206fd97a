package org.bitexact.codec;

/**
 * Random bits for stochastic rounding as a function of a seed and the position of the value: no state, so that the bits
 * of one value do not depend on the order, the number of threads or the part of a stream that is converted.
 *
 * <p>The word at position <i>i</i> is output <i>i</i> of SplitMix64 started with the seed:
 *
 * <pre>
 * z = seed + (i + 1) * 0x9E3779B97F4A7C15
 * z = (z ^ z &gt;&gt;&gt; 30) * 0xBF58476D1CE4E5B9
 * z = (z ^ z &gt;&gt;&gt; 27) * 0x94D049BB133111EB
 * z =  z ^ z &gt;&gt;&gt; 31                               arithmetic modulo 2^64, shifts unsigned
 * </pre>
 *
 * <p>It is the sequence of {@code new java.util.SplittableRandom(seed).nextLong()}. Values that need at most 16 bits
 * share a word by fours, those that need at most 32 by pairs, the first one taking the low bits; of its share, a value
 * that needs fewer takes the topmost:
 *
 * <pre>
 * bits needed     word of value i     share
 * 1 to 16         i / 4               16 bits from bit 16 (i mod 4)
 * 17 to 32        i / 2               32 bits from bit 32 (i mod 2)
 * 33 to 63        i                   64 bits
 * </pre>
 *
 * <p>Source: G. Steele, D. Lea, C. Flood, <i>Fast splittable pseudorandom number generators</i>, OOPSLA 2014; the mixing
 * constants are D. Stafford's variant 13.
 *
 * @since 0.1
 */
public final class CounterRandom {
    /** 2^64 divided by the golden ratio, made odd. */
    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private CounterRandom() {}

    /**
     * {@return the 64-bit word at a position}
     *
     * @param seed any number; different seeds give unrelated sequences
     * @param index the position, 0 for the first value
     */
    public static long word(long seed, long index) {
        long z = seed + (index + 1) * GAMMA;
        z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
        return z ^ z >>> 31;
    }

    /**
     * {@return the random bits of a value, as an integer in [0, 2^n)}
     *
     * @param seed any number
     * @param index the position of the value, 0 for the first one
     * @param n the number of bits, 1 to 63
     * @throws IllegalArgumentException if {@code n} is out of range
     */
    public static long bits(long seed, long index, int n) {
        if (n < 1 || n > 63) {
            throw new IllegalArgumentException("n must be in [1, 63]: " + n);
        }
        // shares of 64 >> log bits, 1 << log of them in a word; the share is moved to the top, by a distance modulo 64
        int log = n <= 16 ? 2 : n <= 32 ? 1 : 0;
        int width = 64 >> log;
        return word(seed, index >> log) << -width * ((int) index + 1) >>> (64 - n);
    }
}
