package org.bitexact.testkit;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.format.ScalarFormat;

/**
 * Draws vectors for dot products and matrices for products, with a chosen dynamic range and a chosen cancellation.
 *
 * <p><b>Range</b>: the products' binades lie in a window of so many binades, as far as the formats reach; the larger the
 * range, the more the order of summation and the width of the accumulator matter. <b>Cancellation</b> of <i>n</i> bits:
 * the sum of the magnitudes of the products is at least {@code 2^n} times the magnitude of their sum, the <i>condition
 * number</i>; from three products on, and as far as the formats have numbers that small. Signed formats only can cancel.
 *
 * <p><b>Extremes</b>, instead of both: operands from the ends of their formats; all zeros or all smallest numbers, largest
 * numbers of both signs, infinities and NaNs among numbers.
 *
 * <p>Operands are a function of the random bits, or of a seed and a number. But for extremes they are finite.
 *
 * <p><b>Thread safety</b>: immutable; a random source belongs to its caller.
 *
 * @since 0.1
 */
public final class VectorGenerator {
    private final NumberLine a;
    private final NumberLine b;
    private final NumberLine c;
    private final int range;
    private final int cancellation;
    /** Codes of any class for A, B and C, if extremes are drawn. */
    private final List<CodeGenerator> extremes;

    private VectorGenerator(
            NumberLine a, NumberLine b, NumberLine c, int range, int cancellation, List<CodeGenerator> extremes) {
        this.a = a;
        this.b = b;
        this.c = c;
        this.range = range;
        this.cancellation = cancellation;
        this.extremes = extremes;
    }

    /**
     * Operands of a matrix product D = A·B + C, row-major; a dot product is one with m = n = 1.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A, rows of B
     * @param a codes of A, m * k
     * @param b codes of B, k * n
     * @param c codes of C, m * n
     * @since 0.1
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Operands(int m, int n, int k, long[] a, long[] b, long[] c) {}

    /**
     * {@return a generator with a range of 8 binades, without cancellation beyond chance}
     *
     * @param a format of A
     * @param b format of B
     * @param c format of C
     */
    public static VectorGenerator of(ScalarFormat a, ScalarFormat b, ScalarFormat c) {
        return new VectorGenerator(
                new NumberLine(Objects.requireNonNull(a, "a")),
                new NumberLine(Objects.requireNonNull(b, "b")),
                new NumberLine(Objects.requireNonNull(c, "c")),
                8,
                0,
                List.of());
    }

    /** {@return the formats of A, B and C} */
    public List<ScalarFormat> formats() {
        return List.of(a.format, b.format, c.format);
    }

    /**
     * {@return this generator with another dynamic range}
     *
     * @param binades width of the window of the products' binades, 0 or more
     */
    public VectorGenerator range(int binades) {
        if (binades < 0) {
            throw new IllegalArgumentException("binades must not be negative: " + binades);
        }
        return new VectorGenerator(a, b, c, binades, cancellation, List.of());
    }

    /**
     * {@return this generator with cancellation}
     *
     * @param bits logarithm of the least condition number, 0 or more
     */
    public VectorGenerator cancellation(int bits) {
        if (bits < 0) {
            throw new IllegalArgumentException("bits must not be negative: " + bits);
        }
        return new VectorGenerator(a, b, c, range, bits, List.of());
    }

    /** {@return a generator of extremes of these formats} */
    public VectorGenerator extremes() {
        List<CodeGenerator> any =
                Stream.of(a, b, c).map(line -> CodeGenerator.of(line.format)).toList();
        return new VectorGenerator(a, b, c, range, cancellation, any);
    }

    /**
     * {@return operands of a dot product}
     *
     * @param k number of products, 0 or more
     * @param random source of random bits, of which only {@code nextLong} is used
     */
    public Operands next(int k, RandomGenerator random) {
        return next(1, 1, k, random);
    }

    /**
     * {@return operands of a matrix product}
     *
     * @param m rows of A, at least 1
     * @param n columns of B, at least 1
     * @param k columns of A, 0 or more
     * @param random source of random bits, of which only {@code nextLong} is used
     */
    public Operands next(int m, int n, int k, RandomGenerator random) {
        if (m < 1 || n < 1 || k < 0) {
            throw new IllegalArgumentException(
                    "m and n must be at least 1, k not negative: " + m + ", " + n + ", " + k);
        }
        Operands to = new Operands(m, n, k, new long[m * k], new long[k * n], new long[m * n]);
        if (!extremes.isEmpty()) {
            int kind = Draws.below(random, 4);
            fill(a, extremes.get(0), to.a, kind, random);
            fill(b, extremes.get(1), to.b, kind, random);
            fill(c, extremes.get(2), to.c, Draws.below(random, 4) > 0 ? kind : Draws.below(random, 4), random);
            return to;
        }
        int[] place = shuffled(k, random);
        boolean cancels = cancellation > 0 && k >= 3 && (a.signed || b.signed);
        int pairs = cancels ? (k - 1) / 2 : 0;
        int top = middle();
        for (int i = 0; i < k; i++) {
            // the window's upper and lower end are among the first products
            int below = i == 0 ? 0 : i == 2 ? range : Draws.below(random, range + 1);
            boolean rest = cancels && i >= 2 * pairs;
            // k products of less than 2^(top + 3) each, a rest of less than 2^(e + 3)
            int e = rest ? top - range - cancellation - 3 : top - below;
            if (i % 2 == 1 && i < 2 * pairs) {
                mirror(to, place[i - 1], place[i]);
            } else {
                draw(to, place[i], e, random);
            }
        }
        for (int i = 0; i < m * n; i++) {
            to.c[i] = cancels
                    ? c.code(false, 0)
                    : c.nearest(significand(c, random).scaled(top - range));
        }
        return to;
    }

