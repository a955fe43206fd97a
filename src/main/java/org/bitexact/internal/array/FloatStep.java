package org.bitexact.internal.array;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SubnormalRule;
import org.jspecify.annotations.Nullable;

/**
 * An operation on binary32 values whose results, encoded, are the correctly rounded results of the operation on narrow
 * formats: the middle of decode, operate, encode.
 *
 * <p>A kernel of a step is an {@link ArrayKernel} from {@code float[]} to {@code float[]}. The source holds the operands in
 * rows of {@link #STRIDE} elements; result {@code n}, after the results of {@code n} elements, is 1 if some of them are
 * {@linkplain #isRare rare}, to be computed in another way, otherwise 0. The result of a NaN is {@link #nan}.
 *
 * <p><b>Proof.</b> Let operands have at most 11 significand bits, and the target p &lt;= 11. Every mode decides by
 * comparing the exact result with numbers m of at most 12 bits: the target's numbers and the midpoints between them, those
 * with unbounded exponent that decide about tininess included. RN rounds to binary32, 24 bits, ties to even; where RN
 * overflows or is subnormal and inexact is looked at last.
 *
 * <ul>
 *   <li><i>Products</i> have at most 22 bits and are exact.
 *   <li><i>Quotients</i>: let x = X 2^a, y = Y 2^b, m = M 2^c with X, Y &lt; 2^11, M &lt; 2^12, and x / y not be m. Then
 *       x - m y is not 0 and a multiple of 2^a, so more than 2^-11 x, or of 2^(b+c), so more than 2^-23 m y. Hence x / y and
 *       m differ by more than 2^-24 m, half an ulp; since RN is monotone and keeps m, RN(x / y) lies on that side of m where
 *       x / y lies. It equals m if x / y does.
 *   <li><i>Roots</i>: let M be m scaled to [2^11, 2^12), where an ulp of binary32 is 2^-12, and X be x scaled likewise.
 *       X - M^2 is not 0 and an integer, since X has at most 11 bits and lies from 2^22 on. So the root of X differs from M
 *       by at least 1 / (sqrt(M^2 + 1) + M), which is more than 2^-13, half an ulp, as M is at most 2^12 - 1.
 *   <li><i>Sums</i>, u + v, are s + error exactly with s = RN(u + v) and the error from TwoSum (Knuth), of terms with up to
 *       24 bits, products of a fused multiply-add among them. Of s and its neighbour on the side of the error, the one whose
 *       last bit is 1 is the sum rounded to odd; rounding that to 22 bits or fewer gives what rounding the exact sum gives, in
 *       every mode (Boldo and Melquiond, 2008).
 *   <li><i>Sums to nearest</i> of numbers of the target's grid need no correction. Let |u| &gt;= |v| and s, of exponent e, be
 *       inexact. Then v has a bit below 2^(e-23) and at most 11 bits, so |v| &lt; 2^(e-13), and u, of at most 11 bits itself,
 *       is at least 2^e. The midpoints beside it are at least 2^(e-12) away; the exact sum and s are nearer to u, and both
 *       round to u. The inexactness is lost, so there are no flags.
 * </ul>
 *
 * <p><i>Range</i>: where operands reach so far that RN can overflow, or that products and quotients can be less than 2^-126,
 * such results are rare. Sums are exact wherever they are subnormal.
 *
 * @param operation what is computed
 * @param odd whether sums are rounded to odd; otherwise to nearest
 * @param minusZero whether unlike zeros, and terms that cancel, give -0, as in rounding toward -infinity
 * @param watchesTiny whether a product or quotient of nonzero operands below {@link #TINY} is rare
 * @param watchesInfinite whether infinities and NaNs are rare
 * @param nan pattern of a NaN result
 */
