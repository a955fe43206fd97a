package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/**
 * A column of a {@link Pack}: what its codes are called, what they mean, and how many of them a row has.
 *
 * <p>A code stands in a <i>field</i>: in its low bits, except that TF32 stands in its binary32 container, low 13 bits zero.
 *
 * <p>In text a column is {@code name:role:format}, followed by its shape, if a row has more than one code:
 *
 * <pre>
 * z:result:f32          one code a row
 * a:operand:e4m3[16,32] 512 codes a row, row-major
 * a:operand:bf16[*]     as many as the row has
 * </pre>
 *
 * @param name letters, digits and underscores, starting with a letter
 * @param role what the column is in a case
 * @param format what a code means
 * @param shape lengths of the dimensions of a row's codes; empty for one code; a single {@link #ANY} if rows differ
 * @since 0.1
 */
public record PackColumn(String name, Role role, ScalarFormat format, List<Integer> shape) {

    /** The length of a dimension that differs from row to row. */
    public static final int ANY = -1;

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    private static final Pattern TEXT = Pattern.compile("([^:\\[\\]]*):([^:\\[\\]]*):([^:\\[\\]]*)(?:\\[([0-9,*]+)])?");
    private static final int MOST_CODES = 1 << 24;

    /**
     * What a column is in a case.
     *
     * @since 0.1
     */
    public enum Role {
        /** Given to the function. */
        OPERAND,
        /** Expected from it. */
        RESULT,
        /** Exception flags expected from it, in the order of {@link org.bitexact.format.Flags}. */
        FLAGS;

        /** {@return the name in the description of a pack} */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        private static Role parse(String text) {
            for (Role role : values()) {
                if (role.id().equals(text)) {
                    return role;
                }
            }
            throw new IllegalArgumentException("role of a column must be operand, result or flags: '" + text + "'");
        }
    }

    /** Checks the components. */
    public PackColumn {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(format, "format");
        shape = List.copyOf(shape);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name of a column must be 1 to 64 letters, digits or '_', starting with"
                    + " a letter: '" + name + "'");
        }
        long codes = 1;
        for (int length : shape) {
            boolean any = length == ANY && shape.size() == 1;
            if (length < 1 && !any) {
                throw new IllegalArgumentException("shape of column " + name + " must have positive lengths: " + shape);
            }
            codes *= length;
            if (codes > MOST_CODES) {
                throw new IllegalArgumentException(
                        "shape of column " + name + " must have at most " + MOST_CODES + " codes: " + shape);
            }
        }
    }

    /**
     * {@return a column of operands}
     *
     * @param name its name
     * @param format what a code means
     * @param shape lengths of the dimensions of a row's codes; none for one code
     */
    public static PackColumn operand(String name, ScalarFormat format, Integer... shape) {
        return new PackColumn(name, Role.OPERAND, format, List.of(shape));
    }

    /**
     * {@return a column of results}
     *
     * @param name its name
     * @param format what a code means
     * @param shape lengths of the dimensions of a row's codes; none for one code
     */
    public static PackColumn result(String name, ScalarFormat format, Integer... shape) {
        return new PackColumn(name, Role.RESULT, format, List.of(shape));
    }

    /** {@return a column of exception flags, called {@code flags}} */
    public static PackColumn flags() {
        return new PackColumn("flags", Role.FLAGS, Formats.UINT8, List.of());
    }

    /**
     * {@return the column that a text describes}
     *
     * @param text {@code name:role:format[shape]}
     * @throws IllegalArgumentException if it describes none, or its format is not known
     */
    public static PackColumn parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "column must be name:role:format or name:role:format[shape]: '" + text + "'");
        }
        String name = parts.group(1);
        List<Integer> shape = new ArrayList<>();
        if (parts.group(4) != null) {
            for (String length : parts.group(4).split(",", -1)) {
                try {
                    shape.add(length.equals("*") ? ANY : Integer.parseInt(length));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(
                            "shape of column " + name + " must be numbers: '" + text + "'", e);
                }
            }
        }
        Optional<ScalarFormat> format;
        try {
            format = FormatNames.find(parts.group(3)).map(Resolved::format);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("column " + name + ": " + e.getMessage(), e);
        }
        return new PackColumn(
                name,
                Role.parse(parts.group(2)),
                format.orElseThrow(() ->
                        new IllegalArgumentException("column " + name + ": unknown format '" + parts.group(3) + "'")),
                shape);
    }

    /** {@return the number of codes a row has, or {@link #ANY}} */
    public int length() {
        return shape.stream().reduce(1, (a, b) -> a * b);
    }

    /** {@return whether rows may have different numbers of codes} */
    public boolean isRagged() {
        return length() == ANY;
    }

    /** {@return the number of bits of a field: those of a code, and those below it in the container of TF32} */
    public int fieldBits() {
        return format.width() + containerShift();
    }

    /** {@return the number of hexadecimal digits of a field} */
    public int hexDigits() {
        return (fieldBits() + 3) / 4;
    }

    /** {@return the number of zero bits below a code in its field: 13 for TF32, otherwise 0} */
    public int containerShift() {
        return format instanceof FloatFormat f && f.sameEncoding(Formats.TF32) ? f.containerBits() - f.width() : 0;
    }

    /** {@return the bits that may be set in a field} */
    public long fieldMask() {
        return format.codeMask() << containerShift();
    }

    /** {@return the description, as {@link #parse} takes it} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name + ":" + role.id() + ":" + format.name());
        for (int i = 0; i < shape.size(); i++) {
            text.append(i == 0 ? '[' : ',').append(shape.get(i) == ANY ? "*" : String.valueOf(shape.get(i)));
        }
        return text.append(shape.isEmpty() ? "" : "]").toString();
    }
}
