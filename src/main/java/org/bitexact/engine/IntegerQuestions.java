package org.bitexact.engine;

import java.util.Map;
import java.util.TreeMap;

/** The questions about integer engines. */
final class IntegerQuestions extends Questions {

    IntegerQuestions(Engine formats) {
        super(formats);
        int width = formats.formatD().width();
        long top = formats.formatD().codeMask() >>> 1;
        int pair = add(new long[] {1}, new long[] {1}, 0);
        int left = add(new long[] {1}, new long[] {0}, 0);
        ask("operation", results -> {
            if (results.get(pair) == 0) {
                return results.get(left) == 1 ? "ones of a xor b" : "unlike the catalogue's";
            }
            return formats.formatA().width() == 1 ? "ones of a and b" : "product";
        });
        int over = add(new long[] {1, 1}, new long[] {1, 0}, top);
        ask(
                "overflow of the accumulator",
                results -> results.get(over) == top
                        ? "saturates"
                        : results.get(over) == top + 1 ? "wraps" : "unlike either");
        // beyond the top by one, then back by one: it matters whether a step ends in between
        Map<Integer, Integer> ends = new TreeMap<>();
        boolean signed = formats.formatB().width() > 1;
        for (int step = 1; step <= 256 && signed; step *= 2) {
            long[] x = new long[step + 1];
            long[] y = new long[step + 1];
            x[0] = 1;
            y[0] = 1;
            x[step] = 1;
            y[step] = formats.formatB().codeMask(); // -1 of signed formats
            ends.put(step, add(x, y, top));
        }
        long[] minusOne = {formats.formatB().codeMask()};
        int sign = add(new long[] {1}, minusOne, 0);
        ask("elements of a saturating step", results -> {
            boolean negative = results.get(sign) == -1L >>> (64 - width);
            if (results.get(over) != top || !negative) {
                return Fingerprint.UNRESOLVED;
            }
            for (Map.Entry<Integer, Integer> end : ends.entrySet()) {
                if (results.get(end.getValue()) == top - 1) {
                    return end.getKey().toString();
                }
            }
            return "more than 256";
        });
    }
}
