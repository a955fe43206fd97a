package org.bitexact.format;

import java.util.Objects;

/**
 * A binary floating-point format of at most 64 bits, described by data.
 *
 * <p>A code consists, most significant bit first, of an optional sign bit, the exponent field <i>E</i> and the
 * trailing significand field <i>T</i>:
 *
 * <pre>
 * bit   width-1   width-2 ... t   t-1 ... 0
 *       s         E               T            s: 0 or 1 bit, E: exponentBits, T: t = trailingBits
 * </pre>
 *
 * <p>With bias <i>b</i> and precision <i>p = t + 1</i>, a code that is neither infinite nor NaN has the value
 *
 * <pre>
 * (-1)^s * 2^(E - b) * (1 + T * 2^-t)      if E &gt; 0 (normal)
 * (-1)^s * 2^(1 - b) * T * 2^-t            if E = 0 (zero and subnormal, {@link SubnormalRule#GRADUAL})
 * </pre>
 *
 * <p>The other parameters say which codes are special ({@link SpecialValues}) and what exponent field zero means
 * ({@link SubnormalRule}). Everything else here is derived from them.
 *
 * <p>Within the finite numbers, the magnitude part of the code grows with the magnitude of the value, and neighbouring
 * codes are neighbouring values.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: IEEE 754-2019, 3.3 and 3.4, generalised.
 *
 * @param name canonical identifier: lower-case letters, digits, {@code _}; at most 64 characters
 * @param signed whether there is a sign bit
 * @param exponentBits width of the exponent field, 1 to 16
 * @param trailingBits width of the trailing significand field, 0 to 52
 * @param bias exponent bias, -1024 to 65535
 * @param specials which codes are infinite or NaN
 * @param subnormals what exponent field zero means
 * @param containerBits bits of the container in files and arrays: 8, 16, 32 or 64, at least the width
 * @param info title, aliases, sources and certainty; not part of the encoding
 * @since 0.1
 */
