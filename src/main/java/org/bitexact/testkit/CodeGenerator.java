package org.bitexact.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * Draws codes of a format, if wanted aimed at the places where the conversion to another format changes.
 *
 * <p>A code is a function of the random bits it is given, or of a seed and its number; every code of a class that is asked
 * for belongs to it. Without a class, all classes that exist take part, those of the target in two draws of three.
 *
 * <p>Works for any scalar formats: floats of all widths and special-value policies, integers, scaled integers.
 *
 * <p><b>Thread safety</b>: immutable; a random source belongs to its caller.
 *
 * @since 0.1
 */
public final class CodeGenerator {
    private static final int TRIES = 200;
    private static final int SEARCH = 2000;
    private static final int[] STEPS = {-2, -1, 1, 2};

    private final NumberLine line;
    private final @Nullable NumberLine target;
    /** The classes that exist, each with one of its codes. */
    private final Map<CodeClass, Long> examples;

    private final List<CodeClass> own = new ArrayList<>();
    private final List<CodeClass> aimed = new ArrayList<>();

    private CodeGenerator(ScalarFormat format, @Nullable ScalarFormat target) {
        line = new NumberLine(Objects.requireNonNull(format, "format"));
        this.target = target == null ? null : new NumberLine(target);
        Map<CodeClass, Long> found = new EnumMap<>(CodeClass.class);
        long[] code = new long[1];
        for (CodeClass c : CodeClass.values()) {
            if (c.isAimed() && target == null) {
                continue;
            }
            RandomGenerator random = Draws.source(0, c.ordinal());
            for (int i = 0; i < SEARCH; i++) {
                if (draws(c, random, code)) {
                    found.put(c, code[0]);
                    (c.isAimed() ? aimed : own).add(c);
                    break;
                }
            }
        }
        examples = Collections.unmodifiableMap(found);
    }

    /**
     * {@return a generator of a format's codes}
     *
     * @param format the format
     */
    public static CodeGenerator of(ScalarFormat format) {
        return new CodeGenerator(format, null);
    }

    /**
     * {@return a generator of codes that are hard to convert}
     *
     * @param source the format of the codes
     * @param target the format they are to be converted to
     */
    public static CodeGenerator of(ScalarFormat source, ScalarFormat target) {
        return new CodeGenerator(source, Objects.requireNonNull(target, "target"));
    }

    /**
     * {@return binary64 values that are hard to convert to a format, NaNs included; endless}
     *
     * @param target the format
     * @param seed any number
     */
    public static DoubleStream doubles(ScalarFormat target, long seed) {
        return of(Formats.BINARY64, target).codes(seed).mapToDouble(Double::longBitsToDouble);
    }

    /** {@return the format of the codes} */
    public ScalarFormat format() {
        return line.format;
    }

    /** {@return the classes that have a code here} */
    public Set<CodeClass> classes() {
        return examples.keySet();
    }

    /**
     * {@return a code of any class}
     *
     * @param random source of random bits, of which only {@code nextLong} is used
     */
    public long next(RandomGenerator random) {
        List<CodeClass> from = aimed.isEmpty() || Draws.below(random, 3) == 0 ? own : aimed;
        return next(from.get(Draws.below(random, from.size())), random);
    }

    /**
     * {@return a code of a class}
     *
     * @param wanted one of {@link #classes()}
     * @param random source of random bits, of which only {@code nextLong} is used
     * @throws IllegalArgumentException if the class has no code here
     */
    public long next(CodeClass wanted, RandomGenerator random) {
        Long example = examples.get(wanted);
        if (example == null) {
            throw new IllegalArgumentException(
                    "class must be one of " + examples.keySet() + " for " + this + ": " + wanted);
        }
        long[] code = new long[1];
        for (int i = 0; i < TRIES; i++) {
            if (draws(wanted, random, code)) {
                return code[0];
            }
        }
        return example;
    }

    /**
     * {@return the code of a number in the sequence of a seed}
     *
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public long at(long seed, long index) {
        return next(Draws.source(seed, index));
    }

    /**
     * {@return the code of a class of a number in the sequence of a seed}
     *
     * @param wanted one of {@link #classes()}
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public long at(CodeClass wanted, long seed, long index) {
        return next(wanted, Draws.source(seed, index));
    }

    /**
     * {@return the sequence of a seed; endless}
     *
     * @param seed any number
     */
    public LongStream codes(long seed) {
        return LongStream.iterate(0, i -> i + 1).map(i -> at(seed, i));
    }

