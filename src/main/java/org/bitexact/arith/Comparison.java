package org.bitexact.arith;

import org.bitexact.codec.Codes;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.internal.arith.Exact;
import org.bitexact.internal.codec.Operand;
import org.jspecify.annotations.Nullable;

/**
 * The operations that order two codes of one format: comparisons, minimum and maximum, exponent extraction.
 *
 * <p>Comparison is by value: zeros of either sign are equal, and a NaN is unordered with everything. Quiet predicates
 * raise invalid for signaling NaNs only, signaling ones for every NaN.
 *
 * <p><b>Minimum and maximum</b> come in the forms that implementations disagree on:
 *
 * <pre>
 * method            NaN operand                   zeros       source
 * minimum           NaN                           -0 &lt; +0     IEEE 754-2019, 9.6; Java Math.min
 * minimumNumber     the number; both NaN: NaN     -0 &lt; +0     IEEE 754-2019, 9.6; RISC-V fmin (2.2 and later)
 * </pre>
 *
 * <p>A signaling NaN operand raises invalid. RISC-V {@code fmin} and {@code fmax} are {@code minimumNumber} and {@code
 * maximumNumber} with {@link NanPropagation#CANONICAL}.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: IEEE 754-2019, 5.6.1, 5.11, 9.6, and 5.3.3 for logB.
 *
 * @since 0.1
 */
public final class Comparison {
    /** Result of {@link #compare} for operands of which one is a NaN. */
    public static final int UNORDERED = 2;

    private final FloatFormat format;
    private final Operand operand;
    private final Codes codes;
    private final NanPropagation nans;

    private Comparison(FloatFormat format, NanPropagation nans) {
        this.format = format;
        this.nans = nans;
        operand = new Operand(format);
        codes = Codes.of(format);
    }

    /**
     * {@return the comparisons of a format}
     *
     * @param format the format
     */
    public static Comparison of(FloatFormat format) {
        return new Comparison(format, NanPropagation.CANONICAL);
    }

    /**
     * {@return these comparisons with another choice of the NaN that minimum and maximum deliver}
     *
     * @param value the rule
     */
    public Comparison nans(NanPropagation value) {
        return new Comparison(format, value);
    }

    /**
     * Compares two codes by value, without flags.
     *
     * @param x a code
     * @param y a code
     * @return -1, 0 or 1 as x is less than, equal to or greater than y, or {@link #UNORDERED}
     * @throws IllegalArgumentException if a code does not fit the format
     */
    public int compare(long x, long y) {
        format.requireCode(x);
        format.requireCode(y);
        int kx = operand.kind(x);
        int ky = operand.kind(y);
        if (kx == Operand.NAN || ky == Operand.NAN) {
            return UNORDERED;
        }
        return Long.compare(key(x, kx), key(y, ky));
    }

    /** Codes of numbers in the order of their values; every zero is 0. Without a zero, -0 is the largest negative one. */
    private long key(long code, int kind) {
        long magnitude = code & format.magnitudeMask();
        return kind == Operand.ZERO
                ? 0
                : operand.isNegative(code) ? -magnitude : format.hasZero() ? magnitude : magnitude + 1;
    }

    /**
     * {@return whether {@code x = y}}
     *
     * @param x a code
     * @param y a code
     * @param signaling whether every NaN raises invalid, or signaling ones only
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote compareQuietEqual, compareSignalingEqual.
     */
    public boolean isEqual(long x, long y, boolean signaling, @Nullable Flags sink) {
        return relation(x, y, signaling, sink) == 0;
    }

    /**
     * {@return whether {@code x < y}}
     *
     * @param x a code
     * @param y a code
     * @param signaling whether every NaN raises invalid, or signaling ones only
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote compareQuietLess, compareSignalingLess.
     */
    public boolean isLess(long x, long y, boolean signaling, @Nullable Flags sink) {
        return relation(x, y, signaling, sink) == -1;
    }

    /**
     * {@return whether {@code x <= y}}
     *
     * @param x a code
     * @param y a code
     * @param signaling whether every NaN raises invalid, or signaling ones only
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote compareQuietLessEqual, compareSignalingLessEqual.
     */
    public boolean isLessOrEqual(long x, long y, boolean signaling, @Nullable Flags sink) {
        return relation(x, y, signaling, sink) <= 0;
    }

