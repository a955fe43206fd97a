package org.bitexact.quant;

import org.bitexact.codec.Codec;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.ScaleRule;
import org.bitexact.internal.arith.OddRounding;

/** From the largest magnitude of a block to the code of its scale. */
final class BlockScale {
    private final ScaleRule rule;
    private final BlockArithmetic arithmetic;
    private final FloatFormat format;
    private final boolean twoLevel;
    private final Codec nearest;
    private final Codec up;
    private final double vmax; // largest finite number of the element format
    private final int emax; // its exponent
    private final int trailingBits; // of the element format's largest binade
    private final int smallest; // exponents of the scale format's range
    private final int largest;
    private final double smallestNormal;
    private final double largestScale;
    private final boolean plainFloor;

    BlockScale(BlockFormat block, ScaleRule rule, BlockArithmetic arithmetic) {
        this.rule = rule;
        this.arithmetic = arithmetic;
        format = block.scale();
        twoLevel = block.tensorScale();
        nearest = Codec.of(format).saturating();
        up = nearest.rounding(Rounding.TOWARD_POSITIVE);
        vmax = largest(block.element());
        emax = Math.getExponent(vmax);
        trailingBits = trailingBits(block.element());
        largestScale = nearest.decode(format.maxFiniteCode());
        largest = Math.getExponent(largestScale);
        smallest = format.hasSubnormals() ? format.subnormalQuantumExponent() : format.emin();
        smallestNormal = Math.scalb(1.0, format.emin());
        plainFloor = rule == ScaleRule.FLOOR
                && arithmetic != BlockArithmetic.MICROXCALING
                && format.sameEncoding(Formats.E8M0)
                && !twoLevel
                && emax >= 0;
    }

    /** {@return the largest finite number of a format} */
    static double largest(ScalarFormat format) {
        long code = format instanceof FloatFormat f ? f.maxFiniteCode() : ((IntFormat) format).maxInteger();
        return Codec.of(format).decode(code);
    }

    /** Fraction bits of the largest number's binade. */
    private static int trailingBits(ScalarFormat format) {
        return format instanceof FloatFormat f
                ? f.trailingBits()
                : Math.getExponent((double) ((IntFormat) format).maxInteger());
    }

    double vmax() {
        return vmax;
    }

    double largestScale() {
        return largestScale;
    }

    /**
     * {@return the code of the scale}
     *
     * @param amax the largest magnitude of the block, finite
     * @param tensor the scale of the tensor
     */
    int code(float amax, TensorScale tensor) {
        if (plainFloor && amax >= Float.MIN_NORMAL) {
            // the biased exponents of binary32 and E8M0 are the same
            return Math.max(0, (Float.floatToRawIntBits(amax) >>> 23) - emax);
        }
        boolean microxcaling = arithmetic == BlockArithmetic.MICROXCALING;
        float a = amax == 0 && microxcaling ? Float.MIN_NORMAL : amax;
        switch (rule) {
            case QUOTIENT_UP:
                return up.encode(quotient(a, tensor));
            case QUOTIENT_NEAREST:
                return nearest.encode(quotient(a, tensor));
            case EXPONENT_NEAREST:
                return a == 0 ? power(smallest) : power(nearestExponent(quotient(a, tensor)));
            default:
                // an exponent alone; the tensor's scale is a quotient's business
                double value = a == 0 ? 0 : exponentArgument(OddRounding.quotient(a, tensor.decode()));
                return value == 0 ? power(smallest) : power(exponent(value) - emax);
        }
    }

    /** A magnitude with the exponent that the rule takes, given the exact one. */
    private double exponentArgument(double a) {
        if (rule != ScaleRule.EVEN) {
            return a;
        }
        // half an ulp of the element format at a is added: a value that rounds up to the next binade counts as that
        return a + Math.scalb(1.0, Math.getExponent(a) - trailingBits - 1);
    }

    private int exponent(double a) {
        int floor = arithmetic == BlockArithmetic.MICROXCALING
                ? (int) Math.floor((float) (StrictMath.log(a) / StrictMath.log(2)))
                : Math.getExponent(a);
        return switch (rule) {
            case CEIL -> a > Math.scalb(1.0, floor) ? floor + 1 : floor;
            case FLOOR_PLUS_ONE -> floor + 1;
            default -> floor;
        };
    }

    /**
     * The integer nearest to the logarithm. A significand below the square root of 2 belongs to the lower exponent; being
     * irrational, the root is no quotient, and its square is compared exactly, in 106 bits.
     */
    private static int nearestExponent(double q) {
        int e = Math.getExponent(q);
        double m = Math.scalb(q, -e);
        return Math.fma(m, m, -2) < 0 ? e : e + 1;
    }

    private int power(int exponent) {
        return nearest.encode(Math.scalb(1.0, Math.max(smallest, Math.min(largest, exponent))));
    }

    /** What the scale is rounded from. Operations on floats round to binary32. */
    private double quotient(float amax, TensorScale tensor) {
        float reciprocal = 1 / (float) vmax;
        return switch (arithmetic) {
            case TRANSFORMER_ENGINE -> amax * (twoLevel ? tensor.encode() * reciprocal : reciprocal);
            case TORCHAO -> twoLevel ? clamp(amax / (float) vmax / tensor.decode()) : amax * reciprocal;
            default -> OddRounding.quotient(amax, vmax * tensor.decode());
        };
    }

    private double clamp(float scale) {
        return Math.max(smallestNormal, Math.min(largestScale, scale));
    }
}
