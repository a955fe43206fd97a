package org.bitexact.kernel;

import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.internal.kernel.ExactSum;
import org.bitexact.kernel.Accumulation.Fused;
import org.bitexact.kernel.Accumulation.MultiplyAdd;
import org.bitexact.kernel.Accumulation.Pairwise;
import org.bitexact.kernel.Accumulation.Promoted;
import org.bitexact.kernel.Products.Scales;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Accumulation} made ready for the products of certain formats.
 *
 * <p>What is written here, with steps and {@link Products} through {@link ExactSum}, is the definition. {@link
 * ArithmeticSteps}, {@link ProcessorSteps} and products in binary64 are faster and give the same codes.
 *
 * <p><b>Thread safety</b>: immutable.
 */
abstract class Accumulator {
    final FloatFormat format;
    final Operand operand;
    final Rounder rounder;
    final boolean flush;

    private Accumulator(Accumulation accumulation) {
        format = accumulation.format();
        operand = new Operand(format);
        rounder = new Rounder(format, accumulation.policies());
        flush = accumulation.policies().flushInputs();
    }

    /**
     * Accumulates products.
     *
     * @param run operands
     * @param from first product
     * @param to beyond the last product
     * @param start the accumulator's code before
     * @return the accumulator's code after
     */
    abstract long run(Run run, int from, int to, long start);

    /** A range that the sums of this accumulation keep to, as {@link ExactSum#ExactSum(int, int)} has it. */
    int low(Products products) {
        return Math.min(products.low(), ExactSum.low(format));
    }

    int high(Products products) {
        return Math.max(products.high(), ExactSum.high(format));
    }

    /**
     * Makes an accumulation ready.
     *
     * @param accumulation what is done
     * @param products the products
     */
    static Accumulator of(Accumulation accumulation, Products products) {
        if (accumulation instanceof Fused fused && fused.n() > 1) {
            return new FusedSteps(fused, products);
        }
        if (accumulation instanceof Promoted promoted) {
            return new Blocks(promoted, of(promoted.block(), products), null);
        }
        Steps steps = Steps.of(products, accumulation.format(), accumulation.policies());
        if (accumulation instanceof MultiplyAdd) {
            return new SeparateSteps(accumulation, steps);
        }
        return accumulation instanceof Pairwise ? new Tree(accumulation, steps) : new Chain(accumulation, steps);
    }

    /** s = round(s + p(i)). */
    static final class Chain extends Accumulator {
        final Steps steps;

        Chain(Accumulation accumulation, Steps steps) {
            super(accumulation);
            this.steps = steps;
        }

        @Override
        long run(Run run, int from, int to, long start) {
            return steps.chain(run, from, to, start);
        }
    }

    /** s = round(s + round(p(i))). */
    private static final class SeparateSteps extends Accumulator {
        private final Steps steps;

        SeparateSteps(Accumulation accumulation, Steps steps) {
            super(accumulation);
            this.steps = steps;
        }

        @Override
        long run(Run run, int from, int to, long start) {
            long s = start;
            for (int i = from; i < to; i++) {
                s = steps.add(run, s, steps.multiply(run, i));
            }
            return s;
        }
    }

    /** s = round(s + p(i) + ... + p(i + n - 1)). */
    private static final class FusedSteps extends Accumulator {
        private final int n;
        private final Products products;

        FusedSteps(Fused fused, Products products) {
            super(fused);
            n = fused.n();
            this.products = products;
        }

        @Override
        long run(Run run, int from, int to, long start) {
            long s = start;
            for (int i = from; i < to; ) {
                int end = i + Math.min(n, to - i);
                run.start(operand, s, flush);
                for (; i < end; i++) {
                    products.add(run, i, flush);
                }
                s = run.round(rounder);
            }
            return s;
        }
    }

    /** round(s + tree). */
    private static final class Tree extends Accumulator {
        private final Steps steps;

        Tree(Accumulation accumulation, Steps steps) {
            super(accumulation);
            this.steps = steps;
        }

        @Override
        long run(Run run, int from, int to, long start) {
            return from == to ? start : steps.add(run, start, tree(run, from, to));
        }

