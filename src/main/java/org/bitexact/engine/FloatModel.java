package org.bitexact.engine;

import static org.bitexact.internal.codec.Operand.FINITE;
import static org.bitexact.internal.codec.Operand.INFINITE;
import static org.bitexact.internal.codec.Operand.NAN;
import static org.bitexact.internal.codec.Operand.ZERO;

import java.util.Arrays;
import java.util.Objects;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.ProductLimit;
import org.bitexact.engine.Spec.Slicing;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.engine.Spec.ZeroSign;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.internal.kernel.ExactSum;
import org.jspecify.annotations.Nullable;

/**
 * The definition of what an engine with a {@link Spec} computes, in integers.
 *
 * <p>A step of a single exact product is a fused multiply-add of {@link Arithmetic}; a step of several exact ones is an
 * {@link ExactSum}; the others gather their terms in a {@link Step}, cut and add them as 64-bit integers.
 *
 * <p><b>Thread safety</b>: immutable.
 */
final class FloatModel {
    /** Exponents of products at and beyond this are infinite where products are limited. */
    private static final int PRODUCT_LIMIT = 128;

    private final Spec spec;
    private final FloatFormat formatA;
    private final FloatFormat formatB;
    private final FloatFormat formatC;
    private final FloatFormat formatD;
    private final FloatFormat partial; // the format of steps' results
    private final @Nullable Scaling scaling;

    private final Operand operandA; // for conditioning before a fused multiply-add
    private final Operand operandB;
    private final Operand addendOperand;
    private final @Nullable OperandReader readerA; // null where steps are fused multiply-adds
    private final @Nullable OperandReader readerB;
    private final @Nullable OperandReader readerAddend;
    private final @Nullable OperandReader readerScale;
    private final int productBits; // fraction bits of a product, scales included
    private final int capacity;

    private final Arithmetic fma;
    private final Arithmetic join;
    private final Rounder rounder;
    private final int droppedBits; // zeros below the result's fraction
    private final @Nullable Converter widen; // addend to partial result, where they differ
    private final @Nullable Converter narrow; // partial result to result, where they differ
    private final long nanCode;

    FloatModel(
            Spec spec,
            FloatFormat a,
            FloatFormat b,
            FloatFormat c,
            FloatFormat partial,
            FloatFormat d,
            @Nullable Scaling scaling) {
        this.spec = spec;
        this.formatA = a;
        this.formatB = b;
        this.formatC = c;
        this.formatD = d;
        this.partial = partial;
        this.scaling = scaling;
        if (spec.resultBits() != Spec.EXACT && spec.resultBits() > partial.trailingBits()) {
            throw new IllegalArgumentException("resultBits must be at most the " + partial.trailingBits()
                    + " fraction bits of " + partial + ": " + spec.resultBits());
        }
        if (spec.group() > 1 && scaling == null) {
            throw new IllegalArgumentException("group must be 1 without scales: " + spec.group());
        }
        if (scaling != null && spec.fractionBits() == Spec.EXACT) {
            throw new IllegalArgumentException("fractionBits must not be EXACT with scales");
        }
        operandA = new Operand(a);
        operandB = new Operand(b);
        addendOperand = new Operand(partial);
        if (spec.isFusedMultiplyAdd()) {
            readerA = null;
            readerB = null;
            readerAddend = null;
            readerScale = null;
            productBits = 0;
            capacity = 0;
        } else {
            readerA = new OperandReader(a, spec);
            readerB = new OperandReader(b, spec);
            readerAddend = OperandReader.ofAddend(partial, spec);
            readerScale = scaling == null ? null : OperandReader.ofScale(scaling.format());
            productBits = readerA.fractionBits()
                    + readerB.fractionBits()
                    + (readerScale == null ? 0 : 2 * readerScale.fractionBits());
            int slices = spec.slicing() == Slicing.NONE ? 1 : spec.slicing() == Slicing.BYTES ? 8 : 4;
            capacity = spec.terms() * slices + 1;
        }
        Policies steps = policies(spec.rounding(), spec.underflow());
        Codec stepCodec = Codec.of(partial, steps);
        NanPropagation nans = spec.nan() == NanResult.X86 ? NanPropagation.FIRST_OPERAND : NanPropagation.CANONICAL;
        fma = Arithmetic.mixed(a, b, partial, stepCodec).nans(nans);
        Policies joins = policies(spec.order().join(), spec.order().joinUnderflow())
                .withFlushInputs(spec.order().joinUnderflow() != Underflow.GRADUAL);
        join = Arithmetic.of(Codec.of(partial, joins)).nans(nans);
        droppedBits = spec.resultBits() == Spec.EXACT ? 0 : partial.trailingBits() - spec.resultBits();
        rounder = new Rounder(shortened(partial, droppedBits), steps);
        widen = c.sameEncoding(partial) ? null : Converter.of(c, Codec.of(partial));
        narrow = partial.sameEncoding(d)
                ? null
                : Converter.of(partial, Codec.of(d, policies(spec.order().join(), Underflow.GRADUAL)));
        nanCode = spec.nan() == NanResult.ALL_ONES ? partial.magnitudeMask() : partial.nanCode();
    }

