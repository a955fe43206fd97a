package org.bitexact.vectors;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Words for {@code $readmemh} and {@code $readmemb}: one a line, its fields joined by underscores, the first column in the
 * high bits. A field has the codes of as many rows as the layout has lanes. The description stands in {@code //} lines.
 *
 * <p>A hexadecimal field is padded to whole digits. A word of ones alone ends the list for many test benches, so none is
 * written; one at the end is passed over when reading.
 *
 * <p>Read as Verilog does: words anywhere, underscores and comments anywhere, addresses if they continue the count; unknown
 * bits are refused.
 */
final class VerilogText implements PackText {
    private final PackDialect dialect;
    private final boolean binary;
    private final boolean upper;

    VerilogText(PackDialect dialect) {
        this.dialect = dialect;
        binary = dialect == PackDialect.READMEMB;
        upper = dialect == PackDialect.TV;
    }

    /** {@return digits of a code} */
    private int digits(PackColumn column, PackLayout layout) {
        int bits = layout.isBoxed(column) ? layout.boxBits() : column.fieldBits();
        return binary ? bits : (bits + 3) / 4;
    }

    /** {@return codes of a field} */
    private static int codes(PackColumn column, PackLayout layout) {
        return column.length() * layout.lanes();
    }

    private int wordDigits(List<PackColumn> columns, PackLayout layout) {
        int digits = 0;
        for (PackColumn column : columns) {
            digits += column.isRagged() ? 1 << 20 : codes(column, layout) * digits(column, layout);
        }
        return digits;
    }

    @Override
    public void write(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException {
        PackText.requireEven(pack, dialect);
        requireWholeWords(pack, layout);
        PackText.writeDescription(PackFiles.description(pack, dialect, layout), "//", out);
        for (int row = 0; row < pack.rows(); row += layout.lanes()) {
            String word = word(pack, row, layout);
            if (word.chars().allMatch(c -> c == '_' || c == (binary ? '1' : 'f'))) {
                throw new IllegalArgumentException("row " + row + " must not be all ones, which ends a list of words");
            }
            out.write((upper ? word.toUpperCase(Locale.ROOT) : word) + "\n");
        }
    }

    private static void requireWholeWords(Pack pack, PackLayout layout) {
        if (pack.rows() % layout.lanes() != 0) {
            throw new IllegalArgumentException(
                    "rows must be a multiple of " + layout.lanes() + ", the lanes of a word: " + pack.rows());
        }
    }

    private String word(Pack pack, int row, PackLayout layout) {
        StringBuilder word = new StringBuilder();
        for (int c = 0; c < pack.columns().size(); c++) {
            PackColumn column = pack.columns().get(c);
            word.append(c == 0 ? "" : "_");
            int length = column.length();
            int n = codes(column, layout);
            for (int i = 0; i < n; i++) {
                int position = layout.bigEndian() ? i : n - 1 - i;
                long code = pack.code(row + position / length, c, position % length) | layout.boxOnes(column);
                if (binary) {
                    for (int bit = digits(column, layout) - 1; bit >= 0; bit--) {
                        word.append(code >>> bit & 1);
                    }
                } else {
                    Pack.hex(word, code, digits(column, layout));
                }
            }
        }
        return word.toString();
    }

    /** Writes the parameters of the words, to be included in a module. */
    void writeParameters(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException {
        String name = prefix.toUpperCase(Locale.ROOT);
        out.write("// parameters of the words of " + prefix + dialect.extension() + "\n");
        parameter(out, name + "_COUNT", pack.rows());
        parameter(out, name + "_WORDS", pack.rows() / layout.lanes());
        int bitsOfDigit = binary ? 1 : 4;
        int at = wordDigits(pack.columns(), layout) * bitsOfDigit;
        parameter(out, name + "_WORD_BITS", at);
        for (PackColumn column : pack.columns()) {
            int codes = codes(column, layout);
            at -= codes * digits(column, layout) * bitsOfDigit;
            String field = name + "_" + column.name().toUpperCase(Locale.ROOT);
            parameter(out, field + "_LSB", at);
            parameter(out, field + "_CODES", codes);
            parameter(out, field + "_STRIDE", digits(column, layout) * bitsOfDigit);
            parameter(out, field + "_BITS", layout.isBoxed(column) ? layout.boxBits() : column.fieldBits());
        }
    }

    private static void parameter(Writer out, String name, int value) throws IOException {
        out.write("localparam " + name + " = " + value + ";\n");
    }

    // ------------------------------------------------------------------ reading

    @Override
    public Pack read(PackInput in) throws IOException {
        Pack.Builder pack = null;
        PackLayout layout = PackLayout.DEFAULT;
        long words = 0;
        boolean ended = false;
        boolean comment = false;
        for (String line = in.next(); line != null; line = in.next()) {
            StringBuilder rest = new StringBuilder();
            comment = withoutComments(in, line, comment, rest);
            for (String token : rest.toString().strip().split("[ \t]+")) {
                if (token.isEmpty()) {
                    continue;
                }
                if (token.startsWith("@")) {
                    requireAddress(in, token, words);
                    continue;
                }
                if (ended) {
                    throw in.malformed("a word follows the one of all ones");
                }
                String word = token.replace("_", "");
                requireDigits(in, word);
                if (pack == null) {
                    layout = layout(in);
                    PackLayout known = layout;
                    pack = in.builder(in.columns("digits of a word", word.length(), c -> wordDigits(c, known)));
                }
                int digits = wordDigits(pack.columns(), layout);
                if (word.length() != digits) {
                    throw in.malformed("digits of a word must be " + digits + ": " + word.length());
                }
                if (word.chars().allMatch(c -> c == (binary ? '1' : 'f') || c == 'F')) {
                    ended = true;
                    continue;
                }
                words++;
                add(in, pack, layout, word);
            }
        }
        if (comment) {
            throw in.malformed("a comment does not end");
        }
        return in.finish(
                pack == null
                        ? in.builder(in.columns(
                                "digits of a word", 0, c -> in.isDescribed() ? 0 : wordDigits(c, PackLayout.DEFAULT)))
                        : pack);
    }

    private static PackLayout layout(PackInput in) {
        String text = in.described(PackFiles.LAYOUT);
        try {
            return text.isEmpty() ? PackLayout.DEFAULT : PackLayout.parse(text);
        } catch (IllegalArgumentException e) {
            throw in.damaged(String.valueOf(e.getMessage()));
        }
    }

    /** Takes the comments out of a line; returns whether one goes on in the next. */
    private static boolean withoutComments(PackInput in, String line, boolean within, StringBuilder rest) {
        boolean comment = within;
        for (int i = 0; i < line.length(); i++) {
            boolean pair = i + 1 < line.length();
            if (comment) {
                if (pair && line.startsWith("*/", i)) {
                    comment = false;
                    i++;
                }
            } else if (pair && line.startsWith("/*", i)) {
                comment = true;
                rest.append(' ');
                i++;
            } else if (pair && line.startsWith("//", i)) {
                in.comment(line.substring(i + 2));
                return false;
            } else {
                rest.append(line.charAt(i));
            }
        }
        return comment;
    }

    private static void requireAddress(PackInput in, String token, long words) {
        long address;
        try {
            address = Long.parseLong(token.substring(1), 16);
        } catch (NumberFormatException e) {
            throw in.malformed("address must be hexadecimal: '" + token + "'");
        }
        if (address != words) {
            throw in.malformed("address must be that of the next word, @" + Long.toHexString(words) + ": " + token);
        }
    }

    private void requireDigits(PackInput in, String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if ("xXzZ?".indexOf(c) >= 0) {
                throw in.malformed("a word must not have unknown bits: '" + c + "'");
            }
            if (c >= 0x80 || Character.digit(c, binary ? 2 : 16) < 0) {
                throw in.malformed(
                        "a word must consist of " + (binary ? "binary" : "hexadecimal") + " digits: '" + c + "'");
            }
        }
    }

    private void add(PackInput in, Pack.Builder pack, PackLayout layout, String word) {
        List<PackColumn> columns = pack.columns();
        long[][][] cells = new long[layout.lanes()][columns.size()][];
        int at = 0;
        for (int c = 0; c < columns.size(); c++) {
            PackColumn column = columns.get(c);
            int length = column.length();
            for (long[][] row : cells) {
                row[c] = new long[length];
            }
            int n = codes(column, layout);
            int digits = digits(column, layout);
            long ones = layout.boxOnes(column);
            for (int i = 0; i < n; i++) {
                int position = layout.bigEndian() ? i : n - 1 - i;
                long code = Long.parseUnsignedLong(word.substring(at, at + digits), binary ? 2 : 16);
                at += digits;
                if ((code & ones) != ones) {
                    throw in.malformed("column " + column.name() + " must be boxed: ones above its codes");
                }
                cells[position / length][c][position % length] = code & ~ones;
            }
        }
        for (long[][] row : cells) {
            in.add(pack, row);
        }
    }

    /** {@return what suits a file name and the languages that declare names after it} */
    static String prefix(@Nullable String name) {
        String clean = name == null ? "" : name.replaceAll("[^A-Za-z0-9]+", "_");
        return clean.isEmpty() || Character.isDigit(clean.charAt(0)) ? "pack_" + clean : clean;
    }
}
