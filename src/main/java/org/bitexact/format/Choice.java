package org.bitexact.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Lookup of an enum constant by its command-line name, with an error that lists what is allowed. */
final class Choice {
    private Choice() {}

    static <E extends Enum<E>> E parse(String what, String text, E[] values, Function<E, String> id) {
        String key = Names.key(text);
        for (E value : values) {
            if (key.equals(Names.key(id.apply(value))) || key.equals(Names.key(value.name()))) {
                return value;
            }
        }
        throw unknown(what, text, values, id);
    }

    static <E extends Enum<E>> IllegalArgumentException unknown(
            String what, String text, E[] values, Function<E, String> id) {
        List<String> ids = new ArrayList<>();
        for (E value : values) {
            ids.add(id.apply(value));
        }
        return unknown(what, text, ids);
    }

    static IllegalArgumentException unknown(String what, String text, List<String> allowed) {
        List<String> near = Names.nearest(text, allowed);
        String hint = near.isEmpty() ? "" : " (did you mean " + String.join(", ", near) + "?)";
        return new IllegalArgumentException(
                what + " must be one of " + String.join(", ", allowed) + ": '" + text + "'" + hint);
    }
}