public record FloatFormat(
        String name,
        boolean signed,
        int exponentBits,
        int trailingBits,
        int bias,
        SpecialValues specials,
        SubnormalRule subnormals,
        int containerBits,
        FormatInfo info)
        implements ScalarFormat {

    /** Checks the parameters. */
    public FloatFormat {
        Names.requireIdentifier("name", name);
        Objects.requireNonNull(specials, "specials");
        Objects.requireNonNull(subnormals, "subnormals");
        Objects.requireNonNull(info, "info");
        requireRange("exponentBits", exponentBits, 1, 16);
        requireRange("trailingBits", trailingBits, 0, 52);
        requireRange("bias", bias, -1024, 65535);
        int width = (signed ? 1 : 0) + exponentBits + trailingBits;
        requireRange("width", width, 2, signed ? 64 : 63);
        if (containerBits < width || containerBits > 64 || Integer.bitCount(containerBits) != 1 || containerBits < 8) {
            throw new IllegalArgumentException(
                    "containerBits must be 8, 16, 32 or 64 and at least the width " + width + ": " + containerBits);
        }
        switch (specials) {
            case IEEE -> {
                if (exponentBits < 2 || trailingBits < 1) {
                    throw new IllegalArgumentException("specials ieee needs at least 2 exponent bits and 1 trailing"
                            + " significand bit: " + exponentBits + ", " + trailingBits);
                }
            }
            case FNUZ -> {
                if (!signed) {
                    throw new IllegalArgumentException("specials fnuz needs a sign bit, the NaN is the code of -0");
                }
            }
            default -> {
                // FN, NONE and the P3109 policies suit every layout of at least two bits
            }
        }
        if (subnormals == SubnormalRule.TESLA_LITERAL && trailingBits == 0) {
            throw new IllegalArgumentException("subnormals tesla_literal needs at least 1 trailing significand bit: 0");
        }
        if (subnormals == SubnormalRule.ABSENT && (specials == SpecialValues.FNUZ || specials.isP3109())) {
            throw new IllegalArgumentException(
                    "subnormals absent leaves no zero, which specials " + specials.id() + " needs");
        }
        if (width == 2 && specials == SpecialValues.P3109_EXTENDED) {
            throw new IllegalArgumentException("width must be in [3, 16] for specials p3109_extended: 2");
        }
    }

    /**
     * Starts the description of a user-defined format: signed, {@link SpecialValues#IEEE}, gradual underflow, bias
     * {@code 2^(exponentBits - 1) - 1}.
     *
     * @param name canonical identifier: lower-case letters, digits and {@code _}
     * @param exponentBits width of the exponent field, 1 to 11
     * @param trailingBits width of the trailing significand field, 0 to 23
     * @return a builder
     */
    public static Builder builder(String name, int exponentBits, int trailingBits) {
        return new Builder(name, exponentBits, trailingBits);
    }

    @Override
    public int width() {
        return (signed ? 1 : 0) + exponentBits + trailingBits;
    }

    /** {@return the precision <i>p</i>: bits of the significand, implicit bit included} */
    public int precision() {
        return trailingBits + 1;
    }

    /** {@return the exponent of the smallest normal number} */
    public int emin() {
        return lowestNormalField() - bias;
    }

    /** {@return the exponent of the largest finite number} */
    public int emax() {
        return (int) (maxFiniteCode() >>> trailingBits) - bias;
    }

    /** {@return the exponent field of the smallest normal number: 1, or 0 for {@link SubnormalRule#ABSENT}} */
    public int lowestNormalField() {
        return subnormals == SubnormalRule.ABSENT ? 0 : 1;
    }

    /**
     * {@return the exponent <i>q</i> of the quantum of the zero-and-subnormal codes: their value is {@code T * 2^q}}
     */
    public int subnormalQuantumExponent() {
        int q = lowestNormalField() - bias - trailingBits;
        return subnormals == SubnormalRule.TESLA_LITERAL ? q - 1 : q;
    }

    /** {@return the sign bit of a code, or 0 if the format is unsigned} */
    public long signMask() {
        return signed ? 1L << (exponentBits + trailingBits) : 0;
    }

    /** {@return a mask of the exponent and trailing significand fields} */
    public long magnitudeMask() {
        return (1L << (exponentBits + trailingBits)) - 1;
    }

    /** {@return a mask of the trailing significand field} */
    public long trailingMask() {
        return (1L << trailingBits) - 1;
    }

    /** {@return the code of the largest finite number} */
    public long maxFiniteCode() {
        long top = magnitudeMask();
        return switch (specials) {
            case IEEE -> (top ^ trailingMask()) - 1;
            case FN -> top - 1;
            case FNUZ, NONE -> top;
            case P3109_EXTENDED -> signed ? top - 1 : top - 2;
            case P3109_FINITE -> signed ? top : top - 1;
        };
    }

    /** {@return whether the format has infinities} */
    public boolean hasInfinity() {
        return specials == SpecialValues.IEEE || specials == SpecialValues.P3109_EXTENDED;
    }

    /**
     * {@return the code of positive infinity}
     *
     * @throws IllegalStateException if the format has no infinity
     */
    public long infinityCode() {
        if (!hasInfinity()) {
            throw new IllegalStateException(name + " has no infinity");
        }
        return maxFiniteCode() + 1;
    }

    /** {@return whether some code is a NaN} */
    public boolean hasNan() {
        return specials != SpecialValues.NONE;
    }

    /** {@return whether the NaN is one code only, without sign or payload} */
    public boolean hasSingleNan() {
        return specials == SpecialValues.FNUZ || specials.isP3109() || specials == SpecialValues.FN && !signed;
    }

    /**
     * {@return the canonical NaN: positive, quiet, without payload where the format has payloads}
     *
     * @throws IllegalStateException if the format has no NaN
     */
    public long nanCode() {
        return switch (specials) {
            case IEEE -> infinityCode() | 1L << (trailingBits - 1);
            case FN -> magnitudeMask();
            case FNUZ -> signMask();
            case P3109_EXTENDED, P3109_FINITE -> signed ? signMask() : magnitudeMask();
            case NONE -> throw new IllegalStateException(name + " has no NaN");
        };
    }

    /**
     * {@return whether the code is a NaN}
     *
     * @param code a code of this format
     */
    public boolean isNan(long code) {
        return switch (specials) {
            case IEEE -> (code & magnitudeMask()) > infinityCode();
            case FN -> (code & magnitudeMask()) == magnitudeMask();
            case FNUZ, P3109_EXTENDED, P3109_FINITE -> code == nanCode();
            case NONE -> false;
        };
    }

    /**
     * {@return whether the code is a signaling NaN; only {@link SpecialValues#IEEE} formats have them}
     *
     * @param code a code of this format
     */
    public boolean isSignalingNan(long code) {
        return specials == SpecialValues.IEEE && isNan(code) && (code & quietBit()) == 0;
    }

    /** {@return the bit that tells quiet NaNs (1) from signaling ones (0), or 0 if the format has no signaling NaN} */
    public long quietBit() {
        return specials == SpecialValues.IEEE ? 1L << (trailingBits - 1) : 0;
    }

    /**
     * {@return whether the code is an infinity}
     *
     * @param code a code of this format
     */
    public boolean isInfinite(long code) {
        return hasInfinity() && (code & magnitudeMask()) == infinityCode() && !isNan(code);
    }

    /**
     * {@return whether the code is a finite number}
     *
     * @param code a code of this format
     */
    public boolean isFinite(long code) {
        return !isNan(code) && (code & magnitudeMask()) <= maxFiniteCode();
    }

    /**
     * {@return whether the code is a zero of either sign}
     *
     * @param code a code of this format
     */
    public boolean isZero(long code) {
        if (subnormals == SubnormalRule.ABSENT || isNan(code)) {
            return false;
        }
        long magnitude = code & magnitudeMask();
        return magnitude == 0 || subnormals == SubnormalRule.FLUSH && magnitude <= trailingMask();
    }

    /**
     * {@return whether the code is a subnormal number}
     *
     * @param code a code of this format
     */
    public boolean isSubnormal(long code) {
        boolean field0 = (code & magnitudeMask()) <= trailingMask() && (code & trailingMask()) != 0;
        return field0 && (subnormals == SubnormalRule.GRADUAL || subnormals == SubnormalRule.TESLA_LITERAL);
    }

    /**
     * {@return whether the sign bit of the code is set and means a sign (it does not in a single NaN)}
     *
     * @param code a code of this format
     */
    public boolean isSignMinus(long code) {
        return (code & signMask()) != 0 && !(hasSingleNan() && isNan(code));
    }

    /** {@return whether the format has a zero} */
    public boolean hasZero() {
        return subnormals != SubnormalRule.ABSENT;
    }

    /** {@return whether the format has a negative zero} */
    public boolean hasNegativeZero() {
        return signed && hasZero() && specials != SpecialValues.FNUZ && !specials.isP3109();
    }

    /** {@return whether the format has subnormal numbers} */
    public boolean hasSubnormals() {
        return trailingBits > 0 && (subnormals == SubnormalRule.GRADUAL || subnormals == SubnormalRule.TESLA_LITERAL);
    }

    /** {@return the code of the smallest normal number} */
    public long minNormalCode() {
        return (long) lowestNormalField() << trailingBits;
    }

    /** {@return the code of the smallest positive number, normal or subnormal} */
    public long minPositiveCode() {
        return hasSubnormals() ? 1 : minNormalCode();
    }

    /** {@return whether every finite value is exact in binary64} */
    public boolean fitsBinary64() {
        return precision() <= 53 && emax() <= 1023 && subnormalQuantumExponent() >= -1074;
    }

    /**
     * {@return whether the other format gives every code the same meaning}
     *
     * @param other the other format
     */
    public boolean sameEncoding(FloatFormat other) {
        return signed == other.signed
                && exponentBits == other.exponentBits
                && trailingBits == other.trailingBits
                && bias == other.bias
                && specials == other.specials
                && subnormals == other.subnormals;
    }

    @Override
    public FloatFormat named(String newName, FormatInfo newInfo) {
        return new FloatFormat(
                newName, signed, exponentBits, trailingBits, bias, specials, subnormals, containerBits, newInfo);
    }

    @Override
    public String toString() {
        return name;
    }

    static int requireRange(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(what + " must be in [" + low + ", " + high + "]: " + value);
        }
        return value;
    }

    /**
     * Collects the parameters of a user-defined format.
     *
     * @since 0.1
     */
    public static final class Builder {
        private final String name;
        private final int exponentBits;
        private final int trailingBits;
        private boolean signed = true;
        private int bias;
        private SpecialValues specials = SpecialValues.IEEE;
        private SubnormalRule subnormals = SubnormalRule.GRADUAL;
        private int containerBits;
        private FormatInfo info;

        private Builder(String name, int exponentBits, int trailingBits) {
            this.name = name;
            this.exponentBits = requireRange("exponentBits", exponentBits, 1, 11);
            this.trailingBits = requireRange("trailingBits", trailingBits, 0, 23);
            this.bias = (1 << (exponentBits - 1)) - 1;
            this.info = FormatInfo.custom(name);
        }

        /**
         * Sets whether there is a sign bit.
         *
         * @param value true for a sign bit (the default)
         * @return this
         */
        public Builder signed(boolean value) {
            signed = value;
            return this;
        }

        /**
         * Sets the exponent bias.
         *
         * @param value any bias for which every value of the format is exact in binary64
         * @return this
         */
        public Builder bias(int value) {
            bias = value;
            return this;
        }

        /**
         * Sets which codes are special.
         *
         * @param value the policy
         * @return this
         */
        public Builder specials(SpecialValues value) {
            specials = Objects.requireNonNull(value, "specials");
            return this;
        }

        /**
         * Sets what exponent field zero means.
         *
         * @param value the rule
         * @return this
         */
        public Builder subnormals(SubnormalRule value) {
            subnormals = Objects.requireNonNull(value, "subnormals");
            return this;
        }

        /**
         * Sets the container; by default the smallest that holds a code.
         *
         * @param bits 8, 16, 32 or 64
         * @return this
         */
        public Builder containerBits(int bits) {
            containerBits = bits;
            return this;
        }

        /**
         * Sets title, aliases, sources and certainty.
         *
         * @param value the description
         * @return this
         */
        public Builder info(FormatInfo value) {
            info = Objects.requireNonNull(value, "info");
            return this;
        }

        /**
         * Builds the format.
         *
         * @return the format
         * @throws IllegalArgumentException if the width exceeds 32 bits, if a value is not exact in binary64, or if
         *     the parameters contradict each other
         */
        public FloatFormat build() {
            int width = requireRange("width", (signed ? 1 : 0) + exponentBits + trailingBits, 2, 32);
            int container = containerBits != 0 ? containerBits : width <= 8 ? 8 : width <= 16 ? 16 : 32;
            FloatFormat format = new FloatFormat(
                    name, signed, exponentBits, trailingBits, bias, specials, subnormals, container, info);
            if (!format.fitsBinary64()) {
                throw new IllegalArgumentException("bias of " + name + " must keep every value exact in binary64,"
                        + " exponents in [-1074, 1023]: bias " + bias + " gives ["
                        + format.subnormalQuantumExponent() + ", " + format.emax() + "]");
            }
            return format;
        }
    }
}