    private static Policies policies(Rounding rounding, Underflow underflow) {
        return Policies.IEEE
                .withRounding(rounding)
                .withOverflow(Overflow.INFINITY)
                .withSubnormalResults(
                        switch (underflow) {
                            case GRADUAL, FLUSH_SUBNORMAL -> SubnormalResults.KEEP;
                            case FLUSH_BEFORE_ROUNDING -> SubnormalResults.FLUSH_BEFORE_ROUNDING;
                            case FLUSH_AFTER_ROUNDING -> SubnormalResults.FLUSH_AFTER_ROUNDING;
                        });
    }

    /** A format with the exponents of another and fewer fraction bits, such as E8M13. */
    private static FloatFormat shortened(FloatFormat f, int bits) {
        return bits == 0
                ? f
                : new FloatFormat(
                        f.name() + "_short",
                        f.signed(),
                        f.exponentBits(),
                        f.trailingBits() - bits,
                        f.bias(),
                        f.specials(),
                        f.subnormals(),
                        f.containerBits(),
                        FormatInfo.custom("result of an engine"));
    }

    /** The vectors of a dot product. */
    private record Vectors(
            long[] a,
            int aFrom,
            long @Nullable [] scaleA,
            int scaleAFrom,
            long[] b,
            int bFrom,
            long @Nullable [] scaleB,
            int scaleBFrom,
            int k) {}

    long dot(
            long[] a,
            int aFrom,
            long @Nullable [] scaleA,
            int scaleAFrom,
            long[] b,
            int bFrom,
            long @Nullable [] scaleB,
            int scaleBFrom,
            int k,
            long c) {
        Vectors v = new Vectors(a, aFrom, scaleA, scaleAFrom, b, bFrom, scaleB, scaleBFrom, k);
        if (k == 0 && formatC.sameEncoding(formatD)) {
            return c;
        }
        long acc = widen(c);
        Order order = spec.order();
        if (order.independentTiles() && spec.flushAddend()) {
            acc = flushed(addendOperand, acc); // no step sees it
        }
        Evaluation evaluation = new Evaluation(v);
        long zero = order.negativeZero() ? partial.signMask() : 0;
        int tile = Math.min(order.tile(), k);
        for (int from = 0; from < k; from += tile) {
            int length = Math.min(tile, k - from);
            if (order.independentTiles()) {
                // the tile first: where NaNs are passed on, that of a product wins over the addend's
                acc = joined(evaluation.tile(zero, zero, from, length), acc);
                // a narrower result is what the next tile is added to
                acc = narrow == null ? acc : widen(narrow(acc));
            } else {
                acc = evaluation.tile(acc, zero, from, length);
            }
        }
        return narrow(acc);
    }

    private long widen(long code) {
        return widen == null ? code : widen.convertLong(code, 0, null);
    }

    private long narrow(long code) {
        return narrow == null ? code : narrow.convertLong(code, 0, null);
    }

    /** {@return the rounded sum of two partial results} */
    private long joined(long x, long y) {
        return finish(join.add(x, y, 0, null), spec.order().joinUnderflow());
    }

    /** What is left to do after a rounding: flushing, and the signs and payloads that an engine has its own rules for. */
    private long finish(long code, Underflow underflow) {
        if (partial.isNan(code)) {
            return spec.nan() == NanResult.X86 ? code : nanCode;
        }
        long sign = code & partial.signMask();
        if (underflow == Underflow.FLUSH_SUBNORMAL && partial.isSubnormal(code)) {
            return spec.zeroSign() == ZeroSign.PLUS ? 0 : sign;
        }
        return code == sign && spec.zeroSign() == ZeroSign.PLUS ? 0 : code;
    }

