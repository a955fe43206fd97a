package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bitexact.codec.Codes;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.vectors.PackColumn.Role;

/**
 * Chooses few rows that find much: together they tell every wrong implementation from the right one, and have every class of
 * code in every column, as far as any candidate does.
 *
 * <p>Row by row, the candidate is taken that covers most of what is not yet covered; of equals, the first. When all is
 * covered, the same begins again with the candidates that are left.
 */
final class PackCoverage {
    private final PackFunction function;
    private final List<long[][]> candidates = new ArrayList<>();
    private final List<BitSet> covered = new ArrayList<>();

    private PackCoverage(PackFunction function) {
        this.function = function;
    }

    /**
     * {@return the chosen candidates, in their order}
     *
     * @param function the function
     * @param pool the operands of the candidates
     * @param count how many to choose
     * @throws IllegalArgumentException if so few cannot cover what the candidates cover
     */
    static List<long[][]> choose(PackFunction function, List<long[][]> pool, int count) {
        PackCoverage coverage = new PackCoverage(function);
        coverage.measure(pool);
        return coverage.choose(count);
    }

    private void measure(List<long[][]> pool) {
        List<PackMutant> mutants = new ArrayList<>(function.mutants());
        function.neighbours().forEach((name, other) -> mutants.add(new PackMutant(name, "", other::evaluate)));
        Map<String, Integer> numbers = new LinkedHashMap<>();
        Set<String> seen = new TreeSet<>();
        for (long[][] operands : pool) {
            if (!seen.add(Arrays.deepToString(operands))) {
                continue;
            }
            long[][] right = function.evaluate(operands);
            BitSet points = new BitSet();
            for (int i = 0; i < mutants.size(); i++) {
                if (!Arrays.deepEquals(right, mutants.get(i).implementation().apply(operands))) {
                    points.set(number(numbers, "mutant " + i));
                }
            }
            long[][] row = function.row(operands, right);
            for (int c = 0; c < row.length; c++) {
                for (String kind : classes(function.columns().get(c), row[c])) {
                    points.set(number(numbers, c + " " + kind));
                }
            }
            candidates.add(operands);
            covered.add(points);
        }
    }

    private static int number(Map<String, Integer> numbers, String name) {
        return numbers.computeIfAbsent(name, key -> numbers.size());
    }

    private List<long[][]> choose(int count) {
        if (candidates.size() < count) {
            throw new IllegalArgumentException(
                    "count must be at most " + candidates.size() + ", the number of different candidates: " + count);
        }
        BitSet all = new BitSet();
        covered.forEach(all::or);
        BitSet chosen = new BitSet();
        BitSet missing = new BitSet();
        missing.or(all);
        boolean complete = false;
        while (chosen.cardinality() < count) {
            int best = best(chosen, missing);
            if (best < 0) {
                complete = true;
                if (missing.equals(all)) {
                    break; // what is left covers nothing
                }
                missing.or(all);
                continue;
            }
            chosen.set(best);
            missing.andNot(covered.get(best));
            complete |= missing.isEmpty();
        }
        if (!complete) {
            throw new IllegalArgumentException("count must be larger to cover what the candidates cover: " + count);
        }
        List<long[][]> rows = new ArrayList<>();
        chosen.stream().forEach(i -> rows.add(candidates.get(i)));
        return rows;
    }

    private int best(BitSet chosen, BitSet missing) {
        int best = -1;
        int most = 0;
        for (int i = 0; i < covered.size(); i++) {
            if (!chosen.get(i)) {
                BitSet news = (BitSet) covered.get(i).clone();
                news.and(missing);
                if (news.cardinality() > most) {
                    most = news.cardinality();
                    best = i;
                }
            }
        }
        return best;
    }

    /** {@return the classes of a cell's codes: of numbers also their ends; of flags each combination} */
    static Set<String> classes(PackColumn column, long[] cell) {
        Set<String> classes = new TreeSet<>();
        for (long field : cell) {
            classes.add(
                    column.role() == Role.FLAGS
                            ? Flags.toString((int) field)
                            : classOf(column.format(), field >>> column.containerShift()));
        }
        return classes;
    }

    private static String classOf(ScalarFormat format, long code) {
        if (format instanceof FloatFormat f) {
            long magnitude = code & f.magnitudeMask();
            String sign = f.signed() && (code & f.signMask()) != 0 ? "-" : "+";
            if (f.isFinite(code) && magnitude == f.maxFiniteCode()) {
                return sign + "largest";
            } else if (f.isFinite(code) && magnitude == f.minPositiveCode()) {
                return sign + "smallest";
            } else if (magnitude == f.minNormalCode()) {
                return sign + "smallest normal";
            }
            return Codes.of(f).classify(code).toString();
        }
        IntFormat i = (IntFormat) format;
        long n = i.toInteger(code);
        return n == i.maxInteger()
                ? "largest"
                : n == i.minInteger() ? "lowest" : n == 0 ? "zero" : n > 0 || !i.signed() ? "positive" : "negative";
    }
}
