package org.bitexact.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;

/** The codes worth knowing of a format, under the names that {@code formats-spec} uses. */
final class Landmarks {
    private Landmarks() {}

    /** {@return code by name, those the format has, from zero upward} */
    static Map<String, Long> of(ScalarFormat format) {
        Map<String, Long> codes = new LinkedHashMap<>();
        if (format instanceof FloatFormat f) {
            ofFloat(f, codes);
        } else {
            ofInteger((IntFormat) format, codes);
        }
        return codes;
    }

    private static void ofFloat(FloatFormat f, Map<String, Long> codes) {
        if (f.hasZero()) {
            codes.put("zero", 0L);
        }
        if (f.hasNegativeZero()) {
            codes.put("negative_zero", f.signMask());
        }
        if (f.hasSubnormals()) {
            codes.put("min_subnormal", 1L);
            codes.put("max_subnormal", f.trailingMask());
        }
        if (f.minNormalCode() <= f.maxFiniteCode()) {
            codes.put("min_normal", f.minNormalCode());
        }
        putOne(f, codes);
        codes.put("max_finite", f.maxFiniteCode());
        if (f.hasInfinity()) {
            codes.put("infinity", f.infinityCode());
            if (f.signed()) {
                codes.put("negative_infinity", f.infinityCode() | f.signMask());
            }
        }
        if (f.hasNan()) {
            codes.put("canonical_nan", f.nanCode());
        }
    }

    private static void ofInteger(IntFormat i, Map<String, Long> codes) {
        if (i.encoding() != IntFormat.Encoding.BIPOLAR) {
            codes.put("zero", 0L);
            if (i.maxInteger() != 0) {
                codes.put("min_positive", 1L);
            }
        }
        putOne(i, codes);
        codes.put("max", codeOf(i, i.maxInteger()));
        codes.put("min", codeOf(i, i.minInteger()));
    }

    private static void putOne(ScalarFormat format, Map<String, Long> codes) {
        Flags flags = new Flags();
        long one = Codec.of(format).encodeLong(1L, 0, flags);
        if (flags.raised() == 0) {
            codes.put("one", one);
        }
    }

    /** {@return the code of an integer <i>n</i> in range} */
    static long codeOf(IntFormat format, long n) {
        return format.encoding() == IntFormat.Encoding.BIPOLAR ? (n > 0 ? 1 : 0) : n & format.codeMask();
    }
}