    /**
     * {@return the codes that no test should leave out, each once, the simplest first: zeros, ones, limits and their
     * neighbours, infinities, NaNs; with a target also its overflow and underflow}
     */
    public long[] landmarks() {
        Simplicity order = Simplicity.of(line.format);
        Set<Long> codes = new TreeSet<>(order::compare);
        for (CodeClass c : examples.keySet()) {
            int count = switch (c) {
                case ZERO, INFINITY -> 16;
                case LIMIT, TARGET_OVERFLOW, TARGET_UNDERFLOW -> 64;
                case QUIET_NAN, SIGNALING_NAN -> 4;
                case NEIGHBOUR, TARGET_MIDPOINT -> 8;
                default -> 0;
            };
            for (int i = 0; i < count; i++) {
                codes.add(at(c, 0, i));
            }
        }
        codes.add(line.nearest(Dyadic.of(1, 0)));
        codes.add(line.nearest(Dyadic.of(-1, 0)));
        return codes.stream().mapToLong(Long::longValue).toArray();
    }

    // ------------------------------------------------------------------ draws

    /** Draws a code; false if it missed the class. */
    private boolean draws(CodeClass c, RandomGenerator random, long[] out) {
        if (c.isAimed()) {
            return drawsAimed(c, Objects.requireNonNull(target), random, out);
        }
        boolean negative = Draws.coin(random) && line.signed;
        FloatFormat f = line.format instanceof FloatFormat g ? g : null;
        long last = line.last(negative);
        switch (c) {
            case ZERO -> {
                out[0] = line.code(negative, 0);
                return line.hasZero();
            }
            case SMALL_INTEGER -> {
                return exact(Dyadic.of(1 + Draws.below(random, 16), 0), negative, out);
            }
            case POWER_OF_TWO -> {
                return exact(Dyadic.of(1, binade(random)), negative, out);
            }
            case SHORT -> {
                long bits = 1 + 2 * Draws.below(random, 4);
                return exact(Dyadic.of(bits, binade(random) - Draws.below(random, 3)), negative, out);
            }
            case SUBNORMAL -> {
                if (f == null || !f.hasSubnormals()) {
                    return false;
                }
                out[0] = line.code(negative, 1 + Draws.below(random, f.trailingMask()));
                return true;
            }
            case LIMIT -> {
                out[0] = line.code(negative, limit(negative, random));
                return true;
            }
            case NEIGHBOUR -> {
                Dyadic near =
                        Draws.coin(random) ? line.magnitude(limit(negative, random)) : Dyadic.of(1, binade(random));
                out[0] = line.stepped(negative ? near.negate() : near, STEPS[Draws.below(random, 4)]);
                return true;
            }
            case INFINITY -> {
                if (f == null || !f.hasInfinity()) {
                    return false;
                }
                out[0] = f.infinityCode() | (negative ? f.signMask() : 0);
                return true;
            }
            case QUIET_NAN, SIGNALING_NAN -> {
                return f != null && drawsNan(f, c == CodeClass.SIGNALING_NAN, random, out);
            }
            case UNIFORM_CODE -> {
                out[0] = random.nextLong() & line.format.codeMask();
                return true;
            }
            case UNIFORM_BINADE -> {
                out[0] = line.code(negative, inBinade(f, last, random));
                return line.number(out[0]) <= last;
            }
            default -> { // UNIFORM_VALUE
                Dyadic part = Dyadic.of(random.nextLong() >>> 1, -63);
                out[0] = line.code(
                        negative, Math.max(0, line.floor(line.magnitude(last).times(part))));
                return line.hasZero() || line.number(out[0]) >= line.first();
            }
        }
    }

    private boolean exact(Dyadic magnitude, boolean negative, long[] out) {
        Dyadic value = negative ? magnitude.negate() : magnitude;
        out[0] = line.nearest(value);
        return line.value(out[0]).isEqualTo(value);
    }

    /** The exponent of a number's binade. */
    private int binade(RandomGenerator random) {
        int low = line.magnitude(line.first()).binade();
        int high = line.magnitude(line.last(false)).binade();
        // half of the draws near one
        return Draws.coin(random)
                ? Draws.between(random, low, high)
                : Math.max(low, Math.min(high, Draws.between(random, -4, 4)));
    }

    private long limit(boolean negative, RandomGenerator random) {
        long last = line.last(negative);
        if (!(line.format instanceof FloatFormat f)) {
            return last;
        }
        long normal = f.minNormalCode();
        return switch (Draws.below(random, 4)) {
            case 0 -> line.first();
            case 1 -> f.hasSubnormals() ? f.trailingMask() : normal;
            case 2 -> normal;
            default -> last;
        };
    }

    private static boolean drawsNan(FloatFormat f, boolean signaling, RandomGenerator random, long[] out) {
        if (!f.hasNan()) {
            return false;
        }
        long bits = random.nextLong();
        boolean payloads = f.quietBit() != 0;
        long code = f.nanCode();
        if (payloads) {
            // the lowest or the highest payload bits alone as often as any
            long payload = switch (Draws.below(random, 4)) {
                case 0 -> 0;
                case 1 -> 1;
                case 2 -> f.quietBit() >>> 1;
                default -> bits;
            };
            code = f.infinityCode() | payload & f.trailingMask();
            code = signaling ? code & ~f.quietBit() : code | f.quietBit();
        }
        out[0] = f.hasSingleNan() || bits >= 0 ? code : code | f.signMask();
        return f.isNan(out[0]) && f.isSignalingNan(out[0]) == signaling;
    }

