package org.bitexact.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;

/** The questions about floating-point engines. */
final class FloatQuestions extends Questions {
    /** Elements of the vectors that reveal the order. */
    private static final int LENGTH = Shapes.LENGTH;
    /** Elements beyond which no step reaches. */
    private static final int FARTHEST = 80;
    /** Places of three products of one step, in engines that deal elements to several. */
    private static final int[][] TRIPLES = {{0, 1, 2}, {0, 1, 4}, {0, 2, 4}};

    /** Two bits more than any engine keeps that aligns products of such formats. */
    private static final int LEAST_ROOM = 27;

    private static final int DEEPEST = 60;
    private static final int MAX_TAIL = 23;

    private final FloatFormat a;
    private final FloatFormat b;
    private final FloatFormat c;
    private final FloatFormat d;

    FloatQuestions(Engine formats) {
        super(formats);
        a = (FloatFormat) formats.formatA();
        b = (FloatFormat) formats.formatB();
        c = (FloatFormat) formats.formatC();
        d = (FloatFormat) formats.formatD();
        Map<Integer, Integer> tree = askTree();
        int pairs = askPairs();
        ask(Probe.TERMS, results -> {
            List<Spec> shapes = shapes(tree, results);
            if (!shapes.isEmpty()) {
                return either(shapes, spec -> Integer.toString(spec.terms()));
            }
            int n = tree.isEmpty() ? together(pairs, results) : 0;
            return n == 0 ? Fingerprint.UNRESOLVED : Integer.toString(n);
        });
        ask(Probe.ORDER, results -> {
            List<Spec> shapes = shapes(tree, results);
            if (!shapes.isEmpty()) {
                return either(shapes, Shapes::describe);
            }
            Map<Integer, Integer> leaves = leaves(tree, results);
            return tree.isEmpty() || leaves.containsValue(0)
                    ? Fingerprint.UNRESOLVED
                    : "unlike the catalogue's: " + leaves.values();
        });
        askFractionBits(tree);
        askResult();
        askSubnormals();
        askSpecialValues();
    }

    /** Codes of two factors. */
    private record Factors(long x, long y) {}

    /** {@return factors whose product is a power of two, if there are some} */
    private Optional<Factors> product(int e, boolean negative) {
        int low = Math.max(lowest(a), e - b.emax());
        int high = Math.min(a.emax(), e - lowest(b));
        int half = Math.max(low, Math.min(high, Math.floorDiv(e, 2)));
        if (low > high) {
            return Optional.empty();
        }
        OptionalLong x = power(a, half);
        OptionalLong y = power(b, e - half);
        return x.isPresent() && y.isPresent()
                ? Optional.of(new Factors(x.getAsLong() | (negative ? a.signMask() : 0), y.getAsLong()))
                : Optional.empty();
    }

    /** Vectors that are filled place by place. */
    private static final class Vectors {
        final long[] x;
        final long[] y;

        Vectors(int k) {
            x = new long[k];
            y = new long[k];
        }

        Vectors set(int place, Factors factors) {
            x[place] = factors.x();
            y[place] = factors.y();
            return this;
        }
    }

    /** The largest and the smallest exponent of a power of two that is a product, an addend and a result. */
    private int largestProduct() {
        return Math.min(a.emax() + b.emax(), Math.min(c.emax(), d.emax()) - 2);
    }

    private int smallestProduct() {
        return Math.max(lowest(a) + lowest(b), Math.max(lowest(c), lowest(d)));
    }

    /**
     * The smallest power of two that is used as a number of a format: subnormal numbers only where the range is small,
     * since they may be flushed; no known engine flushes those of 8 bits, or results of binary16.
     */
    private int lowest(FloatFormat format) {
        boolean output = format.width() > 8 && format == d;
        return format.hasSubnormals() && (format.width() <= 8 || output && format.exponentBits() <= 5)
                ? format.subnormalQuantumExponent()
                : format.emin();
    }

    // ------------------------------------------------------------------ order

