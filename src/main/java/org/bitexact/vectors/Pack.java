package org.bitexact.vectors;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A pack of reference cases: columns of codes, and what they are.
 *
 * <p>A row is a case; a column holds the codes of one operand, result, or the flags. The <i>description</i> is a map of
 * strings, the same in every dialect:
 *
 * <pre>
 * pack         bitexact 1, the version of this description
 * columns      names, roles, formats and shapes, see {@link PackColumn}
 * count        number of rows
 * sha256       the checksum
 * others       properties: function, policies, seed, provenance, ...
 * </pre>
 *
 * <p><b>Checksum</b>: SHA-256 of a text in UTF-8: a line {@code key: value} for every entry of the description but {@code
 * sha256} and {@code library}, sorted by key, an empty line, then a line for each row: its columns separated by a space,
 * each the codes in order, in lower-case hexadecimal of the column's digits, without separator. The dialect plays no part.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class Pack {
    /** The first entry of a description. */
    static final String PACK = "pack";

    static final String COLUMNS = "columns";
    static final String COUNT = "count";
    static final String SHA256 = "sha256";
    static final String LIBRARY = "library";
    static final String VERSION = "bitexact 1";

    private static final Set<String> DERIVED = Set.of(PACK, COLUMNS, COUNT, SHA256);
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private final Map<String, String> properties;
    private final List<PackColumn> columns;
    private final int rows;
    private final long[][] codes;
    /** Where the rows of a ragged column start, and where the last ends; an empty array for other columns. */
    private final int[][] starts;

    private Pack(Map<String, String> properties, List<PackColumn> columns, int rows, long[][] codes, int[][] starts) {
        this.properties = properties;
        this.columns = columns;
        this.rows = rows;
        this.codes = codes;
        this.starts = starts;
    }

    /**
     * Starts a pack.
     *
     * @param columns the columns, at least one, of different names
     * @return a builder
     * @throws IllegalArgumentException if there is no column, or two have the same name
     */
    public static Builder builder(List<PackColumn> columns) {
        return new Builder(columns);
    }

    /** {@return the columns} */
    public List<PackColumn> columns() {
        return columns;
    }

    /**
     * {@return the index of a column, or -1}
     *
     * @param name its name
     */
    public int indexOf(String name) {
        return indexOf(columns, name);
    }

    static int indexOf(List<PackColumn> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** {@return the number of rows} */
    public int rows() {
        return rows;
    }

    /** {@return what the pack says of itself beside what its columns and rows show} */
    public Map<String, String> properties() {
        return properties;
    }

    /**
     * {@return a property, or an empty text}
     *
     * @param key its key
     */
    public String property(String key) {
        return properties.getOrDefault(key, "");
    }

    /** {@return what {@link #parseColumns} reads} */
    static String columnsText(List<PackColumn> columns) {
        return String.join(" ", columns.stream().map(PackColumn::toString).toList());
    }

    /** {@return the whole description, in the order in which it is written} */
    public Map<String, String> description() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put(PACK, VERSION);
        all.putAll(properties);
        all.put(COLUMNS, columnsText(columns));
        all.put(COUNT, String.valueOf(rows));
        all.put(SHA256, checksum());
        return all;
    }

    /**
     * {@return the number of codes of a cell}
     *
     * @param row number of the row, from 0
     * @param column number of the column, from 0
     */
    public int length(int row, int column) {
        int[] start = starts[column];
        return start.length == 0 ? columns.get(column).length() : start[row + 1] - start[row];
    }

    /**
     * {@return a code of a cell}
     *
     * @param row number of the row, from 0
     * @param column number of the column, from 0
     * @param index number of the code in the cell, from 0
     */
    public long code(int row, int column, int index) {
        return codes[column][from(row, column) + index];
    }

    /**
     * {@return the codes of a cell}
     *
     * @param row number of the row, from 0
     * @param column number of the column, from 0
     */
    public long[] codes(int row, int column) {
        int from = from(row, column);
        return Arrays.copyOfRange(codes[column], from, from + length(row, column));
    }

    /** {@return all codes of a column, row by row} */
    long[] codes(int column) {
        return codes[column].clone();
    }

    private int from(int row, int column) {
        int[] start = starts[column];
        return start.length == 0 ? row * columns.get(column).length() : start[row];
    }

    /**
     * {@return the same cases with other properties}
     *
     * @param other the properties
     */
    public Pack withProperties(Map<String, String> other) {
        return new Pack(checked(other), columns, rows, codes, starts);
    }

    /** {@return the checksum: 64 hexadecimal digits} */
    public String checksum() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        Map<String, String> sorted = new TreeMap<>(properties);
        sorted.remove(LIBRARY);
        sorted.put(PACK, VERSION);
        sorted.put(COLUMNS, columnsText(columns));
        sorted.put(COUNT, String.valueOf(rows));
        StringBuilder text = new StringBuilder();
        sorted.forEach(
                (key, value) -> text.append(key).append(": ").append(value).append('\n'));
        text.append('\n');
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns.size(); column++) {
                text.append(column == 0 ? "" : " ");
                int digits = columns.get(column).hexDigits();
                int n = length(row, column);
                for (int i = 0; i < n; i++) {
                    hex(text, code(row, column, i), digits);
                }
            }
            text.append('\n');
            if (text.length() > 1 << 16) {
                digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            }
        }
        digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Appends a field in lower-case hexadecimal. */
    static void hex(StringBuilder text, long field, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            text.append(Character.forDigit((int) (field >>> 4 * i) & 0xf, 16));
        }
    }

    private static Map<String, String> checked(Map<String, String> properties) {
        Map<String, String> copy = new LinkedHashMap<>();
        properties.forEach((key, value) -> {
            if (!KEY.matcher(key).matches() || DERIVED.contains(key)) {
                throw new IllegalArgumentException(
                        "key of a property must be 1 to 64 lower-case letters, digits or '-',"
                                + " starting with a letter, and none of "
                                + DERIVED.stream().sorted().toList() + ": '" + key + "'");
            }
            if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f || Character.isSurrogate((char) c))
                    || !value.equals(value.strip())) {
                throw new IllegalArgumentException(
                        "property " + key + " must be one line without spaces around it: '" + value + "'");
            }
            copy.put(key, value);
        });
        return Collections.unmodifiableMap(copy);
    }

    @Override
    public String toString() {
        return rows + " rows of " + columns;
    }

    /**
     * Collects rows.
     *
     * @since 0.1
     */
    public static final class Builder {
        private final List<PackColumn> columns;
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final long[][] codes;
        private final int[] sizes;
        private final int[][] starts;
        private int rows;

        private Builder(List<PackColumn> columns) {
            this.columns = List.copyOf(columns);
            if (columns.isEmpty()) {
                throw new IllegalArgumentException("columns must be one or more");
            }
            Set<String> names = new HashSet<>();
            for (PackColumn column : columns) {
                if (!names.add(column.name())) {
                    throw new IllegalArgumentException("column " + column.name() + " occurs twice");
                }
            }
            codes = new long[columns.size()][16];
            sizes = new int[columns.size()];
            starts = new int[columns.size()][];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = columns.get(i).isRagged() ? new int[16] : new int[0];
            }
        }

        /** {@return the columns} */
        List<PackColumn> columns() {
            return columns;
        }

        /** {@return the number of rows so far} */
        int rows() {
            return rows;
        }

        /**
         * Sets a property.
         *
         * @param key its key
         * @param value its value, one line; an empty one removes it
         * @return this
         */
        public Builder property(String key, String value) {
            if (value.isEmpty()) {
                properties.remove(key);
            } else {
                properties.put(key, value);
            }
            return this;
        }

        /**
         * Adds a row.
         *
         * @param cells the codes of each column
         * @return this
         * @throws IllegalArgumentException if a column has another number of codes, or a code does not fit its field
         */
        public Builder add(long[]... cells) {
            if (cells.length != columns.size()) {
                throw new IllegalArgumentException(
                        "row " + rows + " must have " + columns.size() + " columns: " + cells.length);
            }
            for (int c = 0; c < cells.length; c++) {
                PackColumn column = columns.get(c);
                long[] cell = cells[c];
                if (!column.isRagged() && cell.length != column.length()) {
                    throw new IllegalArgumentException("row " + rows + ", column " + column.name() + ": codes must be "
                            + column.length() + ": " + cell.length);
                }
                for (long code : cell) {
                    if ((code & ~column.fieldMask()) != 0) {
                        throw new IllegalArgumentException(String.format(
                                "row %d, column %s: code of %s must have no bits outside 0x%x: 0x%x",
                                rows, column.name(), column.format(), column.fieldMask(), code));
                    }
                }
            }
            for (int c = 0; c < cells.length; c++) {
                append(c, cells[c]);
            }
            rows++;
            return this;
        }

        private void append(int c, long[] cell) {
            int size = Math.addExact(sizes[c], cell.length);
            if (size > codes[c].length) {
                codes[c] = Arrays.copyOf(codes[c], Math.max(size, codes[c].length * 2));
            }
            System.arraycopy(cell, 0, codes[c], sizes[c], cell.length);
            sizes[c] = size;
            if (columns.get(c).isRagged()) {
                if (rows + 2 > starts[c].length) {
                    starts[c] = Arrays.copyOf(starts[c], 2 * starts[c].length);
                }
                starts[c][rows + 1] = size;
            }
        }

        /** {@return the pack} */
        public Pack build() {
            long[][] all = new long[codes.length][];
            int[][] from = new int[codes.length][];
            for (int c = 0; c < all.length; c++) {
                all[c] = Arrays.copyOf(codes[c], sizes[c]);
                from[c] = columns.get(c).isRagged() ? Arrays.copyOf(starts[c], rows + 1) : starts[c];
            }
            return new Pack(checked(properties), columns, rows, all, from);
        }
    }

    /** {@return the columns that a description lists} */
    static List<PackColumn> parseColumns(String text) {
        List<PackColumn> columns = new ArrayList<>();
        for (String column : text.split(" ", -1)) {
            columns.add(PackColumn.parse(column));
        }
        return columns;
    }
}
