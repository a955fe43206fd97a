package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.bitexact.codec.CodeText;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.Ulps;
import org.bitexact.vectors.PackColumn.Role;
import org.jspecify.annotations.Nullable;

/**
 * Compares the results in a pack with what the library computes, with an independent reference, or with the answers of a
 * device.
 *
 * <p>The first difference is explained: operands, both results with fields, value and class, their distance, the flags, and
 * which other rule would give the answers: another rounding mode, another engine, a known defect.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class PackVerifier {
    /** Rows from which an explanation is sought. */
    private static final int MOST_LOOKED_AT = 300;

    private static final int MOST_CODES = 8;
    private static final int MOST_RULES = 3;

    private final Pack pack;
    private final @Nullable PackFunction function;
    private final boolean anyNan;
    private final boolean flags;
    private final IntConsumer progress;

    private PackVerifier(
            Pack pack, @Nullable PackFunction function, boolean anyNan, boolean flags, IntConsumer progress) {
        this.pack = pack;
        this.function = function;
        this.anyNan = anyNan;
        this.flags = flags;
        this.progress = progress;
    }

    /**
     * {@return a verifier of a pack of a function}
     *
     * @param pack the pack
     * @param function its function; its columns must be those of the pack
     * @throws IllegalArgumentException if the columns differ
     */
    public static PackVerifier of(Pack pack, PackFunction function) {
        if (!pack.columns().equals(function.columns())) {
            throw new IllegalArgumentException(
                    "columns of " + function.name() + " must be " + function.columns() + ": " + pack.columns());
        }
        return new PackVerifier(pack, function, false, true, rows -> {});
    }

    /**
     * {@return a verifier of a pack}
     *
     * @param pack the pack; one that does not say what its function is can be compared with answers alone
     */
    public static PackVerifier of(Pack pack) {
        return pack.property(PackFunction.KIND).isEmpty()
                ? new PackVerifier(pack, null, false, true, rows -> {})
                : of(pack, PackFunction.of(pack.properties()));
    }

    /**
     * {@return this verifier, which may take any NaN for any other}
     *
     * @param value whether it does
     */
    public PackVerifier anyNan(boolean value) {
        return new PackVerifier(pack, function, value, flags, progress);
    }

    /**
     * {@return this verifier, which may leave flags out}
     *
     * @param value whether flags are compared
     */
    public PackVerifier flags(boolean value) {
        return new PackVerifier(pack, function, anyNan, value, progress);
    }

    /**
     * {@return this verifier, which tells how far it is}
     *
     * @param value told now and then how many rows have been compared
     */
    public PackVerifier progress(IntConsumer value) {
        return new PackVerifier(pack, function, anyNan, flags, value);
    }

    /** {@return the function, if the pack says what it is} */
    public Optional<PackFunction> function() {
        return Optional.ofNullable(function);
    }

    private PackFunction requireFunction() {
        if (function == null) {
            throw new IllegalArgumentException("the pack does not say what its function is: property kind is missing");
        }
        return function;
    }

    // ------------------------------------------------------------------ comparisons

    /**
     * {@return what the library computes, against the pack}
     *
     * @throws IllegalArgumentException if the function is not known
     */
    public PackReport recompute() {
        PackFunction f = requireFunction();
        return compare("computed", row -> f.evaluate(operands(row)), "in the pack", this::results);
    }

    /**
     * {@return what the independent reference gives, against the pack; empty if there is none}
     *
     * @throws IllegalArgumentException if the function is not known
     */
    public Optional<PackReport> reference() {
        PackFunction f = requireFunction();
        return f.referenceName().isEmpty()
                ? Optional.empty()
                : Optional.of(compare(
                        "reference", row -> f.reference(operands(row)).orElseThrow(), "in the pack", this::results));
    }

    /**
     * {@return lists of columns that answers may have which do not describe themselves: all, results with flags, results}
     *
     * @param pack the pack that they answer
     */
    public static List<List<PackColumn>> answerColumns(Pack pack) {
        List<PackColumn> results =
                pack.columns().stream().filter(c -> c.role() != Role.OPERAND).toList();
        List<PackColumn> bare =
                results.stream().filter(c -> c.role() == Role.RESULT).toList();
        List<PackColumn> withoutFlags =
                pack.columns().stream().filter(c -> c.role() != Role.FLAGS).toList();
        return List.of(pack.columns(), results, bare, withoutFlags);
    }

    /**
     * {@return the pack, against the answers of a device}
     *
     * @param answers the answers: results of the same names and formats, with or without flags and operands
     * @throws IllegalArgumentException if there are no answers, or they belong to other cases
     */
    public PackReport answers(Pack answers) {
        int[] place = new int[pack.columns().size()];
        int results = 0;
        for (int c = 0; c < place.length; c++) {
            PackColumn column = pack.columns().get(c);
            place[c] = answers.indexOf(column.name());
            if (place[c] >= 0) {
                PackColumn other = answers.columns().get(place[c]);
                if (!other.format().equals(column.format()) || other.length() != column.length()) {
                    throw new IllegalArgumentException("column of answers must be " + column + ": " + other);
                }
                results += column.role() == Role.RESULT ? 1 : 0;
            }
        }
        if (results == 0) {
            throw new IllegalArgumentException(
                    "answers must have a column of results of the pack: " + answers.columns());
        }
        if (answers.rows() > pack.rows()) {
            throw new IllegalArgumentException("answers must have at most " + pack.rows() + " rows: " + answers.rows());
        }
        for (int row = 0; row < answers.rows(); row++) {
            requireSameOperands(answers, place, row);
        }
        PackReport report = compare(answers.rows(), "expected", this::results, "answered", row -> {
            long[][] cells = results(row);
            for (int c = 0; c < cells.length; c++) {
                int from = place[place.length - cells.length + c];
                cells[c] = from >= 0 ? answers.codes(row, from) : cells[c];
            }
            return cells;
        });
        if (answers.rows() == pack.rows()) {
            return report;
        }
        List<String> lines = new ArrayList<>(report.explanation());
        lines.add("answers end after row " + (answers.rows() - 1) + "; the pack has " + pack.rows() + " rows");
        int missing = pack.rows() - answers.rows();
        return new PackReport(pack.rows(), report.mismatches() + missing, lines);
    }

    private void requireSameOperands(Pack answers, int[] place, int row) {
        for (int c = 0; c < place.length; c++) {
            PackColumn column = pack.columns().get(c);
            if (column.role() == Role.OPERAND
                    && place[c] >= 0
                    && !Arrays.equals(answers.codes(row, place[c]), pack.codes(row, c))) {
                throw new IllegalArgumentException(
                        "row " + row + ": operand " + column.name() + " must be " + hex(column, pack.codes(row, c))
                                + " as in the pack: " + hex(column, answers.codes(row, place[c])));
            }
        }
    }

    private int arity() {
        return (int)
                pack.columns().stream().filter(c -> c.role() == Role.OPERAND).count();
    }

    private long[][] operands(int row) {
        long[][] cells = new long[arity()][];
        for (int c = 0; c < cells.length; c++) {
            cells[c] = pack.codes(row, c);
        }
        return cells;
    }

    private long[][] results(int row) {
        int arity = arity();
        long[][] cells = new long[pack.columns().size() - arity][];
        for (int c = 0; c < cells.length; c++) {
            cells[c] = pack.codes(row, arity + c);
        }
        return cells;
    }

    /** Gives the results of a row. */
    private interface Results {
        long[][] of(int row);
    }

    private PackReport compare(String rightName, Results right, String foundName, Results found) {
        return compare(pack.rows(), rightName, right, foundName, found);
    }

    private PackReport compare(int rows, String rightName, Results right, String foundName, Results found) {
        int mismatches = 0;
        int first = -1;
        List<Integer> lookedAt = new ArrayList<>();
        int rightRows = 0;
        for (int row = 0; row < rows; row++) {
            if (row % PackRequest.PROGRESS_ROWS == 0) {
                progress.accept(row);
            }
            boolean differs = difference(right.of(row), found.of(row)) != null;
            if (differs) {
                first = first < 0 ? row : first;
                mismatches++;
            }
            // wrong rows to explain, and right ones that the explanation must not spoil
            if (differs ? mismatches <= MOST_LOOKED_AT : rightRows++ < MOST_LOOKED_AT) {
                lookedAt.add(row);
            }
        }
        if (first < 0) {
            return new PackReport(rows, 0, List.of());
        }
        List<String> lines = explain(first, rightName, right.of(first), foundName, found.of(first));
        lines.addAll(rules(first, lookedAt, right, found));
        return new PackReport(rows, mismatches, lines);
    }

    /** Where results differ: the column among them, and the code in its cell. */
    private record Place(int column, int index) {}

    private @Nullable Place difference(long[][] right, long[][] found) {
        int arity = arity();
        for (int c = 0; c < right.length; c++) {
            PackColumn column = pack.columns().get(arity + c);
            if (column.role() == Role.FLAGS && !flags) {
                continue;
            }
            if (right[c].length != found[c].length) {
                return new Place(c, 0);
            }
            for (int i = 0; i < right[c].length; i++) {
                if (right[c][i] != found[c][i]
                        && !(anyNan && isNan(column, right[c][i]) && isNan(column, found[c][i]))) {
                    return new Place(c, i);
                }
            }
        }
        return null;
    }

    private static boolean isNan(PackColumn column, long field) {
        return column.format() instanceof FloatFormat f && f.isNan(field >>> column.containerShift());
    }

    // ------------------------------------------------------------------ explanation

    private List<String> explain(int row, String rightName, long[][] right, String foundName, long[][] found) {
        Place place = difference(right, found);
        if (place == null) {
            throw new IllegalStateException("row " + row + " does not differ");
        }
        int arity = arity();
        PackColumn column = pack.columns().get(arity + place.column());
        List<String> lines = new ArrayList<>();
        String element = right[place.column()].length == 1 ? "" : "[" + place.index() + "]";
        lines.add("row " + row + ": " + column.name() + element + " differs");
        long[][] operands = operands(row);
        for (int c = 0; c < arity; c++) {
            line(lines, pack.columns().get(c).name(), text(pack.columns().get(c), operands[c]));
        }
        long expected = right[place.column()][place.index()];
        long answered = found[place.column()][place.index()];
        if (column.role() == Role.FLAGS) {
            line(lines, "result", text(pack.columns().get(arity), right[0]));
            line(lines, rightName, Flags.toString((int) expected));
            line(lines, foundName, Flags.toString((int) answered));
            return lines;
        }
        line(lines, rightName, explain(column, expected));
        line(lines, foundName, explain(column, answered));
        line(lines, "distance", distance(column, expected, answered));
        int last = right.length - 1;
        if (pack.columns().get(arity + last).role() == Role.FLAGS && flags) {
            String rightFlags = Flags.toString((int) right[last][0]);
            String foundFlags = Flags.toString((int) found[last][0]);
            line(
                    lines,
                    "flags",
                    rightFlags.equals(foundFlags) ? rightFlags + " in both" : rightFlags + ", not " + foundFlags);
        }
        return lines;
    }

    private static void line(List<String> lines, String name, String text) {
        lines.add("  " + name + " ".repeat(Math.max(1, 12 - name.length())) + text);
    }

    private static String text(PackColumn column, long[] codes) {
        return codes.length == 1 ? explain(column, codes[0]) : hex(column, codes);
    }

    private static String explain(PackColumn column, long field) {
        return CodeText.of(column.format()).explain(field >>> column.containerShift());
    }

    private static String hex(PackColumn column, long[] codes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(codes.length, MOST_CODES); i++) {
            text.append(i == 0 ? "0x" : " 0x");
            Pack.hex(text, codes[i], column.hexDigits());
        }
        return text + (codes.length > MOST_CODES ? " ... (" + codes.length + " codes)" : "");
    }

    private static String distance(PackColumn column, long expected, long answered) {
        ScalarFormat format = column.format();
        if (isNan(column, expected) || isNan(column, answered)) {
            return isNan(column, expected) && isNan(column, answered) ? "both are NaN" : "one is NaN";
        }
        long a = expected >>> column.containerShift();
        long b = answered >>> column.containerShift();
        String steps = Ulps.codeDistance(format, a, b).toString();
        return steps.equals("0")
                ? "the same value, the sign of zero differs"
                : steps + (steps.equals("1") ? " step" : " steps") + " between neighbours of " + format.name();
    }

    /** Which rules give the answers. */
    private List<String> rules(int first, List<Integer> rows, Results right, Results found) {
        if (function == null) {
            return List.of();
        }
        Map<String, Function<long[][], long[][]>> rules = new LinkedHashMap<>();
        function.neighbours().forEach((name, other) -> rules.put(name, other::evaluate));
        for (PackMutant mutant : function.mutants()) {
            if (!rules.containsKey(mutant.name())) {
                rules.put("the defect " + mutant.name() + " (" + mutant.defect() + ")", mutant.implementation()::apply);
            }
        }
        Map<String, Integer> explained = new LinkedHashMap<>();
        rules.forEach((name, rule) -> {
            if (difference(found.of(first), rule.apply(operands(first))) == null) {
                int equal = 0;
                for (int row : rows) {
                    equal += difference(found.of(row), rule.apply(operands(row))) == null ? 1 : 0;
                }
                explained.put(name, equal);
            }
        });
        if (explained.isEmpty()) {
            return List.of("  rule        no other rule that is known gives this answer");
        }
        List<String> names = new ArrayList<>(explained.keySet());
        names.sort((x, y) -> Integer.compare(explained.getOrDefault(y, 0), explained.getOrDefault(x, 0)));
        List<String> lines = new ArrayList<>();
        for (String name : names.subList(0, Math.min(MOST_RULES, names.size()))) {
            int equal = explained.getOrDefault(name, 0);
            line(
                    lines,
                    lines.isEmpty() ? "rule" : "",
                    name + " gives " + (equal == rows.size() ? "all " + equal : equal + " of the " + rows.size())
                            + " answers looked at");
        }
        return lines;
    }
}
