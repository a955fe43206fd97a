package org.bitexact.vectors;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** A dialect that is one stream of text. */
interface PackText {
    /**
     * Writes a pack.
     *
     * @param pack the pack
     * @param layout the layout of words, for those that have any
     * @param prefix starts the names of what is declared, for those that declare anything
     * @param out where to
     */
    void write(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException;

    /** {@return the pack that is read} */
    Pack read(PackInput in) throws IOException;

    /** {@return the writer and reader of a dialect of text} */
    static PackText of(PackDialect dialect) {
        return switch (dialect) {
            case TESTFLOAT -> new TestFloatText();
            case TV, READMEMH, READMEMB -> new VerilogText(dialect);
            case CSV -> new CsvText();
            case JSONL -> new JsonText();
            case C -> new CHeaderText();
            case NPY, ONNX, SAFETENSORS -> throw new IllegalArgumentException(dialect.id() + " is no text");
        };
    }

    /** Writes the description as comments. */
    static void writeDescription(Map<String, String> description, String mark, Writer out) throws IOException {
        for (Map.Entry<String, String> entry : description.entrySet()) {
            out.write(mark + " " + entry.getKey() + ": " + entry.getValue() + "\n");
        }
    }

    /** Refuses columns whose rows differ in length. */
    static void requireEven(Pack pack, PackDialect dialect) {
        for (PackColumn column : pack.columns()) {
            if (column.isRagged()) {
                throw new IllegalArgumentException(
                        "column " + column.name() + " must have as many codes in every row for " + dialect.id()
                                + "; csv, jsonl and testfloat take any number");
            }
        }
    }

    /** {@return the rows as bare fields, element 0 first} */
    static String concatenated(Pack pack, int row, int column) {
        StringBuilder text = new StringBuilder();
        int digits = pack.columns().get(column).hexDigits();
        int n = pack.length(row, column);
        for (int i = 0; i < n; i++) {
            Pack.hex(text, pack.code(row, column, i), digits);
        }
        return text.toString();
    }

    /** {@return a row of fields as cells} */
    static long[][] cells(PackInput in, List<PackColumn> columns, List<String> fields) {
        long[][] cells = new long[columns.size()][];
        for (int c = 0; c < cells.length; c++) {
            cells[c] = in.codes(columns.get(c), fields.get(c));
        }
        return cells;
    }
}
