package org.bitexact.sweep;

import java.util.Locale;

/**
 * The digest of a set of (input, result) pairs: a sum, so that the parts of a sweep may be computed in any order, on any
 * machine, and added.
 *
 * <p>With the result <i>r</i> = code + flags * 2^32 of the operands <i>x</i>, <i>y</i>, <i>z</i> (those that there are),
 * all unsigned, and all arithmetic modulo 2^64,
 *
 * <pre>
 * u = x * 9e3779b97f4a7c15 + y * bf58476d1ce4e5b9 + z * 94d049bb133111eb + r * d1342543de82ef95
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
     * @param operands the inputs, an array for each operand
     * @param results the results
     * @param count number of entries used in the arrays
     */
    public static long of(long[][] operands, long[] results, int count) {
        return switch (operands.length) {
            case 1 -> of(operands[0], results, count);
            case 2 -> of(operands[0], operands[1], results, count);
            default -> of(operands[0], operands[1], operands[2], results, count);
        };
    }

    // Loops of their own: each becomes one of vector instructions.

    private static long of(long[] x, long[] r, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += hash(x[i] * INPUT + r[i] * RESULT);
        }
        return sum;
    }

    private static long of(long[] x, long[] y, long[] r, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += hash(x[i] * INPUT + y[i] * MIX + r[i] * RESULT);
        }
        return sum;
    }

    private static long of(long[] x, long[] y, long[] z, long[] r, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += hash(x[i] * INPUT + y[i] * MIX + z[i] * MIX2 + r[i] * RESULT);
        }
        return sum;
    }

    private static long hash(long u) {
        long v = (u ^ u >>> 32) * MIX;
        return v ^ v >>> 29;
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
