package org.bitexact.vectors;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;

/**
 * What the test operands of a floating-point type look like: the fields of the type, and which exponents and significands
 * deserve attention.
 *
 * <p>Berkeley TestFloat describes its operands by classes rather than by values: an operand is a sign, an exponent from a
 * short list and a trailing significand from a list of bit patterns, or it is random in a weighted way. The lists follow
 * from a few parameters of the type, and those are what this class holds. With the parameters of binary16, binary32 and
 * binary64 the lists are those of TestFloat 3e; with other parameters they carry the same idea to any other format.
 *
 * <p><b>Exponents for two and three operands</b> ({@link #inputHeads()}), lowest first, for both signs: the subnormals; the
 * smallest normal; -g, -2, -1, 0, 1, 2 and g, where the <i>gap</i> g is the precision p, so that one operand just touches
 * the last place of another; the largest finite; infinity and NaN.
 *
 * <p><b>Exponents for one operand</b> ({@link #outputHeads()}): the same, and the neighbours of the extremes, -4 to 4, the
 * exponents around the limits of integer types, and those around the range of the next narrower float type.
 *
 * <p><b>Trailing significands</b> ({@link #significands(int)}): level 1 has zero, one, all ones, and all ones but the last;
 * level 2 has every value of one run of ones or of one zero among ones that touches an end or is one bit long.
 *
 * <p><b>Narrow formats.</b> Exponents outside the format's range are moved to the nearest within, and duplicates are
 * dropped; a format with one or two trailing significand bits has every significand in its list.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * <p>Source: the behaviour of Berkeley TestFloat 3e by John R. Hauser (BSD-3-Clause), from its documentation and its
 * output; the lists are derived by rule, none of its text is used.
 *
 * @since 0.1
 */
public final class FloatStimulus {

    /** binary16 as in TestFloat 3e. */
    public static final FloatStimulus BINARY16 =
            builder(5, 10).integerWidths(32, 64).build();

    /** binary32 as in TestFloat 3e, where the negative operands stop at exponent 126. */
    public static final FloatStimulus BINARY32 =
            builder(8, 23).integerWidths(32, 64).negativeStopsShort(true).build();

    /** binary64 as in TestFloat 3e, straddling the range of binary32. */
    public static final FloatStimulus BINARY64 =
            builder(11, 52).integerWidths(32, 64).neighbour(-126, 127).build();

    /**
     * bfloat16 as in TestFloat since commit a9c849f: the exponents of binary32, with its gap of 24, and one significand
     * twice.
     */
    public static final FloatStimulus BFLOAT16 = builder(8, 7)
            .integerWidths(32, 64)
            .negativeStopsShort(true)
            .gapExponent(24)
            .repeatedSignificand(true)
            .build();

    private final int signBits;
    private final int exponentBits;
    private final int fractionBits;
    private final int bias;
    private final int largestExponentField;
    private final int gapExponent;
    private final int[] integerWidths;
    private final int[] neighbourRange;
    private final boolean negativeStopsShort;
    private final boolean repeatedSignificand;
    private final long[] specialCodes;
    private final int containerShift;

    private FloatStimulus(Builder b) {
        signBits = b.signBits;
        exponentBits = b.exponentBits;
        fractionBits = b.fractionBits;
        bias = b.bias;
        largestExponentField = b.largestExponentField;
        gapExponent = b.gapExponent;
        integerWidths = b.integerWidths;
        neighbourRange = b.neighbourRange;
        negativeStopsShort = b.negativeStopsShort;
        repeatedSignificand = b.repeatedSignificand;
        specialCodes = b.specialCodes;
        containerShift = b.containerShift;
    }

    /**
     * Starts from an IEEE-like signed format: bias 2^(e-1) - 1, the highest exponent field kept for infinity and NaN, gap =
     * precision, the limits of 8-, 32- and 64-bit integers in view.
     *
     * @param exponentBits width e of the exponent field, 1 to 16
     * @param fractionBits width of the trailing significand field, 0 to 52
     * @return a builder
     * @throws IllegalArgumentException if a width is out of range
     */
    public static Builder builder(int exponentBits, int fractionBits) {
        return new Builder(exponentBits, fractionBits);
    }