    /**
     * {@return the operands of a number in the sequence of a seed}
     *
     * @param k number of products
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public Operands at(int k, long seed, long index) {
        return next(k, Draws.source(seed, index));
    }

    /**
     * {@return the matrices of a number in the sequence of a seed}
     *
     * @param m rows of A, at least 1
     * @param n columns of B, at least 1
     * @param k columns of A, 0 or more
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public Operands at(int m, int n, int k, long seed, long index) {
        return next(m, n, k, Draws.source(seed, index));
    }

    /**
     * {@return the sequence of a seed; endless}
     *
     * @param k number of products
     * @param seed any number
     */
    public Stream<Operands> operands(int k, long seed) {
        return LongStream.iterate(0, i -> i + 1).mapToObj(i -> at(k, seed, i));
    }

    /** The binade of the largest products: near one, or where the formats' ranges overlap with the window. */
    private int middle() {
        int high =
                a.magnitude(a.last(false)).binade() + b.magnitude(b.last(false)).binade() - 2;
        int low = a.magnitude(a.first()).binade() + b.magnitude(b.first()).binade();
        return Math.min(high, Math.max(range / 2, low + range + cancellation + 3));
    }

    private static void fill(NumberLine line, CodeGenerator any, long[] codes, int kind, RandomGenerator random) {
        boolean negative = Draws.coin(random);
        boolean oneSign = Draws.below(random, 4) > 0; // sums of zeros keep it
        for (int i = 0; i < codes.length; i++) {
            codes[i] = switch (kind) {
                case 0 -> line.code(negative, line.hasZero() ? 0 : line.first());
                case 1 -> line.code(negative, line.first());
                case 2 -> line.code(negative, line.last(negative));
                default -> any.next(random);
            };
            negative = oneSign ? negative : Draws.coin(random);
        }
    }

    /** Row i of B, and column i of A. */
    private void draw(Operands to, int i, int e, RandomGenerator random) {
        int share = clamp(a, Math.floorDiv(e, 2) + Draws.between(random, -2, 2));
        share = e - clamp(b, e - share);
        for (int row = 0; row < to.m; row++) {
            to.a[row * to.k + i] = a.nearest(significand(a, random).scaled(share));
        }
        for (int column = 0; column < to.n; column++) {
            to.b[i * to.n + column] = b.nearest(significand(b, random).scaled(e - share));
        }
    }

    private static int clamp(NumberLine line, int binade) {
        int low = line.magnitude(line.first()).binade();
        int high = line.magnitude(line.last(false)).binade() - 1;
        return Math.max(low, Math.min(high, binade));
    }

    /** The same products with the opposite sign. */
    private void mirror(Operands to, int from, int i) {
        for (int row = 0; row < to.m; row++) {
            long code = to.a[row * to.k + from];
            to.a[row * to.k + i] = a.signed ? a.code(!a.isNegative(code), a.number(code)) : code;
        }
        for (int column = 0; column < to.n; column++) {
            long code = to.b[from * to.n + column];
            to.b[i * to.n + column] = a.signed ? code : b.code(!b.isNegative(code), b.number(code));
        }
    }

    private static Dyadic significand(NumberLine line, RandomGenerator random) {
        int bits = Math.min(line.precision, 62);
        Dyadic x = Dyadic.of(random.nextLong() >>> 64 - bits | 1L << bits - 1, 1 - bits);
        return line.signed && Draws.coin(random) ? x.negate() : x;
    }

    private static int[] shuffled(int k, RandomGenerator random) {
        int[] place = new int[k];
        for (int i = 0; i < k; i++) {
            int j = Draws.below(random, i + 1);
            place[i] = place[j];
            place[j] = i;
        }
        return place;
    }

    /**
     * {@return the condition number of the first element's sum, without the addend: sum of magnitudes over magnitude of the
     * sum; infinity if the sum is zero and a product is not, 1 without products}
     *
     * @param operands finite operands of these formats
     */
    public double conditionNumber(Operands operands) {
        Dyadic sum = Dyadic.ZERO;
        Dyadic magnitudes = Dyadic.ZERO;
        for (int i = 0; i < operands.k; i++) {
            Dyadic p = a.value(operands.a[i]).times(b.value(operands.b[i * operands.n]));
            sum = sum.plus(p);
            magnitudes = magnitudes.plus(p.abs());
        }
        if (magnitudes.signum() == 0) {
            return 1;
        }
        if (sum.signum() == 0) {
            return Double.POSITIVE_INFINITY;
        }
        Dyadic q = magnitudes.quotientToOdd(sum.abs(), 60);
        BigInteger significand = q.significand();
        int excess = Math.max(0, significand.bitLength() - 60);
        return Math.scalb(significand.shiftRight(excess).doubleValue(), q.exponent() + excess);
    }

    @Override
    public String toString() {
        return "VectorGenerator[" + a.format + ", " + b.format + ", " + c.format + ", range " + range
                + (!extremes.isEmpty() ? ", extremes]" : ", cancellation " + cancellation + "]");
    }
}
