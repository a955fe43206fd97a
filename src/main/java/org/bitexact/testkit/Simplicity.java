package org.bitexact.testkit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * How simple a code is for somebody who reads it, as a total order of the codes of a format, and shrinking along it.
 *
 * <p>From the simplest on:
 *
 * <ol>
 *   <li>zero,
 *   <li>the integers of magnitude 1 to 16, the smaller magnitude first,
 *   <li>other powers of two, those nearer to one first,
 *   <li>other normal numbers (of integer formats, all others): those of fewer significand bits first, then those whose
 *       binade is nearer to one,
 *   <li>subnormal numbers in the same way,
 *   <li>-0,
 *   <li>codes that stand for zero a second time, as those of formats that flush,
 *   <li>infinities,
 *   <li>NaNs, the canonical one first.
 * </ol>
 *
 * <p>Of two that are still alike, the positive one comes first, then the smaller code.
 *
 * <p><b>Shrinking</b> takes a code that fails and returns one that fails too and is at least as simple. In formats of at
 * most 16 bits it is the simplest of all codes that fail. In wider ones it is a code none of whose simpler relatives
 * fails: small integers, powers of two, and the numbers it becomes when bits are cut, its binade is moved toward one or its
 * sign is dropped.
 *
 * <p><b>Thread safety</b>: immutable, apart from a table filled on first use.
 *
 * @since 0.1
 */
public final class Simplicity {
    private static final int SMALL = 16;
    /** In wide formats, powers of two up to this exponent are tried for every number. */
    private static final int POWERS = 127;

    // tiers
    private static final int INTEGER = 1;
    private static final int POWER = 2;
    private static final int NORMAL = 3;
    private static final int SUBNORMAL = 4;
    private static final int NEGATIVE_ZERO = 5;
    private static final int OTHER_ZERO = 6;
    private static final int INFINITE = 7;
    private static final int NAN = 8;

    private final NumberLine line;
    private volatile long @Nullable [] sorted;

    private Simplicity(ScalarFormat format) {
        line = new NumberLine(Objects.requireNonNull(format, "format"));
    }

    /**
     * {@return the order of a format's codes}
     *
     * @param format the format
     */
    public static Simplicity of(ScalarFormat format) {
        return new Simplicity(format);
    }

    /** {@return the format} */
    public ScalarFormat format() {
        return line.format;
    }

    /**
     * Compares two codes.
     *
     * @param a a code
     * @param b a code
     * @return a negative number, zero or a positive number as {@code a} is simpler, the same or less simple
     * @throws IllegalArgumentException if a code does not fit the format
     */
    public int compare(long a, long b) {
        return ranked(a).compareTo(ranked(b));
    }

    /**
     * {@return the place of a code in the order, as numbers that are not negative and compare one after the other: the
     * simpler code has the smaller first number that differs}
     *
     * @param code a code
     */
    public long[] rank(long code) {
        return new long[] {key(code), code >>> 32, code & 0xffff_ffffL};
    }

    /** {@return the order as a comparator} */
    public Comparator<Long> comparator() {
        return this::compare;
    }

    /** All but the code itself, in one number: tier, bits, distance from one, sign. */
    private long key(long code) {
        line.format.requireCode(code);
        if (line.format instanceof FloatFormat f) {
            long negative = f.isSignMinus(code) ? 1 : 0;
            if (f.isNan(code)) {
                return key(NAN, code == f.nanCode() ? 0 : 1, 0, negative);
            }
            if (f.isInfinite(code)) {
                return key(INFINITE, 0, 0, negative);
            }
            if (f.isZero(code)) {
                long magnitude = code & f.magnitudeMask();
                return key(magnitude != 0 ? OTHER_ZERO : negative == 0 ? 0 : NEGATIVE_ZERO, 0, 0, negative);
            }
        }
        Dyadic v = line.value(code);
        long negative = v.signum() < 0 ? 1 : 0;
        if (v.signum() == 0) {
            return key(0, 0, 0, 0);
        }
        int binade = v.binade();
        int lowest = binade - v.bits() + 1;
        if (lowest >= 0 && v.abs().compareTo(Dyadic.of(SMALL, 0)) <= 0) {
            return key(INTEGER, v.floorInUnitsOf(0).intValue(), 0, negative);
        }
        boolean subnormal = line.format instanceof FloatFormat f && f.isSubnormal(code);
        int tier = subnormal ? SUBNORMAL : v.bits() == 1 ? POWER : NORMAL;
        // positive exponents before negative ones of the same size
        int distance = 2 * Math.abs(binade) + (binade < 0 ? 1 : 0);
        return key(tier, v.bits(), distance, negative);
    }

    private static long key(int tier, int bits, int distance, long negative) {
        return (long) tier << 40 | (long) bits << 32 | (long) distance << 1 | negative;
    }

    /**
     * {@return simpler codes that are related to a code, the simplest first; in formats of at most 16 bits all simpler
     * codes}
     *
     * @param code a code
     */
    public LongStream simpler(long code) {
        line.format.requireCode(code);
        if (line.format.width() <= 16) {
            long[] all = sorted();
            // few come before the simple ones, so there is no need to search
            return LongStream.of(all).takeWhile(c -> c != code);
        }
        Ranked self = ranked(code);
        return relatives(code)
                .distinct()
                .mapToObj(this::ranked)
                .filter(c -> c.compareTo(self) < 0)
                .sorted()
                .mapToLong(Ranked::code);
    }

