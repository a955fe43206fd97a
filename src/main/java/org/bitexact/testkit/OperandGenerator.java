package org.bitexact.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * Draws operands of an operation whose exact result is hard to round: ties, results beside ties, cancellation, the limits
 * of the result's format.
 *
 * <p>Operands are a function of the random bits, or of a seed and a number; operands of a class that is asked for belong to
 * it. Operands and result may have formats of their own. A class exists where operands of it were found; a tie of square
 * roots, for example, needs an operand of more bits than the result has.
 *
 * <p><b>Thread safety</b>: immutable; a random source belongs to its caller.
 *
 * @since 0.1
 */
public final class OperandGenerator {
    private static final int TRIES = 200;
    private static final int SEARCH = 2000;

    private final ScalarFunction function;
    private final ScalarOperation operation;
    private final CodeGenerator[] each;
    private final NumberLine[] lines;
    private final NumberLine result;
    private final Map<OperandClass, long[]> examples;
    private final List<OperandClass> classes;

    private OperandGenerator(ScalarFunction function) {
        this.function = function;
        operation = function.operation();
        int n = operation.arity();
        each = new CodeGenerator[n];
        lines = new NumberLine[n];
        result = new NumberLine(function.result());
        for (int i = 0; i < n; i++) {
            ScalarFormat f = function.operands().get(i);
            lines[i] = new NumberLine(f);
            each[i] = i > 0 && f.equals(function.operands().get(i - 1))
                    ? each[i - 1]
                    : CodeGenerator.of(f, function.result());
        }
        Map<OperandClass, long[]> found = new EnumMap<>(OperandClass.class);
        for (OperandClass c : OperandClass.values()) {
            RandomGenerator random = Draws.source(1, c.ordinal());
            for (int i = 0; i < SEARCH && !found.containsKey(c); i++) {
                long[] codes = draw(c, random);
                if (isOf(c, codes)) {
                    found.put(c, codes);
                }
            }
        }
        examples = Collections.unmodifiableMap(found);
        classes = new ArrayList<>(found.keySet());
    }

    /**
     * {@return a generator of an operation's operands}
     *
     * @param function the operation, formats and policies; of these only the formats matter
     */
    public static OperandGenerator of(ScalarFunction function) {
        return new OperandGenerator(function);
    }

    /** {@return the operation} */
    public ScalarFunction function() {
        return function;
    }

    /** {@return the classes that have operands here} */
    public Set<OperandClass> classes() {
        return examples.keySet();
    }

    /**
     * {@return operands of any class}
     *
     * @param random source of random bits, of which only {@code nextLong} is used
     */
    public long[] next(RandomGenerator random) {
        return draw(classes.get(Draws.below(random, classes.size())), random);
    }

    /**
     * {@return operands of a class}
     *
     * @param wanted one of {@link #classes()}
     * @param random source of random bits, of which only {@code nextLong} is used
     * @throws IllegalArgumentException if the class has no operands here
     */
    public long[] next(OperandClass wanted, RandomGenerator random) {
        long[] example = examples.get(wanted);
        if (example == null) {
            throw new IllegalArgumentException(
                    "class must be one of " + examples.keySet() + " for " + function + ": " + wanted);
        }
        for (int i = 0; i < TRIES; i++) {
            long[] codes = draw(wanted, random);
            if (isOf(wanted, codes)) {
                return codes;
            }
        }
        return example.clone();
    }

    /**
     * {@return the operands of a number in the sequence of a seed}
     *
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public long[] at(long seed, long index) {
        return next(Draws.source(seed, index));
    }

    /**
     * {@return the operands of a class of a number in the sequence of a seed}
     *
     * @param wanted one of {@link #classes()}
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public long[] at(OperandClass wanted, long seed, long index) {
        return next(wanted, Draws.source(seed, index));
    }

    /**
     * {@return the sequence of a seed; endless}
     *
     * @param seed any number
     */
    public Stream<long[]> operands(long seed) {
        return LongStream.iterate(0, i -> i + 1).mapToObj(i -> at(seed, i));
    }

    // ------------------------------------------------------------------ classes

