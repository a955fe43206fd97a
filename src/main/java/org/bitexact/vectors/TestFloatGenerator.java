package org.bitexact.vectors;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bitexact.format.Flags;

/**
 * Writes a vector stream: {@code testfloat_gen} without its process.
 *
 * <p>A line holds the operands, then, if a function is asked for, its result and its flags:
 *
 * <pre>
 *   f16_add     87FF E850 E850 01
 *   f16_to_i32  E850 FFFFF760 00
 *   f16_lt      87FF E850 0 00
 * </pre>
 *
 * <p>The line format and the operands are those of Berkeley TestFloat 3e (BSD-3-Clause); the results come from the function
 * given. The number of cases is that of the first pass, or the one asked for, which must not be smaller.
 *
 * <p><b>Thread safety.</b> No shared state.
 *
 * @since 0.1
 */
public final class TestFloatGenerator {

    private TestFloatGenerator() {}

    /**
     * Writes the stream that a request asks for.
     *
     * @param request what to write; must not ask for help
     * @param function computes the results; not called if the request is for operands alone
     * @param out receives the lines; flushed, not closed
     * @param stop asked before each case whether to end early
     * @throws TestFloatException if fewer cases are asked for than the first pass takes
     * @throws IOException if the lines cannot be written
     */
    public static void generate(TestFloatRequest request, CaseFunction function, OutputStream out, BooleanSupplier stop)
            throws TestFloatException, IOException {
        TestFloatOptions options = request.options();
        LineWriter lines = new LineWriter(out);
        if (options.prefix().isPresent()) {
            lines.line(options.prefix().get());
        }
        CaseSequence cases = sequence(request);
        long total = cases.total();
        long count = options.count().orElse(total);
        if (Long.compareUnsigned(count, total) < 0) {
            lines.flush();
            throw new TestFloatException(request.program(), "Too few cases; minimum is " + total);
        }
        long first = part(count, options.shard() - 1, options.shards());
        long end = options.forever() ? -1L : part(count, options.shard(), options.shards());
        cases.skip(first);
        if (request.function().isPresent()) {
            writeCases(request.function().get(), function, cases, end - first, lines, stop);
        } else {
            writeOperands(request.operands(), cases, end - first, lines, stop);
        }
        lines.flush();
    }

    /**
     * Serves a whole command: the stream on standard output, or the usage message, or an error message.
     *
     * @param request what to do
     * @param function computes the results
     * @param out standard output; a reader that goes away ends the stream quietly
     * @param err standard error
     * @param stop asked before each case whether to end early
     * @return exit status: 0, or 1 after an error message
     */
    public static int run(
            TestFloatRequest request, CaseFunction function, OutputStream out, PrintStream err, BooleanSupplier stop) {
        try {
            if (request.help()) {
                TestFloatUsage.write(request.program(), out);
            } else {
                generate(request, function, out, stop);
            }
            return 0;
        } catch (TestFloatException e) {
            err.print(e.line() + "\n");
            err.flush();
            return 1;
        } catch (IOException e) {
            if (isClosedPipe(e)) {
                return 0;
            }
            err.print(request.program().programName() + ": Error writing output.\n");
            err.flush();
            return 1;
        }
    }

    /**
     * Returns the operands of a request's cases.
     *
     * @param request a request for cases
     * @return the sequence, at its start
     */
    public static CaseSequence sequence(TestFloatRequest request) {
        TestFloatOptions options = request.options();
        if (options.hard().isPresent()) {
            TestFloatFunction function = request.function().orElseThrow();
            return CaseSequence.hard(options.hard().getAsLong(), HardCases.of(function, options.seed()));
        }
        List<OperandSource> sources =
                request.caseOperands().stream().map(StreamType::operands).toList();
        return options.sample().isPresent()
                ? CaseSequence.sampled(
                        options.level(), options.seed(), options.sample().getAsLong(), sources)
                : CaseSequence.of(options.level(), options.seed(), sources);
    }

    /** Start of the i-th of n nearly equal parts of an unsigned number of cases: floor(count * i / n). */
    private static long part(long count, long i, long n) {
        // count = q n + r: the product splits into q i, exact, and r i / n, small
        long quotient = Long.divideUnsigned(count, n);
        long remainder = Long.remainderUnsigned(count, n);
        return quotient * i + remainder * i / n;
    }

    private static void writeCases(
            TestFloatFunction f,
            CaseFunction function,
            CaseSequence cases,
            long count,
            LineWriter lines,
            BooleanSupplier stop)
            throws IOException {
        int arity = f.operands().size();
        int digitsA = f.operands().get(0).hexDigits();
        int digitsB = arity > 1 ? f.operands().get(1).hexDigits() : 0;
        int digitsC = arity > 2 ? f.operands().get(2).hexDigits() : 0;
        int digitsZ = f.result().hexDigits();
        Flags flags = new Flags();
        long[] operands = new long[3];
        for (long left = count; left != 0 && !stop.getAsBoolean(); left--) { // unsigned, so -1 is as good as endless
            cases.next(operands);
            flags.clear();
            long z = function.evaluate(operands[0], operands[1], operands[2], flags);
            lines.hex(operands[0], digitsA, ' ');
            if (arity > 1) {
                lines.hex(operands[1], digitsB, ' ');
                if (arity > 2) {
                    lines.hex(operands[2], digitsC, ' ');
                }
            }
            lines.hex(z, digitsZ, ' ');
            lines.hex(flags.raised(), 2, '\n');
        }
    }

    private static void writeOperands(
            List<StreamType> types, CaseSequence cases, long count, LineWriter lines, BooleanSupplier stop)
            throws IOException {
        int last = types.size() - 1;
        long[] operands = new long[3];
        for (long left = count; left != 0 && !stop.getAsBoolean(); left--) {
            cases.next(operands);
            for (int i = 0; i <= last; i++) {
                lines.hex(operands[i], types.get(i).hexDigits(), i == last ? '\n' : ' ');
            }
        }
    }

    /** Whether a write failed because nobody reads any more; the JDK has no type for that. */
    private static boolean isClosedPipe(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(java.util.Locale.ROOT);
        return message.contains("broken pipe") || message.contains("pipe closed") || message.contains("pipe is being");
    }
}
