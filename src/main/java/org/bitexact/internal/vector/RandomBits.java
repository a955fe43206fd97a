package org.bitexact.internal.vector;

import java.util.stream.LongStream;
import org.bitexact.codec.CounterRandom;

/**
 * The random bits of consecutive values, as {@link CounterRandom} has them.
 *
 * <p>A word of {@link CounterRandom} gives shares of 16 bits to four values or of 32 bits to two, the first one in the low
 * bits; since lanes are numbered from the low end too, vectors of words are vectors of shares in the order of the values.
 *
 * <p>A loop adds R, the top N bits of each share, at bits s - N to s - 1 of a lane, s being the bits that the target
 * discards; of more random bits than that, the upper ones. What it loads into a lane and shifts left by {@link #shift} is
 * R * 2^(s - N) less {@link #offset}: shares of 16 bits are loaded with their sign, so that for s &gt;= 16 they are stored
 * less 2^15.
 */
final class RandomBits {
    /** Where the share of the first value lies; shares of the same word that belong to earlier values lie before. */
    static final int FIRST = 4;

    /** 2^64 divided by the golden ratio, made odd. */
    static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    /** The multiples of it from 0 on, for the words of a vector; an index vector is a call in the code of JDK 17. */
    static final long[] GAMMAS =
            LongStream.range(0, Lanes.COUNT).map(i -> i * GAMMA).toArray();

    private final long seed;
    private final int bits;
    private final DrawingLoop loop;

    /** Prepares a stream of 1 to 32 bits a value for a target that discards 1 to 23 bits. */
    RandomBits(long seed, int bits, int discarded) {
        this.seed = seed;
        this.bits = bits;
        int width = 8 * shareBytes(bits);
        int top = Math.min(width, discarded);
        long shares = width == 16 ? 0x0001_0001_0001_0001L : 0x0000_0001_0000_0001L;
        long kept = ((1L << top) - (1L << Math.max(top - bits, 0))) * shares;
        long inverted = offset(bits, discarded) == 0 ? 0 : (1L << width - 1) * shares;
        loop = LoopVariants.make(
                DrawingLoop.class,
                SplitMixLoop.class,
                new SplitMixLoop.Shape(width / 8, top < width, kept != -1, inverted != 0),
                width - top,
                kept,
                inverted);
    }

    /** {@return the bytes of a share} */
    static int shareBytes(int bits) {
        return bits <= 16 ? 2 : 4;
    }

    /** {@return by how many bits a lane is shifted left} */
    static int shift(int bits, int discarded) {
        return Math.max(discarded - 8 * shareBytes(bits), 0);
    }

    /** {@return what must be added to a lane afterwards} */
    static int offset(int bits, int discarded) {
        return shareBytes(bits) == 2 && discarded >= 16 ? 1 << discarded - 1 : 0;
    }

    /** {@return an array, {@code short[]} or {@code int[]}, for {@code n} shares and the end of the last step} */
    Object shares(int n) {
        int size = FIRST + n + 4 * Lanes.COUNT;
        return shareBytes(bits) == 2 ? new short[size] : new int[size];
    }

    /** {@return the random bits of the value at a position, as the codec takes them} */
    long of(long index) {
        return CounterRandom.bits(seed, index, bits);
    }

    /**
     * Draws bits.
     *
     * @param index position of the first value
     * @param dst receives the shares of the values, from {@link #FIRST} on
     * @param n number of values
     */
    void fill(long index, Object dst, int n) {
        int perWord = 8 / shareBytes(bits);
        int lead = (int) index & perWord - 1;
        long word = seed + (Math.floorDiv(index, perWord) + 1) * GAMMA;
        loop.run(word, dst, FIRST - lead, FIRST + n);
    }
}
