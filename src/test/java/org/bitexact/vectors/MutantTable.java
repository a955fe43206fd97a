package org.bitexact.vectors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The page {@code docs/mutants.md}: which wrong implementations the committed packs find. */
final class MutantTable {
    /** What a pack makes of a mutant: the number of rows that find it. */
    record Kill(String pack, String mutant, String defect, int rows) {}

    private final List<Kill> kills = new ArrayList<>();
    private final Map<String, List<String>> packs = new LinkedHashMap<>();

    static MutantTable of(Path root) throws IOException {
        MutantTable table = new MutantTable();
        for (Path file : PackFiles.find(root)) {
            Pack pack = PackFiles.read(file);
            if (pack.property("stimulus").equals("cover")) {
                table.add(root.relativize(file).toString().replace('\\', '/'), pack);
            }
        }
        return table;
    }

    private void add(String file, Pack pack) {
        PackFunction function = PackFunction.of(pack.properties());
        packs.computeIfAbsent(function.kind(), kind -> new ArrayList<>()).add(file);
        for (PackMutant mutant : function.mutants()) {
            int rows = 0;
            for (int row = 0; row < pack.rows(); row++) {
                long[][] operands = new long[function.arity()][];
                for (int c = 0; c < operands.length; c++) {
                    operands[c] = pack.codes(row, c);
                }
                long[][] results = new long[pack.columns().size() - operands.length][];
                for (int c = 0; c < results.length; c++) {
                    results[c] = pack.codes(row, operands.length + c);
                }
                rows += Arrays.deepEquals(results, mutant.implementation().apply(operands)) ? 0 : 1;
            }
            kills.add(new Kill(file, mutant.name(), mutant.defect(), rows));
        }
    }

    List<Kill> kills() {
        return kills;
    }

    String page() {
        StringBuilder text = new StringBuilder("""
                # Wrong implementations, and the packs that find them

                A test that cannot fail shows nothing. For each function that the packs of `test-vectors/` are of, the library has
                *mutants*: implementations with one mistake of a kind that real ones made (`org.bitexact.testkit`), or, for matrix
                engines, with one parameter changed or the rules of another engine. The rows of a pack are chosen so that they find
                all of them.

                The tables give, for each mutant and pack, the number of rows whose result or flags the mutant gets wrong. A dash
                stands where the mistake makes no difference to the function: no input is known for which it shows. A test computes
                this page from the packs and compares.
                """);
        packs.forEach((kind, files) -> kind(text, kind, files));
        return text.toString();
    }

    private void kind(StringBuilder text, String kind, List<String> files) {
        text.append("\n## Kind `").append(kind).append("`\n\n");
        for (int i = 0; i < files.size(); i++) {
            text.append(i + 1).append(". `").append(files.get(i)).append("`\n");
        }
        Map<String, String> defects = new TreeMap<>();
        Map<String, Integer> rows = new LinkedHashMap<>();
        for (Kill kill : kills) {
            if (files.contains(kill.pack())) {
                defects.put(kill.mutant(), kill.defect());
                rows.put(kill.pack() + " " + kill.mutant(), kill.rows());
            }
        }
        text.append("\n| mutant | mistake |");
        for (int i = 0; i < files.size(); i++) {
            text.append(' ').append(i + 1).append(" |");
        }
        text.append("\n|---|---|").append("---:|".repeat(files.size())).append('\n');
        defects.forEach((mutant, defect) -> {
            text.append("| `").append(mutant).append("` | ").append(defect).append(" |");
            for (String file : files) {
                Integer count = rows.get(file + " " + mutant);
                text.append(' ')
                        .append(count == null ? "-" : String.valueOf(count))
                        .append(" |");
            }
            text.append('\n');
        });
    }
}
