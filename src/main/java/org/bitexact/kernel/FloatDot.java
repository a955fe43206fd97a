package org.bitexact.kernel;

import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.kernel.PanelRule;
import org.bitexact.internal.kernel.PanelRules;
import org.jspecify.annotations.Nullable;

/**
 * A dot product into a floating-point accumulator.
 *
 * <p>The default contract: products are exact, taken in ascending order, and each is added to a binary32 accumulator by
 * one fused multiply-add, ties to even. {@link Accumulation} is the parameter.
 *
 * <p><b>Factors</b> have any two formats: floats of any width, integers of at most 32 bits. The <b>addend</b> has the
 * accumulator's format unless {@link #addend} says otherwise; it is then converted first, under the accumulator's
 * policies. The <b>result</b> is the accumulator's code, or that of {@link #output}, to which the accumulator is
 * converted at last; for its policies the accumulator's number is the input.
 *
 * <p><b>NaN</b>: a product is NaN if a factor is, or if one is infinite and the other zero; so is a sum of a NaN and
 * anything, and of infinities of different signs. A NaN result has neither sign nor payload of an operand: it is encoded
 * as the positive quiet NaN without payload, under the NaN rule of the accumulator's policies, or those of the output.
 * <b>Infinity</b> and <b>overflow</b> follow the policies at every rounding. <b>Signed zero</b>: a zero sum of terms that
 * are not all zeros of one sign is +0, and -0 in roundTowardNegative (IEEE 754-2019, 6.3).
 *
 * <p><b>Stochastic rounding</b>: a rounding takes its bits from the seed, the number of the element and the number of
 * the rounding within the element. Roundings are numbered from 0 in the order in which they happen, whether they are
 * stochastic or not and whether or not they are exact: the conversion of the addend if there is one; those of {@link
 * Accumulation}, where a product or sum is rounded as soon as its operands are known; the output conversion if there is
 * one. With {@code word} for {@link org.bitexact.codec.CounterRandom#word}, rounding <i>r</i> of element <i>e</i> takes
 * the topmost bits of {@code word(word(seed, e), r)}.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class FloatDot implements DotProduct {
    static {
        PanelRules.register(FloatDot.class, FloatDot::panels);
    }

    private final Products products;
    private final Accumulation accumulation;
    private final Ends ends;
    private final long seed;

    private final Accumulator accumulator;
    private final int low;
    private final int high;

    private FloatDot(Products products, Accumulation accumulation, Ends ends, long seed) {
        this.products = products;
        this.accumulation = accumulation;
        this.ends = ends;
        this.seed = seed;
        accumulator = Accumulator.of(accumulation, products);
        low = accumulator.low(products);
        high = accumulator.high(products);
    }

    /**
     * {@return the default contract: binary32, one fused multiply-add for each product}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @throws IllegalArgumentException if an integer format is wider than 32 bits
     */
    public static FloatDot of(ScalarFormat a, ScalarFormat b) {
        return of(a, b, Accumulation.fma(Codec.of(Formats.BINARY32)));
    }

    /**
     * {@return a dot product with another accumulation}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @param accumulation how products become a sum
     * @throws IllegalArgumentException if an integer format is wider than 32 bits
     */
    public static FloatDot of(ScalarFormat a, ScalarFormat b, Accumulation accumulation) {
        return new FloatDot(Products.of(a, b, null, false), accumulation, new Ends(accumulation, null, null), 0);
    }

    /**
     * {@return this rule with addends of another format}
     *
     * @param format the format, converted to the accumulator's before anything is added
     */
    public FloatDot addend(ScalarFormat format) {
        return with(new Ends(accumulation, Objects.requireNonNull(format, "format"), ends.output), seed);
    }

    /**
     * {@return this rule with the result converted to another format}
     *
     * @param codec format and policies of the result
     */
    public FloatDot output(Codec codec) {
        return with(new Ends(accumulation, ends.formatC, Objects.requireNonNull(codec, "codec")), seed);
    }

    /**
     * {@return this rule with another seed of stochastic rounding than 0}
     *
     * @param value any number
     */
    public FloatDot seed(long value) {
        return with(ends, value);
    }

    /** {@return this rule by its definition, with nothing that is faster} */
    FloatDot plain() {
        return new FloatDot(Products.of(formatA(), formatB(), null, true), accumulation, ends, seed);
    }

    private FloatDot with(Ends newEnds, long newSeed) {
        return new FloatDot(products, accumulation, newEnds, newSeed);
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
    public long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c, long element) {
        Objects.checkFromIndexSize(aFrom, k, a.length);
        Objects.checkFromIndexSize(bFrom, k, b.length);
        Run run = new Run(a, aFrom, b, bFrom, low, high, seed, element);
        return ends.finish(run, accumulator.run(run, 0, k, ends.start(run, c)));
    }

    // ------------------------------------------------------------------ parts of an element, for matrix products

    /** What computes many elements at once, if this rule, but for its ends, is a chain of binary32 multiply-adds. */
    private @Nullable PanelRule panels() {
        return accumulator instanceof Accumulator.Chain chain && chain.steps instanceof ProcessorSteps.Binary32
                ? new ChainPanelRule(this)
                : null;
    }

    /** The start of an element's chain. */
    float start(long c) {
        return Float.intBitsToFloat((int) ends.start(c, 0));
    }

    /** Whether chains start with the addends themselves. */
    boolean startsWithAddend() {
        return ends.startRoundings() == 0;
    }

    /** Whether results are the sums themselves, but for NaNs. */
    boolean finishesWithSum() {
        return ends.output == null;
    }

    /** The result of an element whose chain has had k steps. */
    long finish(float s, int k, long element) {
        long random = Run.random(seed, element, ends.startRoundings() + (long) k, ends.outBits());
        return ends.finish(Integer.toUnsignedLong(Float.floatToRawIntBits(s)), random);
    }

    @Override
    public String toString() {
        return "FloatDot[" + formatA() + " * " + formatB() + " + " + formatC() + " -> " + formatD() + ", "
                + accumulation + "]";
    }
}
