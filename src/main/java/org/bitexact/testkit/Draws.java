package org.bitexact.testkit;

import java.util.random.RandomGenerator;
import org.bitexact.codec.CounterRandom;

/** Draws from a source of random bits that are the same on every JDK: nothing but {@code nextLong} is asked of it. */
final class Draws {
    private Draws() {}

    /** The source of one case: a function of a seed and the number of the case. */
    static RandomGenerator source(long seed, long index) {
        long key = CounterRandom.word(seed, index);
        return new RandomGenerator() {
            private long position;

            @Override
            public long nextLong() {
                return CounterRandom.word(key, position++);
            }
        };
    }

    /** A number in [0, bound). */
    static long below(RandomGenerator random, long bound) {
        return Long.remainderUnsigned(random.nextLong(), bound);
    }

    /** A number in [0, bound). */
    static int below(RandomGenerator random, int bound) {
        return (int) below(random, (long) bound);
    }

    /** A number in [low, high]. */
    static int between(RandomGenerator random, int low, int high) {
        return low + (int) below(random, (long) high - low + 1);
    }

    static boolean coin(RandomGenerator random) {
        return random.nextLong() < 0;
    }

    /** An odd number of exactly that many bits, 1 to 63. */
    static long odd(RandomGenerator random, int bits) {
        return random.nextLong() >>> 64 - bits | 1L << bits - 1 | 1;
    }
}
