package org.bitexact.engine;

import java.util.Objects;
import org.bitexact.format.Rounding;

/**
 * The parameters of a floating-point matrix engine: what it does with the products of a dot product, and with the addend.
 *
 * <p>An engine works in <i>steps</i>. A step takes {@code terms} products and an addend, and yields a number; the {@link
 * Order} says which elements a step takes and where its addend comes from. Write <i>E(x)</i> for the exponent of a code:
 * its exponent field without the bias, zeros and subnormals counting as the smallest normal number of the format. Then a
 * step
 *
 * <ol>
 *   <li>conditions the operands ({@code conditioning}, {@code flushOperands}) and the addend ({@code flushAddend});
 *   <li>multiplies exactly. A product has the exponent <i>E(a) + E(b)</i>; since it is not normalised, its significand
 *       lies in [1, 4), or below 1 for subnormal operands. Changed by {@code operandFloor}, {@code normalizeProducts};
 *       {@code slicing} makes several terms of one product, {@code group} one term of several products;
 *   <li>aligns: <i>Emax</i> is the largest exponent of a nonzero term, but at least {@code floor}. Each term is {@code
 *       cut} to a multiple of <i>2^(Emax - fractionBits)</i>;
 *   <li>adds the cut terms exactly, so that the order within a step never matters;
 *   <li>lets the addend take part as {@code addend} says;
 *   <li>rounds once, by {@code rounding}, to the format of the result, {@code resultBits} bits of fraction. Overflow
 *       gives infinity in every rounding mode.
 * </ol>
 *
 * <p><b>Special values</b>: a NaN operand, infinity times zero, or infinities of both signs make the result a NaN;
 * otherwise an infinity is the result. Products are not limited to the range of the result, but see {@code
 * productLimit}.
 *
 * <p><b>Size of the adder</b>: the sum of <i>n</i> terms fits in {@code ceil(log2(4n + 2)) + fractionBits} bits and a
 * sign. With as many bits for integers in an accumulator register, an <i>Emax</i> below {@code emin - ceil(log2(4n +
 * 2))} would only move bits below what the result can hold: this is the value of every known {@code floor}.
 *
 * @param conditioning what becomes of operands wider than the multiplier
 * @param flushOperands whether subnormal operands count as zeros, of their sign
 * @param flushAddend whether a subnormal addend counts as a zero, of its sign
 * @param flushToPlus whether flushed operands and addends become +0, whatever their sign
 * @param operandFloor if not {@link #FORMAT_EMIN}, operands are normalised, and this is the least exponent they may have
 * @param slicing how significands are split before they are multiplied
 * @param normalizeProducts whether a product's exponent is that of its leading bit
 * @param productLimit whether products of 2^128 or more count as infinities
 * @param terms <i>n</i>, the products of a step, 1 to 1024
 * @param group products that are summed exactly into one term, whose exponent is that of its scales alone; 1 for none
 * @param sums 1, or 2 for a sum of the products at even places and another of those at odd places, each with its own
 *     Emax, which are then aligned to the larger one, cut toward minus infinity, and added
 * @param fractionBits <i>F</i>, bits kept below Emax, 0 to 46, or {@link #EXACT}
 * @param cut {@link Rounding#TOWARD_ZERO} or {@link Rounding#TOWARD_NEGATIVE}
 * @param floor the least Emax, or {@link #NO_FLOOR}
 * @param zeroExponent if not {@link #IGNORED}, the exponent of a zero, which then takes part in Emax
 * @param addend how the addend joins the sum
 * @param sumBits for {@link Addend#AFTER_FLOOR}: bits of the products' sum kept in the second alignment
 * @param addendBits for {@link Addend#AFTER_FLOOR}: bits of the addend kept in it, at most {@code sumBits}
 * @param addendReach for {@link Addend#AFTER_FLOOR}: an addend more than this far below counts as zero; {@link #EXACT}
 *     for no such limit
 * @param rounding rounding of the step's result
 * @param resultBits bits of the result's fraction that are kept, the others being zeros, or {@link #EXACT} for all
 * @param underflow what becomes of subnormal results
 * @param zeroSign the sign of zero results
 * @param nan which NaN results
 * @param order which elements the steps take, and how their results are joined
 * @since 0.1
 */
