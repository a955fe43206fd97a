package org.bitexact.vectors;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines as TestFloat writes them: fields of upper-case hexadecimal digits, single spaces. A column of several codes is one
 * field. The lines have no room for a description; {@link PackFiles} writes it beside.
 *
 * <p>Read more leniently: either letter case, more than one space or tab, {@code #} lines skipped.
 */
final class TestFloatText implements PackText {
    @Override
    public void write(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException {
        for (int row = 0; row < pack.rows(); row++) {
            List<String> fields = new ArrayList<>();
            for (int c = 0; c < pack.columns().size(); c++) {
                fields.add(PackText.concatenated(pack, row, c).toUpperCase(Locale.ROOT));
            }
            out.write(String.join(" ", fields) + "\n");
        }
    }

    @Override
    public Pack read(PackInput in) throws IOException {
        Pack.Builder pack = null;
        List<PackColumn> columns = List.of();
        for (String line = in.next(); line != null; line = in.next()) {
            String text = line.strip();
            if (text.startsWith("#")) {
                in.comment(text.substring(1));
                continue;
            }
            if (text.isEmpty()) {
                continue;
            }
            List<String> fields = List.of(text.split("[ \t]+"));
            if (pack == null) {
                columns = in.columns("fields", fields.size(), List::size);
                pack = in.builder(columns);
            } else if (fields.size() != columns.size()) {
                throw in.malformed("fields must be " + columns.size() + ": " + fields.size());
            }
            in.add(pack, PackText.cells(in, columns, fields));
        }
        return in.finish(
                pack == null ? in.builder(in.columns("fields", 0, c -> in.isDescribed() ? 0 : c.size())) : pack);
    }
}
