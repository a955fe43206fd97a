package org.bitexact.kernel;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.kernel.Accumulation.Fused;
import org.bitexact.kernel.Accumulation.MultiplyAdd;
import org.bitexact.kernel.Accumulation.Pairwise;
import org.bitexact.kernel.Accumulation.Promoted;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;

/**
 * Dot products by the definitions of {@link Accumulation}, in exact fractions that the oracle rounds. Shares no code with
 * the kernels; random words are those of {@link SplittableRandom}.
 */
final class ReferenceDot {
    private final ScalarFormat formatA;
    private final ScalarFormat formatB;
    private SplittableRandom words = new SplittableRandom(0);

    private ReferenceDot(ScalarFormat formatA, ScalarFormat formatB) {
        this.formatA = formatA;
        this.formatB = formatB;
    }

    /** A dot product whose addend has the accumulator's format. */
    static long dot(ScalarFormat formatA, ScalarFormat formatB, Accumulation how, long[] a, long[] b, int k, long c) {
        return dot(formatA, formatB, how, a, b, k, how.format(), c, null, null, 0, 0);
    }

    static long dot(
            ScalarFormat formatA,
            ScalarFormat formatB,
            Accumulation how,
            long[] a,
            long[] b,
            int k,
            ScalarFormat formatC,
            long c,
            ScalarFormat formatD,
            Policies output,
            long seed,
            int element) {
        ReferenceDot r = new ReferenceDot(formatA, formatB);
        r.words = words(seed, element);
        OracleValue start = value(formatC, c);
        if (formatC != how.format()) {
            start = r.round(
                    how.policies().flushInputs() && isSubnormal(formatC, c) ? zero(start.negative()) : start,
                    how.format(),
                    how.policies());
        }
        OracleValue sum = r.accumulate(how, (i, flush) -> r.product(a[i], b[i], flush), indices(k), start);
        if (formatD == null) {
            // a number of the format stays what it is, also under policies that flush or saturate
            return encode(sum, how.format(), sum instanceof OracleValue.Nan ? how.policies() : Policies.IEEE, 0);
        }
        return encode(flushed(sum, how.format(), output.flushInputs()), formatD, output, r.random(output));
    }

    /** A dot product of block-scaled vectors; the tensor scale may be null. */
    static long scaledDot(
            BlockScaledDot rule,
            boolean onSums,
            Float tensorScale,
            long[] a,
            long[] scaleA,
            long[] b,
            long[] scaleB,
            int k,
            long c,
            long seed,
            int element) {
        ReferenceDot r = new ReferenceDot(rule.formatA(), rule.formatB());
        r.words = words(seed, element);
        Accumulation how = rule.accumulation();
        FloatFormat f = how.format();
        Policies p = how.policies();
        int length = rule.blockLength();
        OracleValue start = value(f, c);
        OracleValue s = tensorScale == null ? start : zero(false);
        if (onSums) {
            Promoted promoted = (Promoted) how;
            for (int i = 0; i < k; i += promoted.n()) {
                List<Integer> block = indices(k).subList(i, Math.min(i + promoted.n(), k));
                OracleValue sum =
                        r.accumulate(promoted.block(), (j, flush) -> r.product(a[j], b[j], flush), block, zero(false));
                OracleValue term = product(List.of(
                        flushed(sum, promoted.block().format(), p.flushInputs()),
                        value(rule.scaleFormatA(), scaleA[i / length]),
                        value(rule.scaleFormatB(), scaleB[i / length])));
                s = r.round(sum(List.of(flushed(s, f, p.flushInputs()), term), p), f, p);
            }
        } else {
            s = r.accumulate(
                    how,
                    (i, flush) -> product(List.of(
                            r.product(a[i], b[i], flush),
                            value(rule.scaleFormatA(), scaleA[i / length]),
                            value(rule.scaleFormatB(), scaleB[i / length]))),
                    indices(k),
                    s);
        }
        if (tensorScale != null) {
            OracleValue t = OracleValue.ofFloatBits(Float.floatToRawIntBits(tensorScale));
            OracleValue term = product(List.of(flushed(s, f, p.flushInputs()), t));
            s = r.round(sum(List.of(flushed(start, f, p.flushInputs()), term), p), f, p);
        }
        return encode(s, f, s instanceof OracleValue.Nan ? p : Policies.IEEE, 0);
    }