    /**
     * Derives the stimulus of a format from its description: the constants of this class for the formats that TestFloat
     * knows; else the format's exponent range, and those of its extreme and special codes that the lists lack. TF32 stands
     * in its binary32 container.
     *
     * @param format the format
     * @return its stimulus
     */
    public static FloatStimulus of(FloatFormat format) {
        if (format.sameEncoding(Formats.BINARY16)) {
            return BINARY16;
        } else if (format.sameEncoding(Formats.BFLOAT16)) {
            return BFLOAT16;
        } else if (format.sameEncoding(Formats.BINARY32)) {
            return BINARY32;
        } else if (format.sameEncoding(Formats.BINARY64)) {
            return BINARY64;
        }
        Builder builder = builder(format.exponentBits(), format.trailingBits())
                .range(format.bias(), (int) (format.maxFiniteCode() >>> format.trailingBits()));
        if (!format.signed()) {
            builder.unsigned();
        }
        if (format.sameEncoding(Formats.TF32)) {
            builder.containerShift(Formats.BINARY32.width() - Formats.TF32.width()); // 13
        }
        return builder.specialCodes(missing(format, builder.build().inputCodes(1)))
                .build();
    }

    private static long[] missing(FloatFormat format, long[] listed) {
        LongStream.Builder codes = LongStream.builder();
        codes.add(format.maxFiniteCode()).add(format.minPositiveCode()).add(format.minNormalCode());
        if (format.hasInfinity()) {
            codes.add(format.infinityCode());
        }
        long[] positive = codes.build().toArray();
        LongStream all = Arrays.stream(positive);
        if (format.signed()) {
            all = LongStream.concat(all, Arrays.stream(positive).map(code -> code | format.signMask()));
        }
        if (format.hasNan() && Arrays.stream(listed).noneMatch(format::isNan)) {
            all = LongStream.concat(all, LongStream.of(format.nanCode()));
        }
        return all.filter(code -> Arrays.stream(listed).noneMatch(other -> other == code))
                .toArray();
    }

    /**
     * {@return 1 if the format has a sign bit, else 0}
     */
    public int signBits() {
        return signBits;
    }

    /**
     * {@return the width of the exponent field}
     */
    public int exponentBits() {
        return exponentBits;
    }

    /**
     * {@return the width of the trailing significand field}
     */
    public int fractionBits() {
        return fractionBits;
    }

    /**
     * {@return the width of a code in bits}
     */
    public int width() {
        return signBits + exponentBits + fractionBits;
    }

    /**
     * {@return the exponent of the smallest normal numbers}
     */
    public int emin() {
        return 1 - bias;
    }

    /**
     * {@return the exponent of the largest finite numbers}
     */
    public int emax() {
        return largestExponentField - bias;
    }

    /**
     * {@return how many zero bits stand below the code in its container}
     */
    public int containerShift() {
        return containerShift;
    }

    /**
     * {@return codes that belong to the operands besides those made of a head and a significand}
     */
    public long[] specialCodes() {
        return specialCodes.clone();
    }

    /**
     * {@return codes with zero trailing significand, one for each sign and exponent of the operands of two- and
     * three-operand functions: positive ones by increasing exponent, then negative ones}
     */
    public long[] inputHeads() {
        TreeSet<Integer> fields = extremes();
        addExponents(fields, emax(), -gapExponent, gapExponent);
        addRange(fields, -2, 2);
        TreeSet<Integer> negative = fields;
        if (negativeStopsShort) {
            negative = new TreeSet<>(fields);
            negative.remove(largestExponentField);
            addExponents(negative, emax() - 1);
        }
        return heads(fields, negative);
    }

