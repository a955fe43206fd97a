package org.bitexact.codec;

import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.jspecify.annotations.Nullable;

/**
 * Converts codes of one format to codes of another, rounding once.
 *
 * <p>Any two scalar formats may be paired. No value passes through {@code float} or {@code double}, so NaN payloads and
 * signaling NaNs arrive as the policies say, and no step rounds twice (unless {@link SourcePath#VIA_BINARY32} asks for
 * it).
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class Converter {
    private final Operand source;
    private final Rounder target;
    private final Policies policies;
    private final boolean flushInputs;
    private final boolean stochastic;
    private final long sourceMask;
    private final @Nullable Converter toBinary32;
    private final Operand second;

    private Converter(ScalarFormat source, Codec target) {
        this.source = new Operand(source);
        this.target = target.rounder();
        policies = target.policies();
        flushInputs = policies.flushInputs();
        stochastic = policies.rounding().isStochastic();
        sourceMask = source.codeMask();
        boolean via = policies.path() == SourcePath.VIA_BINARY32 && !this.source.isBinary32();
        toBinary32 = via
                ? new Converter(source, Codec.of(Formats.BINARY32, Policies.IEEE.withFlushInputs(flushInputs)))
                : null;
        second = via ? new Operand(Formats.BINARY32) : this.source;
    }

    /**
     * Prepares a conversion.
     *
     * @param source the format converted from
     * @param target the codec converted to, whose policies apply
     * @return the converter
     */
    public static Converter of(ScalarFormat source, Codec target) {
        return new Converter(source, target);
    }

    /** {@return the format converted from} */
    public ScalarFormat source() {
        return source.format();
    }

    /** {@return the format converted to} */
    public ScalarFormat target() {
        return target.format();
    }

    /** {@return the policies of the conversion} */
    public Policies policies() {
        return policies;
    }

    /**
     * Converts a code.
     *
     * @param code a code of {@link #source()}, at most 32 bits wide, as an unsigned {@code int}
     * @return the rounded code of {@link #target()}
     * @throws IllegalArgumentException if a bit above the source's width is set
     * @throws IllegalStateException if a format is wider than 32 bits or the rounding is stochastic
     * @apiNote convertFormat of IEEE 754-2019, 5.4.2.
     */
    public int convert(int code) {
        Codec.requireNarrow(source.format());
        Codec.requireNarrow(target.format());
        return (int) apply(Integer.toUnsignedLong(code), Codec.noRandom(stochastic), false);
    }

    /**
     * Converts a code with flags.
     *
     * @param code a code of {@link #source()} in the low bits
     * @param random random bits for stochastic rounding, otherwise ignored
     * @return the code of {@link #target()} in the low half, the raised {@link Flags} in the upper half
     * @throws IllegalArgumentException if a bit above the source's width is set
     * @throws IllegalStateException if the target is wider than 32 bits
     */
    public long convertWithFlags(long code, long random) {
        Codec.requireNarrow(target.format());
        return apply(code, random, false);
    }

    /**
     * Converts a code between formats of any width.
     *
     * @param code a code of {@link #source()} in the low bits
     * @param random random bits for stochastic rounding, otherwise ignored
     * @param sink collects the raised flags; may be null
     * @return the code of {@link #target()} in the low bits
     * @throws IllegalArgumentException if a bit above the source's width is set
     */
    public long convertLong(long code, long random, @Nullable Flags sink) {
        long result = apply(code, random, false);
        if (target.format().width() <= 32) {
            if (sink != null) {
                sink.raise((int) (result >>> 32));
            }
            return result & 0xffff_ffffL;
        }
        if (sink != null) {
            sink.raise((int) apply(code, random, true));
        }
        return result;
    }

    private long apply(long code, long random, boolean wantFlags) {
        if ((code & ~sourceMask) != 0) {
            source.format().requireCode(code);
        }
        Operand operand = source;
        long value = code;
        boolean signaling = source.kind(code) == Operand.NAN && source.isSignaling(code);
        if (toBinary32 != null) {
            value = toBinary32.apply(code, 0, false) & 0xffff_ffffL;
            operand = second;
        }
        boolean neg = operand.isNegative(value);
        return switch (operand.kind(value)) {
            case Operand.ZERO -> target.zero(neg, wantFlags);
            case Operand.FINITE ->
                flushInputs && toBinary32 == null && operand.isSubnormal(value)
                        ? target.zero(neg, wantFlags)
                        : target.round(
                                neg,
                                operand.significand(value),
                                0,
                                operand.exponent(value) - 64,
                                false,
                                random,
                                wantFlags);
            case Operand.INFINITE -> target.infinity(neg, wantFlags);
            default -> target.nan(neg, operand.nanTrailing(value), signaling, operand.isBinary32(), wantFlags);
        };
    }
}
