package org.bitexact.vectors;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.jspecify.annotations.Nullable;

/**
 * A pack that is being read: what is known of it beside its rows, and where a mistake is.
 *
 * <p>The columns are those of the description; without one, those among the candidates that suit what is found.
 */
final class PackInput {
    private final String name;
    private final @Nullable BufferedReader lines;
    private final Map<String, String> description = new LinkedHashMap<>();
    private final List<List<PackColumn>> candidates;
    private final boolean checked;
    private int line;

    /**
     * @param name what messages call it
     * @param lines its text; null for a binary dialect
     * @param candidates columns it may have if it does not describe them
     * @param checked whether number of rows and checksum must be those of the description
     */
    PackInput(String name, @Nullable BufferedReader lines, List<List<PackColumn>> candidates, boolean checked) {
        this.name = name;
        this.lines = lines;
        this.candidates = candidates;
        this.checked = checked;
    }

    /** {@return the next line, or null} */
    @Nullable
    String next() throws IOException {
        if (lines == null) {
            throw new IllegalStateException(name + " is no text");
        }
        try {
            line++;
            return lines.readLine();
        } catch (MalformedInputException e) {
            throw malformed("not UTF-8");
        }
    }

    /** {@return what to throw for a mistake in the line read last} */
    IllegalArgumentException malformed(String problem) {
        return new IllegalArgumentException(name + (line > 0 ? ":" + line : "") + ": " + problem);
    }

    /** {@return what to throw for a mistake of the whole} */
    IllegalArgumentException damaged(String problem) {
        return new IllegalArgumentException(name + ": " + problem);
    }

    // ------------------------------------------------------------------ description

    /** Takes an entry of the description. */
    void describe(String key, String value) {
        String known = key.toLowerCase(Locale.ROOT).replace(' ', '-');
        if (description.put(known, value) != null) {
            throw malformed("property " + known + " occurs twice");
        }
    }

