package org.bitexact.vectors;

import java.util.Arrays;

/**
 * Where the test operands of one type come from: two lists of telling values, and a weighted random draw.
 *
 * <p>Codes travel in the low bits of a {@code long}. The lists and the draw are those of Berkeley TestFloat 3e for its
 * types {@code ui32 ui64 i32 i64 f16 f32 f64} (and {@code bf16} of its later revision), bit for bit and in its order; for
 * other types they follow the same construction.
 *
 * <p><b>Random floats.</b> One of four classes, with weights 3, 1, 3 and 1 in 8: exponent from the list, significand the sum
 * of two listed ones; exponent from the list, significand uniform; exponent uniform or close to the bias, significand the
 * sum of two listed ones; and exponent uniform or close to the bias, significand uniform.
 *
 * <p><b>Random integers.</b> Either the sum of three listed ones, or uniform over a range of random width around zero.
 *
 * <p><b>Thread safety.</b> Immutable; the generator that is passed in is not.
 *
 * @since 0.1
 */
public abstract class OperandSource {

    /** {@code ui32}: unsigned 32-bit integer. */
    public static final OperandSource UI32 = forInteger(32, false);

    /** {@code ui64}: unsigned 64-bit integer. */
    public static final OperandSource UI64 = forInteger(64, false);

    /** {@code i32}: two's complement 32-bit integer. */
    public static final OperandSource I32 = forInteger(32, true);

    /** {@code i64}: two's complement 64-bit integer. */
    public static final OperandSource I64 = forInteger(64, true);

    /** {@code f16}: binary16. */
    public static final OperandSource F16 = forFloat(FloatStimulus.BINARY16);

    /** {@code bf16}: bfloat16. */
    public static final OperandSource BF16 = forFloat(FloatStimulus.BFLOAT16);

    /** {@code f32}: binary32. */
    public static final OperandSource F32 = forFloat(FloatStimulus.BINARY32);

    /** {@code f64}: binary64. */
    public static final OperandSource F64 = forFloat(FloatStimulus.BINARY64);

    OperandSource() {}

    /**
     * Returns the operands of a floating-point type.
     *
     * @param stimulus the type's fields and the exponents to dwell on
     * @return its operands
     */
    public static OperandSource forFloat(FloatStimulus stimulus) {
        return new FloatSource(stimulus);
    }

    /**
     * Returns the operands of an integer type.
     *
     * @param width width in bits, 1 to 64
     * @param signed whether two's complement
     * @return its operands
     * @throws IllegalArgumentException if the width is out of range
     */
    public static OperandSource forInteger(int width, boolean signed) {
        return new IntegerSource(width, signed);
    }

    /**
     * Returns a random operand.
     *
     * @param random source of randomness, advanced by as many draws as TestFloat makes
     * @return a code
     */
    public abstract long random(GlibcRandom random);

    /**
     * Returns the listed operands of functions with two or three operands.
     *
     * @param level 1 or 2
     * @return codes in TestFloat's order, a fresh array
     */
    public abstract long[] inputs(int level);

    /**
     * Returns the listed operands of functions with one operand.
     *
     * @param level 1 or 2
     * @return codes in TestFloat's order, a fresh array
     */
    public abstract long[] outputs(int level);

    /**
     * {@return whether the operand is an integer, whose mix of cases in one-operand functions is another}
     */
    abstract boolean isInteger();

    /**
     * Returns the random operand of a one-operand function.
     *
     * @param random source of randomness
     * @param first whether it is the first of the period, which makes a difference for integers
     * @return a code
     */
    abstract long randomOfOne(GlibcRandom random, boolean first);

    /** Number of random bytes that hold {@code bits} bits: 1, 2, 4 or 8, as C has integer types for. */
    private static int bytesFor(int bits) {
        return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8;
    }

    private static final class FloatSource extends OperandSource {

        private final FloatStimulus stimulus;
        private final long[] heads;
        private final long[] significands;
        private final long[] weights;
        private final int weightCount;
        private final long significandMask;
        private final int significandBytes;
        private final int codeBytes;
        private final int headBytes;
        private final int headShift;
        private final int containerShift;

