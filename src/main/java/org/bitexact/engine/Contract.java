package org.bitexact.engine;

import static org.bitexact.internal.codec.Operand.INFINITE;
import static org.bitexact.internal.codec.Operand.NAN;
import static org.bitexact.internal.codec.Operand.ZERO;

import java.math.BigDecimal;
import java.math.BigInteger;
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
    /** Digits of the factors, many more than the bounds need. */
    private static final MathContext DIGITS = new MathContext(60, RoundingMode.HALF_EVEN);
    /** {@link BigDecimal#pow(int, MathContext)} errs by at most two units in the last place, {@link #DIGITS} by half one. */
    private static final BigDecimal POWER_ERROR = new BigDecimal("1e-57");

    /** Checks that there is a format. */
    public Contract {
        Objects.requireNonNull(narrowest, "narrowest");
    }

    /**
     * {@return an interval of all results that can come of a dot product, whatever the order of its additions and
     * whether each rounds to nearest or toward zero}
     *
     * <p><b>Proof.</b> Let the terms <i>x<sub>i</sub></i> be those of the exact products and the addend that are not
     * zero, n of them, <i>A</i> the sum of their magnitudes, and <i>p</i> the precision of the narrowest format. Rounding
     * to nearest or toward zero multiplies the exact result of an operation by a factor <i>1 + δ</i>, <i>-2^(1-p) &lt; δ ≤
     * 2^-p</i>, or, where the result is subnormal or flushed, errs by at most <i>η = 2^emin</i>. In a tree of additions of
     * whatever shape (several operands included), a term is rounded as a product, unless that is exact, in at most n - 1
     * additions, since adding zero changes nothing, and in at most two conversions: <i>d</i> times in all, twice that
     * where partial sums are rounded to a second format. By induction over the tree, the result is <i>Σ x<sub>i</sub>
     * f<sub>i</sub></i> with factors <i>f<sub>i</sub></i> in <i>[L, H] = [(1 - 2^(1-p))^d, (1 + 2^-p)^d]</i>, plus at most
     * <i>η H</i> for each of the at most <i>2n + 4</i> operations. With <i>P</i> and <i>N</i> the sums of the magnitudes of
     * positive and negative terms, it lies in <i>[P L - N H - e, P H - N L + e]</i>, <i>e = (2n + 4) η H</i>. Terms with a
     * subnormal operand may be lost as a whole: such a term takes part in that bound alone which it widens. Unless
     * <i>A H + e</i> stays below <i>2^(emax+1)</i> minus half a unit, a partial sum may overflow, to an infinity or a NaN.
     *
     * <p>If all terms are multiples of <i>2^q</i>, <i>q ≥ emin</i>, so is every partial sum: what is below <i>2^(q+p)</i>
     * needs no rounding, and what is above is rounded to a multiple of a unit that is larger than <i>2^q</i>. Then none is
     * subnormal, and <i>e = 0</i>. If, besides, <i>A ≤ 2^(q+p)</i>, nothing is ever rounded, and the exact sum is the only
     * result.
     */
    Enclosure enclose(Engine engine, DotCase input) {
        FloatFormat out = (FloatFormat) engine.formatD();
        Sum sum = new Sum(narrowest);
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
        BigDecimal magnitude = sum.plus.add(sum.minus);
        boolean normal = sum.terms == 0 || sum.lowest >= narrowest.emin();
        boolean exact = sum.lostPlus.signum() == 0
                && sum.lostMinus.signum() == 0
                && normal
                && (sum.terms == 0 || magnitude.compareTo(power(p).multiply(power(sum.lowest))) <= 0);
        int roundings = sum.terms + 1 + (sum.inexact ? 1 : 0);
        int d = engine.accumulator().equals(out) ? roundings : 2 * roundings;
        BigDecimal low =
                exact ? BigDecimal.ONE : factor(power(1 - p).negate(), d, BigDecimal.ONE.subtract(POWER_ERROR));
        BigDecimal high = exact ? BigDecimal.ONE : factor(power(-p), d, BigDecimal.ONE.add(POWER_ERROR));
        BigDecimal e = normal
                ? BigDecimal.ZERO
                : high.multiply(BigDecimal.valueOf(2L * sum.terms + 4)).multiply(power(narrowest.emin()));
        BigDecimal limit = power(narrowest.emax() + 1).subtract(power(narrowest.emax() - p));
        boolean overflow = magnitude.multiply(high).add(e).compareTo(limit) >= 0;
        long infinity = out.infinityCode();
        if (sum.plusInfinity || sum.minusInfinity) {
            long code = sum.minusInfinity ? infinity | out.signMask() : infinity;
            return new Enclosure(out, true, code, code, overflow);
        }
        if (overflow) {
            return new Enclosure(out, true, infinity | out.signMask(), infinity, true);
        }
        BigDecimal least = sum.plus.subtract(sum.lostPlus).multiply(low).subtract(sum.minus.multiply(high));
        BigDecimal most = sum.plus
                .multiply(high)
                .subtract(sum.minus.subtract(sum.lostMinus).multiply(low));
        return new Enclosure(
                out,
                true,
                round(out, least.subtract(e), Rounding.TOWARD_NEGATIVE),
                round(out, most.add(e), Rounding.TOWARD_POSITIVE),
                false);
    }

    /** {@return (1 + x)^d, off by what its error may be} */
    private static BigDecimal factor(BigDecimal x, int d, BigDecimal safety) {
        return BigDecimal.ONE.add(x).pow(d, DIGITS).multiply(safety);
    }

    private static long round(FloatFormat format, BigDecimal x, Rounding rounding) {
        return Codec.of(format, Policies.IEEE.withRounding(rounding).withOverflow(Overflow.IEEE))
                .encode(x);
    }

    /** {@return 2^e, exactly: a small power is 5^-e / 10^-e} */
    private static BigDecimal power(int e) {
        return e >= 0
                ? new BigDecimal(BigInteger.ONE.shiftLeft(e))
                : new BigDecimal(BigInteger.valueOf(5).pow(-e), -e);
    }

    /**
     * A number or special value, exact.
     *
     * @param odd the significand without the zeros at its end: of a product, scales included, it has less than 64 bits
     * @param lowest the exponent of its lowest bit
     */
    private record Value(int kind, boolean negative, long odd, int lowest, boolean subnormal) {
        static Value of(Operand operand, long code) {
            int kind = operand.kind(code);
            boolean negative = operand.isNegative(code);
            if (kind != Operand.FINITE) {
                return special(kind, negative);
            }
            long sig = operand.integer(code);
            int zeros = Long.numberOfTrailingZeros(sig);
            return new Value(kind, negative, sig >>> zeros, operand.quantum(code) + zeros, operand.isSubnormal(code));
        }

        private static Value special(int kind, boolean negative) {
            return new Value(kind, negative, 0, Integer.MAX_VALUE, false);
        }

        BigDecimal magnitude() {
            return BigDecimal.valueOf(odd).multiply(power(lowest));
        }

        Value times(Value o) {
            boolean sign = negative != o.negative;
            if (kind == NAN
                    || o.kind == NAN
                    || kind == INFINITE && o.kind == ZERO
                    || kind == ZERO && o.kind == INFINITE) {
                return special(NAN, false);
            }
            if (kind == INFINITE || o.kind == INFINITE) {
                return special(INFINITE, sign);
            }
            if (kind == ZERO || o.kind == ZERO) {
                return special(ZERO, sign);
            }
            return new Value(kind, sign, odd * o.odd, lowest + o.lowest, subnormal || o.subnormal);
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
        private final FloatFormat narrowest;
        BigDecimal plus = BigDecimal.ZERO; // sums of magnitudes
        BigDecimal minus = BigDecimal.ZERO;
        BigDecimal lostPlus = BigDecimal.ZERO; // of them, what may be lost
        BigDecimal lostMinus = BigDecimal.ZERO;
        int terms;
        int lowest = Integer.MAX_VALUE;
        boolean inexact; // whether a product may be rounded
        boolean nan;
        boolean plusInfinity;
        boolean minusInfinity;

        Sum(FloatFormat narrowest) {
            this.narrowest = narrowest;
        }

        void addProduct(Value x, Value y) {
            Value product = x.times(y);
            inexact |= 64 - Long.numberOfLeadingZeros(product.odd()) > narrowest.precision();
            add(product);
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
                    BigDecimal magnitude = x.magnitude();
                    BigDecimal lost = x.subnormal() ? magnitude : BigDecimal.ZERO;
                    if (x.negative()) {
                        minus = minus.add(magnitude);
                        lostMinus = lostMinus.add(lost);
                    } else {
                        plus = plus.add(magnitude);
                        lostPlus = lostPlus.add(lost);
                    }
                    terms++;
                    lowest = Math.min(lowest, x.lowest());
                }
            }
        }
    }
}
