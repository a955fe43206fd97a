package org.bitexact.sweep;

import java.util.Locale;

/**
 * The digest of a set of (input, result) pairs: a sum, so that the parts of a sweep may be computed in any order, on any
 * machine, and added.
 *
 * <p>With the result <i>r</i> = code + flags * 2^32 of input <i>x</i>, both unsigned, and all arithmetic modulo 2^64,
 *
 * <pre>
 * u = x * 9e3779b97f4a7c15 + r * d1342543de82ef95
 * v = (u xor (u &gt;&gt;&gt; 32)) * bf58476d1ce4e5b9
 * h = v xor (v &gt;&gt;&gt; 29)
 * </pre>
 *
 * and the digest of a set is the sum of its <i>h</i>; that of the empty set is 0. The constants are those of SplitMix64
 * and of Steele and Vigna's multipliers. For a given input every step is a bijection of <i>r</i>, so a set that differs
 * in one result always has another digest; sets that differ in several have the same one with a chance of 2^-64.
 *
 * <p>The digest depends on the inputs and results alone: not on the order, nor on the size of units, the number of
 * threads, or the implementation.
 *
 * @since 0.1
 */
public final class Digest {
    private static final long INPUT = 0x9e37_79b9_7f4a_7c15L;
    private static final long RESULT = 0xd134_2543_de82_ef95L;
    private static final long MIX = 0xbf58_476d_1ce4_e5b9L;
    private static final long MIX2 = 0x94d0_49bb_1331_11ebL;

    private Digest() {}

    /**
     * {@return the digest of a block}
     *
     * @param inputs the inputs
     * @param results the results
     * @param count number of entries used in both arrays
     */
    public static long of(long[] inputs, long[] results, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long u = inputs[i] * INPUT + results[i] * RESULT;
            long v = (u ^ u >>> 32) * MIX;
            sum += v ^ v >>> 29;
        }
        return sum;
    }

    /**
     * {@return the digest as 16 hexadecimal digits}
     *
     * @param digest a digest
     */
    public static String toString(long digest) {
        return String.format(Locale.ROOT, "%016x", digest);
    }

    /** The finaliser of SplitMix64: output <i>i</i> for state <i>i</i>. */
    static long mix(long z) {
        long x = z + INPUT;
        x = (x ^ x >>> 30) * MIX;
        x = (x ^ x >>> 27) * MIX2;
        return x ^ x >>> 31;
    }
}