    private long flushed(Operand operand, long code) {
        if (!operand.isSubnormal(code)) {
            return code;
        }
        return spec.flushToPlus() ? 0 : code & ((FloatFormat) operand.format()).signMask();
    }

    // ------------------------------------------------------------------ one dot product

    /** A part that this model has, since its specification asks for it. */
    private static <T> T set(@Nullable T part) {
        return Objects.requireNonNull(part);
    }

    /** The state of one dot product: vectors and scratch space. */
    private final class Evaluation {
        private final Vectors v;
        private final @Nullable Step step;
        private final @Nullable ExactSum sum;

        Evaluation(Vectors v) {
            this.v = v;
            boolean exact = spec.fractionBits() == Spec.EXACT;
            step = spec.isFusedMultiplyAdd() || exact ? null : new Step(capacity);
            sum = exact && !spec.isFusedMultiplyAdd() ? ExactSum.ofProducts(formatA, formatB, partial) : null;
        }

        /**
         * {@return the result of a tile}
         *
         * @param start what it starts from
         * @param zero what its lanes start from, if they are independent
         */
        long tile(long start, long zero, int from, int length) {
            Order order = spec.order();
            if (order.isInPlace()) {
                return run(start, null, from, length);
            }
            int count = order.laneCount();
            if (order.sequence()) {
                long acc = start;
                for (int lane = 0; lane < count; lane++) {
                    int[] at = positions(from, length, lane);
                    acc = run(acc, at, 0, at.length);
                }
                return acc;
            }
            long[] tree = new long[count];
            int first = order.rotated() ? v.k() % count : 0;
            for (int i = 0; i < count; i++) {
                int[] at = positions(from, length, (first + i) % count);
                tree[i] = run(zero, at, 0, at.length);
            }
            for (; count > 1; count = (count + 1) / 2) {
                for (int i = 0; i < count / 2; i++) {
                    tree[i] = joined(tree[2 * i], tree[2 * i + 1]);
                }
                if (count % 2 == 1) {
                    tree[count / 2] = tree[count - 1];
                }
            }
            return tree[0];
        }

        /** The positions of a lane's elements; one that fills up the tile is -1. */
        private int[] positions(int from, int length, int lane) {
            Order order = spec.order();
            int period = order.lanes().size();
            int filled = order.rotated() ? length : (length + period - 1) / period * period;
            int[] at = new int[filled];
            int n = 0;
            for (int i = 0; i < filled; i++) {
                if (order.lanes().get(i % period) == lane) {
                    at[n++] = i < length ? from + i : -1;
                }
            }
            return Arrays.copyOf(at, n);
        }

        /** {@return the result of steps over given positions, or over a stretch of the vectors} */
        private long run(long start, int @Nullable [] at, int from, int length) {
            long acc = start;
            int n = spec.terms();
            for (int i = 0; i < length; i += n) {
                acc = step(acc, at, from + i, Math.min(n, length - i));
            }
            return acc;
        }

        private long step(long acc, int @Nullable [] at, int from, int count) {
            if (spec.isFusedMultiplyAdd()) {
                return fusedMultiplyAdd(acc, at == null ? from : at[from]);
            }
            if (sum != null) {
                return exactStep(acc, at, from, count);
            }
            return alignedStep(acc, at, from, count);
        }

        private long fusedMultiplyAdd(long acc, int i) {
            long x = i < 0 ? 0 : operand(operandA, v.a()[v.aFrom() + i]);
            long y = i < 0 ? 0 : operand(operandB, v.b()[v.bFrom() + i]);
            long z = spec.flushAddend() ? flushed(addendOperand, acc) : acc;
            if (spec.nan() == NanResult.X86 && addendOperand.kind(z) == NAN && isInvalid(x, y)) {
                return z | partial.quietBit(); // no product is a NaN operand, so the addend's is the first
            }
            return finish(fma.fma(x, y, z, 0, null), spec.underflow());
        }

        private boolean isInvalid(long x, long y) {
            int kx = operandA.kind(x);
            int ky = operandB.kind(y);
            return kx == INFINITE && ky == ZERO || kx == ZERO && ky == INFINITE;
        }

        private long operand(Operand operand, long code) {
            long conditioned = OperandReader.condition(code, spec.conditioning());
            return spec.flushOperands() ? flushed(operand, conditioned) : conditioned;
        }

