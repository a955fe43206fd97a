package org.bitexact.oracle;

import java.math.BigInteger;
import java.util.Arrays;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;

/**
 * The conversion from binary32 to another format, as intervals of binary32 patterns with equal code and flags.
 *
 * <p>For each sign, the magnitude patterns 0 (zero) to {@link #INFINITY} fall into maximal intervals on which the
 * oracle's code and flags are constant; a value that the target holds exactly is an interval of its own. Interval <i>i</i> of a sign begins at {@code starts[i]} and ends before
 * {@code starts[i + 1]}, the last one at {@link #INFINITY}. A checker walks all patterns in order and compares with one
 * entry at a time. NaN patterns are not in the intervals, see {@link #expected(int)}.
 *
 * <p><b>Why intervals prove all patterns</b>: within a sign, the code's magnitude is a monotone function of |x|, since
 * rounding is. The candidates for boundaries are the exact values of the target, the midpoints between neighbours (in
 * nearest modes), and the thresholds of tininess and of flushed inputs; the oracle's {@code encode} is evaluated on the
 * first and the last pattern of each interval between candidates, and they must agree. So the codes come from
 * {@code encode} alone; the candidates only say where to look, and a wrong one is found out.
 *
 * <p><b>Thread safety</b>: immutable; the arrays are copied on request.
 *
 * @since 0.1
 */
public final class BoundaryTable {
    /** The magnitude pattern of infinity in binary32, the last one in the intervals. */
    public static final int INFINITY = 0x7f80_0000;

    private static final int SMALLEST_NORMAL = 0x0080_0000;
    private static final int LARGEST_FINITE = 0x7f7f_ffff;
    private static final int SIGN = 0x8000_0000;
    private static final FloatLayout BINARY32 = new FloatLayout(Formats.BINARY32);

    private final ScalarFormat target;
    private final Policies policies;
    private final Oracle oracle;
    private final Half positive;
    private final Half negative;

    private record Half(int[] starts, int[] codes, byte[] flags) {}

    private BoundaryTable(ScalarFormat target, Policies policies, int[] candidates) {
        this.target = target;
        this.policies = policies;
        this.oracle = Oracle.of(target);
        this.positive = half(candidates, 0);
        this.negative = half(candidates, SIGN);
    }

    /**
     * Computes the table.
     *
     * @param target the format converted to, at most 20 bits wide
     * @param policies the policies, with a deterministic rounding mode and without wrapping
     * @return the table
     * @throws IllegalArgumentException if the target is too wide, or if equal values may yield different codes
     *     (stochastic rounding) or codes are not monotone (wrapping)
     * @throws IllegalStateException if the oracle contradicts itself
     */
    public static BoundaryTable of(ScalarFormat target, Policies policies) {
        if (target.width() > 20) {
            throw new IllegalArgumentException("width of " + target + " must be in [1, 20]: " + target.width());
        }
        if (policies.rounding().isStochastic()) {
            throw new IllegalArgumentException("rounding must be deterministic: " + policies.rounding());
        }
        if (policies.overflow() == Overflow.WRAP) {
            throw new IllegalArgumentException("overflow must not be wrap");
        }
        return of(target, policies, candidates(target, policies));
    }

    /** Computes the table from given candidates; every one that is missing and matters is found out. */
    static BoundaryTable of(ScalarFormat target, Policies policies, int[] candidates) {
        return new BoundaryTable(target, policies, candidates);
    }

    /** {@return the format converted to} */
    public ScalarFormat target() {
        return target;
    }

    /** {@return the policies} */
    public Policies policies() {
        return policies;
    }

    /**
     * {@return the number of intervals}
     *
     * @param minus true for the patterns with sign bit 1
     */
    public int size(boolean minus) {
        return side(minus).starts.length;
    }

    /**
     * {@return the first magnitude pattern of each interval, ascending from 0; the sign bit is clear}
     *
     * @param minus true for the patterns with sign bit 1
     */
    public int[] starts(boolean minus) {
        return side(minus).starts.clone();
    }

    /**
     * {@return the code of each interval}
     *
     * @param minus true for the patterns with sign bit 1
     */
    public int[] codes(boolean minus) {
        return side(minus).codes.clone();
    }

    /**
     * {@return the flags of each interval}
     *
     * @param minus true for the patterns with sign bit 1
     */
    public byte[] flags(boolean minus) {
        return side(minus).flags.clone();
    }

