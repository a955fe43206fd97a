package org.bitexact.kernel;

import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.kernel.ExactSum;
import org.bitexact.kernel.Accumulation.Promoted;
import org.bitexact.kernel.Products.Scales;
import org.jspecify.annotations.Nullable;

/**
 * A dot product of block-scaled vectors, such as MX and NVFP4, into a floating-point accumulator.
 *
 * <p>There are two places for the scales, which differ in rounding alone:
 *
 * <ul>
 *   <li>on products, the default: each product {@code a·scaleA·b·scaleB} is exact, and {@link Accumulation} applies to
 *       these products;
 *   <li>on the sums of blocks, {@link #scalingSums()}: a {@link Accumulation#promoted promoted} accumulation sums the
 *       products {@code a·b} of a block, and each of its outer steps is {@code s = round(s + sum·scaleA·scaleB)}, one
 *       rounding.
 * </ul>
 *
 * <p>A {@link #tensorScale} <i>t</i>, as NVFP4 has for each tensor, multiplies the whole sum: accumulation then starts
 * from +0, and {@code round(t·s + c)} is its last step.
 *
 * <p>Everything else is as with {@link FloatDot}: formats of elements, addend and output, NaNs, zeros, random bits. A NaN
 * scale makes the products of its block NaN. Scales are never flushed.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: OCP Microscaling Formats (MX) 1.0, 6.2, which leaves order and precision to the implementation.
 *
 * @since 0.1
 */
public final class BlockScaledDot implements ScaledDotProduct {
    private static final Operand BINARY32 = new Operand(Formats.BINARY32);

    private final Products products;
    private final Scales scales;
    private final Accumulation accumulation;
    private final boolean scalesSums;
    private final @Nullable Float tensorScale;
    private final Ends ends;
    private final long seed;

    private final Accumulator accumulator;
    private final int low;
    private final int high;

    private BlockScaledDot(
            Products products,
            Scales scales,
            Accumulation accumulation,
            boolean scalesSums,
            @Nullable Float tensorScale,
            Ends ends,
            long seed) {
        this.products = products;
        this.scales = scales;
        this.accumulation = accumulation;
        this.scalesSums = scalesSums;
        this.tensorScale = tensorScale;
        this.ends = ends;
        this.seed = seed;
        if (scalesSums && accumulation instanceof Promoted promoted) {
            Products unscaled = Products.of(formatA(), formatB(), null, products.plain);
            accumulator = new Accumulator.Blocks(promoted, Accumulator.of(promoted.block(), unscaled), scales);
        } else {
            accumulator = Accumulator.of(accumulation, products);
        }
        // t·s, where there is a tensor scale
        FloatFormat sum = accumulation.format();
        low = Math.min(accumulator.low(products), ExactSum.low(sum) + ExactSum.low(Formats.BINARY32));
        high = Math.max(accumulator.high(products), ExactSum.high(sum) + ExactSum.high(Formats.BINARY32));
    }

    /**
     * {@return a dot product of two block formats}
     *
     * @param a format of the first vector
     * @param b format of the second vector
     * @param accumulation how products become a sum
     * @throws IllegalArgumentException if the block lengths differ
     */
    public static BlockScaledDot of(BlockFormat a, BlockFormat b, Accumulation accumulation) {
        if (a.blockLength() != b.blockLength()) {
            throw new IllegalArgumentException("block lengths must be equal: " + a.blockLength() + " (" + a + "), "
                    + b.blockLength() + " (" + b + ")");
        }
        return of(a.element(), a.scale(), b.element(), b.scale(), a.blockLength(), accumulation);
    }

    /**
     * {@return a dot product of block-scaled vectors}
     *
     * @param a format of the first vector's elements
     * @param scaleA format of the first vector's scales
     * @param b format of the second vector's elements
     * @param scaleB format of the second vector's scales
     * @param blockLength number of elements that share a scale, at least 1
     * @param accumulation how products become a sum
     * @throws IllegalArgumentException if the block length is out of range, or if the significands of the elements, or
     *     those of the scales, have more than 62 bits together
     */
    public static BlockScaledDot of(
            ScalarFormat a,
            FloatFormat scaleA,
            ScalarFormat b,
            FloatFormat scaleB,
            int blockLength,
            Accumulation accumulation) {
        if (blockLength < 1) {
            throw new IllegalArgumentException("blockLength must be at least 1: " + blockLength);
        }
        Scales scales = new Scales(scaleA, scaleB, blockLength);
        Ends ends = new Ends(accumulation, null, null);
        return new BlockScaledDot(Products.of(a, b, scales, false), scales, accumulation, false, null, ends, 0);
    }

