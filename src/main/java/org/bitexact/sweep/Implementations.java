package org.bitexact.sweep;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.oracle.BoundaryTable;
import org.bitexact.oracle.Oracle;
import org.bitexact.vectors.TestFloatOperation;

/**
 * The implementations of a {@link Computation}, by name.
 *
 * <pre>
 * conversion
 * codec        {@link Codec#encodeFloatBits} and {@link Codec#encodeWithFlags(double, long)}, short cuts included; from
 *              f32 or f64
 * generic      {@link Converter}, which takes no short cut
 * oracle       from f32 to a format of at most 20 bits the intervals of {@link BoundaryTable}, each computed from the
 *              oracle, for deterministic modes; from other formats as oracle-each
 * oracle-each  {@link Oracle} for every single input, about a microsecond each
 * array        {@link org.bitexact.array.ArrayConverter}; codes without flags
 * kernel       from f32, or exactly into it, the kernel that the array layer takes at present; codes without flags
 * kernel-F     the same by the kernel of a family F, whatever the speed: vector, jdk, table, scalar
 *
 * other operations
 * arith        {@link org.bitexact.arith.Arithmetic} by the methods that take an int, tables and short cuts included
 * arith-long   the same by the methods that take a long
 * exact        the definition of each operation, which takes no short cut
 * array        {@link org.bitexact.array.ArrayArithmetic}, for add, sub, mul, div, sqrt and mulAdd; codes without flags
 * oracle       {@link org.bitexact.oracle.ExactArithmetic}, some microseconds an input
 * </pre>
 *
 * @since 0.1
 */
public final class Implementations {
    private static final List<String> CONVERSIONS = Stream.concat(
                    Stream.of("codec", "generic", "oracle", "oracle-each", "array", "kernel"),
                    KernelSelection.familyNames().stream().map(family -> "kernel-" + family))
            .toList();
    private static final List<String> OPERATIONS = List.of("arith", "arith-long", "exact", "array", "oracle");

    private Implementations() {}

    /**
     * {@return the names that {@link #named} takes}
     *
     * @param operation the operation
     */
    public static List<String> names(TestFloatOperation operation) {
        return operation == TestFloatOperation.CONVERT ? CONVERSIONS : OPERATIONS;
    }

    /**
     * {@return the implementation of a name}
     *
     * @param name one of {@link #names}
     * @param computation what it computes
     * @throws IllegalArgumentException if there is no such implementation, or it does not take the formats or policies
     */
    public static Implementation named(String name, Computation computation) {
        if (!names(computation.operation()).contains(name)) {
            throw new IllegalArgumentException("implementation must be one of "
                    + String.join(", ", names(computation.operation())) + ": '" + name + "'");
        }
        if (name.startsWith("kernel")) {
            Bulk.requireKernel(name, computation);
            return new Named(name, computation, false, () -> Bulk.kernel(name, computation));
        }
        return switch (name) {
            case "array" -> {
                if (computation.operation() == TestFloatOperation.CONVERT) {
                    yield new Named(name, computation, false, () -> Bulk.array(computation));
                }
                Bulk.requireArithmetic(computation);
                yield new Named(name, computation, false, () -> Bulk.arithmetic(computation));
            }
            case "codec" -> codec(computation);
            case "generic" -> generic(computation);
            case "oracle-each" -> oracleEach(computation);
            case "oracle" ->
                computation.operation() == TestFloatOperation.CONVERT
                        ? oracle(computation)
                        : new Named(name, computation, () -> Operations.oracle(computation));
            case "arith" -> {
                Operations.requireInts(computation);
                yield new Named(name, computation, () -> Operations.ints(computation));
            }
            case "arith-long" -> new Named(name, computation, () -> Operations.longs(computation));
            default -> new Named(name, computation, () -> Operations.exact(computation));
        };
    }

    /** Makes the function of an implementation. */
    private interface Preparation {
        Implementation.Evaluation prepare();
    }

