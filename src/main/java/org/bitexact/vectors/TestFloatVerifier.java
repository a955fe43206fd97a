package org.bitexact.vectors;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bitexact.format.Flags;

/**
 * Checks a vector stream: {@code testfloat_ver} without its process.
 *
 * <p>Each line's result and flags are compared with those of the function given. Standard output and standard error receive
 * what Berkeley TestFloat 3e (BSD-3-Clause) writes there, byte for byte: progress on standard error, the errors and the
 * verdict on standard output. An error shows the operands, the result found and the one expected, floats as sign, biased
 * exponent and trailing significand, flags as letters {@code v i o u x}:
 *
 * <pre>
 *   +00.3FF  +0F.001  =&gt; +01.000 ...ux  expected +01.000 ....x
 * </pre>
 *
 * <p><b>NaN.</b> Unless {@code -checkNaNs} is given, any quiet NaN may stand for any NaN, and a signaling NaN operand implies
 * invalid whatever the function says. A signaling NaN as a result where the bits differ is an error.
 *
 * <p><b>Integers.</b> Unless {@code -checkInvInts} is given, an invalid conversion may have either extreme of the type as
 * its result, and 0 from a NaN or to an unsigned type.
 *
 * <p><b>Input.</b> Besides the lines that the generator writes: either letter case, more than one space or tab, CR LF, and a
 * last line without line end.
 *
 * <p><b>Thread safety.</b> An instance belongs to one thread.
 *
 * @since 0.1
 */
public final class TestFloatVerifier {

    private static final int PROGRESS_INTERVAL = 10_000;

    /** Longer lines are broken before the result. */
    private static final int LINE_WIDTH = 79;

    private final TestFloatRequest request;
    private final TestFloatFunction function;
    private final CaseFunction reference;
    private final PrintStream out;
    private final PrintStream err;
    private final BooleanSupplier stop;

    /** What separates the operands from the result in an error message. */
    private final String beforeResult;

    private long tests;
    private long errors;
    private long malformedLine;

    /**
     * Prepares a check.
     *
     * @param request the function and the options; must not ask for help
     * @param reference computes the expected results
     * @param out standard output
     * @param err standard error
     * @param stop asked now and then whether to end early
     */
    public TestFloatVerifier(
            TestFloatRequest request, CaseFunction reference, PrintStream out, PrintStream err, BooleanSupplier stop) {
        this.request = request;
        this.function = request.function().orElseThrow();
        this.reference = reference;
        this.out = out;
        this.err = err;
        this.stop = stop;
        StringBuilder probe = new StringBuilder();
        for (StreamType type : function.operands()) {
            type.show(probe, 0);
            probe.append("  ");
        }
        appendOutcome(probe, 0, 0, 0, 0);
        beforeResult = probe.length() > LINE_WIDTH ? "\n\t" : "  ";
    }

    /**
     * Serves a whole command.
     *
     * @param request what to do
     * @param reference computes the expected results
     * @param in standard input
     * @param out standard output
     * @param err standard error
     * @param stop asked now and then whether to end early
     * @return exit status: 0, or 1 if errors were found or an error message was written
     */
    public static int run(
            TestFloatRequest request,
            CaseFunction reference,
            InputStream in,
            PrintStream out,
            PrintStream err,
            BooleanSupplier stop) {
        try {
            if (request.help()) {
                TestFloatUsage.write(request.program(), out);
                return 0;
            }
            return new TestFloatVerifier(request, reference, out, err, stop).verify(in) ? 0 : 1;
        } catch (TestFloatException e) {
            out.flush();
            err.print(e.line() + "\n");
            err.flush();
            return 1;
        } catch (IOException e) {
            out.flush();
            err.print(request.program().programName() + ": Error reading input.\n");
            err.flush();
            return 1;
        }
    }

