package org.bitexact.vectors;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values: the description in {@code #} lines, the names of the columns, then a line for each row. A code is
 * {@code 0x} and digits, which no spreadsheet takes for a number; several are separated by spaces.
 */
final class CsvText implements PackText {
    @Override
    public void write(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException {
        PackText.writeDescription(pack.description(), "#", out);
        out.write(String.join(",", pack.columns().stream().map(PackColumn::name).toList()) + "\n");
        for (int row = 0; row < pack.rows(); row++) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < pack.columns().size(); c++) {
                line.append(c == 0 ? "" : ",");
                int digits = pack.columns().get(c).hexDigits();
                int n = pack.length(row, c);
                for (int i = 0; i < n; i++) {
                    line.append(i == 0 ? "0x" : " 0x");
                    Pack.hex(line, pack.code(row, c, i), digits);
                }
            }
            out.write(line.append('\n').toString());
        }
    }

    @Override
    public Pack read(PackInput in) throws IOException {
        Pack.Builder pack = null;
        List<PackColumn> columns = List.of();
        for (String line = in.next(); line != null; line = in.next()) {
            if (line.startsWith("#")) {
                in.comment(line.substring(1));
            } else if (pack == null) {
                List<String> names = new ArrayList<>();
                for (String name : line.split(",", -1)) {
                    String bare = bare(name);
                    if (names.contains(bare)) {
                        throw in.malformed("column " + bare + " occurs twice");
                    }
                    names.add(bare);
                }
                columns = in.columns(names);
                pack = in.builder(columns);
            } else if (!line.isEmpty()) {
                String[] fields = line.split(",", -1);
                if (fields.length != columns.size()) {
                    throw in.malformed("fields must be " + columns.size() + ": " + fields.length);
                }
                long[][] cells = new long[fields.length][];
                for (int c = 0; c < cells.length; c++) {
                    cells[c] = cell(in, columns.get(c), bare(fields[c]));
                }
                in.add(pack, cells);
            }
        }
        if (pack == null) {
            throw in.malformed("a line with the names of the columns is missing");
        }
        return in.finish(pack);
    }

    private static String bare(String field) {
        String text = field.strip();
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static long[] cell(PackInput in, PackColumn column, String text) {
        if (text.isEmpty()) {
            return new long[0];
        }
        String[] items = text.split(" +");
        long[] codes = new long[items.length];
        for (int i = 0; i < items.length; i++) {
            codes[i] = in.code(column, items[i]);
        }
        return codes;
    }
}