public record Spec(
        Conditioning conditioning,
        boolean flushOperands,
        boolean flushAddend,
        boolean flushToPlus,
        int operandFloor,
        Slicing slicing,
        boolean normalizeProducts,
        ProductLimit productLimit,
        int terms,
        int group,
        int sums,
        int fractionBits,
        Rounding cut,
        int floor,
        int zeroExponent,
        Addend addend,
        int sumBits,
        int addendBits,
        int addendReach,
        Rounding rounding,
        int resultBits,
        Underflow underflow,
        ZeroSign zeroSign,
        NanResult nan,
        Order order) {

    /** No bits are dropped, or no limit applies. */
    public static final int EXACT = Integer.MAX_VALUE;
    /** Emax may be as small as the terms are. */
    public static final int NO_FLOOR = Integer.MIN_VALUE;
    /** Zeros take no part in Emax. */
    public static final int IGNORED = Integer.MIN_VALUE;
    /** Exponents of operands are those of their codes. */
    public static final int FORMAT_EMIN = Integer.MIN_VALUE;

    /** The greatest number of fraction bits: 1024 products of 8 slices, each below 2^(F + 2), and an addend make 2^61. */
    static final int MAX_FRACTION_BITS = 46;

    /**
     * What becomes of binary32 operands in a multiplier that is narrower.
     *
     * @since 0.1
     */
    public enum Conditioning {
        /** Operands are taken as they are. */
        NONE,
        /** The low 13 bits are dropped, which turns a NaN with no other payload into an infinity. */
        TF32_TRUNCATE,
        /** Rounded to TF32, ties to even. */
        TF32_ROUND,
        /** Rounded to BF16, ties to even. */
        BF16_ROUND
    }

    /**
     * How significands are split; each product of two slices is a term of its own, with the exponent of the whole
     * product.
     *
     * @since 0.1
     */
    public enum Slicing {
        /** Not split. */
        NONE,
        /** The 3 leading bits, and the rest. */
        LEADING_3,
        /** Two slices of 12 bits. */
        TWELVES,
        /** Three slices of 8 bits; the product of the two lowest is not built. */
        BYTES
    }

    /**
     * What becomes of a product whose magnitude is 2^128 or more.
     *
     * @since 0.1
     */
    public enum ProductLimit {
        /** Nothing: it joins the sum. */
        NONE,
        /** It is an infinity. */
        INFINITY,
        /** It is an infinity, but gives way to infinite operands and to an infinite addend, even of the other sign. */
        WEAK_INFINITY
    }

    /**
     * How the addend joins the products.
     *
     * @since 0.1
     */
    public enum Addend {
        /** As one of the aligned terms. */
        ALIGNED,
        /**
         * In a second alignment with the products' sum, both cut toward minus infinity, each to a number of bits of its
         * own.
         */
        AFTER_FLOOR,
        /** The products' sum, cut terms and all, plus the addend is exact until it is rounded. */
        AFTER_EXACT
    }

    /**
     * What becomes of results in the subnormal range.
     *
     * @since 0.1
     */
    public enum Underflow {
        /** They are kept. */
        GRADUAL,
        /** Flushed if the exact value is below the smallest normal number. */
        FLUSH_BEFORE_ROUNDING,
        /** Flushed if the value rounded with unbounded exponent range is below the smallest normal number. */
        FLUSH_AFTER_ROUNDING,
        /** Rounded as a subnormal number first, and flushed if the result is one. */
        FLUSH_SUBNORMAL
    }

    /**
     * The sign of zero results.
     *
     * @since 0.1
     */
    public enum ZeroSign {
        /** Always plus. */
        PLUS,
        /** Plus for sums that are zero; a nonzero sum that rounds to zero keeps its sign. */
        UNDERFLOW_KEEPS,
        /** As in IEEE 754: a sum of zeros of one sign has that sign as well. Elements missing in a step count as +0. */
        IEEE
    }

    /**
     * Which NaN results.
     *
     * @since 0.1
     */
    public enum NanResult {
        /** All ones but for the sign, whatever the operands: 7FFFFFFF. */
        ALL_ONES,
        /** The positive quiet NaN without payload, whatever the operands: 7FC00000. */
        CANONICAL,
        /** The first NaN operand, made quiet; FFC00000 for invalid operations. Steps of one product only. */
        X86
    }

    /** Checks the parameters. */
    public Spec {
        Objects.requireNonNull(conditioning, "conditioning");
        Objects.requireNonNull(slicing, "slicing");
        Objects.requireNonNull(productLimit, "productLimit");
        Objects.requireNonNull(addend, "addend");
        Objects.requireNonNull(rounding, "rounding");
        Objects.requireNonNull(underflow, "underflow");
        Objects.requireNonNull(zeroSign, "zeroSign");
        Objects.requireNonNull(nan, "nan");
        Objects.requireNonNull(order, "order");
        range("terms", terms, 1, 1024);
        range("group", group, 1, terms);
        range("sums", sums, 1, 2);
        if (fractionBits != EXACT) {
            range("fractionBits", fractionBits, 0, MAX_FRACTION_BITS);
        }
        if (cut != Rounding.TOWARD_ZERO && cut != Rounding.TOWARD_NEGATIVE) {
            throw new IllegalArgumentException("cut must be TOWARD_ZERO or TOWARD_NEGATIVE: " + cut);
        }
        range("sumBits", sumBits, 0, MAX_FRACTION_BITS);
        range("addendBits", addendBits, 0, sumBits);
        if (addendReach < 0) {
            throw new IllegalArgumentException("addendReach must be 0 or more: " + addendReach);
        }
        if (rounding.isStochastic()) {
            throw new IllegalArgumentException("rounding must not be stochastic: " + rounding);
        }
        if (resultBits != EXACT) {
            range("resultBits", resultBits, 0, 52);
        }
        if (terms % group != 0) {
            throw new IllegalArgumentException("group must divide terms " + terms + ": " + group);
        }
        if (fractionBits == EXACT && (slicing != Slicing.NONE || addend != Addend.ALIGNED || group > 1 || sums > 1)) {
            throw new IllegalArgumentException("an EXACT sum needs slicing NONE, addend ALIGNED, group 1 and sums 1: "
                    + slicing + ", " + addend + ", " + group + ", " + sums);
        }
        if (fractionBits == EXACT && zeroSign == ZeroSign.UNDERFLOW_KEEPS) {
            throw new IllegalArgumentException("zeroSign must not be UNDERFLOW_KEEPS where the sum is EXACT");
        }
        if (sums == 2 && addend != Addend.AFTER_FLOOR) {
            throw new IllegalArgumentException("sums must be 1 unless addend is AFTER_FLOOR: " + sums);
        }
        if (group > 1 && (slicing != Slicing.NONE || addend != Addend.ALIGNED)) {
            throw new IllegalArgumentException("group must be 1 unless slicing is NONE and addend ALIGNED: " + group);
        }
        if (nan == NanResult.X86 && !(terms == 1 && fractionBits == EXACT)) {
            throw new IllegalArgumentException("nan must not be X86 unless terms is 1 and fractionBits is EXACT");
        }
    }

    private static void range(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(what + " must be in [" + low + ", " + high + "]: " + value);
        }
    }

    /**
     * Starts a specification: an exact sum of each step's products and the addend, as in IEEE 754, rounded to nearest,
     * chained.
     *
     * @param terms products of a step
     * @return a builder
     */
    public static Builder exact(int terms) {
        return new Builder(terms);
    }

    /**
     * Starts the specification of an engine that aligns products and addend to the largest exponent and truncates:
     * zeros are +0, NaNs all ones, results are truncated too.
     *
     * @param terms products of a step
     * @param fractionBits bits kept below the largest exponent
     * @return a builder
     */
    public static Builder aligned(int terms, int fractionBits) {
        return new Builder(terms)
                .fractionBits(fractionBits)
                .rounding(Rounding.TOWARD_ZERO)
                .zeroSign(ZeroSign.PLUS)
                .nan(NanResult.ALL_ONES);
    }

    /** {@return a builder that has these parameters} */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** {@return whether a step is a fused multiply-add: one product, exact, one rounding} */
    public boolean isFusedMultiplyAdd() {
        return terms == 1 && fractionBits == EXACT && resultBits == EXACT && productLimit == ProductLimit.NONE;
    }

    /**
     * Collects the parameters of a specification.
     *
     * @since 0.1
     */
    public static final class Builder {
        private Conditioning conditioning = Conditioning.NONE;
        private boolean flushOperands;
        private boolean flushAddend;
        private boolean flushToPlus;
        private int operandFloor = FORMAT_EMIN;
        private Slicing slicing = Slicing.NONE;
        private boolean normalizeProducts;
        private ProductLimit productLimit = ProductLimit.NONE;
        private int terms;
        private int group = 1;
        private int sums = 1;
        private int fractionBits = EXACT;
        private Rounding cut = Rounding.TOWARD_ZERO;
        private int floor = NO_FLOOR;
        private int zeroExponent = IGNORED;
        private Addend addend = Addend.ALIGNED;
        private int sumBits;
        private int addendBits;
        private int addendReach = EXACT;
        private Rounding rounding = Rounding.TIES_TO_EVEN;
        private int resultBits = EXACT;
        private Underflow underflow = Underflow.GRADUAL;
        private ZeroSign zeroSign = ZeroSign.IEEE;
        private NanResult nan = NanResult.CANONICAL;
        private Order order = Order.CHAIN;

        private Builder(int terms) {
            this.terms = terms;
        }

        private Builder(Spec spec) {
            conditioning = spec.conditioning;
            flushOperands = spec.flushOperands;
            flushAddend = spec.flushAddend;
            flushToPlus = spec.flushToPlus;
            operandFloor = spec.operandFloor;
            slicing = spec.slicing;
            normalizeProducts = spec.normalizeProducts;
            productLimit = spec.productLimit;
            terms = spec.terms;
            group = spec.group;
            sums = spec.sums;
            fractionBits = spec.fractionBits;
            cut = spec.cut;
            floor = spec.floor;
            zeroExponent = spec.zeroExponent;
            addend = spec.addend;
            sumBits = spec.sumBits;
            addendBits = spec.addendBits;
            addendReach = spec.addendReach;
            rounding = spec.rounding;
            resultBits = spec.resultBits;
            underflow = spec.underflow;
            zeroSign = spec.zeroSign;
            nan = spec.nan;
            order = spec.order;
        }

        /**
         * Sets what becomes of wide operands.
         *
         * @param value the rule
         * @return this
         */
        public Builder conditioning(Conditioning value) {
            conditioning = value;
            return this;
        }

        /**
         * Sets whether subnormal operands count as zeros.
         *
         * @param value true to flush them
         * @return this
         */
        public Builder flushOperands(boolean value) {
            flushOperands = value;
            return this;
        }

        /**
         * Sets whether a subnormal addend counts as zero.
         *
         * @param value true to flush it
         * @return this
         */
        public Builder flushAddend(boolean value) {
            flushAddend = value;
            return this;
        }

        /**
         * Sets whether flushed operands and addends become +0.
         *
         * @param value true for +0, false for zeros of their sign
         * @return this
         */
        public Builder flushToPlus(boolean value) {
            flushToPlus = value;
            return this;
        }

        /**
         * Sets the least exponent of operands, which are normalised down to it.
         *
         * @param value the exponent, or {@link Spec#FORMAT_EMIN} to take the exponents of the codes
         * @return this
         */
        public Builder operandFloor(int value) {
            operandFloor = value;
            return this;
        }

        /**
         * Sets how significands are split.
         *
         * @param value the rule
         * @return this
         */
        public Builder slicing(Slicing value) {
            slicing = value;
            return this;
        }

        /**
         * Sets whether products are normalised.
         *
         * @param value true to normalise
         * @return this
         */
        public Builder normalizeProducts(boolean value) {
            normalizeProducts = value;
            return this;
        }

        /**
         * Sets what becomes of products of 2^128 or more.
         *
         * @param value the rule
         * @return this
         */
        public Builder productLimit(ProductLimit value) {
            productLimit = value;
            return this;
        }

        /**
         * Sets the number of products in a step.
         *
         * @param value 1 to 1024
         * @return this
         */
        public Builder terms(int value) {
            terms = value;
            return this;
        }

        /**
         * Sets the number of products that make one term.
         *
         * @param value a divisor of the number of products
         * @return this
         */
        public Builder group(int value) {
            group = value;
            return this;
        }

        /**
         * Sets whether even and odd places have sums of their own.
         *
         * @param value 1 or 2
         * @return this
         */
        public Builder sums(int value) {
            sums = value;
            return this;
        }

        /**
         * Sets the bits kept below the largest exponent.
         *
         * @param value the number, or {@link Spec#EXACT}
         * @return this
         */
        public Builder fractionBits(int value) {
            fractionBits = value;
            return this;
        }

        /**
         * Sets the direction in which terms are cut.
         *
         * @param value toward zero or toward minus infinity
         * @return this
         */
        public Builder cut(Rounding value) {
            cut = value;
            return this;
        }

        /**
         * Sets the least exponent to which terms are aligned.
         *
         * @param value the exponent, or {@link Spec#NO_FLOOR}
         * @return this
         */
        public Builder floor(int value) {
            floor = value;
            return this;
        }

        /**
         * Sets the exponent of zeros.
         *
         * @param value the exponent, or {@link Spec#IGNORED}
         * @return this
         */
        public Builder zeroExponent(int value) {
            zeroExponent = value;
            return this;
        }

        /**
         * Sets how the addend joins the products.
         *
         * @param value the rule
         * @return this
         */
        public Builder addend(Addend value) {
            addend = value;
            return this;
        }

        /**
         * Sets the second alignment, and with it {@link Addend#AFTER_FLOOR}.
         *
         * @param ofSum bits kept of the products' sum
         * @param ofAddend bits kept of the addend
         * @param reach how far below an addend still counts
         * @return this
         */
        public Builder secondAlignment(int ofSum, int ofAddend, int reach) {
            addend = Addend.AFTER_FLOOR;
            sumBits = ofSum;
            addendBits = ofAddend;
            addendReach = reach;
            return this;
        }

        /**
         * Sets the rounding of results.
         *
         * @param value a deterministic mode
         * @return this
         */
        public Builder rounding(Rounding value) {
            rounding = value;
            return this;
        }

        /**
         * Sets the bits kept of a result's fraction.
         *
         * @param value the number, or {@link Spec#EXACT} for all
         * @return this
         */
        public Builder resultBits(int value) {
            resultBits = value;
            return this;
        }

        /**
         * Sets what becomes of subnormal results.
         *
         * @param value the rule
         * @return this
         */
        public Builder underflow(Underflow value) {
            underflow = value;
            return this;
        }

        /**
         * Flushes subnormal operands, addends and results.
         *
         * @param results how results are flushed
         * @return this
         */
        public Builder flush(Underflow results) {
            return flushOperands(true).flushAddend(true).underflow(results);
        }

        /**
         * Sets the sign of zero results.
         *
         * @param value the rule
         * @return this
         */
        public Builder zeroSign(ZeroSign value) {
            zeroSign = value;
            return this;
        }

        /**
         * Sets which NaN results.
         *
         * @param value the rule
         * @return this
         */
        public Builder nan(NanResult value) {
            nan = value;
            return this;
        }

        /**
         * Sets the order.
         *
         * @param value the order
         * @return this
         */
        public Builder order(Order value) {
            order = value;
            return this;
        }

        /**
         * Builds the specification.
         *
         * @return the specification
         * @throws IllegalArgumentException if a parameter is out of range, or parameters contradict each other
         */
        public Spec build() {
            return new Spec(
                    conditioning,
                    flushOperands,
                    flushAddend,
                    flushToPlus,
                    operandFloor,
                    slicing,
                    normalizeProducts,
                    productLimit,
                    terms,
                    group,
                    sums,
                    fractionBits,
                    cut,
                    floor,
                    zeroExponent,
                    addend,
                    sumBits,
                    addendBits,
                    addendReach,
                    rounding,
                    resultBits,
                    underflow,
                    zeroSign,
                    nan,
                    order);
        }
    }
}
