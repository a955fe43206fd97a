package org.bitexact.cli;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitexact.vectors.TestFloatProgram;
import org.jspecify.annotations.Nullable;

/**
 * Entry point of the command line.
 *
 * <p>Every error is one line on standard error that starts with the name of the command; standard output carries data
 * alone. A reader of standard output that goes away ends the command quietly. Exit codes are those of {@link ExitCode}.
 */
public final class Main {
    /** Names of the commands and what they do, in the order of the help. */
    private static final List<List<String>> COMMANDS = List.of(
            List.of("formats", "list the formats: bits, bias, range, specials, aliases"),
            List.of("show", "explain codes and values of a format, or print its whole table"),
            List.of("explorer", "write a page for the browser that explains formats and rounding"),
            List.of("convert", "convert codes and numbers from one format to another"),
            List.of("gen", "write test vectors as testfloat_gen does, for every format"),
            List.of("ver", "check test vectors as testfloat_ver does"),
            List.of("vectors", "write, verify and list packs of reference vectors, in ten file formats"),
            List.of("engines", "list the models of matrix engines, explain them, find an engine's fingerprint"),
            List.of("dot", "compute dot products as a matrix engine does"),
            List.of("gemm", "multiply matrices in .npy files as a matrix engine does"),
            List.of("quantize", "quantise tensor files to integers, scaled floats or block formats"),
            List.of("report", "compare formats on tensors: errors, saturation, ranking, plots"),
            List.of("sweep", "compare two implementations of a conversion on every float"),
            List.of("help", "show the help of a command"),
            List.of("completion", "print a completion script for bash and zsh"));

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args command and its arguments
     */
    public static void main(String... args) {
        System.exit(run(Io.ofProcess(), args));
    }

    /** Runs one command. */
    static int run(Io io, String... args) {
        int code;
        try {
            try {
                code = dispatch(io, Arrays.asList(args));
            } finally {
                // before an error is told, and so that a failure of the last write is one, too
                io.text().flush();
            }
            return code;
        } catch (ClosedPipeException e) {
            return ExitCode.SUCCESS;
        } catch (IOException e) {
            io.message(e.getMessage() == null ? e.toString() : e.getMessage());
            return ExitCode.IO_FAILURE;
        } catch (UsageException | IllegalArgumentException e) {
            io.message(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            io.message("internal error: " + e);
            if (System.getenv("BITEXACT_DEBUG") != null) {
                e.printStackTrace(io.err());
            }
            return ExitCode.DEFECT;
        }
    }

    private static int dispatch(Io io, List<String> args) throws IOException {
        if (args.isEmpty()) {
            throw new UsageException("a command is needed; 'bitexact --help' lists them");
        }
        String name = args.get(0);
        List<String> rest = args.subList(1, args.size());
        switch (name) {
            case "--help", "-h" -> {
                return help(io);
            }
            case "--version", "-V" -> {
                io.text().write(version());
                return ExitCode.SUCCESS;
            }
            case "help" -> {
                return rest.isEmpty() || rest.get(0).startsWith("-")
                        ? help(io)
                        : dispatch(io, List.of(rest.get(0), "--help"));
            }
            default -> {
                io.program("bitexact " + name);
                Program program = program(name);
                if (program != null) {
                    return program.run(io, rest);
                }
                io.program("bitexact");
                throw unknown(name);
            }
        }
    }

    /**
     * {@return what stands behind the name of a command, or null}
     *
     * <p>Only the one that runs is loaded, which keeps the start quick. Each has its line in {@link #COMMANDS}.
     */
    static @Nullable Program program(String name) {
        return switch (name) {
            case "formats" -> new FormatsCommand();
            case "show" -> new ShowCommand();
            case "explorer" -> new ExplorerCommand();
            case "convert" -> new ConvertCommand();
            case "gen" -> new TestFloatCommand(TestFloatProgram.GENERATOR);
            case "ver" -> new TestFloatCommand(TestFloatProgram.VERIFIER);
            case "vectors" -> new VectorsProgram();
            case "engines" -> new EnginesCommand();
            case "dot" -> new DotCommand();
            case "gemm" -> new GemmCommand();
            case "quantize" -> new QuantizeCommand();

            case "report" -> new ReportCommand();
            case "sweep" -> new SweepCommand();
            case "completion" -> new CompletionCommand();
            default -> null;
        };
    }

    /** {@return the names of all commands} */
    static List<String> commandNames() {
        List<String> names = new ArrayList<>();
        for (List<String> command : COMMANDS) {
            names.add(command.get(0));
        }
        return names;
    }

    private static UsageException unknown(String name) {
        String what = name.startsWith("-") ? "unknown option " : "unknown command ";
        List<String> known = commandNames();
        if (name.startsWith("-")) {
            known = List.of("--help", "--version");
        }
        String near = Suggestions.of(name, known);
        return new UsageException(
                what + Io.quoted(name) + (near.isEmpty() ? "; 'bitexact --help' lists the commands" : near));
    }

    private static int help(Io io) throws IOException {
        Writer out = io.text();
        out.write("Usage: bitexact COMMAND [OPTIONS]\n\nNumber formats of machine learning, bit for bit.\n\n");
        for (List<String> command : COMMANDS) {
            String name = command.get(0);
            out.write("  " + name + " ".repeat(14 - name.length()) + command.get(1) + "\n");
        }
        out.write("\n'bitexact COMMAND --help' explains a command, 'bitexact --version' tells the version.\n"
                + "Exit codes: 0 success, 1 mismatches found, 2 bad arguments or data, 3 input or output failed.\n");
        return ExitCode.SUCCESS;
    }

    /** {@return the line that tells the version} */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "bitexact " + (version == null ? "(unpackaged)" : version) + "\n";
    }
}
