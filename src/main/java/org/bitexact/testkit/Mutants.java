package org.bitexact.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import org.bitexact.array.Packing;
import org.bitexact.codec.Codec;
import org.bitexact.format.ScalarFormat;
import org.bitexact.kernel.Accumulation;
import org.bitexact.kernel.DotProduct;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.Quantizer;
import org.jspecify.annotations.Nullable;

/**
 * The right implementation of a function and deliberately wrong ones, to prove that a test bench can fail.
 *
 * <p>Each wrong implementation makes one mistake of a kind that real ones made: truncation, ties away, double rounding, a
 * lost sticky bit, an underflow flag too early, the wrong order of nibbles or of summation. Only those are listed that give
 * a wrong result for some input of these formats and policies; the input found is part of the {@link Mutant}.
 *
 * <p>A test bench is a predicate over an implementation, or code that throws an {@link AssertionError}:
 *
 * {@snippet file="org/bitexact/testkit/TestkitSnippets.java" region="mutants"}
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @param <F> the interface that right and wrong implementations share
 * @since 0.1
 */
public final class Mutants<F> {
    private final String subject;
    private final F right;
    private final List<Mutant<F>> all;

    private Mutants(String subject, F right, List<Mutant<F>> all) {
        this.subject = subject;
        this.right = right;
        this.all = List.copyOf(all);
    }

    /** An input that tells two implementations apart, and whether only flags differ. */
    record Difference(String words, boolean flagsAlone) {}

    /** Finds an input that tells two implementations apart, the right one given first. */
    interface Search<F> {
        @Nullable
        Difference between(F right, F wrong);
    }

    static <S, F> Mutants<F> of(
            MutantFamily family, S settings, F right, List<Defect<S, F>> defects, Search<F> search) {
        List<Mutant<F>> all = new ArrayList<>();
        for (Defect<S, F> d : defects) {
            F wrong = d.make().apply(settings, right);
            Difference found = wrong == null ? null : search.between(right, wrong);
            if (wrong != null && found != null) {
                all.add(new Mutant<>(d.name(), d.words(), family, found.flagsAlone(), found.words(), wrong));
            }
        }
        return new Mutants<>(settings.toString(), right, all);
    }

    /**
     * {@return wrong implementations of an operation on codes}
     *
     * @param function the operation, its formats and policies
     */
    public static Mutants<CodeFunction> of(ScalarFunction function) {
        return ScalarDefects.mutants(function);
    }

    /**
     * {@return wrong conversions}
     *
     * @param source format of the operand
     * @param target format and policies of the result
     */
    public static Mutants<CodeFunction> conversion(ScalarFormat source, Codec target) {
        return of(ScalarFunction.convert(source, target));
    }

    /**
     * {@return wrong dot products}
     *
     * @param a format of first factors
     * @param b format of second factors
     * @param accumulation the right way from products to a sum
     */
    public static Mutants<DotProduct> dotProduct(ScalarFormat a, ScalarFormat b, Accumulation accumulation) {
        return DotDefects.mutants(a, b, accumulation);
    }

    /**
     * {@return wrong encoders of a block format}
     *
     * @param right the right encoder
     */
    public static Mutants<BlockEncoder> block(BlockCodec right) {
        return BlockDefects.mutants(right);
    }

    /**
     * {@return wrong ways to pack codes}
     *
     * @param right the right layout
     */
    public static Mutants<CodePacker> packing(Packing right) {
        return PackingDefects.mutants(right);
    }

    /**
     * {@return wrong quantisers}
     *
     * @param right the right quantiser
     */
    public static Mutants<FloatQuantizer> quantization(Quantizer right) {
        return QuantizerDefects.mutants(right);
    }

    /**
     * {@return wrong requantisations of accumulators to codes}
     *
     * @param right the right one
     */
    public static Mutants<IntUnaryOperator> requantization(Requantization right) {
        return QuantizerDefects.mutants(right);
    }

    /** {@return what is implemented, in words} */
    public String subject() {
        return subject;
    }

    /** {@return the right implementation} */
    public F right() {
        return right;
    }

    /** {@return the wrong implementations} */
    public List<Mutant<F>> all() {
        return all;
    }

    /**
     * {@return the wrong implementation of a name}
     *
     * @param name the name
     * @throws IllegalArgumentException if there is none
     */
    public Mutant<F> named(String name) {
        return all.stream()
                .filter(m -> m.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mutant must be one of "
                        + all.stream().map(Mutant::name).toList() + " for " + subject + ": " + name));
    }

    /** {@return these without those whose flags alone are wrong, for benches that look at codes only} */
    public Mutants<F> withWrongCodes() {
        return new Mutants<>(
                subject, right, all.stream().filter(m -> !m.flagsAlone()).toList());
    }

    /**
     * {@return what a bench makes of the implementations}
     *
     * @param bench tells whether an implementation is right; an {@link AssertionError} or
     *     {@link RuntimeException} that it throws counts as no
     */
    public MutantReport test(Predicate<? super F> bench) {
        List<Mutant<F>> killed = new ArrayList<>();
        List<Mutant<F>> survivors = new ArrayList<>();
        String[] objection = {""};
        boolean accepted = accepts(bench, right, objection);
        for (Mutant<F> m : all) {
            (accepts(bench, m.implementation(), new String[1]) ? survivors : killed).add(m);
        }
        return new MutantReport(subject, accepted, objection[0], killed, survivors);
    }

    /**
     * {@return what a bench that asserts makes of the implementations}
     *
     * @param bench throws an {@link AssertionError} if an implementation is wrong
     */
    public MutantReport testAssertions(Consumer<? super F> bench) {
        return test(implementation -> {
            bench.accept(implementation);
            return true;
        });
    }

    private static <F> boolean accepts(Predicate<? super F> bench, F implementation, String[] objection) {
        try {
            return bench.test(implementation);
        } catch (AssertionError | RuntimeException e) {
            // as in any test framework, an exception is a failure too
            objection[0] = e instanceof AssertionError ? String.valueOf(e.getMessage()) : e.toString();
            return false;
        }
    }

    @Override
    public String toString() {
        return subject + ": " + all.stream().map(Mutant::name).toList();
    }
}