public record FloatStep(
        Operation operation, boolean odd, boolean minusZero, boolean watchesTiny, boolean watchesInfinite, int nan) {
    /** Distance of the operands' first elements, and the most elements of a run. */
    public static final int STRIDE = 4096;
    /** Pattern of 2^-125: what RN gives from there on is normal before rounding, too. */
    public static final int TINY = 2 << 23;

    private static final int MAGNITUDE = Integer.MAX_VALUE;
    private static final int INFINITY = 0xff << 23;
    private static final int QUIET_NAN = 0x7fc0_0000;
    /** Significand bits of the proof. */
    private static final int PRECISION = 11;

    /** An operation of two operands or, as the name says, of one or three. */
    public enum Operation {
        /** {@code x + y}. */
        ADD(2),
        /** {@code x - y}. */
        SUBTRACT(2),
        /** {@code x * y}. */
        MULTIPLY(2),
        /** {@code x / y}. */
        DIVIDE(2),
        /** The square root of {@code x}. */
        SQUARE_ROOT(1),
        /** {@code x * y + z}. */
        FMA(3);

        private final int arity;

        Operation(int arity) {
            this.arity = arity;
        }

        /** {@return the number of operands} */
        public int arity() {
            return arity;
        }

        boolean isSum() {
            return this == ADD || this == SUBTRACT || this == FMA;
        }
    }

    /**
     * {@return the step that computes with codes of some formats, or null if the proof does not cover them}
     *
     * @param operation the operation
     * @param target format and policies of the results
     * @param exact whether no inexactness may be lost and infinities and NaNs must be rare, because flags are raised
     * @param operands formats of the operands, as many as the operation has
     */
    public static @Nullable FloatStep of(Operation operation, Codec target, boolean exact, FloatFormat... operands) {
        Policies policies = target.policies();
        FloatFormat result = (FloatFormat) target.format();
        Rounding mode = policies.rounding();
        boolean suits = isNarrow(result)
                && result.subnormalQuantumExponent() - 1 >= -148
                && !mode.isStochastic()
                && !policies.flushInputs()
                && policies.path() == SourcePath.DIRECT;
        boolean onGrid = true;
        for (FloatFormat f : operands) {
            suits &= isNarrow(f);
            onGrid &= f.precision() <= result.precision()
                    && f.subnormalQuantumExponent() >= result.subnormalQuantumExponent();
        }
        if (!suits) {
            return null;
        }
        int x = operands[0].emax() + 1;
        int y = operands[operands.length > 1 ? 1 : 0].emax() + 1;
        int leastX = operands[0].subnormalQuantumExponent();
        int leastY = operands[operands.length > 1 ? 1 : 0].subnormalQuantumExponent();
        int last = operands[operands.length - 1].emax() + 1;
        // |result| < 2^most, and 2^least <= |product or quotient| unless it is zero
        int most = switch (operation) {
            case ADD, SUBTRACT -> Math.max(x, y) + 1;
            case MULTIPLY -> x + y;
            case DIVIDE -> x - leastY;
            case SQUARE_ROOT -> 0;
            case FMA -> Math.max(x + y, last) + 1;
        };
        int least = switch (operation) {
            case MULTIPLY, FMA -> leastX + leastY;
            case DIVIDE -> leastX - y;
            default -> 0;
        };
        boolean sum = operation.isSum();
        boolean plain = mode.isNearest() && onGrid && operation != Operation.FMA && !exact;
        boolean isNan = result.hasNan() && (target.encodeFloatBits(QUIET_NAN, 0) & 0xffff_ffffL) == result.nanCode();
        // x / 0 is a NaN there
        boolean p3109 = operation == Operation.DIVIDE && result.specials().isP3109();
        return new FloatStep(
                operation,
                sum && !plain,
                sum && mode == Rounding.TOWARD_NEGATIVE,
                least < -125,
                most > 127 || !isNan || p3109 || exact,
                QUIET_NAN);
    }

    private static boolean isNarrow(FloatFormat f) {
        return f.precision() <= PRECISION
                && f.width() <= 32
                && f.subnormals() != SubnormalRule.TESLA_LITERAL
                && Kernels.isExactInBinary32(f);
    }

    /** {@return whether the result of some operands must be computed in another way} */
    public boolean isRare(float x, float y, float z) {
        int r = Float.floatToRawIntBits(result(x, y, z)) & MAGNITUDE;
        return watchesInfinite && r >= INFINITY || watchesTiny && isTiny(x, y);
    }

    private boolean isTiny(float x, float y) {
        return switch (operation) {
            case MULTIPLY, FMA -> x != 0 && y != 0 && Math.abs(x * y) < Float.intBitsToFloat(TINY);
            case DIVIDE -> x != 0 && Math.abs(x / y) < Float.intBitsToFloat(TINY);
            default -> false;
        };
    }

    /** {@return the result of one step: the definition} */
    float result(float x, float y, float z) {
        float s = switch (operation) {
            case ADD -> sum(x, y);
            case SUBTRACT -> sum(x, -y);
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case SQUARE_ROOT -> (float) Math.sqrt(x);
            case FMA -> sum(x * y, z);
        };
        return Float.isNaN(s) ? Float.intBitsToFloat(nan) : s;
    }

    private float sum(float u, float v) {
        float s = u + v;
        if (s == 0 && minusZero) {
            int signs = Float.floatToRawIntBits(u) | Float.floatToRawIntBits(v);
            return Float.intBitsToFloat(signs & ~MAGNITUDE);
        }
        float z = s - u;
        float error = (u - (s - z)) + (v - z);
        if (!odd || !(Math.abs(error) > 0)) {
            return s; // to nearest, exact, infinite or a NaN
        }
        int bits = Float.floatToRawIntBits(s);
        return Float.intBitsToFloat(bits + ((bits ^ Float.floatToRawIntBits(error)) >> 31) | 1);
    }
}
