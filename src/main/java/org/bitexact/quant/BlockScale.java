package org.bitexact.quant;

import org.bitexact.codec.Codec;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.ScaleRule;
import org.bitexact.format.SubnormalRule;
import org.bitexact.internal.arith.OddRounding;
import org.bitexact.internal.array.LimitEncoding;
import org.bitexact.internal.array.MxEncoding;
import org.jspecify.annotations.Nullable;

/**
 * From the largest magnitude of a block to the code of its scale.
 *
 * <p><b>Thread safety</b>: safe; what it changes are a rule's steps and limits, made twice at worst.
 */
final class BlockScale {
    /** Pattern of infinity. */
    private static final int INFINITY = 0x7f80_0000;
    /** Patterns of a binade. */
    private static final int BINADE = 1 << 23;

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
    private final boolean powers; // scales are powers of two that depend on the largest magnitude alone
    private @Nullable Steps steps;
    private @Nullable Limits limits;

    /**
     * A rule for powers of two: from the pattern {@code first} of the largest magnitude to below {@code end}, the code is
     * {@link MxEncoding#code}.
     */
    private record Steps(int add, int offset, int first, int end) {
        int code(int pattern) {
            return MxEncoding.code(pattern, add, offset);
        }
    }

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
        powers = format.sameEncoding(Formats.E8M0) && !twoLevel;
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

    /**
     * Chooses the scales of several blocks.
     *
     * @param largest the magnitudes with the largest patterns of the blocks
     * @param n number of blocks
     * @param tensor the scale of the tensor
     * @param dst receives the codes, of at most 8 bits
     * @param to position of the first code
     * @return false, and the codes mean nothing, if a magnitude is not finite
     */
    boolean codes(float[] largest, int n, TensorScale tensor, byte[] dst, int to) {
        int all = 0;
        if (powers) {
            Steps s = steps();
            for (int i = 0; i < n; i++) {
                int pattern = Float.floatToRawIntBits(largest[i]);
                all = Math.max(all, pattern);
                boolean inside = pattern >= s.first && pattern < s.end;
                dst[to + i] = (byte) (inside ? s.code(pattern) : code(largest[i], tensor));
            }
            return all < INFINITY;
        }
        for (int i = 0; i < n; i++) {
            all = Math.max(all, Float.floatToRawIntBits(largest[i]));
        }
        if (all >= INFINITY) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = (byte) code(largest[i], tensor);
        }
        return true;
    }

    /** {@return values with the rule for their scales; null if no formula gives those of all finite magnitudes} */
    MxEncoding.@Nullable Operands operands(float[] values) {
        Steps s = powers ? steps() : null;
        return s != null && s.first == 0 && s.end == INFINITY ? new MxEncoding.Operands(values, s.add, s.offset) : null;
    }

    /**
     * {@return the largest number up to a product, or below it}
     *
     * @param product positive
     * @param below whether it must be less
     */
    static float limit(double product, boolean below) {
        float limit = (float) Math.min(product, Float.MAX_VALUE);
        return limit > product || below && limit == product ? Math.nextDown(limit) : limit;
    }

    /** Limits for a scale of the tensor. */
    private record Limits(TensorScale tensor, LimitEncoding.Scales scales) {}

    /** {@return the limits of scales; null if there are none that decide} */
    LimitEncoding.@Nullable Scales limits(TensorScale tensor) {
        Limits known = limits;
        if (known != null && known.tensor.equals(tensor)) {
            return known.scales;
        }
        double divisor = vmax * tensor.decode();
        float factor = (float) (1 / divisor);
        int most = (int) format.maxFiniteCode();
        if (rule != ScaleRule.QUOTIENT_NEAREST
                || arithmetic != BlockArithmetic.EXACT
                || format.subnormals() != SubnormalRule.GRADUAL
                || format.emin() < -100
                || most >= MxEncoding.NAN
                || !(factor >= Float.MIN_NORMAL && factor < 0x1p127f)) {
            return null;
        }
        int[] all = new int[most + 2];
        all[0] = -1;
        all[most + 1] = INFINITY - 1;
        for (int k = 1; k <= most; k++) {
            double m = (nearest.decode(k - 1) + nearest.decode(k)) / 2;
            all[k] = Float.floatToRawIntBits(limit(m * divisor, nearest.encode(m) == k));
        }
        Limits made = new Limits(tensor, new LimitEncoding.Scales(factor, format.trailingBits(), format.emin(), all));
        limits = made;
        return made.scales;
    }

    private Steps steps() {
        Steps known = steps;
        if (known == null) {
            known = findSteps();
            steps = known;
        }
        return known;
    }

    /**
     * Finds a rule's steps. Scales grow with the largest magnitude, so where the first and the last of the magnitudes with one
     * code of the formula have that code, all between them have.
     */
    private Steps findSteps() {
        int one = Float.floatToRawIntBits(1);
        int low = code(1, TensorScale.ONE);
        int first = one;
        int end = one + BINADE;
        while (first < end) {
            int middle = first + end >>> 1;
            if (code(Float.intBitsToFloat(middle), TensorScale.ONE) > low) {
                end = middle;
            } else {
                first = middle + 1;
            }
        }
        int step = first - one; // magnitudes from there on have the next code
        Steps all = new Steps(BINADE - step, low - 127, 0, 0);
        int from = 127;
        int to = 127;
        while (from > 0 && holds(all, from - 1 << 23, step)) {
            from--;
        }
        while (to < 255 && holds(all, to << 23, step)) {
            to++;
        }
        return new Steps(all.add, all.offset, from << 23, to << 23);
    }

    /** Whether a formula gives the codes of a binade. */
    private boolean holds(Steps s, int first, int step) {
        for (int at : new int[] {0, 1, step - 1, step, BINADE - 1}) {
            int pattern = first + Math.max(0, Math.min(BINADE - 1, at));
            if (s.code(pattern) != code(Float.intBitsToFloat(pattern), TensorScale.ONE)) {
                return false;
            }
        }
        return true;
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
