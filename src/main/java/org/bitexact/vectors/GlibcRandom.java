package org.bitexact.vectors;

/**
 * The pseudo-random sequence of the GNU C library's {@code rand()}, exactly.
 *
 * <p>Berkeley TestFloat draws its operands from {@code rand()}, so its streams as everybody knows them (built on Linux)
 * are functions of this generator. It is the additive feedback generator that glibc calls TYPE_3:
 *
 * <pre>
 *   r[0] = seed;  r[i] = 16807 * r[i-1] mod (2^31 - 1)          i = 1 .. 30
 *   r[i] = r[i-31]                                              i = 31 .. 33
 *   r[i] = r[i-3] + r[i-31] mod 2^32                            i &gt;= 34
 *   k-th output = r[k + 344] &gt;&gt;&gt; 1                              (310 values are dropped)
 * </pre>
 *
 * <p>As in glibc, seed 0 gives the sequence of seed 1.
 *
 * <p><b>Thread safety.</b> An instance is mutable and belongs to one thread.
 *
 * <p>Source: the documentation of {@code random(3)} and the recurrence as published and observed; no code is taken from
 * the GNU C library.
 *
 * @since 0.1
 */
public final class GlibcRandom {

    private static final int DEGREE = 31;
    private static final int SEPARATION = 3;
    private static final int DROPPED = 310;
    private static final long LEHMER_MULTIPLIER = 16807;
    private static final long LEHMER_MODULUS = (1L << 31) - 1; // 2147483647

    /** 31 consecutive values of r, of which {@code place} have been given out. */
    private final int[] block = new int[DEGREE];

    private int place;

    /**
     * Creates the generator in the state after {@code srand(seed)}.
     *
     * @param seed seed as C's {@code unsigned int}; 0 acts as 1
     */
    public GlibcRandom(int seed) {
        seed(seed);
    }

    /**
     * Puts the generator in the state after {@code srand(seed)}.
     *
     * @param seed seed as C's {@code unsigned int}; 0 acts as 1
     */
    public void seed(int seed) {
        // The seed is stored as a signed word, and the Lehmer step below keeps its sign as C's % does; a negative
        // remainder is moved up by the modulus.
        int word = seed == 0 ? 1 : seed;
        block[0] = word;
        for (int i = 1; i < DEGREE; i++) {
            long next = word * LEHMER_MULTIPLIER % LEHMER_MODULUS;
            word = (int) (next < 0 ? next + LEHMER_MODULUS : next);
            block[i] = word;
        }
        // Now the block is r[0 .. 30]. The next begins with r[31 .. 33], which repeat r[0 .. 2] instead of being sums.
        for (int i = SEPARATION; i < DEGREE; i++) {
            block[i] += block[i - SEPARATION];
        }
        place = SEPARATION;
        for (int i = 0; i < DROPPED; i++) {
            next();
        }
    }

    /**
     * {@return the next value of {@code rand()}, in [0, 2^31)}
     */
    public int next() {
        if (place == DEGREE) {
            renew();
        }
        return block[place++] >>> 1;
    }

    /** Replaces each r[i - 31] of the block by r[i] = r[i-3] + r[i-31]. */
    private void renew() {
        int[] r = block;
        for (int i = 0; i < SEPARATION; i++) {
            r[i] += r[i + DEGREE - SEPARATION];
        }
        for (int i = SEPARATION; i < DEGREE; i++) {
            r[i] += r[i - SEPARATION];
        }
        place = 0;
    }

    /**
     * {@return the next random byte as TestFloat takes it: bits 4 to 11 of one {@link #next()}}
     */
    public int nextByte() {
        return next() >>> 4 & 0xFF;
    }

    /**
     * Returns random bits, drawn byte by byte, most significant byte first.
     *
     * @param bytes number of bytes, 1 to 8
     * @return the bytes, right-aligned
     */
    public long nextBytes(int bytes) {
        long bits = 0;
        for (int i = 0; i < bytes; i++) {
            bits = bits << 8 | nextByte();
        }
        return bits;
    }

    /**
     * Returns a random index as TestFloat draws it: the bound is doubled until it has eight bits, bytes are drawn until
     * one lies below it, and the doubling is undone.
     *
     * @param bound exclusive upper bound, 1 to 255
     * @return a number in [0, bound)
     */
    public int nextBelow(int bound) {
        int shift = Integer.numberOfLeadingZeros(bound) - 24; // bound << shift lies in [0x80, 0xFF]
        int scaled = bound << shift;
        int drawn;
        do {
            drawn = nextByte();
        } while (drawn >= scaled);
        return drawn >>> shift;
    }
}
