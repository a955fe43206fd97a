package org.bitexact.internal.vector;

import java.util.stream.LongStream;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
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
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    /** Where the share of the first value lies; shares of the same word that belong to earlier values lie before. */
    static final int FIRST = 4;

    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    /** The multiples of it from 0 on, one for each word of a vector; an index vector is a call in the code of JDK 17. */
    private static final long[] GAMMAS =
            LongStream.range(0, WORDS.length()).map(i -> i * GAMMA).toArray();

    private final long seed;
    private final int bits;

    /** By how many bits the shares in a word are shifted right, which of them count then, and which are inverted. */
    private final int right;

    private final long kept;
    private final long inverted;

    /** Prepares a stream of 1 to 32 bits a value for a target that discards 1 to 23 bits. */
    RandomBits(long seed, int bits, int discarded) {
        this.seed = seed;
        this.bits = bits;
        int width = 8 * shareBytes(bits);
        int top = Math.min(width, discarded);
        long shares = width == 16 ? 0x0001_0001_0001_0001L : 0x0000_0001_0000_0001L;
        right = width - top;
        kept = ((1L << top) - (1L << Math.max(top - bits, 0))) * shares;
        inverted = offset(bits, discarded) == 0 ? 0 : (1L << width - 1) * shares;
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

    /** {@return an array, {@code short[]} or {@code int[]}, for {@code n} shares} */
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
        LongVector lanes = LongVector.fromArray(WORDS, GAMMAS, 0);
        LongVector shift = LongVector.broadcast(WORDS, right);
        LongVector mask = LongVector.broadcast(WORDS, kept);
        LongVector flip = LongVector.broadcast(WORDS, inverted);
        boolean shorts = perWord == 4;
        int step = perWord * WORDS.length();
        for (int i = FIRST - lead, end = FIRST + n; i < end; i = Math.addExact(i, step)) {
            // the finaliser of SplitMix64, written out: a helper that has grown too long would not be inlined
            LongVector z = lanes.add(word);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 30))
                    .mul(0xbf58_476d_1ce4_e5b9L);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 27))
                    .mul(0x94d0_49bb_1331_11ebL);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 31));
            z = z.lanewise(VectorOperators.LSHR, shift).and(mask).lanewise(VectorOperators.XOR, flip);
            if (shorts) {
                z.reinterpretAsShorts().intoArray((short[]) dst, i);
            } else {
                z.reinterpretAsInts().intoArray((int[]) dst, i);
            }
            word += WORDS.length() * GAMMA; // a vector that is carried from step to step would be allocated
        }
    }
}
