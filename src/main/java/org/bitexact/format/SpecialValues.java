package org.bitexact.format;

import java.util.Locale;

/**
 * Which codes of a floating-point format stand for infinities and NaNs.
 *
 * <p>In the table, <i>E</i> is the exponent field, <i>T</i> the trailing significand field, and codes are those of an
 * 8-bit format with 4 exponent bits.
 *
 * <pre>
 * policy           infinity               NaN                          negative zero
 * IEEE             E all ones, T = 0      E all ones, T != 0           yes
 * FN               none                   E and T all ones (7F, FF)    yes
 * FNUZ             none                   code of -0 (80)              no
 * NONE             none                   none                         yes
 * P3109_EXTENDED   top magnitude (7F, FF) code of -0 (80)              no
 * P3109_FINITE     none                   code of -0 (80)              no
 * </pre>
 *
 * <p>In unsigned P3109 formats the NaN is the all-ones code, and the infinity of the extended ones is the code below.
 *
 * <p>Sources: IEEE 754-2019, 3.4; OCP 8-bit Floating Point Specification (OFP8) 1.0, Table 1; IEEE P3109 interim
 * report 4.0 (draft), section on value sets; for FNUZ, arXiv 2206.02915.
 *
 * @since 0.1
 */
public enum SpecialValues {
    /** IEEE 754: the largest exponent field holds the infinities and all NaNs. */
    IEEE,
    /** Finite with NaN: only the code whose exponent and trailing significand are all ones is NaN. */
    FN,
    /** Finite, unsigned zero: the code of negative zero is the only NaN. */
    FNUZ,
    /** Every code is finite. */
    NONE,
    /** P3109 extended: the NaN takes the code of negative zero, the infinities the largest magnitudes. */
    P3109_EXTENDED,
    /** P3109 finite: the NaN takes the code of negative zero; no infinities. */
    P3109_FINITE;

    /** {@return the name used in specification files} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return whether the format is a member of the P3109 family, whose ties at precision 1 follow the code} */
    public boolean isP3109() {
        return this == P3109_EXTENDED || this == P3109_FINITE;
    }
}
