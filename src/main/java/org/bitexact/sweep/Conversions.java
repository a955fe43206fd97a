package org.bitexact.sweep;

import java.util.List;
import java.util.Locale;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.BoundaryTable;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;

/**
 * Implementations of the conversion from binary32 to a format of at most 32 bits, deterministic modes only.
 *
 * <pre>
 * name         what computes the results
 * codec        {@link Codec#encodeFloatBits}, short cuts included
 * generic      {@link Converter} from binary32 codes, which takes no short cut
 * oracle       the intervals of {@link BoundaryTable}, each computed from the oracle; formats of at most 20 bits
 * oracle-each  {@link Oracle} for every single input, about a microsecond each
 * </pre>
 *
 * @since 0.1
 */
public final class Conversions {
    private static final List<String> NAMES = List.of("codec", "generic", "oracle", "oracle-each");

    private Conversions() {}

    /** {@return the names that {@link #named} takes} */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * {@return the implementation of a name}
     *
     * @param name one of {@link #names()}
     * @param target the format converted to
     * @param policies the policies
     * @throws IllegalArgumentException if there is no such implementation, or it does not take the format or policies
     */
    public static Implementation named(String name, ScalarFormat target, Policies policies) {
        return switch (name) {
            case "codec" -> codec(target, policies);
            case "generic" -> generic(target, policies);
            case "oracle" -> oracle(target, policies);
            case "oracle-each" -> oracleEach(target, policies);
            default ->
                throw new IllegalArgumentException(
                        "implementation must be one of " + String.join(", ", NAMES) + ": '" + name + "'");
        };
    }

    /**
     * {@return the codec}
     *
     * @param target the format converted to
     * @param policies the policies
     */
    public static Implementation codec(ScalarFormat target, Policies policies) {
        Codec codec = Codec.of(target, policies);
        return new Conversion("codec", target, policies) {
            @Override
            public Evaluation prepare() {
                return (inputs, results, count) -> encode(codec, inputs, results, count);
            }
        };
    }

    private static void encode(Codec codec, long[] inputs, long[] results, int count) {
        for (int i = 0; i < count; i++) {
            results[i] = codec.encodeFloatBits((int) inputs[i], 0);
        }
    }

    /**
     * {@return the general conversion from code to code}
     *
     * @param target the format converted to
     * @param policies the policies
     */
    public static Implementation generic(ScalarFormat target, Policies policies) {
        Converter converter = Converter.of(Formats.BINARY32, Codec.of(target, policies));
        return new Conversion("generic", target, policies) {
            @Override
            public Evaluation prepare() {
                return (inputs, results, count) -> {
                    for (int i = 0; i < count; i++) {
                        results[i] = converter.convertWithFlags(inputs[i], 0);
                    }
                };
            }
        };
    }

    /**
     * {@return the oracle's intervals}
     *
     * <p>Rounding is monotone, so the oracle need only be asked where code or flags change, and on either side; see
     * {@link BoundaryTable}. NaN inputs are given to the oracle one by one.
     *
     * @param target the format converted to, at most 20 bits wide
     * @param policies the policies
     */
    public static Implementation oracle(ScalarFormat target, Policies policies) {
        if (target.width() > 20) {
            throw new IllegalArgumentException("the oracle's intervals need a format of at most 20 bits, " + target
                    + " has " + target.width() + "; use oracle-each with a sample");
        }
        return new Conversion("oracle", target, policies) {
            @Override
            public Evaluation prepare() {
                return new OracleIntervals(BoundaryTable.of(target, policies));
            }
        };
    }

    /**
     * {@return the oracle, asked for every input}
     *
     * @param target the format converted to
     * @param policies the policies
     */
    public static Implementation oracleEach(ScalarFormat target, Policies policies) {
        Oracle oracle = Oracle.of(target);
        return new Conversion("oracle-each", target, policies) {
            @Override
            public Evaluation prepare() {
                return (inputs, results, count) -> {
                    for (int i = 0; i < count; i++) {
                        Oracle.Result result =
                                oracle.encode(OracleValue.ofFloatBits((int) inputs[i]), Formats.BINARY32, policies, 0);
                        results[i] = result.code() | (long) result.flags() << 32;
                    }
                };
            }
        };
    }

    /** A conversion that is determined by its name, target and policies. */
    private abstract static class Conversion implements Implementation {
        private final String name;
        private final ScalarFormat target;
        private final Policies policies;

        Conversion(String name, ScalarFormat target, Policies policies) {
            if (target.width() > 32) {
                throw new IllegalArgumentException(
                        "width of a swept format must be at most 32, that of " + target + " is " + target.width());
            }
            if (policies.rounding().isStochastic()) {
                throw new IllegalArgumentException("rounding of a sweep must be deterministic: "
                        + policies.rounding().id());
            }
            this.name = name;
            this.target = target;
            this.policies = policies;
        }

        @Override
        public String id() {
            return name + "(" + definition(target) + "; " + policies + ")";
        }

        @Override
        public String explain(long result) {
            long code = result & 0xffff_ffffL;
            int flags = (int) (result >>> 32);
            String text = (code & ~target.codeMask()) == 0
                    ? CodeText.of(target).explain(code)
                    : String.format(Locale.ROOT, "0x%x, no code of %s,", code, target);
            return text + " [" + Flags.toString(flags) + "]";
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** All that decides the meaning of codes; a name alone does not, since users may define formats. */
    private static String definition(ScalarFormat format) {
        if (format instanceof FloatFormat f) {
            return String.format(
                    Locale.ROOT,
                    "%s: sign %d, exponent %d bits, trailing %d bits, bias %d, specials %s, subnormals %s",
                    f.name(),
                    f.signed() ? 1 : 0,
                    f.exponentBits(),
                    f.trailingBits(),
                    f.bias(),
                    f.specials(),
                    f.subnormals());
        }
        IntFormat i = (IntFormat) format;
        return String.format(
                Locale.ROOT,
                "%s: %s, %d bits%s, quantum 2^%d",
                i.name(),
                i.encoding(),
                i.width(),
                i.symmetric() ? ", symmetric" : "",
                i.scaleExponent());
    }
}