    /**
     * {@return this rule with the scales on the sums of blocks}
     *
     * @throws IllegalArgumentException if the accumulation is not {@link Accumulation#promoted promoted}, or if its
     *     blocks do not divide those that share a scale
     */
    public BlockScaledDot scalingSums() {
        if (!(accumulation instanceof Promoted promoted)) {
            throw new IllegalArgumentException("accumulation must be promoted for scales on sums: " + accumulation);
        }
        if (scales.blockLength() % promoted.n() != 0) {
            throw new IllegalArgumentException("n of the promoted accumulation must divide the block length "
                    + scales.blockLength() + " for scales on sums: " + promoted.n());
        }
        return new BlockScaledDot(products, scales, accumulation, true, tensorScale, ends, seed);
    }

    /**
     * {@return this rule with a factor of the whole sum}
     *
     * @param value the product of the tensors' scales
     */
    public BlockScaledDot tensorScale(float value) {
        return new BlockScaledDot(products, scales, accumulation, scalesSums, value, ends, seed);
    }

    /**
     * {@return this rule with addends of another format}
     *
     * @param format the format, converted to the accumulator's before anything is added
     */
    public BlockScaledDot addend(ScalarFormat format) {
        return with(new Ends(accumulation, Objects.requireNonNull(format, "format"), ends.output), seed);
    }

    /**
     * {@return this rule with the result converted to another format}
     *
     * @param codec format and policies of the result
     */
    public BlockScaledDot output(Codec codec) {
        return with(new Ends(accumulation, ends.formatC, Objects.requireNonNull(codec, "codec")), seed);
    }

    /**
     * {@return this rule with another seed of stochastic rounding than 0}
     *
     * @param value any number
     */
    public BlockScaledDot seed(long value) {
        return with(ends, value);
    }

    /** {@return this rule by its definition, with nothing that is faster} */
    BlockScaledDot plain() {
        Products definition = Products.of(formatA(), formatB(), scales, true);
        return new BlockScaledDot(definition, scales, accumulation, scalesSums, tensorScale, ends, seed);
    }

    private BlockScaledDot with(Ends newEnds, long newSeed) {
        return new BlockScaledDot(products, scales, accumulation, scalesSums, tensorScale, newEnds, newSeed);
    }

    /** {@return how products become a sum} */
    public Accumulation accumulation() {
        return accumulation;
    }

    @Override
    public ScalarFormat formatA() {
        return products.formatA;
    }

    @Override
    public ScalarFormat formatB() {
        return products.formatB;
    }

    @Override
    public ScalarFormat formatC() {
        return ends.formatC;
    }

    @Override
    public ScalarFormat formatD() {
        return ends.formatD();
    }

    @Override
    public FloatFormat scaleFormatA() {
        return scales.formatA();
    }

    @Override
    public FloatFormat scaleFormatB() {
        return scales.formatB();
    }

    @Override
    public int blockLength() {
        return scales.blockLength();
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
        Objects.checkFromIndexSize(aFrom, k, a.length);
        Objects.checkFromIndexSize(bFrom, k, b.length);
        int blocks = (int) (((long) k + blockLength() - 1) / blockLength());
        Objects.checkFromIndexSize(scaleAFrom, blocks, scaleA.length);
        Objects.checkFromIndexSize(scaleBFrom, blocks, scaleB.length);
        Run run = new Run(a, aFrom, b, bFrom, low, high, seed, element);
        run.scaleA = scaleA;
        run.scaleAFrom = scaleAFrom;
        run.scaleB = scaleB;
        run.scaleBFrom = scaleBFrom;
        long start = ends.start(run, c);
        long s = tensorScale == null
                ? accumulator.run(run, 0, k, start)
                : scaled(run, accumulator.run(run, 0, k, 0), tensorScale, start);
        return ends.finish(run, s);
    }

    /** round(t·s + c). */
    private long scaled(Run run, long s, float t, long c) {
        Operand operand = accumulator.operand;
        long code = Integer.toUnsignedLong(Float.floatToRawIntBits(t));
        run.start(operand, c, accumulator.flush);
        Products.add(
                run.sum(),
                operand.isNegative(s) != BINARY32.isNegative(code),
                operand,
                s,
                Products.kind(operand, s, accumulator.flush),
                BINARY32,
                code,
                BINARY32.kind(code));
        return run.round(accumulator.rounder);
    }

    @Override
    public String toString() {
        return "BlockScaledDot[" + formatA() + " * " + scaleFormatA() + " * " + formatB() + " * " + scaleFormatB()
                + " by " + blockLength() + (scalesSums ? " on sums" : "")
                + (tensorScale == null ? "" : " * " + Float.toHexString(tensorScale)) + " + " + formatC() + " -> "
                + formatD() + ", " + accumulation + "]";
    }
}