        FloatSource(FloatStimulus stimulus) {
            this.stimulus = stimulus;
            heads = stimulus.outputHeads();
            significands = stimulus.significands(2);
            weights = stimulus.exponentWeights();
            weightCount = weights.length / 2;
            int width = stimulus.width();
            significandMask = BitPatterns.ones(stimulus.fractionBits());
            codeBytes = bytesFor(width);
            // A uniform significand is cut from a draw as wide as the whole code.
            significandBytes = codeBytes;
            // Sign and exponent come from the top of the code: TestFloat draws 16 bits for them whatever the type, and
            // 16
            // bits hold them in every format.
            headBytes = Math.min(2, codeBytes);
            headShift = width - 8 * headBytes;
            containerShift = stimulus.containerShift();
        }

        @Override
        public long random(GlibcRandom random) {
            return draw(random) << containerShift;
        }

        private long draw(GlibcRandom random) {
            switch (random.nextByte() & 7) {
                case 0:
                case 1:
                case 2:
                    return heads[random.nextBelow(heads.length)] | significandSum(random);
                case 3:
                    return heads[random.nextBelow(heads.length)] | random.nextBytes(significandBytes) & significandMask;
                case 4:
                case 5:
                case 6: {
                    int weight = 2 * random.nextBelow(weightCount);
                    long drawn = random.nextBytes(headBytes);
                    long head = headShift >= 0 ? drawn << headShift : drawn;
                    return (head & weights[weight]) + weights[weight + 1] | significandSum(random);
                }
                default: {
                    int weight = 2 * random.nextBelow(weightCount);
                    return (random.nextBytes(codeBytes) & (weights[weight] | significandMask)) + weights[weight + 1];
                }
            }
        }

        private long significandSum(GlibcRandom random) {
            return significands[random.nextBelow(significands.length)]
                            + significands[random.nextBelow(significands.length)]
                    & significandMask;
        }

        @Override
        public long[] inputs(int level) {
            return inContainer(stimulus.inputCodes(level));
        }

        @Override
        public long[] outputs(int level) {
            return inContainer(stimulus.outputCodes(level));
        }

        private long[] inContainer(long[] codes) {
            for (int i = 0; i < codes.length; i++) {
                codes[i] <<= containerShift;
            }
            return codes;
        }

        @Override
        boolean isInteger() {
            return false;
        }

        @Override
        long randomOfOne(GlibcRandom random, boolean first) {
            return random(random);
        }
    }

    private static final class IntegerSource extends OperandSource {

        private final boolean signed;
        private final int width;
        private final long mask;
        private final long[] terms;
        private final int bytes;
        private final int ranges;

        IntegerSource(int width, boolean signed) {
            if (width < 1 || width > 64) {
                throw new IllegalArgumentException("width must be in [1, 64]: " + width);
            }
            this.width = width;
            this.signed = signed;
            mask = BitPatterns.ones(width);
            terms = BitPatterns.runs(width, false);
            bytes = bytesFor(width);
            ranges = Math.max(1, width - 3); // the full width down to four bits
        }

        @Override
        public long random(GlibcRandom random) {
            // Not a case of TestFloat's, which has no function of two integers.
            return (random.nextByte() & 1) == 0 ? randomSum(random) : randomRange(random);
        }

        /** The sum of three listed values. */
        private long randomSum(GlibcRandom random) {
            return terms[random.nextBelow(terms.length)]
                            + terms[random.nextBelow(terms.length)]
                            + terms[random.nextBelow(terms.length)]
                    & mask;
        }

        /** Uniform over 2^k values, k random: from zero if unsigned, else centred on zero. */
        private long randomRange(GlibcRandom random) {
            int bits = width - random.nextBelow(ranges);
            long drawn = random.nextBytes(bytes) & BitPatterns.ones(bits);
            return signed && bits < width ? drawn - (1L << bits - 1) & mask : drawn;
        }

        @Override
        public long[] inputs(int level) {
            return outputs(level);
        }

        @Override
        public long[] outputs(int level) {
            if (level == 1) {
                return terms.clone();
            }
            // sums of two, each pair once
            long[] sums = new long[terms.length * (terms.length + 1) / 2];
            int n = 0;
            for (int i = 0; i < terms.length; i++) {
                for (int j = i; j < terms.length; j++) {
                    sums[n++] = terms[i] + terms[j] & mask;
                }
            }
            return Arrays.copyOf(sums, n);
        }

        @Override
        boolean isInteger() {
            return true;
        }

        @Override
        long randomOfOne(GlibcRandom random, boolean first) {
            return first ? randomSum(random) : randomRange(random);
        }
    }
}