    /**
     * {@return codes with zero trailing significand, one for each sign and exponent of the operands of one-operand
     * functions and of most random operands, in the order of {@link #inputHeads()}}
     */
    public long[] outputHeads() {
        int emax = emax();
        TreeSet<Integer> fields = extremes();
        addExponents(fields, emin() + 1, emax - 1, emax, -gapExponent, gapExponent);
        addRange(fields, -4, 4);
        for (int w : integerWidths) {
            if (w <= emax) { // a format that cannot pass the limits of the integer does not list them
                addRange(fields, w - 3, w);
            }
        }
        if (neighbourRange.length == 2) {
            addRange(fields, neighbourRange[0] - 3, neighbourRange[0]);
            addRange(fields, neighbourRange[1], neighbourRange[1] + 2);
        }
        return heads(fields, fields);
    }

    /**
     * Returns the trailing significands that the heads are combined with, in TestFloat's order.
     *
     * @param level 1 for the short list, 2 for the long one
     * @return trailing significands
     */
    public long[] significands(int level) {
        return level == 1 ? BitPatterns.extremes(fractionBits) : BitPatterns.runs(fractionBits, repeatedSignificand);
    }

    /**
     * {@return pairs of mask and offset, concatenated, by which a random code is drawn with an exponent close to the bias:
     * {@code (random & mask) + offset}}
     *
     * <p>The first pair keeps every exponent bit, as does the second; each further pair halves the range, down to eight
     * exponents.
     */
    public long[] exponentWeights() {
        int pairs = Math.max(1, exponentBits - 1);
        long[] weights = new long[2 * pairs];
        long sign = signBits == 1 ? 1L << exponentBits + fractionBits : 0;
        for (int i = 0; i < pairs; i++) {
            int kept = i == 0 ? exponentBits : exponentBits - i + 1; // exponent bits left free
            weights[2 * i] = sign | ((1L << kept) - 1) << fractionBits;
            // centres the 2^kept exponents on the middle of the field
            weights[2 * i + 1] = kept == exponentBits ? 0 : (1L << exponentBits - 1) - (1L << kept - 1) << fractionBits;
        }
        return weights;
    }

    /**
     * {@return the listed operands of two- and three-operand functions: heads combined with significands, then the special
     * codes; without container}
     *
     * @param level 1 or 2
     */
    long[] inputCodes(int level) {
        return combine(inputHeads(), level);
    }

    /**
     * {@return the listed operands of one-operand functions, as {@link #inputCodes}}
     *
     * @param level 1 or 2
     */
    long[] outputCodes(int level) {
        return combine(outputHeads(), level);
    }

    private long[] combine(long[] heads, int level) {
        long[] lows = significands(level);
        long[] codes = new long[heads.length * lows.length + specialCodes.length];
        int n = 0;
        for (long high : heads) {
            for (long low : lows) {
                codes[n++] = high | low;
            }
        }
        System.arraycopy(specialCodes, 0, codes, n, specialCodes.length);
        return codes;
    }

    /** The exponent fields of the subnormals, of the smallest normals, and of infinity and NaN. */
    private TreeSet<Integer> extremes() {
        int top = (1 << exponentBits) - 1;
        return new TreeSet<>(Arrays.asList(0, 1, top));
    }

    private void addRange(TreeSet<Integer> fields, int first, int last) {
        for (int e = first; e <= last; e++) {
            addExponents(fields, e);
        }
    }

    private void addExponents(TreeSet<Integer> fields, int... exponents) {
        int lowest = Math.min(1, largestExponentField);
        for (int e : exponents) {
            fields.add(Math.max(lowest, Math.min(largestExponentField, e + bias)));
        }
    }

    private long[] heads(TreeSet<Integer> positive, TreeSet<Integer> negative) {
        long[] heads = new long[positive.size() + signBits * negative.size()];
        int n = 0;
        for (int field : positive) {
            heads[n++] = (long) field << fractionBits;
        }
        if (signBits == 1) {
            for (int field : negative) {
                heads[n++] = 1L << exponentBits + fractionBits | (long) field << fractionBits;
            }
        }
        return heads;
    }

