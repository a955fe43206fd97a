package org.bitexact.format;

import java.util.Objects;

/**
 * Everything that may be chosen when a value becomes a code, one axis a component.
 *
 * <p>The axes are independent; {@link Profile} names combinations that reproduce one real implementation. Two values
 * are equal if all axes are.
 *
 * @param rounding how inexact values are rounded
 * @param randomBits random bits <i>N</i> taken by the stochastic modes, 1 to 63; 0 for the other modes
 * @param overflow what becomes of finite values beyond the largest finite number
 * @param infinity what becomes of infinite inputs
 * @param nan which NaN a NaN input becomes
 * @param nanSubstitute what a NaN input becomes where the format has no NaN
 * @param negative what becomes of negative values in unsigned formats
 * @param zero what becomes of zero in formats without zero
 * @param flushInputs whether subnormal inputs count as zeros of their sign (DAZ), without raising a flag
 * @param subnormalResults whether results in the subnormal range are flushed to zero (FTZ)
 * @param tininess when a result counts as tiny
 * @param path whether values are rounded directly or through binary32
 * @since 0.1
 */
public record Policies(
        Rounding rounding,
        int randomBits,
        Overflow overflow,
        InfinityRule infinity,
        NanRule nan,
        NanSubstitute nanSubstitute,
        NegativeRule negative,
        ZeroRule zero,
        boolean flushInputs,
        SubnormalResults subnormalResults,
        Tininess tininess,
        SourcePath path) {

    /**
     * IEEE 754 defaults: ties to even, overflow by direction, infinities and NaNs kept, gradual underflow, tininess
     * after rounding.
     */
    public static final Policies IEEE = new Policies(
            Rounding.TIES_TO_EVEN,
            0,
            Overflow.IEEE,
            InfinityRule.KEEP,
            NanRule.KEEP,
            NanSubstitute.LARGEST,
            NegativeRule.NAN,
            ZeroRule.SMALLEST,
            false,
            SubnormalResults.KEEP,
            Tininess.AFTER_ROUNDING,
            SourcePath.DIRECT);

    /** Checks the components. */
    public Policies {
        Objects.requireNonNull(rounding, "rounding");
        Objects.requireNonNull(overflow, "overflow");
        Objects.requireNonNull(infinity, "infinity");
        Objects.requireNonNull(nan, "nan");
        Objects.requireNonNull(nanSubstitute, "nanSubstitute");
        Objects.requireNonNull(negative, "negative");
        Objects.requireNonNull(zero, "zero");
        Objects.requireNonNull(subnormalResults, "subnormalResults");
        Objects.requireNonNull(tininess, "tininess");
        Objects.requireNonNull(path, "path");
        if (rounding.isStochastic() ? randomBits < 1 || randomBits > 63 : randomBits != 0) {
            throw new IllegalArgumentException("randomBits must be " + (rounding.isStochastic() ? "in [1, 63]" : "0")
                    + " for " + rounding + ": " + randomBits);
        }
    }

    /**
     * {@return these policies with another deterministic rounding mode}
     *
     * @param value the mode
     * @throws IllegalArgumentException if the mode is stochastic; see {@link #withStochasticRounding}
     */
    public Policies withRounding(Rounding value) {
        return new Policies(
                value,
                0,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with a stochastic rounding mode}
     *
     * @param value a stochastic mode
     * @param bits random bits taken with each value, 1 to 63
     */
    public Policies withStochasticRounding(Rounding value, int bits) {
        return new Policies(
                value,
                bits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with another overflow policy}
     *
     * @param value the policy; infinite inputs are governed by {@link #infinity()}
     */
    public Policies withOverflow(Overflow value) {
        return new Policies(
                rounding,
                randomBits,
                value,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with another rule for infinite inputs}
     *
     * @param value the rule
     */
    public Policies withInfinity(InfinityRule value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                value,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /** {@return these policies with finite overflow and infinite inputs both becoming the largest finite number} */
    public Policies saturating() {
        return withOverflow(Overflow.SATURATE).withInfinity(InfinityRule.SATURATE);
    }

    /**
     * {@return these policies with another rule for NaN inputs}
     *
     * @param value the rule
     */
    public Policies withNan(NanRule value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                value,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with another substitute for NaN}
     *
     * @param value the substitute
     */
    public Policies withNanSubstitute(NanSubstitute value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                value,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with another rule for negative values in unsigned formats}
     *
     * @param value the rule
     */
    public Policies withNegative(NegativeRule value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                value,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with another rule for zero in formats without zero}
     *
     * @param value the rule
     */
    public Policies withZero(ZeroRule value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                value,
                flushInputs,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with subnormal inputs flushed or not}
     *
     * @param value true to read subnormal inputs as zero
     */
    public Policies withFlushInputs(boolean value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                value,
                subnormalResults,
                tininess,
                path);
    }

    /**
     * {@return these policies with another rule for subnormal results}
     *
     * @param value the rule
     */
    public Policies withSubnormalResults(SubnormalResults value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                value,
                tininess,
                path);
    }

    /**
     * {@return these policies with another tininess rule}
     *
     * @param value the rule
     */
    public Policies withTininess(Tininess value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                value,
                path);
    }

    /**
     * {@return these policies with another path from the source}
     *
     * @param value the path
     */
    public Policies withPath(SourcePath value) {
        return new Policies(
                rounding,
                randomBits,
                overflow,
                infinity,
                nan,
                nanSubstitute,
                negative,
                zero,
                flushInputs,
                subnormalResults,
                tininess,
                value);
    }
}
