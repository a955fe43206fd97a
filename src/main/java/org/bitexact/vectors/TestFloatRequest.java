package org.bitexact.vectors;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a command line of {@code testfloat_gen} or {@code testfloat_ver} asks for.
 *
 * <p>Exactly one of the following holds: {@link #help()} is true; {@link #function()} is present; {@link #operands()} is not
 * empty, and operands alone are wanted.
 *
 * @param program the program
 * @param options the options
 * @param help whether the usage message is wanted
 * @param function the function to generate or verify cases of
 * @param operands types of the operands to generate without results
 * @since 0.1
 */
public record TestFloatRequest(
        TestFloatProgram program,
        TestFloatOptions options,
        boolean help,
        Optional<TestFloatFunction> function,
        List<StreamType> operands) {

    /** Copies the list. */
    public TestFloatRequest {
        operands = List.copyOf(operands);
    }

    /**
     * Reads a command line as TestFloat does: each argument may start with one hyphen more or less, options may follow the
     * function, and of contradictory arguments the last one counts.
     *
     * @param program the program
     * @param arguments the arguments; none at all asks for help
     * @param types knows types by name; may throw {@link IllegalArgumentException} with advice on an ambiguous name
     * @return the request
     * @throws TestFloatException if the command line is in error
     */
    public static TestFloatRequest parse(
            TestFloatProgram program, List<String> arguments, Function<String, Optional<StreamType>> types)
            throws TestFloatException {
        return new TestFloatCommandLine(program, arguments, types).parse();
    }

    /**
     * {@return the types of a case's operands, those of the function if there is one}
     */
    public List<StreamType> caseOperands() {
        return function.map(TestFloatFunction::operands).orElse(operands);
    }

    /**
     * {@return the function as the verifier's messages call it: its name and the options that bear on it}
     */
    public String description() {
        TestFloatFunction f = function.orElseThrow();
        StringBuilder text = new StringBuilder(f.name());
        if (f.usesRounding()) {
            text.append(", rounding ").append(options.rounding().label());
            if (f.usesTininess()) {
                text.append(options.tininessBefore() ? ", tininess before rounding" : ", tininess after rounding");
            }
        }
        if (f.usesExact()) {
            text.append(options.exact() ? ", exact" : ", not exact");
        }
        return text.toString();
    }

    static TestFloatRequest helpFor(TestFloatProgram program) {
        return new TestFloatRequest(
                program, TestFloatOptions.DEFAULTS, true, Optional.empty(), Collections.emptyList());
    }
}