    private boolean isOf(OperandClass c, long[] codes) {
        boolean special = false;
        for (int i = 0; i < codes.length; i++) {
            special |= !lines[i].isFinite(codes[i]) || lines[i].value(codes[i]).signum() == 0;
        }
        if (c == OperandClass.INDEPENDENT || c == OperandClass.SPECIAL) {
            return special || c == OperandClass.INDEPENDENT;
        }
        if (special) {
            return false;
        }
        Dyadic[] v = new Dyadic[codes.length];
        int low = Integer.MAX_VALUE;
        int high = Integer.MIN_VALUE;
        for (int i = 0; i < codes.length; i++) {
            v[i] = lines[i].value(codes[i]);
            low = Math.min(low, v[i].binade());
            high = Math.max(high, v[i].binade());
        }
        if (c == OperandClass.EQUAL_EXPONENTS) {
            return codes.length > 1 && high - low <= 1;
        }
        if (operation == ScalarOperation.SQUARE_ROOT && v[0].signum() < 0) {
            return false;
        }
        Dyadic exact = exact(v);
        Dyadic magnitude = exact.abs();
        if (c == OperandClass.CANCELLATION) {
            Dyadic larger = largerTerm(v);
            return larger != null && magnitude.scaled(3).compareTo(larger) <= 0;
        }
        if (magnitude.signum() == 0) {
            return false;
        }
        boolean negative = exact.signum() < 0;
        if (negative && !result.signed) {
            return false;
        }
        return switch (c) {
            case EXACT -> result.holds(exact);
            case HALFWAY -> result.isMidpoint(magnitude);
            case NEAR_HALFWAY -> isNearHalfway(magnitude, negative);
            case OVERFLOW -> {
                long last = result.last(negative);
                yield magnitude.compareTo(result.magnitude(last)) >= 0
                        && magnitude.compareTo(result.magnitude(last + 1)) <= 0;
            }
            default -> magnitude.compareTo(result.smallestNormal()) <= 0;
        };
    }

    private boolean isNearHalfway(Dyadic magnitude, boolean negative) {
        long n = result.floor(magnitude);
        if (n < 0 || n > result.last(negative)) {
            return false;
        }
        Dyadic distance = magnitude.minus(result.midpoint(n)).abs();
        Dyadic step = result.magnitude(result.after(n)).minus(result.magnitude(n));
        return distance.signum() > 0 && distance.scaled(4).compareTo(step) <= 0;
    }

    /** The larger of the two terms of a sum, or null where there is none. */
    private @Nullable Dyadic largerTerm(Dyadic[] v) {
        Dyadic first;
        Dyadic second;
        switch (operation) {
            case ADD, SUBTRACT -> {
                first = v[0].abs();
                second = v[1].abs();
            }
            case FMA -> {
                first = v[0].times(v[1]).abs();
                second = v[2].abs();
            }
            default -> {
                return null;
            }
        }
        return first.compareTo(second) >= 0 ? first : second;
    }

    /** The exact result, or one that no comparison with numbers and midpoints of the result can tell from it. */
    private Dyadic exact(Dyadic[] v) {
        // a quotient or root to odd with this many bits is equal to a midpoint only if it is exact
        int bits = result.precision + 70;
        return switch (operation) {
            case CONVERT -> v[0];
            case ADD -> v[0].plus(v[1]);
            case SUBTRACT -> v[0].minus(v[1]);
            case MULTIPLY -> v[0].times(v[1]);
            case DIVIDE -> v[0].quotientToOdd(v[1], bits);
            case SQUARE_ROOT -> v[0].rootToOdd(bits);
            case FMA -> v[0].times(v[1]).plus(v[2]);
        };
    }

    // ------------------------------------------------------------------ draws

    private long[] draw(OperandClass c, RandomGenerator random) {
        long[] codes = new long[each.length];
        switch (c) {
            case INDEPENDENT -> {
                for (int i = 0; i < codes.length; i++) {
                    codes[i] = each[i].next(random);
                }
            }
            case SPECIAL -> drawSpecial(codes, random);
            case EQUAL_EXPONENTS -> {
                codes[0] = lines[0].nearest(number(0, random));
                Dyadic like = finiteValue(0, codes[0]);
                for (int i = 1; i < codes.length; i++) {
                    codes[i] = lines[i].nearest(significand(i, random).scaled(like.binade()));
                }
            }
            case CANCELLATION -> solve(Dyadic.ZERO, codes, random);
            case EXACT -> drawShort(aim(CodeClass.TARGET_NUMBER, random), codes, random);
            case HALFWAY -> drawShort(aim(CodeClass.TARGET_MIDPOINT, random), codes, random);
            case NEAR_HALFWAY -> drawNear(codes, random);
            case OVERFLOW -> solve(aim(CodeClass.TARGET_OVERFLOW, random), codes, random);
            case UNDERFLOW -> solve(aim(CodeClass.TARGET_UNDERFLOW, random), codes, random);
        }
        return codes;
    }

    private static final CodeClass[] SPECIALS = {
        CodeClass.ZERO, CodeClass.INFINITY, CodeClass.QUIET_NAN, CodeClass.SIGNALING_NAN
    };

