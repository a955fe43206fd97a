package org.bitexact.format;

import java.util.List;
import java.util.Locale;

/**
 * How an exact value that lies between two neighbouring representable values becomes one of them.
 *
 * <p>Let <i>S</i> be the floor significand (the smaller neighbour in magnitude, as an integer multiple of the quantum)
 * and <i>f</i> in [0, 1) the discarded fraction of a quantum. The magnitude moves up to <i>S + 1</i> when
 *
 * <pre>
 * constant                id    condition
 * TIES_TO_EVEN            rne   f &gt; 1/2, or f = 1/2 and S odd
 * TIES_TO_AWAY            rna   f &gt;= 1/2
 * TIES_TOWARD_ZERO        rnz   f &gt; 1/2
 * TIES_TOWARD_POSITIVE    rhu   f &gt; 1/2, or f = 1/2 and the value is positive
 * TOWARD_ZERO             rz    never
 * AWAY_FROM_ZERO          raz   f &gt; 0
 * TOWARD_POSITIVE         ru    f &gt; 0 and the value is positive
 * TOWARD_NEGATIVE         rd    f &gt; 0 and the value is negative
 * TO_ODD                  ro    f &gt; 0 and S even
 * STOCHASTIC_A            sra   floor(f * 2^N) + R &gt;= 2^N
 * STOCHASTIC_B            srb   floor(f * 2^(N+1)) + 2R + 1 &gt;= 2^(N+1)
 * STOCHASTIC_C            src   roundTiesToEven(f * 2^N) + R &gt;= 2^N
 * STOCHASTIC_TRUNCATE     srt   f + R * 2^-N &gt;= 1
 * </pre>
 *
 * <p>The stochastic modes take <i>N</i> random bits ({@link Policies#randomBits()}) as an integer <i>R</i> in [0, 2^N)
 * with each value. {@code STOCHASTIC_TRUNCATE} is the add-then-truncate of software implementations with <i>R</i>
 * aligned to the top of the discarded field; since <i>R</i> is an integer it decides every case as
 * {@code STOCHASTIC_A}.
 *
 * <p>At precision 1 the floor significand of a normal number is always 1. Ties of {@code rne} then go up, as IEEE
 * 754-2019, 4.3.1 has it, except in P3109 formats, where the parity of the code decides; {@code ro} always uses the
 * parity of the code.
 *
 * <p>Sources: IEEE 754-2019, 4.3; IEEE P3109 interim report 4.0 (draft), rounding modes; for {@code ro}, Boldo and
 * Melquiond, <i>Emulation of FMA and correctly rounded sums</i>.
 *
 * @since 0.1
 */
public enum Rounding {
    /** roundTiesToEven. */
    TIES_TO_EVEN("rne", "near_even", "roundTiesToEven", "NearestTiesToEven", "HALF_EVEN"),
    /** roundTiesToAway. */
    TIES_TO_AWAY("rna", "near_maxMag", "RMM", "roundTiesToAway", "NearestTiesToAway", "HALF_UP"),
    /** roundTiesTowardZero, as in the augmented operations of IEEE 754-2019, 9.5. */
    TIES_TOWARD_ZERO("rnz", "roundTiesTowardZero", "HALF_DOWN"),
    /** Ties toward positive infinity, as {@code Math.round} does. */
    TIES_TOWARD_POSITIVE("rhu", "roundTiesTowardPositive"),
    /** roundTowardZero. */
    TOWARD_ZERO("rz", "minMag", "RTZ", "roundTowardZero", "TowardZero", "DOWN"),
    /** Away from zero: every inexact result grows in magnitude. */
    AWAY_FROM_ZERO("raz", "roundAwayFromZero", "UP"),
    /** roundTowardPositive. */
    TOWARD_POSITIVE("ru", "max", "RUP", "roundTowardPositive", "TowardPositive", "CEILING"),
    /** roundTowardNegative. */
    TOWARD_NEGATIVE("rd", "min", "RDN", "roundTowardNegative", "TowardNegative", "FLOOR"),
    /** roundToOdd, also called jamming. */
    TO_ODD("ro", "odd", "ROD", "roundToOdd", "ToOdd", "jamming"),
    /** Stochastic, discarded fraction truncated to N bits. */
    STOCHASTIC_A("sra", "StochasticA"),
    /** Stochastic, truncated to N + 1 bits and compared at the midpoints. */
    STOCHASTIC_B("srb", "StochasticB"),
    /** Stochastic, discarded fraction rounded to N bits, ties to even. */
    STOCHASTIC_C("src", "StochasticC"),
    /** Stochastic, random bits added below the result and the sum truncated. */
    STOCHASTIC_TRUNCATE("srt", "addThenTruncate");

    private final String id;
    private final List<String> aliases;

    Rounding(String id, String... aliases) {
        this.id = id;
        this.aliases = List.of(aliases);
    }

    /** {@return the short name used on the command line} */
    public String id() {
        return id;
    }

    /** {@return other accepted names} */
    public List<String> aliases() {
        return aliases;
    }

    /** {@return whether the result depends on random bits} */
    public boolean isStochastic() {
        return this.compareTo(STOCHASTIC_A) >= 0;
    }

    /** {@return whether the mode picks the nearer neighbour and differs from the others at ties only} */
    public boolean isNearest() {
        return this.compareTo(TIES_TOWARD_POSITIVE) <= 0;
    }

    /**
     * Finds a mode by its short name, constant name or alias; case and separators do not matter.
     *
     * @param text the name
     * @return the mode
     * @throws IllegalArgumentException if no mode has the name
     */
    public static Rounding parse(String text) {
        String key = Names.key(text);
        for (Rounding mode : values()) {
            if (key.equals(mode.id) || key.equals(Names.key(mode.name()))) {
                return mode;
            }
            for (String alias : mode.aliases) {
                if (key.equals(Names.key(alias))) {
                    return mode;
                }
            }
        }
        throw Choice.unknown("rounding", text, values(), Rounding::id);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " (" + id + ")";
    }
}
