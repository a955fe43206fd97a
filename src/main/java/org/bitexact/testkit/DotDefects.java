package org.bitexact.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.kernel.Accumulation;
import org.bitexact.kernel.DotProduct;
import org.bitexact.kernel.FloatDot;
import org.jspecify.annotations.Nullable;

/** Mistakes in dot products: another order, other roundings, a narrower sum. */
final class DotDefects {
    private static final int CASES = 600;

    private DotDefects() {}

    /** What a dot product is made of. */
    private record Settings(ScalarFormat a, ScalarFormat b, Accumulation how) {
        FloatDot with(Accumulation other) {
            return FloatDot.of(a, b, other);
        }

        @Override
        public String toString() {
            return "dot product " + a + " * " + b + " -> " + how.format() + " ("
                    + how.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ")";
        }
    }

    static Mutants<DotProduct> mutants(ScalarFormat a, ScalarFormat b, Accumulation how) {
        Settings s = new Settings(a, b, how);
        List<VectorGenerator.Operands> cases = cases(s);
        return Mutants.of(MutantFamily.DOT_PRODUCT, s, s.with(how), LIST, (right, wrong) -> {
            for (VectorGenerator.Operands o : cases) {
                long r = right.dot(o.a(), 0, o.b(), 0, o.k(), o.c()[0]);
                long w = wrong.dot(o.a(), 0, o.b(), 0, o.k(), o.c()[0]);
                if (r != w) {
                    return new Mutants.Difference(words(s, o, r, w), false);
                }
            }
            return null;
        });
    }