    /**
     * Adds the cases that reveal the order: a large number at place 0, its negative at place j, ones elsewhere and as the
     * addend; and with the large number as the addend, key -1.
     *
     * @return the cases by j; none if the formats' range is too small to make ones vanish
     */
    private Map<Integer, Integer> askTree() {
        Map<Integer, Integer> tree = new TreeMap<>();
        int high = largestProduct();
        int room = room();
        Optional<Factors> large = product(high, false);
        Optional<Factors> minus = product(high, true);
        Optional<Factors> one = product(high - room, false);
        OptionalLong addend = power(c, high - room);
        if (room < Math.max(d.trailingBits() + 3, LEAST_ROOM)
                || large.isEmpty()
                || minus.isEmpty()
                || one.isEmpty()
                || addend.isEmpty()) {
            return tree;
        }
        for (int j = 1; j < LENGTH; j++) {
            Vectors v = new Vectors(LENGTH);
            for (int i = 0; i < LENGTH; i++) {
                v.set(i, one.get());
            }
            v.set(0, large.get()).set(j, minus.get());
            tree.put(j, add(v.x, v.y, addend.getAsLong()));
        }
        return tree;
    }

    /** How much larger the large number is: so much that ones vanish in an addition and in the widest alignment. */
    private int room() {
        return Math.min(largestProduct() - smallestProduct(), Math.max(50, d.trailingBits() + 8));
    }

    /** {@return the number of products and addends that are added before places 0 and j meet, by j} */
    private Map<Integer, Integer> leaves(Map<Integer, Integer> tree, Results results) {
        double one = Math.scalb(1.0, largestProduct() - room());
        Map<Integer, Integer> leaves = new TreeMap<>();
        tree.forEach((j, index) -> {
            double left = value(results.get(index)) / one;
            // of LENGTH products and the addend, two are large; ones that are left were added later
            leaves.put(j, left >= 0 && left < LENGTH && left == Math.rint(left) ? LENGTH + 1 - (int) left : 0);
        });
        return leaves;
    }

    /** {@return the orders of the catalogue of which these leaves are} */
    private List<Spec> shapes(Map<Integer, Integer> tree, Results results) {
        if (tree.isEmpty()) {
            return List.of();
        }
        Map<Integer, Integer> leaves = leaves(tree, results);
        return Shapes.ALL.stream()
                .filter(spec -> Shapes.leaves(spec).equals(leaves))
                .toList();
    }

    private static String either(List<Spec> shapes, Function<Spec, String> answer) {
        return shapes.stream().map(answer).distinct().collect(Collectors.joining(" or "));
    }

    /**
     * Adds the cases that reveal the length of a step where the range of products is small: two products at places 0 and
     * p, each half a unit of the addend's last place, which count only if they are added together. Before them, one of
     * them alone.
     *
     * @return the first case, or -1 if there are none
     */
    private int askPairs() {
        int first = cases.size();
        OptionalLong large = power(c, d.trailingBits() + 1);
        Optional<Factors> one = product(0, false);
        if (large.isEmpty() || one.isEmpty()) {
            return -1;
        }
        for (int p = 0; p <= FARTHEST; p++) {
            Vectors v = new Vectors(p + 1).set(0, one.get()).set(p, one.get());
            add(v.x, v.y, large.getAsLong());
        }
        return first;
    }

    /** {@return how many products count together; 0 if that cannot be told, since one counts alone, or all count} */
    private int together(int first, Results results) {
        if (first < 0) {
            return 0;
        }
        double alone = Math.scalb(1.0, d.trailingBits() + 1);
        int n = 1;
        while (n <= FARTHEST && value(results.get(first + n)) == alone + 2) {
            n++;
        }
        return value(results.get(first)) != alone || n > FARTHEST ? 0 : n;
    }

    // ------------------------------------------------------------------ bits

    /**
     * Adds the cases that reveal the bits that are kept: a large product, its negative, and a small one; beside them the
     * same with the addend as the negative.
     */
    private void askFractionBits(Map<Integer, Integer> tree) {
        if (isGroupScaled()) {
            askFractionBitsByScales();
            return;
        }
        int high = largestProduct();
        Optional<Factors> large = product(high, false);
        Optional<Factors> minus = product(high, true);
        OptionalLong minusAddend = power(c, high);
        int deepest = Math.min(DEEPEST, high - smallestProduct());
        List<int[]> blocks = new ArrayList<>(); // for each triple, the case of each depth
        for (int[] places : TRIPLES) {
            int[] block = new int[deepest + 1];
            Arrays.fill(block, -1);
            for (int f = 0; f <= deepest && large.isPresent() && minus.isPresent(); f++) {
                Optional<Factors> small = product(high - f, false);
                Vectors v = new Vectors(LENGTH).set(places[0], large.get()).set(places[1], minus.get());
                block[f] = small.isEmpty() ? -1 : add(v.set(places[2], small.get()).x, v.y, 0);
            }
            blocks.add(block);
        }
        int[] withAddend = new int[deepest + 1];
        Arrays.fill(withAddend, -1);
        for (int f = 0; f <= deepest && large.isPresent() && minusAddend.isPresent(); f++) {
            Optional<Factors> small = product(high - f, false);
            Vectors v = new Vectors(2).set(0, large.get());
            withAddend[f] =
                    small.isEmpty() ? -1 : add(v.set(1, small.get()).x, v.y, minusAddend.getAsLong() | c.signMask());
        }
        int[] tails = askTails();
        ask(Probe.FRACTION_BITS, results -> {
            Map<Integer, Integer> leaves = leaves(tree, results);
            int terms =
                    shapes(tree, results).stream().mapToInt(Spec::terms).min().orElse(LENGTH);
            int[] block;
            if (terms == 1) {
                return kept(tails, results, f -> Math.scalb(1.0, -f));
            } else if (terms == 2) {
                block = withAddend;
            } else {
                block = blocks.get(triple(leaves));
            }
            return kept(block, results, f -> Math.scalb(1.0, high - f));
        });
    }