    /**
     * {@return whether one of the codes is a NaN}
     *
     * @param x a code
     * @param y a code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote compareQuietUnordered.
     */
    public boolean isUnordered(long x, long y, @Nullable Flags sink) {
        return relation(x, y, false, sink) == UNORDERED;
    }

    private int relation(long x, long y, boolean signaling, @Nullable Flags sink) {
        int order = compare(x, y);
        if (order == UNORDERED && sink != null && (signaling || anySignaling(x, y))) {
            sink.raise(Flags.INVALID);
        }
        return order;
    }

    private boolean anySignaling(long x, long y) {
        return format.isSignalingNan(x) || format.isSignalingNan(y);
    }

    /**
     * {@return the smaller operand, NaN if one is NaN; -0 is smaller than +0}
     *
     * @param x a code
     * @param y a code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote minimum of IEEE 754-2019, 9.6.
     */
    public long minimum(long x, long y, @Nullable Flags sink) {
        return extreme(x, y, true, false, sink);
    }

    /**
     * {@return the larger operand, NaN if one is NaN; +0 is larger than -0}
     *
     * @param x a code
     * @param y a code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote maximum of IEEE 754-2019, 9.6.
     */
    public long maximum(long x, long y, @Nullable Flags sink) {
        return extreme(x, y, false, false, sink);
    }

    /**
     * {@return the smaller operand, or the number if one is NaN; -0 is smaller than +0}
     *
     * @param x a code
     * @param y a code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote minimumNumber of IEEE 754-2019, 9.6; {@code fmin} of RISC-V.
     */
    public long minimumNumber(long x, long y, @Nullable Flags sink) {
        return extreme(x, y, true, true, sink);
    }

    /**
     * {@return the larger operand, or the number if one is NaN; +0 is larger than -0}
     *
     * @param x a code
     * @param y a code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if a code does not fit the format
     * @apiNote maximumNumber of IEEE 754-2019, 9.6; {@code fmax} of RISC-V.
     */
    public long maximumNumber(long x, long y, @Nullable Flags sink) {
        return extreme(x, y, false, true, sink);
    }

    private long extreme(long x, long y, boolean least, boolean numbers, @Nullable Flags sink) {
        int order = compare(x, y);
        if (order == UNORDERED) {
            if (sink != null && anySignaling(x, y)) {
                sink.raise(Flags.INVALID);
            }
            boolean xNan = format.isNan(x);
            boolean yNan = format.isNan(y);
            if (numbers && xNan != yNan) {
                return xNan ? y : x;
            }
            if (nans == NanPropagation.CANONICAL) {
                return format.nanCode();
            }
            return (Exact.isFirst(nans, operand, x, operand, y) ? x : y) | format.quietBit();
        }
        if (order == 0) {
            // equal numbers differ at most in the sign of zero
            return operand.isNegative(x) == least ? x : y;
        }
        return order == -1 == least ? x : y;
    }

    /**
     * {@return the exponent <i>e</i> of a finite nonzero code: {@code 2^e <= |x| < 2^(e+1)}}
     *
     * <p>Subnormal numbers count as if normalised. For zero the result is {@link Integer#MIN_VALUE} with divide by zero
     * raised, for an infinity {@link Integer#MAX_VALUE}, for a NaN {@link Integer#MAX_VALUE} with invalid raised.
     *
     * @param x a code
     * @param sink collects the raised flags; may be null
     * @throws IllegalArgumentException if the code does not fit the format
     * @apiNote logB of IEEE 754-2019, 5.3.3, with an integer result.
     */
    public int logB(long x, @Nullable Flags sink) {
        format.requireCode(x);
        int flags = 0;
        int exponent;
        switch (operand.kind(x)) {
            case Operand.ZERO -> {
                flags = Flags.DIVIDE_BY_ZERO;
                exponent = Integer.MIN_VALUE;
            }
            case Operand.FINITE -> exponent = operand.exponent(x) + 63;
            case Operand.INFINITE -> exponent = Integer.MAX_VALUE;
            default -> {
                flags = Flags.INVALID;
                exponent = Integer.MAX_VALUE;
            }
        }
        if (sink != null) {
            sink.raise(flags);
        }
        return exponent;
    }

    /**
     * {@return the codes' neighbours, signs and total order}
     */
    public Codes codes() {
        return codes;
    }
}
