package org.bitexact.vectors;

/**
 * The two programs of TestFloat that read or write vector streams.
 *
 * @since 0.1
 */
public enum TestFloatProgram {
    /** Writes test cases. */
    GENERATOR("testfloat_gen"),
    /** Checks test cases. */
    VERIFIER("testfloat_ver");

    private final String programName;

    TestFloatProgram(String programName) {
        this.programName = programName;
    }

    /**
     * {@return the name that starts its messages}
     */
    public String programName() {
        return programName;
    }
}
