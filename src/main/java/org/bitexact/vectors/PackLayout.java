package org.bitexact.vectors;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitexact.format.FloatFormat;

/**
 * How Verilog dialects put the codes of a pack into words.
 *
 * <p>A word holds {@code lanes} consecutive rows: in its field of each column stand their codes, that of the first row in the
 * low bits, or in the high bits if {@code bigEndian}. The codes of a row that has several follow each other in the same
 * direction. With {@code boxBits}, each floating-point code that is narrower stands in as many bits, those above it ones: the
 * NaN boxing of RISC-V.
 *
 * @param lanes rows in a word, at least 1
 * @param boxBits width of a NaN box: 0 for none, or up to 64
 * @param bigEndian whether the first code of a field is in the high bits
 * @since 0.1
 */
public record PackLayout(int lanes, int boxBits, boolean bigEndian) {
    /** One row a word, the first code in the low bits, no boxing. */
    public static final PackLayout DEFAULT = new PackLayout(1, 0, false);

    private static final Pattern TEXT = Pattern.compile("lanes=([0-9]{1,4}) box=([0-9]{1,2}) order=(little|big)");
    private static final int MOST_LANES = 1024;

    /** Checks the components. */
    public PackLayout {
        if (lanes < 1 || lanes > MOST_LANES) {
            throw new IllegalArgumentException("lanes must be in [1, " + MOST_LANES + "]: " + lanes);
        }
        if (boxBits < 0 || boxBits > 64 || boxBits % 8 != 0) {
            throw new IllegalArgumentException("box must be 0, for none, or 8, 16, ... 64 bits: " + boxBits);
        }
    }

    /** {@return the layout that a description tells} */
    static PackLayout parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("layout must be lanes=N box=N order=little or big: '" + text + "'");
        }
        return new PackLayout(
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                parts.group(3).equals("big"));
    }

    /** {@return the bits of a code that lie above it: ones, if it is boxed} */
    long boxOnes(PackColumn column) {
        return isBoxed(column) ? -1L << column.fieldBits() & (boxBits == 64 ? -1L : (1L << boxBits) - 1) : 0;
    }

    /** {@return whether codes of a column are boxed} */
    boolean isBoxed(PackColumn column) {
        return column.format() instanceof FloatFormat && column.fieldBits() < boxBits;
    }

    /** {@return the description} */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "lanes=%d box=%d order=%s", lanes, boxBits, bigEndian ? "big" : "little");
    }
}