    /** Which of the triples lies within one step. */
    private static int triple(Map<Integer, Integer> leaves) {
        for (int t = 0; t < TRIPLES.length; t++) {
            Integer one = leaves.get(TRIPLES[t][1]);
            Integer two = leaves.get(TRIPLES[t][2]);
            if (one != null
                    && one.equals(two)
                    && one <= leaves.values().stream().mapToInt(i -> i).min().orElse(0)) {
                return t;
            }
        }
        return 0;
    }

    /** Products of two numbers just above one, less all but their lowest bit: cases by the depth of that bit. */
    private int[] askTails() {
        int[] tails = new int[2 * MAX_TAIL + 1];
        Arrays.fill(tails, -1);
        for (int f = 2; f <= 2 * MAX_TAIL; f++) {
            int m = f / 2;
            int n = f - m;
            OptionalLong x = exact(a, 1 + Math.scalb(1.0, -m));
            OptionalLong y = exact(b, 1 + Math.scalb(1.0, -n));
            OptionalLong rest = exact(c, -(1 + Math.scalb(1.0, -m) + Math.scalb(1.0, -n)));
            if (x.isPresent() && y.isPresent() && rest.isPresent()) {
                tails[f] = add(new long[] {x.getAsLong()}, new long[] {y.getAsLong()}, rest.getAsLong());
            }
        }
        return tails;
    }

    /**
     * {@return how deep the small number may lie before it is lost}
     *
     * @param block the case of each depth, -1 for none
     * @param expected the result of each depth if nothing is lost
     */
    private String kept(int[] block, Results results, IntToDoubleFunction expected) {
        int last = -1;
        for (int f = 0; f < block.length; f++) {
            if (block[f] < 0) {
                continue;
            }
            if (value(results.get(block[f])) != expected.applyAsDouble(f)) {
                return last < 0 ? Fingerprint.UNRESOLVED : Integer.toString(last);
            }
            last = f;
        }
        return last < 0 ? Fingerprint.UNRESOLVED : "all, at least " + last;
    }

    private boolean isGroupScaled() {
        return formats.scaling().isPresent() && a.width() <= 4 && b.width() <= 4;
    }

    /** The same where elements have hardly any range, and scales have: groups of 16 with scales far apart. */
    private void askFractionBitsByScales() {
        Scaling scaling = formats.scaling().orElseThrow();
        FloatFormat scale = scaling.format();
        int block = scaling.blockLength();
        int high = Math.min(scale.emax(), 40);
        int lowestScale = Math.max(scale.subnormalQuantumExponent(), -80);
        long one = power(a, 0).orElseThrow();
        Map<Integer, Integer> byDepth = new TreeMap<>();
        for (int f = 0; f <= DEEPEST; f++) {
            // the small product is 2^(2 * high - f), of two scales and, for the last two bits, of elements of one half
            int e = 2 * high - f;
            for (int halves = 0; halves <= 2 && !byDepth.containsKey(f); halves++) {
                int left = e + halves;
                int first = Math.max(lowestScale, Math.min(high, Math.floorDiv(left, 2)));
                OptionalLong x = power(scale, first);
                OptionalLong y = power(scale, left - first);
                if (x.isEmpty() || y.isEmpty()) {
                    continue;
                }
                Vectors v = new Vectors(LENGTH);
                v.set(0, new Factors(one, one)).set(16, new Factors(one | a.signMask(), one));
                v.set(32, new Factors(halves > 0 ? half(a) : one, halves > 1 ? half(b) : one));
                long[] sx = scales(LENGTH);
                long[] sy = scales(LENGTH);
                for (int place : new int[] {0, 16}) {
                    sx[place / block] = power(scale, high).orElseThrow();
                    sy[place / block] = power(scale, high).orElseThrow();
                }
                sx[32 / block] = x.getAsLong();
                sy[32 / block] = y.getAsLong();
                byDepth.put(f, add(new DotCase(v.x, v.y, 0, sx, sy)));
            }
        }
        ask(Probe.FRACTION_BITS, results -> {
            int[] depths = new int[DEEPEST + 1];
            Arrays.fill(depths, -1);
            byDepth.forEach((f, index) -> depths[f] = index);
            return kept(depths, results, f -> Math.scalb(1.0, 2 * high - f));
        });
    }

