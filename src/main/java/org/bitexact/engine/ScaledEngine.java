package org.bitexact.engine;

import org.bitexact.format.FloatFormat;
import org.bitexact.kernel.ScaledDotProduct;

/**
 * A row of the catalogue whose vectors have a scale for each block of elements.
 *
 * <p>Scales are given as codes of their container: the bit above a UE4M3 code is ignored, as the hardware does.
 *
 * @since 0.1
 */
public final class ScaledEngine extends Engine implements ScaledDotProduct {
    private final Scaling scaling;

    ScaledEngine(Builder builder) {
        super(builder);
        scaling = scaling().orElseThrow();
    }

    @Override
    public FloatFormat scaleFormatA() {
        return scaling.format();
    }

    @Override
    public FloatFormat scaleFormatB() {
        return scaling.format();
    }

    @Override
    public int blockLength() {
        return scaling.blockLength();
    }

    @Override
    public long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c, long element) {
        return ScaledDotProduct.super.dot(a, aFrom, b, bFrom, k, c, element);
    }

    @Override
    public long dot(
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
            long element) {
        requireScales("first", scaleA, scaleAFrom, k);
        requireScales("second", scaleB, scaleBFrom, k);
        return dot(a, aFrom, scaleA, scaleAFrom, b, bFrom, scaleB, scaleBFrom, k, c);
    }
}
