package org.bitexact.format;

import java.util.ArrayList;
import java.util.List;

/**
 * The family of binary formats of IEEE P3109: {@code Binary{K}p{P}{s|u}{e|f}}.
 *
 * <p>A member has <i>K</i> bits and precision <i>P</i>, is signed or unsigned, and is extended (has infinities) or
 * finite. The exponent field has {@code K - P} bits in signed and {@code K - P + 1} bits in unsigned members, the bias
 * is {@code 2^(K-P-1)} or {@code 2^(K-P)}, so that 1.0 lies in the middle of the non-negative codes. There is one zero
 * and one NaN; subnormals are always present.
 *
 * <p>Source: IEEE P3109 working group, interim report 4.0 (draft, 2026), sections on value sets and encodings. The
 * report is not an approved standard.
 *
 * @since 0.1
 */
public final class P3109 {
    private static final Source REPORT = new Source(
            "IEEE P3109 Working Group interim report", "4.0 (draft)", "Formats", "https://github.com/P3109/Public");

    private P3109() {}

    /**
     * {@return a member of the family}
     *
     * @param k total bits, 3 to 16
     * @param p precision, 1 to {@code k - 1} if signed, 1 to {@code k} if unsigned
     * @param signed whether there are negative numbers
     * @param extended whether there are infinities
     */
    public static FloatFormat of(int k, int p, boolean signed, boolean extended) {
        FloatFormat.requireRange("K", k, 3, 16);
        FloatFormat.requireRange("P", p, 1, signed ? k - 1 : k);
        int exponentBits = signed ? k - p : k - p + 1;
        String kind = (signed ? "s" : "u") + (extended ? "e" : "f");
        String title = "Binary" + k + "p" + p + kind;
        FormatInfo info = new FormatInfo(
                "P3109 " + title,
                List.of(new Alias("ieee", title)),
                List.of(REPORT),
                Certainty.SPECIFIED,
                "The report is an unapproved draft.");
        return new FloatFormat(
                "p3109_k" + k + "p" + p + kind,
                signed,
                exponentBits,
                p - 1,
                1 << (exponentBits - 1),
                extended ? SpecialValues.P3109_EXTENDED : SpecialValues.P3109_FINITE,
                SubnormalRule.GRADUAL,
                k <= 8 ? 8 : 16,
                info);
    }

    /**
     * {@return every member with K in a range, ordered by K, P, signed before unsigned, extended before finite}
     *
     * @param fromK smallest K, at least 3
     * @param toK largest K, at most 16
     */
    public static List<FloatFormat> all(int fromK, int toK) {
        List<FloatFormat> formats = new ArrayList<>();
        for (int k = fromK; k <= toK; k++) {
            for (int p = 1; p <= k; p++) {
                for (boolean signed : new boolean[] {true, false}) {
                    if (signed && p == k) {
                        continue;
                    }
                    formats.add(of(k, p, signed, true));
                    formats.add(of(k, p, signed, false));
                }
            }
        }
        return formats;
    }
}
