package org.bitexact.tensor;

/** Strings in messages and in JSON. */
final class Quotes {
    private static final int LONGEST = 100;

    private Quotes() {}

    /** {@return a piece of input as part of a message: in quotes, not too long} */
    static String of(String text) {
        String shown = text.strip();
        return shown.length() <= LONGEST ? "'" + shown + "'" : "'" + shown.substring(0, LONGEST) + "...'";
    }

    /** {@return a JSON string} */
    static String json(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** {@return a JSON array of whole numbers} */
    static String json(long... numbers) {
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < numbers.length; i++) {
            out.append(i == 0 ? "" : ",").append(numbers[i]);
        }
        return out.append(']').toString();
    }
}