        // -------------------------------------------------------------- several products

        private long exactStep(long acc, int @Nullable [] at, int from, int count) {
            ExactSum s = set(sum);
            s.clear();
            for (int j = 0; j < count; j++) {
                int i = at == null ? from + j : at[from + j];
                if (i < 0) {
                    s.add(false, 0, 0);
                } else {
                    addProduct(
                            s,
                            set(readerA).read(v.a()[v.aFrom() + i]),
                            set(readerB).read(v.b()[v.bFrom() + i]));
                }
            }
            if (count < spec.terms()) {
                s.add(false, 0, 0);
            }
            add(s, set(readerAddend).read(acc));
            return finish(s.round(rounder, 0, false) << droppedBits & partial.codeMask(), spec.underflow());
        }

        private void addProduct(ExactSum s, long x, long y) {
            int kx = OperandReader.kind(x);
            int ky = OperandReader.kind(y);
            boolean negative = OperandReader.isNegative(x) != OperandReader.isNegative(y);
            if (kx == NAN || ky == NAN || kx == INFINITE && ky == ZERO || kx == ZERO && ky == INFINITE) {
                s.addNan();
            } else if (kx == INFINITE || ky == INFINITE) {
                s.addInfinity(negative);
            } else {
                int weight = OperandReader.exponent(x) + OperandReader.exponent(y) - productBits;
                s.add(negative, OperandReader.significand(x) * OperandReader.significand(y), weight);
            }
        }

        private void add(ExactSum s, long z) {
            switch (OperandReader.kind(z)) {
                case NAN -> s.addNan();
                case INFINITE -> s.addInfinity(OperandReader.isNegative(z));
                default ->
                    s.add(
                            OperandReader.isNegative(z),
                            OperandReader.significand(z),
                            OperandReader.exponent(z) - partial.trailingBits());
            }
        }

        private long alignedStep(long acc, int @Nullable [] at, int from, int count) {
            Step s = set(step);
            s.clear();
            if (count < spec.terms()) {
                s.addZero(false);
            }
            if (spec.group() > 1) {
                for (int j = 0; j < count; j += spec.group()) {
                    addGroup(s, at, from + j, Math.min(spec.group(), count - j));
                }
            } else {
                for (int j = 0; j < count; j++) {
                    int i = at == null ? from + j : at[from + j];
                    if (i < 0) {
                        s.addZero(false);
                    } else {
                        addProduct(s, i, j % spec.sums() == 1);
                    }
                }
            }
            long z = set(readerAddend).read(acc);
            if (OperandReader.kind(z) == NAN) {
                s.addNan();
            } else if (OperandReader.kind(z) == INFINITE) {
                s.addInfinity(OperandReader.isNegative(z));
            }
            return switch (s.kind()) {
                case NAN -> nanCode;
                case INFINITE -> infinity(s.isInfinityNegative());
                default ->
                    switch (spec.addend()) {
                        case ALIGNED -> alignedWithAddend(s, z);
                        case AFTER_FLOOR -> flooredWithAddend(s, z);
                        case AFTER_EXACT -> exactWithAddend(s, z);
                    };
            };
        }