    private static long half(FloatFormat format) {
        return Codec.of(format).encodeLong(0.5, 0, null);
    }

    // ------------------------------------------------------------------ result

    private void askResult() {
        int first = cases.size();
        int t = d.trailingBits();
        for (int j = 1; j <= t; j++) {
            add(new long[1], new long[1], exact(c, 1 + Math.scalb(1.0, -j)).orElse(0));
        }
        Answer bits = results -> {
            int m = 0;
            while (m < t && value(results.get(first + m)) == 1 + Math.scalb(1.0, -(m + 1))) {
                m++;
            }
            return c.trailingBits() < t ? Fingerprint.UNRESOLVED : Integer.toString(m);
        };
        ask(Probe.RESULT_BITS, bits);
        Map<Integer, Integer> byBits = new TreeMap<>();
        for (int m : t == 23 ? new int[] {23, 13} : new int[] {t}) {
            byBits.put(m, askRounding(m));
        }
        ask(Probe.ROUNDING, results -> {
            String m = bits.from(results);
            Integer from = m.equals(Fingerprint.UNRESOLVED) ? null : byBits.get(Integer.valueOf(m));
            return from == null || from < 0 ? Fingerprint.UNRESOLVED : rounding(from, Integer.parseInt(m), results);
        });
    }

    /** Sums 4 + u, u from 1 to 7 quarters of the last place, and their negatives, from 1.5 * 1.5 and an addend. */
    private int askRounding(int m) {
        OptionalLong x = exact(a, 1.5);
        OptionalLong y = exact(b, 1.5);
        if (x.isEmpty() || y.isEmpty() || m > c.trailingBits()) {
            return -1;
        }
        int first = cases.size();
        for (boolean negative : new boolean[] {false, true}) {
            for (int u = 1; u <= 7; u++) {
                long addend = exact(c, 1.75 + u * Math.scalb(1.0, -m)).orElseThrow();
                add(
                        new long[] {x.getAsLong() | (negative ? a.signMask() : 0)},
                        new long[] {y.getAsLong()},
                        addend | (negative ? c.signMask() : 0));
            }
        }
        return first;
    }

    private String rounding(int first, int m, Results results) {
        FloatFormat format = m == d.trailingBits()
                ? d
                : FloatFormat.builder("result", d.exponentBits(), m)
                        .bias(d.bias())
                        .build();
        List<String> found = new ArrayList<>();
        for (Rounding mode : Rounding.values()) {
            if (mode.isStochastic()) {
                continue;
            }
            Codec codec = Codec.of(format, Policies.IEEE.withRounding(mode).withOverflow(Overflow.INFINITY));
            boolean all = true;
            for (int i = 0; i < 14; i++) {
                BigDecimal quarters = BigDecimal.valueOf(i % 7 + 1).multiply(new BigDecimal(Math.scalb(1.0, -m)));
                BigDecimal sum = BigDecimal.valueOf(4).add(quarters);
                long code = codec.encodeLong(i < 7 ? sum : sum.negate(), 0, null);
                all &= codec.decode(code) == value(results.get(first + i));
            }
            if (all) {
                found.add(mode.id());
            }
        }
        return found.isEmpty() ? "unlike any mode" : String.join(" or ", found);
    }

    // ------------------------------------------------------------------ subnormals

