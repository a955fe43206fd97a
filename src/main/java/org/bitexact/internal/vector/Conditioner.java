package org.bitexact.internal.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.jspecify.annotations.Nullable;

/**
 * Replaces values beforehand, so that a loop for signed formats with gradual underflow gives the codes of other formats
 * and rules.
 *
 * <ul>
 *   <li>Subnormal inputs become zeros where they count as such.
 *   <li>Without subnormal results every magnitude below 2^emin becomes zero or 2^emin. Rounding is monotone, so there is
 *       one threshold for each sign; it is found by asking the codec.
 *   <li>In an unsigned format a negative value becomes zero where it rounds to zero, or the value that has the code of
 *       all others.
 * </ul>
 */
final class Conditioner {
    private static final int NAN = 0x7fc0_0000;
    private static final int MIN_NORMAL = 0x0080_0000;
    private static final int LARGEST_NEGATIVE = 0xff7f_ffff;

    private final int flushedBelow;
    private final int zeroBelow;
    private final int negativeZeroBelow;
    private final int least;
    private final int zero;
    private final boolean replacesNegative;
    private final int positiveLimit;
    private final int negative;
    private final int kept;
    private final int sign;

    private Conditioner(FloatTarget target, boolean lifts) {
        flushedBelow = target.codec.policies().flushInputs() ? MIN_NORMAL : 0;
        replacesNegative = target.replacesNegative;
        positiveLimit = target.positiveLimit;
        negative = target.negative;
        kept = target.plainBelow;
        zeroBelow = lifts ? threshold(target, 0) : 0;
        negativeZeroBelow = replacesNegative
                ? FloatTarget.firstWhere(Lanes.EXPONENT, a -> a > 0 && target.code(a | Lanes.SIGN) != 0)
                : lifts ? threshold(target, Lanes.SIGN) : 0;
        least = lifts ? target.minNormal : 0;
        zero = target.format.hasZero() || target.code(0) == 0 ? 0 : NAN;
        sign = target.format.signed() ? Lanes.SIGN : 0;
    }

    /**
     * {@return the replacement; null if the codes of the target cannot be had from those of a signed format with gradual
     * underflow}
     */
    static @Nullable Conditioner of(FloatTarget target) {
        Policies policies = target.codec.policies();
        boolean lifts = lifts(target.format, policies);
        // with random bits there is no threshold
        boolean undecided =
                policies.rounding().isStochastic() && (lifts || target.replacesNegative && target.negative != 0);
        boolean beyond = target.replacesNegative && !target.isInRange(target.code(LARGEST_NEGATIVE));
        boolean fits = target.format.subnormals() != SubnormalRule.TESLA_LITERAL && !undecided && !beyond;
        return fits ? new Conditioner(target, lifts) : null;
    }

    /** {@return whether values have to be replaced} */
    static boolean isNeeded(FloatFormat f, Policies policies) {
        return !f.signed() || policies.flushInputs() || lifts(f, policies);
    }

    private static boolean lifts(FloatFormat f, Policies policies) {
        return f.subnormals() != SubnormalRule.GRADUAL || policies.subnormalResults() != SubnormalResults.KEEP;
    }

    /** The least magnitude that becomes 2^emin and not what the least of all becomes. */
    private static int threshold(FloatTarget target, int sign) {
        int code = target.code(1 | sign);
        return FloatTarget.firstWhere(target.minNormal, a -> a > 1 && target.code(a | sign) != code);
    }

    /**
     * Replaces values.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives the replacements from position 0 on
     * @param n number of values, a multiple of {@link Lanes#COUNT}
     */
    void apply(float[] src, int from, float[] dst, int n) {
        IntVector flushed = Lanes.broadcast(flushedBelow);
        IntVector below = Lanes.broadcast(zeroBelow);
        IntVector belowChange = Lanes.broadcast(zeroBelow ^ negativeZeroBelow);
        IntVector smallest = Lanes.broadcast(least);
        IntVector limit = Lanes.broadcast(positiveLimit);
        IntVector undecided = Lanes.broadcast(kept);
        IntVector signs = Lanes.broadcast(sign);
        boolean replaces = replacesNegative;
        for (int i = from, j = 0; j < n; i += Lanes.COUNT, j = Math.addExact(j, Lanes.COUNT)) {
            IntVector b = Lanes.patterns(src, i);
            IntVector a = b.and(Lanes.MAGNITUDE);
            a = a.blend(0, a.compare(VectorOperators.LT, flushed));
            IntVector x = a.max(smallest);
            IntVector minus = b.lanewise(VectorOperators.ASHR, 31);
            if (replaces) {
                x = x.min(limit).blend(negative, minus.compare(VectorOperators.NE, 0));
                x = x.blend(a, a.compare(VectorOperators.GE, undecided));
            }
            IntVector threshold = minus.and(belowChange).lanewise(VectorOperators.XOR, below);
            x = x.blend(0, a.compare(VectorOperators.LT, threshold)).blend(zero, a.compare(VectorOperators.EQ, 0));
            x.or(b.and(signs)).reinterpretAsFloats().intoArray(dst, j);
        }
    }
}
