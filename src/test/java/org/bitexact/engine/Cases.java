package org.bitexact.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operands of dot products, written briefly. */
final class Cases {
    private Cases() {}

    /**
     * {@return codes in hexadecimal, separated by spaces; {@code 3c00*8} stands for eight of them}
     *
     * @param text the codes
     */
    static long[] codes(String text) {
        List<Long> codes = new ArrayList<>();
        for (String word : text.isBlank() ? new String[0] : text.trim().split("\\s+")) {
            String[] parts = word.split("\\*");
            for (int i = parts.length == 1 ? 1 : Integer.parseInt(parts[1]); i > 0; i--) {
                codes.add(Long.parseUnsignedLong(parts[0], 16));
            }
        }
        return codes.stream().mapToLong(Long::longValue).toArray();
    }

    static DotCase of(String a, String b, String c) {
        return new DotCase(codes(a), codes(b), Long.parseUnsignedLong(c, 16));
    }

    static DotCase of(String a, String b, String c, @Nullable String scaleA, @Nullable String scaleB) {
        return new DotCase(
                codes(a),
                codes(b),
                Long.parseUnsignedLong(c, 16),
                scaleA == null ? null : codes(scaleA),
                scaleB == null ? null : codes(scaleB));
    }

    /** {@return a code as it is printed} */
    static String hex(Engine engine, long code) {
        return String.format("%0" + engine.formatD().hexDigits() + "x", code);
    }
}
