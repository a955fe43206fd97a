package org.bitexact.testkit;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Rounding;
import org.bitexact.quant.Affine;
import org.bitexact.quant.FixedPointMultiplier;
import org.bitexact.quant.QuantizeRule;
import org.bitexact.quant.Quantizer;
import org.bitexact.quant.ZeroPointStep;
import org.jspecify.annotations.Nullable;

/** Mistakes in quantisation and requantisation: order of steps, ties, range. */
final class QuantizerDefects {
    private static final int CASES = 20_000;

    private QuantizerDefects() {}

    // ------------------------------------------------------------------ quantisation

    static Mutants<FloatQuantizer> mutants(Quantizer right) {
        return Mutants.of(MutantFamily.QUANTIZATION, right, right::quantize, QUANTIZERS, (q, wrong) -> {
            for (int i = 0; i < CASES; i++) {
                float x = value(right, i);
                if (q.quantize(x) != wrong.quantize(x)) {
                    return new Mutants.Difference(
                            Float.toHexString(x) + " is " + q.quantize(x) + ", not " + wrong.quantize(x), false);
                }
            }
            return null;
        });
    }

    /** Multiples of half the scale, exactly or a few binary32 steps off; beyond the range; specials. */
    private static float value(Quantizer q, int i) {
        RandomGenerator random = Draws.source(1, i);
        IntFormat f = q.format();
        int span = (int) (f.maxInteger() - f.minInteger()) + 3;
        float half = (float) (f.minInteger() - 1 - q.affine().zeroPoint()) + Draws.below(random, 2 * span) / 2f;
        float x = half * q.affine().scale();
        return switch (Draws.below(random, 16)) {
            case 0 -> Float.NaN;
            case 1 -> Draws.coin(random) ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
            case 2 -> Float.intBitsToFloat((int) random.nextLong());
            default -> Float.intBitsToFloat(Float.floatToRawIntBits(x) + Draws.between(random, -2, 2));
        };
    }

    private static Defect<Quantizer, FloatQuantizer> rule(
            String name, String words, UnaryOperator<QuantizeRule> change) {
        return new Defect<>(name, words, (q, right) -> {
            QuantizeRule changed = change.apply(q.rule());
            return changed.equals(q.rule()) ? null : Quantizer.of(q.format(), changed, q.affine())::quantize;
        });
    }

    private static QuantizeRule with(QuantizeRule r, ZeroPointStep step) {
        return new QuantizeRule(r.precision(), r.reciprocal(), r.rounding(), step, r.nan());
    }

    private static @Nullable FloatQuantizer otherRange(Quantizer q) {
        IntFormat f = q.format();
        if (f.encoding() != IntFormat.Encoding.TWOS_COMPLEMENT || f.width() < 2) {
            return null;
        }
        IntFormat other = new IntFormat(f.name(), f.encoding(), f.width(), !f.symmetric(), f.scaleExponent(), f.info());
        return q.affine().zeroPoint() < other.minInteger() ? null : Quantizer.of(other, q.rule(), q.affine())::quantize;
    }

    private static final List<Defect<Quantizer, FloatQuantizer>> QUANTIZERS = List.of(
            rule(
                    "zero-point-early",
                    "the zero point is added before rounding",
                    r -> with(r, ZeroPointStep.BEFORE_ROUNDING)),
            rule(
                    "zero-point-late",
                    "the zero point is added after rounding",
                    r -> with(r, ZeroPointStep.AFTER_ROUNDING)),
            rule("ties-away", "ties go away from zero", r -> r.withRounding(Rounding.TIES_TO_AWAY)),
            rule("ties-to-even", "ties go to even", r -> r.withRounding(Rounding.TIES_TO_EVEN)),
            rule("half-up", "ties go toward positive infinity", r -> r.withRounding(Rounding.TIES_TOWARD_POSITIVE)),
            rule("truncate", "fractions are dropped", r -> r.withRounding(Rounding.TOWARD_ZERO)),
            rule(
                    "other-division",
                    "multiplied by the reciprocal of the scale instead of divided, or the reverse",
                    r -> new QuantizeRule(r.precision(), !r.reciprocal(), r.rounding(), r.zeroPoint(), r.nan())),
            rule(
                    "nan-otherwise",
                    "a NaN becomes another integer",
                    r -> new QuantizeRule(
                            r.precision(),
                            r.reciprocal(),
                            r.rounding(),
                            r.zeroPoint(),
                            r.nan() == NanSubstitute.LARGEST ? NanSubstitute.LOWEST : NanSubstitute.LARGEST)),
            new Defect<>("range", "the range leaves out its lowest integer, or does not", (q, right) -> otherRange(q)),
            new Defect<>("wraps", "integers beyond the range wrap", (q, right) -> {
                // a wider format of the same kind does not clamp yet
                IntFormat f = q.format();
                Quantizer wide = f.width() > 8
                        ? null
                        : Quantizer.of(
                                new IntFormat("wide", IntFormat.Encoding.TWOS_COMPLEMENT, 16, false, 0, f.info()),
                                q.rule(),
                                q.affine());
                return wide == null ? null : x -> (int) f.toInteger(wide.quantize(x) & f.codeMask());
            }),
            new Defect<>(
                    "zero-point-missing",
                    "the zero point is not added",
                    (q, right) -> q.affine().zeroPoint() == 0
                            ? null
                            : Quantizer.of(
                                    q.format(),
                                    q.rule(),
                                    Affine.symmetric(q.affine().scale()))::quantize));

