package org.bitexact.kernel;

import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;

/**
 * How products become a sum: in which order, in which format, and where it is rounded. Products are exact before they
 * meet the accumulator, whatever the formats of their factors.
 *
 * <p>With products <i>p(0)</i> to <i>p(k-1)</i>, the addend <i>c</i> and <i>round</i> for one rounding under the
 * accumulator's policies:
 *
 * <pre>
 * fma(f)                s = c; for each i: s = round(s + p(i))
 * fused(n, f)           s = c; for each n products: s = round(s + p(i) + ... + p(i+n-1))
 * exact(f)              round(c + p(0) + ... + p(k-1))
 * multiplyAdd(f)        s = c; for each i: s = round(s + round(p(i)))
 * pairwise(f)           round(c + tree), the tree being ((p0 + p1) + (p2 + p3)) + ..., every product and sum rounded
 * x.promoted(n, f)      s = c; for each n products: s = round(s + x(those products, from +0))
 * </pre>
 *
 * <p>The products are taken in ascending order. Where k is no multiple of n, the last step has fewer of them. Without
 * products the result is c.
 *
 * <p><b>Policies</b> are those of the accumulator's codec: any rounding mode, overflow rule and treatment of subnormals
 * of the accumulator's results. {@link Policies#flushInputs()} concerns factors, in their own formats, as well as the
 * accumulator: subnormal ones count as zeros. {@link Policies#path()} is not looked at.
 *
 * <p><b>Thread safety</b>: immutable; equal if all components are.
 *
 * @since 0.1
 */
public sealed interface Accumulation {
    /** {@return the format of the sum} */
    FloatFormat format();

    /** {@return the policies of roundings into the format of the sum} */
    Policies policies();

    /**
     * {@return one rounding for each product, to which the accumulator is added before}
     *
     * @param accumulator format and policies of the sum
     * @throws IllegalArgumentException if the format is not a floating-point format
     */
    static Accumulation fma(Codec accumulator) {
        return fused(1, accumulator);
    }

    /**
     * {@return one rounding for each n products and the accumulator together}
     *
     * @param n products in a step, at least 1
     * @param accumulator format and policies of the sum
     * @throws IllegalArgumentException if n is less than 1, or the format is not a floating-point format
     */
    static Accumulation fused(int n, Codec accumulator) {
        return new Fused(n, requireFloat(accumulator), accumulator.policies());
    }

    /**
     * {@return one rounding, of the exact sum}
     *
     * @param accumulator format and policies of the sum
     * @throws IllegalArgumentException if the format is not a floating-point format
     */
    static Accumulation exact(Codec accumulator) {
        return fused(Integer.MAX_VALUE, accumulator);
    }

    /**
     * {@return one rounding for each product and another for each sum}
     *
     * @param accumulator format and policies of products and sums
     * @throws IllegalArgumentException if the format is not a floating-point format
     */
    static Accumulation multiplyAdd(Codec accumulator) {
        return new MultiplyAdd(requireFloat(accumulator), accumulator.policies());
    }

    /**
     * {@return a rounding for each product, and for each sum of a balanced tree}
     *
     * @param accumulator format and policies of products and sums
     * @throws IllegalArgumentException if the format is not a floating-point format
     */
    static Accumulation pairwise(Codec accumulator) {
        return new Pairwise(requireFloat(accumulator), accumulator.policies());
    }

    /**
     * {@return blocks of products that are accumulated this way, each from +0, and whose sums are added one after the
     * other to another, usually wider, accumulator}
     *
     * @param n products in a block, at least 1
     * @param accumulator format and policies of the outer sum
     * @throws IllegalArgumentException if n is less than 1, or the format is not a floating-point format
     */
    default Accumulation promoted(int n, Codec accumulator) {
        return new Promoted(this, n, requireFloat(accumulator), accumulator.policies());
    }

    private static FloatFormat requireFloat(Codec accumulator) {
        if (accumulator.format() instanceof FloatFormat f) {
            return f;
        }
        throw new IllegalArgumentException("accumulator must have a floating-point format: " + accumulator.format());
    }

    private static int requirePositive(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("n must be at least 1: " + n);
        }
        return n;
    }

    /**
     * One rounding for each step of several products and the accumulator.
     *
     * @param n products in a step; {@link Integer#MAX_VALUE} for all of them
     * @param format format of the sum
     * @param policies policies of the sum
     * @see Accumulation#fused
     * @since 0.1
     */
    record Fused(int n, FloatFormat format, Policies policies) implements Accumulation {
        /** Checks the components. */
        public Fused {
            requirePositive(n);
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(policies, "policies");
        }
    }

    /**
     * One rounding for each product and another for each sum.
     *
     * @param format format of products and sums
     * @param policies policies of products and sums
     * @see Accumulation#multiplyAdd
     * @since 0.1
     */
    record MultiplyAdd(FloatFormat format, Policies policies) implements Accumulation {
        /** Checks the components. */
        public MultiplyAdd {
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(policies, "policies");
        }
    }

    /**
     * A balanced tree: products are paired with their neighbours, the sums with theirs, and so on, what is left over
     * moving up a level as it is; at last the addend is added.
     *
     * @param format format of products and sums
     * @param policies policies of products and sums
     * @see Accumulation#pairwise
     * @since 0.1
     */
    record Pairwise(FloatFormat format, Policies policies) implements Accumulation {
        /** Checks the components. */
        public Pairwise {
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(policies, "policies");
        }
    }

    /**
     * Blocks of products accumulated one way, their sums another.
     *
     * @param block accumulation within a block
     * @param n products in a block
     * @param format format of the outer sum
     * @param policies policies of the outer sum
     * @see Accumulation#promoted
     * @since 0.1
     */
    record Promoted(Accumulation block, int n, FloatFormat format, Policies policies) implements Accumulation {
        /** Checks the components. */
        public Promoted {
            Objects.requireNonNull(block, "block");
            requirePositive(n);
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(policies, "policies");
        }
    }
}
