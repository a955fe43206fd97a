package org.bitexact.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Rules for identifiers, and the search for the one that was meant. */
final class Names {
    private static final Pattern IDENTIFIER = Pattern.compile("[a-z0-9][a-z0-9_]{0,63}");

    private Names() {}

    static String requireIdentifier(String what, String value) {
        if (!IDENTIFIER.matcher(value).matches()) {
            throw new IllegalArgumentException(what
                    + " must be 1 to 64 lower-case letters, digits or '_', not starting with '_': '" + value + "'");
        }
        return value;
    }

    /** The key under which a name is looked up: lower case, with the separators people vary left out. */
    static String key(String name) {
        StringBuilder key = new StringBuilder(name.length());
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if (c != '_' && c != '-' && c != ' ' && c != '.') {
                key.append(c);
            }
        }
        return key.toString();
    }

    /** The candidates closest to a misspelt name, best first, at most three; empty if none is near. */
    static List<String> nearest(String name, Collection<String> candidates) {
        String key = key(name);
        int limit = Math.max(1, Math.min(3, key.length() / 2));
        List<String> close = new ArrayList<>();
        for (String candidate : candidates) {
            if (distance(key, key(candidate)) <= limit) {
                close.add(candidate);
            }
        }
        close.sort(Comparator.<String>comparingInt(c -> distance(key, key(c))).thenComparing(c -> c));
        return close.subList(0, Math.min(3, close.size()));
    }

    /** Number of single-character insertions, deletions and substitutions between two words. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