    /** Short vectors first, for the sake of the example; ranges and cancellation of all kinds; extremes. */
    private static List<VectorGenerator.Operands> cases(Settings s) {
        FloatFormat d = s.how().format();
        VectorGenerator plain = VectorGenerator.of(s.a(), s.b(), d);
        VectorGenerator extremes = plain.extremes();
        List<VectorGenerator.Operands> cases = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            VectorGenerator generator = i % 3 == 2
                    ? extremes
                    : plain.range(i % 5 * (d.precision() + 4) / 4).cancellation(i % 4 * (d.precision() + 2) / 2);
            cases.add(generator.at(1 + i / 16 % 24, 1, i));
        }
        return cases;
    }

    private static String words(Settings s, VectorGenerator.Operands o, long right, long wrong) {
        FloatFormat d = s.how().format();
        return "[" + hex(s.a(), o.a()) + "] * [" + hex(s.b(), o.b()) + "] + "
                + CodeText.of(d).hex(o.c()[0]) + " is " + ScalarFunction.describe(d, right) + ", not "
                + ScalarFunction.describe(d, wrong);
    }

    private static String hex(ScalarFormat format, long[] codes) {
        CodeText text = CodeText.of(format);
        return String.join(" ", Arrays.stream(codes).mapToObj(text::hex).toArray(String[]::new));
    }

    // ------------------------------------------------------------------ kinds of mistakes

    /** Another way of accumulation; null where there is none. */
    private interface Change {
        @Nullable
        Accumulation of(Accumulation how);
    }

    private static Defect<Settings, DotProduct> way(String name, String words, Change change) {
        return new Defect<>(name, words, (s, right) -> {
            Accumulation other = change.of(s.how());
            return other == null || other.equals(s.how()) ? null : s.with(other);
        });
    }

    /** The right rule with its arguments or its result spoilt. */
    private interface Spoil {
        long dot(DotProduct right, long[] a, long[] b, long c, long element);
    }

    private static Defect<Settings, DotProduct> spoil(String name, String words, Spoil spoil) {
        return new Defect<>(name, words, (s, right) -> spoilt(right, spoil));
    }

    private static DotProduct spoilt(DotProduct right, Spoil spoil) {
        return new DotProduct() {
            @Override
            public ScalarFormat formatA() {
                return right.formatA();
            }

            @Override
            public ScalarFormat formatB() {
                return right.formatB();
            }

            @Override
            public ScalarFormat formatC() {
                return right.formatC();
            }

            @Override
            public ScalarFormat formatD() {
                return right.formatD();
            }

            @Override
            public long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c, long element) {
                return spoil.dot(
                        right,
                        Arrays.copyOfRange(a, aFrom, aFrom + k),
                        Arrays.copyOfRange(b, bFrom, bFrom + k),
                        c,
                        element);
            }
        };
    }

    private static long dot(DotProduct rule, long[] a, long[] b, int k, long c, long element) {
        return rule.dot(a, 0, b, 0, k, c, element);
    }

    private static long[] reversed(long[] x) {
        long[] y = new long[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[x.length - 1 - i];
        }
        return y;
    }

    private static Codec codec(Accumulation how) {
        return Codec.of(how.format(), how.policies());
    }

    /** The same way with other policies of every rounding. */
    private static Accumulation with(Accumulation how, UnaryOperator<Policies> change) {
        Policies p = change.apply(how.policies());
        if (how instanceof Accumulation.Fused f) {
            return new Accumulation.Fused(f.n(), f.format(), p);
        }
        if (how instanceof Accumulation.MultiplyAdd m) {
            return new Accumulation.MultiplyAdd(m.format(), p);
        }
        if (how instanceof Accumulation.Pairwise w) {
            return new Accumulation.Pairwise(w.format(), p);
        }
        Accumulation.Promoted o = (Accumulation.Promoted) how;
        return new Accumulation.Promoted(with(o.block(), change), o.n(), o.format(), p);
    }

    private static @Nullable DotProduct narrow(Settings s) {
        FloatFormat d = s.how().format();
        if (d.trailingBits() < 2) {
            return null;
        }
        FloatFormat half = new FloatFormat(
                "half_the_bits",
                d.signed(),
                d.exponentBits(),
                (d.trailingBits() + 1) / 2,
                d.bias(),
                d.specials(),
                d.subnormals(),
                d.containerBits(),
                FormatInfo.custom("half the bits"));
        return s.with(Accumulation.fma(Codec.of(half, s.how().policies())))
                .addend(d)
                .output(codec(s.how()));
    }

    private static @Nullable Accumulation longerSteps(Accumulation how) {
        if (how instanceof Accumulation.Fused f && f.n() > 1 && f.n() < Integer.MAX_VALUE) {
            return new Accumulation.Fused(f.n() + 1, f.format(), f.policies());
        }
        return how instanceof Accumulation.Promoted p
                ? new Accumulation.Promoted(p.block(), 2 * p.n(), p.format(), p.policies())
                : null;
    }

    private static final List<Defect<Settings, DotProduct>> LIST = List.of(
            spoil(
                    "reverse-order",
                    "the products are taken from the last to the first",
                    (right, a, b, c, element) -> dot(right, reversed(a), reversed(b), a.length, c, element)),
            way("pairwise", "the products are summed in a tree", how -> Accumulation.pairwise(codec(how))),
            way("chain", "the products are added one by one, each step rounded", how -> Accumulation.fma(codec(how))),
            way(
                    "products-rounded",
                    "each product is rounded before it is added",
                    how -> Accumulation.multiplyAdd(codec(how))),
            way("one-rounding", "the sum is exact and rounded at its end", how -> Accumulation.exact(codec(how))),
            way("steps-too-long", "a step takes more products than it should", DotDefects::longerSteps),
            new Defect<>("narrow-sum", "the accumulator has half the bits", (s, right) -> narrow(s)),
            way(
                    "truncating-sum",
                    "the accumulator truncates",
                    how -> with(how, p -> p.withRounding(Rounding.TOWARD_ZERO))),
            way(
                    "flushing-sum",
                    "subnormal sums are flushed",
                    how -> with(how, p -> p.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING))),
            way(
                    "flushing-factors",
                    "subnormal factors and sums count as zero",
                    how -> with(how, p -> p.withFlushInputs(true))),
            way("saturating-sum", "the sum saturates", how -> with(how, Policies::saturating)),
            spoil(
                    "last-product-lost",
                    "of an odd number of products, the last is left out",
                    (right, a, b, c, element) -> dot(right, a, b, a.length & ~1, c, element)),
            spoil(
                    "addend-lost",
                    "the addend is forgotten",
                    (right, a, b, c, element) -> dot(right, a, b, a.length, 0, element)),
            new Defect<>("addend-last", "the addend is added at the end, not at the beginning", (s, right) -> {
                FloatFormat d = s.how().format();
                FloatDot add = FloatDot.of(d, d, Accumulation.fma(codec(s.how())));
                long one = new NumberLine(d).nearest(Dyadic.of(1, 0));
                return spoilt(right, (r, a, b, c, element) -> {
                    long sum = dot(r, a, b, a.length, 0, element);
                    return dot(add, new long[] {sum}, new long[] {one}, 1, c, element);
                });
            }),
            new Defect<>("zero-sign", "-0 becomes +0", (s, right) -> {
                FloatFormat d = s.how().format();
                return spoilt(right, (r, a, b, c, element) -> {
                    long sum = dot(r, a, b, a.length, c, element);
                    return d.isZero(sum) ? 0 : sum;
                });
            }),
            new Defect<>("nan-payload", "a NaN addend is delivered as it is", (s, right) -> {
                FloatFormat d = s.how().format();
                return spoilt(right, (r, a, b, c, element) -> d.isNan(c) ? c : dot(r, a, b, a.length, c, element));
            }));
}