    // ------------------------------------------------------------------ requantisation

    static Mutants<IntUnaryOperator> mutants(Requantization right) {
        return Mutants.of(MutantFamily.REQUANTIZATION, right, right, REQUANTIZERS, (q, wrong) -> {
            for (int i = 0; i < CASES; i++) {
                int x = accumulator(right, i);
                if (q.applyAsInt(x) != wrong.applyAsInt(x)) {
                    return new Mutants.Difference(x + " is " + q.applyAsInt(x) + ", not " + wrong.applyAsInt(x), false);
                }
            }
            return null;
        });
    }

    /** Accumulators that come near a multiple of half a step, others of every size, and the ends of the range. */
    private static int accumulator(Requantization r, int i) {
        RandomGenerator random = Draws.source(1, i);
        int m = r.multiplier().multiplier();
        if (m != 0 && Draws.coin(random)) {
            double step = Math.scalb(1.0, 31 - r.multiplier().shift()) / m;
            double span = (double) r.format().maxInteger() - r.format().minInteger() + 4;
            double half = Math.rint((random.nextLong() >>> 11) * 0x1p-53 * 2 * span) / 2;
            double x = (r.format().minInteger() - 2.0 - r.zeroPoint() + half) * step;
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.rint(x)))
                    + Draws.between(random, -1, 1);
        }
        return Draws.below(random, 8) == 0 ? Integer.MIN_VALUE : (int) random.nextLong() >> Draws.below(random, 32);
    }

    private static Defect<Requantization, IntUnaryOperator> other(
            String name, String words, UnaryOperator<Requantization> change) {
        return new Defect<>(name, words, (q, right) -> change.apply(q));
    }

    /** Another way to multiply. */
    private interface Product {
        long of(FixedPointMultiplier m, int accumulator);
    }

    private static Defect<Requantization, IntUnaryOperator> product(String name, String words, Product product) {
        return new Defect<>(name, words, (q, right) -> x -> q.clamp(product.of(q.multiplier(), x) + q.zeroPoint()));
    }

    private static long floor(FixedPointMultiplier m, long x) {
        return x * m.multiplier() >> 31 - m.shift();
    }

    private static final List<Defect<Requantization, IntUnaryOperator>> REQUANTIZERS = List.of(
            other(
                    "other-rounding",
                    "rounded once instead of twice, or the reverse",
                    q -> new Requantization(q.multiplier(), !q.roundsTwice(), q.zeroPoint(), q.format())),
            other(
                    "zero-point-missing",
                    "the zero point is not added",
                    q -> new Requantization(q.multiplier(), q.roundsTwice(), 0, q.format())),
            product("floor", "the product is shifted without rounding", (m, x) -> floor(m, x)),
            product(
                    "truncate",
                    "fractions of the product are dropped",
                    (m, x) -> x < 0 ? -floor(m, -(long) x) : floor(m, x)),
            product("ties-to-even", "the exact product is rounded once, ties to even", (m, x) -> {
                // 62 bits at most, too many for a double
                long p = (long) x * m.multiplier();
                int shift = 31 - m.shift();
                long floor = p >> shift;
                long rest = p - (floor << shift);
                long half = 1L << shift - 1;
                return floor + (rest > half || rest == half && (floor & 1) != 0 ? 1 : 0);
            }),
            product("in-binary32", "the product is computed in binary32", (m, x) ->
                    (long) Math.rint((float) x * (float) Math.scalb((double) m.multiplier(), m.shift() - 31))),
            new Defect<>("wraps", "integers beyond the range wrap", (q, right) -> {
                Requantization wide = new Requantization(
                        q.multiplier(),
                        q.roundsTwice(),
                        q.zeroPoint(),
                        new IntFormat(
                                "wide",
                                IntFormat.Encoding.TWOS_COMPLEMENT,
                                31,
                                false,
                                0,
                                q.format().info()));
                return x -> (int)
                        q.format().toInteger(wide.applyAsInt(x) & q.format().codeMask());
            }),
            new Defect<>("zero-point-late", "the zero point is added after the range is applied", (q, right) -> {
                Requantization plain = new Requantization(q.multiplier(), q.roundsTwice(), 0, q.format());
                return x -> (int) q.format()
                        .toInteger(
                                plain.applyAsInt(x) + q.zeroPoint() & q.format().codeMask());
            }));
}