    private void askSubnormals() {
        long one = power(b, 0).orElse(0);
        int operand = -1;
        if (a.hasSubnormals()) {
            // half of the smallest normal number, times so much that the product is a normal number of the result
            int lift = Math.max(0, d.emin() - a.emin() + 1);
            OptionalLong factor = lift <= b.emax() ? power(b, lift) : OptionalLong.empty();
            operand = factor.isEmpty()
                    ? -1
                    : add(new long[] {a.minNormalCode() >>> 1}, new long[] {factor.getAsLong()}, 0);
        }
        answerKept("subnormal operands", operand);
        long half = c.hasSubnormals() ? 1L << (c.trailingBits() - 1) : 0;
        answerKept("subnormal addend", half == 0 ? -1 : add(new long[] {0}, new long[] {one}, half));
        Optional<Factors> tiny = product(d.emin() - 1, false);
        answerKept(
                "subnormal results",
                tiny.isEmpty()
                        ? -1
                        : add(
                                new long[] {tiny.get().x()},
                                new long[] {tiny.get().y()},
                                0));
    }

    private void answerKept(String question, int index) {
        ask(
                question,
                results -> index < 0 ? Fingerprint.UNRESOLVED : value(results.get(index)) == 0 ? "flushed" : "kept");
    }

    // ------------------------------------------------------------------ special values

    private void askSpecialValues() {
        long one = power(b, 0).orElse(0);
        long oneA = power(a, 0).orElse(0);
        String hex = "%0" + d.hexDigits() + "x";
        long[] zeros = new long[LENGTH];
        long[] ones = new long[LENGTH];
        Arrays.fill(zeros, a.hasNegativeZero() ? a.signMask() : 0);
        Arrays.fill(ones, one);
        int zero = add(zeros, ones, c.signMask());
        ask("sum of negative zeros", results -> {
            boolean minus = (results.get(zero) & d.signMask()) != 0;
            return !a.hasNegativeZero() ? Fingerprint.UNRESOLVED : minus ? "-0" : "+0";
        });
        int nan = a.hasNan() ? add(new long[] {a.nanCode()}, new long[] {one}, 0) : -1;
        ask("NaN operand", results -> nan < 0 ? "the format has none" : String.format(hex, results.get(nan)));
        int invalid = a.hasInfinity() ? add(new long[] {a.infinityCode()}, new long[] {0}, 0) : -1;
        ask(
                "infinity times zero",
                results -> invalid < 0 ? "the format has none" : String.format(hex, results.get(invalid)));
        long large = c.maxFiniteCode();
        Optional<Factors> top = product(d.emax(), false);
        int overflow = top.isEmpty()
                ? -1
                : add(new long[] {top.get().x()}, new long[] {top.get().y()}, large);
        ask(
                "overflow",
                results -> overflow < 0
                        ? Fingerprint.UNRESOLVED
                        : d.isInfinite(results.get(overflow)) ? "infinity" : String.format(hex, results.get(overflow)));
        Optional<Factors> huge = product(d.emax() + 1, false);
        Optional<Factors> minusHuge = product(d.emax() + 1, true);
        int products = -1;
        if (huge.isPresent() && minusHuge.isPresent()) {
            Vectors v = new Vectors(2).set(0, huge.get()).set(1, minusHuge.get());
            products = add(v.x, v.y, power(c, 0).orElse(0));
        }
        int limit = products;
        ask(
                "products beyond the result's range",
                results -> limit < 0
                        ? Fingerprint.UNRESOLVED
                        : d.isNan(results.get(limit)) ? "count as infinities" : "cancel");
        askSmallAddend(oneA, one);
    }

    /** One and an addend far below its last place, of both signs each: is what is cut rounded down? */
    private void askSmallAddend(long oneA, long oneB) {
        OptionalLong small = power(c, -d.trailingBits() - 3);
        int first = cases.size();
        if (small.isPresent()) {
            for (long signA : new long[] {0, a.signMask()}) {
                for (long signC : new long[] {0, c.signMask()}) {
                    add(new long[] {oneA | signA}, new long[] {oneB}, small.getAsLong() | signC);
                }
            }
        }
        ask("addend far below", results -> {
            if (small.isEmpty()) {
                return Fingerprint.UNRESOLVED;
            }
            boolean[] changed = new boolean[4];
            for (int i = 0; i < 4; i++) {
                changed[i] = Math.abs(value(results.get(first + i))) != 1;
            }
            // 1 + s, 1 - s, -1 + s, -1 - s
            if (!changed[0] && !changed[1] && !changed[2] && !changed[3]) {
                return "vanishes";
            }
            if (changed[1] && changed[3] && !changed[0] && !changed[2]) {
                return "rounds toward minus infinity";
            }
            if (changed[1] && changed[2] && !changed[0] && !changed[3]) {
                return "rounds toward zero";
            }
            return changed[1] && !changed[0] && !changed[2] && !changed[3]
                    ? "a negative one takes a unit off a positive sum"
                    : "changes the sum";
        });
    }
}