    private long inBinade(@Nullable FloatFormat f, long last, RandomGenerator random) {
        if (f == null) {
            int bits = Draws.below(random, 65 - Long.numberOfLeadingZeros(last));
            return bits == 0 ? 0 : random.nextLong() >>> 64 - bits | 1L << bits - 1;
        }
        long field = Draws.below(random, (f.maxFiniteCode() >>> f.trailingBits()) + 1);
        return field << f.trailingBits() | random.nextLong() & f.trailingMask();
    }

    private boolean drawsAimed(CodeClass c, NumberLine to, RandomGenerator random, long[] out) {
        boolean negative = Draws.coin(random) && line.signed && to.signed;
        Dyadic point = aim(c, to, negative, random);
        if (c == CodeClass.TARGET_NUMBER || c == CodeClass.TARGET_MIDPOINT) {
            return exact(point, negative, out);
        }
        if (c == CodeClass.BESIDE_TARGET_NUMBER || c == CodeClass.BESIDE_TARGET_MIDPOINT) {
            out[0] = line.stepped(negative ? point.negate() : point, STEPS[1 + Draws.below(random, 2)]);
            Dyadic reached = line.value(out[0]);
            boolean there = c == CodeClass.BESIDE_TARGET_NUMBER ? to.holds(reached) : to.isMidpoint(reached.abs());
            return !there && isNextTo(point, out[0]);
        }
        out[0] = line.stepped(negative ? point.negate() : point, Draws.below(random, 3) - 1);
        return isNextTo(point, out[0]);
    }

    /** Whether a magnitude lies within one step of a code, the larger of the steps on its two sides. */
    private boolean isNextTo(Dyadic magnitude, long code) {
        long n = line.number(code);
        Dyadic x = line.magnitude(n);
        Dyadic above = line.magnitude(line.after(n)).minus(x);
        Dyadic below = n > line.first() ? x.minus(line.magnitude(n - 1)) : above;
        Dyadic step = above.compareTo(below) > 0 ? above : below;
        return x.minus(magnitude).abs().compareTo(step) <= 0;
    }

    /** A magnitude of the kind that a class is about, in the target's terms. */
    static Dyadic aim(CodeClass c, NumberLine to, boolean negative, RandomGenerator random) {
        long last = to.last(negative);
        return switch (c) {
            case TARGET_NUMBER, BESIDE_TARGET_NUMBER -> to.magnitude(any(to, last, random));
            case TARGET_MIDPOINT, BESIDE_TARGET_MIDPOINT ->
                to.midpoint(Math.max(any(to, last, random), to.firstBelowMidpoint()));
            case TARGET_OVERFLOW ->
                switch (Draws.below(random, 3)) {
                    case 0 -> to.magnitude(last);
                    case 1 -> to.midpoint(last);
                    default -> to.magnitude(last + 1);
                };
            default ->
                switch (Draws.below(random, 3)) {
                    case 0 -> to.firstBelowMidpoint() == 0 && to.hasZero() ? to.midpoint(0) : to.magnitude(to.first());
                    case 1 -> to.smallestNormal();
                    // in steps of half an ulp below: the last midpoint, if exponents had no bound
                    default -> to.smallestNormal().minus(to.smallestNormal().scaled(-to.precision - 1));
                };
        };
    }

    /** A number of a line; those near one, the smallest and the subnormal ones more often than by chance. */
    private static long any(NumberLine to, long last, RandomGenerator random) {
        long low = to.hasZero() ? 0 : to.first();
        int way = Draws.below(random, 8);
        if (way == 0) {
            return Draws.coin(random) ? low : to.first();
        }
        if (to.format instanceof FloatFormat f && way == 1 && f.hasSubnormals()) {
            return Math.min(last, 1 + Draws.below(random, f.trailingMask()));
        }
        if (to.format instanceof FloatFormat f && way < 5) {
            // a binade near one, if there is such a thing
            long field = Math.max(0, Math.min(last >>> f.trailingBits(), f.bias() + Draws.between(random, -6, 6)));
            long n = field << f.trailingBits() | random.nextLong() & f.trailingMask();
            return n < to.first() ? low : Math.min(n, last);
        }
        long n = low + (last == Long.MAX_VALUE ? random.nextLong() >>> 1 : Draws.below(random, last - low + 1));
        return n < to.first() ? low : n;
    }

    @Override
    public String toString() {
        return "CodeGenerator[" + line.format + (target == null ? "" : " -> " + target.format) + "]";
    }
}
