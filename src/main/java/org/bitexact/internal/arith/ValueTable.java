package org.bitexact.internal.arith;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;

/**
 * The values of all codes of a narrow format, shared by everybody who computes with it.
 *
 * <p><b>Thread safety</b>: tables may be made twice, with the same content, but are never written once handed out.
 */
public final class ValueTable {
    /** Wider formats have no table: half a mebibyte for 16 bits is what second-level caches hold. */
    private static final int WIDTH = 16;

    private static final double[] NONE = {};
    private static final Map<FloatFormat, SoftReference<double[]>> TABLES = new ConcurrentHashMap<>();

    private ValueTable() {}

    /**
     * {@return the values by code, NaN for every NaN; empty if the format is wider than 16 bits}
     *
     * @param format a format whose values are exact in binary64
     */
    public static double[] of(FloatFormat format) {
        if (format.width() > WIDTH) {
            return NONE;
        }
        SoftReference<double[]> known = TABLES.get(format);
        double[] table = known == null ? null : known.get();
        if (table == null) {
            Codec codec = Codec.of(format);
            table = new double[1 << format.width()];
            for (int code = 0; code < table.length; code++) {
                table[code] = codec.decode(code);
            }
            TABLES.put(format, new SoftReference<>(table));
        }
        return table;
    }
}
