package org.bitexact.engine;

import static org.bitexact.internal.codec.Operand.INFINITE;
import static org.bitexact.internal.codec.Operand.NAN;
import static org.bitexact.internal.codec.Operand.ZERO;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.internal.codec.Operand;
import org.jspecify.annotations.Nullable;

/**
 * What a vendor promises of a dot product whose order is not public: that exact products and partial sums are rounded,
 * each, no worse than to a certain format.
 *
 * @param narrowest the narrowest format to which a product or a partial sum is rounded
 * @since 0.1
 */
public record Contract(FloatFormat narrowest) {
    /** Digits of the bounds, which are rounded outward. */
    private static final MathContext UP = new MathContext(60, RoundingMode.UP);
    /** {@link BigDecimal#pow(int, MathContext)} errs by at most two units in the last place. */
    private static final BigDecimal POWER_ERROR = new BigDecimal("1e-57");

    /** Checks that there is a format. */
    public Contract {
        Objects.requireNonNull(narrowest, "narrowest");
    }

    /**
     * {@return an interval of all results that can come of a dot product, whatever the order of its additions and
     * whether each rounds to nearest or toward zero}
     *
     * <p><b>Proof.</b> Let the terms <i>x<sub>i</sub></i> be the n - 1 exact products and the addend, <i>A</i> the sum of
     * their magnitudes, <i>p</i> the precision of the narrowest format, <i>ε = 2^(1-p)</i>. Rounding to nearest or toward
     * zero errs by less than <i>ε</i> relative to the exact operation's result, or, where the result is subnormal or
     * flushed, by at most <i>η = 2^emin</i>. In a tree of additions of whatever shape (several operands included), a
     * term is rounded as a product, in at most n additions, and in at most two conversions: <i>d = n + 3</i> times. By
     * induction over the tree, the value computed at a node errs by at most <i>((1+ε)^h - 1) A'</i> where <i>A'</i>
     * belongs to the terms below it and <i>h</i> is its height, plus <i>η (1+ε)^h</i> for each of the at most <i>2n +
     * 4</i> operations below it. So the result lies within <i>E = ((1+ε)^d - 1) A + (2n + 4) η (1+ε)^d</i> of the exact
     * sum. Terms with a subnormal operand may be lost as a whole: their magnitudes are added to <i>E</i>. Unless <i>A +
     * E</i> stays below <i>2^(emax+1)</i> minus half a unit, a partial sum may overflow, to an infinity or a NaN.
     *
     * <p>If all terms are multiples of <i>2^q</i>, <i>q ≥ emin</i>, and <i>A ≤ 2^(q+p)</i>, every partial sum is a
     * multiple of <i>2^q</i> with at most p bits, so that nothing is ever rounded and the exact sum is the only result.
     */
    Enclosure enclose(Engine engine, DotCase input) {
        FloatFormat out = (FloatFormat) engine.formatD();
        Sum sum = new Sum();
        Reader a = new Reader(engine, true);
        Reader b = new Reader(engine, false);
        for (int i = 0; i < input.k(); i++) {
            sum.addProduct(a.read(input.a(), input.scaleA(), i), b.read(input.b(), input.scaleB(), i));
        }
        Operand addend = new Operand(engine.formatC());
        sum.add(Value.of(addend, input.c()));
        if (sum.nan || sum.plusInfinity && sum.minusInfinity) {
            return new Enclosure(out, false, 0, 0, true);
        }
        int p = narrowest.precision();
        int n = input.k() + 1;
        boolean exact = sum.lost.signum() == 0
                && sum.lowest >= narrowest.emin()
                && sum.magnitude.compareTo(power(p).multiply(power(sum.lowest))) <= 0;
        BigDecimal growth =
                BigDecimal.ONE.add(power(1 - p)).pow(n + 3, UP).multiply(BigDecimal.ONE.add(POWER_ERROR), UP);
        BigDecimal error = exact
                ? BigDecimal.ZERO
                : growth.subtract(BigDecimal.ONE)
                        .multiply(sum.magnitude, UP)
                        .add(growth.multiply(BigDecimal.valueOf(2L * n + 4), UP).multiply(power(narrowest.emin()), UP))
                        .add(sum.lost);
        BigDecimal limit = power(narrowest.emax() + 1).subtract(power(narrowest.emax() - p));
        boolean overflow = sum.magnitude.add(error).compareTo(limit) >= 0;
        long infinity = out.infinityCode();
        if (sum.plusInfinity || sum.minusInfinity) {
            long code = sum.minusInfinity ? infinity | out.signMask() : infinity;
            return new Enclosure(out, true, code, code, overflow);
        }
        if (overflow) {
            return new Enclosure(out, true, infinity | out.signMask(), infinity, true);
        }
        return new Enclosure(
                out,
                true,
                round(out, sum.value.subtract(error), Rounding.TOWARD_NEGATIVE),
                round(out, sum.value.add(error), Rounding.TOWARD_POSITIVE),
                false);
    }