    /**
     * Takes a comment: an entry of the description if it is {@code key: value}, otherwise nothing.
     *
     * @param text the comment without its mark
     */
    void comment(String text) {
        int colon = text.indexOf(": ");
        String key = colon < 0 ? "" : text.substring(0, colon).strip();
        if (!key.isEmpty()
                && key.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == ' ')) {
            describe(key, text.substring(colon + 2).strip());
        }
    }

    /** {@return an entry of the description, or an empty text} */
    String described(String key) {
        return description.getOrDefault(key, "");
    }

    /** {@return whether the columns are described: by themselves, or dot products by the name of their engine} */
    boolean isDescribed() {
        if (!description.containsKey(Pack.COLUMNS) && described("kind").equals("dot")) {
            Optional<Engine> engine = Engines.find(described("engine"));
            if (engine.isPresent()) {
                EnginePackFunction dots = EnginePackFunction.dot(engine.get(), PackColumn.ANY);
                dots.properties().forEach((key, value) -> {
                    if (!key.equals(EnginePackFunction.PARAMETERS)) {
                        description.putIfAbsent(key, value);
                    }
                });
                description.put(Pack.COLUMNS, Pack.columnsText(dots.columns()));
            }
        }
        return description.containsKey(Pack.COLUMNS);
    }

    private List<PackColumn> describedColumns() {
        try {
            return Pack.parseColumns(described(Pack.COLUMNS));
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
    }

    // ------------------------------------------------------------------ columns

    /** A property of a list of columns that a file shows: for example how many there are. */
    interface Measure {
        long of(List<PackColumn> columns);
    }

    /**
     * {@return the columns}
     *
     * @param what what the measure counts
     * @param found the measure of what is read
     * @param measure the measure of columns
     */
    List<PackColumn> columns(String what, long found, Measure measure) {
        if (isDescribed()) {
            List<PackColumn> columns = describedColumns();
            if (measure.of(columns) != found) {
                throw malformed(what + " must be " + measure.of(columns) + ": " + found);
            }
            return columns;
        }
        requireCandidates();
        for (List<PackColumn> columns : candidates) {
            if (measure.of(columns) == found) {
                return columns;
            }
        }
        throw malformed(what + " must be "
                + String.join(
                        " or ",
                        candidates.stream()
                                .map(columns -> String.valueOf(measure.of(columns)))
                                .distinct()
                                .toList())
                + ": " + found);
    }

    /**
     * {@return the columns of some names, in the order of the names}
     *
     * @param names the names
     */
    List<PackColumn> columns(Collection<String> names) {
        List<PackColumn> known = new ArrayList<>();
        if (isDescribed()) {
            known.addAll(describedColumns());
            for (PackColumn column : known) {
                if (!names.contains(column.name())) {
                    throw malformed("column " + column.name() + " is missing");
                }
            }
        } else {
            requireCandidates();
            candidates.forEach(known::addAll);
        }
        List<PackColumn> columns = new ArrayList<>();
        for (String column : names) {
            int index = Pack.indexOf(known, column);
            if (index < 0) {
                throw malformed("unknown column '" + column + "'; columns are "
                        + String.join(
                                ", ",
                                known.stream().map(PackColumn::name).distinct().toList()));
            }
            columns.add(known.get(index));
        }
        return columns;
    }

    private void requireCandidates() {
        if (candidates.isEmpty()) {
            throw damaged("no description of its columns is found, neither within nor beside it");
        }
    }

    // ------------------------------------------------------------------ codes

    /** {@return codes that follow each other as hexadecimal digits} */
    long[] codes(PackColumn column, String text) {
        int digits = column.hexDigits();
        boolean fits = column.isRagged() ? text.length() % digits == 0 : text.length() == digits * column.length();
        if (!fits) {
            throw malformed("column " + column.name() + " must have " + (column.isRagged() ? "a multiple of " : "")
                    + digits * Math.abs(column.length()) + " digits: " + text.length());
        }
        long[] codes = new long[text.length() / digits];
        for (int i = 0; i < text.length(); i++) {
            codes[i / digits] = codes[i / digits] << 4 | digit(column, text.charAt(i));
        }
        return codes;
    }

    private int digit(PackColumn column, char c) {
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw malformed("column " + column.name() + " must consist of hexadecimal digits: '" + c + "'");
        }
        return digit;
    }

    /** {@return a code in hexadecimal, with or without {@code 0x}} */
    long code(PackColumn column, String text) {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        if (digits.length() != column.hexDigits()) {
            throw malformed(
                    "code of column " + column.name() + " must have " + column.hexDigits() + " digits: '" + text + "'");
        }
        long code = 0;
        for (int i = 0; i < digits.length(); i++) {
            code = code << 4 | digit(column, digits.charAt(i));
        }
        return code;
    }

    // ------------------------------------------------------------------ rows

    /** {@return an empty pack of these columns} */
    Pack.Builder builder(List<PackColumn> columns) {
        try {
            return Pack.builder(columns);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    /** Adds a row. */
    void add(Pack.Builder pack, long[]... cells) {
        try {
            pack.add(cells);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    /** {@return the pack, which is what it says it is} */
    Pack finish(Pack.Builder builder) {
        line = 0;
        String version = described(Pack.PACK);
        if (!version.isEmpty() && !version.equals(Pack.VERSION)) {
            throw damaged("pack must be '" + Pack.VERSION + "': '" + version + "'");
        }
        for (Map.Entry<String, String> entry : description.entrySet()) {
            switch (entry.getKey()) {
                case Pack.PACK, Pack.COLUMNS, Pack.COUNT, Pack.SHA256, PackFiles.LAYOUT, PackFiles.DIALECT -> {}
                default -> builder.property(entry.getKey(), entry.getValue());
            }
        }
        Pack pack;
        try {
            pack = builder.build();
        } catch (IllegalArgumentException e) {
            throw damaged(String.valueOf(e.getMessage()));
        }
        if (checked) {
            String count = described(Pack.COUNT);
            if (!count.isEmpty() && !count.equals(String.valueOf(pack.rows()))) {
                throw damaged("rows must be " + count + ", as the description says: " + pack.rows());
            }
            String sum = described(Pack.SHA256);
            if (!sum.isEmpty() && !sum.equals(pack.checksum())) {
                throw damaged("checksum must be " + sum + ", as the description says: " + pack.checksum());
            }
        }
        return pack;
    }
}
