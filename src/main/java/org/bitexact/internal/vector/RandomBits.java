package org.bitexact.internal.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.codec.CounterRandom;

/**
 * The random bits of consecutive values, as {@link CounterRandom} has them, each in the place where it is added to a
 * significand.
 *
 * <p>A word of {@link CounterRandom} gives 16 bits to each of four values or 32 bits to each of two, the first one in the
 * low bits; since lanes are numbered from the low end too, vectors of words are vectors of shares in the order of the
 * values. The top N bits of a share are moved to bits s - N to s - 1 of a lane, s being the bits that the target
 * discards.
 */
final class RandomBits {
    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    /** Where the bits of the first value lie; shares of the same word that belong to earlier values lie before. */
    static final int FIRST = 4;

    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;
    private static final long STEP = WORDS.length() * GAMMA;

    private final long seed;
    private final int bits;
    private final int log;
    private final int place;
    private final int mask;

    /**
     * Prepares a stream.
     *
     * @param seed seed of the stream
     * @param bits random bits of a value, 1 to 32
     * @param place the bit above the topmost random one, 1 to 32; of more random bits than fit, the upper ones count
     */
    RandomBits(long seed, int bits, int place) {
        this.seed = seed;
        this.bits = bits;
        log = bits <= 16 ? 2 : 1;
        this.place = place;
        int kept = Math.min(bits, place);
        mask = (int) ((1L << kept) - 1 << place - kept);
    }

    /** {@return the elements needed for {@code n} values} */
    static int capacity(int n) {
        return FIRST + n + 2 * Lanes.COUNT;
    }

    /** {@return the random bits of the value at a position, as the codec takes them} */
    long of(long index) {
        return CounterRandom.bits(seed, index, bits);
    }

    /**
     * Draws bits.
     *
     * @param index position of the first value
     * @param dst receives the bits of the values, from {@link #FIRST} on
     * @param n number of values
     */
    void fill(long index, int[] dst, int n) {
        int lead = (int) index & (1 << log) - 1;
        LongVector z = LongVector.zero(WORDS).addIndex(1).mul(GAMMA).add(seed + ((index >> log) + 1) * GAMMA);
        if (log == 2) {
            quarters(z, dst, FIRST - lead, FIRST + n);
        } else {
            halves(z, dst, FIRST - lead, FIRST + n);
        }
    }

    private void quarters(LongVector first, int[] dst, int from, int to) {
        IntVector up = Lanes.broadcast(Math.max(place - 16, 0));
        IntVector down = Lanes.broadcast(Math.max(16 - place, 0));
        IntVector masks = Lanes.broadcast(mask);
        LongVector z = first;
        for (int i = from; i < to; i = Math.addExact(i, 2 * Lanes.COUNT)) {
            ShortVector shares = mix(z).reinterpretAsShorts();
            // the part must be a constant, or the conversion is not compiled
            move((IntVector) shares.convertShape(VectorOperators.S2I, Lanes.INTS, 0), up, down, masks)
                    .intoArray(dst, i);
            move((IntVector) shares.convertShape(VectorOperators.S2I, Lanes.INTS, 1), up, down, masks)
                    .intoArray(dst, i + Lanes.COUNT);
            z = z.add(STEP);
        }
    }

    private void halves(LongVector first, int[] dst, int from, int to) {
        IntVector up = Lanes.broadcast(0);
        IntVector down = Lanes.broadcast(32 - place);
        IntVector masks = Lanes.broadcast(mask);
        LongVector z = first;
        for (int i = from; i < to; i = Math.addExact(i, Lanes.COUNT)) {
            move(mix(z).reinterpretAsInts(), up, down, masks).intoArray(dst, i);
            z = z.add(STEP);
        }
    }

    private static IntVector move(IntVector share, IntVector up, IntVector down, IntVector masks) {
        return share.lanewise(VectorOperators.LSHL, up)
                .lanewise(VectorOperators.LSHR, down)
                .and(masks);
    }

    /** The finaliser of SplitMix64. */
    private static LongVector mix(LongVector z) {
        LongVector y = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 30))
                .mul(0xbf58_476d_1ce4_e5b9L);
        LongVector x = y.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHR, 27))
                .mul(0x94d0_49bb_1331_11ebL);
        return x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 31));
    }
}