    /**
     * Collects the parameters of a {@link FloatStimulus}.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final int exponentBits;
        private final int fractionBits;
        private int signBits = 1;
        private int bias;
        private int largestExponentField;
        private int gapExponent;
        private int[] integerWidths = {8, 32, 64};
        private int[] neighbourRange = {};
        private boolean negativeStopsShort;
        private boolean repeatedSignificand;
        private long[] specialCodes = {};
        private int containerShift;

        private Builder(int exponentBits, int fractionBits) {
            requireRange("exponentBits", exponentBits, 1, 16);
            requireRange("fractionBits", fractionBits, 0, Math.min(52, 63 - exponentBits));
            this.exponentBits = exponentBits;
            this.fractionBits = fractionBits;
            bias = (1 << exponentBits - 1) - 1;
            largestExponentField = (1 << exponentBits) - 2;
            gapExponent = fractionBits + 1;
        }

        /**
         * Takes the sign bit away.
         *
         * @return this builder
         */
        public Builder unsigned() {
            signBits = 0;
            return this;
        }

        /**
         * Sets the exponent range.
         *
         * @param newBias exponent bias
         * @param newLargestExponentField biased exponent of the largest finite numbers
         * @return this builder
         * @throws IllegalArgumentException if the exponent does not fit its field
         */
        public Builder range(int newBias, int newLargestExponentField) {
            requireRange("largestExponentField", newLargestExponentField, 0, (1 << exponentBits) - 1);
            bias = newBias;
            largestExponentField = newLargestExponentField;
            return this;
        }

        /**
         * Sets the gap, which is the precision at first.
         *
         * @param exponent exponent of the operands that just touch the last place of one
         * @return this builder
         */
        public Builder gapExponent(int exponent) {
            gapExponent = exponent;
            return this;
        }

        /**
         * Sets the integer types whose limits 2^(w-3) to 2^w are listed, where the format reaches 2^w.
         *
         * @param widths widths w in bits
         * @return this builder
         */
        public Builder integerWidths(int... widths) {
            integerWidths = widths.clone();
            return this;
        }

        /**
         * Names the range of a narrower float type, whose limits are worth straddling.
         *
         * @param emin exponent of its smallest normal number
         * @param emax exponent of its largest number
         * @return this builder
         */
        public Builder neighbour(int emin, int emax) {
            neighbourRange = new int[] {emin, emax};
            return this;
        }

        /**
         * Puts emax - 1 in place of emax among the negative operands of two- and three-operand functions, as TestFloat's
         * binary32 and bfloat16 do.
         *
         * @param value whether to do so
         * @return this builder
         */
        public Builder negativeStopsShort(boolean value) {
            negativeStopsShort = value;
            return this;
        }

        /**
         * Lists the significand "all ones but the last bit" twice at level 2, as TestFloat's bfloat16 does.
         *
         * @param value whether to do so
         * @return this builder
         */
        public Builder repeatedSignificand(boolean value) {
            repeatedSignificand = value;
            return this;
        }

        /**
         * Adds codes as operands, such as a lone NaN that no exponent and significand of the lists would give.
         *
         * @param codes codes, not shifted into a container
         * @return this builder
         */
        public Builder specialCodes(long... codes) {
            specialCodes = codes.clone();
            return this;
        }

        /**
         * Lets the codes travel in a wider container, left-aligned, as TF32 does in binary32 with a shift of 13.
         *
         * @param shift number of zero bits below the code
         * @return this builder
         * @throws IllegalArgumentException if the container would be wider than 64 bits
         */
        public Builder containerShift(int shift) {
            requireRange("containerShift", shift, 0, 63 - exponentBits - fractionBits);
            containerShift = shift;
            return this;
        }

        /**
         * {@return the stimulus}
         */
        public FloatStimulus build() {
            return new FloatStimulus(this);
        }

        private static void requireRange(String name, int value, int least, int greatest) {
            if (value < least || value > greatest) {
                throw new IllegalArgumentException(name + " must be in [" + least + ", " + greatest + "]: " + value);
            }
        }
    }
}