    /**
     * {@return the expected code in the low 32 bits and the flags above, for any binary32 pattern, NaN included}
     *
     * @param bits the pattern
     */
    public long expected(int bits) {
        int magnitude = bits & ~SIGN;
        if (magnitude > INFINITY) {
            Oracle.Result result = encode(bits);
            return result.code() | (long) result.flags() << 32;
        }
        Half half = side(bits < 0);
        int found = Arrays.binarySearch(half.starts, magnitude);
        int index = found >= 0 ? found : -found - 2;
        return half.codes[index] | (long) half.flags[index] << 32;
    }

    private Half side(boolean minus) {
        return minus ? negative : positive;
    }

    private Oracle.Result encode(int bits) {
        return oracle.encode(OracleValue.ofFloatBits(bits), Formats.BINARY32, policies, 0);
    }

    private Half half(int[] candidates, int sign) {
        int[] starts = new int[candidates.length];
        int[] codes = new int[candidates.length];
        byte[] flags = new byte[candidates.length];
        int size = 0;
        for (int i = 0; i < candidates.length; i++) {
            int first = candidates[i];
            int last = i + 1 < candidates.length ? candidates[i + 1] - 1 : INFINITY;
            Oracle.Result result = encode(first | sign);
            if (last != first && !result.equals(encode(last | sign))) {
                throw new IllegalStateException(String.format(
                        "%s: code or flags change between binary32 patterns %08x and %08x",
                        target, first | sign, last | sign));
            }
            if (size > 0 && codes[size - 1] == (int) result.code() && flags[size - 1] == result.flags()) {
                continue;
            }
            starts[size] = first;
            codes[size] = (int) result.code();
            flags[size] = (byte) result.flags();
            size++;
        }
        return new Half(Arrays.copyOf(starts, size), Arrays.copyOf(codes, size), Arrays.copyOf(flags, size));
    }

    // Where code or flags may change

    static int[] candidates(ScalarFormat target, Policies policies) {
        Collector into = new Collector();
        into.add(0);
        into.add(1);
        into.add(SMALLEST_NORMAL);
        into.add(INFINITY);
        boolean midpoints = isNearest(policies.rounding());
        if (target instanceof FloatFormat f) {
            FloatLayout layout = new FloatLayout(f);
            Dyadic below = layout.normal(layout.belowSmallestNormal());
            into.add(below);
            into.add(Dyadic.midpoint(below, layout.smallestNormal()));
            into.add(layout.smallestNormal());
            FloatLayout.Fields fields = new FloatLayout.Fields(0, 0);
            while (fields.compareTo(layout.beyond()) < 0) {
                FloatLayout.Fields next = layout.successor(fields);
                into.add(layout.value(fields));
                if (midpoints) {
                    into.add(Dyadic.midpoint(layout.value(fields), layout.value(next)));
                }
                fields = next;
            }
            into.add(layout.value(fields));
        } else {
            IntFormat f = (IntFormat) target;
            for (long n = 0; n <= 1L << f.width(); n++) {
                into.add(new Dyadic(BigInteger.valueOf(n), f.scaleExponent()));
                if (midpoints) {
                    into.add(new Dyadic(BigInteger.valueOf(2 * n + 1), f.scaleExponent() - 1));
                }
            }
        }
        return into.sorted();
    }

    private static boolean isNearest(Rounding rounding) {
        return switch (rounding) {
            case TIES_TO_EVEN, TIES_TO_AWAY, TIES_TOWARD_ZERO, TIES_TOWARD_POSITIVE -> true;
            default -> false;
        };
    }

    /** Collects patterns; a boundary value contributes the first pattern at or above it, and the first one above. */
    private static final class Collector {
        private int[] patterns = new int[1024];
        private int size;

        void add(int pattern) {
            if (size == patterns.length) {
                patterns = Arrays.copyOf(patterns, 2 * size);
            }
            patterns[size++] = pattern;
        }

        void add(Dyadic value) {
            if (value.significand().signum() == 0) {
                return; // 0 and 1 are there already
            }
            OracleValue.Finite x = (OracleValue.Finite) OracleValue.ofScaled(value.significand(), value.exponent());
            if (x.compareMagnitude(BINARY32.value(BINARY32.beyond())) >= 0) {
                return;
            }
            FloatLayout.Fields floor = BINARY32.floor(x);
            int pattern = (int) BINARY32.code(false, floor);
            if (x.compareMagnitude(BINARY32.value(floor)) == 0) {
                add(pattern);
            }
            if (pattern < LARGEST_FINITE) {
                add(pattern + 1);
            }
        }

        int[] sorted() {
            return Arrays.stream(patterns, 0, size).sorted().distinct().toArray();
        }
    }
}
