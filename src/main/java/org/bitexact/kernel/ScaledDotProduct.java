package org.bitexact.kernel;

import org.bitexact.format.FloatFormat;

/**
 * A dot product of block-scaled vectors: each run of {@link #blockLength} elements has a scale, which multiplies them.
 *
 * <p>Both vectors are cut into blocks at the same places, from their first element on; the last block may be short. A
 * vector of k elements has {@code ceil(k / blockLength)} scales.
 *
 * <p>The methods of {@link DotProduct}, which have no scales, are refused.
 *
 * <p><b>Thread safety</b>: implementations are immutable.
 *
 * @since 0.1
 */
public interface ScaledDotProduct extends DotProduct {
    /** {@return the format of the first vector's scales} */
    FloatFormat scaleFormatA();

    /** {@return the format of the second vector's scales} */
    FloatFormat scaleFormatB();

    /** {@return the number of elements that share a scale} */
    int blockLength();

    /**
     * Computes the sum of {@code a[i]·scaleA[i / blockLength]·b[i]·scaleB[i / blockLength]} for i from 0 to k-1, plus c,
     * by this rule.
     *
     * @param a codes of the first vector, each in the low bits of its element
     * @param aFrom position of the first code
     * @param scaleA codes of the first vector's scales
     * @param scaleAFrom position of the first scale
     * @param b codes of the second vector
     * @param bFrom position of the first code
     * @param scaleB codes of the second vector's scales
     * @param scaleBFrom position of the first scale
     * @param k number of products, 0 or more
     * @param c the addend's code
     * @param element the number of the element, from which random bits are taken
     * @return the result's code
     * @throws IndexOutOfBoundsException if a range does not lie within its array
     * @throws IllegalArgumentException if a code does not fit its format
     */
    long dot(
            long[] a,
            int aFrom,
            long[] scaleA,
            int scaleAFrom,
            long[] b,
            int bFrom,
            long[] scaleB,
            int scaleBFrom,
            int k,
            long c,
            long element);

    /**
     * Refused: the scales are missing.
     *
     * @throws IllegalArgumentException always
     */
    @Override
    default long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c, long element) {
        throw new IllegalArgumentException(String.format(
                "scales must be given with block-scaled vectors, one of %s and one of %s for each %d elements",
                scaleFormatA(), scaleFormatB(), blockLength()));
    }
}