    /** An implementation that is determined by its name and what it computes. */
    private record Named(String name, Computation computation, boolean hasFlags, Preparation preparation)
            implements Implementation {
        Named(String name, Computation computation, Preparation preparation) {
            this(name, computation, computation.hasFlags(), preparation);
        }

        @Override
        public String id() {
            return name + "(" + computation.id() + ")";
        }

        @Override
        public List<ScalarFormat> operands() {
            return computation.operands();
        }

        @Override
        public Evaluation prepare() {
            return preparation.prepare();
        }

        @Override
        public String explain(long code) {
            ScalarFormat target = computation.result();
            return (code & ~target.codeMask()) == 0
                    ? CodeText.of(target).explain(code)
                    : String.format(Locale.ROOT, "0x%x (no code of %s)", code, target);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    // ------------------------------------------------------------------ conversions

    private static Implementation codec(Computation computation) {
        ScalarFormat from = computation.operands().get(0);
        boolean narrow = computation.hasFlags();
        Codec codec = Codec.of(computation.result(), computation.policies());
        if (from.equals(Formats.BINARY32) && narrow) {
            return new Named("codec", computation, () -> (index, operands, results, count) -> {
                if (computation.policies().rounding().isStochastic()) {
                    for (int i = 0; i < count; i++) {
                        results[i] = codec.encodeFloatBits((int) operands[0][i], computation.random(index + i));
                    }
                } else {
                    encode(codec, operands[0], results, count);
                }
            });
        }
        if (!from.equals(Formats.BINARY64)) {
            throw new IllegalArgumentException("codec needs inputs of f64, or of f32 and a target of at most 32 bits: "
                    + computation.signature() + "; use generic");
        }
        return new Named(
                "codec",
                computation,
                () -> Operations.each(computation, (x, y, z, random) -> {
                    double value = Double.longBitsToDouble(x);
                    return narrow ? codec.encodeWithFlags(value, random) : codec.encodeLong(value, random, null);
                }));
    }

    // a method of its own, compiled for the loop alone
    private static void encode(Codec codec, long[] inputs, long[] results, int count) {
        for (int i = 0; i < count; i++) {
            results[i] = codec.encodeFloatBits((int) inputs[i], 0);
        }
    }

    private static Implementation generic(Computation computation) {
        Converter converter =
                Converter.of(computation.operands().get(0), Codec.of(computation.result(), computation.policies()));
        boolean narrow = computation.hasFlags();
        return new Named(
                "generic",
                computation,
                () -> Operations.each(
                        computation,
                        (x, y, z, random) -> narrow
                                ? converter.convertWithFlags(x, random)
                                : converter.convertLong(x, random, null)));
    }

    /**
     * Rounding is monotone, so the oracle need only be asked where code or flags change, and on either side; see
     * {@link BoundaryTable}. NaN inputs are given to the oracle one by one.
     */
    private static Implementation oracle(Computation computation) {
        ScalarFormat target = computation.result();
        if (!computation.operands().get(0).equals(Formats.BINARY32)) {
            return new Named("oracle", computation, () -> Operations.oracle(computation));
        }
        if (target.width() > CodeSpace.BOUNDARY_BITS) {
            throw new IllegalArgumentException("the oracle's intervals need a format of at most "
                    + CodeSpace.BOUNDARY_BITS + " bits, " + target + " has " + target.width()
                    + "; use oracle-each with a sample");
        }
        if (computation.policies().rounding().isStochastic()) {
            throw new IllegalArgumentException("the oracle's intervals need a deterministic rounding, not "
                    + computation.policies().rounding().id() + "; use oracle-each with a sample");
        }
        return new Named(
                "oracle", computation, () -> new OracleIntervals(BoundaryTable.of(target, computation.policies())));
    }

    private static Implementation oracleEach(Computation computation) {
        return new Named("oracle-each", computation, () -> Operations.oracle(computation));
    }
}
