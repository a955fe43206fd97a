package org.bitexact.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;

/** Formats, policies and boundary values that several tests share. Values come from the oracle, not from the codec. */
public final class CodecTestData {
    public static final List<Rounding> DETERMINISTIC =
            Arrays.stream(Rounding.values()).filter(r -> !r.isStochastic()).toList();
    public static final List<Rounding> STOCHASTIC =
            Arrays.stream(Rounding.values()).filter(Rounding::isStochastic).toList();

    private CodecTestData() {}

    /** The named floating-point formats of at most the given width. */
    public static List<FloatFormat> namedFloats(int width) {
        List<FloatFormat> formats = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            if (format instanceof FloatFormat f && f.width() <= width) {
                formats.add(f);
            }
        }
        return formats;
    }

    /** The named integer formats. */
    public static List<IntFormat> namedIntegers() {
        List<IntFormat> formats = new ArrayList<>();
        for (ScalarFormat format : Formats.named()) {
            if (format instanceof IntFormat f) {
                formats.add(f);
            }
        }
        return formats;
    }

    /** Small formats off the beaten track: each subnormal rule, each policy of specials, precision 1, no sign. */
    public static List<FloatFormat> unusualFloats() {
        List<FloatFormat> formats = new ArrayList<>(P3109.all(3, 5));
        for (SpecialValues specials : SpecialValues.values()) {
            for (SubnormalRule subnormals : SubnormalRule.values()) {
                for (boolean signed : new boolean[] {true, false}) {
                    for (int[] fields : new int[][] {{3, 2}, {4, 0}, {2, 1}, {1, 3}}) {
                        String name = ("x_" + specials + "_" + subnormals + (signed ? "_s" : "_u") + fields[0]
                                        + fields[1])
                                .toLowerCase(java.util.Locale.ROOT);
                        try {
                            formats.add(FloatFormat.builder(name, fields[0], fields[1])
                                    .signed(signed)
                                    .specials(specials)
                                    .subnormals(subnormals)
                                    .build());
                        } catch (IllegalArgumentException e) {
                            // the parameters contradict each other
                        }
                    }
                }
            }
        }
        return formats;
    }

    /**
     * The positive boundary values of a format whose numbers have fewer than 52 bits: every finite value, every
     * midpoint, the value and the midpoint past the largest finite one, and the thresholds at which a value stops being
     * tiny after rounding. Every one is exact in binary64.
     */
    public static double[] boundaries(FloatFormat format) {
        Oracle oracle = Oracle.of(format);
        double[] values = new double[(int) format.magnitudeMask() + 1];
        int n = 0;
        for (long code = 0; code <= format.magnitudeMask(); code++) {
            if (oracle.decode(code) instanceof OracleValue.Finite x && !x.negative()) {
                values[n++] = toDouble(x);
            }
        }
        Arrays.sort(values, 0, n);
        double[] all = new double[2 * n + 12];
        int used = 0;
        for (int i = 0; i < n; i++) {
            double below = i == 0 ? 0 : values[i - 1];
            all[used++] = below + (values[i] - below) / 2;
            all[used++] = values[i];
        }
        double largest = n == 0 ? 1 : values[n - 1];
        // the step past the largest number: as wide as its binade's, also when it is the only one there
        double step = Math.scalb(1.0, Math.getExponent(largest) - format.trailingBits());
        for (int quarter = 1; quarter <= 6; quarter++) {
            all[used++] = largest + step * quarter / 4;
        }
        all[used++] = largest * 2;
        double normal = Math.scalb(1.0, format.emin());
        for (int i = -1; i <= 3; i++) {
            // 2^emin less 1/4, 1/2 and one quantum of the binade below it
            all[used++] = normal - Math.scalb(normal, -format.precision() - i);
        }
        return Arrays.stream(all, 0, used)
                .filter(x -> x != 0)
                .sorted()
                .distinct()
                .toArray();
    }

    static double toDouble(OracleValue.Finite x) {
        return Math.scalb(x.ratio().getNumerator().doubleValue(), x.exponent())
                / x.ratio().getDenominator().doubleValue();
    }

    /**
     * Policies in which every pair of values of two axes occurs together: rows are filled greedily, each value being
     * the one that covers most pairs not seen so far. Deterministic.
     */
    public static List<Policies> pairwise(boolean wrap) {
        List<Object[]> axes = List.of(
                DETERMINISTIC.toArray(),
                Arrays.stream(Overflow.values())
                        .filter(o -> wrap || !o.isForIntegers())
                        .toArray(),
                InfinityRule.values(),
                NanRule.values(),
                NanSubstitute.values(),
                NegativeRule.values(),
                ZeroRule.values(),
                new Object[] {false, true},
                SubnormalResults.values(),
                Tininess.values(),
                SourcePath.values());
        int n = axes.size();
        boolean[][][][] seen = new boolean[n][n][16][16];
        List<Policies> rows = new ArrayList<>();
        while (true) {
            int[] row = new int[n];
            int first = -1;
            search:
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    for (int a = 0; a < axes.get(i).length; a++) {
                        for (int b = 0; b < axes.get(j).length; b++) {
                            if (!seen[i][j][a][b]) {
                                Arrays.fill(row, -1);
                                row[i] = a;
                                row[j] = b;
                                first = i;
                                break search;
                            }
                        }
                    }
                }
            }
            if (first < 0) {
                return rows;
            }
            for (int i = 0; i < n; i++) {
                if (row[i] >= 0) {
                    continue;
                }
                int best = -1;
                for (int offset = 0; offset < axes.get(i).length; offset++) {
                    int a = (offset + rows.size()) % axes.get(i).length;
                    int fresh = 0;
                    for (int j = 0; j < n; j++) {
                        if (j != i && row[j] >= 0 && !(i < j ? seen[i][j][a][row[j]] : seen[j][i][row[j]][a])) {
                            fresh++;
                        }
                    }
                    if (fresh > best) {
                        best = fresh;
                        row[i] = a;
                    }
                }
            }
            for (int i = 0; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    seen[i][j][row[i]][row[j]] = true;
                }
            }
            rows.add(new Policies(
                    (Rounding) axes.get(0)[row[0]],
                    0,
                    (Overflow) axes.get(1)[row[1]],
                    (InfinityRule) axes.get(2)[row[2]],
                    (NanRule) axes.get(3)[row[3]],
                    (NanSubstitute) axes.get(4)[row[4]],
                    (NegativeRule) axes.get(5)[row[5]],
                    (ZeroRule) axes.get(6)[row[6]],
                    (Boolean) axes.get(7)[row[7]],
                    (SubnormalResults) axes.get(8)[row[8]],
                    (Tininess) axes.get(9)[row[9]],
                    (SourcePath) axes.get(10)[row[10]]));
        }
    }
}
