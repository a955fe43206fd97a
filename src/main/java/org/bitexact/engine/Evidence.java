package org.bitexact.engine;

/**
 * How it is known what an engine computes, strongest first.
 *
 * @since 0.1
 */
public enum Evidence {
    /** The rule is that of a standard, not of a chip. */
    STANDARD('S', "defined by a standard"),
    /** The parameters reproduce published raw outputs of the hardware, all of them, and neighbouring ones do not. */
    MEASURED('A', "reproduces published raw outputs of the hardware"),
    /** Two independent published models agree; no raw outputs are at hand. */
    AGREED('B', "two independent published models agree"),
    /** One published model, which its authors validated on the hardware. */
    MODELLED('C', "one published model, validated on hardware by its authors"),
    /** The vendor's own reference model, published as source. */
    VENDOR_MODEL('V', "the vendor's published reference model"),
    /** The vendor's pseudo-code or instruction reference. */
    PSEUDOCODE('P', "the vendor's pseudo-code or instruction reference"),
    /**
     * The vendor's prose alone: precision is stated, order and inner rounding are not. The model is one reading of it, to
     * be used with the {@link Engine#enclosure enclosure} of all readings.
     */
    CONTRACT('D', "the vendor's prose: a reading of a contract, not verified"),
    /** The parameters are a user's own. */
    CUSTOM('U', "parameters of the user's own");

    private final char letter;
    private final String meaning;

    Evidence(char letter, String meaning) {
        this.letter = letter;
        this.meaning = meaning;
    }

    /** {@return the letter that stands for it in tables} */
    public char letter() {
        return letter;
    }

    /** {@return what it says, in a few words} */
    public String meaning() {
        return meaning;
    }
}