    private void drawSpecial(long[] codes, RandomGenerator random) {
        int at = Draws.below(random, codes.length);
        for (int i = 0; i < codes.length; i++) {
            CodeClass c = SPECIALS[Draws.below(random, SPECIALS.length)];
            boolean special =
                    (i == at || Draws.coin(random)) && each[i].classes().contains(c);
            codes[i] = special ? each[i].next(c, random) : each[i].next(random);
        }
    }

    /** A point of the result's format, of either sign where it has signs. */
    private Dyadic aim(CodeClass c, RandomGenerator random) {
        boolean negative = Draws.coin(random) && result.signed && operation != ScalarOperation.SQUARE_ROOT;
        Dyadic magnitude = CodeGenerator.aim(c, result, negative, random);
        return negative ? magnitude.negate() : magnitude;
    }

    /** A significand of up to the operand's precision, in [1, 2). */
    private Dyadic significand(int i, RandomGenerator random) {
        int bits = Draws.between(random, 1, Math.min(lines[i].precision, 62));
        return Dyadic.of(Draws.odd(random, bits), 1 - bits);
    }

    private Dyadic signed(Dyadic magnitude, int i, RandomGenerator random) {
        return lines[i].signed && Draws.coin(random) ? magnitude.negate() : magnitude;
    }

    /** A number of an operand's format that is not zero, from the whole range or near one. */
    private Dyadic number(int i, RandomGenerator random) {
        NumberLine line = lines[i];
        int low = line.magnitude(line.first()).binade();
        int high = line.magnitude(line.last(false)).binade();
        int e = Draws.coin(random) ? Draws.between(random, low, high) : Draws.between(random, -3, 3);
        return finiteValue(i, line.nearest(signed(significand(i, random).scaled(e), i, random)));
    }

    /** The value of a finite code, that of the smallest number instead of zero. */
    private Dyadic finiteValue(int i, long code) {
        Dyadic v = lines[i].value(code);
        return v.signum() != 0 ? v : lines[i].magnitude(lines[i].first());
    }

    /** A code near a value, mostly the nearest. */
    private long near(int i, Dyadic value, RandomGenerator random) {
        int step = Draws.below(random, 3) > 0 ? 0 : Draws.between(random, -2, 2);
        return lines[i].stepped(value, step);
    }

    /** All operands but the last at random, the last so that the result comes near the aim. */
    private void solve(Dyadic aim, long[] codes, RandomGenerator random) {
        switch (operation) {
            case CONVERT -> codes[0] = near(0, aim, random);
            case SQUARE_ROOT -> codes[0] = near(0, aim.times(aim), random);
            case ADD, SUBTRACT -> {
                Dyadic x = addend(aim, random);
                codes[0] = lines[0].nearest(x);
                Dyadic rest = aim.minus(lines[0].value(codes[0]));
                codes[1] = near(1, operation == ScalarOperation.ADD ? rest : rest.negate(), random);
            }
            case MULTIPLY -> {
                Dyadic x = factor(0, aim, random);
                codes[0] = lines[0].nearest(x);
                codes[1] = near(1, aim.quotientToOdd(finiteValue(0, codes[0]), 64), random);
            }
            case DIVIDE -> {
                Dyadic y = number(1, random);
                codes[1] = lines[1].nearest(y);
                codes[0] = near(0, aim.times(finiteValue(1, codes[1])), random);
            }
            case FMA -> {
                Dyadic x = factor(0, aim, random);
                codes[0] = lines[0].nearest(x);
                Dyadic a = finiteValue(0, codes[0]);
                int e = Draws.between(random, -result.precision - 2, 3);
                Dyadic y = aim.signum() == 0 || Draws.below(random, 4) == 0
                        ? number(1, random)
                        : signed(significand(1, random).scaled(aim.binade() - a.binade() + e), 1, random);
                codes[1] = lines[1].nearest(y);
                codes[2] = near(2, aim.minus(a.times(lines[1].value(codes[1]))), random);
            }
        }
    }

    /** A first addend, mostly a little below or above the aim in magnitude. */
    private Dyadic addend(Dyadic aim, RandomGenerator random) {
        if (aim.signum() == 0 || Draws.below(random, 4) == 0) {
            return number(0, random);
        }
        int e = Draws.between(random, -result.precision - 3, 3);
        return signed(significand(0, random).scaled(aim.binade() + e), 0, random);
    }

    /** A first factor that leaves the other one, mostly, within its range. */
    private Dyadic factor(int i, Dyadic aim, RandomGenerator random) {
        if (aim.signum() == 0 || Draws.below(random, 4) == 0) {
            return number(i, random);
        }
        int half = Math.floorDiv(aim.binade(), 2) + Draws.between(random, -3, 3);
        return signed(significand(i, random).scaled(half), i, random);
    }