    private static SplittableRandom words(long seed, int element) {
        SplittableRandom elements = new SplittableRandom(seed);
        long key = elements.nextLong();
        for (int i = 0; i < element; i++) {
            key = elements.nextLong();
        }
        return new SplittableRandom(key);
    }

    private static List<Integer> indices(int k) {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            indices.add(i);
        }
        return indices;
    }

    /** A product of some index, with subnormal factors flushed or not. */
    interface Product {
        OracleValue of(int i, boolean flush);
    }

    private static long encode(OracleValue x, ScalarFormat format, Policies policies, long random) {
        OracleValue y = x instanceof OracleValue.Nan ? OracleValue.QUIET_NAN : x;
        return Oracle.of(format).encode(y, policies, random).code();
    }

    private long random(Policies policies) {
        long word = words.nextLong();
        return policies.randomBits() == 0 ? 0 : word >>> (64 - policies.randomBits());
    }

    private OracleValue round(OracleValue x, FloatFormat format, Policies policies) {
        return value(format, encode(x, format, policies, random(policies)));
    }

    OracleValue accumulate(Accumulation how, Product product, List<Integer> indices, OracleValue start) {
        FloatFormat f = how.format();
        Policies p = how.policies();
        boolean flush = p.flushInputs();
        OracleValue s = start;
        if (how instanceof Fused fused) {
            for (int i = 0; i < indices.size(); ) {
                List<OracleValue> terms = new ArrayList<>(List.of(flushed(s, f, flush)));
                for (int j = 0; j < fused.n() && i < indices.size(); j++, i++) {
                    terms.add(product.of(indices.get(i), flush));
                }
                s = round(sum(terms, p), f, p);
            }
        } else if (how instanceof MultiplyAdd) {
            for (int i : indices) {
                s = add(s, round(product.of(i, flush), f, p), f, p);
            }
        } else if (how instanceof Pairwise) {
            s = indices.isEmpty() ? s : add(s, tree(product, indices, f, p), f, p);
        } else if (how instanceof Promoted promoted) {
            for (int i = 0; i < indices.size(); i += promoted.n()) {
                List<Integer> block = indices.subList(i, Math.min(i + promoted.n(), indices.size()));
                OracleValue inner = accumulate(promoted.block(), product, block, zero(false));
                s = round(
                        sum(
                                List.of(
                                        flushed(s, f, flush),
                                        flushed(inner, promoted.block().format(), flush)),
                                p),
                        f,
                        p);
            }
        }
        return s;
    }

    private OracleValue tree(Product product, List<Integer> indices, FloatFormat f, Policies p) {
        // the levels as the definition draws them; rounding in the order in which operands become known
        if (indices.size() == 1) {
            return round(product.of(indices.get(0), p.flushInputs()), f, p);
        }
        int half = 1;
        while (half * 2 < indices.size()) {
            half *= 2;
        }
        OracleValue left = tree(product, indices.subList(0, half), f, p);
        OracleValue right = tree(product, indices.subList(half, indices.size()), f, p);
        return add(left, right, f, p);
    }

    private OracleValue add(OracleValue x, OracleValue y, FloatFormat f, Policies p) {
        return round(sum(List.of(flushed(x, f, p.flushInputs()), flushed(y, f, p.flushInputs())), p), f, p);
    }

    // ------------------------------------------------------------------ exact values

    static OracleValue value(ScalarFormat format, long code) {
        return Oracle.of(format).decode(code);
    }

    private static OracleValue zero(boolean negative) {
        return new OracleValue.Zero(negative);
    }

    private static boolean isSubnormal(ScalarFormat format, long code) {
        return format instanceof FloatFormat f && f.isSubnormal(code);
    }

    private static OracleValue flushed(OracleValue x, FloatFormat f, boolean flush) {
        return flush
                        && x instanceof OracleValue.Finite v
                        && f.hasSubnormals()
                        && v.toFraction().abs().compareTo(power(f.emin())) < 0
                ? zero(x.negative())
                : x;
    }

    private static BigFraction power(int e) {
        BigInteger p = BigInteger.ONE.shiftLeft(Math.abs(e));
        return e >= 0 ? BigFraction.of(p) : BigFraction.of(BigInteger.ONE, p);
    }

    private OracleValue product(long a, long b, boolean flush) {
        OracleValue x = value(formatA, a);
        OracleValue y = value(formatB, b);
        return product(List.of(
                flush && isSubnormal(formatA, a) ? zero(x.negative()) : x,
                flush && isSubnormal(formatB, b) ? zero(y.negative()) : y));
    }

    static OracleValue product(List<OracleValue> factors) {
        boolean negative = false;
        boolean zero = false;
        boolean infinite = false;
        boolean nan = false;
        BigInteger significand = BigInteger.ONE;
        int exponent = 0;
        for (OracleValue f : factors) {
            negative ^= f.negative();
            zero |= f instanceof OracleValue.Zero;
            infinite |= f instanceof OracleValue.Infinity;
            nan |= f instanceof OracleValue.Nan;
            if (f instanceof OracleValue.Finite v) {
                significand = significand.multiply(v.ratio().getNumerator());
                exponent += v.exponent();
            }
        }
        if (nan || zero && infinite) {
            return OracleValue.QUIET_NAN;
        }
        return infinite
                ? new OracleValue.Infinity(negative)
                : zero ? zero(negative) : OracleValue.ofScaled(significand, exponent);
    }

    /** The exact sum, with the zeros of IEEE 754-2019, 6.3. */
    static OracleValue sum(List<OracleValue> terms, Policies policies) {
        boolean nan = false;
        boolean plusInfinity = false;
        boolean minusInfinity = false;
        boolean allMinus = true;
        boolean allPlus = true;
        int scale = 0;
        for (OracleValue t : terms) {
            nan |= t instanceof OracleValue.Nan;
            plusInfinity |= t instanceof OracleValue.Infinity && !t.negative();
            minusInfinity |= t instanceof OracleValue.Infinity && t.negative();
            allMinus &= t instanceof OracleValue.Zero && t.negative();
            allPlus &= t instanceof OracleValue.Zero && !t.negative();
            scale = t instanceof OracleValue.Finite v ? Math.min(scale, v.exponent()) : scale;
        }
        if (nan || plusInfinity && minusInfinity) {
            return OracleValue.QUIET_NAN;
        }
        if (plusInfinity || minusInfinity) {
            return new OracleValue.Infinity(minusInfinity);
        }
        BigInteger sum = BigInteger.ZERO;
        for (OracleValue t : terms) {
            if (t instanceof OracleValue.Finite v) {
                sum = sum.add(v.ratio().getNumerator().shiftLeft(v.exponent() - scale));
            }
        }
        if (sum.signum() != 0) {
            return OracleValue.ofScaled(sum, scale);
        }
        return zero(allMinus || !allPlus && policies.rounding() == Rounding.TOWARD_NEGATIVE);
    }

    /** The exact dot product of finite numbers. */
    static BigFraction exact(ScalarFormat formatA, long[] a, ScalarFormat formatB, long[] b, int k, double c) {
        ReferenceDot r = new ReferenceDot(formatA, formatB);
        List<OracleValue> terms = new ArrayList<>();
        terms.add(value(Formats.BINARY64, Double.doubleToRawLongBits(c)));
        for (int i = 0; i < k; i++) {
            terms.add(r.product(a[i], b[i], false));
        }
        return sum(terms, Policies.IEEE) instanceof OracleValue.Finite v ? v.toFraction() : BigFraction.ZERO;
    }
}
