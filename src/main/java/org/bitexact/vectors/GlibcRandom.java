package org.bitexact.vectors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

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
    private static final int FIRST_OUTPUT = 344;
    private static final long LEHMER_MULTIPLIER = 16807;
    private static final long LEHMER_MODULUS = (1L << 31) - 1; // 2147483647

    /** Values made at a time; at least FIRST_OUTPUT and twice DEGREE. */
    private static final int BLOCK = 1024;

    private static final long ALL_BYTES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Consecutive values of r, of which {@code place} have been given out. */
    private final int[] block = new int[BLOCK];

    /** The random byte of each value. */
    private final byte[] bytes = new byte[BLOCK];

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
        // r[0 .. 30] goes to the end of the block, as if r[31] were the first of the next one
        int[] r = block;
        int tail = BLOCK - DEGREE;
        r[tail] = word;
        for (int i = 1; i < DEGREE; i++) {
            long next = word * LEHMER_MULTIPLIER % LEHMER_MODULUS;
            word = (int) (next < 0 ? next + LEHMER_MODULUS : next);
            r[tail + i] = word;
        }
        for (int i = 0; i < SEPARATION; i++) {
            r[i] = r[tail + i];
        }
        renewFrom(SEPARATION);
        place = FIRST_OUTPUT - DEGREE;
    }

    /**
     * {@return the next value of {@code rand()}, in [0, 2^31)}
     */
    public int next() {
        if (place == BLOCK) {
            renew();
        }
        return block[place++] >>> 1;
    }

    /** Goes on to the next block. */
    private void renew() {
        for (int i = 0; i < SEPARATION; i++) {
            block[i] = block[BLOCK - SEPARATION + i] + block[BLOCK - DEGREE + i];
        }
        renewFrom(SEPARATION);
        place = 0;
    }

    /** Makes r[i] = r[i-3] + r[i-31] from a place in the block on; the end of the block still holds the old values. */
    private void renewFrom(int first) {
        int[] r = block;
        for (int i = first; i < DEGREE; i++) {
            r[i] = r[i - SEPARATION] + r[BLOCK - DEGREE + i];
        }
        for (int i = DEGREE; i < BLOCK; i++) {
            r[i] = r[i - SEPARATION] + r[i - DEGREE];
        }
        for (int i = 0; i < BLOCK; i++) {
            bytes[i] = (byte) (r[i] >>> 5); // bits 4 to 11 of r >>> 1
        }
    }

    /**
     * {@return the next random byte as TestFloat takes it: bits 4 to 11 of one {@link #next()}}
     */
    public int nextByte() {
        if (place == BLOCK) {
            renew();
        }
        return bytes[place++] & 0xFF;
    }

    /**
     * Returns random bits, drawn byte by byte, most significant byte first.
     *
     * @param count number of bytes, 1 to 8
     * @return the bytes, right-aligned
     */
    public long nextBytes(int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
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
        // Up to half of the bytes are refused, at random, which a processor cannot predict; so eight are looked at
        // together. A byte is at least 0x80 + t exactly if its high bit is set and its low seven bits plus 0x80 - t
        // reach
        // 0x80; that sum stays below 0x100, so the bytes of the word do not disturb each other.
        long addend = (0x100 - scaled) * ALL_BYTES;
        while (place <= BLOCK - 8) {
            long eight = (long) LONGS.get(bytes, place);
            long refused = ((eight & ~HIGH_BITS) + addend) & eight;
            long taken = ~refused & HIGH_BITS;
            if (taken != 0) {
                place += (Long.numberOfTrailingZeros(taken) >>> 3) + 1;
                return (bytes[place - 1] & 0xFF) >>> shift;
            }
            place += 8;
        }
        int drawn;
        do {
            drawn = nextByte();
        } while (drawn >= scaled);
        return drawn >>> shift;
    }
}