    /**
     * Operands whose result is exactly the aim, or another point of its kind: operands of few bits, so that nothing is
     * lost.
     */
    private void drawShort(Dyadic aim, long[] codes, RandomGenerator random) {
        switch (operation) {
            case ADD, SUBTRACT -> {
                // a multiple of the aim's lowest bit, so that the rest is one
                int lowest = aim.signum() == 0
                        ? 0
                        : aim.exponent() + aim.significand().getLowestSetBit();
                Dyadic x = shortNumber(0, lowest, random);
                codes[0] = lines[0].nearest(x);
                Dyadic rest = aim.minus(lines[0].value(codes[0]));
                codes[1] = lines[1].nearest(operation == ScalarOperation.ADD ? rest : rest.negate());
            }
            case MULTIPLY -> product(aim, codes, random);
            case FMA -> {
                if (Draws.coin(random)) {
                    product(aim, codes, random);
                    Dyadic p = lines[0].value(codes[0]).times(lines[1].value(codes[1]));
                    codes[2] = lines[2].nearest(aim.minus(p));
                } else {
                    int lowest = aim.signum() == 0
                            ? 0
                            : aim.exponent() + aim.significand().getLowestSetBit();
                    int e = factorExponent(lowest, random);
                    codes[0] = lines[0].nearest(shortNumber(0, e, random));
                    codes[1] = lines[1].nearest(shortNumber(1, lowest - e, random));
                    Dyadic p = lines[0].value(codes[0]).times(lines[1].value(codes[1]));
                    codes[2] = lines[2].nearest(aim.minus(p));
                }
            }
            case DIVIDE -> {
                Dyadic y = Draws.coin(random)
                        ? Dyadic.of(1, Draws.between(random, -8, 8))
                        : Dyadic.of(1 + 2 * Draws.below(random, 4), Draws.between(random, -4, 4));
                codes[1] = lines[1].nearest(signed(y, 1, random));
                codes[0] = lines[0].nearest(aim.times(finiteValue(1, codes[1])));
            }
            case SQUARE_ROOT -> codes[0] = lines[0].nearest(aim.times(aim));
            case CONVERT -> codes[0] = lines[0].nearest(aim);
        }
    }

    private int factorExponent(int lowest, RandomGenerator random) {
        int low = lines[0].magnitude(lines[0].first()).binade();
        return Math.max(low, Math.floorDiv(lowest, 2) + Draws.between(random, -2, 2));
    }

    /** A number of few bits whose lowest one has the exponent e. */
    private Dyadic shortNumber(int i, int e, RandomGenerator random) {
        int bits = Draws.between(random, 1, Math.min(lines[i].precision, 62));
        return signed(Dyadic.of(Draws.odd(random, bits), e), i, random);
    }

    /** Factors whose product has about the bits of the aim, at about its place. */
    private void product(Dyadic aim, long[] codes, RandomGenerator random) {
        int bits = Math.max(aim.bits(), 1);
        int first = Draws.between(random, 1, Math.max(1, Math.min(lines[0].precision, bits)));
        int second = Math.max(1, Math.min(lines[1].precision, bits - first + Draws.below(random, 2)));
        int e = aim.signum() == 0 ? 0 : aim.exponent() + aim.significand().getLowestSetBit();
        int half = factorExponent(e, random);
        Dyadic x = Dyadic.of(Draws.odd(random, Math.min(first, 62)), half);
        Dyadic y = Dyadic.of(Draws.odd(random, Math.min(second, 62)), e - half);
        codes[0] = lines[0].nearest(signed(x, 0, random));
        codes[1] = lines[1].nearest(signed(y, 1, random));
    }

    /** A tie with a little added, or whatever is as near as the operands allow. */
    private void drawNear(long[] codes, RandomGenerator random) {
        Dyadic aim = aim(CodeClass.TARGET_MIDPOINT, random);
        if (operation == ScalarOperation.FMA && Draws.coin(random)) {
            // the product is the tie, the addend tiny; or the addend is just above a number and the product half a step
            product(aim, codes, random);
            Dyadic p = lines[0].value(codes[0]).times(lines[1].value(codes[1]));
            int e = (p.signum() == 0 ? 0 : p.binade()) - result.precision - 5 - Draws.below(random, 60);
            codes[2] = lines[2].nearest(signed(significand(2, random).scaled(e), 2, random));
            return;
        }
        if (operation == ScalarOperation.CONVERT) {
            codes[0] = lines[0].stepped(aim, Draws.coin(random) ? 1 : -1);
            return;
        }
        int step = result.magnitude(result.after(Math.max(0, result.floor(aim.abs()))))
                .minus(result.magnitude(Math.max(0, result.floor(aim.abs()))))
                .binade();
        Dyadic little = signed(Dyadic.of(1, step - 5 - Draws.below(random, 20)), 0, random);
        solve(aim.plus(little), codes, random);
    }
}