    private Ranked ranked(long code) {
        return new Ranked(key(code), code);
    }

    /** A code with its key, which takes time to compute. */
    private record Ranked(long key, long code) implements Comparable<Ranked> {
        @Override
        public int compareTo(Ranked other) {
            int byKey = Long.compare(key, other.key);
            return byKey != 0 ? byKey : Long.compareUnsigned(code, other.code);
        }
    }

    private long[] sorted() {
        long[] all = sorted;
        if (all == null) {
            int n = 1 << line.format.width();
            long[] keys = new long[n];
            for (int c = 0; c < n; c++) {
                keys[c] = key(c) << 16 | c; // 44 bits and 16
            }
            Arrays.sort(keys);
            all = Arrays.stream(keys).map(k -> k & 0xffff).toArray();
            sorted = all;
        }
        return all;
    }

    /** Codes made by what makes numbers simpler; some may be less simple, or the code itself. */
    private LongStream relatives(long code) {
        LongStream.Builder out = LongStream.builder();
        for (int n = 0; n <= SMALL; n++) {
            out.add(line.nearest(Dyadic.of(n, 0)));
        }
        if (line.format instanceof FloatFormat f) {
            if (f.hasNan()) {
                out.add(f.nanCode());
            }
            if (f.hasInfinity()) {
                out.add(f.infinityCode());
            }
            out.add(code & ~f.signMask());
            out.add(line.code(true, 0));
            out.add(f.minNormalCode());
            out.add(Math.max(f.minNormalCode() - 1, 0));
            for (int i = 0; i < f.trailingBits(); i++) {
                out.add(code & -1L << i);
                out.add(code & ~(1L << i));
            }
            if (!f.isFinite(code)) {
                return out.build();
            }
        } else if (((IntFormat) line.format).signed()) {
            out.add(line.code(false, line.number(code)));
        }
        out.add(line.code(false, line.last(false)));
        Dyadic v = line.value(code);
        if (v.signum() == 0) {
            return out.build();
        }
        for (int e = -POWERS; e <= POWERS; e++) {
            out.add(line.nearest(Dyadic.of(1, e)));
            out.add(line.nearest(Dyadic.of(-1, e)));
        }
        int binade = v.binade();
        for (int bits = 1; bits < v.bits(); bits++) {
            Dyadic cut = new Dyadic(v.floorInUnitsOf(binade - bits + 1), binade - bits + 1);
            for (Dyadic m : new Dyadic[] {cut, cut.plus(Dyadic.of(1, binade - bits + 1))}) {
                out.add(line.nearest(v.signum() < 0 ? m.negate() : m));
            }
        }
        // the same significand in binades nearer to one
        for (int e = binade; e != 0; e = e / 2) {
            out.add(line.nearest(v.scaled(e - binade)));
            out.add(line.nearest(v.scaled(e - Integer.signum(e) - binade)));
        }
        out.add(line.nearest(v.scaled(-binade)));
        // the power of two alone, and the nearest integers
        out.add(line.nearest(Dyadic.of(v.signum(), binade)));
        Dyadic whole = new Dyadic(v.floorInUnitsOf(0), 0);
        out.add(line.nearest(v.signum() < 0 ? whole.negate() : whole));
        return out.build();
    }

    /**
     * {@return the simplest code that fails, see the class comment}
     *
     * @param code a code that fails
     * @param fails whether a code fails
     * @throws IllegalArgumentException if the code does not fail
     */
    public long shrink(long code, LongPredicate fails) {
        if (!fails.test(line.format.requireCode(code))) {
            throw new IllegalArgumentException("code must fail: " + ScalarFunction.describe(line.format, code));
        }
        long now = code;
        while (true) {
            long from = now;
            long next = simpler(from).filter(fails).findFirst().orElse(from);
            if (next == now) {
                return now;
            }
            now = next;
        }
    }

    /**
     * Shrinks several codes together: each in turn as far as the others allow, until none can be made simpler.
     *
     * @param orders the order of each code
     * @param codes codes that fail together
     * @param fails whether codes fail
     * @return codes that fail and none of which can be shrunk alone
     * @throws IllegalArgumentException if the codes do not fail, or there are not as many orders
     */
    public static long[] shrink(Simplicity[] orders, long[] codes, Predicate<long[]> fails) {
        if (orders.length != codes.length) {
            throw new IllegalArgumentException(
                    "there must be as many orders as codes: " + orders.length + ", " + codes.length);
        }
        long[] now = codes.clone();
        if (!fails.test(now.clone())) {
            throw new IllegalArgumentException("codes must fail: " + Arrays.toString(codes));
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < now.length; i++) {
                int at = i;
                long next = orders[i].shrink(now[i], c -> {
                    long[] trial = now.clone();
                    trial[at] = c;
                    return fails.test(trial);
                });
                changed |= next != now[i];
                now[i] = next;
            }
        }
        return now;
    }
}