        /** Adds the product of an element, or of its slices, with its scales. */
        private void addProduct(Step s, int i, boolean second) {
            long x = set(readerA).read(v.a()[v.aFrom() + i]);
            long y = set(readerB).read(v.b()[v.bFrom() + i]);
            int kx = OperandReader.kind(x);
            int ky = OperandReader.kind(y);
            boolean negative = OperandReader.isNegative(x) != OperandReader.isNegative(y);
            long scale = 1;
            int e = OperandReader.exponent(x) + OperandReader.exponent(y);
            if (scaling != null) {
                long sx = scaleA(i);
                long sy = scaleB(i);
                if (OperandReader.kind(sx) == NAN || OperandReader.kind(sy) == NAN) {
                    s.addNan();
                    return;
                }
                scale = OperandReader.significand(sx) * OperandReader.significand(sy);
                e += OperandReader.exponent(sx) + OperandReader.exponent(sy);
            }
            if (kx == NAN || ky == NAN || kx == INFINITE && ky == ZERO || kx == ZERO && ky == INFINITE) {
                s.addNan();
                return;
            }
            if (kx == INFINITE || ky == INFINITE) {
                s.addInfinity(negative);
                return;
            }
            long sigX = OperandReader.significand(x);
            long sigY = OperandReader.significand(y);
            long product = sigX * sigY * scale;
            if (product == 0) {
                s.addZero(negative);
                if (spec.zeroExponent() != Spec.IGNORED) {
                    s.raise((kx == ZERO ? spec.zeroExponent() : OperandReader.exponent(x))
                            + (ky == ZERO ? spec.zeroExponent() : OperandReader.exponent(y)));
                }
                return;
            }
            int weight = e - productBits;
            int leading = weight + 63 - Long.numberOfLeadingZeros(product);
            if (spec.productLimit() != ProductLimit.NONE && leading >= PRODUCT_LIMIT) {
                s.addOverflow(negative, spec.productLimit() == ProductLimit.INFINITY);
                return;
            }
            if (spec.normalizeProducts()) {
                e = leading;
            }
            switch (spec.slicing()) {
                case NONE -> s.add(negative, product, weight, e, second);
                case LEADING_3 -> {
                    addSlices(
                            s,
                            negative,
                            sigX,
                            set(readerA).fractionBits() - 2,
                            sigY,
                            set(readerB).fractionBits() - 2,
                            weight,
                            e);
                }
                case TWELVES -> addSlices(s, negative, sigX, 12, sigY, 12, weight, e);
                case BYTES -> {
                    for (int m = 0; m < 24; m += 8) {
                        for (int n = m == 0 ? 8 : 0; n < 24; n += 8) {
                            s.add(negative, (sigX >>> m & 0xff) * (sigY >>> n & 0xff), weight + m + n, e, second);
                        }
                    }
                }
            }
        }

        /** Adds the four products of the slices of two significands, each split at a bit. */
        private static void addSlices(
                Step s, boolean negative, long x, int splitX, long y, int splitY, int weight, int e) {
            long highX = x >>> splitX << splitX;
            long highY = y >>> splitY << splitY;
            s.add(negative, (x - highX) * (y - highY), weight, e, false);
            s.add(negative, (x - highX) * highY, weight, e, false);
            s.add(negative, highX * (y - highY), weight, e, false);
            s.add(negative, highX * highY, weight, e, false);
        }

        /** Adds a term that is the exact sum of some products, times the scales of the first of them. */
        private void addGroup(Step s, int @Nullable [] at, int from, int count) {
            int first = at == null ? from : at[from];
            long sx = scaleA(first);
            long sy = scaleB(first);
            if (OperandReader.kind(sx) == NAN || OperandReader.kind(sy) == NAN) {
                s.addNan();
                return;
            }
            // in units of the product of two smallest subnormal numbers, which narrow elements are few multiples of
            int unitX = operandA.quantum(0);
            int unitY = operandB.quantum(0);
            long total = 0;
            for (int j = 0; j < count; j++) {
                int i = at == null ? from + j : at[from + j];
                long x = set(readerA).read(v.a()[v.aFrom() + i]);
                long y = set(readerB).read(v.b()[v.bFrom() + i]);
                long m = OperandReader.significand(x)
                        << (OperandReader.exponent(x) - set(readerA).fractionBits() - unitX);
                long n = OperandReader.significand(y)
                        << (OperandReader.exponent(y) - set(readerB).fractionBits() - unitY);
                total += OperandReader.isNegative(x) != OperandReader.isNegative(y) ? -m * n : m * n;
            }
            long scale = OperandReader.significand(sx) * OperandReader.significand(sy);
            if (total == 0 || scale == 0) {
                s.addZero(false);
                return;
            }
            int e = OperandReader.exponent(sx) + OperandReader.exponent(sy);
            s.add(
                    total < 0,
                    Math.abs(total) * scale,
                    e - 2 * set(readerScale).fractionBits() + unitX + unitY,
                    e,
                    false);
        }

        private long scaleA(int i) {
            return set(readerScale)
                    .read(set(scaling)
                            .code(set(v.scaleA())[
                                    v.scaleAFrom() + i / set(scaling).blockLength()]));
        }

        private long scaleB(int i) {
            return set(readerScale)
                    .read(set(scaling)
                            .code(set(v.scaleB())[
                                    v.scaleBFrom() + i / set(scaling).blockLength()]));
        }

        // -------------------------------------------------------------- the addend

