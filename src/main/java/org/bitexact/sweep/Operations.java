package org.bitexact.sweep;

import java.util.List;
import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.arith.Exact;
import org.bitexact.internal.codec.Operand;
import org.bitexact.internal.codec.Rounder;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.oracle.Oracle;

/** Implementations that compute one result after the other. */
final class Operations {
    private Operations() {}

    /** Computes one result: {@code code | flags << 32}, or the code alone if it is wider than 32 bits. */
    @FunctionalInterface
    interface Scalar {
        long apply(long x, long y, long z, long random);
    }

    /** The same with a place for flags. */
    private interface WithSink {
        long apply(long x, long y, long z, long random, Flags sink);
    }

    /** {@return the evaluation of a function one by one; in place of operands that it has not it gets another one} */
    static Implementation.Evaluation each(Computation computation, Scalar function) {
        boolean stochastic = computation.policies().rounding().isStochastic();
        return (index, operands, results, count) -> {
            long[] x = operands[0];
            long[] y = operands[Math.min(1, operands.length - 1)];
            long[] z = operands[operands.length - 1];
            for (int i = 0; i < count; i++) {
                long random = stochastic ? computation.random(index + i) : 0;
                results[i] = function.apply(x[i], y[i], z[i], random);
            }
        };
    }

    static Arithmetic arithmetic(Computation c) {
        return Arithmetic.mixed(operand(c, 0), operand(c, 1), operand(c, 2), Codec.of(c.result(), c.policies()));
    }

    /** The format of an operand, or of the first one where there is none. */
    private static FloatFormat operand(Computation c, int k) {
        return (FloatFormat) c.operands().get(k < c.operands().size() ? k : 0);
    }

    static void requireInts(Computation computation) {
        boolean narrow =
                computation.hasFlags() && computation.operands().stream().allMatch(f -> f.width() <= 32);
        if (!narrow || computation.policies().rounding().isStochastic()) {
            throw new IllegalArgumentException("arith needs formats of at most 32 bits and a deterministic rounding: "
                    + computation.name() + "; use arith-long");
        }
    }

    static Implementation.Evaluation ints(Computation computation) {
        Arithmetic a = arithmetic(computation);
        Rounding mode = computation.policies().rounding();
        return each(
                computation,
                switch (computation.operation()) {
                    case ADD -> (x, y, z, random) -> a.addWithFlags((int) x, (int) y);
                    case SUB -> (x, y, z, random) -> a.subtractWithFlags((int) x, (int) y);
                    case MUL -> (x, y, z, random) -> a.multiplyWithFlags((int) x, (int) y);
                    case DIV -> (x, y, z, random) -> a.divideWithFlags((int) x, (int) y);
                    case REM -> (x, y, z, random) -> a.remainderWithFlags((int) x, (int) y);
                    case SQRT -> (x, y, z, random) -> a.squareRootWithFlags((int) x);
                    case MUL_ADD -> (x, y, z, random) -> a.fmaWithFlags((int) x, (int) y, (int) z);
                    case ROUND_TO_INT -> (x, y, z, random) -> a.roundToIntegralWithFlags((int) x, mode, true);
                    default -> throw unknown(computation);
                });
    }

    static Implementation.Evaluation longs(Computation computation) {
        Arithmetic a = arithmetic(computation);
        Rounding mode = computation.policies().rounding();
        WithSink function = switch (computation.operation()) {
            case ADD -> (x, y, z, random, sink) -> a.add(x, y, random, sink);
            case SUB -> (x, y, z, random, sink) -> a.subtract(x, y, random, sink);
            case MUL -> (x, y, z, random, sink) -> a.multiply(x, y, random, sink);
            case DIV -> (x, y, z, random, sink) -> a.divide(x, y, random, sink);
            case REM -> (x, y, z, random, sink) -> a.remainder(x, y, sink);
            case SQRT -> (x, y, z, random, sink) -> a.squareRoot(x, random, sink);
            case MUL_ADD -> (x, y, z, random, sink) -> a.fma(x, y, z, random, sink);
            case ROUND_TO_INT -> (x, y, z, random, sink) -> a.roundToIntegral(x, mode, true, sink);
            default -> throw unknown(computation);
        };
        boolean flags = computation.hasFlags();
        return (index, operands, results, count) -> {
            Flags sink = new Flags();
            each(computation, (x, y, z, random) -> {
                        sink.clear();
                        long code = function.apply(x, y, z, random, sink);
                        return flags ? code | (long) sink.raised() << 32 : code;
                    })
                    .evaluate(index, operands, results, count);
        };
    }

    static Implementation.Evaluation exact(Computation c) {
        Exact e = new Exact(
                new Operand(operand(c, 0)),
                new Operand(operand(c, 1)),
                new Operand(operand(c, 2)),
                new Rounder(c.result(), c.policies()),
                NanPropagation.CANONICAL);
        Rounding mode = c.policies().rounding();
        return each(
                c,
                switch (c.operation()) {
                    case ADD -> (x, y, z, random) -> e.add(x, y, false, random, false);
                    case SUB -> (x, y, z, random) -> e.add(x, y, true, random, false);
                    case MUL -> (x, y, z, random) -> e.multiply(x, y, random, false);
                    case DIV -> (x, y, z, random) -> e.divide(x, y, random, false);
                    case REM -> (x, y, z, random) -> e.remainder(x, y, false);
                    case SQRT -> (x, y, z, random) -> e.squareRoot(x, random, false);
                    case MUL_ADD -> (x, y, z, random) -> e.fma(x, y, z, random, false);
                    case ROUND_TO_INT -> (x, y, z, random) -> e.roundToIntegral(x, mode, true, false);
                    default -> throw unknown(c);
                });
    }

    static Implementation.Evaluation oracle(Computation c) {
        List<ScalarFormat> f = c.operands();
        ScalarFormat a = f.get(0);
        ScalarFormat b = f.get(Math.min(1, f.size() - 1));
        ScalarFormat d = f.get(f.size() - 1);
        ScalarFormat to = c.result();
        Policies p = c.policies();
        boolean flags = c.hasFlags();
        return each(c, (x, y, z, random) -> {
            Oracle.Result r = switch (c.operation()) {
                case CONVERT -> Oracle.convert(a, x, to, p, random);
                case ADD -> ExactArithmetic.add(a, x, b, y, to, p, random);
                case SUB -> ExactArithmetic.subtract(a, x, b, y, to, p, random);
                case MUL -> ExactArithmetic.multiply(a, x, b, y, to, p, random);
                case DIV -> ExactArithmetic.divide(a, x, b, y, to, p, random);
                case REM -> ExactArithmetic.remainder(a, x, b, y, to, p);
                case SQRT -> ExactArithmetic.squareRoot(a, x, to, p, random);
                case MUL_ADD -> ExactArithmetic.fma(a, x, b, y, d, z, to, p, random);
                case ROUND_TO_INT -> ExactArithmetic.roundToIntegral(a, x, p.rounding(), true, to, p);
                default -> throw unknown(c);
            };
            return flags ? r.code() | (long) r.flags() << 32 : r.code();
        });
    }

    private static IllegalArgumentException unknown(Computation computation) {
        return new IllegalArgumentException("operation of a sweep must not be a comparison: "
                + computation.operation().word());
    }
}
