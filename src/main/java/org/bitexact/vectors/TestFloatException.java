package org.bitexact.vectors;

/**
 * An error that ends {@code testfloat_gen} or {@code testfloat_ver} with exit status 1 and a message on standard error.
 *
 * @since 0.1
 */
public final class TestFloatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final TestFloatProgram program;

    /**
     * Creates the error.
     *
     * @param program the program that fails
     * @param message what is wrong, without full stop
     */
    TestFloatException(TestFloatProgram program, String message) {
        super(message);
        this.program = program;
    }

    /**
     * {@return the line to print, without line end: program, message and full stop}
     */
    public String line() {
        return program.programName() + ": " + getMessage() + ".";
    }
}