    /**
     * Checks a stream to its end, or to the greatest number of errors.
     *
     * @param in the lines
     * @return whether no error was found
     * @throws TestFloatException if a line is not a case of the function
     * @throws IOException if the lines cannot be read
     */
    public boolean verify(InputStream in) throws TestFloatException, IOException {
        print(err, "Testing " + request.description() + ".\n");
        int arity = function.operands().size();
        CaseReader reader = new CaseReader(in, function);
        Flags sink = new Flags();
        long[] fields = new long[5];
        try {
            while (reader.next(fields)) {
                sink.clear();
                long expected = reference.evaluate(fields[0], fields[1], fields[2], sink);
                tests++;
                if (tests % PROGRESS_INTERVAL == 0) {
                    if (stop.getAsBoolean()) {
                        break;
                    }
                    String thousands = Long.toString(tests / PROGRESS_INTERVAL);
                    print(err, "\r" + " ".repeat(Math.max(0, 3 - thousands.length())) + thousands + "0000");
                }
                long found = fields[arity];
                int foundFlags = (int) fields[arity + 1];
                if (found != expected || foundFlags != sink.raised()) {
                    if (check(fields, expected, sink.raised(), found, foundFlags) && enough()) {
                        break;
                    }
                }
            }
        } catch (CaseReader.MalformedLineException e) {
            malformedLine = e.line();
            throw new TestFloatException(request.program(), "Invalid input format");
        }
        finish();
        return errors == 0;
    }

    /**
     * {@return the number of cases compared so far}
     */
    public long tests() {
        return tests;
    }

    /**
     * {@return the number of errors found so far}
     */
    public long errors() {
        return errors;
    }

    /**
     * {@return the number, from 1, of the line that could not be read, or 0}
     */
    public long malformedLine() {
        return malformedLine;
    }

    private boolean enough() {
        return errors == request.options().maxErrors() || stop.getAsBoolean();
    }

    /** Judges a case whose result or flags differ, and reports an error. */
    private boolean check(long[] fields, long expected, int flags, long found, int foundFlags) {
        int expectedFlags = flags;
        StreamType result = function.result();
        boolean error;
        if (result.isInteger()) {
            error = request.options().checkInvalidIntegers()
                    || expectedFlags != Flags.INVALID
                    || foundFlags != Flags.INVALID
                    || !isInvalidInteger(found, fields[0]);
        } else {
            if (!request.options().checkNans() && hasSignalingOperand(fields)) {
                expectedFlags |= Flags.INVALID;
            }
            if (result.isFloat()) {
                error = request.options().checkNans()
                        || !result.isNan(expected)
                        || !result.isNan(found)
                        || result.isSignalingNan(found)
                        || foundFlags != expectedFlags;
            } else {
                error = found != expected || foundFlags != expectedFlags;
            }
        }
        if (error) {
            errors++;
            report(fields, expected, expectedFlags, found, foundFlags);
        }
        return error;
    }

    private boolean hasSignalingOperand(long[] fields) {
        List<StreamType> types = function.operands();
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i).isSignalingNan(fields[i])) {
                return true;
            }
        }
        return false;
    }

    /** Whether an integer is one that processors return from invalid conversions. */
    private boolean isInvalidInteger(long found, long operand) {
        int width = function.result().width();
        if (function.result().kind() == StreamType.Kind.UNSIGNED) {
            return found == 0 || found == BitPatterns.ones(width);
        }
        long largest = BitPatterns.ones(width - 1);
        return found == largest
                || found == largest + 1
                || found == 0 && function.operands().get(0).isNan(operand);
    }

    private void report(long[] fields, long expected, int expectedFlags, long found, int foundFlags) {
        StringBuilder text = new StringBuilder(160);
        if (errors == 1) {
            text.append("Errors found in ").append(request.description()).append(":\n");
        }
        List<StreamType> types = function.operands();
        for (int i = 0; i < types.size(); i++) {
            types.get(i).show(text, fields[i]);
            text.append(i == types.size() - 1 ? beforeResult : "  ");
        }
        appendOutcome(text, found, foundFlags, expected, expectedFlags);
        print(err, "\r");
        print(out, text.append('\n').toString());
    }

    private void appendOutcome(StringBuilder text, long found, int foundFlags, long expected, int expectedFlags) {
        text.append("=> ");
        function.result().show(text, found);
        appendFlags(text.append(' '), foundFlags);
        text.append("  expected ");
        function.result().show(text, expected);
        appendFlags(text.append(' '), expectedFlags);
    }

    private static void appendFlags(StringBuilder text, int flags) {
        String letters = "xuoiv"; // by bit
        for (int bit = letters.length() - 1; bit >= 0; bit--) {
            text.append((flags >> bit & 1) != 0 ? letters.charAt(bit) : '.');
        }
    }

    private void finish() {
        print(err, "\r" + tests + " tests performed");
        if (errors == 0) {
            print(err, ".\n");
            print(out, "In " + tests + " tests, no errors found in " + request.description() + ".\n");
        } else {
            print(err, "; " + errors + (errors == 1 ? " error found.\n" : " errors found.\n"));
        }
    }

    private static void print(PrintStream stream, String text) {
        stream.print(text);
        stream.flush();
    }
}
