package org.bitexact.testkit.jqwik;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCases;
import net.jqwik.api.ExhaustiveGenerator;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.testkit.CodeGenerator;
import org.bitexact.testkit.CodePoint;
import org.bitexact.testkit.OperandGenerator;
import org.bitexact.testkit.ScalarFunction;
import org.bitexact.testkit.Simplicity;
import org.bitexact.testkit.VectorGenerator;

/**
 * Arbitraries of codes, values and operands.
 *
 * <p>Formats whose codes are no more than a property's tries are tried exhaustively, as jqwik does by default.
 *
 * @since 0.1
 */
@SuppressWarnings("exports") // jqwik is optional; whoever calls these methods has it
public final class CodeArbitraries {
    private CodeArbitraries() {}

    /**
     * {@return codes of a format}
     *
     * @param format the format
     */
    public static Arbitrary<Long> codes(ScalarFormat format) {
        return new CodeArbitrary(CodeGenerator.of(format), true);
    }

    /**
     * {@return codes of a format that are hard to convert to another}
     *
     * @param source the format of the codes
     * @param target the format they are to be converted to
     */
    public static Arbitrary<Long> codes(ScalarFormat source, ScalarFormat target) {
        return new CodeArbitrary(CodeGenerator.of(source, target), false);
    }

    /**
     * {@return codes of a format with their explanation in reports}
     *
     * @param format the format
     */
    public static Arbitrary<CodePoint> codePoints(ScalarFormat format) {
        return codes(format).map(code -> new CodePoint(format, code));
    }

    /**
     * {@return binary64 values that are hard to convert to a format, NaNs with payloads included}
     *
     * @param target the format
     */
    public static Arbitrary<Double> doubles(ScalarFormat target) {
        return codes(Formats.BINARY64, target).map(Double::longBitsToDouble);
    }

    /**
     * {@return binary32 values that are hard to convert to a format, NaNs with payloads included}
     *
     * @param target the format
     */
    public static Arbitrary<Float> floats(ScalarFormat target) {
        return codes(Formats.BINARY32, target).map(code -> Float.intBitsToFloat(code.intValue()));
    }

    /**
     * {@return operands of an operation that make its exact result hard to round}
     *
     * @param function the operation
     */
    public static Arbitrary<long[]> operands(ScalarFunction function) {
        return new OperandArbitrary(OperandGenerator.of(function));
    }

    /**
     * {@return operands of dot products, which shrink code by code}
     *
     * @param generator their range and cancellation
     * @param k number of products, 0 or more
     */
    public static Arbitrary<VectorGenerator.Operands> dotProducts(VectorGenerator generator, int k) {
        List<Simplicity> formats =
                generator.formats().stream().map(Simplicity::of).toList();
        List<Simplicity> orders = IntStream.range(0, 2 * k + 1)
                .mapToObj(i -> formats.get(k == 0 ? 2 : i / k))
                .toList();
        Arbitrary<long[]> codes = Arbitraries.fromGenerator(random -> {
            VectorGenerator.Operands o = generator.next(k, random);
            return new ShrinkableOperands(
                    orders,
                    LongStream.concat(
                                    LongStream.concat(LongStream.of(o.a()), LongStream.of(o.b())), LongStream.of(o.c()))
                            .toArray());
        });
        return codes.map(all -> new VectorGenerator.Operands(
                1,
                1,
                k,
                Arrays.copyOf(all, k),
                Arrays.copyOfRange(all, k, 2 * k),
                Arrays.copyOfRange(all, 2 * k, 2 * k + 1)));
    }

    /** A code that shrinks to simpler ones. */
    private record ShrinkableCode(Simplicity order, long code) implements Shrinkable<Long> {
        @Override
        public Long value() {
            return code;
        }

        @Override
        public Stream<Shrinkable<Long>> shrink() {
            return order.simpler(code).mapToObj(c -> new ShrinkableCode(order, c));
        }

        @Override
        public ShrinkingDistance distance() {
            return ShrinkingDistance.of(order.rank(code));
        }
    }

    /** Operands of which one at a time shrinks. */
    private record ShrinkableOperands(List<Simplicity> orders, long[] codes) implements Shrinkable<long[]> {
        @Override
        public long[] value() {
            return codes.clone();
        }

        @Override
        public Stream<Shrinkable<long[]>> shrink() {
            return IntStream.range(0, codes.length)
                    .boxed()
                    .flatMap(i -> orders.get(i).simpler(codes[i]).mapToObj(c -> {
                        long[] simpler = codes.clone();
                        simpler[i] = c;
                        return new ShrinkableOperands(orders, simpler);
                    }));
        }

        @Override
        public ShrinkingDistance distance() {
            return ShrinkingDistance.of(IntStream.range(0, codes.length)
                    .boxed()
                    .flatMapToLong(i -> LongStream.of(orders.get(i).rank(codes[i])))
                    .toArray());
        }
    }

    private static <T> EdgeCases<T> edgeCases(int max, Stream<? extends Shrinkable<T>> cases) {
        List<Supplier<Shrinkable<T>>> suppliers = cases.limit(max)
                .map(shrinkable -> (Supplier<Shrinkable<T>>) () -> shrinkable)
                .toList();
        return EdgeCases.fromSuppliers(suppliers);
    }

    private static final class CodeArbitrary implements Arbitrary<Long> {
        private final CodeGenerator generator;
        private final Simplicity order;
        private final boolean exhaustive;

        CodeArbitrary(CodeGenerator generator, boolean exhaustive) {
            this.generator = generator;
            this.exhaustive = exhaustive;
            order = Simplicity.of(generator.format());
        }

        @Override
        public RandomGenerator<Long> generator(int genSize) {
            return (Random random) -> new ShrinkableCode(order, generator.next(random));
        }

        @Override
        public EdgeCases<Long> edgeCases(int maxEdgeCases) {
            return CodeArbitraries.edgeCases(
                    maxEdgeCases,
                    LongStream.of(generator.landmarks()).mapToObj(code -> new ShrinkableCode(order, code)));
        }

        @Override
        public Optional<ExhaustiveGenerator<Long>> exhaustive(long maxNumberOfSamples) {
            int width = generator.format().width();
            if (!exhaustive || width > 30 || 1L << width > maxNumberOfSamples) {
                return Optional.empty();
            }
            return Optional.of(new ExhaustiveGenerator<>() {
                @Override
                public long maxCount() {
                    return 1L << width;
                }

                @Override
                public Iterator<Long> iterator() {
                    return LongStream.range(0, maxCount()).iterator();
                }
            });
        }
    }

    private static final class OperandArbitrary implements Arbitrary<long[]> {
        private final OperandGenerator generator;
        private final List<Simplicity> orders;

        OperandArbitrary(OperandGenerator generator) {
            this.generator = generator;
            orders =
                    generator.function().operands().stream().map(Simplicity::of).toList();
        }

        @Override
        public RandomGenerator<long[]> generator(int genSize) {
            return (Random random) -> new ShrinkableOperands(orders, generator.next(random));
        }

        @Override
        public EdgeCases<long[]> edgeCases(int maxEdgeCases) {
            return CodeArbitraries.edgeCases(
                    maxEdgeCases,
                    generator.classes().stream()
                            .flatMap(c -> LongStream.range(0, 4).mapToObj(i -> generator.at(c, 0, i)))
                            .map(codes -> new ShrinkableOperands(orders, codes)));
        }
    }
}