        /** Pairing neighbours level by level makes the left part of each sum a power of two, as large as fits. */
        private long tree(Run run, int from, int to) {
            int n = to - from;
            if (n == 1) {
                return steps.multiply(run, from);
            }
            int middle = from + Integer.highestOneBit(n - 1);
            long left = tree(run, from, middle);
            return steps.add(run, left, tree(run, middle, to));
        }
    }

    /** s = round(s + x(p(i), ..., p(i + n - 1))), times the scales of the block if there are any. */
    static final class Blocks extends Accumulator {
        private final int n;
        private final Accumulator block;
        private final @Nullable Scales scales;

        Blocks(Promoted promoted, Accumulator block, @Nullable Scales scales) {
            super(promoted);
            n = promoted.n();
            this.block = block;
            this.scales = scales;
        }

        @Override
        long run(Run run, int from, int to, long start) {
            long s = start;
            for (int i = from; i < to; ) {
                int end = i + Math.min(n, to - i);
                long sum = block.run(run, i, end, 0);
                run.start(operand, s, flush);
                if (scales == null) {
                    run.add(block.operand, sum, flush);
                } else {
                    addScaled(run, scales, i / scales.blockLength(), sum);
                }
                s = run.round(rounder);
                i = end;
            }
            return s;
        }

        private void addScaled(Run run, Scales scales, int index, long sum) {
            Operand o = block.operand;
            boolean finite = o.kind(sum) == Operand.FINITE;
            boolean zero = finite && flush && o.isSubnormal(sum);
            Products.addScaled(
                    run,
                    scales,
                    index,
                    o.isNegative(sum),
                    zero ? 1 << Operand.ZERO : 1 << o.kind(sum),
                    finite ? o.integer(sum) : 0,
                    finite ? o.quantum(sum) : 0);
        }

        @Override
        int low(Products products) {
            int sums = ExactSum.low(block.format);
            if (scales != null) {
                sums += ExactSum.low(scales.formatA()) + ExactSum.low(scales.formatB());
            }
            return Math.min(Math.min(block.low(products), sums), ExactSum.low(format));
        }

        @Override
        int high(Products products) {
            int sums = ExactSum.high(block.format);
            if (scales != null) {
                sums += ExactSum.high(scales.formatA()) + ExactSum.high(scales.formatB());
            }
            return Math.max(Math.max(block.high(products), sums), ExactSum.high(format));
        }
    }

    /** The operations of a step, on codes of one accumulator. */
    abstract static class Steps {
        /** {@return round(s + p(i))} */
        abstract long fma(Run run, int i, long s);

        /** {@return round(p(i))} */
        abstract long multiply(Run run, int i);

        /** {@return round(x + y)} */
        abstract long add(Run run, long x, long y);

        /**
         * s = fma(a(i), b(i), s) for i from {@code from} to {@code to} - 1.
         *
         * @return the last s
         */
        long chain(Run run, int from, int to, long start) {
            long s = start;
            for (int i = from; i < to; i++) {
                s = fma(run, i, s);
            }
            return s;
        }

        static Steps of(Products products, FloatFormat format, Policies policies) {
            if (products.plain || products.areScaled()) {
                return new PlainSteps(products, format, policies);
            }
            Steps quick = ProcessorSteps.of(products, format, policies);
            return quick != null ? quick : new ArithmeticSteps(products, Codec.of(format, policies));
        }
    }

    /** The definition of the steps. */
    private static final class PlainSteps extends Steps {
        private final Products products;
        private final Operand operand;
        private final Rounder rounder;
        private final boolean flush;

        PlainSteps(Products products, FloatFormat format, Policies policies) {
            this.products = products;
            operand = new Operand(format);
            rounder = new Rounder(format, policies);
            flush = policies.flushInputs();
        }

        @Override
        long fma(Run run, int i, long s) {
            run.start(operand, s, flush);
            products.add(run, i, flush);
            return run.round(rounder);
        }

        @Override
        long multiply(Run run, int i) {
            run.sum().clear();
            products.add(run, i, flush);
            return run.round(rounder);
        }

        @Override
        long add(Run run, long x, long y) {
            run.start(operand, x, flush);
            run.add(operand, y, flush);
            return run.round(rounder);
        }
    }
}