    private static long round(FloatFormat format, BigDecimal x, Rounding rounding) {
        return Codec.of(format, Policies.IEEE.withRounding(rounding).withOverflow(Overflow.IEEE))
                .encode(x);
    }

    /** {@return 2^e, exactly} */
    private static BigDecimal power(int e) {
        return e >= 0 ? BigDecimal.valueOf(2).pow(e) : new BigDecimal("0.5").pow(-e);
    }

    /** A number or special value, exact; {@code lowest} is the exponent of its lowest bit. */
    private record Value(int kind, BigDecimal number, boolean negative, int lowest, boolean subnormal) {
        static Value of(Operand operand, long code) {
            int kind = operand.kind(code);
            boolean negative = operand.isNegative(code);
            if (kind != Operand.FINITE) {
                return new Value(kind, BigDecimal.ZERO, negative, Integer.MAX_VALUE, false);
            }
            long sig = operand.integer(code);
            int q = operand.quantum(code);
            BigDecimal number = BigDecimal.valueOf(negative ? -sig : sig).multiply(power(q));
            return new Value(kind, number, negative, q + Long.numberOfTrailingZeros(sig), operand.isSubnormal(code));
        }

        Value times(Value o) {
            boolean sign = negative != o.negative;
            if (kind == NAN
                    || o.kind == NAN
                    || kind == INFINITE && o.kind == ZERO
                    || kind == ZERO && o.kind == INFINITE) {
                return new Value(NAN, BigDecimal.ZERO, false, Integer.MAX_VALUE, false);
            }
            if (kind == INFINITE || o.kind == INFINITE) {
                return new Value(INFINITE, BigDecimal.ZERO, sign, Integer.MAX_VALUE, false);
            }
            if (kind == ZERO || o.kind == ZERO) {
                return new Value(ZERO, BigDecimal.ZERO, sign, Integer.MAX_VALUE, false);
            }
            return new Value(kind, number.multiply(o.number), sign, lowest + o.lowest, subnormal || o.subnormal);
        }
    }

    /** The elements of one side, conditioned and scaled. */
    private static final class Reader {
        private final Operand operand;
        private final Spec.Conditioning conditioning;
        private final @Nullable Scaling scaling;
        private final @Nullable Operand scale;

        Reader(Engine engine, boolean first) {
            operand = new Operand(first ? engine.formatA() : engine.formatB());
            conditioning = engine.spec().map(Spec::conditioning).orElse(Spec.Conditioning.NONE);
            scaling = engine.scaling().orElse(null);
            scale = scaling == null ? null : new Operand(scaling.format());
        }

        Value read(long[] codes, long @Nullable [] scales, int i) {
            Value x = Value.of(operand, OperandReader.condition(codes[i], conditioning));
            return scaling == null || scale == null || scales == null
                    ? x
                    : x.times(Value.of(scale, scaling.code(scales[i / scaling.blockLength()])));
        }
    }

    private static final class Sum {
        BigDecimal value = BigDecimal.ZERO;
        BigDecimal magnitude = BigDecimal.ZERO;
        BigDecimal lost = BigDecimal.ZERO;
        int lowest = Integer.MAX_VALUE;
        boolean nan;
        boolean plusInfinity;
        boolean minusInfinity;

        void addProduct(Value x, Value y) {
            add(x.times(y));
        }

        void add(Value x) {
            switch (x.kind()) {
                case NAN -> nan = true;
                case INFINITE -> {
                    plusInfinity |= !x.negative();
                    minusInfinity |= x.negative();
                }
                case ZERO -> {}
                default -> {
                    value = value.add(x.number());
                    magnitude = magnitude.add(x.number().abs());
                    lost = x.subnormal() ? lost.add(x.number().abs()) : lost;
                    lowest = Math.min(lowest, x.lowest());
                }
            }
        }
    }
}
