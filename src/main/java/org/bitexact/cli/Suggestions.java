package org.bitexact.cli;

import java.util.ArrayList;
import java.util.List;

/** What a misspelt word may have been meant to be. */
final class Suggestions {
    private Suggestions() {}

    /** {@return the end of a message about an unknown word: {@code ; did you mean X?}, or empty if nothing is near} */
    static String of(String word, Iterable<String> known) {
        List<String> best = new ArrayList<>();
        int least = Math.max(1, Math.min(3, word.length() / 2));
        for (String candidate : known) {
            int distance = distance(word, candidate);
            if (distance < least) {
                best.clear();
                least = distance;
            }
            if (distance == least) {
                best.add(candidate);
            }
        }
        return best.isEmpty()
                ? ""
                : "; did you mean " + String.join(" or ", best.subList(0, Math.min(3, best.size()))) + "?";
    }

    /** Number of single-character insertions, deletions and substitutions, and swaps of neighbours, between two words. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int substituted = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(substituted, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
