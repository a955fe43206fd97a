package org.bitexact.format;

/**
 * What becomes of a finite value whose magnitude, rounded with unbounded exponent range, exceeds the largest finite
 * number.
 *
 * <p>Where a policy yields infinity and the format has none, NaN of the value's sign takes its place; where the format
 * has neither, the largest finite number of that sign does. Integer formats have neither, so every policy but
 * {@link #WRAP} and {@link #INDEFINITE} saturates there.
 *
 * <pre>
 * constant   id     rne rna rnz rhu raz, stochastic   rz, ro        ru +   ru -   rd +   rd -
 * IEEE       ieee   infinity                          largest       inf    max    max    inf
 * INFINITY   inf    infinity                          infinity      infinity, whatever the direction
 * NAN        nan    NaN                               NaN           NaN, whatever the direction
 * SATURATE   sat    largest                           largest       largest, whatever the direction
 * P3109      p3109  as IEEE, except that finite formats yield the largest finite number, never NaN, and that
 *                   ro yields infinity in signed extended formats
 * </pre>
 *
 * <p>Sources: IEEE 754-2019, 7.4; OCP OFP8 1.0, section on conversion; IEEE P3109 interim report 4.0 (draft),
 * {@code SatNone}.
 *
 * @since 0.1
 */
public enum Overflow {
    /** By the direction of rounding, as IEEE 754 has it. */
    IEEE("ieee"),
    /** Infinity, whatever the direction of rounding. */
    INFINITY("inf"),
    /** NaN, whatever the direction of rounding. */
    NAN("nan"),
    /** The largest finite number. */
    SATURATE("sat"),
    /** The rule named {@code SatNone} by P3109. */
    P3109("p3109"),
    /** Integer formats: the low bits of the rounded integer. Floating-point formats reject it. */
    WRAP("wrap"),
    /**
     * Integer formats: the x86 integer indefinite, whatever the sign and for infinite inputs too: the most negative number
     * of signed formats, all ones in unsigned ones. Floating-point formats reject it.
     */
    INDEFINITE("indefinite");

    private final String id;

    Overflow(String id) {
        this.id = id;
    }

    /** {@return the name used on the command line} */
    public String id() {
        return id;
    }

    /** {@return whether the policy is for integer formats only} */
    public boolean isForIntegers() {
        return this == WRAP || this == INDEFINITE;
    }

    /**
     * Finds a policy by name.
     *
     * @param text the name; case does not matter
     * @return the policy
     * @throws IllegalArgumentException if no policy has the name
     */
    public static Overflow parse(String text) {
        return Choice.parse("overflow", text, values(), Overflow::id);
    }
}