        private long alignedWithAddend(Step s, long z) {
            addAddend(s, z);
            int max = s.largestExponent(false, spec.floor());
            int unit = max - spec.fractionBits();
            return s.size == 0 ? zero(s) : round(s.sum(false, unit, isDown()), unit, s);
        }

        private void addAddend(Step s, long z) {
            if (OperandReader.kind(z) == FINITE) {
                int e = OperandReader.exponent(z);
                s.add(
                        OperandReader.isNegative(z),
                        OperandReader.significand(z),
                        e - set(readerAddend).fractionBits(),
                        e,
                        false);
            } else {
                s.addZero(OperandReader.isNegative(z));
                if (spec.zeroExponent() != Spec.IGNORED) {
                    s.raise(spec.zeroExponent());
                }
            }
        }

        /** The sum of the products, in the unit that {@link #productUnit} gives. */
        private long productSum(Step s, int max) {
            long total = s.sum(false, s.largestExponent(false, spec.floor()) - spec.fractionBits(), isDown());
            if (spec.sums() == 1) {
                return total;
            }
            int even = s.largestExponent(false, spec.floor());
            int odd = s.largestExponent(true, spec.floor());
            long oddTotal = odd == Step.NONE ? 0 : s.sum(true, odd - spec.fractionBits(), isDown());
            return (even == Step.NONE ? 0 : Step.cut(total, even - max, true))
                    + (odd == Step.NONE ? 0 : Step.cut(oddTotal, odd - max, true));
        }

        private long flooredWithAddend(Step s, long z) {
            int max = Math.max(s.largestExponent(false, spec.floor()), s.largestExponent(true, spec.floor()));
            long total = max == Step.NONE ? 0 : productSum(s, max);
            boolean finite = OperandReader.kind(z) == FINITE;
            int ez = finite ? OperandReader.exponent(z) : partial.emin();
            int top = Math.max(max, ez);
            int unit = top - spec.sumBits();
            total = max == Step.NONE ? 0 : Step.cut(total, max - spec.fractionBits() - unit, true);
            if (finite && (long) ez + spec.addendReach() >= top) {
                long sig = OperandReader.significand(z);
                int weight = ez - set(readerAddend).fractionBits();
                long kept =
                        Step.cut(OperandReader.isNegative(z) ? -sig : sig, weight - (top - spec.addendBits()), true);
                total += kept << (spec.sumBits() - spec.addendBits());
            }
            if (!finite) {
                s.addZero(OperandReader.isNegative(z));
            }
            return round(total, unit, s);
        }

        private long exactWithAddend(Step s, long z) {
            int max = s.largestExponent(false, spec.floor());
            int unit = max - spec.fractionBits();
            long total = max == Step.NONE ? 0 : s.sum(false, unit, isDown());
            if (OperandReader.kind(z) == ZERO) {
                s.addZero(OperandReader.isNegative(z));
                return total == 0 ? zero(s) : round(total, unit, s);
            }
            int low = ExactSum.low(partial);
            ExactSum exact = new ExactSum(
                    max == Step.NONE ? low : Math.min(low, unit),
                    max == Step.NONE ? ExactSum.high(partial) : Math.max(ExactSum.high(partial), unit + 64));
            if (total != 0) {
                exact.add(total < 0, Math.abs(total), unit);
            }
            add(exact, z);
            if (exact.isZero()) {
                s.notNegativeZero = true;
                return zero(s);
            }
            return finish(exact.round(rounder, 0, false) << droppedBits & partial.codeMask(), spec.underflow());
        }

        private boolean isDown() {
            return spec.cut() == Rounding.TOWARD_NEGATIVE;
        }

        // -------------------------------------------------------------- results

        private long round(long total, int unit, Step s) {
            if (total == 0) {
                return zero(s);
            }
            boolean negative = total < 0;
            long magnitude = Math.abs(total);
            int zeros = Long.numberOfLeadingZeros(magnitude);
            long code = rounder.round(negative, magnitude << zeros, 0, unit - zeros - 64, false, 0, false);
            return finish(code << droppedBits & partial.codeMask(), spec.underflow());
        }

        /** A sum that is zero: minus only if the rules of IEEE 754 hold and all that was added was -0. */
        private long zero(Step s) {
            return spec.zeroSign() == ZeroSign.IEEE && !s.notNegativeZero ? partial.signMask() : 0;
        }

        private long infinity(boolean negative) {
            return partial.infinityCode() | (negative ? partial.signMask() : 0);
        }
    }
}
