package org.bitexact.vectors;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A header of C99 or C++: an array of unsigned integers for each column, {@code PREFIX_COLUMN[rows][shape]}, and the number
 * of rows as {@code PREFIX_COUNT}. The description stands in {@code //} lines.
 */
final class CHeaderText implements PackText {
    private static final int ITEMS_PER_LINE = 8;
    private static final Pattern ARRAY = Pattern.compile(
            "uint(?:8|16|32|64)_t\\s+([A-Za-z_][A-Za-z0-9_]*)((?:\\s*\\[[^\\]]*\\])+)\\s*=\\s*\\{([^;]*)};");
    private static final Pattern COUNT = Pattern.compile("#define\\s+([A-Za-z0-9_]*_)COUNT\\s");

    @Override
    public void write(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException {
        PackText.requireEven(pack, PackDialect.C);
        if (pack.rows() == 0) {
            throw new IllegalArgumentException("rows must be 1 or more for c, which has no empty arrays: 0");
        }
        String guard = prefix.toUpperCase(Locale.ROOT);
        PackText.writeDescription(pack.description(), "//", out);
        out.write("#ifndef " + guard + "_H\n#define " + guard + "_H\n\n#include <stdint.h>\n\n");
        out.write("#define " + guard + "_COUNT " + pack.rows() + "\n");
        for (int c = 0; c < pack.columns().size(); c++) {
            PackColumn column = pack.columns().get(c);
            out.write("\nstatic const uint" + containerBits(column) + "_t " + prefix + "_" + column.name() + "["
                    + pack.rows() + "]");
            for (int length : column.shape()) {
                out.write("[" + length + "]");
            }
            out.write(" = {");
            if (column.shape().isEmpty()) {
                StringBuilder line = new StringBuilder();
                list(line, column, pack.codes(c), 0, pack.rows());
                out.write(line.append("\n").toString());
            } else {
                for (int row = 0; row < pack.rows(); row++) {
                    StringBuilder line = new StringBuilder(row == 0 ? "\n" : ",\n");
                    nested(line, column, pack.codes(row, c), 0, 0, column.length());
                    out.write(line.toString());
                }
                out.write("\n");
            }
            out.write("};\n");
        }
        out.write("\n#endif\n");
    }

    private static int containerBits(PackColumn column) {
        int bits = column.fieldBits();
        return bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64;
    }

    /** Codes from a dimension on in braces. */
    private static void nested(StringBuilder out, PackColumn column, long[] codes, int dimension, int from, int n) {
        if (dimension == column.shape().size() - 1) {
            out.append('{');
            list(out, column, codes, from, n);
            out.append('}');
            return;
        }
        int length = column.shape().get(dimension);
        int inner = n / length;
        out.append('{');
        for (int i = 0; i < length; i++) {
            out.append(i == 0 ? "" : ",\n");
            nested(out, column, codes, dimension + 1, from + i * inner, inner);
        }
        out.append('}');
    }

    private static void list(StringBuilder out, PackColumn column, long[] codes, int from, int n) {
        for (int i = 0; i < n; i++) {
            boolean broken = i % ITEMS_PER_LINE == 0 && (i > 0 || column.shape().isEmpty());
            out.append(i == 0 ? "" : ",")
                    .append(broken ? "\n    " : i == 0 ? "" : " ")
                    .append("0x");
            Pack.hex(out, codes[from + i], column.hexDigits());
            if (column.fieldBits() > 32) {
                out.append("ULL");
            }
        }
    }

    @Override
    public Pack read(PackInput in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = in.next(); line != null; line = in.next()) {
            int mark = line.indexOf("//");
            if (mark == 0) {
                in.comment(line.substring(2));
            }
            text.append(mark < 0 ? line : line.substring(0, mark)).append('\n');
        }
        Matcher arrays = ARRAY.matcher(text.toString().replaceAll("(?s)/\\*.*?\\*/", " "));
        Map<String, String> bodies = new LinkedHashMap<>();
        while (arrays.find()) {
            if (bodies.put(arrays.group(1), arrays.group(3)) != null) {
                throw in.damaged("array " + arrays.group(1) + " occurs twice");
            }
        }
        if (bodies.isEmpty()) {
            throw in.damaged("no array of uint8_t to uint64_t is found");
        }
        // names are PREFIX_COLUMN, where both may have underscores; PREFIX_COUNT tells them apart
        Matcher count = COUNT.matcher(text);
        String prefix = count.find()
                ? bodies.keySet().iterator().next().substring(0, count.group(1).length())
                : commonPrefix(new ArrayList<>(bodies.keySet()));
        List<String> names = new ArrayList<>();
        bodies.keySet().forEach(name -> names.add(name.substring(prefix.length())));
        List<PackColumn> columns = in.columns(names);
        Pack.Builder pack = in.builder(columns);
        List<long[]> all = new ArrayList<>();
        int rows = -1;
        Iterator<String> items = bodies.values().iterator();
        for (PackColumn column : columns) {
            long[] codes = items(in, column, items.next());
            int length = column.length();
            if (column.isRagged() || codes.length % length != 0 || rows >= 0 && codes.length / length != rows) {
                throw in.damaged("array of column " + column.name() + " must have "
                        + (rows < 0 ? "a multiple of " + length : rows * length) + " codes: " + codes.length);
            }
            rows = codes.length / length;
            all.add(codes);
        }
        for (int row = 0; row < rows; row++) {
            long[][] cells = new long[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                int length = columns.get(c).length();
                cells[c] = Arrays.copyOfRange(all.get(c), row * length, (row + 1) * length);
            }
            in.add(pack, cells);
        }
        return in.finish(pack);
    }

    /** {@return what all names share up to an underscore; of a single name, up to the last one} */
    private static String commonPrefix(List<String> names) {
        String common = names.get(0);
        for (String name : names) {
            int n = 0;
            while (n < Math.min(common.length(), name.length()) && common.charAt(n) == name.charAt(n)) {
                n++;
            }
            common = common.substring(0, n);
        }
        return common.substring(0, common.lastIndexOf('_') + 1);
    }

    private static long[] items(PackInput in, PackColumn column, String body) {
        String[] items = body.replaceAll("[{}\\s]+", " ")
                .replaceAll("[uUlL]+(?=[ ,]|$)", "")
                .strip()
                .split(" *, *");
        long[] codes = new long[items.length];
        for (int i = 0; i < items.length; i++) {
            codes[i] = in.code(column, items[i].strip());
        }
        return codes;
    }
}
